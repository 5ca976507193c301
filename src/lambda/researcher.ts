/** Messages about research requests of strategy SQS: claims those that they name, and does the work, as any worker. */
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { createReportWriter } from "../server/reportWriter.js";
import { createResearchWork, toWorkerId } from "../server/researchWorker.js";
import { systemClock } from "../server/ledger.js";
import { createWorker } from "../worker/index.js";
import { createBatchQueue } from "./batchQueue.js";
import { timeLeft } from "./deadline.js";
import { once } from "./environment.js";
import { openFunctionLedger } from "./functionLedger.js";
import type { FunctionLedger, FunctionOptions } from "./functionLedger.js";

type ResearcherHandler = (
  event: SQSEvent,
  context: Pick<Context, "getRemainingTimeInMillis">,
) => Promise<SQSBatchResponse>;

/** When the time is nearly over, what is nearly done may go on so long, and what is not is given back. */
const graceMilliseconds = 5_000;
/** What is left for that, and for the answer. */
const marginMilliseconds = 2 * graceMilliseconds + 5_000;

/** The handler. Messages that are dealt with are removed by Lambda, the others come again. */
export function createResearcherFunction(options: FunctionOptions): {
  readonly handler: ResearcherHandler;
  /** What it works on. */
  readonly open: () => Promise<FunctionLedger>;
} {
  const opened = once(async () => {
    const needs = [{ variable: "RESEARCH_QUEUE_URL", message: "must be set: the messages are of that queue" }];
    const ledger = await openFunctionLedger(options, { needs, given: { RESEARCH_WORKER: "in-process" } });
    return { ...ledger, writer: await createReportWriter(ledger.config) };
  });
  return { open: opened, handler: async (event, context) => work(await opened(), event, context) };
}

type Opened = FunctionLedger & { readonly writer: Awaited<ReturnType<typeof createReportWriter>> };

async function work(
  { config, ledger, logger, writer }: Opened,
  { Records: records }: SQSEvent,
  context: Parameters<ResearcherHandler>[1],
): Promise<SQSBatchResponse> {
  const batch = createBatchQueue({ records, queue: ledger.workQueue, log: logger });
  const { execute, clientFor, close } = createResearchWork({
    config,
    service: ledger.research,
    views: ledger.researchViews,
    reports: ledger.researchReports,
    writer,
    clock: systemClock,
    logger,
  });
  const time = timeLeft(context, marginMilliseconds);
  const worker = createWorker({
    ...{ client: clientFor({}), execute, graceMilliseconds },
    queue: batch.queue,
    strategy: "SQS",
    workerId: toWorkerId("SQS"),
    types: config.research.worker?.types,
    concurrency: config.research.worker?.concurrency ?? 1,
    clock: systemClock,
    log: logger,
    random: Math.random,
  });
  try {
    // A worker ends where messages name nothing that it could claim; there may be others behind them.
    while (!batch.isEmpty() && !time.signal.aborted) await worker.runUntilEmpty(time.signal);
  } finally {
    time.end();
    await close();
  }
  return { batchItemFailures: (await batch.leftOver()).map((itemIdentifier) => ({ itemIdentifier })) };
}

export const { handler } = createResearcherFunction({ environment: process.env });
