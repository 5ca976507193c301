/** What a summary of events that still wait would say, by the deterministic rules. Pure. */
import type { Instant } from "../kernel/time.js";
import { checkSummary } from "./checkSummary.js";
import { draftByRules } from "./deterministicSummary.js";
import type { ProjectEvent } from "./state.js";
import type { Summary } from "./summary.js";

/** Undefined where there is nothing to say. `events`: in the order of their receipt. */
export function previewSummary(project: string, events: readonly ProjectEvent[], now: Instant): Summary | undefined {
  const [first] = events;
  if (first === undefined) return undefined;
  const notified = events.filter(({ notifiedAt }) => notifiedAt !== undefined);
  const input = {
    project,
    batchId: "open",
    openedAt: first.receivedAt,
    sealedAt: now,
    events: events.filter(({ notifiedAt }) => notifiedAt === undefined),
    alreadyNotified: notified.length,
  };
  return checkSummary(draftByRules(input), { input, notified, omitted: 0 });
}
