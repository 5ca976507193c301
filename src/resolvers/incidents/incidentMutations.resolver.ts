/** One mutation for each thing that can be asked of an incident: input, command, answer. No rules here. */
import type { ClassType } from "type-graphql";
import { Arg, Authorized, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import type { IncidentOutcome } from "../../domain/incidents/index.js";
import type { Request } from "../../domain/kernel/request.js";
import { invalid } from "../../domain/kernel/errors.js";
import * as inputs from "../../schema/incidents/incident.input.js";
import { Comment, Incident } from "../../schema/incidents/incident.type.js";
import * as payloads from "../../schema/incidents/incident.payload.js";
import type { ChangeInput, MutationInput } from "../../schema/mutation.js";
import type { GraphQLContext } from "../context.js";
import { toUserErrors } from "../errors.js";
import { answer, given, keepInSight, toRequest } from "../mutations.js";
import { requirePartKey } from "./ids.js";
import { loadCommentAnywhere, loadNamedView } from "./incident.resolver.js";
import { toTimelineEntryView } from "./timelineView.js";
import type { TimelineEntryView } from "./timelineView.js";
import type { CommentView, IncidentView } from "./views.js";
import { asNamed, requireIncidentId } from "./visible.js";

type Payload = payloads.IncidentPayload;

// #region run
/** Runs a change of an incident, and answers. */
async function run(
  context: GraphQLContext,
  input: MutationInput & Partial<Pick<ChangeInput, "expectedVersion">>,
  change: (request: Request) => Promise<IncidentOutcome>,
): Promise<Payload> {
  const act = async () => {
    const { incidentId, incident, entry, position } = await change(toRequest(context, input));
    const { loaders } = context;
    // What was looked at on the way, such as the other side of a link, is as it was before.
    loaders.incident.clearAll();
    loaders.archivedIncident.clearAll();
    const named = { entity: "Incident", id: incidentId, field: "incidentId" };
    await keepInSight(context, loaders.incident, { ...named, row: incident, elsewhere: loaders.archivedIncident });
    return { incidentId, ...(entry === undefined ? {} : { entry: toTimelineEntryView(entry) }), at: position };
  };
  return answer<Payload>(context, {}, act, (error) => toUserErrors(asNamed(context, error)));
}
// #endregion

/** The same, for a change of the incident that the input names. */
async function onIncident(
  context: GraphQLContext,
  input: inputs.IncidentInput,
  change: (incidentId: string, request: Request) => Promise<IncidentOutcome>,
): Promise<Payload> {
  return run(context, input, async (request) =>
    change(await requireIncidentId(context, input.incidentId, "incidentId"), request),
  );
}

function toLabelRecord(
  labels: readonly inputs.LabelInput[] | null | undefined,
  field: string,
): Record<string, string> | undefined {
  if (labels == null) return undefined;
  const record = Object.fromEntries(labels.map(({ key, value }) => [key, value]));
  if (Object.keys(record).length < labels.length) throw invalid(field, "must not name a label twice");
  return record;
}

@Resolver()
export class IncidentMutations {
  @Authorized("RESPONDER")
  @Mutation(() => payloads.DeclareIncidentPayload, {
    description: "Declares an incident: something is wrong, and people must know.",
  })
  async declareIncident(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.DeclareIncidentInput, { description: "The incident." })
    input: inputs.DeclareIncidentInput,
  ): Promise<Payload> {
    return run(context, input, (request) => {
      const { title, description, severity, services, commander, occurredAt } = input;
      const labels = toLabelRecord(input.labels, "labels");
      return context.incidents.declare(
        given({ title, description, severity, services, labels, commander, occurredAt }),
        request,
      );
    });
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.ChangeIncidentStatusPayload, {
    description: "Moves an incident along its transition table.",
  })
  async changeIncidentStatus(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.ChangeIncidentStatusInput, { description: "The step." })
    input: inputs.ChangeIncidentStatusInput,
  ): Promise<Payload> {
    const { to, reason, occurredAt } = input;
    return onIncident(context, input, (incidentId, request) =>
      context.incidents.change(incidentId, "ChangeStatus", given({ to, reason, occurredAt }), request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.ReopenIncidentPayload, {
    description: "Reopens a resolved or closed incident; its clocks run on.",
  })
  async reopenIncident(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.ReopenIncidentInput, { description: "Why." }) input: inputs.ReopenIncidentInput,
  ): Promise<Payload> {
    return onIncident(context, input, (incidentId, request) =>
      context.incidents.change(incidentId, "Reopen", { reason: input.reason }, request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.ChangeIncidentSeverityPayload, { description: "Changes how bad an incident is held to be." })
  async changeIncidentSeverity(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.ChangeIncidentSeverityInput, { description: "The severity and the reason." })
    input: inputs.ChangeIncidentSeverityInput,
  ): Promise<Payload> {
    return onIncident(context, input, (incidentId, request) =>
      context.incidents.change(incidentId, "ChangeSeverity", { to: input.to, reason: input.reason }, request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.EditIncidentPayload, { description: "Changes the title or the description." })
  async editIncident(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.EditIncidentInput, { description: "What changes." }) input: inputs.EditIncidentInput,
  ): Promise<Payload> {
    const { title, description } = input;
    return onIncident(context, input, (incidentId, request) =>
      context.incidents.change(incidentId, "ChangeDetails", given({ title, description }), request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.AddIncidentServicePayload, { description: "Says that another service is affected." })
  async addIncidentService(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.IncidentServiceInput, { description: "The service." })
    input: inputs.IncidentServiceInput,
  ): Promise<Payload> {
    return onIncident(context, input, (incidentId, request) =>
      context.incidents.change(incidentId, "AddService", { service: input.service }, request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.RemoveIncidentServicePayload, {
    description: "Says that a service is not affected; one always stays.",
  })
  async removeIncidentService(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.IncidentServiceInput, { description: "The service." })
    input: inputs.IncidentServiceInput,
  ): Promise<Payload> {
    return onIncident(context, input, (incidentId, request) =>
      context.incidents.change(incidentId, "RemoveService", { service: input.service }, request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.ChangeIncidentLabelsPayload, { description: "Sets and removes labels." })
  async changeIncidentLabels(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.ChangeIncidentLabelsInput, { description: "What changes." })
    input: inputs.ChangeIncidentLabelsInput,
  ): Promise<Payload> {
    return run(context, input, async (request) => {
      const set = toLabelRecord(input.set, "set");
      const incidentId = await requireIncidentId(context, input.incidentId, "incidentId");
      return context.incidents.change(incidentId, "ChangeLabels", given({ set, remove: input.remove }), request);
    });
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.AssignIncidentRolePayload, { description: "Gives a person a role." })
  async assignIncidentRole(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.IncidentRoleInput, { description: "Person and role." }) input: inputs.IncidentRoleInput,
  ): Promise<Payload> {
    return onIncident(context, input, (incidentId, request) =>
      context.incidents.change(incidentId, "AssignRole", { personId: input.personId, role: input.role }, request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.ReleaseIncidentRolePayload, { description: "Takes a role from a person." })
  async releaseIncidentRole(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.IncidentRoleInput, { description: "Person and role." }) input: inputs.IncidentRoleInput,
  ): Promise<Payload> {
    return onIncident(context, input, (incidentId, request) =>
      context.incidents.change(incidentId, "ReleaseRole", { personId: input.personId, role: input.role }, request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.HandOverIncidentRolePayload, {
    description: "Hands a role from one person to another, in one step.",
  })
  async handOverIncidentRole(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.HandOverIncidentRoleInput, { description: "Role and persons." })
    input: inputs.HandOverIncidentRoleInput,
  ): Promise<Payload> {
    const { role, from, to } = input;
    return onIncident(context, input, (incidentId, request) =>
      context.incidents.change(incidentId, "HandOverRole", { role, from, to }, request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.AddIncidentCommentPayload, { description: "Says something about an incident." })
  async addIncidentComment(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.AddIncidentCommentInput, { description: "The comment." })
    input: inputs.AddIncidentCommentInput,
  ): Promise<Payload> {
    return onIncident(context, input, (incidentId, request) =>
      context.incidents.addComment(incidentId, { text: input.text }, request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.EditIncidentCommentPayload, {
    description: "Gives a comment another text; the earlier one is kept.",
  })
  async editIncidentComment(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.EditIncidentCommentInput, { description: "The new text." })
    input: inputs.EditIncidentCommentInput,
  ): Promise<Payload> {
    return run(context, input, async (request) => {
      const { incidentId, ...comment } = requirePartKey("Comment", input.commentId, "commentId");
      return context.incidents.change(incidentId, "EditComment", { comment, text: input.text }, request);
    });
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.DeleteIncidentCommentPayload, {
    description: "Deletes a comment from the view; the log keeps it.",
  })
  async deleteIncidentComment(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.DeleteIncidentCommentInput, { description: "The comment." })
    input: inputs.DeleteIncidentCommentInput,
  ): Promise<Payload> {
    return run(context, input, async (request) => {
      const { incidentId, ...comment } = requirePartKey("Comment", input.commentId, "commentId");
      return context.incidents.change(incidentId, "DeleteComment", { comment }, request);
    });
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.PromoteIncidentCommentPayload, {
    description: "Puts a comment on the timeline, at the time it was said.",
  })
  async promoteIncidentComment(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.PromoteIncidentCommentInput, { description: "The comment." })
    input: inputs.PromoteIncidentCommentInput,
  ): Promise<Payload> {
    return run(context, input, async (request) => {
      const { incidentId, ...comment } = requirePartKey("Comment", input.commentId, "commentId");
      return context.incidents.change(
        incidentId,
        "PromoteComment",
        given({ comment, keyMoment: input.keyMoment }),
        request,
      );
    });
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.RecordTimelineEntryPayload, { description: "Records what happened, also after the fact." })
  async recordTimelineEntry(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.RecordTimelineEntryInput, { description: "What happened." })
    input: inputs.RecordTimelineEntryInput,
  ): Promise<Payload> {
    const { text, keyMoment, occurredAt } = input;
    return onIncident(context, input, (incidentId, request) =>
      context.incidents.change(incidentId, "RecordEntry", given({ text, keyMoment, occurredAt }), request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.PinTimelineEntryPayload, { description: "Pins an entry; a pinned entry is kept for ever." })
  async pinTimelineEntry(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.TimelineEntryInput, { description: "The entry." }) input: inputs.TimelineEntryInput,
  ): Promise<Payload> {
    return run(context, input, async (request) => {
      const { incidentId, ...entry } = requirePartKey("TimelineEntry", input.entryId, "entryId");
      return context.incidents.change(incidentId, "PinEntry", { entry }, request);
    });
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.UnpinTimelineEntryPayload, { description: "Unpins an entry." })
  async unpinTimelineEntry(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.TimelineEntryInput, { description: "The entry." }) input: inputs.TimelineEntryInput,
  ): Promise<Payload> {
    return run(context, input, async (request) => {
      const { incidentId, ...entry } = requirePartKey("TimelineEntry", input.entryId, "entryId");
      return context.incidents.change(incidentId, "UnpinEntry", { entry }, request);
    });
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.AttachIncidentSummaryPayload, { description: "Attaches a summary of how things stand." })
  async attachIncidentSummary(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.AttachIncidentSummaryInput, { description: "The summary." })
    input: inputs.AttachIncidentSummaryInput,
  ): Promise<Payload> {
    const { text, source, modelUsed, promptVersion } = input;
    return onIncident(context, input, (incidentId, request) =>
      context.incidents.attachSummary(incidentId, given({ text, source, modelUsed, promptVersion }), request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.LinkIncidentPayload, {
    description: "Links an incident to something; another incident gets the link back.",
  })
  async linkIncident(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.LinkIncidentInput, { description: "The link." }) input: inputs.LinkIncidentInput,
  ): Promise<Payload> {
    return run(context, input, async (request) => {
      const { kind, relation, title } = input;
      const incidentId = await requireIncidentId(context, input.incidentId, "incidentId");
      const target = kind === "INCIDENT" ? await requireIncidentId(context, input.target, "target") : input.target;
      return context.incidents.link(incidentId, given({ kind, target, relation, title }), request);
    });
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.UnlinkIncidentPayload, { description: "Removes a link; between incidents, at both ends." })
  async unlinkIncident(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.UnlinkIncidentInput, { description: "The link." }) input: inputs.UnlinkIncidentInput,
  ): Promise<Payload> {
    return onIncident(context, input, (incidentId, request) =>
      context.incidents.unlink(incidentId, input.linkId, request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.MergeIncidentsPayload, {
    description: "Merges an incident into another, which goes on. The payload's incident is the one that was merged.",
  })
  async mergeIncidents(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.MergeIncidentsInput, { description: "Which into which." })
    input: inputs.MergeIncidentsInput,
  ): Promise<Payload> {
    return run(context, input, async (request) => {
      const incidentId = await requireIncidentId(context, input.incidentId, "incidentId");
      const into = await requireIncidentId(context, input.intoIncidentId, "intoIncidentId");
      return context.incidents.merge(incidentId, into, input.reason ?? undefined, request);
    });
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.UnmergeIncidentPayload, { description: "Takes a merge back, exactly." })
  async unmergeIncident(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.UnmergeIncidentInput, { description: "Which." }) input: inputs.UnmergeIncidentInput,
  ): Promise<Payload> {
    return onIncident(context, input, (incidentId, request) =>
      context.incidents.unmerge(incidentId, input.reason ?? undefined, request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.AddFollowUpPayload, { description: "Adds something to be done because of an incident." })
  async addFollowUp(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.AddFollowUpInput, { description: "The follow-up." }) input: inputs.AddFollowUpInput,
  ): Promise<Payload> {
    const { title, owner, dueAt, priority } = input;
    return onIncident(context, input, (incidentId, request) =>
      context.incidents.addFollowUp(incidentId, given({ title, owner, dueAt, priority }), request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.ChangeFollowUpPayload, { description: "Changes a follow-up." })
  async changeFollowUp(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.ChangeFollowUpInput, { description: "What changes." }) input: inputs.ChangeFollowUpInput,
  ): Promise<Payload> {
    return run(context, input, async (request) => {
      const { followUpId, title, owner, dueAt, priority } = input;
      const incidentId = await requireIncidentId(context, input.incidentId, "incidentId");
      const change = { followUpId, owner, dueAt, ...given({ title, priority }) };
      return context.incidents.change(incidentId, "ChangeFollowUp", change, request);
    });
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.CompleteFollowUpPayload, { description: "Says that a follow-up is done." })
  async completeFollowUp(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.FollowUpInput, { description: "The follow-up." }) input: inputs.FollowUpInput,
  ): Promise<Payload> {
    return onIncident(context, input, (incidentId, request) =>
      context.incidents.change(incidentId, "CompleteFollowUp", { followUpId: input.followUpId }, request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.ReopenFollowUpPayload, { description: "Says that a follow-up is not done after all." })
  async reopenFollowUp(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.FollowUpInput, { description: "The follow-up." }) input: inputs.FollowUpInput,
  ): Promise<Payload> {
    return onIncident(context, input, (incidentId, request) =>
      context.incidents.change(incidentId, "ReopenFollowUp", { followUpId: input.followUpId }, request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.AttachPostmortemPayload, { description: "Attaches what was learned." })
  async attachPostmortem(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.AttachPostmortemInput, { description: "The post-mortem." })
    input: inputs.AttachPostmortemInput,
  ): Promise<Payload> {
    const { title, content } = input;
    return onIncident(context, input, (incidentId, request) =>
      context.incidents.attachPostmortem(incidentId, { title, content }, request),
    );
  }

  @Authorized("OPERATOR")
  @Mutation(() => payloads.RestoreIncidentPayload, {
    description:
      "Brings an incident back from the archive, with all that it ever showed. It can be changed again, and stays for as long as if it had just ended.",
  })
  async restoreIncident(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.RestoreIncidentInput, { description: "Which, and why." })
    input: inputs.RestoreIncidentInput,
  ): Promise<Payload> {
    return onIncident(context, input, (incidentId, request) =>
      context.incidents.change(incidentId, "RestoreIncident", given({ reason: input.reason }), request),
    );
  }
}

const rootField = ({ attempt }: GraphQLContext) => attempt.field ?? "Mutation";

@Resolver(() => payloads.IncidentPayload)
export class IncidentPayloadFields {
  @FieldResolver(() => Incident, {
    nullable: true,
    description: "The incident after the change; null where there are errors.",
  })
  async incident(@Ctx() context: GraphQLContext, @Root() { incidentId }: Payload): Promise<IncidentView | undefined> {
    // What a repeated call was about may have gone to the archive since.
    return loadNamedView(context, rootField(context), incidentId);
  }
}

/** The edge to the comment, for the payloads of mutations that are about one. */
function createCommentEdge(payloadType: ClassType<Payload>) {
  @Resolver(() => payloadType)
  class CommentEdge {
    @FieldResolver(() => Comment, {
      nullable: true,
      description: "The comment after the change; null where there are errors.",
    })
    async comment(@Ctx() context: GraphQLContext, @Root() { entry }: Payload): Promise<CommentView | undefined> {
      return entry && loadCommentAnywhere(context, rootField(context), (entry as TimelineEntryView).row);
    }
  }
  return CommentEdge;
}

export const commentPayloadFields = [
  createCommentEdge(payloads.AddIncidentCommentPayload),
  createCommentEdge(payloads.EditIncidentCommentPayload),
  createCommentEdge(payloads.DeleteIncidentCommentPayload),
];
