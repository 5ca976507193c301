/** What holds for any course of a rule, a watch, an insight or an incident slot, whatever commands come in whatever order. */
import fc from "fast-check";
import { createCodec } from "../../../src/domain/kernel/codec.js";
import {
  dismissalReasons,
  incidentSlotDecider,
  insightDecider,
  insightsEventFormats,
  insightsProjection,
  ruleDecider,
  watchDecider,
} from "../../../src/domain/insights/index.js";
import type {
  IncidentSlotCommand,
  InsightCommand,
  RuleCommand,
  WatchCommand,
} from "../../../src/domain/insights/index.js";
import { deciderProperties } from "../../support/deciderProperties.js";
import { aDefinition, alertId, createRule, explained, raise, silenceId } from "../../support/insightStory.js";

const codec = createCodec(insightsEventFormats);
const small = fc.integer({ min: 1, max: 3 });
const at = fc.constantFrom("2025-01-15T10:31:00.000Z", "2025-01-15T10:35:00.000Z", "2026-01-15T10:31:00.000Z");
const note = fc.constantFrom(undefined, "a note");
const alert = small.map((n) => `${alertId}${n}`);

const ruleCommand: fc.Arbitrary<RuleCommand> = fc.oneof(
  fc.constant(createRule),
  small.map((forSeconds) => ({ type: "ChangeRule", definition: aDefinition({ forSeconds }) }) as const),
  fc.constant({ type: "EnableRule" } as const),
  fc.record({ type: fc.constant("DisableRule" as const), reason: note }),
  fc.constant({ type: "SuspendRule", reason: "too many" } as const),
  fc.record({
    type: fc.constant("SilenceRule" as const),
    silenceId: small.map((n) => `${silenceId}${n}`),
    entityId: fc.constantFrom(undefined, "stu_4532"),
    until: at,
    reason: fc.constant("Holidays"),
  }),
  small.map((n) => ({ type: "UnsilenceRule", silenceId: `${silenceId}${n}` }) as const),
);

const watchCommand: fc.Arbitrary<WatchCommand> = fc.oneof(
  fc.record({ type: fc.constant("BeginPending" as const), revision: small, since: at }),
  fc.record({ type: fc.constant("Reset" as const), revision: small }),
  fc.record({ type: fc.constant("Fire" as const), revision: small, alertId: alert, since: at }),
  fc.record({ type: fc.constant("BeginRecovering" as const), since: at }),
  fc.constant({ type: "Refire" } as const),
  fc.record({ type: fc.constant("Recover" as const), cooldownUntil: at }),
  fc.record({ type: fc.constant("Hold" as const), alertId: alert, cooldownUntil: at }),
  fc.constant({ type: "Release" } as const),
);

const kind = fc.constantFrom("RAISED" as const, "RESOLVED" as const);
const insightCommand: fc.Arbitrary<InsightCommand> = fc.oneof(
  fc.constant(raise()),
  fc.constant(explained),
  fc.record({
    type: fc.constant("ChangeRisk" as const),
    riskScore: fc.integer({ min: 0, max: 100 }),
    evidence: fc.constant<{ name: string; value: number }[]>([]),
  }),
  fc.record({ type: fc.constant("AcknowledgeInsight" as const), note }),
  fc.record({ type: fc.constant("SnoozeInsight" as const), until: at, reason: note }),
  fc.record({ type: fc.constant("ResolveInsight" as const), note }),
  fc.constant({ type: "RecoverInsight", cause: "RECOVERED" } as const),
  fc.record({ type: fc.constant("DismissInsight" as const), reason: fc.constantFrom(...dismissalReasons), note }),
  fc.constant({ type: "ExpireInsight" } as const),
  fc.record({ type: fc.constant("GiveFeedback" as const), useful: fc.boolean(), comment: note }),
  fc.record({
    type: fc.constant("MarkRecommendation" as const),
    recommendationId: small.map((n) => `r${n}`),
    done: fc.boolean(),
  }),
  small.map((n) => ({ type: "LinkIncident", incidentId: `incident-${n}`, declared: false }) as const),
  fc.record({ type: fc.constant("ScoreOutcome" as const), happened: fc.boolean() }),
  fc.record({ type: fc.constant("StartNotice" as const), kind, notifier: fc.constantFrom("slack", "sns") }),
  fc.record({
    type: fc.constant("RecordNotice" as const),
    kind,
    attempt: small,
    notifier: fc.constant("slack"),
    messageId: fc.constant("1"),
    found: fc.boolean(),
  }),
  fc.record({
    type: fc.constant("RecordNoticeFailure" as const),
    kind,
    attempt: small,
    error: fc.constant("busy"),
    retryAt: fc.constantFrom(undefined, "2025-01-15T10:40:00.000Z"),
    notSent: fc.constantFrom(undefined, true),
  }),
);

const slotCommand: fc.Arbitrary<IncidentSlotCommand> = fc.oneof(
  fc.record({
    type: fc.constant("Claim" as const),
    alertId: alert,
    severity: fc.constantFrom(undefined, "P1" as const, "P2" as const),
  }),
  small.map((number) => ({ type: "Fill", number, incidentId: `incident-${number}` }) as const),
  fc.record({
    type: fc.constant("Leave" as const),
    alertId: alert,
    settled: fc.boolean(),
    autoResolve: fc.boolean(),
  }),
  fc.record({ type: fc.constantFrom("Close" as const, "End" as const), number: small }),
);

deciderProperties("a rule", {
  decider: ruleDecider,
  projection: insightsProjection,
  codec,
  streamId: "InsightRule-low_health_score",
  begin: [createRule],
  commands: ruleCommand,
});
deciderProperties("a watch", {
  decider: watchDecider,
  projection: insightsProjection,
  codec,
  streamId: "Watch-low_health_score/student-stu_4532",
  begin: [],
  commands: watchCommand,
});
deciderProperties("an insight", {
  decider: insightDecider,
  projection: insightsProjection,
  codec,
  streamId: `Insight-${alertId}`,
  begin: [raise()],
  commands: insightCommand,
  // Each attempt is one of its own.
  isDoneOnce: ({ type }) => type !== "StartNotice",
});
deciderProperties("an incident slot", {
  decider: incidentSlotDecider,
  projection: insightsProjection,
  codec,
  streamId: "InsightIncident-entity/stu_4532",
  begin: [],
  commands: slotCommand,
});
