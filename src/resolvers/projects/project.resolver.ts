/** Queries about projects, their events and batches, and the edges between them. */
import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from "type-graphql";
import type {
  Batch as BatchRow,
  PendingEvent,
  ProjectEventFilter as EventFilterRow,
} from "../../domain/projects/index.js";
import {
  forecastSealing,
  isProjectVisible,
  limits,
  previewSummary,
  projectActivityProjection,
  receivedAtOf,
  unassigned,
} from "../../domain/projects/index.js";
import { ConnectionArgs, pageComplexity } from "../../schema/connection.js";
import type { Connection } from "../../schema/connection.js";
import type { ActivitySummary } from "../../schema/projects/batch.type.js";
import { Batch, BatchConnection, SummaryClaim, SummaryPreview } from "../../schema/projects/batch.type.js";
import {
  BatchesArgs,
  BatchesOfProjectArgs,
  EventsOfProjectArgs,
  ProjectEventsArgs,
  ProjectsArgs,
} from "../../schema/projects/project.input.js";
import {
  AssignmentRule,
  AssignmentRuleConnection,
  OpenBatch,
  Project,
  ProjectActivity,
  ProjectConnection,
  ProjectSettings,
} from "../../schema/projects/project.type.js";
import { ProjectEvent, ProjectEventConnection } from "../../schema/projects/projectEvent.type.js";
import type { GraphQLContext } from "../context.js";
import { toConnection, toPageOf, toPageRequest } from "../paging.js";
import type { List } from "../paging.js";
import { waitUntil } from "../positions.js";
import { toBatchFilter, toEventFilter } from "./filter.js";
import { requireBatchId, requireProjectEventId, requireProjectName } from "./ids.js";
import {
  toActivityView,
  toBatchView,
  toPreviewView,
  toProjectEventView,
  toProjectView,
  toRuleView,
  toSettingsView,
} from "./views.js";
import type { AssignmentRuleView, BatchView, ProjectEventView, ProjectView, SummaryClaimView } from "./views.js";
import { loadNamedBatch, loadNamedEvent, seesProject } from "./visible.js";

type OrderArgs = { readonly orderBy?: "NEWEST_FIRST" | "OLDEST_FIRST" | null };
const orderOf = ({ orderBy }: OrderArgs) => orderBy ?? "NEWEST_FIRST";

/** A batch as the schema shows it; its events are read by one query, however many claims ask for theirs. */
export function viewBatch({ loaders }: GraphQLContext, row: BatchRow): BatchView {
  return toBatchView(row, () => loaders.batchEvents.load(row.batchId));
}

export async function loadEventView(
  { loaders }: GraphQLContext,
  projectEventId: string | undefined,
): Promise<ProjectEventView | undefined> {
  const row = projectEventId === undefined ? undefined : await loaders.projectEvent.load(projectEventId);
  return row && toProjectEventView(row);
}

export async function loadBatchView(
  context: GraphQLContext,
  batchId: string | undefined,
): Promise<BatchView | undefined> {
  const row = batchId === undefined ? undefined : await context.loaders.batch.load(batchId);
  return row && viewBatch(context, row);
}

/** What `node` answers for global ids of this context; undefined for those of others. */
export const projectNodes = {
  Project: async (context: GraphQLContext, id: string): Promise<ProjectView | undefined> => {
    const name = requireProjectName(id, "id");
    return seesProject(context, "Query.node", name) ? toProjectView(name) : undefined;
  },
  ProjectEvent: async (context: GraphQLContext, id: string): Promise<ProjectEventView | undefined> => {
    const row = await loadNamedEvent(context, "Query.node", requireProjectEventId(id, "id"));
    return row && toProjectEventView(row);
  },
  Batch: async (context: GraphQLContext, id: string): Promise<BatchView | undefined> => {
    const row = await loadNamedBatch(context, "Query.node", requireBatchId(id, "id"));
    return row && viewBatch(context, row);
  },
} as const;

/** A page of events; `scope` names the list, so that its cursors fit no other. */
async function pageOfEvents(
  context: GraphQLContext,
  scope: string,
  args: ConnectionArgs & OrderArgs,
  filter: EventFilterRow,
): Promise<Connection<ProjectEvent>> {
  const order = orderOf(args);
  const list: List = { cursors: context.cursors, scope: `${scope}/${order}` };
  const request = toPageRequest(list, args);
  const page = await context.projectViews.listProjectEvents({ ...request, filter, order });
  return toConnection(list, page, request, toProjectEventView);
}

async function pageOfBatches(
  context: GraphQLContext,
  scope: string,
  args: BatchesArgs,
  of: { readonly project?: string },
): Promise<Connection<Batch>> {
  const order = orderOf(args);
  const list: List = { cursors: context.cursors, scope: `${scope}/${order}` };
  const request = toPageRequest(list, args);
  const filter = { ...toBatchFilter(args.filter), ...of, scope: context.caller.projects };
  const page = await context.projectViews.listBatches({ ...request, filter, order });
  for (const { row } of page.rows) context.loaders.batch.prime(row.batchId, row);
  return toConnection(list, page, request, (row) => viewBatch(context, row));
}

@Resolver()
export class ProjectQueries {
  @Authorized("VIEWER")
  @Query(() => Project, {
    nullable: true,
    description:
      "The project of this name; null where it is not one of yours. `unassigned` holds what no rule assigned, for those who see all projects.",
  })
  project(
    @Ctx() context: GraphQLContext,
    @Arg("name", () => ID, { description: "Its name, or its global id." }) text: string,
  ): ProjectView | undefined {
    const name = requireProjectName(text, "name");
    return seesProject(context, "Query.project", name) ? toProjectView(name) : undefined;
  }

  @Authorized("VIEWER")
  @Query(() => ProjectConnection, {
    complexity: pageComplexity,
    description: "Projects that have had an event, or have settings, by name.",
  })
  async projects(
    @Ctx() context: GraphQLContext,
    @Args(() => ProjectsArgs) args: ProjectsArgs,
  ): Promise<Connection<Project>> {
    const list: List = { cursors: context.cursors, scope: "projects" };
    const request = toPageRequest(list, args);
    await waitUntil(context, projectActivityProjection.name, args.atLeast);
    const page = await context.projectViews.listProjects({ ...request, scope: context.caller.projects });
    return toConnection(list, page, request, toProjectView);
  }

  @Authorized("VIEWER")
  @Query(() => ProjectEventConnection, {
    complexity: pageComplexity,
    description: "Project events, filtered, by receipt. Without a project: of all that are yours.",
  })
  async projectEvents(
    @Ctx() context: GraphQLContext,
    @Args(() => ProjectEventsArgs) args: ProjectEventsArgs,
  ): Promise<Connection<ProjectEvent>> {
    const filter = toEventFilter(args.filter);
    if (filter.project !== undefined) seesProject(context, "Query.projectEvents", filter.project);
    return pageOfEvents(context, "project-events", args, { ...filter, scope: context.caller.projects });
  }

  @Authorized("VIEWER")
  @Query(() => ProjectEvent, { nullable: true, description: "One project event; null where it does not exist." })
  async projectEvent(
    @Ctx() context: GraphQLContext,
    @Arg("id", () => ID, { description: "Its global id, or its `projectEventId`." }) id: string,
  ): Promise<ProjectEventView | undefined> {
    const row = await loadNamedEvent(context, "Query.projectEvent", requireProjectEventId(id, "id"));
    return row && toProjectEventView(row);
  }

  @Authorized("VIEWER")
  @Query(() => BatchConnection, {
    complexity: pageComplexity,
    description:
      "Sealed batches, filtered, by the time at which they were sealed. What still waits: `Project.openBatch`.",
  })
  async batches(
    @Ctx() context: GraphQLContext,
    @Args(() => BatchesArgs) args: BatchesArgs,
  ): Promise<Connection<Batch>> {
    const { project } = toBatchFilter(args.filter);
    if (project !== undefined) seesProject(context, "Query.batches", project);
    return pageOfBatches(context, "batches", args, {});
  }

  @Authorized("VIEWER")
  @Query(() => Batch, { nullable: true, description: "One batch; null where it does not exist." })
  async batch(
    @Ctx() context: GraphQLContext,
    @Arg("id", () => ID, { description: "Its global id, or its `batchId` such as batch_20250602_1337." }) id: string,
  ): Promise<BatchView | undefined> {
    const row = await loadNamedBatch(context, "Query.batch", requireBatchId(id, "id"));
    return row && viewBatch(context, row);
  }

  @Authorized("VIEWER")
  @Query(() => AssignmentRuleConnection, {
    complexity: pageComplexity,
    description: "The rules by which events find their project, oldest first; of your projects.",
  })
  async assignmentRules(
    @Ctx() context: GraphQLContext,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Connection<AssignmentRule> & { readonly version: number }> {
    const list: List = { cursors: context.cursors, scope: "assignment-rules" };
    const request = toPageRequest(list, args);
    const { rules, version } = await context.projectViews.getRouting();
    const own = rules.filter(({ project }) => isProjectVisible(project, context.caller.projects));
    const page = toPageOf(own, request, ({ ruleId }) => ruleId);
    return { ...toConnection(list, page, request, toRuleView), version };
  }
}

@Resolver(() => AssignmentRuleConnection)
export class AssignmentRuleConnectionFields {
  @FieldResolver(() => Int, { description: "Version of all rules: pass it as `expectedVersion`." })
  version(@Root() { version }: { readonly version: number }): number {
    return version;
  }
}

@Resolver(() => AssignmentRule)
export class AssignmentRuleFields {
  @FieldResolver(() => Project, { description: "The project that they go to." })
  project(@Root() { row }: AssignmentRuleView): ProjectView {
    return toProjectView(row.project);
  }
}

/** What the fields of an open batch are made from. */
type OpenBatchView = OpenBatch & { readonly project: string };

@Resolver(() => Project)
export class ProjectFields {
  @FieldResolver(() => ProjectSettings, { description: "How its events are grouped, and where it is told of them." })
  async settings(@Ctx() { loaders }: GraphQLContext, @Root() { name }: ProjectView): Promise<ProjectSettings> {
    return toSettingsView(await loaders.projectSettings.load(name));
  }

  @FieldResolver(() => ProjectActivity, { description: "What it has had." })
  async activity(
    @Ctx() context: GraphQLContext,
    @Root() { name }: ProjectView,
    @Arg("atLeast", () => String, {
      nullable: true,
      description:
        "Count at least what came before this `position`, of a mutation or message: waits for it, for some seconds at most.",
    })
    atLeast?: string | null,
  ): Promise<ProjectActivity> {
    await waitUntil(context, projectActivityProjection.name, atLeast);
    return toActivityView(await context.loaders.projectActivity.load(name));
  }

  @FieldResolver(() => OpenBatch, {
    nullable: true,
    complexity: 10,
    description: "What waits to be sealed into its next batch. Null for `unassigned`, which is not batched.",
  })
  async openBatch(@Ctx() context: GraphQLContext, @Root() { name }: ProjectView): Promise<OpenBatchView | undefined> {
    if (name === unassigned) return undefined;
    const pending = await context.projectViews.listPending(name, limits.batchEvents);
    const [oldest] = pending;
    return {
      project: name,
      count: pending.length,
      isFull: pending.length >= limits.batchEvents,
      oldestAt: oldest && receivedAtOf(oldest.eventTime),
      ...(await forecast(context, name, pending)),
    };
  }

  @FieldResolver(() => ProjectEventConnection, { complexity: pageComplexity, description: "Its events, by receipt." })
  async events(
    @Ctx() context: GraphQLContext,
    @Root() { name }: ProjectView,
    @Args(() => EventsOfProjectArgs) args: EventsOfProjectArgs,
  ): Promise<Connection<ProjectEvent>> {
    const filter = { ...toEventFilter(args.filter), project: name };
    return pageOfEvents(context, `project-events/${name}`, args, filter);
  }

  @FieldResolver(() => BatchConnection, { complexity: pageComplexity, description: "Its sealed batches." })
  async batches(
    @Ctx() context: GraphQLContext,
    @Root() { name }: ProjectView,
    @Args(() => BatchesOfProjectArgs) args: BatchesOfProjectArgs,
  ): Promise<Connection<Batch>> {
    return pageOfBatches(context, `batches/${name}`, args, { project: name });
  }
}

/** Asks for the last batch only where the policy looks at it. */
async function forecast(
  { loaders, projectViews, clock }: GraphQLContext,
  name: string,
  pending: readonly PendingEvent[],
) {
  if (pending.length === 0) return {};
  const { policy } = await loaders.projectSettings.load(name);
  const last = policy.leadingFlush
    ? await projectViews.listBatches({ filter: { project: name }, order: "NEWEST_FIRST", first: 1 })
    : undefined;
  return forecastSealing({ policy, pending, lastSealedAt: last?.rows[0]?.row.sealedAt, now: clock.now() }) ?? {};
}

@Resolver(() => OpenBatch)
export class OpenBatchFields {
  @FieldResolver(() => ProjectEventConnection, { complexity: pageComplexity, description: "What waits, oldest first." })
  async events(
    @Ctx() context: GraphQLContext,
    @Root() { project }: OpenBatchView,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Connection<ProjectEvent>> {
    const oldestFirst = { first: args.first ?? null, ...(args.after == null ? {} : { after: args.after }) };
    return pageOfEvents(
      context,
      `open-batch/${project}`,
      { ...oldestFirst, orderBy: "OLDEST_FIRST" },
      { project, processed: false },
    );
  }

  @FieldResolver(() => SummaryPreview, {
    nullable: true,
    complexity: ({ childComplexity }) => 10 + childComplexity,
    description: "What a summary would say now, of the 45 oldest. Null where nothing waits.",
  })
  async preview(
    @Ctx() { projectViews, clock }: GraphQLContext,
    @Root() { project }: OpenBatchView,
  ): Promise<ActivitySummary | undefined> {
    const page = await projectViews.listProjectEvents({
      filter: { project, processed: false },
      order: "OLDEST_FIRST",
      first: limits.batchEvents,
    });
    const events = page.rows.map(({ row }) => row);
    const summary = previewSummary(project, events, clock.now());
    return summary && toPreviewView(summary, events);
  }
}

@Resolver(() => ProjectEvent)
export class ProjectEventFields {
  @FieldResolver(() => Project, { description: "The project that it belongs to." })
  project(@Root() { row }: ProjectEventView): ProjectView {
    return toProjectView(row.project);
  }

  @FieldResolver(() => Batch, {
    nullable: true,
    description: "The batch that it is in, for good; null while it waits.",
  })
  async batch(@Ctx() context: GraphQLContext, @Root() { row }: ProjectEventView): Promise<BatchView | undefined> {
    return loadBatchView(context, row.batchId);
  }
}

@Resolver(() => Batch)
export class BatchFields {
  @FieldResolver(() => Project, { description: "The project that it belongs to." })
  project(@Root() { row }: BatchView): ProjectView {
    return toProjectView(row.project);
  }

  @FieldResolver(() => ProjectEventConnection, {
    complexity: pageComplexity,
    description: "Its events, in the order of their receipt. Rows of events expire; the summary stays.",
  })
  async events(
    @Ctx() context: GraphQLContext,
    @Root() { row }: BatchView,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Connection<ProjectEvent>> {
    const list: List = { cursors: context.cursors, scope: `batch-events/${row.batchId}` };
    const request = toPageRequest(list, args);
    const events = await context.loaders.batchEvents.load(row.batchId);
    const page = toPageOf(events, request, ({ projectEventId }) => projectEventId);
    return toConnection(list, page, request, toProjectEventView);
  }
}

@Resolver(() => SummaryClaim)
export class SummaryClaimFields {
  @FieldResolver(() => [ProjectEvent], {
    complexity: ({ childComplexity }) => 5 * Math.max(1, childComplexity),
    description: "The events that it rests on, at most 45; without those whose rows have expired.",
  })
  async events(@Root() { projectEventIds, findEvents }: SummaryClaimView): Promise<ProjectEventView[]> {
    const events = new Map((await findEvents()).map((event) => [event.projectEventId, event]));
    return projectEventIds
      .map((id) => events.get(id))
      .filter((event) => event !== undefined)
      .map(toProjectEventView);
  }
}
