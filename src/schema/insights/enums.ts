/** The words of the insights context in the schema. */
import type {
  AnomalyDirection as AnomalyDirectionValue,
  Comparison as ComparisonValue,
  DismissalReason as DismissalReasonValue,
  EntityQuery,
  EntityRole as EntityRoleValue,
  IncidentDedupe as IncidentDedupeValue,
  InsightEvent,
  InsightQuery,
  InsightStatus as InsightStatusValue,
  MeasureCause as MeasureCauseValue,
  NoticeKind as NoticeKindValue,
  ResolutionCause as ResolutionCauseValue,
  WatchPhase as WatchPhaseValue,
} from "../../domain/insights/index.js";
import { createEnum } from "../enums.js";

export const EntityRole = createEnum<EntityRoleValue>("EntityRole", "What entities of a type are.", {
  ENTITY: "Facts are recorded about it.",
  AGGREGATE: "It adds up the facts of entities that name it as a group; a moment behind.",
});

export const MeasureCause = createEnum<MeasureCauseValue>("MeasureCause", "Why metrics were measured.", {
  ACTIVITY: "Something happened.",
  DECAY: "Time has passed: a window has lost or gained facts.",
  FORMULA: "Another health formula is active.",
  GROUP: "Something happened to entities that name it as a group.",
});

export type EntityOrderValue = EntityQuery["order"];
export const EntityOrder = createEnum<EntityOrderValue>("EntityOrder", "The order of entities.", {
  LOWEST_HEALTH_FIRST:
    "The lowest health score first, those of one score in no particular order; those without are not in the list.",
  HIGHEST_HEALTH_FIRST:
    "The highest health score first, those of one score in no particular order; those without are not in the list.",
  NEWEST_FIRST: "By `lastUpdated`, the latest first.",
  OLDEST_FIRST: "By `lastUpdated`, the earliest first.",
});

export const InsightStatus = createEnum<InsightStatusValue>("InsightStatus", "How far an insight has come.", {
  OPEN: "It was raised, and nobody has taken it up.",
  ACKNOWLEDGED: "Somebody has taken it up.",
  RESOLVED: "It holds no more.",
  DISMISSED: "Somebody says that it was nothing.",
  EXPIRED: "Its time was over, and nobody had closed it.",
});

export const InsightResolutionCause = createEnum<ResolutionCauseValue>(
  "InsightResolutionCause",
  "Why an insight was resolved.",
  {
    RECOVERED: "The conditions of its rule hold no more.",
    USER: "Somebody said so.",
    RULE_DISABLED: "Its rule was disabled, or is not about the entity any more.",
  },
);

export const InsightDismissalReason = createEnum<DismissalReasonValue>(
  "InsightDismissalReason",
  "Why an insight was nothing.",
  {
    FALSE_POSITIVE: "It was wrong.",
    EXPECTED: "It was right, and known to come.",
    DUPLICATE: "Another one says the same.",
    NOT_ACTIONABLE: "There is nothing that anybody could do.",
    OTHER: "Something else; see the note.",
  },
);

export const InsightWatchPhase = createEnum<WatchPhaseValue>(
  "InsightWatchPhase",
  "Where a rule stands for one entity.",
  {
    NORMAL: "The conditions are not met.",
    PENDING: "They are met, not yet for long enough.",
    FIRING: "They are met, and there is an insight.",
    RECOVERING: "They hold no more, not yet for long enough.",
    HELD: "The insight was closed by somebody or expired: none is raised again before the conditions have cleared, or have no value and the cooldown is over.",
  },
);

export const InsightComparison = createEnum<ComparisonValue>(
  "InsightComparison",
  "How a value is held against a level.",
  {
    BELOW: "Fires below `fireAt`, clears at or above `clearAt`.",
    ABOVE: "Fires above `fireAt`, clears at or below `clearAt`.",
  },
);

export const AnomalyDirection = createEnum<AnomalyDirectionValue>(
  "AnomalyDirection",
  "On which side of the usual an anomaly lies.",
  { UP: "Above it.", DOWN: "Below it.", BOTH: "On either side." },
);

export const RateUnit = createEnum<"ABSOLUTE" | "PERCENT">("RateUnit", "How a change is measured.", {
  ABSOLUTE: "The value less what it was.",
  PERCENT: "In percent of what it was; without a value where that was 0.",
});

export const InsightIncidentDedupe = createEnum<IncidentDedupeValue>(
  "InsightIncidentDedupe",
  "What one incident stands for: there is at most one at a time.",
  {
    INSIGHT: "Each insight has its own.",
    ENTITY: "All insights about an entity share one.",
    RULE: "All insights of a rule share one.",
  },
);

export const InsightNoticeKind = createEnum<NoticeKindValue>(
  "InsightNoticeKind",
  "What people are told of an insight.",
  {
    RAISED: "That it was raised.",
    RESOLVED: "That it is resolved.",
  },
);

export type InsightOrderValue = InsightQuery["order"];
export const InsightOrder = createEnum<InsightOrderValue>("InsightOrder", "The order of insights.", {
  NEWEST_FIRST: "The latest raised first.",
  OLDEST_FIRST: "The earliest raised first.",
  HIGHEST_RISK_FIRST: "The highest risk first, those of one risk in no particular order; only with `predictionType`.",
});

/** What happened to an insight, by the events of its stream. */
export type InsightChangeValue =
  | "RAISED"
  | "EXPLAINED"
  | "RISK_CHANGED"
  | "ACKNOWLEDGED"
  | "SNOOZED"
  | "RESOLVED"
  | "DISMISSED"
  | "EXPIRED"
  | "FEEDBACK_GIVEN"
  | "RECOMMENDATION_MARKED"
  | "INCIDENT_LINKED"
  | "OUTCOME_SCORED"
  | "NOTICE_STARTED"
  | "NOTICE_SENT"
  | "NOTICE_FAILED";
export const InsightChange = createEnum<InsightChangeValue>("InsightChange", "What happened to an insight.", {
  RAISED: "It was raised.",
  EXPLAINED: "A model has put it into words.",
  RISK_CHANGED: "Its risk is another one.",
  ACKNOWLEDGED: "Somebody has taken it up.",
  SNOOZED: "People are not told of it for a time.",
  RESOLVED: "It holds no more.",
  DISMISSED: "Somebody says that it was nothing.",
  EXPIRED: "Its time was over.",
  FEEDBACK_GIVEN: "Somebody said whether it was useful.",
  RECOMMENDATION_MARKED: "Something that it recommends was done, or was not done after all.",
  INCIDENT_LINKED: "An incident was declared for it, or it joined one.",
  OUTCOME_SCORED: "It is known whether what it predicted has happened.",
  NOTICE_STARTED: "People are being told of it.",
  NOTICE_SENT: "People were told of it.",
  NOTICE_FAILED: "Telling people has failed.",
});

export const insightChanges: Readonly<Record<InsightEvent["type"], InsightChangeValue>> = {
  InsightRaised: "RAISED",
  InsightExplained: "EXPLAINED",
  InsightRiskChanged: "RISK_CHANGED",
  InsightAcknowledged: "ACKNOWLEDGED",
  InsightSnoozed: "SNOOZED",
  InsightResolved: "RESOLVED",
  InsightDismissed: "DISMISSED",
  InsightExpired: "EXPIRED",
  InsightFeedbackGiven: "FEEDBACK_GIVEN",
  InsightRecommendationMarked: "RECOMMENDATION_MARKED",
  InsightIncidentLinked: "INCIDENT_LINKED",
  InsightOutcomeScored: "OUTCOME_SCORED",
  InsightNoticeStarted: "NOTICE_STARTED",
  InsightNoticeSent: "NOTICE_SENT",
  InsightNoticeFailed: "NOTICE_FAILED",
};
