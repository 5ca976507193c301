/** The stored events of the projects context: a schema for each, by kind of stream, and the way up from older versions. */
import { JsonValue } from "../kernel/json.js";
import { z } from "zod";
import { firstFormats } from "../kernel/codec.js";
import type { EventFormat, EventOf } from "../kernel/codec.js";
import { Summary, SummaryOrigin } from "./summary.js";
import {
  batchTriggers,
  importances,
  notificationDropReasons,
  notificationLevels,
  projectEventKinds,
  projectEventSources,
  refTypes,
  ruleFields,
  verificationSchemes,
} from "./values.js";

/** One stream for each delivery of a source; its id is a uuid v5 of what makes the delivery the same as another. */
export const projectEventCategory = "ProjectEvent";
/** One stream for each sealed batch; its id is the seed's batch id. */
export const batchCategory = "Batch";
/** One stream for each project; its id is the project's name. */
export const projectSettingsCategory = "ProjectSettings";
/** One stream, `ProjectRouting-all`: the rules by which events find their project. */
export const projectRoutingCategory = "ProjectRouting";
export const projectRoutingId = "all";

const BatchPolicyRecord = z.object({
  maxCount: z.number(),
  maxAgeSeconds: z.number(),
  gapSeconds: z.number().optional(),
  quietHours: z.object({ from: z.string(), to: z.string(), timeZone: z.string() }).optional(),
  criticalBypass: z.boolean(),
  leadingFlush: z.boolean(),
});

/** As it was when it was written: what is asked of input today must not be asked of the past. */
const NormalisedEventRecord = z.object({
  kind: z.enum(projectEventKinds),
  title: z.string(),
  text: z.string().optional(),
  actor: z.object({ id: z.string(), name: z.string().optional(), url: z.string().optional() }).optional(),
  url: z.string().optional(),
  refs: z.array(
    z.object({ type: z.enum(refTypes), id: z.string(), title: z.string().optional(), url: z.string().optional() }),
  ),
  labels: z.array(z.string()),
  importance: z.enum(importances),
  subject: z.string().optional(),
});

export const AssignmentRuleRecord = z.object({
  ruleId: z.string(),
  source: z.enum(projectEventSources),
  field: z.enum(ruleFields),
  /** The whole value, or its beginning and a `*`. The longest match decides; a whole value before any beginning. */
  pattern: z.string(),
  project: z.string(),
});
export type AssignmentRule = z.infer<typeof AssignmentRuleRecord>;

export const projectEventEventSchemas = {
  ProjectEventReceived: z.object({
    project: z.string(),
    source: z.enum(projectEventSources),
    deliveryId: z.string(),
    /** The seed's sort key: milliseconds since 1970 at receipt, plus n/1000 where that millisecond is taken (defect P3). */
    eventTime: z.number(),
    event: NormalisedEventRecord,
    /** The original within limits; absent where none came. */
    eventData: JsonValue.optional(),
    /** Whether `eventData` lacks something of the original. */
    clipped: z.boolean(),
    /** Where the whole original is, where it is not in `eventData`. */
    original: z.object({ objectKey: z.string(), bytes: z.number(), sha256: z.string() }).optional(),
    verification: z.object({
      scheme: z.enum(verificationSchemes),
      secret: z.enum(["CURRENT", "PREVIOUS"]).optional(),
    }),
    /** The assignment rule that named the project; absent where none did. */
    ruleId: z.string().optional(),
    /** Whether it is to be told of at once, by the project's settings at receipt. */
    notify: z.boolean(),
    /** Hash of what was brought, where an idempotency key stands for it: the key with another input is refused. */
    inputHash: z.string().optional(),
  }),
  /** `eventTime`: its place in the new project, which is the old one unless that is taken. */
  ProjectEventReassigned: z.object({
    from: z.string(),
    to: z.string(),
    eventTime: z.number(),
    reason: z.string().optional(),
  }),
  /** It is in this batch, for good: the seed's `processed`. */
  ProjectEventBatched: z.object({ batchId: z.string(), project: z.string() }),
  /** It was told of at once. `messageId`: Slack's `ts`. */
  ProjectEventNotified: z.object({ notifier: z.string(), channel: z.string().optional(), messageId: z.string() }),
  /** It is not told of at once after all; its batch tells of it. `project`: whose it is by then. */
  ProjectEventNotificationDropped: z.object({ project: z.string(), reason: z.enum(notificationDropReasons) }),
} as const;

export const batchEventSchemas = {
  BatchSealed: z.object({
    project: z.string(),
    trigger: z.enum(batchTriggers),
    /** In the order of their receipt. */
    projectEventIds: z.array(z.string()),
    /** Receipt of the first of them. */
    openedAt: z.string(),
    /** The policy that it was sealed by. */
    policy: BatchPolicyRecord,
    critical: z.boolean(),
  }),
  /**
   * The first summary is revision 1. `critical`: it tells of a critical event that should have been told of at once, and could
   * not, so that the batch waits for no end of quiet hours.
   */
  BatchSummarised: z.object({
    revision: z.number().int(),
    summary: Summary,
    origin: SummaryOrigin,
    critical: z.literal(true).optional(),
  }),
  /** Somebody wants another summary, or the first one once more where nothing has come of it. */
  BatchSummaryRequested: z.object({ revision: z.number().int(), reason: z.string().optional() }),
  /** Written before anything is sent: what follows it may have been sent, and must be looked for before it is sent again. */
  BatchPostStarted: z.object({
    attempt: z.number().int(),
    revision: z.number().int(),
    notifier: z.string(),
    channel: z.string().optional(),
  }),
  /** `found`: it was sent by an attempt that could not record it, and was found by its metadata. */
  BatchPosted: z.object({
    attempt: z.number().int(),
    revision: z.number().int(),
    notifier: z.string(),
    channel: z.string().optional(),
    messageId: z.string(),
    url: z.string().optional(),
    found: z.boolean(),
  }),
  /** A later summary has taken the place of the one that was posted. */
  BatchPostUpdated: z.object({ revision: z.number().int(), messageId: z.string() }),
  /**
   * `retryAt`: when it is tried again by itself; absent: a person must ask for it. `notSent`: it is known that nothing was
   * sent (refused, busy, not reached); else what the attempt may have sent is looked for before the next one.
   */
  BatchPostFailed: z.object({
    attempt: z.number().int(),
    error: z.string(),
    retryAt: z.string().optional(),
    notSent: z.boolean().optional(),
  }),
  /** Somebody wants it tried again. */
  BatchPostRetried: z.object({}),
  /** There is nothing in it to tell: every event of it was told of at once. */
  BatchPostSkipped: z.object({ reason: z.literal("ALL_TOLD") }),
} as const;

export const projectSettingsEventSchemas = {
  ProjectBatchPolicySet: z.object({ policy: BatchPolicyRecord }),
  /** Absent: summaries go to the log of the server (the console notifier). */
  ProjectChannelSet: z.object({ channel: z.string().optional() }),
  ProjectNotificationsSet: z.object({ level: z.enum(notificationLevels) }),
} as const;

export const projectRoutingEventSchemas = {
  AssignmentRuleAdded: z.object({ rule: AssignmentRuleRecord }),
  AssignmentRuleRemoved: z.object({ rule: AssignmentRuleRecord }),
} as const;

/** Events of a project event's stream. */
export type ProjectEventEvent = EventOf<typeof projectEventEventSchemas>;
export type BatchEvent = EventOf<typeof batchEventSchemas>;
export type ProjectSettingsEvent = EventOf<typeof projectSettingsEventSchemas>;
export type ProjectRoutingEvent = EventOf<typeof projectRoutingEventSchemas>;
/** Any event of this context. */
export type ProjectsEvent = ProjectEventEvent | BatchEvent | ProjectSettingsEvent | ProjectRoutingEvent;
export type ProjectsEventOf<T extends ProjectsEvent["type"]> = Extract<ProjectsEvent, { readonly type: T }>;

export const projectsEventSchemas = {
  ...projectEventEventSchemas,
  ...batchEventSchemas,
  ...projectSettingsEventSchemas,
  ...projectRoutingEventSchemas,
} as const;

/** Every type of this context with the versions it was ever written in. */
export const projectsEventFormats: Readonly<Record<ProjectsEvent["type"], EventFormat>> =
  firstFormats(projectsEventSchemas);
