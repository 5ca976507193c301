/** The server's front without a port: queries, mutations and subscriptions of one schema, the playground, webhooks and health. */
import { fastifyApolloHandler } from "@as-integrations/fastify";
import type { FastifyInstance } from "fastify";
import type { ExecutionResult, GraphQLSchema } from "graphql";
import type { Logger } from "../observability/logger.js";
import { noTelemetry } from "../observability/telemetry.js";
import type { Telemetry } from "../observability/telemetry.js";
import { isLoopbackHost } from "../config/loopback.js";
import type { Caller } from "../resolvers/index.js";
import { startApollo } from "./apollo.js";
import { createApp } from "./app.js";
import type { Phase } from "./app.js";
import type { Gate } from "./auth/gate.js";
import { createErrorPresenter } from "./errors.js";
import type { DescribeError, PresentError } from "./errors.js";
import { addGraphqlRoutes, callerOf, factsOf, graphqlPath, whenGone } from "./graphqlRoutes.js";
import { addHealthRoutes } from "./health.js";
import type { Readiness } from "./health.js";
import type { HostNames } from "./hostGuard.js";
import { defaultLimits } from "./limits.js";
import type { Limits } from "./limits.js";
import { addMetricsRoute } from "./metricsRoute.js";
import { createOperations } from "./operations.js";
import type { Operations } from "./operations.js";
import { createPlayground } from "./playground.js";
import type { PlaygroundOptions } from "./playground.js";
import type { RequestFacts } from "./requestFacts.js";
import { addRequestTelemetry } from "./requestTelemetry.js";
import type { SharedExecutionDeps } from "./sharedExecution.js";
import { refuseSubscription } from "./subscriptions.js";
import type { Subscriptions } from "./subscriptions.js";

export interface FrontOptions<Context extends object> extends SharedExecutionDeps<Context> {
  readonly schema: GraphQLSchema;
  /** Where it is listened on, or would be. */
  readonly host: string;
  /** What is not stated has the value of {@link defaultLimits}. */
  readonly limits?: Partial<Limits> | undefined;
  /** Undefined: browsers get no playground. */
  readonly playground?: PlaygroundOptions | undefined;
  readonly introspection: "allowed" | "refused";
  /** Who may ask, and how often. */
  readonly gate: Gate;
  /** How many load balancers stand before the server: each says in `x-forwarded-for` from whom it has a request. @default 0 */
  readonly trustedProxies?: number | undefined;
  /** By which names the server is called. @default loopback names where it listens on loopback, else any */
  readonly hostNames?: HostNames | undefined;
  /** Makes the context of one request or subscription. A `GraphQLError` that it throws refuses the request. */
  readonly contextFor: (facts: RequestFacts, caller: Caller) => Promise<Context>;
  /** Describes errors that were meant for clients; all others are masked. */
  readonly describeError?: DescribeError | undefined;
  /** The position that a client which got this result resumes from; sent as `id` of SSE events. */
  readonly resumeId?: ((result: ExecutionResult) => string | undefined) | undefined;
  /** Whether requests can be served, and what that depends on; asked by `/readyz`. */
  readonly readiness: () => Promise<Readiness>;
  readonly logger: Logger;
  /** What the server is measured and traced with; its metrics are answered at `/metrics`. @default nothing */
  readonly telemetry?: Telemetry | undefined;
  /** Adds routes of other protocols, under the same rules for hosts and draining; they have no gate but their own. */
  readonly addRoutes?: ((app: FastifyInstance) => void) | undefined;
  /** Bearer token that `/metrics` asks for. */
  readonly metricsToken?: string | undefined;
}

/** What the transports of a front have in common. */
export interface FrontParts {
  readonly hostNames: HostNames;
  readonly trustedProxies: number;
  readonly limits: Limits;
  readonly operations: Operations;
  readonly presentError: PresentError;
  readonly telemetry: Telemetry;
}

export interface HttpFront {
  /** It does not listen. */
  readonly app: FastifyInstance;
  /** Set where it takes no new work any more. */
  readonly phase: Phase;
  /** Behind the last answer. */
  readonly stop: () => Promise<void>;
}

type PartsOptions<Context extends object> = Pick<
  FrontOptions<Context>,
  | "schema"
  | "host"
  | "hostNames"
  | "trustedProxies"
  | "limits"
  | "introspection"
  | "describeError"
  | "telemetry"
  | "logger"
>;

export function createFrontParts<Context extends object>(options: PartsOptions<Context>): FrontParts {
  const { schema, host, introspection, describeError, logger } = options;
  const limits = { ...defaultLimits, ...options.limits };
  return {
    trustedProxies: options.trustedProxies ?? 0,
    hostNames: options.hostNames ?? (isLoopbackHost(host) ? "loopback" : "any"),
    limits,
    operations: createOperations({ schema, limits, introspection }),
    presentError: createErrorPresenter({ describeError, logger }),
    telemetry: options.telemetry ?? noTelemetry,
  };
}

/** Makes the front; its requests may come from anywhere. */
export async function createHttpFront<Context extends object>(
  options: FrontOptions<Context>,
  { parts, subscriptions }: { readonly parts: FrontParts; readonly subscriptions: Subscriptions },
): Promise<HttpFront> {
  const { schema, host, introspection, gate, contextFor, logger } = options;
  const { hostNames, trustedProxies, limits, operations, presentError, telemetry } = parts;
  const apollo = await startApollo<Context>({
    ...{ schema, limits, introspection, presentError, logger, telemetry },
    refuseSubscription: () => refuseSubscription(subscriptions),
  });
  const phase: Phase = { draining: false };

  const app = createApp({ hostNames, limits, trustedProxies, logger, phase });
  addRequestTelemetry(app, telemetry);
  addMetricsRoute(app, { telemetry, host, token: options.metricsToken });
  addHealthRoutes(app, { readiness: options.readiness, phase, logger });
  options.addRoutes?.(app);
  addGraphqlRoutes(app, {
    playground: options.playground && createPlayground(options.playground),
    operations,
    subscriptions,
    gate,
    presentError,
    addOperationRoute: (routes) =>
      routes.route({
        method: ["GET", "POST"],
        url: graphqlPath,
        handler: fastifyApolloHandler(apollo, {
          context: (request, reply) =>
            contextFor({ ...factsOf(request, "http"), gone: whenGone(reply) }, callerOf(request)),
        }),
      }),
  });
  return { app, phase, stop: () => apollo.stop() };
}
