/** The rules of one insight: raised, looked at, ended, judged; and what people are told of it. */
import { afterFailure, afterStart } from "../kernel/attempts.js";
import type { DecisionContext, Decider } from "../kernel/decider.js";
import { InvalidTransitionError, NotFoundError, invalid } from "../kernel/errors.js";
import type { Recorded } from "../kernel/event.js";
import { canonicalJson } from "../kernel/hashChain.js";
import { present } from "../kernel/present.js";
import { parseStreamName } from "../kernel/streamName.js";
import type { InsightCommand, InsightsCommandOf } from "./commands.js";
import type { Evidence, InsightEvent } from "./events.js";
import { riskStep } from "./evaluation.js";
import { deterministicExplainer, explainByRules } from "./explanation.js";
import { requireVisibleInsight } from "./scope.js";
import type { Insight, InsightFeedback, InsightsStateOf, Notice, Recommendation } from "./state.js";
import { limits, openInsightStatuses } from "./values.js";
import type { InsightStatus, NoticeKind } from "./values.js";

type State = InsightsStateOf<"insight">;
type Decision = readonly InsightEvent[];
type EventOfType<T extends InsightEvent["type"]> = Extract<InsightEvent, { readonly type: T }>;

const nothing: Decision = [];

/** Where an insight can go from each status by what people do. */
export const insightTransitions: Readonly<Record<InsightStatus, readonly InsightStatus[]>> = {
  OPEN: ["ACKNOWLEDGED", "RESOLVED", "DISMISSED", "EXPIRED"],
  ACKNOWLEDGED: ["RESOLVED", "DISMISSED", "EXPIRED"],
  RESOLVED: [],
  DISMISSED: [],
  EXPIRED: [],
};

/** Whether somebody may still do something about it. */
export function isOpen({ status }: Pick<Insight, "status">): boolean {
  return openInsightStatuses.some((open) => open === status);
}

function decide(command: InsightCommand, state: State, context: DecisionContext): Decision {
  if (command.type === "RaiseInsight") return raise(command, state);
  const insight = insightFor(state, context);
  switch (command.type) {
    case "RecordExplanation":
      return recordExplanation(command, insight);
    case "ChangeRisk":
      return changeRisk(command, insight);
    case "AcknowledgeInsight":
      return insight.status === "ACKNOWLEDGED"
        ? nothing
        : to("ACKNOWLEDGED", insight, { type: "InsightAcknowledged", data: present({ note: command.note }) });
    case "SnoozeInsight":
      return snooze(command, insight, context);
    case "ResolveInsight":
      return insight.status === "RESOLVED" && saysNothingNew(command.note, insight.resolved?.note)
        ? nothing
        : to("RESOLVED", insight, { type: "InsightResolved", data: present({ cause: "USER", note: command.note }) });
    case "RecoverInsight":
      return isOpen(insight) ? [{ type: "InsightResolved", data: { cause: command.cause } }] : nothing;
    case "DismissInsight":
      return dismiss(command, insight);
    case "ExpireInsight":
      return isOpen(insight) && context.now >= insight.expiresAt ? [{ type: "InsightExpired", data: {} }] : nothing;
    case "GiveFeedback":
      return giveFeedback(command, insight, context);
    case "MarkRecommendation":
      return markRecommendation(command, insight);
    case "LinkIncident":
      return linkIncident(command, insight);
    case "ScoreOutcome":
      return scoreOutcome(command, insight);
    case "StartNotice":
      return startNotice(command, insight);
    case "RecordNotice":
      return recordNotice(command, insight);
    case "RecordNoticeFailure":
      return recordNoticeFailure(command, insight);
  }
}

function insightFor({ insight }: State, { streamId, scope = "all" }: DecisionContext): Insight {
  return requireVisibleInsight(insight, { alertId: parseStreamName(streamId).id, field: "alertId", scope });
}

/** Its id says what it is about and when that began: the same once more is the same insight, however often it is found. */
function raise({ type: _, ...data }: InsightsCommandOf<"RaiseInsight">, { insight }: State): Decision {
  return insight === undefined ? [{ type: "InsightRaised", data }] : nothing;
}

/** @throws InvalidTransitionError where it is over, or cannot go there. */
function to(status: InsightStatus, { status: from }: Insight, event: InsightEvent): Decision {
  const allowed = insightTransitions[from];
  if (!allowed.includes(status)) throw new InvalidTransitionError(from, status, allowed);
  return [event];
}

function recordExplanation(
  { type: _, ...data }: InsightsCommandOf<"RecordExplanation">,
  { explanation, recommendations, origin }: Insight,
): Decision {
  const texts = recommendations.map(({ recommendationId, text }) => ({ recommendationId, text }));
  const isSame = canonicalJson({ explanation, recommendations: texts, origin }) === canonicalJson(data);
  return isSame ? nothing : [{ type: "InsightExplained", data }];
}

function changeRisk({ riskScore, evidence }: InsightsCommandOf<"ChangeRisk">, insight: Insight): Decision {
  const isNew = isOpen(insight) && Math.abs(riskScore - insight.riskScore) >= riskStep;
  if (!isNew) return nothing;
  return [{ type: "InsightRiskChanged", data: { riskScore, evidence, ...wordsOf(insight, riskScore, evidence) } }];
}

/** The rules' own, for what they have raised: what a model of somebody's says is theirs. */
function wordsOf(insight: Insight, riskScore: number, evidence: readonly Evidence[]) {
  if (insight.ruleRevision === undefined) return {};
  const { outcome } = insight;
  const { explanation } = explainByRules({ evidence, riskScore, recommendations: [], ...present({ outcome }) });
  return { words: { explanation, origin: deterministicExplainer } };
}

function snooze(
  { until, reason }: InsightsCommandOf<"SnoozeInsight">,
  insight: Insight,
  { now }: DecisionContext,
): Decision {
  if (insight.snoozedUntil === until) return nothing;
  if (!isOpen(insight))
    throw new InvalidTransitionError(
      insight.status,
      insight.status,
      [],
      `${insight.alertId} is ${insight.status}: it is over`,
    );
  if (until <= now) throw invalid("until", "must lie in the future");
  return [{ type: "InsightSnoozed", data: present({ until, reason }) }];
}

function dismiss({ reason, note }: InsightsCommandOf<"DismissInsight">, insight: Insight): Decision {
  const { dismissed } = insight;
  return dismissed?.reason === reason && saysNothingNew(note, dismissed.note)
    ? nothing
    : to("DISMISSED", insight, { type: "InsightDismissed", data: present({ reason, note }) });
}

/** Whether who ends what is over already only repeats what was said; anything else is refused, as it would be lost. */
function saysNothingNew(note: string | undefined, known: string | undefined): boolean {
  return note === undefined || note === known;
}

/** Also of what is over: then people know best. @throws ValidationError where as many others have given theirs as may. */
function giveFeedback(
  { useful, comment }: InsightsCommandOf<"GiveFeedback">,
  { feedback }: Insight,
  { actor }: DecisionContext,
): Decision {
  const known = feedback.find(({ by }) => by === actor.id);
  if (known !== undefined && known.useful === useful && known.comment === comment) return nothing;
  if (known === undefined && feedback.length >= limits.feedback)
    throw invalid("alertId", `has the feedback of ${limits.feedback} people already`);
  return [{ type: "InsightFeedbackGiven", data: present({ useful, comment, formerly: known?.useful }) }];
}

function markRecommendation(
  { recommendationId, done }: InsightsCommandOf<"MarkRecommendation">,
  { recommendations }: Insight,
): Decision {
  const known = recommendations.find((one) => one.recommendationId === recommendationId);
  if (known === undefined) throw new NotFoundError("Recommendation", recommendationId, ["recommendationId"]);
  return (known.done !== undefined) === done
    ? nothing
    : [{ type: "InsightRecommendationMarked", data: { recommendationId, done } }];
}

/** An insight has one incident, for good: the incident knows of it, too. @throws InvalidTransitionError that names the one it has. */
function linkIncident(
  { incidentId, declared }: InsightsCommandOf<"LinkIncident">,
  { alertId, incident, status }: Insight,
): Decision {
  if (incident === undefined) return [{ type: "InsightIncidentLinked", data: { incidentId, declared } }];
  if (incident.incidentId === incidentId) return nothing;
  const why = `${alertId} is linked to the incident ${incident.incidentId} already: an insight has one`;
  throw new InvalidTransitionError(status, status, [], why, ["incidentId"]);
}

/** Once, and only of what predicted something. */
function scoreOutcome({ type: _, ...data }: InsightsCommandOf<"ScoreOutcome">, { outcome, scored }: Insight): Decision {
  return outcome === undefined || scored !== undefined
    ? nothing
    : [{ type: "InsightOutcomeScored", data: present(data) }];
}

/** Each is an attempt of its own: whoever starts one names the insight's version, so that no two start at once. */
function startNotice({ kind, notifier, channel }: InsightsCommandOf<"StartNotice">, insight: Insight): Decision {
  const notice = noticeOf(insight, kind);
  if (notice.sentAt !== undefined || notice.givenUp === true) {
    const why = notice.givenUp === true ? "was given up" : "is sent";
    throw new InvalidTransitionError(
      insight.status,
      insight.status,
      [],
      `${insight.alertId}: the notice ${kind} ${why}`,
    );
  }
  return [{ type: "InsightNoticeStarted", data: present({ kind, attempt: notice.attempts + 1, notifier, channel }) }];
}

function recordNotice({ type: _, ...data }: InsightsCommandOf<"RecordNotice">, insight: Insight): Decision {
  const { sentAt, attempts } = noticeOf(insight, data.kind);
  if (sentAt !== undefined) return nothing;
  if (data.attempt > attempts) {
    const why = `${insight.alertId} has no attempt ${data.attempt} at the notice ${data.kind}`;
    throw new InvalidTransitionError(insight.status, insight.status, [], why);
  }
  return [{ type: "InsightNoticeSent", data: present(data) }];
}

/** Nothing where the attempt has its outcome, or another one has begun: a late answer changes nothing. */
function recordNoticeFailure(
  { type: _, ...data }: InsightsCommandOf<"RecordNoticeFailure">,
  insight: Insight,
): Decision {
  const { attempts, underWaySince } = noticeOf(insight, data.kind);
  const isUnderWay = underWaySince !== undefined && attempts === data.attempt;
  return isUnderWay ? [{ type: "InsightNoticeFailed", data: present(data) }] : nothing;
}

function noticeOf({ notices }: Pick<Insight, "notices">, kind: NoticeKind): Notice {
  return notices.find((notice) => notice.kind === kind) ?? { kind, attempts: 0 };
}

function evolve(state: State, recorded: Recorded<InsightEvent>): State {
  const { version, hash, recordedAt: updatedAt } = recorded;
  if (recorded.type === "InsightRaised") return { kind: "insight", insight: toInsight(recorded) };
  if (state.insight === undefined) return state;
  return { kind: "insight", insight: { ...changed(state.insight, recorded), updatedAt, version, hash } };
}

function toInsight({ data, streamId, recordedAt, version, hash }: Recorded<EventOfType<"InsightRaised">>): Insight {
  const { incident, notify, ...raised } = present(data);
  return {
    ...raised,
    alertId: parseStreamName(streamId).id,
    status: "OPEN",
    peakRiskScore: data.riskScore,
    raisedAt: recordedAt,
    updatedAt: recordedAt,
    feedback: [],
    ...present({ incidentPolicy: incident, notify }),
    notices: [],
    version,
    hash,
  };
}

function changed(insight: Insight, recorded: Recorded<Exclude<InsightEvent, EventOfType<"InsightRaised">>>): Insight {
  const by = { at: recorded.recordedAt, by: recorded.actor.id };
  switch (recorded.type) {
    case "InsightExplained": {
      const { recommendations, ...said } = recorded.data;
      return { ...insight, ...said, recommendations: withMarks(recommendations, insight.recommendations) };
    }
    case "InsightRiskChanged": {
      const { riskScore, evidence, words } = recorded.data;
      const peakRiskScore = Math.max(insight.peakRiskScore, riskScore);
      return { ...insight, riskScore, evidence, peakRiskScore, riskChangedAt: by.at, ...words };
    }
    case "InsightAcknowledged":
      return { ...insight, status: "ACKNOWLEDGED", acknowledged: { ...by, ...present(recorded.data) } };
    case "InsightSnoozed":
      return { ...insight, snoozedUntil: recorded.data.until };
    case "InsightResolved":
      return { ...insight, status: "RESOLVED", resolved: { ...by, ...present(recorded.data) } };
    case "InsightDismissed":
      return { ...insight, status: "DISMISSED", dismissed: { ...by, ...present(recorded.data) } };
    case "InsightExpired":
      return { ...insight, status: "EXPIRED", expiredAt: by.at };
    case "InsightFeedbackGiven": {
      const { useful, comment } = recorded.data;
      return { ...insight, feedback: withFeedback(insight.feedback, { ...by, useful, ...present({ comment }) }) };
    }
    case "InsightRecommendationMarked":
      return { ...insight, recommendations: insight.recommendations.map((one) => marked(one, recorded.data, by)) };
    case "InsightIncidentLinked":
      return { ...insight, incident: recorded.data };
    case "InsightOutcomeScored":
      return { ...insight, scored: { at: by.at, ...present(recorded.data) } };
    case "InsightNoticeStarted":
    case "InsightNoticeSent":
    case "InsightNoticeFailed": {
      const notice = changedNotice(noticeOf(insight, recorded.data.kind), recorded);
      return { ...insight, notices: [...insight.notices.filter(({ kind }) => kind !== notice.kind), notice] };
    }
  }
}

/** What was marked stays so where it is still recommended. */
function withMarks(
  recommendations: readonly Pick<Recommendation, "recommendationId" | "text">[],
  known: readonly Recommendation[],
): readonly Recommendation[] {
  return recommendations.map((one) => {
    const before = known.find(({ recommendationId }) => recommendationId === one.recommendationId);
    return { ...one, ...present({ done: before?.done }) };
  });
}

function marked(
  recommendation: Recommendation,
  { recommendationId, done }: { readonly recommendationId: string; readonly done: boolean },
  by: NonNullable<Recommendation["done"]>,
): Recommendation {
  if (recommendation.recommendationId !== recommendationId) return recommendation;
  const { done: _, ...open } = recommendation;
  return done ? { ...open, done: by } : open;
}

/** The last word of each; in the order of the first ones. */
function withFeedback(feedback: readonly InsightFeedback[], one: InsightFeedback): readonly InsightFeedback[] {
  return feedback.some(({ by }) => by === one.by)
    ? feedback.map((known) => (known.by === one.by ? one : known))
    : [...feedback, one];
}

function changedNotice(
  notice: Notice,
  {
    type,
    data,
    recordedAt,
  }: Recorded<EventOfType<"InsightNoticeStarted" | "InsightNoticeSent" | "InsightNoticeFailed">>,
): Notice {
  switch (type) {
    case "InsightNoticeStarted":
      return afterStart(notice, data, recordedAt);
    case "InsightNoticeSent": {
      const { kind, notifier, channel, messageId, url } = data;
      return present({ kind, attempts: notice.attempts, notifier, channel, messageId, url, sentAt: recordedAt });
    }
    case "InsightNoticeFailed": {
      const { error, retryAt, notSent } = data;
      const failed = { ...afterFailure(notice, notSent), ...present({ error, retryAt }) };
      return retryAt === undefined ? { ...failed, givenUp: true } : failed;
    }
  }
}

export const insightDecider: Decider<State, InsightCommand, InsightEvent> = {
  initialState: { kind: "insight" },
  decide,
  requireVisible: (command, state, context) => {
    if (command.type !== "RaiseInsight") insightFor(state, context);
  },
  evolve,
};
