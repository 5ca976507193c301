/** Which event of insights leads to what, without anybody asking. */
import { describe, expect, it } from "vitest";
import { InsightsPolicyCommand, insightsPolicies, toWakeTimer } from "../../../src/domain/insights/index.js";
import type { FeedEntry, LiveEntry } from "../../../src/domain/kernel/index.js";

const at = "2025-01-15T10:30:02.250Z";
/** A minute before: whatever the clock of the server that asks, it is over. */
const atOnce = "2025-01-15T10:29:02.250Z";
const alertId = "churn_risk_stu_4532_1736937002250";

const entryOf = (streamId: string, type: string, data: object = {}, recordedAt = at): FeedEntry => ({
  log: 0,
  position: 1,
  tags: { before: [], after: [] },
  event: {
    type,
    data,
    streamId,
    eventId: "event",
    version: 1,
    schemaVersion: 1,
    occurredAt: recordedAt,
    recordedAt,
    actor: { kind: "USER", id: "ada" },
    correlationId: "together",
    commandId: "command",
    hash: "",
    previousHash: "",
  },
});
/** What all policies do about an event: id of the timer, when, and what then; or that it is cancelled. */
const effectsOf = (entry: FeedEntry) =>
  insightsPolicies.flatMap((policy) =>
    policy.react(entry).map((effect) => {
      if (effect.kind === "command") throw new Error("all of it waits in timers");
      if (effect.kind === "cancel") return [effect.timerId, "cancelled"];
      expect(effect.timerId.startsWith(`${policy.name}/`)).toBe(true);
      // What waits in a timer must be read back.
      expect(InsightsPolicyCommand.parse(JSON.parse(JSON.stringify(effect.command)))).toEqual(effect.command);
      return [effect.timerId, effect.dueAt, effect.command];
    }),
  );
const onInsight = (type: string, data: object = {}) => effectsOf(entryOf(`Insight-${alertId}`, type, data));
const onRule = (type: string, data: object = {}) => effectsOf(entryOf("InsightRule-low_health_score", type, data));

const evaluation = [
  "insight-evaluation/student-stu_4532",
  atOnce,
  { type: "EvaluateEntity", entityKey: "student-stu_4532" },
];

describe("metrics that were measured", () => {
  it("are held against the rules by the one timer of their entity", () => {
    expect(effectsOf(entryOf("Entity-student-stu_4532", "EntityMetricsMeasured"))).toEqual([evaluation]);
  });

  it("are so again when somebody has closed the insight", () => {
    expect(effectsOf(entryOf("Watch-churn_risk/student-stu_4532", "WatchHeld"))).toMatchObject([
      ["insight-evaluation/student-stu_4532", atOnce, { type: "EvaluateEntity" }],
    ]);
    expect(effectsOf(entryOf("Watch-churn_risk/student-stu_4532", "WatchFired"))).toEqual([]);
  });

  it("are looked at again by the same timer: there is no other that would do all of it twice", () => {
    const request = { actor: { kind: "SYSTEM", id: "p" }, scope: "all", correlationId: "c", causationId: "e" } as const;
    expect(toWakeTimer("student-stu_4532", at, request)).toMatchObject({
      timerId: "insight-evaluation/student-stu_4532",
      dueAt: at,
      command: { type: "EvaluateEntity", entityKey: "student-stu_4532" },
      request: { correlationId: "c", causationId: "e" },
    });
  });
});

describe("a fact", () => {
  const fact = (groups: readonly object[], recordedAt = at) =>
    effectsOf(entryOf("Entity-student-stu_4532", "ActivityRecorded", { kind: "session", groups }, recordedAt));
  const north = { type: "region", id: "reg_north" };

  it("has its entity held against the rules, also where it changes no metric", () => {
    expect(fact([])).toEqual([evaluation]);
  });

  it("has each group measured once in five seconds, whatever comes behind it", () => {
    const command = { type: "MeasureAggregate", entityKey: "region-reg_north" };
    const measuring = (...of: Parameters<typeof fact>) =>
      fact(...of).filter(([timerId]) => typeof timerId === "string" && timerId.startsWith("aggregate-metrics/"));
    const first = measuring([north, north]);
    expect(first).toEqual([["aggregate-metrics/region-reg_north/347387401", "2025-01-15T10:30:05.000Z", command]]);
    expect(measuring([north], "2025-01-15T10:30:04.999Z")).toEqual(first);
    expect(measuring([north], "2025-01-15T10:30:05.000Z")).toEqual([
      ["aggregate-metrics/region-reg_north/347387402", "2025-01-15T10:30:10.000Z", command],
    ]);
  });
});

it("has an aggregate measured once all is counted that was there when the fact was seen", () => {
  const entry = entryOf("Entity-student-stu_4532", "ActivityRecorded", {
    groups: [{ type: "region", id: "reg_north" }],
  });
  const command = { type: "MeasureAggregate", entityKey: "region-reg_north", seen: [4, 7] };
  const [effect] = effectsOf({ ...entry, after: [4, 7] } as LiveEntry).filter(([, , one]) => isMeasuring(one));
  expect(effect?.[2]).toEqual(command);
});

const isMeasuring = (command: unknown) => JSON.stringify(command).includes("MeasureAggregate");

describe("settings that have changed", () => {
  const late = "2025-01-15T10:30:12.250Z";

  it("count at once, and once more for whoever had older ones at hand", () => {
    const command = { type: "RemeasureType", entityType: "student" };
    expect(effectsOf(entryOf("HealthFormula-student", "HealthFormulaActivated", { formulaVersion: 2 }))).toEqual([
      ["health-formulas/student", atOnce, command],
      ["health-formulas/student/late", late, command],
    ]);
    expect(effectsOf(entryOf("InsightsCatalog-all", "ActivityKindDefined"))).toEqual([
      ["health-formulas/all", atOnce, { type: "RemeasureAll" }],
      ["health-formulas/all/late", late, { type: "RemeasureAll" }],
    ]);
  });

  it("mean nothing where they change no measure", () => {
    expect(effectsOf(entryOf("HealthFormula-student", "HealthFormulaAdded"))).toEqual([]);
    expect(effectsOf(entryOf("InsightsCatalog-all", "EntityTypeDefined"))).toEqual([]);
  });

  it.each([
    ["InsightRuleCreated", { enabled: true }],
    ["InsightRuleChanged", {}],
    ["InsightRuleEnabled", {}],
    ["InsightRuleDisabled", {}],
    ["InsightRuleUnsilenced", {}],
  ])("%s has the rule held against all of its entities", (type, data) => {
    const command = { type: "EvaluateRule", ruleId: "low_health_score" };
    expect(onRule(type, data)).toEqual([
      ["insight-rules/low_health_score", atOnce, command],
      ["insight-rules/low_health_score/late", late, command],
    ]);
  });

  it("ask for nothing while the rule rests, or is to be silent", () => {
    expect(onRule("InsightRuleCreated", { enabled: false })).toEqual([]);
    expect(onRule("InsightRuleSilenced")).toEqual([]);
  });
});

describe("an insight", () => {
  const expiresAt = "2025-02-14T10:30:02.250Z";
  const timer = (policy: string, dueAt: string, type: string) => [`${policy}/${alertId}`, dueAt, { type, alertId }];

  it("expires, and is put into words", () => {
    expect(onInsight("InsightRaised", { expiresAt })).toEqual([
      timer("insight-expiry", expiresAt, "ExpireInsight"),
      timer("insight-explanations", atOnce, "ExplainInsight"),
    ]);
  });

  it("is scored, becomes an incident and is told of, where its rule says so", () => {
    const all = { expiresAt, outcome: {}, incident: {}, notify: {} };
    expect(onInsight("InsightRaised", all)).toEqual([
      timer("insight-expiry", expiresAt, "ExpireInsight"),
      timer("insight-outcomes", "2025-01-16T10:30:02.250Z", "ScoreInsight"),
      timer("insight-explanations", atOnce, "ExplainInsight"),
      timer("insight-incidents", atOnce, "FollowIncident"),
      timer("insight-notices", atOnce, "NotifyInsight"),
    ]);
  });

  it.each(["InsightDismissed", "InsightExpired"])("has its incident followed and expires no more behind %s", (type) => {
    expect(onInsight(type)).toEqual([
      [`insight-expiry/${alertId}`, "cancelled"],
      timer("insight-incidents", atOnce, "FollowIncident"),
    ]);
  });

  it("is told of when it is resolved, too, and once a model has put it into words", () => {
    expect(onInsight("InsightResolved")).toEqual([
      [`insight-expiry/${alertId}`, "cancelled"],
      timer("insight-incidents", atOnce, "FollowIncident"),
      timer("insight-notices", atOnce, "NotifyInsight"),
    ]);
    expect(onInsight("InsightExplained")).toEqual([timer("insight-notices", atOnce, "NotifyInsight")]);
  });

  it("may become an incident when its risk has changed", () => {
    expect(onInsight("InsightRiskChanged")).toEqual([
      timer("insight-explanations", atOnce, "ExplainInsight"),
      timer("insight-incidents", atOnce, "FollowIncident"),
    ]);
  });

  it("is told of again when that failed, unless it was given up", () => {
    expect(onInsight("InsightNoticeFailed", { retryAt: expiresAt })).toEqual([
      timer("insight-notices", expiresAt, "NotifyInsight"),
    ]);
    expect(onInsight("InsightNoticeFailed", {})).toEqual([]);
  });

  it("is not looked at any more once it is scored", () => {
    expect(onInsight("InsightOutcomeScored")).toEqual([[`insight-outcomes/${alertId}`, "cancelled"]]);
  });
});
