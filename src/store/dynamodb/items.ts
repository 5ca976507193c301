/** Items of `domain-events`: commits and idempotency records, as they are stored and back. */
import { z } from "zod";
import type { EventCodec } from "../../domain/kernel/codec.js";
import type { Commit, Recorded } from "../../domain/kernel/event.js";
import type { Idempotency, StreamPosition } from "../../domain/kernel/eventStore.js";
import type { Instant } from "../../domain/kernel/time.js";
import { sha256 } from "../sha256.js";
import type { Item } from "./rowWrite.js";

/** What is stored of one event; the rest is the same for all events of the commit and is stored once. */
interface StoredEvent {
  readonly eventId: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: unknown;
  readonly occurredAt: Instant;
  /** Absent in commits that were written before there were hashes. */
  readonly hash?: string | undefined;
}

export interface CommitItem extends Item {
  readonly streamId: string;
  /** Version of the first event. */
  readonly version: number;
  /** How many events the commit holds. */
  readonly n: number;
  /** JSON of the events: one text reads three times faster than a map, and keeps numbers and texts as they were written. */
  readonly events: string;
  /** JSON of the commit's tags. */
  readonly tags: string;
}

/** First version and number of events of a commit. */
export interface CommitExtent {
  readonly version: number;
  readonly n: number;
}

/** Marks a command that was carried out. In the table of the log, but no part of it. */
export interface IdempotencyItem extends Item {
  readonly streamId: string;
  readonly version: 1;
  readonly kind: "idempotency";
  readonly payloadHash: string;
  /** JSON of the positions that a repeat is told. */
  readonly outcome: string;
}

/** An item of the log that does not hold what its format says, or whose events no schema accepts; `cause` says why. */
export class UnreadableItemError extends Error {
  constructor(
    readonly streamId: string,
    readonly version: number,
    options: ErrorOptions,
  ) {
    super(`the log's item ${streamId} version ${version} cannot be read`, options);
    this.name = "UnreadableItemError";
  }
}

/** The item of a commit. Its events share everything but id, type, data and time, as one command made them. */
export function toCommitItem(commit: Commit): CommitItem {
  const { streamId, version, events, tags } = commit;
  const [first] = events;
  if (first === undefined) throw new Error(`a commit of ${streamId} without events`);
  const stored = events.map(({ eventId, type, schemaVersion, data, occurredAt, hash }): StoredEvent => ({
    eventId,
    type,
    schemaVersion,
    data,
    occurredAt,
    ...(hash === "" ? {} : { hash }),
  }));
  return {
    streamId,
    version,
    n: events.length,
    events: JSON.stringify(stored),
    recordedAt: first.recordedAt,
    actorKind: first.actor.kind,
    actorId: first.actor.id,
    correlationId: first.correlationId,
    ...(first.causationId === undefined ? {} : { causationId: first.causationId }),
    commandId: first.commandId,
    ...(first.previousHash === "" ? {} : { previousHash: first.previousHash }),
    tags: JSON.stringify(tags),
  };
}

/** Whether an item of the table is a commit; the others are idempotency records. */
export function isCommitItem(item: Item): boolean {
  return item["kind"] === undefined && typeof item["events"] === "string";
}

/** The commit that an item holds, its events lifted to their newest version. Throws {@link UnreadableItemError}. */
export function fromCommitItem(item: Item, codec: EventCodec): Commit {
  try {
    return readCommit(item, codec);
  } catch (cause) {
    throw new UnreadableItemError(String(item["streamId"]), Number(item["version"]), { cause });
  }
}

/** The commit that an item holds; undefined for an idempotency record. Throws {@link UnreadableItemError}. */
export function decodeCommit(item: Item, codec: EventCodec): Commit | undefined {
  return isCommitItem(item) ? fromCommitItem(item, codec) : undefined;
}

/**
 * The events of a commit item exactly as they are stored, not lifted and not checked against their schemas: what their hashes
 * cover. Throws {@link UnreadableItemError}.
 */
export function storedEventsOf(item: Item): readonly Recorded[] {
  try {
    return readStored(item).events;
  } catch (cause) {
    throw new UnreadableItemError(String(item["streamId"]), Number(item["version"]), { cause });
  }
}

/** Which versions an item holds, without decoding its events. Throws {@link UnreadableItemError}. */
export function toExtent(item: Item): CommitExtent {
  const { success, data, error } = extent.safeParse(item);
  if (!success) throw new UnreadableItemError(String(item["streamId"]), Number(item["version"]), { cause: error });
  return data;
}

/** Where the record of an idempotency key is. Hashed, so that a key may have any length and characters. */
export function idempotencyItemKey(key: string): { readonly streamId: string; readonly version: 1 } {
  return { streamId: `Command-${sha256(key, "hex")}`, version: 1 };
}

/** The record of a command. */
export function toIdempotencyItem(
  { key, payload }: Idempotency,
  outcome: readonly StreamPosition[],
  facts: { readonly recordedAt: Instant; readonly commandId?: string | undefined },
): IdempotencyItem {
  return {
    ...idempotencyItemKey(key),
    kind: "idempotency",
    payloadHash: sha256(payload, "hex"),
    outcome: JSON.stringify(outcome),
    recordedAt: facts.recordedAt,
    ...(facts.commandId === undefined ? {} : { commandId: facts.commandId }),
  };
}

/** What a record says; `samePayload` tells whether it stands for this payload. Throws {@link UnreadableItemError}. */
export function fromIdempotencyItem(
  item: Item,
  payload: string,
): { readonly samePayload: boolean; readonly outcome: readonly StreamPosition[] } {
  try {
    const { payloadHash, outcome } = idempotencyItem.parse(item);
    return { samePayload: payloadHash === sha256(payload, "hex"), outcome: storedOutcome.parse(JSON.parse(outcome)) };
  } catch (cause) {
    throw new UnreadableItemError(String(item["streamId"]), Number(item["version"]), { cause });
  }
}

/** The id of the first event of a stored commit: two commits at one place are the same one if it is the same. */
export function firstEventId(events: string): string | undefined {
  return storedEvents.parse(JSON.parse(events))[0]?.eventId;
}

const version = z.number().int().min(1);
const extent = z.object({ version, n: version });
const storedEvents = z.array(
  z.object({
    eventId: z.string(),
    type: z.string(),
    schemaVersion: version,
    data: z.unknown(),
    occurredAt: z.string(),
    hash: z.string().optional(),
  }),
);
const storedTags = z.object({ before: z.array(z.string()), after: z.array(z.string()) });
const commitItem = z.object({
  streamId: z.string(),
  version,
  n: version,
  events: z.string(),
  recordedAt: z.string(),
  actorKind: z.enum(["USER", "SYSTEM"]),
  actorId: z.string(),
  correlationId: z.string(),
  causationId: z.string().optional(),
  commandId: z.string(),
  previousHash: z.string().optional(),
  tags: z.string(),
});
const idempotencyItem = z.object({ kind: z.literal("idempotency"), payloadHash: z.string(), outcome: z.string() });
const storedOutcome = z.array(
  z.object({ streamId: z.string(), version: z.number().int().min(0), unchanged: z.literal(true).optional() }),
);

function readCommit(item: Item, codec: EventCodec): Commit {
  const { streamId, version: first, tags, events } = readStored(item);
  return {
    streamId,
    version: first,
    events: events.map((event) => ({ ...event, ...codec.decode(event.type, event.schemaVersion, event.data) })),
    tags: storedTags.parse(JSON.parse(tags)),
  };
}

function readStored(item: Item) {
  const stored = commitItem.parse(item);
  const { streamId, recordedAt, actorKind, actorId, correlationId, causationId, commandId, tags } = stored;
  const written = storedEvents.parse(JSON.parse(stored.events));
  if (written.length !== stored.n) throw new Error(`${written.length} events where ${stored.n} were written`);
  const events = written.map(({ eventId, type, schemaVersion, data, occurredAt, hash }, index): Recorded => ({
    type,
    schemaVersion,
    data,
    eventId,
    streamId,
    version: stored.version + index,
    occurredAt,
    recordedAt,
    actor: { kind: actorKind, id: actorId },
    correlationId,
    ...(causationId === undefined ? {} : { causationId }),
    commandId,
    hash: hash ?? "",
    previousHash: (index === 0 ? stored.previousHash : written[index - 1]?.hash) ?? "",
  }));
  return { streamId, version: stored.version, tags, events };
}
