/**
 * The hub of one server node: tails the whole feed once, and lets any number of live readers follow it. A reader is a
 * cursor into the shared ring of the newest entries; while it is behind the ring it reads the feed or the log itself.
 */
import { setImmediate as macrotask } from "node:timers/promises";
import { UnknownEventError, advance, beginningOf, covers } from "../../domain/kernel/index.js";
import type {
  ChangeFeed,
  EventStore,
  FeedEntry,
  FeedPosition,
  LiveEntry,
  LiveFeed,
  Recorded,
} from "../../domain/kernel/index.js";
import { createBell } from "./bell.js";
import { createEntryRing, isSame } from "./entryRing.js";
import { FeedGapError, messageOf } from "./errors.js";
import type { FeedLog } from "./feedLog.js";
import { logKey } from "./feedItems.js";
import { createFollower } from "./follower.js";
import type { Follower, FollowerLife } from "./follower.js";

export interface LiveFeedDeps {
  readonly feed: ChangeFeed;
  /** The log, for readers of one stream that are behind. */
  readonly eventStore: Pick<EventStore, "readStream">;
  readonly log: FeedLog;
  /** Told when there is an event that only a newer release can read: no reader gets anything behind it. May be told again. */
  readonly onNewerEvent?: ((error: UnknownEventError) => void) | undefined;
  /**
   * Time between looks at the feed while entries are found that way. While none are it grows: to twice as long where readers wait
   * for what another process feeds, else to eight times. @default 250
   */
  readonly pollMilliseconds?: number | undefined;
  /** How many entries are kept for readers that are a little behind. @default 4,096 */
  readonly ringSize?: number | undefined;
  /** Entries for each read of the feed. @default 100 */
  readonly pageSize?: number | undefined;
}

export interface LiveFeedHub extends LiveFeed {
  /** Takes the feed's head as its place and begins to tail. Readers may come from then on. */
  start(): Promise<void>;
  /** Entries of one log that the feeder of this process has just written: taken as they are where they follow on. */
  notify(log: number, entries: readonly FeedEntry[]): void;
  /** Something was appended that another process will feed: looks at the feed often for a moment. */
  expect(): void;
  /** Told whenever there are new entries for readers. Returns what stops that. */
  onNews(listener: () => void): () => void;
  /** The position vector behind the newest entry that readers can have. */
  position(): FeedPosition;
  health(): { readonly running: boolean; readonly error?: string; readonly followers: number };
  /** Ends all readers. */
  close(): Promise<void>;
}

/** A long replay lets other work, such as the news that its reader has gone, come in between this often. */
const breatheEvery = 64;
const slowestPoll = { waitedFor: 2, otherwise: 8 } as const;
/** How often, and how long, a hub looks at the feed for what another process is about to write, in milliseconds. */
const eager = { between: 20, atMost: 2_000 } as const;

export function createLiveFeed(deps: LiveFeedDeps): LiveFeedHub {
  const { feed, eventStore, log } = deps;
  const poll = deps.pollMilliseconds ?? 250;
  const pageSize = deps.pageSize ?? 100;
  const size = deps.ringSize ?? 4_096;
  const bell = createBell();
  const followers = new Set<{ wake(): void; end(): void }>();
  const followersOfAll = new Set<Follower<LiveEntry>>();
  const followersOfStream = new Map<string, Set<Follower<Recorded>>>();

  let ring = createEntryRing({ size, position: beginningOf(feed.logs) });
  let state: "new" | "running" | "closed" = "new";
  let loop: Promise<void> | undefined;
  let error: string | undefined;
  let expectedUntil = 0;
  /** Whether what came last was told by this process, which is then the feeder. */
  let fedHere = false;
  const slowest = () => poll * (followers.size > 0 && !fedHere ? slowestPoll.waitedFor : slowestPoll.otherwise);
  const listeners = new Set<() => void>();

  const wake = (streamIds: ReadonlySet<string>) => {
    for (const follower of followersOfAll) follower.wake();
    for (const streamId of streamIds) for (const follower of followersOfStream.get(streamId) ?? []) follower.wake();
  };

  /** Takes entries of one log in; false where some before them are missing. */
  const take = (entries: readonly FeedEntry[]): boolean => {
    const streamIds = new Set<string>();
    let complete = true;
    for (const entry of entries) {
      const outcome = ring.push(entry);
      if (outcome === "pushed") streamIds.add(entry.event.streamId);
      if (outcome === "gap") complete = false;
    }
    if (streamIds.size > 0) {
      wake(streamIds);
      for (const listener of listeners) listener();
    }
    return complete;
  };

  /** Reads a log to its end; says whether there was anything new. */
  const catchUpLog = async (index: number): Promise<boolean> => {
    let found = false;
    while (state === "running") {
      const after = ring.position()[index] ?? 0;
      const entries = await feed.read(index, after, pageSize);
      // While this read was under way the feeder may have told the same.
      const news = entries.at(-1)?.position ?? 0;
      if (news <= (ring.position()[index] ?? 0)) return found;
      take(entries);
      found = true;
    }
    return found;
  };

  const look = async (): Promise<boolean> => {
    const found = await Promise.all(ring.position().map((_, index) => catchUpLog(index)));
    return found.includes(true);
  };

  const tail = async (): Promise<void> => {
    let wait = poll;
    while (state === "running") {
      await bell.wait(wait);
      if (state !== "running") return;
      try {
        const found = await look();
        wait = found ? poll : Math.min(wait * 2, slowest());
        if (found) [expectedUntil, fedHere] = [0, false];
        else if (performance.now() < expectedUntil) wait = Math.min(poll, eager.between);
        error = undefined;
      } catch (cause) {
        error = messageOf(cause);
        log.warn({ error }, "the feed cannot be read; it is tried again");
        if (cause instanceof UnknownEventError) deps.onNewerEvent?.(cause);
        wait = poll * slowestPoll.otherwise;
      }
    }
  };

  /** Entries that are only in the feed: one page of each log that is behind the ring's start, in turn. */
  async function* replay(from: FeedPosition, life: FollowerLife): AsyncGenerator<LiveEntry, FeedPosition, void> {
    let position = from;
    for (const [index, seen] of from.entries()) {
      if (life.ended()) return position;
      if (seen >= (ring.startPosition()[index] ?? 0)) continue;
      const entries = await feed.read(index, seen, pageSize);
      await macrotask();
      if (entries.length === 0) throw new FeedGapError(logKey(index), seen + 1, undefined);
      for (const entry of entries) {
        position = advance(position, index, entry.position);
        yield { ...entry, after: position };
      }
    }
    return position;
  }

  /** Entries of the ring that a reader with a position of its own has not seen, until it stands where the ring does. */
  async function* align(from: FeedPosition, life: FollowerLife): AsyncGenerator<LiveEntry, FeedPosition, void> {
    let position = from;
    let index = ring.start();
    while (!life.ended()) {
      // Fallen behind the ring, or nothing more in it for now: the caller looks again.
      if (index < ring.start() || index === ring.end()) return position;
      const entry = ring.at(index);
      index += 1;
      if (entry.position > (position[entry.log] ?? 0)) {
        position = advance(position, entry.log, entry.position);
        yield isSame(position, entry.after) ? entry : { ...entry, after: position };
      }
      if (isSame(position, entry.after)) return position;
    }
    return position;
  }

  async function* generate(
    from: FeedPosition,
    matches: (entry: FeedEntry) => boolean,
    life: FollowerLife,
  ): AsyncGenerator<LiveEntry, void, void> {
    let position = from;
    while (!life.ended()) {
      const index = ring.indexBehind(position);
      if (index !== undefined) {
        position = yield* join(index, position, matches, life);
        continue;
      }
      const caughtUp = covers(position, ring.startPosition());
      const moved = yield* only(caughtUp ? align(position, life) : replay(position, life), matches, life);
      // Ahead of this hub in some log: there is nothing to do until it has come as far.
      if (caughtUp && isSame(moved, position)) await life.wait();
      position = moved;
    }
  }

  /** Follows the ring from an index on; returns the position of a reader that was so slow that the ring went on without it. */
  async function* join(
    from: number,
    at: FeedPosition,
    matches: (entry: FeedEntry) => boolean,
    life: FollowerLife,
  ): AsyncGenerator<LiveEntry, FeedPosition, void> {
    let position = at;
    for (let index = from; !life.ended() && index >= ring.start();) {
      if (index === ring.end()) {
        await life.wait();
        continue;
      }
      const entry = ring.at(index);
      index += 1;
      position = entry.after;
      if (matches(entry)) yield entry;
    }
    return position;
  }

  // #region stream
  async function* generateStream(
    streamId: string,
    afterVersion: number,
    life: FollowerLife,
  ): AsyncGenerator<Recorded, void, void> {
    let version = afterVersion;
    /** All events of the stream that entered the ring before this index have been seen. */
    let seenTo = -1;
    while (!life.ended()) {
      const entries = ring.ofStream(streamId, version, breatheEvery);
      const oldest = entries[0]?.event.version;
      if (oldest === version + 1) {
        for (const { event } of entries) {
          version = event.version;
          yield event;
        }
      } else if (oldest === undefined && seenTo >= ring.start()) {
        seenTo = ring.end();
        await life.wait();
      } else {
        const end = ring.end();
        version = yield* replayStream(streamId, version, life);
        if (oldest !== undefined && version < oldest && !life.ended())
          throw new FeedGapError(streamId, version + 1, oldest);
        seenTo = end;
      }
    }
  }
  // #endregion

  async function* replayStream(
    streamId: string,
    afterVersion: number,
    life: FollowerLife,
  ): AsyncGenerator<Recorded, number, void> {
    let version = afterVersion;
    let events = 0;
    for await (const commit of eventStore.readStream(streamId, { fromVersion: version + 1 })) {
      for (const event of commit.events) {
        if (life.ended()) return version;
        if (event.version <= version) continue;
        if (event.version !== version + 1) throw new FeedGapError(streamId, version + 1, event.version);
        version = event.version;
        yield event;
        events += 1;
        if (events % breatheEvery === 0) await macrotask();
      }
    }
    return version;
  }

  /** Registers a reader until it ends. A closed feed answers with readers that have ended. */
  const register = <T>(follower: Follower<T>, signal: AbortSignal, group: Set<Follower<T>>): Follower<T> => {
    if (state === "new") throw new Error("the live feed has not started");
    if (state === "closed") follower.end();
    else if (!signal.aborted) {
      followers.add(follower);
      group.add(follower);
    }
    return follower;
  };

  return {
    start: async () => {
      ring = createEntryRing({ size, position: await feed.head() });
      state = "running";
      loop = tail();
    },
    notify: (_log, entries) => {
      fedHere = true;
      if (state === "running" && !take(entries)) bell.ring();
    },
    expect: () => {
      const expected = performance.now() < expectedUntil;
      expectedUntil = performance.now() + eager.atMost;
      if (!expected) bell.ring();
    },
    onNews: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    position: () => ring.position(),
    follow: ({ after, matches, signal }) => {
      const head = ring.position();
      const from = after === undefined ? head : head.map((_, index) => after[index] ?? 0);
      const follower = createFollower<LiveEntry>({
        signal,
        generate: (life) => generate(from, matches, life),
        onEnd: (ended) => {
          followers.delete(ended);
          followersOfAll.delete(ended);
        },
      });
      return register(follower, signal, followersOfAll);
    },
    followStream: ({ streamId, afterVersion, signal }) => {
      const group = followersOfStream.get(streamId) ?? new Set();
      const follower = createFollower<Recorded>({
        signal,
        generate: (life) => generateStream(streamId, afterVersion, life),
        onEnd: (ended) => {
          followers.delete(ended);
          group.delete(ended);
          if (group.size === 0 && followersOfStream.get(streamId) === group) followersOfStream.delete(streamId);
        },
      });
      register(follower, signal, group);
      if (group.size > 0) followersOfStream.set(streamId, group);
      return follower;
    },
    health: () => ({
      running: state === "running",
      followers: followers.size,
      ...(error === undefined ? {} : { error }),
    }),
    close: async () => {
      state = "closed";
      for (const follower of [...followers]) follower.end();
      bell.ring();
      await loop;
    },
  };
}

/** Yields what `matches` accepts of `entries`, and returns what they return. */
async function* only<R>(
  entries: AsyncGenerator<LiveEntry, R, void>,
  matches: (entry: FeedEntry) => boolean,
  life: FollowerLife,
): AsyncGenerator<LiveEntry, R, void> {
  for (;;) {
    const next = await entries.next();
    if (next.done) return next.value;
    if (!life.ended() && matches(next.value)) yield next.value;
  }
}
