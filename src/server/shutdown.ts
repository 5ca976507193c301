/** Ctrl-C and `kill`: the first signal drains the process, the second ends it at once. */
import type { Logger } from "../observability/logger.js";

export interface TerminationDeps {
  /** Stops everything; called once. */
  readonly close: () => Promise<void>;
  readonly logger: Pick<Logger, "info" | "warn" | "error">;
  /** How long `close` may take before the process ends regardless. */
  readonly graceMilliseconds: number;
}

/**
 * Ends the process on SIGINT and SIGTERM. Exit codes: 0 after `close`, 1 where it failed or took longer than the grace,
 * 128 + the signal's number on a second signal.
 */
export function onTermination({ close, logger, graceMilliseconds }: TerminationDeps): void {
  let stopping = false;
  const stop = async (signal: Signal): Promise<void> => {
    if (stopping) {
      logger.warn({ signal }, "second signal, ending at once");
      process.exit(128 + signalNumbers[signal]);
    }
    stopping = true;
    logger.info({ signal }, "stopping; a second signal ends at once");
    setTimeout(() => {
      logger.error({ graceMilliseconds }, "not stopped within the grace, ending");
      process.exit(1);
    }, graceMilliseconds).unref();
    try {
      await close();
      logger.info("stopped");
      process.exit(0);
    } catch (error) {
      logger.error({ err: error }, "stopping failed");
      process.exit(1);
    }
  };
  process.on("SIGINT", (signal) => void stop(toSignal(signal)));
  process.on("SIGTERM", (signal) => void stop(toSignal(signal)));
}

const signalNumbers = { SIGINT: 2, SIGTERM: 15 } as const;
type Signal = keyof typeof signalNumbers;

function toSignal(signal: NodeJS.Signals): Signal {
  return signal === "SIGINT" ? "SIGINT" : "SIGTERM";
}
