/** What a stream's state knows of the attempts at sending a message, folded the same way whatever the message is about. */
import { present } from "./present.js";
import { withDoubt } from "./sending.js";
import type { Doubts, NamedPlace } from "./sending.js";
import type { Instant } from "./time.js";

/** A message that is not known to be sent. */
export interface Attempts extends Doubts {
  readonly attempts: number;
  /** When the attempt began that is under way or was cut off. */
  readonly underWaySince?: Instant;
  readonly notifier?: string;
  readonly channel?: string;
  readonly retryAt?: Instant;
}

/** Behind the beginning of an attempt. What an earlier one may have sent is looked for as well. */
export function afterStart<S extends Attempts>(
  { retryAt: _, channel: __, ...before }: S,
  { attempt: attempts, notifier, channel }: NamedPlace & { readonly attempt: number },
  underWaySince: Instant,
) {
  const startedAt = before.startedAt ?? underWaySince;
  const inDoubt = withDoubt(before.inDoubt, present({ notifier, channel }));
  return { ...before, ...present({ attempts, startedAt, inDoubt, underWaySince, notifier, channel }) };
}

/** Behind the end of an attempt that failed. Unless it is known that nothing was sent, it is still looked for. */
export function afterFailure<S extends Attempts>(
  { retryAt: _, underWaySince: __, startedAt, inDoubt, ...attempts }: S,
  notSent: boolean | undefined,
) {
  return notSent === true ? attempts : { ...attempts, ...present({ startedAt, inDoubt }) };
}
