/** The store of research on an engine, with the handler that writes to it: what a process has, as far as the store can tell. */
import { createCodec } from "../../../src/domain/kernel/codec.js";
import { createCommandHandler } from "../../../src/domain/kernel/commandHandler.js";
import type { CommandHandler, CommandOutcome, StateLoader } from "../../../src/domain/kernel/commandHandler.js";
import type { Recorded } from "../../../src/domain/kernel/event.js";
import type { EventStore } from "../../../src/domain/kernel/eventStore.js";
import type { Clock } from "../../../src/domain/kernel/time.js";
import {
  requestStream,
  researchDecider,
  researchEventFormats,
  researchProjection,
} from "../../../src/domain/research/index.js";
import type {
  ResearchCommand,
  ResearchCommandOf,
  ResearchEvent,
  ResearchReadModel,
  ResearchState,
  RequestCommand,
} from "../../../src/domain/research/index.js";
import { uuidIds } from "../../../src/server/ledger.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { createDynamoDbEventStore } from "../../../src/store/dynamodb/eventStore.js";
import { createBackoff } from "../../../src/store/dynamodb/retry.js";
import { verifiedAsyncView } from "../../../src/store/proofs/asyncProof.js";
import type { ProofDeps } from "../../../src/store/proofs/proofDeps.js";
import {
  createResearchReadModel,
  createResearchStateLoader,
  researchQueueView,
  researchVerifiedViews,
  researchViewWriters,
} from "../../../src/store/readModels/research/index.js";
import { sha256 } from "../../../src/store/sha256.js";
import { createStateCache } from "../../../src/store/stateCache.js";

export const codec = createCodec(researchEventFormats);

/** The seed's worker: whoever claims is who may go on. */
const metadata = { actor: { kind: "USER", id: "table_processor_001" }, correlationId: "test" } as const;

export interface ResearchStore {
  readonly db: DynamoDb;
  readonly eventStore: EventStore;
  readonly readModel: ResearchReadModel;
  readonly loader: StateLoader<ResearchState, ResearchCommand>;
  readonly proofs: ProofDeps;
  readonly commands: CommandHandler<ResearchState, ResearchCommand>;
  run(
    ...requests: readonly (readonly [streamId: string, command: ResearchCommand])[]
  ): Promise<CommandOutcome<ResearchState>>;
  submit(requestId: string, facts?: Partial<ResearchCommandOf<"SubmitRequest">>): Promise<void>;
  /** Carries a command about a request out, and returns the version that its stream is at. */
  tell(requestId: string, command: RequestCommand): Promise<number>;
  /** Claims and starts; returns the token. */
  begin(requestId: string): Promise<number>;
  /** All events of a stream. */
  eventsOf(streamId: string): Promise<readonly Recorded[]>;
}

/** Another one on the same tables is another process: own handler, own cache. */
export function researchStore(db: DynamoDb, clock: Clock): ResearchStore {
  const eventStore = createDynamoDbEventStore({ db, codec, clock, views: researchViewWriters });
  const loader = createResearchStateLoader({ db, codec, eventStore });
  const commands = createCommandHandler<ResearchState, ResearchCommand, ResearchEvent>({
    decider: researchDecider,
    projection: researchProjection,
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
  const run: ResearchStore["run"] = (...requests) =>
    commands.handle(
      requests.map(([streamId, command]) => ({ streamId, command })),
      metadata,
    );
  const tell: ResearchStore["tell"] = async (requestId, command) => {
    const { positions } = await run([requestStream(requestId), command]);
    return positions[0]?.version ?? 0;
  };
  return {
    db,
    eventStore,
    readModel: createResearchReadModel({ db, clock }),
    loader,
    proofs: {
      db,
      codec,
      digest: sha256,
      clock,
      views: researchVerifiedViews,
      asyncViews: [verifiedAsyncView(researchQueueView)],
    },
    commands,
    run,
    async submit(requestId, facts = {}) {
      await tell(requestId, { ...seedSubmission, ...facts });
    },
    tell,
    async begin(requestId) {
      const leaseToken = await tell(requestId, {
        type: "ClaimRequest",
        workerId: "table_processor_001",
        leaseSeconds: 60,
      });
      await tell(requestId, { type: "StartRequest", leaseToken, resume: false });
      return leaseToken;
    },
    async eventsOf(streamId) {
      const events: Recorded[] = [];
      for await (const commit of eventStore.readStream(streamId)) events.push(...commit.events);
      return events;
    },
  };
}

/** The seed's example. */
export const seedSubmission: ResearchCommandOf<"SubmitRequest"> = {
  type: "SubmitRequest",
  projectId: "test-project-001",
  userId: "test-user-123",
  requestType: "semaglutide_intelligence",
  priority: "HIGH",
  strategy: "TABLE",
  config: {
    keywords: [
      "semaglutide",
      "tirzepatide",
      "wegovy",
      "obesity drug",
      "weight loss medication",
      "GLP-1 receptor agonist",
      "diabetes treatment",
      "clinical trials obesity",
    ],
    sources: [
      { name: "FDA", baseUrl: "https://www.fda.gov", sourceType: "GOVERNMENT" },
      { name: "NIH", baseUrl: "https://www.nih.gov", sourceType: "ACADEMIC" },
      { name: "ClinicalTrials.gov", baseUrl: "https://clinicaltrials.gov", sourceType: "CLINICAL" },
    ],
    extractionMode: "SUMMARY",
    qualityThreshold: 0.7,
    batchSize: 5,
    maxRetries: 2,
    maxPagesPerSource: 20,
    customParams: {},
  },
  deadlineSeconds: 86_400,
  delaySeconds: 0,
};

/** The seed's results. */
export function seedCompletion(leaseToken: number): ResearchCommandOf<"CompleteRequest"> {
  const tally = (sourceType: "GOVERNMENT" | "CLINICAL" | "ACADEMIC", items: number, highQuality: number) => ({
    sourceType,
    items,
    score: 0.85 * items,
    highQuality,
  });
  return {
    type: "CompleteRequest",
    leaseToken,
    parts: [],
    digest: "digest",
    results: {
      executiveSummary: "Mock analysis completed successfully",
      keyFindings: [
        { text: "Finding 1", citations: ["item-1"] },
        { text: "Finding 2", citations: ["item-2", "item-3"] },
      ],
      writtenBy: "deterministic-v1",
      totalSources: 3,
      tallies: [tally("GOVERNMENT", 12, 10), tally("CLINICAL", 15, 12), tally("ACADEMIC", 8, 6)],
      urlsDiscovered: 15,
      contentExtracted: 12,
      apiCalls: 18,
      durationSeconds: 10,
      structuredOutputs: [],
    },
    report: {
      objectKey: "reports/semaglutide_intelligence_req_1757412789250_a08ac7ad_0123456789abcdef.json",
      bytes: 1_000,
      sha256: "0123456789abcdef",
    },
  };
}

/** A request id of the seed's form, of a millisecond. */
export function requestIdOf(milliseconds: number, n: number): string {
  return `req_${milliseconds}_${n.toString(16).padStart(8, "0")}`;
}
