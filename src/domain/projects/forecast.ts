/** When the open batch of a project will be sealed if nothing else comes. Pure. */
import type { Instant } from "../kernel/time.js";
import { judgeOpenBatch } from "./trigger.js";
import type { OpenBatch } from "./trigger.js";
import type { BatchTrigger } from "./values.js";

/** Waits follow each other at most so often: an age that ends in quiet hours, and their end. */
const waits = 10;

/** When, and why then; `now` where it is to be sealed at once. Undefined where nothing waits. */
export function forecastSealing(
  open: OpenBatch,
): { readonly dueAt: Instant; readonly dueTrigger: BatchTrigger | undefined } | undefined {
  let now = open.now;
  for (let asked = 0; asked < waits; asked += 1) {
    const verdict = judgeOpenBatch({ ...open, now });
    switch (verdict.kind) {
      case "EMPTY":
        return undefined;
      case "SEAL":
        return { dueAt: now, dueTrigger: verdict.trigger };
      case "WAIT":
        now = verdict.until;
    }
  }
  return { dueAt: now, dueTrigger: undefined };
}
