/**
 * Posting: what was started is recorded before anything is sent, so that a message whose sending could not be recorded is
 * looked for before it is sent again.
 */
import { UnavailableError, VersionConflictError } from "../kernel/errors.js";
import { NotifierRefusedError } from "../kernel/notifier.js";
import { present } from "../kernel/present.js";
import { toMetadata } from "../kernel/request.js";
import type { Request } from "../kernel/request.js";
import { attemptToSend, awaitTurn, toFailureRecord, toSentRecord, wishOf } from "../kernel/sending.js";
import type { SentMessage } from "../kernel/sending.js";
import { toStreamName } from "../kernel/streamName.js";
import type { BatchCommand } from "./commands.js";
import { batchCategory } from "./events.js";
import { createNotifying } from "./notifying.js";
import { againAt, createPlaces, nothing } from "./places.js";
import type { Place, PostingDeps } from "./places.js";
import type { BatchMessage, ProjectMessage } from "./ports.js";
import { nextPostStep, retryPostAt, retryUpdateAt } from "./postStep.js";
import type { BatchWorkflow } from "./service.js";
import type { Batch, BatchSummary, ProjectsState } from "./state.js";

export type { PostingDeps } from "./places.js";
export type Posting = Pick<BatchWorkflow, "post" | "notify">;

export function createPosting(deps: PostingDeps): Posting {
  const { commands, readModel, clock } = deps;
  const places = createPlaces(deps);

  const record = (batchId: string, command: BatchCommand, request: Request, expectedVersion?: number) =>
    commands.handle(
      [{ streamId: toStreamName(batchCategory, batchId), command, expectedVersion }],
      toMetadata(request),
    );

  /** A message that is there may show the summary of then. */
  const refresh = async (message: BatchMessage, sent: SentMessage<ProjectMessage>, signal: AbortSignal) => {
    if (message.revision === 1) return;
    try {
      await sent.place.notifier.update(message, sent.posted, signal);
    } catch (error) {
      // It may not be changed any more; it is there, all the same.
      if (!(error instanceof NotifierRefusedError)) throw error;
    }
  };

  /** Until it is the turn of the place, nothing is begun, and no attempt is counted. */
  const turnOf = (place: Place, batch: Batch) => {
    const since = batch.summary?.summarisedAt ?? batch.sealedAt;
    return awaitTurn(place, { key: keyOf(batch), urgent: batch.critical, since }, clock.now());
  };

  const attempt = async (
    batch: Batch,
    summary: BatchSummary,
    place: Place,
    request: Request,
    signal: AbortSignal,
  ): Promise<void> => {
    const { batchId } = batch;
    const start = present({ type: "StartPost", notifier: place.notifier.name, channel: place.channel } as const);
    // Only one that saw this version goes on: of two at once the other finds the attempt under way.
    const { states } = await record(batchId, start, request, batch.version);
    const number = attemptsIn(states[0]);
    const messageTo = (channel: string | undefined) => toBatchMessage(batch, summary, channel, deps.batchUrl(batchId));
    const sent = await attemptToSend<ProjectMessage>(
      places,
      {
        key: keyOf(batch),
        place,
        doubts: batch.post,
        mayBeThereTwice: isAskedFor(batch),
        messageTo,
        refresh: (lost) => refresh(messageTo(lost.place.channel), lost, signal),
      },
      signal,
    );
    const outcome: BatchCommand =
      "failure" in sent
        ? {
            type: "RecordPostFailure",
            attempt: number,
            ...toFailureRecord(sent, number, (wish) => retryPostAt(batch, number, clock.now(), wish)),
          }
        : { type: "RecordPost", attempt: number, ...toSentRecord(sent) };
    await record(batchId, outcome, request);
  };

  const update = async (batch: Batch, summary: BatchSummary, request: Request, signal: AbortSignal) => {
    const { batchId, post } = batch;
    const posted = places.named(post.notifier);
    if (posted === undefined || post.messageId === undefined) return nothing;
    const { messageId, channel, url } = post;
    const turnAt = turnOf({ notifier: posted, channel }, batch);
    if (turnAt !== undefined) return { again: turnAt };
    const message = toBatchMessage(batch, summary, channel, deps.batchUrl(batchId));
    try {
      await posted.update(message, { messageId, channel, url }, signal);
    } catch (error) {
      signal.throwIfAborted();
      // The message is gone, or may not be changed any more: what people saw stays what they saw.
      if (error instanceof NotifierRefusedError) return nothing;
      return againAt(retryUpdateAt(batch, clock.now(), wishOf(error)));
    }
    await record(batchId, { type: "RecordPostUpdate", revision: summary.revision, messageId }, request);
    return nothing;
  };

  /** Undefined: the batch has moved on meanwhile, and must be looked at again. */
  const step = async (batchId: string, request: Request, signal: AbortSignal) => {
    const [batch] = await readModel.getBatches([batchId]);
    if (batch?.summary === undefined) return nothing;
    const next = nextPostStep(batch, clock.now());
    switch (next.kind) {
      case "NOTHING":
        return nothing;
      case "WAIT":
        return { again: next.until };
      case "UPDATE":
        return update(batch, batch.summary, request, signal);
      case "SKIP":
        await record(batchId, { type: "SkipPost", reason: "ALL_TOLD" }, request);
        return nothing;
      case "POST": {
        const place = await places.placeOf(batch.project);
        const turnAt = turnOf(place, batch);
        if (turnAt !== undefined) return { again: turnAt };
        try {
          await attempt(batch, batch.summary, place, request, signal);
          return nothing;
        } catch (error) {
          if (error instanceof VersionConflictError) return undefined;
          throw error;
        }
      }
    }
  };

  return {
    ...createNotifying(deps),

    async post(batchId, request, signal) {
      for (;;) {
        signal.throwIfAborted();
        const done = await step(batchId, request, signal);
        if (done !== undefined) return done;
      }
    },
  };
}

/** One message for each batch: the minute in the batch's id may be the same in another ledger, the instant is not. */
function keyOf({ batchId, sealedAt }: Batch): string {
  return `${batchId}@${sealedAt}`;
}

/** Whether a person asked for this try. One that was cut off, or is tried again by itself, is otherwise. */
function isAskedFor({ status, post }: Batch): boolean {
  return status === "SUMMARISED" && post.underWaySince === undefined;
}

function toBatchMessage(
  batch: Batch,
  { summary, revision, origin }: BatchSummary,
  channel: string | undefined,
  batchUrl: string | undefined,
): BatchMessage {
  const { batchId, project, openedAt, sealedAt, critical, trigger, projectEventIds } = batch;
  return {
    kind: "batch",
    key: keyOf(batch),
    channel,
    batch: { batchId, project, openedAt, sealedAt, critical, trigger, eventCount: projectEventIds.length },
    summary,
    revision,
    modelUsed: origin.modelUsed,
    batchUrl,
  };
}

function attemptsIn(state: ProjectsState | undefined): number {
  if (state?.kind !== "batch" || state.batch === undefined)
    throw new UnavailableError("the outcome of the attempt's start is not known");
  return state.batch.post.attempts;
}
