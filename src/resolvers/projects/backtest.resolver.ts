/** What a batch policy would have made of a project's past, before it is set. */
import { Args, Authorized, ArgsType, Ctx, Field, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import type { BacktestedBatch as BacktestedBatchRow, PendingEvent } from "../../domain/projects/index.js";
import { BatchPolicy, backtest, batchTriggers, receivedAtOf } from "../../domain/projects/index.js";
import { parseOrRefuse } from "../../domain/kernel/errors.js";
import type { Instant } from "../../domain/kernel/time.js";
import { toMilliseconds } from "../../domain/kernel/time.js";
import { ConnectionArgs, pageComplexity } from "../../schema/connection.js";
import type { Connection } from "../../schema/connection.js";
import type { BacktestedBatch } from "../../schema/projects/batch.type.js";
import { BacktestedBatchConnection, BatchPolicyBacktest } from "../../schema/projects/batch.type.js";
import { BatchPolicyInput } from "../../schema/projects/project.input.js";
import { DateTime } from "../../schema/scalars.js";
import type { GraphQLContext } from "../context.js";
import { toConnection, toPageOf, toPageRequest } from "../paging.js";
import type { List } from "../paging.js";
import { toTimes } from "../filters.js";
import { requireProjectName } from "./ids.js";
import { toPolicy } from "./policy.js";
import { seesProject } from "./visible.js";

/** Most events that one backtest looks at. */
const eventsAtMost = 5_000;

@ArgsType()
class BacktestArgs {
  @Field(() => ID, { description: "Name of the project, or its global id." })
  project!: string;

  @Field(() => BatchPolicyInput, { description: "The policy that is thought of." })
  policy!: BatchPolicyInput;

  @Field(() => DateTime, {
    nullable: true,
    description: "Events received at or after; from the first where not given.",
  })
  from?: Instant | null;

  @Field(() => DateTime, { nullable: true, description: "Events received before; up to now where not given." })
  until?: Instant | null;
}

type BacktestView = BatchPolicyBacktest & { readonly rows: readonly BacktestedBatchRow[]; readonly list: string };

@Resolver(() => BatchPolicyBacktest)
export class BacktestResolver {
  @Authorized("VIEWER")
  @Query(() => BatchPolicyBacktest, {
    nullable: true,
    complexity: ({ childComplexity }) => 500 + childComplexity,
    description:
      "What a policy would have made of what a project received, before it is set: how many batches, why, how large, how late. Null where the project is not one of yours. Events whose rows have expired are left out.",
  })
  async backtestBatchPolicy(
    @Ctx() context: GraphQLContext,
    @Args(() => BacktestArgs) args: BacktestArgs,
  ): Promise<BacktestView | undefined> {
    const project = requireProjectName(args.project, "project");
    const policy = parseOrRefuse(BatchPolicy, toPolicy(args.policy), ["policy"]);
    const times = toTimes(args);
    if (!seesProject(context, "Query.backtestBatchPolicy", project)) return undefined;
    const now = context.clock.now();
    const until = times.until === undefined || times.until > now ? now : times.until;
    const { events, complete } = await context.projectViews.listReceived({ project, ...times, limit: eventsAtMost });
    // Of a past that was cut short only what was read is known.
    const lastKnown = complete ? until : toInstantOf(events.at(-1), until);
    const rows = backtest(policy, events, lastKnown);
    return { ...figuresOf(rows, events.length), events: events.length, complete, rows, list: `backtest/${project}` };
  }

  @FieldResolver(() => BacktestedBatchConnection, {
    complexity: pageComplexity,
    description: "The batches that it would have made, in order.",
  })
  batches(
    @Ctx() { cursors }: GraphQLContext,
    @Root() { rows, list: scope }: BacktestView,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Connection<BacktestedBatch> {
    const list: List = { cursors, scope };
    const request = toPageRequest(list, args);
    return toConnection(list, toPageOf(rows, request, placeOf), request, (row) => ({ ...row }));
  }
}

type Figures = Omit<BatchPolicyBacktest, "events" | "complete">;

function figuresOf(rows: readonly BacktestedBatchRow[], received: number): Figures {
  const sizes = rows.map(({ eventCount }) => eventCount).sort((a, b) => a - b);
  const delays = rows
    .map(({ openedAt, sealedAt }) => toMilliseconds(sealedAt) - toMilliseconds(openedAt))
    .sort((a, b) => a - b);
  return {
    batchCount: rows.length,
    waiting: received - sizes.reduce((sum, size) => sum + size, 0),
    byTrigger: batchTriggers.flatMap((trigger) => {
      const count = rows.filter((row) => row.trigger === trigger).length;
      return count === 0 ? [] : [{ trigger, count }];
    }),
    smallest: sizes[0],
    largest: sizes.at(-1),
    medianDelay: delays[Math.floor((delays.length - 1) / 2)],
    longestDelay: delays.at(-1),
  };
}

/** The same question makes the same list, so a place in it is its number. */
function placeOf(_row: BacktestedBatchRow, index: number): string {
  return String(index);
}

function toInstantOf(event: PendingEvent | undefined, otherwise: Instant): Instant {
  return event === undefined ? otherwise : receivedAtOf(event.eventTime);
}
