/** The research views in DynamoDB: the access patterns of seed 002, and those of workers and their queue. */
import { defaultResearchProject, queueTallyKey, strategies } from "../../../domain/research/index.js";
import type { RequestLog, ResearchReadModel, ResearchRequest } from "../../../domain/research/index.js";
import type { Clock } from "../../../domain/kernel/time.js";
import { batchGet } from "../../dynamodb/batchGet.js";
import type { DynamoDb } from "../../dynamodb/client.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { isExpired } from "../../expiry.js";
import { readAsyncRows } from "../../processing/readAsyncRows.js";
import { createListRows } from "../../query/listRows.js";
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

  const listRows = createListRows({ db, clock, isOurs });

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
