/** One mutation for each thing that can be asked of projects: input, service, answer. No rules here. */
import { Arg, Authorized, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import type { ClassType } from "type-graphql";
import type { BatchOutcome, Ingested } from "../../domain/projects/index.js";
import { limits } from "../../domain/projects/index.js";
import { DomainError, invalid } from "../../domain/kernel/errors.js";
import type { Request } from "../../domain/kernel/request.js";
import { Batch } from "../../schema/projects/batch.type.js";
import * as inputs from "../../schema/projects/project.input.js";
import * as payloads from "../../schema/projects/project.payload.js";
import { AssignmentRule, Project } from "../../schema/projects/project.type.js";
import { ProjectEvent } from "../../schema/projects/projectEvent.type.js";
import type { GraphQLContext } from "../context.js";
import { answer, given, keep, keepInSight, noteRefusal, positionOf, toRequest } from "../mutations.js";
import { requireBatchId, requireProjectEventId, requireProjectName } from "./ids.js";
import { toEventErrors, toIncomingEvent } from "./ingest.js";
import { toPolicy } from "./policy.js";
import { loadBatchView, loadEventView } from "./project.resolver.js";
import { toProjectView, toRuleView } from "./views.js";
import type { AssignmentRuleView, BatchView, ProjectEventView, ProjectView } from "./views.js";

/** What a change has just made is not asked for again. */
function keepEvent(
  { loaders }: GraphQLContext,
  { projectEventId, projectEvent }: Pick<Ingested, "projectEventId" | "projectEvent">,
) {
  keep(loaders.projectEvent, { id: projectEventId, row: projectEvent });
}

/** A change of the batch that the input names. */
function onBatch(
  context: GraphQLContext,
  input: { readonly batchId: string; readonly idempotencyKey?: string; readonly expectedVersion?: number },
  change: (batchId: string, request: Request) => Promise<BatchOutcome>,
) {
  return answer<payloads.BatchPayload>(context, {}, async () => {
    const outcome = await change(requireBatchId(input.batchId, "batchId"), toRequest(context, input));
    const { batchId, batch: row } = outcome;
    await keepInSight(context, context.loaders.batch, { entity: "Batch", id: batchId, field: "batchId", row });
    return { batchId, at: outcome.position };
  });
}

@Resolver()
export class ProjectMutations {
  @Authorized("WORKER")
  @Mutation(() => payloads.IngestProjectEventPayload, {
    description:
      "Takes in something that happened in a project. What came before, by its delivery id, changes nothing.",
  })
  async ingestProjectEvent(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.IngestProjectEventInput, { description: "The event." })
    input: inputs.IngestProjectEventInput,
  ): Promise<object> {
    const ingest = async () => {
      const { idempotencyKey, ...request } = toRequest(context, input);
      const event = toIncomingEvent(context, input, { idempotencyKey, index: 0 });
      const ingested = await context.projects.ingest(event, request);
      keepEvent(context, ingested);
      return { projectEventId: ingested.projectEventId, repeated: ingested.repeated, at: ingested.position };
    };
    return answer<payloads.IngestProjectEventPayload>(context, { repeated: false }, ingest, (error) =>
      toEventErrors(error, []),
    );
  }

  @Authorized("WORKER")
  @Mutation(() => payloads.IngestProjectEventsPayload, {
    complexity: ({ childComplexity }) => 10 + limits.ingestItems * Math.max(1, childComplexity),
    description: `Takes in up to ${limits.ingestItems} events, in as few transactions as hold them; an answer for each.`,
  })
  async ingestProjectEvents(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.IngestProjectEventsInput, { description: "The events." })
    input: inputs.IngestProjectEventsInput,
  ): Promise<object> {
    return answer<payloads.IngestProjectEventsPayload>(context, { results: [] }, async () => {
      const { idempotencyKey, ...request } = toRequest(context, input);
      if (input.events.length === 0 || input.events.length > limits.ingestItems) {
        throw invalid("events", `must be 1 to ${limits.ingestItems}`);
      }
      const events = input.events.map((event, index) => toIncomingEvent(context, event, { idempotencyKey, index }));
      const outcomes = await context.projects.ingestMany(events, request);
      const ends = outcomes.flatMap((outcome) => ("refused" in outcome ? [] : [outcome.position]));
      return { results: outcomes.map((outcome, index) => toResult(context, outcome, index)), at: ends.at(-1) };
    });
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.ReassignProjectEventPayload, {
    description: "Moves an event that waits for its batch to another project. One that is in a batch stays.",
  })
  async reassignProjectEvent(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.ReassignProjectEventInput, { description: "Which, and where to." })
    input: inputs.ReassignProjectEventInput,
  ): Promise<object> {
    return answer<payloads.ReassignProjectEventPayload>(context, {}, async () => {
      const projectEventId = requireProjectEventId(input.projectEventId, "projectEventId");
      const { project, reason } = input;
      const moved = await context.projects.reassign(
        projectEventId,
        { project, reason: reason ?? undefined },
        toRequest(context, input),
      );
      const named = { entity: "ProjectEvent", id: projectEventId, field: "projectEventId" };
      await keepInSight(context, context.loaders.projectEvent, { ...named, row: moved.projectEvent });
      return { projectEventId, at: moved.position };
    });
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.SetProjectSettingsPayload, {
    description: "Says how the events of a project are grouped, and where it is told of them.",
  })
  async setProjectSettings(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.SetProjectSettingsInput, { description: "What changes." })
    input: inputs.SetProjectSettingsInput,
  ): Promise<object> {
    return answer<payloads.SetProjectSettingsPayload>(context, {}, async () => {
      const project = requireProjectName(input.project, "project");
      const { settings, position } = await context.projects.setSettings(
        project,
        {
          policy: input.policy == null ? undefined : toPolicy(input.policy),
          channel: input.channel,
          notifications: input.notifications ?? undefined,
        },
        toRequest(context, input, { leastVersion: 0 }),
      );
      context.loaders.projectSettings.clear(project).prime(project, settings);
      return { projectName: project, at: position };
    });
  }

  @Authorized("OPERATOR")
  @Mutation(() => payloads.AddAssignmentRulePayload, {
    description: "Adds a rule by which events find their project. It holds for what comes from now on.",
  })
  async addAssignmentRule(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.AddAssignmentRuleInput, { description: "The rule." })
    input: inputs.AddAssignmentRuleInput,
  ): Promise<object> {
    return answer<payloads.AddAssignmentRulePayload>(context, {}, async () => {
      const { source, field, pattern, project } = input;
      const { rule, routing, position } = await context.projects.addRule(
        { source, field, pattern, project },
        toRequest(context, input, { leastVersion: 0 }),
      );
      return { rule: toRuleView(rule), version: routing.version, at: position };
    });
  }

  @Authorized("OPERATOR")
  @Mutation(() => payloads.RemoveAssignmentRulePayload, {
    description: "Takes an assignment rule away. Events that it has assigned stay where they are.",
  })
  async removeAssignmentRule(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.RemoveAssignmentRuleInput, { description: "The rule." })
    input: inputs.RemoveAssignmentRuleInput,
  ): Promise<object> {
    return answer<payloads.RemoveAssignmentRulePayload>(context, {}, async () => {
      const { routing, position } = await context.projects.removeRule(input.ruleId, toRequest(context, input));
      return { version: routing.version, at: position };
    });
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.FlushBatchPayload, {
    description:
      "Seals what waits in a project now, whatever its policy says. No batch and no error where nothing waits, or where nobody has heard of the project.",
  })
  async flushBatch(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.FlushBatchInput, { description: "The project." }) input: inputs.FlushBatchInput,
  ): Promise<object> {
    return answer<payloads.FlushBatchPayload>(context, { batchIds: [] }, async () => {
      const project = requireProjectName(input.project, "project");
      const outcomes = await context.projects.flush(project, toRequest(context, input));
      for (const { batchId, batch } of outcomes) keep(context.loaders.batch, { id: batchId, row: batch });
      return { batchIds: outcomes.map(({ batchId }) => batchId), at: outcomes.at(-1)?.position };
    });
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.RegenerateSummaryPayload, {
    description: "Asks for another summary of a batch; it is written, and the posted message updated, within moments.",
  })
  async regenerateSummary(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.RegenerateSummaryInput, { description: "The batch." })
    input: inputs.RegenerateSummaryInput,
  ): Promise<object> {
    return onBatch(context, input, (batchId, request) =>
      context.projects.regenerateSummary(batchId, given({ reason: input.reason }), request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.RetryBatchPostPayload, {
    description:
      "Asks for another try at posting a batch that is POST_FAILED, or SUMMARISED without anything happening for two minutes.",
  })
  async retryBatchPost(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.RetryBatchPostInput, { description: "The batch." }) input: inputs.RetryBatchPostInput,
  ): Promise<object> {
    return onBatch(context, input, (batchId, request) => context.projects.retryPost(batchId, request));
  }
}

function toResult(
  context: GraphQLContext,
  outcome: Ingested | { readonly refused: Error },
  index: number,
): payloads.IngestResult {
  if ("refused" in outcome) {
    const { refused } = outcome;
    if (!(refused instanceof DomainError)) throw refused;
    noteRefusal(context, refused);
    return { index, repeated: false, errors: toEventErrors(refused, ["events", String(index)]) };
  }
  keepEvent(context, outcome);
  const { projectEventId, repeated, position } = outcome;
  return { index, projectEventId, repeated, errors: [], ...positionOf(context, position) };
}

/** The edge to the event, for the types that name one. */
function createEventEdge(ofType: ClassType<{ projectEventId?: string | undefined }>, none: string) {
  @Resolver(() => ofType)
  class ProjectEventEdge {
    @FieldResolver(() => ProjectEvent, { nullable: true, description: `The event after the change; null ${none}.` })
    async projectEvent(
      @Ctx() context: GraphQLContext,
      @Root() { projectEventId }: { readonly projectEventId?: string | undefined },
    ): Promise<ProjectEventView | undefined> {
      return loadEventView(context, projectEventId);
    }
  }
  return ProjectEventEdge;
}

@Resolver(() => payloads.SetProjectSettingsPayload)
class SettingsEdge {
  @FieldResolver(() => Project, {
    nullable: true,
    description: "The project after the change; null where there are errors.",
  })
  project(@Root() { projectName }: payloads.SetProjectSettingsPayload): ProjectView | undefined {
    return projectName === undefined ? undefined : toProjectView(projectName);
  }
}

@Resolver(() => payloads.AddAssignmentRulePayload)
class RuleEdge {
  @FieldResolver(() => AssignmentRule, { nullable: true, description: "The rule; null where there are errors." })
  rule(@Root() { rule }: { readonly rule?: AssignmentRuleView }): AssignmentRuleView | undefined {
    return rule;
  }
}

@Resolver(() => payloads.FlushBatchPayload)
class FlushedEdge {
  @FieldResolver(() => [Batch], {
    description: "The batches that were sealed, oldest first; each has at most 45 events.",
  })
  async batches(
    @Ctx() context: GraphQLContext,
    @Root() { batchIds }: payloads.FlushBatchPayload,
  ): Promise<BatchView[]> {
    const views = await Promise.all(batchIds.map((batchId) => loadBatchView(context, batchId)));
    return views.flatMap((view) => view ?? []);
  }
}

@Resolver(() => payloads.BatchPayload)
class BatchEdge {
  @FieldResolver(() => Batch, {
    nullable: true,
    description: "The batch after the change; null where there are errors.",
  })
  async batch(
    @Ctx() context: GraphQLContext,
    @Root() { batchId }: payloads.BatchPayload,
  ): Promise<BatchView | undefined> {
    return loadBatchView(context, batchId);
  }
}

/** The edges from payloads to what they are about. */
export const projectPayloadFields = [
  // The compiler takes an abstract class for one that nobody can make.
  createEventEdge(
    payloads.ProjectEventPayload as unknown as ClassType<payloads.ProjectEventPayload>,
    "where there are errors, or where it has left your projects",
  ),
  createEventEdge(payloads.IngestResult, "where there are errors"),
  SettingsEdge,
  RuleEdge,
  FlushedEdge,
  BatchEdge,
] as const;
