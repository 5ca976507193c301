/** Each day: moves incidents that ended long ago to the archive, until none is due, or until its time is nearly over. */
import type { Context, ScheduledEvent } from "aws-lambda";
import { timeLeft } from "./deadline.js";
import { once } from "./environment.js";
import { openFunctionLedger } from "./functionLedger.js";
import type { FunctionLedger, FunctionOptions } from "./functionLedger.js";

type ArchiverHandler = (event: ScheduledEvent, context: Pick<Context, "getRemainingTimeInMillis">) => Promise<void>;

/** What is left for the incident that is being archived, and for the answer. */
const marginMilliseconds = 20_000;

/** In one run; the next one, or the next day, goes on. */
const incidentsAtMost = 10_000;

/** The handler. It throws where an incident could not be archived, behind all others: the function's errors are watched. */
export function createArchiverFunction(options: FunctionOptions): {
  readonly handler: ArchiverHandler;
  /** What it works on. */
  readonly open: () => Promise<FunctionLedger>;
} {
  const opened = once(() => openFunctionLedger(options, { needs: [] }));
  return { open: opened, handler: async (_event, context) => archive(await opened(), context) };
}

async function archive(
  { config, ledger, logger }: FunctionLedger,
  context: Parameters<ArchiverHandler>[1],
): Promise<void> {
  const olderThanDays = config.archiveAfterDays;
  if (olderThanDays === 0) {
    logger.info("ARCHIVE_AFTER_DAYS is 0: nothing goes to the archive");
    return;
  }
  const time = timeLeft(context, marginMilliseconds);
  try {
    const run = await ledger.archiver.run({ olderThanDays, limit: incidentsAtMost, signal: time.signal });
    const { archived, skipped, failures } = run;
    for (const { incident, cause } of failures) logger.error({ incident, err: cause }, "an incident is not archived");
    logger.info({ archived, skipped, failed: failures.length }, "incidents that ended long ago are archived");
    if (failures.length > 0) throw new Error(`not archived: ${failures.map(({ incident }) => incident).join(", ")}`);
  } finally {
    time.end();
  }
}

export const { handler } = createArchiverFunction({ environment: process.env });
