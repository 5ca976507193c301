/** An async projection with the items that its rows are: what a projector runs, a rebuild makes anew and verify compares. */
import type { AsyncProjection } from "../../domain/kernel/index.js";
import type { Item } from "../dynamodb/rowWrite.js";
import type { TableName } from "../tables.js";

export interface AsyncView<Row> {
  readonly projection: AsyncProjection<Row>;
  /** Where a row is; `generation` tells apart the rows of a rebuild from those that are read meanwhile. */
  itemKey(key: string, generation: number): { readonly table: TableName; readonly key: Item };
  /** The attributes of a row besides its key. */
  toItem(key: string, row: Row): Item;
  fromItem(item: Item): Row;
  /**
   * "folds": a row is the fold of many events, so that it is read before it is written, and rebuilt beside itself.
   * "records": a row says what one event says, whatever was there before: written without reading, and rebuilt in place.
   */
  readonly rows: "folds" | "records";
}
