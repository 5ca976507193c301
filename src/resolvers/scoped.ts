/** Loaders of rows that not every caller may see. */
import DataLoader from "dataloader";

/** Rows that the caller may see, by their ids; all others are not there. */
export interface ScopedLoader<Row> extends DataLoader<string, Row | undefined> {
  /** Whether the row was asked for and exists, but not for this caller; for the audit trail only. */
  hides(id: string): boolean;
}

/** A loader of the rows that `isVisible` lets through. `load` answers in the order of the ids. */
export function scoped<Row>(
  load: (ids: readonly string[]) => Promise<readonly (Row | undefined)[]>,
  isVisible: (row: Row) => boolean,
): ScopedLoader<Row> {
  const hidden = new Set<string>();
  const loader = new DataLoader<string, Row | undefined>(async (ids) => {
    const rows = await load(ids);
    return ids.map((id, index) => {
      const row = rows[index];
      if (row === undefined || isVisible(row)) return row;
      hidden.add(id);
      return undefined;
    });
  });
  return Object.assign(loader, { hides: (id: string) => hidden.has(id) });
}
