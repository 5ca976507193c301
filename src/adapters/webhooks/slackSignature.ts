/** Slack's signatures, version 0: over the time and the raw body. For events and for what people press alike. */
import { toMilliseconds } from "../../domain/kernel/time.js";
import type { Clock } from "../../domain/kernel/time.js";
import { equalsInConstantTime, hmac, verifyWithEither } from "./signatures.js";
import type { Secrets, VerifySignature } from "./webhook.js";

export const slackSignatureHeaders = ["x-slack-signature", "x-slack-request-timestamp"] as const;

/** Seconds by which a request may be older or newer than now, as Slack's own libraries have it. */
const windowSeconds = 300;

/** Verifies with the app's signing secret. A request outside of five minutes is STALE, whoever signed it. */
export function createSlackVerifier({ secrets, clock }: { secrets: Secrets; clock: Clock }): VerifySignature {
  return async ({ headers, body }) => {
    const signature = headers["x-slack-signature"] ?? "";
    const timestamp = headers["x-slack-request-timestamp"] ?? "";
    if (!/^\d{1,12}$/.test(timestamp)) return { ok: false, problem: "BAD_SIGNATURE" };
    const age = Math.abs(Math.floor(toMilliseconds(clock.now()) / 1_000) - Number(timestamp));
    if (age > windowSeconds) return { ok: false, problem: "STALE" };
    return verifyWithEither(secrets, "SLACK_V0", (secret) =>
      equalsInConstantTime(signature, `v0=${hmac("sha256", secret, [`v0:${timestamp}:`, body], "hex")}`),
    );
  };
}
