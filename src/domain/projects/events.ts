/** The stored events of the projects context: a schema for each, by kind of stream, and the way up from older versions. */
import { z } from "zod";
import type { EventFormat } from "../kernel/codec.js";
import { Summary, SummaryOrigin } from "./summary.js";
import {
  batchTriggers,
  importances,
  notificationLevels,
  projectEventKinds,
  projectEventSources,
  refTypes,
  ruleFields,
  verificationSchemes,
} from "./values.js";

/** One stream for each delivery of a source; its id is the uuid v5 of source and delivery id. */
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
    eventData: z.json().optional(),
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
  /** The first summary is revision 1. */
  BatchSummarised: z.object({ revision: z.number().int(), summary: Summary, origin: SummaryOrigin }),
  /** Somebody wants another summary. */
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
  /** `retryAt`: when it is tried again by itself; absent: a person must ask for it. */
  BatchPostFailed: z.object({
    attempt: z.number().int(),
    error: z.string(),
    retryAt: z.string().optional(),
  }),
  /** Somebody wants it tried again. */
  BatchPostRetried: z.object({}),
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

type Union<Schemas extends Readonly<Record<string, z.ZodType>>> = {
  [T in keyof Schemas & string]: { readonly type: T; readonly data: Readonly<z.output<Schemas[T]>> };
}[keyof Schemas & string];

/** Events of a project event's stream. */
export type ProjectEventEvent = Union<typeof projectEventEventSchemas>;
export type BatchEvent = Union<typeof batchEventSchemas>;
export type ProjectSettingsEvent = Union<typeof projectSettingsEventSchemas>;
export type ProjectRoutingEvent = Union<typeof projectRoutingEventSchemas>;
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
export const projectsEventFormats: Readonly<Record<ProjectsEvent["type"], EventFormat>> = Object.fromEntries(
  Object.entries(projectsEventSchemas).map(([type, current]) => [type, { current }]),
  // Made from the entries of projectsEventSchemas, so the keys are its keys.
) as unknown as Record<ProjectsEvent["type"], EventFormat>;
