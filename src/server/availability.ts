/** Lets workers wait for requests that can be claimed: told by the live feed, whichever process has made a request claimable. */
import {
  claimableTag,
  requestCategory,
  requestEventSchemas,
  researchTag,
  strategies,
} from "../domain/research/index.js";
import type { Availability, Strategy } from "../domain/research/index.js";
import { isInScope, ofCategory, parseStreamName } from "../domain/kernel/index.js";
import type { FeedEntry, LiveFeed } from "../domain/kernel/index.js";
import type { FeedLog } from "../store/feed/feedLog.js";

export interface AvailabilityDeps {
  readonly live: LiveFeed;
  readonly log: FeedLog;
  /**
   * How long a request that came while nobody waited is kept in mind for who waits next, and had perhaps looked before it came. Also
   * how long waits last at most, and the feed is left alone, where it cannot be followed. @default 1,000
   */
  readonly momentMilliseconds?: number | undefined;
}

export interface RequestAvailability extends Availability {
  /** Begins to follow the live feed, which must have started. */
  start(): void;
  /** Ends all waits; later ones end at once. */
  close(): void;
}

/** Requests that are kept in mind at a time. */
const mostUntold = 1_000;

type Wanted = Parameters<Availability["wait"]>[0];

interface Waiter {
  readonly wanted: Wanted;
  readonly end: () => void;
}

/** A request that can be claimed since a moment ago. */
interface Offer {
  readonly requestId: string;
  readonly projectId: string;
  readonly type: string;
  readonly strategy: Strategy;
}

export function createAvailability({ live, log, momentMilliseconds = 1_000 }: AvailabilityDeps): RequestAvailability {
  const closing = new AbortController();
  /** Those who have waited longest first. */
  const waiters = new Set<Waiter>();
  /** What nobody was told of, by request, with what ends it. */
  const untold = new Map<string, { readonly offer: Offer; readonly timer: NodeJS.Timeout }>();
  let isFollowing = false;
  let restart: NodeJS.Timeout | undefined;

  const endAll = () => {
    for (const { end } of [...waiters]) end();
  };

  const forget = (requestId: string) => {
    clearTimeout(untold.get(requestId)?.timer);
    untold.delete(requestId);
  };

  const tell = (offer: Offer) => {
    const { requestId } = offer;
    forget(requestId);
    const waiter = [...waiters].find(({ wanted }) => isFor(wanted, offer));
    if (waiter !== undefined) waiter.end();
    else if (untold.size < mostUntold)
      untold.set(requestId, { offer, timer: later(() => forget(requestId), momentMilliseconds) });
  };

  const take = (entry: FeedEntry) => {
    const offer = offerOf(entry);
    if (offer === undefined) forget(parseStreamName(entry.event.streamId).id);
    else tell(offer);
  };

  const follow = async (): Promise<void> => {
    isFollowing = true;
    try {
      for await (const entry of live.follow({ matches: changesClaimable, signal: closing.signal })) take(entry);
      close();
    } catch (error) {
      log.warn({ err: error }, "waiting workers cannot be told of requests; until they can, they look by themselves");
      restart = later(() => void follow(), momentMilliseconds);
    }
    isFollowing = false;
    endAll();
  };

  const close = () => {
    closing.abort();
    clearTimeout(restart);
    for (const requestId of [...untold.keys()]) forget(requestId);
    endAll();
  };

  return {
    start: () => {
      if (!isFollowing && !closing.signal.aborted) void follow();
    },
    close,
    wait: (wanted, milliseconds, signal) => {
      if (signal.aborted || closing.signal.aborted) return Promise.resolve();
      const missed = [...untold.values()].find(({ offer }) => isFor(wanted, offer));
      if (missed !== undefined) {
        forget(missed.offer.requestId);
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          signal.removeEventListener("abort", end);
          waiters.delete(waiter);
          resolve();
        };
        const waiter: Waiter = { wanted, end };
        const timer = setTimeout(end, isFollowing ? milliseconds : Math.min(milliseconds, momentMilliseconds));
        signal.addEventListener("abort", end, { once: true });
        waiters.add(waiter);
      });
    },
  };
}

/** Keeps no process alive. */
function later(run: () => void, milliseconds: number): NodeJS.Timeout {
  return setTimeout(run, milliseconds).unref();
}

function changesClaimable({ event, tags: { before, after } }: FeedEntry): boolean {
  return (
    parseStreamName(event.streamId).category === requestCategory &&
    before.includes(claimableTag) !== after.includes(claimableTag)
  );
}

/** The request that can be claimed behind the entry; undefined where it cannot. */
function offerOf(entry: FeedEntry): Offer | undefined {
  const event = ofCategory(entry, requestCategory, requestEventSchemas);
  const { after } = entry.tags;
  const strategy = strategies.find((known) => after.includes(researchTag.strategy(known)));
  if (event === undefined || strategy === undefined || !after.includes(claimableTag)) return undefined;
  const valueOf = (prefix: string) => after.find((tag) => tag.startsWith(prefix))?.slice(prefix.length) ?? "";
  return {
    requestId: parseStreamName(event.streamId).id,
    projectId: valueOf(researchTag.project("")),
    type: valueOf(researchTag.type("")),
    strategy,
  };
}

function isFor({ strategy, types, scope }: Wanted, offer: Offer): boolean {
  return (
    strategy === offer.strategy &&
    (types === undefined || types.includes(offer.type)) &&
    isInScope(scope, [offer.projectId])
  );
}
