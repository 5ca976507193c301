/** The researcher as a function: batches of messages as SQS hands them over, on the real engine, a site and a bucket on loopback. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { InputOf } from "../../src/domain/research/index.js";
import { toBody } from "../../src/adapters/queue/message.js";
import { openFunctionLedger } from "../../src/lambda/functionLedger.js";
import type { FunctionLedger } from "../../src/lambda/functionLedger.js";
import { createResearcherFunction } from "../../src/lambda/researcher.js";
import { ensureTables } from "../../src/store/dynamodb/createTables.js";
import { prefixed } from "../../src/store/tables.js";
import { startTestEngine } from "../support/engine.js";
import type { TestEngine } from "../support/engine.js";
import { requestBy } from "../support/ledgerAt.js";
import { beyondRights, recordRights } from "../support/rights.js";
import type { RightsRecorder } from "../support/rights.js";
import { startS3Server } from "../support/s3Server.js";
import type { S3Server } from "../support/s3Server.js";
import { siteKeywords, siteThreshold } from "../support/sitePages.js";
import { startSiteServer } from "../support/siteServer.js";
import type { SiteServer } from "../support/siteServer.js";
import { startSqsServer } from "../support/sqsServer.js";
import type { SqsServer } from "../support/sqsServer.js";
import { contextOf, queueEvent, variablesFor } from "./support/functions.js";

const ada = requestBy("ada");

let engine: TestEngine;
let rights: RightsRecorder;
let site: SiteServer;
let bucket: S3Server;
let sqs: SqsServer;
/** What callers use, beside the function. */
let callers: FunctionLedger;
let program: ReturnType<typeof createResearcherFunction>;

beforeAll(async () => {
  engine = await startTestEngine();
  await ensureTables(engine.db({ tableName: prefixed("") }));
  [rights, site, bucket, sqs] = await Promise.all([
    recordRights(engine.engine.endpoint ?? ""),
    startSiteServer(),
    startS3Server({ buckets: ["opsledger-objects"] }),
    startSqsServer(),
  ]);
  const given = {
    RESEARCH_ALLOWED_HOSTS: site.host,
    RESEARCH_QUEUE_URL: sqs.queueUrl,
    RESEARCH_QUEUE_ENDPOINT: sqs.url,
    S3_ENDPOINT: bucket.url,
  };
  callers = await openFunctionLedger(
    { environment: { ...variablesFor(engine.engine.endpoint ?? ""), ...given } },
    { needs: [] },
  );
  program = createResearcherFunction({ environment: { ...variablesFor(rights.endpoint), ...given } });
});

afterEach(() => expect(beyondRights("researcher", rights.uses())).toEqual([]));

afterAll(async () => {
  await program.open().then(({ close }) => close());
  await callers.close();
  await Promise.all([site.close(), bucket.close(), sqs.close(), rights.close()]);
  await engine.close();
});

const submission = (path: string): InputOf<"submit"> => ({
  projectId: "atlas",
  requestType: "semaglutide_intelligence",
  strategy: "SQS",
  config: {
    keywords: siteKeywords,
    sources: [{ name: "Office", baseUrl: `${site.url}${path}`, sourceType: "GOVERNMENT" }],
    qualityThreshold: siteThreshold,
    maxPagesPerSource: 3,
  },
});
const submit = async (path = "/") => (await callers.ledger.research.submit(submission(path), ada)).requestId;

const about = (requestId: string) => ({
  body: toBody({ requestId, projectId: "atlas", requestType: "semaglutide_intelligence" }),
});

const requestOf = async (requestId: string) =>
  (await callers.ledger.researchViews.getRequests([requestId])).find((request) => request !== undefined);

const handle = (messages: Parameters<typeof queueEvent>[0], milliseconds?: number) =>
  program.handler(queueEvent(messages), contextOf(milliseconds));

describe("a batch of messages", () => {
  it("is worked on: what its messages name is claimed, done and completed, and the messages are done with", async () => {
    const requests = [await submit(), await submit()];
    expect(await handle(requests.map(about))).toEqual({ batchItemFailures: [] });
    for (const requestId of requests) {
      expect(await requestOf(requestId)).toMatchObject({ status: "COMPLETED", results: { totalSources: 1 } });
    }
    expect(bucket.bucket("opsledger-objects").size).toBeGreaterThan(0);
  });

  it("is done with where its requests are over, with others, or told of twice", async () => {
    const [over, elsewhere, twice] = [await submit(), await submit(), await submit()];
    await callers.ledger.research.cancel(over, {}, ada);
    await callers.ledger.research.claim(
      { workerId: "another", strategy: "SQS", requestIds: [elsewhere], leaseSeconds: 60 },
      requestBy("another"),
    );
    const messages = [over, elsewhere, twice, twice].map(about);
    expect(await handle(messages)).toEqual({ batchItemFailures: [] });
    expect(await requestOf(elsewhere)).toMatchObject({ status: "PROCESSING", workerId: "another" });
    expect(await requestOf(twice)).toMatchObject({ status: "COMPLETED" });
  });

  it("comes again in part: what is no message of ours goes to the dead letters, the rest is done", async () => {
    const requestId = await submit();
    const poison = { body: '{"version":1,"requestId":"../../etc"}' };
    expect(await handle([poison, about(requestId)])).toEqual({
      batchItemFailures: [{ itemIdentifier: "message-1" }],
    });
    expect(await requestOf(requestId)).toMatchObject({ status: "COMPLETED" });
  });
});

describe("when the time of an invocation is nearly over", () => {
  it("gives back what is not finished of two, which is what is done at a time, and shows at once what nobody came to", async () => {
    site.serve("/silent", () => undefined);
    const requests = [await submit("/silent"), await submit("/silent"), await submit("/silent")];
    const before = sqs.requests("ChangeMessageVisibility");
    const context = contextOf(15_400);
    const answer = await program.handler(queueEvent(requests.map(about)), context);
    expect(context.getRemainingTimeInMillis()).toBeGreaterThan(5_000);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "message-3" }] });
    expect(sqs.requests("ChangeMessageVisibility")).toBeGreaterThan(before);
    const statuses = await Promise.all(requests.map(async (requestId) => (await requestOf(requestId))?.status));
    expect(statuses).toEqual(["PENDING", "PENDING", "PENDING"]);
  });
});

it("does not start without the queue whose messages it is handed", async () => {
  const { RESEARCH_QUEUE_URL: _none, ...environment } = { ...variablesFor(rights.endpoint), RESEARCH_QUEUE_URL: "" };
  const lost = createResearcherFunction({ environment });
  await expect(lost.handler(queueEvent([]), contextOf())).rejects.toThrow("RESEARCH_QUEUE_URL: must be set");
});
