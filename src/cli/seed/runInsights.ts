/** Records what happened to the example entities, then makes the rules that look at them. A second run adds nothing. */
import type { GraphQLClient } from "../graphqlClient.js";
import { ImportActivitiesDocument, SeedActivitiesDocument, SeedInsightRuleDocument } from "../generated/operations.js";
import type { ActivityInput } from "../generated/operations.js";
import type { SeedEntity, SeedRule } from "./insights.js";
import { requireNoErrors } from "./refusals.js";

export interface SeedInsightsDeps {
  readonly client: GraphQLClient;
  readonly entities: readonly SeedEntity[];
  readonly rules: readonly SeedRule[];
  readonly now: () => Date;
  /** Called after each command. */
  readonly onProgress: () => void;
}

/** How many commands a run sends. */
export function countInsightCommands({ entities, rules }: Pick<SeedInsightsDeps, "entities" | "rules">): number {
  return entities.length + rules.length;
}

/** Throws at the first refusal. */
export async function runInsightSeed({ client, entities, rules, now, onProgress }: SeedInsightsDeps): Promise<void> {
  for (const entity of entities) {
    const since = (await loadedAt(client, entity)) ?? toWholeSecond(now());
    const activities = factsOf(entity, since);
    const { recordActivities } = await client.run(ImportActivitiesDocument, { input: { activities } });
    requireNoErrors(entity.entityId, [
      ...recordActivities.errors,
      ...recordActivities.results.flatMap(({ errors }) => errors),
    ]);
    onProgress();
  }
  // Behind the facts: a rule that is there before them would see half of them.
  for (const rule of rules) {
    const { createInsightRule } = await client.run(SeedInsightRuleDocument, {
      input: { ...rule, enabled: true, idempotencyKey: `seed/rule/${rule.ruleId}` },
    });
    requireNoErrors(rule.ruleId, createInsightRule.errors);
    onProgress();
  }
}

/** The facts of an entity, the first of which tells by its time when the examples were loaded. */
function factsOf(entity: SeedEntity, since: Date): (ActivityInput & { readonly dedupeId: string })[] {
  const facts = [
    ...entity.sessions.map((daysAgo) => ({ kind: "session", daysAgo })),
    ...entity.ibCalls.map((daysAgo) => ({ kind: "ib_call", daysAgo })),
    ...entity.ratings.map(([daysAgo, value]) => ({ kind: "rating", daysAgo, value })),
  ];
  return facts.map(({ daysAgo, ...fact }, index) => ({
    entityId: entity.entityId,
    ...fact,
    groups: [...entity.groups],
    occurredAt: new Date(since.getTime() - daysAgo * dayMilliseconds).toISOString(),
    source: "seed",
    dedupeId: `${entity.entityId}/${index}`,
  }));
}

const toWholeSecond = (date: Date) => new Date(Math.floor(date.getTime() / 1_000) * 1_000);

const dayMilliseconds = 86_400_000;

/** When the examples were loaded before, so that the same facts come at the same times again. */
async function loadedAt(client: GraphQLClient, entity: SeedEntity): Promise<Date | undefined> {
  const [first] = factsOf(entity, new Date(0));
  let after: string | null | undefined;
  do {
    const found = await client.run(SeedActivitiesDocument, { entityId: entity.entityId, after });
    const { nodes = [], pageInfo } = found.entity?.activities ?? {};
    const known = nodes.find(({ dedupeId }) => dedupeId === first?.dedupeId);
    if (known !== undefined && first?.occurredAt != null)
      return new Date(Date.parse(known.occurredAt) - Date.parse(first.occurredAt));
    after = pageInfo?.hasNextPage === true ? pageInfo.endCursor : undefined;
  } while (after != null);
  return undefined;
}
