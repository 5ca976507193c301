/** Live integration sessions: what was missed since a cursor, then what happens, without a gap or a duplicate. */
import { Arg, Authorized, Ctx, FieldResolver, Resolver, Root, Subscription } from "type-graphql";
import { integrationTag, sessionCategory, sessionEventSchemas } from "../../domain/integrations/index.js";
import { NotFoundError } from "../../domain/kernel/errors.js";
import { ofCategory } from "../../domain/kernel/feed.js";
import type { LiveEntry } from "../../domain/kernel/feed.js";
import { parseStreamName } from "../../domain/kernel/streamName.js";
import { sessionChanges } from "../../schema/integrations/enums.js";
import { IntegrationChangeFilter } from "../../schema/integrations/session.input.js";
import { IntegrationSession, IntegrationSessionMessage } from "../../schema/integrations/session.type.js";
import type { GraphQLContext } from "../context.js";
import { toChoice } from "../filters.js";
import { afterArgument, followTagged, matchesTags } from "../follow.js";
import type { TagGroups } from "../follow.js";
import { requireServiceType, requireUserId } from "./ids.js";
import { loadSessionView } from "./session.resolver.js";
import type { SessionView } from "./views.js";
import { runsSystem, seesUser } from "./visible.js";

/** What TypeGraphQL hands to `subscribe`: the arguments as they came, already of the types that the schema states. */
interface SubscribeData {
  readonly args: { readonly filter?: IntegrationChangeFilter | null; readonly after?: string | null };
  readonly context: GraphQLContext;
}

@Resolver()
export class IntegrationSubscriptions {
  @Authorized("VIEWER")
  @Subscription(() => IntegrationSessionMessage, {
    description:
      "Follows integration sessions: everything that happens to those that match the filter before or behind it; in order for each. Polls that have nothing to say send nothing.",
    subscribe: ({ args, context }: SubscribeData) => followSessions(context, args),
  })
  integrationSessionChanged(
    @Ctx() context: GraphQLContext,
    @Root() live: LiveEntry,
    @Arg("filter", () => IntegrationChangeFilter, {
      nullable: true,
      description: "Which sessions; all that you may see where not given.",
    })
    filter?: IntegrationChangeFilter | null,
    @Arg("after", () => String, afterArgument) _after?: string,
  ): IntegrationSessionMessage {
    const event = ofCategory(live, sessionCategory, sessionEventSchemas);
    if (event === undefined) throw new Error("sessions are followed by their events");
    return {
      sessionId: parseStreamName(event.streamId).id,
      change: sessionChanges[event.type],
      recordedAt: event.recordedAt,
      matches: matchesTags(live.tags.after, toGroups(context, filter)),
      position: context.cursors.encodePosition({ kind: "feed", feed: live.after }),
    };
  }
}

async function followSessions(
  context: GraphQLContext,
  { filter, after }: SubscribeData["args"],
): Promise<AsyncIterableIterator<LiveEntry>> {
  const entries = await followTagged(context, {
    category: sessionCategory,
    groups: toGroups(context, filter),
    after,
  });
  return runsSystem(context.caller) ? entries : asOwn(entries);
}

/**
 * Entries that are this subscriber's alone. Who may see the same shares one answer to an entry; but what is personal is shown to its
 * user, and masked for others who may see just as much.
 */
function asOwn(entries: AsyncIterableIterator<LiveEntry>): AsyncIterableIterator<LiveEntry> {
  const own: AsyncIterableIterator<LiveEntry> = {
    next: async () => {
      const step = await entries.next();
      return step.done === true ? step : { done: false, value: { ...step.value } };
    },
    return: async () => {
      await entries.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => own,
  };
  return own;
}

/** By the tags of commits. @throws NotFoundError for a user whose sessions the caller may not see; that is logged. */
function toGroups(context: GraphQLContext, filter: IntegrationChangeFilter | null | undefined): TagGroups {
  const { caller } = context;
  const userId = filter?.userId == null ? undefined : requireUserId(filter.userId, ["filter", "userId"]);
  if (userId !== undefined && !seesUser(context, "Subscription.integrationSessionChanged", userId)) {
    throw new NotFoundError("User", userId, ["filter", "userId"]);
  }
  const serviceType =
    filter?.serviceType == null ? undefined : requireServiceType(filter.serviceType, ["filter", "serviceType"]);
  return [
    userId === undefined ? [] : [integrationTag.user(userId)],
    serviceType === undefined ? [] : [integrationTag.service(serviceType)],
    toChoice(filter?.statuses, "statuses")?.map(integrationTag.status) ?? [],
    caller.projects === "all" ? [] : [integrationTag.user(caller.actor.id)],
  ].filter((group) => group.length > 0);
}

@Resolver(() => IntegrationSessionMessage)
export class IntegrationMessageFields {
  @FieldResolver(() => IntegrationSession, {
    nullable: true,
    description: "The session as it is now; null where it cannot be read.",
  })
  async session(
    @Ctx() context: GraphQLContext,
    @Root() { sessionId }: IntegrationSessionMessage,
  ): Promise<SessionView | undefined> {
    return loadSessionView(context, sessionId);
  }
}
