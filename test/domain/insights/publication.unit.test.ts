/**
 * What other systems are told of insights. Published shapes are promises: each version has a fixture, made once and never
 * changed, that today's schema still accepts.
 */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  insightEventSchemas,
  insightTag,
  insightsPublication,
  insightsSource,
  publishedInsightsEvents,
} from "../../../src/domain/insights/index.js";
import type { InsightEvent, InsightStatus } from "../../../src/domain/insights/index.js";
import type { FeedEntry, IntegrationEvent } from "../../../src/domain/kernel/index.js";

const folder = join(import.meta.dirname, "..", "..", "fixtures", "published");
const files = (await readdir(folder)).filter((file) => file.startsWith("Insight")).sort();
const fixtures = await Promise.all(
  files.map(async (file) => ({
    file,
    ...(JSON.parse(await readFile(join(folder, file), "utf8")) as Pick<
      IntegrationEvent,
      "type" | "schemaVersion" | "data"
    >),
  })),
);

type PublishedType = keyof typeof publishedInsightsEvents;
const types = Object.keys(publishedInsightsEvents) as PublishedType[];
const alertId = "low_health_score_stu_4532_1736937000000";
const recommendations = [{ recommendationId: "r1", text: "Call" }];
const origin = { modelUsed: "deterministic-v1", promptVersion: "1" };
const evidence = [
  { name: "health_score", value: 61, level: 70 },
  { name: "avg_rating", value: null },
];
const notice = { kind: "RAISED", attempt: 1, notifier: "slack" } as const;

/** One of every type, with every field, and the status that the insight has behind it. */
const story: readonly (InsightEvent & { readonly status: InsightStatus })[] = [
  {
    type: "InsightRaised",
    data: {
      entityType: "student",
      entityId: "stu_4532",
      predictionType: "low_health_score",
      riskScore: 80,
      title: "T",
      explanation: "E",
      recommendations,
      evidence,
      origin,
      place: "2025-01-15T10:30:00Z",
      expiresAt: "2025-02-14T10:30:00.000Z",
      outcome: { metric: "sessions_7d", comparison: "BELOW", value: 1, withinDays: 14 },
      notify: { channel: "#secret" },
    },
    status: "OPEN",
  },
  { type: "InsightExplained", data: { explanation: "E", recommendations, origin }, status: "OPEN" },
  { type: "InsightRiskChanged", data: { riskScore: 90, evidence }, status: "OPEN" },
  { type: "InsightAcknowledged", data: { note: "N" }, status: "ACKNOWLEDGED" },
  { type: "InsightSnoozed", data: { until: "2025-01-16T10:30:00.000Z" }, status: "ACKNOWLEDGED" },
  { type: "InsightResolved", data: { cause: "USER", note: "N" }, status: "RESOLVED" },
  { type: "InsightDismissed", data: { reason: "DUPLICATE", note: "N" }, status: "DISMISSED" },
  { type: "InsightExpired", data: {}, status: "EXPIRED" },
  { type: "InsightFeedbackGiven", data: { useful: true }, status: "EXPIRED" },
  { type: "InsightRecommendationMarked", data: { recommendationId: "r1", done: true }, status: "EXPIRED" },
  { type: "InsightIncidentLinked", data: { incidentId: "i", declared: true }, status: "EXPIRED" },
  {
    type: "InsightOutcomeScored",
    data: { happened: true, happenedAt: "2025-01-20T08:00:00.000Z", leadSeconds: 5 },
    status: "EXPIRED",
  },
  { type: "InsightNoticeStarted", data: notice, status: "EXPIRED" },
  { type: "InsightNoticeSent", data: { ...notice, messageId: "1", found: false }, status: "EXPIRED" },
  { type: "InsightNoticeFailed", data: { ...notice, error: "busy" }, status: "EXPIRED" },
];

const entries: readonly FeedEntry[] = story.map(({ status, ...event }, index) => ({
  log: 0,
  position: index + 1,
  tags: {
    before: [],
    after: [
      insightTag.entityType("student"),
      insightTag.entity("stu_4532"),
      insightTag.prediction("low_health_score"),
      insightTag.status(status),
    ],
  },
  event: {
    ...event,
    eventId: `event-${index}`,
    streamId: `Insight-${alertId}`,
    version: index + 1,
    schemaVersion: 1,
    occurredAt: "2025-01-15T10:30:00.000Z",
    recordedAt: "2025-01-15T10:30:00.000Z",
    actor: { kind: "SYSTEM", id: "policy:insight-evaluation" },
    correlationId: "together",
    commandId: "command",
    hash: "",
    previousHash: "",
  },
}));
const all = entries.flatMap((entry) => insightsPublication(entry) ?? []);

describe("each published shape", () => {
  it("has a fixture, for every version ever published", () => {
    const expected = types.flatMap((type) =>
      Array.from({ length: publishedInsightsEvents[type].version }, (_, index) => `${type}.v${index + 1}.json`),
    );
    expect(files).toEqual(expected.sort());
  });

  it.each(fixtures)("$file is still what its schema says, and has every field of it", ({ type, data }) => {
    const { schema } = publishedInsightsEvents[type as PublishedType];
    expect(schema.strict().parse(data)).toEqual(data);
    expect(Object.keys(data).sort()).toEqual(Object.keys(schema.shape).sort());
  });
});

describe("the publication of insights", () => {
  it("is asked about every event of an insight", () => {
    expect(new Set(story.map(({ type }) => type as string))).toEqual(new Set(Object.keys(insightEventSchemas)));
  });

  it("tells of every published type, each as its schema says, and keeps the rest to itself", () => {
    expect(all.map(({ type }) => type)).toEqual(
      story.map(({ type }) => type as string).filter((type) => type in publishedInsightsEvents),
    );
    for (const { type, data, schemaVersion } of all) {
      const { schema, version } = publishedInsightsEvents[type as PublishedType];
      expect(schemaVersion).toBe(version);
      expect(schema.strict().parse(data)).toEqual(data);
    }
  });

  it("says what the insight is about and how far it has come, and names the domain event", () => {
    expect(all[0]).toMatchObject({
      source: insightsSource,
      subject: `Insight-${alertId}`,
      sequence: 1,
      id: "event-0",
      data: {
        alertId,
        entityType: "student",
        entityId: "stu_4532",
        predictionType: "low_health_score",
        status: "OPEN",
      },
    });
    expect(all.map(({ data }) => data["status"])).toEqual([
      "OPEN",
      "ACKNOWLEDGED",
      "RESOLVED",
      "DISMISSED",
      "EXPIRED",
      "EXPIRED",
    ]);
  });

  it("publishes fields of a stored event one by one, so that a new one stays private", () => {
    expect(JSON.stringify(all)).not.toContain("#secret");
    for (const entry of entries) {
      const widened = { ...entry, event: { ...entry.event, data: { ...(entry.event.data as object), secret: 1 } } };
      expect(insightsPublication(widened)?.data ?? {}).not.toHaveProperty("secret");
    }
  });

  it("keeps what is of other streams to itself", () => {
    const [entry] = entries;
    expect(insightsPublication({ ...entry!, event: { ...entry!.event, streamId: "Batch-1" } })).toBeUndefined();
  });
});
