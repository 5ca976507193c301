/**
 * A processor: tails the change feed under a lease, hands what it finds to a handler, and moves its checkpoint in the
 * transaction of what the handler writes. An event that cannot be handled parks its stream, and nothing else.
 */
import type { FeedPosition, Lease, Leases, LiveFeed, ProcessorKind } from "../../domain/kernel/index.js";
import { LeaseLostError, UnknownEventError } from "../../domain/kernel/index.js";
import { createBell } from "../feed/bell.js";
import { messageOf } from "../feed/errors.js";
import { pause } from "../pause.js";
import { createBatches } from "./batches.js";
import type { Checkpoint } from "./checkpoint.js";
import { FencedConflictError } from "./fence.js";
import { beginTurn, unlessEnded } from "./turn.js";
import type { TurnDeps, TurnWatch } from "./turn.js";

export type { FeedHandler, ProcessorObserver } from "./turn.js";

export interface ProcessorDeps extends TurnDeps {
  readonly live: LiveFeed;
  readonly leases: Leases;
  /** Told when the next event is one that only a newer release can read: it waits for one. May be told again. */
  readonly onNewerEvent?: ((error: UnknownEventError) => void) | undefined;
  /** Entries for each call of the handler. @default 90 */
  readonly batchSize?: number | undefined;
  /** Least time from the start of one batch to the next, in milliseconds, so that events gather in one transaction. @default 50 */
  readonly minRoundMilliseconds?: number | undefined;
}

export interface Processor {
  readonly name: string;
  readonly kind: ProcessorKind;
  start(): void;
  /** There is something to look at besides the feed: a request about a dead letter. */
  ring(): void;
  /** Where it is, where this process runs it; undefined where it does not. */
  position(): FeedPosition | undefined;
  /** What went wrong last; undefined once it has succeeded again. */
  error(): string | undefined;
  close(): Promise<void>;
}

/** How often a look is taken at what is asked about dead letters, and events that were passed over are noted. */
const lookMilliseconds = 1_000;

export function createProcessor(deps: ProcessorDeps): Processor {
  const { live, leases, handler, log, backoff } = deps;
  const batchSize = deps.batchSize ?? 90;
  const minRound = deps.minRoundMilliseconds ?? 50;
  const closing = new AbortController();
  const bell = createBell();
  let running: Promise<void> | undefined;
  let current: Checkpoint | undefined;
  let error: string | undefined;
  /** Turns in a row that ended in a failure; 0 once something has been written. */
  let failures = 0;

  const watch: TurnWatch = {
    onMoved: (checkpoint) => {
      current = checkpoint;
      failures = 0;
    },
    onPassed: (checkpoint) => (current = checkpoint),
    onError: (message) => (error = message),
  };

  /** One turn: follows the feed until the end, or until the checkpoint must be loaded anew. */
  const follow = async (lease: Lease): Promise<void> => {
    const stop = AbortSignal.any([closing.signal, lease.lost]);
    const { turn, checkpoint } = await beginTurn(deps, { lease, stop, watch });
    let alarm: Promise<unknown> | undefined;
    /** The next moment to look at more than the feed: that costs nothing where there is nothing to note or to ask about. */
    const nextAlarm = (): Promise<unknown> => {
      alarm ??= bell.wait(lookMilliseconds).finally(() => (alarm = undefined));
      return alarm;
    };
    const wake = () => bell.ring();
    stop.addEventListener("abort", wake);
    const entries = live.follow({ after: checkpoint.position, matches: () => true, signal: stop });
    const batches = createBatches(entries);
    let lookedAt = performance.now();
    try {
      await turn.look();
      for (;;) {
        const batch = await batches.next(batchSize, nextAlarm());
        if (batch === undefined) break;
        if (batch.length > 0) {
          const began = performance.now();
          await turn.process(batch);
          // What comes one by one is handled together; where more is waiting than a batch takes, at once.
          const rest = began + minRound - performance.now();
          if (batch.length < batchSize && rest > 0) await pause(rest, stop);
        }
        // Also where the feed never rests.
        if (batch.length === 0 || performance.now() - lookedAt > lookMilliseconds) {
          await turn.look();
          lookedAt = performance.now();
        }
      }
      if (!lease.lost.aborted) await turn.notePassed();
    } finally {
      stop.removeEventListener("abort", wake);
      await entries.return?.();
      bell.ring();
      await alarm;
    }
  };

  const work = async (lease: Lease): Promise<void> => {
    while (!closing.signal.aborted && !lease.lost.aborted) {
      try {
        await follow(lease);
      } catch (cause) {
        if (closing.signal.aborted || cause instanceof LeaseLostError) return;
        // Somebody has moved the checkpoint: a rebuild, a replay, or this very process, the answer lost.
        if (cause instanceof FencedConflictError) {
          await unlessEnded(backoff(2), closing.signal);
          continue;
        }
        error = messageOf(cause);
        failures += 1;
        if (cause instanceof UnknownEventError) deps.onNewerEvent?.(cause);
        log.warn(
          { processor: handler.name, failures, err: cause },
          "a processor failed; it goes on from its checkpoint",
        );
        await unlessEnded(backoff(failures + 2), AbortSignal.any([closing.signal, lease.lost]));
      }
    }
  };

  return {
    name: handler.name,
    kind: handler.kind,
    start: () => {
      running ??= leases.hold(handler.name, (lease) => work(lease).finally(() => (current = undefined)), {
        signal: closing.signal,
      });
    },
    ring: () => bell.ring(),
    position: () => current?.position,
    error: () => error,
    close: async () => {
      closing.abort();
      bell.ring();
      await running;
    },
  };
}
