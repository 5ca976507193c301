/** What the store of projects promises, on a real engine, with writers that know nothing of each other. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Batch, IncomingEventInput, Ingested } from "../../../src/domain/projects/index.js";
import { addDays, toInstant } from "../../../src/domain/kernel/time.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import type { Item } from "../../../src/store/dynamodb/rowWrite.js";
import { scanPages } from "../../../src/store/proofs/logScan.js";
import { rebuildRows } from "../../../src/store/proofs/rebuild.js";
import { projectVerifiedViews } from "../../../src/store/readModels/projects/index.js";
import { tables } from "../../../src/store/tables.js";
import type { TableName } from "../../../src/store/tables.js";
import { upTo } from "../../conformance/eventStore.conformance.js";
import { put, remove, setAttribute, startProvenLedger, theItem } from "../../proofs/support/provenLedger.js";
import type { ProvenLedger } from "../../proofs/support/provenLedger.js";
import { ledgerAt, requestBy } from "../../support/ledgerAt.js";
import type { LedgerAt } from "../../support/ledgerAt.js";
import { seedTime } from "./builders.js";

const now = toInstant(seedTime);
const ana = requestBy("ana");

let test: ProvenLedger;
/** What the measured ledger sends. */
let requests: string[] = [];
let dataDir: string;
const others: LedgerAt[] = [];
let deliveries = 0;

beforeAll(async () => {
  test = await startProvenLedger();
  test.setClock(now);
  dataDir = await mkdtemp(join(tmpdir(), "opsledger-projects-"));
}, 60_000);
afterAll(async () => {
  await Promise.all(others.map((ledger) => ledger.close()));
  await test.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** Another process, as far as the store can tell: own handlers, own caches, own clients. */
function anotherLedger(count?: (operation: string) => void): LedgerAt {
  const db = test.engine.db({
    tableName: test.db.tableName,
    ...(count === undefined ? {} : { onRequest: ({ operation }) => count(operation) }),
  });
  const ledger = ledgerAt(now, { db, engine: test.engine.engine, dataDir });
  others.push(ledger);
  return ledger;
}

const counted = () => anotherLedger((operation) => requests.push(operation));

function delivery(facts: Partial<IncomingEventInput> = {}): IncomingEventInput {
  deliveries += 1;
  return {
    source: "GITHUB",
    deliveryId: `delivery-${deliveries}`,
    project: "burst",
    event: { kind: "PUSH", title: `Push ${deliveries}` },
    eventData: { n: deliveries, ref: "refs/heads/main" },
    ...facts,
  };
}

async function requestsOf<T>(run: () => Promise<T>): Promise<readonly string[]> {
  requests = [];
  await run();
  return requests;
}

const idsOf = (outcomes: readonly Ingested[]) => outcomes.map(({ projectEventId }) => projectEventId);

/** Every item of a table, however many pages that are. */
async function allItems(db: DynamoDb, table: TableName): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of scanPages(db, table)) items.push(...page.items);
  return items;
}

/** Ids of a project's events in the order of their places. */
async function placesOf(db: DynamoDb, project: string): Promise<readonly string[]> {
  const items = (await allItems(db, "ProjectEvents")).filter((item) => item["project"] === project);
  const sorted = items.sort((one, other) => Number(one["eventTime"]) - Number(other["eventTime"]));
  return sorted.map(({ eventId }) => String(eventId));
}

async function batchesOf(ledger: LedgerAt, project: string): Promise<readonly Batch[]> {
  const { rows } = await ledger.projectViews.listBatches({ filter: { project }, order: "OLDEST_FIRST", first: 1_000 });
  return rows.map(({ row }) => row);
}

describe("ingest", () => {
  it("loses none of 1,000 deliveries of one moment, and keeps their order (defect P3)", async () => {
    const outcomes = await Promise.all(upTo(1_000).map(() => test.ledger.projects.ingest(delivery(), ana)));
    expect(outcomes.every(({ repeated }) => !repeated)).toBe(true);
    expect(await placesOf(test.db, "burst")).toEqual(idsOf(outcomes));
  }, 60_000);

  it("gives places of one millisecond to writers that know nothing of each other, and loses none", async () => {
    const [one, two] = [anotherLedger(), anotherLedger()];
    const outcomes = await Promise.all(
      upTo(100).map((n) => (n % 2 === 0 ? one : two).projects.ingest(delivery({ project: "race" }), ana)),
    );
    const places = await placesOf(test.db, "race");
    expect([...places].sort()).toEqual(idsOf(outcomes).sort());
    expect(new Set(places).size).toBe(100);
  }, 60_000);

  it("has no second effect where a delivery comes again, to whichever process, at once or later", async () => {
    const again = delivery({ project: "again" });
    const outcomes = await Promise.all(
      [test.ledger, anotherLedger(), test.ledger, anotherLedger()].map(({ projects }) => projects.ingest(again, ana)),
    );
    expect(outcomes.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(new Set(idsOf(outcomes)).size).toBe(1);
    expect(await placesOf(test.db, "again")).toHaveLength(1);
  });

  it("costs one request, and a hundred at once cost three", async () => {
    const ledger = counted();
    await ledger.projects.ingest(delivery({ project: "cost" }), ana);
    expect(await requestsOf(() => ledger.projects.ingest(delivery({ project: "cost" }), ana))).toEqual([
      "TransactWriteItems",
    ]);
    const hundred = upTo(100).map(() => delivery({ project: "cost" }));
    expect(await requestsOf(() => ledger.projects.ingestMany(hundred, ana))).toEqual([
      "TransactWriteItems",
      "TransactWriteItems",
      "TransactWriteItems",
    ]);
    expect(await placesOf(test.db, "cost")).toHaveLength(102);
  });

  it("costs two requests more where the delivery came before", async () => {
    const ledger = counted();
    const again = delivery({ project: "cost-again" });
    await ledger.projects.ingest(again, ana);
    expect(await requestsOf(() => ledger.projects.ingest(again, ana))).toEqual([
      "TransactWriteItems",
      // At which version it is, and whose.
      "Query",
      "BatchGetItem",
    ]);
  });
});

describe("sealing", () => {
  it("of ten events costs a look at what waits and one transaction; one request more where nothing is at hand", async () => {
    const ledger = counted();
    const ten = (project: string) =>
      ledger.projects.ingestMany(
        upTo(10).map(() => delivery({ project })),
        ana,
      );
    await ten("warm");
    expect(await requestsOf(() => ledger.projects.flush("warm", ana))).toEqual([
      "Query",
      "TransactWriteItems",
      // What came meanwhile: nothing.
      "Query",
    ]);
    await ten("cold");
    const cold = counted();
    // A minute whose first batch it is: nobody has taken the id that it tries first.
    cold.setClock(toInstant(seedTime + 60_000));
    expect(
      (await requestsOf(() => cold.projects.flush("cold", ana))).filter((name) => name !== "Query").sort(),
    ).toEqual([
      // Settings, and the ten streams.
      "BatchGetItem",
      "BatchGetItem",
      "TransactWriteItems",
    ]);
  });

  it("by 16 sealers at once leaves each event in exactly one batch", async () => {
    const outcomes: Ingested[] = [];
    for (const _ of upTo(2)) {
      const hundred = await test.ledger.projects.ingestMany(
        upTo(100).map(() => delivery({ project: "sealed" })),
        ana,
      );
      for (const outcome of hundred) {
        if ("refused" in outcome) throw outcome.refused;
        outcomes.push(outcome);
      }
    }
    const sealers = upTo(16).map(() => anotherLedger());
    const settled = await Promise.allSettled(sealers.map(({ projects }) => projects.flush("sealed", ana)));
    // One that meets too many others says so; then somebody else has sealed.
    const refused = settled.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
    for (const reason of refused) expect(reason).toMatchObject({ name: "UnavailableError" });
    await test.ledger.projects.flush("sealed", ana);
    const batches = await batchesOf(test.ledger, "sealed");
    const members = batches.flatMap(({ projectEventIds }) => projectEventIds);
    expect([...members].sort()).toEqual(idsOf(outcomes).sort());
    expect(batches.every(({ projectEventIds }) => projectEventIds.length >= 1 && projectEventIds.length <= 45)).toBe(
      true,
    );
    const events = await test.ledger.projectViews.getProjectEvents(members);
    const batchOf = new Map(batches.flatMap((batch) => batch.projectEventIds.map((id) => [id, batch.batchId])));
    for (const event of events) expect(event?.batchId).toBe(batchOf.get(event?.projectEventId ?? ""));
    expect(await test.ledger.projectViews.countPending("sealed", 1_000)).toBe(0);
  }, 120_000);

  it("and moving an event at the same time leave it in one project, and in a batch of no other", async () => {
    for (const n of upTo(10)) {
      const [project, other] = [`from-${n}`, `to-${n}`];
      const { projectEventId } = await test.ledger.projects.ingest(delivery({ project }), ana);
      await Promise.allSettled([
        anotherLedger().projects.flush(project, ana),
        anotherLedger().projects.reassign(projectEventId, { project: other }, ana),
      ]);
      const [event] = await test.ledger.projectViews.getProjectEvents([projectEventId]);
      const [batch] = await test.ledger.projectViews.getBatches([event?.batchId ?? "batch_20000101_0000"]);
      expect(event?.batchId === undefined ? other : project).toBe(event?.project);
      expect(batch?.project ?? event?.project).toBe(event?.project);
      expect([await placesOf(test.db, project), await placesOf(test.db, other)].flat()).toEqual([projectEventId]);
    }
  }, 60_000);
});

describe("an event that moves", () => {
  it("finds another place where its own is taken, and takes nobody's", async () => {
    const [one, two] = [anotherLedger(), anotherLedger()];
    const moved = await one.projects.ingest(delivery({ project: "left" }), ana);
    const there = await two.projects.ingest(delivery({ project: "right" }), ana);
    expect((await placesOf(test.db, "left")).length).toBe(1);
    await one.projects.reassign(moved.projectEventId, { project: "right" }, ana);
    expect(await placesOf(test.db, "left")).toEqual([]);
    expect(await placesOf(test.db, "right")).toEqual([there.projectEventId, moved.projectEventId]);
  });
});

describe("decisions", () => {
  it("are not made on a row that somebody edited", async () => {
    await test.ledger.projects.ingest(delivery({ project: "edited" }), ana);
    const [sealed] = await test.ledger.projects.flush("edited", ana);
    const batchId = sealed?.batchId ?? "";
    const row = await theItem(test.db, "ProjectBatches", (item) => item["batchId"] === batchId);
    await setAttribute(test.db, "ProjectBatches", row, "status", "POST_FAILED");
    await expect(anotherLedger().projects.retryPost(batchId, ana)).rejects.toMatchObject({
      name: "InvalidTransitionError",
      from: "SEALED",
    });
    await put(test.db, "ProjectBatches", row);
  });

  it("are not made on settings or rules that somebody edited", async () => {
    const { projects } = test.ledger;
    await projects.setSettings("edited", { channel: "#one" }, ana);
    const row = await theItem(
      test.db,
      "Projects",
      (item) => item["project"] === "edited" && item["part"] === "SETTINGS",
    );
    await setAttribute(test.db, "Projects", row, "channel", "#forged");
    const { settings } = await anotherLedger().projects.setSettings("edited", { notifications: "ALL" }, ana);
    expect(settings).toMatchObject({ channel: "#one", notifications: "ALL" });
    expect(await test.ledger.projectViews.getSettings(["edited"])).toEqual([settings]);
    await projects.addRule({ source: "GITHUB", field: "REPOSITORY", pattern: "a/b", project: "edited" }, ana);
    const rules = await theItem(test.db, "Projects", (item) => item["part"] === "RULES");
    await setAttribute(test.db, "Projects", rules, "detail", JSON.stringify({ rules: [] }));
    const { routing } = await anotherLedger().projects.addRule(
      { source: "GITHUB", field: "REPOSITORY", pattern: "a/c", project: "edited" },
      ana,
    );
    expect(routing.rules.map(({ pattern }) => pattern)).toEqual(["a/b", "a/c"]);
  });
});

describe("streams of project events", () => {
  it("are read at once, whole however long, and strongly consistent", async () => {
    const ledger = counted();
    const { projectEventId: mover } = await ledger.projects.ingest(delivery({ project: "long-0" }), ana);
    for (const n of upTo(8)) await ledger.projects.reassign(mover, { project: `long-${n}` }, ana);
    const { projectEventId: short } = await ledger.projects.ingest(delivery({ project: "long-0" }), ana);
    requests = [];
    const [long, unknown, brief] = await ledger.projectViews.getProjectEvents([mover, crypto.randomUUID(), short]);
    expect(long).toMatchObject({ project: "long-8", version: 9 });
    expect([unknown, brief?.version]).toEqual([undefined, 1]);
    // The long one is read on.
    expect(requests).toEqual(["BatchGetItem", "Query"]);
    const { version } = (await anotherLedger().projects.reassign(mover, { project: "long-9" }, ana)).position;
    expect(version).toBe(10);
  });
});

describe("the async view", () => {
  it("counts what each project has had, and lists the projects, each once", async () => {
    await test.ledger.start();
    const { position } = await test.ledger.projects.ingest(delivery({ project: "counted" }), ana);
    await test.ledger.control.waitFor("project-activity", position, "atLeast");
    const { projectViews } = test.ledger;
    const [sealed, none, cost] = await projectViews.getActivity(["sealed", "nobody", "cost"]);
    expect(sealed).toMatchObject({ events: 200, bySource: { GITHUB: 200, TRELLO: 0 } });
    expect(sealed?.batches).toBe((await batchesOf(test.ledger, "sealed")).length);
    expect([none, cost?.events]).toEqual([undefined, 102]);
    const names = new Set((await allItems(test.db, "Projects")).map(({ project }) => String(project)));
    names.delete("#routing");
    const listed: string[] = [];
    let after: string | undefined;
    for (let more = true; more;) {
      const page = await projectViews.listProjects({ first: 3, after, scope: "all" });
      listed.push(...page.rows.map(({ row }) => row));
      after = page.rows.at(-1)?.cursor;
      more = page.hasMore;
    }
    expect(listed).toEqual([...names].sort());
    const own = await projectViews.listProjects({ first: 10, scope: ["sealed", "nobody", "edited", "unassigned"] });
    expect(own.rows.map(({ row }) => row)).toEqual(["edited", "sealed"]);
  }, 60_000);
});

describe("verify", () => {
  it("finds no difference after all of it", async () => {
    const { lines, counts } = await test.verify();
    expect(lines).toEqual([]);
    expect(counts).toMatchObject({ differences: 0, foreign: 0 });
    expect(counts.rows).toBeGreaterThan(1_400);
  }, 120_000);
});

describe("a ledger that somebody has tampered with", () => {
  let tampered: ProvenLedger;

  beforeAll(async () => {
    tampered = await startProvenLedger(test.engine);
    tampered.setClock(now);
    const { projects } = tampered.ledger;
    await projects.addRule({ source: "GITHUB", field: "REPOSITORY", pattern: "a/b", project: "forged" }, ana);
    await projects.setSettings("forged", { notifications: "ALL" }, ana);
    await projects.ingestMany(
      upTo(12).map(() => delivery({ project: "forged" })),
      ana,
    );
    await projects.flush("forged", ana);
    // What JSON can hold and a DynamoDB map cannot.
    const odd = [2 ** 63, 1e300, 5e-324, "\ud800", ["text", null], { "": { "\ud800": 1 } }, null, "text", [1]];
    const outcomes = await projects.ingestMany(
      odd.map((eventData) => delivery({ project: "forged", eventData })),
      ana,
    );
    expect(outcomes.filter((outcome) => "refused" in outcome)).toEqual([]);
    expect((await tampered.verify()).lines).toEqual([]);
  }, 60_000);
  afterAll(() => tampered.close());

  const rebuild = async () => {
    for (const view of projectVerifiedViews) await rebuildRows(tampered.deps, view, { writesPerSecond: 10_000 });
  };

  it("verify finds rows that are forged, missing, or left behind; and rebuild restores them", async () => {
    const { db } = tampered;
    const [first, second, third, fourth] = await allItems(db, "ProjectEvents");
    const [batch] = await allItems(db, "ProjectBatches");
    const settings = await theItem(db, "Projects", (item) => item["part"] === "SETTINGS");
    const rules = await theItem(db, "Projects", (item) => item["part"] === "RULES");
    if (!first || !second || !third || !fourth || !batch) throw new Error("no rows");
    await setAttribute(db, "ProjectEvents", first, "importance", "CRITICAL");
    await setAttribute(db, "ProjectEvents", second, "eventData", { forged: true });
    await remove(db, "ProjectEvents", third);
    // A second place of one event; and an event that never was.
    await put(db, "ProjectEvents", { ...fourth, eventTime: Number(fourth["eventTime"]) + 5_000 });
    await put(db, "ProjectEvents", { ...fourth, eventTime: 1, eventId: crypto.randomUUID() });
    await setAttribute(db, "ProjectBatches", batch, "status", "POSTED");
    await put(db, "ProjectBatches", { ...batch, batchId: "batch_20000101_0000" });
    await setAttribute(db, "Projects", settings, "notifications", "NONE");
    await remove(db, "Projects", rules);
    const { lines } = await tampered.verify();
    const found = (part: string) => lines.filter((line) => line.includes(part));
    expect(found("importance")).toHaveLength(1);
    expect(found("eventData")).toHaveLength(1);
    expect(found("ProjectEvents").filter((line) => line.includes("expected a row, found no row"))).toHaveLength(1);
    expect(found("ProjectEvents").filter((line) => line.includes("with no event behind it"))).toHaveLength(2);
    expect(found("ProjectBatches").filter((line) => line.includes("status"))).toHaveLength(1);
    expect(found("batch_20000101_0000")).toHaveLength(1);
    expect(found("notifications")).toHaveLength(1);
    expect(found("#routing")).toHaveLength(1);
    expect(lines).toHaveLength(9);
    await rebuild();
    expect((await tampered.verify()).lines).toEqual([]);
  }, 180_000);

  it("verify misses no row that has expired and was deleted, and a rebuild does not bring it back", async () => {
    const [gone] = (await allItems(tampered.db, "ProjectEvents")).filter(({ processed }) => processed === true);
    if (gone === undefined) throw new Error("no batched event");
    try {
      tampered.setClock(addDays(now, 31));
      await remove(tampered.db, "ProjectEvents", gone);
      expect((await tampered.verify()).lines).toEqual([]);
      await rebuild();
      expect(await allItems(tampered.db, "ProjectEvents")).not.toContainEqual(gone);
    } finally {
      tampered.setClock(now);
    }
  }, 180_000);
});

describe("an older ledger", () => {
  it("gets the tables of projects when it is started", async () => {
    const db = test.engine.db();
    const { ProjectEvents: _, ProjectBatches: __, Projects: ___, ...old } = tables;
    await ensureTables(db, old);
    expect(await ensureTables(db)).toEqual(["ProjectEvents", "ProjectBatches", "Projects"]);
  });
});
