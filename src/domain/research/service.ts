/** The research context as callers use it: what people ask of requests, and the protocol of workers. */
import type { JsonObject } from "../kernel/json.js";
import type { StreamPosition } from "../kernel/eventStore.js";
import type { Request } from "../kernel/request.js";
import type { Instant } from "../kernel/time.js";
import type { InputOf } from "./commands.js";
import type { ItemsPart, ResearchProject, ResearchRequest, ResearchRun } from "./state.js";

export interface RequestOutcome {
  readonly requestId: string;
  /** Absent where the command repeats an earlier one under its key: read it then. */
  readonly researchRequest?: ResearchRequest | undefined;
  readonly run?: ResearchRun | undefined;
  readonly position: StreamPosition;
}

/** A request that a worker has now. */
export interface Claimed {
  readonly request: ResearchRequest;
  readonly leaseToken: number;
  readonly leaseUntil: Instant;
  readonly leaseSeconds: number;
  /** 1 for the first. */
  readonly attempt: number;
  /** What an earlier attempt has left, for who starts with `resume`. */
  readonly checkpoint?: JsonObject | undefined;
  readonly parts: readonly ItemsPart[];
}

export interface Beat {
  readonly requestId: string;
  readonly leaseUntil: Instant;
  /** Somebody wants it to end: the worker should stop, and release it. */
  readonly cancelRequested: boolean;
  readonly run?: ResearchRun | undefined;
  readonly position: StreamPosition;
}

/**
 * Every function throws a DomainError where the input is refused, and then nothing was written. Those of workers take the token of
 * the claim; @throws WorkLeaseLostError where it is not good (any more), or is another caller's. The same said again under one token has no
 * second effect.
 */
export interface ResearchService {
  /** `existing`: another request of this key is not over; it is returned in the place of a new one. */
  submit(input: InputOf<"submit">, request: Request): Promise<RequestOutcome & { readonly existing: boolean }>;
  /** At once where no worker is at it; else the worker is told, and it ends with its lease at the latest. */
  cancel(requestId: string, input: InputOf<"cancel">, request: Request): Promise<RequestOutcome>;
  /** Of one that is FAILED or CANCELLED. */
  retry(requestId: string, input: InputOf<"retry">, request: Request): Promise<RequestOutcome>;
  /** Of one that waits. */
  prioritise(requestId: string, input: InputOf<"prioritise">, request: Request): Promise<RequestOutcome>;
  /**
   * Those that are with workers already are counted, 200 of them at most. The limit is exact for what is claimed from then on by this
   * server; another one may not know for up to five seconds that there is one, and its claims of that time are not counted.
   */
  setLimit(
    projectId: string,
    input: InputOf<"setLimit">,
    request: Request,
  ): Promise<{ readonly project: ResearchProject; readonly position: StreamPosition }>;

  /**
   * Up to `max`, best rank first, in one transaction: one request to find them and one to claim them; more where many in front cannot
   * be had, as those of projects at their limits, up to 20,000 of the index. Waits where there is none, and looks again whenever some
   * come and ever less often by itself, up to 8 seconds apart; ends with none when `signal` aborts. Under an idempotency key a repeat returns those of the first call that are still leased to
   * the caller under the first call's tokens. `queuedSeconds`: only those that nobody has claimed for so long; nothing tells of
   * these, so that waiting for them only looks now and then.
   */
  claim(
    input: InputOf<"claim">,
    request: Request,
    options?: { readonly signal?: AbortSignal | undefined; readonly queuedSeconds?: number | undefined },
  ): Promise<readonly Claimed[]>;
  start(requestId: string, input: InputOf<"start">, request: Request): Promise<RequestOutcome>;
  /** One request; none is written where it says nothing new and more than half of the lease is left. */
  heartbeat(requestId: string, input: InputOf<"heartbeat">, request: Request): Promise<Beat>;
  /** To the object store, then one request. */
  addItems(requestId: string, input: InputOf<"addItems">, request: Request): Promise<RequestOutcome>;
  /** The same entries under one token are appended once. */
  appendLogs(requestId: string, input: InputOf<"appendLogs">, request: Request): Promise<RequestOutcome>;
  /** Makes the report of all items that were added, then one request. */
  complete(requestId: string, input: InputOf<"complete">, request: Request): Promise<RequestOutcome>;
  fail(requestId: string, input: InputOf<"fail">, request: Request): Promise<RequestOutcome>;
  /** Gives it back to be claimed by others at once; the attempt does not count. Ends it where its cancellation is asked for. */
  release(requestId: string, input: InputOf<"release">, request: Request): Promise<RequestOutcome>;
}

/** What policies have done: each is safe to be asked for twice. `again`: when it must be asked again. */
export interface ResearchWorkflow {
  /** Lets workers claim a request whose time has come. */
  queue(requestId: string, request: Request): Promise<{ readonly again?: Instant }>;
  /** Takes a request back whose lease has ended. */
  expireLease(requestId: string, leaseToken: number, request: Request): Promise<{ readonly again?: Instant }>;
  /** Ends a request whose deadline has passed. */
  enforceDeadline(requestId: string, request: Request): Promise<{ readonly again?: Instant }>;
  /** Sends a message about a request of strategy SQS that can be claimed, and records that; again soon where the queue fails. */
  dispatch(requestId: string, request: Request, signal: AbortSignal): Promise<{ readonly again?: Instant }>;
  /**
   * Sends messages anew that nobody has followed for long: a queue may lose them. Of a queue within this process those of the process
   * before are lost: the first call sends them all. Nothing while many messages wait, and where nobody reads the queue.
   */
  redispatch(signal: AbortSignal): Promise<{ readonly sent: number }>;
}
