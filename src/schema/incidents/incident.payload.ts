/** What the incident mutations answer: every one names the incident, and what was put on its timeline. */
import type { ClassType } from "type-graphql";
import { Field, InterfaceType, ObjectType } from "type-graphql";
import { MutationPayload } from "../mutation.js";
import { TimelineEntry } from "./timeline.type.js";

@InterfaceType({
  implements: MutationPayload,
  description: "What every mutation of an incident answers.",
  autoRegisterImplementations: true,
})
export abstract class IncidentPayload extends MutationPayload {
  /** Not in the schema: what the edge to the incident is resolved by. */
  incidentId?: string | undefined;

  @Field(() => TimelineEntry, {
    nullable: true,
    description:
      "What the change put on the timeline; null where there are errors, or where everything was so already.",
  })
  entry?: TimelineEntry | undefined;
}

/** A payload type of its own for each mutation, so that one can grow without the others. */
function createPayloadType(name: string, what: string): ClassType<IncidentPayload> {
  @ObjectType(name, { implements: IncidentPayload, description: `The outcome of ${what}.` })
  class PayloadType extends IncidentPayload {}
  return PayloadType;
}

export const DeclareIncidentPayload = createPayloadType("DeclareIncidentPayload", "declaring an incident");
export const ChangeIncidentStatusPayload = createPayloadType("ChangeIncidentStatusPayload", "changing a status");
export const ReopenIncidentPayload = createPayloadType("ReopenIncidentPayload", "reopening an incident");
export const ChangeIncidentSeverityPayload = createPayloadType("ChangeIncidentSeverityPayload", "changing a severity");
export const EditIncidentPayload = createPayloadType("EditIncidentPayload", "editing an incident");
export const AddIncidentServicePayload = createPayloadType("AddIncidentServicePayload", "adding a service");
export const RemoveIncidentServicePayload = createPayloadType("RemoveIncidentServicePayload", "removing a service");
export const ChangeIncidentLabelsPayload = createPayloadType("ChangeIncidentLabelsPayload", "changing labels");
export const AssignIncidentRolePayload = createPayloadType("AssignIncidentRolePayload", "assigning a role");
export const ReleaseIncidentRolePayload = createPayloadType("ReleaseIncidentRolePayload", "releasing a role");
export const HandOverIncidentRolePayload = createPayloadType("HandOverIncidentRolePayload", "handing over a role");
export const AddIncidentCommentPayload = createPayloadType("AddIncidentCommentPayload", "commenting");
export const EditIncidentCommentPayload = createPayloadType("EditIncidentCommentPayload", "editing a comment");
export const DeleteIncidentCommentPayload = createPayloadType("DeleteIncidentCommentPayload", "deleting a comment");
export const PromoteIncidentCommentPayload = createPayloadType("PromoteIncidentCommentPayload", "promoting a comment");
export const RecordTimelineEntryPayload = createPayloadType("RecordTimelineEntryPayload", "recording an entry");
export const PinTimelineEntryPayload = createPayloadType("PinTimelineEntryPayload", "pinning an entry");
export const UnpinTimelineEntryPayload = createPayloadType("UnpinTimelineEntryPayload", "unpinning an entry");
export const AttachIncidentSummaryPayload = createPayloadType("AttachIncidentSummaryPayload", "attaching a summary");
export const LinkIncidentPayload = createPayloadType("LinkIncidentPayload", "linking");
export const UnlinkIncidentPayload = createPayloadType("UnlinkIncidentPayload", "unlinking");
export const MergeIncidentsPayload = createPayloadType("MergeIncidentsPayload", "merging incidents");
export const UnmergeIncidentPayload = createPayloadType("UnmergeIncidentPayload", "undoing a merge");
export const AddFollowUpPayload = createPayloadType("AddFollowUpPayload", "adding a follow-up");
export const ChangeFollowUpPayload = createPayloadType("ChangeFollowUpPayload", "changing a follow-up");
export const CompleteFollowUpPayload = createPayloadType("CompleteFollowUpPayload", "completing a follow-up");
export const ReopenFollowUpPayload = createPayloadType("ReopenFollowUpPayload", "reopening a follow-up");
export const AttachPostmortemPayload = createPayloadType("AttachPostmortemPayload", "attaching a post-mortem");
