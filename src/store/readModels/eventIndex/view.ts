/** Rows of the event index as items of `domain-event-index`, and back: what the projector writes by. */
import { eventIndexProjection, parseEventIndexKey } from "../../../domain/kernel/index.js";
import type { EventIndexRow } from "../../../domain/kernel/index.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import type { AsyncView } from "../../processing/asyncView.js";

const table = "domain-event-index";

/** Wide enough for any version: places of one stream sort by it. */
const versionDigits = 12;

/** The key attributes of an event's item. */
function itemKeyOf({
  correlationId,
  streamId,
  version,
}: Pick<EventIndexRow, "correlationId" | "streamId" | "version">) {
  return { correlationId, place: `${streamId}@${String(version).padStart(versionDigits, "0")}` };
}

/** The row in an item of the table. */
export function fromEventIndexItem(item: Item): EventIndexRow {
  const row = item as unknown as EventIndexRow;
  return {
    eventId: row.eventId,
    correlationId: row.correlationId,
    ...(row.causationId === undefined ? {} : { causationId: row.causationId }),
    type: row.type,
    streamId: row.streamId,
    version: row.version,
    recordedAt: row.recordedAt,
  };
}

/** The async view: its projection, and how a row is stored. */
export const eventIndexView: AsyncView<EventIndexRow> = {
  projection: eventIndexProjection,
  rows: "records",
  itemKey: (key: string) => ({ table, key: itemKeyOf(parseEventIndexKey(key)) }) as const,
  /** The whole item, keys included. */
  toItem: (_key: string, row: EventIndexRow): Item => ({ ...itemKeyOf(row), ...row }),
  fromItem: fromEventIndexItem,
};
