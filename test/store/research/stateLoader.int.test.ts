/** What decisions about requests rest on: read in one step, never of two moments, never what somebody edited; and what commands cost. */
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectStream, requestStream, slotStream } from "../../../src/domain/research/index.js";
import type { RequestCommand, ResearchCommand, ResearchState } from "../../../src/domain/research/index.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import type { Item } from "../../../src/store/dynamodb/rowWrite.js";
import { researchFolding } from "../../../src/store/readModels/research/states.js";
import { foldStream } from "../../../src/store/streamStates.js";
import type { TableName } from "../../../src/store/tables.js";
import { upTo } from "../../conformance/eventStore.conformance.js";
import { get, put, remove, setAttribute } from "../../proofs/support/provenLedger.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { createManualClock } from "../../support/manualClock.js";
import { seedMilliseconds } from "./builders.js";
import { requestIdOf, researchStore, seedCompletion } from "./researchStore.js";
import type { ResearchStore } from "./researchStore.js";

const clock = createManualClock("2025-09-09T10:13:09.250Z");
let engine: TestEngine;
let tableName: DynamoDb["tableName"];
let store: ResearchStore;
let requests: string[] = [];
let made = 0;

beforeAll(async () => {
  engine = await startTestEngine();
  const db = engine.db();
  ({ tableName } = db);
  await ensureTables(db);
  store = researchStore(db, clock);
}, 60_000);
afterAll(() => engine.close());

/** What a test does just before a request is sent, and just after it was answered. */
interface Watch {
  before?(command: string, input: string): Promise<void>;
  after?(command: string, input: string): void;
}

/** Another process, whose requests are counted. */
function another(watch: Watch = {}): ResearchStore {
  const db = engine.db({ tableName, onRequest: ({ operation }) => requests.push(operation) });
  db.client.middlewareStack.add(
    (next, context) => async (args) => {
      const [command, input] = [String(context.commandName), JSON.stringify(args.input)];
      await watch.before?.(command, input);
      const result = await next(args);
      watch.after?.(command, input);
      return result;
    },
    { step: "initialize", name: "watch" },
  );
  return researchStore(db, clock);
}

const requestsOf = async (run: () => Promise<unknown>): Promise<readonly string[]> => {
  requests = [];
  await run();
  return requests;
};

/** A request that was submitted, and started under a token. */
async function started(): Promise<{ readonly requestId: string; readonly leaseToken: number }> {
  const requestId = newId();
  await store.submit(requestId);
  return { requestId, leaseToken: await store.begin(requestId) };
}

function newId(): string {
  made += 1;
  return requestIdOf(seedMilliseconds, made);
}

const beat = (leaseToken: number, percentage: number): RequestCommand => ({
  type: "Heartbeat",
  leaseToken,
  progress: { stage: "content_extraction", percentage },
});

const look: ResearchCommand = { type: "EnforceDeadline" };

async function fromLog(requestId: string): Promise<ResearchState> {
  const streamId = requestStream(requestId);
  return foldStream(researchFolding, streamId, await store.eventsOf(streamId));
}

const rowOf = async (table: TableName, requestId: string): Promise<Item> => {
  const row = await get(store.db, table, { request_id: requestId });
  if (row === undefined) throw new Error(`no row of ${requestId}`);
  return row;
};

describe("the state of a request", () => {
  it("comes from its two rows in one step, and is what the log says", async () => {
    const { requestId, leaseToken } = await started();
    await store.tell(requestId, beat(leaseToken, 20));
    await store.tell(requestId, beat(leaseToken, 30));
    requests = [];
    const loaded = await another().loader.load(requestStream(requestId), look);
    expect(requests).toEqual(["BatchGetItem", "BatchGetItem"]);
    expect(loaded.state).toEqual(await fromLog(requestId));
    expect(loaded.version).toBe(5);
    // The heartbeat that named a new stage was the last that said something lasting.
    expect(loaded.state).toMatchObject({ request: { version: 4 }, run: { requestVersion: 4, version: 5 } });
  });

  it("is read together with those of all requests of a step", async () => {
    const ids = await Promise.all(upTo(10).map(started));
    const loader = another().loader;
    expect(
      await requestsOf(() => Promise.all(ids.map(({ requestId }) => loader.load(requestStream(requestId), look)))),
    ).toEqual(["BatchGetItem", "BatchGetItem"]);
  });

  it("is not asked for by a submission, and there is none of what nobody has submitted", async () => {
    const { loader } = another();
    requests = [];
    const streamId = requestStream(newId());
    expect(await loader.load(streamId, { ...look, type: "QueueRequest" })).toMatchObject({ version: 0 });
    expect(requests).toHaveLength(2);
    requests = [];
    const process = another();
    await process.submit(newId());
    expect(requests).toEqual(["TransactWriteItems"]);
  });

  it("is not made of rows of two moments: torn rows are read again", async () => {
    const { requestId, leaseToken } = await started();
    let torn = 0;
    let tell = () => {};
    const whenRead = new Promise<void>((resolve) => (tell = resolve));
    // Between the reading of the two rows a commit changes both of them.
    const process = another({
      async before(command, input) {
        if (command !== "BatchGetItemCommand" || !input.includes(tableName("market_intelligence_runs")) || torn > 0)
          return;
        torn += 1;
        await whenRead;
        await store.tell(requestId, beat(leaseToken, 50));
      },
      after(command, input) {
        if (command === "BatchGetItemCommand" && input.includes(tableName("market_intelligence_requests"))) tell();
      },
    });
    requests = [];
    const { state, version } = await process.loader.load(requestStream(requestId), look);
    expect(torn).toBe(1);
    expect(requests).toEqual(["BatchGetItem", "BatchGetItem", "BatchGetItem", "BatchGetItem"]);
    expect(version).toBe(4);
    expect(state).toEqual(await fromLog(requestId));
  });

  it.each<TableName>(["market_intelligence_requests", "market_intelligence_runs"])(
    "is what the log says where one of the rows stays behind, or is gone: %s",
    async (table) => {
      const { requestId, leaseToken } = await started();
      const before = await rowOf(table, requestId);
      await store.tell(requestId, { ...beat(leaseToken, 50) });
      const state = await fromLog(requestId);
      await put(store.db, table, before);
      const loaded = await another().loader.load(requestStream(requestId), look);
      expect(loaded).toMatchObject({ version: 4, state });
      await remove(store.db, table, { request_id: requestId });
      expect(await another().loader.load(requestStream(requestId), look)).toMatchObject({ version: 4, state });
      // What is decided on it, mends the rows.
      await another().tell(requestId, { type: "CancelRequest", reason: "enough" });
      expect(await another().loader.load(requestStream(requestId), look)).toMatchObject({
        version: 5,
        state: await fromLog(requestId),
      });
    },
  );

  it.each<[TableName, string, unknown]>([
    ["market_intelligence_requests", "status", "failed"],
    ["market_intelligence_requests", "priority", "low"],
    ["market_intelligence_runs", "detail", "{}"],
    ["market_intelligence_runs", "version", 99],
  ])("is what the log says where somebody edited a row: %s %s", async (table, name, value) => {
    const { requestId, leaseToken } = await started();
    await setAttribute(store.db, table, await rowOf(table, requestId), name, value);
    const loaded = await another().loader.load(requestStream(requestId), look);
    expect(loaded).toMatchObject({ version: 3, state: await fromLog(requestId) });
    expect(await another().tell(requestId, seedCompletion(leaseToken))).toBe(4);
  });

  it("is none where somebody else put rows", async () => {
    const requestId = newId();
    for (const table of ["market_intelligence_requests", "market_intelligence_runs"] as const) {
      await store.db.client.send(new PutCommand({ TableName: tableName(table), Item: { request_id: requestId } }));
    }
    expect(await another().loader.load(requestStream(requestId), look)).toMatchObject({ version: 0 });
  });
});

describe("the states of slots and projects", () => {
  const slot = slotStream("00000000-0000-5000-8000-000000000001");
  const project = projectStream("team/a");

  it("come from their rows, one request for both, and from the log where somebody edited one", async () => {
    await store.run(
      [slot, { type: "TakeSlot", projectId: "team/a", dedupeKey: "weekly", requestId: "req_1757412789250_00000001" }],
      [project, { type: "SetLimit", maxRunning: 2 }],
    );
    await store.run([project, { type: "TakeLane", requestId: "req_1757412789250_00000001", leaseToken: 2, gone: [] }]);
    const load = () => {
      const { loader } = another();
      return Promise.all([slot, project].map((streamId) => loader.load(streamId, look)));
    };
    requests = [];
    const before = await load();
    expect(requests).toEqual(["BatchGetItem"]);
    expect(before).toMatchObject([
      { version: 1, state: { kind: "slot", slot: { requestId: "req_1757412789250_00000001" } } },
      { version: 2, state: { kind: "project", project: { maxRunning: 2, lanes: [{ leaseToken: 2 }] } } },
    ]);
    for (const subject of ["slot#00000000-0000-5000-8000-000000000001", "project#team/a"]) {
      const part = subject.startsWith("slot") ? "SLOT" : "LIMIT";
      await setAttribute(store.db, "market_intelligence_queue", { subject, part }, "detail", "{}");
    }
    expect(await load()).toEqual(before);
  });

  it("are none where nothing was ever set", async () => {
    const { loader } = another();
    expect(await loader.load(projectStream("nobody"), look)).toEqual({
      version: 0,
      hash: "",
      state: { kind: "project" },
    });
  });
});

describe("commands of workers", () => {
  /** The items of each transaction that a process sends. */
  function measured(): { readonly process: ResearchStore; readonly tables: string[][] } {
    const tables: string[][] = [];
    const process = another({
      after(command, input) {
        if (command === "TransactWriteItemsCommand") {
          tables.push([...input.matchAll(/"TableName":"([^"]*)"/g)].map(([, name = ""]) => name));
        }
      },
    });
    return { process, tables };
  }
  const named = (...names: readonly TableName[]) => names.map((name) => tableName(name));

  it("cost one request each, once the state is at hand; a heartbeat writes its event and the small row", async () => {
    const { process, tables } = measured();
    const requestId = newId();
    await process.submit(requestId);
    const leaseToken = await process.begin(requestId);
    await process.tell(requestId, beat(leaseToken, 10));
    tables.length = 0;
    expect(await requestsOf(() => process.tell(requestId, beat(leaseToken, 11)))).toEqual(["TransactWriteItems"]);
    expect(tables).toEqual([named("domain-events", "market_intelligence_runs")]);
    tables.length = 0;
    expect(await requestsOf(() => process.tell(requestId, seedCompletion(leaseToken)))).toEqual(["TransactWriteItems"]);
    expect(tables.flat().sort()).toEqual(
      named(
        "domain-events",
        "market_intelligence_requests",
        "market_intelligence_runs",
        "request_processing_logs",
      ).sort(),
    );
  });

  it("leave the seed's row, and so its four indexes, as it is with a heartbeat (defect R9)", async () => {
    const { requestId, leaseToken } = await started();
    await store.tell(requestId, beat(leaseToken, 10));
    const before = await rowOf("market_intelligence_requests", requestId);
    clock.advance(1_000);
    await store.tell(requestId, { ...beat(leaseToken, 12), checkpoint: { done: 3 } } as RequestCommand);
    await store.tell(requestId, {
      type: "AppendLogs",
      leaseToken,
      entries: [{ level: "INFO", message: "Read a page" }],
    });
    expect(await rowOf("market_intelligence_requests", requestId)).toEqual(before);
    const [run] = await store.readModel.getRuns([requestId]);
    expect(run).toMatchObject({ progress: { percentage: 12 }, checkpoint: { done: 3 }, logEntries: 1, version: 6 });
    await store.tell(requestId, {
      type: "AppendLogs",
      leaseToken,
      entries: [{ level: "WARNING", message: "Low confidence" }],
    });
    const after = await rowOf("market_intelligence_requests", requestId);
    expect(after["warnings"]).toEqual([`${clock.now()}: Low confidence`]);
    expect(after["progress"]).toMatchObject({ percentage: 12 });
  });

  it("claim ten requests in one transaction", async () => {
    const { process, tables } = measured();
    const ids = upTo(10).map(newId);
    for (const requestId of ids) await process.submit(requestId);
    tables.length = 0;
    const claims = ids.map((requestId): readonly [string, ResearchCommand] => [
      requestStream(requestId),
      { type: "ClaimRequest", workerId: "table_processor_001", leaseSeconds: 60 },
    ]);
    expect(await requestsOf(() => process.run(...claims))).toEqual(["TransactWriteItems"]);
    expect(tables[0]).toHaveLength(40);
    const { candidates } = await process.readModel.listCandidates({ strategy: "TABLE", scope: "all", limit: 1_000 });
    expect(candidates.filter(({ requestId }) => ids.includes(requestId))).toEqual([]);
  });
});
