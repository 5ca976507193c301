/** What callers are told behind a command on a request, and how requests and projects are read for them. */
import type { CommandOutcome } from "../kernel/commandHandler.js";
import { invalid } from "../kernel/errors.js";
import type { StreamPosition } from "../kernel/eventStore.js";
import { present } from "../kernel/present.js";
import type { Request } from "../kernel/request.js";
import type { Scope } from "../kernel/scope.js";
import { parseStreamName } from "../kernel/streamName.js";
import { liveOf } from "./evolve.js";
import type { ResearchReadModel } from "./readModel.js";
import { requireVisibleRequest } from "./scope.js";
import type { RequestOutcome } from "./service.js";
import type { LiveRequest, ResearchProject, ResearchState } from "./state.js";

/** The first position and state are the request's. */
export function toOutcome({ positions, states }: Pick<CommandOutcome<ResearchState>, "positions" | "states">) {
  const [position] = positions;
  if (position === undefined) throw new Error("a command leads to a position");
  return outcomeAt(position, requestIn(states[0]));
}

export function outcomeAt(position: StreamPosition, live: LiveRequest | undefined): RequestOutcome {
  return {
    requestId: parseStreamName(position.streamId).id,
    position,
    ...present({ researchRequest: live?.request, run: live?.run }),
  };
}

/** The request that a state is of, where it exists. */
export function requestIn(state: ResearchState | undefined): LiveRequest | undefined {
  return state?.kind === "request" ? liveOf(state) : undefined;
}

/** How often two rows that do not belong together are read anew: a writer comes between them for a moment only. */
const readsAtMost = 3;

/** Both rows, strongly consistent and of one moment; undefined where there is no such request. */
export async function readRequest(
  readModel: Pick<ResearchReadModel, "getRequests" | "getRuns">,
  requestId: string,
): Promise<LiveRequest | undefined> {
  for (let reads = 1; ; reads += 1) {
    const [[request], [run]] = await Promise.all([readModel.getRequests([requestId]), readModel.getRuns([requestId])]);
    if (request === undefined || run === undefined) return undefined;
    if (run.requestVersion === request.version || reads >= readsAtMost) return { request, run };
  }
}

/** What a project allows now. */
export async function readProject(
  readModel: Pick<ResearchReadModel, "getProjects">,
  projectId: string,
): Promise<ResearchProject> {
  const [project] = await readModel.getProjects([projectId]);
  if (project === undefined) throw new Error("there is something to say of every project");
  return project;
}

/** @throws NotFoundError where it is not there for the one who asks. */
export async function readVisible(
  readModel: Pick<ResearchReadModel, "getRequests" | "getRuns">,
  requestId: string,
  scope: Scope,
): Promise<LiveRequest> {
  const live = await readRequest(readModel, requestId);
  const request = requireVisibleRequest(live?.request, { requestId, field: "requestId", scope });
  if (live === undefined) throw new Error("a request that is visible is there");
  return { ...live, request };
}

/** Where a command makes the thing, or finds it by itself, no version was seen. */
export function requireNoVersion({ expectedVersion }: Request): void {
  if (expectedVersion !== undefined) throw invalid("expectedVersion", "means nothing here");
}
