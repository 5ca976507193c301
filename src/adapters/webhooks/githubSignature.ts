/** GitHub's signatures: SHA-256 over the raw body. */
import { verify } from "@octokit/webhooks-methods";
import { verifyWithEither } from "./signatures.js";
import type { Secrets, VerifySignature } from "./webhook.js";

export const githubSignatureHeaders = ["x-hub-signature-256"] as const;

/**
 * Verifies with the webhook's secret. GitHub's signature holds neither time nor headers, so the id and the name of the event can
 * be anything: the hash of the body is what makes a replay harmless (see `readGithub`).
 */
export function createGithubVerifier({ secrets }: { secrets: Secrets }): VerifySignature {
  return async ({ headers, text }) => {
    const signature = headers["x-hub-signature-256"];
    // The library takes text. It is the same bytes, since it was read without loss.
    if (text === undefined) return { ok: false, problem: "NOT_TEXT" };
    // The library throws where one of them is empty.
    if (!signature || text === "") return { ok: false, problem: "BAD_SIGNATURE" };
    return verifyWithEither(secrets, "GITHUB_SHA256", (secret) => verify(secret, text, signature));
  };
}
