/** The store of insights on an engine, with the handler that writes to it: what a process has, as far as the store can tell. */
import {
  activeFormula,
  defaultCatalog,
  defaultFormulas,
  insightsDecider,
  insightsEventFormats,
  insightsProjection,
  toEntityStream,
} from "../../../src/domain/insights/index.js";
import type {
  InsightsCommand,
  InsightsCommandOf,
  InsightsEvent,
  InsightsReadModel,
  InsightsState,
  Yardstick,
} from "../../../src/domain/insights/index.js";
import { createCodec } from "../../../src/domain/kernel/codec.js";
import { createCommandHandler } from "../../../src/domain/kernel/commandHandler.js";
import type { CommandHandler, CommandOutcome, StateLoader } from "../../../src/domain/kernel/commandHandler.js";
import type { Recorded } from "../../../src/domain/kernel/event.js";
import type { EventStore } from "../../../src/domain/kernel/eventStore.js";
import { toInstant, toMilliseconds } from "../../../src/domain/kernel/time.js";
import type { Clock, Instant } from "../../../src/domain/kernel/time.js";
import { uuidIds } from "../../../src/server/ledger.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { createDynamoDbEventStore } from "../../../src/store/dynamodb/eventStore.js";
import { createBackoff } from "../../../src/store/dynamodb/retry.js";
import { verifiedAsyncView } from "../../../src/store/proofs/asyncProof.js";
import type { ProofDeps } from "../../../src/store/proofs/proofDeps.js";
import {
  aggregateTalliesView,
  createInsightsReadModel,
  createInsightsStateLoader,
  insightVerifiedViews,
  insightViewWriters,
  rulePerformanceView,
  trimInsightsState,
} from "../../../src/store/readModels/insights/index.js";
import { sha256 } from "../../../src/store/sha256.js";
import { createStateCache } from "../../../src/store/stateCache.js";

export const codec = createCodec(insightsEventFormats);

export const yardstick: Yardstick = {
  kinds: defaultCatalog.kinds,
  formula: activeFormula(defaultFormulas("student")),
};

/** Who asks is of no importance here. */
const metadata = { actor: { kind: "USER", id: "ana" }, correlationId: "test" } as const;

export interface InsightsStore {
  readonly db: DynamoDb;
  readonly eventStore: EventStore;
  readonly readModel: InsightsReadModel;
  readonly loader: StateLoader<InsightsState, InsightsCommand>;
  readonly proofs: ProofDeps;
  readonly commands: CommandHandler<InsightsState, InsightsCommand>;
  run(
    ...requests: readonly (readonly [streamId: string, command: InsightsCommand])[]
  ): Promise<CommandOutcome<InsightsState>>;
  /** Records facts of one entity, in one commit. */
  record(entityKey: string, ...facts: readonly Fact[]): Promise<CommandOutcome<InsightsState>>;
  /** All events of a stream. */
  eventsOf(streamId: string): Promise<readonly Recorded[]>;
}

/** A fact, as far as a test cares: by default a session of this very second that nobody has brought before. */
export type Fact = Partial<InsightsCommandOf<"RecordActivities">["activities"][number]>;

/** Another one on the same tables is another process: own handler, own cache. */
export function insightsStore(db: DynamoDb, clock: Clock): InsightsStore {
  const eventStore = createDynamoDbEventStore({ db, codec, clock, views: insightViewWriters });
  const loader = createInsightsStateLoader({ db, codec, eventStore, clock });
  const commands = createCommandHandler<InsightsState, InsightsCommand, InsightsEvent>({
    decider: insightsDecider,
    projection: insightsProjection,
    codec,
    eventStore,
    loader,
    cache: createStateCache({ max: 1_000, trim: trimInsightsState(clock) }),
    clock,
    ids: uuidIds,
    digest: sha256,
    backoff: createBackoff({ baseMilliseconds: 5, capMilliseconds: 250 }),
    maxAttempts: 50,
  });
  const run: InsightsStore["run"] = (...requests) =>
    commands.handle(
      requests.map(([streamId, command]) => ({ streamId, command })),
      metadata,
    );
  return {
    db,
    eventStore,
    readModel: createInsightsReadModel({ db, codec, eventStore, clock }),
    loader,
    proofs: {
      db,
      codec,
      digest: sha256,
      clock,
      views: insightVerifiedViews,
      asyncViews: [verifiedAsyncView(aggregateTalliesView), verifiedAsyncView(rulePerformanceView)],
    },
    commands,
    run,
    record: (entityKey, ...facts) =>
      run([
        toEntityStream(entityKey),
        {
          type: "RecordActivities",
          yardstick,
          activities: facts.map((fact) => ({
            activityId: crypto.randomUUID(),
            kind: "session",
            groups: [],
            source: "test",
            inputHash: "hash",
            occurredAt: wholeSecond(clock.now()),
            ...fact,
          })),
        },
      ]),
    async eventsOf(streamId) {
      const events: Recorded[] = [];
      for await (const commit of eventStore.readStream(streamId)) events.push(...commit.events);
      return events;
    },
  };
}

function wholeSecond(instant: Instant): Instant {
  return toInstant(Math.floor(toMilliseconds(instant) / 1_000) * 1_000);
}

/** The instant so many days before another one. */
export function daysBefore(instant: Instant, days: number): Instant {
  return toInstant(toMilliseconds(instant) - days * 86_400_000);
}
