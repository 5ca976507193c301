/** What a ledger is to its callers: schema, gate, context of each request, webhooks. The same wherever requests come from. */
import "reflect-metadata";
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GraphQLSchema } from "graphql";
import { createResponder } from "../adapters/slack/responseUrl.js";
import type { Config } from "../config/config.js";
import { createIncidentHistory } from "../domain/incidents/index.js";
import type { Logger } from "../observability/logger.js";
import type { Telemetry } from "../observability/telemetry.js";
import { authChecker, createCursorCodec, createLoaders, describeError, resolvers } from "../resolvers/index.js";
import type { GraphQLContext, GraphQLServices } from "../resolvers/index.js";
import { buildGraphQLSchema } from "../schema/schema.js";
import type { DynamoDb } from "../store/dynamodb/client.js";
import { createEventIndex } from "../store/readModels/eventIndex/index.js";
import { createAuditTrail, createDenialLog } from "./auth/audit.js";
import type { LogDenial } from "./auth/audit.js";
import { createGate } from "./auth/gate.js";
import { createRateLimiter } from "./auth/rateLimit.js";
import { createTokenVerifier } from "./auth/tokens.js";
import type { HostNames } from "./hostGuard.js";
import type { FrontOptions } from "./httpFront.js";
import { systemClock } from "./ledger.js";
import type { Ledger } from "./ledger.js";
import { traceRootFields } from "./operationTelemetry.js";
import { playgroundFor } from "./playgroundFor.js";
import { createBodyBudget } from "./webhooks/bodyBudget.js";
import { createSignatureFailures } from "./webhooks/signedRoute.js";
import { addSlackInteractions } from "./webhooks/slackInteractions.js";
import { addWebhookRoutes } from "./webhooks/webhookRoutes.js";
import { addWhatsAppRoutes } from "./webhooks/whatsapp.js";

export interface GraphqlFrontDeps {
  readonly config: Config;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** For commands and queries. */
  readonly db: DynamoDb;
  readonly ledger: Ledger;
}

/** The schema of the product. */
export function buildSchema(): GraphQLSchema {
  return buildGraphQLSchema([...resolvers], { authChecker });
}

/** Everything about the front but where it listens and how long it takes to stop. */
export async function createGraphqlFront(deps: GraphqlFrontDeps): Promise<FrontOptions<GraphQLContext>> {
  const { config, logger, telemetry, ledger } = deps;
  const services = await servicesOf(deps);
  const toLog = createDenialLog(logger);
  const logDenial: LogDenial = (denial) => {
    telemetry.metrics.denied(denial.reason);
    toLog(denial);
  };
  return {
    schema: traceRootFields(buildSchema(), telemetry.tracing),
    host: config.host,
    limits: config.limits,
    playground: config.playground ? playgroundFor({ callers: config.auth ? "with tokens" : "anybody" }) : undefined,
    introspection: config.introspection ? "allowed" : "refused",
    gate: createGate({
      tokens: config.auth && createTokenVerifier(config.auth),
      limiter: createRateLimiter(config.rateLimit),
      logDenial,
      logger,
    }),
    hostNames: hostNamesFor(config),
    trustedProxies: config.trustedProxies,
    contextFor: async (facts, caller) => {
      const attempt = { named: new Map<string, string>() };
      return {
        ...services,
        caller,
        attempt,
        audit: createAuditTrail(logDenial, { facts, caller, attempt }),
        requestId: facts.requestId,
        signal: facts.gone,
        loaders: createLoaders(services, caller),
      };
    },
    // A subscription outlives many events: what it read for one must not answer for the next.
    contextForEvent: (context) => ({
      ...context,
      loaders: createLoaders(services, context.caller),
    }),
    // Who may do and see the same sees the same.
    shareKey: ({ caller }) => JSON.stringify([caller.roles, caller.projects]),
    describeError,
    resumeId: (result) => positionIn(result.data),
    readiness: async () => {
      const { running, standingBy, error } = ledger.pipeline.health();
      const state = standingBy ? "standing by" : "running";
      return { ready: running && error === undefined, checks: { feed: error ?? (running ? state : "stopped") } };
    },
    addRoutes: (app) => {
      const signed = {
        config: config.webhooks,
        clock: systemClock,
        failures: createSignatureFailures(),
        bodies: createBodyBudget(),
        metrics: telemetry.metrics,
        logger,
      };
      addWebhookRoutes(app, {
        ...signed,
        ingest: (event, request) => ledger.projects.ingest(event, request),
        recordActivities: (...asked) => ledger.insights.recordActivities(...asked),
      });
      addWhatsAppRoutes(app, {
        ...signed,
        whatsapp: config.integrations.whatsapp,
        push: (...asked) => ledger.integrations.push(...asked),
      });
      addSlackInteractions(app, {
        ...signed,
        regenerateSummary: (...asked) => ledger.projects.regenerateSummary(...asked),
        respond: createResponder(),
      });
    },
    telemetry,
    metricsToken: config.metrics.token,
    logger,
  };
}

/** What resolvers work with. */
async function servicesOf({ config, logger, db, ledger }: GraphqlFrontDeps): Promise<GraphQLServices> {
  return {
    incidents: ledger.incidents,
    incidentViews: ledger.incidentViews,
    history: createIncidentHistory({ eventStore: ledger.eventStore }),
    projects: ledger.projects,
    projectViews: ledger.projectViews,
    insights: ledger.insights,
    insightViews: ledger.insightViews,
    metering: ledger.metering,
    research: ledger.research,
    researchViews: ledger.researchViews,
    researchReports: ledger.researchReports,
    workQueue: ledger.workQueue,
    integrations: ledger.integrations,
    integrationViews: ledger.integrationViews,
    integrationServices: ledger.integrationServices,
    pollSchedule: ledger.pollSchedule,
    eventStore: ledger.eventStore,
    eventIndex: createEventIndex({ db }),
    control: ledger.control,
    operators: {
      acted: ({ action, ...fields }) =>
        logger.info({ event: "operator.acted", action, ...fields }, `operator: ${action}`),
    },
    feed: ledger.pipeline.feed,
    live: ledger.pipeline.live,
    cursors: createCursorCodec(config.cursorSecret ?? (await keptSecret(config.dataDir)), config.cursorSecretPrevious),
    clock: systemClock,
  };
}

function hostNamesFor({ auth, allowedHosts, host }: Config): HostNames {
  if (auth === undefined) return "loopback";
  return allowedHosts === undefined ? "any" : [...allowedHosts, host.includes(":") ? `[${host}]` : host];
}

/** The position in the answer of a subscription, whatever its field is called. */
function positionIn(data: unknown): string | undefined {
  const [message] = Object.values((data ?? {}) as Record<string, unknown>);
  const position = (message as { position?: unknown } | null | undefined)?.position;
  return typeof position === "string" ? position : undefined;
}

/** The key that seals cursors on this data folder: made once, so that cursors outlive a restart. */
async function keptSecret(dataDir: string): Promise<string> {
  const path = join(dataDir, "cursor-secret");
  await mkdir(dataDir, { recursive: true });
  try {
    await writeFile(path, randomBytes(32).toString("base64url"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  return readFile(path, "utf8");
}
