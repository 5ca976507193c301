/** `incidentHistory`: what changed between two moments of an incident. */
import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { compareIncidents } from "../../domain/incidents/index.js";
import type { FieldChange as FieldChangeRow, IncidentSpan } from "../../domain/incidents/index.js";
import type { Page, PageRequest } from "../../domain/kernel/page.js";
import { ConnectionArgs, pageComplexity } from "../../schema/connection.js";
import type { Connection } from "../../schema/connection.js";
import { AsOfInput, FieldChangeConnection, IncidentHistory } from "../../schema/incidents/history.type.js";
import type { FieldChange } from "../../schema/incidents/history.type.js";
import { TimelineConnection } from "../../schema/incidents/timeline.type.js";
import type { TimelineEntry } from "../../schema/incidents/timeline.type.js";
import type { GraphQLContext } from "../context.js";
import { toConnection, toPageRequest } from "../paging.js";
import type { List } from "../paging.js";
import { pastComplexity, requireReached, toMoment, toPastView } from "./asOf.js";
import { toTimelineEntryView } from "./timelineView.js";
import { findIncidentId, loadNamedAnywhere } from "./visible.js";

/** A history with what its edges are computed from. */
type HistoryView = IncidentHistory & { readonly __typename: string; readonly span: IncidentSpan };

@Resolver()
export class HistoryQueries {
  @Authorized("VIEWER")
  @Query(() => IncidentHistory, {
    nullable: true,
    complexity: ({ childComplexity }) => 2 * pastComplexity + childComplexity,
    description:
      "What changed in an incident between two moments; null where it does not exist, or was not declared at the second one.",
  })
  async incidentHistory(
    @Ctx() context: GraphQLContext,
    @Arg("id", () => ID, { description: "Its global id, its `incidentId`, or its reference such as INC-123." })
    id: string,
    @Arg("from", () => AsOfInput, {
      nullable: true,
      description: "The first moment; before the declaration where not given.",
    })
    from?: AsOfInput | null,
    @Arg("to", () => AsOfInput, { nullable: true, description: "The second moment; now where not given." })
    to?: AsOfInput | null,
  ): Promise<HistoryView | undefined> {
    const first = toMoment(from ?? { version: 0 }, "from");
    const second = to == null ? undefined : toMoment(to, "to");
    const incidentId = await findIncidentId(context, id, "id", "Query.incidentHistory");
    const row =
      incidentId === undefined ? undefined : await loadNamedAnywhere(context, "Query.incidentHistory", incidentId);
    if (incidentId === undefined || row === undefined) return undefined;
    const { version } = row;
    requireReached(first, version, "from");
    if (second !== undefined) requireReached(second, version, "to");
    const span = await context.history.between(incidentId, first, second ?? { kind: "version", version });
    return span && toHistoryView(context, span);
  }
}

@Resolver(() => IncidentHistory)
export class HistoryFields {
  @FieldResolver(() => TimelineConnection, {
    complexity: pageComplexity,
    description: "What happened between the two moments, in the order in which it was recorded.",
  })
  async entries(
    @Ctx() { cursors }: GraphQLContext,
    @Root() view: HistoryView,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Connection<TimelineEntry>> {
    const { after, events } = view.span;
    const list = listOf(cursors, "entries", view);
    const request = toPageRequest(list, args);
    const rows = events.flatMap(({ eventId }) => after.folded.entries.get(eventId) ?? []);
    return toConnection(list, toPage(rows, request), request, (row) => toTimelineEntryView(row, after.past));
  }

  @FieldResolver(() => FieldChangeConnection, {
    complexity: pageComplexity,
    description:
      "The fields that differ, in the order of the incident's fields. What every event changes (version, times, entries) is left out; an element of a list that came or went is one change.",
  })
  async changes(
    @Ctx() { cursors }: GraphQLContext,
    @Root() view: HistoryView,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Connection<FieldChange>> {
    const { before, after } = view.span;
    const list = listOf(cursors, "changes", view);
    const request = toPageRequest(list, args);
    return toConnection(list, toPage(compareIncidents(before?.folded, after.folded), request), request, toChangeView);
  }
}

function toHistoryView(context: GraphQLContext, span: IncidentSpan): HistoryView {
  const { before, after } = span;
  return {
    __typename: "IncidentHistory",
    span,
    ...(before === undefined ? {} : { before: toPastView(context, before) }),
    after: toPastView(context, after),
    fromVersion: before?.incident.version ?? 0,
    toVersion: after.incident.version,
  };
}

/** A list between two versions: its cursors fit no other span. */
function listOf(cursors: List["cursors"], name: string, { after, fromVersion, toVersion }: HistoryView): List {
  return { cursors, scope: `history/${name}/${after.incidentId}/${fromVersion}/${toVersion}` };
}

/** The past does not change, so a place in a list is its index. */
function toPage<Row>(rows: readonly Row[], { first, after }: PageRequest): Page<Row> {
  const start = after === undefined ? 0 : Number(after) + 1;
  const page = rows.slice(start, start + first).map((row, index) => ({ row, cursor: String(start + index) }));
  return { rows: page, hasMore: rows.length > start + first };
}

function toChangeView({ path, before, after }: FieldChangeRow): FieldChange {
  return { path: [...path], before, after };
}
