/** Signatures by HMAC, compared in constant time, with one secret or the one before it. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { VerificationScheme } from "../../domain/projects/index.js";
import type { Secrets, Verified } from "./webhook.js";

/** The HMAC of the parts, one behind the other. */
export function hmac(
  algorithm: "sha1" | "sha256",
  secret: string,
  parts: readonly (string | Buffer)[],
  encoding: "hex" | "base64",
): string {
  const digest = createHmac(algorithm, secret);
  for (const part of parts) digest.update(part);
  return digest.digest(encoding);
}

/** Whether two texts are one, in a time that depends on their lengths only. */
export function equalsInConstantTime(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Tries the current secret, then the previous one. */
export async function verifyWithEither(
  { current, previous }: Secrets,
  scheme: VerificationScheme,
  matches: (secret: string) => boolean | Promise<boolean>,
): Promise<Verified> {
  if (await matches(current)) return { ok: true, scheme, secret: "CURRENT" };
  if (previous !== undefined && (await matches(previous))) return { ok: true, scheme, secret: "PREVIOUS" };
  return { ok: false, problem: "BAD_SIGNATURE" };
}
