/** Metrics on the event store in memory: facts are recorded and read back, with other processes beside. */
import { createCodec, createCommandHandler } from "../../../src/domain/kernel/index.js";
import type {
  CommandHandler,
  EventStore,
  FeedEntry,
  Loaded,
  Recorded,
  Request,
} from "../../../src/domain/kernel/index.js";
import {
  aggregateTalliesProjection,
  createMetering,
  createRecording,
  defaultCatalog,
  defaultFormulas,
  emptyStateOf,
  insightsDecider,
  insightsEventFormats,
  insightsProjection,
} from "../../../src/domain/insights/index.js";
import type {
  Activity,
  Catalog,
  Entity,
  HealthFormulas,
  IncomingActivityInput,
  InsightsCommand,
  InsightsEvent,
  InsightsReadModel,
  InsightsState,
  Metering,
  Recording,
  Tally,
} from "../../../src/domain/insights/index.js";
import { createMemoryEventStore } from "../../../src/store/memory/eventStore.js";
import { nameId } from "../../../src/store/nameId.js";
import { sha256 } from "../../../src/store/sha256.js";
import { createStateCache } from "../../../src/store/stateCache.js";
import { requestBy } from "../../support/ledgerAt.js";
import { createManualClock } from "../../support/manualClock.js";

export const ada: Request = requestBy("ada");
export const student = "student-stu_4532";

/** A session of the seed's student, unless the test says otherwise. */
export function incoming(facts: Partial<IncomingActivityInput> = {}): IncomingActivityInput {
  return { entityId: "stu_4532", kind: "session", ...facts };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Lets the others go first for some turns, as the real one does for some milliseconds. */
async function backoff(attempt: number): Promise<void> {
  for (let turns = Math.floor(Math.random() * 4 * attempt); turns >= 0; turns -= 1) await turn();
}

/** What one server has: its own cache. */
export interface Process {
  readonly commands: CommandHandler<InsightsState, InsightsCommand>;
  readonly recording: Recording;
}

export function createMetricsWorld(start = "2025-01-15T10:30:00.000Z") {
  const decider = insightsDecider;
  const codec = createCodec(insightsEventFormats);
  const store = createMemoryEventStore({ codec });
  const clock = createManualClock(start);
  const counts = { append: 0, getActivities: 0, getEntities: 0, getTallies: 0, listEntities: 0 };
  const reported: unknown[] = [];
  let failure: (append: Parameters<EventStore["append"]>[0]) => Error | undefined = () => undefined;
  let ids = 0;
  const ownIds = { next: () => `00000000-0000-7000-8000-${String((ids += 1)).padStart(12, "0")}` };

  const fold = async (streamId: string): Promise<Loaded<InsightsState>> => {
    let loaded: Loaded<InsightsState> = { version: 0, state: emptyStateOf(streamId), hash: "" };
    for await (const { events } of store.readStream(streamId)) {
      for (const event of events) {
        // The codec has decoded it.
        const state = decider.evolve(loaded.state, event as Recorded<InsightsEvent>);
        loaded = { version: event.version, state, hash: event.hash };
      }
    }
    return loaded;
  };

  const eventStore: EventStore = {
    ...store,
    append: async (request) => {
      counts.append += 1;
      const failed = failure(request);
      if (failed !== undefined) throw failed;
      // Another process has its turn between the decision and the append.
      await turn();
      return store.append(request);
    },
  };

  const allOf = <Row>(view: string) => [...store.rows(view).values()] as Row[];
  const one = <Row>(view: string, key: string) => store.rows(view).get(key) as Row | undefined;

  /** The async view, as it is once it has seen everything. */
  const aggregateTallies = async (): Promise<readonly Tally[]> => {
    const rows = new Map<string, Tally>();
    for await (const { events } of store.readAll()) {
      for (const event of events) {
        const entry: FeedEntry = { log: 0, position: 1, event, tags: { before: [], after: [] } };
        for (const key of aggregateTalliesProjection.keys(entry)) {
          const row = aggregateTalliesProjection.apply(rows.get(key), entry, key);
          if (row !== undefined) rows.set(key, row);
        }
      }
    }
    return [...rows.values()];
  };

  const readModel = {
    getActivities: async (asked) => {
      counts.getActivities += 1;
      return asked.map((id) => one<Activity>("activity", id));
    },
    getEntities: async (asked) => {
      counts.getEntities += 1;
      return asked.map((key) => one<Entity>("entity", key));
    },
    getTallies: async ({ entityKey, of, from, until }) => {
      counts.getTallies += 1;
      const tallies = of === "ENTITY" ? allOf<Tally>("tally") : await aggregateTallies();
      return tallies.filter((tally) => tally.entityKey === entityKey && tally.from >= from && tally.from < until);
    },
    listEntities: async ({ filter, first, after }) => {
      counts.listEntities += 1;
      const found = allOf<Entity>("entity")
        .filter(({ entityType }) => entityType === filter.entityType)
        .sort((a, b) => a.entityId.localeCompare(b.entityId));
      const from = after === undefined ? 0 : Number(after);
      const rows = found.slice(from, from + first).map((row, index) => ({ row, cursor: String(from + index + 1) }));
      return { rows, hasMore: found.length > from + first };
    },
  } satisfies Partial<InsightsReadModel>;

  const settings = {
    catalog: async () => one<Catalog>("insights-catalog", "all") ?? defaultCatalog,
    formulas: async (type: string) => one<HealthFormulas>("health-formulas", type) ?? defaultFormulas(type),
  };

  /** Another server on the same store. */
  const another = (): Process => {
    const commands = createCommandHandler({
      decider,
      projection: insightsProjection,
      codec,
      eventStore,
      loader: { load: fold, covers: () => true },
      cache: createStateCache<InsightsState>({ max: 10_000 }),
      clock,
      ids: ownIds,
      digest: sha256,
      backoff,
    });
    const recording = createRecording({
      commands,
      eventStore,
      readModel,
      settings,
      digest: sha256,
      clock,
      ids: ownIds,
      toId: nameId,
      report: (error) => void reported.push(error),
    });
    return { commands, recording };
  };

  const metering: Metering = createMetering({
    readModel,
    settings,
    clock,
    backtest: { backtestRule: () => Promise.reject(new Error("this world has no rules")) },
  });

  const first = another();
  return {
    ...first,
    another,
    eventStore,
    readModel,
    metering,
    clock,
    store,
    counts,
    settings,
    /** Errors that nobody foresaw. */
    reported,
    fold,
    aggregateTallies,
    entity: (entityKey = student) => one<Entity>("entity", entityKey),
    activities: () => allOf<Activity>("activity"),
    /** Carries a command out, as a person with access to everything. */
    run: (streamId: string, command: InsightsCommand) => first.commands.handle([{ streamId, command }], ada),
    failWith: (next: typeof failure) => void (failure = next),
  };
}
