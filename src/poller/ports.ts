/** What the poller tells the world of itself. */
import type { PollResult } from "../domain/integrations/index.js";

export interface PollerLog {
  warn(fields: object, message: string): void;
}

/** Told of each poll. Times are seconds. */
export interface PollerMetrics {
  /** A session was claimed, so long after it was due. */
  claimed(service: string, lagSeconds: number): void;
  /** A poll has begun (1), or is over (-1). */
  inHand(service: string, change: 1 | -1): void;
  /** ERROR: what should not be thrown was; the session is polled again when its lease is over. */
  polled(service: string, outcome: PollResult["outcome"] | "ERROR", items: number): void;
}
