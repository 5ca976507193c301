/** How the queue is doing, as rows of `market_intelligence_queue`: what the projector writes and readers read. */
import { researchQueueProjection } from "../../../domain/research/index.js";
import type { QueueTally } from "../../../domain/research/index.js";
import { canonicalJson } from "../../../domain/kernel/hashChain.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import type { AsyncView } from "../../processing/asyncView.js";
import { queueKeys } from "./keys.js";

export const researchQueueView: AsyncView<QueueTally> = {
  projection: researchQueueProjection,
  rows: "folds",
  itemKey: (row, generation) => ({ table: "market_intelligence_queue", key: queueKeys.stats(row, generation) }),
  toItem: (_row, tally) => ({ tally: canonicalJson(tally) }),
  // Written by toItem.
  fromItem: (item) => JSON.parse(String(item["tally"])) as QueueTally,
};

/** Whether a row is one of this view's: it has a proof of its own. */
export function isOfAsyncView(item: Item): boolean {
  return item["tally"] !== undefined;
}
