/** Reads many streams of few commits at once: a project event has two or three in its life, an insight about as many. */
import type { EventCodec } from "../../domain/kernel/codec.js";
import type { Recorded } from "../../domain/kernel/event.js";
import { lastVersion } from "../../domain/kernel/event.js";
import type { EventStore } from "../../domain/kernel/eventStore.js";
import { batchGet } from "./batchGet.js";
import type { DynamoDb } from "./client.js";
import { fromCommitItem } from "./items.js";
import type { Item } from "./rowWrite.js";

export interface ShortStreamsDeps {
  readonly db: DynamoDb;
  readonly codec: EventCodec;
  /** Reads on where a stream is longer. */
  readonly eventStore: Pick<EventStore, "readStream">;
}

/** Received, notified, batched; or raised, explained, acknowledged; and a place that is free shows that there is no more. */
const places = 4;

/**
 * The events of each stream, none for an unknown one; strongly consistent. One request for 25 streams, and one more for each
 * stream that is longer than is usual.
 */
export async function readShortStreams(
  { db, codec, eventStore }: ShortStreamsDeps,
  streamIds: readonly string[],
): Promise<readonly (readonly Recorded[])[]> {
  const keys = streamIds.flatMap((streamId) =>
    Array.from({ length: places }, (_, place) => ({ streamId, version: place + 1 })),
  );
  const items = await batchGet(db, "domain-events", keys, { consistent: true });
  return Promise.all(
    streamIds.map(async (streamId, index) => {
      const { events, next } = follow(items.slice(index * places, (index + 1) * places), codec);
      if (next <= places) return events;
      const rest: Recorded[] = [...events];
      for await (const commit of eventStore.readStream(streamId, { fromVersion: next })) rest.push(...commit.events);
      return rest;
    }),
  );
}

/** The commits that follow each other from the first place on, and the place behind them. */
function follow(
  items: readonly (Item | undefined)[],
  codec: EventCodec,
): { readonly events: readonly Recorded[]; readonly next: number } {
  const events: Recorded[] = [];
  let next = 1;
  for (let item = items[0]; item !== undefined; item = items[next - 1]) {
    const commit = fromCommitItem(item, codec);
    events.push(...commit.events);
    next = lastVersion(commit) + 1;
  }
  return { events, next };
}
