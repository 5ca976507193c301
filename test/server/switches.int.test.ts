/** A server that only answers, beside one that does everything: FEEDER, PROCESSORS, SCHEDULER and CREATE_TABLES, as deployed containers have them. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { FollowIncidentsDocument } from "../generated/operations.js";
import { ensureTables } from "../../src/store/dynamodb/createTables.js";
import { prefixed } from "../../src/store/tables.js";
import { until } from "../store/feed/support/ledger.js";
import { post } from "../support/graphql/client.js";
import { startTestEngine } from "../support/engine.js";
import type { TestEngine } from "../support/engine.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { TestOpsledger } from "../support/opsledger.js";
import { beyondRights, recordRights } from "../support/rights.js";
import type { RightsRecorder } from "../support/rights.js";

let engine: TestEngine;
let requests: RightsRecorder;
/** Only answers. */
let front: TestOpsledger;

beforeAll(async () => {
  engine = await startTestEngine();
  await ensureTables(engine.db({ tableName: prefixed("") }));
  requests = await recordRights(engine.engine.endpoint ?? "");
  front = await startTestOpsledger({
    DYNAMODB_ENDPOINT: requests.endpoint,
    ...{ CREATE_TABLES: "never", FEEDER: "off", PROCESSORS: "off", SCHEDULER: "off" },
  });
});
afterAll(async () => {
  await front.close();
  await requests.close();
  await engine.close();
});

const readiness = () => fetch(new URL("/readyz", front.opsledger.http.url));

it("starts within its rights: it does not look at tables, and makes none", () => {
  expect(beyondRights("service", requests.uses())).toEqual([]);
});

it("does nothing besides answering: alone, it feeds nothing and holds no lease", async () => {
  await front.declare();
  const { ledger } = front.opsledger;
  for (const name of ["feeder", "incident-counts", "incident-auto-close", "scheduler"])
    expect(await ledger.leases.holder(name)).toBeUndefined();
  expect(await ledger.pipeline.feed.head()).toEqual([0, 0, 0, 0]);
  const ready = await readiness();
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({ checks: { feed: "standing by" } });
});

it("sees what it writes in its own subscriptions and views, once another server feeds and runs the processors", async () => {
  const changes = front.follow(FollowIncidentsDocument, {});
  const other = await startTestOpsledger({ DYNAMODB_ENDPOINT: engine.engine.endpoint ?? "" });
  try {
    const { reference } = await front.declare({ title: "Checkout is slow" });
    const next = async () => (await changes.next()).data?.incidentChanged;
    // What was written before the other server came may come first.
    let change = await next();
    while (change?.entry.incident?.reference !== reference) change = await next();
    // It waits for a view that another process writes, by the checkpoint that is stored.
    const { data } = await post(front.opsledger.http.url, {
      query: "query Counts($at: String) { incidentCounts(atLeast: $at) { status count } }",
      variables: { at: change.position },
    });
    expect(data).toMatchObject({ incidentCounts: expect.arrayContaining([{ status: "OPEN", count: 2 }]) as unknown });
    const { control } = front.opsledger.ledger;
    await until(async () => (await control.list()).every(({ lagEvents }) => lagEvents === 0));
    for (const { name, holder } of await control.list()) expect(holder, name).toBeDefined();
  } finally {
    await other.close();
  }
});

it("keeps within its rights in all of this", () => {
  expect(beyondRights("service", requests.uses())).toEqual([]);
});
