/** Incidents as they were, and what changed in between. */
import { Field, InputType, Int, ObjectType } from "type-graphql";
import { createConnectionType } from "../connection.js";
import { DateTime, Json } from "../scalars.js";
import { Incident } from "./incident.type.js";

@InputType({ description: "A moment of an incident's past: exactly one of `time` and `version`." })
export class AsOfInput {
  @Field(() => DateTime, {
    nullable: true,
    description:
      "What the ledger knew at this time: everything that was recorded until then, whenever it is said to have happened.",
  })
  time?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: "Behind the event with this version, at most the incident's present one; 0 is before its declaration.",
  })
  version?: number | null;
}

@ObjectType({ description: "A field of an incident whose value differs between two moments." })
export class FieldChange {
  @Field(() => [String], {
    description:
      "The field, outermost first; an element of a list by its id, such as followUps, <followUpId>, completedAt.",
  })
  path!: string[];

  @Field(() => Json, { nullable: true, description: "What it was; null where there was nothing." })
  before?: unknown;

  @Field(() => Json, { nullable: true, description: "What it is then; null where there is nothing any more." })
  after?: unknown;
}

export const FieldChangeConnection = createConnectionType(() => FieldChange, "FieldChange", "changed fields");

@ObjectType({ description: "An incident at two moments, and what happened between them." })
export class IncidentHistory {
  @Field(() => Incident, {
    nullable: true,
    description: "The incident at the first moment; null where that lies before its declaration.",
  })
  before?: Incident | undefined;

  @Field(() => Incident, { description: "The incident at the second moment." })
  after!: Incident;

  @Field(() => Int, { description: "Its version at the first moment; 0 before its declaration." })
  fromVersion!: number;

  @Field(() => Int, {
    description: "Its version at the second moment. Ask for further pages with this one, so that they fit together.",
  })
  toVersion!: number;
}
