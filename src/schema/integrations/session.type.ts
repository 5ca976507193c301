/** Integration sessions in the schema. What the schedule knows, and lists, are added by the resolvers. */
import { Field, ID, Int, ObjectType } from "type-graphql";
import type {
  DeadLetterStatus,
  FailureClass,
  PollOutcome,
  SessionMode,
  SessionStatus,
} from "../../domain/integrations/index.js";
import { createConnectionType } from "../connection.js";
import { Actor } from "../incidents/incident.type.js";
import { Node } from "../node.js";
import { DateTime, Json } from "../scalars.js";
import {
  IntegrationDeadLetterStatus,
  IntegrationFailureClass,
  IntegrationMode,
  IntegrationPollOutcome,
  IntegrationSessionChange,
  IntegrationStatus,
} from "./enums.js";
import type { SessionChangeValue } from "./enums.js";

@ObjectType({ description: "A service that can be connected." })
export class IntegrationService {
  @Field(() => String, { description: "Its word, such as gmail: what is given as `serviceType`." })
  type!: string;

  @Field(() => String, { description: "Its name, for people." })
  title!: string;

  @Field(() => IntegrationMode, { description: "How items come from it." })
  mode!: SessionMode;

  @Field(() => Int, { description: "No session may poll it more often; 0 where nobody polls it." })
  leastIntervalMs!: number;

  @Field(() => Int, { description: "How often a session polls it where nothing is said; 0 where nobody polls it." })
  defaultIntervalMs!: number;

  @Field(() => Boolean, { description: "Whether a session must name a credential." })
  needsCredential!: boolean;

  @Field(() => Json, { description: "What `serviceState` must be, as JSON Schema." })
  stateSchema!: unknown;
}

@ObjectType({ description: "Where a session's items go. The whole address is as good as a secret, and is never told." })
export class IntegrationWebhook {
  @Field(() => String, { description: "The host of its address." })
  host!: string;

  @Field(() => String, { description: "The address without all that comes behind the host." })
  masked!: string;

  @Field(() => Int, { description: "Which of the session's signing secrets counts: 1 for the first." })
  keyVersion!: number;
}

@ObjectType({ description: "Why the last poll that did not go well did not." })
export class IntegrationError {
  @Field(() => IntegrationFailureClass, { description: "What kind of failure it was." })
  failureClass!: FailureClass;

  @Field(() => String, { description: "Short and stable, such as http_503." })
  code!: string;

  @Field(() => String, { description: "The same for people." })
  message!: string;

  @Field(() => DateTime, { description: "When." })
  at!: string;
}

@ObjectType({ description: "That what the service has is read anew, as it has forgotten the cursor." })
export class IntegrationResync {
  @Field(() => DateTime, { description: "Nothing from before then is read." })
  since!: string;

  @Field(() => DateTime, { description: "When it began." })
  startedAt!: string;
}

@ObjectType({ description: "Counted since the session was created, up to its last event." })
export class IntegrationTotals {
  @Field(() => Int, { description: "Polls that were begun." })
  polls!: number;

  @Field(() => Int, { description: "Items that came." })
  items!: number;

  @Field(() => Int, { description: "Deliveries that its webhook would not take." })
  deadLetters!: number;
}

@ObjectType({
  implements: Node,
  description: "A service that a user has connected: it is polled, or pushes, and what is new goes to a webhook.",
})
export class IntegrationSession extends Node {
  @Field(() => String, { description: "User and service, such as user123#gmail." })
  sessionId!: string;

  @Field(() => String, { description: "Whose it is." })
  userId!: string;

  @Field(() => String, { description: "The service, such as gmail." })
  serviceType!: string;

  @Field(() => IntegrationMode, { description: "How its items come." })
  mode!: SessionMode;

  @Field(() => IntegrationStatus, { description: "How it is." })
  status!: SessionStatus;

  @Field(() => Boolean, { description: "Whether it is polled, or takes pushes: ACTIVE or BACKING_OFF." })
  isActive!: boolean;

  @Field(() => String, {
    nullable: true,
    description: "Why it is PAUSED, DISABLED, DISCONNECTED or NEEDS_REAUTH; null where nothing is said.",
  })
  statusReason?: string | undefined;

  @Field(() => IntegrationWebhook, {
    nullable: true,
    description: "Where its items go; null once it is disconnected.",
  })
  webhook?: IntegrationWebhook | undefined;

  @Field(() => Int, { description: "How long after one poll the next one begins, in milliseconds." })
  pollingIntervalMs!: number;

  @Field(() => String, {
    nullable: true,
    description:
      "The name of its credential in the credential store; null where it has none. Credentials are never told.",
  })
  credentialRef?: string | undefined;

  @Field(() => String, {
    nullable: true,
    description: "The project that its items are activity of, too; null where they are of none.",
  })
  projectId?: string | undefined;

  @Field(() => DateTime, { description: "When it was connected for the first time." })
  createdAt!: string;

  @Field(() => Actor, { description: "Who connected it for the first time." })
  createdBy!: Actor;

  @Field(() => DateTime, { description: "When something was last recorded of it; quiet polls record nothing." })
  updatedAt!: string;

  @Field(() => DateTime, { description: "When it was connected last." })
  connectedAt!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: "When its last poll began, up to a minute behind; null where it was never polled.",
  })
  lastPollAt?: string | undefined;

  @Field(() => DateTime, {
    nullable: true,
    description: "When the last poll began that went well and was recorded; null where none was.",
  })
  lastSuccessAt?: string | undefined;

  @Field(() => DateTime, { nullable: true, description: "When items last came; null where none did." })
  lastItemAt?: string | undefined;

  @Field(() => Int, { description: "How many polls have failed in a row." })
  errorCount!: number;

  @Field(() => DateTime, { nullable: true, description: "Since when they fail; null where they do not." })
  failingSince?: string | undefined;

  @Field(() => IntegrationError, {
    nullable: true,
    description: "Why the last poll that did not go well did not; null once one has gone well since.",
  })
  lastError?: IntegrationError | undefined;

  @Field(() => IntegrationResync, {
    nullable: true,
    description: "That what is there is read anew; null where it is not.",
  })
  resync?: IntegrationResync | undefined;

  @Field(() => Boolean, { description: "Whether the service wants to be left alone for a while." })
  rateLimited!: boolean;

  @Field(() => IntegrationTotals, { description: "What came of it so far." })
  totals!: IntegrationTotals;

  @Field(() => Int, { description: "Pushes that were taken and are not yet delivered." })
  pendingPushes!: number;

  @Field(() => Int, { description: "Deliveries that its webhook would not take, and that nobody has decided about." })
  openDeadLetters!: number;

  @Field(() => Int, { description: "Version of its stream: pass it as `expectedVersion`." })
  version!: number;
}

export const IntegrationSessionConnection = createConnectionType(
  () => IntegrationSession,
  "IntegrationSession",
  "integration sessions",
);

@ObjectType({ description: "A poll that had something to say, with the quiet ones before it. Kept for 30 days." })
export class IntegrationPoll {
  @Field(() => DateTime, { description: "When that was recorded." })
  at!: string;

  @Field(() => IntegrationPollOutcome, { description: "What came of it." })
  outcome!: PollOutcome;

  @Field(() => Int, {
    description: "How many polls it stands for, the quiet ones before it with it; 0 for another part of one.",
  })
  polls!: number;

  @Field(() => Int, { description: "Items that came with it." })
  items!: number;

  @Field(() => IntegrationFailureClass, {
    nullable: true,
    description: "What kind of failure it was; null where it was none.",
  })
  failureClass?: FailureClass | undefined;

  @Field(() => String, { nullable: true, description: "Short and stable, such as http_503; null where it went well." })
  code?: string | undefined;

  @Field(() => String, { nullable: true, description: "The same for people." })
  message?: string | undefined;

  @Field(() => DateTime, {
    nullable: true,
    description: "When the next poll was due, as it was said then; null where none was.",
  })
  nextPollAt?: string | undefined;

  @Field(() => Int, { description: "Version of the event that it follows from." })
  version!: number;
}

export const IntegrationPollConnection = createConnectionType(() => IntegrationPoll, "IntegrationPoll", "polls");

@ObjectType({
  description: "Items that a webhook would not take. They are kept until somebody redelivers or discards them.",
})
export class IntegrationDeadLetter {
  @Field(() => ID, { description: "Its id: what `redeliverItems` and `discardItems` take." })
  deadLetterId!: string;

  @Field(() => IntegrationDeadLetterStatus, { description: "What has become of it." })
  status!: DeadLetterStatus;

  @Field(() => Int, { description: "How many items it holds." })
  items!: number;

  @Field(() => String, {
    description: "Id of the first item; masked where it tells of people whom the caller may not be told of.",
  })
  firstItemId!: string;

  @Field(() => String, { description: "Id of the last item; masked as that of the first." })
  lastItemId!: string;

  @Field(() => Int, { description: "How many bytes the items have." })
  bytes!: number;

  @Field(() => String, { description: "Why the webhook would not take them." })
  reason!: string;

  @Field(() => DateTime, { description: "When." })
  at!: string;

  @Field(() => DateTime, { nullable: true, description: "When somebody decided about it; null where nobody has." })
  closedAt?: string | undefined;
}

export const IntegrationDeadLetterConnection = createConnectionType(
  () => IntegrationDeadLetter,
  "IntegrationDeadLetter",
  "dead letters",
);

@ObjectType({ description: "What a follower of integration sessions is told." })
export class IntegrationSessionMessage {
  @Field(() => String, { description: "Which session: user and service." })
  sessionId!: string;

  @Field(() => IntegrationSessionChange, { description: "What happened to it." })
  change!: SessionChangeValue;

  @Field(() => DateTime, { description: "When it was recorded." })
  recordedAt!: string;

  @Field(() => Boolean, { description: "Whether it matches the filter behind the change; else it did before." })
  matches!: boolean;

  @Field(() => String, { description: "Resume behind this message: pass it as `after`." })
  position!: string;
}
