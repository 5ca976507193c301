/** The archive on a real engine: rows go and come back, verify finds nothing at any step, and a crash at any point is made good. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type {
  ArchiveProblem,
  ArchivedIncident,
  IncidentEvent,
  IncidentReadModel,
} from "../../src/domain/incidents/index.js";
import { foldIncident, incidentProjection, noIncident, parseArchive } from "../../src/domain/incidents/index.js";
import { chainEvents, commitTags } from "../../src/domain/kernel/index.js";
import type { Recorded } from "../../src/domain/kernel/index.js";
import { InvalidTransitionError } from "../../src/domain/kernel/errors.js";
import type { ObjectStore } from "../../src/domain/kernel/objectStore.js";
import { addDays } from "../../src/domain/kernel/time.js";
import { createArchiving, createRetention } from "../../src/server/archiving.js";
import { codec, uuidIds } from "../../src/server/ledger.js";
import type { DynamoDb } from "../../src/store/dynamodb/client.js";
import type { Item } from "../../src/store/dynamodb/rowWrite.js";
import { rebuildRows } from "../../src/store/proofs/rebuild.js";
import { describeDifference } from "../../src/store/proofs/difference.js";
import { verifyStream } from "../../src/store/proofs/verify.js";
import { incidentVerifiedView } from "../../src/store/readModels/incidents/index.js";
import { sha256 } from "../../src/store/sha256.js";
import { failRequests, loseAnswers, sdkError } from "../store/faults.js";
import { ada, day0, itemsOf, put, remove, setAttribute, startProvenLedger } from "./support/provenLedger.js";
import type { ProvenLedger } from "./support/provenLedger.js";

const rows = "aegis-incidents";
const due = { olderThanDays: 90 };
let test: ProvenLedger;
let now = day0;
/** Incidents of the test that runs. */
let made: string[] = [];
/** Objects by key, and what happens before each call. */
const objects = new Map<string, string>();
let onObject: (call: string, key: string) => Promise<void> | void = () => undefined;

const store: ObjectStore = {
  async put(key, content, how) {
    await onObject("put", key);
    if (how?.once !== true || !objects.has(key)) objects.set(key, content);
    await onObject("was put", key);
  },
  async get(key) {
    await onObject("get", key);
    return objects.get(key);
  },
  delete: async (key) => void objects.delete(key),
};

const setClock = (instant: string) => {
  now = instant;
  test.setClock(instant);
};
/** An archiver of its own, as another process would have. */
const archivingOn = (db: DynamoDb) =>
  createArchiving({ db, codec, objects: store, clock: { now: () => now }, ids: uuidIds });
const archiver = () => archivingOn(test.db).archiver;
const retention = () => createRetention({ db: test.db, codec, clock: { now: () => now } });
const anotherDb = () => test.engine.db({ tableName: test.db.tableName });

beforeAll(async () => {
  test = await startProvenLedger();
  await test.ledger.start();
});
beforeEach(() => {
  made = [];
  onObject = () => undefined;
});
afterAll(() => test.close());

interface Ended {
  readonly incidentId: string;
  readonly endedAt: string;
}

/** An incident with rows of every kind, that has ended; the clock then shows its end. */
async function endOne({ entries = 0, status = "CANCELLED" as const } = {}): Promise<Ended> {
  const { incidents } = test.ledger;
  const input = { title: "Old", severity: "P2" as const, services: ["a", "b"], commander: "ada" };
  const { incidentId } = await incidents.declare(input, ada);
  made.push(incidentId);
  await incidents.addComment(incidentId, { text: "said" }, ada);
  await incidents.attachSummary(incidentId, { text: "so far" }, ada);
  await noteMany(incidentId, entries);
  await incidents.change(incidentId, "ChangeStatus", { to: status }, ada);
  await retention().run();
  return { incidentId, endedAt: now };
}

/** Key moments, many to a commit: one command for each would take its time. */
async function noteMany(incidentId: string, count: number): Promise<void> {
  const { eventStore } = test.ledger;
  const streamId = `Incident-${incidentId}`;
  for (let done = 0; done < count; done += 80) {
    let before = noIncident;
    for await (const { events } of eventStore.readStream(streamId)) {
      before = foldIncident(before, events as readonly Recorded<IncidentEvent>[]);
    }
    const { version = 0, hash = "" } = before.incident ?? {};
    const unchained = Array.from({ length: Math.min(80, count - done) }, (_, n) => ({
      ...({ type: "IncidentTimelineEntryRecorded", data: { text: `entry ${done + n}`, keyMoment: true } } as const),
      ...{ eventId: uuidIds.next(), streamId, version: version + 1 + n, schemaVersion: 1 },
      ...{ occurredAt: now, recordedAt: now, actor: ada.actor, correlationId: "test", commandId: "test" },
    }));
    const events = chainEvents<IncidentEvent>(unchained, hash, sha256);
    const after = foldIncident(before, events);
    const commit = { streamId, version: version + 1, events, tags: commitTags(incidentProjection, before, after) };
    const views = incidentProjection.changes({ ...before, comments: new Map(), entries: new Map() }, events, {
      ...after,
      comments: new Map(),
      entries: new Map([...after.entries].filter(([, entry]) => entry.version > version)),
    });
    await eventStore.append({ appends: [{ commit, expectedVersion: version, views }] });
  }
}

const rowsOf = async (incidentId: string): Promise<Item[]> =>
  (await itemsOf(test.db, rows)).filter(({ PK }) => PK === `INCIDENT#${incidentId}`);
const markers = async () => (await itemsOf(test.db, rows)).filter(({ PK }) => PK === "RETENTION");
/** What is wrong with the log and the rows of any incident of the test. */
const differences = async () => {
  const found = await Promise.all(made.map((incidentId) => verifyStream(test.deps, `Incident-${incidentId}`)));
  return found.flatMap((one) => one.differences).map(describeDifference);
};
/** Sort keys, and what a row says but for its time to live. */
const contentOf = (items: readonly Item[]) => new Map(items.map(({ ttl: _, ...item }) => [String(item["SK"]), item]));
const problemsOf = async (): Promise<string[]> => {
  const found: (ArchivedIncident | ArchiveProblem)[] = [];
  for await (const one of archiver().verify()) found.push(one);
  return found.flatMap((one) => ("problem" in one ? [one.problem] : []));
};
const listed: (query?: Parameters<IncidentReadModel["listIncidents"]>[0]["filter"]) => Promise<string[]> = async (
  filter = {},
) => {
  const page = await test.ledger.incidentViews.listIncidents({ filter, order: "NEWEST_FIRST", first: 100 });
  return page.rows.map(({ row }) => row.incidentId);
};

describe("an incident that ended long ago", () => {
  it("goes to the archive at the ninetieth day, with nothing to find before, during and after, and comes back whole", async () => {
    const { incidentId, endedAt } = await endOne({ entries: 250 });
    const before = await rowsOf(incidentId);
    setClock(addDays(endedAt, 89.9));
    expect(await archiver().run(due)).toEqual({ archived: 0, skipped: 0, failures: [] });
    setClock(addDays(endedAt, 90));
    expect(await archiver().run({ ...due, dryRun: true })).toMatchObject({ archived: 1 });
    expect(objects.size).toBe(0);
    expect(await archiver().run(due)).toEqual({ archived: 1, skipped: 0, failures: [] });

    // What did not fit into the transaction waits for the worker; nobody misses it.
    expect((await rowsOf(incidentId)).length).toBeGreaterThan(150);
    expect(await differences()).toEqual([]);
    expect(await test.ledger.incidentViews.getIncidents([incidentId])).toEqual([undefined]);
    for (const filter of [
      {},
      { service: "a" },
      { service: "b" },
      { participant: "ada" },
      { statuses: ["CANCELLED"] },
    ] as const) {
      expect(await listed(filter)).not.toContain(incidentId);
    }
    await retention().run();
    expect((await rowsOf(incidentId)).map(({ SK }) => SK)).toEqual(["ARCHIVED"]);
    expect(await markers()).toEqual([]);
    expect(await differences()).toEqual([]);
    expect(await archiver().run(due)).toEqual({ archived: 0, skipped: 0, failures: [] });

    const [[key = "", text = ""] = []] = [...objects];
    const [kept] = await test.ledger.incidentViews.getArchived([incidentId]);
    expect(kept).toMatchObject({ objectKey: key, digest: sha256(text, "hex"), through: 255, events: 255, endedAt });
    expect(key).toBe(`archive/incidents/2025/${incidentId}-v255.json`);
    expect(parseArchive(text, { codec, digest: sha256 })).toMatchObject({ incidentId, through: 255 });
    expect(await problemsOf()).toEqual([]);

    const restoredAt = addDays(endedAt, 100);
    setClock(restoredAt);
    await test.ledger.incidents.change(incidentId, "RestoreIncident", { reason: "audit" }, ada);
    expect(await differences()).toEqual([]);
    expect(await listed()).toContain(incidentId);
    await retention().run();
    expect(await differences()).toEqual([]);
    const after = contentOf(await rowsOf(incidentId));
    for (const [SK, item] of contentOf(before)) if (SK !== "METADATA") expect(after.get(SK)).toEqual(item);
    expect(after.size).toBe(before.length + 2);
    expect(after.get("METADATA")).toMatchObject({ status: "CANCELLED", title: "Old", version: 257 });

    setClock(addDays(restoredAt, 89));
    expect(await archiver().run(due)).toMatchObject({ archived: 0 });
    setClock(addDays(restoredAt, 90));
    expect(await archiver().run(due)).toMatchObject({ archived: 1 });
    await retention().run();
    expect(await differences()).toEqual([]);
    expect(objects.size).toBe(2);
  });

  it("refuses commands while it is there, also as the other end of a link or merge, whoever is asked", async () => {
    const { incidentId, endedAt } = await endOne();
    setClock(addDays(endedAt, 90));
    await archiver().run(due);
    const live = (await test.ledger.incidents.declare({ title: "Live", severity: "P2", services: ["a"] }, ada))
      .incidentId;
    const { incidents } = test.ledger;
    const link = { kind: "INCIDENT", target: incidentId } as const;
    for (const asked of [
      () => incidents.addComment(incidentId, { text: "late" }, ada),
      () => incidents.addComment(incidentId, { text: "late" }, ada),
      () => incidents.link(live, link, ada),
      () => incidents.merge(live, incidentId, undefined, ada),
      () => incidents.attachPostmortem(incidentId, { title: "Late", content: "x".repeat(5_000) }, ada),
    ]) {
      await expect(asked()).rejects.toThrow(InvalidTransitionError);
      await expect(asked()).rejects.toThrow(/restoreIncident/);
    }
    // Of others it is not there at all.
    await expect(incidents.addComment(incidentId, { text: "x" }, { ...ada, scope: ["z"] })).rejects.toThrow(
      "not exist",
    );
    await expect(incidents.link(live, link, { ...ada, scope: ["z"] })).rejects.toThrow("not exist");
    expect((await rowsOf(incidentId)).map(({ SK }) => SK)).toEqual(["ARCHIVED"]);
    await retention().run();
  });

  it("is not missed by a rebuild from nothing, archived or restored", async () => {
    const { incidentId, endedAt } = await endOne();
    setClock(addDays(endedAt, 90));
    await archiver().run(due);
    await retention().run();
    const rebuildFromNothing = async () => {
      const were = contentOf(await rowsOf(incidentId));
      for (const item of await itemsOf(test.db, rows)) {
        if (item["PK"] === `INCIDENT#${incidentId}` || item["id"] === incidentId) await remove(test.db, rows, item);
      }
      await rebuildRows(test.deps, incidentVerifiedView, { writesPerSecond: 10_000 });
      expect(contentOf(await rowsOf(incidentId))).toEqual(were);
      expect(await differences()).toEqual([]);
    };
    await rebuildFromNothing();
    await test.ledger.incidents.change(incidentId, "RestoreIncident", {}, ada);
    await retention().run();
    await rebuildFromNothing();
  });

  it("is missed by nobody while the worker that takes and brings rows fails, and the next run makes it good", async () => {
    const { incidentId, endedAt } = await endOne({ entries: 100 });
    setClock(addDays(endedAt, 90));
    const failing = () => {
      const own = anotherDb();
      failRequests(own, { operations: ["TransactWriteItems"], failure: () => sdkError("ProcessKilled") });
      return createRetention({ db: own, codec, clock: { now: () => now } });
    };
    for (const move of [
      () => archiver().run(due),
      () => test.ledger.incidents.change(incidentId, "RestoreIncident", {}, ada),
    ]) {
      await move();
      await expect(failing().run()).rejects.toThrow("ProcessKilled");
      expect((await markers()).map(({ id }) => id)).toContain(incidentId);
      expect(await differences()).toEqual([]);
      await retention().run();
      expect(await markers()).toEqual([]);
      expect(await differences()).toEqual([]);
    }
  });

  it("is brought back whole where it is reopened before the worker has come", async () => {
    const { incidentId, endedAt } = await endOne({ entries: 100 });
    await test.ledger.incidents.change(incidentId, "RestoreIncident", {}, ada);
    setClock(addDays(endedAt, 90));
    const closed = await endOne({ entries: 0 });
    await archiver().run(due);
    await test.ledger.incidents.change(incidentId, "RestoreIncident", {}, ada);
    await test.ledger.incidents.addComment(incidentId, { text: "again" }, ada);
    expect(await differences()).toEqual([]);
    await retention().run();
    expect(await differences()).toEqual([]);
    expect((await rowsOf(incidentId)).filter(({ SK }) => String(SK).startsWith("EVENT#"))).toHaveLength(108);
    expect(await listed()).toEqual(expect.arrayContaining([incidentId, closed.incidentId]));
  });

  it("that a row is left of when the work is done is a difference, and a rebuild takes it away", async () => {
    const { incidentId, endedAt } = await endOne();
    const [row = {}] = (await rowsOf(incidentId)).filter(({ SK }) => String(SK).startsWith("EVENT#"));
    setClock(addDays(endedAt, 90));
    await archiver().run(due);
    await retention().run();
    await put(test.db, rows, row);
    expect(await differences()).toEqual([expect.stringMatching(/no row.*a row/)]);
    await rebuildRows(test.deps, incidentVerifiedView, { writesPerSecond: 10_000 });
    expect(await differences()).toEqual([]);
  });

  it("goes behind the incident that it was merged into, in the same run, also in a chain of merges and a dry run", async () => {
    const { incidents } = test.ledger;
    const declare = async () =>
      (await incidents.declare({ title: "One", severity: "P3", services: ["m"] }, ada)).incidentId;
    const [last, source, target] = [await declare(), await declare(), await declare()];
    await incidents.merge(last, source, undefined, ada);
    await incidents.merge(source, target, undefined, ada);
    setClock(addDays(now, 100));
    expect(await archiver().run(due)).toMatchObject({ archived: 0 });
    await incidents.change(target, "ChangeStatus", { to: "CANCELLED" }, ada);
    setClock(addDays(now, 90));
    for (const dryRun of [true, false]) {
      const order: string[] = [];
      await archiver().run({ ...due, dryRun, onArchived: ({ incidentId }) => order.push(incidentId) });
      expect(order.filter((incidentId) => [last, source, target].includes(incidentId))).toEqual([target, source, last]);
    }
    await retention().run();
    expect(await differences()).toEqual([]);
  });

  it("is one of as many as a run may take, and waits for the next where it is not", async () => {
    const first = await endOne();
    await endOne();
    setClock(addDays(first.endedAt, 90));
    expect(await archiver().run({ ...due, limit: 1 })).toMatchObject({ archived: 1 });
    expect(await archiver().run({ ...due, signal: AbortSignal.abort() })).toMatchObject({ archived: 0 });
    expect(await archiver().run(due)).toMatchObject({ archived: 1 });
  });
});

describe("a run that is cut off", () => {
  /** One that is due, a failure, and what the next run makes of it. */
  const cutOff = async (fail: (own: DynamoDb) => void) => {
    const { incidentId, endedAt } = await endOne();
    setClock(addDays(endedAt, 90));
    const own = anotherDb();
    fail(own);
    const { failures } = await archivingOn(own).archiver.run(due);
    onObject = () => undefined;
    expect(failures).toHaveLength(1);
    expect(await differences()).toEqual([]);
    expect(await archiver().run(due)).toEqual({ archived: 1, skipped: 0, failures: [] });
    await retention().run();
    expect((await rowsOf(incidentId)).map(({ SK }) => SK)).toEqual(["ARCHIVED"]);
    expect(await differences()).toEqual([]);
    expect(await problemsOf()).toEqual([]);
  };
  const throwAt = (call: string) =>
    (onObject = (made) => {
      if (made === call) throw new Error("killed");
    });

  it.each(["put", "was put", "get"])("at the object's %s is made good by the next", (call) =>
    cutOff(() => throwAt(call)),
  );

  it("at the event is made good by the next", () =>
    cutOff((own) =>
      failRequests(own, { operations: ["TransactWriteItems"], failure: () => sdkError("ProcessKilled") }),
    ));

  it("at a half-written object writes it anew", () =>
    cutOff(
      () =>
        (onObject = (call, key) => {
          if (call === "was put") objects.set(key, "half an");
        }),
    ));

  it("behind the event, with the answer lost, has archived it", async () => {
    const { incidentId, endedAt } = await endOne();
    setClock(addDays(endedAt, 90));
    const own = anotherDb();
    loseAnswers(own, { operations: ["TransactWriteItems"], lose: async (count) => count === 1 });
    expect(await archivingOn(own).archiver.run(due)).toMatchObject({ archived: 1, failures: [] });
    expect(await test.ledger.incidentViews.getArchived([incidentId])).toMatchObject([{ incidentId }]);
    await retention().run();
    expect(await differences()).toEqual([]);
  });

  it("by two at once archives each incident once", async () => {
    const ends = [await endOne(), await endOne(), await endOne()];
    setClock(addDays(ends[0]?.endedAt ?? now, 90));
    const runs = await Promise.all(
      [archivingOn(anotherDb()), archivingOn(anotherDb())].map((one) => one.archiver.run(due)),
    );
    expect(runs.flatMap(({ failures }) => failures)).toEqual([]);
    expect(runs.reduce((sum, { archived }) => sum + archived, 0)).toBe(3);
    for (const { incidentId } of ends)
      expect(await test.ledger.eventStore.headVersion(`Incident-${incidentId}`)).toBe(6);
    await retention().run();
    expect(await differences()).toEqual([]);
    expect(await problemsOf()).toEqual([]);
  });
});

describe("an incident that cannot be archived", () => {
  it("as it changed between the reading and the event stays, and goes with the next run as it then is", async () => {
    const { incidentId, endedAt } = await endOne();
    setClock(addDays(endedAt, 90));
    let said = false;
    onObject = async (call) => {
      if (call !== "was put" || said) return;
      said = true;
      await test.ledger.incidents.addComment(incidentId, { text: "late" }, ada);
    };
    expect(await archiver().run(due)).toEqual({ archived: 0, skipped: 1, failures: [] });
    onObject = () => undefined;
    expect(await differences()).toEqual([]);
    expect(await archiver().run(due)).toMatchObject({ archived: 1 });
    expect(await test.ledger.incidentViews.getArchived([incidentId])).toMatchObject([{ through: 6 }]);
    await retention().run();
  });

  it("as its row was edited holds up no other, and says what mends it", async () => {
    const [edited, sound] = [await endOne(), await endOne()];
    const [metadata = {}] = (await rowsOf(edited.incidentId)).filter(({ SK }) => SK === "METADATA");
    await setAttribute(test.db, rows, metadata, "title", "Edited");
    setClock(addDays(edited.endedAt, 90));
    const { archived, failures } = await archiver().run(due);
    expect(archived).toBe(1);
    expect(failures).toMatchObject([{ cause: { message: expect.stringContaining("rebuild") as string } }]);
    expect(await test.ledger.incidentViews.getArchived([sound.incidentId])).toMatchObject([{ status: "CANCELLED" }]);
    await rebuildRows(test.deps, incidentVerifiedView, { writesPerSecond: 10_000 });
    expect(await archiver().run(due)).toMatchObject({ archived: 1, failures: [] });
    await retention().run();
  });
});

it("an archive that was altered, lost, or exchanged for an earlier one is named, and a restore needs none", async () => {
  const { incidentId, endedAt } = await endOne();
  setClock(addDays(endedAt, 90));
  await archiver().run(due);
  await retention().run();
  const [kept] = await test.ledger.incidentViews.getArchived([incidentId]);
  const key = kept?.objectKey ?? "";
  const text = objects.get(key) ?? "";
  objects.set(key, text.replace("so far", "so good"));
  expect(await problemsOf()).toEqual([expect.stringContaining("is not what was put there")]);
  objects.delete(key);
  expect(await problemsOf()).toEqual([expect.stringContaining("is not in the object store")]);
  await test.ledger.incidents.change(incidentId, "RestoreIncident", {}, ada);
  await retention().run();
  expect(await differences()).toEqual([]);
  expect(await problemsOf()).toEqual([]);
});

it("the whole ledger has no difference in the end, with its feed and its counts", async () => {
  expect((await test.verify()).lines).toEqual([]);
});
