/** The rules of a project's settings: how its events are batched, where its summaries go, what is told at once. */
import type { DecisionContext, Decider } from "../kernel/decider.js";
import { invalid } from "../kernel/errors.js";
import type { Proposed, Recorded } from "../kernel/event.js";
import { canonicalJson } from "../kernel/hashChain.js";
import { present } from "../kernel/present.js";
import { parseStreamName } from "../kernel/streamName.js";
import type { ProjectSettingsCommand } from "./commands.js";
import type { ProjectSettingsEvent } from "./events.js";
import { requireVisibleProject } from "./scope.js";
import type { ProjectSettings, ProjectsStateOf } from "./state.js";
import { defaultBatchPolicy, unassigned } from "./values.js";
import type { BatchPolicy } from "./values.js";

type State = ProjectsStateOf<"settings">;

/** Of a project that has set nothing. What is critical is told at once; the rest waits for its batch. */
export function defaultProjectSettings(project: string): ProjectSettings {
  return { project, policy: defaultBatchPolicy, notifications: "CRITICAL", version: 0, hash: "" };
}

function decide(
  { policy, channel, notifications }: ProjectSettingsCommand,
  state: State,
  context: DecisionContext,
): readonly Proposed<ProjectSettingsEvent>[] {
  const project = parseStreamName(context.streamId).id;
  requireVisibleProject(project, "project", context.scope ?? "all");
  if (project === unassigned) throw invalid("project", "has no settings: what is unassigned is not batched");
  const settings = state.settings ?? defaultProjectSettings(project);
  const events: Proposed<ProjectSettingsEvent>[] = [];
  if (policy !== undefined && canonicalJson(policy) !== canonicalJson(settings.policy))
    events.push({ type: "ProjectBatchPolicySet", data: { policy } });
  if (channel !== undefined && (channel ?? undefined) !== settings.channel)
    events.push({ type: "ProjectChannelSet", data: channel === null ? {} : { channel } });
  if (notifications !== undefined && notifications !== settings.notifications)
    events.push({ type: "ProjectNotificationsSet", data: { level: notifications } });
  return events;
}

function evolve(state: State, recorded: Recorded<ProjectSettingsEvent>): State {
  const before = state.settings ?? defaultProjectSettings(parseStreamName(recorded.streamId).id);
  const { version, hash } = recorded;
  return { kind: "settings", settings: { ...changed(before, recorded), version, hash } };
}

function changed(settings: ProjectSettings, recorded: ProjectSettingsEvent): ProjectSettings {
  switch (recorded.type) {
    case "ProjectBatchPolicySet":
      return { ...settings, policy: toPolicy(recorded.data.policy) };
    case "ProjectChannelSet": {
      const { channel: _, ...others } = settings;
      return { ...others, ...present({ channel: recorded.data.channel }) };
    }
    case "ProjectNotificationsSet":
      return { ...settings, notifications: recorded.data.level };
  }
}

/** A recorded policy with its absent members absent. */
export function toPolicy(policy: BatchPolicy): BatchPolicy {
  return present(policy);
}

export const projectSettingsDecider: Decider<State, ProjectSettingsCommand, ProjectSettingsEvent> = {
  initialState: { kind: "settings" },
  decide,
  requireVisible: (_command, _state, { streamId, scope = "all" }) =>
    requireVisibleProject(parseStreamName(streamId).id, "project", scope),
  evolve,
};
