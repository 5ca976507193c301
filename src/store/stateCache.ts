/** States of streams that were decided on last, so that the next command needs no read. */
import { LRUCache } from "lru-cache";
import type { Loaded, StateCache } from "../domain/kernel/commandHandler.js";

export interface StateCacheOptions<State> {
  /** How many streams are kept; the one used longest ago goes first. */
  readonly max: number;
  /** Takes from a state what is not worth its memory. @default nothing */
  readonly trim?: (state: State) => State;
  /**
   * How large a state is, in a unit of one's own, and how much all of them may come to. What is larger by itself is not kept.
   * @default only their number counts
   */
  readonly weight?: { readonly of: (state: State) => number; readonly max: number };
  /** The part of both that there is room for. @default 1 */
  readonly share?: number | undefined;
}

/** Creates a cache for one kind of stream. A state never makes way for that of an earlier version. */
export function createStateCache<State>({ max, trim, weight, share = 1 }: StateCacheOptions<State>): StateCache<State> {
  const states = new LRUCache<string, Loaded<State>>({
    max: Math.ceil(max * share),
    ...(weight === undefined
      ? {}
      : { maxSize: Math.ceil(weight.max * share), sizeCalculation: ({ state }) => weight.of(state) }),
  });
  return {
    get: (streamId) => states.get(streamId),
    set(streamId, { version, state, hash }) {
      const kept = states.peek(streamId);
      // A read that set out before the newest append may end after it.
      if (kept !== undefined && kept.version > version) return;
      states.set(streamId, { version, state: trim === undefined ? state : trim(state), hash });
    },
    delete: (streamId) => void states.delete(streamId),
  };
}
