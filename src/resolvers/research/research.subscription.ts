/** Live requests: what was missed since a cursor, then what happens, without a gap or a duplicate. */
import { Arg, Authorized, Ctx, FieldResolver, ID, Resolver, Root, Subscription } from "type-graphql";
import type { ClassType } from "type-graphql";
import { NotFoundError, invalid } from "../../domain/kernel/errors.js";
import type { Recorded } from "../../domain/kernel/event.js";
import { ofCategory } from "../../domain/kernel/feed.js";
import type { LiveEntry } from "../../domain/kernel/feed.js";
import { parseStreamName } from "../../domain/kernel/streamName.js";
import {
  claimableTag,
  requestCategory,
  requestEventSchemas,
  requestStream,
  researchTag,
} from "../../domain/research/index.js";
import type { RequestEvent, Strategy } from "../../domain/research/index.js";
import { ProcessingStrategy, requestChanges } from "../../schema/research/enums.js";
import { ResearchChangeFilter } from "../../schema/research/request.input.js";
import {
  ResearchAvailableMessage,
  ResearchProgressMessage,
  ResearchRequest,
  ResearchRequestMessage,
} from "../../schema/research/request.type.js";
import type { GraphQLContext } from "../context.js";
import { toChoice, toList } from "../filters.js";
import { afterArgument, followTagged, matchesTags } from "../follow.js";
import type { TagGroups } from "../follow.js";
import { requireProjectId, requireRequestId } from "./ids.js";
import { loadRequestView } from "./request.resolver.js";
import type { ResearchRequestView } from "./views.js";
import { loadNamedRequest, seesResearchProject } from "./visible.js";

/** What TypeGraphQL hands to `subscribe`: the arguments as they came, already of the types that the schema states. */
interface SubscribeData<Args> {
  readonly args: Args & { readonly after?: string | null };
  readonly context: GraphQLContext;
}
interface Available {
  readonly strategy?: Strategy | null;
  readonly types?: readonly string[] | null;
}

@Resolver()
export class ResearchSubscriptions {
  @Authorized("VIEWER")
  @Subscription(() => ResearchProgressMessage, {
    description: "Follows one request: everything that happens to it once, in order, with each heartbeat.",
    subscribe: ({ args, context }: SubscribeData<{ readonly id: string }>) => followRequest(context, args),
  })
  requestProgress(
    @Ctx() { cursors }: GraphQLContext,
    @Root() event: Recorded<RequestEvent>,
    @Arg("id", () => ID, { description: "Its global id, or its `requestId`." }) _id: string,
    @Arg("after", () => String, {
      nullable: true,
      description: "First everything behind this `position` of the request; without it, only what comes from now on.",
    })
    _after?: string,
  ): ResearchProgressMessage {
    const { streamId, version, recordedAt, actor } = event;
    const progress = event.type === "RequestProgressed" ? event.data.progress : undefined;
    return {
      requestId: parseStreamName(streamId).id,
      change: requestChanges[event.type],
      recordedAt,
      actor: { ...actor },
      progress: progress && { ...progress, updatedAt: recordedAt },
      logs: event.type === "RequestLogged" ? event.data.entries.map((entry) => ({ ...entry })) : [],
      position: cursors.encodePosition({ kind: "stream", stream: { streamId, version } }),
    };
  }

  @Authorized("VIEWER")
  @Subscription(() => ResearchRequestMessage, {
    description:
      "Follows requests: everything that happens to those that match the filter before or behind it; in order for each.",
    subscribe: ({ args, context }: SubscribeData<{ readonly filter?: ResearchChangeFilter | null }>) =>
      followTagged(context, {
        category: requestCategory,
        groups: toGroups(context, args.filter),
        after: args.after,
      }),
  })
  requestChanged(
    @Ctx() context: GraphQLContext,
    @Root() live: LiveEntry,
    @Arg("filter", () => ResearchChangeFilter, {
      nullable: true,
      description: "Which requests; all that are yours where not given.",
    })
    filter?: ResearchChangeFilter | null,
    @Arg("after", () => String, afterArgument) _after?: string,
  ): ResearchRequestMessage {
    const event = ofCategory(live, requestCategory, requestEventSchemas);
    if (event === undefined) throw new Error("requests are followed by their events");
    return {
      requestId: parseStreamName(event.streamId).id,
      change: requestChanges[event.type],
      matches: matchesTags(live.tags.after, toGroups(context, filter)),
      position: context.cursors.encodePosition({ kind: "feed", feed: live.after }),
    };
  }

  @Authorized("WORKER")
  @Subscription(() => ResearchAvailableMessage, {
    description: "Tells of requests as workers may claim them, so that nobody needs to ask in vain.",
    subscribe: ({ args, context }: SubscribeData<Available>) => followAvailable(context, args),
  })
  requestAvailable(
    @Ctx() { cursors }: GraphQLContext,
    @Root() { event, after: feed }: LiveEntry,
    @Arg("strategy", () => ProcessingStrategy, {
      nullable: true,
      defaultValue: "TABLE",
      description: "Requests of this strategy.",
    })
    _strategy?: Strategy | null,
    @Arg("types", () => [String], {
      nullable: true,
      description: "Requests of these types only; the list must not be empty. Any where not given.",
    })
    _types?: string[] | null,
    @Arg("after", () => String, afterArgument) _after?: string,
  ): ResearchAvailableMessage {
    return {
      requestId: parseStreamName(event.streamId).id,
      position: cursors.encodePosition({ kind: "feed", feed }),
    };
  }
}

async function followRequest(
  context: GraphQLContext,
  { id, after }: SubscribeData<{ readonly id: string }>["args"],
): Promise<AsyncIterableIterator<Recorded>> {
  const requestId = requireRequestId(id, "id");
  const request = await loadNamedRequest(context, "Subscription.requestProgress", requestId);
  if (request === undefined) throw new NotFoundError("ResearchRequest", requestId, ["id"]);
  const head = (await context.loaders.researchRun.load(requestId))?.version ?? request.version;
  return context.live.followStream({
    streamId: requestStream(requestId),
    afterVersion: after == null ? head : versionAfter(context, requestStream(requestId), head, after),
    signal: new AbortController().signal,
  });
}

/** The version that a cursor of this request stands for. */
function versionAfter({ cursors }: GraphQLContext, streamId: string, head: number, after: string): number {
  const position = cursors.decodePosition(after, "after");
  if (position.kind !== "stream" || position.stream.streamId !== streamId || position.stream.version > head) {
    throw invalid("after", "is not a position of this request");
  }
  return position.stream.version;
}

/** By the tags of commits. @throws NotFoundError for a project that is not the caller's; that is logged. */
function toGroups(context: GraphQLContext, filter: ResearchChangeFilter | null | undefined): TagGroups {
  const { userId, strategy, requestType } = filter ?? {};
  const projectId = filter?.projectId == null ? undefined : requireProjectId(filter.projectId, ["filter", "projectId"]);
  if (projectId !== undefined && !seesResearchProject(context, "Subscription.requestChanged", projectId)) {
    throw new NotFoundError("Project", projectId, ["filter", "projectId"]);
  }
  return [
    projectId === undefined ? [] : [researchTag.project(projectId)],
    userId == null ? [] : [researchTag.user(userId)],
    toChoice(filter?.statuses, "statuses")?.map(researchTag.status) ?? [],
    toChoice(filter?.priorities, "priorities")?.map(researchTag.priority) ?? [],
    strategy == null ? [] : [researchTag.strategy(strategy)],
    requestType == null ? [] : [researchTag.type(requestType)],
  ]
    .filter((group) => group.length > 0)
    .concat(ownProjects(context));
}

/** None where the caller sees all. A caller of no project sees nothing: an empty group lets nothing through. */
function ownProjects({ caller: { projects } }: GraphQLContext): string[][] {
  return projects === "all" ? [] : [projects.map(researchTag.project)];
}

async function followAvailable(
  context: GraphQLContext,
  { strategy, types, after }: SubscribeData<Available>["args"],
): Promise<AsyncIterableIterator<LiveEntry>> {
  const wanted = toList(types, "types", []);
  const groups = [
    [claimableTag],
    [researchTag.strategy(strategy ?? "TABLE")],
    ...(wanted === undefined ? [] : [wanted.map(researchTag.type)]),
    ...ownProjects(context),
  ];
  return followTagged(context, {
    category: requestCategory,
    groups,
    matches: ({ tags }) => matchesTags(tags.after, groups) && !tags.before.includes(claimableTag),
    after,
  });
}

/** The edge from messages to what they are about. */
function createRequestEdge(ofType: ClassType<{ requestId: string }>) {
  @Resolver(() => ofType)
  class RequestEdge {
    @FieldResolver(() => ResearchRequest, {
      nullable: true,
      description: "The request as it is now; null where its row has expired.",
    })
    async request(
      @Ctx() context: GraphQLContext,
      @Root() { requestId }: { readonly requestId: string },
    ): Promise<ResearchRequestView | undefined> {
      return loadRequestView(context, requestId);
    }
  }
  return RequestEdge;
}

export const researchMessageFields = [
  createRequestEdge(ResearchProgressMessage),
  createRequestEdge(ResearchRequestMessage),
  createRequestEdge(ResearchAvailableMessage),
] as const;
