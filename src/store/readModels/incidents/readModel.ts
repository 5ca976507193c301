/** The incident views in DynamoDB: the ten access patterns of seed 003. */
import type {
  Incident,
  IncidentQuery,
  IncidentReadModel,
  IncidentStatus,
  PartKey,
  TimelineEntry,
  TimelineQuery,
} from "../../../domain/incidents/index.js";
import type { Page, PageRequest } from "../../../domain/kernel/page.js";
import { incidentStatuses, isVisible } from "../../../domain/incidents/index.js";
import type { Scope } from "../../../domain/kernel/scope.js";
import type { Clock, Instant } from "../../../domain/kernel/time.js";
import { batchGet } from "../../dynamodb/batchGet.js";
import type { DynamoDb } from "../../dynamodb/client.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { isExpired } from "../../expiry.js";
import { mergedQuery } from "../../query/mergedQuery.js";
import type { SortedRange } from "../../query/mergedQuery.js";
import { takePage } from "../../query/takePage.js";
import {
  fromArchivedItem,
  fromCommentItem,
  fromEntryItem,
  fromItem,
  fromMetadataItem,
  fromSummaryItem,
  isArchivedItem,
  isOurs,
} from "./items.js";
import { listAtLeast } from "./atLeast.js";
import { readIncidentCounts } from "./counts.js";
import { archivedKey, keys, metadataKey, rowsSince, startingWith } from "./keys.js";
import type { KeyRange } from "./keys.js";
import { incidentIdOf, matchesFilter, ownRanges, planList } from "./lists.js";

const table = "aegis-incidents";

export function createIncidentReadModel({
  db,
  clock,
}: {
  readonly db: DynamoDb;
  readonly clock: Clock;
}): IncidentReadModel {
  const getIncidents = async (incidentIds: readonly string[]): Promise<readonly (Incident | undefined)[]> => {
    const items = await batchGet(db, table, incidentIds.map(metadataKey), { consistent: true });
    return items.map((item) => (item !== undefined && isOurs(item) ? fromMetadataItem(item) : undefined));
  };

  const getParts = async <Row>(
    partKeys: readonly PartKey[],
    sortKeyOf: (key: PartKey) => string,
    decode: (item: Item) => Row,
  ) => {
    const itemKeys = partKeys.map((key) => ({ PK: keys.incident(key.incidentId), SK: sortKeyOf(key) }));
    const items = await batchGet(db, table, itemKeys, { consistent: true });
    return items.map((item) => (item !== undefined && isShown(item, clock.now()) ? decode(item) : undefined));
  };

  const listRows = async <Row>(list: RowList<Row>, { first, after }: PageRequest): Promise<Page<Row>> => {
    const { ranges, descending } = list;
    const now = clock.now();
    const candidates = mergedQuery(db, { ranges, descending, expected: first + 1, after });
    return takePage(candidates, first, async (chunk) =>
      chunk.map(({ item, rank }) => {
        const row = isShown(item, now) ? list.decode(item) : undefined;
        return row !== undefined ? { row, cursor: rank } : undefined;
      }),
    );
  };

  /** The incidents that candidates stand for: whole METADATA rows as they are, the others by one BatchGetItem. */
  const hydrate = async (candidates: readonly Item[]): Promise<readonly (Incident | undefined)[]> => {
    const isWhole = (item: Item) => item["SK"] === keys.metadata && isOurs(item);
    const missing = candidates.filter((item) => !isWhole(item)).map(incidentIdOf);
    // The index that named them is no fresher: strongly consistent reads would cost twice as much for nothing.
    const items = await batchGet(db, table, missing.map(metadataKey));
    const fetched = items.map((item) => item && fromMetadataItem(item));
    const byId = new Map(missing.map((incidentId, index) => [incidentId, fetched[index]]));
    return candidates.map((item) => (isWhole(item) ? fromMetadataItem(item) : byId.get(incidentIdOf(item))));
  };

  const listIncidents = async (query: IncidentQuery): Promise<Page<Incident>> => {
    const { after, first } = query;
    const candidates = mergedQuery(db, { ...planList(query), expected: first + 1, after });
    return takePage(candidates, first, async (chunk) => {
      const incidents = await hydrate(chunk.map(({ item }) => item));
      return chunk.map(({ rank }, index) => {
        const row = incidents[index];
        return row !== undefined && matchesFilter(row, query) ? { row, cursor: rank } : undefined;
      });
    });
  };

  /** An incident may be in several projects of a scope, so sums of their counts would be wrong. */
  const countOwn = async (scope: Scope): Promise<Record<IncidentStatus, number>> => {
    const counts = Object.fromEntries(incidentStatuses.map((status) => [status, 0])) as Record<IncidentStatus, number>;
    const candidates = mergedQuery(db, { ranges: ownRanges(scope) ?? [], descending: false, expected: 1_000 });
    const countChunk = async (chunk: readonly Item[]) => {
      for (const incident of await hydrate(chunk)) {
        if (incident !== undefined && isVisible(incident, scope)) counts[incident.status] += 1;
      }
    };
    let chunk: Item[] = [];
    for await (const { item } of candidates) {
      chunk.push(item);
      if (chunk.length < 100) continue;
      await countChunk(chunk);
      chunk = [];
    }
    await countChunk(chunk);
    return counts;
  };

  return {
    getIncidents,
    listIncidents: (query) =>
      listAtLeast({ list: listIncidents, get: async (incidentId) => (await getIncidents([incidentId]))[0] }, query),

    async findByNumber(numbers) {
      const items = await batchGet(
        db,
        table,
        numbers.map((number) => ({ PK: keys.number(number), SK: keys.numbered })),
        { consistent: true },
      );
      return items.map((item) => (typeof item?.["id"] === "string" ? item["id"] : undefined));
    },

    async countByStatus(scope = "all") {
      if (scope !== "all") return countOwn(scope);
      return readIncidentCounts(db);
    },

    listRecords: (incidentId, page) =>
      listRows({ ranges: [wholeRange(incidentId)], descending: false, decode: fromItem }, page),

    listTimeline: (query) =>
      listRows(
        {
          ranges: query.incidentIds.map((incidentId) => partRange(incidentId, "EVENT", query.since)),
          descending: query.order === "NEWEST_FIRST",
          decode: (item) => {
            const entry = fromEntryItem(item);
            return matchesTimeline(entry, query) ? entry : undefined;
          },
        },
        query,
      ),

    listComments: (incidentId, page) =>
      listRows({ ranges: [partRange(incidentId, "COMMENT")], descending: false, decode: fromCommentItem }, page),

    listSummaries: (incidentId, page) =>
      listRows({ ranges: [partRange(incidentId, "SUMMARY")], descending: true, decode: fromSummaryItem }, page),

    getComments: (partKeys) => getParts(partKeys, ({ at, id }) => keys.comment(at, id), fromCommentItem),
    getEntries: (partKeys) => getParts(partKeys, ({ at, id }) => keys.entry(at, id), fromEntryItem),

    async getArchived(incidentIds) {
      const items = await batchGet(db, table, incidentIds.map(archivedKey), { consistent: true });
      return items.map((item) => (item !== undefined && isArchivedItem(item) ? fromArchivedItem(item) : undefined));
    },

    async listArchived({ first, after, scope = "all" }) {
      const candidates = mergedQuery(db, { ranges: [archivedRange], descending: true, expected: first + 1, after });
      return takePage(candidates, first, async (chunk) =>
        chunk.map(({ item, rank }) => {
          const row = isArchivedItem(item) ? fromArchivedItem(item) : undefined;
          return row !== undefined && isVisible(row, scope) ? { row, cursor: rank } : undefined;
        }),
      );
    },
  };
}

function isShown(item: Item, now: Instant): boolean {
  return isOurs(item) && !isExpired(item, now);
}

interface RowList<Row> {
  readonly ranges: readonly SortedRange[];
  readonly descending: boolean;
  /** Undefined for an item that is no row of the list. */
  decode(item: Item): Row | undefined;
}

/** The rows of one kind of an incident, in the order of their time. */
function partRange(incidentId: string, kind: "EVENT" | "COMMENT" | "SUMMARY", since?: string): SortedRange {
  return partitionRange(incidentId, rowsSince(kind, since));
}

/** All rows of an incident. No sort key may be empty, so the range begins at a space. */
function wholeRange(incidentId: string): SortedRange {
  return partitionRange(incidentId, { from: " ", to: startingWith("").to });
}

/** All archived incidents, by when they ended. */
const archivedRange: SortedRange = {
  table,
  index: "GSI2",
  partitionKey: { name: "GSI2PK", value: keys.archived },
  sortKey: { name: "GSI2SK", from: " ", to: startingWith("").to },
  rankOf: (item) => String(item["GSI2SK"]),
  sortKeyAt: (rank) => rank,
};

function partitionRange(incidentId: string, sortKeys: KeyRange): SortedRange {
  return {
    table,
    partitionKey: { name: "PK", value: keys.incident(incidentId) },
    sortKey: { name: "SK", ...sortKeys },
    rankOf: (item) => String(item["SK"]),
    sortKeyAt: (rank) => rank,
    consistent: true,
  };
}

function matchesTimeline(entry: TimelineEntry, { kinds, actor, keyMomentsOnly }: TimelineQuery): boolean {
  return (
    (kinds?.includes(entry.kind) ?? true) &&
    (actor === undefined || entry.actor.id === actor) &&
    (keyMomentsOnly !== true || entry.keyMoment)
  );
}
