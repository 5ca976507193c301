/** Queries about incidents, and the edges from them to other things. */
import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from "type-graphql";
import { incidentStatuses, latestEntryCount } from "../../domain/incidents/index.js";
import type {
  Incident as IncidentRow,
  IncidentRecord as IncidentRecordRow,
  Page,
  TimelineEntry as EntryRow,
  TimelineQuery,
} from "../../domain/incidents/index.js";
import { ConnectionArgs, pageComplexity } from "../../schema/connection.js";
import type { Connection } from "../../schema/connection.js";
import { IncidentsArgs, TimelineArgs } from "../../schema/incidents/incident.input.js";
import {
  Comment,
  CommentConnection,
  Incident,
  IncidentConnection,
  IncidentCount,
  IncidentLink,
  Postmortem,
  SummaryConnection,
} from "../../schema/incidents/incident.type.js";
import {
  CommentEntry,
  IncidentRecordConnection,
  TimelineConnection,
  TimelineEntry,
} from "../../schema/incidents/timeline.type.js";
import type { GraphQLContext } from "../context.js";
import { toConnection, toPageRequest } from "../paging.js";
import type { List } from "../paging.js";
import { toFilter } from "./filter.js";
import { readReference, requireIncidentId } from "./ids.js";
import { toTimelineEntryView } from "./timelineView.js";
import type { TimelineEntryView } from "./timelineView.js";
import { toCommentView, toIncidentView } from "./views.js";
import type { CommentView, IncidentView, Of } from "./views.js";

export async function loadIncidentView(context: GraphQLContext, incidentId: string): Promise<IncidentView | undefined> {
  const row = await context.loaders.incident.load(incidentId);
  return row && toIncidentView(context.cursors, row);
}

async function requireIncidentView(context: GraphQLContext, incidentId: string): Promise<IncidentView> {
  const view = await loadIncidentView(context, incidentId);
  if (view === undefined) throw new Error(`incident ${incidentId} has entries but no row`);
  return view;
}

@Resolver()
export class IncidentQueries {
  @Query(() => Incident, { nullable: true, description: "One incident; null where it does not exist." })
  async incident(
    @Ctx() context: GraphQLContext,
    @Arg("id", () => ID, { description: "Its global id, its `incidentId`, or its reference such as INC-123." })
    id: string,
  ): Promise<IncidentView | undefined> {
    const number = readReference(id);
    if (number !== undefined) return this.incidentByNumber(context, number);
    return loadIncidentView(context, await requireIncidentId(context, id, "id"));
  }

  @Query(() => Incident, { nullable: true, description: "The incident with this number; null where there is none." })
  async incidentByNumber(
    @Ctx() context: GraphQLContext,
    @Arg("number", () => Int, { description: "The 123 of INC-123." }) number: number,
  ): Promise<IncidentView | undefined> {
    const incidentId = await context.loaders.incidentIdByNumber.load(number);
    return incidentId === undefined ? undefined : loadIncidentView(context, incidentId);
  }

  @Query(() => IncidentConnection, { complexity: pageComplexity, description: "Incidents, filtered and in order." })
  async incidents(
    @Ctx() context: GraphQLContext,
    @Args(() => IncidentsArgs) args: IncidentsArgs,
  ): Promise<Connection<Incident>> {
    const order = args.orderBy ?? "NEWEST_FIRST";
    const list: List = { cursors: context.cursors, scope: `incidents/${order}` };
    const request = toPageRequest(list, args);
    const page = await context.incidentViews.listIncidents({ ...request, filter: toFilter(args.filter), order });
    for (const { row } of page.rows) context.loaders.incident.prime(row.incidentId, row);
    return toConnection(list, page, request, (row) => toIncidentView(context.cursors, row));
  }

  @Query(() => IncidentRecordConnection, {
    complexity: pageComplexity,
    description:
      "Everything that is kept about one incident, page by page: comments, timeline entries, the incident, summaries, participants. Empty where it does not exist.",
  })
  async incidentRecords(
    @Ctx() context: GraphQLContext,
    @Arg("incidentId", () => ID, { description: "Its global id, its `incidentId`, or its reference such as INC-123." })
    named: string,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Connection<object>> {
    const incidentId = await requireIncidentId(context, named, "incidentId");
    const list: List = { cursors: context.cursors, scope: `records/${incidentId}` };
    const request = toPageRequest(list, args);
    const page = await context.incidentViews.listRecords(incidentId, request);
    return toConnection(list, page, request, (record) => toRecordView(context, record));
  }

  @Query(() => [IncidentCount], { description: "How many incidents are in each status." })
  async incidentCounts(@Ctx() context: GraphQLContext): Promise<IncidentCount[]> {
    const counts = await context.incidentViews.countByStatus();
    return incidentStatuses.map((status) => ({ status, count: counts[status] }));
  }
}

@Resolver(() => Incident)
export class IncidentFields {
  @FieldResolver(() => TimelineConnection, { complexity: pageComplexity, description: "What happened." })
  async timeline(
    @Ctx() context: GraphQLContext,
    @Root() { row }: IncidentView,
    @Args(() => TimelineArgs) args: TimelineArgs,
  ): Promise<Connection<TimelineEntry>> {
    const order = args.orderBy ?? "NEWEST_FIRST";
    const list: List = { cursors: context.cursors, scope: `timeline/${row.incidentId}/${order}` };
    const request = toPageRequest(list, args);
    const merged = args.includeMerged === true ? row.mergedIncidents.map(({ incidentId }) => incidentId) : [];
    const query: TimelineQuery = {
      ...request,
      incidentIds: [row.incidentId, ...merged],
      order,
      kinds: args.kinds ?? undefined,
      since: args.since ?? undefined,
      actor: args.actor ?? undefined,
      keyMomentsOnly: args.keyMomentsOnly ?? false,
    };
    const page = latestPage(row, query) ?? (await context.incidentViews.listTimeline(query));
    return toConnection(list, page, request, toTimelineEntryView);
  }

  @FieldResolver(() => CommentConnection, { complexity: pageComplexity, description: "What was said, oldest first." })
  async comments(
    @Ctx() context: GraphQLContext,
    @Root() { row }: IncidentView,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Connection<Comment>> {
    const list: List = { cursors: context.cursors, scope: `comments/${row.incidentId}` };
    const request = toPageRequest(list, args);
    return toConnection(
      list,
      await context.incidentViews.listComments(row.incidentId, request),
      request,
      toCommentView,
    );
  }

  @FieldResolver(() => SummaryConnection, { complexity: pageComplexity, description: "Its summaries, newest first." })
  async summaries(
    @Ctx() context: GraphQLContext,
    @Root() { row }: IncidentView,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Connection<object>> {
    const list: List = { cursors: context.cursors, scope: `summaries/${row.incidentId}` };
    const request = toPageRequest(list, args);
    return toConnection(
      list,
      await context.incidentViews.listSummaries(row.incidentId, request),
      request,
      (summary) => summary,
    );
  }

  @FieldResolver(() => Incident, {
    nullable: true,
    description: "The incident that it was merged into; null unless MERGED.",
  })
  async mergedInto(@Ctx() context: GraphQLContext, @Root() { row }: IncidentView): Promise<IncidentView | undefined> {
    return row.mergedInto && loadIncidentView(context, row.mergedInto.incidentId);
  }

  @FieldResolver(() => [Incident], { description: "The incidents that were merged into it." })
  async mergedIncidents(@Ctx() context: GraphQLContext, @Root() { row }: IncidentView): Promise<IncidentView[]> {
    return Promise.all(row.mergedIncidents.map(({ incidentId }) => requireIncidentView(context, incidentId)));
  }
}

@Resolver(() => Postmortem)
export class PostmortemFields {
  @FieldResolver(() => String, { nullable: true, description: "Its content; null where the object store has lost it." })
  async content(
    @Ctx() context: GraphQLContext,
    @Root() { row }: Postmortem & { readonly row: IncidentRow },
  ): Promise<string | undefined> {
    return context.incidents.postmortemContent(row);
  }
}

@Resolver(() => IncidentLink)
export class IncidentLinkFields {
  @FieldResolver(() => Incident, {
    nullable: true,
    description: "The linked incident; null where the link points elsewhere.",
  })
  async incident(@Ctx() context: GraphQLContext, @Root() link: IncidentLink): Promise<IncidentView | undefined> {
    return link.kind === "INCIDENT" ? loadIncidentView(context, link.target) : undefined;
  }
}

@Resolver(() => Comment)
export class CommentFields {
  @FieldResolver(() => Incident, { description: "The incident that it is about." })
  async incident(@Ctx() context: GraphQLContext, @Root() { row }: CommentView): Promise<IncidentView> {
    return requireIncidentView(context, row.incidentId);
  }
}

@Resolver(() => TimelineEntry)
export class TimelineEntryFields {
  @FieldResolver(() => Incident, { description: "The incident that it happened in, as it is now." })
  async incident(@Ctx() context: GraphQLContext, @Root() { row }: TimelineEntryView): Promise<IncidentView> {
    return requireIncidentView(context, row.incidentId);
  }
}

@Resolver(() => CommentEntry)
export class CommentEntryFields {
  @FieldResolver(() => Comment, {
    nullable: true,
    description: "The comment as it is now; null once its row has expired.",
  })
  async comment(
    @Ctx() context: GraphQLContext,
    @Root() { row }: Of<CommentEntry, EntryRow>,
  ): Promise<CommentView | undefined> {
    return loadCommentOf(context, row);
  }
}

function toRecordView({ cursors }: GraphQLContext, record: IncidentRecordRow): object {
  switch (record.kind) {
    case "incident":
      return toIncidentView(cursors, record.row);
    case "entry":
      return toTimelineEntryView(record.row);
    case "comment":
      return toCommentView(record.row);
    case "participant":
      return { __typename: "Participant", ...record.row };
    case "summary":
      return { __typename: "Summary", ...record.row };
  }
}

/** The comment that an entry is about. */
export async function loadCommentOf(context: GraphQLContext, row: EntryRow): Promise<CommentView | undefined> {
  const { incidentId, event, recordedAt } = row;
  const ref =
    event.type === "IncidentCommentAdded"
      ? { id: event.data.commentId, at: recordedAt }
      : event.type === "IncidentCommentEdited" || event.type === "IncidentCommentDeleted"
        ? event.data.comment
        : undefined;
  const comment = ref && (await context.loaders.comment.load({ incidentId, ...ref }));
  return comment && toCommentView(comment);
}

/** The first entries of an unfiltered timeline are kept with the incident; a board of 50 incidents reads no more. */
function latestPage(row: IncidentRow, query: TimelineQuery): Page<EntryRow> | undefined {
  const { first, after, order, kinds, since, actor, keyMomentsOnly, incidentIds } = query;
  const filtered = [after, kinds, since, actor].some((value) => value !== undefined) || keyMomentsOnly === true;
  const enough = first <= latestEntryCount || row.entryCount <= latestEntryCount;
  // Kept entries may have expired; only a read can tell, and only once an incident has ended.
  const mayExpire = row.milestones.endedAt !== undefined;
  if (filtered || incidentIds.length > 1 || mayExpire || order !== "NEWEST_FIRST" || !enough) return undefined;
  const rows = row.latestEntries
    .slice(0, first)
    .map((entry) => ({ row: entry, cursor: `EVENT#${entry.occurredAt}#${entry.entryId}` }));
  return { rows, hasMore: row.entryCount > rows.length };
}
