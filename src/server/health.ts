/** Health: `/healthz` says that the process is up, `/readyz` whether it can serve. */
import type { FastifyInstance } from "fastify";
import type { Logger } from "../observability/logger.js";
import type { Phase } from "./app.js";

export interface Readiness {
  readonly ready: boolean;
  /** State of each part by name, in a word. */
  readonly checks: Readonly<Record<string, string>>;
}

export interface HealthDeps {
  readonly readiness: () => Promise<Readiness>;
  readonly phase: Phase;
  readonly logger: Logger;
}

export function addHealthRoutes(app: FastifyInstance, { readiness, phase, logger }: HealthDeps): void {
  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    if (phase.draining) return reply.code(503).send({ ready: false, checks: { server: "draining" } });
    try {
      const { ready, checks } = await readiness();
      return await reply.code(ready ? 200 : 503).send({ ready, checks });
    } catch (error) {
      logger.warn({ err: error }, "the readiness check failed");
      return reply.code(503).send({ ready: false, checks: { readiness: "failed" } });
    }
  });
  app.get("/favicon.ico", async (_request, reply) => reply.code(204).header("cache-control", "max-age=86400").send());
}
