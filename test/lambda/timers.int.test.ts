/** The timers as a function, each minute: what is due is run, chores are done, and no processor is left behind; on the real engine. */
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addDays } from "../../src/domain/kernel/index.js";
import { createTimersFunction } from "../../src/lambda/timers.js";
import { systemClock } from "../../src/server/clock.js";
import { requestDeadLetter } from "../../src/store/processing/deadLetters.js";
import { leaseKey } from "../../src/store/processing/leases.js";
import { createTimers } from "../../src/store/timers/timers.js";
import { until } from "../store/feed/support/ledger.js";
import type { LedgerAt } from "../support/ledgerAt.js";
import { beyondRights } from "../support/rights.js";
import type { RightsRecorder } from "../support/rights.js";
import { contextOf, scheduled, variablesFor } from "./support/functions.js";
import { anIncident, countsOf, startFunctionWorld } from "./support/world.js";
import type { FunctionWorld } from "./support/world.js";

let world: FunctionWorld;
/** Eight days ago. */
let past: LedgerAt;
let requests: RightsRecorder;
let program: ReturnType<typeof createTimersFunction>;

beforeAll(async () => {
  world = await startFunctionWorld();
  past = world.callers(addDays(systemClock.now(), -8));
  requests = await world.record();
  program = createTimersFunction({
    environment: { ...variablesFor(requests.endpoint), AUTO_CLOSE_DAYS: "7", LEASE_MS: "3000" },
  });
});
afterAll(async () => {
  await program.close();
  await world.close();
});

const invoke = (milliseconds = 55_000) => program.handler(scheduled(), contextOf(milliseconds));
const leaseRow = (name: string) => ({ TableName: world.db.tableName("processor-checkpoints"), Key: leaseKey(name) });

it("brings all processors to the head, and runs what they set for now", async () => {
  const incidentId = await anIncident(past, "RESOLVED");
  await world.feed();
  const { scheduler, processors } = await invoke();
  expect(scheduler).toEqual({ timers: { done: 0, failed: 0 }, failedChores: [] });
  expect(processors.failed).toEqual([]);
  expect(processors.ran).toEqual(expect.arrayContaining(["incident-counts", "incident-auto-close", "publisher"]));
  expect(await past.incidentViews.getIncidents([incidentId])).toMatchObject([{ status: "CLOSED" }]);
  await world.feed();
  await invoke();
  expect((await past.control.list()).map(({ name, lagEvents }) => ({ name, lagEvents }))).toEqual(
    (await past.control.list()).map(({ name }) => ({ name, lagEvents: 0 })),
  );
});

it("runs timers that have become due, and keeps one that fails for later", async () => {
  const timers = createTimers({ db: world.db, clock: systemClock });
  const dueAt = addDays(systemClock.now(), -1);
  await timers.schedule({ timerId: "unknown", dueAt, task: "of another release", payload: {} });
  const { scheduler } = await invoke();
  expect(scheduler).toEqual({ timers: { done: 0, failed: 1 }, failedChores: [] });
  expect(await timers.current("unknown")).toMatchObject({ attempts: 1, failed: false });
  await timers.cancel("unknown");
});

it("does what was asked about a dead letter", async () => {
  const TableName = world.db.tableName("processor-checkpoints");
  const letter = {
    version: 1,
    eventId: "e",
    eventType: "IncidentDeclared",
    log: 0,
    position: 1,
    error: "bad",
    attempts: 5,
  };
  const Item = {
    processor: "dead-letter#incident-counts",
    partition: "Incident-x",
    ...letter,
    parkedAt: systemClock.now(),
  };
  await world.db.client.send(new PutCommand({ TableName, Item }));
  await invoke();
  expect(await past.control.deadLetters()).toHaveLength(1);
  await requestDeadLetter(world.db, "incident-counts", "Incident-x", "RETRY");
  expect((await invoke()).processors.ran).toEqual(["incident-counts"]);
  expect(await past.control.deadLetters()).toEqual([]);
});

it("leaves timers and chores to whoever holds the scheduler's lease, at once, and says so; it takes over from the dead", async () => {
  const held = { ...leaseKey("scheduler"), owner: "service", token: 1_000, beat: 1 };
  await world.db.client.send(new PutCommand({ TableName: world.db.tableName("processor-checkpoints"), Item: held }));
  expect((await invoke()).scheduler).toBe("elsewhere");
  expect((await world.db.client.send(new GetCommand(leaseRow("scheduler")))).Item).toEqual(held);
  await until(async () => (await invoke()).scheduler !== "elsewhere");
});

it("tells of a chore that fails by failing itself, when all else is done", async () => {
  await anIncident(past);
  await world.feed();
  // What the chore looks for that measures anew.
  requests.inject(({ operation, body }) =>
    operation === "Query" && body.includes("DecayIndex")
      ? { kind: "refuse", error: "AccessDeniedException" }
      : undefined,
  );
  await expect(invoke()).rejects.toThrow("chore metrics-decay");
  requests.inject(() => undefined);
  expect((await past.control.list()).every(({ lagEvents }) => lagEvents === 0)).toBe(true);
});

it("gives its leases back, also where there was no time for anything", async () => {
  await invoke(5_000);
  for (const name of ["scheduler", "incident-counts"])
    expect((await world.db.client.send(new GetCommand(leaseRow(name)))).Item).not.toHaveProperty("owner");
});

it("asks little where there is nothing to do", async () => {
  await invoke();
  countsOf(requests);
  await invoke();
  const { Query = 0, ...others } = countsOf(requests);
  // A look for dead letters of each processor; the rest are timers, chores and the ends of four logs.
  expect(Query).toBeLessThan(60);
  expect(others).toEqual({ GetItem: expect.any(Number) as number, UpdateItem: 2, BatchGetItem: 1 });
});

it("keeps within its rights", () => {
  expect(beyondRights("timers", requests.uses())).toEqual([]);
});
