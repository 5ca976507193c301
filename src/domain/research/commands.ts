/** What can be asked of the streams of this context. Each command is parsed once, at the edge; from there its type is trusted. */
import { z } from "zod";
import { text } from "../kernel/text.js";
import type { Lane, researchProjectEventSchemas, requestEventSchemas, slotEventSchemas } from "./events.js";
import {
  DedupeKey,
  Items,
  LeaseSeconds,
  LeaseToken,
  LogEntryInput,
  Priority,
  ProjectId,
  Reason,
  ReportedProgress,
  ReportedResults,
  RequestConfig,
  RequestId,
  RequestType,
  Strategy,
  UserId,
  WorkerId,
  jsonObject,
  limits,
  whole,
} from "./values.js";

const listOf = <Element extends z.ZodType>(element: Element, most: number) =>
  z.array(element).min(1, "must have at least one").max(most, `must have at most ${most}`);

export const inputSchemas = {
  submit: z.object({
    projectId: ProjectId,
    /** @default who asks */
    userId: UserId.optional(),
    requestType: RequestType,
    priority: Priority.default("MEDIUM"),
    strategy: Strategy.default("TABLE"),
    config: RequestConfig,
    /** Of those with one key in a project only one is not over at a time. */
    dedupeKey: DedupeKey.optional(),
    /** Counted from now. */
    deadlineSeconds: whole(limits.leastDeadlineSeconds, limits.deadlineSeconds).default(86_400),
    /** It may not be claimed before so many seconds are over. */
    delaySeconds: whole(0, limits.delaySeconds).default(0),
  }),
  cancel: z.object({ reason: Reason.optional() }),
  retry: z.object({ reason: Reason.optional() }),
  prioritise: z.object({ priority: Priority }),
  setLimit: z.object({ maxRunning: whole(1, limits.runningOfProject).optional() }),
  claim: z.object({
    workerId: WorkerId,
    strategy: Strategy.default("TABLE"),
    /** @default any */
    types: listOf(RequestType, limits.claimTypes).optional(),
    /** These only, whatever else could be claimed: what a queue's messages name. */
    requestIds: listOf(RequestId, limits.claim).optional(),
    max: whole(1, limits.claim).default(1),
    leaseSeconds: LeaseSeconds.default(60),
    /** How long to wait for a request where there is none. */
    waitSeconds: whole(0, limits.waitSeconds).default(0),
  }),
  start: z.object({
    leaseToken: LeaseToken,
    /** Whether it goes on from the checkpoint and the parts of an earlier attempt; else they are dropped. */
    resume: z.boolean().default(false),
  }),
  heartbeat: z.object({
    leaseToken: LeaseToken,
    /** For how long from now, and from later heartbeats. @default as the worker has said last, at the claim or since */
    leaseSeconds: LeaseSeconds.optional(),
    progress: ReportedProgress.optional(),
    checkpoint: jsonObject(limits.checkpointBytes).optional(),
  }),
  addItems: z.object({ leaseToken: LeaseToken, part: whole(1, limits.parts), items: Items }),
  appendLogs: z.object({
    leaseToken: LeaseToken,
    entries: z
      .array(LogEntryInput)
      .min(1, "must have at least one")
      .max(limits.logEntries, `must have at most ${limits.logEntries}`),
  }),
  complete: z.object({ leaseToken: LeaseToken, results: ReportedResults }),
  fail: z.object({
    leaseToken: LeaseToken,
    error: text(limits.message),
    /** Whether another attempt may go better. */
    retryable: z.boolean().default(true),
    /** It is not tried again before so many seconds are over. */
    retryAfterSeconds: whole(0, limits.retryAfterSeconds).optional(),
  }),
  release: z.object({ leaseToken: LeaseToken, reason: Reason.optional() }),
} as const;
export type InputOf<K extends keyof typeof inputSchemas> = z.input<(typeof inputSchemas)[K]>;
export type ParsedInput<K extends keyof typeof inputSchemas> = z.output<(typeof inputSchemas)[K]>;

type DataOf<E extends keyof typeof requestEventSchemas> = z.output<(typeof requestEventSchemas)[E]>;

/** Commands of a request's stream; made by the service out of parsed input. */
export type RequestCommand =
  | ({ readonly type: "SubmitRequest" } & Omit<DataOf<"RequestSubmitted">, "deadlineAt" | "availableAt"> & {
        readonly delaySeconds: number;
      })
  /** Nothing where it is queued already, or its time has not come. */
  | { readonly type: "QueueRequest" }
  /** Nothing where it is not queued any more. */
  | { readonly type: "RecordDispatch"; readonly messageId: string }
  | { readonly type: "PrioritiseRequest"; readonly priority: z.output<typeof Priority> }
  /** @throws NotClaimableError where it is not queued (any more). */
  | { readonly type: "ClaimRequest"; readonly workerId: string; readonly leaseSeconds: number }
  | ({ readonly type: "StartRequest" } & ParsedInput<"start">)
  | ({ readonly type: "Heartbeat" } & ParsedInput<"heartbeat">)
  | ({ readonly type: "AddItems" } & DataOf<"RequestItemsAdded">)
  | ({ readonly type: "AppendLogs" } & ParsedInput<"appendLogs">)
  /** `parts`: hashes of those that the report was made of, in their order; @throws PartsChangedError where there are others by now. */
  | ({ readonly type: "CompleteRequest"; readonly parts: readonly string[] } & DataOf<"RequestCompleted">)
  /** `jitter`: from 0 up to 1, by chance: which part of the backoff's span is waited. */
  | ({ readonly type: "FailRequest"; readonly jitter: number } & ParsedInput<"fail">)
  | ({ readonly type: "ReleaseRequest" } & ParsedInput<"release">)
  /** Nothing unless this lease has ended. */
  | { readonly type: "ExpireLease"; readonly leaseToken: number; readonly jitter: number }
  /** Nothing unless the deadline has passed. */
  | { readonly type: "EnforceDeadline" }
  | ({ readonly type: "CancelRequest" } & ParsedInput<"cancel">)
  | ({ readonly type: "RetryRequest" } & ParsedInput<"retry">);

/** `replaced`: who had the key when it was looked at. @throws SlotTakenError where somebody else has it by now. */
export type SlotCommand = { readonly type: "TakeSlot" } & z.output<typeof slotEventSchemas.ResearchSlotTaken>;

export type ResearchProjectCommand =
  /** `running`: leases that there are already; counted where the project had no limit before, since nobody was counted then. */
  | {
      readonly type: "SetLimit";
      readonly maxRunning?: number | undefined;
      readonly running?: readonly Lane[] | undefined;
    }
  /** Nothing where the project has no limit. @throws NoLaneError where all lanes are taken and none of `gone`'s. */
  | ({ readonly type: "TakeLane" } & z.output<typeof researchProjectEventSchemas.ResearchLaneTaken>);

export type ResearchCommand = RequestCommand | SlotCommand | ResearchProjectCommand;
export type ResearchCommandOf<T extends ResearchCommand["type"]> = Extract<ResearchCommand, { readonly type: T }>;
