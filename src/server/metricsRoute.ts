/** `GET /metrics`: the server's metrics as Prometheus text, to those who may read them. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { isLoopbackHost } from "../config/loopback.js";
import type { Telemetry } from "../observability/telemetry.js";
import { refusalBody } from "./errors.js";

export const metricsPath = "/metrics";

export interface MetricsRouteDeps {
  readonly telemetry: Telemetry;
  /** Address that the server listens on. */
  readonly host: string;
  /** Bearer token that is asked for. Without one only a server that listens on loopback answers. */
  readonly token: string | undefined;
}

/** Adds the route; none where metrics are off. */
export function addMetricsRoute(app: FastifyInstance, { telemetry, host, token }: MetricsRouteDeps): void {
  const { scrape, metrics } = telemetry;
  if (scrape === undefined) return;
  app.get(metricsPath, async (request, reply) => {
    if (token === undefined && !isLoopbackHost(host)) {
      metrics.denied("METRICS_TOKEN");
      return reply.code(403).send(refusalBody("Set METRICS_TOKEN to read metrics from other machines", "FORBIDDEN"));
    }
    if (token !== undefined && !isBearer(request.headers.authorization, token)) {
      metrics.denied("METRICS_TOKEN");
      const refused = refusalBody("Metrics need their bearer token", "UNAUTHENTICATED");
      return reply.code(401).header("www-authenticate", "Bearer").send(refused);
    }
    return reply.header("content-type", "text/plain; version=0.0.4; charset=utf-8").send(await scrape());
  });
}

/** Compares digests, which have one length: how long it takes says nothing about the token. */
function isBearer(authorization: string | undefined, token: string): boolean {
  const [, given] = /^Bearer +(\S+)$/i.exec(authorization ?? "") ?? [];
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}
