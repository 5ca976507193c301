/** Leases on the real engine: one holder at a time, whatever dies, sleeps or loses its answers. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { Lease, Leases } from "../../../src/domain/kernel/index.js";
import { LeaseLostError } from "../../../src/domain/kernel/index.js";
import { FencedConflictError, writeFenced } from "../../../src/store/processing/fence.js";
import { createLeases } from "../../../src/store/processing/leases.js";
import { startFeedEngine } from "../feed/support/engine.js";
import type { FeedEngine, FeedTables, TableOptions } from "../feed/support/engine.js";
import { silent, until } from "../feed/support/ledger.js";

const job = "job";
const milliseconds = 800;

let engine: FeedEngine;
beforeAll(async () => {
  engine = await startFeedEngine();
});
afterAll(() => engine.close());

let tables: FeedTables;
let contenders: { readonly closing: AbortController; readonly done: Promise<void> }[];
beforeEach(async () => {
  tables = await engine.tables();
  contenders = [];
});
afterEach(async () => {
  for (const { closing } of contenders) closing.abort();
  await Promise.all(contenders.map(({ done }) => done));
});

async function leasesOf(owner: string, options: TableOptions = {}, takeOver = false): Promise<Leases> {
  const { db } = await engine.tables({ ...options, prefix: tables.prefix });
  return createLeases({ db, owner, milliseconds, takeOver, log: silent });
}

interface Contender {
  readonly turns: Lease[];
  waits: number;
  holds(): boolean;
  stop(): Promise<void>;
}

/** Seeks the job, and holds it until it is lost or the contender stops. */
function contend(leases: Leases, work?: (lease: Lease) => Promise<void>): Contender {
  const closing = new AbortController();
  let held = false;
  const contender: Contender = {
    turns: [],
    waits: 0,
    holds: () => held,
    stop: async () => {
      closing.abort();
      await done;
    },
  };
  const hold = async (lease: Lease) => {
    contender.turns.push(lease);
    held = true;
    try {
      await (work ?? untilOver(closing.signal))(lease);
    } finally {
      held = false;
    }
  };
  const done = leases.hold(job, hold, { signal: closing.signal, onWaiting: () => (contender.waits += 1) });
  contenders.push({ closing, done });
  return contender;
}

function untilOver(signal: AbortSignal): (lease: Lease) => Promise<void> {
  return ({ lost }) =>
    new Promise((resolve) => {
      const over = AbortSignal.any([signal, lost]);
      if (over.aborted) resolve();
      over.addEventListener("abort", () => resolve());
    });
}

it("is held by one of many who seek it, and names the holder", async () => {
  const all = await Promise.all(["a", "b", "c", "d"].map(async (owner) => contend(await leasesOf(owner))));
  await until(() => all.filter((one) => one.waits > 2).length === 3);
  expect(all.filter((one) => one.holds())).toHaveLength(1);
  const holder = ["a", "b", "c", "d"][all.findIndex((one) => one.holds())];
  expect(await (await leasesOf("e")).holder(job)).toBe(holder);
});

it("outlasts its time while the holder beats", async () => {
  const first = contend(await leasesOf("a"));
  await until(() => first.holds());
  const second = contend(await leasesOf("b"));
  const began = performance.now();
  await until(() => performance.now() - began > 3 * milliseconds && second.waits > 5);
  expect(first.holds()).toBe(true);
  expect(second.turns).toEqual([]);
});

it("goes to another at once when it is given back, and its token rises", async () => {
  const first = contend(await leasesOf("a"));
  await until(() => first.holds());
  const second = contend(await leasesOf("b"));
  await until(() => second.waits > 0);
  const began = performance.now();
  await first.stop();
  await until(() => second.holds());
  expect(performance.now() - began).toBeLessThan(milliseconds);
  expect(second.turns[0]?.token).toBeGreaterThan(first.turns[0]?.token ?? 0);
});

it("goes to another within about its time when the holder dies, and the dead one has given up before", async () => {
  let dead = false;
  const first = contend(await leasesOf("a", { fault: () => (dead ? "before" : undefined) }));
  await until(() => first.holds());
  const second = contend(await leasesOf("b"));
  await until(() => second.waits > 0);
  const lostAt = new Promise<number>((resolve) =>
    first.turns[0]?.lost.addEventListener("abort", () => resolve(performance.now())),
  );
  dead = true;
  const diedAt = performance.now();
  await until(() => second.holds());
  const takenAt = performance.now();
  expect(await lostAt).toBeLessThan(takenAt);
  expect(takenAt - diedAt).toBeLessThan(milliseconds * 1.5);
});

it("is taken at once by a process that has started the engine, and the former holder is told", async () => {
  const first = contend(await leasesOf("a"));
  await until(() => first.holds());
  const second = contend(await leasesOf("b", {}, true));
  await until(() => second.holds());
  await until(() => first.turns[0]?.lost.aborted === true);
});

it("is held although the answer to taking it, or to a beat, is lost", async () => {
  let lost = 0;
  const fault: TableOptions["fault"] = (operation) => {
    if (!operation.startsWith("Update") || lost >= 2) return undefined;
    lost += 1;
    return "after";
  };
  const first = contend(await leasesOf("a", { fault }));
  await until(() => lost === 2 && first.holds());
  const token = first.turns.at(-1)?.token;
  const began = performance.now();
  await until(() => performance.now() - began > 2 * milliseconds);
  expect(first.turns.at(-1)?.token).toBe(token);
});

it("is sought anew when the work fails, and not in a hot loop", async () => {
  let failures = 0;
  const failing = contend(await leasesOf("a"), async () => {
    failures += 1;
    throw new Error("no");
  });
  await until(() => failures === 3);
  expect(new Set(failing.turns.map(({ token }) => token)).size).toBe(3);
});

it("says to who waits that the store does not answer", async () => {
  const told: unknown[] = [];
  const closing = new AbortController();
  const leases = await leasesOf("a", { fault: () => "before" });
  const done = leases.hold(job, async () => undefined, {
    signal: closing.signal,
    onWaiting: (error) => told.push(error),
  });
  await until(() => told.length > 0);
  closing.abort();
  await done;
  expect(String(told[0])).toContain("the request was lost");
});

it("a fenced write is refused once another holds the lease, and writes nothing", async () => {
  const first = contend(await leasesOf("a"));
  await until(() => first.holds());
  const [old] = first.turns;
  if (old === undefined) throw new Error("not held");
  const put = (partition: string) => ({
    Put: {
      TableName: tables.db.tableName("processor-checkpoints"),
      Item: { processor: "written", partition },
      ConditionExpression: "attribute_not_exists(#p)",
      ExpressionAttributeNames: { "#p": "processor" },
    },
  });
  await writeFenced(tables.db, old, [put("1")]);
  await expect(writeFenced(tables.db, old, [put("1")])).rejects.toThrow(FencedConflictError);
  const second = contend(await leasesOf("b", {}, true));
  await until(() => second.holds());
  await expect(writeFenced(tables.db, old, [put("2")])).rejects.toThrow(LeaseLostError);
});
