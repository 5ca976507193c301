/** Queries about research requests, and what of them is not in their row: what changes with every heartbeat, logs, reports. */
import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from "type-graphql";
import { invalid } from "../../domain/kernel/errors.js";
import { requestStream } from "../../domain/research/index.js";
import type { RequestFilter, ResearchRun } from "../../domain/research/index.js";
import { pageComplexity } from "../../schema/connection.js";
import type { Connection } from "../../schema/connection.js";
import { ResearchItemsArgs, ResearchLogsArgs, ResearchRequestsArgs } from "../../schema/research/request.input.js";
import type { ResearchRequestFilter } from "../../schema/research/request.input.js";
import {
  ResearchItem,
  ResearchItemConnection,
  ResearchLease,
  ResearchLogEntryConnection,
  ResearchProgress,
  ResearchRequest,
  ResearchRequestConnection,
  ResearchResults,
} from "../../schema/research/request.type.js";
import type { ResearchLogEntry } from "../../schema/research/request.type.js";
import { DateTime } from "../../schema/scalars.js";
import type { GraphQLContext } from "../context.js";
import { toChoice, toTimes } from "../filters.js";
import { toConnection, toPageOf, toPageRequest } from "../paging.js";
import type { List } from "../paging.js";
import { requireProjectId, requireRequestId } from "./ids.js";
import { toItemView, toLeaseView, toLogView, toRequestView } from "./views.js";
import type { ResearchRequestView, ResearchResultsView } from "./views.js";
import { loadNamedRequest, seesResearchProject } from "./visible.js";

/** What a report costs more than its items: it is read whole. */
const reportComplexity = 1_000;

/** What a part costs with its items, whatever is asked of them: it is read whole. */
const partComplexity = 200;

export async function loadRequestView(
  { loaders }: GraphQLContext,
  requestId: string | undefined,
): Promise<ResearchRequestView | undefined> {
  const row = requestId === undefined ? undefined : await loaders.researchRequest.load(requestId);
  return row && toRequestView(row);
}

/** The request that the argument `id` of a root field names. */
async function findRequestView(
  context: GraphQLContext,
  field: string,
  id: string,
): Promise<ResearchRequestView | undefined> {
  const row = await loadNamedRequest(context, field, requireRequestId(id, "id"));
  return row && toRequestView(row);
}

/** What `node` answers for global ids of this context. */
export const researchNodes = {
  ResearchRequest: async (context: GraphQLContext, id: string): Promise<ResearchRequestView | undefined> =>
    findRequestView(context, "Query.node", id),
} as const;

/** Throws a ValidationError that names the field. */
function toFilter(filter: ResearchRequestFilter | null | undefined): RequestFilter {
  if (filter == null) return {};
  const { projectId, userId, statuses, priorities, strategy, requestType } = filter;
  return {
    projectId: projectId == null ? undefined : requireProjectId(projectId, ["filter", "projectId"]),
    userId: userId ?? undefined,
    statuses: toChoice(statuses, "statuses"),
    priorities: toChoice(priorities, "priorities"),
    strategy: strategy ?? undefined,
    requestType: requestType ?? undefined,
    ...toTimes(filter, ["filter"]),
  };
}

@Resolver()
export class ResearchRequestQueries {
  @Authorized("VIEWER")
  @Query(() => ResearchRequest, {
    nullable: true,
    description: "One research request; null where it does not exist.",
  })
  async request(
    @Ctx() context: GraphQLContext,
    @Arg("id", () => ID, { description: "Its global id, or its `requestId`." }) id: string,
  ): Promise<ResearchRequestView | undefined> {
    return findRequestView(context, "Query.request", id);
  }

  @Authorized("VIEWER")
  @Query(() => ResearchRequestConnection, {
    complexity: pageComplexity,
    description:
      "Research requests, filtered; those of your projects where none is named. One that has just been submitted may be missing for a moment.",
  })
  async requests(
    @Ctx() context: GraphQLContext,
    @Args(() => ResearchRequestsArgs) args: ResearchRequestsArgs,
  ): Promise<Connection<ResearchRequest>> {
    const order = args.orderBy ?? "NEWEST_FIRST";
    const filter = toFilter(args.filter);
    if (order === "PRIORITY" && filter.strategy === undefined) {
      throw invalid("orderBy", "must be a time where the filter has no `strategy`");
    }
    if (filter.projectId !== undefined) seesResearchProject(context, "Query.requests", filter.projectId);
    const list: List = { cursors: context.cursors, scope: `requests/${order}` };
    const request = toPageRequest(list, args);
    const { projects: scope } = context.caller;
    const page = await context.researchViews.listRequests({ ...request, filter: { ...filter, scope }, order });
    return toConnection(list, page, request, toRequestView);
  }

  @Authorized("WORKER")
  @Query(() => [ResearchItem], {
    nullable: true,
    complexity: partComplexity,
    description:
      "The items of one part that was added to a request, for the worker that goes on from there; null where there is no such part.",
  })
  async addedItems(
    @Ctx() context: GraphQLContext,
    @Arg("requestId", () => ID, { description: "The request: its global id, or its `requestId`." }) id: string,
    @Arg("part", () => Int, { description: "Number of the part." }) part: number,
  ): Promise<ResearchItem[] | undefined> {
    const request = await loadNamedRequest(context, "Query.addedItems", requireRequestId(id, "requestId"));
    const run = request && (await context.loaders.researchRun.load(request.requestId));
    const added = run?.parts.find((known) => known.part === part);
    return added && (await context.researchReports.parts([added])).map(toItemView);
  }
}

/** Absent once its row has expired, with that of the request. */
function runOf({ loaders }: GraphQLContext, { requestId }: ResearchRequestView): Promise<ResearchRun | undefined> {
  return loaders.researchRun.load(requestId);
}

/** Of the stream, which may have gone on since the row was written. */
async function versionOf(context: GraphQLContext, view: ResearchRequestView): Promise<number> {
  return (await runOf(context, view))?.version ?? view.row.version;
}

@Resolver(() => ResearchRequest)
export class ResearchRequestFields {
  @FieldResolver(() => ResearchProgress, { description: "How far its worker is, or was at the end." })
  async progress(@Ctx() context: GraphQLContext, @Root() view: ResearchRequestView): Promise<ResearchProgress> {
    return { ...((await runOf(context, view))?.progress ?? view.row.progress) };
  }

  @FieldResolver(() => ResearchLease, {
    nullable: true,
    description: "Which worker has it; null where none has. As it is at this moment, as `progress` is.",
  })
  async lease(@Ctx() context: GraphQLContext, @Root() view: ResearchRequestView): Promise<ResearchLease | undefined> {
    const lease = (await runOf(context, view))?.lease;
    return lease && toLeaseView(lease);
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description: "Since when workers may claim it; null where they may not.",
  })
  async queuedAt(@Ctx() context: GraphQLContext, @Root() view: ResearchRequestView): Promise<string | undefined> {
    return (await runOf(context, view))?.queuedAt;
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description: "When workers may claim it, where they may not yet: it was delayed, or waits before another attempt.",
  })
  async availableAt(@Ctx() context: GraphQLContext, @Root() view: ResearchRequestView): Promise<string | undefined> {
    return (await runOf(context, view))?.availableAt;
  }

  @FieldResolver(() => Int, { description: "Version of its stream: pass it as `expectedVersion`." })
  async version(@Ctx() context: GraphQLContext, @Root() view: ResearchRequestView): Promise<number> {
    return versionOf(context, view);
  }

  @FieldResolver(() => String, {
    description: "Where its stream stands: pass it as `after` to `requestProgress` or `requestChanged`.",
  })
  async position(@Ctx() context: GraphQLContext, @Root() view: ResearchRequestView): Promise<string> {
    const stream = { streamId: requestStream(view.requestId), version: await versionOf(context, view) };
    return context.cursors.encodePosition({ kind: "stream", stream });
  }

  @FieldResolver(() => ResearchLogEntryConnection, {
    complexity: pageComplexity,
    description: "What its workers have logged, and what happened to it. A moment behind.",
  })
  async logs(
    @Ctx() context: GraphQLContext,
    @Root() { requestId }: ResearchRequestView,
    @Args(() => ResearchLogsArgs) args: ResearchLogsArgs,
  ): Promise<Connection<ResearchLogEntry>> {
    const order = args.orderBy ?? "OLDEST_FIRST";
    const levels = toChoice(args.levels, "levels", []);
    const list: List = { cursors: context.cursors, scope: `request-logs/${requestId}/${order}` };
    const request = toPageRequest(list, args);
    const page = await context.researchViews.listLogs({ ...request, requestId, levels, order });
    return toConnection(list, page, request, toLogView);
  }
}

@Resolver(() => ResearchResults)
export class ResearchResultsFields {
  @FieldResolver(() => ResearchItemConnection, {
    complexity: (options) => reportComplexity + pageComplexity(options),
    description: "The items of its report, by type of source. The report is read whole, so this costs much in a list.",
  })
  async items(
    @Ctx() { cursors, loaders }: GraphQLContext,
    @Root() { row: { report } }: ResearchResultsView,
    @Args(() => ResearchItemsArgs) args: ResearchItemsArgs,
  ): Promise<Connection<ResearchItem>> {
    const list: List = { cursors, scope: `request-items/${report.objectKey}` };
    const request = toPageRequest(list, args);
    const types = toChoice(args.sourceTypes, "sourceTypes", []);
    const items = (await loaders.reportItems.load(report)).filter(
      ({ sourceType }) => types === undefined || types.includes(sourceType),
    );
    return toConnection(
      list,
      toPageOf(items, request, ({ itemId }) => itemId),
      request,
      toItemView,
    );
  }
}
