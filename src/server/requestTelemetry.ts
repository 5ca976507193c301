/** Measures and traces HTTP requests. */
import type { Span } from "@opentelemetry/api";
import {
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_URL_PATH,
} from "@opentelemetry/semantic-conventions";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { fail } from "../observability/tracing.js";
import type { Telemetry } from "../observability/telemetry.js";
import { metricsPath } from "./metricsRoute.js";

/** Those that are asked by machines again and again. */
const untraced: ReadonlySet<string> = new Set(["/healthz", "/readyz", "/favicon.ico", metricsPath]);

/** Requests that are answered by a stream, which lasts as long as the client likes. */
const streams = new WeakSet<FastifyRequest>();

/** Says that a request is answered by a stream: its duration says nothing. */
export function markAsStream(request: FastifyRequest): void {
  streams.add(request);
}

/** Adds the hooks. Everything that handlers do happens in the span of their request. */
export function addRequestTelemetry(app: FastifyInstance, { on, metrics, tracing }: Telemetry): void {
  if (!on) return;
  const spans = new WeakMap<FastifyRequest, Span>();
  app.addHook("onRequest", (request, _reply, done) => {
    const route = routeOf(request);
    const span = untraced.has(route)
      ? undefined
      : tracing.startRequest({
          name: `${request.method} ${route}`,
          correlationId: request.id,
          headers: request.headers,
          attributes: {
            [ATTR_HTTP_REQUEST_METHOD]: request.method,
            [ATTR_HTTP_ROUTE]: route,
            [ATTR_URL_PATH]: request.url.split("?")[0],
          },
        });
    if (span !== undefined) spans.set(request, span);
    done();
  });
  app.addHook("preHandler", (request, _reply, done) => tracing.inSpan(spans.get(request), done));
  app.addHook("onResponse", (request, reply, done) => {
    const { method } = request;
    const labels = { method, route: routeOf(request), status: String(reply.statusCode) };
    metrics.httpRequest(labels, streams.has(request) ? undefined : reply.elapsedTime / 1_000);
    const span = spans.get(request);
    span?.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, reply.statusCode);
    if (span !== undefined && reply.statusCode >= 500) fail(span, `HTTP ${reply.statusCode}`);
    span?.end();
    done();
  });
}

/** The route, not the address: addresses are without number. */
function routeOf({ routeOptions }: FastifyRequest): string {
  return routeOptions.url ?? "unmatched";
}
