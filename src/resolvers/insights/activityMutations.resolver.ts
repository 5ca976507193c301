/** Mutations of facts, of the catalog and of health formulas: input, service, answer. No rules here. */
import { Arg, Authorized, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import type { ClassType } from "type-graphql";
import { limits, toEntityKey } from "../../domain/insights/index.js";
import type { Catalog, HealthFormulas as FormulasRow, RecordedActivity } from "../../domain/insights/index.js";
import type { StreamPosition } from "../../domain/kernel/eventStore.js";
import { DomainError, ForbiddenError, invalid } from "../../domain/kernel/errors.js";
import { HealthFormulas, InsightsCatalog } from "../../schema/insights/catalog.type.js";
import * as inputs from "../../schema/insights/entity.input.js";
import { Entity } from "../../schema/insights/entity.type.js";
import * as payloads from "../../schema/insights/insights.payload.js";
import type { GraphQLContext } from "../context.js";
import { toUserErrors } from "../errors.js";
import { answer, given, keep, noteRefusal, positionOf, toRequest } from "../mutations.js";
import { loadEntityView } from "./entity.resolver.js";
import { toEntityId } from "./ids.js";
import { toCatalogView, toFormulasView } from "./views.js";
import type { EntityView } from "./views.js";

/** Not yet checked. */
function toIncoming({
  entityId,
  kind,
  value,
  occurredAt,
  groups,
  source,
  dedupeId,
  note,
}: inputs.ActivityInput): object {
  const named = { entityId: toEntityId(entityId), groups: groups?.map(toEntityId) };
  return { kind, ...given({ ...named, value, occurredAt, source, dedupeId, note }) };
}

/** What was recorded, as a payload has it; its entity is not asked for again. */
function toRecorded({ loaders }: GraphQLContext, recorded: RecordedActivity) {
  const { activityId, repeated, entity: row } = recorded;
  const entityKey = toEntityKey({ type: recorded.entityType, id: recorded.entityId });
  keep(loaders.entity, { id: entityKey, row });
  return { activityId, repeated, entityKey };
}

/** One line in the trail for all facts of a call that were not the caller's to bring. */
function noteForbidden(
  context: GraphQLContext,
  outcomes: readonly (RecordedActivity | { readonly refused: Error })[],
): void {
  const refusals = outcomes.flatMap((outcome) => ("refused" in outcome ? [outcome.refused] : []));
  noteRefusal(
    context,
    refusals.find((refused) => refused instanceof ForbiddenError),
  );
}

function toResult(
  context: GraphQLContext,
  outcome: RecordedActivity | { readonly refused: Error },
  index: number,
): payloads.RecordActivityResult {
  if ("refused" in outcome) {
    const { refused } = outcome;
    if (!(refused instanceof DomainError)) throw refused;
    const at = ["activities", String(index)];
    const errors = toUserErrors(refused).map((error) => ({ ...error, path: [...at, ...error.path] }));
    return { index, repeated: false, errors };
  }
  return { index, ...toRecorded(context, outcome), errors: [], ...positionOf(context, outcome.position) };
}

/** A payload with what its edge shows. */
type WithCatalog = { readonly catalog?: Catalog };
type WithFormulas = { readonly formulas?: FormulasRow };

@Resolver()
export class ActivityMutations {
  @Authorized("WORKER")
  @Mutation(() => payloads.RecordActivityPayload, {
    description:
      "Records something that happened, and measures its entity. A fact that came before, by its `dedupeId`, changes nothing.",
  })
  async recordActivity(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.RecordActivityInput, { description: "The fact." }) input: inputs.RecordActivityInput,
  ): Promise<object> {
    return answer<payloads.RecordActivityPayload>(context, { repeated: false }, async () => {
      const recorded = await context.insights.recordActivity(toIncoming(input), toRequest(context, input));
      return { ...toRecorded(context, recorded), at: recorded.position };
    });
  }

  @Authorized("WORKER")
  @Mutation(() => payloads.RecordActivitiesPayload, {
    complexity: ({ childComplexity }) => 10 + limits.activities * Math.max(1, childComplexity),
    description: `Records up to ${limits.activities} facts, those of one entity in one commit; an answer for each.`,
  })
  async recordActivities(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.RecordActivitiesInput, { description: "The facts." })
    input: inputs.RecordActivitiesInput,
  ): Promise<object> {
    return answer<payloads.RecordActivitiesPayload>(context, { results: [] }, async () => {
      const { activities } = input;
      if (activities.length === 0 || activities.length > limits.activities) {
        throw invalid("activities", `must be 1 to ${limits.activities}`);
      }
      const outcomes = await context.insights.recordActivities(activities.map(toIncoming), toRequest(context, input));
      noteForbidden(context, outcomes);
      const ends = outcomes.flatMap((outcome) => ("refused" in outcome ? [] : [outcome.position]));
      return { results: outcomes.map((outcome, index) => toResult(context, outcome, index)), at: ends.at(-1) };
    });
  }

  @Authorized("OPERATOR")
  @Mutation(() => payloads.DefineEntityTypePayload, {
    description: "Adds a type of entities. Nothing where it is there; its prefix and its role stay for good.",
  })
  async defineEntityType(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.DefineEntityTypeInput, { description: "The type." })
    input: inputs.DefineEntityTypeInput,
  ): Promise<object> {
    const { name, prefix, role } = input;
    return onCatalog(context, () =>
      context.insights.defineEntityType(
        { name, prefix, role: role ?? "ENTITY" },
        toRequest(context, input, { leastVersion: 0 }),
      ),
    );
  }

  @Authorized("OPERATOR")
  @Mutation(() => payloads.DefineActivityKindPayload, {
    description: "Adds a kind of activity, or windows to one that is there. Its metrics are there from then on.",
  })
  async defineActivityKind(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.DefineActivityKindInput, { description: "The kind." })
    input: inputs.DefineActivityKindInput,
  ): Promise<object> {
    const { name, plural, windows, value } = input;
    const kind = { name, plural, windows, ...(value == null ? {} : { value: { ...value } }) };
    return onCatalog(context, () =>
      context.insights.defineActivityKind(kind, toRequest(context, input, { leastVersion: 0 })),
    );
  }

  @Authorized("OPERATOR")
  @Mutation(() => payloads.AddHealthFormulaPayload, {
    description: "Adds a version of a type's health formula. Backtest it, then activate it.",
  })
  async addHealthFormula(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.AddHealthFormulaInput, { description: "The formula." })
    input: inputs.AddHealthFormulaInput,
  ): Promise<object> {
    return answer<payloads.AddHealthFormulaPayload & WithFormulas>(context, {}, async () => {
      const components = input.components.map((component) => ({ ...component }));
      const { formulas, formula, position } = await context.insights.addHealthFormula(
        input.entityType,
        { components, ...given({ note: input.note }) },
        toRequest(context, input, { leastVersion: 0 }),
      );
      return { formulas, formulaVersion: formula.formulaVersion, at: position };
    });
  }

  @Authorized("OPERATOR")
  @Mutation(() => payloads.ActivateHealthFormulaPayload, {
    description:
      "Has entities of a type scored by this version from now on; those that are there are measured anew within moments.",
  })
  async activateHealthFormula(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.ActivateHealthFormulaInput, { description: "Which." })
    input: inputs.ActivateHealthFormulaInput,
  ): Promise<object> {
    return answer<payloads.ActivateHealthFormulaPayload & WithFormulas>(context, {}, async () => {
      const { entityType, formulaVersion } = input;
      const request = toRequest(context, input, { leastVersion: 0 });
      const { formulas, position } = await context.insights.activateHealthFormula(entityType, formulaVersion, request);
      return { formulas, formulaVersion, at: position };
    });
  }
}

function onCatalog(
  context: GraphQLContext,
  change: () => Promise<{ readonly catalog: Catalog; readonly position: StreamPosition }>,
): Promise<object> {
  return answer<payloads.InsightsCatalogPayload & WithCatalog>(context, {}, async () => {
    const { catalog, position } = await change();
    return { catalog, at: position };
  });
}

/** The edge to the entity, for the types that name one. */
function createEntityEdge(ofType: ClassType<{ entityKey?: string | undefined }>) {
  @Resolver(() => ofType)
  class EntityEdge {
    @FieldResolver(() => Entity, {
      nullable: true,
      description: "The entity behind the fact, with its metrics; null where there are errors.",
    })
    async entity(
      @Ctx() context: GraphQLContext,
      @Root() { entityKey }: { readonly entityKey?: string | undefined },
    ): Promise<EntityView | undefined> {
      return loadEntityView(context, entityKey);
    }
  }
  return EntityEdge;
}

@Resolver(() => payloads.InsightsCatalogPayload)
class CatalogEdge {
  @FieldResolver(() => InsightsCatalog, {
    nullable: true,
    description: "The catalog after the change; null where there are errors.",
  })
  catalog(@Ctx() { caller }: GraphQLContext, @Root() { catalog }: WithCatalog): InsightsCatalog | undefined {
    return catalog && toCatalogView(catalog, caller.projects);
  }
}

@Resolver(() => payloads.HealthFormulaPayload)
class FormulasEdge {
  @FieldResolver(() => HealthFormulas, {
    nullable: true,
    description: "The formulas of the type after the change; null where there are errors.",
  })
  formulas(@Root() { formulas }: WithFormulas): HealthFormulas | undefined {
    return formulas && toFormulasView(formulas);
  }
}

/** The edges from payloads to what they are about. */
export const activityPayloadFields = [
  createEntityEdge(payloads.RecordActivityPayload),
  createEntityEdge(payloads.RecordActivityResult),
  CatalogEdge,
  FormulasEdge,
] as const;
