/** How each insight view is written: what the event store is told of this context. */
import type { InsightView, InsightViewChange } from "../../../domain/insights/index.js";
import type { ViewChange } from "../../../domain/kernel/decider.js";
import { putRow } from "../../dynamodb/rowWrite.js";
import type { Item, RowWrite } from "../../dynamodb/rowWrite.js";
import type { TableName } from "../../tables.js";
import {
  toActivityItem,
  toCatalogItem,
  toEntityItem,
  toFormulasItem,
  toInsightItem,
  toRuleItem,
  toSlotItem,
  toTallyItem,
  toWatchItem,
} from "./items.js";

/** The projection of insights makes changes of exactly these views, with the rows that InsightViews states. */
const write = (change: ViewChange): readonly RowWrite[] => {
  const put = toPut(change as InsightViewChange);
  return put === undefined ? [] : putRow(put.table, put.item, change);
};

export const insightViewWriters = {
  entity: write,
  tally: write,
  activity: write,
  "insights-catalog": write,
  "health-formulas": write,
  "insight-rule": write,
  watch: write,
  insight: write,
  "incident-slot": write,
} satisfies Record<InsightView, (change: ViewChange) => readonly RowWrite[]>;

/** The item that a change puts. No row of these views ever goes, but for insights whose time is over. */
function toPut(change: InsightViewChange): { readonly table: TableName; readonly item: Item } | undefined {
  if (change.row === undefined) return undefined;
  switch (change.view) {
    case "entity":
      return { table: "iops-dashboard-metrics", item: toEntityItem(change.row) };
    case "tally":
      return { table: "iops-dashboard-tallies", item: toTallyItem(change.row) };
    case "activity":
      return { table: "iops-dashboard-activities", item: toActivityItem(change.row) };
    case "insight":
      return { table: "iops-dashboard-insights", item: toInsightItem(change.row) };
    case "insights-catalog":
      return { table: "iops-dashboard-rules", item: toCatalogItem(change.row) };
    case "health-formulas":
      return { table: "iops-dashboard-rules", item: toFormulasItem(change.row) };
    case "insight-rule":
      return { table: "iops-dashboard-rules", item: toRuleItem(change.row) };
    case "watch":
      return { table: "iops-dashboard-rules", item: toWatchItem(change.row) };
    case "incident-slot":
      return { table: "iops-dashboard-rules", item: toSlotItem(change.row) };
  }
}
