/** From connection arguments to a page request, and from a page to a connection. */
import { invalid } from "../domain/kernel/errors.js";
import type { Page, PageRequest } from "../domain/kernel/page.js";
import { defaultPageSize, maximumPageSize } from "../schema/connection.js";
import type { Connection } from "../schema/connection.js";
import type { CursorCodec } from "./cursor.js";

/** A list in one order: its cursors fit no other. */
export interface List {
  readonly cursors: CursorCodec;
  readonly scope: string;
}

/** Throws a ValidationError where `first` is out of bounds or `after` is no cursor of the list. */
export function toPageRequest({ cursors, scope }: List, args: { first?: number | null; after?: string }): PageRequest {
  const first = args.first ?? defaultPageSize;
  if (first < 1 || first > maximumPageSize) throw invalid("first", `must be 1 to ${maximumPageSize}`);
  return { first, after: args.after == null ? undefined : cursors.decode(scope, args.after, "after") };
}

export function toConnection<Row, View>(
  { cursors, scope }: List,
  page: Page<Row>,
  request: PageRequest,
  toView: (row: Row) => View,
): Connection<View> {
  const edges = page.rows.map(({ row, cursor }) => ({ node: toView(row), cursor: cursors.encode(scope, cursor) }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: page.hasMore,
      hasPreviousPage: request.after !== undefined,
      startCursor: edges[0]?.cursor,
      endCursor: page.resumeAfter === undefined ? edges.at(-1)?.cursor : cursors.encode(scope, page.resumeAfter),
    },
  };
}

/** A page of a short list that is at hand. `placeOf` names a row's place in it: unique, and the same the next time. */
export function toPageOf<Row>(
  rows: readonly Row[],
  { first, after }: PageRequest,
  placeOf: (row: Row, index: number) => string,
): Page<Row> {
  const places = rows.map((row, index) => ({ row, cursor: placeOf(row, index) }));
  // Where the row of the cursor is gone, nothing tells where it was: the list begins anew.
  const start = after === undefined ? 0 : places.findIndex(({ cursor }) => cursor === after) + 1;
  return { rows: places.slice(start, start + first), hasMore: places.length > start + first };
}
