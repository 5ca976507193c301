/** How far the feeder and each processor fall behind while commands come at a steady pace, and how soon they have caught up. */
import { setTimeout as wait } from "node:timers/promises";
import { toMilliseconds } from "../src/domain/kernel/time.js";
import { covers } from "../src/domain/kernel/feed.js";
import type { ChangeFeed, FeedPosition } from "../src/domain/kernel/feed.js";
import { codec } from "../src/server/ledger.js";
import { batchGet } from "../src/store/dynamodb/batchGet.js";
import { createDynamoDb } from "../src/store/dynamodb/client.js";
import type { DynamoDb } from "../src/store/dynamodb/client.js";
import { createDynamoDbChangeFeed } from "../src/store/feed/changeFeed.js";
import { feedLogsOf } from "../src/store/proofs/verify.js";
import { prefixed } from "../src/store/tables.js";
import type { HttpClient } from "./httpClient.js";
import type { Row } from "./main.js";
import { median, percentile } from "./measure.js";
import { declareIncident, recordEntry } from "./operations.js";
import type { ServerProcess } from "./serverProcess.js";

const perSecond = 500;
const seconds = 10;
const atOnce = 64;
/** A look costs one BatchGetItem and one Query for each log of the feed: rare enough not to be the load. */
const lookEveryMilliseconds = 50;
const drainWithinMilliseconds = 120_000;

/** Where a processor was at a time, by its checkpoint; the feeder, by the feed itself. */
interface Look {
  readonly at: number;
  readonly positions: ReadonlyMap<string, FeedPosition>;
}

export async function measureLag(server: ServerProcess, client: HttpClient): Promise<Row[]> {
  const db = createDynamoDb({ endpoint: server.engineEndpoint, tableName: prefixed("") });
  const watching = new AbortController();
  try {
    const feed = createDynamoDbChangeFeed({ db, codec, logs: await feedLogsOf(db) });
    const names = await processorsOf(client);
    const incidents = await declareIncidents(client);
    for (const incidentId of incidents) await untilFed(feed, `Incident-${incidentId}`);
    const start = await untilDrained(db, feed, names, await feed.head());
    const looks: Look[] = [];
    const watch = keepLooking(db, feed, names, looks, watching.signal);
    watch.catch(() => undefined);
    const began = Date.now();
    const acknowledged = await load(client, incidents);
    const ended = Date.now();
    const end = await untilDrained(db, feed, names, start, acknowledged.length);
    await wait(2 * lookEveryMilliseconds);
    watching.abort();
    await watch;

    const recorded = await recordedBetween(feed, start, end);
    const rate = acknowledged.length / ((ended - began) / 1_000);
    const rows = ["feeder", ...names].map((name) => {
      const lag = lagOf(name, looks, { start, end, acknowledged, recorded });
      const drained = Math.max(0, lag.coveredAt - ended);
      return {
        what: `lag of ${name} while ${perSecond} commands per second are attempted`,
        value: `${median(lag.events)} events, ${median(lag.milliseconds).toFixed(0)} ms median`,
        compared: `at most ${percentile(lag.events, 1)} events, ${percentile(lag.milliseconds, 1).toFixed(0)} ms; drained ${drained} ms after the last command`,
      };
    });
    const reached = {
      what: `commands per second reached where ${perSecond} are attempted for ${seconds} s, ${atOnce} at a time`,
      value: rate.toFixed(0),
      compared: `${acknowledged.length} commands of one event each; answered after ${median(acknowledged.map(({ milliseconds }) => milliseconds)).toFixed(0)} ms median`,
    };
    return [reached, ...rows];
  } finally {
    watching.abort();
    db.close();
  }
}

async function processorsOf(client: HttpClient): Promise<readonly string[]> {
  const { processors } = await client.post<{ processors: { name: string; kind: string }[] }>(
    "{ processors { name kind } }",
  );
  return processors.flatMap(({ name, kind }) => (kind === "FEEDER" ? [] : [name]));
}

async function declareIncidents(client: HttpClient): Promise<readonly string[]> {
  const declare = async (index: number) => {
    const input = { title: `Lag ${index}`, severity: "P3", services: ["bench"] };
    const { declareIncident: answer } = await client.post<{ declareIncident: { incident: { incidentId: string } } }>(
      declareIncident,
      { input },
    );
    return answer.incident.incidentId;
  };
  return Promise.all(Array.from({ length: atOnce }, (_, index) => declare(index)));
}

/** A command that was answered: when, and after how long. */
interface Acknowledged {
  readonly at: number;
  readonly milliseconds: number;
}

/** Sends commands at the pace, no more than so many at a time; returns their answers in the order in which they came. */
async function load(client: HttpClient, incidents: readonly string[]): Promise<readonly Acknowledged[]> {
  const acknowledged: Acknowledged[] = [];
  const open = new Set<Promise<void>>();
  const command = async (index: number) => {
    const sentAt = performance.now();
    const input = { incidentId: incidents[index % incidents.length], text: `Entry ${index}` };
    const { recordTimelineEntry: answer } = await client.post<{ recordTimelineEntry: { errors: unknown[] } }>(
      recordEntry,
      { input },
    );
    if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors));
    acknowledged.push({ at: Date.now(), milliseconds: performance.now() - sentAt });
  };
  const began = performance.now();
  for (let started = 0; ;) {
    const elapsed = performance.now() - began;
    if (elapsed >= seconds * 1_000) break;
    const due = Math.floor((elapsed / 1_000) * perSecond);
    while (started < due && open.size < atOnce) {
      const sent = command(started).finally(() => open.delete(sent));
      open.add(sent);
      started += 1;
    }
    await (open.size < atOnce ? wait(2) : Promise.race(open));
  }
  await Promise.all(open);
  return acknowledged;
}

async function look(db: DynamoDb, feed: ChangeFeed, names: readonly string[]): Promise<Look> {
  const keys = names.map((processor) => ({ processor, partition: "position" }));
  const [items, head] = await Promise.all([
    batchGet(db, "processor-checkpoints", keys, { consistent: true }),
    feed.head(),
  ]);
  const positions = new Map<string, FeedPosition>([["feeder", head]]);
  for (const [index, name] of names.entries()) {
    const heads = items[index]?.["heads"];
    positions.set(name, Array.isArray(heads) ? heads.map(Number) : head.map(() => 0));
  }
  return { at: Date.now(), positions };
}

async function keepLooking(
  db: DynamoDb,
  feed: ChangeFeed,
  names: readonly string[],
  looks: Look[],
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const began = performance.now();
    looks.push(await look(db, feed, names));
    await wait(Math.max(0, began + lookEveryMilliseconds - performance.now()));
  }
}

/** Waits until the first event of a stream is in the feed. */
async function untilFed(feed: ChangeFeed, streamId: string): Promise<void> {
  const deadline = performance.now() + drainWithinMilliseconds;
  while ((await feed.resolve(streamId, 1)) === undefined) {
    if (performance.now() > deadline) throw new Error(`${streamId} is not fed`);
    await wait(lookEveryMilliseconds);
  }
}

/** Waits until the feed has `more` events than at `start` and every processor has seen it all; returns its head then. */
async function untilDrained(
  db: DynamoDb,
  feed: ChangeFeed,
  names: readonly string[],
  start: FeedPosition,
  more = 0,
): Promise<FeedPosition> {
  const deadline = performance.now() + drainWithinMilliseconds;
  for (;;) {
    const { positions } = await look(db, feed, names);
    const head = positions.get("feeder") ?? [];
    const isFed = total(head) >= total(start) + more;
    if (isFed && [...positions.values()].every((position) => covers(position, head))) return head;
    if (performance.now() > deadline) throw new Error("the processors do not catch up");
    await wait(lookEveryMilliseconds);
  }
}

/** When each event between the two positions was recorded, by log and position behind `start`. */
async function recordedBetween(
  feed: ChangeFeed,
  start: FeedPosition,
  end: FeedPosition,
): Promise<readonly (readonly number[])[]> {
  const ofLog = async (log: number, from: number, to: number) => {
    const recorded: number[] = [];
    while (from + recorded.length < to) {
      const entries = await feed.read(log, from + recorded.length, 500);
      if (entries.length === 0) throw new Error(`log ${log} ends before ${to}`);
      recorded.push(...entries.map(({ event }) => toMilliseconds(event.recordedAt)));
    }
    return recorded;
  };
  return Promise.all(end.map((to, log) => ofLog(log, start[log] ?? 0, to)));
}

interface Span {
  readonly start: FeedPosition;
  readonly end: FeedPosition;
  readonly acknowledged: readonly Acknowledged[];
  readonly recorded: readonly (readonly number[])[];
}

/** Acknowledged events that were not handled at each look under load, and for each event the time until a look found it handled. */
function lagOf(name: string, looks: readonly Look[], { start, end, acknowledged, recorded }: Span) {
  const events: number[] = [];
  const milliseconds: number[] = [];
  const seen = start.map(() => 0);
  const lastAcknowledged = acknowledged.at(-1)?.at ?? 0;
  let coveredAt = Number.NaN;
  for (const { at, positions } of looks) {
    const position = positions.get(name) ?? [];
    if (at <= lastAcknowledged) {
      const done = acknowledged.filter((command) => command.at <= at).length;
      events.push(Math.max(0, done - (total(position) - total(start))));
    }
    for (const [log, times] of recorded.entries()) {
      const until = Math.min(times.length, (position[log] ?? 0) - (start[log] ?? 0));
      for (let index = seen[log] ?? 0; index < until; index += 1) milliseconds.push(at - (times[index] ?? Number.NaN));
      seen[log] = Math.max(seen[log] ?? 0, until);
    }
    if (Number.isNaN(coveredAt) && covers(position, end)) coveredAt = at;
  }
  return { events, milliseconds, coveredAt };
}

function total(position: FeedPosition): number {
  return position.reduce((sum, at) => sum + at, 0);
}
