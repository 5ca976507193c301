/** Policies from the event to what follows, on the real engine, with a clock that the test moves. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFolderObjectStore } from "../../src/adapters/objectStore/folder.js";
import type { Recorded } from "../../src/domain/kernel/event.js";
import { IdempotencyKeyReusedError } from "../../src/domain/kernel/errors.js";
import { postmortemPolicy } from "../../src/domain/incidents/index.js";
import { toStreamName } from "../../src/domain/kernel/streamName.js";
import { addDays } from "../../src/domain/kernel/time.js";
import type { DynamoDb } from "../../src/store/dynamodb/client.js";
import { createLogger } from "../../src/observability/logger.js";
import { createLedger } from "../../src/server/ledger.js";
import type { Ledger } from "../../src/server/ledger.js";
import { replayFrom } from "../../src/store/processing/replay.js";
import { createPolicies } from "../../src/server/policies.js";
import { createReactor } from "../../src/store/processing/reactor.js";
import { createScheduler } from "../../src/store/timers/scheduler.js";
import type { Scheduler } from "../../src/store/timers/scheduler.js";
import { createTimers, timerWrites } from "../../src/store/timers/timers.js";
import { startTestEngine } from "../support/engine.js";
import type { TestEngine } from "../support/engine.js";
import { requestBy } from "../support/ledgerAt.js";
import { until } from "../store/feed/support/ledger.js";

let now = "2025-01-15T10:00:00.000Z";
const clock = { now: () => now };
const logger = createLogger({ level: "silent" });
const ada = requestBy("ada");

let db: DynamoDb;
let engine: TestEngine;
let folder: string;
let ledger: Ledger;
let scheduler: Scheduler;
beforeEach(async () => {
  now = "2025-01-15T10:00:00.000Z";
  engine = await startTestEngine();
  folder = await mkdtemp(join(tmpdir(), "opsledger-test-"));
  db = engine.db();
  ledger = createLedger({
    db,
    feedDb: db,
    address: engine.engine,
    contiguousSequenceNumbers: true,
    feedLogs: 2,
    objects: createFolderObjectStore({ folder }),
    logger,
    clock,
    policies: { autoCloseDays: 7, postmortemSeverities: ["P0", "P1"] },
  });
  await ledger.start();
  scheduler = createScheduler({
    timers: createTimers({ db, clock }),
    clock,
    leases: ledger.leases,
    tasks: ledger.timerTasks,
    log: logger,
    pollMilliseconds: 20,
  });
  scheduler.start();
});
afterEach(async () => {
  await scheduler.close();
  await ledger.close();
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

async function resolved(severity: "P1" | "P3"): Promise<string> {
  const { incidentId } = await ledger.incidents.declare(
    { title: "Payments fail", severity, services: ["payments"] },
    ada,
  );
  await ledger.incidents.change(incidentId, "ChangeStatus", { to: "RESOLVED" }, ada);
  return incidentId;
}

async function eventsOf(incidentId: string): Promise<Recorded[]> {
  const events: Recorded[] = [];
  for await (const commit of ledger.eventStore.readStream(toStreamName("Incident", incidentId))) {
    events.push(...commit.events);
  }
  return events;
}

const typesOf = async (incidentId: string) => (await eventsOf(incidentId)).map(({ type }) => type);
/** Timers that wait. */
const storedTimers = async () => (await createTimers({ db, clock }).due(addDays(now, 365), 10)).due;

const statusOf = async (incidentId: string) => (await ledger.incidentViews.getIncidents([incidentId]))[0]?.status;

/** Waits until every processor has handled all that was appended. */
const settled = (incidentId: string) =>
  until(async () => {
    const version = (await eventsOf(incidentId)).length;
    if ((await ledger.pipeline.feed.resolve(toStreamName("Incident", incidentId), version)) === undefined) return false;
    return (await ledger.control.list()).every(({ lagEvents }) => lagEvents === 0);
  });

it("asks for the post-mortem of a severe incident when it is resolved, and says by what that was set off", async () => {
  const incidentId = await resolved("P1");
  await until(async () => (await typesOf(incidentId)).includes("IncidentFollowUpAdded"));
  const events = await eventsOf(incidentId);
  const [resolution, followUp] = [events.at(-2), events.at(-1)];
  expect(followUp).toMatchObject({
    data: { title: "Write the post-mortem", dueAt: addDays(now, 5), priority: "HIGH" },
    actor: { kind: "SYSTEM", id: "policy:incident-postmortem" },
    causationId: resolution?.eventId,
    correlationId: resolution?.correlationId,
  });
});

it("asks once, however often the event comes", async () => {
  const incidentId = await resolved("P1");
  await until(async () => (await typesOf(incidentId)).includes("IncidentFollowUpAdded"));
  await settled(incidentId);
  const before = await typesOf(incidentId);
  await replayFrom({ db, feed: ledger.pipeline.feed, clock }, "incident-postmortem", [0, 0]);
  // The processor learns of its new place with its next write, and handles everything again.
  const other = await resolved("P1");
  await until(async () => (await typesOf(other)).includes("IncidentFollowUpAdded"));
  await settled(incidentId);
  expect(await typesOf(incidentId)).toEqual(before);
});

it("asks for none where the severity is not one of those", async () => {
  const incidentId = await resolved("P3");
  await settled(incidentId);
  expect(await typesOf(incidentId)).toEqual(["IncidentDeclared", "IncidentStatusChanged"]);
});

it("closes an incident that has been resolved for the time that was set, and not before", async () => {
  const incidentId = await resolved("P3");
  await settled(incidentId);
  now = addDays(now, 6);
  const other = await resolved("P3");
  await settled(other);
  expect(await statusOf(incidentId)).toBe("RESOLVED");
  now = addDays(now, 1);
  await until(async () => (await statusOf(incidentId)) === "CLOSED");
  expect(await statusOf(other)).toBe("RESOLVED");
  expect((await eventsOf(incidentId)).at(-1)).toMatchObject({
    data: { from: "RESOLVED", to: "CLOSED", reason: "Resolved for 7 days" },
    actor: { kind: "SYSTEM", id: "policy:incident-auto-close" },
  });
});

it("does not close a resolution that came later than the one that was waited for, nor by a policy that is off", async () => {
  const incidentId = await resolved("P3");
  await settled(incidentId);
  const timers = await storedTimers();
  await ledger.incidents.change(incidentId, "Reopen", { reason: "It fails again" }, ada);
  now = addDays(now, 6);
  await ledger.incidents.change(incidentId, "ChangeStatus", { to: "RESOLVED" }, ada);
  await settled(incidentId);
  now = addDays(now, 2);
  const [timer] = timers;
  if (timer === undefined) throw new Error("no timer");
  // The cancellation came too late, and the old timer runs.
  await ledger.timerTasks[timer.task]?.(timer, new AbortController().signal);
  expect(await statusOf(incidentId)).toBe("RESOLVED");
  const off = createPolicies({
    options: { autoCloseDays: 0, postmortemSeverities: [] },
    incidents: ledger.incidents,
    workflow: ledger.batchWorkflow,
    insights: { workflow: ledger.insightsWorkflow, asksModel: false },
    research: ledger.researchWorkflow,
    clock: { now: () => now },
    log: logger,
  });
  const current = (await storedTimers())[0] ?? timer;
  await off.tasks[timer.task]?.(current, new AbortController().signal);
  expect(await statusOf(incidentId)).toBe("RESOLVED");
});

it("takes its earlier command for the one when it is set otherwise meanwhile", async () => {
  const incidentId = await resolved("P1");
  await until(async () => (await typesOf(incidentId)).includes("IncidentFollowUpAdded"));
  const followUp = (await eventsOf(incidentId)).at(-1);
  const asked = {
    ...ada,
    idempotencyKey: followUp?.commandId,
    actor: followUp?.actor ?? ada.actor,
  };
  const otherwise = { title: "Write it up", dueAt: addDays(now, 9), priority: "HIGH" as const };
  await expect(ledger.incidents.addFollowUp(incidentId, otherwise, asked)).rejects.toThrow(IdempotencyKeyReusedError);
  const reactor = createReactor({
    policy: postmortemPolicy({ severities: ["P1"] }),
    execute: async (_command, request) => {
      await ledger.incidents.addFollowUp(incidentId, otherwise, { ...request, scope: "all" });
      return undefined;
    },
    timerWrites,
    log: logger,
  });
  const resolution = (await eventsOf(incidentId)).find(({ type }) => type === "IncidentStatusChanged");
  if (resolution === undefined) throw new Error("not resolved");
  const tags = { before: [], after: ["severity:P1"] };
  await reactor.handle([{ log: 0, position: 1, event: resolution, tags }], { generation: 1 });
  expect((await typesOf(incidentId)).filter((type) => type === "IncidentFollowUpAdded")).toHaveLength(1);
});

it("closes none that was reopened meanwhile", async () => {
  const incidentId = await resolved("P3");
  await settled(incidentId);
  await ledger.incidents.change(incidentId, "Reopen", { reason: "It fails again" }, ada);
  await settled(incidentId);
  now = addDays(now, 8);
  const later = await resolved("P3");
  await settled(later);
  now = addDays(now, 7);
  await until(async () => (await statusOf(later)) === "CLOSED");
  expect(await statusOf(incidentId)).not.toBe("CLOSED");
});
