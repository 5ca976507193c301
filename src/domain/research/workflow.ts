/** What the policies of research requests have done. Each is safe to be asked for twice, and says when it must be asked again. */
import { NotFoundError } from "../kernel/errors.js";
import { toMetadata } from "../kernel/request.js";
import type { Request } from "../kernel/request.js";
import { addSeconds } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import type { RequestCommand } from "./commands.js";
import { requestStream } from "./keys.js";
import { requestIn } from "./outcomes.js";
import type { QueueKind, QueueMessage, WorkQueue } from "./ports.js";
import type { ResearchWorkflow } from "./service.js";
import type { ResearchServiceDeps } from "./serviceDeps.js";
import type { LiveRequest } from "./state.js";

interface ResearchWorkflowDeps extends Pick<
  ResearchServiceDeps,
  "commands" | "readModel" | "clock" | "ids" | "random"
> {
  readonly queue: WorkQueue;
  /** @default SHARED */
  readonly queueKind?: QueueKind | undefined;
  /** Told of a message that could not be sent: it is tried again. @default nobody */
  readonly report?: ((error: unknown, requestId: string) => void) | undefined;
}

/** So long a message may take until somebody has claimed what it is about. */
const followedSeconds = 300;
/** After so long a queue that has failed is asked again. */
const failedSeconds = 30;
/** Messages of one round, of the first one where the queue has lost all, and those that are sent at a time. */
const roundAtMost = 100;
const firstAtMost = 10_000;
const sendsAtATime = 4;
/** A queue that holds so many is not losing messages, its workers are behind. */
const deepAt = 1_000;

export function createResearchWorkflow(deps: ResearchWorkflowDeps): ResearchWorkflow {
  const { commands, readModel, clock, ids, random, queue, queueKind = "SHARED", report } = deps;
  /** Since when this process sends, and whether it has sent what was lost before. */
  let sendsSince: Instant | undefined;
  let hasRecovered = queueKind !== "LOCAL";

  /** The request behind the command; undefined where it is not kept any more. */
  const run = async (
    requestId: string,
    command: RequestCommand,
    request: Request,
  ): Promise<LiveRequest | undefined> => {
    try {
      // Not under a key: what there was nothing to do for now is asked for again, and then counts.
      const step = { streamId: requestStream(requestId), command };
      const { states } = await commands.handle([step], toMetadata(request));
      return requestIn(states[0]);
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  };

  /** The message to send. None where one was sent since the request was queued, or since `resentAt`. */
  const toSend = async (requestId: string, resentAt?: Instant): Promise<QueueMessage | undefined> => {
    const [found] = await readModel.getRuns([requestId]);
    if (found?.queuedAt === undefined || found.strategy !== "SQS") return undefined;
    const { projectId, requestType, queuedAt, dispatchedAt = "" } = found;
    return dispatchedAt >= (resentAt ?? queuedAt) ? undefined : { requestId, projectId, requestType };
  };
  const record = (requestId: string, messageId: string, request: Request) =>
    run(requestId, { type: "RecordDispatch", messageId }, request);

  /** How many of these were sent anew, as none was sent since then. */
  const sendAnew = async (requestIds: readonly string[], resentAt: Instant, signal: AbortSignal): Promise<number> => {
    const waiting = requestIds.values();
    const request: Request = {
      actor: { kind: "SYSTEM", id: "research-redispatch" },
      scope: "all",
      correlationId: ids.next(),
    };
    let sent = 0;
    // Each takes the next one from what all share.
    const sendNext = async (): Promise<void> => {
      for (const requestId of waiting) {
        if (signal.aborted) return;
        try {
          const message = await toSend(requestId, resentAt);
          if (message === undefined) continue;
          await record(requestId, await queue.send(message, signal), request);
          sent += 1;
        } catch (error) {
          report?.(error, requestId);
        }
      }
    };
    await Promise.all(Array.from({ length: sendsAtATime }, sendNext));
    return sent;
  };

  return {
    async queue(requestId, request) {
      const live = await run(requestId, { type: "QueueRequest" }, request);
      return againAt(live?.run.availableAt);
    },

    async expireLease(requestId, leaseToken, request) {
      const live = await run(requestId, { type: "ExpireLease", leaseToken, jitter: random() }, request);
      const lease = live?.run.lease;
      return againAt(lease?.leaseToken === leaseToken ? lease.until : undefined);
    },

    async enforceDeadline(requestId, request) {
      const live = await run(requestId, { type: "EnforceDeadline" }, request);
      return againAt(live?.run.completedAt === undefined ? live?.request.deadlineAt : undefined);
    },

    async dispatch(requestId, request, signal) {
      if (queueKind === "UNREAD") return {};
      sendsSince ??= clock.now();
      const message = await toSend(requestId);
      if (message === undefined) return {};
      let messageId: string;
      try {
        messageId = await queue.send(message, signal);
      } catch (error) {
        signal.throwIfAborted();
        report?.(error, requestId);
        return { again: addSeconds(clock.now(), failedSeconds) };
      }
      await record(requestId, messageId, request);
      return {};
    },

    async redispatch(signal) {
      if (queueKind === "UNREAD") return { sent: 0 };
      sendsSince ??= clock.now();
      // What others have sent to a queue of their own is lost.
      const followed = addSeconds(clock.now(), -followedSeconds);
      const before = queueKind === "LOCAL" && sendsSince > followed ? sendsSince : followed;
      if (hasRecovered && (await queue.depth()).waiting >= deepAt) return { sent: 0 };
      const waiting = await readModel.listUndispatched(before, hasRecovered ? roundAtMost : firstAtMost);
      const sent = await sendAnew(waiting, before, signal);
      hasRecovered ||= !signal.aborted;
      return { sent };
    },
  };
}

function againAt(instant: Instant | undefined): { readonly again?: Instant } {
  return instant === undefined ? {} : { again: instant };
}
