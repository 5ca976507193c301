/** The projects context on the event store in memory: service and sealing, with other processes and an index that lags. */
import { createCodec } from "../../../src/domain/kernel/codec.js";
import { createCommandHandler } from "../../../src/domain/kernel/commandHandler.js";
import type { CommandHandler, Loaded } from "../../../src/domain/kernel/commandHandler.js";
import type { EventStore, Recorded, Request } from "../../../src/domain/kernel/index.js";
import {
  createBatching,
  createProjectService,
  createSettingsReader,
  defaultProjectSettings,
  emptyStateOf,
  noRouting,
  projectsDecider,
  projectsEventFormats,
  projectsProjection,
} from "../../../src/domain/projects/index.js";
import type {
  Batch,
  Batching,
  IncomingEventInput,
  ProjectEvent,
  ProjectReadModel,
  ProjectRouting,
  ProjectService,
  ProjectSettings,
  ProjectsCommand,
  ProjectsEvent,
  ProjectsState,
} from "../../../src/domain/projects/index.js";
import { createMemoryEventStore } from "../../../src/store/memory/eventStore.js";
import { nameId } from "../../../src/store/nameId.js";
import { sha256 } from "../../../src/store/sha256.js";
import { createStateCache } from "../../../src/store/stateCache.js";
import { createManualClock } from "../../support/manualClock.js";
import { requestBy } from "../../support/ledgerAt.js";

export const project = "redline-wholesale";
export const ada = requestBy("ada");
export const policy: Request = requestBy("policy");

/** What one server has: its own cache and its own memory of what it did. */
export interface Process {
  readonly commands: CommandHandler<ProjectsState, ProjectsCommand>;
  readonly service: ProjectService;
  readonly batching: Batching;
}

let made = 0;

/** A delivery with an id of its own, unless the test says otherwise. */
export function incoming(facts: Partial<IncomingEventInput> = {}): IncomingEventInput {
  made += 1;
  return {
    source: "GITHUB",
    deliveryId: `delivery-${made}`,
    project,
    event: { kind: "PULL_REQUEST_MERGED", title: `Merged #${made}` },
    ...facts,
  };
}

export function createWorld(start = "2025-06-02T13:37:58.000Z") {
  const codec = createCodec(projectsEventFormats);
  const store = createMemoryEventStore({ codec });
  const clock = createManualClock(start);
  const objects = new Map<string, string>();
  let ids = 0;
  /** Events that the index of what waits does not show yet. */
  const hidden = new Set<string>();
  /** Events that it still shows, whatever became of them. */
  const stale = new Map<string, ProjectEvent>();
  const counts = { append: 0, listPending: 0, getProjectEvents: 0, getSettings: 0, getRouting: 0 };

  let failure: (append: unknown) => Error | undefined = () => undefined;
  const reported: unknown[] = [];

  const fold = async (streamId: string): Promise<Loaded<ProjectsState>> => {
    let loaded: Loaded<ProjectsState> = { version: 0, state: emptyStateOf(streamId), hash: "" };
    for await (const { events } of store.readStream(streamId)) {
      for (const event of events) {
        const state = projectsDecider.evolve(loaded.state, event as Recorded<ProjectsEvent>);
        loaded = { version: event.version, state, hash: event.hash };
      }
    }
    return loaded;
  };

  const rows = <Row>(view: string) => [...store.rows(view).values()] as Row[];
  const events = () => rows<ProjectEvent>("project-event").sort((one, other) => one.eventTime - other.eventTime);
  const batches = () => rows<Batch>("batch");
  const eventOf = async (id: string): Promise<ProjectEvent | undefined> => {
    const { state } = await fold(`ProjectEvent-${id}`);
    return state.kind === "project-event" ? state.projectEvent : undefined;
  };

  const readModel = {
    getProjectEvents: async (asked) => {
      counts.getProjectEvents += 1;
      return Promise.all(asked.map(eventOf));
    },
    listPending: async (asked, limit) => {
      counts.listPending += 1;
      await Promise.resolve();
      const waiting = events().filter(
        (event) => event.project === asked && event.batchId === undefined && !hidden.has(event.projectEventId),
      );
      return [...stale.values(), ...waiting.filter(({ projectEventId }) => !stale.has(projectEventId))].slice(0, limit);
    },
    listBatches: async ({ filter }) => ({
      rows: batches()
        .filter((batch) => batch.project === filter.project)
        .sort((one, other) => other.sealedAt.localeCompare(one.sealedAt))
        .slice(0, 1)
        .map((row) => ({ row, cursor: row.batchId })),
      hasMore: false,
    }),
    getSettings: async (asked) => {
      counts.getSettings += 1;
      return asked.map(
        (name) =>
          (store.rows("project-settings").get(name) as ProjectSettings | undefined) ?? defaultProjectSettings(name),
      );
    },
    getRouting: async () => {
      counts.getRouting += 1;
      return (store.rows("project-routing").get("all") as ProjectRouting | undefined) ?? noRouting;
    },
  } satisfies Partial<ProjectReadModel>;

  const eventStore: EventStore = {
    ...store,
    append: async (request) => {
      counts.append += 1;
      const failed = failure(request);
      if (failed !== undefined) throw failed;
      // Another process has its turn between the decision and the append.
      await new Promise((resolve) => setImmediate(resolve));
      return store.append(request);
    },
  };

  /** Another server on the same store. */
  const another = (): Process => {
    const commands = createCommandHandler({
      decider: projectsDecider,
      projection: projectsProjection,
      codec,
      eventStore,
      loader: {
        load: async (streamId, command) =>
          command.type === "ReceiveProjectEvent" || command.type === "SealBatch"
            ? { version: 0, state: emptyStateOf(streamId), hash: "" }
            : fold(streamId),
        covers: () => true,
      },
      cache: createStateCache<ProjectsState>({ max: 10_000 }),
      clock,
      ids: { next: () => `00000000-0000-7000-8000-${String((ids += 1)).padStart(12, "0")}` },
      digest: sha256,
      backoff: async () => undefined,
    });
    const settings = createSettingsReader({ readModel, clock });
    const batching = createBatching({
      commands,
      eventStore,
      readModel,
      settings,
      clock,
      backoff: () => new Promise((resolve) => setImmediate(resolve)),
    });
    const service = createProjectService({
      commands,
      eventStore,
      readModel,
      settings,
      batching,
      objects: { put: async (key, content) => void objects.set(key, content) },
      digest: sha256,
      clock,
      ids: { next: () => `00000000-0000-7000-8000-${String((ids += 1)).padStart(12, "0")}` },
      toId: nameId,
      report: (error) => void reported.push(error),
    });
    return { commands, service, batching };
  };

  return {
    ...another(),
    another,
    clock,
    objects,
    store,
    events,
    batches,
    eventOf,
    hidden,
    stale,
    counts,
    /** Errors that nobody foresaw. */
    reported,
    /** What an append fails with from now on. */
    failing: (next: typeof failure) => void (failure = next),
  };
}

export type World = ReturnType<typeof createWorld>;
