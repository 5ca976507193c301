/** Incidents, as the proofs know them. */
import {
  entryExpiryOf,
  expiryOf,
  incidentCategory,
  incidentDecider,
  incidentProjection,
} from "../../../domain/incidents/index.js";
import type { IncidentEvent, IncidentState } from "../../../domain/incidents/index.js";
import type { Commit, Recorded } from "../../../domain/kernel/event.js";
import { parseStreamName, toStreamName } from "../../../domain/kernel/streamName.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { verifiedView } from "../../proofs/verifiedView.js";
import { fromEntryItem, isArchivedItem, isOurs } from "./items.js";
import { incidentIdIn, keys } from "./keys.js";
import { incidentViewWriters } from "./viewWriters.js";

export const incidentVerifiedView = verifiedView<IncidentState, IncidentEvent>({
  category: incidentCategory,
  decider: incidentDecider,
  projection: incidentProjection,
  writers: incidentViewWriters,
  tables: {
    "aegis-incidents": {
      streamOf,
      partitionOf: (streamId) => keys.incident(parseStreamName(streamId).id),
      // Outside of the incident's partition there are its number, which it has from its first event on, and work to be done.
      isOfAsyncView: (item) => String(item["PK"]).startsWith(keys.anyCounts),
      follows: (item, first) => item["PK"] === keys.retention || numberIn(first) === item["number"],
    },
  },
  part: { take: partFor, putBack },
  expiryOf: (item, { incident }) => {
    const { SK, timestamp } = item;
    if (incident === undefined || typeof SK !== "string") return undefined;
    switch (SK.split("#", 1)[0]) {
      case "EVENT":
        return entryExpiryOf(fromEntryItem(item), incident);
      case "COMMENT":
        return expiryOf("comment", String(timestamp), incident);
      case "SUMMARY":
        return expiryOf("summary", String(timestamp), incident);
      default:
        return undefined;
    }
  },
  expiryBasis: ({ incident }) => JSON.stringify([incident?.milestones.endedAt, incident?.restoredAt]),
  isGone: ({ PK, SK }, { incident }) =>
    incident?.archived !== undefined && PK === keys.incident(incident.incidentId) && SK !== keys.archived,
  bringsBack: (before, after) => before.incident?.restoredAt !== after.incident?.restoredAt,
  isWork: ({ PK }) => PK === keys.retention,
  movesRows: ({ PK, moves }) => PK === keys.retention && moves === true,
  counter: {
    processor: "incident-number",
    partition: "last",
    numberIn,
  },
});

/** The stream of a row: by its key, and for the rows that are found under other keys by the id they hold. */
function streamOf(item: Item): string | undefined {
  const [PK, SK] = [String(item["PK"]), String(item["SK"])];
  if (PK === keys.retention) return toStreamName(incidentCategory, incidentIdIn(SK));
  if (PK === keys.number(Number(item["number"]))) return toStreamName(incidentCategory, String(item["id"]));
  if (!PK.startsWith(keys.incident(""))) return undefined;
  // Rows of the service lists have nothing but keys and names.
  const isService = SK === keys.service(String(item["service"])) && item["id"] === incidentIdIn(PK);
  return isOurs(item) || isService || isArchivedItem(item)
    ? toStreamName(incidentCategory, incidentIdIn(PK))
    : undefined;
}

/** The number that a commit declares an incident with. */
function numberIn(commit: Commit): number | undefined {
  // The stream is an incident's, so its events are incident events.
  const [first] = commit.events as readonly Recorded<IncidentEvent>[];
  return first?.type === "IncidentDeclared" ? first.data.number : undefined;
}

/** The incident with the comments and entries that the events name: a commit costs the same however long the stream is. */
function partFor(state: IncidentState, events: readonly Recorded<IncidentEvent>[]): IncidentState {
  const comments = events.flatMap(({ data }) => ("comment" in data ? [data.comment.id] : []));
  const entries = events.flatMap(({ data }) => ("entry" in data ? [data.entry.id] : []));
  return { ...state, comments: pick(state.comments, comments), entries: pick(state.entries, entries) };
}

/** Puts what a commit changed back; only a fold's own maps are changed in place. */
function putBack({ comments, entries }: IncidentState, part: IncidentState): IncidentState {
  return { ...part, comments: merge(comments, part.comments), entries: merge(entries, part.entries) };
}

function pick<Row>(rows: ReadonlyMap<string, Row>, ids: readonly string[]): ReadonlyMap<string, Row> {
  return new Map(ids.flatMap((id) => (rows.has(id) ? [[id, rows.get(id)] as [string, Row]] : [])));
}

function merge<Row>(all: ReadonlyMap<string, Row>, changed: ReadonlyMap<string, Row>): ReadonlyMap<string, Row> {
  const rows = all instanceof Map && all.size > 0 ? all : new Map<string, Row>();
  for (const [id, row] of changed) rows.set(id, row);
  return rows;
}
