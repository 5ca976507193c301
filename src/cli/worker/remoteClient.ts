/** A ledger elsewhere, as a worker speaks to it: GraphQL over HTTP. */
import { inTime } from "../../adapters/inTime.js";
import {
  ForbiddenError,
  InvalidTransitionError,
  NotFoundError,
  RateLimitedError,
  UnavailableError,
  ValidationError,
  WorkLeaseLostError,
  invalid,
  present,
} from "../../domain/kernel/index.js";
import { RequestConfig, ResultItem, jsonObject, limits } from "../../domain/research/index.js";
import type { Assignment, WorkerClient } from "../../worker/index.js";
import {
  WorkerAddedItemsDocument,
  WorkerClaimDocument,
  WorkerCompleteDocument,
  WorkerFailDocument,
  WorkerHeartbeatDocument,
  WorkerItemsDocument,
  WorkerLogsDocument,
  WorkerQueuedDocument,
  WorkerReleaseDocument,
  WorkerStartDocument,
} from "../generated/operations.js";
import type { RefusalFragment, WorkerClaimMutation } from "../generated/operations.js";
import { AnswerError } from "../graphqlClient.js";
import type { GraphQLClient } from "../graphqlClient.js";

/** What a request may take beside what it waits on purpose. */
const patienceMilliseconds = 10_000;

interface Leased {
  readonly leaseToken: number;
}

/** `actor`: who works, where the server asks for no token. */
export function createRemoteClient({
  client,
  actor,
}: {
  readonly client: GraphQLClient;
  readonly actor: string;
}): WorkerClient {
  const send = async <Data, Variables>(
    document: Parameters<typeof client.run<Data, Variables>>[0],
    variables: Variables,
    { waitSeconds = 0, signal }: { readonly waitSeconds?: number | undefined; readonly signal?: AbortSignal } = {},
  ): Promise<Data> => {
    const milliseconds = patienceMilliseconds + waitSeconds * 1_000;
    try {
      return await inTime({ milliseconds, signal }, (either) => client.run(document, variables, actor, either));
    } catch (error) {
      signal?.throwIfAborted();
      throw toRefusalOfAnswer(error);
    }
  };
  /** Throws the first error of the payload. */
  const checked = (errors: readonly RefusalFragment[], requestId: string, { leaseToken }: Leased) => {
    const [first] = errors;
    if (first !== undefined) throw toRefusal(first, requestId, leaseToken);
  };

  return {
    async claim({ requestIds, types, ...input }, { key, signal }) {
      const more = present({ requestIds: requestIds && [...requestIds], types: types && [...types] });
      const variables = { input: { ...input, ...more, idempotencyKey: key } };
      const { claimRequests } = await send(WorkerClaimDocument, variables, { waitSeconds: input.waitSeconds, signal });
      checked(claimRequests.errors, "requests", { leaseToken: 0 });
      return claimRequests.claimed.map(toAssignment);
    },
    async isQueued(requestId) {
      const { request } = await send(WorkerQueuedDocument, { requestId });
      return request?.queuedAt != null;
    },
    async start(requestId, input) {
      const { startRequest } = await send(WorkerStartDocument, { input: { requestId, ...input } });
      checked(startRequest.errors, requestId, input);
    },
    async heartbeat(requestId, input) {
      const { heartbeatRequest } = await send(WorkerHeartbeatDocument, { input: { requestId, ...input } });
      const { errors, leaseUntil, cancelRequested } = heartbeatRequest;
      checked(errors, requestId, input);
      if (leaseUntil == null) throw new UnavailableError("the server did not say until when the lease is");
      return { leaseUntil, cancelRequested };
    },
    async addItems(requestId, { items, ...input }) {
      const variables = { input: { requestId, ...input, items: items.map((item) => ({ ...item })) } };
      const { addRequestItems } = await send(WorkerItemsDocument, variables);
      checked(addRequestItems.errors, requestId, input);
    },
    async appendLogs(requestId, { entries, ...input }) {
      const variables = { input: { requestId, ...input, entries: entries.map((entry) => ({ ...entry })) } };
      const { appendRequestLogs } = await send(WorkerLogsDocument, variables);
      checked(appendRequestLogs.errors, requestId, input);
    },
    async complete(requestId, input) {
      const { completeRequest } = await send(WorkerCompleteDocument, { input: { requestId, ...input } });
      checked(completeRequest.errors, requestId, input);
    },
    async fail(requestId, input) {
      const { failRequest } = await send(WorkerFailDocument, { input: { requestId, ...input } });
      checked(failRequest.errors, requestId, input);
    },
    async release(requestId, input) {
      const { releaseRequest } = await send(WorkerReleaseDocument, { input: { requestId, ...input } });
      checked(releaseRequest.errors, requestId, input);
    },
    async readItems({ requestId, parts }) {
      const items: ResultItem[] = [];
      // One after the other: no answer is larger than one part.
      for (const part of parts) {
        const { addedItems } = await send(WorkerAddedItemsDocument, { requestId, part });
        if (addedItems == null) throw new UnavailableError(`part ${part} of ${requestId} is not there`);
        items.push(...addedItems.map((item) => ResultItem.parse(withoutNulls(item))));
      }
      // What comes again takes the place of what was before.
      return [...new Map(items.map((item) => [item.itemId, item])).values()];
    },
  };
}

type ClaimedRequest = WorkerClaimMutation["claimRequests"]["claimed"][number];

function toAssignment({ request, parts, checkpoint, ...leased }: ClaimedRequest): Assignment {
  const { requestId, projectId, requestType, config } = request;
  return {
    ...leased,
    ...{ requestId, projectId, requestType },
    config: RequestConfig.parse(config),
    checkpoint: jsonObject(limits.checkpointBytes)
      .optional()
      .parse(checkpoint ?? undefined),
    parts: parts.map(({ part }) => part),
  };
}

function withoutNulls(item: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null));
}

/** What a payload says, as the error that it was within the server. */
function toRefusal({ code, message, path }: RefusalFragment, requestId: string, leaseToken: number): Error {
  switch (code) {
    case "LEASE_LOST":
      return new WorkLeaseLostError(requestId, leaseToken);
    case "UNAVAILABLE":
    case "VERSION_CONFLICT":
      return new UnavailableError(message);
    case "RATE_LIMITED":
      return new RateLimitedError(1);
    case "FORBIDDEN":
      return new ForbiddenError(message);
    case "NOT_FOUND":
      return new NotFoundError("ResearchRequest", requestId);
    case "INVALID_TRANSITION":
      return new InvalidTransitionError("", "", [], message);
    case "VALIDATION":
    case "IDEMPOTENCY_KEY_REUSED":
      return invalid(path, message);
  }
}

/** What became of a request that has no payload. Whoever may not ask now may not ask later; all else may pass. */
function toRefusalOfAnswer(error: unknown): Error {
  const said = error instanceof Error ? error.message : String(error);
  if (!(error instanceof AnswerError)) {
    return new UnavailableError(`the server cannot be reached: ${said}`, [], { cause: error });
  }
  const { status, code, retryAfter } = error;
  if (status === 401 || status === 403 || code === "FORBIDDEN" || code === "UNAUTHENTICATED") {
    return new ForbiddenError(said, [], { cause: error });
  }
  if (status === 429 || code === "RATE_LIMITED") return new RateLimitedError(retryAfter ?? 1);
  if (status === 400 || status === 413) {
    return new ValidationError([{ path: ["request"], message: said }], { cause: error });
  }
  return new UnavailableError(`the server does not take it: ${said}`, [], { cause: error });
}
