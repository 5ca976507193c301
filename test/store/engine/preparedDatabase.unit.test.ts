/** The prepared file keeps the engine's stream writes flat: what the engine asks for is one step in an index. */
import { describe, expect, it } from "vitest";
import { preparedDatabase } from "../../../src/store/engine/preparedDatabase.js";
import { nextSequenceNumber, openSqlite } from "./support/sqlite.js";
import type { OpenFile } from "./support/sqlite.js";

function addRecords(file: OpenFile, table: string, range: { readonly from: number; readonly to: number }): void {
  file.run(
    `INSERT INTO _stream_records (table_name, event_name, keys_json, sequence_number, shard_id, created_at)
     WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i < ?)
     SELECT ?, 'INSERT', '{}', CAST(i AS TEXT), 'shard', 0 FROM n`,
    [range.from, range.to, table],
  );
}

/** What SQLite does for the engine's question: `SeekLE` goes to one place in an index, `Rewind` begins a walk over all. */
const stepsOf = (file: OpenFile) => file.column(`EXPLAIN ${nextSequenceNumber}`, "opcode");

const countOf = (file: OpenFile, table: string) =>
  Number(file.column(`SELECT COUNT(*) FROM _stream_records WHERE table_name = '${table}'`)[0]);

describe("the prepared database", () => {
  it("answers for the next sequence number out of an index, not by a walk over the records", async () => {
    const file = await openSqlite(preparedDatabase());
    const steps = stepsOf(file);
    expect(steps).toContain("SeekLE");
    expect(steps).not.toContain("Rewind");
  });

  it("would walk over the records without its index", async () => {
    const file = await openSqlite(preparedDatabase());
    file.run("DROP INDEX ix_sr_seq");
    expect(stepsOf(file)).toContain("Rewind");
  });

  it("keeps the last 20,000 records of each table, and up to 256 more until the next trim", async () => {
    const file = await openSqlite(preparedDatabase());
    addRecords(file, "orders", { from: 1, to: 50_000 });
    expect(countOf(file, "orders")).toBeGreaterThanOrEqual(20_000);
    expect(countOf(file, "orders")).toBeLessThan(20_256);
    expect(file.column(nextSequenceNumber.replace("?1", "'orders'"))).toEqual(["50001"]);
  });

  it("leaves the records of a quiet table alone while a busy one is trimmed", async () => {
    const file = await openSqlite(preparedDatabase());
    addRecords(file, "quiet", { from: 1, to: 6 });
    addRecords(file, "orders", { from: 1, to: 30_000 });
    expect(countOf(file, "quiet")).toBe(6);
  });
});
