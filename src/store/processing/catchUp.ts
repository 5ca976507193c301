/**
 * Processors of a process that is called now and then, such as a function on a stream: each goes on from its own checkpoint to the
 * head of the feed, under its lease, and leaves nothing running.
 */
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { LeaseLostError, covers } from "../../domain/kernel/index.js";
import type { FeedPosition, Lease, Leases } from "../../domain/kernel/index.js";
import { cancellationReasons, isContention } from "../dynamodb/faults.js";
import { messageOf } from "../feed/errors.js";
import { atTheBeginning, loadCheckpoints, toCheckpointPut } from "./checkpoint.js";
import type { Checkpoint } from "./checkpoint.js";
import { loadDeadLetters } from "./deadLetters.js";
import { FencedConflictError } from "./fence.js";
import { eventsBetween, readNearEntries } from "./nearEntries.js";
import type { NearEntries } from "./nearEntries.js";
import { beginTurn, isWantedBy } from "./turn.js";
import type { FeedHandler, TurnDeps } from "./turn.js";

export interface CatchUpDeps extends Omit<TurnDeps, "handler"> {
  readonly leases: Leases;
  readonly handlers: readonly FeedHandler[];
  /** Entries for each call of a handler. @default 90 */
  readonly batchSize?: number | undefined;
}

export interface CatchUpOptions {
  /** Aborts when it must end: what is not done is done by whoever comes next. */
  readonly signal: AbortSignal;
  /**
   * "news": what has come since. "everything": also what was asked about dead letters, and each checkpoint is written down however
   * little it has moved. One request for each processor more.
   */
  readonly look: "news" | "everything";
}

export interface CaughtUp {
  /** Processors that had something to do, and did it. */
  readonly ran: readonly string[];
  /** Those that another process runs at the moment; it sees what this one has seen. */
  readonly elsewhere: readonly string[];
  /** Those that have failed, or were not done in time, and why. */
  readonly failed: readonly { readonly processor: string; readonly error: string }[];
}

export type CatchUp = (options: CatchUpOptions) => Promise<CaughtUp>;

/** So many events a policy may pass over before that is written down: nobody waits for a policy's position. */
const passedAtMost = 100;
/** As often the head is looked at again, in a feed that does not rest. */
const mostPasses = 10;
/** So often a checkpoint is loaded again that somebody else has moved. */
const mostTurns = 3;

type Outcome = "idle" | "ran" | "elsewhere" | { readonly error: string };

/** One processor in a pass. */
interface Candidate {
  readonly handler: FeedHandler;
  /** Undefined where it has never run. */
  readonly stored: Checkpoint | undefined;
  readonly checkpoint: Checkpoint;
}

/** Creates it. Rejects only where the feed or the checkpoints cannot be read. */
export function createCatchUp(deps: CatchUpDeps): CatchUp {
  const { db, feed, leases, handlers, clock, log } = deps;
  const batchSize = deps.batchSize ?? 90;
  const names = handlers.map(({ name }) => name);

  const load = async (): Promise<readonly Candidate[]> => {
    const stored = await loadCheckpoints(db, names);
    return handlers.map((handler, index) => ({
      handler,
      stored: stored[index],
      checkpoint: stored[index] ?? atTheBeginning(feed.logs),
    }));
  };

  /** Whether it has nothing to handle between its checkpoint and the head. */
  const isPassing = ({ handler, stored, checkpoint }: Candidate, near: NearEntries): boolean => {
    if (stored === undefined && handler.startsAt === "now") return false;
    return near.behind(checkpoint.position)?.some((entry) => isWantedBy(handler, entry)) === false;
  };

  /** Moves the checkpoints of those that have nothing to handle, in one request; where somebody else has moved one, not now. */
  const notePassed = async (passing: readonly Candidate[], head: FeedPosition): Promise<void> => {
    if (passing.length === 0) return;
    const puts = passing.map(({ handler, checkpoint }) => {
      const to = { position: head, generation: checkpoint.generation };
      return toCheckpointPut(db, { processor: handler.name, from: checkpoint, to, at: clock.now() });
    });
    try {
      await db.client.send(new TransactWriteCommand({ TransactItems: puts }));
    } catch (error) {
      const isMoved = cancellationReasons(error).some(({ Code }) => Code === "ConditionalCheckFailed");
      if (!isMoved && !isContention(error)) throw error;
    }
  };

  const isNotedNow = ({ handler, checkpoint }: Candidate, head: FeedPosition, look: CatchUpOptions["look"]) =>
    handler.kind === "PROJECTION" || look === "everything" || eventsBetween(checkpoint.position, head) >= passedAtMost;

  /** From the checkpoint to the head. Throws where it must be tried again by another call. */
  const runTurn = async (
    { handler }: Candidate,
    known: Checkpoint | undefined,
    { lease, near, signal }: { readonly lease: Lease; readonly near: NearEntries; readonly signal: AbortSignal },
  ): Promise<void> => {
    const stop = AbortSignal.any([signal, lease.lost]);
    const { turn, checkpoint } = await beginTurn({ ...deps, handler }, { lease, stop, known });
    await turn.look();
    for await (const batch of near.batches(checkpoint.position, batchSize)) {
      if (stop.aborted) break;
      await turn.process(batch);
    }
    await turn.notePassed();
    if (lease.lost.aborted) throw new LeaseLostError(lease.name);
    if (signal.aborted) throw new Error("there was no time for the rest");
  };

  const run = async (candidate: Candidate, near: NearEntries, signal: AbortSignal): Promise<Outcome> => {
    const { handler, stored } = candidate;
    const work = async (lease: Lease) => {
      let known = stored;
      for (let turn = 1; ; turn += 1) {
        try {
          return await runTurn(candidate, known, { lease, near, signal });
        } catch (error) {
          if (!(error instanceof FencedConflictError) || turn >= mostTurns || signal.aborted) throw error;
          // Somebody has moved the checkpoint meanwhile: who held the lease before, a rebuild, or a replay.
          known = undefined;
        }
      }
    };
    try {
      return (await leases.attempt(handler.name, work)) ? "ran" : "elsewhere";
    } catch (error) {
      log.warn(
        { processor: handler.name, err: error },
        "a processor has not caught up; it goes on from its checkpoint",
      );
      return { error: messageOf(error) };
    }
  };

  /** Whether somebody has asked for something about a dead letter of it. One request. */
  const isAsked = async ({ handler, checkpoint }: Candidate): Promise<boolean> => {
    const letters = await loadDeadLetters(db, handler.name, checkpoint.generation);
    return letters.some(({ requested }) => requested !== undefined);
  };

  /** One pass over all of them, up to `head`. */
  const pass = async (head: FeedPosition, { signal, look }: CatchUpOptions): Promise<ReadonlyMap<string, Outcome>> => {
    const candidates = await load();
    const asked = new Set(
      look === "news"
        ? []
        : (await Promise.all(candidates.map(async (one) => ((await isAsked(one)) ? [one] : [])))).flat(),
    );
    const behind = candidates.filter((one) => !covers(one.checkpoint.position, head));
    const near = await readNearEntries(
      feed,
      head,
      behind.map(({ checkpoint }) => checkpoint.position),
    );
    const passing = behind.filter((one) => !asked.has(one) && isPassing(one, near));
    const due = candidates.filter((one) => asked.has(one) || (behind.includes(one) && !passing.includes(one)));
    const outcomes = await Promise.all(
      due.map(async (one): Promise<[string, Outcome]> => [one.handler.name, await run(one, near, signal)]),
    );
    await notePassed(
      passing.filter((one) => isNotedNow(one, head, look)),
      head,
    );
    return new Map(outcomes);
  };

  return async (options) => {
    const outcomes = new Map<string, Outcome>();
    let head = await feed.head();
    for (let passes = 1; ; passes += 1) {
      const found = await pass(head, options);
      for (const [name, outcome] of found)
        if (outcomes.get(name) !== "ran" || outcome !== "elsewhere") outcomes.set(name, outcome);
      if (passes >= mostPasses || options.signal.aborted || ![...found.values()].includes("ran")) break;
      // Who came while a lease was held here has left it to this process: so it looks again, now that it has given it back.
      const next = await feed.head();
      if (covers(head, next)) break;
      head = next;
    }
    const named = (wanted: Outcome) => [...outcomes].flatMap(([name, outcome]) => (outcome === wanted ? [name] : []));
    return {
      ran: named("ran"),
      elsewhere: named("elsewhere"),
      failed: [...outcomes].flatMap(([processor, outcome]) =>
        typeof outcome === "object" ? [{ processor, error: outcome.error }] : [],
      ),
    };
  };
}
