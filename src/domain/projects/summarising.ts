/** Writes the summary that a batch waits for; where the summarizer fails, by rules, so that a batch is never without. */
import type { CommandHandler, CommandRequest } from "../kernel/commandHandler.js";
import { canonicalJson } from "../kernel/hashChain.js";
import type { Digest } from "../kernel/hashChain.js";
import { ModelError } from "../kernel/modelError.js";
import type { ModelFailure } from "../kernel/modelError.js";
import { toMetadata } from "../kernel/request.js";
import type { Request } from "../kernel/request.js";
import { present } from "../kernel/present.js";
import { toStreamName } from "../kernel/streamName.js";
import { toInstant, toMilliseconds } from "../kernel/time.js";
import type { Clock, Instant } from "../kernel/time.js";
import { checkSummary } from "./checkSummary.js";
import type { CheckedFacts } from "./checkSummary.js";
import type { ProjectsCommand } from "./commands.js";
import { createDeterministicSummarizer } from "./deterministicSummary.js";
import { batchCategory, projectEventCategory } from "./events.js";
import { againAt, nothing } from "./places.js";
import type { Summarizer, SummaryInput } from "./ports.js";
import type { ProjectReadModel } from "./readModel.js";
import { redact } from "./redact.js";
import type { BatchWorkflow } from "./service.js";
import type { Batch, ProjectEvent, ProjectsState } from "./state.js";
import type { Summary, SummaryOrigin } from "./summary.js";
import { isUrgent } from "./trigger.js";
import { limits } from "./values.js";

/** How asking for a summary ended: with one that is recorded as it is, or why rules have written it instead. */
export type SummaryOutcome = "WRITTEN" | ModelFailure;

/** Told of every summary that was asked for. `error`: what went wrong, for the log; it holds no text of events. */
export interface SummaryObserver {
  summarised(asked: {
    readonly batchId: string;
    /** The summarizer that was asked. */
    readonly modelUsed: string;
    readonly outcome: SummaryOutcome;
    readonly seconds: number;
    readonly error?: unknown;
  }): void;
}

export interface SummarisingDeps {
  readonly commands: Pick<CommandHandler<ProjectsState, ProjectsCommand>, "handle">;
  readonly readModel: Pick<ProjectReadModel, "getBatches" | "listProjectEvents" | "getProjectEvents">;
  /** Ends in bounded time, whatever it talks to. */
  readonly summarizer: Summarizer;
  readonly digest: Digest;
  readonly clock: Clock;
  /** @default nobody */
  readonly observer?: SummaryObserver | undefined;
}

/** So long after sealing a summary waits for what is being told at once, and so often it looks. */
const notificationsMilliseconds = 5_000;
const lookAgainMilliseconds = 500;

/**
 * Creates the step. What is still to be told of at once is waited for, for five seconds after sealing; then it is left to the
 * summary, which is recorded before the summary is written, so that nobody is told twice. It costs one request for the batch, one for its events (and one for each that the index does not show yet),
 * and the command's: one or two; what is left to the summary costs a transaction. A batch that does not exist, or waits for no summary, costs one. Throws what the read model
 * and the command handler throw, and the reason of `signal` where that aborts; nothing is recorded then.
 */
export function createSummarising(deps: SummarisingDeps): Pick<BatchWorkflow, "summarise"> {
  const { commands, readModel, summarizer, digest, clock, observer } = deps;
  const rules = createDeterministicSummarizer();

  const write = async (by: Summarizer, facts: Facts, signal: AbortSignal): Promise<Summary> => {
    const { draft, omitted } = await by.draft(facts.input, signal);
    const summary = checkSummary(draft, { ...facts, omitted });
    if (summary === undefined) throw new ModelError("NONSENSE", "no claim cites an event of the batch");
    return summary;
  };

  /** What the summarizer writes, or the rules in its place. Where there is nothing to tell, only the rules are asked. */
  const writeOrFallBack = async (facts: Facts, batchId: string, signal: AbortSignal): Promise<Written> => {
    const { modelUsed, promptVersion } = summarizer;
    if (facts.input.events.length === 0) return byRules(await write(rules, facts, signal));
    const begun = toMilliseconds(clock.now());
    const told = (outcome: SummaryOutcome, error?: unknown) => {
      const seconds = Math.max(0, toMilliseconds(clock.now()) - begun) / 1_000;
      observer?.summarised({ batchId, modelUsed, outcome, seconds, ...(error === undefined ? {} : { error }) });
    };
    try {
      const summary = await write(summarizer, facts, signal);
      told("WRITTEN");
      return { summary, modelUsed, promptVersion };
    } catch (error) {
      signal.throwIfAborted();
      // Whatever an adapter throws: a summary by rules is better than none, and the log says what happened.
      const reason = error instanceof ModelError ? error.reason : "UNAVAILABLE";
      told(reason, error);
      return { ...byRules(await write(rules, facts, signal)), fallbackReason: reasonText(reason, modelUsed) };
    }
  };

  const byRules = (summary: Summary): Written => ({
    summary,
    modelUsed: rules.modelUsed,
    promptVersion: rules.promptVersion,
  });

  const record = async (
    batchId: string,
    revision: number,
    { summary, ...by }: Written,
    facts: Facts & { readonly critical: boolean },
    request: Request,
  ) => {
    const origin: SummaryOrigin = { ...by, inputHash: inputHashOf(facts.input, digest) };
    const critical = facts.critical ? true : undefined;
    const command = present({ type: "RecordSummary", revision, summary, origin, critical } as const);
    await commands.handle([{ streamId: toStreamName(batchCategory, batchId), command }], toMetadata(request));
  };

  /** What is still to be told of at once is the summary's from now on. As the events are then: some have been told meanwhile. */
  const claim = async (events: readonly ProjectEvent[], request: Request): Promise<readonly ProjectEvent[]> => {
    const open = events.filter(isToBeTold);
    if (open.length === 0) return events;
    const drops = open.map(({ projectEventId }): CommandRequest<ProjectsCommand> => ({
      streamId: toStreamName(projectEventCategory, projectEventId),
      command: { type: "DropNotification", reason: "SUMMARISED" },
    }));
    const { states } = await commands.handle(drops, toMetadata(request));
    const claimed = states.flatMap((state) =>
      state.kind === "project-event" && state.projectEvent !== undefined ? [state.projectEvent] : [],
    );
    const byId = new Map(claimed.map((event) => [event.projectEventId, event]));
    return events.map((event) => byId.get(event.projectEventId) ?? event);
  };

  return {
    async summarise(batchId, request, signal) {
      const [batch] = await readModel.getBatches([batchId]);
      if (batch === undefined) return nothing;
      const revision = awaitedRevision(batch);
      if (revision === undefined) return nothing;
      const events = await loadEvents(readModel, batch);
      const again = lookAgainAt(batch, events, clock.now());
      if (again !== undefined) return againAt(again);
      const claimed = await claim(events, request);
      const facts = toFacts(batch, claimed);
      signal.throwIfAborted();
      const written = await writeOrFallBack(facts, batchId, signal);
      const critical = !batch.critical && claimed.some((event) => isUrgent(event, batch.policy));
      await record(batchId, revision, written, { ...facts, critical }, request);
      return nothing;
    },
  };
}

type Facts = Omit<CheckedFacts, "omitted">;
type Written = Omit<SummaryOrigin, "inputHash"> & { readonly summary: Summary };

function isToBeTold({ notify, notifiedAt }: ProjectEvent): boolean {
  return notify && notifiedAt === undefined;
}

/** While events are being told at once, for a moment; then the summary tells of them. */
function lookAgainAt({ sealedAt }: Batch, events: readonly ProjectEvent[], now: Instant): Instant | undefined {
  if (!events.some(isToBeTold)) return undefined;
  const next = toMilliseconds(now) + lookAgainMilliseconds;
  return next > toMilliseconds(sealedAt) + notificationsMilliseconds ? undefined : toInstant(next);
}

/** The revision that the batch waits for; undefined where it has what was asked for. */
function awaitedRevision({ summary, requestedRevision }: Batch): number | undefined {
  const asked = requestedRevision ?? 1;
  return summary === undefined || summary.revision < asked ? asked : undefined;
}

/** What people read: no answer of a server, which could hold anything. */
function reasonText(reason: ModelFailure, modelUsed: string): string {
  switch (reason) {
    case "TIMEOUT":
      return `${modelUsed} did not answer in time`;
    case "UNAVAILABLE":
      return `${modelUsed} could not be asked`;
    case "REFUSED":
      return `${modelUsed} refused to answer`;
    case "NONSENSE":
      return `the answer of ${modelUsed} was not usable`;
    case "BUDGET":
      return `${modelUsed} has been asked as often as the budget allows`;
  }
}

/** The events of a batch in the order of their receipt. The index may be moments behind; what it lacks is read from the log. */
async function loadEvents(
  readModel: SummarisingDeps["readModel"],
  { batchId, projectEventIds }: Batch,
): Promise<readonly ProjectEvent[]> {
  const { rows } = await readModel.listProjectEvents({
    filter: { batchId },
    order: "OLDEST_FIRST",
    first: limits.batchEvents,
  });
  const found = new Map(rows.map(({ row }) => [row.projectEventId, row]));
  const missing = projectEventIds.filter((id) => !found.has(id));
  const read = missing.length === 0 ? [] : await readModel.getProjectEvents(missing);
  for (const event of read) if (event !== undefined) found.set(event.projectEventId, event);
  return projectEventIds.flatMap((id) => found.get(id) ?? []);
}

function toFacts({ batchId, project, openedAt, sealedAt }: Batch, events: readonly ProjectEvent[]): Facts {
  const notified = events.filter(({ notifiedAt }) => notifiedAt !== undefined);
  const shown = events.filter(({ notifiedAt }) => notifiedAt === undefined).map(toShown);
  return {
    input: { project, batchId, openedAt, sealedAt, events: shown, alreadyNotified: notified.length },
    notified,
  };
}

/** An event as summarizers see it: its readable part, once more without secrets, as older ones were stored under older rules. */
function toShown({ eventData: _data, original: _original, ...event }: ProjectEvent): ProjectEvent {
  return {
    ...event,
    title: redact(event.title),
    ...(event.text === undefined ? {} : { text: redact(event.text) }),
    labels: event.labels.map(redact),
    refs: event.refs.map((ref) => (ref.title === undefined ? ref : { ...ref, title: redact(ref.title) })),
  };
}

/** Hash of what a summary rests on; equal input has equal hashes, whatever became of the events since. */
function inputHashOf({ events, ...batch }: SummaryInput, digest: Digest): string {
  const shown = events.map(({ projectEventId, source, occurredAt, receivedAt, kind, title, ...event }) => {
    const { text, actor, url, refs, labels, importance, subject } = event;
    return {
      projectEventId,
      source,
      occurredAt,
      receivedAt,
      kind,
      title,
      text,
      actor,
      url,
      refs,
      labels,
      importance,
      subject,
    };
  });
  return digest(canonicalJson({ ...batch, events: shown }), "hex");
}
