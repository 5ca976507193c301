/** What can be asked of an incident. Each command is parsed once, at the edge; from there its type is trusted. */
import { z } from "zod";
import { Occurred, Uuid, Zoned, isPlain } from "../kernel/text.js";
import {
  CommentText,
  Description,
  EntryText,
  Labels,
  LabelKey,
  PersonId,
  Reason,
  ReferenceId,
  Role,
  ServiceName,
  SeverityValue,
  Status,
  SummaryText,
  Title,
  followUpPriorities,
  limits,
  linkKinds,
  linkRelations,
  summarySources,
} from "./values.js";

const PartRef = z.object({ id: Uuid, at: Zoned });
const IncidentRef = z.object({ incidentId: Uuid, number: z.number().int().positive() });
const atMost = (maximum: number) => [maximum, `must have at most ${maximum}`] as const;

/** Any web address that a browser may open: https or http, no credentials in it. Kept in its normal, ASCII form. */
const WebAddress = z.string().transform((value, context) => {
  const refuse = (message: string) => {
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  };
  const text = value.trim();
  const url = isPlain(text) && URL.canParse(text) ? new URL(text) : undefined;
  const allowed =
    url !== undefined && ["http:", "https:"].includes(url.protocol) && url.username === "" && url.password === "";
  if (!allowed) return refuse("must be an http or https address without credentials");
  return url.href.length > 1_000 ? refuse("must have at most 1000 characters") : url.href;
});

const targetOf = {
  INCIDENT: Uuid,
  URL: WebAddress,
  PROJECT_EVENT: ReferenceId,
  INSIGHT: ReferenceId,
  REQUEST: ReferenceId,
} as const;

const followUp = {
  title: Title,
  owner: PersonId.optional(),
  dueAt: Zoned.optional(),
  priority: z.enum(followUpPriorities).default("MEDIUM"),
};

export const incidentCommandSchemas = {
  DeclareIncident: z.object({
    number: z.number().int().positive(),
    title: Title,
    description: Description.default(""),
    severity: SeverityValue,
    services: z
      .array(ServiceName)
      .min(1, "must name at least one service")
      .max(...atMost(limits.services))
      .refine((services) => new Set(services).size === services.length, "must not name a service twice"),
    labels: Labels.default({}).refine(
      (labels) => Object.keys(labels).length <= limits.labels,
      `must have at most ${limits.labels}`,
    ),
    commander: PersonId.optional(),
    occurredAt: Occurred.optional(),
  }),
  ChangeStatus: z.object({
    to: Status,
    reason: Reason.optional(),
    occurredAt: Occurred.optional(),
    /** Refuse unless the incident has been in its status since exactly then. */
    since: z.string().optional(),
  }),
  Reopen: z.object({ reason: Reason }),
  ChangeSeverity: z.object({ to: SeverityValue, reason: Reason }),
  ChangeDetails: z
    .object({ title: Title.optional(), description: Description.optional() })
    .refine((input) => input.title !== undefined || input.description !== undefined, {
      message: "title or description must be given",
      path: ["title"],
    }),
  AddService: z.object({ service: ServiceName }),
  RemoveService: z.object({ service: ServiceName }),
  ChangeLabels: z
    .object({
      set: Labels.default({}),
      remove: z
        .array(LabelKey)
        .max(...atMost(limits.labels))
        .default([]),
    })
    .refine((input) => input.remove.every((key) => !Object.hasOwn(input.set, key)), {
      message: "must not name a label that is also set",
      path: ["remove"],
    }),
  AssignRole: z.object({ personId: PersonId, role: Role }),
  ReleaseRole: z.object({ personId: PersonId, role: Role }),
  HandOverRole: z
    .object({ role: Role, from: PersonId, to: PersonId })
    .refine((input) => input.from !== input.to, { message: "must be another person", path: ["to"] }),
  AddComment: z.object({ commentId: Uuid, text: CommentText }),
  EditComment: z.object({ comment: PartRef, text: CommentText }),
  DeleteComment: z.object({ comment: PartRef }),
  RecordEntry: z.object({ text: EntryText, keyMoment: z.boolean().default(false), occurredAt: Occurred.optional() }),
  PromoteComment: z.object({ comment: PartRef, keyMoment: z.boolean().default(false) }),
  PinEntry: z.object({ entry: PartRef }),
  UnpinEntry: z.object({ entry: PartRef }),
  AttachSummary: z.object({
    summaryId: Uuid,
    text: SummaryText,
    source: z.enum(summarySources).default("HUMAN"),
    modelUsed: ReferenceId.optional(),
    promptVersion: ReferenceId.optional(),
  }),
  AddLink: z
    .object({
      linkId: Uuid,
      kind: z.enum(linkKinds),
      target: z.string(),
      relation: z.enum(linkRelations).default("RELATED"),
      title: Title.optional(),
    })
    .transform((link, context) => {
      const target = targetOf[link.kind].safeParse(link.target);
      if (target.success) return { ...link, target: target.data };
      for (const { message } of target.error.issues) context.addIssue({ code: "custom", message, path: ["target"] });
      return z.NEVER;
    }),
  RemoveLink: z.object({ linkId: Uuid }),
  MergeInto: z.object({ into: IncidentRef, reason: Reason.optional() }),
  ReceiveMerge: z.object({ source: IncidentRef }),
  Unmerge: z.object({ from: IncidentRef, reason: Reason.optional() }),
  UndoMerge: z.object({ source: IncidentRef }),
  AddFollowUp: z.object({ followUpId: Uuid, ...followUp }),
  ChangeFollowUp: z.object({
    followUpId: Uuid,
    title: Title.optional(),
    owner: PersonId.nullable().optional(),
    dueAt: Zoned.nullable().optional(),
    priority: z.enum(followUpPriorities).optional(),
  }),
  CompleteFollowUp: z.object({ followUpId: Uuid }),
  ReopenFollowUp: z.object({ followUpId: Uuid }),
  AttachPostmortem: z.object({
    title: Title,
    bytes: z.number().int().positive(),
    digest: z.string(),
    content: z.string().optional(),
    objectKey: z.string().optional(),
  }),
  ArchiveIncident: z.object({
    objectKey: z.string(),
    digest: z.string(),
    bytes: z.number().int().positive(),
    events: z.number().int().positive(),
    through: z.number().int().positive(),
  }),
  RestoreIncident: z.object({ reason: Reason.optional() }),
} as const;

type Schemas = typeof incidentCommandSchemas;
export type IncidentCommandType = keyof Schemas;
/** The union of an incident's commands, parsed. */
export type IncidentCommand = {
  [T in IncidentCommandType]: { readonly type: T } & z.output<Schemas[T]>;
}[IncidentCommandType];
/** The command of one type. */
export type IncidentCommandOf<T extends IncidentCommandType> = Extract<IncidentCommand, { type: T }>;
