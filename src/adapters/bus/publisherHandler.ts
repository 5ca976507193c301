/** What the publisher does with entries of the feed: tells of those that some context publishes. */
import type { EventBus, FeedEntry, IntegrationEvent, Publication } from "../../domain/kernel/index.js";
import { RefusedEventError } from "../../domain/kernel/index.js";

export interface PublisherHandlerDeps {
  readonly bus: EventBus;
  /** Of every context. The first that tells of an entry counts. */
  readonly publications: readonly Publication[];
}

export interface PublisherHandler {
  readonly name: "publisher";
  readonly kind: "PUBLISHER";
  /** Whether some context tells of the entry. */
  wants(entry: FeedEntry): boolean;
  /**
   * Publishes the entries that are told of, in order for each stream; resolves when the bus has taken them all. Entries may
   * come again. Throws {@link UnavailableError} where the bus keeps failing: come again with the same entries. Throws
   * {@link RefusedEventError} where the bus refuses some for good: all others are published but those behind them in their streams.
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
  // Behind a refusal the runner comes again with every entry of the batch, one by one.
  const taken = new Set<string>();

  return {
    name: "publisher",
    kind: "PUBLISHER",
    wants: (entry) => tell(entry) !== undefined,
    async handle(entries) {
      const told = entries.flatMap((entry) => {
        const event = taken.delete(entry.event.eventId) ? undefined : tell(entry);
        return event === undefined ? [] : [{ entry, event }];
      });
      if (told.length === 0) return [];
      const refused = await bus.publish(told.map(({ event }) => event));
      if (refused.length === 0) return [];
      const reasons = new Map(refused.map(({ event, reason }) => [event.subject, { event, reason }]));
      const isTaken = ({ subject, sequence }: IntegrationEvent) =>
        sequence < (reasons.get(subject)?.event.sequence ?? Infinity);
      for (const { entry, event } of told) if (isTaken(event)) taken.add(entry.event.eventId);
      throw new RefusedEventError(
        told.flatMap(({ entry, event }) => {
          const refusal = reasons.get(event.subject);
          return refusal?.event === event ? [{ entry, reason: refusal.reason }] : [];
        }),
      );
    },
  };
}
