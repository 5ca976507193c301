/** What people ask of research requests. */
import { ArgsType, Field, Float, ID, InputType, Int } from "type-graphql";
import type {
  ExtractionMode as ExtractionModeValue,
  LogLevel,
  Priority,
  RequestStatus,
  SourceType,
  Strategy,
} from "../../domain/research/index.js";
import { limits } from "../../domain/research/index.js";
import { ConnectionArgs } from "../connection.js";
import { ChangeInput, MutationInput } from "../mutation.js";
import { DateTime, Json } from "../scalars.js";
import {
  ExtractionMode,
  ProcessingStrategy,
  ResearchLogLevel,
  ResearchLogOrder,
  ResearchPriority,
  ResearchRequestOrder,
  ResearchRequestStatus,
  ResearchSourceType,
} from "./enums.js";
import type { LogOrderValue, RequestOrderValue } from "./enums.js";

@InputType({
  description:
    "Which research requests: all that is given must hold; of a list, which must not be empty, one value must.",
})
export class ResearchRequestFilter {
  @Field(() => String, { nullable: true, description: "Of this project." })
  projectId?: string | null;

  @Field(() => String, { nullable: true, description: "Wanted by this user." })
  userId?: string | null;

  @Field(() => [ResearchRequestStatus], { nullable: true, description: "In one of these statuses." })
  statuses?: RequestStatus[] | null;

  @Field(() => [ResearchPriority], { nullable: true, description: "With one of these priorities." })
  priorities?: Priority[] | null;

  @Field(() => ProcessingStrategy, { nullable: true, description: "Of this strategy." })
  strategy?: Strategy | null;

  @Field(() => String, { nullable: true, description: "Of this type." })
  requestType?: string | null;

  @Field(() => DateTime, { nullable: true, description: "Submitted at or after." })
  from?: string | null;

  @Field(() => DateTime, { nullable: true, description: "Submitted before." })
  until?: string | null;
}

@ArgsType()
export class ResearchRequestsArgs extends ConnectionArgs {
  @Field(() => ResearchRequestFilter, {
    nullable: true,
    description: "Which requests; all that are yours where not given.",
  })
  filter?: ResearchRequestFilter | null;

  @Field(() => ResearchRequestOrder, {
    nullable: true,
    defaultValue: "NEWEST_FIRST",
    description: "The order of the list. By priority only with `strategy` in the filter.",
  })
  orderBy?: RequestOrderValue | null;
}

@ArgsType()
export class ResearchLogsArgs extends ConnectionArgs {
  @Field(() => [ResearchLogLevel], {
    nullable: true,
    description: "Of these levels only; the list must not be empty.",
  })
  levels?: LogLevel[] | null;

  @Field(() => ResearchLogOrder, {
    nullable: true,
    defaultValue: "OLDEST_FIRST",
    description: "The order of the list.",
  })
  orderBy?: LogOrderValue | null;
}

@ArgsType()
export class ResearchItemsArgs extends ConnectionArgs {
  @Field(() => [ResearchSourceType], {
    nullable: true,
    description: "From sources of these types only; the list must not be empty.",
  })
  sourceTypes?: SourceType[] | null;
}

@InputType({
  description: "Which requests to follow: all that is given must hold; of a list, which must not be empty, one must.",
})
export class ResearchChangeFilter {
  @Field(() => String, { nullable: true, description: "Of this project." })
  projectId?: string | null;

  @Field(() => String, { nullable: true, description: "Wanted by this user." })
  userId?: string | null;

  @Field(() => [ResearchRequestStatus], {
    nullable: true,
    description: "In one of these statuses, before the change or behind it.",
  })
  statuses?: RequestStatus[] | null;

  @Field(() => [ResearchPriority], {
    nullable: true,
    description: "With one of these priorities, before the change or behind it.",
  })
  priorities?: Priority[] | null;

  @Field(() => ProcessingStrategy, { nullable: true, description: "Of this strategy." })
  strategy?: Strategy | null;

  @Field(() => String, { nullable: true, description: "Of this type." })
  requestType?: string | null;
}

@InputType({ description: "Where content is looked for." })
export class ResearchSourceInput {
  @Field(() => String, { description: `Its name, unique in the request; at most ${limits.sourceName} characters.` })
  name!: string;

  @Field(() => String, {
    description: `Where to begin: an https address of the public web; at most ${limits.url} characters.`,
  })
  baseUrl!: string;

  @Field(() => ResearchSourceType, { description: "What kind of source it is." })
  sourceType!: SourceType;
}

@InputType({ description: "What a request asks for. What is not given has its default." })
export class ResearchConfigInput {
  @Field(() => [String], {
    description: `What content is looked for by: 1 to ${limits.keywords}, none twice, at most ${limits.keyword} characters each.`,
  })
  keywords!: string[];

  @Field(() => [ResearchSourceInput], { description: `Where it is looked for: 1 to ${limits.sources}.` })
  sources!: ResearchSourceInput[];

  @Field(() => ExtractionMode, {
    nullable: true,
    defaultValue: "SUMMARY",
    description: "How much of a page is kept.",
  })
  extractionMode?: ExtractionModeValue | null;

  @Field(() => Float, {
    nullable: true,
    defaultValue: 0.7,
    description: "Content with a lower score is left out: 0 to 1.",
  })
  qualityThreshold?: number | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 5,
    description: `Pages that a worker fetches at a time: 1 to ${limits.batchSize}.`,
  })
  batchSize?: number | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 2,
    description: `How many attempts may follow one that failed: 0 to ${limits.retries}.`,
  })
  maxRetries?: number | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 20,
    description: `Most pages of one source: 1 to ${limits.pagesPerSource}.`,
  })
  maxPagesPerSource?: number | null;

  @Field(() => Json, {
    nullable: true,
    description: `What the worker is told besides: a JSON object of at most ${limits.customParamsBytes} bytes.`,
  })
  customParams?: unknown;
}

@InputType({ description: "A new research request." })
export class SubmitRequestInput extends MutationInput {
  @Field(() => String, { description: "The project that it belongs to: one of yours." })
  projectId!: string;

  @Field(() => String, {
    nullable: true,
    description: "Who wants it: you where not given. Another one takes access to all projects.",
  })
  userId?: string | null;

  @Field(() => String, {
    description:
      "What kind of request it is, such as semaglutide_intelligence: 1 to 64 letters, digits, _ or -. Workers may take some kinds only.",
  })
  requestType!: string;

  @Field(() => ResearchPriority, { nullable: true, defaultValue: "MEDIUM", description: "How soon it is wanted." })
  priority?: Priority | null;

  @Field(() => ProcessingStrategy, { nullable: true, defaultValue: "TABLE", description: "How workers hear of it." })
  strategy?: Strategy | null;

  @Field(() => ResearchConfigInput, { description: "What it asks for." })
  config!: ResearchConfigInput;

  @Field(() => String, {
    nullable: true,
    description: `Of those with one key in a project only one is not over at a time: it is returned in the place of a new one. At most ${limits.dedupeKey} characters.`,
  })
  dedupeKey?: string | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 86_400,
    description: `It fails unless it has come to its end within so many seconds: ${limits.leastDeadlineSeconds} to ${limits.deadlineSeconds}.`,
  })
  deadlineSeconds?: number | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 0,
    description: `No worker may claim it before so many seconds are over: 0 to ${limits.delaySeconds}.`,
  })
  delaySeconds?: number | null;
}

@InputType({ description: "A change of a research request." })
export class ResearchRequestInput extends ChangeInput {
  @Field(() => ID, { description: "The request: its global id or its `requestId`." })
  requestId!: string;
}

@InputType({ description: "A request that is not wanted any more." })
export class CancelRequestInput extends ResearchRequestInput {
  @Field(() => String, { nullable: true, description: `Why; at most ${limits.message} characters.` })
  reason?: string | null;
}

@InputType({ description: "A request that has failed or was cancelled, and is to be done once more." })
export class RetryRequestInput extends ResearchRequestInput {
  @Field(() => String, { nullable: true, description: `Why; at most ${limits.message} characters.` })
  reason?: string | null;
}

@InputType({ description: "Another priority of a request that waits." })
export class PrioritiseRequestInput extends ResearchRequestInput {
  @Field(() => ResearchPriority, { description: "The priority." })
  priority!: Priority;
}

@InputType({ description: "How many requests of a project may be with workers at a time." })
export class SetResearchLimitInput extends ChangeInput {
  @Field(() => String, { description: "The project." })
  projectId!: string;

  @Field(() => Int, {
    nullable: true,
    description: `How many: 1 to ${limits.runningOfProject}; any number where null or not given.`,
  })
  maxRunning?: number | null;
}
