/** Results: items beside the log in parts, and at the end the report of all of them, in the transaction's reach by its hash. */
import { jsonBytes } from "../kernel/json.js";
import { invalid, parseOrRefuse, refuseProblems } from "../kernel/errors.js";
import type { Problem } from "../kernel/errors.js";
import { canonicalJson } from "../kernel/hashChain.js";
import { present } from "../kernel/present.js";
import { createRecent } from "../kernel/recent.js";
import type { Request } from "../kernel/request.js";
import { runCommands } from "../kernel/runCommands.js";
import { toMilliseconds } from "../kernel/time.js";
import { inputSchemas } from "./commands.js";
import type { ParsedInput, ResearchCommandOf } from "./commands.js";
import { requestStream } from "./keys.js";
import { isSameActor, requireLease } from "./leased.js";
import { readVisible, toOutcome } from "./outcomes.js";
import { PartsChangedError } from "./refusals.js";
import { createReports, requireCitedItems, tallyItems } from "./reporting.js";
import { requireVisibleRequest } from "./scope.js";
import type { RequestOutcome, ResearchService } from "./service.js";
import type { ResearchServiceDeps } from "./serviceDeps.js";
import type { Lease, LiveRequest, ResearchRequest } from "./state.js";
import { requireExecuting } from "./transitions.js";
import { RequestId, limits } from "./values.js";
import type { RequestConfig } from "./values.js";

/** How often items may be added while the report is made before it is left to the worker. */
const reportsAtMost = 3;

type Complete = ResearchCommandOf<"CompleteRequest">;

interface Completing extends Pick<ResearchService, "addItems" | "complete"> {
  /** A request that was started in this process. */
  saw(request: ResearchRequest): void;
}

export function createCompleting(
  deps: Pick<ResearchServiceDeps, "commands" | "readModel" | "objects" | "digest" | "clock">,
): Completing {
  const { commands, readModel, digest, clock } = deps;
  const reports = createReports(deps);

  /** Of requests that were started in this process: it never changes, so that most parts need the run only. */
  const configs = createRecent<RequestConfig>(1_000);

  /** The configuration of a request that the caller has started: whoever has lost it writes nothing. What counts is the decision. */
  const configOf = async (requestId: string, leaseToken: number, request: Request): Promise<RequestConfig> => {
    const known = configs.get(requestId);
    if (known !== undefined) {
      const [found] = await readModel.getRuns([requestId]);
      const run = requireVisibleRequest(found, { requestId, field: "requestId", scope: request.scope });
      if (requireLease(leaseToken, { run }, request).startedAt !== undefined) return known;
    }
    const live = await readVisible(readModel, requestId, request.scope);
    requireStarted(live, leaseToken, request);
    return live.request.config;
  };

  /** What the worker said, as a command with the report of all items. */
  const toComplete = async (
    { request, run }: LiveRequest,
    { results, leaseToken }: ParsedInput<"complete">,
    { startedAt = "" }: Lease,
    said: string,
  ): Promise<Complete> => {
    const items = await reports.readParts(run.parts);
    requireCitedItems(results.keyFindings, items);
    const record = {
      ...present(results),
      totalSources: new Set(items.map(({ source }) => source)).size,
      tallies: [...tallyItems(items, request.config.qualityThreshold)],
      durationSeconds: Math.max(0, toMilliseconds(clock.now()) - toMilliseconds(startedAt)) / 1_000,
    };
    const report = await reports.putReport(request, record, items);
    const parts = run.parts.map(({ content }) => content.sha256);
    return { type: "CompleteRequest", leaseToken, digest: said, results: record, report, parts };
  };

  /** The same said again behind the end of a lease: the decision goes by what was said, so no report is made. */
  const toRepeat = (
    { request, run }: LiveRequest,
    { leaseToken }: ParsedInput<"complete">,
    said: string,
  ): Complete | undefined => {
    const { results } = request;
    if (run.ended?.leaseToken !== leaseToken || results === undefined) return undefined;
    const { report, keyFindings, tallies, structuredOutputs, ...rest } = results;
    const kept = {
      ...rest,
      keyFindings: keyFindings.map(({ text, citations }) => ({ text, citations: [...citations] })),
      tallies: [...tallies],
      structuredOutputs: [...structuredOutputs],
    };
    return { type: "CompleteRequest", leaseToken, digest: said, results: kept, report, parts: [] };
  };

  const completeOnce = async (
    requestId: string,
    parsed: ParsedInput<"complete">,
    request: Request,
  ): Promise<RequestOutcome> => {
    const live = await readVisible(readModel, requestId, request.scope);
    const said = digest(canonicalJson(parsed.results), "hex");
    const isOwnEnd = live.run.ended !== undefined && isSameActor(live.run.ended.claimedBy, request.actor);
    const repeat = isOwnEnd ? toRepeat(live, parsed, said) : undefined;
    const command = repeat ?? (await toComplete(live, parsed, requireStarted(live, parsed.leaseToken, request), said));
    const asked = { operation: "CompleteRequest", input: { requestId, ...parsed } };
    const step = { streamId: requestStream(requestId), command };
    return toOutcome(await runCommands(commands, [step], asked, request));
  };

  return {
    saw: ({ requestId, config }) => configs.set(requestId, config),

    async addItems(given, input, request) {
      const requestId = parseOrRefuse(RequestId, given, ["requestId"]);
      const { leaseToken, part, items } = parseOrRefuse(inputSchemas.addItems, input);
      const { sources, qualityThreshold } = await configOf(requestId, leaseToken, request);
      requireSources(items, new Set(sources.map(({ name }) => name)));
      const content = await reports.putPart(requestId, items);
      const tallies = [...tallyItems(items, qualityThreshold)];
      const command: ResearchCommandOf<"AddItems"> = { type: "AddItems", leaseToken, part, content, tallies };
      const asked = { operation: "AddItems", input: { requestId, leaseToken, part, sha256: content.sha256 } };
      const step = { streamId: requestStream(requestId), command };
      return toOutcome(await runCommands(commands, [step], asked, request));
    },

    async complete(given, input, request) {
      const requestId = parseOrRefuse(RequestId, given, ["requestId"]);
      const parsed = parseOrRefuse(inputSchemas.complete, input);
      if (jsonBytes(parsed.results) > limits.resultsBytes)
        throw invalid("results", `must have at most ${limits.resultsBytes} bytes as JSON: add content as items`);
      for (let tries = 1; ; tries += 1) {
        try {
          return await completeOnce(requestId, parsed, request);
        } catch (error) {
          if (!(error instanceof PartsChangedError) || tries >= reportsAtMost) throw error;
        }
      }
    },
  };
}

/** The caller's lease, on which work has been started. */
function requireStarted(live: LiveRequest, leaseToken: number, { actor }: Request): Lease {
  const lease = requireLease(leaseToken, live, { actor });
  requireExecuting(live);
  return lease;
}

/** @throws ValidationError for every item that is from somewhere else. */
function requireSources(items: readonly { readonly source: string }[], known: ReadonlySet<string>): void {
  const problems = items.flatMap(({ source }, index): readonly Problem[] =>
    known.has(source)
      ? []
      : [{ path: ["items", `${index}`, "source"], message: `must be the name of one of the request's sources` }],
  );
  refuseProblems(problems);
}
