/** What other systems are told of incidents: a published shape for each type, apart from what is stored. */
import { z } from "zod";
import { ofCategory } from "../kernel/feed.js";
import type { FeedEntry } from "../kernel/feed.js";
import { tagged, toIntegrationEvent } from "../kernel/integrationEvent.js";
import type { IntegrationEvent, Publication } from "../kernel/integrationEvent.js";
import { parseStreamName } from "../kernel/streamName.js";
import type { IncidentEvent, IncidentRef } from "./events.js";
import { incidentCategory, incidentEventSchemas } from "./events.js";
import { incidentStatuses, severities, summarySources, toReference } from "./values.js";

const Status = z.enum(incidentStatuses);
const Severity = z.enum(severities);

/** In every published event: what a receiver routes by, as it is after the change that the event is part of. */
const facts = {
  incidentId: z.string(),
  status: Status,
  severity: Severity,
  /** The first is the one that is hit most. */
  services: z.array(z.string()),
  labels: z.record(z.string(), z.string()),
};

const Ref = z.object({
  incidentId: z.string(),
  number: z.number().int(),
  /** `INC-` and the number: what people call it. */
  reference: z.string(),
});

const published = <Shape extends z.ZodRawShape>(version: number, shape: Shape) => ({
  version,
  schema: z.object({ ...facts, ...shape }),
});

/**
 * The `data` of each published event. A new field is no new version; a shape that breaks readers gets a new version and a
 * fixture in test/fixtures/published.
 */
export const publishedIncidentEvents = {
  IncidentDeclared: published(1, {
    number: z.number().int(),
    reference: z.string(),
    title: z.string(),
    description: z.string(),
  }),
  IncidentStatusChanged: published(1, { from: Status, to: Status, reason: z.string().optional() }),
  IncidentReopened: published(1, { from: Status, to: Status, reason: z.string() }),
  IncidentSeverityChanged: published(1, { from: Severity, to: Severity, reason: z.string() }),
  IncidentDetailsChanged: published(1, { title: z.string().optional(), description: z.string().optional() }),
  IncidentServiceAdded: published(1, { service: z.string() }),
  IncidentServiceRemoved: published(1, { service: z.string() }),
  IncidentMerged: published(1, { from: Status, into: Ref, reason: z.string().optional() }),
  IncidentUnmerged: published(1, { to: Status, outOf: Ref, reason: z.string().optional() }),
  IncidentSummaryAttached: published(1, {
    summaryId: z.string(),
    text: z.string(),
    summarySource: z.enum(summarySources),
  }),
  IncidentPostmortemAttached: published(1, { title: z.string(), bytes: z.number(), digest: z.string() }),
} as const;

type Published = typeof publishedIncidentEvents;
type PublishedType = keyof Published;
type Facts = Pick<z.infer<Published["IncidentDeclared"]["schema"]>, keyof typeof facts>;

/** What a type tells besides the facts that all tell. */
type Own = {
  [T in PublishedType]: {
    readonly type: T;
    readonly data: Omit<z.infer<Published[T]["schema"]>, keyof typeof facts>;
  };
}[PublishedType];

/** EventBridge's source of all events of incidents. */
export const incidentSource = "opsledger.incidents";

/** Tells of what changes who must act on an incident, and how urgently; comments, roles and links stay private. */
export const incidentPublication: Publication = (entry): IntegrationEvent | undefined => {
  const event = ofCategory(entry, incidentCategory, incidentEventSchemas);
  const own = event && tell(event);
  if (event === undefined || own === undefined) return undefined;
  const { version: schemaVersion } = publishedIncidentEvents[own.type];
  return toIntegrationEvent(event, { source: incidentSource, schemaVersion, data: { ...factsOf(entry), ...own.data } });
};

function tell({ type, data }: IncidentEvent): Own | undefined {
  switch (type) {
    case "IncidentDeclared": {
      const { number, title, description } = data;
      return { type, data: { number, reference: toReference(number), title, description } };
    }
    // Field by field: what is added to a stored event is not told by accident.
    case "IncidentStatusChanged":
      return { type, data: { from: data.from, to: data.to, reason: data.reason } };
    case "IncidentReopened":
      return { type, data: { from: data.from, to: data.to, reason: data.reason } };
    case "IncidentSeverityChanged":
      return { type, data: { from: data.from, to: data.to, reason: data.reason } };
    case "IncidentDetailsChanged":
      return { type, data: { title: data.title?.to, description: data.description?.to } };
    case "IncidentServiceAdded":
    case "IncidentServiceRemoved":
      return { type, data: { service: data.service } };
    case "IncidentMerged":
      return { type, data: { from: data.from, into: toRef(data.into), reason: data.reason } };
    case "IncidentUnmerged":
      return { type, data: { to: data.to, outOf: toRef(data.from), reason: data.reason } };
    case "IncidentSummaryAttached":
      return { type, data: { summaryId: data.summaryId, text: data.text, summarySource: data.source } };
    case "IncidentPostmortemAttached":
      return { type, data: { title: data.title, bytes: data.bytes, digest: data.digest } };
    case "IncidentLabelsChanged":
    case "IncidentRoleAssigned":
    case "IncidentRoleReleased":
    case "IncidentRoleHandedOver":
    case "IncidentCommentAdded":
    case "IncidentCommentEdited":
    case "IncidentCommentDeleted":
    case "IncidentTimelineEntryRecorded":
    case "IncidentTimelineEntryPinned":
    case "IncidentTimelineEntryUnpinned":
    case "IncidentLinked":
    case "IncidentUnlinked":
    case "IncidentMergeReceived":
    case "IncidentMergeUndone":
    case "IncidentFollowUpAdded":
    case "IncidentFollowUpChanged":
    case "IncidentFollowUpCompleted":
    case "IncidentFollowUpReopened":
    case "IncidentArchived":
    case "IncidentRestored":
      return undefined;
  }
}

/** From the tags of the commit: an event alone does not say how severe its incident is. */
function factsOf(entry: FeedEntry): Facts {
  const [status] = tagged(entry, "status");
  const [severity] = tagged(entry, "severity");
  return {
    incidentId: parseStreamName(entry.event.streamId).id,
    // Tags of an incident are made from the values of these enums, and every commit of one has both.
    status: status as Facts["status"],
    severity: severity as Facts["severity"],
    services: [...tagged(entry, "service")],
    labels: Object.fromEntries(
      tagged(entry, "label").map((label) => {
        const equals = label.indexOf("=");
        return [label.slice(0, equals), label.slice(equals + 1)];
      }),
    ),
  };
}

function toRef({ incidentId, number }: IncidentRef): z.infer<typeof Ref> {
  return { incidentId, number, reference: toReference(number) };
}
