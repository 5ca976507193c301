/** Example entities and rules: the students of seed 001 with its very numbers, and some whose numbers call for an insight. */
import type { CreateInsightRuleInput } from "../generated/operations.js";

const subjects = { algebra: "sub_algebra", physics: "sub_physics" } as const;
const emea = "reg_emea";

/** What happened to an entity: how many days before the examples are loaded. */
export interface SeedEntity {
  readonly entityId: string;
  readonly groups: readonly string[];
  readonly sessions: readonly number[];
  readonly ibCalls: readonly number[];
  /** Days before, and stars. */
  readonly ratings: readonly (readonly [daysAgo: number, stars: number])[];
}

export const seedEntities: readonly SeedEntity[] = [
  // Seed 001's item: sessions 2, 5, 12 in 7, 14, 30 days, IB calls 1 and 3 in 7 and 14, rating 4.5, health 72.
  {
    entityId: "stu_4532",
    groups: [subjects.algebra, emea],
    sessions: [1, 3, 8, 10, 13, 15, 17, 19, 21, 24, 26, 28],
    ibCalls: [2, 9, 12],
    ratings: [
      [1, 4],
      [8, 5],
      [15, 4.5],
    ],
  },
  // The one of its verification steps: 3, 7, 15; 0 and 2; 4.5; 85.
  {
    entityId: "stu_test_001",
    groups: [subjects.physics, emea],
    sessions: [1, 3, 5, 8, 9, 11, 13, 15, 16, 18, 19, 21, 23, 25, 28],
    ibCalls: [9, 12],
    ratings: [
      [3, 4.5],
      [11, 4.5],
    ],
  },
  // Calls a lot, comes rarely, is not content.
  {
    entityId: "stu_7003",
    groups: [subjects.algebra, emea],
    sessions: [9, 16, 17, 20, 23, 24, 27],
    ibCalls: [1, 2, 2.5, 4, 5, 8, 11],
    ratings: [
      [9, 2],
      [16, 2.5],
    ],
  },
  // Used to come nearly every day.
  {
    entityId: "stu_7004",
    groups: [subjects.physics],
    sessions: [6, 8, 9, 10, 11, 12, 13, 15, 16, 17, 19, 20, 22, 23, 24, 26, 27],
    ibCalls: [],
    ratings: [
      [6, 3.5],
      [12, 4.5],
    ],
  },
  {
    entityId: "tut_ada",
    groups: [],
    sessions: [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 15, 16, 17, 18, 19, 20],
    ibCalls: [],
    ratings: [
      [1, 5],
      [5, 4.5],
      [12, 5],
    ],
  },
  { entityId: "tut_ben", groups: [], sessions: [4, 11, 18, 25], ibCalls: [], ratings: [[11, 3]] },
];

const day = 86_400;

export type SeedRule = Omit<CreateInsightRuleInput, "idempotencyKey" | "expectedVersion" | "enabled">;

/** Rules of the prediction types that seed 001 names. The first states a risk of 82 for 7 calls, as its example does for too many. */
export const seedRules: readonly SeedRule[] = [
  {
    ruleId: "high_ib_call_frequency",
    definition: {
      title: "Calls in far more often than others",
      entityTypes: ["student"],
      conditions: [{ threshold: { metric: "ib_calls_14d", comparison: "ABOVE", fireAt: 4, clearAt: 3 } }],
      risk: { least: 64, most: 100, worstAt: 10 },
      recommendations: [
        "Schedule immediate check-in call",
        "Review IB call transcripts",
        "Offer session with senior tutor",
      ],
      outcome: { metric: "health_score", comparison: "BELOW", value: 50, withinDays: 14 },
    },
  },
  {
    ruleId: "low_health_score",
    definition: {
      title: "Health score is low",
      entityTypes: ["student", "tutor"],
      conditions: [{ threshold: { metric: "health_score", comparison: "BELOW", fireAt: 60, clearAt: 70 } }],
      risk: { least: 50, most: 95, worstAt: 20 },
      recommendations: ["Ask what is missing"],
      incident: {
        severities: [{ riskAtLeast: 85, severity: "P3" }],
        services: ["student-success"],
        dedupe: "ENTITY",
        autoResolve: true,
      },
    },
  },
  {
    ruleId: "churn_risk",
    definition: {
      title: "Comes far less often than a week ago",
      entityTypes: ["student"],
      conditions: [
        {
          rateOfChange: {
            metric: "sessions_7d",
            comparison: "BELOW",
            fireAt: -60,
            clearAt: -30,
            overDays: 7,
            unit: "PERCENT",
          },
        },
        { threshold: { metric: "sessions_30d", comparison: "ABOVE", fireAt: 7, clearAt: 5 } },
      ],
      risk: { least: 60, most: 95, worstAt: -100 },
      recommendations: ["Call before the week is over", "Offer another time of day"],
      expiresAfterSeconds: 14 * day,
      outcome: { metric: "sessions_7d", comparison: "BELOW", value: 1, withinDays: 14 },
    },
  },
];
