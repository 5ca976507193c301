/** The commands of the proofs, on a running server's tables and on an engine of their own. */
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { exportLedger } from "../../src/cli/commands/export.js";
import { importFile } from "../../src/cli/commands/import.js";
import { rebuild } from "../../src/cli/commands/rebuild.js";
import { verify } from "../../src/cli/commands/verify.js";
import { readLines, writeLines } from "../../src/cli/ledgerFile.js";
import { createStateFile } from "../../src/cli/progress.js";
import { collect } from "../conformance/eventStore.conformance.js";
import { setAttribute } from "../proofs/support/provenLedger.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { TestOpsledger } from "../support/opsledger.js";

let test: TestOpsledger;
let folder: string;
let printed: string[] = [];

const on = (dataDir: string) => vi.stubEnv("DATA_DIR", dataDir);
const digestPrinted = () => /[0-9a-f]{64}/.exec(printed.join("\n"))?.[0] ?? "";

beforeAll(async () => {
  test = await startTestOpsledger();
  folder = await mkdtemp(join(tmpdir(), "opsledger-files-"));
  const { id } = await test.declare({ title: "Exported" });
  await test.comment(id, "to be exported");
});
afterAll(async () => {
  await test.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  printed = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  on(test.dataDir);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

it("verify ends well where nothing differs, and says how much was proved", async () => {
  await verify({});
  expect(printed[0]).toMatch(/^1 streams, 2 events, \d+ rows, 0 idempotency records, \d events in the feed in/);
  expect(printed.at(-1)).toBe("No differences.");
  const digest = digestPrinted();
  await verify({ expect: digest });
  await expect(verify({ expect: "0".repeat(64) })).rejects.toThrow("the digest of the ledger is not 0000");
  await expect(verify({ expect: "0000" })).rejects.toThrow("--expect must be a digest that verify or import printed");
});

it("verify fails where something differs, rebuild mends it, and a dry run does not", async () => {
  const [incident] = await test.opsledger.ledger.incidentViews.findByNumber([1]);
  await setAttribute(test.db, "aegis-incidents", { PK: `INCIDENT#${incident}`, SK: "METADATA" }, "title", "forged");
  await expect(verify({})).rejects.toThrow("1 differences");
  expect(printed[0]).toMatch(
    /^ROW aegis-incidents INCIDENT#\S+ METADATA · title: expected "Exported", found "forged"$/,
  );
  await expect(verify({ stream: `Incident-${incident}` })).rejects.toThrow("1 differences");
  await rebuild("aegis-incidents", { rate: "100", dryRun: true });
  expect(printed.at(-1)).toBe("0 rows would be restored, 1 would be corrected, 0 would be removed.");
  await rebuild("aegis-incidents", { rate: "100" });
  await verify({ stream: `Incident-${incident}` });
});

it("verify prints JSON for machines", async () => {
  await verify({ json: true });
  expect(JSON.parse(printed.join("\n"))).toMatchObject({ counts: { streams: 1, differences: 0 }, list: [] });
});

it("rebuild makes an async view anew", async () => {
  await rebuild("incident-counts", { rate: "1000" });
  expect(printed.at(-1)).toMatch(/^\d events; generation 2 is read from now on\.$/);
  await verify({});
});

it("what does not exist is refused by name", async () => {
  await expect(rebuild("nothing", { rate: "1" })).rejects.toThrow(
    /there is no view nothing; there are: aegis-incidents, /,
  );
  await expect(rebuild("aegis-incidents", { rate: "no" })).rejects.toThrow("--rate must be a number above 0");
  await expect(verify({ stream: "Incident-none" })).rejects.toThrow("there is no stream Incident-none");
});

it.each(["ledger.jsonl", "ledger.jsonl.gz"])(
  "an export to %s is imported into an empty folder, and proved there",
  async (name) => {
    const file = join(folder, name);
    await exportLedger({ to: file });
    await expect(importFile({ from: file })).rejects.toThrow("a server runs on this data; stop it first");
    on(await mkdtemp(join(folder, "empty-")));
    await importFile({ from: file });
    const digest = digestPrinted();
    await verify({ expect: digest });
    await expect(importFile({ from: file })).rejects.toThrow("only an empty ledger takes an import");
  },
);

it("verify proves with an earlier digest that what there was then is as it was, whatever came since", async () => {
  await verify({});
  const [, before = ""] = /^Digest (\S+@\S+)$/m.exec(printed.join("\n")) ?? [];
  const { id } = await test.declare({ title: "Later" });
  await test.comment(id, "later");
  await verify({ expect: before });
  await expect(verify({ expect: before.slice(0, 64) })).rejects.toThrow("the digest of the ledger is not");
  await expect(verify({ expect: before.replace(/^./, (digit) => (digit === "0" ? "1" : "0")) })).rejects.toThrow(
    "the digest of the ledger is not",
  );
  await expect(verify({ expect: before, stream: `Incident-${id}` })).rejects.toThrow("not one stream");
});

it("a compressed file that breaks off is refused", async () => {
  const file = join(folder, "whole.gz");
  await writeLines(file, linesFrom(Array.from({ length: 5_000 }, (_, index) => `${index} ${Math.sin(index)}`)));
  const { size } = await stat(file);
  await writeFile(join(folder, "cut.gz"), (await readFile(file)).subarray(0, size / 2));
  await expect(collect(readLines(join(folder, "cut.gz")))).rejects.toThrow(
    "cut.gz cannot be read to its end: unexpected end of file",
  );
  for (const none of ["none.gz", "none.jsonl"])
    await expect(collect(readLines(join(folder, none)))).rejects.toThrow("ENOENT");
  expect(await collect(readLines(file))).toHaveLength(5_000);
});

it("a file that could not be written to its end does not appear", async () => {
  const file = join(folder, "never.jsonl");
  const failing = async function* () {
    yield "one";
    throw new Error("gone");
  };
  await expect(writeLines(file, failing())).rejects.toThrow("gone");
  await expect(stat(file)).rejects.toThrow("ENOENT");
});

it("how far a command came is kept, and given back", async () => {
  const file = createStateFile<{ readonly at: number }>(join(folder, "state.json"));
  expect(await file.load()).toBeUndefined();
  for (const at of [1, 2, 3]) await file.save({ at });
  await file.flush();
  expect(await file.load()).toEqual({ at: 3 });
  await file.remove();
  expect(await file.load()).toBeUndefined();
});

async function* linesFrom(lines: readonly string[]): AsyncGenerator<string, void, void> {
  yield* lines;
}
