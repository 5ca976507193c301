/** What can be asked of the streams of this context. Each command is parsed once, at the edge; from there its type is trusted. */
import { z } from "zod";
import { Uuid, text } from "../kernel/text.js";
import { projectEventEventSchemas } from "./events.js";
import { Summary, SummaryOrigin } from "./summary.js";
import {
  BatchId,
  BatchPolicy,
  ProjectName,
  Reason,
  SlackChannel,
  batchTriggers,
  limits,
  notificationDropReasons,
  notificationLevels,
  projectEventSources,
  ruleFields,
} from "./values.js";

const Instant = z.string();

/** A pattern: the whole value, or its beginning and a `*`. */
const Pattern = text(limits.subject).refine(
  (pattern) => !pattern.slice(0, -1).includes("*"),
  "may have one * only, at its end",
);

export const projectEventCommandSchemas = {
  /** Made by the service from an IncomingEvent. */
  ReceiveProjectEvent: projectEventEventSchemas.ProjectEventReceived.extend({ occurredAt: Instant.optional() }),
  ReassignProjectEvent: z.object({ project: ProjectName, eventTime: z.number(), reason: Reason.optional() }),
  /** Refused where the event is in another batch, or in another project by now. */
  BatchProjectEvent: z.object({ batchId: BatchId, project: ProjectName }),
  RecordNotification: z.object({ notifier: z.string(), channel: z.string().optional(), messageId: z.string() }),
  /** Nothing where it was told of, or is not to be. */
  DropNotification: z.object({ reason: z.enum(notificationDropReasons) }),
} as const;

export const batchCommandSchemas = {
  SealBatch: z.object({
    project: ProjectName,
    trigger: z.enum(batchTriggers),
    projectEventIds: z.array(Uuid).min(1).max(limits.batchEvents),
    openedAt: Instant,
    policy: BatchPolicy,
    critical: z.boolean(),
  }),
  /** Ignored where the batch has a summary of this revision or a later one. */
  RecordSummary: z.object({
    revision: z.number().int().positive(),
    summary: Summary,
    origin: SummaryOrigin,
    critical: z.literal(true).optional(),
  }),
  RequestSummary: z.object({ reason: Reason.optional() }),
  StartPost: z.object({ notifier: z.string(), channel: z.string().optional() }),
  /** `notifier`, `channel`: where the message is, where that is not as the attempt began (a channel's id for its name). */
  RecordPost: z.object({
    attempt: z.number().int(),
    notifier: z.string().optional(),
    channel: z.string().optional(),
    messageId: z.string(),
    url: z.string().optional(),
    found: z.boolean(),
  }),
  RecordPostUpdate: z.object({ revision: z.number().int(), messageId: z.string() }),
  /** `notSent`: it is known that nothing was sent, so that nothing must be looked for before the next attempt. */
  RecordPostFailure: z.object({
    attempt: z.number().int(),
    error: z.string(),
    retryAt: Instant.optional(),
    notSent: z.boolean().optional(),
  }),
  /** Nothing where it was tried, or somebody has flushed it and so wants to see it. */
  SkipPost: z.object({ reason: z.literal("ALL_TOLD") }),
} as const;

export const projectSettingsCommandSchemas = {
  /** What is absent stays as it is; `null` takes the channel away. */
  SetProjectSettings: z.object({
    policy: BatchPolicy.optional(),
    channel: SlackChannel.nullable().optional(),
    notifications: z.enum(notificationLevels).optional(),
  }),
} as const;

export const projectRoutingCommandSchemas = {
  AddAssignmentRule: z.object({
    ruleId: Uuid,
    source: z.enum(projectEventSources),
    field: z.enum(ruleFields),
    pattern: Pattern,
    project: ProjectName,
  }),
  RemoveAssignmentRule: z.object({ ruleId: Uuid }),
} as const;

type Union<Schemas extends Readonly<Record<string, z.ZodType>>> = {
  [T in keyof Schemas & string]: { readonly type: T } & Readonly<z.output<Schemas[T]>>;
}[keyof Schemas & string];

export type ProjectEventCommand = Union<typeof projectEventCommandSchemas>;
export type BatchCommand = Union<typeof batchCommandSchemas> | { readonly type: "RetryPost" };
export type ProjectSettingsCommand = Union<typeof projectSettingsCommandSchemas>;
export type ProjectRoutingCommand = Union<typeof projectRoutingCommandSchemas>;
export type ProjectsCommand = ProjectEventCommand | BatchCommand | ProjectSettingsCommand | ProjectRoutingCommand;
export type ProjectsCommandOf<T extends ProjectsCommand["type"]> = Extract<ProjectsCommand, { readonly type: T }>;
