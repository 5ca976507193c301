/** What must hold of a ledger after any faults: read from its tables, past every server and proxy. */
import { incidentTag } from "../../../src/domain/incidents/index.js";
import { covers } from "../../../src/domain/kernel/index.js";
import type { Commit, FeedEntry, FeedPosition, Recorded } from "../../../src/domain/kernel/index.js";
import { toStreamName } from "../../../src/domain/kernel/streamName.js";
import { codec, systemClock } from "../../../src/server/ledger.js";
import { createProofDeps } from "../../../src/server/proofDeps.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { createDynamoDbEventStore } from "../../../src/store/dynamodb/eventStore.js";
import { createDynamoDbChangeFeed } from "../../../src/store/feed/changeFeed.js";
import { describeDifference } from "../../../src/store/proofs/difference.js";
import type { Difference } from "../../../src/store/proofs/difference.js";
import { scanPages } from "../../../src/store/proofs/logScan.js";
import { feedLogsOf, verifyLedger } from "../../../src/store/proofs/verify.js";
import type { Book, Call } from "./load.js";
import type { Sighting, Subscriber } from "./subscribers.js";

/** The log and the feed as they are. */
export interface LedgerContent {
  /** Commits of each stream, in order. */
  readonly streams: ReadonlyMap<string, readonly Commit[]>;
  /** Entries of each log of the feed, in order. */
  readonly feed: readonly (readonly FeedEntry[])[];
  /** Processors that have not seen all of the feed. */
  readonly behind: readonly string[];
  /** Where a subscriber begins whose cursor is the first event of the incident. */
  readonly startOf: (incidentId: string) => Promise<FeedPosition | undefined>;
}

/** Reads everything. Throws where the feed has a gap. */
export async function readLedger(db: DynamoDb): Promise<LedgerContent> {
  const eventStore = createDynamoDbEventStore({ db, codec, clock: systemClock, views: {} });
  const logs = await feedLogsOf(db);
  const changeFeed = createDynamoDbChangeFeed({ db, codec, logs });
  const streams = new Map<string, Commit[]>();
  for await (const commit of eventStore.readAll()) {
    streams.set(commit.streamId, [...(streams.get(commit.streamId) ?? []), commit]);
  }
  const feed: FeedEntry[][] = [];
  for (let log = 0; log < logs; log += 1) {
    const entries: FeedEntry[] = [];
    for (let read = await changeFeed.read(log, 0, 500); read.length > 0;) {
      entries.push(...read);
      read = await changeFeed.read(log, entries.at(-1)?.position ?? 0, 500);
    }
    feed.push(entries);
  }
  return {
    streams,
    feed,
    behind: await processorsBehind(db, await changeFeed.head()),
    startOf: (incidentId) => changeFeed.resolve(toStreamName("Incident", incidentId), 1),
  };
}

/** Every processor that has a checkpoint must come as far as the feed. */
async function processorsBehind(db: DynamoDb, head: FeedPosition): Promise<string[]> {
  const behind: string[] = [];
  for await (const { items } of scanPages(db, "processor-checkpoints")) {
    for (const { processor, partition, heads } of items) {
      if (partition !== "position" || !Array.isArray(heads)) continue;
      if (!covers(heads.map(Number), head)) behind.push(String(processor));
    }
  }
  return behind;
}

/** How many events the log has, and how many the feed. */
export function countsOf({ streams, feed }: LedgerContent): { readonly logged: number; readonly fed: number } {
  const logged = [...streams.values()].flat().reduce((sum, { events }) => sum + events.length, 0);
  return { logged, fed: feed.reduce((sum, entries) => sum + entries.length, 0) };
}

/** Versions of every stream go 1, 2, 3 ... */
export function versionProblems({ streams }: LedgerContent): string[] {
  return [...streams].flatMap(([streamId, commits]) => {
    const versions = commits.flatMap(({ events }) => events.map(({ version }) => version));
    return versions.every((version, index) => version === index + 1)
      ? []
      : [`versions of ${streamId} are ${versions.join(" ")}`];
  });
}

/** Each call that was done is in the log as it was told, once; each that was refused is not. */
export function callProblems({ streams }: LedgerContent, { calls, violations }: Book): string[] {
  const commands = commandsByKey(streams);
  return [...violations, ...calls.flatMap((call) => problemsOf(call, streams, commands.get(call.key) ?? new Set()))];
}

function problemsOf(
  { key, mutation, outcome, lost }: Call,
  streams: LedgerContent["streams"],
  commandIds: ReadonlySet<string>,
): string[] {
  if (outcome === undefined) return [`${key} ${mutation}: no outcome`];
  if (commandIds.size > 1) return [`${key} ${mutation}: carried out ${commandIds.size} times`];
  if (outcome.kind === "refused") {
    // A try whose answer was lost may have come behind the one that was refused.
    return commandIds.size === 0 || lost > 0 ? [] : [`${key} ${mutation}: refused, and carried out`];
  }
  const { incidentId, entry } = outcome;
  if (entry === undefined) {
    return commandIds.size === 0 ? [] : [`${key} ${mutation}: told that nothing was to be done, and carried out`];
  }
  const event = eventAt(streams.get(toStreamName("Incident", incidentId)), entry.version);
  if (event?.eventId !== entry.eventId) {
    return [`${key} ${mutation}: acknowledged as ${incidentId} version ${entry.version}, and not there`];
  }
  return commandIds.has(event.commandId) ? [] : [`${key} ${mutation}: told of the event of another command`];
}

function eventAt(commits: readonly Commit[] | undefined, version: number): Recorded | undefined {
  return commits?.flatMap(({ events }) => events).find((event) => event.version === version);
}

/** The commands that wrote a call's key into an event. */
function commandsByKey(streams: LedgerContent["streams"]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { events } of [...streams.values()].flat()) {
    for (const { data, commandId } of events) {
      for (const text of Object.values(data as Record<string, unknown>)) {
        if (typeof text !== "string") continue;
        found.set(text, (found.get(text) ?? new Set()).add(commandId));
      }
    }
  }
  return found;
}

/** What `verify` finds: hash chains, every row of every view, idempotency records, places in the feed, counters. */
export async function verifyProblems(db: DynamoDb): Promise<string[]> {
  const found: string[] = [];
  const onDifference = (difference: Difference) => void found.push(`verify: ${describeDifference(difference)}`);
  const { counts } = await verifyLedger(createProofDeps(db), { onDifference });
  return counts.unfed === 0 ? found : [...found, `verify: ${counts.unfed} commits are not in the feed`];
}

/** The feed holds each event of the log once, those of a stream in order. Positions were checked by reading. */
export function feedProblems({ streams, feed }: LedgerContent): string[] {
  const fed = new Map<string, number[]>();
  for (const { event } of feed.flat()) fed.set(event.streamId, [...(fed.get(event.streamId) ?? []), event.version]);
  return [...new Set([...streams.keys(), ...fed.keys()])].flatMap((streamId) => {
    const logged = (streams.get(streamId) ?? []).flatMap(({ events }) => events.map(({ version }) => version));
    const found = fed.get(streamId) ?? [];
    return String(found) === String(logged)
      ? []
      : [`the feed has of ${streamId}: ${String(found)}; the log: ${String(logged)}`];
  });
}

/** What a subscriber should have seen, as far as the feed has come. */
export interface Following {
  readonly subscriber: Subscriber;
  /** The entries that it should see, for each log in order. */
  readonly expected: (content: LedgerContent) => Promise<readonly (readonly Sighting[])[]>;
}

/** One that follows changes of incidents, all or those of some severities, from an incident's declaration on. */
export function followsChanges(
  subscriber: Subscriber,
  from: string,
  severities: readonly string[] | undefined,
): Following {
  const tags = severities?.map(incidentTag.severity);
  const selects = ({ tags: { before, after } }: FeedEntry) =>
    tags === undefined || [...before, ...after].some((tag) => tags.includes(tag));
  return {
    subscriber,
    expected: async ({ feed, startOf }) => {
      const start = await startOf(from);
      if (start === undefined) throw new Error(`the declaration of ${from} is not in the feed`);
      return feed.map((entries, log) =>
        entries.filter((entry) => entry.position > (start[log] ?? 0) && selects(entry)).map(toSighting),
      );
    },
  };
}

/** One that follows the timeline of an incident, from its declaration on. */
export function followsTimeline(subscriber: Subscriber, incidentId: string): Following {
  return {
    subscriber,
    expected: async ({ feed }) => [
      feed
        .flat()
        .filter(({ event }) => event.streamId === toStreamName("Incident", incidentId) && event.version > 1)
        .map(toSighting),
    ],
  };
}

function toSighting({ event: { streamId, version } }: FeedEntry): Sighting {
  return { incidentId: streamId.slice(streamId.indexOf("-") + 1), version };
}

/** It saw what it should, each event once, those of a log in the log's order. */
export async function sightingProblems({ subscriber, expected }: Following, content: LedgerContent): Promise<string[]> {
  const wanted = await expected(content);
  const place = new Map(wanted.flatMap((entries, log) => entries.map((entry) => [textOf(entry), log] as const)));
  const seen = wanted.map((): string[] => []);
  const strange: string[] = [];
  for (const sighting of subscriber.seen) {
    const log = place.get(textOf(sighting));
    if (log === undefined) strange.push(textOf(sighting));
    else seen[log]?.push(textOf(sighting));
  }
  const problems = wanted.flatMap((entries, log) => {
    const difference = firstDifference(entries.map(textOf), seen[log] ?? []);
    return difference === undefined ? [] : [`subscriber ${subscriber.name}, log ${log}: ${difference}`];
  });
  return strange.length === 0
    ? problems
    : [...problems, `subscriber ${subscriber.name} saw what it should not: ${strange.slice(0, 5).join(", ")}`];
}

function firstDifference(wanted: readonly string[], seen: readonly string[]): string | undefined {
  const length = Math.max(wanted.length, seen.length);
  for (let index = 0; index < length; index += 1) {
    if (wanted[index] !== seen[index]) {
      return `expected ${wanted[index] ?? "nothing"} as number ${index + 1} of ${wanted.length}, saw ${seen[index] ?? "nothing"}`;
    }
  }
  return undefined;
}

const textOf = ({ incidentId, version }: Sighting) => `${incidentId}@${version}`;
