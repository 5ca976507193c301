/** The rules of one batch: sealed, summarised, posted. */
import { afterFailure, afterStart } from "../kernel/attempts.js";
import type { DecisionContext, Decider } from "../kernel/decider.js";
import { InvalidTransitionError } from "../kernel/errors.js";
import type { Proposed, Recorded } from "../kernel/event.js";
import { present } from "../kernel/present.js";
import { parseStreamName } from "../kernel/streamName.js";
import { toMilliseconds } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import type { BatchCommand, ProjectsCommandOf } from "./commands.js";
import type { BatchEvent, ProjectsEventOf } from "./events.js";
import { requireVisibleBatch } from "./scope.js";
import { toPolicy } from "./settings.js";
import type { Batch, BatchPost, BatchSummary, ProjectsStateOf } from "./state.js";

type State = ProjectsStateOf<"batch">;
type Decision = readonly Proposed<BatchEvent>[];

const nothing: Decision = [];

/** Nothing that is under way by itself is silent for longer than this. Then a person may set it going again. */
const silentMilliseconds = 120_000;

function decide(command: BatchCommand, state: State, context: DecisionContext): Decision {
  if (command.type === "SealBatch") return seal(command, state, context);
  const batch = batchFor(state, context);
  switch (command.type) {
    case "RecordSummary":
      return recordSummary(command, batch);
    case "RequestSummary":
      return requestSummary(command, batch, context);
    case "StartPost":
      return startPost(command, batch);
    case "RecordPost":
      return recordPost(command, batch);
    case "RecordPostUpdate":
      return recordPostUpdate(command, batch);
    case "RecordPostFailure":
      return recordPostFailure(command, batch);
    case "RetryPost":
      return retryPost(batch, context);
    case "SkipPost":
      return skipPost(command, batch);
  }
}

function batchFor({ batch }: State, { streamId, scope = "all" }: DecisionContext): Batch {
  return requireVisibleBatch(batch, { batchId: parseStreamName(streamId).id, field: "batchId", scope });
}

function seal(
  { type: _, ...data }: ProjectsCommandOf<"SealBatch">,
  { batch }: State,
  { streamId }: DecisionContext,
): Decision {
  if (batch !== undefined)
    throw new InvalidTransitionError(batch.status, "SEALED", [], `${parseStreamName(streamId).id} is sealed already`);
  return [{ type: "BatchSealed", data }];
}

function recordSummary(
  { revision, summary, origin, critical }: ProjectsCommandOf<"RecordSummary">,
  { summary: known }: Batch,
): Decision {
  return known !== undefined && known.revision >= revision
    ? nothing
    : [{ type: "BatchSummarised", data: present({ revision, summary, origin, critical }) }];
}

/** Nothing where a summary is on its way already, unless nothing has come of it for a while. */
function requestSummary(
  { reason }: ProjectsCommandOf<"RequestSummary">,
  batch: Batch,
  { now }: DecisionContext,
): Decision {
  const { summary, requestedRevision } = batch;
  const isUnderWay = summary === undefined || requestedRevision !== undefined;
  if (isUnderWay && !isSilent(batch, now)) return nothing;
  const revision = requestedRevision ?? (summary?.revision ?? 0) + 1;
  return [{ type: "BatchSummaryRequested", data: present({ revision, reason }) }];
}

/** Whatever was to come by itself has been given up. */
function isSilent({ updatedAt }: Batch, now: Instant): boolean {
  return toMilliseconds(now) - toMilliseconds(updatedAt) >= silentMilliseconds;
}

/** Each is an attempt of its own: whoever starts one names the batch's version, so that no two start at once. */
function startPost(
  { notifier, channel }: ProjectsCommandOf<"StartPost">,
  { status, summary, post, batchId }: Batch,
): Decision {
  if (status === "POSTED" || status === "SKIPPED" || summary === undefined)
    throw new InvalidTransitionError(status, "POSTED", [], `${batchId} is ${status}: there is nothing to post`);
  const data = present({ attempt: post.attempts + 1, revision: summary.revision, notifier, channel });
  return [{ type: "BatchPostStarted", data }];
}

function recordPost(
  { attempt, messageId, url, found, ...where }: ProjectsCommandOf<"RecordPost">,
  { batchId, status, post }: Batch,
): Decision {
  if (status === "POSTED") return nothing;
  const { notifier = post.notifier, channel = post.channel } = where;
  const { startedRevision: revision } = post;
  if (notifier === undefined || revision === undefined || attempt > post.attempts)
    throw new InvalidTransitionError(status, "POSTED", [], `${batchId} has no attempt ${attempt} at posting it`);
  const data = present({ attempt, revision, notifier, channel, messageId, url, found });
  return [{ type: "BatchPosted", data }];
}

function recordPostUpdate(
  { revision, messageId }: ProjectsCommandOf<"RecordPostUpdate">,
  { batchId, status, post }: Batch,
): Decision {
  if (status !== "POSTED")
    throw new InvalidTransitionError(status, "POSTED", [], `${batchId} is ${status}: there is no message to update`);
  return (post.revision ?? 0) >= revision ? nothing : [{ type: "BatchPostUpdated", data: { revision, messageId } }];
}

/** Nothing where the attempt has its outcome, or another one has begun: a late answer changes nothing. */
function recordPostFailure(
  { attempt, error, retryAt, notSent }: ProjectsCommandOf<"RecordPostFailure">,
  { status, post }: Batch,
): Decision {
  const isUnderWay = status === "SUMMARISED" && post.startedAt !== undefined && post.attempts === attempt;
  return isUnderWay ? [{ type: "BatchPostFailed", data: present({ attempt, error, retryAt, notSent }) }] : nothing;
}

function retryPost(batch: Batch, { now }: DecisionContext): Decision {
  const { batchId, status } = batch;
  if (status === "POST_FAILED") return [{ type: "BatchPostRetried", data: {} }];
  // It is being posted anyway, unless nobody is at it any more.
  if (status === "SUMMARISED") return isSilent(batch, now) ? [{ type: "BatchPostRetried", data: {} }] : nothing;
  throw new InvalidTransitionError(status, "SUMMARISED", [], `${batchId} is ${status}: there is no failed post`);
}

function skipPost({ reason }: ProjectsCommandOf<"SkipPost">, { status, trigger, post }: Batch): Decision {
  const isUntouched = status === "SUMMARISED" && trigger !== "FLUSH" && post.attempts === 0;
  return isUntouched ? [{ type: "BatchPostSkipped", data: { reason } }] : nothing;
}

function evolve(state: State, recorded: Recorded<BatchEvent>): State {
  const { version, hash, recordedAt: updatedAt } = recorded;
  if (recorded.type === "BatchSealed") return { kind: "batch", batch: toBatch(recorded) };
  if (state.batch === undefined) return state;
  return { kind: "batch", batch: { ...changed(state.batch, recorded), updatedAt, version, hash } };
}

function toBatch({ data, streamId, recordedAt, version, hash }: Recorded<ProjectsEventOf<"BatchSealed">>): Batch {
  return {
    ...data,
    policy: toPolicy(data.policy),
    batchId: parseStreamName(streamId).id,
    status: "SEALED",
    sealedAt: recordedAt,
    updatedAt: recordedAt,
    post: { attempts: 0 },
    version,
    hash,
  };
}

function changed(batch: Batch, recorded: Recorded<Exclude<BatchEvent, { readonly type: "BatchSealed" }>>): Batch {
  const { post, recordedAt } = { post: batch.post, recordedAt: recorded.recordedAt };
  switch (recorded.type) {
    case "BatchSummarised": {
      const { critical = batch.critical, ...summary } = recorded.data;
      return { ...summarised(batch, { ...summary, summarisedAt: recordedAt }), critical };
    }
    case "BatchSummaryRequested":
      return { ...batch, requestedRevision: recorded.data.revision };
    case "BatchPostStarted": {
      const { revision: startedRevision, ...attempt } = recorded.data;
      return { ...batch, status: "SUMMARISED", post: { ...afterStart(post, attempt, recordedAt), startedRevision } };
    }
    case "BatchPosted":
      return { ...batch, status: "POSTED", post: posted(post, recorded.data, recordedAt) };
    case "BatchPostUpdated": {
      const { revision, messageId } = recorded.data;
      return { ...batch, post: { ...post, revision, messageId } };
    }
    case "BatchPostFailed": {
      const { error, retryAt, notSent } = recorded.data;
      return {
        ...batch,
        status: "POST_FAILED",
        post: { ...afterFailure(post, notSent), ...present({ error, retryAt }) },
      };
    }
    case "BatchPostRetried": {
      const { retryAt: _, underWaySince: __, ...kept } = post;
      return {
        ...batch,
        status: "SUMMARISED",
        post: { ...kept, asked: { at: recordedAt, attempts: post.attempts } },
      };
    }
    case "BatchPostSkipped":
      return { ...batch, status: "SKIPPED" };
  }
}

function summarised(batch: Batch, summary: BatchSummary): Batch {
  const { requestedRevision = 0, ...others } = batch;
  return {
    ...others,
    status: batch.status === "SEALED" ? "SUMMARISED" : batch.status,
    summary,
    ...(requestedRevision > summary.revision ? { requestedRevision } : {}),
  };
}

function posted(before: BatchPost, data: ProjectsEventOf<"BatchPosted">["data"], postedAt: string): BatchPost {
  const { notifier, channel, messageId, url, revision, found } = data;
  return present({ attempts: before.attempts, notifier, channel, messageId, url, postedAt, revision, found });
}

export const batchDecider: Decider<State, BatchCommand, BatchEvent> = {
  initialState: { kind: "batch" },
  decide,
  requireVisible: (command, state, context) => {
    if (command.type !== "SealBatch") batchFor(state, context);
  },
  evolve,
};
