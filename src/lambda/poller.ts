/** Each minute: polls the integration sessions that are due, until none is, or until its time is nearly over. */
import type { Context, ScheduledEvent } from "aws-lambda";
import type { PollSchedule } from "../domain/integrations/index.js";
import { toPollerMetrics } from "../observability/integrations.js";
import { createPoller } from "../poller/index.js";
import { systemClock } from "../server/ledger.js";
import { timeLeft } from "./deadline.js";
import { once } from "./environment.js";
import { needKept, openFunctionLedger } from "./functionLedger.js";
import type { FunctionLedger, FunctionOptions } from "./functionLedger.js";

type PollerHandler = (event: ScheduledEvent, context: Pick<Context, "getRemainingTimeInMillis">) => Promise<void>;

/** Polls under way get so long to end when the time is nearly over; then they are told to end, and are tried again later. */
const graceMilliseconds = 2_000;
/** What is left for them to end, and for the answer. */
const marginMilliseconds = graceMilliseconds + 3_000;
/** Between looks: polls that have ended may be due again. */
const idleMilliseconds = 250;

/** The handler. It throws where the last look for what is due has failed: the schedule's failures are watched. */
export function createPollerFunction(options: FunctionOptions): {
  readonly handler: PollerHandler;
  /** What it works on. */
  readonly open: () => Promise<FunctionLedger>;
} {
  const opened = once(() =>
    openFunctionLedger(options, {
      needs: [needKept("INTEGRATION_KEY")],
      given: { INTEGRATION_POLLER: "in-process" },
    }),
  );
  return { open: opened, handler: async (_event, context) => poll(await opened(), context) };
}

async function poll(
  { config, ledger, logger, telemetry }: FunctionLedger,
  context: Parameters<PollerHandler>[1],
): Promise<void> {
  const { schedule, failure } = watched(ledger.dueSessions);
  const time = timeLeft(context, marginMilliseconds);
  const poller = createPoller({
    schedule,
    polling: ledger.polling,
    services: ledger.integrationServices,
    clock: systemClock,
    random: Math.random,
    pollsAtOnce: config.integrations.poller?.pollsAtOnce,
    ...{ idleMilliseconds, graceMilliseconds },
    onIdle: () => time.end(),
    log: logger,
    metrics: toPollerMetrics(telemetry.metrics),
  });
  poller.start();
  await time.over;
  await poller.close();
  const last = failure();
  if (last !== undefined) throw last.error;
}

/** The schedule, and what its last look has failed with, if it has. */
function watched({ due }: Pick<PollSchedule, "due">) {
  let last: { readonly error: unknown } | undefined;
  const schedule: Pick<PollSchedule, "due"> = {
    due: async (...asked) => {
      try {
        const found = await due(...asked);
        last = undefined;
        return found;
      } catch (error) {
        last = { error };
        throw error;
      }
    },
  };
  return { schedule, failure: () => last };
}

export const { handler } = createPollerFunction({ environment: process.env });
