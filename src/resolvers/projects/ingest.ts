/** Events as callers of the API bring them: from input to the domain's shape, and refusals back to fields of the input. */
import { createHash } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import type { DomainError } from "../../domain/kernel/errors.js";
import type { IncomingEventInput } from "../../domain/projects/index.js";
import type { ProjectEventInput } from "../../schema/projects/project.input.js";
import type { GraphQLContext } from "../context.js";
import { toUserErrors } from "../errors.js";
import type { UserErrorView } from "../errors.js";
import { given } from "../mutations.js";

/** What makes the delivery id of an event that has none. */
export interface CallName {
  readonly idempotencyKey: string | undefined;
  /** The event's place in the call. */
  readonly index: number;
}

/** The event, not yet checked. */
export function toIncomingEvent(context: GraphQLContext, input: ProjectEventInput, call: CallName): IncomingEventInput {
  const { title, text, url, labels, importance, subject, eventData } = input;
  const { project, occurredAt } = given({ project: input.project, occurredAt: input.occurredAt });
  return {
    source: input.source ?? "GENERIC",
    ...(input.deliveryId == null
      ? { deliveryId: deliveryIdOf(context, call), ...given({ idempotencyKey: call.idempotencyKey }) }
      : { deliveryId: input.deliveryId }),
    ...given({ project, occurredAt }),
    event: {
      kind: input.kind ?? "NOTE",
      title,
      ...given({ text, url, labels, importance, subject }),
      ...(input.actor == null ? {} : { actor: given({ ...input.actor }) }),
      ...(input.refs == null ? {} : { refs: input.refs.map((ref) => given({ ...ref })) }),
    },
    // The domain checks that it is JSON; the scalar lets nothing else in.
    ...(eventData == null ? {} : { eventData }),
    verification: { scheme: "NONE" },
  };
}

/** The same for the same caller, key and place; else a new one. */
function deliveryIdOf({ caller: { actor } }: GraphQLContext, { idempotencyKey, index }: CallName): string {
  if (idempotencyKey === undefined) return uuidv7();
  const name = JSON.stringify([actor.kind, actor.id, idempotencyKey, index]);
  return `key-${createHash("sha256").update(name).digest("hex")}`;
}

/** Why an event was refused; paths as in the input, where the readable part is not nested. */
export function toEventErrors(error: DomainError, at: readonly string[]): UserErrorView[] {
  return toUserErrors(error).map((refusal) => {
    const [first, ...rest] = refusal.path;
    return { ...refusal, path: [...at, ...(first === "event" ? rest : refusal.path)] };
  });
}
