/** The views of insights that are fed from the change feed: facts of aggregates, and what became of each rule's insights. */
import { aggregateTalliesProjection, rulePerformanceProjection } from "../../../domain/insights/index.js";
import type { RulePerformance, Tally } from "../../../domain/insights/index.js";
import { canonicalJson } from "../../../domain/kernel/hashChain.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import type { AsyncView } from "../../processing/asyncView.js";
import { toTally, toTallyAttributes } from "./items.js";
import { aggregatePartition, parseTallyRowKey, rulesKeys, tallyItemKey } from "./keys.js";

/** The hours of an aggregate: in the table of the entities' tallies, in partitions of its own. */
export const aggregateTalliesView: AsyncView<Tally> = {
  projection: aggregateTalliesProjection,
  rows: "folds",
  itemKey(key, generation) {
    const tally = parseTallyRowKey(key);
    const entityKey = aggregatePartition(tally.entityKey, generation);
    return { table: "iops-dashboard-tallies", key: tallyItemKey({ ...tally, entityKey }) };
  },
  toItem: (key, tally) => ({ aggregate: parseTallyRowKey(key).entityKey, ...toTallyAttributes(tally) }),
  fromItem: fromAggregateItem,
};

/** The tally of an aggregate, whatever its generation. */
function fromAggregateItem(item: Item): Tally {
  return toTally(item, String(item["aggregate"]));
}

export const rulePerformanceView: AsyncView<RulePerformance> = {
  projection: rulePerformanceProjection,
  rows: "folds",
  itemKey: (ruleId, generation) => ({
    table: "iops-dashboard-rules",
    key: rulesKeys.performance(ruleId, generation),
  }),
  toItem: (_ruleId, performance) => ({ performance: canonicalJson(performance) }),
  // Written by toItem.
  fromItem: (item) => JSON.parse(String(item["performance"])) as RulePerformance,
};

/** Whether a row is one of these views': they have proofs of their own. */
export function isOfAsyncView(item: Item): boolean {
  return item["aggregate"] !== undefined || item["performance"] !== undefined;
}
