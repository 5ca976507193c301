/** Example research requests: seed 002's, done to its end with its very numbers, and one each that waits, was cancelled and failed. */
import type {
  FailRequestInput,
  HeartbeatRequestInput,
  ResearchItemInput,
  ResearchLogEntryInput,
  ResearchResultsInput,
  ResearchSourceInput,
  SubmitRequestInput,
} from "../generated/operations.js";

/** What a worker does with a request that it has claimed. */
export interface SeedAttempt {
  readonly workerId: string;
  readonly logs: readonly ResearchLogEntryInput[];
  readonly progress: NonNullable<HeartbeatRequestInput["progress"]>;
  /** The items of each part. */
  readonly parts: readonly (readonly ResearchItemInput[])[];
  readonly end:
    { readonly completes: ResearchResultsInput } | { readonly fails: Pick<FailRequestInput, "error" | "retryable"> };
}

export interface SeedRequest {
  /** Names the request in idempotency keys: never change it. */
  readonly key: string;
  readonly input: Omit<SubmitRequestInput, "idempotencyKey">;
  /** Why somebody does not want it any more. */
  readonly cancelled?: string;
  readonly attempt?: SeedAttempt;
}

const projectId = "test-project-001";
const userId = "test-user-123";
const day = 86_400;

// #region seed 002

const fda = { name: "FDA", baseUrl: "https://www.fda.gov", sourceType: "GOVERNMENT" } as const;
const nih = { name: "NIH", baseUrl: "https://www.nih.gov", sourceType: "ACADEMIC" } as const;
const trials = {
  name: "ClinicalTrials.gov",
  baseUrl: "https://clinicaltrials.gov",
  sourceType: "CLINICAL",
} as const;

/**
 * So many items of a source, so many of them below the threshold of 0.7. In all 28 of 35 are above it: 28 with 0.9375 and 7 with 0.5
 * have the seed's confidence of 0.85 in the mean.
 */
function itemsOf({ name, baseUrl, sourceType }: ResearchSourceInput, count: number, low: number): ResearchItemInput[] {
  return Array.from({ length: count }, (_, index) => ({
    itemId: `${sourceType.toLowerCase()}-${index + 1}`,
    url: baseUrl,
    title: `Example ${index + 1} of ${name}`,
    source: name,
    sourceType,
    text: "An example: nothing was read for it.",
    score: index < count - low ? 0.9375 : 0.5,
    matchedKeywords: ["semaglutide"],
  }));
}

const seed002: SeedRequest = {
  key: "seed-002-semaglutide",
  input: {
    projectId,
    userId,
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
      sources: [fda, nih, trials],
      extractionMode: "SUMMARY",
      qualityThreshold: 0.7,
      batchSize: 5,
      maxRetries: 2,
      customParams: {},
    },
  },
  attempt: {
    workerId: "table_processor_001",
    logs: [
      {
        level: "INFO",
        message: "Request processing started",
        stage: "initialization",
        metadata: { processing_node: "node-1" },
      },
      { level: "WARNING", message: "Low confidence score for source ABC", stage: "content_discovery" },
      { level: "ERROR", message: "Failed to extract content from URL xyz", stage: "content_extraction" },
    ],
    progress: {
      stage: "content_extraction",
      percentage: 65,
      urlsFound: 15,
      contentExtracted: 12,
      processingErrors: 1,
    },
    parts: [itemsOf(fda, 12, 3), itemsOf(trials, 15, 3), itemsOf(nih, 8, 1)],
    end: {
      completes: {
        executiveSummary: "Mock analysis completed successfully",
        keyFindings: [
          { text: "Finding 1", citations: ["government-1", "clinical-1"] },
          { text: "Finding 2", citations: ["academic-1"] },
        ],
        urlsDiscovered: 15,
        contentExtracted: 12,
        apiCalls: 18,
      },
    },
  },
};

// #endregion

// Of a domain that is kept for examples: no worker that takes one of these up ever reaches somebody's site.
const registry = { name: "Registry", baseUrl: "https://registry.example", sourceType: "CLINICAL" } as const;
const wire = { name: "Wire", baseUrl: "https://wire.example", sourceType: "NEWS" } as const;

const others: readonly SeedRequest[] = [
  {
    key: "waits",
    input: {
      projectId,
      userId,
      requestType: "trial_registry_scan",
      priority: "LOW",
      config: { keywords: ["retatrutide"], sources: [registry] },
      delaySeconds: day,
      deadlineSeconds: 2 * day,
    },
  },
  {
    key: "cancelled",
    input: {
      projectId,
      userId,
      requestType: "press_review",
      config: { keywords: ["compounded semaglutide"], sources: [wire] },
      // Nobody starts it before it is cancelled.
      delaySeconds: 3_600,
    },
    cancelled: "The shortage list says it already",
  },
  {
    key: "failed",
    input: {
      projectId,
      userId,
      requestType: "press_review",
      priority: "MEDIUM",
      config: { keywords: ["orforglipron", "phase 3"], sources: [registry, wire], maxRetries: 1 },
    },
    attempt: {
      workerId: "table_processor_001",
      logs: [
        { level: "WARNING", message: "Wire wants its pages left alone (robots.txt)", stage: "content_discovery" },
        { level: "ERROR", message: "Registry cannot be reached", stage: "content_discovery" },
      ],
      progress: { stage: "content_discovery", percentage: 10, urlsFound: 2, contentExtracted: 0, processingErrors: 2 },
      parts: [],
      end: { fails: { error: "None of the sources could be read", retryable: false } },
    },
  },
];

export const seedRequests: readonly SeedRequest[] = [seed002, ...others];
