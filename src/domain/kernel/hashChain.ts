/** The hash chain of a stream: each event carries its own hash and that of the event before it, so no event can be changed unseen. */
import type { DomainEvent, EventMetadata, Recorded } from "./event.js";

/** Port: sha256 of a text's UTF-8 form. */
export type Digest = (text: string, encoding: "hex" | "base64url") => string;

/** An event before its place in the chain is known. */
export type Unchained<E extends DomainEvent = DomainEvent> = E & Omit<EventMetadata, "hash" | "previousHash">;

/**
 * The hash of an event as it is stored, before any upcaster: sha256 in base64url over a canonical JSON array of all that is
 * recorded about it and of the hash before it.
 */
export function eventHash(event: Unchained, previousHash: string, digest: Digest): string {
  const content = [
    previousHash,
    event.streamId,
    event.version,
    event.eventId,
    event.type,
    event.schemaVersion,
    event.data,
    event.occurredAt,
    event.recordedAt,
    event.actor,
    event.correlationId,
    event.causationId ?? null,
    event.commandId,
  ];
  return digest(canonicalJson(content), "base64url");
}

/** Events of one stream, in order, as the next links of its chain behind `previousHash` ("" where the stream begins). */
export function chainEvents<E extends DomainEvent>(
  events: readonly Unchained<E>[],
  previousHash: string,
  digest: Digest,
): readonly Recorded<E>[] {
  let last = previousHash;
  return events.map((event) => {
    const before = last;
    last = eventHash(event, before, digest);
    return { ...event, previousHash: before, hash: last };
  });
}

/** JSON with sorted keys and without undefined: equal values give equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/** By hand, as JSON.stringify with a function for every member takes several times as long. */
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const members = value as Readonly<Record<string, unknown>>;
  // fromEntries, as an assignment to a member called __proto__ would be lost.
  return Object.fromEntries(
    Object.keys(members)
      .sort()
      .map((name) => [name, sorted(members[name])]),
  );
}
