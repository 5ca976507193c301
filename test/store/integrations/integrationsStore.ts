/** The store of integrations on an engine, with the handler that writes to it: what a process has, as far as the store can tell. */
import { createCodec } from "../../../src/domain/kernel/codec.js";
import { createCommandHandler } from "../../../src/domain/kernel/commandHandler.js";
import type { StateLoader } from "../../../src/domain/kernel/commandHandler.js";
import type { Recorded } from "../../../src/domain/kernel/event.js";
import type { EventStore } from "../../../src/domain/kernel/eventStore.js";
import type { Clock } from "../../../src/domain/kernel/time.js";
import {
  sessionDecider,
  sessionEventFormats,
  sessionProjection,
  sessionStream,
  toSessionId,
} from "../../../src/domain/integrations/index.js";
import type {
  IntegrationSession,
  IntegrationsReadModel,
  PollSchedule,
  SessionCommand,
  SessionCommandOf,
  SessionEvent,
  SessionState,
} from "../../../src/domain/integrations/index.js";
import { uuidIds } from "../../../src/server/ledger.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { createDynamoDbEventStore } from "../../../src/store/dynamodb/eventStore.js";
import { createBackoff } from "../../../src/store/dynamodb/retry.js";
import type { ProofDeps } from "../../../src/store/proofs/proofDeps.js";
import { verifiedAsyncView } from "../../../src/store/proofs/asyncProof.js";
import {
  createIntegrationStateLoader,
  createIntegrationsReadModel,
  createPollSchedule,
  integrationHealthView,
  integrationVerifiedViews,
  integrationViewWriters,
} from "../../../src/store/readModels/integrations/index.js";
import { sha256 } from "../../../src/store/sha256.js";
import { createStateCache } from "../../../src/store/stateCache.js";

export const codec = createCodec(sessionEventFormats);

const metadata = { actor: { kind: "SYSTEM", id: "integration-poller" }, correlationId: "test" } as const;

export interface IntegrationsStore {
  readonly db: DynamoDb;
  readonly eventStore: EventStore;
  readonly readModel: IntegrationsReadModel;
  readonly schedule: PollSchedule;
  readonly loader: StateLoader<SessionState, SessionCommand>;
  readonly proofs: ProofDeps;
  /** Connects a session of a user, the seed's example but for what is given. */
  connect(userId: string, facts?: Partial<SessionCommandOf<"ConnectSession">>): Promise<IntegrationSession>;
  /** Carries a command about a session out, and returns the session. */
  tell(sessionId: string, command: SessionCommand): Promise<IntegrationSession>;
  /** A poll of the session that brought so many items. */
  poll(sessionId: string, items?: number): Promise<IntegrationSession>;
  /** All events of a session. */
  eventsOf(sessionId: string): Promise<readonly Recorded[]>;
}

/** Another one on the same tables is another process: own handler, own cache. */
export function integrationsStore(db: DynamoDb, clock: Clock): IntegrationsStore {
  const eventStore = createDynamoDbEventStore({ db, codec, clock, views: integrationViewWriters });
  const loader = createIntegrationStateLoader({ db, codec, eventStore });
  const commands = createCommandHandler<SessionState, SessionCommand, SessionEvent>({
    decider: sessionDecider,
    projection: sessionProjection,
    codec,
    eventStore,
    loader,
    cache: createStateCache({ max: 1_000 }),
    clock,
    ids: uuidIds,
    digest: sha256,
    backoff: createBackoff({ baseMilliseconds: 5, capMilliseconds: 250 }),
    maxAttempts: 50,
  });
  const tell: IntegrationsStore["tell"] = async (sessionId, command) => {
    const { states } = await commands.handle([{ streamId: sessionStream(sessionId), command }], metadata);
    const session = states[0]?.session;
    if (session === undefined) throw new Error(`${sessionId} has no state`);
    return session;
  };
  const readModel = createIntegrationsReadModel({ db, clock });
  return {
    db,
    eventStore,
    readModel,
    schedule: createPollSchedule({ db }),
    loader,
    proofs: {
      db,
      codec,
      digest: sha256,
      clock,
      views: integrationVerifiedViews,
      asyncViews: [verifiedAsyncView(integrationHealthView)],
    },
    connect(userId, facts = {}) {
      const command = { ...seedConnection, userId, ...facts };
      return tell(toSessionId(userId, command.serviceType), command);
    },
    tell,
    async poll(sessionId, items = 2) {
      const [before] = await readModel.getSessions([sessionId]);
      if (before === undefined) throw new Error(`no session ${sessionId}`);
      return tell(sessionId, pollOf(before, { items, at: clock.now() }));
    },
    async eventsOf(sessionId) {
      const events: Recorded[] = [];
      for await (const commit of eventStore.readStream(sessionStream(sessionId))) events.push(...commit.events);
      return events;
    },
  };
}

/** The seed's example of Gmail. */
export const seedConnection: SessionCommandOf<"ConnectSession"> = {
  type: "ConnectSession",
  userId: "user123",
  serviceType: "gmail",
  mode: "POLL",
  webhookUrl: "https://example.lambda-url.us-east-1.on.aws/",
  pollingIntervalMs: 30_000,
  serviceState: { lastHistoryId: "123456789", emailAddress: "user@company.com" },
  jitter: 0,
};

/** What a poll reports that brought so many items. */
export function pollOf(
  session: IntegrationSession,
  { items, at }: { readonly items: number; readonly at: string },
): SessionCommandOf<"RecordPoll"> {
  const { cursorRevision, serviceState } = session;
  return {
    type: "RecordPoll",
    items,
    ...(items === 0 ? {} : { firstItemId: `${cursorRevision}-a`, lastItemId: `${cursorRevision}-z` }),
    serviceState: { ...serviceState, lastHistoryId: String(123_456_789 + cursorRevision + 1) },
    more: false,
    polls: 1,
    at,
    cursorRevision,
    jitter: 0,
  };
}
