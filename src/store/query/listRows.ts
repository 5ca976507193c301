/** Pages of lists whose candidates are whole rows. */
import type { Page, PageRequest } from "../../domain/kernel/page.js";
import type { Clock } from "../../domain/kernel/time.js";
import type { DynamoDb } from "../dynamodb/client.js";
import type { Item } from "../dynamodb/rowWrite.js";
import { isExpired } from "../expiry.js";
import { mergedQuery } from "./mergedQuery.js";
import type { SortedRange } from "./mergedQuery.js";
import { takePage } from "./takePage.js";

export interface ListRowsDeps {
  readonly db: DynamoDb;
  readonly clock: Clock;
  /** Whether the ledger wrote a row. */
  readonly isOurs: (item: Item) => boolean;
}

export interface RowList<Row> {
  readonly ranges: readonly SortedRange[];
  readonly descending: boolean;
  /** Whether the ranges hold hardly anything else than what the list asks for. @default true */
  readonly isNarrow?: boolean;
  readonly fromItem: (item: Item) => Row;
  /** @default every row */
  readonly matches?: (row: Row) => boolean;
}

export type ListRows = <Row>(page: PageRequest, list: RowList<Row>) => Promise<Page<Row>>;

/** Where few candidates match, pages of this many are asked for at once. */
const candidatesAtLeast = 100;

/** Creates what reads a page of the rows of some ranges that belong to a list: ours, those that are not there any more left out. */
export function createListRows({ db, clock, isOurs }: ListRowsDeps): ListRows {
  return ({ first, after }, { ranges, descending, isNarrow = true, fromItem, matches = () => true }) => {
    const expected = isNarrow ? first + 1 : Math.max(first + 1, candidatesAtLeast);
    const candidates = mergedQuery(db, { ranges, descending, expected, after });
    return takePage(candidates, first, async (chunk) => {
      const now = clock.now();
      return chunk.map(({ item, rank }) => {
        if (!isOurs(item) || isExpired(item, now)) return undefined;
        const row = fromItem(item);
        return matches(row) ? { row, cursor: rank } : undefined;
      });
    });
  };
}
