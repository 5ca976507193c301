/**
 * One time of holding a processor's lease, from a load of its checkpoint on: hands entries to the handler, and moves the checkpoint
 * in the transaction of what the handler writes. An event that cannot be handled parks its stream, and nothing else.
 */
import type {
  ChangeFeed,
  Clock,
  DeadLetter,
  EventStore,
  FeedEntry,
  FeedPosition,
  Lease,
  LiveEntry,
  ProcessorKind,
} from "../../domain/kernel/index.js";
import { LeaseLostError, UnavailableError } from "../../domain/kernel/index.js";
import { toTransactItem } from "../dynamodb/appendPlan.js";
import type { DynamoDb } from "../dynamodb/client.js";
import { isUnavailability } from "../dynamodb/faults.js";
import type { Backoff } from "../dynamodb/retry.js";
import type { RowWrite } from "../dynamodb/rowWrite.js";
import { messageOf } from "../feed/errors.js";
import type { FeedLog } from "../feed/feedLog.js";
import { atTheBeginning, loadCheckpoint, toCheckpointPut } from "./checkpoint.js";
import type { Checkpoint } from "./checkpoint.js";
import { loadDeadLetters, takeDeadLetters, toDeadLetterDelete, toDeadLetterPut } from "./deadLetters.js";
import type { StoredLetter } from "./deadLetters.js";
import { FencedConflictError, writeFenced } from "./fence.js";
import type { TransactItem } from "./fence.js";
import { parkedEntries } from "./parkedEntries.js";

export interface FeedHandler {
  readonly name: string;
  readonly kind: ProcessorKind;
  /** Whether it begins with the first event of the ledger, or with what comes once it runs. @default "beginning" */
  readonly startsAt?: "beginning" | "now" | undefined;
  /** Entries that mean nothing to the handler are passed over. Pure. */
  wants(entry: FeedEntry): boolean;
  /**
   * Handles entries, those of a stream in order, and returns what is to be written in the transaction that moves the
   * checkpoint behind them. May be called again with the same entries. Throws {@link UnavailableError} where it is worth
   * trying again for as long as it takes; any other error is tried a few times, and then parks the stream.
   */
  handle(entries: readonly FeedEntry[], context: { readonly generation: number }): Promise<readonly RowWrite[]>;
  /** Told when something that `handle` returned has been written. Must not throw. */
  readonly onWritten?: (() => void) | undefined;
}

/** Is told what happens, for metrics. Must not throw. */
export interface ProcessorObserver {
  batch(
    processor: string,
    result: { readonly events: number; readonly seconds: number; readonly outcome: "done" | "failed" },
  ): void;
  parked(processor: string): void;
}

export interface TurnDeps {
  readonly db: DynamoDb;
  readonly feed: ChangeFeed;
  /** The log, for streams that were parked. */
  readonly eventStore: Pick<EventStore, "readStream">;
  readonly handler: FeedHandler;
  readonly clock: Clock;
  readonly log: FeedLog;
  /** Waits before an event is tried again. */
  readonly backoff: Backoff;
  /** How often an event is tried before its stream is parked. @default 5 */
  readonly maxAttempts?: number | undefined;
  readonly observer?: ProcessorObserver | undefined;
  /** How often it is checked whether a replay or rebuild has moved the checkpoint. @default 5,000 */
  readonly checkMilliseconds?: number | undefined;
}

/** Is told how a turn goes. */
export interface TurnWatch {
  /** The checkpoint was written. */
  onMoved(checkpoint: Checkpoint): void;
  /** It stands here, which need not be written: entries that mean nothing are passed over. */
  onPassed(checkpoint: Checkpoint): void;
  /** What went wrong last; undefined once it has succeeded again. */
  onError(error: string | undefined): void;
}

export interface Turn {
  /**
   * Handles entries that come behind the checkpoint. Throws {@link LeaseLostError} and {@link FencedConflictError} where what is
   * remembered is not true any more, and what it waits for where it is to stop.
   */
  process(batch: readonly LiveEntry[]): Promise<void>;
  /** Writes down what was passed over, where it is time to, and does what is asked about parked streams. */
  look(): Promise<void>;
  /** Writes down what was passed over. */
  notePassed(): Promise<void>;
}

/** Rows that one transaction takes besides lease, checkpoint and dead letter. */
const maxWrites = 96;
/** So many events may be passed over before that is noted. Views are read by others up to where they are noted to stand. */
const passedAtMost = { view: 2_000, other: 100 } as const;
/** What no view has passed over may go unnoted for so long: each server has a dozen of them, and would write for each without end. */
const unnotedMilliseconds = 30_000;

/** Loads the checkpoint and the dead letters, or begins, and returns the turn. Ends soon after `stop` aborts. */
export async function beginTurn(
  deps: TurnDeps,
  { lease, stop, watch, known }: TurnOptions,
): Promise<{ readonly turn: Turn; readonly checkpoint: Checkpoint }> {
  const { db, handler } = deps;
  const checkpoint = known ?? (await loadCheckpoint(db, handler.name)) ?? (await begin(deps, lease));
  watch?.onPassed(checkpoint);
  const letters = await takeDeadLetters(db, handler.name, checkpoint.generation);
  return { turn: createTurn(deps, { lease, stop, watch, loaded: checkpoint, letters }), checkpoint };
}

export interface TurnOptions {
  readonly lease: Lease;
  readonly stop: AbortSignal;
  readonly watch?: TurnWatch | undefined;
  /** The checkpoint as it was just loaded. @default it is loaded */
  readonly known?: Checkpoint | undefined;
}

/** The first checkpoint: written at once where a handler begins with what comes, so that it never begins again. */
async function begin({ db, feed, handler, clock }: TurnDeps, lease: Lease): Promise<Checkpoint> {
  const beginning = atTheBeginning(feed.logs);
  if (handler.startsAt !== "now") return beginning;
  const to = { position: await feed.head(), generation: beginning.generation };
  await writeFenced(db, lease, [
    toCheckpointPut(db, { processor: handler.name, from: beginning, to, at: clock.now() }),
  ]);
  return { ...to, revision: 1 };
}

/** Whether a handler is to see an entry. What it cannot even look at is handed to it, so that its stream is parked and nothing else stops. */
export function isWantedBy(handler: FeedHandler, entry: FeedEntry): boolean {
  try {
    return handler.wants(entry);
  } catch {
    return true;
  }
}

function createTurn(
  deps: TurnDeps,
  {
    lease,
    stop,
    watch,
    loaded,
    letters,
  }: TurnOptions & { readonly loaded: Checkpoint; readonly letters: readonly StoredLetter[] },
): Turn {
  const { db, feed, eventStore, handler, clock, log, backoff, observer } = deps;
  const maxAttempts = deps.maxAttempts ?? 5;
  const checkMilliseconds = deps.checkMilliseconds ?? 5_000;
  const isWanted = (entry: FeedEntry) => isWantedBy(handler, entry);
  const isView = handler.kind === "PROJECTION";
  const noteError = (cause: unknown): string => {
    const error = messageOf(cause);
    watch?.onError(error);
    return error;
  };
  const parked = new Map(letters.map((letter) => [letter.streamId, letter]));
  let checkpoint = loaded;
  let passed: { readonly position: FeedPosition; readonly count: number; readonly since: number } | undefined;
  let checkedAt = performance.now();

  const move = async (position: FeedPosition, writes: readonly RowWrite[], more: readonly TransactItem[] = []) => {
    const to = { position, generation: checkpoint.generation };
    const put = toCheckpointPut(db, { processor: handler.name, from: checkpoint, to, at: clock.now() });
    await writeFenced(db, lease, [put, ...more, ...toItems(writes)]);
    if (writes.length > 0) handler.onWritten?.();
    checkpoint = { ...to, revision: checkpoint.revision + 1 };
    passed = undefined;
    watch?.onMoved(checkpoint);
  };

  const toItems = (writes: readonly RowWrite[]) => writes.map((write) => toTransactItem(db, { part: "row", write }));

  /** Does `step` until it succeeds; again for as long as it takes where the store or the world outside does not answer. */
  const insist = async <T>(step: () => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await step();
      } catch (cause) {
        if (stop.aborted || !isPassing(cause)) throw cause;
        const error = noteError(cause);
        if (attempt === 1) log.warn({ processor: handler.name, error }, "a processor waits for what it needs");
        await unlessEnded(backoff(attempt + 1), stop);
      }
    }
  };

  /** Handles entries and moves behind `position`; in halves where they lead to more rows than a transaction takes. */
  const handleAll = async (entries: readonly LiveEntry[], position: FeedPosition): Promise<void> => {
    const writes = await handler.handle(entries, checkpoint);
    const middle = entries[Math.ceil(entries.length / 2) - 1];
    if (writes.length <= maxWrites || entries.length < 2 || middle === undefined) return move(position, writes);
    await handleAll(entries.slice(0, entries.indexOf(middle) + 1), middle.after);
    await handleAll(entries.slice(entries.indexOf(middle) + 1), position);
  };

  /** Handles one event until it succeeds or has failed too often; returns its last failure. */
  const tryOne = async (
    entry: FeedEntry,
    write: (writes: readonly RowWrite[]) => Promise<void>,
  ): Promise<{ readonly error: string; readonly attempts: number } | undefined> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await insist(async () => write(await handler.handle([entry], checkpoint)));
        return undefined;
      } catch (cause) {
        if (stop.aborted || isReloading(cause)) throw cause;
        const error = noteError(cause);
        if (attempt >= maxAttempts) return { error, attempts: attempt };
        await unlessEnded(backoff(attempt + 1), stop);
      }
    }
  };

  const report = (letter: DeadLetter): void => {
    observer?.parked(handler.name);
    log.error({ ...letter }, "a stream is parked: its event cannot be handled");
  };

  /** Each event by itself: the good ones count, and a bad one parks its stream. */
  const handleEach = async (entries: readonly LiveEntry[]): Promise<void> => {
    for (const entry of entries) {
      if (parked.has(entry.event.streamId)) continue;
      const failure = await tryOne(entry, (writes) => move(entry.after, writes));
      if (failure === undefined) continue;
      const letter = toLetter(handler.name, entry, failure, clock.now(), checkpoint.generation);
      await insist(() => move(entry.after, [], [toDeadLetterPut(db, letter)]));
      parked.set(letter.streamId, letter);
      report(letter);
    }
  };

  const pass = async (position: FeedPosition, count: number): Promise<void> => {
    passed = { position, count: (passed?.count ?? 0) + count, since: passed?.since ?? performance.now() };
    watch?.onPassed({ ...checkpoint, position });
    if (passed.count >= passedAtMost[isView ? "view" : "other"]) await notePassed();
  };

  const notePassed = async (): Promise<void> => {
    const position = passed?.position;
    if (position !== undefined) await insist(() => move(position, []));
  };

  /** Views at once, as others wait for them; so is that a processor has begun at all. */
  const isToBeNoted = (): boolean =>
    isView || checkpoint.revision === 0 || performance.now() - (passed?.since ?? Infinity) >= unnotedMilliseconds;

  const process = async (batch: readonly LiveEntry[]): Promise<void> => {
    const position = batch.at(-1)?.after ?? checkpoint.position;
    const wanted = batch.filter((entry) => isWanted(entry) && !parked.has(entry.event.streamId));
    if (wanted.length === 0) return pass(position, batch.length);
    const began = performance.now();
    let outcome: "done" | "failed" = "done";
    try {
      await insist(() => handleAll(wanted, position));
      watch?.onError(undefined);
    } catch (cause) {
      if (stop.aborted || isReloading(cause)) throw cause;
      outcome = "failed";
      // Some of the batch may count already, where it was handled in halves.
      const left = wanted.filter(({ log: index, position: at }) => at > (checkpoint.position[index] ?? 0));
      await handleEach(left);
      await pass(position, 0);
    }
    observer?.batch(handler.name, { events: wanted.length, seconds: (performance.now() - began) / 1_000, outcome });
  };

  /** Does what was asked about a parked stream: its events up to the checkpoint, one by one. */
  const serve = async (letter: StoredLetter): Promise<void> => {
    const entries = parkedEntries({ feed, eventStore, letter, position: checkpoint.position });
    const waiting: FeedEntry[] = [];
    for await (const entry of entries) if (isWanted(entry)) waiting.push(entry);
    const isSkipped = ({ event }: FeedEntry) => letter.requested === "SKIP" && event.version === letter.version;
    const todo = waiting.filter((entry) => !isSkipped(entry));
    // The checkpoint stays where it is, and its revision rises: a write whose answer was lost is not made twice.
    const write = (writes: readonly RowWrite[], change: TransactItem) => move(checkpoint.position, writes, [change]);
    let standing = letter;
    for (const [index, entry] of todo.entries()) {
      const next = todo[index + 1];
      // What comes after it is where a crash goes on.
      const behind = next && toWaiting(letter, next, checkpoint.generation);
      const change = behind ? toDeadLetterPut(db, behind, standing) : toDeadLetterDelete(db, standing);
      const failure = await tryOne(entry, (writes) => write(writes, change));
      if (failure === undefined) {
        standing = behind ?? standing;
        continue;
      }
      const before = entry.event.version === letter.version ? letter.attempts : 0;
      const attempts = before + failure.attempts;
      const again = toLetter(handler.name, entry, { ...failure, attempts }, letter.parkedAt, checkpoint.generation);
      await insist(() => write([], toDeadLetterPut(db, again, standing)));
      parked.set(letter.streamId, again);
      return report(again);
    }
    if (todo.length === 0) await insist(() => write([], toDeadLetterDelete(db, standing)));
    parked.delete(letter.streamId);
    watch?.onError(undefined);
    const { streamId, requested } = letter;
    log.info({ processor: handler.name, streamId, requested, events: todo.length }, "a parked stream goes on");
  };

  /** A replay or a rebuild has moved the checkpoint of a processor that had nothing to write since. */
  const requireOwnMoves = async (): Promise<void> => {
    if (performance.now() - checkedAt < checkMilliseconds) return;
    checkedAt = performance.now();
    const stored = await insist(() => loadCheckpoint(db, handler.name));
    if ((stored?.revision ?? 0) !== checkpoint.revision) throw new FencedConflictError();
  };

  const look = async (): Promise<void> => {
    if (isToBeNoted()) await notePassed();
    await requireOwnMoves();
    if (parked.size === 0) return;
    const letters = await insist(() => loadDeadLetters(db, handler.name, checkpoint.generation));
    const asked = letters.filter(({ requested }) => requested !== undefined);
    // A parked stream goes on up to the checkpoint: what was passed over of it must be before that.
    if (asked.length > 0) await notePassed();
    for (const letter of asked) if (!stop.aborted) await serve(letter);
  };

  return { process, look, notePassed };
}

function isPassing(cause: unknown): boolean {
  return cause instanceof UnavailableError || isUnavailability(cause);
}

/** Whether what is remembered of the checkpoint or the lease is not true any more. */
function isReloading(cause: unknown): boolean {
  return cause instanceof LeaseLostError || cause instanceof FencedConflictError;
}

/** Waits for `waiting`, or for the end. Leaves nothing behind on the signal. */
export function unlessEnded(waiting: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      signal.removeEventListener("abort", done);
      resolve();
    };
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
    waiting.then(done, done);
  });
}

function toLetter(
  processor: string,
  { event, log, position }: FeedEntry,
  { error, attempts }: { readonly error: string; readonly attempts: number },
  parkedAt: string,
  generation: number,
): StoredLetter {
  const { streamId, version, eventId, type: eventType } = event;
  return { processor, streamId, version, eventId, eventType, log, position, error, attempts, parkedAt, generation };
}

/** A letter whose first events are done with, and whose next one has not been tried: whoever comes next goes on with it. */
function toWaiting(letter: DeadLetter, { event, log, position }: FeedEntry, generation: number): StoredLetter {
  const { version, eventId, type: eventType } = event;
  return { ...letter, version, eventId, eventType, log, position, attempts: 0, requested: "RETRY", generation };
}
