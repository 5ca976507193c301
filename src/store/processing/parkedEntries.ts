/** The events of a parked stream that its processor has passed meanwhile, out of the log. */
import type { ChangeFeed, DeadLetter, EventStore, FeedEntry, FeedPosition } from "../../domain/kernel/index.js";

/** Entries from the letter's event on, as far as `position` covers them. One request more for each commit. */
export async function* parkedEntries(options: {
  readonly feed: ChangeFeed;
  readonly eventStore: Pick<EventStore, "readStream">;
  readonly letter: DeadLetter;
  readonly position: FeedPosition;
}): AsyncGenerator<FeedEntry, void, void> {
  const { feed, eventStore, letter, position } = options;
  const { streamId, version: from, log } = letter;
  for await (const { events, tags } of eventStore.readStream(streamId, { fromVersion: from })) {
    const [first] = events;
    const place = first && (await feed.resolve(streamId, first.version))?.[log];
    if (place === undefined) return;
    for (const [index, event] of events.entries()) {
      if (place + index > (position[log] ?? 0)) return;
      if (event.version >= from) yield { log, position: place + index, event, tags };
    }
  }
}
