/** Live projects: what was missed since a cursor, then what happens, without a gap or a duplicate. */
import { Arg, Authorized, Ctx, FieldResolver, ID, Resolver, Root, Subscription } from "type-graphql";
import { NotFoundError } from "../../domain/kernel/errors.js";
import type { LiveEntry } from "../../domain/kernel/feed.js";
import { parseStreamName } from "../../domain/kernel/streamName.js";
import { batchCategory, projectEventCategory, projectTag, unassigned } from "../../domain/projects/index.js";
import type { BatchEvent, ProjectEventEvent } from "../../domain/projects/index.js";
import { Batch, BatchMessage } from "../../schema/projects/batch.type.js";
import type { BatchChangeValue, ProjectEventChangeValue } from "../../schema/projects/enums.js";
import { ProjectActivityMessage, ProjectEvent } from "../../schema/projects/projectEvent.type.js";
import type { GraphQLContext } from "../context.js";
import { followTagged } from "../follow.js";
import type { TagGroups } from "../follow.js";
import { requireProjectName } from "./ids.js";
import { loadBatchView, loadEventView } from "./project.resolver.js";
import type { BatchView, ProjectEventView } from "./views.js";
import { seesProject } from "./visible.js";

const eventChanges: Readonly<Record<ProjectEventEvent["type"], ProjectEventChangeValue>> = {
  ProjectEventReceived: "RECEIVED",
  ProjectEventReassigned: "REASSIGNED",
  ProjectEventBatched: "BATCHED",
  ProjectEventNotified: "NOTIFIED",
  ProjectEventNotificationDropped: "NOTIFICATION_DROPPED",
};

const batchChanges: Readonly<Record<BatchEvent["type"], BatchChangeValue>> = {
  BatchSealed: "SEALED",
  BatchSummarised: "SUMMARISED",
  BatchSummaryRequested: "SUMMARY_REQUESTED",
  BatchPostStarted: "POST_STARTED",
  BatchPosted: "POSTED",
  BatchPostUpdated: "POST_UPDATED",
  BatchPostFailed: "POST_FAILED",
  BatchPostRetried: "POST_RETRIED",
  BatchPostSkipped: "POST_SKIPPED",
};

interface Args {
  readonly project?: string | null;
  readonly after?: string | null;
}

/** What TypeGraphQL hands to `subscribe`: the arguments as they came, already of the types that the schema states. */
interface SubscribeData {
  readonly args: Args;
  readonly context: GraphQLContext;
}

@Resolver()
export class ProjectSubscriptions {
  @Authorized("VIEWER")
  @Subscription(() => ProjectActivityMessage, {
    description:
      "Follows a project: everything that happens to its events, each once, in order for each event. An event that is moved to or from it is told of, too.",
    subscribe: ({ args, context }: SubscribeData) => follow(context, "projectActivity", projectEventCategory, args),
  })
  projectActivity(
    @Ctx() context: GraphQLContext,
    @Root() live: LiveEntry,
    @Arg("project", () => ID, { description: "Its name, or its global id." }) _project: string,
    @Arg("after", () => String, {
      nullable: true,
      description:
        "First everything behind this `position`, of any mutation or message; without it, only what comes from now on.",
    })
    _after?: string,
  ): ProjectActivityMessage {
    const { type, streamId } = live.event;
    return {
      projectEventId: parseStreamName(streamId).id,
      // `matches` of the follower let nothing but these through.
      change: eventChanges[type as ProjectEventEvent["type"]],
      position: context.cursors.encodePosition({ kind: "feed", feed: live.after }),
    };
  }

  @Authorized("VIEWER")
  @Subscription(() => BatchMessage, {
    description: "Follows batches: everything that happens to each, once and in order.",
    subscribe: ({ args, context }: SubscribeData) => follow(context, "batchChanged", batchCategory, args),
  })
  batchChanged(
    @Ctx() context: GraphQLContext,
    @Root() live: LiveEntry,
    @Arg("project", () => ID, {
      nullable: true,
      description: "Of this project, by name or global id; of all that are yours where not given.",
    })
    _project?: string,
    @Arg("after", () => String, {
      nullable: true,
      description:
        "First everything behind this `position`, of any mutation or message; without it, only what comes from now on.",
    })
    _after?: string,
  ): BatchMessage & { readonly batchId: string } {
    const { type, streamId } = live.event;
    return {
      batchId: parseStreamName(streamId).id,
      change: batchChanges[type as BatchEvent["type"]],
      position: context.cursors.encodePosition({ kind: "feed", feed: live.after }),
    };
  }
}

/** Events of streams of `category` that concern the project before or behind the event; all projects of the caller where none is named. */
async function follow(
  context: GraphQLContext,
  field: string,
  category: string,
  { project: text, after }: Args,
): Promise<AsyncIterableIterator<LiveEntry>> {
  const project = text == null ? undefined : requireProjectName(text, "project");
  if (project !== undefined && !seesProject(context, `Subscription.${field}`, project)) {
    throw new NotFoundError("Project", project, ["project"]);
  }
  return followTagged(context, { category, groups: toGroups(context, project), after });
}

/** By the tags of commits, which say whose project it is. */
function toGroups({ caller: { projects } }: GraphQLContext, project: string | undefined): TagGroups {
  if (project !== undefined) return [[projectTag.project(project)]];
  if (projects === "all") return [];
  return [projects.filter((name) => name !== unassigned).map(projectTag.project)];
}

@Resolver(() => ProjectActivityMessage)
export class ProjectActivityMessageFields {
  @FieldResolver(() => ProjectEvent, {
    nullable: true,
    description: "The event as it is now; null where it was moved out of your projects.",
  })
  async projectEvent(
    @Ctx() context: GraphQLContext,
    @Root() { projectEventId }: ProjectActivityMessage,
  ): Promise<ProjectEventView | undefined> {
    return loadEventView(context, projectEventId);
  }
}

@Resolver(() => BatchMessage)
export class BatchMessageFields {
  @FieldResolver(() => Batch, { description: "The batch as it is now." })
  async batch(@Ctx() context: GraphQLContext, @Root() { batchId }: { readonly batchId: string }): Promise<BatchView> {
    const batch = await loadBatchView(context, batchId);
    if (batch === undefined) throw new Error(`batch ${batchId} has events but no row`);
    return batch;
  }
}
