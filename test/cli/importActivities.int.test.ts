/** `opsledger import-activities` on a running server: good lines are recorded once, bad ones are told with line and column. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { importActivities } from "../../src/cli/commands/importActivities.js";
import type { ImportActivitiesOptions } from "../../src/cli/commands/importActivities.js";
import { gql } from "../support/mutation.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { TestOpsledger } from "../support/opsledger.js";

let test: TestOpsledger;
let folder: string;
let printed: string[] = [];
beforeAll(async () => {
  test = await startTestOpsledger();
  folder = await mkdtemp(join(tmpdir(), "opsledger-import-"));
}, 60_000);
afterAll(async () => {
  await test.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  printed = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  vi.stubEnv("DATA_DIR", test.dataDir);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const fixture = (name: string) => readFile(join(import.meta.dirname, "../fixtures/activities", name), "utf8");

/** Puts text into a file of the test's folder, and imports that. */
async function importing(name: string, text: string | Buffer, options: ImportActivitiesOptions = {}): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  await importActivities(path, options);
  return path;
}

interface Rejected {
  readonly line: number;
  readonly field?: string;
  readonly reason: string;
}

async function rejectedIn(name: string): Promise<readonly (readonly [number, string | undefined, string])[]> {
  const lines = (await readFile(join(folder, name), "utf8")).trimEnd().split("\n");
  return lines
    .map((line) => JSON.parse(line) as Rejected)
    .toSorted((a, b) => a.line - b.line)
    .map(({ line, field, reason }) => [line, field, reason] as const);
}

interface Facts {
  readonly entity: {
    readonly activityCount: number;
    readonly activities: {
      readonly nodes: readonly {
        readonly kind: string;
        readonly value: number | null;
        readonly occurredAt: string;
        readonly source: string;
        readonly dedupeId: string;
        readonly note: string | null;
        readonly groups: readonly { readonly entityId: string }[];
      }[];
    };
  } | null;
}
const factsOf = gql<Facts>(
  `query ($id: ID!) { entity(id: $id) { activityCount activities(first: 100) {
     nodes { kind value occurredAt source dedupeId note groups { entityId } } } } }`,
);
const known = async (id: string) => (await test.run(factsOf, { id })).entity;

describe("a CSV file", () => {
  it("is recorded line by line; what is wrong is told with line, column and reason", async () => {
    await expect(importing("students.csv", await fixture("students.csv"))).rejects.toThrow(
      `13 lines rejected: see ${join(folder, "students.csv.rejected.jsonl")}`,
    );
    expect(printed).toEqual(["4 facts recorded, 0 known from before."]);
    expect(await rejectedIn("students.csv.rejected.jsonl")).toEqual([
      [6, "value", "must be a number from 0 to 5"],
      [8, "entity_id", expect.stringContaining("must be an id with the prefix of its type")],
      [9, "kind", expect.stringContaining("must be one of session, ib_call, rating")],
      [10, "value", "must not be given: a session has none"],
      [11, "occurred_at", expect.stringContaining("must be an RFC 3339 date and time with a zone")],
      [12, "groups", expect.stringContaining("must name aggregates only")],
      [13, undefined, "has 4 columns; the first line has 7"],
      [14, "value", "must have at most three digits behind the point"],
      [15, "occurred_at", "must not lie more than 60 seconds ahead"],
      [16, undefined, "has a quote that is not closed"],
      [18, "entity_id", expect.stringContaining("must begin with the prefix of a type")],
      [19, "entity_id", expect.stringContaining("must not be of type subject")],
      [20, "dedupe_id", "stands for another fact of import: zoom-1"],
    ]);
  });

  it("says of each fact what the line said", async () => {
    const facts = (await known("stu_501"))?.activities.nodes ?? [];
    expect(facts.map(({ kind, value, occurredAt }) => [kind, value, occurredAt])).toEqual([
      ["session", null, "2025-01-20T10:00:00.000Z"],
      ["rating", 4.5, "2025-01-20T09:00:00.000Z"],
      ["ib_call", null, "2025-01-19T09:30:00.000Z"],
    ]);
    expect(facts[0]).toMatchObject({
      source: "import",
      dedupeId: "zoom-1",
      note: 'said "better", and\nleft early',
      groups: [{ entityId: "sub_algebra" }, { entityId: "reg_emea" }],
    });
    expect(facts[1]?.dedupeId).toMatch(/^import:[0-9a-f]{32}:4$/);
  });
});

describe("importing again", () => {
  it("adds nothing, and says so", async () => {
    await expect(importing("students.csv", await fixture("students.csv"))).rejects.toThrow("rejected");
    expect(printed).toEqual(["0 facts recorded, 4 known from before."]);
    expect((await known("stu_501"))?.activityCount).toBe(3);
  });

  it("records what was mended, and only that, also from a file of another name with other line ends", async () => {
    const mended = (await fixture("students.csv"))
      .replace("rating,6,", "rating,5,")
      .split("\n")
      .map((line, index) => (index < 7 || line === "" ? line : ""))
      .join("\r\n");
    await importing("mended.csv", Buffer.from(`\uFEFF${mended}`));
    expect(printed).toEqual(["1 fact recorded, 3 known from before."]);
    expect((await known("stu_501"))?.activityCount).toBe(4);
  });
});

describe("a JSON lines file", () => {
  it("is recorded; what is wrong is told", async () => {
    await expect(importing("students.jsonl", await fixture("students.jsonl"))).rejects.toThrow("2 lines rejected");
    expect(printed).toEqual(["3 facts recorded, 0 known from before."]);
    expect((await rejectedIn("students.jsonl.rejected.jsonl")).map(([line]) => line)).toEqual([4, 5]);
    expect((await known("stu_601"))?.activityCount).toBe(3);
  });

  it("is known again, also where a fact has no time of its own", async () => {
    await expect(importing("students.jsonl", await fixture("students.jsonl"))).rejects.toThrow("2 lines rejected");
    expect(printed).toEqual(["0 facts recorded, 3 known from before."]);
  });
});

describe("a large file", () => {
  it("comes in hundreds, and counts exactly", async () => {
    const lines = Array.from({ length: 1_050 }, (_, index) => {
      const at = new Date(Date.UTC(2025, 0, 1, 0, index)).toISOString();
      return `stu_7${String(index % 7)},session,${at}`;
    });
    await importing("large.csv", ["entity_id,kind,occurred_at", ...lines].join("\n"));
    expect(printed).toEqual(["1050 facts recorded, 0 known from before."]);
    expect((await known("stu_70"))?.activityCount).toBe(150);
  }, 60_000);
});

describe("a look at a file", () => {
  it("records nothing", async () => {
    await expect(
      importing("dry.csv", "entity_id,kind\nstu_901,session\n4532,session\n", { dryRun: true }),
    ).rejects.toThrow("1 line rejected");
    expect(printed).toEqual(["1 fact could be recorded. Whether the server knows kinds and types was not asked."]);
    expect(await known("stu_901")).toBeNull();
  });
});

describe("options", () => {
  const file = "Schüler;Was\nstu_801;session\n";

  it("say which columns are which, what stands between them, and where facts come from", async () => {
    await importing("columns.txt", file, {
      delimiter: ";",
      map: ["Schüler=entity_id", "Was=kind"],
      source: "school",
    });
    expect((await known("stu_801"))?.activities.nodes[0]?.source).toBe("school");
  });

  it.each<[string, ImportActivitiesOptions, string]>([
    ["x.bin", {}, "--format takes csv or jsonl; the name of"],
    ["x.csv", { format: "xml" }, "--format takes csv or jsonl; not xml"],
    ["x.csv", { delimiter: ";;" }, "--delimiter takes one character"],
    ["x.csv", { map: ["Was=what"] }, "there is no field what"],
    ["x.csv", {}, 'column "Schüler;Was" is not known'],
    ["x.csv", { map: ["Schüler;Was="] }, "no column is entity_id; say --delimiter ';'"],
    ["x.csv", { rejected: "x.csv" }, 'column "Schüler;Was" is not known'],
  ])("are refused where they make no sense: %s %j", async (name, options, reason) => {
    await expect(importing(name, file, options)).rejects.toThrow(reason);
  });

  it("may not have the rejected lines written over the file", async () => {
    const path = join(folder, "self.csv");
    await expect(importing("self.csv", file, { rejected: path })).rejects.toThrow("--rejected must not be the file");
    expect(await readFile(path, "utf8")).toBe(file);
  });
});
