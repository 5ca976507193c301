/** The server's own poller of integration sessions: woken by the live feed when an event makes a session due. */
import type { Config } from "../config/config.js";
import { sessionCategory, sessionEventSchemas } from "../domain/integrations/index.js";
import type { Polling, PollSchedule, ServiceRegistry } from "../domain/integrations/index.js";
import { ofCategory, toMilliseconds } from "../domain/kernel/index.js";
import type { Clock, FeedEntry, LiveFeed } from "../domain/kernel/index.js";
import { toPollerMetrics } from "../observability/integrations.js";
import type { Logger } from "../observability/logger.js";
import type { Metrics } from "../observability/metrics.js";
import { createPoller } from "../poller/index.js";

export interface IntegrationPollerDeps {
  readonly config: Pick<Config, "integrations">;
  readonly schedule: Pick<PollSchedule, "due">;
  readonly polling: Polling;
  readonly services: ServiceRegistry;
  readonly live: LiveFeed;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** How long the poller rests where nothing is due. @default 1,000 */
  readonly idleMilliseconds?: number | undefined;
  /** How long the feed is left alone where it cannot be followed; the poller looks by itself meanwhile. @default 1,000 */
  readonly feedPauseMilliseconds?: number | undefined;
}

/** Starts the server's own poller, if it has one. `close` ends its polls; another server goes on where they were. */
export function startIntegrationPoller(deps: IntegrationPollerDeps): { close(): Promise<void> } {
  const { config, logger, metrics } = deps;
  const { poller: settings } = config.integrations;
  if (settings === undefined) return { close: async () => undefined };
  const poller = createPoller({
    ...{ ...deps, ...settings },
    random: Math.random,
    log: logger,
    metrics: toPollerMetrics(metrics),
  });
  const following = followDue(deps, () => poller.wake());
  poller.start();
  return {
    close: async () => {
      following.close();
      await poller.close();
    },
  };
}

/** Since how long the session is due that has waited longest; 0 where none is. */
export async function overdueSeconds(
  { dueSessions }: { readonly dueSessions: Pick<PollSchedule, "overdue"> },
  clock: Clock,
): Promise<number> {
  const now = clock.now();
  const { oldest = now } = await dueSessions.overdue(now, 1);
  return Math.max(0, toMilliseconds(now) - toMilliseconds(oldest)) / 1_000;
}

/** Tells of each event that makes a session due at once, whichever process has written it. */
function followDue(deps: IntegrationPollerDeps, onDue: () => void): { close(): void } {
  const { live, clock, logger, feedPauseMilliseconds = 1_000 } = deps;
  const closing = new AbortController();
  let restart: NodeJS.Timeout | undefined;
  const isDueNow = (entry: FeedEntry) => {
    const data = ofCategory(entry, sessionCategory, sessionEventSchemas)?.data;
    return data !== undefined && "nextPollAt" in data && (data.nextPollAt ?? "9") <= clock.now();
  };
  const follow = async (): Promise<void> => {
    try {
      for await (const _ of live.follow({ matches: isDueNow, signal: closing.signal })) onDue();
    } catch (error) {
      logger.warn({ err: error }, "the poller cannot be told of what is due; until it can, it looks by itself");
      restart = setTimeout(() => void follow(), feedPauseMilliseconds).unref();
    }
  };
  void follow();
  return {
    close: () => {
      closing.abort();
      clearTimeout(restart);
    },
  };
}
