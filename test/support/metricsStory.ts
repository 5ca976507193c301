/** The story of an entity, an aggregate, a catalog and a formula: every event type of metrics occurs in it. */
import { activeFormula, defaultCatalog, defaultFormulas } from "../../src/domain/insights/index.js";
import type { HealthFormulaCommand, InsightsCommandOf, Yardstick } from "../../src/domain/insights/index.js";
import { tellInsights } from "./insightStory.js";
import type { InsightStream } from "./insightStory.js";

export type Fact = InsightsCommandOf<"RecordActivities">["activities"][number];

export const storyStart = "2025-01-15T10:30:00.000Z";
export const studentStream = "Entity-student-stu_4532";
export const subjectStream = "Entity-subject-sub_math";

/** The built-in formula over the seed's kinds. */
export const defaultYardstick: Yardstick = {
  kinds: defaultCatalog.kinds,
  formula: activeFormula(defaultFormulas("student")),
};

/** A session that was just held, unless the test says otherwise. */
export function fact(facts: Partial<Fact> = {}): Fact {
  return {
    activityId: "01946a5e-0000-7000-8000-000000000001",
    kind: "session",
    groups: [],
    source: "api",
    inputHash: "hash",
    occurredAt: storyStart,
    ...facts,
  };
}

export function recordFacts(...activities: readonly Fact[]): InsightsCommandOf<"RecordActivities"> {
  return { type: "RecordActivities", activities, yardstick: defaultYardstick };
}

export const decay: InsightsCommandOf<"MeasureEntity"> = {
  type: "MeasureEntity",
  cause: "DECAY",
  yardstick: defaultYardstick,
};

/** What the facts of an aggregate came to. */
export function groupMeasures(
  facts: Partial<InsightsCommandOf<"RecordMeasures">> = {},
): InsightsCommandOf<"RecordMeasures"> {
  return {
    type: "RecordMeasures",
    at: storyStart,
    metrics: { sessions_7d: 20, sessions_14d: 40, sessions_30d: 80, ib_calls_7d: 1, ib_calls_14d: 3, avg_rating: 4.5 },
    nextChangeAt: "2025-01-16T08:00:00.000Z",
    lastActivityAt: { session: "2025-01-15T09:00:00.000Z" },
    cause: "GROUP",
    formula: defaultYardstick.formula,
    ...facts,
  };
}

export const otherFormula = {
  type: "AddHealthFormula",
  components: [
    { name: "engagement", metric: "sessions_14d", weight: 0.6, worst: 0, best: 10 },
    { name: "support_load", metric: "ib_calls_14d", weight: 0.4, worst: 8, best: 0 },
  ],
  note: "Ratings are too few to count",
} as const satisfies HealthFormulaCommand;

export const homework = {
  type: "DefineActivityKind",
  name: "homework",
  plural: "homeworks",
  windows: [7, 30],
  value: { least: 0, most: 100 },
} satisfies InsightsCommandOf<"DefineActivityKind">;

export const school = {
  type: "DefineEntityType",
  name: "school",
  prefix: "sch_",
  role: "AGGREGATE",
} as const satisfies InsightsCommandOf<"DefineEntityType">;

export function metricsStory(): readonly InsightStream[] {
  return [
    tellInsights(studentStream, [
      recordFacts(
        fact({
          kind: "rating",
          value: 4.5,
          groups: [{ type: "subject", id: "sub_math" }],
          source: "zoom",
          dedupeId: "meeting-77",
          note: "Asked for the same tutor again",
        }),
        fact({ activityId: "01946a5e-0000-7000-8000-000000000002", occurredAt: "2025-01-08T10:30:01.000Z" }),
      ),
      decay,
    ]),
    tellInsights(subjectStream, [groupMeasures()]),
    tellInsights("InsightsCatalog-all", [school, homework]),
    tellInsights("HealthFormula-student", [otherFormula, { type: "ActivateHealthFormula", formulaVersion: 2 }]),
  ];
}
