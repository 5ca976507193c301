/** Stored items of the log that are not what they should be, and rows that meet in one append. */
import { describe, expect, it } from "vitest";
import {
  UnreadableItemError,
  decodeCommit,
  fromCommitItem,
  fromIdempotencyItem,
  isCommitItem,
  storedEventsOf,
  toCommitItem,
  toIdempotencyItem,
} from "../../src/store/dynamodb/items.js";
import { collectRowWrites, primaryKeyOf } from "../../src/store/dynamodb/rowWrite.js";
import type { RowWrite } from "../../src/store/dynamodb/rowWrite.js";
import { anAppend, conformanceCodec as codec } from "../conformance/eventStore.conformance.js";

const { commit } = anAppend("Test-1", 4, { events: [{}, {}] });
const item = toCommitItem(commit);
const record = toIdempotencyItem({ key: "k", payload: "p" }, [{ streamId: "Test-1", version: 6 }], {
  recordedAt: "2025-01-15T10:30:00.000Z",
});

describe("a commit item", () => {
  it("becomes the commit again", () => {
    expect(fromCommitItem(item, codec)).toEqual(commit);
    expect(decodeCommit(item, codec)).toEqual(commit);
  });

  it("keeps the hash of each event, and the one before the first", () => {
    expect(item["previousHash"]).toBe("hash-4");
    expect(fromCommitItem(item, codec).events.map(({ hash, previousHash }) => [previousHash, hash])).toEqual([
      ["hash-4", "hash-5"],
      ["hash-5", "hash-6"],
    ]);
  });

  it("of the time before there were hashes reads as one without them", () => {
    const old = { ...item, previousHash: undefined, events: item.events.replaceAll(/,"hash":"hash-\d"/g, "") };
    expect(old.events).not.toContain("hash");
    expect(fromCommitItem(old, codec).events).toMatchObject([
      { hash: "", previousHash: "" },
      { hash: "", previousHash: "" },
    ]);
  });

  it("gives its events as they are stored, whatever their schema has become", () => {
    const { commit: lifted } = anAppend("Test-1", 4, {
      events: [{ type: "Measured", schemaVersion: 1, data: { value: 5 } }],
    });
    expect(storedEventsOf(toCommitItem(lifted))).toEqual(lifted.events);
    expect(fromCommitItem(toCommitItem(lifted), codec).events).toMatchObject([
      { schemaVersion: 2, data: { value: 5, unit: "ms" }, hash: "hash-5" },
    ]);
    expect(() => storedEventsOf({ ...item, events: "[" })).toThrow(UnreadableItemError);
  });

  it("is told from an idempotency record", () => {
    expect(isCommitItem(item)).toBe(true);
    expect(isCommitItem(record)).toBe(false);
    expect(decodeCommit(record, codec)).toBeUndefined();
  });

  it("is not made of a commit without events", () => {
    expect(() => toCommitItem({ ...commit, events: [] })).toThrow("a commit of Test-1 without events");
  });

  it.each([
    ["whose events are no JSON", { ...item, events: "[{" }],
    ["whose events lack an id", { ...item, events: JSON.stringify([{ type: "Noted" }]) }],
    ["with fewer events than were written", { ...item, n: 3 }],
    ["with an event that no schema knows", { ...item, events: item.events.replaceAll("Noted", "Unknown") }],
    ["with data that breaks its schema", { ...item, events: item.events.replaceAll('"text"', '"texts"') }],
    ["without tags", { ...item, tags: undefined }],
    ["with an actor of no known kind", { ...item, actorKind: "ROBOT" }],
  ])("%s is refused by name", (_, broken) => {
    expect(() => fromCommitItem(broken, codec)).toThrow(UnreadableItemError);
    expect(() => fromCommitItem(broken, codec)).toThrow("Test-1 version 5 cannot be read");
  });
});

describe("an idempotency record", () => {
  it("tells the same payload from another", () => {
    expect(fromIdempotencyItem(record, "p")).toEqual({
      samePayload: true,
      outcome: [{ streamId: "Test-1", version: 6 }],
    });
    expect(fromIdempotencyItem(record, "P").samePayload).toBe(false);
  });

  it("is refused where its outcome cannot be read", () => {
    expect(() => fromIdempotencyItem({ ...record, outcome: "?" }, "p")).toThrow(UnreadableItemError);
    expect(() => fromIdempotencyItem(item, "p")).toThrow(UnreadableItemError);
  });
});

describe("rows of one append", () => {
  const put = (PK: string, text: string, onlyIfNew = false): RowWrite => ({
    kind: "put",
    table: "aegis-incidents",
    item: { PK, SK: "s", text },
    ...(onlyIfNew ? { onlyIfNew } : {}),
  });
  const remove = (PK: string): RowWrite => ({ kind: "delete", table: "aegis-incidents", key: { PK, SK: "s" } });
  const collected = (...writes: RowWrite[]) =>
    collectRowWrites(
      { any: ({ row }) => [row as RowWrite] },
      writes.map((row, index) => ({ view: "any", key: `${index}`, row })),
    );

  it("are all written where they are different rows", () => {
    const checkpoint: RowWrite = {
      kind: "put",
      table: "processor-checkpoints",
      item: { processor: "a", partition: "s" },
    };
    expect(collected(put("a", "1"), put("b", "1"), remove("c"), checkpoint)).toHaveLength(4);
  });

  it("are written once, as the later change says", () => {
    expect(collected(put("a", "1"), put("a", "2"))).toMatchObject([{ kind: "put", item: { text: "2" } }]);
    expect(collected(put("a", "1"), remove("a"))).toEqual([remove("a")]);
    expect(collected(remove("a"), put("a", "2"))).toMatchObject([{ kind: "put", item: { text: "2" } }]);
  });

  it("must still be new where the first change said so, and need not where the first one deletes", () => {
    expect(collected(put("a", "1", true), put("a", "2"))).toMatchObject([{ onlyIfNew: true, item: { text: "2" } }]);
    expect(collected(remove("a"), put("a", "2", true))).toMatchObject([{ onlyIfNew: false }]);
    expect(collected(put("a", "1", true))).toMatchObject([{ onlyIfNew: true }]);
  });

  it("have the primary key that their table declares", () => {
    expect(primaryKeyOf("aegis-incidents", { PK: "a", SK: "b", text: "c" })).toEqual({ PK: "a", SK: "b" });
  });
});
