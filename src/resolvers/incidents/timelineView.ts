/** A timeline entry as an object of the schema: what all entries have, and what its own kind tells. */
import type { Past, TimelineEntry as EntryRow } from "../../domain/incidents/index.js";
import { toReference } from "../../domain/incidents/index.js";
import type { TimelineEntry } from "../../schema/incidents/timeline.type.js";
import { incidentGlobalId, partGlobalId } from "./ids.js";
import { toLabels } from "./views.js";
import type { Of } from "./views.js";

export type TimelineEntryView = Of<TimelineEntry, EntryRow>;

export function toTimelineEntryView(row: EntryRow, past?: Past): TimelineEntryView {
  const { incidentId, occurredAt, entryId } = row;
  return {
    row,
    past,
    id: partGlobalId("TimelineEntry", { incidentId, at: occurredAt, id: entryId }),
    kind: row.kind,
    occurredAt,
    recordedAt: row.recordedAt,
    actor: row.actor,
    description: row.description,
    source: row.source,
    keyMoment: row.keyMoment,
    pinned: row.pinned,
    version: row.version,
    eventId: entryId,
    correlationId: row.correlationId,
    ...(row.causationId === undefined ? {} : { causationId: row.causationId }),
    ...fieldsOf(row),
  };
}

/** The type of an entry and the fields of that type. */
function fieldsOf({ incidentId, event }: EntryRow): { readonly __typename: string } & Record<string, unknown> {
  switch (event.type) {
    case "IncidentDeclared": {
      const { number, title, severity, services } = event.data;
      return { __typename: "IncidentDeclaredEntry", number, title, severity, services };
    }
    case "IncidentStatusChanged":
    case "IncidentReopened":
      return { __typename: "StatusChangedEntry", ...event.data };
    case "IncidentSeverityChanged":
      return { __typename: "SeverityChangedEntry", ...event.data };
    case "IncidentDetailsChanged":
      return { __typename: "DetailsChangedEntry", title: event.data.title, descriptionText: event.data.description };
    case "IncidentServiceAdded":
    case "IncidentServiceRemoved":
      return { __typename: "ServiceChangedEntry", ...event.data };
    case "IncidentLabelsChanged":
      return { __typename: "LabelsChangedEntry", set: toLabels(event.data.set), removed: event.data.removed };
    case "IncidentRoleAssigned":
    case "IncidentRoleReleased":
      return { __typename: "RoleChangedEntry", ...event.data };
    case "IncidentRoleHandedOver":
      return { __typename: "RoleHandedOverEntry", ...event.data };
    case "IncidentCommentAdded":
      return { __typename: "CommentEntry", text: event.data.text };
    case "IncidentCommentEdited":
      return { __typename: "CommentEntry", text: event.data.to };
    case "IncidentCommentDeleted":
      return { __typename: "CommentEntry" };
    case "IncidentTimelineEntryRecorded":
      return { __typename: "NoteEntry", text: event.data.text };
    case "IncidentTimelineEntryPinned":
    case "IncidentTimelineEntryUnpinned":
      return {
        __typename: "PinChangedEntry",
        entryId: partGlobalId("TimelineEntry", { incidentId, ...event.data.entry }),
      };
    case "IncidentSummaryAttached": {
      const { summaryId, text, source } = event.data;
      return { __typename: "SummaryAttachedEntry", summaryId, text, summarySource: source };
    }
    case "IncidentLinked":
    case "IncidentUnlinked": {
      const { kind, ...link } = event.data;
      return { __typename: "LinkChangedEntry", ...link, linkKind: kind };
    }
    case "IncidentMerged":
      return { __typename: "MergeEntry", ...other(event.data.into), reason: event.data.reason };
    case "IncidentUnmerged":
      return { __typename: "MergeEntry", ...other(event.data.from), reason: event.data.reason };
    case "IncidentMergeReceived":
    case "IncidentMergeUndone":
      return { __typename: "MergeEntry", ...other(event.data.source) };
    case "IncidentFollowUpAdded":
    case "IncidentFollowUpChanged":
    case "IncidentFollowUpCompleted":
    case "IncidentFollowUpReopened":
      return { __typename: "FollowUpEntry", followUpId: event.data.followUpId, title: event.data.title };
    case "IncidentPostmortemAttached":
      return { __typename: "PostmortemAttachedEntry", title: event.data.title, bytes: event.data.bytes };
    case "IncidentArchived":
      return { __typename: "ArchiveEntry" };
    case "IncidentRestored":
      return { __typename: "ArchiveEntry", reason: event.data.reason };
  }
}

function other({ incidentId, number }: { readonly incidentId: string; readonly number: number }) {
  return { otherIncidentId: incidentGlobalId(incidentId), otherReference: toReference(number) };
}
