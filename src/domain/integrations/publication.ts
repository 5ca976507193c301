/** What other systems are told of integration sessions: a published shape for each type, apart from what is stored. */
import { z } from "zod";
import { ofCategory } from "../kernel/feed.js";
import type { FeedEntry } from "../kernel/feed.js";
import { tagged, toIntegrationEvent } from "../kernel/integrationEvent.js";
import type { IntegrationEvent, Publication } from "../kernel/integrationEvent.js";
import { present } from "../kernel/present.js";
import { parseStreamName } from "../kernel/streamName.js";
import { sessionCategory, sessionEventSchemas } from "./events.js";
import type { SessionEvent } from "./events.js";
import { failureClasses, sessionModes, sessionStatuses } from "./values.js";

/** In every published event: what a receiver routes by, as it is after the change that the event is part of. */
const facts = {
  sessionId: z.string(),
  userId: z.string(),
  serviceType: z.string(),
  status: z.enum(sessionStatuses),
};

const published = <Shape extends z.ZodRawShape>(version: number, shape: Shape) => ({
  version,
  schema: z.object({ ...facts, ...shape }),
});

/**
 * The `data` of each published event. A new field is no new version; a shape that breaks readers gets a new version and a
 * fixture in test/fixtures/published.
 */
export const publishedIntegrationEvents = {
  SessionConnected: published(1, {
    mode: z.enum(sessionModes),
    pollingIntervalMs: z.number(),
    projectId: z.string().optional(),
  }),
  SessionReauthRequired: published(1, { code: z.string() }),
  SessionDisabled: published(1, { reason: z.string(), failureClass: z.enum(failureClasses).optional() }),
  SessionDisconnected: published(1, { reason: z.string().optional() }),
  SessionItemsDeadLettered: published(1, { deadLetterId: z.string(), items: z.number().int() }),
} as const;

type Published = typeof publishedIntegrationEvents;
type PublishedType = keyof Published;
type Facts = Pick<z.infer<Published["SessionConnected"]["schema"]>, keyof typeof facts>;

/** What a type tells besides the facts that all tell. */
type Own = {
  [T in PublishedType]: {
    readonly type: T;
    readonly data: Omit<z.infer<Published[T]["schema"]>, keyof typeof facts>;
  };
}[PublishedType];

/** EventBridge's source of all events of integration sessions. */
export const integrationsSource = "opsledger.integrations";

/**
 * Tells of the beginning and the end of sessions, and of what a person must look at. Where items go and come from, the service state and
 * what was read stays private: ask the API.
 */
export const integrationsPublication: Publication = (entry): IntegrationEvent | undefined => {
  const event = ofCategory(entry, sessionCategory, sessionEventSchemas);
  const own = event && tell(event);
  if (event === undefined || own === undefined) return undefined;
  const { version: schemaVersion } = publishedIntegrationEvents[own.type];
  const data = { ...factsOf(entry), ...own.data };
  return toIntegrationEvent(event, { source: integrationsSource, schemaVersion, data });
};

function tell({ type, data }: SessionEvent): Own | undefined {
  switch (type) {
    // Field by field: what is added to a stored event is not told by accident.
    case "SessionConnected": {
      const { mode, pollingIntervalMs, projectId } = data;
      return { type, data: { mode, pollingIntervalMs, ...present({ projectId }) } };
    }
    case "SessionReauthRequired":
      return { type, data: { code: data.code } };
    case "SessionDisabled": {
      const { reason, failureClass } = data;
      return { type, data: { reason, ...present({ failureClass }) } };
    }
    case "SessionDisconnected":
      return { type, data: present({ reason: data.reason }) };
    case "SessionItemsDeadLettered":
      return { type, data: { deadLetterId: data.deadLetterId, items: data.items } };
    case "SessionPaused":
    case "SessionResumed":
    case "SessionIntervalChanged":
    case "SessionWebhookChanged":
    case "SessionReauthorised":
    case "SessionPollRequested":
    case "SessionPolled":
    case "SessionPollFailed":
    case "SessionRateLimited":
    case "SessionResyncStarted":
    case "SessionItemsPushed":
    case "SessionDeadLetterRedelivered":
    case "SessionDeadLetterDiscarded":
      return undefined;
  }
}

/** From the tags of the commit: an event alone does not say whose its session is. */
function factsOf(entry: FeedEntry): Facts {
  const [userId = ""] = tagged(entry, "integration-user");
  const [serviceType = ""] = tagged(entry, "integration-service");
  const [status] = tagged(entry, "integration-status");
  return {
    sessionId: parseStreamName(entry.event.streamId).id,
    userId,
    serviceType,
    status: sessionStatuses.find((known) => known === status) ?? "ACTIVE",
  };
}
