/** Integration events: what other systems are told. A published shape of its own, so that stored events stay private. */
import { UnavailableError } from "./errors.js";
import type { Recorded } from "./event.js";
import type { FeedEntry } from "./feed.js";
import { present } from "./present.js";
import type { Instant } from "./time.js";

/** Name of the processor that publishes. */
export const publisherName = "publisher";

/** One fact, as it is published. It may come twice: `id` is the same then. */
export interface IntegrationEvent {
  /** Id of the domain event that it tells of. */
  readonly id: string;
  /** Which context speaks: `opsledger.incidents`. */
  readonly source: string;
  /** `IncidentDeclared`; EventBridge's detail type. */
  readonly type: string;
  /** Version of the shape of `data`; rises only with a change that breaks readers. */
  readonly schemaVersion: number;
  readonly occurredAt: Instant;
  /** What it is about; events of one subject are published in order. */
  readonly subject: string;
  /** Place in the subject's order. */
  readonly sequence: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly correlationId: string;
  readonly causationId?: string | undefined;
}

/** What a context tells of an event; undefined where it keeps it to itself. Pure. */
export type Publication = (entry: FeedEntry) => IntegrationEvent | undefined;

/**
 * The published form of the recorded `event`. `data` holds what is published of it, field by field; members that are
 * undefined are left out.
 */
export function toIntegrationEvent(
  event: Recorded,
  { source, schemaVersion, data }: Pick<IntegrationEvent, "source" | "schemaVersion" | "data">,
): IntegrationEvent {
  const { eventId, type, occurredAt, streamId, version, correlationId, causationId } = event;
  return {
    id: eventId,
    source,
    type,
    schemaVersion,
    occurredAt,
    subject: streamId,
    sequence: version,
    data: present(data),
    correlationId,
    ...(causationId === undefined ? {} : { causationId }),
  };
}

/** The values of the commit's tags of one kind (`service:shop`), as they are behind it. */
export function tagged({ tags }: FeedEntry, kind: string): readonly string[] {
  return tags.after.filter((tag) => tag.startsWith(`${kind}:`)).map((tag) => tag.slice(kind.length + 1));
}

/** An event that the bus will never take as it is. */
export interface RefusedEvent {
  readonly event: IntegrationEvent;
  readonly reason: string;
}

/** The bus keeps refusing for the time being. */
export class BusUnavailableError extends UnavailableError {
  constructor(
    message: string,
    /** What it took before; the rest it did not, or did not say so. Of each subject these are the first ones. */
    readonly taken: readonly IntegrationEvent[],
    options?: ErrorOptions,
  ) {
    super(message, [], options);
  }
}

/** Port: where integration events go. */
export interface EventBus {
  /**
   * Publishes events in order for each subject; resolves when the bus has taken all but those that it returns, which it
   * will never take, and of whose subjects no later event was sent. Throws {@link BusUnavailableError} where the bus keeps
   * refusing for the time being: it names those that were taken, and all may be published again.
   */
  publish(events: readonly IntegrationEvent[]): Promise<readonly RefusedEvent[]>;
  close(): Promise<void>;
}

/** The bus will never take some events; a person must look. Thrown once all others that do not wait for them are published. */
export class RefusedEventError extends Error {
  constructor(
    /** At least one; at most one for each subject. */
    readonly refused: readonly { readonly entry: FeedEntry; readonly reason: string }[],
  ) {
    super(
      refused.map(({ entry: { event }, reason }) => `${event.type} ${event.eventId} is refused: ${reason}`).join("; "),
    );
    this.name = "RefusedEventError";
  }
}
