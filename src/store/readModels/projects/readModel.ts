/** The project views in DynamoDB: the access patterns of seed 000, and those of batches and projects. */
import { defaultProjectSettings, isProjectVisible, noRouting } from "../../../domain/projects/index.js";
import type {
  Batch,
  PendingEvent,
  ProjectEvent,
  ProjectEventQuery,
  ProjectReadModel,
} from "../../../domain/projects/index.js";
import type { Page } from "../../../domain/kernel/page.js";
import type { Clock } from "../../../domain/kernel/time.js";
import { batchGet } from "../../dynamodb/batchGet.js";
import { queryPages } from "../../dynamodb/query.js";
import type { LimitedQuery } from "../../dynamodb/query.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { readShortStreams } from "../../dynamodb/shortStreams.js";
import type { ShortStreamsDeps } from "../../dynamodb/shortStreams.js";
import { isExpired } from "../../expiry.js";
import { readAsyncRows } from "../../processing/readAsyncRows.js";
import { mergedQuery } from "../../query/mergedQuery.js";
import type { Ranked, SortedRange } from "../../query/mergedQuery.js";
import { takePage } from "../../query/takePage.js";
import { existingProjects, projectActivityView } from "./activity.js";
import { fromBatchItem, fromProjectEventItem, fromRoutingItem, fromSettingsItem, isOurs } from "./items.js";
import { allProjects, eventTimesOf, routingKey, settingsKey } from "./keys.js";
import type { EventTimes } from "./keys.js";
import { isNarrow, matchesBatch, matchesEvent, planBatches, planEvents } from "./lists.js";
import { foldProjectEvent, toProjectEventStream } from "./states.js";

export interface ProjectReadModelDeps extends ShortStreamsDeps {
  readonly clock: Clock;
}

/** Where few candidates match, pages of this many are asked for at once. */
const candidatesAtLeast = 100;

/** Items of one request to `PendingIndex`. */
const pendingPage = 1_000;

/** Items of one request for what was received. */
const receivedPage = 1_000;

export function createProjectReadModel(deps: ProjectReadModelDeps): ProjectReadModel {
  const { db, clock } = deps;

  /** The rows that candidates stand for: as they are, or by one BatchGetItem where the index does not carry them. */
  const hydrate = async (
    candidates: readonly Item[],
    items: "rows" | "keys",
  ): Promise<readonly (ProjectEvent | undefined)[]> => {
    const rows = items === "rows" ? candidates : await batchGet(db, "ProjectEvents", candidates);
    const now = clock.now();
    return rows.map((item) =>
      item !== undefined && isOurs(item) && !isExpired(item, now) ? fromProjectEventItem(item) : undefined,
    );
  };

  const listProjectEvents = async (query: ProjectEventQuery): Promise<Page<ProjectEvent>> => {
    const { first, after, order } = query;
    const { ranges, items } = planEvents(query);
    const expected = isNarrow(query) ? first + 1 : Math.max(first + 1, candidatesAtLeast);
    const candidates = mergedQuery(db, { ranges, descending: order === "NEWEST_FIRST", expected, after });
    return takePage(candidates, first, async (chunk) => {
      const events = await hydrate(itemsOf(chunk), items);
      return chunk.map(({ rank }, index) => {
        const row = events[index];
        return row !== undefined && matchesEvent(row, query) ? { row, cursor: rank } : undefined;
      });
    });
  };

  return {
    async getProjectEvents(projectEventIds) {
      const streams = await readShortStreams(deps, projectEventIds.map(toProjectEventStream));
      return streams.map((events) => foldProjectEvent(events));
    },

    listProjectEvents,

    async listPending(project, limit) {
      const pending: PendingEvent[] = [];
      for await (const page of queryPages(db, "ProjectEvents", pendingQuery(project, limit))) {
        pending.push(...page.map(toPendingEvent));
        if (pending.length >= limit) break;
      }
      return pending.slice(0, limit);
    },

    async listReceived({ project, limit, ...times }) {
      const events: PendingEvent[] = [];
      for await (const page of queryPages(db, "ProjectEvents", receivedQuery(project, eventTimesOf(times), limit))) {
        const now = clock.now();
        events.push(...page.filter((item) => isOursAtAll(item) && !isExpired(item, now)).map(toPendingEvent));
        if (events.length > limit) break;
      }
      return { events: events.slice(0, limit), complete: events.length <= limit };
    },

    async countPending(project, limit) {
      let count = 0;
      for await (const page of queryPages(db, "ProjectEvents", {
        ...pendingQuery(project, limit),
        ProjectionExpression: "#project",
      })) {
        count += page.length;
        if (count >= limit) break;
      }
      return Math.min(count, limit);
    },

    async getBatches(batchIds) {
      const items = await batchGet(
        db,
        "ProjectBatches",
        batchIds.map((batchId) => ({ batchId })),
        { consistent: true },
      );
      return items.map((item) => (item !== undefined && isOurs(item) ? fromBatchItem(item) : undefined));
    },

    async listBatches(query) {
      const { first, after, order, filter } = query;
      const expected = filter.statuses === undefined ? first + 1 : Math.max(first + 1, candidatesAtLeast);
      const { ranges } = planBatches(query);
      const candidates = mergedQuery(db, { ranges, descending: order === "NEWEST_FIRST", expected, after });
      return takePage<Batch>(candidates, first, async (chunk) =>
        chunk.map(({ item, rank }) => {
          const row = isOurs(item) ? fromBatchItem(item) : undefined;
          return row !== undefined && matchesBatch(row, query) ? { row, cursor: rank } : undefined;
        }),
      );
    },

    async getSettings(projects) {
      const items = await batchGet(db, "Projects", projects.map(settingsKey), { consistent: true });
      return projects.map((project, index) => {
        const item = items[index];
        return item !== undefined && isOurs(item) ? fromSettingsItem(item) : defaultProjectSettings(project);
      });
    },

    async getRouting() {
      const [item] = await batchGet(db, "Projects", [routingKey], { consistent: true });
      return item !== undefined && isOurs(item) ? fromRoutingItem(item) : noRouting;
    },

    getActivity: (projects) => readAsyncRows(db, projectActivityView, projects),

    async listProjects({ first, after, scope }) {
      if (scope !== "all") {
        const names = [...new Set(scope)].filter((name) => isProjectVisible(name, scope)).sort();
        const own = await existingProjects(db, names);
        const rest = own.filter((name) => after === undefined || name > after);
        return pageOf(rest, first);
      }
      // A project may have two rows, or three while its activity is rebuilt.
      const candidates = mergedQuery(db, { ranges: [everyProject], descending: false, expected: 2 * first + 2, after });
      return takePage(candidates, first, async (chunk) => chunk.map(({ rank }) => ({ row: rank, cursor: rank })));
    },
  };
}

const itemsOf = (chunk: readonly Ranked[]) => chunk.map(({ item }) => item);

function pendingQuery(project: string, limit: number): LimitedQuery {
  return {
    IndexName: "PendingIndex",
    KeyConditionExpression: "#project = :project",
    ExpressionAttributeNames: { "#project": "pendingProject" },
    ExpressionAttributeValues: { ":project": project },
    Limit: Math.max(1, Math.min(limit, pendingPage)),
  };
}

/** What the batching rules must know of each, and nothing else: an original is a hundred times as large. */
function receivedQuery(project: string, { from, to }: EventTimes, limit: number): LimitedQuery {
  const fields = ["eventId", "eventTime", "importance", "notify", "ttl"];
  return {
    KeyConditionExpression: "#project = :project AND #eventTime BETWEEN :from AND :to",
    ProjectionExpression: fields.map((name) => `#${name}`).join(", "),
    ExpressionAttributeNames: Object.fromEntries(["project", ...fields].map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: { ":project": project, ":from": from, ":to": to },
    ConsistentRead: true,
    Limit: Math.max(1, Math.min(limit + 1, receivedPage)),
  };
}

/** As {@link isOurs}, where the detail is not read: nobody else writes an importance. */
function isOursAtAll({ importance }: Item): boolean {
  return typeof importance === "string";
}

function toPendingEvent(item: Item): PendingEvent {
  const { eventId, eventTime, importance, notify } = item as Omit<PendingEvent, "projectEventId"> & { eventId: string };
  return { projectEventId: eventId, eventTime, importance, notify };
}

const everyProject: SortedRange = {
  table: "Projects",
  index: "AllProjects",
  partitionKey: { name: "listKey", value: allProjects },
  sortKey: { name: "project", from: " ", to: "\u{10FFFF}" },
  rankOf: (item) => String(item["project"]),
  sortKeyAt: (rank) => rank,
};

function pageOf(names: readonly string[], first: number): Page<string> {
  const rows = names.slice(0, first).map((row) => ({ row, cursor: row }));
  return { rows, hasMore: names.length > first };
}
