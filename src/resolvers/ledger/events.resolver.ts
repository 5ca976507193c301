/** The feed as the API shows it: every event of every stream, page by page and live, with one kind of cursor for both. */
import { Arg, Args, Authorized, Ctx, Query, Resolver, Root, Subscription } from "type-graphql";
import { beginningOf } from "../../domain/kernel/feed.js";
import type { FeedPosition, LiveEntry } from "../../domain/kernel/feed.js";
import { invalid } from "../../domain/kernel/errors.js";
import { defaultPageSize, maximumPageSize, pageComplexity } from "../../schema/connection.js";
import type { Connection } from "../../schema/connection.js";
import { EventConnection, EventFilter, EventMessage, EventsArgs } from "../../schema/ledger/event.type.js";
import type { RecordedEvent } from "../../schema/ledger/event.type.js";
import type { GraphQLContext } from "../context.js";
import { feedPositionAfter } from "../positions.js";
import { toEventSelection } from "./eventFilter.js";
import { readEventPage } from "./eventPage.js";
import { toRecordedEventView } from "./recordedEventView.js";

interface FollowArgs {
  readonly filter?: EventFilter | null;
  readonly after?: string | null;
}

@Resolver()
export class EventQueries {
  @Authorized("OPERATOR")
  @Query(() => EventConnection, {
    complexity: pageComplexity,
    description:
      "The events of the ledger, oldest first: every event once, in order for each stream. `after` takes any `position` or cursor of an event, also of the subscription; an `endCursor` stays good for what is recorded later.",
  })
  async events(
    @Ctx() context: GraphQLContext,
    @Args(() => EventsArgs) { filter, first, after }: EventsArgs,
  ): Promise<Connection<RecordedEvent>> {
    const { cursors, feed } = context;
    const size = first ?? defaultPageSize;
    if (size < 1 || size > maximumPageSize) throw invalid("first", `must be 1 to ${maximumPageSize}`);
    const selection = toEventSelection(filter, feed.logs);
    const from: FeedPosition = after == null ? beginningOf(feed.logs) : await feedPositionAfter(context, after);
    const page = await readEventPage(feed, { ...selection, first: size, after: from });
    const encode = (position: FeedPosition) => cursors.encodePosition({ kind: "feed", feed: position });
    const edges = page.rows.map((row) => ({
      node: toRecordedEventView(cursors, row.entry.event),
      cursor: encode(row.after),
    }));
    return {
      edges,
      nodes: edges.map(({ node }) => node),
      pageInfo: {
        hasNextPage: page.hasMore,
        hasPreviousPage: after != null,
        startCursor: edges[0]?.cursor,
        // Also of an empty page: it is where a reader stands that comes back later, or follows from here.
        endCursor: encode(page.end),
      },
    };
  }
}

@Resolver()
export class EventSubscriptions {
  @Authorized("OPERATOR")
  @Subscription(() => EventMessage, {
    description:
      "Follows the ledger: every event of every stream that the filter selects, each once, in order for each stream.",
    subscribe: ({ args, context }: { readonly args: FollowArgs; readonly context: GraphQLContext }) =>
      followEvents(context, args),
  })
  events(
    @Ctx() { cursors }: GraphQLContext,
    @Root() live: LiveEntry,
    @Arg("filter", () => EventFilter, { nullable: true, description: "Which events; all where not given." })
    _filter?: EventFilter,
    @Arg("after", () => String, {
      nullable: true,
      description:
        "First everything behind this `position`, of any mutation, message or event, or behind this cursor of the query `events`; without it, only what comes from now on.",
    })
    _after?: string,
  ): EventMessage {
    return {
      event: toRecordedEventView(cursors, live.event),
      position: cursors.encodePosition({ kind: "feed", feed: live.after }),
    };
  }
}

async function followEvents(
  context: GraphQLContext,
  { filter, after }: FollowArgs,
): Promise<AsyncIterableIterator<LiveEntry>> {
  const { matches } = toEventSelection(filter, context.feed.logs);
  return context.live.follow({
    after: after == null ? undefined : await feedPositionAfter(context, after),
    matches: matches ?? (() => true),
    signal: new AbortController().signal,
  });
}
