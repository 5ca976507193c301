/** How each integration view is written: what the event store is told of this context. */
import type { IntegrationViewChange, IntegrationViews } from "../../../domain/integrations/index.js";
import type { ViewChange } from "../../../domain/kernel/decider.js";
import { putRow } from "../../dynamodb/rowWrite.js";
import type { Item, RowWrite } from "../../dynamodb/rowWrite.js";
import type { TableName } from "../../tables.js";
import { toDeadLetterItem, toPollItem, toScheduleItem, toSessionItem } from "./items.js";

/** The projection of integrations makes changes of exactly these views, with the rows that IntegrationViews states. */
const write = (change: ViewChange): readonly RowWrite[] => {
  const put = toPut(change as IntegrationViewChange);
  return put === undefined ? [] : putRow(put.table, put.item, change);
};

export const integrationViewWriters = {
  "integration-session": write,
  "integration-schedule": write,
  "integration-poll": write,
  "integration-dead-letter": write,
} satisfies Record<keyof IntegrationViews, (change: ViewChange) => readonly RowWrite[]>;

/** The item that a change puts. No row of these views ever goes, but for those whose time is over. */
function toPut(change: IntegrationViewChange): { readonly table: TableName; readonly item: Item } | undefined {
  if (change.row === undefined) return undefined;
  switch (change.view) {
    case "integration-session":
      return { table: "beya-integration-sessions", item: toSessionItem(change.row) };
    case "integration-schedule":
      return { table: "beya-integration-schedules", item: toScheduleItem(change.row) };
    case "integration-poll":
      return { table: "beya-integration-polls", item: toPollItem(change.row) };
    case "integration-dead-letter":
      return { table: "beya-integration-dead-letters", item: toDeadLetterItem(change.row) };
  }
}
