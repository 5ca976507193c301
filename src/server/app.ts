/** Fastify with our own answers to everything that goes wrong before a route is reached. */
import fastify from "fastify";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { withCorrelation } from "../observability/logger.js";
import type { Logger } from "../observability/logger.js";
import { trustNearest } from "./callerAddress.js";
import { refusalBody } from "./errors.js";
import { hostProblem } from "./hostGuard.js";
import type { HostNames } from "./hostGuard.js";
import { isNestedTooDeep } from "./jsonDepth.js";
import type { Limits } from "./limits.js";
import { requestIdOf } from "./requestFacts.js";

/** Shared by the parts that take new work: whether the server still does. */
export interface Phase {
  draining: boolean;
}

export interface AppDeps {
  readonly hostNames: HostNames;
  readonly limits: Limits;
  /** Load balancers before this server. @default 0 */
  readonly trustedProxies?: number | undefined;
  readonly logger: Logger;
  readonly phase: Phase;
}

/** Makes the server without its routes. What it refuses has the body that GraphQL clients read: `{ errors: [...] }`. */
export function createApp({ hostNames, limits, trustedProxies = 0, logger, phase }: AppDeps): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    exposeHeadRoutes: false,
    forceCloseConnections: "idle",
    return503OnClosing: false,
    requestIdHeader: false,
    // A number of hops is what the framework does not take.
    trustProxy: trustedProxies > 0 && trustNearest(trustedProxies),
    // Loading the framework's own takes a tenth of a function's start.
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    genReqId: (request) => requestIdOf(request.headers),
    frameworkErrors: (error, _request, reply) => void answerError(error, reply, { limits, logger }),
  });
  app.setErrorHandler((error, _request, reply) => answerError(error, reply, { limits, logger }));
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send(refusalBody("Nothing is served here; GraphQL is at /graphql", "NOT_FOUND")),
  );
  app.addHook("onRequest", (request, reply, done) => {
    void reply.header("x-request-id", request.id);
    const problem = problemOf(request, { hostNames, phase });
    if (!problem) return done();
    void reply.code(problem.status).header("connection", "close").send(refusalBody(problem.message, problem.code));
  });
  app.addHook("onResponse", (request, reply, done) => {
    const { id: requestId, method, url } = request;
    const [path] = url.split("?");
    logger.debug(
      { requestId, method, path, status: reply.statusCode, milliseconds: Math.round(reply.elapsedTime) },
      "answered",
    );
    done();
  });
  addJsonParser(app);
  app.addHook("preHandler", (request, _reply, done) => withCorrelation(request.id, done));
  return app;
}

/** Requests are parsed by schemas of ours, and answers are written as they are. */
function noSchemas(): never {
  throw new Error("routes here have no schema of the framework");
}

/** Why a request is refused by its first line and headers alone, if it is. One that has begun before a drain goes on. */
function problemOf(request: FastifyRequest, { hostNames, phase }: Pick<AppDeps, "hostNames" | "phase">) {
  switch (hostProblem(request.headers, hostNames)) {
    case "malformed":
      return { status: 400, code: "BAD_REQUEST", message: "The host header names no host" };
    case "foreign":
      return {
        status: 403,
        code: "FOREIGN_HOST",
        message:
          hostNames === "loopback"
            ? "This server answers to loopback names only, such as localhost"
            : "This server does not answer to this name",
      };
    case undefined:
      return phase.draining && !isHealth(request)
        ? { status: 503, code: "UNAVAILABLE", message: "The server is stopping; try again" }
        : undefined;
  }
}

/** JSON only, and only what is UTF-8: silent replacement characters would be stored for good. */
function addJsonParser(app: FastifyInstance): void {
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ["application/json", "application/graphql-response+json"],
    { parseAs: "buffer" },
    (request, body: Buffer, done) => {
      let text: string;
      try {
        text = utf8.decode(body);
      } catch (error) {
        done(Object.assign(new Error("The body is not UTF-8", { cause: error }), { statusCode: 400 }), undefined);
        return;
      }
      if (isNestedTooDeep(text)) {
        done(Object.assign(new Error("The body is nested too deep"), { statusCode: 400 }), undefined);
        return;
      }
      void parseJson(request, text, done);
    },
  );
}

/** Fastify's own refusals, in the shape that GraphQL clients read. */
function answerError(error: unknown, reply: FastifyReply, { limits, logger }: Pick<AppDeps, "limits" | "logger">) {
  const status = statusOf(error);
  if (status === 413) {
    const limit = limits.bodyBytes;
    return reply.code(413).send(refusalBody(`The body is larger than ${limit} bytes`, "BODY_TOO_LARGE", { limit }));
  }
  if (status === 415) {
    return reply.code(415).send(refusalBody("The body must be application/json", "UNSUPPORTED_MEDIA_TYPE"));
  }
  if (status < 500) {
    const message = error instanceof Error ? error.message : "The request is malformed";
    return reply.code(status).send(refusalBody(message, "BAD_REQUEST"));
  }
  const correlationId = reply.request.id;
  logger.error({ err: error, correlationId }, "unexpected error");
  return reply.code(500).send(refusalBody("Internal server error", "INTERNAL_SERVER_ERROR", { correlationId }));
}

function statusOf(error: unknown): number {
  if (typeof error !== "object" || error === null || !("statusCode" in error)) return 500;
  return typeof error.statusCode === "number" && error.statusCode >= 400 ? error.statusCode : 500;
}

function isHealth({ url }: FastifyRequest): boolean {
  return url === "/healthz" || url === "/readyz" || url === "/metrics";
}
