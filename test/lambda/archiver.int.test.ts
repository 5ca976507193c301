/** The archiver as a function: what ended long ago goes to the bucket, within its rights and its time; on the real engine. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { createArchiverFunction } from "../../src/lambda/archiver.js";
import { createLogger } from "../../src/observability/logger.js";
import { createProofDeps } from "../../src/server/proofDeps.js";
import type { DynamoDb } from "../../src/store/dynamodb/client.js";
import { ensureTables } from "../../src/store/dynamodb/createTables.js";
import { verifyStream } from "../../src/store/proofs/verify.js";
import { prefixed } from "../../src/store/tables.js";
import { startTestEngine } from "../support/engine.js";
import type { TestEngine } from "../support/engine.js";
import { ledgerAt, requestBy } from "../support/ledgerAt.js";
import type { LedgerAt } from "../support/ledgerAt.js";
import { beyondRights, recordRights, unusedRights } from "../support/rights.js";
import type { RightsRecorder } from "../support/rights.js";
import { startS3Server } from "../support/s3Server.js";
import type { S3Server } from "../support/s3Server.js";
import { contextOf, scheduled, variablesFor } from "./support/functions.js";

const longAgo = "2024-02-01T12:00:00.000Z";
const ada = requestBy("ada");
let engine: TestEngine;
let db: DynamoDb;
let rights: RightsRecorder;
let s3: S3Server;
let folder: string;
/** A ledger of the past. */
let ledger: LedgerAt;
const lines: Record<string, unknown>[] = [];
const opened: ReturnType<typeof createArchiverFunction>[] = [];

const programOf = (more: Readonly<Record<string, string>> = {}) => {
  const s3Variables = {
    S3_ENDPOINT: s3.url,
    AWS_REGION: "eu-west-1",
    OBJECT_BUCKET: "objects",
    ARCHIVE_BUCKET: "archive",
  };
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
  const program = createArchiverFunction({
    environment: { ...variablesFor(rights.endpoint), ...s3Variables, ...more },
    logger: createLogger({ level: "info", destination: { write } }),
  });
  opened.push(program);
  return program;
};
let program: ReturnType<typeof createArchiverFunction>;

beforeAll(async () => {
  engine = await startTestEngine();
  db = engine.db({ tableName: prefixed("") });
  await ensureTables(db);
  rights = await recordRights(engine.engine.endpoint ?? "");
  s3 = await startS3Server({ buckets: ["objects", "archive"] });
  folder = await mkdtemp(join(tmpdir(), "opsledger-archiver-"));
  ledger = ledgerAt(longAgo, { db, engine: engine.engine, dataDir: folder });
  program = programOf();
});
afterEach(() => {
  s3.fail(undefined);
  lines.length = 0;
});
afterAll(async () => {
  for (const { open } of opened) await open().then(({ close }) => close());
  await ledger.close();
  await Promise.all([rights.close(), s3.close(), rm(folder, { recursive: true, force: true })]);
  await engine.close();
});

async function endOne(): Promise<string> {
  const { incidents } = ledger;
  const { incidentId } = await incidents.declare({ title: "Old", severity: "P2", services: ["a"] }, ada);
  await incidents.change(incidentId, "ChangeStatus", { to: "CANCELLED" }, ada);
  return incidentId;
}
const archivedOf = async (incidentId: string) => (await ledger.incidentViews.getArchived([incidentId]))[0];

it("moves what ended long ago to the bucket of archives, and does within its rights all that they are for", async () => {
  const incidentIds = [await endOne(), await endOne()];
  await program.handler(scheduled(), contextOf());
  for (const incidentId of incidentIds) {
    const key = `archive/incidents/2024/${incidentId}-v2.json`;
    expect(await archivedOf(incidentId)).toMatchObject({ objectKey: key });
    expect(s3.bucket("archive").has(key)).toBe(true);
    expect((await verifyStream(createProofDeps(db), `Incident-${incidentId}`)).differences).toEqual([]);
  }
  expect(s3.bucket("objects").size).toBe(0);
  expect(lines).toMatchObject([{ archived: 2, skipped: 0, failed: 0 }]);
  expect(beyondRights("archiver", rights.uses())).toEqual([]);
  expect(unusedRights("archiver", rights.uses())).toEqual([]);
});

it("finds nothing by a request for each status that an incident ends in, and severity", async () => {
  rights.operations();
  await program.handler(scheduled(), contextOf());
  expect(rights.operations()).toEqual(["Query", "Query", "Query"]);
});

it("fails where one could not be archived, behind all others, and the next run archives it", async () => {
  const [first, second] = [await endOne(), await endOne()];
  const refused = new Set<string>();
  s3.fail((method, _request, key) => {
    if (method !== "PUT" || (refused.size > 0 && !refused.has(key))) return undefined;
    refused.add(key);
    return { kind: "error", status: 403, code: "AccessDenied" };
  });
  await expect(program.handler(scheduled(), contextOf())).rejects.toThrow(/not archived: INC-\d+$/);
  expect([await archivedOf(first), await archivedOf(second)].filter((one) => one !== undefined)).toHaveLength(1);
  expect(lines).toMatchObject([{ msg: "an incident is not archived" }, { archived: 1, failed: 1 }]);
  s3.fail(undefined);
  await program.handler(scheduled(), contextOf());
  expect([await archivedOf(first), await archivedOf(second)]).not.toContain(undefined);
});

it("begins nothing when its time is nearly over, and never where ARCHIVE_AFTER_DAYS is 0", async () => {
  const incidentId = await endOne();
  await program.handler(scheduled(), contextOf(20_000));
  await programOf({ ARCHIVE_AFTER_DAYS: "0" }).handler(scheduled(), contextOf());
  expect(await archivedOf(incidentId)).toBeUndefined();
  expect(lines).toMatchObject([{ archived: 0 }, { msg: expect.stringContaining("nothing goes") as string }]);
});
