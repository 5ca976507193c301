/**
 * `/webhooks/whatsapp`: Meta proves with GET that we are who it was told of, and delivers with POST, signed. Messages and what became of
 * sent ones go to the sessions of their number; the answer is 200 once they are kept.
 */
import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { createGithubVerifier, githubSignatureHeaders } from "../../adapters/webhooks/githubSignature.js";
import { equalsInConstantTime } from "../../adapters/webhooks/signatures.js";
import { jsonType } from "../../adapters/webhooks/webhook.js";
import { readWhatsApp } from "../../adapters/services/whatsappPayload.js";
import type { AccountPush } from "../../adapters/services/whatsappPayload.js";
import type { IntegrationsService } from "../../domain/integrations/index.js";
import type { Request } from "../../domain/kernel/request.js";
import { addressKey } from "../auth/rateLimit.js";
import { refusalBody } from "../errors.js";
import { isNestedTooDeep } from "../jsonDepth.js";
import { MalformedDeliveryError, addSignedRoute } from "./signedRoute.js";
import type { SignedDelivery, SignedRoute, SignedRouteDeps } from "./signedRoute.js";
import { withinTime } from "./withinTime.js";

export interface WhatsAppRouteDeps extends SignedRouteDeps {
  /** Undefined: nothing is taken. */
  readonly whatsapp: { readonly appSecret: string; readonly verifyToken: string } | undefined;
  readonly push: IntegrationsService["push"];
  /** How long Meta waits for its answer. @default 8 seconds */
  readonly pushMilliseconds?: number | undefined;
}

const path = "/webhooks/whatsapp";
const secretVariable = "WHATSAPP_APP_SECRET";
/** Meta sends up to 3 MB. */
const maxBytes = 4_000_000;

export function addWhatsAppRoutes(app: FastifyInstance, deps: WhatsAppRouteDeps): void {
  const { whatsapp, push, pushMilliseconds = 8_000 } = deps;
  addVerification(app, deps);
  const route: SignedRoute = {
    source: "WHATSAPP",
    secretVariable,
    path,
    contentTypes: [jsonType],
    maxBytes,
    // The same as GitHub's: SHA-256 over the body, in the same header.
    signatureHeaders: githubSignatureHeaders,
    verify: whatsapp && createGithubVerifier({ secrets: { current: whatsapp.appSecret } }),
    handle: async (delivery) => {
      const pushes = readDelivery(delivery);
      const taken = await withinTime(pushAll(pushes, push, requestFor(delivery)), pushMilliseconds);
      const outcome = taken > 0 ? "accepted" : "ignored";
      // Who has connected which number is no business of the sender's.
      return { status: 200, outcome, body: { status: "ok" } };
    },
  };
  addSignedRoute(app, route, deps);
}

/**
 * One after the other, so that messages stay in their order. How many sessions took something. What an account does not take keeps nothing
 * from the others, only what follows of its own. @throws what the first of them has failed with, once all were pushed.
 */
async function pushAll(
  pushes: readonly AccountPush[],
  push: IntegrationsService["push"],
  request: Request,
): Promise<number> {
  let taken = 0;
  const failures = new Map<string, unknown>();
  for (const { accountKey, items, marks } of pushes) {
    if (failures.has(accountKey)) continue;
    const pushKey = createHash("sha256")
      .update(JSON.stringify([accountKey, ...items.map(({ id }) => id)]))
      .digest("hex");
    try {
      const { sessions } = await push({ accountKey, pushKey, items, marks }, request);
      taken += sessions;
    } catch (error) {
      failures.set(accountKey, error);
    }
  }
  for (const failure of failures.values()) throw failure;
  return taken;
}

function requestFor({ requestId }: SignedDelivery): Request {
  return { actor: { kind: "SYSTEM", id: "webhook:whatsapp" }, scope: "all", correlationId: requestId };
}

function readDelivery({ text }: SignedDelivery): readonly AccountPush[] {
  if (isNestedTooDeep(text)) throw new MalformedDeliveryError("The body is nested too deep");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new MalformedDeliveryError("The body is not JSON", { cause: error });
  }
  const pushes = readWhatsApp(json);
  if (pushes === undefined) throw new MalformedDeliveryError("The body is no delivery of WhatsApp");
  return pushes;
}

/** `hub.challenge` goes back as it came, so it may be nothing that a browser would take for a page. */
const Verification = z.object({
  "hub.mode": z.literal("subscribe"),
  "hub.verify_token": z.string().max(1_000),
  "hub.challenge": z.string().regex(/^[\w-]{1,200}$/),
});

function addVerification(app: FastifyInstance, { whatsapp, failures, metrics, logger }: WhatsAppRouteDeps): void {
  app.route({
    method: "GET",
    url: path,
    handler: async (request, reply) => {
      if (whatsapp === undefined) {
        return reply.code(404).send(refusalBody(`Nothing is taken here before ${secretVariable} is set`, "NOT_FOUND"));
      }
      const asked = Verification.safeParse(request.query);
      if (!asked.success)
        return reply.code(400).send(refusalBody("This is no verification of a webhook", "BAD_REQUEST"));
      const { "hub.verify_token": token, "hub.challenge": challenge } = asked.data;
      if (equalsInConstantTime(hashOf(token), hashOf(whatsapp.verifyToken))) {
        return reply.code(200).type("text/plain; charset=utf-8").send(challenge);
      }
      const retryAfter = await failures.take(addressKey(request.ip));
      const reason = retryAfter === undefined ? "BAD_SIGNATURE" : "RATE_LIMITED";
      metrics.denied(reason);
      logger.warn(
        { event: "webhook.refused", source: "WHATSAPP", reason, address: request.ip, correlationId: request.id },
        "webhook's verification refused",
      );
      if (retryAfter === undefined) return reply.code(403).send(refusalBody("The token is not ours", "FORBIDDEN"));
      void reply.header("retry-after", String(retryAfter));
      return reply.code(429).send(refusalBody("Too many attempts; try again later", "RATE_LIMITED"));
    },
  });
}

/** Of one length, so that the comparison says nothing of the token's. */
function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
