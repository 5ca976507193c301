/** Reading files of facts: what is bad costs its own line only, and says why. */
import { Readable } from "node:stream";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvRecords } from "../../../src/cli/activities/csv.js";
import { parseMapping } from "../../../src/cli/activities/columns.js";
import { toFact } from "../../../src/cli/activities/fact.js";
import { longestLine, splitLines } from "../../../src/cli/activities/lines.js";
import type { Line } from "../../../src/cli/activities/lines.js";
import { readRows } from "../../../src/cli/activities/rows.js";
import type { Format, Row } from "../../../src/cli/activities/rows.js";

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** The lines of a text that comes in pieces of so many bytes. */
function linesOf(text: string | Buffer, pieces = 7): AsyncGenerator<Line, void, void> {
  const whole = Buffer.from(text);
  const chunks = Array.from({ length: Math.ceil(whole.length / pieces) }, (_, index) =>
    whole.subarray(index * pieces, (index + 1) * pieces),
  );
  return splitLines(Readable.from(chunks));
}

function rowsOf(
  text: string | Buffer,
  { format = "csv", delimiter = ",", map = [] }: { format?: Format; delimiter?: string; map?: string[] } = {},
): Promise<Row[]> {
  return all(readRows(linesOf(text, 1_000), { format, delimiter, mapping: parseMapping(map) }));
}

const reasons = (rows: readonly Row[]) =>
  rows.flatMap((row) => ("rejected" in row ? [[row.rejected.line, row.rejected.reason]] : []));
const taken = (rows: readonly Row[]) =>
  rows.flatMap((row) => ("fields" in row ? [[row.line, row.fields.entityId]] : []));

describe("lines", () => {
  it("end in LF or CRLF, the last one in nothing, and may be empty", async () => {
    const texts = (await all(linesOf("a\r\nb\n\nc"))).map((line) => ("text" in line ? line.text : line.problem));
    expect(texts).toEqual(["a", "b", "", "c"]);
  });

  it("are the same however the file is cut into pieces", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string()), fc.integer({ min: 1, max: 20 }), async (parts, pieces) => {
        const text = parts.join("\n");
        const read = (await all(linesOf(text, pieces))).map((line) => ("text" in line ? line.text : line.problem));
        const expected = text.split("\n").map((line) => line.replace(/\r$/, ""));
        if (text === "" || text.endsWith("\n")) expected.pop();
        expect(read.map((line, index) => (index === 0 ? line.replace(/^\uFEFF/, "") : line))).toEqual(
          expected.map((line, index) => (index === 0 ? line.replace(/^\uFEFF/, "") : line)),
        );
      }),
    );
  });

  it("lose the mark that some programs put before the first one", async () => {
    expect(await all(linesOf("\uFEFFa\n"))).toEqual([{ number: 1, text: "a" }]);
  });

  it("of a megabyte are not held, and do not end the reading", async () => {
    const [, long, last] = await all(linesOf(`a\n${"x".repeat(1_048_576)}\nb\n`, 16_384));
    expect(long).toEqual({ number: 2, problem: `has 1048576 bytes; a line has at most ${longestLine}` });
    expect(last).toEqual({ number: 3, text: "b" });
  });

  it("that are no UTF-8 are bad by themselves", async () => {
    const [first, second] = await all(linesOf(Buffer.from([0xc3, 0x28, 0x0a, 0x61])));
    expect(first).toEqual({ number: 1, problem: "is not UTF-8" });
    expect(second).toEqual({ number: 2, text: "a" });
  });
});

describe("CSV", () => {
  const header = "entity_id,kind,note\n";

  it("has quoted fields that hold commas, quotes and line ends", async () => {
    const rows = await rowsOf(`${header}stu_1,session,"said ""hi"", and\nleft"\nstu_2,session,\n`);
    expect(rows).toEqual([
      { line: 2, fields: { entityId: "stu_1", kind: "session", note: 'said "hi", and\nleft' } },
      { line: 4, fields: { entityId: "stu_2", kind: "session" } },
    ]);
  });

  it("loses one line by a quote that is never closed", async () => {
    const rows = await rowsOf(`${header}stu_1,session,"open\nstu_2,session,a\nstu_3,session,"b"\nstu_4,session,\n`);
    expect(reasons(rows)).toEqual([[2, "has a quote that is not closed"]]);
    expect(taken(rows)).toEqual([
      [3, "stu_2"],
      [4, "stu_3"],
      [5, "stu_4"],
    ]);
  });

  it("loses one line by a quote that is not closed before the file ends, however much follows", async () => {
    const rest = Array.from({ length: 200 }, (_, index) => `stu_${index},session,x`).join("\n");
    const rows = await rowsOf(`${header}stu_a,session,"open\n${rest}`);
    expect(reasons(rows)).toEqual([[2, "has a quote that is not closed"]]);
    expect(taken(rows)).toHaveLength(200);
  });

  it("says what is wrong with quotes elsewhere", async () => {
    const rows = await rowsOf(`${header}stu_1,session,5" screen\nstu_2,session,"a" b\nstu_3,session,ok\n`);
    expect(reasons(rows)).toEqual([
      [2, "has a quote within a field; put the field in quotes, and double the one within"],
      [3, "has something behind a closing quote; a quote within a field must be doubled"],
    ]);
    expect(taken(rows)).toEqual([[4, "stu_3"]]);
  });

  it("says how many columns a line has, where it has others than the first", async () => {
    const rows = await rowsOf(`${header}stu_1,session\nstu_2,session,a,b\nstu_3,session,c\n`);
    expect(reasons(rows)).toEqual([
      [2, "has 2 columns; the first line has 3"],
      [3, "has 4 columns; the first line has 3"],
    ]);
    expect(taken(rows)).toEqual([[4, "stu_3"]]);
  });

  it("has empty lines, and a NUL that is not taken for a line's end", async () => {
    const rows = await rowsOf(`${header}\n  \r\nstu_1,session,a\u0000b\nstu_2,session,\n\n`);
    expect(reasons(rows)).toEqual([[4, "has a NUL character"]]);
    expect(taken(rows)).toEqual([[5, "stu_2"]]);
  });

  it("reports a line that is too long, and reads on", async () => {
    const rows = await rowsOf(`${header}stu_1,session,${"x".repeat(1_048_576)}\nstu_2,session,\n`);
    expect(reasons(rows)[0]?.[1]).toMatch(/^has \d+ bytes; a line has at most 65536$/);
    expect(taken(rows)).toEqual([[3, "stu_2"]]);
  });

  it("never loses a good line behind any bad one", async () => {
    const junk = fc.string({ unit: fc.constantFrom('"', ",", "a", " ", "\u0000"), minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(junk, async (bad) => {
        // Behind an open quote a line without quotes could be part of the field; one that is quoted cannot.
        const rows = await all(csvRecords(linesOf(`a,b\n${bad}\n"x","y"\n`), ","));
        const last = rows.at(-1);
        expect(last !== undefined && "cells" in last ? last.cells : last).toEqual(["x", "y"]);
      }),
    );
  });

  it("may have other columns, as --map says, and other delimiters", async () => {
    const rows = await rowsOf("Student;What;Colour\nstu_1;session;red\n", {
      delimiter: ";",
      map: ["Student=entity_id", "What=kind", "Colour="],
    });
    expect(rows).toEqual([{ line: 2, fields: { entityId: "stu_1", kind: "session" } }]);
  });

  it("may name its columns in camel case", async () => {
    const rows = await rowsOf("entityId,kind,occurredAt\nstu_1,session,2025-01-15T10:30:00Z\n");
    expect(taken(rows)).toEqual([[2, "stu_1"]]);
  });

  it.each([
    ["", "there is no header: the file is empty"],
    ["entity_id,kind,occured_at\n", 'column "occured_at" is not known; say --map "occured_at=<field>"'],
    ["entity_id,entityId,kind\n", "two columns are entity_id"],
    ["entity_id,note\n", "no column is kind"],
    ["entity_id;kind\n", 'column "entity_id;kind" is not known'],
    ['entity_id,"kind\n', "line 1 should be the header, and has a quote that is not closed"],
  ])("refuses the file %j", async (text, reason) => {
    await expect(rowsOf(text)).rejects.toThrow(reason);
  });

  it("refuses a map of a column that is not there, or to a field that is none", async () => {
    await expect(rowsOf("entity_id,kind\n", { map: ["Student=entity_id"] })).rejects.toThrow(
      'there is no column "Student"',
    );
    expect(() => parseMapping(["a=b"])).toThrow("there is no field b; there are:\n  entity_id");
    expect(() => parseMapping(["a"])).toThrow("--map takes column=field; not a");
  });
});

describe("JSON lines", () => {
  it("say facts as the API takes them, or with the columns of a table", async () => {
    const rows = await rowsOf(
      '{"entityId":"stu_1","kind":"rating","value":4.5,"groups":["sub_math"],"note":null}\n\n{"entity_id":"stu_2","kind":"session"}\n',
      { format: "jsonl" },
    );
    expect(rows).toEqual([
      { line: 1, fields: { entityId: "stu_1", kind: "rating", value: 4.5, groups: ["sub_math"] } },
      { line: 3, fields: { entityId: "stu_2", kind: "session" } },
    ]);
  });

  it("that are bad are reported, and the others read", async () => {
    const rows = await rowsOf(
      '{"entityId":\n[1]\n"x"\n{"entityId":"stu_1","entity_id":"stu_1"}\n{"entity":"stu_1"}\n{"entityId":"stu_2","kind":"session"}',
      { format: "jsonl" },
    );
    expect(reasons(rows).map(([line, reason]) => [line, String(reason).slice(0, 21)])).toEqual([
      [1, "is not JSON: Unexpect"],
      [2, "is not a JSON object"],
      [3, "is not a JSON object"],
      [4, "says entity_id twice"],
      [5, 'column "entity" is no'],
    ]);
    expect(taken(rows)).toEqual([[6, "stu_2"]]);
  });
});

describe("a fact", () => {
  const defaults = { source: "import", digest: "d".repeat(64) };
  const said = { entityId: "stu_1", kind: "session", occurredAt: "2025-01-15T10:30:00Z" };
  const idOf = (fact: ReturnType<typeof toFact>) => ("input" in fact ? fact.input.dedupeId : fact.rejected.reason);

  it("has a number, an instant and groups, whatever the file had", () => {
    const text = { ...said, kind: "rating", value: "4.5", groups: "sub_math; reg_eu;" };
    expect(toFact(2, text, defaults)).toMatchObject({
      input: { value: 4.5, occurredAt: "2025-01-15T10:30:00.000Z", groups: ["sub_math", "reg_eu"], source: "import" },
    });
  });

  it.each([
    [{ kind: "session" }, "entity_id", "must be there"],
    [{ ...said, entityId: "4532" }, "entity_id", "must be an id with the prefix of its type, such as stu_4532"],
    [{ ...said, kind: "IB Call" }, "kind", "must be a kind of activity"],
    [{ ...said, value: "4,5" }, "value", 'must be a number such as 4.5; not "4,5"'],
    [{ ...said, value: "NaN" }, "value", "must be a number such as 4.5"],
    [{ ...said, value: "1e999" }, "value", "must be a number such as 4.5"],
    [{ ...said, value: "0x10" }, "value", "must be a number such as 4.5"],
    [{ ...said, occurredAt: "15.01.2025" }, "occurred_at", "must be an RFC 3339 date and time with a zone"],
    [{ ...said, occurredAt: "2025-02-29T10:00:00Z" }, "occurred_at", "must be an RFC 3339 date and time with a zone"],
    [{ ...said, occurredAt: "1969-12-31T23:59:59Z" }, "occurred_at", "must not lie before 1970"],
    [{ ...said, groups: "math" }, "groups", "must be an id with the prefix of its type"],
    [{ ...said, groups: "sub_a;sub_b;sub_c;sub_d;sub_e;sub_f" }, "groups", "must have at most 5"],
    [{ ...said, dedupeId: "a b" }, "dedupe_id", "must be printable ASCII without spaces"],
    [{ ...said, note: "x".repeat(501) }, "note", "must have at most 500 characters"],
    [{ ...said, source: "two words" }, "source", "must be the name of a source such as zoom"],
  ])("refuses %j: %s %s", (row, field, reason) => {
    expect(toFact(2, row, defaults)).toMatchObject({
      rejected: { line: 2, field, reason: expect.stringContaining(reason) as string, record: row },
    });
  });

  it("keeps the id that its source has for it", () => {
    expect(idOf(toFact(2, { ...said, dedupeId: 17 }, defaults))).toBe("17");
  });

  it("is the same fact when its file is imported again, also where other lines were mended", () => {
    const other = { ...defaults, digest: "e".repeat(64) };
    expect(idOf(toFact(2, said, defaults))).toBe(idOf(toFact(2, said, other)));
    expect(idOf(toFact(2, said, defaults))).toMatch(/^import:[0-9a-f]{32}:2$/);
  });

  it("is another one on another line, and one that says something else", () => {
    const ids = [
      toFact(2, said, defaults),
      toFact(3, said, defaults),
      toFact(2, { ...said, entityId: "stu_2" }, defaults),
      toFact(2, { ...said, note: "again" }, defaults),
      toFact(2, said, { ...defaults, source: "zoom" }),
    ].map(idOf);
    expect(new Set(ids).size).toBe(5);
  });

  it("without a time is one of its file: the same line of another file is another fact", () => {
    const { occurredAt: _, ...timeless } = said;
    const [today, again, tomorrow] = [defaults, defaults, { ...defaults, digest: "e".repeat(64) }].map((of) =>
      idOf(toFact(2, timeless, of)),
    );
    expect(today).toBe(again);
    expect(tomorrow).not.toBe(today);
  });
});
