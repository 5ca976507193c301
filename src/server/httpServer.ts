/** The server's front: queries, mutations and subscriptions of one schema, the playground and health, on one port. */
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
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
import type { DescribeError } from "./errors.js";
import { createEventStreams } from "./eventStreams.js";
import type { EventStreams, EventStreamTimings } from "./eventStreams.js";
import { addGraphqlRoutes, callerOf, factsOf, graphqlPath, ssePath, whenGone } from "./graphqlRoutes.js";
import { addHealthRoutes } from "./health.js";
import type { Readiness } from "./health.js";
import { hostProblem } from "./hostGuard.js";
import type { HostNames } from "./hostGuard.js";
import { defaultLimits } from "./limits.js";
import type { Limits } from "./limits.js";
import { addMetricsRoute } from "./metricsRoute.js";
import { createOperations } from "./operations.js";
import { createPlayground } from "./playground.js";
import type { PlaygroundOptions } from "./playground.js";
import type { RequestFacts } from "./requestFacts.js";
import { addRequestTelemetry } from "./requestTelemetry.js";
import { createResultTexts } from "./resultTexts.js";
import { createSharedExecution } from "./sharedExecution.js";
import type { SharedExecutionDeps } from "./sharedExecution.js";
import { createSubscriptionTelemetry } from "./subscriptionTelemetry.js";
import { createWebSockets, rejectUpgrade } from "./webSockets.js";
import type { WebSockets, WebSocketTimings } from "./webSockets.js";

export type { Readiness } from "./health.js";

export interface ServerOptions<Context extends object> extends SharedExecutionDeps<Context> {
  readonly schema: GraphQLSchema;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** What is not stated has the value of {@link defaultLimits}. */
  readonly limits?: Partial<Limits> | undefined;
  /** Undefined: browsers get no playground. */
  readonly playground?: PlaygroundOptions | undefined;
  readonly introspection: "allowed" | "refused";
  /** Who may ask, and how often. */
  readonly gate: Gate;
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
  readonly timings?: Partial<Timings> | undefined;
  /** What the server is measured and traced with; its metrics are answered at `/metrics`. @default nothing */
  readonly telemetry?: Telemetry | undefined;
  /** Adds routes of other protocols, under the same rules for hosts and draining; they have no gate but their own. */
  readonly addRoutes?: ((app: FastifyInstance) => void) | undefined;
  /** Bearer token that `/metrics` asks for. */
  readonly metricsToken?: string | undefined;
}

export interface Timings extends WebSocketTimings, EventStreamTimings {
  /** What requests and subscribers get to end after `close()`, before they are cut off. @default 5000 */
  readonly drainMilliseconds: number;
}

export interface HttpServer {
  /** Where queries and mutations are posted, and where a browser finds the playground. */
  readonly url: string;
  readonly webSocketUrl: string;
  readonly sseUrl: string;
  readonly port: number;
  /**
   * Drains: no new work is taken, subscribers are told to go, requests under way are answered; whoever is left after
   * the grace is cut off. Calling it again waits for the same end.
   */
  close(): Promise<void>;
}

const defaultTimings: Timings = {
  connectionInitMilliseconds: 3_000,
  keepAliveMilliseconds: 12_000,
  pingMilliseconds: 12_000,
  stallMilliseconds: 30_000,
  drainMilliseconds: 5_000,
};

/** Another process listens on the address. */
export class AddressInUseError extends Error {
  constructor(
    readonly host: string,
    readonly port: number,
    options?: ErrorOptions,
  ) {
    super(`port ${port} of ${host} is in use by another process; stop it, or choose another with PORT`, options);
    this.name = "AddressInUseError";
  }
}

/** Starts listening. @throws AddressInUseError, or another error where the address cannot be listened on. */
export async function startHttpServer<Context extends object>(options: ServerOptions<Context>): Promise<HttpServer> {
  const { schema, host, introspection, gate, contextFor, resumeId, logger } = options;
  const hostNames = options.hostNames ?? (isLoopbackHost(host) ? "loopback" : "any");
  const limits = { ...defaultLimits, ...options.limits };
  const timings = { ...defaultTimings, ...options.timings };
  const presentError = createErrorPresenter({ describeError: options.describeError, logger });
  const operations = createOperations({ schema, limits, introspection });
  const texts = createResultTexts(presentError);
  const telemetry = options.telemetry ?? noTelemetry;
  const { aroundExecution, measured } = createSubscriptionTelemetry(telemetry);
  const subscribe = measured(createSharedExecution({ aroundExecution, ...options }).subscribeShared);
  const subscriptionParts = { schema, operations, contextFor, subscribe, texts, presentError, timings };

  const apollo = await startApollo<Context>({ schema, limits, introspection, presentError, logger, telemetry });
  const onConnection = (change: 1 | -1) => telemetry.metrics.webSockets(change);
  const webSockets = createWebSockets({ ...subscriptionParts, gate, limits, logger, onConnection });
  const eventStreams = createEventStreams({ ...subscriptionParts, resumeId });
  const phase: Phase = { draining: false };

  const app = createApp({ hostNames, limits, logger, phase });
  addRequestTelemetry(app, telemetry);
  addMetricsRoute(app, { telemetry, host, token: options.metricsToken });
  addHealthRoutes(app, { readiness: options.readiness, phase, logger });
  options.addRoutes?.(app);
  addGraphqlRoutes(app, {
    playground: options.playground && createPlayground(options.playground),
    operations,
    eventStreams,
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
  app.server.on("upgrade", (request, socket, head) => upgrade({ request, socket, head, hostNames, phase, webSockets }));

  await listen(app, { host, port: options.port });
  const { port } = addressOf(app);
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${authority}${graphqlPath}`,
    webSocketUrl: `ws://${authority}${graphqlPath}`,
    sseUrl: `http://${authority}${ssePath}`,
    port,
    close: () =>
      (closing ??= (async () => {
        phase.draining = true;
        await drain({ app, webSockets, eventStreams, milliseconds: timings.drainMilliseconds });
        await apollo.stop();
      })()),
  };
}

interface UpgradeDeps {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly hostNames: HostNames;
  readonly phase: Phase;
  readonly webSockets: WebSockets;
}

function upgrade({ request, socket, head, hostNames, phase, webSockets }: UpgradeDeps): void {
  if (phase.draining) return rejectUpgrade(socket, "503 Service Unavailable");
  if (hostProblem(request.headers, hostNames)) return rejectUpgrade(socket, "403 Forbidden");
  if (request.url?.split("?")[0] !== graphqlPath) return rejectUpgrade(socket, "404 Not Found");
  webSockets.upgrade(request, socket, head);
}

interface DrainDeps {
  readonly app: FastifyInstance;
  readonly webSockets: WebSockets;
  readonly eventStreams: EventStreams;
  readonly milliseconds: number;
}

async function drain({ app, webSockets, eventStreams, milliseconds }: DrainDeps): Promise<void> {
  const cutOff = setTimeout(() => {
    webSockets.terminate();
    app.server.closeAllConnections();
  }, milliseconds);
  // A connection becomes idle when its last answer is out; nothing else closes it then before its keep-alive ends.
  const sweep = setInterval(() => app.server.closeIdleConnections(), 50);
  try {
    eventStreams.close();
    await Promise.all([webSockets.close(), app.close()]);
  } finally {
    clearTimeout(cutOff);
    clearInterval(sweep);
  }
}

async function listen(app: FastifyInstance, { host, port }: { host: string; port: number }): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    const inUse = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    throw inUse ? new AddressInUseError(host, port, { cause: error }) : error;
  }
}

function addressOf(app: FastifyInstance): AddressInfo {
  const address = app.server.address();
  if (address === null || typeof address === "string") throw new Error("the server listens on no TCP port");
  return address;
}
