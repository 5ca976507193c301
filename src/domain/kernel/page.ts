/** Pages of lists, as every read model answers them. */

/** How a list goes on: `after` is the cursor of the last row that the caller has. */
export interface PageRequest {
  readonly first: number;
  readonly after?: string | undefined;
}

/** One page. `cursor` names a row's place in the list's order and means nothing to the caller. */
export interface Page<Row> {
  readonly rows: readonly { readonly row: Row; readonly cursor: string }[];
  readonly hasMore: boolean;
  /** Where to go on when many candidates did not match and the page stopped early, perhaps with no row at all. */
  readonly resumeAfter?: string;
}
