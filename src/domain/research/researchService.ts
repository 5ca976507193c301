/** The research context as callers use it, over the command handler, the views and the object store. */
import { parseOrRefuse } from "../kernel/errors.js";
import { canonicalJson } from "../kernel/hashChain.js";
import type { Request } from "../kernel/request.js";
import { runCommands } from "../kernel/runCommands.js";
import { createClaiming } from "./claiming.js";
import { inputSchemas } from "./commands.js";
import type { RequestCommand } from "./commands.js";
import { createCompleting } from "./completing.js";
import { projectStream, requestStream } from "./keys.js";
import { createLanes } from "./lanes.js";
import { requireLease } from "./leased.js";
import { readProject, readVisible, toOutcome } from "./outcomes.js";
import { findRunning } from "./running.js";
import { requireVisibleResearchProject } from "./scope.js";
import type { Beat, RequestOutcome, ResearchService } from "./service.js";
import type { ResearchServiceDeps } from "./serviceDeps.js";
import type { ResearchProject, ResearchState } from "./state.js";
import { createSubmitting } from "./submitting.js";
import { ProjectId, RequestId } from "./values.js";

export function createResearchService(deps: ResearchServiceDeps): ResearchService {
  const { commands, readModel, digest, random } = deps;
  const lanes = createLanes(deps);
  const claiming = createClaiming({ ...deps, lanes });
  const submitting = createSubmitting(deps);
  const completing = createCompleting(deps);

  /** What has become of the request in this process, for those who claim next. */
  const seen = <Outcome extends RequestOutcome>(outcome: Outcome): Outcome => {
    if (outcome.run !== undefined) claiming.saw(outcome.run);
    return outcome;
  };

  const run = async (given: string, command: RequestCommand, input: object, request: Request) => {
    const requestId = parseOrRefuse(RequestId, given, ["requestId"]);
    const asked = { operation: command.type, input: { requestId, ...input } };
    const step = { streamId: requestStream(requestId), command };
    return seen(toOutcome(await runCommands(commands, [step], asked, request)));
  };

  /** What a worker hears. Where the command repeats an earlier one, as it is now. */
  const toBeat = async (outcome: RequestOutcome, leaseToken: number, request: Request): Promise<Beat> => {
    const { requestId, position } = outcome;
    const { researchRequest: known, run: knownRun } = outcome;
    const live =
      known === undefined || knownRun === undefined
        ? await readVisible(readModel, requestId, request.scope)
        : { request: known, run: knownRun };
    const { until } = requireLease(leaseToken, live, request);
    const cancelRequested = live.request.cancellation !== undefined;
    return { requestId, leaseUntil: until, cancelRequested, run: live.run, position };
  };

  const projectAfter = async (projectId: string, [state]: readonly ResearchState[]): Promise<ResearchProject> => {
    const known = state?.kind === "project" ? state.project : undefined;
    const project = known ?? (await readProject(readModel, projectId));
    lanes.sawProject(project);
    lanes.sawRoom(projectId);
    return project;
  };

  return {
    submit: submitting.submit,
    retry: async (requestId, input, request) => seen(await submitting.retry(requestId, input, request)),

    async cancel(requestId, input, request) {
      const parsed = parseOrRefuse(inputSchemas.cancel, input);
      return run(requestId, { type: "CancelRequest", ...parsed }, parsed, request);
    },

    async prioritise(requestId, input, request) {
      const parsed = parseOrRefuse(inputSchemas.prioritise, input);
      return run(requestId, { type: "PrioritiseRequest", ...parsed }, parsed, request);
    },

    async setLimit(given, input, request) {
      const projectId = parseOrRefuse(ProjectId, given, ["projectId"]);
      requireVisibleResearchProject(projectId, "projectId", request.scope);
      const parsed = parseOrRefuse(inputSchemas.setLimit, input);
      const asked = { operation: "SetLimit", input: { projectId, ...parsed } };
      const running = await findRunning(readModel, projectId, parsed);
      const command = { type: "SetLimit", ...parsed, running } as const;
      const step = { streamId: projectStream(projectId), command };
      const { states, position } = await runCommands(commands, [step], asked, request);
      return { project: await projectAfter(projectId, states), position };
    },

    claim: claiming.claim,

    async start(requestId, input, request) {
      const parsed = parseOrRefuse(inputSchemas.start, input);
      const outcome = await run(requestId, { type: "StartRequest", ...parsed }, parsed, request);
      if (outcome.researchRequest !== undefined) completing.saw(outcome.researchRequest);
      return outcome;
    },

    async heartbeat(requestId, input, request) {
      const parsed = parseOrRefuse(inputSchemas.heartbeat, input);
      return toBeat(
        await run(requestId, { type: "Heartbeat", ...parsed }, parsed, request),
        parsed.leaseToken,
        request,
      );
    },

    addItems: async (requestId, input, request) => seen(await completing.addItems(requestId, input, request)),

    async appendLogs(requestId, input, request) {
      const parsed = parseOrRefuse(inputSchemas.appendLogs, input);
      const { leaseToken, entries } = parsed;
      // A token is a number of one stream only.
      const derived = `logs/${requestId}/${leaseToken}/${digest(canonicalJson(entries), "hex")}`;
      const keyed = { ...request, idempotencyKey: request.idempotencyKey ?? derived };
      return run(requestId, { type: "AppendLogs", ...parsed }, parsed, keyed);
    },

    complete: async (requestId, input, request) => seen(await completing.complete(requestId, input, request)),

    async fail(requestId, input, request) {
      const parsed = parseOrRefuse(inputSchemas.fail, input);
      return run(requestId, { type: "FailRequest", ...parsed, jitter: random() }, parsed, request);
    },

    async release(requestId, input, request) {
      const parsed = parseOrRefuse(inputSchemas.release, input);
      return run(requestId, { type: "ReleaseRequest", ...parsed }, parsed, request);
    },
  };
}
