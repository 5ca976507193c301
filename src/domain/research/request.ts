/** The rules of one request as people, policies and time meet it; what its worker may do is in `leased.ts`. */
import type { DecisionContext, Decider } from "../kernel/decider.js";
import { invalid } from "../kernel/errors.js";
import { present } from "../kernel/present.js";
import { parseStreamName } from "../kernel/streamName.js";
import { addSeconds } from "../kernel/time.js";
import type { RequestCommand, ResearchCommandOf } from "./commands.js";
import { evolveRequest, liveOf } from "./evolve.js";
import type { RequestEvent } from "./events.js";
import { claim, decideLeased, expireLease } from "./leased.js";
import { requireOwnResearchProject, requireVisibleRequest } from "./scope.js";
import type { LiveRequest, ResearchRequest, ResearchStateOf } from "./state.js";
import { cannotGo } from "./transitions.js";
import { isTerminal } from "./values.js";

type State = ResearchStateOf<"request">;
type Decision = readonly RequestEvent[];

const nothing: Decision = [];

function decide(command: RequestCommand, state: State, context: DecisionContext): Decision {
  if (command.type === "SubmitRequest") return submit(command, state, context);
  const live = requestFor(state, context);
  const { request, run } = live;
  switch (command.type) {
    case "QueueRequest":
      return run.availableAt !== undefined && context.now >= run.availableAt
        ? [{ type: "RequestQueued", data: {} }]
        : nothing;
    case "RecordDispatch":
      return run.queuedAt === undefined
        ? nothing
        : [{ type: "RequestDispatched", data: { messageId: command.messageId } }];
    case "PrioritiseRequest":
      return prioritise(command, request);
    case "ClaimRequest":
      return claim(command, live, context);
    case "ExpireLease":
      return expireLease(command, live, context);
    case "EnforceDeadline":
      return isTerminal(request.status) || context.now < request.deadlineAt ? nothing : [missedDeadline(request)];
    case "CancelRequest":
      return cancel(command, request);
    case "RetryRequest":
      return retry(command, request, context);
    default:
      return decideLeased(command, live, context);
  }
}

function requestFor(state: State, { streamId, scope = "all" }: DecisionContext): LiveRequest {
  const live = liveOf(state);
  const requestId = parseStreamName(streamId).id;
  requireVisibleRequest(live?.request, { requestId, field: "requestId", scope });
  if (live === undefined) throw new Error(`${streamId}: what is visible exists`);
  return live;
}

function submit(
  { type: _, delaySeconds, ...asked }: ResearchCommandOf<"SubmitRequest">,
  { request }: State,
  { now, scope = "all" }: DecisionContext,
): Decision {
  requireOwnResearchProject(asked.projectId, "projectId", scope);
  if (request !== undefined) throw cannotGo("PENDING", request, "it was submitted already");
  if (delaySeconds >= asked.deadlineSeconds)
    throw invalid("delaySeconds", `must be less than the deadline, which is ${asked.deadlineSeconds} s`);
  const deadlineAt = addSeconds(now, asked.deadlineSeconds);
  const availableAt = delaySeconds > 0 ? addSeconds(now, delaySeconds) : undefined;
  return [{ type: "RequestSubmitted", data: present({ ...asked, deadlineAt, availableAt }) }];
}

function prioritise({ priority }: ResearchCommandOf<"PrioritiseRequest">, request: ResearchRequest): Decision {
  if (request.priority === priority) return nothing;
  if (request.status !== "PENDING") throw cannotGo("PENDING", request, "its priority counts only while it waits");
  return [{ type: "RequestPrioritised", data: { from: request.priority, to: priority } }];
}

function missedDeadline({ deadlineAt, status }: ResearchRequest): RequestEvent {
  const error = `The deadline ${deadlineAt} has passed while the request was ${status}`;
  return { type: "RequestFailed", data: { reason: "DEADLINE", error } };
}

/** With a worker at it, the worker is asked: it may complete all the same. */
function cancel({ reason }: ResearchCommandOf<"CancelRequest">, request: ResearchRequest): Decision {
  switch (request.status) {
    case "PENDING":
      return [{ type: "RequestCancelled", data: present({ reason }) }];
    case "PROCESSING":
    case "EXECUTING":
      return request.cancellation === undefined
        ? [{ type: "RequestCancellationRequested", data: present({ reason }) }]
        : nothing;
    case "CANCELLED":
      return nothing;
    case "COMPLETED":
    case "FAILED":
      throw cannotGo("CANCELLED", request, "it is over");
  }
}

function retry(
  { reason }: ResearchCommandOf<"RetryRequest">,
  request: ResearchRequest,
  { now }: DecisionContext,
): Decision {
  if (request.status !== "FAILED" && request.status !== "CANCELLED")
    throw cannotGo("PENDING", request, "only what has failed or was cancelled is done once more");
  const deadlineAt = addSeconds(now, request.deadlineSeconds);
  return [{ type: "RequestRetried", data: present({ reason, deadlineAt }) }];
}

export const requestDecider: Decider<State, RequestCommand, RequestEvent> = {
  initialState: { kind: "request" },
  decide,
  requireVisible: (command, state, context) => {
    if (command.type !== "SubmitRequest") requestFor(state, context);
  },
  evolve: evolveRequest,
};
