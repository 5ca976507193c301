/** The rules of one project event: received once, moved while it waits, in one batch for good. */
import type { DecisionContext, Decider } from "../kernel/decider.js";
import { InvalidTransitionError } from "../kernel/errors.js";
import type { Proposed, Recorded } from "../kernel/event.js";
import { present } from "../kernel/present.js";
import { parseStreamName } from "../kernel/streamName.js";
import type { ProjectEventCommand, ProjectsCommandOf } from "./commands.js";
import type { ProjectEventEvent, ProjectsEventOf } from "./events.js";
import { requireOwnProject, requireVisibleEvent } from "./scope.js";
import type { ProjectEvent, ProjectsStateOf } from "./state.js";

type State = ProjectsStateOf<"project-event">;
type Decision = readonly Proposed<ProjectEventEvent>[];

const nothing: Decision = [];

/** The event does not wait for a batch of the project any more: it is in another batch, or was moved away. */
export class NotPendingError extends InvalidTransitionError {
  constructor(
    readonly projectEventId: string,
    from: string,
    to: string,
    message: string,
  ) {
    super(from, to, [], message, ["projectEventId"]);
  }
}

function decide(command: ProjectEventCommand, state: State, context: DecisionContext): Decision {
  if (command.type === "ReceiveProjectEvent") return receive(command, state, context);
  const projectEvent = eventFor(state, context);
  switch (command.type) {
    case "ReassignProjectEvent":
      return reassign(command, projectEvent, context);
    case "BatchProjectEvent":
      return batch(command, projectEvent);
    case "RecordNotification": {
      const { notifier, channel, messageId } = command;
      return projectEvent.notifiedAt === undefined
        ? [{ type: "ProjectEventNotified", data: present({ notifier, channel, messageId }) }]
        : nothing;
    }
    case "DropNotification":
      return projectEvent.notify && projectEvent.notifiedAt === undefined
        ? [{ type: "ProjectEventNotificationDropped", data: { project: projectEvent.project, reason: command.reason } }]
        : nothing;
  }
}

function eventFor({ projectEvent }: State, { streamId, scope = "all" }: DecisionContext): ProjectEvent {
  return requireVisibleEvent(projectEvent, {
    projectEventId: parseStreamName(streamId).id,
    field: "projectEventId",
    scope,
  });
}

/** A delivery that came before has no second effect. */
function receive(
  { type: _, occurredAt, ...data }: ProjectsCommandOf<"ReceiveProjectEvent">,
  { projectEvent }: State,
  { now }: DecisionContext,
): Decision {
  if (projectEvent !== undefined) return nothing;
  // Nothing is received before it happened: a clock of a source that is ahead counts as ours.
  const happened = occurredAt === undefined || occurredAt > now ? {} : { occurredAt };
  return [{ type: "ProjectEventReceived", data, ...happened }];
}

function reassign(
  { project, eventTime, reason }: ProjectsCommandOf<"ReassignProjectEvent">,
  projectEvent: ProjectEvent,
  { scope = "all" }: DecisionContext,
): Decision {
  requireOwnProject(project, "project", scope);
  if (projectEvent.project === project) return nothing;
  if (projectEvent.batchId !== undefined) {
    const message = `it is in ${projectEvent.batchId}: an event stays in its batch`;
    throw new NotPendingError(projectEvent.projectEventId, projectEvent.project, project, message);
  }
  return [
    { type: "ProjectEventReassigned", data: present({ from: projectEvent.project, to: project, eventTime, reason }) },
  ];
}

function batch(
  { batchId, project }: ProjectsCommandOf<"BatchProjectEvent">,
  { projectEventId, ...projectEvent }: ProjectEvent,
): Decision {
  if (projectEvent.batchId === batchId) return nothing;
  if (projectEvent.batchId !== undefined)
    throw new NotPendingError(
      projectEventId,
      projectEvent.batchId,
      batchId,
      `it is in ${projectEvent.batchId} already`,
    );
  if (projectEvent.project !== project)
    throw new NotPendingError(projectEventId, projectEvent.project, batchId, `it is of ${projectEvent.project} by now`);
  return [{ type: "ProjectEventBatched", data: { batchId, project } }];
}

function evolve(state: State, recorded: Recorded<ProjectEventEvent>): State {
  const { version, hash } = recorded;
  if (recorded.type === "ProjectEventReceived")
    return { kind: "project-event", projectEvent: toProjectEvent(recorded) };
  if (state.projectEvent === undefined) return state;
  return { kind: "project-event", projectEvent: { ...state.projectEvent, ...changeOf(recorded), version, hash } };
}

function toProjectEvent(recorded: Recorded<ProjectsEventOf<"ProjectEventReceived">>): ProjectEvent {
  const { event, ...data } = recorded.data;
  return {
    ...present(event),
    ...present(data),
    projectEventId: parseStreamName(recorded.streamId).id,
    occurredAt: recorded.occurredAt,
    receivedAt: recorded.recordedAt,
    version: recorded.version,
    hash: recorded.hash,
  };
}

function changeOf(
  recorded: Recorded<Exclude<ProjectEventEvent, { readonly type: "ProjectEventReceived" }>>,
): Partial<ProjectEvent> {
  switch (recorded.type) {
    case "ProjectEventReassigned":
      return { project: recorded.data.to, eventTime: recorded.data.eventTime };
    case "ProjectEventBatched":
      return { batchId: recorded.data.batchId, batchedAt: recorded.recordedAt };
    case "ProjectEventNotified":
      return { notifiedAt: recorded.recordedAt };
    case "ProjectEventNotificationDropped":
      return { notify: false, notificationDropped: { at: recorded.recordedAt, reason: recorded.data.reason } };
  }
}

export const projectEventDecider: Decider<State, ProjectEventCommand, ProjectEventEvent> = {
  initialState: { kind: "project-event" },
  decide,
  requireVisible: (command, state, context) => {
    if (command.type !== "ReceiveProjectEvent") eventFor(state, context);
  },
  evolve,
};
