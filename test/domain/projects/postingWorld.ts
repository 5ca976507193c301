/** Posting on the event store in memory and a server that keeps Slack's rules, with a clock that the test moves. */
import { v5 as uuidv5, v7 as uuidv7 } from "uuid";
import { createConsoleNotifier } from "../../../src/adapters/console/consoleNotifier.js";
import { createSlackNotifier } from "../../../src/adapters/slack/slackNotifier.js";
import { createCodec } from "../../../src/domain/kernel/codec.js";
import { createCommandHandler } from "../../../src/domain/kernel/commandHandler.js";
import type { CommandHandler, Loaded } from "../../../src/domain/kernel/commandHandler.js";
import { UnavailableError, toMilliseconds, toStreamName } from "../../../src/domain/kernel/index.js";
import type { Notifier, Recorded } from "../../../src/domain/kernel/index.js";
import {
  batchCategory,
  createPosting,
  defaultBatchPolicy,
  defaultProjectSettings,
  emptyStateOf,
  projectEventCategory,
  projectSettingsCategory,
  projectsDecider,
  projectsEventFormats,
  projectsProjection,
} from "../../../src/domain/projects/index.js";
import type {
  Batch,
  BatchPolicy,
  BatchTrigger,
  NormalisedEvent,
  Posting,
  PostingDeps,
  ProjectEvent,
  ProjectMessage,
  ProjectsCommand,
  ProjectsEvent,
  ProjectsState,
  Summary,
} from "../../../src/domain/projects/index.js";
import { createMemoryEventStore } from "../../../src/store/memory/eventStore.js";
import { sha256 } from "../../../src/store/sha256.js";
import { createStateCache } from "../../../src/store/stateCache.js";
import { createManualClock } from "../../support/manualClock.js";
import type { ManualClock } from "../../support/manualClock.js";
import { requestBy } from "../../support/ledgerAt.js";
import { aSummary } from "../../support/messages.js";
import { general, startSlackServer } from "../../support/slackServer.js";
import type { SlackServer, SlackServerOptions } from "../../support/slackServer.js";

export const project = "redline-wholesale";
export const request = requestBy("policy");
export const { signal } = new AbortController();

type Commands = CommandHandler<ProjectsState, ProjectsCommand>;

export interface PostingWorld {
  readonly clock: ManualClock;
  readonly slack: SlackServer;
  /** What the log of the server got. */
  readonly logged: readonly string[];
  readonly posting: Posting;
  /** Another process on the same store. */
  another(change?: PostingChange): Posting;
  send(category: string, id: string, command: ProjectsCommand): Promise<void>;
  /** A sealed batch with its first summary. */
  sealed(batch?: {
    readonly policy?: Partial<BatchPolicy>;
    readonly critical?: boolean;
    readonly trigger?: BatchTrigger;
    readonly stats?: Partial<Summary["stats"]>;
  }): Promise<string>;
  summarise(batchId: string, revision: number, headline?: string): Promise<void>;
  received(event?: Partial<NormalisedEvent> & { readonly notify?: boolean }): Promise<string>;
  setChannel(channel: string | null): Promise<void>;
  batch(batchId: string): Promise<Batch>;
  projectEvent(projectEventId: string): Promise<ProjectEvent>;
  /** Types of a batch's events. */
  story(batchId: string): Promise<readonly string[]>;
  /** Asks as the timers would: each time that `again` or `retryAt` says, until nothing is to be done, at most so often. */
  runUntilDone(batchId: string, most?: number): Promise<number>;
  close(): Promise<void>;
}

/** How a process differs from one in which all goes well. */
export interface PostingChange {
  readonly notifier?: (notifier: Notifier<ProjectMessage>) => Notifier<ProjectMessage>;
  readonly commands?: (commands: Commands) => Commands;
  readonly admit?: PostingDeps["admit"];
}

export async function createPostingWorld(options: SlackServerOptions = {}): Promise<PostingWorld> {
  const clock = createManualClock("2025-06-02T13:37:12.345Z");
  const slack = await startSlackServer({ now: () => toMilliseconds(clock.now()), ...options });
  const codec = createCodec(projectsEventFormats);
  const eventStore = createMemoryEventStore({ codec });
  const logged: string[] = [];
  let made = 0;

  const load = async (streamId: string): Promise<Loaded<ProjectsState>> => {
    let loaded: Loaded<ProjectsState> = { version: 0, state: emptyStateOf(streamId), hash: "" };
    for await (const { events } of eventStore.readStream(streamId)) {
      for (const event of events) {
        // The store decodes with the codec of this context.
        const state = projectsDecider.evolve(loaded.state, event as Recorded<ProjectsEvent>);
        loaded = { version: event.version, state, hash: event.hash };
      }
    }
    return loaded;
  };

  const newCommands = (): Commands =>
    createCommandHandler({
      decider: projectsDecider,
      projection: projectsProjection,
      codec,
      eventStore,
      loader: { load, covers: () => true },
      cache: createStateCache<ProjectsState>({ max: 100 }),
      clock,
      ids: { next: () => uuidv7() },
      digest: sha256,
      backoff: async () => undefined,
    });
  const commands = newCommands();

  const batch = async (batchId: string): Promise<Batch> => {
    const { state } = await load(toStreamName(batchCategory, batchId));
    if (state.kind !== "batch" || state.batch === undefined) throw new Error(`no batch ${batchId}`);
    return state.batch;
  };
  const projectEvent = async (id: string): Promise<ProjectEvent> => {
    const { state } = await load(toStreamName(projectEventCategory, id));
    if (state.kind !== "project-event" || state.projectEvent === undefined) throw new Error(`no event ${id}`);
    return state.projectEvent;
  };
  const settings = async (name: string) => {
    const { state } = await load(toStreamName(projectSettingsCategory, name));
    return (state.kind === "settings" ? state.settings : undefined) ?? defaultProjectSettings(name);
  };

  const another = (change: PostingChange = {}): Posting => {
    const same = <T>(it: T): T => it;
    const notifier = createSlackNotifier({
      token: slack.token,
      apiUrl: slack.url,
      secondsBetween: 0,
      log: { warn: () => undefined },
    });
    return createPosting({
      commands: (change.commands ?? same)(newCommands()),
      readModel: {
        getBatches: (ids) => Promise.all(ids.map((id) => batch(id).catch(() => undefined))),
        getProjectEvents: (ids) => Promise.all(ids.map((id) => projectEvent(id).catch(() => undefined))),
        getSettings: (names) => Promise.all(names.map(settings)),
      },
      notifier: (change.notifier ?? same)(notifier),
      fallback: createConsoleNotifier({ log: { info: (_fields, message) => void logged.push(message) } }),
      batchUrl: (batchId) => `https://ops.example.com/graphql?query=${batchId}`,
      admit: change.admit ?? (async () => true),
      clock,
    });
  };
  const posting = another();

  const send: PostingWorld["send"] = async (category, id, command) => {
    await commands.handle([{ streamId: toStreamName(category, id), command }], request);
  };
  const record = (batchId: string, revision: number, summary: Partial<Summary>) =>
    send(batchCategory, batchId, {
      type: "RecordSummary",
      revision,
      summary: aSummary(summary),
      origin: { modelUsed: "deterministic-v1", promptVersion: "1", inputHash: "x" },
    });

  const summarise: PostingWorld["summarise"] = (batchId, revision, headline = "All is well") =>
    record(batchId, revision, { headline });

  const world: PostingWorld = {
    clock,
    slack,
    logged,
    posting,
    another,
    send,
    summarise,
    batch,
    projectEvent,
    async sealed({ policy, critical = false, trigger = "COUNT", stats } = {}) {
      made += 1;
      const batchId = `batch_20250602_1337_${made + 1}`;
      await send(batchCategory, batchId, {
        type: "SealBatch",
        project,
        trigger,
        projectEventIds: [idOf(`batched ${made}`)],
        openedAt: clock.now(),
        policy: { ...defaultBatchPolicy, ...policy },
        critical,
      });
      await record(batchId, 1, { headline: "All is well", stats: { ...aSummary().stats, ...stats } });
      return batchId;
    },
    async received({ notify = true, ...event } = {}) {
      made += 1;
      const projectEventId = idOf(`received ${made}`);
      await send(projectEventCategory, projectEventId, {
        type: "ReceiveProjectEvent",
        project,
        source: "GITHUB",
        deliveryId: `delivery-${made}`,
        eventTime: toMilliseconds(clock.now()) + made / 1_000,
        event: {
          kind: "DEPLOYMENT_FAILED",
          title: "It failed",
          refs: [],
          labels: [],
          importance: "CRITICAL",
          ...event,
        },
        clipped: false,
        verification: { scheme: "NONE" },
        notify,
      });
      return projectEventId;
    },
    setChannel: (channel) => send(projectSettingsCategory, project, { type: "SetProjectSettings", channel }),
    async story(batchId) {
      const types: string[] = [];
      for await (const { events } of eventStore.readStream(toStreamName(batchCategory, batchId)))
        types.push(...events.map(({ type }) => type));
      return types;
    },
    async runUntilDone(batchId, most = 200) {
      for (let runs = 1; runs <= most; runs += 1) {
        const { again } = await posting.post(batchId, request, signal);
        const { status, post } = await batch(batchId);
        const next = again ?? (status === "POST_FAILED" ? post.retryAt : undefined);
        if (next === undefined) return runs;
        clock.advance(Math.max(0, toMilliseconds(next) - toMilliseconds(clock.now())));
      }
      throw new Error(`not done after ${most} runs`);
    },
    close: () => slack.close(),
  };
  await world.setChannel(general.id);
  return world;
}

/** A store that goes away when it is to record `type`, for the first time or always. */
export function failingAt(type: ProjectsCommand["type"], times = 1): NonNullable<PostingChange["commands"]> {
  let left = times;
  return (commands) => ({
    handle: async (requests, metadata) => {
      if (requests[0]?.command.type === type && left > 0) {
        left -= 1;
        throw new UnavailableError("the store is gone");
      }
      return commands.handle(requests, metadata);
    },
  });
}

function idOf(name: string): string {
  return uuidv5(name, "8d5be1f4-2a5c-5d64-9c50-0d6b1d4c1f10");
}
