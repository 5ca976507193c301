/** The protocol of workers: input, service, answer. No rules here. */
import type { Json, JsonObject } from "../../domain/kernel/json.js";
import { Arg, Authorized, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import { limits, requestStream } from "../../domain/research/index.js";
import type { InputOf } from "../../domain/research/index.js";
import * as payloads from "../../schema/research/request.payload.js";
import { ResearchRequest } from "../../schema/research/request.type.js";
import * as inputs from "../../schema/research/worker.input.js";
import type { GraphQLContext } from "../context.js";
import { answer, given, keep, toRequest } from "../mutations.js";
import { requireRequestId } from "./ids.js";
import { loadRequestView } from "./request.resolver.js";
import { onRequest } from "./requestMutations.resolver.js";
import { toClaimedView } from "./views.js";
import type { ResearchRequestView } from "./views.js";

@Resolver()
export class ResearchWorkerMutations {
  @Authorized("WORKER")
  @Mutation(() => payloads.ClaimRequestsPayload, {
    complexity: ({ args, childComplexity }: { args: { input?: { max?: number | null } }; childComplexity: number }) =>
      10 + Math.min(args.input?.max ?? 1, limits.claim) * Math.max(1, childComplexity),
    description:
      "Makes requests the worker's own, for some time: those of the best rank first, several in one transaction. Waits for some where there are none, if so asked.",
  })
  async claimRequests(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.ClaimRequestsInput, { description: "What it would execute." })
    input: inputs.ClaimRequestsInput,
  ): Promise<object> {
    return answer<payloads.ClaimRequestsPayload>(context, { claimed: [] }, async () => {
      const { workerId, strategy, types, requestIds, max, leaseSeconds, waitSeconds } = input;
      const ids = requestIds?.map((text, index) => requireRequestId(text, ["requestIds", String(index)]));
      const wanted = { workerId, ...given({ strategy, types, requestIds: ids, max, leaseSeconds, waitSeconds }) };
      const options = { signal: context.signal };
      const claimed = await context.research.claim(wanted, toRequest(context, input), options);
      for (const { request } of claimed) {
        keep(context.loaders.researchRequest, { id: request.requestId, row: request });
      }
      const last = claimed.at(-1);
      // The token is the version of the event that says so.
      const at = last && { streamId: requestStream(last.request.requestId), version: last.leaseToken };
      return { claimed: claimed.map(toClaimedView), at };
    });
  }

  @Authorized("WORKER")
  @Mutation(() => payloads.StartRequestPayload, { description: "Says that the worker starts. Extends its lease." })
  async startRequest(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.StartRequestInput, { description: "The request." }) input: inputs.StartRequestInput,
  ): Promise<object> {
    const { leaseToken, resume } = input;
    return onRequest(context, input, (requestId, request) =>
      context.research.start(requestId, { leaseToken, ...given({ resume }) }, request),
    );
  }

  @Authorized("WORKER")
  @Mutation(() => payloads.HeartbeatRequestPayload, {
    description:
      "Says that the worker is still at it, and how far it is; extends its lease. Tells whether somebody wants it to end.",
  })
  async heartbeatRequest(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.HeartbeatRequestInput, { description: "How far it is." })
    input: inputs.HeartbeatRequestInput,
  ): Promise<object> {
    return answer<payloads.HeartbeatRequestPayload>(context, { cancelRequested: false }, async () => {
      const requestId = requireRequestId(input.requestId, "requestId");
      const beat = await context.research.heartbeat(requestId, toHeartbeat(input), toRequest(context, input));
      const { leaseUntil, cancelRequested, run, position } = beat;
      keep(context.loaders.researchRun, { id: requestId, row: run });
      return { requestId, leaseUntil, cancelRequested, at: position };
    });
  }

  @Authorized("WORKER")
  @Mutation(() => payloads.AddRequestItemsPayload, {
    description: "Adds a part of what was found to the request. The same part once more changes nothing.",
  })
  async addRequestItems(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.AddRequestItemsInput, { description: "The part." }) input: inputs.AddRequestItemsInput,
  ): Promise<object> {
    const { leaseToken, part, items } = input;
    return onRequest(context, input, (requestId, request) =>
      context.research.addItems(requestId, { leaseToken, part, items: items.map((item) => given(item)) }, request),
    );
  }

  @Authorized("WORKER")
  @Mutation(() => payloads.AppendRequestLogsPayload, {
    description: "Appends to the request's logs. The same entries under one token are appended once.",
  })
  async appendRequestLogs(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.AppendRequestLogsInput, { description: "The entries." })
    input: inputs.AppendRequestLogsInput,
  ): Promise<object> {
    const { leaseToken, entries } = input;
    return onRequest(context, input, (requestId, request) =>
      context.research.appendLogs(requestId, { leaseToken, entries: entries.map(toLogEntry) }, request),
    );
  }

  @Authorized("WORKER")
  @Mutation(() => payloads.CompleteRequestPayload, {
    description:
      "Ends the request with its results. The same said again has no second effect; other results are refused.",
  })
  async completeRequest(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.CompleteRequestInput, { description: "The results." })
    input: inputs.CompleteRequestInput,
  ): Promise<object> {
    return onRequest(context, input, (requestId, request) =>
      context.research.complete(requestId, toCompletion(input), request),
    );
  }

  @Authorized("WORKER")
  @Mutation(() => payloads.FailRequestPayload, {
    description: "Ends the attempt. The request is tried again after a while where that may help, and it may be.",
  })
  async failRequest(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.FailRequestInput, { description: "What was wrong." }) input: inputs.FailRequestInput,
  ): Promise<object> {
    const { leaseToken, error, retryable, retryAfterSeconds } = input;
    return onRequest(context, input, (requestId, request) =>
      context.research.fail(requestId, { leaseToken, error, ...given({ retryable, retryAfterSeconds }) }, request),
    );
  }

  @Authorized("WORKER")
  @Mutation(() => payloads.ReleaseRequestPayload, {
    description:
      "Gives the request back: others may claim it at once, and the attempt does not count. Ends it where somebody wants that.",
  })
  async releaseRequest(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.ReleaseRequestInput, { description: "Which, and why." })
    input: inputs.ReleaseRequestInput,
  ): Promise<object> {
    const { leaseToken, reason } = input;
    return onRequest(context, input, (requestId, request) =>
      context.research.release(requestId, { leaseToken, ...given({ reason }) }, request),
    );
  }
}

// What follows is not yet checked. Where the scalar JSON comes in, the domain asks for an object; it lets nothing in but JSON.

function toHeartbeat({ leaseToken, leaseSeconds, progress, checkpoint }: inputs.HeartbeatRequestInput) {
  return {
    leaseToken,
    ...given({ leaseSeconds, checkpoint: checkpoint as JsonObject | null | undefined }),
    ...(progress == null ? {} : { progress: given(progress) }),
  };
}

function toLogEntry({ metadata, ...entry }: inputs.ResearchLogEntryInput) {
  return { ...given(entry), ...given({ metadata: metadata as JsonObject | null | undefined }) };
}

function toCompletion({ leaseToken, results }: inputs.CompleteRequestInput): InputOf<"complete"> {
  const { keyFindings, structuredOutputs, ...rest } = results;
  return {
    leaseToken,
    results: {
      ...given(rest),
      ...given({
        keyFindings: keyFindings?.map((finding) => ({ ...finding })),
        structuredOutputs: structuredOutputs as Json[] | null | undefined,
      }),
    },
  };
}

@Resolver(() => payloads.ClaimedRequest)
export class ClaimedRequestFields {
  @FieldResolver(() => ResearchRequest, { description: "The request." })
  async request(
    @Ctx() context: GraphQLContext,
    @Root() { requestId }: payloads.ClaimedRequest,
  ): Promise<ResearchRequestView> {
    const request = await loadRequestView(context, requestId);
    if (request === undefined) throw new Error(`request ${requestId} was claimed and cannot be read`);
    return request;
  }
}
