/** A route for machines that prove themselves by a signature over the body: its bytes are read, checked, and only then understood. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { UnavailableError } from "../../domain/kernel/errors.js";
import type { ProjectEventSource } from "../../domain/projects/index.js";
import type { RawDelivery, SignatureProblem, Verified, VerifySignature } from "../../adapters/webhooks/webhook.js";
import type { Logger } from "../../observability/logger.js";
import type { Metrics, WebhookOutcome } from "../../observability/metrics.js";
import { addressKey, createRateLimiter } from "../auth/rateLimit.js";
import type { RateLimiter } from "../auth/rateLimit.js";
import { refusalBody } from "../errors.js";
import { flatHeaders } from "../requestFacts.js";
import type { BodyBudget } from "./bodyBudget.js";

/** A delivery whose signature is good. */
export interface SignedDelivery extends RawDelivery {
  readonly text: string;
  readonly contentType: string;
  readonly verified: Extract<Verified, { readonly ok: true }>;
  readonly requestId: string;
}

export interface SignedAnswer {
  readonly status: number;
  readonly body: object | string;
  /** What the delivery counts as. */
  readonly outcome: WebhookOutcome;
}

export interface SignedRoute {
  readonly source: ProjectEventSource | "WHATSAPP";
  readonly path: string;
  /** What the delivery's secret is called where it is configured. */
  readonly secretVariable: string;
  readonly contentTypes: readonly string[];
  /** Greatest size of a body. */
  readonly maxBytes: number;
  /** Headers without which nothing is read. */
  readonly signatureHeaders: readonly string[];
  /** Undefined: no secret is configured, and nothing is taken. */
  readonly verify: VerifySignature | undefined;
  /**
   * Answers. @throws MalformedDeliveryError (400), UnavailableError (503, the sender tries again); anything else is 500 and
   * masked.
   */
  readonly handle: (delivery: SignedDelivery) => Promise<SignedAnswer>;
}

export interface SignedRouteDeps {
  readonly logger: Pick<Logger, "warn" | "error">;
  readonly metrics: Pick<Metrics, "webhookDelivery" | "denied">;
  /** Attempts with a bad signature of one address; shared by all routes. */
  readonly failures: RateLimiter;
  /** Room for bodies; shared by all routes. */
  readonly bodies: BodyBudget;
}

/** The sender signed something that means nothing. */
export class MalformedDeliveryError extends Error {}

/** Bad signatures that one address may send in a minute before it is told to wait. Good ones are always taken. */
const failuresPerMinute = 60;

export function createSignatureFailures(): RateLimiter {
  return createRateLimiter({ perMinute: failuresPerMinute, burst: 0 });
}

/** Adds the route. It has parsers and error answers of its own: nothing here is for clients of GraphQL. */
export function addSignedRoute(app: FastifyInstance, route: SignedRoute, deps: SignedRouteDeps): void {
  const { logger, metrics, failures, bodies } = deps;
  const answer = (reply: FastifyReply, status: number, outcome: WebhookOutcome, body: object | string) => {
    metrics.webhookDelivery({ source: route.source, outcome });
    return reply.code(status).send(body);
  };
  const refuse = async (
    request: FastifyRequest,
    reply: FastifyReply,
    problem: SignatureProblem | "MISSING_SIGNATURE",
  ) => {
    const retryAfter = await failures.take(addressKey(request.ip));
    const reason = retryAfter === undefined ? problem : "RATE_LIMITED";
    metrics.denied(reason);
    logger.warn(
      { event: "webhook.refused", source: route.source, reason, address: request.ip, correlationId: request.id },
      "webhook refused",
    );
    if (retryAfter !== undefined) void reply.header("retry-after", String(retryAfter));
    const { status, message } = told[reason];
    return answer(reply, status, "refused", refusalBody(message, codes[status]));
  };

  /** Takes room for the body until the request is over. A body that does not come in time is given up. */
  const makeRoom = ({ headers, raw }: FastifyRequest, reply: FastifyReply): boolean => {
    const declared = Number(headers["content-length"] ?? route.maxBytes);
    // The framework refuses what is larger before it reads it.
    const giveBack = bodies.take(Math.min(declared, route.maxBytes));
    if (giveBack === undefined) return false;
    const late = setTimeout(() => raw.destroy(), bodyMilliseconds);
    raw.once("end", () => clearTimeout(late));
    reply.raw.once("close", () => {
      clearTimeout(late);
      giveBack();
    });
    return true;
  };

  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser([...route.contentTypes], { parseAs: "buffer" }, (_request, body, done) =>
      done(null, body),
    );
    scope.setErrorHandler((error, request, reply) => {
      const { status, outcome, message, code } = describe(error, route);
      if (status === 503) void reply.header("retry-after", String(retryAfterSeconds));
      if (status >= 500)
        logger.error({ err: error, source: route.source, correlationId: request.id }, "webhook not taken");
      return answer(
        reply,
        status,
        outcome,
        refusalBody(message, code, status === 500 ? { correlationId: request.id } : {}),
      );
    });
    scope.route({
      method: "POST",
      url: route.path,
      bodyLimit: route.maxBytes,
      // Before the body is read: who signs nothing sends nothing.
      onRequest: async (request, reply) => {
        if (route.verify === undefined) {
          const message = `Nothing is taken here before ${route.secretVariable} is set`;
          return answer(reply, 404, "refused", refusalBody(message, "NOT_FOUND"));
        }
        const { headers } = request;
        if (route.signatureHeaders.some((name) => !headers[name])) return refuse(request, reply, "MISSING_SIGNATURE");
        const encoding = headers["content-encoding"];
        if (encoding !== undefined && encoding !== "identity") {
          const message = "The body must not be compressed";
          return answer(reply, 415, "malformed", refusalBody(message, "UNSUPPORTED_MEDIA_TYPE"));
        }
        if (makeRoom(request, reply)) return undefined;
        void reply.header("retry-after", String(retryAfterSeconds));
        const message = "Too many deliveries come at the same time; nothing was recorded";
        return answer(reply, 503, "unavailable", refusalBody(message, "UNAVAILABLE"));
      },
      handler: async (request, reply) => {
        const delivery = deliveryOf(request);
        const verified = await route.verify?.(delivery);
        if (verified?.ok !== true) return refuse(request, reply, verified?.problem ?? "BAD_SIGNATURE");
        const { text } = delivery;
        if (text === undefined) throw new MalformedDeliveryError("The body is not UTF-8");
        const contentType = (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
        const { status, body, outcome } = await route.handle({
          ...delivery,
          text,
          contentType,
          verified,
          requestId: request.id,
        });
        return answer(reply, status, outcome, body);
      },
    });
  });
}

const told = {
  MISSING_SIGNATURE: { status: 401, message: "A delivery needs the signature headers of its source" },
  BAD_SIGNATURE: { status: 401, message: "The signature is not valid here" },
  STALE: { status: 401, message: "The signature is too old, or from the future" },
  NOT_TEXT: { status: 400, message: "The body is not UTF-8" },
  RATE_LIMITED: { status: 429, message: "Too many deliveries with a bad signature; try again later" },
} as const;

const codes = { 400: "BAD_REQUEST", 401: "UNAUTHENTICATED", 429: "RATE_LIMITED" } as const;

/** How long a body may take to come: it holds room for others. */
const bodyMilliseconds = 20_000;

/** When a sender may try again where the store is down. */
const retryAfterSeconds = 5;

interface ErrorAnswer {
  readonly status: number;
  readonly outcome: WebhookOutcome;
  readonly message: string;
  readonly code: string;
}

function describe(error: unknown, { maxBytes, contentTypes }: SignedRoute): ErrorAnswer {
  if (error instanceof MalformedDeliveryError) {
    return { status: 400, outcome: "malformed", message: error.message, code: "BAD_REQUEST" };
  }
  if (error instanceof UnavailableError) {
    const message = "The ledger cannot be written just now; send it again, which has no second effect";
    return { status: 503, outcome: "unavailable", message, code: "UNAVAILABLE" };
  }
  switch (frameworkStatusOf(error)) {
    case 413:
      return {
        status: 413,
        outcome: "malformed",
        message: `The body is larger than ${maxBytes} bytes`,
        code: "BODY_TOO_LARGE",
      };
    case 415: {
      const message = `The body must be ${contentTypes.join(" or ")}`;
      return { status: 415, outcome: "malformed", message, code: "UNSUPPORTED_MEDIA_TYPE" };
    }
    case undefined:
      return { status: 500, outcome: "failed", message: "Internal server error", code: "INTERNAL_SERVER_ERROR" };
    default:
      return { status: 400, outcome: "malformed", message: "The request is malformed", code: "BAD_REQUEST" };
  }
}

/** What the framework says is wrong with a request; undefined for an error of ours. */
function frameworkStatusOf(error: unknown): number | undefined {
  if (!(error instanceof Error && "statusCode" in error && typeof error.statusCode === "number")) return undefined;
  return error.statusCode >= 400 && error.statusCode < 500 ? error.statusCode : undefined;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function deliveryOf({ headers, body }: FastifyRequest): RawDelivery {
  // An empty body is not handed to the parser.
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  return { headers: flatHeaders(headers), body: bytes, text: textOf(bytes) };
}

/** With its byte order mark, if it has one: the text is as many bytes as the body. */
function textOf(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
