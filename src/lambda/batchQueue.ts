/** The messages that Lambda has handed over, as a worker's queue: what is removed is done with, everything else comes again. */
import type { SQSRecord } from "aws-lambda";
import { readBody } from "../adapters/queue/message.js";
import type { ReceivedMessage, WorkQueue } from "../domain/research/index.js";

export interface BatchQueueDeps {
  readonly records: readonly Pick<SQSRecord, "messageId" | "receiptHandle" | "body" | "attributes">[];
  /** The queue that they are of: it knows how long they are hidden from others. */
  readonly queue: Pick<WorkQueue, "send" | "extend" | "depth">;
  readonly log: { warn(fields: object, message: string): void };
}

export interface BatchQueue {
  readonly queue: WorkQueue;
  /** Whether all have been received. */
  isEmpty(): boolean;
  /** Ids of the messages that are not done with. Those that nobody came to may be received at once. */
  leftOver(): Promise<readonly string[]>;
}

export function createBatchQueue({ records, queue, log }: BatchQueueDeps): BatchQueue {
  /** Ids by receipt. */
  const open = new Map(records.map(({ receiptHandle, messageId }) => [receiptHandle, messageId]));
  const untouched = records.flatMap((record): ReceivedMessage[] => {
    const said = readBody(record.body);
    if ("message" in said) {
      const receives = Number(record.attributes.ApproximateReceiveCount);
      return [{ ...said.message, receipt: record.receiptHandle, receives }];
    }
    const { messageId } = record;
    log.warn({ messageId, problem: said.problem }, "a message in the queue is none of ours; it is left to the redrive");
    return [];
  });
  const never = new AbortController().signal;
  return {
    queue: {
      send: (message, signal) => queue.send(message, signal),
      receive: async ({ max }) => untouched.splice(0, max),
      extend: (receipt, seconds, signal) => queue.extend(receipt, seconds, signal),
      // Lambda removes it when the invocation is over.
      remove: async (receipt) => void open.delete(receipt),
      depth: () => queue.depth(),
      close: () => undefined,
    },
    isEmpty: () => untouched.length === 0,
    leftOver: async () => {
      const shown = untouched.splice(0).map(({ receipt }) => queue.extend(receipt, 0, never));
      await Promise.allSettled(shown);
      return [...open.values()];
    },
  };
}
