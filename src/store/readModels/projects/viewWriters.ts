/** How each project view is written: what the event store is told of this context. */
import type { ProjectView, ProjectViewChange } from "../../../domain/projects/index.js";
import type { ViewChange } from "../../../domain/kernel/decider.js";
import { putRow } from "../../dynamodb/rowWrite.js";
import type { Item, RowWrite } from "../../dynamodb/rowWrite.js";
import type { TableName } from "../../tables.js";
import { toBatchItem, toProjectEventItem, toRoutingItem, toSettingsItem } from "./items.js";
import { eventKeyIn } from "./keys.js";

/** The projection of projects makes changes of exactly these views, with the rows that ProjectViews states. */
const write = (change: ViewChange): readonly RowWrite[] => toRowWrites(change as ProjectViewChange);

export const projectViewWriters = {
  "project-event": write,
  batch: write,
  "project-settings": write,
  "project-routing": write,
} satisfies Record<ProjectView, (change: ViewChange) => readonly RowWrite[]>;

/** The writes that a change of a view means. Of all rows only those of project events ever go: when they move. */
function toRowWrites(change: ProjectViewChange): readonly RowWrite[] {
  const put = (table: TableName, item: Item) => putRow(table, item, change);
  switch (change.view) {
    case "project-event":
      return change.row === undefined
        ? [{ kind: "delete", table: "ProjectEvents", key: eventKeyIn(change.key) }]
        : put("ProjectEvents", toProjectEventItem(change.row));
    case "batch":
      return change.row === undefined ? [] : put("ProjectBatches", toBatchItem(change.row));
    case "project-settings":
      return change.row === undefined ? [] : put("Projects", toSettingsItem(change.row));
    case "project-routing":
      return change.row === undefined ? [] : put("Projects", toRoutingItem(change.row));
  }
}
