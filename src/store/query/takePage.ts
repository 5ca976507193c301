/** Pages of a list whose candidates are looked at one after the other: as many rows as were asked for, and whether there are more. */
import type { Page } from "../../domain/kernel/page.js";
import type { Ranked } from "./mergedQuery.js";

/** A page that finds too few rows stops after looking at this many; the caller goes on from its end. */
const examinedAtMost = 1_000;

/**
 * Takes candidates until `first` rows and a sign of more are found. `select` turns a chunk into rows, undefined for a
 * candidate that does not belong. The page is short where too many did not.
 */
export async function takePage<Row>(
  candidates: AsyncGenerator<Ranked, void, void>,
  first: number,
  select: (chunk: readonly Ranked[]) => Promise<readonly ({ row: Row; cursor: string } | undefined)[]>,
): Promise<Page<Row>> {
  const rows: { row: Row; cursor: string }[] = [];
  let examined = 0;
  for (;;) {
    const chunk: Ranked[] = [];
    while (chunk.length < first + 1 - rows.length) {
      const next = await candidates.next();
      if (next.done === true) break;
      chunk.push(next.value);
    }
    const exhausted = chunk.length < first + 1 - rows.length;
    rows.push(...(await select(chunk)).filter((row) => row !== undefined));
    examined += chunk.length;
    if (rows.length > first) return { rows: rows.slice(0, first), hasMore: true };
    if (exhausted) return { rows, hasMore: false };
    if (examined >= examinedAtMost) return { rows, hasMore: true, resumeAfter: chunk.at(-1)?.rank ?? "" };
  }
}
