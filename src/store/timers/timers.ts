/** Durable timers in `domain-timers`: one item for each timer, found by the time at which it is due. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { NotFoundError, logOf } from "../../domain/kernel/index.js";
import type { Clock, Instant, Timer, Timers } from "../../domain/kernel/index.js";
import type { DynamoDb } from "../dynamodb/client.js";
import { rethrow } from "../dynamodb/faults.js";
import { queryAll, queryCount, queryPages } from "../dynamodb/query.js";
import type { LimitedQuery } from "../dynamodb/query.js";
import type { Item, RowWrite } from "../dynamodb/rowWrite.js";

/** A timer as it is kept. */
export interface StoredTimer extends Timer {
  /** When it is run next: `dueAt`, or later where it has failed. For one that is given up on, when that was. */
  readonly nextAt: Instant;
  /** How often it has failed. */
  readonly attempts: number;
  /** What went wrong last. */
  readonly error?: string | undefined;
  /** Whether it is given up on: kept, and not run until a person asks for it. */
  readonly failed: boolean;
}

/** When a timer that has run is to run again, and with what. */
export type AnotherRun = Pick<Timer, "dueAt" | "payload">;

/** What is due, as far as the index knows; it may be moments behind the table. */
export interface DueTimers {
  /** By the time at which they are to run; up to the limit for each of the four shards. */
  readonly due: readonly StoredTimer[];
  /** When the first of the others is to run; undefined where there is none, or none was looked for behind the limit. */
  readonly nextAt?: Instant | undefined;
}

/** Whoever changes a timer says what it read; all of these answer false, and change nothing, where that is not true any more. */
export interface DurableTimers extends Timers {
  /** Schedules a timer unless it is to run at that time or before anyway; whether it has. One request. */
  bringForward(timer: Timer): Promise<boolean>;
  /** Four requests, and one more for each shard that has something due. */
  due(now: Instant, limit: number): Promise<DueTimers>;
  /** The timer as it is now, strongly consistent; undefined where it has run or was cancelled. One request. */
  current(timerId: string): Promise<StoredTimer | undefined>;
  /** Removes a timer that has run. One request. */
  finish(timer: StoredTimer): Promise<boolean>;
  /** Keeps a timer that has run for another run. One request. */
  again(timer: StoredTimer, next: AnotherRun): Promise<boolean>;
  /** Keeps a timer that has failed `attempts` times, to be run at `nextAt`. One request. */
  retryLater(timer: StoredTimer, attempts: number, nextAt: Instant, error: string): Promise<boolean>;
  /** Gives a timer up that has failed `attempts` times. One request. */
  giveUp(timer: StoredTimer, attempts: number, error: string): Promise<boolean>;
  /** Those given up on, longest ago first. One request for each hundred. */
  failed(): Promise<readonly StoredTimer[]>;
  /** Runs one that was given up on again, now. Throws {@link NotFoundError} where there is no such one. One request. */
  retry(timerId: string): Promise<void>;
  /** How many are due and have not run. Four requests or more. */
  countDue(now: Instant): Promise<number>;
  /** How many are given up on. One request or more. */
  countFailed(): Promise<number>;
}

export interface TimersDeps {
  readonly db: DynamoDb;
  readonly clock: Clock;
  /** Told of each timer that this process schedules, so that its scheduler need not find it. */
  readonly onScheduled?: (() => void) | undefined;
}

const table = "domain-timers";
const shards = 4;
const failedShard = "failed";
const longestError = 1_000;

const item = z.object({
  timerId: z.string(),
  dueShard: z.string(),
  /** The index's key: when it runs next. */
  dueAt: z.string(),
  /** What the timer says. */
  scheduledFor: z.string(),
  task: z.string(),
  /** JSON. */
  payload: z.string(),
  attempts: z.number(),
  error: z.string().optional(),
});

/** The write that schedules a timer, for a transaction of somebody else's. Pure. */
export function toTimerWrite(timer: Timer): RowWrite {
  return { kind: "put", table, item: toItem({ ...timer, nextAt: timer.dueAt, attempts: 0, failed: false }) };
}

/** The write that cancels a timer. Pure. */
export function toTimerDelete(timerId: string): RowWrite {
  return { kind: "delete", table, key: { timerId } };
}

/** What a reactor writes timers with. */
export const timerWrites = { toPut: toTimerWrite, toDelete: toTimerDelete } as const;

/** Creates the store of timers. All of it throws {@link UnavailableError} where DynamoDB does not answer. */
export function createTimers({ db, clock, onScheduled }: TimersDeps): DurableTimers {
  const TableName = db.tableName(table);

  /** One change on the condition that the timer is as it was read. */
  const changeAsRead = async (timer: StoredTimer, changed: StoredTimer | undefined): Promise<boolean> => {
    const { timerId, error: _error, ...read } = toItem(timer);
    const names = Object.keys(read);
    const condition = {
      ConditionExpression: names.map((name) => `#${name} = :${name}`).join(" AND "),
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(Object.entries(read).map(([name, value]) => [`:${name}`, value])),
    };
    return whereItHolds(
      changed === undefined
        ? db.client.send(new DeleteCommand({ TableName, Key: { timerId }, ...condition }))
        : db.client.send(new PutCommand({ TableName, Item: toItem(changed), ...condition })),
    );
  };

  const firstPage = async (query: LimitedQuery): Promise<readonly StoredTimer[]> => {
    const { value } = await queryPages(db, table, query).next().catch(rethrow);
    return (value ?? []).map(fromItem);
  };

  const dueIn = async (shard: string, now: Instant, limit: number): Promise<DueTimers> => {
    const [first] = await firstPage({ ...inShard(shard), Limit: 1 });
    if (first === undefined) return { due: [] };
    if (first.nextAt > now) return { due: [], nextAt: first.nextAt };
    const page = await firstPage({ ...inShard(shard), Limit: limit + 1 });
    const due = page.filter(({ nextAt }) => nextAt <= now).slice(0, limit);
    const next = page.find(({ nextAt }) => nextAt > now);
    return { due, ...(next === undefined ? {} : { nextAt: next.nextAt }) };
  };

  return {
    async schedule(timer) {
      const Item = toItem({ ...timer, nextAt: timer.dueAt, attempts: 0, failed: false });
      await db.client.send(new PutCommand({ TableName, Item })).catch(rethrow);
      onScheduled?.();
    },

    async bringForward(timer) {
      const done = await whereItHolds(
        db.client.send(
          new PutCommand({
            TableName,
            Item: toItem({ ...timer, nextAt: timer.dueAt, attempts: 0, failed: false }),
            ConditionExpression: "attribute_not_exists(#id) OR #dueAt > :dueAt OR #dueShard = :failed",
            ExpressionAttributeNames: { "#id": "timerId", "#dueAt": "dueAt", "#dueShard": "dueShard" },
            ExpressionAttributeValues: { ":dueAt": timer.dueAt, ":failed": failedShard },
          }),
        ),
      );
      if (done) onScheduled?.();
      return done;
    },

    async cancel(timerId) {
      await db.client.send(new DeleteCommand({ TableName, Key: { timerId } })).catch(rethrow);
    },

    async due(now, limit) {
      const found = await Promise.all(dueShards.map((shard) => dueIn(shard, now, limit)));
      const [nextAt] = found.flatMap((one) => one.nextAt ?? []).sort();
      const due = found.flatMap((one) => one.due).sort((a, b) => a.nextAt.localeCompare(b.nextAt));
      return { due, ...(nextAt === undefined ? {} : { nextAt }) };
    },

    async current(timerId) {
      const { Item } = await db.client
        .send(new GetCommand({ TableName, Key: { timerId }, ConsistentRead: true }))
        .catch(rethrow);
      return Item && fromItem(Item);
    },

    finish: (timer) => changeAsRead(timer, undefined),

    again: (timer, { dueAt, payload }) => {
      const { timerId, task } = timer;
      return changeAsRead(timer, { timerId, task, dueAt, payload, nextAt: dueAt, attempts: 0, failed: false });
    },

    retryLater: (timer, attempts, nextAt, error) =>
      changeAsRead(timer, { ...timer, attempts, nextAt, error: error.slice(0, longestError) }),

    giveUp: (timer, attempts, error) =>
      changeAsRead(timer, {
        ...timer,
        attempts,
        nextAt: clock.now(),
        error: error.slice(0, longestError),
        failed: true,
      }),

    async failed() {
      const all: StoredTimer[] = [];
      try {
        for await (const one of queryAll(db, table, { ...inShard(failedShard), Limit: 100 })) all.push(fromItem(one));
      } catch (error) {
        rethrow(error);
      }
      return all;
    },

    async retry(timerId) {
      const isFailed = "#dueShard = :failed";
      const done = await whereItHolds(
        db.client.send(
          new UpdateCommand({
            TableName,
            Key: { timerId },
            UpdateExpression: "SET #dueShard = :shard, #dueAt = :now, #attempts = :none",
            ConditionExpression: isFailed,
            ExpressionAttributeNames: { "#dueShard": "dueShard", "#dueAt": "dueAt", "#attempts": "attempts" },
            ExpressionAttributeValues: {
              ":failed": failedShard,
              ":shard": shardOf(timerId),
              ":now": clock.now(),
              ":none": 0,
            },
          }),
        ),
      );
      if (!done) throw new NotFoundError("failed timer", timerId);
      onScheduled?.();
    },

    async countDue(now) {
      const counts = await Promise.all(
        dueShards.map((shard) => queryCount(db, table, { ...inShard(shard, now), Limit: 1_000 })),
      ).catch(rethrow);
      return counts.reduce((sum, count) => sum + count, 0);
    },

    countFailed: () => queryCount(db, table, { ...inShard(failedShard), Limit: 1_000 }).catch(rethrow),
  };
}

const dueShards = Array.from({ length: shards }, (_, index) => `due#${index}`);

function shardOf(timerId: string): string {
  return `due#${logOf(timerId, shards)}`;
}

/** The timers of a shard in the order in which they run; those due at `until` or earlier where it is given. */
function inShard(shard: string, until?: Instant): Omit<LimitedQuery, "Limit"> {
  const isOfShard = "#dueShard = :shard";
  return {
    IndexName: "DueIndex",
    KeyConditionExpression: until === undefined ? isOfShard : `${isOfShard} AND #dueAt <= :until`,
    ExpressionAttributeNames: { "#dueShard": "dueShard", ...(until === undefined ? {} : { "#dueAt": "dueAt" }) },
    ExpressionAttributeValues: { ":shard": shard, ...(until === undefined ? {} : { ":until": until }) },
  };
}

function toItem(timer: StoredTimer): z.output<typeof item> {
  const { timerId, dueAt, nextAt, task, payload, attempts, error, failed } = timer;
  return {
    timerId,
    dueShard: failed ? failedShard : shardOf(timerId),
    dueAt: nextAt,
    scheduledFor: dueAt,
    task,
    payload: JSON.stringify(payload ?? null),
    attempts,
    ...(error === undefined ? {} : { error }),
  };
}

function fromItem(stored: Item): StoredTimer {
  const { dueShard, dueAt, scheduledFor, payload, ...timer } = item.parse(stored);
  return {
    ...timer,
    dueAt: scheduledFor,
    nextAt: dueAt,
    payload: JSON.parse(payload) as unknown,
    failed: dueShard === failedShard,
  };
}

/** False where the condition of a write does not hold. */
async function whereItHolds(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    return rethrow(error);
  }
}
