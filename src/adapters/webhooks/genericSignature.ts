/** Signatures by the Standard Webhooks specification: for CI, scripts and every sender that has no form of its own. */
import { Webhook as StandardWebhook, WebhookVerificationError } from "standardwebhooks";
import { verifyWithEither } from "./signatures.js";
import type { Secrets, SignatureProblem, VerifySignature } from "./webhook.js";

export const genericSignatureHeaders = ["webhook-signature", "webhook-id", "webhook-timestamp"] as const;

/** Verifies with `whsec_` secrets. A message outside of five minutes is STALE, by the clock of this machine. */
export function createGenericVerifier({ secrets }: { secrets: Secrets }): VerifySignature {
  const keys = new Map([secrets.current, secrets.previous ?? []].flat().map((s) => [s, new StandardWebhook(s)]));
  return async ({ headers, text }) => {
    // The library takes text. It is the same bytes, since it was read without loss.
    if (text === undefined) return { ok: false, problem: "NOT_TEXT" };
    let problem: SignatureProblem = "BAD_SIGNATURE";
    const verified = await verifyWithEither(secrets, "STANDARD_WEBHOOKS", (secret) => {
      const key = keys.get(secret);
      if (key === undefined) return false;
      try {
        key.verify(text, { ...headers }, { jsonParse: false });
        return true;
      } catch (error) {
        if (error instanceof WebhookVerificationError && error.message.startsWith("Message timestamp"))
          problem = "STALE";
        return false;
      }
    });
    return verified.ok ? verified : { ok: false, problem };
  };
}
