/** Stream of the feed: lets policies and the publisher go on to the head of the feed, and runs the timers that they set for now. */
import { createConsumer } from "./consumer.js";
import type { ConsumerHandler } from "./consumer.js";
import { once } from "./environment.js";
import type { FunctionOptions } from "./functionLedger.js";
import { openWork } from "./work.js";

/** The handler. It throws where it cannot begin: then the batch comes again. `close` is for tests. */
export function createReactorFunction(options: FunctionOptions): {
  readonly handler: ConsumerHandler;
  close(): Promise<void>;
} {
  const opened = once(() => openWork(options));
  return {
    handler: createConsumer(async (signal) => {
      const { ledger, logger, requireWhole, hasScheduled, runScheduled } = await opened();
      await requireWhole();
      const caughtUp = await ledger.catchUp(["POLICY", "PUBLISHER"], { signal, look: "news" });
      // What they do is fed, and comes back here as records.
      if (hasScheduled() && !signal.aborted) await runScheduled("timers", signal);
      return { caughtUp, logger };
    }),
    close: async () => (await opened()).close(),
  };
}

export const { handler } = createReactorFunction({ environment: process.env });
