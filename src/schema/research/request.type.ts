/** Research requests in the schema. What changes with every heartbeat, and lists, are added by the resolvers. */
import { Field, Float, ID, Int, ObjectType } from "type-graphql";
import type {
  ExtractionMode as ExtractionModeValue,
  FailureReason,
  LogLevel,
  Priority,
  RequestStatus,
  SourceType,
  Strategy,
} from "../../domain/research/index.js";
import { createConnectionType } from "../connection.js";
import { Actor } from "../incidents/incident.type.js";
import { Node } from "../node.js";
import { DateTime, Json } from "../scalars.js";
import {
  ExtractionMode,
  ProcessingStrategy,
  ResearchFailureReason,
  ResearchLogLevel,
  ResearchPriority,
  ResearchRequestChange,
  ResearchRequestStatus,
  ResearchSourceType,
} from "./enums.js";
import type { RequestChangeValue } from "./enums.js";

@ObjectType({ description: "Where content is looked for." })
export class ResearchSource {
  @Field(() => String, { description: "Its name, unique in the request." })
  name!: string;

  @Field(() => String, { description: "Where to begin." })
  baseUrl!: string;

  @Field(() => ResearchSourceType, { description: "What kind of source it is." })
  sourceType!: SourceType;
}

@ObjectType({ description: "What a request asks for." })
export class ResearchConfig {
  @Field(() => [String], { description: "What content is looked for by." })
  keywords!: string[];

  @Field(() => [ResearchSource], { description: "Where it is looked for." })
  sources!: ResearchSource[];

  @Field(() => ExtractionMode, { description: "How much of a page is kept." })
  extractionMode!: ExtractionModeValue;

  @Field(() => Float, { description: "Content with a lower score is left out." })
  qualityThreshold!: number;

  @Field(() => Int, { description: "Pages that a worker fetches at a time." })
  batchSize!: number;

  @Field(() => Int, { description: "How many attempts may follow one that failed." })
  maxRetries!: number;

  @Field(() => Int, { description: "Most pages of one source." })
  maxPagesPerSource!: number;

  @Field(() => Json, { description: "What the worker is told besides." })
  customParams!: unknown;
}

@ObjectType({ description: "How far a worker is." })
export class ResearchProgress {
  @Field(() => String, { description: "What it is doing, such as content_extraction." })
  stage!: string;

  @Field(() => Float, { description: "How much is done, 0 to 100; never goes back within an attempt." })
  percentage!: number;

  @Field(() => Int, { description: "Addresses that were found." })
  urlsFound!: number;

  @Field(() => Int, { description: "Pages that were read." })
  contentExtracted!: number;

  @Field(() => Int, { description: "Pages that could not be read." })
  processingErrors!: number;

  @Field(() => DateTime, { nullable: true, description: "When it may be done; null where nobody can say." })
  estimatedCompletion?: string | undefined;

  @Field(() => DateTime, { description: "When that was so." })
  updatedAt!: string;
}

@ObjectType({ description: "That a worker has a request: it is its own until then, and longer with each heartbeat." })
export class ResearchLease {
  @Field(() => String, { description: "The worker, by the name that it gives itself." })
  workerId!: string;

  @Field(() => DateTime, { description: "When it ends unless the worker is heard of before." })
  leaseUntil!: string;

  @Field(() => Int, { description: "Which attempt it is: 1 for the first." })
  attempt!: number;

  @Field(() => DateTime, { description: "When the worker claimed it." })
  claimedAt!: string;

  @Field(() => DateTime, { nullable: true, description: "When the worker started; null where it has not yet." })
  startedAt?: string | undefined;
}

@ObjectType({ description: "An error or a warning." })
export class ResearchNote {
  @Field(() => DateTime, { description: "When." })
  at!: string;

  @Field(() => String, { description: "What was wrong." })
  message!: string;
}

@ObjectType({ description: "A change of a request's status." })
export class ResearchStatusChange {
  @Field(() => DateTime, { description: "When." })
  at!: string;

  @Field(() => ResearchRequestStatus, { description: "The status before." })
  from!: RequestStatus;

  @Field(() => ResearchRequestStatus, { description: "The status behind it." })
  to!: RequestStatus;

  @Field(() => String, { description: "Why, for people." })
  message!: string;
}

@ObjectType({ description: "That somebody wants a request to end while a worker is at it." })
export class ResearchCancellation {
  @Field(() => DateTime, { description: "Since when." })
  at!: string;

  @Field(() => Actor, { description: "Who." })
  by!: Actor;

  @Field(() => String, { nullable: true, description: "Why." })
  reason?: string | undefined;
}

@ObjectType({ description: "Something that the results say. It rests on items." })
export class ResearchFinding {
  @Field(() => String, { description: "What is said." })
  text!: string;

  @Field(() => [ID], { description: "Ids of the items that it rests on; at least one." })
  citations!: string[];
}

@ObjectType({ description: "What was found in sources of a type." })
export class ResearchSourceTypeTally {
  @Field(() => ResearchSourceType, { description: "The type." })
  sourceType!: SourceType;

  @Field(() => Int, { description: "Items that were kept." })
  items!: number;

  @Field(() => Float, { description: "Their score in the mean, 0 to 1." })
  averageScore!: number;

  @Field(() => Int, { description: "Of these, those with a score of the quality threshold or more." })
  highQualityItems!: number;
}

@ObjectType({ description: "A piece of content that a worker has found and kept." })
export class ResearchItem {
  @Field(() => ID, { description: "Its id, unique in the request: what findings cite." })
  itemId!: string;

  @Field(() => String, { description: "Where it was found." })
  url!: string;

  @Field(() => String, { description: "Its title." })
  title!: string;

  @Field(() => String, { description: "The source, by its name." })
  source!: string;

  @Field(() => ResearchSourceType, { description: "What kind of source that is." })
  sourceType!: SourceType;

  @Field(() => String, { description: "Excerpt or whole text, by the extraction mode. It comes from outside." })
  text!: string;

  @Field(() => Float, { description: "How well it answers the keywords, 0 to 1." })
  score!: number;

  @Field(() => [String], { description: "The keywords that it has." })
  matchedKeywords!: string[];

  @Field(() => DateTime, { nullable: true, description: "When it was published; null where that is not known." })
  publishedAt?: string | undefined;

  @Field(() => DateTime, { nullable: true, description: "When the worker read it; null where it does not say." })
  fetchedAt?: string | undefined;
}

export const ResearchItemConnection = createConnectionType(() => ResearchItem, "ResearchItem", "items of a report");

@ObjectType({ description: "What has come of a request." })
export class ResearchResults {
  @Field(() => String, { description: "What was found, in short." })
  executiveSummary!: string;

  @Field(() => [ResearchFinding], { description: "What matters most." })
  keyFindings!: ResearchFinding[];

  @Field(() => String, {
    nullable: true,
    description:
      "Who wrote summary and findings: `deterministic-v1`, or the name of a model; null where that was not said.",
  })
  writtenBy?: string | undefined;

  @Field(() => Int, { description: "Of the request's sources, those that an item is from." })
  totalSources!: number;

  @Field(() => Int, { description: "Items that were kept." })
  totalContentItems!: number;

  @Field(() => [ResearchSourceTypeTally], { description: "What was found in sources of each type that has any." })
  bySourceType!: ResearchSourceTypeTally[];

  @Field(() => Int, { description: "Addresses that were found." })
  urlsDiscovered!: number;

  @Field(() => Int, { description: "Of these what could be read, whether it was kept or not." })
  contentExtracted!: number;

  @Field(() => Int, { description: "Requests that the work took." })
  apiCalls!: number;

  @Field(() => Float, { description: "Seconds from the start of the attempt to its end." })
  durationSeconds!: number;

  @Field(() => Float, {
    nullable: true,
    description: "Percentage of the addresses that could be read, to two digits; null where none were found.",
  })
  successRate?: number | undefined;

  @Field(() => Float, {
    nullable: true,
    description: "The score of all items in the mean, 0 to 1, to two digits; null where there are none.",
  })
  averageConfidence?: number | undefined;

  @Field(() => [Json], { description: "What the worker has put into a shape of its own." })
  structuredOutputs!: unknown[];

  @Field(() => String, { description: "Key of the whole report in the object store." })
  reportPath!: string;
}

@ObjectType({ implements: Node, description: "A request for market intelligence, which workers execute." })
export class ResearchRequest extends Node {
  @Field(() => ID, { description: "Its id, such as req_1757412789250_a08ac7ad." })
  requestId!: string;

  @Field(() => String, { description: "The project that it belongs to." })
  projectId!: string;

  @Field(() => String, { description: "Who wants it." })
  userId!: string;

  @Field(() => String, { description: "What kind of request it is, such as semaglutide_intelligence." })
  requestType!: string;

  @Field(() => ResearchRequestStatus, { description: "How far it has come." })
  status!: RequestStatus;

  @Field(() => String, { nullable: true, description: "That in a sentence." })
  statusMessage?: string | undefined;

  @Field(() => ResearchPriority, { description: "How soon it is wanted." })
  priority!: Priority;

  @Field(() => ProcessingStrategy, { description: "How workers hear of it." })
  strategy!: Strategy;

  @Field(() => ResearchConfig, { description: "What it asks for." })
  config!: ResearchConfig;

  @Field(() => String, {
    nullable: true,
    description: "Of those with one key in a project only one is not over at a time; null where it has none.",
  })
  dedupeKey?: string | undefined;

  @Field(() => DateTime, { description: "When it was submitted." })
  createdAt!: string;

  @Field(() => DateTime, { description: "When it last changed in a lasting way: not by a heartbeat." })
  updatedAt!: string;

  @Field(() => DateTime, { nullable: true, description: "When a worker first started it; null where none has." })
  startedAt?: string | undefined;

  @Field(() => DateTime, { nullable: true, description: "When it came to its end; null where it has not." })
  completedAt?: string | undefined;

  @Field(() => DateTime, { description: "When it fails unless it has come to its end before." })
  deadlineAt!: string;

  @Field(() => Int, { description: "Attempts that failed, since it was submitted or retried." })
  failures!: number;

  @Field(() => Int, { description: "Attempts whose worker vanished, since it was submitted or retried." })
  stalls!: number;

  @Field(() => String, { nullable: true, description: "The worker that is or was at it last; null where none was." })
  workerId?: string | undefined;

  @Field(() => ResearchFailureReason, { nullable: true, description: "Why it has failed; null where it has not." })
  failureReason?: FailureReason | undefined;

  @Field(() => ResearchCancellation, {
    nullable: true,
    description: "That somebody wants it to end, and its worker has not yet; else null.",
  })
  cancellation?: ResearchCancellation | undefined;

  @Field(() => ResearchResults, { nullable: true, description: "What has come of it; null where it is not completed." })
  results?: ResearchResults | undefined;

  @Field(() => [ResearchNote], { description: "The last 50 errors; all are in `logs`." })
  errors!: ResearchNote[];

  @Field(() => [ResearchNote], { description: "The last 50 warnings; all are in `logs`." })
  warnings!: ResearchNote[];

  @Field(() => [ResearchStatusChange], { description: "The last 50 changes of its status, oldest first." })
  statusHistory!: ResearchStatusChange[];
}

export const ResearchRequestConnection = createConnectionType(
  () => ResearchRequest,
  "ResearchRequest",
  "research requests",
);

@ObjectType({ description: "What a worker has logged, or what happened to the request." })
export class ResearchLogEntry {
  @Field(() => ID, { description: "Its id." })
  logId!: string;

  @Field(() => DateTime, { description: "When." })
  at!: string;

  @Field(() => ResearchLogLevel, { description: "How much it matters." })
  level!: LogLevel;

  @Field(() => String, { description: "What is said." })
  message!: string;

  @Field(() => String, { description: "What the worker was doing, such as content_extraction." })
  stage!: string;

  @Field(() => Json, { description: "What is said besides." })
  metadata!: unknown;
}

export const ResearchLogEntryConnection = createConnectionType(
  () => ResearchLogEntry,
  "ResearchLogEntry",
  "log entries",
);

@ObjectType({ description: "What a worker has just logged." })
export class ResearchLoggedEntry {
  @Field(() => DateTime, { description: "When." })
  at!: string;

  @Field(() => ResearchLogLevel, { description: "How much it matters." })
  level!: LogLevel;

  @Field(() => String, { description: "What is said." })
  message!: string;

  @Field(() => String, {
    nullable: true,
    description: "What the worker was doing; null where it did not say.",
  })
  stage?: string | undefined;

  @Field(() => Json, { nullable: true, description: "What is said besides." })
  metadata?: unknown;
}

@ObjectType({ description: "What a follower of one request is told." })
export class ResearchProgressMessage {
  @Field(() => ID, { description: "Id of the request." })
  requestId!: string;

  @Field(() => ResearchRequestChange, { description: "What happened." })
  change!: RequestChangeValue;

  @Field(() => DateTime, { description: "When it was recorded." })
  recordedAt!: string;

  @Field(() => Actor, { description: "Who did it." })
  actor!: Actor;

  @Field(() => ResearchProgress, {
    nullable: true,
    description: "How far the worker says that it is; null where it did not say so with this.",
  })
  progress?: ResearchProgress | undefined;

  @Field(() => [ResearchLoggedEntry], { description: "What its worker has logged with this; at most 50." })
  logs!: ResearchLoggedEntry[];

  @Field(() => String, { description: "Resume behind this message: pass it as `after`." })
  position!: string;
}

@ObjectType({ description: "What a follower of requests is told." })
export class ResearchRequestMessage {
  @Field(() => ID, { description: "Id of the request." })
  requestId!: string;

  @Field(() => ResearchRequestChange, { description: "What happened to it." })
  change!: RequestChangeValue;

  @Field(() => Boolean, { description: "Whether it matches the filter behind the change; else it did before." })
  matches!: boolean;

  @Field(() => String, { description: "Resume behind this message: pass it as `after`." })
  position!: string;
}

@ObjectType({ description: "That a request can be claimed; another worker may be faster." })
export class ResearchAvailableMessage {
  @Field(() => ID, { description: "Id of the request." })
  requestId!: string;

  @Field(() => String, { description: "Resume behind this message: pass it as `after`." })
  position!: string;
}
