/** What a stream holds: domain events, and what is recorded about each. */
import type { Instant } from "./time.js";

/** A fact in business words. `type` is in the past tense and is the storage format. */
export interface DomainEvent {
  readonly type: string;
  readonly data: unknown;
}

/** Who caused an event. */
export interface Actor {
  readonly kind: "USER" | "SYSTEM";
  readonly id: string;
}

/** An event that a decision proposes. Without `occurredAt` it occurs at the moment it is recorded. */
export type Proposed<E extends DomainEvent> = E & { readonly occurredAt?: Instant };

/** What is recorded beside an event's own data. */
export interface EventMetadata {
  /** uuid v7. */
  readonly eventId: string;
  readonly streamId: string;
  /** 1 for a stream's first event; no gaps. */
  readonly version: number;
  /** Version of the schema that `data` follows after upcasting. */
  readonly schemaVersion: number;
  /** When it happened; may be backdated. */
  readonly occurredAt: Instant;
  /** When it was written; never edited. */
  readonly recordedAt: Instant;
  readonly actor: Actor;
  /** Joins everything that one request set off. */
  readonly correlationId: string;
  /** The event that caused the command, where one did. */
  readonly causationId?: string;
  /** The command that this event was decided by. */
  readonly commandId: string;
  /** Hash of the event as it is stored and of `previousHash`; "" for events that were written before there were hashes. */
  readonly hash: string;
  /** Hash of the event before it in its stream; "" for the first. */
  readonly previousHash: string;
}

/** A {@link DomainEvent} as it is in the log. */
export type Recorded<E extends DomainEvent = DomainEvent> = E & EventMetadata;

/** The events of one command on one stream: written, fed and read as a unit. Never empty. */
export interface Commit<E extends DomainEvent = DomainEvent> {
  readonly streamId: string;
  /** Version of the first event. */
  readonly version: number;
  readonly events: readonly Recorded<E>[];
  /** Facets of the stream's state before and after the commit (`status:OPEN`), by which live filters select. */
  readonly tags: CommitTags;
}

export interface CommitTags {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Version of a commit's last event. */
export function lastVersion(commit: Pick<Commit, "version" | "events">): number {
  return commit.version + commit.events.length - 1;
}
