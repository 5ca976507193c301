/** What the incident mutations answer: every one names the incident, and what was put on its timeline. */
import { Field, InterfaceType } from "type-graphql";
import { MutationPayload, createPayloadType } from "../mutation.js";
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

export const DeclareIncidentPayload = createPayloadType(
  IncidentPayload,
  "DeclareIncidentPayload",
  "declaring an incident",
);
export const ChangeIncidentStatusPayload = createPayloadType(
  IncidentPayload,
  "ChangeIncidentStatusPayload",
  "changing a status",
);
export const ReopenIncidentPayload = createPayloadType(
  IncidentPayload,
  "ReopenIncidentPayload",
  "reopening an incident",
);
export const ChangeIncidentSeverityPayload = createPayloadType(
  IncidentPayload,
  "ChangeIncidentSeverityPayload",
  "changing a severity",
);
export const EditIncidentPayload = createPayloadType(IncidentPayload, "EditIncidentPayload", "editing an incident");
export const AddIncidentServicePayload = createPayloadType(
  IncidentPayload,
  "AddIncidentServicePayload",
  "adding a service",
);
export const RemoveIncidentServicePayload = createPayloadType(
  IncidentPayload,
  "RemoveIncidentServicePayload",
  "removing a service",
);
export const ChangeIncidentLabelsPayload = createPayloadType(
  IncidentPayload,
  "ChangeIncidentLabelsPayload",
  "changing labels",
);
export const AssignIncidentRolePayload = createPayloadType(
  IncidentPayload,
  "AssignIncidentRolePayload",
  "assigning a role",
);
export const ReleaseIncidentRolePayload = createPayloadType(
  IncidentPayload,
  "ReleaseIncidentRolePayload",
  "releasing a role",
);
export const HandOverIncidentRolePayload = createPayloadType(
  IncidentPayload,
  "HandOverIncidentRolePayload",
  "handing over a role",
);
export const AddIncidentCommentPayload = createPayloadType(IncidentPayload, "AddIncidentCommentPayload", "commenting");
export const EditIncidentCommentPayload = createPayloadType(
  IncidentPayload,
  "EditIncidentCommentPayload",
  "editing a comment",
);
export const DeleteIncidentCommentPayload = createPayloadType(
  IncidentPayload,
  "DeleteIncidentCommentPayload",
  "deleting a comment",
);
export const PromoteIncidentCommentPayload = createPayloadType(
  IncidentPayload,
  "PromoteIncidentCommentPayload",
  "promoting a comment",
);
export const RecordTimelineEntryPayload = createPayloadType(
  IncidentPayload,
  "RecordTimelineEntryPayload",
  "recording an entry",
);
export const PinTimelineEntryPayload = createPayloadType(
  IncidentPayload,
  "PinTimelineEntryPayload",
  "pinning an entry",
);
export const UnpinTimelineEntryPayload = createPayloadType(
  IncidentPayload,
  "UnpinTimelineEntryPayload",
  "unpinning an entry",
);
export const AttachIncidentSummaryPayload = createPayloadType(
  IncidentPayload,
  "AttachIncidentSummaryPayload",
  "attaching a summary",
);
export const LinkIncidentPayload = createPayloadType(IncidentPayload, "LinkIncidentPayload", "linking");
export const UnlinkIncidentPayload = createPayloadType(IncidentPayload, "UnlinkIncidentPayload", "unlinking");
export const MergeIncidentsPayload = createPayloadType(IncidentPayload, "MergeIncidentsPayload", "merging incidents");
export const UnmergeIncidentPayload = createPayloadType(IncidentPayload, "UnmergeIncidentPayload", "undoing a merge");
export const AddFollowUpPayload = createPayloadType(IncidentPayload, "AddFollowUpPayload", "adding a follow-up");
export const ChangeFollowUpPayload = createPayloadType(
  IncidentPayload,
  "ChangeFollowUpPayload",
  "changing a follow-up",
);
export const CompleteFollowUpPayload = createPayloadType(
  IncidentPayload,
  "CompleteFollowUpPayload",
  "completing a follow-up",
);
export const ReopenFollowUpPayload = createPayloadType(
  IncidentPayload,
  "ReopenFollowUpPayload",
  "reopening a follow-up",
);
export const AttachPostmortemPayload = createPayloadType(
  IncidentPayload,
  "AttachPostmortemPayload",
  "attaching a post-mortem",
);
export const RestoreIncidentPayload = createPayloadType(
  IncidentPayload,
  "RestoreIncidentPayload",
  "bringing an incident back from the archive",
);
