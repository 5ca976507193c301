/** Telling of one event at once, beside the summaries. Where that is given up it is recorded, and its batch tells of it. */
import { NotifierRefusedError, NotifierUnreachableError } from "../kernel/notifier.js";
import type { Notifier, PostedMessage } from "../kernel/notifier.js";
import { present } from "../kernel/present.js";
import { toMetadata } from "../kernel/request.js";
import type { Request } from "../kernel/request.js";
import { awaitTurn, wishOf } from "../kernel/sending.js";
import { toStreamName } from "../kernel/streamName.js";
import type { Instant } from "../kernel/time.js";
import { toInstant, toMilliseconds } from "../kernel/time.js";
import type { ProjectEventCommand } from "./commands.js";
import { projectEventCategory } from "./events.js";
import { againAt, createPlaces, nothing } from "./places.js";
import type { Place, PostingDeps } from "./places.js";
import type { EventMessage, ProjectMessage } from "./ports.js";
import { createRecent } from "../kernel/recent.js";
import type { BatchWorkflow } from "./service.js";
import type { ProjectEvent, ProjectSettings } from "./state.js";
import type { NotificationDropReason } from "./values.js";

/** An event that is older is told of by its batch. */
const notifyWithinMilliseconds = 600_000;
/** An event that is older when this process first sees it may have been told by one that was cut off. */
const freshMilliseconds = 3_000;
const shortestNotifyWaitMilliseconds = 3_000;
const longestNotifyWaitMilliseconds = 60_000;
/** So many events are remembered. */
const mostRemembered = 1_000;

/** What this process knows of an event that is to be told of. */
interface Memory {
  /** Whether nobody else can have told of it. */
  readonly isFresh: boolean;
  /** Whether it counts among those that the project may have told of. */
  isAdmitted: boolean;
  /** Whether it may have been told of by this process, recorded or not. */
  isTold: boolean;
}

export function createNotifying(deps: PostingDeps): Pick<BatchWorkflow, "notify"> {
  const { commands, readModel, clock } = deps;
  const places = createPlaces(deps);
  const memories = createRecent<Memory>(mostRemembered);

  const memoryOf = (key: string, event: ProjectEvent): Memory => {
    const known = memories.get(key);
    if (known !== undefined) return known;
    const memory = { isFresh: ageOf(event, clock.now()) < freshMilliseconds, isAdmitted: false, isTold: false };
    memories.set(key, memory);
    return memory;
  };

  const isSummarised = async ({ batchId }: ProjectEvent): Promise<boolean> => {
    if (batchId === undefined) return false;
    const [batch] = await readModel.getBatches([batchId]);
    return batch?.summary !== undefined;
  };

  /** A later try of one event is not counted again. */
  const isAdmitted = async ({ project, importance }: ProjectEvent, memory: Memory): Promise<boolean> => {
    memory.isAdmitted ||= await deps.admit(project, importance);
    return memory.isAdmitted;
  };

  /** Why the event is left to its batch. */
  const reasonToDrop = async (
    event: ProjectEvent,
    settings: ProjectSettings | undefined,
    memory: Memory,
  ): Promise<NotificationDropReason | undefined> => {
    if (ageOf(event, clock.now()) > notifyWithinMilliseconds) return "TOO_LATE";
    if (await isSummarised(event)) return "SUMMARISED";
    if (isUnwanted(event, settings)) return "SWITCHED_OFF";
    return (await isAdmitted(event, memory)) ? undefined : "TOO_MANY";
  };

  const tell = async (message: EventMessage, memory: Memory, via: Notifier<ProjectMessage>, signal: AbortSignal) => {
    const { key, channel, event } = message;
    const mayBeThere = memory.isTold || !memory.isFresh;
    const lost = mayBeThere ? await findIfAllowed(via, { key, channel, since: event.receivedAt }, signal) : undefined;
    if (lost !== undefined) return lost;
    const wasTold = memory.isTold;
    memory.isTold = true;
    try {
      return await via.post(message, signal);
    } catch (error) {
      if (error instanceof NotifierUnreachableError) memory.isTold = wasTold;
      throw error;
    }
  };

  const record = async (projectEventId: string, command: ProjectEventCommand, request: Request) => {
    await commands.handle(
      [{ streamId: toStreamName(projectEventCategory, projectEventId), command }],
      toMetadata(request),
    );
    return nothing;
  };

  return {
    async notify(projectEventId, request, signal) {
      const [event] = await readModel.getProjectEvents([projectEventId]);
      if (event === undefined || !event.notify || event.notifiedAt !== undefined) return nothing;
      const drop = (reason: NotificationDropReason) =>
        record(projectEventId, { type: "DropNotification", reason }, request);
      const key = `${projectEventId}@${event.receivedAt}`;
      const memory = memoryOf(key, event);
      const settings = await places.settingsOf(event.project);
      const reason = await reasonToDrop(event, settings, memory);
      if (reason !== undefined) return drop(reason);
      const place = places.placeFor(settings);
      const { notifier: via, channel } = place;
      const urgent = event.importance === "CRITICAL";
      const turnAt = awaitTurn(place, { key, urgent, since: event.receivedAt }, clock.now());
      if (turnAt !== undefined) return againAt(turnAt);
      let posted: PostedMessage;
      try {
        posted = await tell({ kind: "event", key, channel, event }, memory, via, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof NotifierRefusedError) return drop("REFUSED");
        const again = retryNotifyAt(event, clock.now(), wishOf(error));
        return again === undefined ? drop("TOO_LATE") : { again };
      }
      return record(projectEventId, toRecordNotification(posted, place), request);
    },
  };
}

function toRecordNotification({ messageId, channel }: PostedMessage, place: Place): ProjectEventCommand {
  return present({
    type: "RecordNotification",
    notifier: place.notifier.name,
    channel: channel ?? place.channel,
    messageId,
  } as const);
}

/** The project wants less by now than when the event came. */
function isUnwanted({ importance }: ProjectEvent, settings: ProjectSettings | undefined): boolean {
  const level = settings?.notifications;
  return level === "NONE" || (level === "CRITICAL" && importance !== "CRITICAL");
}

/** Where it may not be looked for, it never will be: of one event a message twice is better than none. */
async function findIfAllowed(
  notifier: Pick<Notifier<never>, "find">,
  asked: Parameters<Notifier<never>["find"]>[0],
  signal: AbortSignal,
): Promise<PostedMessage | undefined> {
  try {
    return await notifier.find(asked, signal);
  } catch (error) {
    if (error instanceof NotifierRefusedError) return undefined;
    throw error;
  }
}

function ageOf({ receivedAt }: ProjectEvent, now: Instant): number {
  return toMilliseconds(now) - toMilliseconds(receivedAt);
}

/** Undefined: by then its batch tells it. */
function retryNotifyAt(event: ProjectEvent, now: Instant, wishedSeconds = 0): Instant | undefined {
  const age = ageOf(event, now);
  const wait = Math.min(Math.max(age, shortestNotifyWaitMilliseconds), longestNotifyWaitMilliseconds);
  const total = Math.max(wait, Math.ceil(wishedSeconds * 1_000));
  return age + total > notifyWithinMilliseconds ? undefined : toInstant(toMilliseconds(now) + total);
}
