/** What decisions about sessions rest on: what the log says, never what a poller has shown or somebody edited; and what commands cost. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sessionStream } from "../../../src/domain/integrations/index.js";
import type { SessionCommand, SessionState } from "../../../src/domain/integrations/index.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { integrationFolding } from "../../../src/store/readModels/integrations/index.js";
import { foldStream } from "../../../src/store/streamStates.js";
import { upTo } from "../../conformance/eventStore.conformance.js";
import { put, setAttribute } from "../../proofs/support/provenLedger.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { createManualClock } from "../../support/manualClock.js";
import { integrationsStore, seedConnection } from "./integrationsStore.js";
import type { IntegrationsStore } from "./integrationsStore.js";

const clock = createManualClock("2024-01-15T10:30:00.000Z");
const table = "beya-integration-sessions";
let engine: TestEngine;
let tableName: DynamoDb["tableName"];
let store: IntegrationsStore;
let requests: string[] = [];

beforeAll(async () => {
  engine = await startTestEngine();
  const db = engine.db();
  ({ tableName } = db);
  await ensureTables(db);
  store = integrationsStore(db, clock);
}, 60_000);
afterAll(() => engine.close());

/** Another process, whose requests are counted. */
const another = () =>
  integrationsStore(engine.db({ tableName, onRequest: ({ operation }) => requests.push(operation) }), clock);

const pause: SessionCommand = { type: "PauseSession" };
const load = (sessionId: string, process = another()) => process.loader.load(sessionStream(sessionId), pause);

async function fromLog(sessionId: string): Promise<SessionState> {
  return foldStream(integrationFolding, sessionStream(sessionId), await store.eventsOf(sessionId));
}

describe("the state of a session", () => {
  it("comes from its row, those of one step by one request, and is what the log says", async () => {
    const ids = await Promise.all(upTo(5).map(async (n) => (await store.connect(`user${n}`)).sessionId));
    for (const id of ids) await store.poll(id);
    const process = another();
    requests = [];
    const loaded = await Promise.all(ids.map((id) => load(id, process)));
    expect(requests).toEqual(["BatchGetItem"]);
    for (const [n, id] of ids.entries()) {
      expect(loaded[n]).toMatchObject({ version: 2, state: await fromLog(id) });
    }
  });

  it("knows nothing of the last poll that a poller has shown", async () => {
    const session = await store.connect("shown");
    clock.advance(60_000);
    await store.schedule.showPolled(session, clock.now());
    const [row] = await store.readModel.getSessions([session.sessionId]);
    expect(row?.lastPollAt).toBe(clock.now());
    expect((await load(session.sessionId)).state).toEqual(await fromLog(session.sessionId));
  });

  it.each<[string, unknown]>([
    ["status", "PAUSED"],
    ["webhookUrl", "https://evil.example/"],
    ["serviceState", { lastHistoryId: "999999999" }],
    ["version", 77],
    ["detail", "{}"],
  ])("is what the log says where somebody edited the row: %s", async (name, value) => {
    const { sessionId, userId, serviceType } = await store.connect(`edited-${name}`);
    await setAttribute(store.db, table, { userId, serviceType }, name, value);
    expect(await load(sessionId)).toMatchObject({ version: 1, state: await fromLog(sessionId) });
    expect(await another().tell(sessionId, pause)).toMatchObject({ version: 2, status: "PAUSED" });
    expect((await store.readModel.getSessions([sessionId]))[0]).toMatchObject({
      webhookUrl: seedConnection.webhookUrl,
      serviceState: seedConnection.serviceState,
    });
  });

  it("is none where nobody has connected, where somebody else put a row, and of what is no session's id", async () => {
    await put(store.db, table, { userId: "by-hand", serviceType: "gmail", isActive: true });
    for (const id of ["nobody#gmail", "by-hand#gmail", "no id", "a#b#gmail"]) {
      expect(await load(id)).toEqual({ version: 0, hash: "", state: {} });
    }
  });

  it("goes on where a session was disconnected and is connected again", async () => {
    const { sessionId } = await store.connect("again");
    await store.tell(sessionId, { type: "DisconnectSession" });
    expect((await load(sessionId)).state).toEqual(await fromLog(sessionId));
    clock.advance(1_000);
    const session = await another().connect("again", { pollingIntervalMs: 60_000 });
    expect(session).toMatchObject({ version: 3, status: "ACTIVE", pollingIntervalMs: 60_000 });
    expect((await load(sessionId)).state).toEqual(await fromLog(sessionId));
  });
});

describe("commands about sessions", () => {
  it("cost one transaction once the state is at hand, and one read before", async () => {
    const process = another();
    requests = [];
    const { sessionId } = await process.connect("cost");
    expect(requests).toEqual(["BatchGetItem", "TransactWriteItems"]);
    requests = [];
    await process.tell(sessionId, { type: "PauseSession", reason: "holidays" });
    expect(requests).toEqual(["TransactWriteItems"]);
  });

  it("end the lease of a poll that goes on, and take the polls along that said nothing", async () => {
    const { sessionId } = await store.connect("leased");
    const find = async () => {
      const due = (await store.schedule.due(clock.in(60_000), 1_000)).find((one) => one.sessionId === sessionId);
      if (due === undefined) throw new Error("not due");
      return due;
    };
    const lease = await store.schedule.claim(await find(), { now: clock.now(), until: clock.in(30_000) });
    if (lease === undefined) throw new Error("no lease");
    await store.tell(sessionId, { type: "PauseSession", quiet: { polls: lease.polls, until: clock.now() } });
    expect(await store.schedule.extend(lease, clock.in(60_000))).toBeUndefined();
    expect(await store.schedule.get([sessionId])).toEqual([{ polls: 0 }]);
    const [session] = await store.readModel.getSessions([sessionId]);
    expect(session).toMatchObject({ lastPollAt: clock.now(), totals: { polls: 1 } });
  });
});
