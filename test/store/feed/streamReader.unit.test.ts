/** Reading the shards of a stream. */
import { beforeEach, describe, expect, it } from "vitest";
import { ShardGoneError } from "../../../src/store/feed/errors.js";
import { createStreamReader } from "../../../src/store/feed/streamReader.js";
import type { StreamReader } from "../../../src/store/feed/streamReader.js";
import { createFakeStreamSource } from "./support/fakeStreamSource.js";
import type { FakeStreamSource } from "./support/fakeStreamSource.js";
import { upTo } from "./support/ledger.js";

let source: FakeStreamSource;
let reader: StreamReader;

function open(options: { contiguous: boolean; after?: string }): void {
  source = createFakeStreamSource(options);
  reader = createStreamReader({ source, pageSize: 3 });
  source.addShard("a");
  reader.open([{ shardId: "a", after: options.after, finished: false }]);
}

async function readNumbers(shardId = "a"): Promise<string[]> {
  return (await reader.read(shardId)).records.map(({ sequenceNumber }) => sequenceNumber);
}

describe("a shard", () => {
  beforeEach(() => open({ contiguous: false }));

  it("is read page by page from its oldest record, with one request a page once there is an iterator", async () => {
    for (const _ of upTo(5)) source.add("a", {});
    expect(await readNumbers()).toEqual(["1", "2", "3"]);
    expect(await readNumbers()).toEqual(["4", "5"]);
    expect(await readNumbers()).toEqual([]);
    expect(source.requests).toEqual(["iterator a", "read a", "read a", "read a"]);
  });

  it("is read on behind the record that was read last", async () => {
    for (const _ of upTo(3)) source.add("a", {});
    reader.open([{ shardId: "a", after: "2", finished: false }]);
    expect(await readNumbers()).toEqual(["3"]);
  });

  it("gets a new iterator for the same place when the old one has expired", async () => {
    for (const _ of upTo(5)) source.add("a", {});
    await readNumbers();
    source.expireIterators();
    expect(await readNumbers()).toEqual(["4", "5"]);
  });

  it("says when records behind its iterator were trimmed, and goes on with the oldest", async () => {
    for (const _ of upTo(2)) source.add("a", {});
    await readNumbers();
    for (const _ of upTo(2)) source.add("a", {});
    source.trim("a");
    source.add("a", {});
    const page = await reader.read("a");
    expect(page).toMatchObject({ records: [], more: true });
    expect(page.loss).toContain("no longer in the stream");
    expect(await readNumbers()).toEqual(["5"]);
  });

  it("fails when it is gone", async () => {
    source.removeShard("a");
    await expect(reader.read("a")).rejects.toThrow(ShardGoneError);
  });

  it("may skip numbers where the source numbers with gaps", async () => {
    source.add("a", { sequenceNumber: "7" });
    source.add("a", { sequenceNumber: "9" });
    expect((await reader.read("a")).loss).toBeUndefined();
  });
});

describe("a parent and its children", () => {
  beforeEach(() => {
    open({ contiguous: false });
    source.addShard("b", "a");
    source.addShard("c", "a");
    source.addShard("d", "b");
    reader.open([]);
  });

  it("are read in that order: no child before its parent has ended", async () => {
    reader.discovered(await source.shards());
    expect(reader.readable()).toEqual(["a"]);
    source.add("a", {});
    expect(await reader.read("a")).toMatchObject({ ended: false });
    expect(reader.readable()).toEqual(["a"]);
    source.closeShard("a");
    expect(await reader.read("a")).toMatchObject({ ended: true });
    expect(reader.readable()).toEqual(["b", "c"]);
    source.closeShard("b");
    await reader.read("b");
    expect(reader.readable()).toEqual(["c", "d"]);
  });

  it("need not wait for a parent that is no longer listed", () => {
    reader.discovered([{ shardId: "x", parentShardId: "long gone" }]);
    expect(reader.readable()).toEqual(["x"]);
  });

  it("are known once: finding them again does not start them again", async () => {
    reader.discovered([{ shardId: "c" }]);
    source.add("c", {});
    await reader.read("c");
    reader.discovered(await source.shards());
    expect((await reader.read("c")).records).toEqual([]);
  });
});

describe("where numbers are contiguous", () => {
  beforeEach(() => open({ contiguous: true }));

  it("a jump behind what was read is a loss, and the records are still given", async () => {
    source.add("a", {});
    await readNumbers();
    source.add("a", {});
    source.trim("a");
    source.add("a", {});
    expect(await reader.read("a")).toMatchObject({
      loss: "a goes on with record 3",
      records: [{ sequenceNumber: "3" }],
    });
  });

  it("a jump inside a page is a loss", async () => {
    source.add("a", { sequenceNumber: "1" });
    source.add("a", { sequenceNumber: "3" });
    expect((await reader.read("a")).loss).toBe("a goes on with record 3");
  });

  it("numbers are compared as numbers, not as text", async () => {
    open({ contiguous: true, after: "9" });
    for (const _ of upTo(10)) source.add("a", {});
    expect(await reader.read("a")).toMatchObject({ records: [{ sequenceNumber: "10" }] });
    expect((await reader.read("a")).loss).toBeUndefined();
  });

  it("the horizon is the number before the oldest record", async () => {
    expect(await reader.horizon("a")).toBe("0");
    for (const _ of upTo(3)) source.add("a", {});
    source.trim("a");
    source.add("a", {});
    expect(await reader.horizon("a")).toBe("3");
  });

  it("a record that is no longer there, or has become another, is told", async () => {
    for (const _ of upTo(2)) source.add("a", {});
    source.trim("a");
    source.add("a", {});
    expect(await reader.holds("a", "3")).toBe(true);
    expect(await reader.holds("a", "2")).toBe(false);
    expect(await reader.holds("a", "4")).toBe(false);
    expect(await reader.holds("a", "0")).toBe(true);
  });
});

it("elsewhere nobody can tell what the horizon is or what a number stands for", async () => {
  open({ contiguous: false });
  expect(await reader.horizon("a")).toBeUndefined();
  expect(await reader.holds("a", "77")).toBe(true);
});
