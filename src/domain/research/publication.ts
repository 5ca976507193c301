/** What other systems are told of research requests: a published shape for each type, apart from what is stored. */
import { z } from "zod";
import { ofCategory } from "../kernel/feed.js";
import type { FeedEntry } from "../kernel/feed.js";
import { tagged, toIntegrationEvent } from "../kernel/integrationEvent.js";
import type { IntegrationEvent, Publication } from "../kernel/integrationEvent.js";
import { present } from "../kernel/present.js";
import { parseStreamName } from "../kernel/streamName.js";
import { requestCategory, requestEventSchemas } from "./events.js";
import type { RequestEvent } from "./events.js";
import { failureReasons, priorities, requestStatuses, sourceTypes, strategies } from "./values.js";

/** In every published event: what a receiver routes by, as it is after the change that the event is part of. */
const facts = {
  requestId: z.string(),
  projectId: z.string(),
  userId: z.string(),
  requestType: z.string(),
  status: z.enum(requestStatuses),
};

const published = <Shape extends z.ZodRawShape>(version: number, shape: Shape) => ({
  version,
  schema: z.object({ ...facts, ...shape }),
});

/**
 * The `data` of each published event. A new field is no new version; a shape that breaks readers gets a new version and a
 * fixture in test/fixtures/published.
 */
export const publishedResearchEvents = {
  RequestSubmitted: published(1, {
    priority: z.enum(priorities),
    strategy: z.enum(strategies),
    dedupeKey: z.string().optional(),
    deadlineAt: z.string(),
    availableAt: z.string().optional(),
  }),
  RequestCompleted: published(1, {
    executiveSummary: z.string(),
    keyFindings: z.number().int(),
    totalSources: z.number().int(),
    items: z.array(z.object({ sourceType: z.enum(sourceTypes), items: z.number().int() })),
    /** Key of the report in the object store. */
    reportPath: z.string(),
    durationSeconds: z.number(),
  }),
  RequestFailed: published(1, { reason: z.enum(failureReasons), error: z.string() }),
  RequestCancelled: published(1, { reason: z.string().optional() }),
} as const;

type Published = typeof publishedResearchEvents;
type PublishedType = keyof Published;
type Facts = Pick<z.infer<Published["RequestSubmitted"]["schema"]>, keyof typeof facts>;

/** What a type tells besides the facts that all tell. */
type Own = {
  [T in PublishedType]: {
    readonly type: T;
    readonly data: Omit<z.infer<Published[T]["schema"]>, keyof typeof facts>;
  };
}[PublishedType];

/** EventBridge's source of all events of research requests. */
export const researchSource = "opsledger.research";

/**
 * Tells of the beginning and the end of requests. What is looked for and where, what was found, and how the workers are doing stays
 * private: ask the API.
 */
export const researchPublication: Publication = (entry): IntegrationEvent | undefined => {
  const event = ofCategory(entry, requestCategory, requestEventSchemas);
  const own = event && tell(event);
  if (event === undefined || own === undefined) return undefined;
  const { version: schemaVersion } = publishedResearchEvents[own.type];
  return toIntegrationEvent(event, { source: researchSource, schemaVersion, data: { ...factsOf(entry), ...own.data } });
};

function tell({ type, data }: RequestEvent): Own | undefined {
  switch (type) {
    // Field by field: what is added to a stored event is not told by accident.
    case "RequestSubmitted": {
      const { priority, strategy, dedupeKey, deadlineAt, availableAt } = data;
      return { type, data: { priority, strategy, deadlineAt, ...present({ dedupeKey, availableAt }) } };
    }
    case "RequestCompleted": {
      const { executiveSummary, keyFindings, totalSources, tallies, durationSeconds } = data.results;
      return {
        type,
        data: {
          executiveSummary,
          keyFindings: keyFindings.length,
          totalSources,
          items: tallies.map(({ sourceType, items }) => ({ sourceType, items })),
          reportPath: data.report.objectKey,
          durationSeconds,
        },
      };
    }
    case "RequestFailed":
      return { type, data: { reason: data.reason, error: data.error } };
    case "RequestCancelled":
      return { type, data: present({ reason: data.reason }) };
    case "RequestQueued":
    case "RequestDispatched":
    case "RequestPrioritised":
    case "RequestClaimed":
    case "RequestStarted":
    case "RequestProgressed":
    case "RequestLogged":
    case "RequestItemsAdded":
    case "RequestReleased":
    case "RequestLeaseExpired":
    case "RequestAttemptFailed":
    case "RequestCancellationRequested":
    case "RequestRetried":
      return undefined;
  }
}

/** From the tags of the commit: an event alone does not say whose its request is. */
function factsOf(entry: FeedEntry): Facts {
  const [projectId = ""] = tagged(entry, "project");
  const [userId = ""] = tagged(entry, "user");
  const [requestType = ""] = tagged(entry, "request-type");
  const [status] = tagged(entry, "status");
  return {
    requestId: parseStreamName(entry.event.streamId).id,
    projectId,
    userId,
    requestType,
    status: requestStatuses.find((known) => known === status) ?? "PENDING",
  };
}
