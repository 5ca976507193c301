/** Who posts messages to people, as the configuration says, and the links in them. */
import { createConsoleNotifier } from "../adapters/console/consoleNotifier.js";
import type { Message } from "../adapters/notifications/message.js";
import { createSlackNotifier } from "../adapters/slack/slackNotifier.js";
import { createSnsNotifier } from "../adapters/sns/snsNotifier.js";
import type { Config } from "../config/config.js";
import type { Notifier } from "../domain/kernel/index.js";
import type { PostingDeps } from "../domain/projects/index.js";
import type { Logger } from "../observability/logger.js";
import type { Metrics } from "../observability/metrics.js";
import { observeNotifier } from "../observability/notifier.js";
import { createRateLimiter } from "./auth/rateLimit.js";

/** What posting, and telling of insights, need of the world besides the store. */
export interface NotifierParts extends Pick<PostingDeps, "batchUrl" | "admit"> {
  /** Of what has a channel. */
  readonly notifier: Notifier<Message>;
  /** Of what has none. */
  readonly fallback: Notifier<Message>;
  /** Where a person can look at an insight. */
  readonly insightUrl: (alertId: string) => string | undefined;
}

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
  const { notifier, fallback } = notifiersOf(config.notifier, { metrics, logger });
  const limiterOf = () => createRateLimiter({ perMinute: notificationsPerMinute, burst: 0 });
  const limiters = { critical: limiterOf(), others: limiterOf() };
  const server = () => config.publicUrl ?? listenUrl(config) ?? serverUrl();
  return {
    notifier,
    fallback,
    batchUrl: (batchId) => batchUrl(server(), batchId),
    insightUrl: (alertId) => insightUrl(server(), alertId),
    admit: async (project, importance) => {
      const limiter = importance === "CRITICAL" ? limiters.critical : limiters.others;
      return (await limiter.take(project)) === undefined;
    },
  };
}

function notifiersOf(
  config: Config["notifier"],
  { metrics, logger }: Pick<NotifierOptions, "metrics" | "logger">,
): Pick<NotifierParts, "notifier" | "fallback"> {
  const observed = (notifier: Notifier<Message>) => observeNotifier(notifier, { metrics, logger });
  switch (config.kind) {
    case "slack":
      return {
        notifier: observed(createSlackNotifier({ ...config, log: logger })),
        fallback: observed(createConsoleNotifier({ log: logger })),
      };
    case "sns": {
      // Who gets what is up to the subscribers: a topic takes all of it.
      const notifier = observed(createSnsNotifier({ ...config, log: logger }));
      return { notifier, fallback: notifier };
    }
    case "console": {
      const notifier = observed(createConsoleNotifier({ log: logger }));
      return { notifier, fallback: notifier };
    }
  }
}

/** Known before the server listens: timers that waited for it run at once. */
function listenUrl({ host, port }: Pick<Config, "host" | "port">): string | undefined {
  return port === 0 ? undefined : `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** The playground with a query for the batch in it. */
export function batchUrl(server: string | undefined, batchId: string): string | undefined {
  return playgroundUrl(server, batchQuery(batchId));
}

/** The playground with a query for the insight in it. */
export function insightUrl(server: string | undefined, alertId: string): string | undefined {
  return playgroundUrl(server, insightQuery(alertId));
}

/** Slack takes addresses of up to 3,000 characters. */
function playgroundUrl(server: string | undefined, query: string): string | undefined {
  if (server === undefined) return undefined;
  const base = server.replace(/\/+$/, "").replace(/\/graphql$/, "");
  return `${base}/graphql?query=${encodeURIComponent(query)}`;
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

function insightQuery(alertId: string): string {
  return `query Insight {
  insight(id: ${JSON.stringify(alertId)}) {
    alertId
    status
    riskScore
    title
    explanation
    evidence { name value level }
    recommendations { recommendationId text }
    raisedAt
  }
}
`;
}
