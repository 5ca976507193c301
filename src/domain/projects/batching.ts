/**
 * Sealing: one transaction over the new batch and every event in it, each at the version that was looked at. Whoever else
 * seals or moves one of them makes it fail as a whole, so that an event is in exactly one batch.
 */
import { underCallersKey } from "../kernel/callerKey.js";
import type { CommandHandler, CommandOutcome, CommandRequest } from "../kernel/commandHandler.js";
import { NotFoundError, UnavailableError, VersionConflictError, invalid } from "../kernel/errors.js";
import type { EventStore, Idempotency, StreamPosition } from "../kernel/eventStore.js";
import { createKeyedQueue } from "../kernel/keyedQueue.js";
import { toMetadata } from "../kernel/request.js";
import type { Request } from "../kernel/request.js";
import { parseStreamName, toStreamName } from "../kernel/streamName.js";
import { toInstant, toMilliseconds } from "../kernel/time.js";
import type { Clock, Instant } from "../kernel/time.js";
import { createBatchIds } from "./batchIds.js";
import type { ProjectsCommand } from "./commands.js";
import { receivedAtOf } from "./eventTime.js";
import { batchCategory, projectEventCategory } from "./events.js";
import { NotPendingError } from "./projectEvent.js";
import type { PendingEvent, ProjectReadModel } from "./readModel.js";
import { createRecent } from "../kernel/recent.js";
import { requireVisibleProject } from "./scope.js";
import type { BatchOutcome, BatchWorkflow } from "./service.js";
import type { SettingsReader } from "./settingsReader.js";
import type { ProjectEvent, ProjectsState } from "./state.js";
import { isUrgent, judgeOpenBatch } from "./trigger.js";
import { limits, unassigned } from "./values.js";
import type { BatchPolicy, BatchTrigger } from "./values.js";

export interface Batching extends Pick<BatchWorkflow, "evaluate"> {
  /** Seals what waits now, whatever the policy says. Refused as {@link ProjectService.flush}. */
  flush(project: string, request: Request): Promise<readonly BatchOutcome[]>;
}

export interface BatchingDeps {
  readonly commands: Pick<CommandHandler<ProjectsState, ProjectsCommand>, "handle">;
  readonly eventStore: Pick<EventStore, "append" | "findOutcome">;
  readonly readModel: Pick<ProjectReadModel, "listPending" | "getProjectEvents" | "listBatches">;
  readonly settings: Pick<SettingsReader, "settings" | "newestSettings">;
  readonly clock: Clock;
  /** Waits before try number `attempt` (2, 3 ...), with jitter. */
  readonly backoff: (attempt: number) => Promise<void>;
}

/** How often others may be faster before it is left to them for a moment. */
const setbacksAtMost = 20;
/** Ids of one minute that are tried; each is further away than the one before. */
const idsAtMost = 20;
/** Batches of one evaluation: then other projects have their turn. */
const sealsAtMost = 10;
/** Batches of one flush. */
const flushesAtMost = 200;
/** How long the index of what waits may take to show an event. */
const indexMilliseconds = 1_000;
/** Where the first page of what waits is full of what was sealed just now. */
const longLook = 1_000;

/** What is to be sealed. */
interface Sealing {
  readonly project: string;
  readonly events: readonly PendingEvent[];
  readonly trigger: BatchTrigger;
  readonly policy: BatchPolicy;
}

/**
 * Creates sealing. A look at what waits costs one request (two with `leadingFlush`), a batch the requests of its events'
 * states that are not in the cache, and one transaction.
 */
export function createBatching(deps: BatchingDeps): Batching {
  const { commands, eventStore, readModel, settings, clock, backoff } = deps;
  const batchIds = createBatchIds();
  const queue = createKeyedQueue();
  /** Events that are in a batch, for good: the index may show them as waiting for a moment. */
  const batched = createRecent<true>(20_000);
  const lastSealed = createRecent<Instant>(1_000);
  /** Critical events that were told at once. */
  const told = createRecent<true>(5_000);

  const sealUnder = async (batchId: string, sealing: Sealing, request: Request, idempotency?: Idempotency) => {
    const { project, events, trigger, policy } = sealing;
    const projectEventIds = events.map(({ projectEventId }) => projectEventId);
    const openedAt = receivedAtOf(events[0]?.eventTime ?? 0);
    const critical = events.some((event) => isUrgent(event, policy));
    const seal: CommandRequest<ProjectsCommand> = {
      streamId: toStreamName(batchCategory, batchId),
      command: { type: "SealBatch", project, trigger, projectEventIds, openedAt, policy, critical },
      expectedVersion: 0,
    };
    const joins = projectEventIds.map((projectEventId): CommandRequest<ProjectsCommand> => ({
      streamId: toStreamName(projectEventCategory, projectEventId),
      command: { type: "BatchProjectEvent", batchId, project },
    }));
    return commands.handle([seal, ...joins], toMetadata(request, idempotency));
  };

  /** One batch. Throws a NotPendingError where one of the events does not wait any more. */
  const seal = async (sealing: Sealing, request: Request, idempotency?: Idempotency): Promise<BatchOutcome> => {
    for (let tries = 1; ; tries += 1) {
      const now = clock.now();
      const batchId = batchIds.next(now);
      try {
        const outcome = await sealUnder(batchId, sealing, request, idempotency);
        batchIds.free();
        for (const { projectEventId } of sealing.events) batched.set(projectEventId, true);
        lastSealed.set(sealing.project, now);
        return toOutcome(outcome);
      } catch (error) {
        if (!isTaken(error, batchId) || tries >= idsAtMost) throw error;
        batchIds.taken();
      }
    }
  };

  /** Remembers which of the events do not wait any more: in a batch for good, or moved away while `moved` lasts. */
  const recheck = async ({ project, events }: Sealing, moved: Set<string>): Promise<void> => {
    const states = await readModel.getProjectEvents(events.map(({ projectEventId }) => projectEventId));
    for (const [index, { projectEventId }] of events.entries()) {
      const state = states[index];
      if (state?.batchId !== undefined) batched.set(projectEventId, true);
      else if (state?.project !== project) moved.add(projectEventId);
    }
  };

  /** Seals, or finds out why not. Undefined where others were faster. */
  const trySeal = async (
    sealing: Sealing,
    moved: Set<string>,
    request: Request,
    idempotency?: Idempotency,
  ): Promise<BatchOutcome | undefined> => {
    try {
      return await seal(sealing, request, idempotency);
    } catch (error) {
      // One that is not in the log at all is a row that somebody else wrote.
      if (!(error instanceof NotPendingError || error instanceof NotFoundError)) throw error;
      await recheck(sealing, moved);
      return undefined;
    }
  };

  /** What waits, oldest first, as far as the index knows. */
  const listPending = async (project: string, moved: ReadonlySet<string>): Promise<readonly PendingEvent[]> => {
    const isWaiting = ({ projectEventId }: PendingEvent) => !batched.has(projectEventId) && !moved.has(projectEventId);
    const listed = await readModel.listPending(project, limits.batchEvents);
    const waiting = listed.filter(isWaiting);
    if (listed.length < limits.batchEvents || waiting.length === listed.length) return waiting;
    return (await readModel.listPending(project, longLook)).filter(isWaiting);
  };

  /** The event, where it waits in this project though the index does not show it. */
  const findUnlisted = async (project: string, projectEventId: string): Promise<PendingEvent | undefined> => {
    if (batched.has(projectEventId)) return undefined;
    const [state] = await readModel.getProjectEvents([projectEventId]);
    return state?.project === project && state.batchId === undefined ? toPending(state) : undefined;
  };

  /** A critical event waits for nothing once it is not told at once after all, which the index may be slow to show. */
  const asTold = async (pending: readonly PendingEvent[]): Promise<readonly PendingEvent[]> => {
    const open = pending.filter(
      ({ projectEventId, importance, notify }) => importance === "CRITICAL" && notify && !told.has(projectEventId),
    );
    if (open.length === 0) return pending;
    const states = await readModel.getProjectEvents(open.map(({ projectEventId }) => projectEventId));
    const dropped = new Set<string>();
    for (const state of states) {
      if (state?.notifiedAt !== undefined) told.set(state.projectEventId, true);
      else if (state?.notify === false) dropped.add(state.projectEventId);
    }
    return pending.map((event) => (dropped.has(event.projectEventId) ? { ...event, notify: false } : event));
  };

  const lastSealedAt = async (project: string, { leadingFlush }: BatchPolicy): Promise<Instant | undefined> => {
    if (!leadingFlush) return undefined;
    const { rows } = await readModel.listBatches({ filter: { project }, order: "NEWEST_FIRST", first: 1 });
    const [listed, own] = [rows[0]?.row.sealedAt, lastSealed.get(project)];
    return listed === undefined || (own !== undefined && own > listed) ? own : listed;
  };

  const inMoments = () => toInstant(toMilliseconds(clock.now()) + indexMilliseconds);

  // #region evaluate
  const evaluate = async (project: string, request: Request, known: string | undefined) => {
    const moved = new Set<string>();
    // A new policy is what may have led here, and another server may have set it.
    const { policy } = await settings.newestSettings(project);
    let setbacks = 0;
    let seals = 0;
    while (seals < sealsAtMost && setbacks < setbacksAtMost) {
      const listed = await listPending(project, moved);
      const isListed = listed.some(({ projectEventId }) => projectEventId === known);
      const unlisted = known === undefined || isListed ? undefined : await findUnlisted(project, known);
      const pending = await asTold(unlisted === undefined ? listed : inOrder([...listed, unlisted]));
      const now = clock.now();
      const verdict = judgeOpenBatch({ policy, pending, lastSealedAt: await lastSealedAt(project, policy), now });
      // Something has led here: where the index is behind, it may come to show what came with it. Once is enough.
      if (verdict.kind === "EMPTY") return known === undefined ? {} : { again: inMoments() };
      if (verdict.kind === "WAIT") {
        // Where the index does not show this one, it may not show others that came just before.
        return unlisted === undefined
          ? { again: verdict.until }
          : { again: earlier(verdict.until, inMoments()), projectEventId: unlisted.projectEventId };
      }
      const sealing = { project, events: pending.slice(0, verdict.count), trigger: verdict.trigger, policy };
      if ((await trySeal(sealing, moved, request)) !== undefined) seals += 1;
      else await backoff((setbacks += 1) + 1);
    }
    const again = seals < sealsAtMost ? inMoments() : clock.now();
    return { again, ...(known === undefined ? {} : { projectEventId: known }) };
  };
  // #endregion

  /** One batch of a flush; undefined where nothing waits. */
  const flushOne = async (
    project: string,
    request: Request,
    idempotency: Idempotency | undefined,
  ): Promise<BatchOutcome | undefined> => {
    const moved = new Set<string>();
    const { policy } = await settings.settings(project);
    for (let setbacks = 0; setbacks < setbacksAtMost; setbacks += 1) {
      const events = (await listPending(project, moved)).slice(0, limits.batchEvents);
      if (events.length === 0) return undefined;
      const sealing: Sealing = { project, events, trigger: "FLUSH", policy };
      const outcome = await trySeal(sealing, moved, request, idempotency);
      if (outcome !== undefined) return outcome;
      await backoff(setbacks + 2);
    }
    throw new UnavailableError(`too many others seal events of ${project}; try again`);
  };

  const flush = async (project: string, request: Request): Promise<readonly BatchOutcome[]> => {
    const outcomes: BatchOutcome[] = [];
    for (let isRepeat = false; outcomes.length < flushesAtMost;) {
      const number = outcomes.length + 1;
      const step = await underCallersKey(keyOf(project, request, number), async (idempotency) => {
        const earlier = idempotency && (await eventStore.findOutcome(idempotency));
        if (earlier !== undefined) return { outcome: toRepeated(earlier), isRepeat: true };
        // What a first run has not done is not done under its key.
        if (isRepeat) return { outcome: undefined, isRepeat };
        // One at a time, so that a long flush does not hold up what else is asked of the project.
        const outcome = await queue.run([project], () => flushOne(project, request, idempotency));
        // That there was nothing is an outcome, too.
        if (outcome === undefined && number === 1 && idempotency !== undefined)
          await eventStore.append({ appends: [], idempotency, outcome: [] });
        return { outcome, isRepeat };
      });
      if (step.outcome === undefined) break;
      outcomes.push(step.outcome);
      ({ isRepeat } = step);
    }
    return outcomes;
  };

  return {
    evaluate: async (project, request, projectEventId) =>
      project === unassigned ? {} : queue.run([project], () => evaluate(project, request, projectEventId)),

    async flush(project, request) {
      requireVisibleProject(project, "project", request.scope);
      if (project === unassigned) throw invalid("project", "is not batched: reassign its events first");
      return flush(project, request);
    },
  };
}

function keyOf(project: string, { actor, idempotencyKey }: Request, number: number) {
  // Each batch of a flush is a transaction of its own, and so is found by a key of its own.
  const key = idempotencyKey === undefined || number === 1 ? idempotencyKey : `${idempotencyKey}\n${number}`;
  return { actor, key, asked: { operation: "FlushBatch", input: { project } } };
}

function isTaken(error: unknown, batchId: string): boolean {
  return error instanceof VersionConflictError && error.streamId === toStreamName(batchCategory, batchId);
}

function toOutcome({ positions, states, repeated }: CommandOutcome<ProjectsState>): BatchOutcome {
  const [position] = positions;
  if (position === undefined) throw new Error("a batch leads to a position");
  const [state] = states;
  const batch = !repeated && state?.kind === "batch" ? state.batch : undefined;
  return { batchId: parseStreamName(position.streamId).id, position, ...(batch === undefined ? {} : { batch }) };
}

/** Undefined where the first run found nothing to seal. */
function toRepeated([position]: readonly StreamPosition[]): BatchOutcome | undefined {
  return position && { batchId: parseStreamName(position.streamId).id, position };
}

function toPending({ projectEventId, eventTime, importance, notify }: ProjectEvent): PendingEvent {
  return { projectEventId, eventTime, importance, notify };
}

function inOrder(events: readonly PendingEvent[]): readonly PendingEvent[] {
  return [...events].sort((one, other) => one.eventTime - other.eventTime);
}

function earlier(one: Instant, other: Instant): Instant {
  return one < other ? one : other;
}
