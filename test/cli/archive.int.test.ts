/** The commands of the archive, on the data of a server that runs. */
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { archive, restoreIncident } from "../../src/cli/commands/archive.js";
import { setAttribute } from "../proofs/support/provenLedger.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { TestOpsledger } from "../support/opsledger.js";

let test: TestOpsledger;
let printed: string[] = [];
const now = { olderThan: "0" };

beforeAll(async () => {
  test = await startTestOpsledger();
  for (const title of ["First", "Second", "Third"]) {
    const { id } = await test.declare({ title });
    await test.changeStatus(id, "CANCELLED");
  }
});
afterAll(() => test.close());
beforeEach(() => {
  printed = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  vi.stubEnv("DATA_DIR", test.dataDir);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const idOf = async (number: number) => (await test.opsledger.ledger.incidentViews.findByNumber([number]))[0] ?? "";

it("archive moves what ended so many days ago, by default as many as are configured, and says which", async () => {
  await archive({});
  expect(printed).toEqual(["0 incidents archived."]);
  await archive({ ...now, dryRun: true });
  expect(printed.slice(1, -1).map((line) => line.slice(0, 5))).toEqual(["INC-1", "INC-2", "INC-3"]);
  expect(printed.at(-1)).toBe("3 incidents would be archived.");
  await archive({ ...now, limit: "1" });
  expect(printed.at(-1)).toBe("1 incident archived.");
  expect(printed.at(-2)).toMatch(/^INC-1 {2}First {2}archive\/incidents\/\d{4}\/\S+-v2\.json$/);
});

it("archive names what cannot be archived, archives the others, and ends with an error", async () => {
  const metadata = { PK: `INCIDENT#${await idOf(2)}`, SK: "METADATA" };
  await setAttribute(test.db, "aegis-incidents", metadata, "title", "forged");
  await expect(archive(now)).rejects.toThrow("1 incident could not be archived");
  expect(printed).toEqual([
    expect.stringMatching(/^INC-3/),
    expect.stringMatching(/^INC-2 is not archived: its row is not what its log says/),
    "1 incident archived.",
  ]);
});

it("archive --verify names an archive that is not what was put there, and ends with an error", async () => {
  await archive({ verify: true });
  expect(printed).toEqual(["2 archives, 0 problems."]);
  const [archived] = await test.opsledger.ledger.incidentViews.getArchived([await idOf(1)]);
  const file = join(test.dataDir, "objects", archived?.objectKey ?? "");
  await writeFile(file, (await readFile(file, "utf8")).replace("First", "Forst"));
  await expect(archive({ verify: true })).rejects.toThrow("1 archive cannot be relied on");
  expect(printed.slice(1)).toEqual([
    expect.stringMatching(/^INC-1: archive\/incidents\/\S+ is not what was put there$/),
    "2 archives, 1 problem.",
  ]);
});

it("restore-incident brings one back by its reference or id, once, and knows of no other", async () => {
  await restoreIncident("INC-1", { reason: "audit" });
  expect(printed).toEqual(["INC-1 is back."]);
  const incidentId = await idOf(1);
  expect(await test.opsledger.ledger.incidentViews.getIncidents([incidentId])).toMatchObject([{ title: "First" }]);
  await restoreIncident(incidentId, {});
  expect(printed.at(-1)).toBe(`${incidentId} is not in the archive.`);
  await expect(restoreIncident("INC-99", {})).rejects.toThrow("there is no incident INC-99");
  for (const named of ["01943a5c-0000-7000-8000-000000000001", "nonsense"])
    await expect(restoreIncident(named, {})).rejects.toThrow(`there is no incident ${named}`);
});

it.each([
  ["--older-than", { ...now, olderThan: "soon" }],
  ["--limit", { ...now, limit: "-1" }],
])("%s must be a whole number", async (option, options) => {
  await expect(archive(options)).rejects.toThrow(`${option} must be a whole number`);
});

it("archive asks for days where none are configured", async () => {
  vi.stubEnv("ARCHIVE_AFTER_DAYS", "0");
  await expect(archive({})).rejects.toThrow("say --older-than <days>");
});

it.each([
  ["--limit must be 1 or more", { ...now, limit: "0" }],
  ["--limit says nothing there", { verify: true, limit: "5" }],
  ["--older-than says nothing there", { verify: true, olderThan: "5" }],
  ["--dry-run says nothing there", { verify: true, dryRun: true }],
])("archive refuses what says nothing or two things: %s", async (message, options) => {
  await expect(archive(options)).rejects.toThrow(message);
});

it("archive leaves rows of tables that are elsewhere where archives would be in a folder of this machine, unless told so", async () => {
  const { id, incidentId } = await test.declare({ title: "Elsewhere" });
  await test.changeStatus(id, "CANCELLED");
  const elsewhere = await mkdtemp(join(tmpdir(), "opsledger-elsewhere-"));
  vi.stubEnv("DATA_DIR", elsewhere);
  vi.stubEnv("DYNAMODB_ENDPOINT", test.opsledger.engine.endpoint);
  for (const options of [now, { verify: true }]) {
    await expect(archive(options)).rejects.toThrow(/OBJECT_STORE=s3.*--into-folder/);
  }
  expect(await readdir(elsewhere)).toEqual([]);
  const rows = () => test.opsledger.ledger.incidentViews.getIncidents([incidentId]);
  expect(await rows()).toMatchObject([{ title: "Elsewhere" }]);
  vi.stubEnv("DATA_DIR", test.dataDir);
  // The one whose row was forged above cannot go.
  await expect(archive({ ...now, intoFolder: true })).rejects.toThrow("1 incident could not be archived");
  expect(await rows()).toEqual([undefined]);
  await rm(elsewhere, { recursive: true });
});
