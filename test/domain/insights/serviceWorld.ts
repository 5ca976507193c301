/** Insights and incidents on event stores in memory: the service, and what follows from it, with a store that goes away. */
import { createCodec, createCommandHandler, UnavailableError } from "../../../src/domain/kernel/index.js";
import type { CommandHandler, Loaded, Recorded, Request } from "../../../src/domain/kernel/index.js";
import {
  createIncidentService,
  incidentDecider,
  incidentEventFormats,
  incidentProjection,
  noIncident,
} from "../../../src/domain/incidents/index.js";
import type {
  Incident,
  IncidentCommand,
  IncidentEvent,
  IncidentService,
  IncidentState,
} from "../../../src/domain/incidents/index.js";
import {
  createIncidentFollowing,
  createInsightSettings,
  createInsightsService,
  createMeasuring,
} from "../../../src/domain/insights/index.js";
import type {
  Catalog,
  HealthFormulas,
  IncidentSlot,
  Insight,
  InsightRule,
  InsightsCommand,
  InsightsReadModel,
  InsightsState,
} from "../../../src/domain/insights/index.js";
import { createMemoryEventStore } from "../../../src/store/memory/eventStore.js";
import { sha256 } from "../../../src/store/sha256.js";
import { createStateCache } from "../../../src/store/stateCache.js";
import { requestBy } from "../../support/ledgerAt.js";
import { createRulesWorld } from "./rulesWorld.js";

/** Who follows insights into incidents. */
export const follower: Request = {
  actor: { kind: "SYSTEM", id: "policy:insight-incidents" },
  scope: "all",
  correlationId: "test",
  causationId: "raised",
  commandId: "command",
  idempotencyKey: "command",
};

type Commands = Pick<CommandHandler<InsightsState, InsightsCommand>, "handle">;

export function createServiceWorld() {
  const world = createRulesWorld();
  const { store, clock, settings: stored } = world;
  const row = <Row>(view: string, key: string) => store.rows(view).get(key) as Row | undefined;
  let ids = 0;
  const ownIds = { next: () => `00000000-0000-7000-9000-${String((ids += 1)).padStart(12, "0")}` };
  const counts = { getCatalog: 0, getFormulas: 0, allRules: 0 };
  /** How far it has come, where the feed ends, and how often its tallies were read. */
  const view = { position: [1, 0], head: [1, 0], reads: 0 };
  /** Keys that the index of what is due still shows, whatever became of them. */
  const due: string[] = [];

  const readModel = {
    ...world.readModel,
    getInsights: async (ids) =>
      ids.map((id) => ([...store.rows("insight").values()] as Insight[]).find(({ alertId }) => alertId === id)),
    getRules: async (ids) => ids.map((id) => row<InsightRule>("insight-rule", id)),
    getWatches: async (keys) => keys.map(({ ruleId, entityKey }) => world.watch(ruleId, entityKey)),
    getSlots: async (ids) => ids.map((id) => row<IncidentSlot>("incident-slot", id)),
    getCatalog: async (): Promise<Catalog> => {
      counts.getCatalog += 1;
      return stored.catalog();
    },
    getFormulas: async (types): Promise<readonly HealthFormulas[]> => {
      counts.getFormulas += 1;
      return Promise.all(types.map((type) => stored.formulas(type)));
    },
    allRules: async () => {
      counts.allRules += 1;
      return [...store.rows("insight-rule").values()] as InsightRule[];
    },
    getTallies: async (asked) => {
      view.reads += 1;
      return world.readModel.getTallies(asked);
    },
    listDue: async function* (_now, size) {
      for (let from = 0; from < due.length; from += size) yield due.slice(from, from + size);
    },
  } satisfies Partial<InsightsReadModel>;

  const incidentStore = createMemoryEventStore({ codec: createCodec(incidentEventFormats) });
  const foldIncident = async (streamId: string): Promise<Loaded<IncidentState>> => {
    let loaded: Loaded<IncidentState> = { version: 0, state: noIncident, hash: "" };
    for await (const { events } of incidentStore.readStream(streamId))
      for (const event of events) {
        // The store decodes with the codec of this context.
        const state = incidentDecider.evolve(loaded.state, event as Recorded<IncidentEvent>);
        loaded = { version: event.version, state, hash: event.hash };
      }
    return loaded;
  };
  const incidentViews = {
    getIncidents: async (wanted: readonly string[]) =>
      Promise.all(wanted.map(async (id) => (await foldIncident(`Incident-${id}`)).state.incident)),
    getEntries: async () => [],
    getArchived: async (wanted: readonly string[]) => wanted.map(() => undefined),
  };
  const incidents = createIncidentService({
    commands: createCommandHandler<IncidentState, IncidentCommand, IncidentEvent>({
      decider: incidentDecider,
      projection: incidentProjection,
      codec: createCodec(incidentEventFormats),
      eventStore: incidentStore,
      loader: { load: foldIncident, covers: () => true },
      cache: createStateCache<IncidentState>({ max: 100 }),
      clock,
      ids: ownIds,
      digest: sha256,
      backoff: async () => undefined,
    }),
    eventStore: incidentStore,
    readModel: incidentViews,
    numbers: { next: async () => (ids += 1) },
    objects: { put: async () => undefined, get: async () => undefined, delete: async () => undefined },
    digest: sha256,
    clock,
    ids: ownIds,
  });

  /** One server, with settings of its own. `commands`: how its store differs from one where all goes well. */
  const another = (change: (commands: Commands) => Commands = (same) => same) => {
    const process = world.another();
    const commands = change(process.commands);
    const settings = createInsightSettings({ readModel, clock });
    const shared = { ...process, commands, eventStore: world.eventStore, readModel, settings, clock, ids: ownIds };
    const measured: { readonly entityKey: string; readonly error: unknown }[] = [];
    return {
      settings,
      service: createInsightsService({ ...shared, incidents, incidentViews }),
      following: createIncidentFollowing({ ...shared, incidents, incidentViews }),
      measuring: createMeasuring({
        ...shared,
        counting: { position: async () => view.position, head: async () => view.head },
        report: (error, entityKey) => void measured.push({ error, entityKey }),
      }),
      failures: measured,
    };
  };

  /** Following on a server whose incidents differ from those where all goes well. */
  const withIncidents = (change: Partial<IncidentService>) =>
    createIncidentFollowing({ ...world, readModel, incidents: { ...incidents, ...change }, incidentViews });

  const first = another();
  return {
    ...world,
    ...first,
    another,
    withIncidents,
    readModel,
    counts,
    due,
    incidents,
    /** The view of aggregates' facts. */
    view,
    ada: requestBy("ada"),
    incident: async (incidentId = ""): Promise<Incident | undefined> =>
      (await incidentViews.getIncidents([incidentId]))[0],
    allIncidents: async (): Promise<readonly Incident[]> => {
      const streams = new Set<string>();
      for await (const { streamId } of incidentStore.readAll()) streams.add(streamId);
      const found = await Promise.all(
        [...streams].map(async (streamId) => (await foldIncident(streamId)).state.incident),
      );
      return found.flatMap((incident) => incident ?? []);
    },
    slot: (slotId: string) => row<IncidentSlot>("incident-slot", slotId),
    insight: async (alertId: string) => (await readModel.getInsights([alertId]))[0],
  };
}

/** A store that goes away when it is to carry out the `nth` command of a type. */
export function goneAt(type: InsightsCommand["type"], nth = 1): (commands: Commands) => Commands {
  let seen = 0;
  return (commands) => ({
    handle: async (requests, metadata) => {
      if (requests[0]?.command.type === type && (seen += 1) === nth) throw new UnavailableError("the store is gone");
      return commands.handle(requests, metadata);
    },
  });
}
