/** The story of a rule, its watch, its insights and the slot of their incident: every event type of theirs occurs in it. */
import { toInstant, toMilliseconds } from "../../src/domain/kernel/index.js";
import type { Recorded } from "../../src/domain/kernel/index.js";
import { RuleDefinition, emptyStateOf, insightsDecider, limits } from "../../src/domain/insights/index.js";
import type {
  InsightsCommand,
  InsightsCommandOf,
  InsightsEvent,
  InsightsState,
} from "../../src/domain/insights/index.js";
import { recordAll } from "./deciderSpecification.js";

export interface InsightStream {
  readonly streamId: string;
  readonly events: readonly Recorded<InsightsEvent>[];
  readonly state: InsightsState;
}

export const insightStart = "2025-01-15T10:30:00.000Z";
export const alertId = "low_health_score_stu_4532_1736937000000";
export const silenceId = "01946a5e-0000-7000-8000-000000000009";
export const incidentId = "01946a5e-0000-7000-8000-000000000077";

/** Low health of a student, with all that a rule may say. */
export function aDefinition(change: Partial<RuleDefinition> = {}): RuleDefinition {
  return {
    ...RuleDefinition.parse({
      title: "Health is low",
      entityTypes: ["student"],
      conditions: [{ type: "THRESHOLD", metric: "health_score", comparison: "BELOW", fireAt: 70, clearAt: 75 }],
      cooldownSeconds: 3_600,
      risk: { least: 50, most: 100, worstAt: 20 },
      recommendations: ["Schedule a check-in call", "Offer a session with a senior tutor"],
    }),
    ...change,
  };
}

export const createRule: InsightsCommandOf<"CreateRule"> = {
  type: "CreateRule",
  enabled: false,
  definition: aDefinition({
    conditions: [
      { type: "THRESHOLD", metric: "health_score", comparison: "BELOW", fireAt: 70, clearAt: 75 },
      { type: "NO_DATA", kind: "session", afterSeconds: 86_400 },
      {
        type: "RATE_OF_CHANGE",
        metric: "sessions_7d",
        overDays: 7,
        unit: "PERCENT",
        comparison: "BELOW",
        fireAt: -20,
        clearAt: -10,
      },
      {
        type: "ANOMALY",
        metric: "ib_calls_7d",
        baselineDays: 28,
        leastDays: 14,
        direction: "UP",
        fireAt: 3,
        clearAt: 2,
      },
    ],
    outcome: { metric: "health_score", comparison: "BELOW", value: 50, withinDays: 14 },
    incident: {
      severities: [{ riskAtLeast: 80, severity: "P1" }],
      services: ["tutoring"],
      dedupe: "ENTITY",
      autoResolve: true,
    },
    notify: { channel: "#students" },
  }),
};

/** An insight with all that may be said of one. */
export function raise(change: Partial<InsightsCommandOf<"RaiseInsight">> = {}): InsightsCommandOf<"RaiseInsight"> {
  const { outcome, incident, notify } = createRule.definition;
  return {
    type: "RaiseInsight",
    entityType: "student",
    entityId: "stu_4532",
    predictionType: "low_health_score",
    ruleRevision: 1,
    riskScore: 60,
    title: "Health is low",
    explanation: "health_score is 62, below the level of 70. The risk is 60 of 100.",
    recommendations: [{ recommendationId: "r1", text: "Schedule a check-in call" }],
    evidence: [{ name: "health_score", value: 62, level: 70 }],
    origin: { modelUsed: "deterministic-v1", promptVersion: "1" },
    place: "2025-01-15T10:30:00Z",
    entityVersion: 7,
    expiresAt: "2025-02-14T10:30:00.000Z",
    outcome,
    incident,
    notify,
    ...change,
  };
}

export const explained: InsightsCommandOf<"RecordExplanation"> = {
  type: "RecordExplanation",
  explanation: "The health score of 62 lies below 70.",
  recommendations: [
    { recommendationId: "r1", text: "Schedule a check-in call" },
    { recommendationId: "r2", text: "Ask the tutor" },
  ],
  origin: { modelUsed: "small-model", promptVersion: "p1", inputHash: "ab", inputTokens: 200, outputTokens: 40 },
};

/** Streams in which every event type of rules, watches, insights and slots occurs. */
export function insightStory(): readonly InsightStream[] {
  return [
    tellInsights("InsightRule-low_health_score", [
      createRule,
      { type: "EnableRule" },
      { type: "SilenceRule", silenceId, entityId: "stu_4532", until: "2025-02-01T00:00:00.000Z", reason: "Holidays" },
      { type: "UnsilenceRule", silenceId },
      { type: "ChangeRule", definition: { ...createRule.definition, forSeconds: 60 } },
      { type: "DisableRule", reason: "It is too loud" },
    ]),
    tellInsights("Watch-low_health_score/student-stu_4532", [
      { type: "BeginPending", revision: 1, since: insightStart },
      { type: "Reset", revision: 1 },
      { type: "BeginPending", revision: 1, since: insightStart },
      { type: "Fire", revision: 1, alertId, since: insightStart },
      { type: "BeginRecovering", since: "2025-01-15T10:40:00.000Z" },
      { type: "Refire" },
      { type: "Recover", cooldownUntil: "2025-01-15T11:40:00.000Z" },
      { type: "Fire", revision: 1, alertId: `${alertId}1`, since: "2025-01-15T12:00:00.000Z" },
      { type: "Hold", alertId: `${alertId}1`, cooldownUntil: "2025-01-15T13:00:00.000Z" },
      { type: "Release" },
    ]),
    tellInsights(`Insight-${alertId}`, [
      raise(),
      explained,
      { type: "ChangeRisk", riskScore: 75, evidence: [{ name: "health_score", value: 45, level: 70 }] },
      { type: "AcknowledgeInsight", note: "I call them" },
      { type: "SnoozeInsight", until: "2025-01-16T10:30:00.000Z", reason: "Until tomorrow" },
      { type: "GiveFeedback", useful: false, comment: "Not yet" },
      { type: "GiveFeedback", useful: true, comment: "It was right" },
      { type: "MarkRecommendation", recommendationId: "r1", done: true },
      { type: "LinkIncident", incidentId, declared: true },
      { type: "StartNotice", kind: "RAISED", notifier: "slack", channel: "#students" },
      {
        type: "RecordNoticeFailure",
        kind: "RAISED",
        attempt: 1,
        error: "ratelimited",
        retryAt: "2025-01-15T10:31:00.000Z",
        notSent: true,
      },
      { type: "StartNotice", kind: "RAISED", notifier: "slack", channel: "#students" },
      {
        type: "RecordNotice",
        kind: "RAISED",
        attempt: 2,
        notifier: "slack",
        channel: "C0123456789",
        messageId: "1736937000.000100",
        url: "https://acme.slack.com/archives/C0123456789/p1",
        found: true,
      },
      { type: "ResolveInsight", note: "They are back" },
      { type: "ScoreOutcome", happened: true, happenedAt: "2025-01-16T10:30:00.000Z", leadSeconds: 86_400 },
    ]),
    tellInsights(`Insight-${alertId}1`, [
      raise({ place: "2025-01-15T12:00:00Z" }),
      { type: "DismissInsight", reason: "EXPECTED", note: "An exam" },
    ]),
    tellInsights(`Insight-${alertId}2`, [
      raise({ place: "2025-01-15T13:00:00Z", expiresAt: insightStart }),
      { type: "ExpireInsight" },
    ]),
    tellInsights("InsightIncident-entity/stu_4532", [
      { type: "Claim", alertId, severity: "P1" },
      { type: "Fill", number: 1, incidentId },
      { type: "Claim", alertId: `${alertId}1` },
      { type: "Leave", alertId: `${alertId}1`, settled: true, autoResolve: true },
      { type: "Leave", alertId, settled: true, autoResolve: true },
      { type: "End", number: 1 },
    ]),
    tellInsights("InsightIncident-rule/low_health_score", [
      ...Array.from(
        { length: limits.incidentInsights + 1 },
        (_, n) => ({ type: "Claim", alertId: `${alertId}${n}` }) as const,
      ),
    ]),
  ];
}

/** Carries commands out on a stream, a second apart. Throws where one is refused. */
export function tellInsights(streamId: string, commands: readonly InsightsCommand[]): InsightStream {
  const begun = toMilliseconds(insightStart);
  let state = emptyStateOf(streamId);
  const events: Recorded<InsightsEvent>[] = [];
  for (const command of commands) {
    const now = toInstant(begun + events.length * 1_000);
    const proposed = insightsDecider.decide(command, state, { streamId, now, actor: { kind: "USER", id: "ada" } });
    const recorded = recordAll<InsightsEvent>(
      proposed.map((event) => ({ streamId, recordedAt: now, occurredAt: now, ...event })),
      events.length,
    );
    state = recorded.reduce((folded, event) => insightsDecider.evolve(folded, event), state);
    events.push(...recorded);
  }
  return { streamId, events, state };
}
