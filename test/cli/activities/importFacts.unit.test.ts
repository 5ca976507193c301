/** Sending the facts of a file: in hundreds, those of one entity one after the other, and again where the server is busy. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseMapping } from "../../../src/cli/activities/columns.js";
import type { Fact } from "../../../src/cli/activities/fact.js";
import { atOnce, importFacts, lanes } from "../../../src/cli/activities/importFacts.js";
import type { ImportDeps, Recorded } from "../../../src/cli/activities/importFacts.js";
import { openSource } from "../../../src/cli/activities/lines.js";
import { attempts, createRetrying } from "../../../src/cli/activities/retrying.js";
import type { Rejection } from "../../../src/cli/activities/rows.js";
import { AnswerError } from "../../../src/cli/graphqlClient.js";

type Facts = readonly Fact["input"][];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "opsledger-import-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const recorded: Recorded = { repeated: false, errors: [] };
const all = (facts: Facts) => Promise.resolve(facts.map(() => recorded));

/** Imports lines of CSV, and tells what was rejected. */
async function importing(
  lines: readonly string[],
  record: ImportDeps["record"],
  signal = new AbortController().signal,
) {
  const path = join(folder, "facts.csv");
  await writeFile(path, ["entity_id,kind,occurred_at", ...lines].join("\n"));
  const source = await openSource(path);
  const rejected: Rejection[] = [];
  const counts = await importFacts({
    source,
    rows: { format: "csv", delimiter: ",", mapping: parseMapping([]) },
    factSource: "import",
    record,
    onRejected: async (rejection) => void rejected.push(rejection),
    onProgress: () => undefined,
    signal,
  });
  return { counts, rejected };
}

const lineOf = (index: number, entity = `stu_${index}`) =>
  `${entity},session,2025-01-15T10:${String(index % 60).padStart(2, "0")}:00Z`;
const many = (count: number) => Array.from({ length: count }, (_, index) => lineOf(index));

describe("an import", () => {
  it("sends every fact once, at most a hundred in a request", async () => {
    const sent: Facts[] = [];
    const { counts } = await importing(many(1_234), (facts) => {
      sent.push(facts);
      return all(facts);
    });
    expect(counts).toMatchObject({ recorded: 1_234, repeated: 0, rejected: 0 });
    expect(new Set(sent.flat().map(({ entityId }) => entityId)).size).toBe(1_234);
    expect(Math.max(...sent.map((facts) => facts.length))).toBe(atOnce);
  });

  it("has several requests under way, never two about one entity", async () => {
    const underWay: Set<string>[] = [];
    let most = 0;
    const { counts } = await importing(
      Array.from({ length: 2_000 }, (_, index) => lineOf(index, `stu_${index % 40}`)),
      async (facts) => {
        const entities = new Set(facts.map(({ entityId }) => entityId));
        for (const other of underWay) expect([...entities].filter((id) => other.has(id))).toEqual([]);
        underWay.push(entities);
        most = Math.max(most, underWay.length);
        await new Promise((resolve) => setImmediate(resolve));
        underWay.splice(underWay.indexOf(entities), 1);
        return all(facts);
      },
    );
    expect(counts.recorded).toBe(2_000);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(lanes);
  });

  it("tells which line the server has refused, and by which column", async () => {
    const error = { code: "VALIDATION", message: "there is no kind of activity session", path: ["kind"] };
    const { counts, rejected } = await importing([lineOf(1), lineOf(2), "bad"], async (facts) =>
      facts.map(({ entityId }) => (entityId === "stu_2" ? { repeated: false, errors: [error] } : recorded)),
    );
    expect(counts).toMatchObject({ recorded: 1, rejected: 2 });
    expect(rejected.toSorted((a, b) => a.line - b.line)).toMatchObject([
      { line: 3, field: "kind", reason: error.message, record: { entityId: "stu_2" } },
      { line: 4, reason: "has 1 column; the first line has 3", text: "bad" },
    ]);
  });

  it("counts what was known from before", async () => {
    const { counts } = await importing(many(3), async (facts) => facts.map(() => ({ repeated: true, errors: [] })));
    expect(counts).toMatchObject({ recorded: 0, repeated: 3 });
  });

  it("asks nobody where it only looks", async () => {
    const { counts, rejected } = await importing([lineOf(1), "4532,session,2025-01-15T10:00:00Z"], undefined);
    expect(counts).toMatchObject({ recorded: 1, rejected: 1 });
    expect(rejected[0]).toMatchObject({ line: 3, field: "entity_id" });
  });

  it("ends with the first request that fails", async () => {
    let requests = 0;
    const failing = importing(many(5_000), async () => {
      requests += 1;
      throw new Error("the server has gone");
    });
    await expect(failing).rejects.toThrow("the server has gone");
    expect(requests).toBeLessThanOrEqual(lanes);
  });

  it("ends when it is asked to", async () => {
    const controller = new AbortController();
    const stopped = importing(
      many(5_000),
      (facts) => {
        controller.abort(new Error("stopped"));
        return all(facts);
      },
      controller.signal,
    );
    await expect(stopped).rejects.toThrow("stopped");
  });
});

describe("a file", () => {
  it("is the same by its content, from standard input, too, and has so many lines", async () => {
    const path = join(folder, "same.csv");
    await writeFile(path, "a\nb\nc");
    const [fromFile, fromInput] = [
      await openSource(path),
      await openSource("-", Readable.from([Buffer.from("a\nb\nc")])),
    ];
    expect(fromInput).toMatchObject({ digest: fromFile.digest, lines: 3, name: "standard input" });
    const read = async () => {
      const lines: unknown[] = [];
      for await (const line of fromInput.read()) lines.push(line);
      return lines;
    };
    expect(await read()).toHaveLength(3);
    await fromInput.close();
    await expect(read()).rejects.toThrow("ENOENT");
  });

  it("that is not there, or no text in UTF-8, is refused in words", async () => {
    await expect(openSource(join(folder, "none.csv"))).rejects.toThrow(/none\.csv cannot be read: ENOENT/);
    const path = join(folder, "wide.csv");
    await writeFile(path, Buffer.from("\uFEFFentity_id,kind", "utf16le"));
    await expect(openSource(path)).rejects.toThrow("it is UTF-16; save it as UTF-8");
  });
});

describe("a busy server", () => {
  const facts: Facts = ["stu_1", "stu_2", "stu_3"].map((entityId) => ({
    entityId,
    kind: "session",
    groups: [],
    source: "import",
    dedupeId: entityId,
  }));
  const trying = (record: (facts: Facts, attempt: number) => Promise<readonly Recorded[]>) => {
    const waits: string[] = [];
    let attempt = 0;
    const retrying = createRetrying({
      record: (some) => record(some, (attempt += 1)),
      signal: new AbortController().signal,
      onWait: (why) => void waits.push(why),
      pause: () => 1,
    });
    return { run: () => retrying(facts), waits, tries: () => attempt };
  };

  it.each([
    ["says so", new AnswerError("too many operations", 429, 0)],
    ["stops", new AnswerError("The server is stopping; try again", 503, undefined)],
    ["cannot be reached", new TypeError("fetch failed")],
  ])("is asked again when it %s", async (_, error) => {
    const { run, waits } = trying((some, attempt) => (attempt < 3 ? Promise.reject(error) : all(some)));
    expect(await run()).toHaveLength(3);
    expect(waits).toEqual([error.message, error.message]);
  });

  it("is given up on some time", async () => {
    const { run, tries } = trying(() => Promise.reject(new TypeError("fetch failed")));
    await expect(run()).rejects.toThrow("fetch failed");
    expect(tries()).toBe(attempts);
  });

  it("is not asked again where the answer would be the same", async () => {
    const { run, tries } = trying(() => Promise.reject(new AnswerError("Unauthenticated", 401, undefined)));
    await expect(run()).rejects.toThrow("Unauthenticated");
    expect(tries()).toBe(1);
  });

  it("is asked again about those facts only that it had no time for, and answers come in their order", async () => {
    const later: Recorded = { repeated: false, errors: [{ code: "UNAVAILABLE", message: "busy", path: [] }] };
    const wrong: Recorded = { repeated: false, errors: [{ code: "VALIDATION", message: "no", path: ["kind"] }] };
    const asked: string[][] = [];
    const { run } = trying(async (some, attempt) => {
      asked.push(some.map(({ entityId }) => entityId));
      return attempt === 1 ? [wrong, later, later] : some.map(() => recorded);
    });
    expect(await run()).toEqual([wrong, recorded, recorded]);
    expect(asked).toEqual([
      ["stu_1", "stu_2", "stu_3"],
      ["stu_2", "stu_3"],
    ]);
  });
});
