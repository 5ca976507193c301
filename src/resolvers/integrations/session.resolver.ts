/** Queries about integration sessions, and what of them is not in their row: schedule, polls, dead letters. */
import { Arg, Args, Authorized, Ctx, FieldResolver, Query, Resolver, Root } from "type-graphql";
import { integrationHealthProjection, sessionStream } from "../../domain/integrations/index.js";
import type { SessionFilter } from "../../domain/integrations/index.js";
import { invalid } from "../../domain/kernel/errors.js";
import { pageComplexity } from "../../schema/connection.js";
import type { Connection } from "../../schema/connection.js";
import { IntegrationHealth } from "../../schema/integrations/health.type.js";
import {
  IntegrationDeadLettersArgs,
  IntegrationPollsArgs,
  IntegrationSessionArgs,
  IntegrationSessionsArgs,
} from "../../schema/integrations/session.input.js";
import type { IntegrationSessionFilter } from "../../schema/integrations/session.input.js";
import {
  IntegrationDeadLetterConnection,
  IntegrationPollConnection,
  IntegrationService,
  IntegrationSession,
  IntegrationSessionConnection,
} from "../../schema/integrations/session.type.js";
import type { IntegrationDeadLetter, IntegrationPoll } from "../../schema/integrations/session.type.js";
import { DateTime, Json } from "../../schema/scalars.js";
import type { GraphQLContext } from "../context.js";
import { toChoice } from "../filters.js";
import { toConnection, toPageRequest } from "../paging.js";
import type { List } from "../paging.js";
import { waitUntil } from "../positions.js";
import { requireServiceType, requireSessionId, requireUserId, toNamedSessionId } from "./ids.js";
import { maskState } from "./masking.js";
import { toDeadLetterView, toHealthView, toPollView, toServiceView, toSessionView } from "./views.js";
import type { SessionView } from "./views.js";
import { loadNamedSession, seesPersonal, seesUser, toAsker } from "./visible.js";

export async function loadSessionView(
  { loaders }: GraphQLContext,
  sessionId: string | undefined,
): Promise<SessionView | undefined> {
  const row = sessionId === undefined ? undefined : await loaders.integrationSession.load(sessionId);
  return row && toSessionView(row);
}

/** What `node` answers for global ids of this context. */
export const integrationNodes = {
  IntegrationSession: async (context: GraphQLContext, id: string): Promise<SessionView | undefined> => {
    const row = await loadNamedSession(context, "Query.node", requireSessionId(id, "id"));
    return row && toSessionView(row);
  },
} as const;

/** Throws a ValidationError that names the field. */
function toFilter(filter: IntegrationSessionFilter | null | undefined): SessionFilter {
  if (filter == null) return {};
  const { userId, serviceType, statuses, active, failing, notPolledSince } = filter;
  return {
    userId: userId == null ? undefined : requireUserId(userId, ["filter", "userId"]),
    serviceType: serviceType == null ? undefined : requireServiceType(serviceType, ["filter", "serviceType"]),
    statuses: toChoice(statuses, "statuses"),
    active: active ?? undefined,
    failing: failing ?? undefined,
    notPolledSince: notPolledSince ?? undefined,
  };
}

@Resolver()
export class IntegrationQueries {
  @Authorized("VIEWER")
  @Query(() => IntegrationSession, {
    nullable: true,
    description: "One integration session; null where it does not exist. One that was disconnected is there.",
  })
  async integrationSession(
    @Ctx() context: GraphQLContext,
    @Args(() => IntegrationSessionArgs) named: IntegrationSessionArgs,
  ): Promise<SessionView | undefined> {
    const row = await loadNamedSession(context, "Query.integrationSession", toNamedSessionId(context.caller, named));
    return row && toSessionView(row);
  }

  @Authorized("VIEWER")
  @Query(() => IntegrationSessionConnection, {
    complexity: pageComplexity,
    description:
      "Integration sessions, filtered; your own, where you may see no others. One that was just connected may be missing for a moment.",
  })
  async integrationSessions(
    @Ctx() context: GraphQLContext,
    @Args(() => IntegrationSessionsArgs) args: IntegrationSessionsArgs,
  ): Promise<Connection<IntegrationSession>> {
    const { caller, cursors } = context;
    const order = args.orderBy ?? "LAST_POLLED_FIRST";
    const asked = toFilter(args.filter);
    const filter = caller.projects === "all" ? asked : { ...asked, userId: asked.userId ?? caller.actor.id };
    if (order === "BY_SERVICE" && filter.userId === undefined) {
      throw invalid("orderBy", "must be by time where the filter has no `userId`");
    }
    const list: List = { cursors, scope: `integrations/${order}` };
    const request = toPageRequest(list, args);
    const isSeen = filter.userId === undefined || seesUser(context, "Query.integrationSessions", filter.userId);
    const page = isSeen
      ? await context.integrationViews.listSessions({ ...request, filter, order })
      : { rows: [], hasMore: false };
    return toConnection(list, page, request, toSessionView);
  }

  @Authorized("VIEWER")
  @Query(() => IntegrationPollConnection, {
    nullable: true,
    complexity: pageComplexity,
    description:
      "Polls of a session that had something to say, with the quiet ones between them; null where the session does not exist.",
  })
  async pollHistory(
    @Ctx() context: GraphQLContext,
    @Args(() => IntegrationSessionArgs) named: IntegrationSessionArgs,
    @Args(() => IntegrationPollsArgs) args: IntegrationPollsArgs,
  ): Promise<Connection<IntegrationPoll> | undefined> {
    const sessionId = toNamedSessionId(context.caller, named);
    const session = await loadNamedSession(context, "Query.pollHistory", sessionId);
    return session && listPolls(context, sessionId, args);
  }

  @Authorized("VIEWER")
  @Query(() => [IntegrationService], { description: "The services that can be connected." })
  integrationServices(@Ctx() { integrationServices }: GraphQLContext): IntegrationService[] {
    return integrationServices.all.map(toServiceView);
  }

  @Authorized("VIEWER")
  @Query(() => IntegrationHealth, {
    complexity: 20,
    description:
      "How integration sessions are doing, in numbers: all of them, or yours, where you may see no others. A moment behind.",
  })
  async integrationHealth(
    @Ctx() context: GraphQLContext,
    @Arg("atLeast", () => String, {
      nullable: true,
      description:
        "Count at least what came before this `position`, of a mutation or message: waits for it, for some seconds at most.",
    })
    atLeast?: string | null,
  ): Promise<IntegrationHealth> {
    await waitUntil(context, integrationHealthProjection.name, atLeast);
    return toHealthView(await context.integrations.health(toAsker(context.caller)));
  }
}

async function listPolls(
  { cursors, integrationViews }: GraphQLContext,
  sessionId: string,
  args: IntegrationPollsArgs,
): Promise<Connection<IntegrationPoll>> {
  const order = args.orderBy ?? "NEWEST_FIRST";
  const outcomes = toChoice(args.outcomes, "outcomes", []);
  const list: List = { cursors, scope: `integration-polls/${sessionId}/${order}` };
  const request = toPageRequest(list, args);
  const page = await integrationViews.listPolls({ ...request, sessionId, outcomes, order });
  return toConnection(list, page, request, toPollView);
}

@Resolver(() => IntegrationSession)
export class IntegrationSessionFields {
  @FieldResolver(() => IntegrationService, {
    nullable: true,
    description: "The service; null where this server does not know it any more.",
  })
  service(
    @Ctx() { integrationServices }: GraphQLContext,
    @Root() { serviceType }: SessionView,
  ): IntegrationService | undefined {
    const service = integrationServices.get(serviceType);
    return service && toServiceView(service);
  }

  @FieldResolver(() => Json, {
    description:
      "Where it is, as its service wants it; what is personal is masked for all but the user and those who run the system. Empty once it is disconnected.",
  })
  serviceState(@Ctx() { caller, integrationServices }: GraphQLContext, @Root() { row }: SessionView): unknown {
    return seesPersonal(caller, row.userId)
      ? row.serviceState
      : maskState(integrationServices.get(row.serviceType), row.serviceState);
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      "When it is polled next, as it is at this moment; while it is polled, until when it is at the latest. Null where it is not polled.",
  })
  async nextPollAt(@Ctx() { loaders }: GraphQLContext, @Root() view: SessionView): Promise<string | undefined> {
    return (await loaders.pollSchedule.load(view.sessionId))?.nextPollAt;
  }

  @FieldResolver(() => String, {
    description: "Where its stream stands: pass it as `after` to `integrationSessionChanged`.",
  })
  position(@Ctx() { cursors }: GraphQLContext, @Root() { row }: SessionView): string {
    const stream = { streamId: sessionStream(row.sessionId), version: row.version };
    return cursors.encodePosition({ kind: "stream", stream });
  }

  @FieldResolver(() => IntegrationPollConnection, {
    complexity: pageComplexity,
    description: "Its polls that had something to say, with the quiet ones between them.",
  })
  async pollHistory(
    @Ctx() context: GraphQLContext,
    @Root() { sessionId }: SessionView,
    @Args(() => IntegrationPollsArgs) args: IntegrationPollsArgs,
  ): Promise<Connection<IntegrationPoll>> {
    return listPolls(context, sessionId, args);
  }

  @FieldResolver(() => IntegrationDeadLetterConnection, {
    complexity: pageComplexity,
    description: "Items that its webhook would not take, oldest first; those that are closed, for 30 days.",
  })
  async deadLetters(
    @Ctx() { caller, cursors, integrationViews }: GraphQLContext,
    @Root() { sessionId, userId }: SessionView,
    @Args(() => IntegrationDeadLettersArgs) args: IntegrationDeadLettersArgs,
  ): Promise<Connection<IntegrationDeadLetter>> {
    const statuses = toChoice(args.statuses, "statuses", []);
    const list: List = { cursors, scope: `integration-dead-letters/${sessionId}` };
    const request = toPageRequest(list, args);
    const page = await integrationViews.listDeadLetters({ ...request, sessionId, statuses });
    const isPersonalShown = seesPersonal(caller, userId);
    return toConnection(list, page, request, (letter) => toDeadLetterView(letter, { isPersonalShown }));
  }
}
