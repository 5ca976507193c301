/** Policies of incidents: what follows from an event without anybody asking. Each is off until it is configured. */
import { z } from "zod";
import type { Recorded } from "../kernel/event.js";
import { ofCategory } from "../kernel/feed.js";
import type { FeedEntry } from "../kernel/feed.js";
import type { Effect, Policy } from "../kernel/processing.js";
import { parseStreamName } from "../kernel/streamName.js";
import { addDays } from "../kernel/time.js";
import type { IncidentEvent } from "./events.js";
import { incidentCategory, incidentEventSchemas } from "./events.js";
import type { Severity } from "./values.js";
import { incidentTag } from "./views.js";

/** What a policy of incidents asks for; kept in timers, so a changed shape must still read the old one. */
export const PolicyCommand = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("CloseIncident"),
    incidentId: z.string(),
    reason: z.string(),
    /** The resolution that this is about: one that came later is not closed by it. */
    resolvedAt: z.string(),
  }),
  z.object({
    type: z.literal("AddFollowUp"),
    incidentId: z.string(),
    title: z.string(),
    dueAt: z.string(),
    priority: z.literal("HIGH"),
  }),
]);
export type PolicyCommand = z.infer<typeof PolicyCommand>;

/** Closes an incident that has been resolved for so many days, unless it leaves that status before. */
export function autoClosePolicy({ days }: { readonly days: number }): Policy<PolicyCommand> {
  // Not the policy's name, as elsewhere: timers of this name wait in ledgers, and a cancellation must find them.
  const timerOf = (incidentId: string) => `auto-close/${incidentId}`;
  return {
    name: "incident-auto-close",
    startsAt: "beginning",
    command: PolicyCommand,
    react: (entry) =>
      onIncident(entry, (incidentId, event): readonly Effect<PolicyCommand>[] => {
        if (isChangeTo(event, "RESOLVED")) {
          const reason = `Resolved for ${days} days`;
          const command = { type: "CloseIncident", incidentId, reason, resolvedAt: event.occurredAt } as const;
          return [{ kind: "schedule", timerId: timerOf(incidentId), dueAt: addDays(event.recordedAt, days), command }];
        }
        return leavesResolved(event) ? [{ kind: "cancel", timerId: timerOf(incidentId) }] : [];
      }),
  };
}

/** Asks for a post-mortem, as a follow-up due in five days, when an incident of one of these severities is resolved. */
export function postmortemPolicy({ severities }: { readonly severities: readonly Severity[] }): Policy<PolicyCommand> {
  const tags = new Set(severities.map(incidentTag.severity));
  return {
    name: "incident-postmortem",
    startsAt: "now",
    command: PolicyCommand,
    react: (entry) =>
      onIncident(entry, (incidentId, event): readonly Effect<PolicyCommand>[] => {
        if (!isChangeTo(event, "RESOLVED") || !entry.tags.after.some((tag) => tags.has(tag))) return [];
        const dueAt = addDays(event.recordedAt, 5);
        const command = {
          type: "AddFollowUp",
          incidentId,
          title: "Write the post-mortem",
          dueAt,
          priority: "HIGH",
        } as const;
        return [{ kind: "command", command }];
      }),
  };
}

function onIncident<T>(
  entry: FeedEntry,
  react: (incidentId: string, event: Recorded<IncidentEvent>) => readonly T[],
): readonly T[] {
  const event = ofCategory(entry, incidentCategory, incidentEventSchemas);
  return event === undefined ? [] : react(parseStreamName(event.streamId).id, event);
}

function isChangeTo(event: IncidentEvent, status: "RESOLVED"): boolean {
  return event.type === "IncidentStatusChanged" && event.data.to === status;
}

function leavesResolved({ type, data }: IncidentEvent): boolean {
  const moves = type === "IncidentStatusChanged" || type === "IncidentReopened" || type === "IncidentMerged";
  return moves && data.from === "RESOLVED";
}
