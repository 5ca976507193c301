/** The event index on the real engine: what is projected is found by id and by correlation. */
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventIndexRow, FeedEntry } from "../../../src/domain/kernel/index.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import type { DynamoDb, SentRequest } from "../../../src/store/dynamodb/client.js";
import { createEventIndex, eventIndexView } from "../../../src/store/readModels/eventIndex/index.js";
import { tables } from "../../../src/store/tables.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { aCommit } from "../feed/support/ledger.js";

const table = "domain-event-index";
const sent: SentRequest[] = [];
let engine: TestEngine;
let db: DynamoDb;
beforeAll(async () => {
  engine = await startTestEngine();
  db = engine.db({ onRequest: (request) => sent.push(request) });
  await ensureTables(db, { [table]: tables[table] });
});
afterAll(() => engine.close());

/** Writes the rows of an entry as the projector does. */
async function project(entry: FeedEntry): Promise<void> {
  const view = eventIndexView;
  for (const key of view.projection.keys(entry)) {
    const row = view.projection.apply(undefined, entry, key);
    if (row === undefined) throw new Error("every event has a row");
    const Item = { ...view.itemKey(key, 0).key, ...view.toItem(key, row) };
    await db.client.send(new PutCommand({ TableName: db.tableName(table), Item }));
  }
}

/** An event of a stream under a correlation. */
function anEntry(streamId: string, version: number, more: Partial<FeedEntry["event"]> = {}): FeedEntry {
  const { events, tags } = aCommit(streamId, version);
  const [event] = events;
  if (event === undefined) throw new Error("a commit has an event");
  return { log: 0, position: 1, event: { ...event, ...more }, tags };
}

const placeOf = ({ streamId, version }: EventIndexRow) => `${streamId}@${version}`;

describe("the event index", () => {
  it("finds an event by its id, with all that is known of it, by two requests", async () => {
    const entry = anEntry("Test-1", 12, { correlationId: "one", causationId: "cause" });
    await project(entry);
    await project(entry);
    const index = createEventIndex({ db });
    sent.length = 0;
    expect(await index.find("Test-1/12")).toEqual({
      eventId: "Test-1/12",
      correlationId: "one",
      causationId: "cause",
      type: "Noted",
      streamId: "Test-1",
      version: 12,
      recordedAt: entry.event.recordedAt,
    });
    expect(sent.map(({ operation }) => operation)).toEqual(["Query", "GetItem"]);
    expect(await index.find("nowhere")).toBeUndefined();
  });

  it("lists the events of a correlation in the order they were recorded, those of one stream by version", async () => {
    const later = "2025-01-15T10:30:01.000Z";
    await project(anEntry("Test-b", 10, { correlationId: "two" }));
    await project(anEntry("Test-b", 9, { correlationId: "two" }));
    await project(anEntry("Test-a", 1, { correlationId: "two", recordedAt: later }));
    await project(anEntry("Test-a", 2, { correlationId: "other" }));
    const { rows, complete } = await createEventIndex({ db }).ofCorrelation("two", 10);
    expect(rows.map(placeOf)).toEqual(["Test-b@9", "Test-b@10", "Test-a@1"]);
    expect(complete).toBe(true);
    expect(rows[0]).not.toHaveProperty("causationId");
  });

  it("stops at the limit and says so, page by page", async () => {
    for (let version = 1; version <= 30; version += 1)
      await project(anEntry("Test-c", version, { correlationId: "many" }));
    const index = createEventIndex({ db });
    const cut = await index.ofCorrelation("many", 29);
    expect([cut.rows.length, cut.complete]).toEqual([29, false]);
    const whole = await index.ofCorrelation("many", 30);
    expect([whole.rows.length, whole.complete]).toEqual([30, true]);
    expect(await index.ofCorrelation("none", 30)).toEqual({ rows: [], complete: true });
  });
});
