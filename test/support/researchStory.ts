/** Requests in whose stories every event type of the research context occurs: from them the fixtures of stored events are made. */
import type { Actor, Recorded } from "../../src/domain/kernel/index.js";
import { addSeconds } from "../../src/domain/kernel/time.js";
import { emptyResearchState, researchDecider } from "../../src/domain/research/index.js";
import type {
  ResearchCommand,
  ResearchCommandOf,
  ResearchEvent,
  ResearchEventOf,
  ResearchState,
} from "../../src/domain/research/index.js";
import { recordAll } from "./deciderSpecification.js";

export interface ResearchStream {
  readonly streamId: string;
  readonly events: readonly Recorded<ResearchEvent>[];
  readonly state: ResearchState;
}

export const researchStart = "2025-09-09T10:13:09.250Z";
export const requestId = "req_1757412789250_a08ac7ad";
export const otherRequestId = "req_1757412789250_b19bd8be";
const slotId = "3f0b7c1e-58a4-5d0c-9a3e-0f6b8f6f0a11";

/** The seed's example, with all that may be asked for. */
export function submission(
  change: Partial<ResearchCommandOf<"SubmitRequest">> = {},
): ResearchCommandOf<"SubmitRequest"> {
  return {
    type: "SubmitRequest",
    projectId: "test-project-001",
    userId: "test-user-123",
    requestType: "semaglutide_intelligence",
    priority: "HIGH",
    strategy: "TABLE",
    config: {
      keywords: ["semaglutide", "GLP-1 receptor agonist"],
      sources: [
        { name: "FDA", baseUrl: "https://www.fda.gov", sourceType: "GOVERNMENT" },
        { name: "NIH", baseUrl: "https://www.nih.gov", sourceType: "ACADEMIC" },
      ],
      extractionMode: "SUMMARY",
      qualityThreshold: 0.7,
      batchSize: 5,
      maxRetries: 2,
      maxPagesPerSource: 20,
      customParams: { region: "EU", depth: 2 },
    },
    dedupeKey: "semaglutide/2025-09",
    deadlineSeconds: 86_400,
    delaySeconds: 0,
    ...change,
  };
}

export const content = {
  objectKey: `reports/parts/${requestId}/ab.json`,
  bytes: 2_048,
  sha256: "ab",
} as const;

export const tally: ResearchEventOf<"RequestItemsAdded">["data"]["tallies"][number] = {
  sourceType: "GOVERNMENT",
  items: 2,
  score: 1.7,
  highQuality: 2,
};

export const results: ResearchEventOf<"RequestCompleted">["data"]["results"] = {
  executiveSummary: "2 items from 1 source.",
  keyFindings: [{ text: "Supply is short until spring.", citations: ["fda-1"] }],
  writtenBy: "deterministic-v1",
  totalSources: 1,
  tallies: [tally],
  urlsDiscovered: 15,
  contentExtracted: 12,
  apiCalls: 18,
  durationSeconds: 10,
  structuredOutputs: [{ kind: "table", rows: 2 }],
};

export function completion(leaseToken: number): ResearchCommandOf<"CompleteRequest"> {
  const report = { objectKey: `reports/semaglutide_intelligence_${requestId}_cd.json`, bytes: 4_096, sha256: "cd" };
  return { type: "CompleteRequest", leaseToken, digest: "ef", results, report, parts: ["ab"] };
}

const claim = { type: "ClaimRequest", workerId: "table_processor_001", leaseSeconds: 60 } as const;
const start = (leaseToken: number) => ({ type: "StartRequest", leaseToken, resume: true }) as const;

/** Streams of a request with a long life, of one that is given up, of their dedupe key and of their project's limit. */
export function researchStory(): readonly ResearchStream[] {
  return [
    tellResearch(`ResearchRequest-${requestId}`, [
      [submission({ delaySeconds: 30 })],
      [{ type: "QueueRequest" }, 30],
      [{ type: "RecordDispatch", messageId: "0b6d8a52-1111-4c6b-9f0a-3f0b7c1e58a4" }],
      [{ type: "PrioritiseRequest", priority: "MEDIUM" }],
      [claim],
      [start(5)],
      [
        {
          type: "Heartbeat",
          leaseToken: 5,
          leaseSeconds: 90,
          progress: {
            stage: "content_extraction",
            percentage: 65,
            urlsFound: 15,
            contentExtracted: 12,
            processingErrors: 1,
            estimatedCompletion: "2025-09-09T10:15:00.000Z",
          },
          checkpoint: { done: ["FDA"] },
        },
      ],
      [
        {
          type: "AppendLogs",
          leaseToken: 5,
          entries: [
            { level: "INFO", message: "Fetching FDA", stage: "content_extraction", metadata: { node: "node-1" } },
            { level: "WARNING", message: "Low confidence score for source NIH" },
          ],
        },
      ],
      [{ type: "AddItems", leaseToken: 5, part: 1, content, tallies: [tally] }],
      [
        {
          type: "FailRequest",
          leaseToken: 5,
          error: "Failed to extract content from URL xyz",
          retryable: true,
          jitter: 0.5,
        },
      ],
      [{ type: "QueueRequest" }, 10],
      [claim],
      [{ type: "ReleaseRequest", leaseToken: 12, reason: "The worker stops" }],
      [claim],
      [start(14)],
      [{ type: "ExpireLease", leaseToken: 14, jitter: 0.5 }, 120],
      [{ type: "QueueRequest" }, 30],
      [claim],
      [start(18)],
      [{ type: "CancelRequest", reason: "Wrong keywords" }],
      [{ type: "ReleaseRequest", leaseToken: 18 }],
      [{ type: "RetryRequest", reason: "They were right" }],
      [claim],
      [start(24)],
      [completion(24)],
    ]),
    tellResearch(`ResearchRequest-${otherRequestId}`, [
      [submission({ dedupeKey: undefined })],
      [claim],
      [{ type: "FailRequest", leaseToken: 2, error: "There is no such site", retryable: false, jitter: 0 }],
    ]),
    tellResearch(`ResearchSlot-${slotId}`, [
      [
        {
          type: "TakeSlot",
          projectId: "test-project-001",
          dedupeKey: "semaglutide/2025-09",
          requestId: otherRequestId,
        },
      ],
      [
        {
          type: "TakeSlot",
          projectId: "test-project-001",
          dedupeKey: "semaglutide/2025-09",
          requestId,
          replaced: otherRequestId,
        },
      ],
    ]),
    tellResearch("ResearchProject-test-project-001", [
      [{ type: "SetLimit", maxRunning: 1, running: [{ requestId: otherRequestId, leaseToken: 2 }] }],
      [{ type: "TakeLane", requestId, leaseToken: 5, gone: [otherRequestId] }],
    ]),
  ];
}

/** Carries commands out on a stream; each comes a second after the one before, or so many. Throws where one is refused. */
export function tellResearch(
  streamId: string,
  commands: readonly (readonly [command: ResearchCommand, seconds?: number])[],
  actor: Actor = { kind: "USER", id: "ada" },
): ResearchStream {
  let state = emptyResearchState(streamId);
  let now = researchStart;
  const events: Recorded<ResearchEvent>[] = [];
  for (const [command, seconds = 1] of commands) {
    if (events.length > 0) now = addSeconds(now, seconds);
    const proposed = researchDecider.decide(command, state, { streamId, now, actor });
    const recorded = recordAll<ResearchEvent>(
      proposed.map((event) => ({ streamId, recordedAt: now, occurredAt: now, actor, ...event })),
      events.length,
    );
    state = recorded.reduce((folded, event) => researchDecider.evolve(folded, event), state);
    events.push(...recorded);
  }
  return { streamId, events, state };
}
