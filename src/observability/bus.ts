/** Watches the event bus: how many integration events it takes, refuses, or does not answer for. */
import type { EventBus, IntegrationEvent, RefusedEvent } from "../domain/kernel/index.js";
import type { Metrics } from "./metrics.js";

/** The bus, counted. */
export function observeBus(bus: EventBus, metrics: Pick<Metrics, "published">): EventBus {
  return {
    publish: async (events) => {
      try {
        const refused = await bus.publish(events);
        if (refused.length > 0) metrics.published("refused", refused.length);
        const taken = events.filter((event) => !isHeldUp(event, refused)).length;
        if (taken > 0) metrics.published("published", taken);
        return refused;
      } catch (error) {
        // Some may have been taken; all of them are offered again.
        metrics.published("failed", events.length);
        throw error;
      }
    },
    close: () => bus.close(),
  };
}

/** Whether an event was refused, or is behind one of its subject that was: those are not sent. */
function isHeldUp({ subject, sequence }: IntegrationEvent, refused: readonly RefusedEvent[]): boolean {
  return refused.some(({ event }) => event.subject === subject && sequence >= event.sequence);
}
