/** Project events in the schema. Edges to other types are added by the resolvers. */
import { Field, Float, ID, Int, ObjectType } from "type-graphql";
import type {
  Importance,
  NotificationDropReason as NotificationDropReasonValue,
  ProjectEventKind as ProjectEventKindValue,
  ProjectEventSource as ProjectEventSourceValue,
  RefType,
  VerificationScheme as VerificationSchemeValue,
} from "../../domain/projects/index.js";
import { createConnectionType } from "../connection.js";
import { Node } from "../node.js";
import { DateTime, Json } from "../scalars.js";
import {
  NotificationDropReason,
  ProjectEventChange,
  ProjectEventImportance,
  ProjectEventKind,
  ProjectEventRefType,
  ProjectEventSource,
  VerificationScheme,
  WebhookSecret,
} from "./enums.js";
import type { ProjectEventChangeValue } from "./enums.js";

@ObjectType({ description: "Who did something at the source." })
export class ProjectEventActor {
  @Field(() => String, { description: "The person's id or name at the source." })
  id!: string;

  @Field(() => String, { nullable: true, description: "What people call the person, where the source says so." })
  name?: string | undefined;

  @Field(() => String, { nullable: true, description: "The person's page at the source." })
  url?: string | undefined;
}

@ObjectType({ description: "Something at the source that an event has to do with." })
export class ProjectEventRef {
  @Field(() => ProjectEventRefType, { description: "What it is." })
  type!: RefType;

  @Field(() => String, { description: "Its id, unique in the source, such as `acme/inventory-api#42`." })
  id!: string;

  @Field(() => String, { nullable: true, description: "Its title." })
  title?: string | undefined;

  @Field(() => String, { nullable: true, description: "Its page at the source." })
  url?: string | undefined;
}

@ObjectType({ description: "The whole original of an event that was too large to be kept with it." })
export class ProjectEventOriginal {
  @Field(() => Int, { description: "Its size in bytes." })
  bytes!: number;

  @Field(() => String, { description: "SHA-256 of its bytes, in hexadecimal digits." })
  sha256!: string;
}

@ObjectType({ description: "That an event was not told of at once after all; its batch tells of it." })
export class DroppedNotification {
  @Field(() => DateTime, { description: "When it was left to its batch." })
  at!: string;

  @Field(() => NotificationDropReason, { description: "Why." })
  reason!: NotificationDropReasonValue;
}

@ObjectType({ description: "How it was proved that a delivery came from its source." })
export class ProjectEventVerification {
  @Field(() => VerificationScheme, { description: "The kind of signature." })
  scheme!: VerificationSchemeValue;

  @Field(() => WebhookSecret, {
    nullable: true,
    description: "The secret that the signature was made with; null where there was none.",
  })
  secret?: "CURRENT" | "PREVIOUS" | undefined;
}

@ObjectType({
  implements: Node,
  description: "Something that happened in a repository, on a board or in a channel: one for each delivery.",
})
export class ProjectEvent extends Node {
  @Field(() => ID, { description: "Its id in this ledger." })
  projectEventId!: string;

  @Field(() => ProjectEventSource, { description: "Where it comes from." })
  source!: ProjectEventSourceValue;

  @Field(() => ProjectEventKind, { description: "What happened." })
  kind!: ProjectEventKindValue;

  @Field(() => String, { description: "What happened, in a line." })
  title!: string;

  @Field(() => String, { nullable: true, description: "What was said, at length; null where nothing was." })
  text?: string | undefined;

  @Field(() => ProjectEventActor, { nullable: true, description: "Who did it; null where the source does not say." })
  actor?: ProjectEventActor | undefined;

  @Field(() => String, { nullable: true, description: "Its page at the source." })
  url?: string | undefined;

  @Field(() => [ProjectEventRef], { description: "What it has to do with; at most 20." })
  refs!: ProjectEventRef[];

  @Field(() => [String], { description: "Its labels; at most 20." })
  labels!: string[];

  @Field(() => ProjectEventImportance, { description: "Who needs to hear of it." })
  importance!: Importance;

  @Field(() => String, {
    nullable: true,
    description: "What it is about: events of one subject become one line of a summary. Null where it stands alone.",
  })
  subject?: string | undefined;

  @Field(() => DateTime, { description: "When it happened at the source." })
  occurredAt!: string;

  @Field(() => DateTime, { description: "When it came here." })
  receivedAt!: string;

  @Field(() => Float, {
    description:
      "Its place in its project, unique there: milliseconds since 1970 at receipt, with n/1000 where several came in the same millisecond.",
  })
  eventTime!: number;

  @Field(() => String, { description: "The source's id of the delivery: a repeat has the same, and changes nothing." })
  deliveryId!: string;

  @Field(() => Json, { nullable: true, description: "The original, within limits; null where none came." })
  eventData?: unknown;

  @Field(() => Boolean, { description: "Whether `eventData` lacks something of the original." })
  clipped!: boolean;

  @Field(() => ProjectEventOriginal, {
    nullable: true,
    description: "The whole original, where it is kept elsewhere; null where `eventData` has all of it.",
  })
  original?: ProjectEventOriginal | undefined;

  @Field(() => ProjectEventVerification, { description: "How it was proved to come from its source." })
  verification!: ProjectEventVerification;

  @Field(() => Boolean, { description: "Whether it is in a batch; false while it waits for one." })
  processed!: boolean;

  @Field(() => DateTime, { nullable: true, description: "When it was put into its batch; null while it waits." })
  batchedAt?: string | undefined;

  @Field(() => DateTime, { nullable: true, description: "When it was told of at once; null where it was not." })
  notifiedAt?: string | undefined;

  @Field(() => DroppedNotification, {
    nullable: true,
    description: "That it was to be told of at once, and was left to its batch; null where it was not.",
  })
  notificationDropped?: DroppedNotification | undefined;

  @Field(() => Int, { description: "Version of its stream: pass it as `expectedVersion`." })
  version!: number;
}

export const ProjectEventConnection = createConnectionType(() => ProjectEvent, "ProjectEvent", "project events");

@ObjectType({ description: "What a follower of a project is told: something happened to one of its events." })
export class ProjectActivityMessage {
  @Field(() => ID, { description: "Id of the event." })
  projectEventId!: string;

  @Field(() => ProjectEventChange, { description: "What happened to it." })
  change!: ProjectEventChangeValue;

  @Field(() => String, { description: "Resume behind this message: pass it as `after`." })
  position!: string;
}
