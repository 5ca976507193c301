/** What the server puts together for research: the queue that the configuration names, and what its states weigh in memory. */
import { describe, expect, it, onTestFinished } from "vitest";
import { parseConfig } from "../../../src/config/config.js";
import { emptyResearchState } from "../../../src/domain/research/index.js";
import { createLogger } from "../../../src/observability/logger.js";
import { weighResearchState } from "../../../src/server/research.js";
import { createWorkQueue, toQueueKind } from "../../../src/server/workQueue.js";
import { completion, requestId, results, submission, tellResearch } from "../../support/researchStory.js";
import { startSqsServer } from "../../support/sqsServer.js";

const logger = createLogger({ level: "silent" });
const { signal } = new AbortController();
const message = { requestId, projectId: "atlas", requestType: "scan" };

describe("the queue of strategy SQS", () => {
  it("is within the process where none is named", async () => {
    const queue = createWorkQueue(parseConfig({}), logger);
    onTestFinished(() => queue.close());
    await queue.send(message, signal);
    expect(await queue.depth()).toEqual({ waiting: 1, inFlight: 0, dead: 0 });
  });

  it("is the one that is named, with its dead letters", async () => {
    const sqs = await startSqsServer();
    onTestFinished(() => sqs.close());
    const config = {
      RESEARCH_QUEUE_URL: sqs.queueUrl,
      RESEARCH_DEAD_LETTER_QUEUE_URL: sqs.deadLetterUrl,
      RESEARCH_QUEUE_ENDPOINT: sqs.url,
      AWS_REGION: "eu-west-1",
    };
    const queue = createWorkQueue(parseConfig(config), logger);
    onTestFinished(() => queue.close());
    await queue.send(message, signal);
    expect(sqs.bodies().map((body): unknown => JSON.parse(body))).toMatchObject([message]);
    expect(await queue.depth()).toEqual({ waiting: 1, inFlight: 0, dead: 0 });
  });
});

describe("who reads the queue", () => {
  const url = "https://sqs.eu-west-1.amazonaws.com/123456789012/research";
  it.each([
    [
      "workers of all processes, where it has an address",
      { RESEARCH_QUEUE_URL: url, RESEARCH_WORKER: "off" },
      "SHARED",
    ],
    ["the server's own worker, where it has none", { RESEARCH_WORKER: "in-process" }, "LOCAL"],
    ["nobody, where there is no such worker either", { RESEARCH_WORKER: "off" }, "UNREAD"],
  ])("%s", (_who, environment, kind) => {
    expect(toQueueKind(parseConfig(environment))).toBe(kind);
  });
});

describe("the weight of a state", () => {
  const streamId = `ResearchRequest-${requestId}`;
  const weigh = (change: Parameters<typeof submission>[0], summary?: string) =>
    weighResearchState(
      tellResearch(streamId, [
        [submission(change)],
        ...(summary === undefined
          ? []
          : ([
              [{ type: "ClaimRequest", workerId: "w", leaseSeconds: 60 }],
              [{ type: "StartRequest", leaseToken: 2, resume: false }],
              [{ ...completion(2), parts: [], results: { ...results, executiveSummary: summary } }],
            ] as const)),
      ]).state,
    );

  it("is never nothing, and grows with what is asked for and with the results", () => {
    const { config } = submission();
    const keywords = Array.from({ length: 100 }, (_, index) => `keyword ${index}`);
    expect(weighResearchState(emptyResearchState(streamId))).toBeGreaterThan(0);
    expect(weigh({ config: { ...config, keywords } })).toBeGreaterThan(weigh({ config }) + 5_000);
    expect(weigh({}, "s".repeat(5_000))).toBeGreaterThan(weigh({}, "short") + 4_900);
    expect(weigh({}, "short")).toBeGreaterThan(weigh({}));
  });
});
