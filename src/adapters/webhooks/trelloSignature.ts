/** Trello's signatures: SHA-1 over the raw body and the address that the webhook was registered with. */
import { isUtf8 } from "node:buffer";
import { equalsInConstantTime, hmac, verifyWithEither } from "./signatures.js";
import type { Secrets, VerifySignature } from "./webhook.js";

export const trelloSignatureHeaders = ["x-trello-webhook"] as const;

export interface TrelloVerifierDeps {
  /** The OAuth secret of the app whose key registered the webhook. */
  readonly secrets: Secrets;
  /** Exactly as it was registered, with query and slash. */
  readonly callbackUrl: string;
}

/**
 * Verifies over the bytes of the body first, then over the form that Trello's older documentation describes, one byte for each
 * character. The signature holds no time: an action's id is what makes a replay harmless.
 */
export function createTrelloVerifier({ secrets, callbackUrl }: TrelloVerifierDeps): VerifySignature {
  return async ({ headers, body, text }) => {
    const signature = headers["x-trello-webhook"] ?? "";
    const narrow = narrowFormOf(text);
    return verifyWithEither(secrets, "TRELLO_SHA1", (secret) => {
      const matches = (parts: readonly (string | Buffer)[]) =>
        equalsInConstantTime(signature, hmac("sha1", secret, parts, "base64"));
      return (
        matches([body, callbackUrl]) || (narrow !== undefined && matches([narrow, Buffer.from(callbackUrl, "latin1")]))
      );
    });
  };
}

/**
 * The text as one byte for each character, where no other text has these bytes: not where a character needs more than one, whose
 * high byte anybody could change, and not where the bytes are UTF-8, as then another text was signed.
 */
function narrowFormOf(text: string | undefined): Buffer | undefined {
  if (text === undefined || [...text].some((character) => character > "\u00ff")) return undefined;
  const bytes = Buffer.from(text, "latin1");
  return isUtf8(bytes) ? undefined : bytes;
}
