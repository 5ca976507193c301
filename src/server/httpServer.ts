/** The server's front: queries, mutations and subscriptions of one schema, the playground and health, on one port. */
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { FastifyInstance } from "fastify";
import type { Phase } from "./app.js";
import { createEventStreams } from "./eventStreams.js";
import type { EventStreams, EventStreamTimings } from "./eventStreams.js";
import { graphqlPath, ssePath } from "./graphqlRoutes.js";
import { hostProblem } from "./hostGuard.js";
import type { HostNames } from "./hostGuard.js";
import { createFrontParts, createHttpFront } from "./httpFront.js";
import type { FrontOptions } from "./httpFront.js";
import { createResultTexts } from "./resultTexts.js";
import { createSharedExecution } from "./sharedExecution.js";
import { createSubscriptionTelemetry } from "./subscriptionTelemetry.js";
import { createWebSockets, rejectUpgrade } from "./webSockets.js";
import type { WebSockets, WebSocketTimings } from "./webSockets.js";

export interface ServerOptions<Context extends object> extends FrontOptions<Context> {
  /** 0: any free port. */
  readonly port: number;
  readonly timings?: Partial<Timings> | undefined;
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
  const { schema, host, gate, contextFor, resumeId, logger } = options;
  const timings = { ...defaultTimings, ...options.timings };
  const parts = createFrontParts(options);
  const { hostNames, trustedProxies, limits, operations, presentError, telemetry } = parts;
  const texts = createResultTexts(presentError);
  const { aroundExecution, measured } = createSubscriptionTelemetry(telemetry);
  const subscribe = measured(createSharedExecution({ aroundExecution, ...options }).subscribeShared);
  const subscriptionParts = { schema, operations, contextFor, subscribe, texts, presentError, timings };

  const onConnection = (change: 1 | -1) => telemetry.metrics.webSockets(change);
  const webSockets = createWebSockets({ ...subscriptionParts, gate, limits, trustedProxies, logger, onConnection });
  const eventStreams = createEventStreams({ ...subscriptionParts, resumeId });
  const { app, phase, stop } = await createHttpFront(options, { parts, subscriptions: { kind: "here", eventStreams } });
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
        await stop();
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
