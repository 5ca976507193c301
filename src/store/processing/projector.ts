/** The projector: runs an async projection. Its rows move in the same transaction as its checkpoint, so each event counts once. */
import type { FeedEntry } from "../../domain/kernel/index.js";
import { batchGet } from "../dynamodb/batchGet.js";
import type { DynamoDb } from "../dynamodb/client.js";
import type { Item, RowWrite } from "../dynamodb/rowWrite.js";
import type { AsyncView } from "./asyncView.js";
import type { FeedHandler } from "./processor.js";

/** The handler of a view. A batch costs one BatchGetItem, where the view folds, and the transaction. */
export function createProjector<Row>({
  db,
  view,
}: {
  readonly db: DynamoDb;
  readonly view: AsyncView<Row>;
}): FeedHandler {
  const { projection } = view;

  const load = async (keys: readonly string[], generation: number): Promise<Map<string, Row | undefined>> => {
    if (view.rows === "records") return new Map();
    const places = keys.map((key) => view.itemKey(key, generation));
    const [first] = places;
    if (first === undefined) return new Map();
    const items = await batchGet(
      db,
      first.table,
      places.map(({ key }) => key),
      { consistent: true },
    );
    return new Map(keys.map((key, index) => [key, toRow(items[index])]));
  };

  const toRow = (item: Item | undefined): Row | undefined => (item === undefined ? undefined : view.fromItem(item));

  return {
    name: projection.name,
    kind: "PROJECTION",
    wants: (entry) => projection.keys(entry).length > 0,
    handle: async (entries, { generation }) => {
      const keysOf = new Map(entries.map((entry): [FeedEntry, readonly string[]] => [entry, projection.keys(entry)]));
      const keys = [...new Set([...keysOf.values()].flat())];
      const rows = await load(keys, generation);
      for (const [entry, entryKeys] of keysOf) {
        for (const key of entryKeys) rows.set(key, projection.apply(rows.get(key), entry, key));
      }
      return keys.map((key) => toWrite(view, key, rows.get(key), generation));
    },
  };
}

function toWrite<Row>(view: AsyncView<Row>, key: string, row: Row | undefined, generation: number): RowWrite {
  const { table, key: itemKey } = view.itemKey(key, generation);
  return row === undefined
    ? { kind: "delete", table, key: itemKey }
    : { kind: "put", table, item: { ...view.toItem(key, row), ...itemKey } };
}
