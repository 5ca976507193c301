/** Sends items of sessions to their webhooks: one POST each, signed by Standard Webhooks, to public addresses only. */
import type { LookupFunction } from "node:net";
import { Webhook as StandardWebhook } from "standardwebhooks";
import { createAbort } from "../../domain/kernel/aborting.js";
import type { Delivery, DeliveryResult, WebhookSender } from "../../domain/integrations/index.js";
import { inTime } from "../inTime.js";
import { parseRetryAfter } from "../retryAfter.js";
import { createAllowance } from "../web/allowedHosts.js";
import { TransportError, createTransport } from "../web/transport.js";
import type { Answer, Transport } from "../web/transport.js";
import { createWebhookCheck } from "./webhookCheck.js";
import type { WebhookCheckDeps } from "./webhookCheck.js";

export interface WebhookSenderDeps extends WebhookCheckDeps {
  /** For one delivery, from looking the name up to the answer's status. */
  readonly timeoutMilliseconds?: number | undefined;
  /** @default that of the operating system */
  readonly lookup?: LookupFunction | undefined;
  /** Certificates in PEM that are trusted. @default those that Node trusts */
  readonly ca?: string | undefined;
}

/** Creates the sender. What is delivered may be delivered already: receivers tell it by `webhook-id`, and by the ids of the items. */
export function createWebhookSender(deps: WebhookSenderDeps): WebhookSender {
  const { timeoutMilliseconds = 10_000, allowedHosts, onlyHosts, lookup, ca } = deps;
  const check = createWebhookCheck({ allowedHosts, onlyHosts });
  const transport = createTransport({ isAllowed: createAllowance(allowedHosts), timeoutMilliseconds, lookup, ca });
  return {
    async deliver(delivery, signal) {
      signal.throwIfAborted();
      // It was checked when it was set; what may be used can have changed since.
      const problem = check(delivery.url);
      if (problem !== undefined) return toFailure("FORBIDDEN", "forbidden_address", `its address ${problem}`);
      return inTime({ milliseconds: timeoutMilliseconds, signal }, async (ending, isOver) => {
        try {
          return toResult(await post(transport, delivery, ending));
        } catch (error) {
          signal.throwIfAborted();
          if (isOver()) return toFailure("UNREACHABLE", "timeout", "it did not answer in time");
          if (error instanceof TransportError) return ofTransport(error);
          throw error;
        }
      });
    },
    close: () => transport.close(),
  };
}

/** The answer, but for its body, which nobody needs. */
async function post(transport: Transport, delivery: Delivery, signal: AbortSignal): Promise<Answer> {
  const { url, deliveryId, body, secret } = delivery;
  const text = JSON.stringify(body);
  const sentAt = new Date();
  const headers = {
    "content-type": "application/json",
    "user-agent": "Opsledger/1.0",
    "webhook-id": deliveryId,
    "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1_000)),
    "webhook-signature": new StandardWebhook(secret).sign(deliveryId, sentAt, text),
  };
  const { signal: ended, abort, end } = createAbort(signal);
  try {
    const answer = await transport.request(new URL(url), { method: "POST", headers, body: text, signal: ended });
    // A short body is read, so that the connection can be used again. One that is slow cannot take back what its status has said.
    const timer = setTimeout(abort, bodyMilliseconds);
    await answer.drop();
    clearTimeout(timer);
    return answer;
  } finally {
    end();
  }
}

const bodyMilliseconds = 300;

function toResult({ status, header }: Answer): DeliveryResult {
  if (status >= 200 && status < 300) return { accepted: true };
  const code = `http_${status}`;
  const message = `it answers ${status}`;
  if (status === 410) return toFailure("GONE", code, message);
  if (status >= 300 && status < 400)
    return toFailure("UNREACHABLE", "redirect", `${message}, and no redirect is followed`);
  const retryAfterMs = parseRetryAfter(header("retry-after"), Date.now());
  if (status === 429 || (status === 503 && retryAfterMs !== undefined)) {
    return { ...toFailure("BUSY", code, message), retryAfterMs };
  }
  if (notOfContent.has(status)) return toFailure("UNREACHABLE", code, message);
  const isRefused = status >= 400 && status < 500 && status !== 408;
  return toFailure(isRefused ? "REFUSED" : "FAILED", code, message);
}

/** They say no to who asks, or to the address, and would to anything: no item is to blame, so that none becomes a dead letter. */
const notOfContent: ReadonlySet<number> = new Set([401, 403, 404, 405, 407]);

function ofTransport({ reason, message }: TransportError): DeliveryResult {
  switch (reason) {
    case "FORBIDDEN_ADDRESS":
      return toFailure("FORBIDDEN", "forbidden_address", message);
    case "TIMEOUT":
      return toFailure("UNREACHABLE", "timeout", `it ${message}`);
    default:
      return toFailure("UNREACHABLE", "unreachable", `it ${message}`);
  }
}

type Failure = Extract<DeliveryResult, { readonly accepted: false }>;

function toFailure(reason: Failure["reason"], code: string, message: string): Failure {
  return { accepted: false, reason, code, message };
}
