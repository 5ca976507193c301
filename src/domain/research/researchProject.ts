/** The rules of a project: how many of its requests may be with workers at a time. */
import type { DecisionContext, Decider } from "../kernel/decider.js";
import type { Recorded } from "../kernel/event.js";
import { present } from "../kernel/present.js";
import { parseStreamName } from "../kernel/streamName.js";
import type { ResearchCommandOf, ResearchProjectCommand } from "./commands.js";
import type { ResearchProjectEvent } from "./events.js";
import { NoLaneError } from "./refusals.js";
import { requireVisibleResearchProject } from "./scope.js";
import type { ResearchProject, ResearchStateOf } from "./state.js";

type State = ResearchStateOf<"project">;
type Decision = readonly ResearchProjectEvent[];

const nothing: Decision = [];

/** Of a project that has set nothing. */
export function defaultResearchProject(projectId: string): ResearchProject {
  return { projectId, lanes: [], version: 0, hash: "" };
}

function decide(command: ResearchProjectCommand, state: State, { streamId, scope = "all" }: DecisionContext): Decision {
  const projectId = parseStreamName(streamId).id;
  requireVisibleResearchProject(projectId, "projectId", scope);
  const project = state.project ?? defaultResearchProject(projectId);
  switch (command.type) {
    case "SetLimit":
      return setLimit(command, project);
    case "TakeLane":
      return takeLane(command, project);
  }
}

/** Where there was a limit, those with workers are counted already. */
function setLimit(
  { maxRunning, running = [] }: ResearchCommandOf<"SetLimit">,
  { maxRunning: before }: ResearchProject,
): Decision {
  if (maxRunning === before) return nothing;
  const known = new Map(running.map(({ requestId, leaseToken }) => [requestId, leaseToken]));
  const counted = [...known].map(([requestId, leaseToken]) => ({ requestId, leaseToken }));
  const lanes = before === undefined && counted.length > 0 ? counted : undefined;
  return [{ type: "ResearchLimitSet", data: present({ maxRunning, lanes }) }];
}

/**
 * What somebody has seen to be gone may have been claimed anew since: whoever names some says at which version of the project they
 * looked, too (the expected version), or a limit could be passed.
 */
function takeLane(
  { requestId, leaseToken, gone }: ResearchCommandOf<"TakeLane">,
  { projectId, maxRunning, lanes }: ResearchProject,
): Decision {
  if (maxRunning === undefined) return nothing;
  if (lanes.some((lane) => lane.requestId === requestId && lane.leaseToken === leaseToken)) return nothing;
  // Its own earlier lease has ended, or it could not be claimed.
  const cleared = lanes.filter((lane) => lane.requestId !== requestId && gone.includes(lane.requestId));
  const taken = lanesOfOthers(lanes, { requestId, gone });
  if (taken.length >= maxRunning) throw new NoLaneError(projectId, maxRunning);
  const data = { requestId, leaseToken, gone: cleared.map((lane) => lane.requestId) };
  return [{ type: "ResearchLaneTaken", data }];
}

/** Those that stay when a request takes its lane. */
function lanesOfOthers(
  lanes: ResearchProject["lanes"],
  { requestId, gone }: { readonly requestId: string; readonly gone: readonly string[] },
): ResearchProject["lanes"] {
  return lanes.filter((lane) => lane.requestId !== requestId && !gone.includes(lane.requestId));
}

function evolve(state: State, recorded: Recorded<ResearchProjectEvent>): State {
  const { version, hash } = recorded;
  const before = state.project ?? defaultResearchProject(parseStreamName(recorded.streamId).id);
  return { kind: "project", project: { ...changed(before, recorded), version, hash } };
}

function changed(project: ResearchProject, { type, data }: ResearchProjectEvent): ResearchProject {
  switch (type) {
    case "ResearchLimitSet": {
      const { maxRunning } = data;
      // Without a limit nobody is counted, so that who was would be a wrong beginning for the next limit.
      const lanes = maxRunning === undefined ? [] : (data.lanes ?? project.lanes);
      return present({ ...project, maxRunning, lanes });
    }
    case "ResearchLaneTaken": {
      const { requestId, leaseToken } = data;
      return { ...project, lanes: [...lanesOfOthers(project.lanes, data), { requestId, leaseToken }] };
    }
  }
}

export const researchProjectDecider: Decider<State, ResearchProjectCommand, ResearchProjectEvent> = {
  initialState: { kind: "project" },
  decide,
  requireVisible: (_command, _state, { streamId, scope = "all" }) =>
    requireVisibleResearchProject(parseStreamName(streamId).id, "projectId", scope),
  evolve,
};
