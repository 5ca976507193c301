/** The retention worker: rows of an ended incident get their time to live, and lose it when it is reopened, whatever fails. */
import { DeleteCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addDays, toEpochSeconds } from "../../../src/domain/kernel/time.js";
import type { Instant } from "../../../src/domain/kernel/time.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import { createRetentionWorker } from "../../../src/store/readModels/incidents/index.js";
import { prefixed } from "../../../src/store/tables.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { ledgerAt, requestBy } from "../../support/ledgerAt.js";
import type { LedgerAt } from "../../support/ledgerAt.js";
import { failRequests, sdkError } from "../faults.js";

const declaredAt = "2024-01-10T08:00:00.000Z";
const closedAt = "2024-02-01T12:00:00.500Z";
const ana = requestBy("ana");

let engine: TestEngine;
let db: DynamoDb;
let folder: string;
let ledger: LedgerAt;
let incidentId: string;

beforeAll(async () => {
  engine = await startTestEngine();
  folder = await mkdtemp(join(tmpdir(), "opsledger-retention-"));
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

let prefixes = 0;

/** Fresh tables, with an incident that has rows of every kind. */
beforeEach(async () => {
  const tableName = prefixed(`r${(prefixes += 1)}-`);
  db = engine.db({ tableName });
  await ensureTables(db);
  ledger = ledgerAt(declaredAt, { db, engine: engine.engine, dataDir: folder });
  const { incidents } = ledger;
  const declared = await incidents.declare({ title: "Old", severity: "P2", services: ["a"], commander: "ana" }, ana);
  ({ incidentId } = declared);
  await incidents.addComment(incidentId, { text: "a comment" }, ana);
  await incidents.change(incidentId, "RecordEntry", { text: "a note" }, ana);
  await incidents.change(incidentId, "RecordEntry", { text: "a key moment", keyMoment: true }, ana);
  const { entry } = await incidents.change(incidentId, "RecordEntry", { text: "a pinned note" }, ana);
  if (entry === undefined) throw new Error("no entry");
  await incidents.change(incidentId, "PinEntry", { entry: { id: entry.entryId, at: entry.occurredAt } }, ana);
  await incidents.attachSummary(incidentId, { text: "a summary" }, ana);
});

async function close(): Promise<void> {
  ledger.setClock(closedAt);
  await ledger.incidents.change(incidentId, "ChangeStatus", { to: "RESOLVED" }, ana);
  await ledger.incidents.change(incidentId, "ChangeStatus", { to: "CLOSED" }, ana);
}

const reopen = () => ledger.incidents.change(incidentId, "Reopen", { reason: "It came back" }, ana);

async function rowsOf(partition: string): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await db.client.send(
    new QueryCommand({
      TableName: db.tableName("aegis-incidents"),
      KeyConditionExpression: "PK = :pk",
      ExpressionAttributeValues: { ":pk": partition },
      ConsistentRead: true,
    }),
  );
  return Items;
}

const markers = () => rowsOf("RETENTION");

/** The time to live of each row, by what the row says; in the words of the rows that this file makes. */
async function timesToLive(): Promise<Record<string, unknown>> {
  const rows = await rowsOf(`INCIDENT#${incidentId}`);
  return Object.fromEntries(
    rows.map((row) => [
      `${String(row["SK"]).split("#")[0]} ${[row["text"], row["description"]].find((text) => typeof text === "string") ?? ""}`,
      row["ttl"],
    ]),
  );
}

const days = (from: Instant, count: number) => toEpochSeconds(addDays(from, count));

const afterClosing = {
  "COMMENT a comment": days(closedAt, 90),
  "EVENT Commented": days(closedAt, 180),
  "EVENT a note": days(closedAt, 180),
  "EVENT Pinned a timeline entry": days(closedAt, 180),
  "EVENT Summary attached": days(closedAt, 180),
  "SUMMARY a summary": days(closedAt, 365),
  // Turning points, by their kind or because somebody said so, and what is pinned.
  "EVENT Declared INC-1 as P2: Old": undefined,
  "EVENT a key moment": undefined,
  "EVENT a pinned note": undefined,
  "EVENT Status changed from OPEN to RESOLVED": undefined,
  "EVENT Status changed from RESOLVED to CLOSED": undefined,
};

describe("an incident that has ended", () => {
  it("keeps comments 90 days, entries 180, summaries 365, key moments and pinned entries for ever", async () => {
    await close();
    expect(await markers()).toHaveLength(1);
    expect(await ledger.retention.run()).toEqual({ incidents: 1, rows: 7 });
    expect(await timesToLive()).toMatchObject(afterClosing);
    expect(await markers()).toEqual([]);
  });

  it("keeps itself, its number and who took part for ever", async () => {
    await close();
    await ledger.retention.run();
    const ofIncident = await rowsOf(`INCIDENT#${incidentId}`);
    const [metadata, participants] = [
      ofIncident.filter(({ SK }) => SK === "METADATA"),
      ofIncident.filter(({ SK }) => String(SK).startsWith("USER#")),
    ];
    expect([metadata.length, participants.length]).toEqual([1, 1]);
    for (const row of [...metadata, ...participants, ...(await rowsOf("NUMBER#1"))])
      expect(row).not.toHaveProperty("ttl");
  });

  it("counts from a row's own time where that is the later one, without the worker", async () => {
    await close();
    const later = "2024-03-05T00:00:00.000Z";
    ledger.setClock(later);
    await ledger.incidents.addComment(incidentId, { text: "an afterthought" }, ana);
    await ledger.incidents.attachSummary(incidentId, { text: "in hindsight" }, ana);
    const expected = { "COMMENT an afterthought": days(later, 90), "SUMMARY in hindsight": days(later, 365) };
    expect(await timesToLive()).toMatchObject(expected);
    await ledger.retention.run();
    expect(await timesToLive()).toMatchObject({ "COMMENT a comment": days(closedAt, 90), ...expected });
  });

  it("has a pinned entry kept from then on, and one that is unpinned no longer", async () => {
    await close();
    await ledger.retention.run();
    const { rows } = await ledger.incidentViews.listTimeline({
      incidentIds: [incidentId],
      order: "OLDEST_FIRST",
      first: 100,
    });
    // To this reader it is 2024, and nothing has expired.
    const refOf = (text: string) => {
      const entry = rows.find(({ row }) => row.description === text)?.row;
      return { id: entry?.entryId ?? "", at: entry?.occurredAt ?? "" };
    };
    await ledger.incidents.change(incidentId, "PinEntry", { entry: refOf("a note") }, ana);
    await ledger.incidents.change(incidentId, "UnpinEntry", { entry: refOf("a pinned note") }, ana);
    expect(await timesToLive()).toMatchObject({
      "EVENT a note": undefined,
      "EVENT a pinned note": days(closedAt, 180),
    });
  });

  it("is done once: a second run finds nothing", async () => {
    await close();
    await ledger.retention.run();
    expect(await ledger.retention.run()).toEqual({ incidents: 0, rows: 0 });
  });
});

describe("an incident that is reopened", () => {
  it("keeps everything again", async () => {
    await close();
    await ledger.retention.run();
    await reopen();
    await ledger.retention.run();
    expect(Object.values(await timesToLive()).filter((ttl) => ttl !== undefined)).toEqual([]);
    expect(await markers()).toEqual([]);
  });

  it("and closed again counts from its second end", async () => {
    await close();
    await reopen();
    const again = "2024-05-05T00:00:00.000Z";
    ledger.setClock(again);
    await ledger.incidents.change(incidentId, "ChangeStatus", { to: "CANCELLED" }, ana);
    await ledger.retention.run();
    expect(await timesToLive()).toMatchObject({ "COMMENT a comment": days(again, 90) });
  });
});

describe("a worker that fails", () => {
  /** A worker whose requests can be made to fail; its client is its own. */
  const workerOn = (prepare: (own: DynamoDb) => void) => {
    const own = engine.db({ tableName: db.tableName });
    prepare(own);
    return createRetentionWorker({ db: own, rebuild: async () => 0 });
  };

  it.each(["TransactWriteItems", "DeleteItem"])(
    "at %s leaves the marker, and the next run makes it good",
    async (operation) => {
      await close();
      const failure = (count: number) => (count === 1 ? sdkError("ProcessKilled") : undefined);
      const worker = workerOn((own) => failRequests(own, { operations: [operation], failure }));
      await expect(worker.run()).rejects.toThrow("ProcessKilled");
      expect(await markers()).toHaveLength(1);
      await worker.run();
      expect(await timesToLive()).toMatchObject(afterClosing);
      expect(await markers()).toEqual([]);
    },
  );

  /** Two more incidents that have ended, and the first of all markers. */
  const endThree = async () => {
    await close();
    for (const title of ["Second", "Third"]) {
      const { incidentId: id } = await ledger.incidents.declare({ title, severity: "P2", services: ["a"] }, ana);
      await ledger.incidents.addComment(id, { text: "a comment" }, ana);
      await ledger.incidents.change(id, "ChangeStatus", { to: "CANCELLED" }, ana);
    }
    const [first] = (await markers()).map(({ SK }) => String(SK)).sort();
    return first ?? "";
  };

  it("on one incident does all others, and names it", async () => {
    const first = await endThree();
    const comment = (await rowsOf(first)).find(({ SK }) => String(SK).startsWith("COMMENT#"));
    const Item = { ...comment, timestamp: "garbage" };
    await db.client.send(new PutCommand({ TableName: db.tableName("aegis-incidents"), Item }));
    await expect(ledger.retention.run()).rejects.toThrow(first);
    expect((await markers()).map(({ SK }) => SK)).toEqual([first]);
    await db.client.send(new PutCommand({ TableName: db.tableName("aegis-incidents"), Item: { ...comment } }));
    expect(await ledger.retention.run()).toMatchObject({ incidents: 1 });
    expect(await markers()).toEqual([]);
  });

  it("to end in time ends behind a page, with its marker left", async () => {
    await endThree();
    const stop = new AbortController();
    const worker = workerOn((own) => {
      own.client.middlewareStack.add(
        (next, context) => async (args) => {
          const result = await next(args);
          if (context.commandName === "TransactWriteItemsCommand") stop.abort();
          return result;
        },
        { step: "initialize", name: "stopMeanwhile" },
      );
    });
    expect(await worker.run(stop.signal)).toMatchObject({ incidents: 0 });
    expect(await markers()).toHaveLength(3);
    await worker.run();
    expect(await timesToLive()).toMatchObject(afterClosing);
    expect(await markers()).toEqual([]);
  });

  it("to notice for a while that an incident was reopened takes nothing back", async () => {
    await close();
    let woken = false;
    const sleeper = workerOn((own) => {
      own.client.middlewareStack.add(
        (next, context) => async (args) => {
          if (context.commandName === "TransactWriteItemsCommand" && !woken) {
            woken = true;
            // Another process did the work, and then that of the reopening.
            await ledger.retention.run();
            await reopen();
            await ledger.retention.run();
          }
          return next(args);
        },
        { step: "initialize", name: "sleep" },
      );
    });
    expect(await sleeper.run()).toEqual({ incidents: 0, rows: 0 });
    expect(woken).toBe(true);
    expect(Object.values(await timesToLive()).filter((ttl) => ttl !== undefined)).toEqual([]);
  });

  it("half way through an incident leaves the rest to the next run", async () => {
    await close();
    const failure = (count: number) => (count === 2 ? sdkError("ProcessKilled") : undefined);
    const worker = workerOn((own) => failRequests(own, { operations: ["TransactWriteItems"], failure }));
    await expect(worker.run()).rejects.toThrow("ProcessKilled");
    await worker.run();
    expect(await timesToLive()).toMatchObject(afterClosing);
  });

  it("to see a reopening under its hands leaves that to the next run", async () => {
    await close();
    let reopened = false;
    const worker = workerOn((own) => {
      own.client.middlewareStack.add(
        (next, context) => async (args) => {
          // The rows have their time to live; the marker is about to go.
          if (context.commandName === "DeleteItemCommand" && !reopened) {
            reopened = true;
            await reopen();
          }
          return next(args);
        },
        { step: "initialize", name: "reopenMeanwhile" },
      );
    });
    await worker.run();
    expect(reopened).toBe(true);
    expect(await markers()).toHaveLength(1);
    await worker.run();
    expect(Object.values(await timesToLive()).filter((ttl) => ttl !== undefined)).toEqual([]);
    expect(await markers()).toEqual([]);
  });

  it("does not let go of an entry that was pinned under its hands", async () => {
    await close();
    const [note] = (await rowsOf(`INCIDENT#${incidentId}`)).filter((row) => row["description"] === "a note");
    const entry = { id: String(note?.["event_id"]), at: String(note?.["timestamp"]) };
    let pinned = false;
    const worker = workerOn((own) => {
      own.client.middlewareStack.add(
        (next, context) => async (args) => {
          if (context.commandName === "TransactWriteItemsCommand" && !pinned) {
            pinned = true;
            await ledger.incidents.change(incidentId, "PinEntry", { entry }, ana);
          }
          return next(args);
        },
        { step: "initialize", name: "pinMeanwhile" },
      );
    });
    await expect(worker.run()).rejects.toThrow("ConditionalCheckFailed");
    await worker.run();
    expect(await timesToLive()).toMatchObject({ ...afterClosing, "EVENT a note": undefined });
    expect(await markers()).toEqual([]);
  });

  it("does not bring back a row that was deleted under its hands", async () => {
    await close();
    const notes = async () => (await rowsOf(`INCIDENT#${incidentId}`)).filter((row) => row["description"] === "a note");
    const [note] = await notes();
    let deleted = false;
    const worker = workerOn((own) => {
      own.client.middlewareStack.add(
        (next, context) => async (args) => {
          if (context.commandName === "TransactWriteItemsCommand" && !deleted) {
            deleted = true;
            const Key = { PK: note?.["PK"], SK: note?.["SK"] };
            await db.client.send(new DeleteCommand({ TableName: db.tableName("aegis-incidents"), Key }));
          }
          return next(args);
        },
        { step: "initialize", name: "deleteMeanwhile" },
      );
    });
    await expect(worker.run()).rejects.toThrow("ConditionalCheckFailed");
    await worker.run();
    expect(await notes()).toEqual([]);
    expect(await markers()).toEqual([]);
  });
});
