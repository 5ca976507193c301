/**
 * The heads that the index gives to each commit, proved as a whole: the feed has one order over all its logs, so each commit
 * begins at the position vector at which another one ends, and all of them make one way from nothing to the end.
 */
import { covers, eventsUpTo } from "../../domain/kernel/feed.js";
import type { FeedPosition } from "../../domain/kernel/feed.js";
import type { Digest } from "../../domain/kernel/hashChain.js";
import { createLedgerDigest } from "./ledgerDigest.js";

/** A commit in the order of the whole feed. */
export interface HeadsStep {
  readonly log: number;
  /** How many events it holds. */
  readonly n: number;
  /** The position vector just behind it, as the index says. */
  readonly heads: FeedPosition;
}

export interface HeadsProof {
  /** Takes commits in any order; those behind the end are passed over. */
  add(steps: readonly HeadsStep[]): void;
  /** Whether what was added is one way from the beginning. */
  readonly holds: boolean;
}

/** A proof of the commits up to `end`, which need not be a place in the one order. Memory does not grow. */
export function createHeadsProof(digest: Digest, end: FeedPosition): HeadsProof {
  const sum = createLedgerDigest(digest);
  const nodeOf = (heads: FeedPosition) => ({ streamId: "", version: 0, hash: heads.join(".") });
  const start = end.map(() => 0);
  let last: FeedPosition = start;
  return {
    add(steps) {
      for (const { log, n, heads } of steps) {
        if (heads.length !== end.length || !covers(end, heads)) continue;
        sum.add(nodeOf(heads));
        sum.remove(nodeOf(heads.map((head, of) => (of === log ? head - n : head))));
        if (eventsUpTo(heads) > eventsUpTo(last)) last = heads;
      }
    },
    get holds() {
      // Every place but the two ends is entered as often as it is left; as sums only rise, that is one way.
      const whole = createLedgerDigest(digest);
      whole.add(nodeOf(last));
      whole.remove(nodeOf(start));
      return whole.value === sum.value;
    },
  };
}
