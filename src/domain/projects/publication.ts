/** What other systems are told of batches: a published shape for each type, apart from what is stored. */
import { z } from "zod";
import { ofCategory } from "../kernel/feed.js";
import type { FeedEntry } from "../kernel/feed.js";
import { tagged, toIntegrationEvent } from "../kernel/integrationEvent.js";
import type { IntegrationEvent, Publication } from "../kernel/integrationEvent.js";
import { parseStreamName } from "../kernel/streamName.js";
import { batchCategory, batchEventSchemas } from "./events.js";
import type { BatchEvent } from "./events.js";
import { batchStatuses, batchTriggers } from "./values.js";

/** In every published event: what a receiver routes by, as it is after the change that the event is part of. */
const facts = { batchId: z.string(), project: z.string(), status: z.enum(batchStatuses) };

const Claim = z.object({
  text: z.string(),
  /** Ids of project events; ask the API for them. */
  projectEventIds: z.array(z.string()),
});

const published = <Shape extends z.ZodRawShape>(version: number, shape: Shape) => ({
  version,
  schema: z.object({ ...facts, ...shape }),
});

/**
 * The `data` of each published event. A new field is no new version; a shape that breaks readers gets a new version and a
 * fixture in test/fixtures/published.
 */
export const publishedProjectsEvents = {
  BatchSealed: published(1, {
    trigger: z.enum(batchTriggers),
    critical: z.boolean(),
    openedAt: z.string(),
    projectEventIds: z.array(z.string()),
  }),
  BatchSummarised: published(1, {
    revision: z.number().int(),
    headline: z.string(),
    themes: z.array(Claim),
    blockers: z.array(Claim.extend({ since: z.string() })),
    achievements: z.array(Claim),
    links: z.array(z.object({ label: z.string(), url: z.string(), projectEventId: z.string() })),
    modelUsed: z.string(),
    fallbackReason: z.string().optional(),
  }),
  BatchPosted: published(1, {
    attempt: z.number().int(),
    revision: z.number().int(),
    notifier: z.string(),
    channel: z.string().optional(),
    messageId: z.string(),
    url: z.string().optional(),
  }),
  BatchPostFailed: published(1, {
    attempt: z.number().int(),
    error: z.string(),
    retryAt: z.string().optional(),
  }),
} as const;

type Published = typeof publishedProjectsEvents;
type PublishedType = keyof Published;
type Facts = Pick<z.infer<Published["BatchSealed"]["schema"]>, keyof typeof facts>;

/** What a type tells besides the facts that all tell. */
type Own = {
  [T in PublishedType]: {
    readonly type: T;
    readonly data: Omit<z.infer<Published[T]["schema"]>, keyof typeof facts>;
  };
}[PublishedType];

/** EventBridge's source of all events of projects. */
export const projectsSource = "opsledger.projects";

/** Tells of batches, and how far they have come; single project events, settings and rules stay private. */
export const projectsPublication: Publication = (entry): IntegrationEvent | undefined => {
  const event = ofCategory(entry, batchCategory, batchEventSchemas);
  const own = event && tell(event);
  if (event === undefined || own === undefined) return undefined;
  const { version: schemaVersion } = publishedProjectsEvents[own.type];
  return toIntegrationEvent(event, { source: projectsSource, schemaVersion, data: { ...factsOf(entry), ...own.data } });
};

function tell({ type, data }: BatchEvent): Own | undefined {
  switch (type) {
    // Field by field: what is added to a stored event is not told by accident.
    case "BatchSealed": {
      const { trigger, critical, openedAt, projectEventIds } = data;
      return { type, data: { trigger, critical, openedAt, projectEventIds } };
    }
    case "BatchSummarised": {
      const { revision, summary, origin } = data;
      const { headline, themes, blockers, achievements, links } = summary;
      const { modelUsed, fallbackReason } = origin;
      const toClaim = ({ text, projectEventIds }: z.infer<typeof Claim>) => ({ text, projectEventIds });
      return {
        type,
        data: {
          revision,
          headline,
          themes: themes.map(toClaim),
          blockers: blockers.map((claim) => ({ ...toClaim(claim), since: claim.since })),
          achievements: achievements.map(toClaim),
          links: links.map(({ label, url, projectEventId }) => ({ label, url, projectEventId })),
          modelUsed,
          fallbackReason,
        },
      };
    }
    case "BatchPosted": {
      const { attempt, revision, notifier, channel, messageId, url } = data;
      return { type, data: { attempt, revision, notifier, channel, messageId, url } };
    }
    case "BatchPostFailed": {
      const { attempt, error, retryAt } = data;
      return { type, data: { attempt, error, retryAt } };
    }
    case "BatchSummaryRequested":
    case "BatchPostStarted":
    case "BatchPostUpdated":
    case "BatchPostRetried":
    case "BatchPostSkipped":
      return undefined;
  }
}

/** From the tags of the commit: an event alone does not say whose its batch is. */
function factsOf(entry: FeedEntry): Facts {
  const [project = ""] = tagged(entry, "project");
  const [status] = tagged(entry, "status");
  return {
    batchId: parseStreamName(entry.event.streamId).id,
    project,
    // Every commit of a batch has both; a status is one of the enum's.
    status: status as Facts["status"],
  };
}
