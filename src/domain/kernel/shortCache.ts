/** Values that seldom change and are asked for all the time: kept for a few seconds, or as long as wanted, by key. */
import { createRecent } from "./recent.js";
import type { Clock } from "./time.js";
import { toMilliseconds } from "./time.js";

/**
 * What `get` returns is at most five seconds old, or what is wanted in their place, and at most twice that where the clock was
 * put back meanwhile; what this process has put is seen at once. What was not read is not kept.
 */
export interface ShortCache<T> {
  /** One read, or none. Those who ask while one is being read share the answer. */
  get(key: string): Promise<T>;
  /** One read. Shares no answer: one that is on its way may be older than what the caller has heard of. */
  newest(key: string): Promise<T>;
  /** What this process knows of it; returns what counts. */
  put(key: string, value: T): T;
  /** Changes a part of what is kept, which gets no younger by it. Does nothing where nothing is kept. */
  amend(key: string, change: (known: T) => T): void;
}

export interface ShortCacheDeps<T> {
  readonly clock: Clock;
  readonly read: (key: string) => Promise<T>;
  /** What counts of what is known and what has come in: an answer that was on its way while this process wrote is older. */
  readonly merge: (known: T, incoming: T) => T;
  /** How long a value may be returned. @default 5,000 */
  readonly milliseconds?: number | undefined;
}

/** How long a value may be returned, in milliseconds. */
export const shortCacheMilliseconds = 5_000;
/** Values that are kept at a time. */
const keptValues = 1_000;

interface Kept<T> {
  readonly value: T;
  /** When it was read, in milliseconds. */
  readonly since: number;
}

export function createShortCache<T>(deps: ShortCacheDeps<T>): ShortCache<T> {
  const { clock, read, merge, milliseconds = shortCacheMilliseconds } = deps;
  const kept = createRecent<Kept<T>>(keptValues);
  const reading = new Map<string, Promise<T>>();

  const put = (key: string, incoming: T): T => {
    const known = kept.get(key);
    const value = known === undefined ? incoming : merge(known.value, incoming);
    kept.set(key, { value, since: toMilliseconds(clock.now()) });
    return value;
  };

  const readAnew = (key: string): Promise<T> => {
    const answer = read(key)
      .then((value) => put(key, value))
      .finally(() => reading.delete(key));
    reading.set(key, answer);
    return answer;
  };

  return {
    put,
    amend: (key, change) => {
      const known = kept.get(key);
      if (known !== undefined) kept.set(key, { ...known, value: change(known.value) });
    },
    newest: async (key) => put(key, await read(key)),
    async get(key) {
      const known = kept.get(key);
      if (known !== undefined && isFresh(toMilliseconds(clock.now()) - known.since, milliseconds)) return known.value;
      return reading.get(key) ?? readAnew(key);
    },
  };
}

/** Not where it was read later than now, either: the clock was put back, and nobody knows by how much. */
function isFresh(age: number, most: number): boolean {
  return age >= 0 && age < most;
}

/** Of two states of one stream the later one; of the same, what has come in. */
export function laterVersion<T extends { readonly version: number }>(known: T, incoming: T): T {
  return known.version > incoming.version ? known : incoming;
}
