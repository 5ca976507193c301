/** Entities and insights on the running server: what tests arrange with them, in short. */
import {
  CreateInsightRuleDocument,
  InsightDocument,
  InsightsDocument,
  RaiseInsightDocument,
  RecordActivitiesDocument,
  RecordActivityDocument,
} from "../generated/operations.js";
import type {
  ActivityInput,
  InsightQuery,
  InsightRuleDefinitionInput,
  RaiseInsightInput,
  RaiseInsightMutation,
  RecordActivityInput,
  RecordActivityMutation,
} from "../generated/operations.js";
import { until } from "./graphql/client.js";
import type { TestOpsledger } from "./opsledger.js";

export type RecordedEntity = NonNullable<RecordActivityMutation["recordActivity"]["entity"]> & {
  readonly position: string;
};
export type RaisedInsight = NonNullable<RaiseInsightMutation["raiseInsight"]["insight"]>;
export type InsightNow = NonNullable<InsightQuery["insight"]>;

export interface TestInsights {
  /** Records a fact, a session of stu_1 if nothing else is said; the entity behind it. @throws where it is refused. */
  record(input?: Partial<RecordActivityInput>): Promise<RecordedEntity>;
  /** Records facts together. @throws where one is refused. */
  recordMany(activities: readonly ActivityInput[]): Promise<{ readonly position: string }>;
  /** Raises an insight about stu_1, if nothing else is said. @throws where it is refused. */
  raise(input?: Partial<RaiseInsightInput>): Promise<RaisedInsight>;
  /** Creates a rule that is at work. @throws where it is refused. */
  rule(ruleId: string, definition?: Partial<InsightRuleDefinitionInput>): Promise<{ readonly position: string }>;
  /** The alert id of the first insight of a rule about an entity, once there is one. */
  raisedBy(predictionType: string, entityId: string): Promise<string>;
  /** The insight once `isSo`. */
  insightOnce(alertId: string, isSo: (insight: InsightNow) => boolean): Promise<InsightNow>;
}

/** Fewer sessions than three within seven days. */
export const fewSessions: InsightRuleDefinitionInput = {
  title: "Few sessions",
  entityTypes: ["student"],
  conditions: [{ threshold: { metric: "sessions_7d", comparison: "BELOW", fireAt: 3, clearAt: 3 } }],
};

export const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

export function insightsOf(test: TestOpsledger): TestInsights {
  const none = (errors: readonly unknown[]) => {
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
  };
  const given = <T>(value: T | null | undefined): T => {
    if (value == null) throw new Error("nothing in the answer");
    return value;
  };
  return {
    async record(input = {}) {
      const { recordActivity: answer } = await test.run(RecordActivityDocument, {
        input: { entityId: "stu_1", kind: "session", ...input },
      });
      none(answer.errors);
      return { ...given(answer.entity), position: given(answer.position) };
    },
    async recordMany(activities) {
      const { recordActivities: answer } = await test.run(RecordActivitiesDocument, {
        input: { activities: [...activities] },
      });
      none(answer.errors);
      none(answer.results.flatMap(({ errors }) => errors));
      return { position: given(answer.position) };
    },
    async raise(input = {}) {
      const { raiseInsight: answer } = await test.run(RaiseInsightDocument, {
        input: {
          predictionType: "churn_risk",
          entityId: "stu_1",
          riskScore: 82,
          title: "The student may leave",
          explanation: "Few sessions and many calls.",
          recommendations: ["Call", "Offer a session"],
          evidence: [{ name: "sessions_7d", value: 1, level: 3 }],
          modelUsed: "churn-1",
          ...input,
        },
      });
      none(answer.errors);
      return given(answer.insight);
    },
    async rule(ruleId, definition = {}) {
      const { createInsightRule: answer } = await test.run(CreateInsightRuleDocument, {
        input: { ruleId, definition: { ...fewSessions, ...definition }, enabled: true },
      });
      none(answer.errors);
      return { position: given(answer.position) };
    },
    async raisedBy(predictionType, entityId) {
      let alertId: string | undefined;
      await until(async () => {
        const { insights } = await test.run(InsightsDocument, { filter: { predictionType, entityId } });
        alertId = insights.nodes[0]?.alertId;
        return alertId !== undefined;
      });
      return given(alertId);
    },
    async insightOnce(alertId, isSo) {
      let found: InsightNow | null | undefined;
      await until(async () => {
        found = (await test.run(InsightDocument, { id: alertId })).insight;
        return found != null && isSo(found);
      });
      return given(found);
    },
  };
}
