/** A log to feed from, and small helpers that the tests of the feed share. */
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { createCodec, lastVersion } from "../../../../src/domain/kernel/index.js";
import type {
  ChangeFeed,
  Clock,
  Commit,
  EventStore,
  FeedEntry,
  Lease,
  Leases,
  Recorded,
} from "../../../../src/domain/kernel/index.js";
import type { DynamoDb } from "../../../../src/store/dynamodb/client.js";
import { createLeases } from "../../../../src/store/processing/leases.js";
import type { LeasesDeps } from "../../../../src/store/processing/leases.js";
import type { FeedLog } from "../../../../src/store/feed/feedLog.js";

export const codec = createCodec({ Noted: { current: z.object({ text: z.string() }) } });

export const clock: Clock = { now: () => new Date().toISOString() };

export const silent: FeedLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A commit of `count` events. */
export function aCommit(streamId: string, version: number, count = 1, text = "something"): Commit {
  const events = Array.from({ length: count }, (_, index): Recorded => ({
    type: "Noted",
    data: { text },
    eventId: `${streamId}/${version + index}`,
    streamId,
    version: version + index,
    schemaVersion: 1,
    occurredAt: "2025-01-15T10:30:00.000Z",
    recordedAt: "2025-01-15T10:30:00.000Z",
    actor: { kind: "USER", id: "ada" },
    correlationId: "c",
    commandId: "d",
    hash: `${streamId}/hash/${version + index}`,
    previousHash: version + index === 1 ? "" : `${streamId}/hash/${version + index - 1}`,
  }));
  return { streamId, version, events, tags: { before: [], after: [`version:${version}`] } };
}

/** The commit in the image of a fake stream's record. */
export function decodeCommit(item: Readonly<Record<string, unknown>>): Commit | undefined {
  return typeof item["commit"] === "string" ? (JSON.parse(item["commit"]) as Commit) : undefined;
}

/** The part of the log that the feed reads, and a way to write to it. */
export interface MemoryLog extends Pick<EventStore, "readStream" | "readAll"> {
  readonly commits: Commit[];
  put(commit: Commit): Promise<void>;
}

/** A log in memory. */
export function createMemoryLog(): MemoryLog {
  const commits: Commit[] = [];
  const inOrder = () => commits.toSorted((a, b) => a.streamId.localeCompare(b.streamId) || a.version - b.version);
  return {
    commits,
    put: async (commit) => {
      commits.push(commit);
    },
    async *readStream(streamId, options) {
      const from = options?.fromVersion ?? 1;
      yield* inOrder().filter((commit) => commit.streamId === streamId && lastVersion(commit) >= from);
    },
    async *readAll() {
      yield* inOrder();
    },
  };
}

/** Waits until `condition` holds; fails after `milliseconds`. */
export async function until(condition: () => boolean | Promise<boolean>, milliseconds = 10_000): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error("the condition did not come true in time");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Everything in the feed, log by log. */
export async function readFeed(feed: ChangeFeed): Promise<FeedEntry[]> {
  const all: FeedEntry[] = [];
  for (let log = 0; log < feed.logs; log += 1) {
    for (let after = 0; ;) {
      const entries = await feed.read(log, after, 100);
      const last = entries.at(-1);
      if (last === undefined) break;
      all.push(...entries);
      after = last.position;
    }
  }
  return all;
}

/** The versions that the feed holds of each stream, in the order of the feed. */
export function versionsByStream(entries: readonly FeedEntry[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { event } of entries) found.set(event.streamId, [...(found.get(event.streamId) ?? []), event.version]);
  return found;
}

export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** Takes the next `count` values of an iterator. */
export async function take<T>(iterator: AsyncIterableIterator<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  while (taken.length < count) {
    const next = await iterator.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}

/** Leases of a process of its own. */
export function leasesOf(db: DynamoDb, options: Partial<LeasesDeps> = {}): Leases {
  owners += 1;
  return createLeases({ db, owner: `server-${owners}`, milliseconds: 600, takeOver: false, log: silent, ...options });
}

let owners = 0;

/** A lease that a writer of the feed holds, taken without asking. */
export async function aLease(db: DynamoDb, name: string, token = 1): Promise<Lease> {
  const TableName = db.tableName("processor-checkpoints");
  await db.client.send(
    new PutCommand({ TableName, Item: { processor: "lease", partition: name, owner: "test", token, beat: 1 } }),
  );
  return { name, token, lost: new AbortController().signal };
}
