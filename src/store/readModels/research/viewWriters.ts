/** How each research view is written: what the event store is told of this context. */
import type { ResearchViewChange, ResearchViews } from "../../../domain/research/index.js";
import type { ViewChange } from "../../../domain/kernel/decider.js";
import { putRow } from "../../dynamodb/rowWrite.js";
import type { Item, RowWrite } from "../../dynamodb/rowWrite.js";
import type { TableName } from "../../tables.js";
import { toLogItem, toProjectItem, toRequestItem, toRunItem, toSlotItem } from "./items.js";

/** The projection of research makes changes of exactly these views, with the rows that ResearchViews states. */
const write = (change: ViewChange): readonly RowWrite[] => {
  const put = toPut(change as ResearchViewChange);
  return put === undefined ? [] : putRow(put.table, put.item, change);
};

export const researchViewWriters = {
  "research-request": write,
  "research-run": write,
  "research-log": write,
  "research-slot": write,
  "research-project": write,
} satisfies Record<keyof ResearchViews, (change: ViewChange) => readonly RowWrite[]>;

/** The item that a change puts. No row of these views ever goes, but for those whose time is over. */
function toPut(change: ResearchViewChange): { readonly table: TableName; readonly item: Item } | undefined {
  if (change.row === undefined) return undefined;
  switch (change.view) {
    case "research-request":
      return { table: "market_intelligence_requests", item: toRequestItem(change.row) };
    case "research-run":
      return { table: "market_intelligence_runs", item: toRunItem(change.row) };
    case "research-log":
      return { table: "request_processing_logs", item: toLogItem(change.row) };
    case "research-slot":
      return { table: "market_intelligence_queue", item: toSlotItem(change.row) };
    case "research-project":
      return { table: "market_intelligence_queue", item: toProjectItem(change.row) };
  }
}
