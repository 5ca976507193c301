/** The protocol of workers: what they say to claim, execute and end research requests. */
import { Field, Float, ID, InputType, Int } from "type-graphql";
import type { LogLevel, SourceType, Strategy } from "../../domain/research/index.js";
import { limits } from "../../domain/research/index.js";
import { MutationInput } from "../mutation.js";
import { DateTime, Json } from "../scalars.js";
import { ProcessingStrategy, ResearchLogLevel, ResearchSourceType } from "./enums.js";

const leaseSeconds = `${limits.leastLeaseSeconds} to ${limits.leaseSeconds}`;

@InputType({ description: "What a worker would execute." })
export class ClaimRequestsInput extends MutationInput {
  @Field(() => String, { description: "The worker, by a name of its own; at most 128 characters." })
  workerId!: string;

  @Field(() => ProcessingStrategy, { nullable: true, defaultValue: "TABLE", description: "Requests of this strategy." })
  strategy?: Strategy | null;

  @Field(() => [String], {
    nullable: true,
    description: `Requests of these types only, 1 to ${limits.claimTypes}; any where not given.`,
  })
  types?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: `These only, 1 to ${limits.claim}, as far as they can be claimed: what messages of the queue name.`,
  })
  requestIds?: string[] | null;

  @Field(() => Int, { nullable: true, defaultValue: 1, description: `How many at most: 1 to ${limits.claim}.` })
  max?: number | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 60,
    description: `For how many seconds they are the worker's unless it is heard of: ${leaseSeconds}.`,
  })
  leaseSeconds?: number | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 0,
    description: `For how many seconds to wait for a request where there is none: 0 to ${limits.waitSeconds}.`,
  })
  waitSeconds?: number | null;
}

@InputType({ description: "What every mutation of a worker takes, about a request that it has claimed." })
export class LeasedRequestInput extends MutationInput {
  @Field(() => ID, { description: "The request: its global id or its `requestId`." })
  requestId!: string;

  @Field(() => Int, {
    description: "The token that the claim gave. Once another worker has the request it is no good.",
  })
  leaseToken!: number;
}

@InputType({ description: "That a worker starts." })
export class StartRequestInput extends LeasedRequestInput {
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description:
      "Whether it goes on from the checkpoint and the parts that an earlier attempt has left; else they are dropped.",
  })
  resume?: boolean | null;
}

@InputType({ description: "How far a worker is. Neither percentage nor counts of one attempt go back." })
export class ResearchProgressInput {
  @Field(() => String, { description: `What it is doing; at most ${limits.stage} characters.` })
  stage!: string;

  @Field(() => Float, { description: "How much is done, 0 to 100." })
  percentage!: number;

  @Field(() => Int, { nullable: true, description: "Addresses that were found; as before where not given." })
  urlsFound?: number | null;

  @Field(() => Int, { nullable: true, description: "Pages that were read; as before where not given." })
  contentExtracted?: number | null;

  @Field(() => Int, { nullable: true, description: "Pages that could not be read; as before where not given." })
  processingErrors?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "When it may be done, not in the past; reckoned from the time that it took so far where not given.",
  })
  estimatedCompletion?: string | null;
}

@InputType({ description: "That a worker is still at a request." })
export class HeartbeatRequestInput extends LeasedRequestInput {
  @Field(() => Int, {
    nullable: true,
    description: `For how many seconds from now it is the worker's: ${leaseSeconds}; as many as last time where not given.`,
  })
  leaseSeconds?: number | null;

  @Field(() => ResearchProgressInput, { nullable: true, description: "How far it is; once it has started." })
  progress?: ResearchProgressInput | null;

  @Field(() => Json, {
    nullable: true,
    description: `What another worker needs to go on from here: a JSON object of at most ${limits.checkpointBytes} bytes.`,
  })
  checkpoint?: unknown;
}

@InputType({ description: "A piece of content that a worker has found and keeps." })
export class ResearchItemInput {
  @Field(() => ID, { description: "Its id, chosen by the worker, unique in the request: what findings cite." })
  itemId!: string;

  @Field(() => String, { description: "Where it was found: an http or https address without credentials." })
  url!: string;

  @Field(() => String, { description: `Its title; at most ${limits.title} characters.` })
  title!: string;

  @Field(() => String, { description: "One of the request's sources, by its name." })
  source!: string;

  @Field(() => ResearchSourceType, { description: "What kind of source it is." })
  sourceType!: SourceType;

  @Field(() => String, {
    description: `Excerpt or whole text, by the extraction mode; at most ${limits.itemText} characters.`,
  })
  text!: string;

  @Field(() => Float, { description: "How well it answers the keywords, 0 to 1." })
  score!: number;

  @Field(() => [String], { nullable: true, description: "The keywords that it has; none where not given." })
  matchedKeywords?: string[] | null;

  @Field(() => DateTime, { nullable: true, description: "When it was published." })
  publishedAt?: string | null;

  @Field(() => DateTime, { nullable: true, description: "When the worker read it." })
  fetchedAt?: string | null;
}

@InputType({ description: "What a worker has found." })
export class AddRequestItemsInput extends LeasedRequestInput {
  @Field(() => Int, {
    description: `Number of the part, 1 to ${limits.parts}: one that comes again takes the place of the one before.`,
  })
  part!: number;

  @Field(() => [ResearchItemInput], {
    description: `The items of the part: 1 to ${limits.itemsOfPart}, at most ${limits.partBytes} bytes as JSON.`,
  })
  items!: ResearchItemInput[];
}

@InputType({ description: "An entry for a request's logs." })
export class ResearchLogEntryInput {
  @Field(() => ResearchLogLevel, { nullable: true, defaultValue: "INFO", description: "How much it matters." })
  level?: LogLevel | null;

  @Field(() => String, { description: `What is said; at most ${limits.logMessage} characters.` })
  message!: string;

  @Field(() => String, {
    nullable: true,
    description: "What the worker was doing; what its last heartbeat said where not given.",
  })
  stage?: string | null;

  @Field(() => DateTime, { nullable: true, description: "When; when it is recorded where not given." })
  at?: string | null;

  @Field(() => Json, {
    nullable: true,
    description: `What is said besides: a JSON object of at most ${limits.logMetadataBytes} bytes.`,
  })
  metadata?: unknown;
}

@InputType({ description: "What a worker logs." })
export class AppendRequestLogsInput extends LeasedRequestInput {
  @Field(() => [ResearchLogEntryInput], {
    description: `The entries: 1 to ${limits.logEntries}. A request takes ${limits.logEntriesOfRequest} in all.`,
  })
  entries!: ResearchLogEntryInput[];
}

@InputType({ description: "Something that the results say." })
export class ResearchFindingInput {
  @Field(() => String, { description: `What is said; at most ${limits.finding} characters.` })
  text!: string;

  @Field(() => [ID], { description: `Ids of the items that it rests on: 1 to ${limits.citations}.` })
  citations!: string[];
}

@InputType({ description: "What has come of a request, besides the items that were added." })
export class ResearchResultsInput {
  @Field(() => String, {
    description: `What was found, in short; at most ${limits.executiveSummary} characters.`,
  })
  executiveSummary!: string;

  @Field(() => [ResearchFindingInput], {
    nullable: true,
    description: `What matters most: at most ${limits.findings}; none where not given.`,
  })
  keyFindings?: ResearchFindingInput[] | null;

  @Field(() => String, {
    nullable: true,
    description: "Who wrote summary and findings: `deterministic-v1`, or the name of a model.",
  })
  writtenBy?: string | null;

  @Field(() => Int, { description: "Addresses that were found." })
  urlsDiscovered!: number;

  @Field(() => Int, { description: "Of these what could be read, whether it was kept or not." })
  contentExtracted!: number;

  @Field(() => Int, { description: "Requests that the work took." })
  apiCalls!: number;

  @Field(() => [Json], {
    nullable: true,
    description: `What the worker has put into a shape of its own: at most ${limits.structuredOutputs} values, and ${limits.structuredOutputsBytes} bytes as JSON.`,
  })
  structuredOutputs?: unknown[] | null;
}

@InputType({ description: "That a worker is done." })
export class CompleteRequestInput extends LeasedRequestInput {
  @Field(() => ResearchResultsInput, { description: "What has come of it." })
  results!: ResearchResultsInput;
}

@InputType({ description: "That an attempt has failed." })
export class FailRequestInput extends LeasedRequestInput {
  @Field(() => String, { description: `What was wrong; at most ${limits.message} characters.` })
  error!: string;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: true,
    description: "Whether another attempt may go better.",
  })
  retryable?: boolean | null;

  @Field(() => Int, {
    nullable: true,
    description: `It is not tried again before so many seconds are over: 0 to ${limits.retryAfterSeconds}.`,
  })
  retryAfterSeconds?: number | null;
}

@InputType({ description: "That a worker gives a request back." })
export class ReleaseRequestInput extends LeasedRequestInput {
  @Field(() => String, { nullable: true, description: `Why; at most ${limits.message} characters.` })
  reason?: string | null;
}
