/** How the queue of research requests is doing, and what projects allow. */
import { Field, Float, Int, ObjectType } from "type-graphql";
import type { RequestStatus, Strategy } from "../../domain/research/index.js";
import { DateTime } from "../scalars.js";
import { ProcessingStrategy, ResearchRequestStatus } from "./enums.js";

@ObjectType({ description: "How many requests are in a status." })
export class ResearchStatusCount {
  @Field(() => ResearchRequestStatus, { description: "The status." })
  status!: RequestStatus;

  @Field(() => Int, { description: "How many." })
  count!: number;
}

@ObjectType({
  description:
    "How long requests had waited when a worker claimed them, each up to 20 % too long, and 24 hours at most; nulls where none was claimed.",
})
export class QueueWait {
  @Field(() => Float, { nullable: true, description: "Half of them waited no longer than so many seconds." })
  p50?: number | undefined;

  @Field(() => Float, { nullable: true, description: "19 of 20 waited no longer than so many seconds." })
  p95?: number | undefined;
}

@ObjectType({ description: "Messages of the queue of strategy SQS; about, and moments old." })
export class QueueDepth {
  @Field(() => Int, { description: "Messages that wait." })
  waiting!: number;

  @Field(() => Int, { description: "Messages that workers have." })
  inFlight!: number;

  @Field(() => Int, {
    nullable: true,
    description: "Messages that were received too often, and are kept aside; null where none are kept.",
  })
  dead?: number | undefined;
}

@ObjectType({
  description:
    "How the requests of one strategy are doing: all of them, or those of your projects together. A moment behind.",
})
export class QueueStats {
  @Field(() => ProcessingStrategy, { description: "The strategy." })
  strategy!: Strategy;

  @Field(() => [ResearchStatusCount], {
    description: "How many requests are in each status; of those that are over, all that there ever were.",
  })
  byStatus!: ResearchStatusCount[];

  @Field(() => DateTime, {
    description: "What follows is about the time since then: the last full hour, and what has passed of this one.",
  })
  since!: string;

  @Field(() => QueueWait, { description: "How long those that were claimed had waited." })
  waitSeconds!: QueueWait;

  @Field(() => Int, { description: "How many were submitted." })
  submitted!: number;

  @Field(() => Int, { description: "How many were claimed; one that was claimed twice counts twice." })
  claimed!: number;

  @Field(() => Int, { description: "How many were completed." })
  completed!: number;

  @Field(() => Int, { description: "How many failed for good." })
  failed!: number;

  @Field(() => Float, { description: "How many were completed in a minute, in the mean." })
  completedPerMinute!: number;
}

@ObjectType({ description: "How many requests of a project may be with workers at a time." })
export class ResearchLimit {
  @Field(() => String, { description: "The project." })
  projectId!: string;

  @Field(() => Int, { nullable: true, description: "How many; null where there is no limit." })
  maxRunning?: number | undefined;

  @Field(() => Int, { description: "Version of the limit: pass it as `expectedVersion`. 0 where none was ever set." })
  version!: number;
}
