/** Insights in the schema. Edges to other types are added by the resolvers. */
import { Field, Float, ID, Int, ObjectType } from "type-graphql";
import type {
  DismissalReason,
  InsightStatus as InsightStatusValue,
  NoticeKind,
  ResolutionCause,
} from "../../domain/insights/index.js";
import { createConnectionType } from "../connection.js";
import { Actor } from "../incidents/incident.type.js";
import { Node } from "../node.js";
import { DateTime, Duration, Json } from "../scalars.js";
import {
  InsightChange,
  InsightDismissalReason,
  InsightNoticeKind,
  InsightResolutionCause,
  InsightStatus,
} from "./enums.js";
import type { InsightChangeValue } from "./enums.js";
import { PredictedOutcome } from "./rule.type.js";

@ObjectType({ description: "A number that an insight rests on." })
export class InsightEvidence {
  @Field(() => String, { description: "What it is: a metric, or what was made of one." })
  name!: string;

  @Field(() => Float, { nullable: true, description: "The number; null where there is none." })
  value?: number | null | undefined;

  @Field(() => Float, { nullable: true, description: "What it was held against; null where it was not." })
  level?: number | undefined;
}

@ObjectType({ description: "That something was done, by whom and when." })
export class InsightDeed {
  @Field(() => DateTime, { description: "When." })
  at!: string;

  @Field(() => String, { description: "Who did it." })
  by!: string;

  @Field(() => String, { nullable: true, description: "What was noted." })
  note?: string | undefined;
}

@ObjectType({ description: "What an insight recommends." })
export class InsightRecommendation {
  @Field(() => ID, { description: "Its id, unique in the insight." })
  recommendationId!: string;

  @Field(() => String, { description: "What should be done." })
  text!: string;

  @Field(() => InsightDeed, { nullable: true, description: "That it was done; null while it is not." })
  done?: InsightDeed | undefined;
}

@ObjectType({ description: "That an insight was resolved." })
export class InsightResolution extends InsightDeed {
  @Field(() => InsightResolutionCause, { description: "Why." })
  cause!: ResolutionCause;
}

@ObjectType({ description: "That an insight was dismissed." })
export class InsightDismissal extends InsightDeed {
  @Field(() => InsightDismissalReason, { description: "Why." })
  reason!: DismissalReason;
}

@ObjectType({ description: "What somebody thinks of an insight." })
export class InsightFeedback {
  @Field(() => String, { description: "Who." })
  by!: string;

  @Field(() => Boolean, { description: "Whether it was useful." })
  useful!: boolean;

  @Field(() => String, { nullable: true, description: "What was said." })
  comment?: string | undefined;

  @Field(() => DateTime, { description: "When." })
  at!: string;
}

@ObjectType({ description: "Who has put an insight into words." })
export class InsightOrigin {
  @Field(() => String, { description: "`deterministic-v1`, or the name of a model." })
  modelUsed!: string;

  @Field(() => String, { nullable: true, description: "The version of the prompt; null where there was none." })
  promptVersion?: string | undefined;

  @Field(() => String, { nullable: true, description: "Hash of what the model was shown." })
  inputHash?: string | undefined;

  @Field(() => Int, { nullable: true, description: "Tokens that went in, where the model says so." })
  inputTokens?: number | undefined;

  @Field(() => Int, { nullable: true, description: "Tokens that came out, where the model says so." })
  outputTokens?: number | undefined;
}

@ObjectType({ description: "Whether what an insight predicted has happened." })
export class InsightScore {
  @Field(() => DateTime, { description: "When that was known." })
  at!: string;

  @Field(() => Boolean, { description: "Whether it has happened." })
  happened!: boolean;

  @Field(() => DateTime, { nullable: true, description: "When it happened; null where it did not." })
  happenedAt?: string | undefined;

  @Field(() => Duration, {
    nullable: true,
    description: "From raising the insight to that; null where it did not happen.",
  })
  leadTime?: number | undefined;
}

@ObjectType({ description: "What became of telling people." })
export class InsightNotice {
  @Field(() => InsightNoticeKind, { description: "What they are told." })
  kind!: NoticeKind;

  @Field(() => Int, { description: "How often it was tried." })
  attempts!: number;

  @Field(() => DateTime, { nullable: true, description: "When it was sent; null while it is not." })
  sentAt?: string | undefined;

  @Field(() => String, { nullable: true, description: "What sent it: `slack`, `sns` or `console`." })
  notifier?: string | undefined;

  @Field(() => String, { nullable: true, description: "The channel." })
  channel?: string | undefined;

  @Field(() => String, { nullable: true, description: "Where the message can be read." })
  url?: string | undefined;

  @Field(() => String, { nullable: true, description: "What went wrong last; null once it is sent." })
  error?: string | undefined;

  @Field(() => DateTime, { nullable: true, description: "When it is tried again." })
  retryAt?: string | undefined;

  @Field(() => Boolean, { description: "Whether it will not be tried again though it was not sent." })
  givenUp!: boolean;
}

@ObjectType({
  implements: Node,
  description: "Something about an entity that somebody should know: found by a rule, or by a model of somebody's.",
})
export class Insight extends Node {
  @Field(() => ID, {
    description: "Its id: prediction type, entity, and milliseconds since 1970 at which the episode began.",
  })
  alertId!: string;

  @Field(() => String, { description: "What kind of insight it is: the id of the rule, where one raised it." })
  predictionType!: string;

  @Field(() => ID, { description: "Id of the entity that it is about." })
  entityId!: string;

  @Field(() => String, { description: "Type of the entity." })
  entityType!: string;

  @Field(() => InsightStatus, { description: "How far it has come." })
  status!: InsightStatusValue;

  @Field(() => Float, { description: "How great the risk is, 0 to 100." })
  riskScore!: number;

  @Field(() => Float, { description: "The greatest risk that it has had." })
  peakRiskScore!: number;

  @Field(() => String, { description: "What it is, in a line." })
  title!: string;

  @Field(() => String, { description: "Why it was raised, in words." })
  explanation!: string;

  @Field(() => [InsightEvidence], { description: "The numbers that it rests on." })
  evidence!: InsightEvidence[];

  @Field(() => [InsightRecommendation], { description: "What should be done." })
  recommendations!: InsightRecommendation[];

  @Field(() => InsightOrigin, { description: "Who has put it into words." })
  origin!: InsightOrigin;

  @Field(() => DateTime, { description: "When it was raised." })
  raisedAt!: string;

  @Field(() => DateTime, { description: "When it last changed in any way." })
  updatedAt!: string;

  @Field(() => DateTime, { description: "When it expires if nobody closes it before." })
  expiresAt!: string;

  @Field(() => InsightDeed, { nullable: true, description: "That somebody has taken it up; null where nobody has." })
  acknowledged?: InsightDeed | undefined;

  @Field(() => DateTime, {
    nullable: true,
    description: "People are not told of it before; null where it was not snoozed.",
  })
  snoozedUntil?: string | undefined;

  @Field(() => InsightResolution, { nullable: true, description: "That it was resolved; null where it was not." })
  resolved?: InsightResolution | undefined;

  @Field(() => InsightDismissal, { nullable: true, description: "That it was dismissed; null where it was not." })
  dismissed?: InsightDismissal | undefined;

  @Field(() => DateTime, { nullable: true, description: "When it expired; null where it did not." })
  expiredAt?: string | undefined;

  @Field(() => [InsightFeedback], { description: "What people think of it, the last word of each." })
  feedback!: InsightFeedback[];

  @Field(() => PredictedOutcome, { nullable: true, description: "What it predicts; null where it predicts nothing." })
  outcome?: PredictedOutcome | undefined;

  @Field(() => InsightScore, {
    nullable: true,
    description: "Whether that has happened; null while it is not known.",
  })
  scored?: InsightScore | undefined;

  @Field(() => [InsightNotice], { description: "What became of telling people." })
  notices!: InsightNotice[];

  @Field(() => Int, { nullable: true, description: "Revision of the rule that raised it; null where none did." })
  ruleRevision?: number | undefined;

  @Field(() => Int, { description: "Version of its stream: pass it as `expectedVersion`." })
  version!: number;

  @Field(() => String, { description: "Where its stream stands: pass it as `after` to `insightChanged`." })
  position!: string;
}

export const InsightConnection = createConnectionType(() => Insight, "Insight", "insights");

@ObjectType({ description: "Something that happened to an insight." })
export class InsightHistoryEntry {
  @Field(() => ID, { description: "Id of its event." })
  eventId!: string;

  @Field(() => InsightChange, { description: "What happened." })
  change!: InsightChangeValue;

  @Field(() => DateTime, { description: "When it was recorded." })
  recordedAt!: string;

  @Field(() => Actor, { description: "Who did it." })
  actor!: Actor;

  @Field(() => Json, {
    description:
      "What the event says; docs/reference/events.md has the schema of each type. Without what is not yours to see.",
  })
  data!: unknown;

  @Field(() => Int, { description: "Version of the insight behind it." })
  version!: number;
}

export const InsightHistoryConnection = createConnectionType(
  () => InsightHistoryEntry,
  "InsightHistoryEntry",
  "things that happened to an insight",
);

@ObjectType({ description: "What a follower of insights is told." })
export class InsightMessage {
  @Field(() => ID, { description: "Id of the insight." })
  alertId!: string;

  @Field(() => InsightChange, { description: "What happened to it." })
  change!: InsightChangeValue;

  @Field(() => String, { description: "Resume behind this message: pass it as `after`." })
  position!: string;
}
