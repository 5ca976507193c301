/** The stored events of the research context: a schema for each, by kind of stream. */
import { JsonValue } from "../kernel/json.js";
import { z } from "zod";
import { firstFormats } from "../kernel/codec.js";
import type { EventFormat, EventOf } from "../kernel/codec.js";
import { extractionModes, failureReasons, logLevels, priorities, sourceTypes, strategies } from "./values.js";

/** One stream for each request; its id is the seed's request id. */
export const requestCategory = "ResearchRequest";
/** One stream for each dedupe key of a project; its id is a uuid v5 of both. */
export const slotCategory = "ResearchSlot";
/** One stream for each project; its id is the project's name. */
export const researchProjectCategory = "ResearchProject";

/** As it was when it was written: what is asked of input today must not be asked of the past. */
const ConfigRecord = z.object({
  keywords: z.array(z.string()),
  sources: z.array(z.object({ name: z.string(), baseUrl: z.string(), sourceType: z.enum(sourceTypes) })),
  extractionMode: z.enum(extractionModes),
  qualityThreshold: z.number(),
  batchSize: z.number(),
  maxRetries: z.number(),
  maxPagesPerSource: z.number(),
  customParams: z.record(z.string(), JsonValue),
});

export const ProgressRecord = z.object({
  stage: z.string(),
  percentage: z.number(),
  urlsFound: z.number(),
  contentExtracted: z.number(),
  processingErrors: z.number(),
  estimatedCompletion: z.string().optional(),
});

const LogEntryRecord = z.object({
  level: z.enum(logLevels),
  message: z.string(),
  stage: z.string().optional(),
  at: z.string(),
  metadata: z.record(z.string(), JsonValue).optional(),
});

/** Content in the object store. */
const ObjectRecord = z.object({ objectKey: z.string(), bytes: z.number(), sha256: z.string() });

/** What the items of a part, or of a report, come to. */
export const ItemTallyRecord = z.object({
  sourceType: z.enum(sourceTypes),
  items: z.number(),
  /** Sum of the items' scores. */
  score: z.number(),
  /** Items with a score of the request's quality threshold or more. */
  highQuality: z.number(),
});
export type ItemTally = z.infer<typeof ItemTallyRecord>;

export const ResultsRecord = z.object({
  executiveSummary: z.string(),
  keyFindings: z.array(z.object({ text: z.string(), citations: z.array(z.string()) })),
  writtenBy: z.string().optional(),
  /** Of the request's sources, those that an item is from. */
  totalSources: z.number(),
  tallies: z.array(ItemTallyRecord),
  urlsDiscovered: z.number(),
  contentExtracted: z.number(),
  apiCalls: z.number(),
  /** Seconds since the attempt was started (defect R18). */
  durationSeconds: z.number(),
  structuredOutputs: z.array(JsonValue),
});

export const requestEventSchemas = {
  RequestSubmitted: z.object({
    projectId: z.string(),
    userId: z.string(),
    requestType: z.string(),
    priority: z.enum(priorities),
    strategy: z.enum(strategies),
    config: ConfigRecord,
    dedupeKey: z.string().optional(),
    deadlineSeconds: z.number(),
    deadlineAt: z.string(),
    /** It may not be claimed before; absent: at once. */
    availableAt: z.string().optional(),
  }),
  /** Its time has come: workers may claim it. */
  RequestQueued: z.object({}),
  /** A message about it was given to the queue of strategy SQS. */
  RequestDispatched: z.object({ messageId: z.string() }),
  RequestPrioritised: z.object({ from: z.enum(priorities), to: z.enum(priorities) }),
  /** `leaseToken`: the version of this event. `attempt`: 1 for the first. `queuedAt`: since when it could be claimed. */
  RequestClaimed: z.object({
    workerId: z.string(),
    leaseToken: z.number().int(),
    leaseSeconds: z.number(),
    leaseUntil: z.string(),
    attempt: z.number().int(),
    queuedAt: z.string(),
  }),
  /** `resumed`: it goes on from the checkpoint and the parts of an earlier attempt. */
  RequestStarted: z.object({ leaseToken: z.number().int(), leaseUntil: z.string(), resumed: z.boolean() }),
  /** A heartbeat that says something: what is absent stays as it was. */
  RequestProgressed: z.object({
    leaseToken: z.number().int(),
    leaseUntil: z.string(),
    leaseSeconds: z.number(),
    progress: ProgressRecord.optional(),
    checkpoint: z.record(z.string(), JsonValue).optional(),
  }),
  /** `firstSequence`: number of the first entry in the request's logs. */
  RequestLogged: z.object({
    leaseToken: z.number().int(),
    firstSequence: z.number().int(),
    entries: z.array(LogEntryRecord),
  }),
  /** Items are in the object store; a part that comes again takes the place of the one before. */
  RequestItemsAdded: z.object({
    leaseToken: z.number().int(),
    part: z.number().int(),
    content: ObjectRecord,
    tallies: z.array(ItemTallyRecord),
  }),
  /** The worker gives it back; the attempt does not count. */
  RequestReleased: z.object({ leaseToken: z.number().int(), reason: z.string().optional() }),
  /** Nobody has heard of the worker until its lease ended. `retryAt`: when it is queued again; absent where it is not. */
  RequestLeaseExpired: z.object({
    leaseToken: z.number().int(),
    workerId: z.string(),
    attempt: z.number().int(),
    retryAt: z.string().optional(),
  }),
  /** `retryAt`: when it is queued again; absent where it is not. */
  RequestAttemptFailed: z.object({
    leaseToken: z.number().int(),
    workerId: z.string(),
    attempt: z.number().int(),
    error: z.string(),
    retryable: z.boolean(),
    retryAt: z.string().optional(),
  }),
  RequestFailed: z.object({ reason: z.enum(failureReasons), error: z.string() }),
  /** `digest`: of what the worker said, so that the same said again is known. */
  RequestCompleted: z.object({
    leaseToken: z.number().int(),
    digest: z.string(),
    results: ResultsRecord,
    report: ObjectRecord,
  }),
  /** A worker is at it: it is told with its next heartbeat. */
  RequestCancellationRequested: z.object({ reason: z.string().optional() }),
  RequestCancelled: z.object({ reason: z.string().optional() }),
  /** A person has it done once more: budgets and deadline begin anew. */
  RequestRetried: z.object({ reason: z.string().optional(), deadlineAt: z.string() }),
} as const;

export const slotEventSchemas = {
  /** The request has the key from now on; `replaced` had it, and is over. */
  ResearchSlotTaken: z.object({
    projectId: z.string(),
    dedupeKey: z.string(),
    requestId: z.string(),
    replaced: z.string().optional(),
  }),
} as const;

/** A request that is counted, and the lease that it is counted for. */
const LaneRecord = z.object({ requestId: z.string(), leaseToken: z.number().int() });
export type Lane = Readonly<z.infer<typeof LaneRecord>>;

export const researchProjectEventSchemas = {
  /**
   * How many of its requests may be with workers at a time; absent: any number. `lanes`: those that were with workers when there was
   * no limit, counted from now on; absent: who was counted before is.
   */
  ResearchLimitSet: z.object({ maxRunning: z.number().int().optional(), lanes: z.array(LaneRecord).optional() }),
  /** `gone`: requests that were counted, and whose lease has ended since. */
  ResearchLaneTaken: z.object({
    requestId: z.string(),
    leaseToken: z.number().int(),
    gone: z.array(z.string()),
  }),
} as const;

export type RequestEvent = EventOf<typeof requestEventSchemas>;
export type SlotEvent = EventOf<typeof slotEventSchemas>;
export type ResearchProjectEvent = EventOf<typeof researchProjectEventSchemas>;
export type ResearchEvent = RequestEvent | SlotEvent | ResearchProjectEvent;
export type ResearchEventOf<T extends ResearchEvent["type"]> = Extract<ResearchEvent, { readonly type: T }>;

export const researchEventFormats: Readonly<Record<ResearchEvent["type"], EventFormat>> = firstFormats({
  ...requestEventSchemas,
  ...slotEventSchemas,
  ...researchProjectEventSchemas,
});
