/** Incidents as they were: the log folded up to a moment, and the questions that the views answer, answered by that. */
import { invalid } from "../kernel/errors.js";
import type { Recorded } from "../kernel/event.js";
import type { EventStore } from "../kernel/eventStore.js";
import { toStreamName } from "../kernel/streamName.js";
import type { Page, PageRequest } from "../kernel/page.js";
import type { Instant } from "../kernel/time.js";
import { incidentCategory } from "./events.js";
import type { IncidentEvent } from "./events.js";
import { foldIncident } from "./evolve.js";
import type { IncidentReadModel, IncidentRecord, PartKey, TimelineQuery } from "./readModel.js";
import { noIncident } from "./state.js";
import type { Incident, IncidentState, Summary } from "./state.js";
import type { TimelineEntry } from "./timeline.js";
import { toSummary } from "./views.js";

/**
 * A moment of an incident's past: behind one of its events (0: before the first), or what the ledger knew at a time, which
 * is all events before the first that was recorded later.
 */
export type Moment =
  { readonly kind: "version"; readonly version: number } | { readonly kind: "time"; readonly time: Instant };

/** The fold of an incident's stream up to some event, with all that its rows ever showed; nothing expires from the log. */
export interface FoldedIncident extends IncidentState {
  readonly incident: Incident;
  /** Oldest first. */
  readonly summaries: readonly Summary[];
}

/** The questions that the views answer about single incidents, answered as of a moment. */
export interface Past extends Pick<
  IncidentReadModel,
  "listRecords" | "listTimeline" | "listComments" | "listSummaries" | "getComments" | "getEntries"
> {
  /** An incident as it was; undefined where it had not been declared. */
  getIncident(incidentId: string): Promise<Incident | undefined>;
}

/** An incident as it was at a moment, with a view of its past. */
export interface PastIncident {
  readonly incident: Incident;
  readonly folded: FoldedIncident;
  readonly past: Past;
}

/** An incident at two moments, and what happened between them. */
export interface IncidentSpan {
  /** Absent where the span begins before the declaration. */
  readonly before?: PastIncident;
  readonly after: PastIncident;
  /** The events behind `before` up to `after`, in order. */
  readonly events: readonly Recorded<IncidentEvent>[];
}

export interface IncidentHistory {
  /**
   * The incident at a moment; undefined before its declaration, or where there is none. Costs one Query for each MB, or 500
   * commits, of its stream up to the moment. Throws a ValidationError for `field` where the stream has no such version yet.
   */
  at(incidentId: string, moment: Moment, field: string): Promise<PastIncident | undefined>;
  /**
   * The incident at two moments, by one reading; undefined where it was not declared at the later one. Throws a
   * ValidationError where `from` lies behind `to`, or a version does not exist yet. Costs as `at` of the later moment.
   */
  between(incidentId: string, from: Moment, to: Moment): Promise<IncidentSpan | undefined>;
}

export function createIncidentHistory({
  eventStore,
}: {
  readonly eventStore: Pick<EventStore, "readStream">;
}): IncidentHistory {
  /** The events up to a moment. */
  const read = async (
    incidentId: string,
    moment: Moment,
    field: string,
  ): Promise<readonly Recorded<IncidentEvent>[]> => {
    const events: Recorded<IncidentEvent>[] = [];
    const toVersion = moment.kind === "version" ? moment.version : undefined;
    const commits = eventStore.readStream(
      toStreamName(incidentCategory, incidentId),
      toVersion === undefined ? {} : { toVersion },
    );
    for await (const commit of commits) {
      for (const event of commit.events) {
        if (isBehind(event, moment)) return events;
        // Only incident events are on an incident's stream.
        events.push(event as Recorded<IncidentEvent>);
      }
      // Versions have no gaps: this is all, and no further page need be asked for.
      if (events.length === toVersion) return events;
    }
    if (toVersion !== undefined && events.length > 0 && events.length < toVersion) {
      throw invalid(field, `must be at most ${events.length}, the incident's present version`);
    }
    return events;
  };

  /** An incident behind some of its events. Other incidents on its timeline are shown as of the same time. */
  const toPastIncident = (
    folded: FoldedIncident | undefined,
    moment: Moment,
    field: string,
  ): PastIncident | undefined => {
    if (folded === undefined) return undefined;
    const { incidentId, updatedAt } = folded.incident;
    const time = moment.kind === "time" ? moment.time : updatedAt;
    const known = new Map([[incidentId, Promise.resolve<FoldedIncident | undefined>(folded)]]);
    const load = (otherId: string) => {
      const loaded =
        known.get(otherId) ?? read(otherId, { kind: "time", time }, field).then((its) => foldHistory(otherId, its));
      known.set(otherId, loaded);
      return loaded;
    };
    return { incident: folded.incident, folded, past: createPast(load) };
  };

  return {
    async at(incidentId, moment, field) {
      return toPastIncident(foldHistory(incidentId, await read(incidentId, moment, field)), moment, field);
    },

    async between(incidentId, from, to) {
      const events = await read(incidentId, to, "to.version");
      const isTurnedRound =
        from.kind === "time" ? to.kind === "time" && from.time > to.time : from.version > events.length;
      if (events.length > 0 && isTurnedRound) throw invalid("from", "must not lie behind `to`");
      const first = events.findIndex((event) => isBehind(event, from));
      const split = first < 0 ? events.length : first;
      const folded = foldHistory(incidentId, events.slice(0, split));
      const before = toPastIncident(folded, from, "from");
      const after = toPastIncident(foldHistory(incidentId, events.slice(split), folded), to, "to");
      if (after === undefined) return undefined;
      return { ...(before === undefined ? {} : { before }), after, events: events.slice(split) };
    },
  };
}

function isBehind(event: Recorded, moment: Moment): boolean {
  return moment.kind === "version" ? event.version > moment.version : event.recordedAt > moment.time;
}

/** The fold of an incident's events, behind `before`; undefined where it is not declared. */
export function foldHistory(
  incidentId: string,
  events: readonly Recorded<IncidentEvent>[],
  before?: FoldedIncident,
): FoldedIncident | undefined {
  const { incident, comments, entries } = foldIncident(before ?? noIncident, events);
  if (incident === undefined) return undefined;
  const added = events.flatMap((event) => toSummary(incidentId, event) ?? []);
  return { incident, comments, entries, summaries: [...(before?.summaries ?? []), ...added] };
}

function createPast(load: (incidentId: string) => Promise<FoldedIncident | undefined>): Past {
  const loadAll = async (incidentIds: readonly string[]): Promise<readonly FoldedIncident[]> =>
    (await Promise.all(incidentIds.map(load))).filter((folded) => folded !== undefined);
  return {
    getIncident: async (incidentId) => (await load(incidentId))?.incident,

    listTimeline: async (query) => {
      const entries = (await loadAll(query.incidentIds)).flatMap((folded) => [...folded.entries.values()]);
      const chosen = entries.filter((entry) => matchesTimeline(entry, query));
      return toPage(chosen, rankOf.entry, query, query.order === "NEWEST_FIRST");
    },

    listComments: async (incidentId, page) => {
      const folded = await load(incidentId);
      return toPage([...(folded?.comments.values() ?? [])], rankOf.comment, page, false);
    },

    listSummaries: async (incidentId, page) => {
      const folded = await load(incidentId);
      return toPage(folded?.summaries ?? [], rankOf.summary, page, true);
    },

    listRecords: async (incidentId, page) => {
      const folded = await load(incidentId);
      return toPage(folded === undefined ? [] : recordsOf(folded), rankOfRecord, page, false);
    },

    getComments: (keys) =>
      Promise.all(keys.map(async ({ incidentId, id }) => (await load(incidentId))?.comments.get(id))),
    getEntries: (keys: readonly PartKey[]) =>
      Promise.all(keys.map(async ({ incidentId, id }) => (await load(incidentId))?.entries.get(id))),
  };
}

function recordsOf({ incident, comments, entries, summaries }: FoldedIncident): readonly IncidentRecord[] {
  return [
    { kind: "incident", row: incident },
    ...[...comments.values()].map((row): IncidentRecord => ({ kind: "comment", row })),
    ...[...entries.values()].map((row): IncidentRecord => ({ kind: "entry", row })),
    ...summaries.map((row): IncidentRecord => ({ kind: "summary", row })),
    ...incident.participants.map((row): IncidentRecord => ({ kind: "participant", row })),
  ];
}

/** The order of the table, so that lists of the past are in the order of the lists of the present. */
const rankOf = {
  comment: ({ addedAt, commentId }: { readonly addedAt: Instant; readonly commentId: string }) =>
    `COMMENT#${addedAt}#${commentId}`,
  entry: ({ occurredAt, entryId }: TimelineEntry) => `EVENT#${occurredAt}#${entryId}`,
  summary: ({ attachedAt, summaryId }: Summary) => `SUMMARY#${attachedAt}#${summaryId}`,
};

function rankOfRecord(record: IncidentRecord): string {
  switch (record.kind) {
    case "incident":
      return "METADATA";
    case "comment":
      return rankOf.comment(record.row);
    case "entry":
      return rankOf.entry(record.row);
    case "summary":
      return rankOf.summary(record.row);
    case "participant":
      return `USER#${record.row.personId}`;
  }
}

function matchesTimeline(entry: TimelineEntry, { kinds, since, actor, keyMomentsOnly }: TimelineQuery): boolean {
  return (
    (kinds?.includes(entry.kind) ?? true) &&
    (since === undefined || entry.occurredAt >= since) &&
    (actor === undefined || entry.actor.id === actor) &&
    (keyMomentsOnly !== true || entry.keyMoment)
  );
}

function toPage<Row>(
  rows: readonly Row[],
  rank: (row: Row) => string,
  { first, after }: PageRequest,
  descending: boolean,
): Page<Row> {
  const precedes = (a: string, b: string) => (descending ? a > b : a < b);
  const behind = rows
    .map((row) => ({ row, cursor: rank(row) }))
    .filter(({ cursor }) => after === undefined || precedes(after, cursor))
    .sort((a, b) => (a.cursor === b.cursor ? 0 : precedes(a.cursor, b.cursor) ? -1 : 1));
  return { rows: behind.slice(0, first), hasMore: behind.length > first };
}
