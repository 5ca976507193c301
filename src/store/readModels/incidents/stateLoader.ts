/** The state that decisions about an incident are made on, from its own view rows: one request, however long the stream. */
import { entryExpiryOf, expiryOf, foldIncident, partNeeded } from "../../../domain/incidents/index.js";
import type {
  Comment,
  IncidentCommand,
  IncidentEvent,
  IncidentState,
  TimelineEntry,
} from "../../../domain/incidents/index.js";
import { noIncident } from "../../../domain/incidents/index.js";
import type { Loaded, StateLoader } from "../../../domain/kernel/commandHandler.js";
import type { Recorded } from "../../../domain/kernel/event.js";
import type { EventStore } from "../../../domain/kernel/eventStore.js";
import { parseStreamName } from "../../../domain/kernel/streamName.js";
import type { Clock, Instant } from "../../../domain/kernel/time.js";
import { batchGet } from "../../dynamodb/batchGet.js";
import type { DynamoDb } from "../../dynamodb/client.js";
import { isExpired } from "../../expiry.js";
import { fromCommentItem, fromEntryItem, fromMetadataItem, isOurs } from "./items.js";
import { isAsWritten } from "../../seal.js";
import { keys, metadataKey } from "./keys.js";

/** A cached state keeps this many comments and as many entries; others are loaded when a command names them. */
const keptParts = 32;

export function createIncidentStateLoader({
  db,
  clock,
  eventStore,
}: {
  readonly db: DynamoDb;
  readonly clock: Clock;
  /** Where the state comes from when a row is not as it was written. */
  readonly eventStore: Pick<EventStore, "readStream">;
}): StateLoader<IncidentState, IncidentCommand> {
  return {
    async load(streamId, command): Promise<Loaded<IncidentState>> {
      // A declaration makes a new id. Should the stream exist all the same, the append finds out.
      if (command.type === "DeclareIncident") return { version: 0, state: noIncident, hash: "" };
      if (needsWhole(command)) return foldFromLog(eventStore, streamId);
      const { id: incidentId } = parseStreamName(streamId);
      const PK = keys.incident(incidentId);
      const { comment, entry } = partNeeded(command);
      const commentKey = comment && { PK, SK: keys.comment(comment.at, comment.id) };
      const entryKey = entry && { PK, SK: keys.entry(entry.at, entry.id) };
      const wanted = [metadataKey(incidentId), commentKey, entryKey].filter((key) => key !== undefined);
      const items = await batchGet(db, "aegis-incidents", wanted, { consistent: true });
      const [metadata] = items;
      // It may be archived: only then, and where there is none, is there no row.
      if (metadata === undefined || !isOurs(metadata)) return foldFromLog(eventStore, streamId, clock.now());
      // A row that somebody edited decides nothing, and never gets into the cache: the log says what is so.
      if (!items.every((item) => item === undefined || isAsWritten(item))) {
        return foldFromLog(eventStore, streamId, clock.now());
      }
      const incident = fromMetadataItem(metadata);
      // What readers are not shown any more cannot be changed any more.
      const parts = items
        .slice(1)
        .filter((item) => item !== undefined)
        .filter((item) => !isExpired(item, clock.now()));
      const comments = parts.filter((item) => item["comment_id"] !== undefined).map(fromCommentItem);
      const entries = parts.filter((item) => item["event_id"] !== undefined).map(fromEntryItem);
      return {
        version: incident.version,
        hash: incident.hash,
        state: {
          incident,
          comments: byId(comments, commentId),
          entries: byId([...incident.latestEntries, ...entries], entryId),
        },
      };
    },

    covers(state, command) {
      const { comment, entry } = partNeeded(command);
      return (
        !needsWhole(command) &&
        (comment === undefined || state.comments.has(comment.id)) &&
        (entry === undefined || state.entries.has(entry.id))
      );
    },
  };
}

/** Archiving and restoring take and bring every row that fits into their transaction, so they need to know of all. */
function needsWhole({ type }: IncidentCommand): boolean {
  return type === "ArchiveIncident" || type === "RestoreIncident";
}

/** A state for the cache: without the comments and entries that were touched longest ago. */
export function trimIncidentState(state: IncidentState): IncidentState {
  return { ...state, comments: newest(state.comments), entries: newest(state.entries) };
}

/** The state by the stream itself; with `now`, without what readers are not shown any more. */
async function foldFromLog(
  eventStore: Pick<EventStore, "readStream">,
  streamId: string,
  now?: Instant,
): Promise<Loaded<IncidentState>> {
  let state = noIncident;
  for await (const { events } of eventStore.readStream(streamId)) {
    // The stream is an incident's, so its events are incident events.
    state = foldIncident(state, events as readonly Recorded<IncidentEvent>[]);
  }
  const { incident } = state;
  if (incident === undefined) return { version: 0, state: noIncident, hash: "" };
  if (now === undefined) return { version: incident.version, state, hash: incident.hash };
  const isShown = (expiresAt: Instant | undefined) => expiresAt === undefined || expiresAt > now;
  const comments = [...state.comments.values()].filter(({ addedAt }) =>
    isShown(expiryOf("comment", addedAt, incident)),
  );
  const entries = [...state.entries.values()].filter((entry) => isShown(entryExpiryOf(entry, incident)));
  const shown = { incident, comments: byId(comments, commentId), entries: byId(entries, entryId) };
  return { version: incident.version, state: shown, hash: incident.hash };
}

const commentId = (comment: Comment) => comment.commentId;
const entryId = (entry: TimelineEntry) => entry.entryId;

function byId<Row>(rows: readonly Row[], idOf: (row: Row) => string): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [idOf(row), row]));
}

function newest<Row>(rows: ReadonlyMap<string, Row>): ReadonlyMap<string, Row> {
  return rows.size <= keptParts ? rows : new Map([...rows].slice(-keptParts));
}
