/** The reactor as a function: policies and the publisher come to the head of the feed, and what they set for now is run; on the real engine. */
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addDays } from "../../src/domain/kernel/index.js";
import { createReactorFunction } from "../../src/lambda/reactor.js";
import { systemClock } from "../../src/server/clock.js";
import { importMarkerKey } from "../../src/store/proofs/importMarker.js";
import { startEventBridgeServer } from "../support/eventBridgeServer.js";
import type { EventBridgeServer } from "../support/eventBridgeServer.js";
import type { LedgerAt } from "../support/ledgerAt.js";
import { beyondRights } from "../support/rights.js";
import type { RightsRecorder } from "../support/rights.js";
import { contextOf, variablesFor } from "./support/functions.js";
import { hint } from "./support/streams.js";
import { anIncident, countsOf, startFunctionWorld } from "./support/world.js";
import type { FunctionWorld } from "./support/world.js";

let world: FunctionWorld;
/** Eight days ago. */
let past: LedgerAt;
let requests: RightsRecorder;
let bus: EventBridgeServer;
let program: ReturnType<typeof createReactorFunction>;

beforeAll(async () => {
  world = await startFunctionWorld();
  past = world.callers(addDays(systemClock.now(), -8));
  requests = await world.record();
  bus = await startEventBridgeServer();
  program = createReactorFunction({
    environment: {
      ...variablesFor(requests.endpoint),
      ...{ EVENT_BUS: "eventbridge", EVENTBRIDGE_ENDPOINT: bus.url },
      ...{ AUTO_CLOSE_DAYS: "7", POSTMORTEM_SEVERITIES: "P1" },
    },
  });
});
afterAll(async () => {
  await program.close();
  await bus.close();
  await world.close();
});

const invoke = async (milliseconds = 60_000) =>
  (await program.handler(hint(), contextOf(milliseconds))).batchItemFailures;
const incidentOf = async (incidentId: string) => (await past.incidentViews.getIncidents([incidentId]))[0];

it("begins policies that start with what comes, before anything has happened", async () => {
  await anIncident(past);
  await world.feed();
  expect(await invoke()).toEqual([]);
});

it("carries out commands, publishes, and runs the timers that are due at once", async () => {
  const incidentId = await anIncident(past, "RESOLVED");
  await world.feed();
  expect(await invoke()).toEqual([]);
  // Resolved eight days ago, so that its timer is overdue when it is set.
  const incident = await incidentOf(incidentId);
  expect(incident).toMatchObject({ status: "CLOSED" });
  expect(bus.events.map((event) => event["detail-type"])).toContain("IncidentStatusChanged");
});

it("looks for the ends of the logs, all checkpoints and an import where there is nothing new", async () => {
  await world.feed();
  await invoke();
  countsOf(requests);
  expect(await invoke()).toEqual([]);
  const { Query = 0, ...others } = countsOf(requests);
  expect(others).toEqual({ GetItem: 1, BatchGetItem: 1 });
  // Four, and one for each log that holds what policies have passed over and not written down: a hundred events at most.
  expect(Query).toBeLessThanOrEqual(8);
});

it("runs no view", async () => {
  const views = (await past.control.list()).filter(({ kind }) => kind === "PROJECTION");
  expect(views.map(({ position }) => position)).toEqual(Array(7).fill([0, 0, 0, 0]));
});

it("lets the batch come again where there was no time", async () => {
  await anIncident(past, "RESOLVED");
  await world.feed();
  expect(await invoke(5_000)).toHaveLength(1);
  expect(await invoke()).toEqual([]);
});

it("does nothing while half an import is in the tables", async () => {
  const TableName = world.db.tableName("processor-checkpoints");
  await world.db.client.send(new PutCommand({ TableName, Item: { ...importMarkerKey, sha256: "x" } }));
  await expect(invoke()).rejects.toThrow("part of an import");
});

it("keeps within its rights", () => {
  expect(beyondRights("reactor", requests.uses())).toEqual([]);
});
