/** What the publisher does with entries of the feed: tells of those that some context publishes. */
import type { EventBus, FeedEntry, IntegrationEvent, Publication } from "../../domain/kernel/index.js";
import { BusUnavailableError, RefusedEventError, publisherName } from "../../domain/kernel/index.js";

export interface PublisherHandlerDeps {
  readonly bus: EventBus;
  /** Of every context. The first that tells of an entry counts. */
  readonly publications: readonly Publication[];
}

export interface PublisherHandler {
  readonly name: typeof publisherName;
  readonly kind: "PUBLISHER";
  /** Whether some context tells of the entry. */
  wants(entry: FeedEntry): boolean;
  /**
   * Publishes the entries that are told of, in order for each stream; resolves when the bus has taken them all. Entries may
   * come again. Throws {@link BusUnavailableError} where the bus keeps failing: come again with the same entries, of which those
   * that were taken are not sent twice. Throws {@link RefusedEventError} where the bus refuses some for good: all others are published but those behind them in their streams.
   * There is nothing to write.
   */
  handle(entries: readonly FeedEntry[]): Promise<readonly []>;
}

export function createPublisherHandler({ bus, publications }: PublisherHandlerDeps): PublisherHandler {
  const tell: Publication = (entry) => {
    for (const publication of publications) {
      const event = publication(entry);
      if (event !== undefined) return event;
    }
    return undefined;
  };
  // Behind a failure the runner comes again with the same entries, behind a refusal with every one of them by itself.
  const inFlight = new Set<string>();
  /** Those of them that the bus has taken and that are not done yet. */
  const taken = new Set<string>();

  /** What is begun anew elsewhere, by a replay or behind another process, is told as a whole. */
  const begin = ([first]: readonly FeedEntry[]) => {
    if (first !== undefined && inFlight.has(first.event.eventId)) return;
    inFlight.clear();
    taken.clear();
  };
  const keep = (
    entries: readonly FeedEntry[],
    told: readonly Told[],
    isTaken: (event: IntegrationEvent) => boolean,
  ) => {
    for (const { event } of entries) inFlight.add(event.eventId);
    for (const { entry, event } of told) if (isTaken(event)) taken.add(entry.event.eventId);
  };
  const publish = async (entries: readonly FeedEntry[], told: readonly Told[]) => {
    if (told.length === 0) return [];
    try {
      return await bus.publish(told.map(({ event }) => event));
    } catch (error) {
      const known = new Set(error instanceof BusUnavailableError ? error.taken : []);
      keep(entries, told, (event) => known.has(event));
      throw error;
    }
  };

  return {
    name: publisherName,
    kind: "PUBLISHER",
    wants: (entry) => tell(entry) !== undefined,
    async handle(entries) {
      begin(entries);
      const told = entries.flatMap((entry): readonly Told[] => {
        const event = taken.has(entry.event.eventId) ? undefined : tell(entry);
        return event === undefined ? [] : [{ entry, event }];
      });
      const refused = await publish(entries, told);
      if (refused.length === 0) {
        for (const { event } of entries) taken.delete(event.eventId);
        return [];
      }
      const reasons = new Map(refused.map(({ event, reason }) => [event.subject, { event, reason }]));
      keep(entries, told, ({ subject, sequence }) => sequence < (reasons.get(subject)?.event.sequence ?? Infinity));
      throw new RefusedEventError(
        told.flatMap(({ entry, event }) => {
          const refusal = reasons.get(event.subject);
          return refusal?.event === event ? [{ entry, reason: refusal.reason }] : [];
        }),
      );
    },
  };
}

/** An entry and what is told of it. */
interface Told {
  readonly entry: FeedEntry;
  readonly event: IntegrationEvent;
}
