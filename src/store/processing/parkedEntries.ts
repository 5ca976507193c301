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
    for (const event of events) {
      if (event.version < from) continue;
      const place = (await feed.resolve(streamId, event.version))?.[log];
      if (place === undefined || place > (position[log] ?? 0)) return;
      yield { log, position: place, event, tags };
    }
  }
}
