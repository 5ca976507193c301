/** Entities, tallies, facts, rules and insights with valid defaults: a test shows only what matters to it. */
import { RuleDefinition, insightStatuses, toAlertId, toSeedTime } from "../../../src/domain/insights/index.js";
import type { Activity, Entity, Insight, InsightRule, Tally, Watch } from "../../../src/domain/insights/index.js";
import { addDays, toInstant } from "../../../src/domain/kernel/time.js";

/** 2025-01-15T10:30:00Z, of the seed's examples. */
export const seedTime = "2025-01-15T10:30:00.000Z";
const seedMilliseconds = Date.parse(seedTime);

/** So many seconds after the seed's examples. */
export const after = (seconds: number) => toInstant(seedMilliseconds + seconds * 1_000);

let made = 0;

/** The seed's example, but for its name. */
export function anEntity(facts: Partial<Entity> = {}): Entity {
  made += 1;
  return {
    entityType: "student",
    entityId: `stu_${made}`,
    metrics: {
      sessions_7d: 2,
      sessions_14d: 5,
      sessions_30d: 12,
      ib_calls_7d: 1,
      ib_calls_14d: 3,
      avg_rating: 4.5,
    },
    healthScore: 72,
    formulaVersion: 1,
    measuredAt: seedTime,
    lastUpdated: seedTime,
    firstActivityAt: after(-86_400),
    lastActivityAt: { session: after(-3_600) },
    activities: 16,
    healthTrail: [{ day: "2025-01-15", score: 72 }],
    version: 17,
    hash: "hash",
    ...facts,
  };
}

export function aTally(facts: Partial<Tally> = {}): Tally {
  const marks = facts.marks ?? [{ second: 10, count: 1, total: 0 }];
  return {
    entityKey: "student-stu_4532",
    kind: "session",
    from: "2025-01-15T00:00:00.000Z",
    count: marks.reduce((sum, { count }) => sum + count, 0),
    total: marks.reduce((sum, { total }) => sum + total, 0),
    first: marks[0]?.second ?? 0,
    last: marks.at(-1)?.second ?? 0,
    marks,
    ...facts,
  };
}

export function anActivity(facts: Partial<Activity> = {}): Activity {
  made += 1;
  const occurredAt = facts.occurredAt ?? after(made);
  return {
    activityId: `00000000-0000-5000-8000-${String(made).padStart(12, "0")}`,
    entityType: "student",
    entityId: "stu_4532",
    kind: "session",
    groups: [],
    source: "api",
    inputHash: `hash-${made}`,
    occurredAt,
    recordedAt: occurredAt,
    version: made,
    ...facts,
  };
}

/** The seed's example, but for its name. */
export function anInsight(facts: Partial<Insight> = {}): Insight {
  made += 1;
  const raisedAt = facts.raisedAt ?? after(made);
  const { entityId = "stu_4532", predictionType = "high_ib_call_frequency" } = facts;
  return {
    alertId: `${toAlertId({ predictionType, entityId, since: raisedAt })}${made}`,
    entityType: "student",
    entityId,
    predictionType,
    status: insightStatuses[0],
    riskScore: 82,
    peakRiskScore: 82,
    title: "Many calls",
    explanation: "Student shows high IB call frequency with declining health score...",
    recommendations: [
      { recommendationId: "1", text: "Schedule immediate check-in call" },
      { recommendationId: "2", text: "Review IB call transcripts" },
    ],
    evidence: [{ name: "ib_calls_14d", value: 5, level: 4 }],
    origin: { modelUsed: "deterministic-v1" },
    place: toSeedTime(raisedAt),
    raisedAt,
    updatedAt: raisedAt,
    expiresAt: addDays(raisedAt, 30),
    feedback: [],
    notices: [],
    version: 1,
    hash: "hash",
    ...facts,
  };
}

export function aRule(facts: Partial<InsightRule> = {}): InsightRule {
  return {
    ruleId: "low_health_score",
    definition: RuleDefinition.parse({
      title: "Low health score",
      entityTypes: ["student"],
      conditions: [{ type: "THRESHOLD", metric: "health_score", comparison: "BELOW", fireAt: 70, clearAt: 75 }],
    }),
    revision: 1,
    enabled: true,
    silences: [],
    createdAt: seedTime,
    updatedAt: seedTime,
    version: 1,
    hash: "hash",
    ...facts,
  };
}

export function aWatch(facts: Partial<Watch> = {}): Watch {
  return {
    ruleId: "low_health_score",
    entityKey: "student-stu_4532",
    revision: 1,
    phase: "PENDING",
    since: seedTime,
    version: 1,
    hash: "hash",
    ...facts,
  };
}
