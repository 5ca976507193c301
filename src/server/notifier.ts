/** Who posts messages to people, as the configuration says, and the links in them. */
import { createConsoleNotifier } from "../adapters/console/consoleNotifier.js";
import { createSlackNotifier } from "../adapters/slack/slackNotifier.js";
import type { Config } from "../config/config.js";
import type { PostingDeps } from "../domain/projects/index.js";
import type { Logger } from "../observability/logger.js";
import type { Metrics } from "../observability/metrics.js";
import { observeNotifier } from "../observability/notifier.js";
import { createRateLimiter } from "./auth/rateLimit.js";

/** What posting needs of the world besides the store. */
export type NotifierParts = Pick<PostingDeps, "notifier" | "fallback" | "batchUrl" | "admit">;

export interface NotifierOptions {
  readonly config: Pick<Config, "notifier" | "publicUrl" | "host" | "port">;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, "message">;
  /** Where the server listens, for a port that it takes itself: `http://127.0.0.1:4000`; undefined while it does not. */
  readonly serverUrl: () => string | undefined;
}

/**
 * Events of one project that are told of at once in a minute, each server by itself: so many critical ones, and so many others.
 * What comes beyond is told by its batch.
 */
const notificationsPerMinute = 20;

export function createNotifierParts({ config, logger, metrics, serverUrl }: NotifierOptions): NotifierParts {
  const fallback = observeNotifier(createConsoleNotifier({ log: logger }), { metrics, logger });
  const limiterOf = () => createRateLimiter({ perMinute: notificationsPerMinute, burst: 0 });
  const limiters = { critical: limiterOf(), others: limiterOf() };
  return {
    fallback,
    notifier:
      config.notifier.kind === "console"
        ? fallback
        : observeNotifier(createSlackNotifier({ ...config.notifier, log: logger }), { metrics, logger }),
    batchUrl: (batchId) => batchUrl(config.publicUrl ?? listenUrl(config) ?? serverUrl(), batchId),
    admit: async (project, importance) => {
      const limiter = importance === "CRITICAL" ? limiters.critical : limiters.others;
      return (await limiter.take(project)) === undefined;
    },
  };
}

/** Known before the server listens: timers that waited for it run at once. */
function listenUrl({ host, port }: Pick<Config, "host" | "port">): string | undefined {
  return port === 0 ? undefined : `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** The playground with a query for the batch in it; Slack takes addresses of up to 3,000 characters. */
export function batchUrl(server: string | undefined, batchId: string): string | undefined {
  if (server === undefined) return undefined;
  const base = server.replace(/\/+$/, "").replace(/\/graphql$/, "");
  return `${base}/graphql?query=${encodeURIComponent(batchQuery(batchId))}`;
}

function batchQuery(batchId: string): string {
  return `query Batch {
  batch(id: ${JSON.stringify(batchId)}) {
    batchId
    project { name }
    status
    sealedAt
    eventCount
    summary {
      headline
      blockers { text since }
      achievements { text }
      themes { text }
      links { label url }
    }
    events(first: 45) { nodes { kind title url occurredAt } }
  }
}
`;
}
