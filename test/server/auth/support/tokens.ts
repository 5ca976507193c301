/** Tokens as an issuer makes them: good ones, and any other. */
import { SignJWT } from "jose";
import type { KeyInput } from "jose";

export const secret = "a secret of this test that is long enough";

export interface TokenParts {
  /** Default: the issuer, the audience and the times that the server expects, for `ana`. Undefined: the claim is left out. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** @default the test's secret */
  readonly key?: KeyInput | undefined;
  readonly algorithm?: string | undefined;
  readonly header?: Readonly<Record<string, unknown>> | undefined;
}

export const secondsFromNow = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;

export async function tokenOf({ claims, key, algorithm = "HS256", header }: TokenParts = {}): Promise<string> {
  const all = { iss: "opsledger", aud: "opsledger", sub: "ana", exp: secondsFromNow(600), ...claims };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return new SignJWT(given)
    .setProtectedHeader({ alg: algorithm, ...header })
    .sign(key ?? new TextEncoder().encode(secret));
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
