/** What `/graphql` answers: a page to browsers, a stream to those who ask for events, JSON to all others. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "../resolvers/index.js";
import type { Gate } from "./auth/gate.js";
import { answerRefusal } from "./auth/refusals.js";
import { refusalBody } from "./errors.js";
import type { PresentError } from "./errors.js";
import { operationFromBody, operationFromQuery } from "./operationRequest.js";
import type { Operations } from "./operations.js";
import type { Playground } from "./playground.js";
import { flatHeaders } from "./requestFacts.js";
import type { RequestFacts, Transport } from "./requestFacts.js";
import { markAsStream } from "./requestTelemetry.js";
import { refuseSubscription } from "./subscriptions.js";
import type { Subscriptions } from "./subscriptions.js";

export const graphqlPath = "/graphql";
export const ssePath = "/graphql/stream";

export interface GraphqlRouteDeps {
  readonly playground: Playground | undefined;
  readonly operations: Operations;
  readonly subscriptions: Subscriptions;
  readonly gate: Gate;
  readonly presentError: PresentError;
  /** Adds the route that runs queries and mutations, and everything that the hooks of its scope leave to it. */
  readonly addOperationRoute: (scope: FastifyInstance) => void;
}

export function addGraphqlRoutes(app: FastifyInstance, deps: GraphqlRouteDeps): void {
  const { playground, operations, subscriptions, gate, presentError, addOperationRoute } = deps;
  // Before the body is read: who may ask nothing sends nothing.
  const admit = async (request: FastifyRequest, reply: FastifyReply) => {
    if (playground && wantsPage(request)) return;
    const facts = factsOf(request, isStreamPath(request) ? "sse" : "http");
    try {
      const caller = await gate.identify(facts);
      await gate.admit(caller, facts);
      callers.set(request, caller);
    } catch (error) {
      await answerRefusal(reply, error, presentError);
    }
  };
  const servePage = async (request: FastifyRequest, reply: FastifyReply) => {
    if (!playground || !wantsPage(request)) return;
    const { headers, body } = await playground.page(request.headers);
    await reply.headers(headers).send(body);
  };
  const serveStream = async (request: FastifyRequest, reply: FastifyReply) => {
    if (subscriptions.kind === "elsewhere") {
      return answerRefusal(reply, refuseSubscription(subscriptions), presentError);
    }
    const read = request.method === "GET" ? operationFromQuery(request.query) : operationFromBody(request.body);
    if (read.status === "malformed") return reply.code(400).send(refusalBody(read.message, "BAD_REQUEST"));
    reply.hijack();
    markAsStream(request);
    await subscriptions.eventStreams.serve({
      facts: factsOf(request, "sse"),
      caller: callerOf(request),
      operation: read.operation,
      response: reply.raw,
      headers: { "x-request-id": request.id },
    });
  };
  const serveStreamIfWanted = async (request: FastifyRequest, reply: FastifyReply) => {
    const isLost = subscriptions.kind === "elsewhere" && wantsSocket(request);
    if (isLost || wantsStream(request, operations)) await serveStream(request, reply);
  };

  const refuseMalformedQueryString = async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.method !== "GET") return;
    const read = operationFromQuery(request.query);
    if (read.status === "malformed") await reply.code(400).send(refusalBody(read.message, "BAD_REQUEST"));
  };

  // #region routes
  void app.register(async (scope) => {
    scope.addHook("onRequest", admit);
    scope.addHook("preHandler", servePage);
    scope.addHook("preHandler", serveStreamIfWanted);
    scope.addHook("preHandler", refuseMalformedQueryString);
    addOperationRoute(scope);
  });
  app.route({ method: ["GET", "POST"], url: ssePath, onRequest: admit, handler: serveStream });
  // #endregion
  for (const url of [graphqlPath, ssePath]) {
    app.route({
      method: ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"],
      url,
      onRequest: (_request, reply) => {
        void reply.code(405).header("allow", "GET, POST").send(refusalBody("Only GET and POST", "METHOD_NOT_ALLOWED"));
      },
      handler: (_request, reply) => reply,
    });
  }
}

const callers = new WeakMap<FastifyRequest, Caller>();

/** Who sent a request that passed the gate. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new Error("a request was served that had not passed the gate");
  return caller;
}

function isStreamPath({ url }: FastifyRequest): boolean {
  return url.split("?")[0] === ssePath;
}

/**
 * A browser that opens the address: it asks for a page, and for no operation. The playground writes the operation at hand
 * into the address, so that a browser which says that a person opens it (or reloads it) gets the page all the same.
 */
function wantsPage({ method, headers, query }: FastifyRequest): boolean {
  if (method !== "GET" || !accepted(headers.accept).includes("text/html")) return false;
  if (headers["sec-fetch-mode"] === "navigate") return true;
  return !(typeof query === "object" && query !== null && "query" in query);
}

/** Where a WebSocket cannot be opened, what asks for one comes as if it were an ordinary request. */
function wantsSocket({ headers }: FastifyRequest): boolean {
  return headers["sec-websocket-key"] !== undefined;
}

/** Many clients accept everything at once; then a subscription is streamed and the rest is answered as JSON. */
function wantsStream(request: FastifyRequest, operations: Operations): boolean {
  const types = accepted(request.headers.accept);
  if (!types.includes("text/event-stream")) return false;
  if (!types.some((type) => type === "application/json" || type === "application/graphql-response+json")) return true;
  const read = request.method === "GET" ? operationFromQuery(request.query) : operationFromBody(request.body);
  return read.status === "read" && operations.isSubscription(read.operation);
}

function accepted(accept: string | undefined): string[] {
  return (accept ?? "").split(",").map((type) => (type.split(";")[0] ?? "").trim().toLowerCase());
}

/** Aborts when the client has gone, or has its answer. */
export function whenGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once("close", () => gone.abort());
  return gone.signal;
}

/** The facts of a request that fastify has read. */
export function factsOf(request: FastifyRequest, transport: Transport): RequestFacts {
  return { requestId: request.id, transport, headers: flatHeaders(request.headers), remoteAddress: request.ip };
}
