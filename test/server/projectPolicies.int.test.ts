/** From the tenth event to the post on the real engine: policies, timers and the scheduler of one process. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFolderObjectStore } from "../../src/adapters/objectStore/folder.js";
import { defaultBatchPolicy } from "../../src/domain/projects/index.js";
import type { Batch, BatchPolicy } from "../../src/domain/projects/index.js";
import { createLogger } from "../../src/observability/logger.js";
import { createLedger } from "../../src/server/ledger.js";
import type { Ledger } from "../../src/server/ledger.js";
import type { DynamoDb } from "../../src/store/dynamodb/client.js";
import { createScheduler } from "../../src/store/timers/scheduler.js";
import type { Scheduler } from "../../src/store/timers/scheduler.js";
import { createTimers } from "../../src/store/timers/timers.js";
import { incoming, project } from "../domain/projects/world.js";
import { startTestEngine } from "../support/engine.js";
import type { TestEngine } from "../support/engine.js";
import { requestBy } from "../support/ledgerAt.js";
import { createManualClock } from "../support/manualClock.js";
import type { ManualClock } from "../support/manualClock.js";
import { until } from "../store/feed/support/ledger.js";

const ada = requestBy("ada");
const logger = createLogger({ level: "silent" });

let clock: ManualClock;
let engine: TestEngine;
let db: DynamoDb;
let folder: string;
let ledger: Ledger;
let scheduler: Scheduler;
beforeEach(async () => {
  clock = createManualClock("2025-06-02T13:37:58.000Z");
  engine = await startTestEngine();
  folder = await mkdtemp(join(tmpdir(), "opsledger-test-"));
  db = engine.db();
  const rung = { ring: () => undefined as void };
  ledger = createLedger({
    db,
    feedDb: db,
    address: engine.engine,
    contiguousSequenceNumbers: true,
    feedLogs: 2,
    objects: createFolderObjectStore({ folder }),
    logger,
    clock,
    onScheduled: () => rung.ring(),
  });
  await ledger.start();
  // Longer than a test may take: what runs in time was rung for.
  const pollMilliseconds = 60_000;
  scheduler = createScheduler({
    timers: createTimers({ db, clock }),
    clock,
    leases: ledger.leases,
    tasks: ledger.timerTasks,
    log: logger,
    pollMilliseconds,
  });
  rung.ring = () => scheduler.ring();
  scheduler.start();
});

afterEach(async () => {
  await scheduler.close();
  await ledger.close();
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

const batches = async (): Promise<readonly Batch[]> => {
  const filter = { project };
  return (await ledger.projectViews.listBatches({ filter, order: "OLDEST_FIRST", first: 100 })).rows.map(
    ({ row }) => row,
  );
};
const set = (policy: Partial<BatchPolicy>) =>
  ledger.projects.setSettings(project, { policy: { ...defaultBatchPolicy, ...policy } }, ada);

it("posts ten events without anybody asking, and without waiting for a poll", async () => {
  for (let count = 0; count < 10; count += 1) await ledger.projects.ingest(incoming(), ada);
  await until(async () => (await batches())[0]?.status === "POSTED");
  const [batch, ...others] = await batches();
  expect(others).toEqual([]);
  expect(batch).toMatchObject({ trigger: "COUNT", post: { attempts: 1, notifier: "console", revision: 1 } });
  expect(batch?.projectEventIds).toHaveLength(10);
});

it("seals by age when the time has come, and by a new policy at once", async () => {
  await ledger.projects.ingest(incoming(), ada);
  const { projectEventId } = await ledger.projects.ingest(incoming(), ada);
  await set({ maxCount: 3 });
  const due = createTimers({ db, clock });
  await until(async () => (await due.current(`project-batching/${project}`)) !== undefined);
  expect(await batches()).toEqual([]);
  clock.advance(3_600_000);
  scheduler.ring();
  await until(async () => (await batches())[0]?.status === "POSTED");
  expect((await batches())[0]).toMatchObject({ trigger: "AGE" });
  expect((await ledger.projectViews.getProjectEvents([projectEventId]))[0]?.batchId).toBeDefined();
  await ledger.projects.ingest(incoming(), ada);
  await set({ maxCount: 1 });
  await until(async () => (await batches()).length === 2);
});

it("writes another summary when somebody asks, and updates the post", async () => {
  await ledger.projects.ingest(incoming(), ada);
  await until(async () => (await ledger.projectViews.listPending(project, 10)).length === 1);
  const [{ batchId } = { batchId: "" }] = await ledger.projects.flush(project, ada);
  await until(async () => (await batches())[0]?.status === "POSTED");
  await ledger.projects.regenerateSummary(batchId, { reason: "unclear" }, ada);
  await until(async () => (await batches())[0]?.post.revision === 2);
});

it("tells of a critical event at once, and of the others in their batch only", async () => {
  const { projectEventId } = await ledger.projects.ingest(
    incoming({ event: { kind: "CHECK_FAILED", title: "Checks fail", importance: "CRITICAL" } }),
    ada,
  );
  const other = await ledger.projects.ingest(incoming(), ada);
  await until(async () => (await ledger.projectViews.getProjectEvents([projectEventId]))[0]?.notifiedAt !== undefined);
  expect((await ledger.projectViews.getProjectEvents([other.projectEventId]))[0]?.notifiedAt).toBeUndefined();
  expect(await batches()).toEqual([]);
});
