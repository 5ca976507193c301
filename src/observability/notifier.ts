/** Watches a notifier: how many messages it takes, and why it takes others not. */
import { NotifierBusyError, NotifierRefusedError, UnavailableError } from "../domain/kernel/index.js";
import type { Notifier, NotifierMessage } from "../domain/kernel/index.js";
import type { Logger } from "./logger.js";
import type { Metrics } from "./metrics.js";

/** The notifier, counted; what it does not take is told to the log. Whoever stops an attempt is no failure of it. */
export function observeNotifier<Message extends NotifierMessage>(
  notifier: Notifier<Message>,
  { metrics, logger }: { readonly metrics: Pick<Metrics, "message">; readonly logger: Pick<Logger, "warn"> },
): Notifier<Message> {
  const { name } = notifier;
  const counted = async <Result>(kind: string, key: string, signal: AbortSignal, run: () => Promise<Result>) => {
    try {
      const result = await run();
      metrics.message({ notifier: name, kind, outcome: "posted" });
      return result;
    } catch (error) {
      if (signal.aborted) throw error;
      const outcome = outcomeOf(error);
      metrics.message({ notifier: name, kind, outcome });
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn({ notifier: name, kind, key, outcome, reason }, "a message was not posted");
      throw error;
    }
  };
  return {
    name,
    turn: (asked) => notifier.turn(asked),
    post: (message, signal) => counted(message.kind, message.key, signal, () => notifier.post(message, signal)),
    update: (message, posted, signal) =>
      counted("update", message.key, signal, () => notifier.update(message, posted, signal)),
    find: (asked, signal) => notifier.find(asked, signal),
  };
}

function outcomeOf(error: unknown): string {
  if (error instanceof NotifierBusyError) return "busy";
  if (error instanceof UnavailableError) return "unavailable";
  return error instanceof NotifierRefusedError ? "refused" : "failed";
}
