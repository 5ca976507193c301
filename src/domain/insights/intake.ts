/** From what somebody brings to the fact that is recorded: what it is about, what of it is refused, what makes it a repeat. */
import { z } from "zod";
import { invalid, parseOrRefuse } from "../kernel/errors.js";
import { canonicalJson } from "../kernel/hashChain.js";
import type { Digest } from "../kernel/hashChain.js";
import { present } from "../kernel/present.js";
import type { Request } from "../kernel/request.js";
import { Occurred } from "../kernel/text.js";
import { toInstant, toMilliseconds } from "../kernel/time.js";
import type { Clock, Ids } from "../kernel/time.js";
import { kindNamed, typeOfId } from "./catalog.js";
import type { InsightsCommandOf, Yardstick } from "./commands.js";
import { activeFormula } from "./health.js";
import { toEntityKey } from "./keys.js";
import { requireOwnTypes } from "./scope.js";
import type { Catalog, EntityRef, HealthFormulas } from "./state.js";
import { toThousandths, toWholeSecond } from "./tallies.js";
import { ActivitySource, DedupeId, EntityId, EntityTypeName, KindName, Note, limits } from "./values.js";
import type { ActivityKind, EntityRole } from "./values.js";

/** What metrics are made by, as it is at present. */
export interface MetricSettings {
  catalog(): Promise<Catalog>;
  formulas(entityType: string): Promise<HealthFormulas>;
}

/** A fact as callers bring it. */
export const IncomingActivity = z.strictObject(
  {
    entityId: EntityId,
    /** May be given where the caller knows it; the id says it, too. */
    entityType: EntityTypeName.optional(),
    kind: KindName,
    value: z.number("must be a number").optional(),
    /** @default now */
    occurredAt: Occurred.optional(),
    /** Ids of aggregates. */
    groups: z
      .array(EntityId)
      .max(limits.groups, `must have at most ${limits.groups}`)
      .refine((ids) => new Set(ids).size === ids.length, "must not name a group twice")
      .default([]),
    source: ActivitySource.default("api"),
    dedupeId: DedupeId.optional(),
    note: Note.optional(),
  },
  {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? `has no ${issue.keys.join(", ")}` : "must be a fact: an object",
  },
);
export type IncomingActivity = z.output<typeof IncomingActivity>;
export type IncomingActivityInput = z.input<typeof IncomingActivity>;

type Fact = InsightsCommandOf<"RecordActivities">["activities"][number];

/** A fact that may be recorded. */
export interface ActivityDelivery {
  readonly entity: EntityRef;
  readonly entityKey: string;
  readonly fact: Fact;
  readonly yardstick: Yardstick;
  /** The caller's key that the id was made of; absent where the source has an id of its own, or there is no key. */
  readonly idempotencyKey?: string;
}

export interface ActivityIntakeDeps {
  readonly settings: MetricSettings;
  readonly digest: Digest;
  readonly clock: Clock;
  readonly ids: Ids;
  /** A uuid v5: the same for the same text, always. */
  readonly toId: (name: string) => string;
}

export interface ActivityIntake {
  /**
   * Reads one input. `place`: which of a request's items it is, where its key shall make a repeat of it meet itself. `isSigned`:
   * it is of a delivery whose signature is proven. Throws a
   * ValidationError that names the field, a ForbiddenError where an entity or a group is of another team. No request to the
   * store where the settings are at hand.
   */
  read(
    input: unknown,
    request: Pick<Request, "scope" | "actor" | "idempotencyKey">,
    from?: { readonly place?: number; readonly isSigned?: boolean },
  ): Promise<ActivityDelivery>;
}

export function createActivityIntake({ settings, digest, clock, ids, toId }: ActivityIntakeDeps): ActivityIntake {
  /** Over what was brought, to the second; what was left out is no part of it. */
  const inputHash = (incoming: IncomingActivity): string =>
    digest(
      canonicalJson({
        ...incoming,
        entityType: undefined,
        occurredAt: second(incoming.occurredAt),
        groups: [...incoming.groups].sort(),
      }),
      "base64url",
    );

  /**
   * The same delivery has the same id: by the source's own id of it, or by the caller's key. What is signed has names of its
   * own: no caller takes an id away from it.
   */
  const identify = (
    { source, dedupeId }: IncomingActivity,
    entityType: string,
    { actor, idempotencyKey: key }: Pick<Request, "actor" | "idempotencyKey">,
    { place, isSigned = false }: { readonly place?: number; readonly isSigned?: boolean },
  ): { readonly activityId: string; readonly idempotencyKey?: string } => {
    // With the type: nobody takes an id away from another team, or learns which there are.
    const space = isSigned ? "activity-signed" : "activity";
    if (dedupeId !== undefined) return { activityId: toId(JSON.stringify([space, entityType, source, dedupeId])) };
    if (key === undefined || place === undefined) return { activityId: ids.next() };
    const activityId = toId(JSON.stringify(["activity-key", actor.kind, actor.id, key, place]));
    return { activityId, idempotencyKey: key };
  };

  return {
    async read(input, request, from = {}) {
      const incoming = parseOrRefuse(IncomingActivity, input);
      const catalog = await settings.catalog();
      const type = requireRef(catalog, incoming.entityId, { role: "ENTITY", field: "entityId" });
      if (incoming.entityType !== undefined && incoming.entityType !== type.name)
        throw invalid("entityType", `must be ${type.name}, the type of ${incoming.entityId}`);
      requireOwnTypes([type.name], "entityId", request.scope);
      const groups = incoming.groups.map((id) => ({
        type: requireRef(catalog, id, { role: "AGGREGATE", field: "groups" }).name,
        id,
      }));
      requireOwnTypes(
        groups.map((group) => group.type),
        "groups",
        request.scope,
      );
      const kind = kindNamed(catalog, incoming.kind);
      if (kind === undefined)
        throw invalid("kind", `must be one of ${catalog.kinds.map(({ name }) => name).join(", ")}`);
      const value = checkValue(kind, incoming.value);
      const now = clock.now();
      const occurredAt = incoming.occurredAt ?? now;
      if (occurredAt > toInstant(toMilliseconds(now) + limits.aheadSeconds * 1_000))
        throw invalid("occurredAt", `must not lie more than ${limits.aheadSeconds} seconds ahead`);
      const { activityId, ...key } = identify(incoming, type.name, request, from);
      const { source, dedupeId, note } = incoming;
      const entity = { type: type.name, id: incoming.entityId };
      return {
        entity,
        entityKey: toEntityKey(entity),
        fact: {
          activityId,
          kind: kind.name,
          groups,
          source,
          ...present({ value, dedupeId, note }),
          inputHash: inputHash(incoming),
          occurredAt,
        },
        yardstick: { kinds: catalog.kinds, formula: activeFormula(await settings.formulas(type.name)) },
        ...key,
      };
    },
  };
}

function second(instant: string | undefined): string | undefined {
  return instant === undefined ? undefined : toWholeSecond(instant);
}

/** The type of an id that must be of one with this role. @throws ValidationError for `field`. */
function requireRef(
  catalog: Catalog,
  id: string,
  { role, field }: { readonly role: EntityRole; readonly field: string },
): { readonly name: string } {
  const type = typeOfId(catalog, id);
  if (type === undefined) {
    const prefixes = catalog.entityTypes.filter((one) => one.role === role).map(({ prefix }) => prefix);
    throw invalid(field, `must begin with the prefix of a type, not as ${id}: ${prefixes.join(", ")}`);
  }
  if (type.role === role) return type;
  const message =
    role === "ENTITY"
      ? `must not be of type ${type.name}, which adds up the facts of others: name it as a group`
      : `must name aggregates only: ${id} is of type ${type.name}`;
  throw invalid(field, message);
}

/** The value that a fact of the kind may have; never -0. @throws ValidationError for `value`. */
function checkValue({ name, value: bounds }: ActivityKind, value: number | undefined): number | undefined {
  if (bounds === undefined) {
    if (value !== undefined) throw invalid("value", `must not be given: a ${name} has none`);
    return undefined;
  }
  const { least, most } = bounds;
  if (value === undefined) throw invalid("value", `must be given: a ${name} has one from ${least} to ${most}`);
  if (value < least || value > most) throw invalid("value", `must be a number from ${least} to ${most}`);
  const rounded = toThousandths(value) / limits.valueScale;
  if (rounded !== value) throw invalid("value", "must have at most three digits behind the point");
  return rounded;
}
