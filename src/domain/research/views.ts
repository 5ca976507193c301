/** The inline projections of this context: which rows of its tables the events of a stream change. */
import type { InlineProjection, ViewChange } from "../kernel/decider.js";
import type { Recorded } from "../kernel/event.js";
import { requestEventSchemas } from "./events.js";
import type { RequestEvent, ResearchEvent } from "./events.js";
import { liveOf } from "./evolve.js";
import { requestLogs } from "./logs.js";
import type {
  RequestLog,
  ResearchProject,
  ResearchRequest,
  ResearchRun,
  ResearchSlot,
  ResearchState,
  ResearchStateOf,
} from "./state.js";
import type { Priority, RequestStatus, Strategy } from "./values.js";

/** The rows of each view. */
export interface ResearchViews {
  /** `market_intelligence_requests`, by request id; it stays as it is with events that say nothing lasting (defect R9). */
  "research-request": ResearchRequest;
  /** By request id. */
  "research-run": ResearchRun;
  /** `request_processing_logs`, by log id. */
  "research-log": RequestLog;
  "research-slot": ResearchSlot;
  "research-project": ResearchProject;
}

export type ResearchView = keyof ResearchViews;
/** A change of one row of one of these views. */
export type ResearchViewChange = { [V in ResearchView]: ViewChange<V, ResearchViews[V]> }[ResearchView];

function changes(
  before: ResearchState,
  events: readonly Recorded<ResearchEvent>[],
  after: ResearchState,
): readonly ResearchViewChange[] {
  switch (after.kind) {
    case "request":
      return requestChanges(before.kind === "request" ? before : { kind: "request" }, events, after);
    case "slot":
      return after.slot === undefined ? [] : [{ view: "research-slot", key: after.slot.slotId, row: after.slot }];
    case "project": {
      const { project } = after;
      return project === undefined ? [] : [{ view: "research-project", key: project.projectId, row: project }];
    }
  }
}

function requestChanges(
  before: ResearchStateOf<"request">,
  events: readonly Recorded<ResearchEvent>[],
  after: ResearchStateOf<"request">,
): readonly ResearchViewChange[] {
  const live = liveOf(after);
  if (live === undefined) return [];
  const { request, run } = live;
  const isChanged = request.version > (before.request?.version ?? 0);
  const logs = requestLogs(before, events.filter(isOfRequest));
  return [
    ...(isChanged ? [{ view: "research-request", key: request.requestId, row: request } as const] : []),
    { view: "research-run", key: run.requestId, row: run },
    ...logs.map((row) => ({ view: "research-log", key: row.logId, row }) as const),
  ];
}

function isOfRequest(event: Recorded<ResearchEvent>): event is Recorded<RequestEvent> {
  return Object.hasOwn(requestEventSchemas, event.type);
}

/** The facets that live filters select by. */
export const researchTag = {
  project: (projectId: string) => `project:${projectId}`,
  user: (userId: string) => `user:${userId}`,
  status: (status: RequestStatus) => `status:${status}`,
  priority: (priority: Priority) => `priority:${priority}`,
  strategy: (strategy: Strategy) => `strategy:${strategy}`,
  type: (requestType: string) => `request-type:${requestType}`,
};

/** Of a request that workers can claim. */
export const claimableTag = "claimable";

function tags(state: ResearchState): readonly string[] {
  switch (state.kind) {
    case "request": {
      const live = liveOf(state);
      return live === undefined
        ? []
        : [...requestTags(live.request), ...(live.run.queuedAt === undefined ? [] : [claimableTag])];
    }
    case "slot":
      return [];
    case "project":
      return state.project === undefined ? [] : [researchTag.project(state.project.projectId)];
  }
}

function requestTags({ projectId, userId, status, priority, strategy, requestType }: ResearchRequest) {
  return [
    researchTag.project(projectId),
    researchTag.user(userId),
    researchTag.status(status),
    researchTag.priority(priority),
    researchTag.strategy(strategy),
    researchTag.type(requestType),
  ];
}

/** What is written beside an event, and what a rebuild writes anew. */
export const researchProjection: InlineProjection<ResearchState, ResearchEvent> = { changes, tags };
