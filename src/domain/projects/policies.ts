/** Policies of projects: what follows from an event without anybody asking. They drive a batch from sealing to its post. */
import { z } from "zod";
import type { Recorded } from "../kernel/event.js";
import { ofCategory } from "../kernel/feed.js";
import type { FeedEntry } from "../kernel/feed.js";
import type { Effect, Policy } from "../kernel/processing.js";
import { parseStreamName } from "../kernel/streamName.js";
import type { Instant } from "../kernel/time.js";
import {
  batchCategory,
  batchEventSchemas,
  projectEventCategory,
  projectEventEventSchemas,
  projectSettingsCategory,
  projectSettingsEventSchemas,
} from "./events.js";
import type { BatchEvent } from "./events.js";
import { unassigned } from "./values.js";

/** What the policies ask for; kept in timers, so a changed shape must still read the old one. */
export const ProjectsPolicyCommand = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("EvaluateBatch"),
    project: z.string(),
    /** One that is known to wait, whatever the index shows so far. */
    projectEventId: z.string().optional(),
  }),
  z.object({ type: z.literal("SummariseBatch"), batchId: z.string() }),
  z.object({ type: z.literal("PostBatch"), batchId: z.string() }),
  z.object({ type: z.literal("NotifyEvent"), projectEventId: z.string() }),
]);
export type ProjectsPolicyCommand = z.infer<typeof ProjectsPolicyCommand>;

type Effects = readonly Effect<ProjectsPolicyCommand>[];

/** The one timer of each thing that a policy of this name sees to. */
function policyTimerId(policy: string, command: ProjectsPolicyCommand): string {
  switch (command.type) {
    case "EvaluateBatch":
      return `${policy}/${command.project}`;
    case "SummariseBatch":
    case "PostBatch":
      return `${policy}/${command.batchId}`;
    case "NotifyEvent":
      return `${policy}/${command.projectEventId}`;
  }
}

/** Looks whether a project's open batch is to be sealed, whenever something comes to it or its policy changes. */
export const projectBatchingPolicy = policyOf("project-batching", (entry) => {
  const event = onProjectEvent(entry) ?? onSettings(entry);
  const projectEventId = parseStreamName(entry.event.streamId).id;
  switch (event?.type) {
    case "ProjectEventReceived":
      return evaluate({ project: event.data.project, projectEventId }, event.recordedAt);
    case "ProjectEventReassigned":
      return evaluate({ project: event.data.to, projectEventId }, event.recordedAt);
    case "ProjectEventNotificationDropped":
      // A critical event waits for nothing any more, once nobody tells of it at once. In a summary it is in a batch.
      return event.data.reason === "SUMMARISED"
        ? []
        : evaluate({ project: event.data.project, projectEventId }, event.recordedAt);
    case "ProjectBatchPolicySet":
      return evaluate({ project: parseStreamName(event.streamId).id }, event.recordedAt);
    default:
      return [];
  }
});

/**
 * By the project's one timer, so that no project holds up another. Of many events the last finds what waits with all the
 * others, and a look that began before it does not count as one behind it.
 */
function evaluate(of: { readonly project: string; readonly projectEventId?: string }, recordedAt: Instant): Effects {
  if (of.project === unassigned) return [];
  return [schedule("project-batching", { type: "EvaluateBatch", ...of }, recordedAt)];
}

/** Has a batch summarised, once it is sealed and whenever somebody asks for another summary. */
export const batchSummaryPolicy = policyOf("batch-summary", (entry) => {
  const event = onBatch(entry);
  if (event?.type !== "BatchSealed" && event?.type !== "BatchSummaryRequested") return [];
  return [schedule("batch-summary", { type: "SummariseBatch", batchId: batchIdOf(event) }, event.recordedAt)];
});

/** Has a batch posted, once it is summarised, and again where that failed. */
export const batchPostingPolicy = policyOf("batch-posting", (entry) => {
  const event = onBatch(entry);
  const post = (dueAt: Instant): Effects =>
    event === undefined ? [] : [schedule("batch-posting", { type: "PostBatch", batchId: batchIdOf(event) }, dueAt)];
  switch (event?.type) {
    case "BatchSummarised":
    case "BatchPostRetried":
      return post(event.recordedAt);
    case "BatchPostFailed":
      return event.data.retryAt === undefined ? [] : post(event.data.retryAt);
    default:
      return [];
  }
});

/** Tells of an event at once, where its project wants that. */
export const projectNotificationsPolicy = policyOf("project-notifications", (entry) => {
  const event = onProjectEvent(entry);
  if (event?.type !== "ProjectEventReceived" || !event.data.notify) return [];
  const projectEventId = parseStreamName(event.streamId).id;
  return [schedule("project-notifications", { type: "NotifyEvent", projectEventId }, event.recordedAt)];
});

/** All of them. They are always on: without them nothing is batched. */
export const projectsPolicies: readonly Policy<ProjectsPolicyCommand>[] = [
  projectBatchingPolicy,
  batchSummaryPolicy,
  batchPostingPolicy,
  projectNotificationsPolicy,
];

/** What they ask for is safe to be asked for again, so each begins with the first event there is. */
function policyOf(name: string, react: (entry: FeedEntry) => Effects): Policy<ProjectsPolicyCommand> {
  return { name, startsAt: "beginning", command: ProjectsPolicyCommand, react };
}

function schedule(policy: string, command: ProjectsPolicyCommand, dueAt: Instant): Effect<ProjectsPolicyCommand> {
  return { kind: "schedule", timerId: policyTimerId(policy, command), dueAt, command };
}

const onProjectEvent = (entry: FeedEntry) => ofCategory(entry, projectEventCategory, projectEventEventSchemas);
const onSettings = (entry: FeedEntry) => ofCategory(entry, projectSettingsCategory, projectSettingsEventSchemas);
const onBatch = (entry: FeedEntry) => ofCategory(entry, batchCategory, batchEventSchemas);

function batchIdOf({ streamId }: Recorded<BatchEvent>): string {
  return parseStreamName(streamId).id;
}
