/** Queries about the queue of research requests: how it is doing, and what a project allows. */
import { Arg, Authorized, Ctx, FieldResolver, Int, Query, Resolver, Root } from "type-graphql";
import { UnavailableError } from "../../domain/kernel/errors.js";
import { researchQueueProjection, strategies } from "../../domain/research/index.js";
import type { Strategy } from "../../domain/research/index.js";
import { ProcessingStrategy } from "../../schema/research/enums.js";
import { QueueDepth, QueueStats, ResearchLimit } from "../../schema/research/queue.type.js";
import { DateTime } from "../../schema/scalars.js";
import type { GraphQLContext } from "../context.js";
import { waitUntil } from "../positions.js";
import { accessProblem } from "../roles.js";
import { requireProjectId } from "./ids.js";
import { toLimitView, toQueueStatsView } from "./views.js";
import type { ResearchLimitView } from "./views.js";
import { seesResearchProject } from "./visible.js";

@Resolver()
export class ResearchQueueQueries {
  @Authorized("VIEWER")
  @Query(() => [QueueStats], {
    description: "How the queue of research requests is doing, for each strategy. A moment behind.",
  })
  async queueStats(
    @Ctx() context: GraphQLContext,
    @Arg("strategy", () => ProcessingStrategy, {
      nullable: true,
      description: "Of this strategy; of all where not given.",
    })
    strategy?: Strategy | null,
    @Arg("atLeast", () => String, {
      nullable: true,
      description:
        "Count at least what came before this `position`, of a mutation or message: waits for it, for some seconds at most.",
    })
    atLeast?: string | null,
  ): Promise<QueueStats[]> {
    await waitUntil(context, researchQueueProjection.name, atLeast);
    const tallies = await context.researchViews.getTallies(context.caller.projects);
    const now = context.clock.now();
    return (strategy == null ? strategies : [strategy]).map((one) => toQueueStatsView(tallies, one, now));
  }

  @Authorized("VIEWER")
  @Query(() => ResearchLimit, {
    nullable: true,
    description:
      "How many requests of a project may be with workers at a time; null where the project is not one of yours.",
  })
  async researchLimit(
    @Ctx() context: GraphQLContext,
    @Arg("projectId", () => String, { description: "The project." }) text: string,
  ): Promise<ResearchLimitView | undefined> {
    const projectId = requireProjectId(text, "projectId");
    if (!seesResearchProject(context, "Query.researchLimit", projectId)) return undefined;
    const [project] = await context.researchViews.getProjects([projectId]);
    return project && toLimitView(project);
  }
}

@Resolver(() => QueueStats)
export class QueueStatsFields {
  @FieldResolver(() => DateTime, {
    nullable: true,
    description: "Since when the oldest request waits that workers may claim; null where none waits.",
  })
  async oldestPendingAt(
    @Ctx() { researchViews, caller }: GraphQLContext,
    @Root() { strategy }: QueueStats,
  ): Promise<string | undefined> {
    return researchViews.oldestPending({ strategy, scope: caller.projects });
  }

  @FieldResolver(() => QueueDepth, {
    nullable: true,
    description:
      "Messages of the queue, whosever they are: of strategy SQS only, and for those who run the system; else null.",
  })
  async depth(
    @Ctx() { workQueue, caller }: GraphQLContext,
    @Root() { strategy }: QueueStats,
  ): Promise<QueueDepth | undefined> {
    if (strategy !== "SQS" || accessProblem(caller, "OPERATOR") !== undefined) return undefined;
    try {
      return { ...(await workQueue.depth()) };
    } catch (error) {
      throw new UnavailableError("the queue did not say how deep it is", [], { cause: error });
    }
  }
}

@Resolver(() => ResearchLimit)
export class ResearchLimitFields {
  @FieldResolver(() => Int, {
    nullable: true,
    description: "How many requests of the project are with workers now; null where there is no limit: nobody counts.",
  })
  async running(@Ctx() { loaders }: GraphQLContext, @Root() { row }: ResearchLimitView): Promise<number | undefined> {
    if (row.maxRunning === undefined) return undefined;
    const runs = await Promise.all(row.lanes.map(({ requestId }) => loaders.researchRun.load(requestId)));
    return row.lanes.filter(({ leaseToken }, index) => runs[index]?.lease?.leaseToken === leaseToken).length;
  }
}
