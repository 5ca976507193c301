/** Rows of an async view that folds, as far as its projector has come. */
import { batchGet } from "../dynamodb/batchGet.js";
import type { DynamoDb } from "../dynamodb/client.js";
import type { AsyncView } from "./asyncView.js";
import { loadCheckpoint } from "./checkpoint.js";

/** The rows of the generation that is read now, in the order of the keys. Two requests for 100 keys. */
export async function readAsyncRows<Row>(
  db: DynamoDb,
  view: AsyncView<Row>,
  keys: readonly string[],
): Promise<readonly (Row | undefined)[]> {
  if (keys.length === 0) return [];
  const checkpoint = await loadCheckpoint(db, view.projection.name);
  if (checkpoint === undefined) return keys.map(() => undefined);
  const places = keys.map((key) => view.itemKey(key, checkpoint.generation));
  const [first] = places;
  if (first === undefined) return [];
  const items = await batchGet(
    db,
    first.table,
    places.map(({ key }) => key),
    { consistent: true },
  );
  return items.map((item) => (item === undefined ? undefined : view.fromItem(item)));
}
