/** What other systems are told of insights: a published shape for each type, apart from what is stored. */
import { z } from "zod";
import { ofCategory } from "../kernel/feed.js";
import type { FeedEntry } from "../kernel/feed.js";
import { tagged, toIntegrationEvent } from "../kernel/integrationEvent.js";
import type { IntegrationEvent, Publication } from "../kernel/integrationEvent.js";
import { parseStreamName } from "../kernel/streamName.js";
import { insightCategory, insightEventSchemas } from "./events.js";
import type { InsightEvent } from "./events.js";
import { comparisons, dismissalReasons, insightStatuses, resolutionCauses } from "./values.js";

/** In every published event: what a receiver routes by, as it is after the change that the event is part of. */
const facts = {
  alertId: z.string(),
  entityType: z.string(),
  entityId: z.string(),
  predictionType: z.string(),
  status: z.enum(insightStatuses),
};

const published = <Shape extends z.ZodRawShape>(version: number, shape: Shape) => ({
  version,
  schema: z.object({ ...facts, ...shape }),
});

/**
 * The `data` of each published event. A new field is no new version; a shape that breaks readers gets a new version and a
 * fixture in test/fixtures/published.
 */
export const publishedInsightsEvents = {
  InsightRaised: published(1, {
    /** 0 to 100. */
    riskScore: z.number(),
    title: z.string(),
    explanation: z.string(),
    recommendations: z.array(z.string()),
    /** The numbers that it rests on; `level`: what each was held against. */
    evidence: z.array(z.object({ name: z.string(), value: z.number().nullable(), level: z.number().optional() })),
    modelUsed: z.string(),
    expiresAt: z.string(),
    outcome: z
      .object({ metric: z.string(), comparison: z.enum(comparisons), value: z.number(), withinDays: z.number() })
      .optional(),
  }),
  InsightAcknowledged: published(1, { note: z.string().optional() }),
  InsightResolved: published(1, { cause: z.enum(resolutionCauses), note: z.string().optional() }),
  InsightDismissed: published(1, { reason: z.enum(dismissalReasons), note: z.string().optional() }),
  InsightExpired: published(1, {}),
  InsightOutcomeScored: published(1, {
    happened: z.boolean(),
    happenedAt: z.string().optional(),
    leadSeconds: z.number().optional(),
  }),
} as const;

type Published = typeof publishedInsightsEvents;
type PublishedType = keyof Published;
type Facts = Pick<z.infer<Published["InsightRaised"]["schema"]>, keyof typeof facts>;

/** What a type tells besides the facts that all tell. */
type Own = {
  [T in PublishedType]: {
    readonly type: T;
    readonly data: Omit<z.infer<Published[T]["schema"]>, keyof typeof facts>;
  };
}[PublishedType];

/** EventBridge's source of all events of insights. */
export const insightsSource = "opsledger.insights";

/** Tells of insights from the raising to the end; facts, metrics, rules, notices and feedback stay private. */
export const insightsPublication: Publication = (entry): IntegrationEvent | undefined => {
  const event = ofCategory(entry, insightCategory, insightEventSchemas);
  const own = event && tell(event);
  if (event === undefined || own === undefined) return undefined;
  const { version: schemaVersion } = publishedInsightsEvents[own.type];
  return toIntegrationEvent(event, { source: insightsSource, schemaVersion, data: { ...factsOf(entry), ...own.data } });
};

function tell({ type, data }: InsightEvent): Own | undefined {
  switch (type) {
    // Field by field: what is added to a stored event is not told by accident.
    case "InsightRaised": {
      const { riskScore, title, explanation, recommendations, evidence, origin, expiresAt, outcome } = data;
      const told = { riskScore, title, explanation, modelUsed: origin.modelUsed, expiresAt, outcome };
      return {
        type,
        data: {
          ...told,
          recommendations: recommendations.map(({ text }) => text),
          evidence: evidence.map(({ name, value, level }) => ({
            name,
            value,
            ...(level === undefined ? {} : { level }),
          })),
        },
      };
    }
    case "InsightAcknowledged":
      return { type, data: { note: data.note } };
    case "InsightResolved":
      return { type, data: { cause: data.cause, note: data.note } };
    case "InsightDismissed":
      return { type, data: { reason: data.reason, note: data.note } };
    case "InsightExpired":
      return { type, data: {} };
    case "InsightOutcomeScored": {
      const { happened, happenedAt, leadSeconds } = data;
      return { type, data: { happened, happenedAt, leadSeconds } };
    }
    case "InsightExplained":
    case "InsightRiskChanged":
    case "InsightSnoozed":
    case "InsightFeedbackGiven":
    case "InsightRecommendationMarked":
    case "InsightIncidentLinked":
    case "InsightNoticeStarted":
    case "InsightNoticeSent":
    case "InsightNoticeFailed":
      return undefined;
  }
}

/** From the tags of the commit: an event alone does not say what its insight is about. */
function factsOf(entry: FeedEntry): Facts {
  const first = (kind: string) => tagged(entry, kind)[0] ?? "";
  return {
    alertId: parseStreamName(entry.event.streamId).id,
    entityType: first("entity-type"),
    entityId: first("entity"),
    predictionType: first("prediction"),
    // Every commit of an insight has one; it is made from a value of the enum.
    status: first("status") as Facts["status"],
  };
}
