/** Queries about incidents, and the edges from them to other things. */
import { Arg, Authorized, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from "type-graphql";
import {
  incidentCategory,
  incidentCountsProjection,
  incidentStatuses,
  latestEntryCount,
} from "../../domain/incidents/index.js";
import type {
  Incident as IncidentRow,
  IncidentRecord as IncidentRecordRow,
  PartKey,
  Past,
  PastIncident,
  TimelineEntry as EntryRow,
  TimelineQuery,
} from "../../domain/incidents/index.js";
import type { Page } from "../../domain/kernel/page.js";
import { NotFoundError, invalid } from "../../domain/kernel/errors.js";
import { parseStreamName } from "../../domain/kernel/streamName.js";
import { ConnectionArgs, pageComplexity } from "../../schema/connection.js";
import type { Connection } from "../../schema/connection.js";
import { AsOfInput } from "../../schema/incidents/history.type.js";
import { IncidentsArgs, TimelineArgs } from "../../schema/incidents/incident.input.js";
import {
  ArchivedIncident,
  ArchivedIncidentConnection,
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
import { waitUntil } from "../positions.js";
import type { List } from "../paging.js";
import { loadPast, pastComplexity, toMoment, toPastView } from "./asOf.js";
import { toFilter } from "./filter.js";
import { lookUpIncidentId, readReference } from "./ids.js";
import { toTimelineEntryView } from "./timelineView.js";
import type { TimelineEntryView } from "./timelineView.js";
import { toArchivedView, toCommentView, toIncidentView } from "./views.js";
import type { ArchivedView, CommentView, IncidentView, Of } from "./views.js";
import { findIncidentId, loadArchived, loadNamed, loadNamedAnywhere, visibleIds } from "./visible.js";
import type { Present } from "./visible.js";

export async function loadIncidentView(context: GraphQLContext, incidentId: string): Promise<IncidentView | undefined> {
  const row = await context.loaders.incident.load(incidentId);
  return row && toIncidentView(context.cursors, row);
}

/** The same, for the argument of a root field. */
export async function loadNamedView(
  context: GraphQLContext,
  field: string,
  incidentId: string | undefined,
): Promise<IncidentView | undefined> {
  if (incidentId === undefined) return undefined;
  const row = await loadNamed(context, field, incidentId);
  return row === undefined ? loadArchivedView(context, field, incidentId) : toIncidentView(context.cursors, row);
}

/** An incident in the archive, from the log. */
async function loadArchivedView(
  context: GraphQLContext,
  field: string,
  incidentId: string,
): Promise<IncidentView | undefined> {
  const past = await loadArchivedPast(context, field, incidentId);
  return past && toPastView(context, past);
}

async function loadArchivedPast(
  context: GraphQLContext,
  field: string,
  incidentId: string,
): Promise<PastIncident | undefined> {
  const archived = await loadArchived(context, field, incidentId);
  return archived && pastOf(context, archived);
}

function pastOf({ history }: GraphQLContext, { incidentId, version }: Present): Promise<PastIncident | undefined> {
  return history.at(incidentId, { kind: "version", version }, "id");
}

/** A comment of an incident wherever that is; `field`: the root field that leads to it. */
export async function loadComment(
  context: GraphQLContext,
  field: string,
  key: PartKey,
): Promise<CommentView | undefined> {
  const row = await context.loaders.comment.load(key);
  if (row !== undefined) return toCommentView(row);
  const past = await loadArchivedPast(context, field, key.incidentId);
  const [told] = (await past?.past.getComments([key])) ?? [];
  return told && toCommentView(told, past?.past);
}

/** The same, of a timeline entry. */
export async function loadEntry(
  context: GraphQLContext,
  field: string,
  key: PartKey,
): Promise<TimelineEntryView | undefined> {
  const row = await context.loaders.entry.load(key);
  if (row !== undefined) return toTimelineEntryView(row);
  const past = await loadArchivedPast(context, field, key.incidentId);
  const [told] = (await past?.past.getEntries([key])) ?? [];
  return told && toTimelineEntryView(told, past?.past);
}

async function requireIncidentView(context: GraphQLContext, incidentId: string): Promise<IncidentView> {
  const view = await loadIncidentView(context, incidentId);
  // What led here was visible, and not in the archive, a moment ago.
  if (view === undefined) throw new NotFoundError("Incident", incidentId);
  return view;
}

@Resolver()
export class IncidentQueries {
  @Authorized("VIEWER")
  @Query(() => Incident, {
    nullable: true,
    complexity: ({ args, childComplexity }) => 1 + childComplexity + (args["asOf"] == null ? 0 : pastComplexity),
    description:
      "One incident, now or as it was, also one in the archive; null where it does not exist, or was not declared then.",
  })
  async incident(
    @Ctx() context: GraphQLContext,
    @Arg("id", () => ID, { description: "Its global id, its `incidentId`, or its reference such as INC-123." })
    id: string,
    @Arg("asOf", () => AsOfInput, {
      nullable: true,
      description:
        "As it was at this moment, with all its parts, also those whose rows have expired since; other incidents that it names are shown as they are now.",
    })
    asOf?: AsOfInput | null,
  ): Promise<IncidentView | undefined> {
    const moment = asOf == null ? undefined : toMoment(asOf, "asOf");
    const number = readReference(id);
    const view =
      number === undefined
        ? await loadNamedView(context, "Query.incident", await lookUpIncidentId(context, id, "id"))
        : await this.incidentByNumber(context, number);
    if (view === undefined || moment === undefined) return view;
    const past = await loadPast(context, view.row, moment);
    return past && toPastView(context, past);
  }

  @Authorized("VIEWER")
  @Query(() => Incident, { nullable: true, description: "The incident with this number; null where there is none." })
  async incidentByNumber(
    @Ctx() context: GraphQLContext,
    @Arg("number", () => Int, { description: "The 123 of INC-123." }) number: number,
  ): Promise<IncidentView | undefined> {
    const incidentId = await context.loaders.incidentIdByNumber.load(number);
    return loadNamedView(context, "Query.incidentByNumber", incidentId);
  }

  @Authorized("VIEWER")
  @Query(() => IncidentConnection, { complexity: pageComplexity, description: "Incidents, filtered and in order." })
  async incidents(
    @Ctx() context: GraphQLContext,
    @Args(() => IncidentsArgs) args: IncidentsArgs,
  ): Promise<Connection<Incident>> {
    const order = args.orderBy ?? "NEWEST_FIRST";
    const list: List = { cursors: context.cursors, scope: `incidents/${order}` };
    const request = toPageRequest(list, args);
    const page = await context.incidentViews.listIncidents({
      ...request,
      filter: { ...toFilter(args.filter), scope: context.caller.projects },
      order,
      atLeast: args.atLeast == null ? undefined : incidentAt(context, args.atLeast),
    });
    for (const { row } of page.rows) context.loaders.incident.prime(row.incidentId, row);
    return toConnection(list, page, request, (row) => toIncidentView(context.cursors, row));
  }

  @Authorized("VIEWER")
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
    @Arg("asOf", () => AsOfInput, { nullable: true, description: "What was kept about it at this moment." })
    asOf?: AsOfInput | null,
  ): Promise<Connection<object>> {
    const moment = asOf == null ? undefined : toMoment(asOf, "asOf");
    const incidentId = await findIncidentId(context, named, "incidentId", "Query.incidentRecords");
    const list: List = { cursors: context.cursors, scope: `records/${incidentId ?? "none"}` };
    const request = toPageRequest(list, args);
    const nothing = () => toConnection<object, object>(list, { rows: [], hasMore: false }, request, (none) => none);
    if (incidentId === undefined || !(await mayListRecords(context, incidentId))) return nothing();
    const listPast = async ({ past }: PastIncident) =>
      toConnection(list, await past.listRecords(incidentId, request), request, (record) =>
        toRecordView(context, record, past),
      );
    if (moment !== undefined) {
      const present = await loadNamedAnywhere(context, "Query.incidentRecords", incidentId);
      const then = present && (await loadPast(context, present, moment));
      return then === undefined ? nothing() : listPast(then);
    }
    const page = await context.incidentViews.listRecords(incidentId, request);
    // It has no rows, or, for a moment, some that are about to go.
    const archived =
      page.rows.length === 0 ? await loadArchived(context, "Query.incidentRecords", incidentId) : undefined;
    const then = archived && (await pastOf(context, archived));
    if (then !== undefined) return listPast(then);
    return toConnection(list, page, request, (record) => toRecordView(context, record));
  }

  @Authorized("VIEWER")
  @Query(() => ArchivedIncidentConnection, {
    complexity: pageComplexity,
    description:
      "Incidents in the archive, those that ended last first. `incident` shows one of them whole, `restoreIncident` brings it back.",
  })
  async archivedIncidents(
    @Ctx() context: GraphQLContext,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Connection<ArchivedIncident>> {
    const list: List = { cursors: context.cursors, scope: "archived-incidents" };
    const request = toPageRequest(list, args);
    const page = await context.incidentViews.listArchived({ ...request, scope: context.caller.projects });
    return toConnection(list, page, request, toArchivedView);
  }

  @Authorized("VIEWER")
  @Query(() => [IncidentCount], { description: "How many incidents are in each status." })
  async incidentCounts(
    @Ctx() context: GraphQLContext,
    @Arg("atLeast", () => String, {
      nullable: true,
      description:
        "Count at least what came before this `position`, of a mutation or message: waits for it, for some seconds at most.",
    })
    atLeast?: string | null,
  ): Promise<IncidentCount[]> {
    await waitUntil(context, incidentCountsProjection.name, atLeast);
    const counts = await context.incidentViews.countByStatus(context.caller.projects);
    return incidentStatuses.map((status) => ({ status, count: counts[status] }));
  }
}

@Resolver(() => Incident)
export class IncidentFields {
  @FieldResolver(() => TimelineConnection, { complexity: pageComplexity, description: "What happened." })
  async timeline(
    @Ctx() context: GraphQLContext,
    @Root() { row, past }: IncidentView,
    @Args(() => TimelineArgs) args: TimelineArgs,
  ): Promise<Connection<TimelineEntry>> {
    const order = args.orderBy ?? "NEWEST_FIRST";
    const list: List = { cursors: context.cursors, scope: `timeline/${row.incidentId}/${order}` };
    const request = toPageRequest(list, args);
    const merged = args.includeMerged === true ? await visibleIds(context, idsOf(row.mergedIncidents)) : [];
    const query: TimelineQuery = {
      ...request,
      incidentIds: [row.incidentId, ...merged],
      order,
      kinds: args.kinds ?? undefined,
      since: args.since ?? undefined,
      actor: args.actor ?? undefined,
      keyMomentsOnly: args.keyMomentsOnly ?? false,
    };
    const page =
      past === undefined
        ? (latestPage(row, query) ?? (await context.incidentViews.listTimeline(query)))
        : await past.listTimeline(query);
    return toConnection(list, page, request, (entry) => toTimelineEntryView(entry, past));
  }

  @FieldResolver(() => CommentConnection, { complexity: pageComplexity, description: "What was said, oldest first." })
  async comments(
    @Ctx() context: GraphQLContext,
    @Root() { row, past }: IncidentView,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Connection<Comment>> {
    const list: List = { cursors: context.cursors, scope: `comments/${row.incidentId}` };
    const request = toPageRequest(list, args);
    return toConnection(
      list,
      await (past ?? context.incidentViews).listComments(row.incidentId, request),
      request,
      (comment) => toCommentView(comment, past),
    );
  }

  @FieldResolver(() => SummaryConnection, { complexity: pageComplexity, description: "Its summaries, newest first." })
  async summaries(
    @Ctx() context: GraphQLContext,
    @Root() { row, past }: IncidentView,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Connection<object>> {
    const list: List = { cursors: context.cursors, scope: `summaries/${row.incidentId}` };
    const request = toPageRequest(list, args);
    return toConnection(
      list,
      await (past ?? context.incidentViews).listSummaries(row.incidentId, request),
      request,
      (summary) => summary,
    );
  }

  @FieldResolver(() => Incident, {
    nullable: true,
    description: "The incident that it was merged into; null unless MERGED, and where that one is in the archive.",
  })
  async mergedInto(@Ctx() context: GraphQLContext, @Root() { row }: IncidentView): Promise<IncidentView | undefined> {
    return row.mergedInto && loadIncidentView(context, row.mergedInto.incidentId);
  }

  @FieldResolver(() => [Incident], {
    description: "The incidents that were merged into it, without those that are in the archive.",
  })
  async mergedIncidents(@Ctx() context: GraphQLContext, @Root() { row }: IncidentView): Promise<IncidentView[]> {
    const views = await Promise.all(row.mergedIncidents.map(({ incidentId }) => loadIncidentView(context, incidentId)));
    return views.filter((view) => view !== undefined);
  }
}

@Resolver(() => Postmortem)
export class PostmortemFields {
  @FieldResolver(() => String, { nullable: true, description: "Its content; null where the object store has lost it." })
  async content(
    @Ctx() context: GraphQLContext,
    @Root() { row, past }: Of<Postmortem, IncidentRow>,
  ): Promise<string | undefined> {
    return context.incidents.postmortemContent(row, past);
  }
}

@Resolver(() => ArchivedIncident)
export class ArchivedIncidentFields {
  @Authorized("OPERATOR")
  @FieldResolver(() => String, {
    nullable: true,
    description: "The key of its archive in the object store. Only for operators: null, with an error, for others.",
  })
  objectKey(@Root() { row }: ArchivedView): string {
    return row.objectKey;
  }
}

@Resolver(() => IncidentLink)
export class IncidentLinkFields {
  @FieldResolver(() => Incident, {
    nullable: true,
    description: "The linked incident; null where the link points elsewhere, or that one is in the archive.",
  })
  async incident(@Ctx() context: GraphQLContext, @Root() link: IncidentLink): Promise<IncidentView | undefined> {
    return link.kind === "INCIDENT" ? loadIncidentView(context, link.target) : undefined;
  }
}

@Resolver(() => Comment)
export class CommentFields {
  @FieldResolver(() => Incident, { description: "The incident that it is about." })
  async incident(@Ctx() context: GraphQLContext, @Root() { row, past }: CommentView): Promise<IncidentView> {
    return (await pastViewOf(context, past, row.incidentId)) ?? requireIncidentView(context, row.incidentId);
  }
}

@Resolver(() => TimelineEntry)
export class TimelineEntryFields {
  @FieldResolver(() => Incident, {
    nullable: true,
    description:
      "The incident that it happened in, as it is now, or as it was where the entry is of the past; null where it has left your projects since, or gone to the archive.",
  })
  async incident(
    @Ctx() context: GraphQLContext,
    @Root() { row, past }: TimelineEntryView,
  ): Promise<IncidentView | undefined> {
    return (await pastViewOf(context, past, row.incidentId)) ?? loadIncidentView(context, row.incidentId);
  }
}

@Resolver(() => CommentEntry)
export class CommentEntryFields {
  @FieldResolver(() => Comment, {
    nullable: true,
    description: "The comment as it is now, or was then where the entry is of the past; null once its row has expired.",
  })
  async comment(
    @Ctx() context: GraphQLContext,
    @Root() { row, past }: Of<CommentEntry, EntryRow>,
  ): Promise<CommentView | undefined> {
    return loadCommentOf(context, row, past);
  }
}

/** The incident of a position that a list must show. */
function incidentAt({ cursors }: GraphQLContext, atLeast: string): string {
  const position = cursors.decodePosition(atLeast, "atLeast");
  const { category, id } = parseStreamName(position.kind === "stream" ? position.stream.streamId : "");
  if (category !== incidentCategory) throw invalid("atLeast", "must be the position of a mutation, or of an incident");
  return id;
}

/** Costs nothing for a caller who may see all. */
async function mayListRecords(context: GraphQLContext, incidentId: string): Promise<boolean> {
  if (context.caller.projects === "all") return true;
  return (await loadNamedAnywhere(context, "Query.incidentRecords", incidentId)) !== undefined;
}

const idsOf = (refs: IncidentRow["mergedIncidents"]) => refs.map(({ incidentId }) => incidentId);

/** The incident of a part that is shown as it was. */
async function pastViewOf(
  { cursors }: GraphQLContext,
  past: Past | undefined,
  incidentId: string,
): Promise<IncidentView | undefined> {
  const incident = await past?.getIncident(incidentId);
  return incident && toIncidentView(cursors, incident, past);
}

function toRecordView({ cursors }: GraphQLContext, record: IncidentRecordRow, past?: Past): object {
  switch (record.kind) {
    case "incident":
      return toIncidentView(cursors, record.row, past);
    case "entry":
      return toTimelineEntryView(record.row, past);
    case "comment":
      return toCommentView(record.row, past);
    case "participant":
      return { __typename: "Participant", ...record.row };
    case "summary":
      return { __typename: "Summary", ...record.row };
  }
}

/** The comment that an entry is about. */
async function loadCommentOf(context: GraphQLContext, row: EntryRow, past?: Past): Promise<CommentView | undefined> {
  const key = commentKeyOf(row);
  if (key === undefined) return undefined;
  const comment = past === undefined ? await context.loaders.comment.load(key) : (await past.getComments([key]))[0];
  return comment && toCommentView(comment, past);
}

function commentKeyOf({ incidentId, event, recordedAt }: EntryRow): PartKey | undefined {
  const ref =
    event.type === "IncidentCommentAdded"
      ? { id: event.data.commentId, at: recordedAt }
      : event.type === "IncidentCommentEdited" || event.type === "IncidentCommentDeleted"
        ? event.data.comment
        : undefined;
  return ref && { incidentId, ...ref };
}

/** The same, also where the incident is in the archive; `field`: the root field that leads to it. */
export async function loadCommentAnywhere(
  context: GraphQLContext,
  field: string,
  row: EntryRow,
): Promise<CommentView | undefined> {
  const key = commentKeyOf(row);
  return key && loadComment(context, field, key);
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
