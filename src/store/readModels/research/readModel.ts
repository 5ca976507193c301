/** The research views in DynamoDB: the access patterns of seed 002, and those of workers and their queue. */
import { defaultResearchProject, queueTallyKey, strategies } from "../../../domain/research/index.js";
import type { RequestLog, ResearchReadModel, ResearchRequest } from "../../../domain/research/index.js";
import type { Page, PageRequest } from "../../../domain/kernel/page.js";
import type { Clock } from "../../../domain/kernel/time.js";
import { batchGet } from "../../dynamodb/batchGet.js";
import type { DynamoDb } from "../../dynamodb/client.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { isExpired } from "../../expiry.js";
import { readAsyncRows } from "../../processing/readAsyncRows.js";
import { mergedQuery } from "../../query/mergedQuery.js";
import type { SortedRange } from "../../query/mergedQuery.js";
import { takePage } from "../../query/takePage.js";
import type { TableName } from "../../tables.js";
import { listCandidates } from "./candidates.js";
import { listUndispatched, oldestPending } from "./claims.js";
import { fromLogItem, fromProjectItem, fromRequestItem, fromRunItem, fromSlotItem, isOurs } from "./items.js";
import { queueKeys, requestKey } from "./keys.js";
import { isNarrowRequestQuery, logsRange, matchesLog, matchesRequest, planRequests } from "./lists.js";
import { researchQueueView } from "./queueView.js";

export interface ResearchReadModelDeps {
  readonly db: DynamoDb;
  readonly clock: Clock;
}

/** Where few candidates match, pages of this many are asked for at once. */
const candidatesAtLeast = 100;

export function createResearchReadModel({ db, clock }: ResearchReadModelDeps): ResearchReadModel {
  /** Rows by their keys, in their order, strongly consistent; undefined for what is not there (any more) or not ours. */
  const getRows = async <Row>(
    table: TableName,
    keys: readonly Item[],
    fromItem: (item: Item) => Row,
  ): Promise<readonly (Row | undefined)[]> => {
    const items = await batchGet(db, table, keys, { consistent: true });
    const now = clock.now();
    return items.map((item) =>
      item !== undefined && isOurs(item) && !isExpired(item, now) ? fromItem(item) : undefined,
    );
  };

  /** A page of the rows of some ranges that belong to a list. */
  const listRows = <Row>(
    { first, after }: PageRequest,
    {
      ranges,
      descending,
      isNarrow,
      fromItem,
      matches,
    }: {
      readonly ranges: readonly SortedRange[];
      readonly descending: boolean;
      readonly isNarrow: boolean;
      readonly fromItem: (item: Item) => Row;
      readonly matches: (row: Row) => boolean;
    },
  ): Promise<Page<Row>> => {
    const expected = isNarrow ? first + 1 : Math.max(first + 1, candidatesAtLeast);
    const candidates = mergedQuery(db, { ranges, descending, expected, after });
    return takePage(candidates, first, async (chunk) => {
      const now = clock.now();
      return chunk.map(({ item, rank }) => {
        if (!isOurs(item) || isExpired(item, now)) return undefined;
        const row = fromItem(item);
        return matches(row) ? { row, cursor: rank } : undefined;
      });
    });
  };

  return {
    getRequests: (requestIds) => getRows("market_intelligence_requests", requestIds.map(requestKey), fromRequestItem),

    getRuns: (requestIds) => getRows("market_intelligence_runs", requestIds.map(requestKey), fromRunItem),

    listRequests: async (query) =>
      listRows<ResearchRequest>(query, {
        ranges: planRequests(query),
        descending: query.order !== "OLDEST_FIRST",
        isNarrow: isNarrowRequestQuery(query),
        fromItem: fromRequestItem,
        matches: (request) => matchesRequest(request, query),
      }),

    listLogs: async (query) =>
      listRows<RequestLog>(query, {
        ranges: [logsRange(query.requestId)],
        descending: query.order === "NEWEST_FIRST",
        // A worker's entries may come fifty at a time, all of one instant, and are small.
        isNarrow: false,
        fromItem: fromLogItem,
        matches: (log) => matchesLog(log, query),
      }),

    listCandidates: (wanted) => listCandidates(db, wanted),

    listUndispatched: (before, limit) => listUndispatched(db, before, limit),

    async getSlot(slotId) {
      const [slot] = await getRows("market_intelligence_queue", [queueKeys.slot(slotId)], fromSlotItem);
      return slot;
    },

    async getProjects(projectIds) {
      const found = await getRows("market_intelligence_queue", projectIds.map(queueKeys.project), fromProjectItem);
      return projectIds.map((projectId, index) => found[index] ?? defaultResearchProject(projectId));
    },

    oldestPending: (wanted) => oldestPending(db, wanted),

    async getTallies(scope) {
      const projects = scope === "all" ? [undefined] : [...new Set(scope)];
      const keys = projects.flatMap((project) => strategies.map((strategy) => queueTallyKey(project, strategy)));
      const rows = await readAsyncRows(db, researchQueueView, keys);
      return rows.filter((row) => row !== undefined);
    },
  };
}
