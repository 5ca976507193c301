/** What the mutations of research requests answer. */
import { Field, InterfaceType, Int, ObjectType } from "type-graphql";
import { MutationPayload, createPayloadType } from "../mutation.js";
import { DateTime, Json } from "../scalars.js";
import { ResearchLimit } from "./queue.type.js";

@InterfaceType({
  implements: MutationPayload,
  description: "What every mutation of one research request answers.",
  autoRegisterImplementations: true,
})
export abstract class ResearchRequestPayload extends MutationPayload {
  /** Not in the schema: what the edge to the request is resolved by. */
  requestId?: string | undefined;
}

@ObjectType({ implements: ResearchRequestPayload, description: "The outcome of submitting a request." })
export class SubmitRequestPayload extends ResearchRequestPayload {
  @Field(() => Boolean, {
    description: "Whether it is an earlier one of the same `dedupeKey` that is not over yet: nothing was submitted.",
  })
  existing!: boolean;
}

export const CancelRequestPayload = createPayloadType(
  ResearchRequestPayload,
  "CancelRequestPayload",
  "cancelling a request: where a worker is at it, it is told with its next heartbeat",
);
export const RetryRequestPayload = createPayloadType(
  ResearchRequestPayload,
  "RetryRequestPayload",
  "having a request done once more",
);
export const PrioritiseRequestPayload = createPayloadType(
  ResearchRequestPayload,
  "PrioritiseRequestPayload",
  "giving a request another priority",
);
export const StartRequestPayload = createPayloadType(
  ResearchRequestPayload,
  "StartRequestPayload",
  "starting a request",
);
export const AddRequestItemsPayload = createPayloadType(
  ResearchRequestPayload,
  "AddRequestItemsPayload",
  "adding what was found",
);
export const AppendRequestLogsPayload = createPayloadType(
  ResearchRequestPayload,
  "AppendRequestLogsPayload",
  "appending to a request's logs",
);
export const CompleteRequestPayload = createPayloadType(
  ResearchRequestPayload,
  "CompleteRequestPayload",
  "completing a request",
);
export const FailRequestPayload = createPayloadType(
  ResearchRequestPayload,
  "FailRequestPayload",
  "failing an attempt: the request is tried again, or has failed",
);
export const ReleaseRequestPayload = createPayloadType(
  ResearchRequestPayload,
  "ReleaseRequestPayload",
  "giving a request back",
);

@ObjectType({ implements: ResearchRequestPayload, description: "The outcome of a heartbeat." })
export class HeartbeatRequestPayload extends ResearchRequestPayload {
  @Field(() => DateTime, {
    nullable: true,
    description: "Until when the request is the worker's; null where there are errors.",
  })
  leaseUntil?: string | undefined;

  @Field(() => Boolean, {
    description: "Whether somebody wants the request to end: the worker should stop, and release it.",
  })
  cancelRequested!: boolean;
}

@ObjectType({ description: "A part of the items that an earlier attempt has added." })
export class ClaimedPart {
  @Field(() => Int, { description: "Its number." })
  part!: number;

  @Field(() => Int, { description: "How many items it has." })
  items!: number;
}

@ObjectType({ description: "A request that is the worker's now." })
export class ClaimedRequest {
  /** Not in the schema: what the edge to the request is resolved by. */
  requestId!: string;

  @Field(() => Int, {
    description: "What the worker says with all that it does: who holds an older one is told apart.",
  })
  leaseToken!: number;

  @Field(() => DateTime, { description: "Until when it is the worker's, unless it is heard of before." })
  leaseUntil!: string;

  @Field(() => Int, { description: "How many seconds that is." })
  leaseSeconds!: number;

  @Field(() => Int, { description: "Which attempt it is: 1 for the first." })
  attempt!: number;

  @Field(() => Json, {
    nullable: true,
    description: "What an earlier attempt has left for who starts with `resume`; null where it has left nothing.",
  })
  checkpoint?: unknown;

  @Field(() => [ClaimedPart], {
    description: "Parts that earlier attempts have added; kept with `resume`. `addedItems` has their items.",
  })
  parts!: ClaimedPart[];
}

@ObjectType({ implements: MutationPayload, description: "The outcome of claiming requests." })
export class ClaimRequestsPayload extends MutationPayload {
  @Field(() => [ClaimedRequest], {
    description: "The requests that are the worker's now, most urgent first; empty where there was none.",
  })
  claimed!: ClaimedRequest[];
}

@ObjectType({ implements: MutationPayload, description: "The outcome of setting a project's limit." })
export class SetResearchLimitPayload extends MutationPayload {
  @Field(() => ResearchLimit, { nullable: true, description: "The limit; null where there are errors." })
  limit?: ResearchLimit | undefined;
}
