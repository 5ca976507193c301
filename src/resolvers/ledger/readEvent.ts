/** Single events by their places, read from the log. */
import type { Recorded } from "../../domain/kernel/event.js";
import type { EventStore } from "../../domain/kernel/eventStore.js";

/** One event of a stream; undefined where there is none. One Query, a second where it is not the first of its commit. */
export async function readEvent(
  eventStore: Pick<EventStore, "readStream">,
  { streamId, version }: { readonly streamId: string; readonly version: number },
): Promise<Recorded | undefined> {
  for await (const { events } of eventStore.readStream(streamId, { fromVersion: version, toVersion: version })) {
    const found = events.find((event) => event.version === version);
    if (found !== undefined) return found;
  }
  return undefined;
}
