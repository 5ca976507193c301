/** The projects context as callers use it, over the command handler and the views. */
import type { CommandHandler } from "../kernel/commandHandler.js";
import { UnavailableError, invalid, parseOrRefuse } from "../kernel/errors.js";
import { RowTakenError } from "../kernel/eventStore.js";
import type { EventStore, StreamPosition } from "../kernel/eventStore.js";
import type { Digest } from "../kernel/hashChain.js";
import type { ObjectStore } from "../kernel/objectStore.js";
import type { Request } from "../kernel/request.js";
import { runCommands } from "../kernel/runCommands.js";
import { toStreamName } from "../kernel/streamName.js";
import { Uuid } from "../kernel/text.js";
import type { Clock, Ids } from "../kernel/time.js";
import type { Batching } from "./batching.js";
import {
  batchCommandSchemas,
  projectEventCommandSchemas,
  projectRoutingCommandSchemas,
  projectSettingsCommandSchemas,
} from "./commands.js";
import type { ProjectsCommand } from "./commands.js";
import { createEventTimes, laterPlace } from "./eventTime.js";
import {
  batchCategory,
  projectEventCategory,
  projectRoutingCategory,
  projectRoutingId,
  projectSettingsCategory,
} from "./events.js";
import type { AssignmentRule } from "./events.js";
import { createIngest } from "./ingest.js";
import { createIntake } from "./intake.js";
import type { ProjectReadModel } from "./readModel.js";
import { requireVisibleEvent, requireVisibleProject } from "./scope.js";
import type { BatchOutcome, ProjectService } from "./service.js";
import type { SettingsReader } from "./settingsReader.js";
import type { ProjectEvent, ProjectRouting, ProjectSettings, ProjectsState } from "./state.js";
import { BatchId, ProjectName } from "./values.js";

export interface ProjectServiceDeps {
  readonly commands: Pick<CommandHandler<ProjectsState, ProjectsCommand>, "handle">;
  readonly eventStore: Pick<EventStore, "readStream">;
  readonly readModel: Pick<ProjectReadModel, "getProjectEvents" | "getSettings" | "getRouting">;
  readonly settings: SettingsReader;
  readonly batching: Pick<Batching, "flush">;
  readonly objects: Pick<ObjectStore, "put">;
  readonly digest: Digest;
  readonly clock: Clock;
  readonly ids: Ids;
  /** A uuid v5: the same for the same text, always. */
  readonly toId: (name: string) => string;
  /** Told of an error that nobody foresaw, where it costs one item of many and not the call. @default nobody */
  readonly report?: ((error: unknown) => void) | undefined;
}

/** Places of a project that are tried where an event is moved to a time at which it has others. */
const placesAtMost = 12;

export function createProjectService(deps: ProjectServiceDeps): ProjectService {
  const { commands, eventStore, readModel, settings, batching, ids } = deps;
  const eventTimes = createEventTimes();
  const ingest = createIngest({
    commands,
    readModel,
    report: deps.report,
    intake: createIntake({ ...deps, eventTimes }),
  });

  const run = (
    streamId: string,
    command: ProjectsCommand,
    asked: { readonly operation: string; readonly input: unknown },
    request: Request,
  ) => runCommands(commands, [{ streamId, command }], asked, request);

  const changeBatch = async (
    given: string,
    command: ProjectsCommand,
    asked: { readonly operation: string; readonly input: object },
    request: Request,
  ): Promise<BatchOutcome> => {
    const batchId = parseOrRefuse(BatchId, given, ["batchId"]);
    const { states, position } = await run(
      toStreamName(batchCategory, batchId),
      command,
      { ...asked, input: { batchId, ...asked.input } },
      request,
    );
    const [state] = states;
    const batch = state?.kind === "batch" ? state.batch : undefined;
    return { batchId, position, ...(batch === undefined ? {} : { batch }) };
  };

  const routingStream = toStreamName(projectRoutingCategory, projectRoutingId);

  /** The rules after a command; read where the command repeats an earlier one. */
  const routingAfter = async ([state]: readonly ProjectsState[]): Promise<ProjectRouting> => {
    const known = state?.kind === "routing" ? state.routing : undefined;
    if (known === undefined) return readModel.getRouting();
    settings.sawRouting(known);
    return known;
  };

  const settingsAfter = async (project: string, [state]: readonly ProjectsState[]): Promise<ProjectSettings> => {
    const known = state?.kind === "settings" ? state.settings : undefined;
    if (known !== undefined) {
      settings.sawSettings(known);
      return known;
    }
    const [read] = await readModel.getSettings([project]);
    if (read === undefined) throw new Error("settings are there for every project");
    return read;
  };

  /** The rule that the command at `position` added. */
  const ruleAddedAt = async ({ streamId, version }: StreamPosition): Promise<AssignmentRule | undefined> => {
    for await (const commit of eventStore.readStream(streamId, { fromVersion: version, toVersion: version })) {
      const added = commit.events.find(({ type }) => type === "AssignmentRuleAdded");
      // The codec has decoded it.
      if (added !== undefined) return (added.data as { readonly rule: AssignmentRule }).rule;
    }
    return undefined;
  };

  const reassignTo = async (event: ProjectEvent, project: string, reason: string | undefined, request: Request) => {
    const { projectEventId } = event;
    const asked = { operation: "ReassignProjectEvent", input: { projectEventId, project, reason } };
    for (let tries = 0; ; tries += 1) {
      // Its place is the time of its receipt; where that is taken, one a little later.
      const eventTime = tries === 0 ? event.eventTime : laterPlace(event.eventTime, 2 ** (tries - 1));
      const parsed = parseOrRefuse(projectEventCommandSchemas.ReassignProjectEvent, { project, eventTime, reason });
      try {
        const command = { type: "ReassignProjectEvent", ...parsed } as const;
        return await run(toStreamName(projectEventCategory, projectEventId), command, asked, request);
      } catch (error) {
        if (!(error instanceof RowTakenError)) throw error;
        if (tries >= placesAtMost)
          throw new UnavailableError(`${project} has too many events of that time; try again`, [], { cause: error });
      }
    }
  };

  return {
    ...ingest,

    async reassign(given, { project, reason }, request) {
      const projectEventId = parseOrRefuse(Uuid, given, ["projectEventId"]);
      const [found] = await readModel.getProjectEvents([projectEventId]);
      const event = requireVisibleEvent(found, { projectEventId, field: "projectEventId", scope: request.scope });
      const { states, position } = await reassignTo(event, project, reason, request);
      const [state] = states;
      const projectEvent = state?.kind === "project-event" ? state.projectEvent : undefined;
      return { projectEventId, position, ...(projectEvent === undefined ? {} : { projectEvent }) };
    },

    async setSettings(given, input, request) {
      const project = parseOrRefuse(ProjectName, given, ["project"]);
      requireVisibleProject(project, "project", request.scope);
      const parsed = parseOrRefuse(projectSettingsCommandSchemas.SetProjectSettings, input);
      const { states, position } = await run(
        toStreamName(projectSettingsCategory, project),
        { type: "SetProjectSettings", ...parsed },
        { operation: "SetProjectSettings", input: { project, input } },
        request,
      );
      return { settings: await settingsAfter(project, states), position };
    },

    async addRule(input, request) {
      const parsed = parseOrRefuse(projectRoutingCommandSchemas.AddAssignmentRule, { ...input, ruleId: ids.next() });
      const asked = { operation: "AddAssignmentRule", input };
      const outcome = await run(routingStream, { type: "AddAssignmentRule", ...parsed }, asked, request);
      const rule = outcome.repeated ? await ruleAddedAt(outcome.position) : parsed;
      if (rule === undefined) throw new Error(`no rule was added at version ${outcome.position.version}`);
      return { rule, routing: await routingAfter(outcome.states), position: outcome.position };
    },

    async removeRule(given, request) {
      const ruleId = parseOrRefuse(Uuid, given, ["ruleId"]);
      const asked = { operation: "RemoveAssignmentRule", input: { ruleId } };
      const { states, position } = await run(routingStream, { type: "RemoveAssignmentRule", ruleId }, asked, request);
      return { routing: await routingAfter(states), position };
    },

    async flush(given, request) {
      if (request.expectedVersion !== undefined) throw invalid("expectedVersion", "means nothing here");
      return batching.flush(parseOrRefuse(ProjectName, given, ["project"]), request);
    },

    async regenerateSummary(batchId, input, request) {
      const { reason } = parseOrRefuse(batchCommandSchemas.RequestSummary, input);
      const command = { type: "RequestSummary", ...(reason === undefined ? {} : { reason }) } as const;
      return changeBatch(batchId, command, { operation: "RequestSummary", input: { reason } }, request);
    },

    retryPost: (batchId, request) =>
      changeBatch(batchId, { type: "RetryPost" }, { operation: "RetryPost", input: {} }, request),
  };
}
