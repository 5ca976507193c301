/** Where a worker's requests come from: the ledger itself, or messages of a queue that name them. */
import { randomUUID } from "node:crypto";
import { present } from "../domain/kernel/index.js";
import type { InputOf, QueueMessage, ReceivedMessage, Strategy, WorkQueue } from "../domain/research/index.js";
import { backoff, isPassing, pause } from "./patience.js";
import type { Assignment, WorkerClient, WorkerLog } from "./ports.js";

/** A request that was claimed, and what its source must hear of it. */
export interface Taken {
  readonly assignment: Assignment;
  readonly onExtended?: ((seconds: number) => Promise<void>) | undefined;
  /** Throws nothing. */
  readonly onEnd?: (() => Promise<void>) | undefined;
}

export interface Intake {
  /** Up to `free` requests, claimed. Waits for the first as long as it has patience. Throws where the source is out of reach. */
  next(free: number, signal: AbortSignal): Promise<readonly Taken[]>;
}

export interface IntakeDeps {
  readonly client: Pick<WorkerClient, "claim" | "isQueued">;
  readonly workerId: string;
  readonly types: readonly string[] | undefined;
  readonly leaseSeconds: number;
  readonly waitSeconds: number;
  readonly log: WorkerLog;
  readonly random: () => number;
}

/**
 * So long a message waits that is not for this worker, or whose request waits for a lane of its project; were it at once, it would be a
 * dead letter soon.
 */
const laterSeconds = 30;
/** How often a claim is made whose answer does not come, and what it waits in between: little, as the message is hidden for one lease. */
const claims = { atMost: 3, first: 200, longest: 1_000 } as const;
/** Ten at most are claimed at a time. */
const claimAtMost = 10;

/** From the ledger. A claim whose answer was lost is asked for again under its key, so that no request waits for its lease to end. */
export function createLedgerIntake({
  client,
  workerId,
  types,
  leaseSeconds,
  waitSeconds,
  strategy,
}: Omit<IntakeDeps, "log" | "random"> & { readonly strategy: Strategy }): Intake {
  let unheard: { readonly input: InputOf<"claim">; readonly key: string } | undefined;
  return {
    async next(free, signal) {
      const max = Math.min(free, claimAtMost);
      const asked = unheard ?? {
        input: { workerId, strategy, max, leaseSeconds, waitSeconds, ...present({ types: types && [...types] }) },
        key: `claim/${randomUUID()}`,
      };
      unheard = asked;
      const claimed = await client.claim(asked.input, { key: asked.key, signal });
      unheard = undefined;
      return claimed.map((assignment) => ({ assignment }));
    },
  };
}

/**
 * From a queue. A message only says what to claim: one whose request waits no more is removed, as the ledger sends another when it does
 * again. One whose request waits, but could not be claimed, comes again in a while.
 */
export function createQueueIntake(
  { client, workerId, types, leaseSeconds, waitSeconds, log, random }: IntakeDeps,
  queue: WorkQueue,
): Intake {
  /** A message that is not dealt with comes again, so no failure here ends anything. */
  const quietly = async (what: string, { requestId }: QueueMessage, work: Promise<void>) => {
    await work.catch((error: unknown) => log.warn({ requestId, err: error }, `a message in the queue: ${what} failed`));
  };
  const never = new AbortController().signal;
  const remove = (message: ReceivedMessage) => quietly("removing it", message, queue.remove(message.receipt, never));

  /** Under one key: where only the answer was lost, the next one says what the first claim got. */
  const claim = async ({ requestId, receipt }: ReceivedMessage): Promise<Assignment | undefined> => {
    const input: InputOf<"claim"> = { workerId, strategy: "SQS", requestIds: [requestId], leaseSeconds };
    const key = `claim/${receipt}/${randomUUID()}`;
    for (let failures = 1; ; failures += 1) {
      try {
        const [assignment] = await client.claim(input, { key, signal: never });
        return assignment;
      } catch (error) {
        if (!isPassing(error) || failures >= claims.atMost) throw error;
        await pause(backoff({ failures, error, random }, claims));
      }
    }
  };

  const take = async (message: ReceivedMessage): Promise<readonly Taken[]> => {
    const { requestId, requestType, receipt } = message;
    const showAgain = (seconds: number) => quietly("showing it", message, queue.extend(receipt, seconds, never));
    if (types !== undefined && !types.includes(requestType)) {
      await showAgain(laterSeconds);
      return [];
    }
    try {
      const assignment = await claim(message);
      if (assignment === undefined) {
        await ((await client.isQueued(requestId)) ? showAgain(laterSeconds) : remove(message));
        return [];
      }
      const onExtended = (seconds: number) => quietly("hiding it", message, queue.extend(receipt, seconds, never));
      // However it ends: the ledger sends another one where it can be claimed again.
      return [{ assignment, onExtended, onEnd: () => remove(message) }];
    } catch (error) {
      await showAgain(0);
      throw error;
    }
  };

  return {
    async next(free, signal) {
      const wanted = { max: Math.min(free, claimAtMost), waitSeconds, visibilitySeconds: leaseSeconds };
      const messages = await queue.receive(wanted, signal);
      // Of several about one request one is enough: were all followed at once, one claim would be in the way of the others.
      const first = new Map(messages.map((message) => [message.requestId, message]));
      const others = messages.filter((message) => first.get(message.requestId) !== message);
      await Promise.all(others.map(remove));
      const taken = await Promise.allSettled([...first.values()].map(take));
      const claimed = taken.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
      const failed = taken.find((one) => one.status === "rejected");
      // What was claimed is worked on, whatever became of the others.
      if (failed !== undefined && claimed.length === 0) throw failed.reason;
      return claimed;
    },
  };
}
