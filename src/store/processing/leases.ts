/**
 * Leases in `processor-checkpoints`: one row for each job, with its holder, a fencing token that rises with every change of
 * hands, and a beat that the holder moves. No clock is compared with another process's: a contender takes a lease over when
 * it has itself seen the beat stand still for as long as a lease lasts, and a holder gives up before that by its own clock.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import type { Lease, Leases } from "../../domain/kernel/index.js";
import { LeaseLostError } from "../../domain/kernel/index.js";
import type { DynamoDb } from "../dynamodb/client.js";
import type { FeedLog } from "../feed/feedLog.js";
import { pause } from "../pause.js";

export interface LeasesDeps {
  readonly db: DynamoDb;
  /** Names this process to people and to the other processes; no two that run have the same. */
  readonly owner: string;
  /** How long a lease lasts after its last beat, in milliseconds: the longest that a job of a dead process waits. */
  readonly milliseconds: number;
  /**
   * Take a lease that somebody holds at the first try. For a process that has just started the engine: whoever holds it by
   * the table was cut off with the engine, and if not, is fenced off.
   */
  readonly takeOver: boolean;
  readonly log: FeedLog;
  /** Told of each change: this process holds a lease now, or does not any more. */
  readonly onChange?: ((name: string, held: boolean) => void) | undefined;
}

const row = z.object({ owner: z.string().optional(), token: z.number().int(), beat: z.number().int() });
type Row = z.output<typeof row>;

/**
 * Parts of a lease. The holder beats each quarter and gives up after half of it without a beat. A contender looks each
 * eighth and takes over when it has seen no beat for six tenths: so never while the holder acts by its own clock, and,
 * with the time until it first looks and until it looks again, within one lease.
 */
const part = { beat: 1 / 4, giveUp: 1 / 2, look: 1 / 8, takeOver: 6 / 10 } as const;
const processor = "lease";
const takeOrBeat = "SET #owner = :owner, #token = :token, #beat = :beat";

export function createLeases(deps: LeasesDeps): Leases {
  const { db, owner, milliseconds, log } = deps;
  const TableName = db.tableName("processor-checkpoints");
  const every = milliseconds * part.beat;

  /** Rows as this process left them: nobody has held the lease since where one is still so. */
  const left = new Map<string, Row>();
  /** What `attempt` has seen of leases that others hold, and since when they stand so. */
  const seenHeld = new Map<string, { readonly row: Row; readonly since: number }>();

  const read = async (name: string): Promise<Row | undefined> => {
    const { Item } = await db.client.send(new GetCommand({ TableName, Key: leaseKey(name), ConsistentRead: true }));
    return Item && row.parse(Item);
  };

  /** Changes the row where it still is as it was seen; false where it is not. */
  const change = async (name: string, expression: string, seen: Row | undefined, next?: Row): Promise<boolean> => {
    const isAsSeen = seen === undefined ? "attribute_not_exists(#token)" : "#token = :seenToken AND #beat = :seenBeat";
    try {
      await db.client.send(
        new UpdateCommand({
          TableName,
          Key: leaseKey(name),
          UpdateExpression: expression,
          ConditionExpression: isAsSeen,
          ExpressionAttributeNames: { "#token": "token", ...(seen && { "#beat": "beat" }), ...namesIn(expression) },
          ExpressionAttributeValues: {
            ...(seen && { ":seenToken": seen.token, ":seenBeat": seen.beat }),
            ...(next && { ":owner": next.owner, ":token": next.token, ":beat": next.beat }),
          },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };

  const take = async (name: string, seen: Row | undefined): Promise<Row | undefined> => {
    const next = { owner, token: (seen?.token ?? 0) + 1, beat: 1 };
    if (await change(name, takeOrBeat, seen, next)) return next;
    // The client may have sent it twice, the first answer lost: then the row is ours all the same.
    const standing = await read(name);
    return standing?.owner === owner && standing.token === next.token ? standing : undefined;
  };

  /** Seeks the lease until it is held; undefined when `signal` aborts. */
  const acquire = async (
    name: string,
    force: boolean,
    {
      signal,
      onWaiting,
    }: { readonly signal: AbortSignal; readonly onWaiting?: ((error?: unknown) => void) | undefined },
  ): Promise<Held | undefined> => {
    let observed: { readonly row: Row; readonly since: number } | undefined;
    while (!signal.aborted) {
      try {
        const seen = await read(name);
        const isSame = observed?.row.token === seen?.token && observed?.row.beat === seen?.beat;
        if (seen !== undefined && !isSame) observed = { row: seen, since: performance.now() };
        const stoodStill = observed !== undefined && performance.now() - observed.since >= milliseconds * part.takeOver;
        // Our own name: this process took it, or held it, and never learned that.
        const isFree = seen?.owner === undefined || seen.owner === owner;
        if (isFree || stoodStill || force) {
          const from = performance.now();
          const taken = await take(name, seen);
          if (taken !== undefined) return { row: taken, from };
        } else onWaiting?.();
      } catch (error) {
        log.warn({ lease: name, err: error }, "a lease cannot be sought; it is tried again");
        onWaiting?.(error);
      }
      await pause(milliseconds * part.look * (0.75 + Math.random() / 4), signal);
    }
    return undefined;
  };

  /** Beats until `signal` aborts, or until the lease is lost or may be. Returns the row as it then is. */
  const keep = async (name: string, held: Held, signal: AbortSignal): Promise<Row | undefined> => {
    let { row: current, from } = held;
    let overdue = false;
    while (!signal.aborted) {
      const deadline = from + milliseconds * part.giveUp;
      if (!overdue) await pause(Math.min(every, Math.max(0, deadline - performance.now())), signal);
      if (signal.aborted) return current;
      if (performance.now() >= deadline) return undefined;
      const began = performance.now();
      const next = { ...current, beat: current.beat + 1 };
      try {
        // A request that hangs is given up in time for another one.
        const limit = Math.min(milliseconds * part.look, deadline - began);
        const { beaten, standing } = await within(beat(name, current, next), limit);
        if (standing?.token !== current.token || standing.owner !== owner) return undefined;
        current = standing;
        // What was written before, its answer lost, was written at an unknown time: only a beat of now lasts from now.
        overdue = !beaten;
        if (beaten) from = began;
      } catch (error) {
        log.warn({ lease: name, err: error }, "a lease cannot be renewed; it is tried again as long as it lasts");
        await pause(Math.min(50, every), signal);
      }
    }
    return current;
  };

  /** Moves the beat; where the row is not as it was seen, says how it stands. */
  const beat = async (name: string, current: Row, next: Row) => {
    const beaten = await change(name, takeOrBeat, current, next);
    return { beaten, standing: beaten ? next : await read(name) };
  };

  const giveBack = async (name: string, current: Row): Promise<void> => {
    try {
      if (await change(name, "REMOVE #owner", current)) left.set(name, { token: current.token, beat: current.beat });
    } catch (error) {
      log.warn({ lease: name, err: error }, "a lease could not be given back; it ends by itself");
    }
  };

  /** Takes the lease if it is free, or has stood still for so long since an earlier try that its holder must be dead. */
  const takeAtOnce = async (name: string): Promise<Held | undefined> => {
    const from = performance.now();
    const own = left.get(name);
    left.delete(name);
    const next = own && { owner, token: own.token + 1, beat: 1 };
    if (own !== undefined && next !== undefined && (await change(name, takeOrBeat, own, next)))
      return { row: next, from };
    const seen = await read(name);
    const observed = seenHeld.get(name);
    const isSame = observed?.row.token === seen?.token && observed?.row.beat === seen?.beat;
    // A clock that stands still while the process is frozen, as that of a function may, only makes this later.
    const stoodStill = isSame && observed !== undefined && from - observed.since >= milliseconds * part.takeOver;
    if (seen?.owner !== undefined && seen.owner !== owner && !stoodStill) {
      if (!isSame) seenHeld.set(name, { row: seen, since: performance.now() });
      return undefined;
    }
    seenHeld.delete(name);
    const since = performance.now();
    const taken = await take(name, seen);
    return taken && { row: taken, from: since };
  };

  /** One time of holding the lease, from taking it to giving it back; then `after` with what `work` threw, while it is still held. */
  const whileHeld = async (
    name: string,
    held: Held,
    work: (lease: Lease) => Promise<void>,
    after: (error: unknown, lost: AbortSignal) => Promise<void>,
  ): Promise<"given back" | "lost"> => {
    const lost = new AbortController();
    const done = new AbortController();
    const keeping = keep(name, held, done.signal).then((current) => {
      if (current === undefined) lost.abort();
      return current;
    });
    deps.onChange?.(name, true);
    try {
      await work({ name, token: held.row.token, lost: lost.signal });
    } catch (error) {
      await after(error, lost.signal);
    }
    done.abort();
    const current = await keeping;
    if (current !== undefined) await giveBack(name, current);
    deps.onChange?.(name, false);
    return current === undefined ? "lost" : "given back";
  };

  const holdOnce = async (
    name: string,
    held: Held,
    work: (lease: Lease) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> => {
    const fence = held.row.token;
    log.info({ lease: name, fence }, "lease held");
    const end = await whileHeld(name, held, work, async (error, lost) => {
      if (error instanceof LeaseLostError) log.info({ lease: name }, error.message);
      else if (!signal.aborted && !lost.aborted) {
        log.error({ lease: name, err: error }, "the holder of a lease failed; the lease is given back");
        await pause(every, signal);
      }
    });
    log.info({ lease: name, fence }, end === "lost" ? "lease lost" : "lease given back");
  };

  return {
    async hold(name, work, options) {
      for (let first = true; !options.signal.aborted; first = false) {
        const held = await acquire(name, first && deps.takeOver, options);
        if (held !== undefined) await holdOnce(name, held, work, options.signal);
      }
    },
    async attempt(name, work) {
      const held = await takeAtOnce(name);
      if (held === undefined) return false;
      let failure: { readonly error: unknown } | undefined;
      await whileHeld(name, held, work, async (error) => void (failure = { error }));
      if (failure !== undefined) throw failure.error;
      return true;
    },
    holder: async (name) => (await read(name))?.owner,
  };
}

/** A lease that was taken, and the moment from which it lasts: before the request was sent that took it. */
interface Held {
  readonly row: Row;
  readonly from: number;
}

/** Key of a lease's row. */
export function leaseKey(name: string) {
  return { processor, partition: name };
}

function namesIn(expression: string): Record<string, string> {
  return Object.fromEntries([...expression.matchAll(/#(\w+)/g)].map(([alias, name = ""]) => [alias, name]));
}

/** The result of `promise`, or a rejection when it takes longer: a request may outlast the lease that it renews. */
async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  const late = new AbortController();
  const timeout = sleep(milliseconds, undefined, { signal: late.signal }).then(() => {
    throw new Error("the store took longer than the lease lasts");
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    late.abort();
    timeout.catch(() => undefined);
    promise.catch(() => undefined);
  }
}
