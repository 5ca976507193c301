/** `opsledger tables`. */
import { parseConfig } from "../../config/config.js";
import { prefixed, tableNames, tables } from "../../store/tables.js";
import type { TableDefinition } from "../../store/tables.js";

export function listTables(): void {
  const name = prefixed(parseConfig(process.env).tablePrefix);
  for (const table of tableNames) {
    const { partitionKey, sortKey, indexes, timeToLive, stream, purpose }: TableDefinition = tables[table];
    const key = [partitionKey, ...(sortKey === undefined ? [] : [sortKey])]
      .map((attribute) => attribute.name)
      .join(" + ");
    console.log(`${name(table)}  (${key})`);
    console.log(`  ${purpose}`);
    for (const index of indexes) console.log(`  ${index.name}: ${index.purpose}`);
    if (timeToLive !== undefined) console.log(`  time to live: ${timeToLive}`);
    if (stream !== undefined) console.log(`  stream: ${stream}`);
  }
}
