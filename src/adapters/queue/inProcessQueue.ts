/** The queue of strategy SQS within one process: for a server without Amazon SQS. It is empty after a restart; the ledger sends anew. */
import { randomUUID } from "node:crypto";
import { UnavailableError } from "../../domain/kernel/errors.js";
import type { QueueMessage, ReceivedMessage, WorkQueue } from "../../domain/research/index.js";

export interface InProcessQueueOptions {
  /**
   * A message that was received so often is a dead letter. High, as one that waits for a lane of its project, or for a worker of its
   * type, comes again every 30 seconds. @default 100
   */
  readonly receives?: number;
  /** Messages, and dead letters, that are kept. @default 10,000 of each */
  readonly most?: number;
}

interface Kept {
  readonly message: QueueMessage;
  receives: number;
  /** Of the last delivery. */
  receipt: string | undefined;
  /** On the process's own clock, in milliseconds. */
  hiddenUntil: number;
}

/** First in, first out, but for messages that come back. Where it is full, messages are refused and dead letters forgotten. */
export function createInProcessQueue({ receives = 100, most = 10_000 }: InProcessQueueOptions = {}): WorkQueue {
  const messages = new Set<Kept>();
  /** By the receipt of the last delivery. */
  const received = new Map<string, Kept>();
  const dead: QueueMessage[] = [];
  const bells = new Set<() => void>();
  let closed = false;

  const ring = () => {
    for (const wake of [...bells]) wake();
  };
  const drop = (kept: Kept) => {
    messages.delete(kept);
    if (kept.receipt !== undefined) received.delete(kept.receipt);
  };

  const bury = (kept: Kept) => {
    drop(kept);
    dead.push(kept.message);
    if (dead.length > most) dead.shift();
  };

  const take = (max: number, visibilitySeconds: number): ReceivedMessage[] => {
    const now = performance.now();
    const taken: ReceivedMessage[] = [];
    for (const kept of messages) {
      if (taken.length >= max) break;
      if (kept.hiddenUntil > now) continue;
      if (kept.receives >= receives) {
        bury(kept);
        continue;
      }
      kept.receives += 1;
      if (kept.receipt !== undefined) received.delete(kept.receipt);
      kept.receipt = randomUUID();
      received.set(kept.receipt, kept);
      kept.hiddenUntil = now + visibilitySeconds * 1_000;
      taken.push({ ...kept.message, receipt: kept.receipt, receives: kept.receives });
    }
    return taken;
  };

  /** Ends when a message may be there, when the time is over, or when nobody waits any more. */
  const waitUntil = (deadline: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const now = performance.now();
      let next = deadline;
      for (const { hiddenUntil } of messages) next = Math.min(next, hiddenUntil);
      const end = () => {
        clearTimeout(timer);
        bells.delete(end);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, Math.max(0, Math.ceil(next - now)));
      bells.add(end);
      signal.addEventListener("abort", end);
    });

  return {
    async send(message, signal) {
      signal.throwIfAborted();
      if (closed) throw new UnavailableError("the queue is closed");
      if (messages.size >= most) throw new UnavailableError(`the queue holds ${most} messages and takes no more`);
      const { requestId, projectId, requestType } = message;
      const kept = { message: { requestId, projectId, requestType }, receives: 0, receipt: undefined, hiddenUntil: 0 };
      messages.add(kept);
      ring();
      return randomUUID();
    },
    async receive({ max, waitSeconds, visibilitySeconds }, signal) {
      const deadline = performance.now() + waitSeconds * 1_000;
      while (!closed) {
        signal.throwIfAborted();
        const taken = take(max, visibilitySeconds);
        if (taken.length > 0 || performance.now() >= deadline) return taken;
        await waitUntil(deadline, signal);
      }
      return [];
    },
    async extend(receipt, visibilitySeconds) {
      const kept = received.get(receipt);
      if (kept === undefined) return;
      kept.hiddenUntil = performance.now() + visibilitySeconds * 1_000;
      ring();
    },
    async remove(receipt) {
      const kept = received.get(receipt);
      if (kept !== undefined) drop(kept);
    },
    async depth() {
      const now = performance.now();
      let inFlight = 0;
      for (const { hiddenUntil } of messages) if (hiddenUntil > now) inFlight += 1;
      return { waiting: messages.size - inFlight, inFlight, dead: dead.length };
    },
    close() {
      closed = true;
      ring();
    },
  };
}
