/** The integration views in DynamoDB: the access patterns of seed 004, and those of people who look after sessions. */
import type {
  DeadLetter,
  IntegrationSession,
  IntegrationsReadModel,
  PollRecord,
} from "../../../domain/integrations/index.js";
import type { Clock } from "../../../domain/kernel/time.js";
import { batchGet } from "../../dynamodb/batchGet.js";
import type { DynamoDb } from "../../dynamodb/client.js";
import { queryPage } from "../../dynamodb/query.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { isExpired } from "../../expiry.js";
import { createListRows } from "../../query/listRows.js";
import { readTallies } from "./healthView.js";
import { fromDeadLetterItem, fromPollItem, fromShownSessionItem, isOurs } from "./items.js";
import { sessionKeyOf } from "./keys.js";
import { isAcrossServices, isNarrow, matchesPoll, matchesSession, planSessions, pollsRange } from "./lists.js";
import { deadLetterRank, isWantedLetter, sessionRank, sortedPage, wholePartition } from "./sortedPage.js";

export interface IntegrationsReadModelDeps {
  readonly db: DynamoDb;
  readonly clock: Clock;
  /** Services of this server: their sessions are listed though nobody has counted them yet. @default those that were counted */
  readonly serviceTypes?: readonly string[] | undefined;
}

/** So many sessions may share an account. */
const sessionsOfAccount = 100;

export function createIntegrationsReadModel(deps: IntegrationsReadModelDeps): IntegrationsReadModel {
  const { db, clock, serviceTypes = [] } = deps;

  const getSessions = async (sessionIds: readonly string[]): Promise<readonly (IntegrationSession | undefined)[]> => {
    const keys = sessionIds.map(sessionKeyOf);
    const asked = keys.filter((key) => key !== undefined);
    const found = await batchGet(db, "beya-integration-sessions", asked, { consistent: true });
    const items = found[Symbol.iterator]();
    return keys.map((key) => {
      const item = key === undefined ? undefined : items.next().value;
      return item !== undefined && isOurs(item) ? fromShownSessionItem(item) : undefined;
    });
  };

  const listRows = createListRows({ db, clock, isOurs });

  /** Rows of a partition that are there. */
  const rowsOf = async <Row>(partition: Parameters<typeof wholePartition>[1], fromItem: (item: Item) => Row) => {
    const items = await wholePartition(db, partition);
    const now = clock.now();
    return items.filter((item) => isOurs(item) && !isExpired(item, now)).map(fromItem);
  };

  return {
    getSessions,

    async listSessions(query) {
      const { filter, order } = query;
      const matches = (session: IntegrationSession) => matchesSession(session, filter);
      if (filter.userId !== undefined) {
        const partition = { table: "beya-integration-sessions", name: "userId", value: filter.userId } as const;
        const sessions = await rowsOf(partition, fromShownSessionItem);
        return sortedPage(sessions.filter(matches), query, {
          rankOf: sessionRank(order),
          descending: order === "LAST_POLLED_FIRST",
        });
      }
      const known = isAcrossServices(query) ? (await readTallies(db)).map(({ serviceType }) => serviceType) : [];
      return listRows<IntegrationSession>(query, {
        ranges: planSessions(query, [...new Set([...serviceTypes, ...known])]),
        descending: order === "LAST_POLLED_FIRST",
        isNarrow: isNarrow(filter),
        fromItem: fromShownSessionItem,
        matches,
      });
    },

    listPolls: async (query) =>
      listRows<PollRecord>(query, {
        ranges: pollsRange(query.sessionId),
        descending: query.order === "NEWEST_FIRST",
        isNarrow: query.outcomes === undefined,
        fromItem: fromPollItem,
        matches: (poll) => matchesPoll(poll, query),
      }),

    async listDeadLetters(query) {
      const partition = { table: "beya-integration-dead-letters", name: "sessionId", value: query.sessionId } as const;
      const letters: readonly DeadLetter[] = await rowsOf(partition, fromDeadLetterItem);
      return sortedPage(
        letters.filter((letter) => isWantedLetter(letter, query)),
        query,
        { rankOf: deadLetterRank, descending: false },
      );
    },

    async findByAccount(accountKey) {
      const { Items = [] } = await queryPage(db, "beya-integration-sessions", {
        IndexName: "Account-Index",
        KeyConditionExpression: "#account = :account",
        ExpressionAttributeNames: { "#account": "accountKey" },
        ExpressionAttributeValues: { ":account": accountKey },
        Limit: sessionsOfAccount,
      });
      const sessions = await getSessions(
        Items.map(({ userId, serviceType }) => `${String(userId)}#${String(serviceType)}`),
      );
      return sessions.flatMap((session) =>
        session !== undefined && session.accountKey === accountKey && session.status !== "DISCONNECTED"
          ? [session.sessionId]
          : [],
      );
    },

    getTallies: () => readTallies(db),
  };
}
