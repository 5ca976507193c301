/** When which session is polled, and by whom: one small row for each, claimed by one conditional write. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import type { DueSession, PollLease, PollSchedule } from "../../../domain/integrations/index.js";
import { batchGet } from "../../dynamodb/batchGet.js";
import type { DynamoDb } from "../../dynamodb/client.js";
import { isContention, rethrow } from "../../dynamodb/faults.js";
import { createBackoff } from "../../dynamodb/retry.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { dueIn, overdueIn } from "./due.js";
import { fromScheduleItem, isOurs } from "./items.js";
import { dueShards, scheduleKey, sessionKey } from "./keys.js";

const schedules = "beya-integration-schedules";

/** Claims of a session between two of its events are far fewer. */
const claimsOfVersion = 1_000_000;

/** Meeting a commit of the session is over in moments. */
const maxAttempts = 6;
const backoff = createBackoff({ baseMilliseconds: 20, capMilliseconds: 200 });

/** Creates the schedule. All of it throws UnavailableError where DynamoDB does not answer. */
export function createPollSchedule({ db }: { readonly db: DynamoDb }): PollSchedule {
  const inTurn = createTurns(dueShards);

  return {
    /** A request for each part of the index; more only to read past what is left out, of which there are thousands. */
    async due(now, limit, without = []) {
      const shards = inTurn();
      const found = await Promise.all(shards.map((shard) => dueIn(db, shard, { now, limit, without })));
      return taken(found, limit);
    },

    /** A request for each part of the index, for as long as there are no more than some thousands. */
    async overdue(now, limit) {
      const parts = await Promise.all(dueShards.map((shard) => overdueIn(db, shard, { now, limit })));
      const [oldest] = parts.flatMap((part) => part.oldest ?? []).sort();
      const sessions = parts.reduce((sum, part) => sum + part.sessions, 0);
      return { sessions: Math.min(sessions, limit), ...(oldest === undefined ? {} : { oldest }) };
    },

    /** The lease's `nextPollAt` is when it was due. */
    async claim(due, { now, until }) {
      const row = await updated(db, schedules, {
        Key: scheduleKey(due.sessionId),
        UpdateExpression: [
          "SET #token = if_not_exists(#token, :base) + :one",
          "#next = :until",
          "#last = :now",
          "#polls = if_not_exists(#polls, :none) + :one",
          "#since = if_not_exists(#since, :now)",
        ].join(", "),
        // The index is moments behind the row.
        ConditionExpression: "#version = :version AND #next = :seen",
        ExpressionAttributeNames: {
          ...{ "#token": "leaseToken", "#next": "nextPollAt", "#last": "lastPollAt", "#version": "version" },
          ...{ "#polls": "polls", "#since": "pollsSince" },
        },
        ExpressionAttributeValues: {
          ...{ ":version": due.version, ":seen": due.nextPollAt, ":until": until, ":now": now },
          // An event writes the row without a token: with its version in it, tokens rise nevertheless.
          ...{ ":base": due.version * claimsOfVersion, ":one": 1, ":none": 0 },
        },
      });
      return row === undefined ? undefined : toLease(due, { claimedAt: now, until }, row);
    },

    async extend(lease, until) {
      const row = await moved(db, lease, until);
      return row === undefined ? undefined : { ...lease, until };
    },

    async release(lease, nextPollAt) {
      return (await moved(db, lease, nextPollAt)) !== undefined;
    },

    async get(sessionIds) {
      const items = await batchGet(db, schedules, sessionIds.map(scheduleKey), { consistent: true });
      return items.map((item) => (item !== undefined && isOurs(item) ? fromScheduleItem(item) : undefined));
    },

    async showPolled({ userId, serviceType, version }, at) {
      await updated(db, "beya-integration-sessions", {
        Key: sessionKey(userId, serviceType),
        UpdateExpression: "SET #last = :at",
        ConditionExpression: "attribute_exists(#userId) AND #version = :version AND #last < :at",
        ExpressionAttributeNames: { "#last": "lastPollAt", "#version": "version", "#userId": "userId" },
        ExpressionAttributeValues: { ":at": at, ":version": version },
      });
    },
  };
}

/** Creates what answers all of `things`, with another one first each time. */
function createTurns<Thing>(things: readonly Thing[]): () => readonly Thing[] {
  let turn = 0;
  return () => {
    const first = turn % things.length;
    turn = first + 1;
    return [...things.slice(first), ...things.slice(0, first)];
  };
}

/** From each in turn, up to so many: one with much to do does not hold up the others. */
function taken(found: readonly (readonly DueSession[])[], limit: number): readonly DueSession[] {
  const longest = Math.max(0, ...found.map((sessions) => sessions.length));
  const rounds = Array.from({ length: longest }, (_, place) => found.flatMap((sessions) => sessions[place] ?? []));
  return rounds.flat().slice(0, limit);
}

function toLease(
  { sessionId, userId, serviceType, nextPollAt, version }: DueSession,
  held: Pick<PollLease, "claimedAt" | "until">,
  row: Item,
) {
  // Written by claim and by the view's writer.
  const { leaseToken, polls, pollsSince, pollingIntervalMs } = row as {
    readonly leaseToken: number;
    readonly polls: number;
    readonly pollsSince: string;
    readonly pollingIntervalMs: number;
  };
  const due: DueSession = { sessionId, userId, serviceType, pollingIntervalMs, nextPollAt, version };
  return { ...due, token: leaseToken, ...held, polls, pollsSince } satisfies PollLease;
}

/** Moves the row on under a lease; undefined where it is lost. */
function moved(db: DynamoDb, { sessionId, token, version }: PollLease, to: string): Promise<Item | undefined> {
  return updated(db, schedules, {
    Key: scheduleKey(sessionId),
    UpdateExpression: "SET #next = :next",
    ConditionExpression: "#token = :token AND #version = :version",
    ExpressionAttributeNames: { "#next": "nextPollAt", "#token": "leaseToken", "#version": "version" },
    ExpressionAttributeValues: { ":next": to, ":token": token, ":version": version },
  });
}

/** The row behind the update; undefined where the condition does not hold. One request, and more only where a commit is being written. */
async function updated(
  db: DynamoDb,
  table: "beya-integration-schedules" | "beya-integration-sessions",
  update: Omit<UpdateCommandInput, "TableName">,
): Promise<Item | undefined> {
  const command = () => new UpdateCommand({ ...update, TableName: db.tableName(table), ReturnValues: "ALL_NEW" });
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await db.client.send(command())).Attributes;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      if (attempt >= maxAttempts || !isContention(error)) return rethrow(error);
      await backoff(attempt + 1);
    }
  }
}
