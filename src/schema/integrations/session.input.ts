/** What people ask of integration sessions. */
import { ArgsType, Field, ID, InputType, Int } from "type-graphql";
import { limits } from "../../domain/integrations/index.js";
import type { DeadLetterStatus, PollOutcome, SessionStatus } from "../../domain/integrations/index.js";
import { ConnectionArgs } from "../connection.js";
import { ChangeInput, MutationInput } from "../mutation.js";
import { DateTime, Json } from "../scalars.js";
import {
  IntegrationDeadLetterStatus,
  IntegrationPollOrder,
  IntegrationPollOutcome,
  IntegrationSessionOrder,
  IntegrationStatus,
} from "./enums.js";
import type { PollOrderValue, SessionOrderValue } from "./enums.js";

const intervals = `${limits.leastIntervalMs} to ${limits.intervalMs}`;
const whose = "Whose session it is: yours where not given. Another one's takes access to everything.";
const whoseToChange = "Whose session it is: yours where not given. Another one's takes the role OPERATOR.";
const reason = `Why; at most ${limits.message} characters.`;

@ArgsType()
export class IntegrationSessionArgs {
  @Field(() => String, { description: "The service, such as gmail." })
  serviceType!: string;

  @Field(() => String, { nullable: true, description: whose })
  userId?: string | null;
}

@InputType({
  description: "Which sessions: all that is given must hold; of a list, which must not be empty, one value must.",
})
export class IntegrationSessionFilter {
  @Field(() => String, { nullable: true, description: "Of this user." })
  userId?: string | null;

  @Field(() => String, { nullable: true, description: "Of this service." })
  serviceType?: string | null;

  @Field(() => [IntegrationStatus], {
    nullable: true,
    description: "In one of these statuses; in any but DISCONNECTED where not given.",
  })
  statuses?: SessionStatus[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "Those that are polled or take pushes; with false, the others.",
  })
  active?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: "Those that are failing; with false, the others." })
  failing?: boolean | null;

  @Field(() => DateTime, { nullable: true, description: "Polled last before then, or never." })
  notPolledSince?: string | null;
}

@ArgsType()
export class IntegrationSessionsArgs extends ConnectionArgs {
  @Field(() => IntegrationSessionFilter, {
    nullable: true,
    description: "Which sessions; all that you may see where not given.",
  })
  filter?: IntegrationSessionFilter | null;

  @Field(() => IntegrationSessionOrder, {
    nullable: true,
    defaultValue: "LAST_POLLED_FIRST",
    description: "The order of the list. By service only with `userId` in the filter, where you may see all users.",
  })
  orderBy?: SessionOrderValue | null;
}

@ArgsType()
export class IntegrationPollsArgs extends ConnectionArgs {
  @Field(() => [IntegrationPollOutcome], {
    nullable: true,
    description: "With one of these outcomes only; the list must not be empty.",
  })
  outcomes?: PollOutcome[] | null;

  @Field(() => IntegrationPollOrder, {
    nullable: true,
    defaultValue: "NEWEST_FIRST",
    description: "The order of the list.",
  })
  orderBy?: PollOrderValue | null;
}

@ArgsType()
export class IntegrationDeadLettersArgs extends ConnectionArgs {
  @Field(() => [IntegrationDeadLetterStatus], {
    nullable: true,
    description: "In one of these statuses only; the list must not be empty.",
  })
  statuses?: DeadLetterStatus[] | null;
}

@InputType({
  description: "Which sessions to follow: all that is given must hold; of a list, which must not be empty, one must.",
})
export class IntegrationChangeFilter {
  @Field(() => String, { nullable: true, description: "Of this user." })
  userId?: string | null;

  @Field(() => String, { nullable: true, description: "Of this service." })
  serviceType?: string | null;

  @Field(() => [IntegrationStatus], {
    nullable: true,
    description: "In one of these statuses, before the change or behind it.",
  })
  statuses?: SessionStatus[] | null;
}

@InputType({ description: "A service that somebody connects." })
export class ConnectIntegrationInput extends MutationInput {
  @Field(() => String, { description: "The service: one of `integrationServices`." })
  serviceType!: string;

  @Field(() => String, { nullable: true, description: whoseToChange })
  userId?: string | null;

  @Field(() => String, {
    description: `Where its items go: an https address of the public web; at most ${limits.url} characters.`,
  })
  webhookUrl!: string;

  @Field(() => Int, {
    nullable: true,
    description: `How often it is polled, in milliseconds: ${intervals}, and no less than the service allows. The service's own where not given.`,
  })
  pollingIntervalMs?: number | null;

  @Field(() => Json, {
    nullable: true,
    description: `A JSON object as the service's \`stateSchema\` wants it, at most ${limits.stateBytes} bytes. Without a cursor only what comes from now on is told.`,
  })
  serviceState?: unknown;

  @Field(() => String, {
    nullable: true,
    description: "Its credential in the credential store: <user>/<name>, one of the session's own user.",
  })
  credentialRef?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Items are activity of this project, too: one of yours. Of none where not given.",
  })
  projectId?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: `It is not polled before then: at most ${limits.startDays} days ahead. At once where not given.`,
  })
  startAt?: string | null;
}

@InputType({ description: "A change of an integration session." })
export class IntegrationInput extends ChangeInput {
  @Field(() => String, { description: "The service of the session." })
  serviceType!: string;

  @Field(() => String, { nullable: true, description: whoseToChange })
  userId?: string | null;
}

@InputType({ description: "A session that is not to be polled for a while." })
export class PauseIntegrationInput extends IntegrationInput {
  @Field(() => String, { nullable: true, description: reason })
  reason?: string | null;
}

@InputType({ description: "A session that goes on: one that is PAUSED, DISABLED or NEEDS_REAUTH." })
export class ResumeIntegrationInput extends IntegrationInput {}

@InputType({ description: "Another pace." })
export class ChangePollingIntervalInput extends IntegrationInput {
  @Field(() => Int, {
    description: `How often it is polled, in milliseconds: ${intervals}, and no less than the service allows.`,
  })
  pollingIntervalMs!: number;
}

@InputType({ description: "Another webhook, or the same with another secret." })
export class ChangeIntegrationWebhookInput extends IntegrationInput {
  @Field(() => String, {
    description: `Where its items go: an https address of the public web; at most ${limits.url} characters.`,
  })
  webhookUrl!: string;
}

@InputType({ description: "Another credential." })
export class ReauthorizeIntegrationInput extends IntegrationInput {
  @Field(() => String, {
    description: "The credential in the credential store: <user>/<name>, one of the session's own user.",
  })
  credentialRef!: string;
}

@InputType({ description: "A session that is to be polled now." })
export class PollIntegrationInput extends IntegrationInput {}

@InputType({ description: "A session that is not to be polled until somebody resumes it." })
export class DisableIntegrationInput extends IntegrationInput {
  @Field(() => String, { description: reason })
  reason!: string;
}

@InputType({ description: "A session that is over." })
export class DisconnectIntegrationInput extends IntegrationInput {
  @Field(() => String, { nullable: true, description: reason })
  reason?: string | null;
}

@InputType({ description: "Items that a webhook would not take, to be sent again." })
export class RedeliverItemsInput extends IntegrationInput {
  @Field(() => ID, { description: "Which of the session's `deadLetters`." })
  deadLetterId!: string;
}

@InputType({ description: "Items that a webhook would not take, and that nobody wants." })
export class DiscardItemsInput extends IntegrationInput {
  @Field(() => ID, { description: "Which of the session's `deadLetters`." })
  deadLetterId!: string;

  @Field(() => String, { nullable: true, description: reason })
  reason?: string | null;
}
