/** Events as auditors see them: what was recorded, of every stream, page by page and live. */
import { ArgsType, Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { ConnectionArgs, createConnectionType } from "../connection.js";
import { Actor } from "../incidents/incident.type.js";
import { DateTime, Json } from "../scalars.js";

@ObjectType({ description: "One event of the ledger, as it was recorded; it never changes." })
export class RecordedEvent {
  @Field(() => ID, { description: "Its id: a uuid, unique over all streams. Pass it to `why`." })
  eventId!: string;

  @Field(() => String, { description: "What happened, in the past tense, such as IncidentDeclared." })
  type!: string;

  @Field(() => String, { description: "The stream that it is in, such as Incident-<id>." })
  streamId!: string;

  @Field(() => Int, { description: "Its place in the stream: 1 for the first, without gaps." })
  version!: number;

  @Field(() => Int, { description: "Version of the schema that `data` follows; older data are lifted to it." })
  schemaVersion!: number;

  @Field(() => Json, {
    description:
      "What its type tells; docs/reference/events.md has the schema of each type. Of addresses of webhooks only the host.",
  })
  data!: unknown;

  @Field(() => DateTime, { description: "When it happened; may be backdated." })
  occurredAt!: string;

  @Field(() => DateTime, { description: "When it was written down; never changes." })
  recordedAt!: string;

  @Field(() => Actor, { description: "Who did it." })
  actor!: Actor;

  @Field(() => String, { description: "Joins everything that one request set off." })
  correlationId!: string;

  @Field(() => ID, { nullable: true, description: "Id of the event that caused it, where one did." })
  causationId?: string;

  @Field(() => ID, { description: "Id of the command that decided it; the events of one command have the same." })
  commandId!: string;

  @Field(() => String, {
    description: "sha256 over its content and `previousHash`; empty for what was recorded without one.",
  })
  hash!: string;

  @Field(() => String, { description: "The hash of the event before it in its stream; empty for the first." })
  previousHash!: string;

  @Field(() => String, {
    description: "Where the ledger stood behind it: pass it as `after` to `events`, as query or subscription.",
  })
  position!: string;
}

@ObjectType({ description: "What a follower of the ledger is told." })
export class EventMessage {
  @Field(() => RecordedEvent, { description: "What was recorded." })
  event!: RecordedEvent;

  @Field(() => String, { description: "Resume behind this message: pass it as `after`, also to the query." })
  position!: string;
}

@InputType({ description: "Which events: all that is given must hold; of a list, one value must." })
export class EventFilter {
  @Field(() => [String], { nullable: true, description: "Of one of these types, such as IncidentDeclared." })
  types?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: "Of a stream of one of these categories: what stands before the first hyphen, such as Incident.",
  })
  categories?: string[] | null;

  @Field(() => [String], { nullable: true, description: "Of one of these streams, such as Incident-<id>." })
  streamIds?: string[] | null;

  @Field(() => String, { nullable: true, description: "Done by the actor with this id." })
  actor?: string | null;

  @Field(() => String, { nullable: true, description: "Set off by the request with this correlation id." })
  correlationId?: string | null;

  @Field(() => DateTime, { nullable: true, description: "Recorded at or after." })
  since?: string | null;

  @Field(() => DateTime, { nullable: true, description: "Recorded before." })
  until?: string | null;
}

@ArgsType()
export class EventsArgs extends ConnectionArgs {
  @Field(() => EventFilter, { nullable: true, description: "Which events; all where not given." })
  filter?: EventFilter;
}

export const EventConnection = createConnectionType(() => RecordedEvent, "RecordedEvent", "events");
