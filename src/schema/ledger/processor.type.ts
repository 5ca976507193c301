/** The processors behind the change feed as their operators see them, and what can be done about what they cannot do. */
import { Field, Float, ID, InputType, Int, ObjectType } from "type-graphql";
import type {
  DeadLetterRequest as DeadLetterRequestValue,
  ProcessorKind as ProcessorKindValue,
} from "../../domain/kernel/processing.js";
import { createConnectionType } from "../connection.js";
import { createEnum } from "../enums.js";
import { MutationInput, MutationPayload } from "../mutation.js";
import { DateTime } from "../scalars.js";

export const ProcessorKind = createEnum<ProcessorKindValue>("ProcessorKind", "What a processor does with events.", {
  FEEDER: "Brings them from DynamoDB Streams into the change feed.",
  PROJECTION: "Folds them into a view of many streams.",
  POLICY: "Lets commands follow from them.",
  PUBLISHER: "Tells other systems of them.",
});

export const DeadLetterRequest = createEnum<DeadLetterRequestValue>(
  "DeadLetterRequest",
  "What somebody asked for about a dead letter, and the processor has not done yet.",
  {
    RETRY: "Try the event again, and go on where it succeeds.",
    SKIP: "Leave the event out, and go on behind it.",
  },
);

@ObjectType({ description: "A processor: what reads the change feed and does something with each event." })
export class Processor {
  @Field(() => String, { description: "Its name; that of its lease and its checkpoint." })
  name!: string;

  @Field(() => ProcessorKind, { description: "What it does." })
  kind!: ProcessorKindValue;

  @Field(() => String, { description: "Behind the last event that it has handled: pass it as `after` to `events`." })
  position!: string;

  @Field(() => Int, { description: "How many events it has not handled." })
  lagEvents!: number;

  @Field(() => Float, {
    nullable: true,
    description: "How long ago the oldest event was recorded that it has not handled; null where there is none.",
  })
  lagSeconds?: number;

  @Field(() => String, { nullable: true, description: "The server that runs it now; null where none does." })
  holder?: string;

  @Field(() => Int, { description: "How many streams it has parked." })
  deadLetters!: number;

  @Field(() => String, {
    nullable: true,
    description: "What went wrong last; null once it has succeeded again.",
  })
  error?: string;
}

@ObjectType({
  description:
    "A stream that a processor could not go on with. Its later events wait behind this one; all other streams go on.",
})
export class DeadLetter {
  @Field(() => String, { description: "Name of the processor." })
  processor!: string;

  @Field(() => String, { description: "The stream." })
  streamId!: string;

  @Field(() => Int, { description: "The event that could not be handled: its version in the stream." })
  version!: number;

  @Field(() => ID, { description: "Id of that event." })
  eventId!: string;

  @Field(() => String, { description: "Type of that event." })
  eventType!: string;

  @Field(() => String, { description: "Why it could not be handled." })
  error!: string;

  @Field(() => Int, { description: "How often it was tried." })
  attempts!: number;

  @Field(() => DateTime, { description: "When the stream was parked." })
  parkedAt!: string;

  @Field(() => DeadLetterRequest, {
    nullable: true,
    description: "What somebody asked for and the processor has not done yet; null where nobody did.",
  })
  requested?: DeadLetterRequestValue;
}

export const DeadLetterConnection = createConnectionType(() => DeadLetter, "DeadLetter", "dead letters");

@InputType({ description: "What names a dead letter." })
export abstract class DeadLetterInput extends MutationInput {
  @Field(() => String, { description: "Name of the processor." })
  processor!: string;

  @Field(() => String, { description: "The stream that it has parked." })
  streamId!: string;

  @Field(() => Int, {
    nullable: true,
    description:
      "Refuse with VersionConflictError unless the event that could not be handled is this version of the stream: by now it may be another one.",
  })
  expectedVersion?: number | null;
}

@InputType({ description: "A dead letter to try again." })
export class RetryDeadLetterInput extends DeadLetterInput {}

@InputType({ description: "A dead letter to leave out." })
export class SkipDeadLetterInput extends DeadLetterInput {
  @Field(() => String, {
    description: "Why it can be left out, 1 to 1,000 characters: it goes to the audit log with your name.",
  })
  reason!: string;
}

@ObjectType({ implements: MutationPayload, description: "The outcome of asking for another try." })
export class RetryDeadLetterPayload extends MutationPayload {
  @Field(() => DeadLetter, {
    nullable: true,
    description:
      "The letter with what was asked for; null where there are errors, or where a call that is repeated with its key finds it gone.",
  })
  deadLetter?: DeadLetter | undefined;
}

@ObjectType({ implements: MutationPayload, description: "The outcome of asking to leave an event out." })
export class SkipDeadLetterPayload extends MutationPayload {
  @Field(() => DeadLetter, {
    nullable: true,
    description:
      "The letter with what was asked for; null where there are errors, or where a call that is repeated with its key finds it gone.",
  })
  deadLetter?: DeadLetter | undefined;
}
