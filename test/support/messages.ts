/** Messages for notifiers in short: tests say what matters, the rest is filled in. */
import type { Insight, InsightMessage } from "../../src/domain/insights/index.js";
import type { BatchMessage, EventMessage, ProjectEvent, Summary } from "../../src/domain/projects/index.js";
import { aProjectEvent, at } from "./projectEvents.js";

export function aSummary(summary: Partial<Summary> = {}): Summary {
  return {
    headline: "2 pull requests merged, 1 check failing in inventory-api",
    themes: [{ text: "inventory-api: 8 of 10 events", projectEventIds: ["e1"] }],
    blockers: [{ text: "Check build fails on main", projectEventIds: ["e2"], since: at(-30) }],
    achievements: [{ text: "Merged #42: Add inventory tracking", projectEventIds: ["e3"] }],
    links: [{ label: "#42", url: "https://github.com/redline/inventory-api/pull/42", projectEventId: "e3" }],
    stats: {
      events: 10,
      actors: 3,
      bySource: { GITHUB: 8, TRELLO: 2 },
      byKind: { PULL_REQUEST_MERGED: 2 },
      alreadyNotified: 0,
      omitted: 0,
    },
    ...summary,
  };
}

export function aBatchMessage(message: Partial<BatchMessage> = {}): BatchMessage {
  return {
    kind: "batch",
    key: "batch_20250602_1300@2025-06-02T13:00:00.000Z",
    channel: "C0000000001",
    batch: {
      batchId: "batch_20250602_1300",
      project: "redline-wholesale",
      openedAt: at(0),
      sealedAt: at(60),
      critical: false,
      trigger: "COUNT",
      eventCount: 10,
    },
    summary: aSummary(),
    revision: 1,
    modelUsed: "deterministic-v1",
    batchUrl: "https://ops.example.com/graphql?query=x",
    ...message,
  };
}

export function anEventMessage(event: Partial<ProjectEvent> = {}, message: Partial<EventMessage> = {}): EventMessage {
  const known = aProjectEvent({ name: "told", title: "Deployment of inventory-api failed", ...event });
  return { kind: "event", key: `${known.projectEventId}@x`, channel: "C0000000001", event: known, ...message };
}

/** The seed's example, raised by a rule. */
export function anInsight(insight: Partial<Insight> = {}): Insight {
  const alertId = "low_health_score_stu_4532_1748869200000";
  return {
    alertId,
    entityType: "student",
    entityId: "stu_4532",
    predictionType: "low_health_score",
    ruleRevision: 1,
    status: "OPEN",
    riskScore: 82,
    peakRiskScore: 85,
    title: "Low health score",
    explanation: "The health score is 42, below 50.",
    recommendations: [
      { recommendationId: "r1", text: "Call the student" },
      { recommendationId: "r2", text: "Review the last ratings" },
    ],
    evidence: [
      { name: "health_score", value: 42, level: 50 },
      { name: "sessions_7d", value: 0 },
      { name: "avg_rating", value: null },
    ],
    origin: { modelUsed: "deterministic-v1" },
    place: "2025-06-02T13:00:00Z",
    raisedAt: at(0),
    updatedAt: at(0),
    expiresAt: at(43_200),
    feedback: [],
    notices: [],
    version: 1,
    hash: "",
    ...insight,
  };
}

export function anInsightMessage(
  insight: Partial<Insight> = {},
  message: Partial<InsightMessage> = {},
): InsightMessage {
  const known = anInsight(insight);
  return {
    kind: "insight",
    notice: "RAISED",
    key: `${known.alertId}@RAISED`,
    channel: "C0000000001",
    insight: known,
    insightUrl: "https://ops.example.com/graphql?query=x",
    ...message,
  };
}

/** The same insight, over. */
export function aResolvedMessage(
  insight: Partial<Insight> = {},
  message: Partial<InsightMessage> = {},
): InsightMessage {
  const resolved = { at: at(90), by: "SYSTEM:insights", cause: "RECOVERED" } as const;
  return anInsightMessage(
    { status: "RESOLVED", resolved, riskScore: 40, ...insight },
    { notice: "RESOLVED", key: "low_health_score_stu_4532_1748869200000@RESOLVED", ...message },
  );
}
