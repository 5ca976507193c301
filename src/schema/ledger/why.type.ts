/** Why something happened: the events that led to an event, and those that it led to. */
import { Field, ID, Int, ObjectType } from "type-graphql";
import { DateTime } from "../scalars.js";
import { RecordedEvent } from "./event.type.js";

/** Most events of one request that an answer holds. */
export const tracedAtMost = 1_000;

@ObjectType({ description: "An event in a chain of causes and effects." })
export class TracedEvent {
  @Field(() => ID, { description: "Its id." })
  eventId!: string;

  @Field(() => String, { description: "What happened." })
  type!: string;

  @Field(() => String, { description: "The stream that it is in." })
  streamId!: string;

  @Field(() => Int, { description: "Its place in the stream." })
  version!: number;

  @Field(() => DateTime, { description: "When it was written down." })
  recordedAt!: string;

  @Field(() => ID, { nullable: true, description: "Id of the event that caused it: its parent in the tree." })
  causationId?: string;

  @Field(() => Int, {
    description:
      "How many steps it lies from the event that was asked about: negative for causes, 1 for what it caused directly, and so on; 0 for all others of the request.",
  })
  depth!: number;
}

@ObjectType({ description: "Why an event happened, and what came of it, over all streams." })
export class WhyAnswer {
  @Field(() => RecordedEvent, { description: "The event that was asked about." })
  event!: RecordedEvent;

  @Field(() => [TracedEvent], { description: "What led to it: the first cause first; empty where a person did it." })
  causes!: TracedEvent[];

  @Field(() => [TracedEvent], {
    description: "What it led to: each event before its own effects, which `depth` and `causationId` tell.",
  })
  effects!: TracedEvent[];

  @Field(() => ID, { description: "The command that decided it." })
  commandId!: string;

  @Field(() => String, { description: "The request that set it all off." })
  correlationId!: string;

  @Field(() => [TracedEvent], {
    description: `All events of that request, in the order they were recorded; at most ${tracedAtMost.toLocaleString("en")}.`,
  })
  request!: TracedEvent[];

  @Field(() => Boolean, {
    description: `Whether that is everything: false where the request led to more than ${tracedAtMost.toLocaleString("en")} events, and effects may be missing.`,
  })
  complete!: boolean;
}
