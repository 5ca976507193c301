/** Live incidents: what was missed since a cursor, then what happens, without a gap or a duplicate. */
import { Arg, Authorized, Ctx, ID, Resolver, Root, Subscription } from "type-graphql";
import type { IncidentEvent } from "../../domain/incidents/index.js";
import {
  incidentCategory,
  incidentEventSchemas,
  incidentTag,
  isVisible,
  toTimelineEntry,
} from "../../domain/incidents/index.js";
import { NotFoundError, invalid } from "../../domain/kernel/errors.js";
import type { Recorded } from "../../domain/kernel/event.js";
import { ofCategory } from "../../domain/kernel/feed.js";
import type { LiveEntry } from "../../domain/kernel/feed.js";
import type { Scope } from "../../domain/kernel/scope.js";
import { parseStreamName, toStreamName } from "../../domain/kernel/streamName.js";
import { IncidentChangeFilter } from "../../schema/incidents/incident.input.js";
import { IncidentChange, TimelineMessage } from "../../schema/incidents/timeline.type.js";
import type { GraphQLContext } from "../context.js";
import { toList } from "../filters.js";
import { followTagged, matchesTags } from "../follow.js";
import type { Followed } from "../follow.js";
import { toFilter } from "./filter.js";
import { lookUpIncidentId } from "./ids.js";
import { toTimelineEntryView } from "./timelineView.js";
import { loadNamedAnywhere, requireIncidentId } from "./visible.js";
import type { Present } from "./visible.js";

interface TimelineArgs {
  readonly incidentId: string;
  readonly after?: string | null;
}

interface ChangedArgs {
  readonly filter?: IncidentChangeFilter | null;
  readonly after?: string | null;
}

/** What TypeGraphQL hands to `subscribe`: the arguments as they came, already of the types that the schema states. */
interface SubscribeData<Args> {
  readonly args: Args;
  readonly context: GraphQLContext;
}

@Resolver()
export class IncidentSubscriptions {
  @Authorized("VIEWER")
  @Subscription(() => TimelineMessage, {
    description: "Follows one incident: every entry of its timeline once, in the order of its events.",
    subscribe: ({ args, context }: SubscribeData<TimelineArgs>) => followTimeline(context, args),
  })
  incidentTimeline(
    @Ctx() context: GraphQLContext,
    @Root() recorded: Recorded<IncidentEvent>,
    @Arg("incidentId", () => ID, { description: "Its global id, its `incidentId`, or its reference such as INC-123." })
    _incidentId: string,
    @Arg("after", () => String, {
      nullable: true,
      description: "First everything behind this `position` of the incident; without it, only what comes from now on.",
    })
    _after?: string,
  ): TimelineMessage {
    const { streamId, version } = recorded;
    return {
      entry: toTimelineEntryView(toTimelineEntry(parseStreamName(streamId).id, recorded)),
      position: context.cursors.encodePosition({ kind: "stream", stream: { streamId, version } }),
    };
  }

  @Authorized("VIEWER")
  @Subscription(() => IncidentChange, {
    description:
      "Follows many incidents: every event of each incident that matches the filter before or behind the event; in order for each incident.",
    subscribe: ({ args, context }: SubscribeData<ChangedArgs>) => followChanges(context, args),
  })
  async incidentChanged(
    @Ctx() context: GraphQLContext,
    @Root() live: LiveEntry,
    @Arg("filter", () => IncidentChangeFilter, { nullable: true, description: "Which incidents; all where not given." })
    filter?: IncidentChangeFilter,
    @Arg("after", () => String, {
      nullable: true,
      description:
        "First everything behind this `position`, of any mutation or message; without it, only what comes from now on.",
    })
    _after?: string,
  ): Promise<IncidentChange> {
    const { groups } = await toSelection(context, filter);
    const recorded = ofCategory(live, incidentCategory, incidentEventSchemas);
    if (recorded === undefined) throw new Error("incidents are followed by their events");
    return {
      entry: toTimelineEntryView(toTimelineEntry(parseStreamName(recorded.streamId).id, recorded)),
      // The archive is on no board, whatever the filter.
      matches: recorded.type !== "IncidentArchived" && matchesTags(live.tags.after, groups),
      position: context.cursors.encodePosition({ kind: "feed", feed: live.after }),
    };
  }
}

// #region follow
async function followTimeline(
  context: GraphQLContext,
  { incidentId: named, after }: TimelineArgs,
): Promise<AsyncIterableIterator<Recorded>> {
  const incidentId = await lookUpIncidentId(context, named, "incidentId");
  const incident = incidentId && (await loadNamedAnywhere(context, "Subscription.incidentTimeline", incidentId));
  if (incidentId === undefined || !incident) throw new NotFoundError("Incident", named, ["incidentId"]);
  const streamId = toStreamName(incidentCategory, incidentId);
  const events = context.live.followStream({
    streamId,
    afterVersion: after == null ? incident.version : versionAfter(context, streamId, incident.version, after),
    signal: new AbortController().signal,
  });
  return whileVisible(events, incident, context.caller.projects, named);
}
// #endregion

/** The version that a cursor of this incident stands for. */
function versionAfter({ cursors }: GraphQLContext, streamId: string, head: number, after: string): number {
  const position = cursors.decodePosition(after, "after");
  if (position.kind !== "stream" || position.stream.streamId !== streamId || position.stream.version > head) {
    throw invalid("after", "is not a position of this incident");
  }
  return position.stream.version;
}

/**
 * Events of an incident for as long as it is in the scope. One that takes it out of the scope is not told any more: the
 * stream ends with a NotFoundError, as a new one would begin. What was before the subscription began is all told: the
 * timeline of a visible incident is visible.
 */
function whileVisible(
  events: AsyncIterableIterator<Recorded>,
  { services: atStart, version: start }: Present,
  scope: Scope,
  named: string,
): AsyncIterableIterator<Recorded> {
  if (scope === "all") return events;
  let services = atStart;
  const visible: AsyncIterableIterator<Recorded> = {
    next: async () => {
      const step = await events.next();
      if (step.done === true || step.value.version <= start) return step;
      // Only incident events are on an incident's stream.
      services = servicesAfter(services, step.value as Recorded<IncidentEvent>);
      if (isVisible({ services }, scope)) return step;
      await events.return?.();
      throw new NotFoundError("Incident", named, ["incidentId"]);
    },
    return: async (value: unknown) => events.return?.(value) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]: () => visible,
  };
  return visible;
}

function servicesAfter(services: readonly string[], event: IncidentEvent): readonly string[] {
  switch (event.type) {
    case "IncidentServiceAdded":
      return [...services, event.data.service];
    case "IncidentServiceRemoved":
      return services.filter((service) => service !== event.data.service);
    default:
      return services;
  }
}

async function followChanges(
  context: GraphQLContext,
  { filter, after }: ChangedArgs,
): Promise<AsyncIterableIterator<LiveEntry>> {
  // Here only: one that leaves the caller's projects later is told of once more.
  for (const text of filter?.incidentIds ?? []) {
    await requireIncidentId(context, text, "filter.incidentIds", "Subscription.incidentChanged");
  }
  return followTagged(context, { ...(await toSelection(context, filter)), after });
}

async function toSelection(
  context: GraphQLContext,
  filter: IncidentChangeFilter | null | undefined,
): Promise<Followed> {
  const named = toList(filter?.incidentIds, "incidentIds") ?? [];
  const { statuses, severities, service, participant, labels } = toFilter(filter);
  const incidentIds = await Promise.all(named.map((text) => lookUpIncidentId(context, text, "filter.incidentIds")));
  const missing = incidentIds.indexOf(undefined);
  if (missing >= 0) throw new NotFoundError("Incident", named[missing] ?? "", ["filter.incidentIds"]);
  const streamIds = new Set(incidentIds.map((incidentId) => toStreamName(incidentCategory, incidentId ?? "")));
  const groups = [
    statuses?.map(incidentTag.status) ?? [],
    severities?.map(incidentTag.severity) ?? [],
    service === undefined ? [] : [incidentTag.service(service)],
    participant === undefined ? [] : [incidentTag.participant(participant)],
    ...(labels ?? []).map(({ key, value }) => [incidentTag.label(key, value)]),
  ].filter((group) => group.length > 0);
  const { projects } = context.caller;
  if (projects !== "all") groups.push(projects.map(incidentTag.service));
  return { category: incidentCategory, groups, streamIds: streamIds.size === 0 ? undefined : streamIds };
}
