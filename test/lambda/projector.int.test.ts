/** The projector as a function: the async views come to the head of the feed, whatever the records say; on the real engine. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "../../src/server/clock.js";
import { createProjectorFunction } from "../../src/lambda/projector.js";
import { beyondRights } from "../support/rights.js";
import type { RightsRecorder } from "../support/rights.js";
import type { LedgerAt } from "../support/ledgerAt.js";
import { contextOf } from "./support/functions.js";
import { eventOf, hint } from "./support/streams.js";
import { anIncident, countsOf, startFunctionWorld } from "./support/world.js";
import type { FunctionWorld } from "./support/world.js";

let world: FunctionWorld;
let callers: LedgerAt;
let requests: RightsRecorder;
let handler: ReturnType<typeof createProjectorFunction>["handler"];

beforeAll(async () => {
  world = await startFunctionWorld();
  callers = world.callers(systemClock.now());
  requests = await world.record();
  ({ handler } = createProjectorFunction({
    // Of what else is in its environment it needs nothing, and no secret.
    environment: { DYNAMODB_ENDPOINT: requests.endpoint, LOG_LEVEL: "silent", NOTIFIER: "slack", OBJECT_STORE: "s3" },
  }));
});
afterAll(() => world.close());

const invoke = async (milliseconds = 60_000) => (await handler(hint(), contextOf(milliseconds))).batchItemFailures;

/** How far each processor has come, by what is stored. */
async function lags() {
  const [, ...all] = await callers.control.list();
  return all.map(({ name, kind, lagEvents }) => ({ name, kind, lagEvents }));
}

it("brings every view to the head of the feed, and touches no policy", async () => {
  await anIncident(callers);
  await anIncident(callers, "RESOLVED");
  await world.feed();
  expect(await invoke()).toEqual([]);
  const found = await lags();
  expect(found.filter(({ kind }) => kind === "PROJECTION").map(({ lagEvents }) => lagEvents)).toEqual(Array(7).fill(0));
  expect(found.filter(({ kind }) => kind !== "PROJECTION").every(({ lagEvents }) => lagEvents === 3)).toBe(true);
  expect(await callers.incidentViews.countByStatus()).toMatchObject({ OPEN: 1, RESOLVED: 1 });
});

it("asks for the ends of four logs and all checkpoints where there is nothing new, and for nothing else", async () => {
  countsOf(requests);
  expect(await invoke()).toEqual([]);
  expect(countsOf(requests)).toEqual({ Query: 4, BatchGetItem: 1 });
});

it("needs about twenty requests for news, however many there are in a batch", async () => {
  for (let count = 0; count < 5; count += 1) await anIncident(callers);
  await world.feed();
  countsOf(requests);
  expect(await invoke()).toEqual([]);
  const { Query = 0, ...others } = countsOf(requests);
  // The ends of the logs before and after, a page of each log with news, and the dead letters of two views with work.
  expect(Query).toBeLessThanOrEqual(4 + 4 + 4 + 2);
  // Two leases and back; the rows of one view; two transactions, and one for all views that pass the news over.
  expect(others).toEqual({ BatchGetItem: 1 + 1, UpdateItem: 4, TransactWriteItems: 3 });
});

it("says that the batch must come again where there was no time, or a view failed, and others go on", async () => {
  await anIncident(callers);
  await world.feed();
  expect(await invoke(5_000)).toEqual([{ itemIdentifier: hint().Records[0]?.dynamodb?.SequenceNumber }]);
  requests.inject(({ operation, body }) =>
    operation === "TransactWriteItems" && body.includes('"incident-counts"')
      ? { kind: "refuse", error: "AccessDeniedException" }
      : undefined,
  );
  expect(await invoke()).toHaveLength(1);
  requests.inject(() => undefined);
  expect((await lags()).filter(({ kind, lagEvents }) => kind === "PROJECTION" && lagEvents > 0)).toEqual([
    { name: "incident-counts", kind: "PROJECTION", lagEvents: 1 },
  ]);
  expect(await invoke()).toEqual([]);
  expect(await callers.incidentViews.countByStatus()).toMatchObject({ OPEN: 7, RESOLVED: 1 });
});

it("answers an empty batch, and refuses what is no batch", async () => {
  expect(await handler(eventOf([]), contextOf())).toEqual({ batchItemFailures: [] });
  await expect(handler(JSON.parse("{}") as never, contextOf())).rejects.toThrow("no batch of DynamoDB Streams");
});

it("throws where the feed has another number of logs than it is told", async () => {
  const other = createProjectorFunction({
    environment: { DYNAMODB_ENDPOINT: world.endpoint, FEED_LOGS: "8", LOG_LEVEL: "silent" },
  });
  await expect(other.handler(hint(), contextOf())).rejects.toThrow("has 4 logs");
});

it("keeps within its rights", () => {
  expect(beyondRights("projector", requests.uses())).toEqual([]);
});
