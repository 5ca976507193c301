/** `opsledger token`: makes a token for trying things out, with the secret that the server has. */
import { SignJWT } from "jose";
import { v7 as uuidv7 } from "uuid";
import { parseConfig } from "../../config/config.js";
import { isRole, roles } from "../../resolvers/index.js";
import { createTokenVerifier } from "../../server/auth/tokens.js";

export interface TokenOptions {
  readonly sub: string;
  /** Comma between. */
  readonly roles: string;
  /** Comma between, or "*"; without it the role decides. */
  readonly projects?: string | undefined;
  /** A number with s, m, h or d. */
  readonly expires: string;
}

/**
 * A signed token with AUTH_SECRET, AUTH_ISSUER and AUTH_AUDIENCE of the environment. Nobody is asked: who has the secret may
 * make any token.
 * @throws Error where the server would not take it: no secret, keys of another issuer, an unknown role.
 */
export async function makeToken(
  options: TokenOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const { auth } = parseConfig(environment);
  if (auth === undefined) {
    throw new Error(
      "AUTH_SECRET is not set. Choose one of 32 bytes or more, set it for the server and for this command, for example:\n" +
        "  export AUTH_SECRET=$(openssl rand -base64 32)",
    );
  }
  if (auth.kind === "jwks") {
    throw new Error("AUTH_JWKS_URL is set: tokens come from that issuer, which alone has the keys to sign them");
  }
  const claims = {
    roles: rolesIn(options.roles),
    ...(options.projects === undefined ? {} : { projects: projectsIn(options.projects) }),
  };
  const now = Math.floor(Date.now() / 1_000);
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: auth.algorithms[0] ?? "HS256", typ: "JWT" })
    .setSubject(options.sub)
    .setIssuer(auth.issuer)
    .setAudience(auth.audience)
    .setJti(uuidv7())
    .setIssuedAt(now)
    .setExpirationTime(now + secondsIn(options.expires))
    .sign(new TextEncoder().encode(auth.secret));
  await createTokenVerifier(auth)
    .verify(token)
    .catch((error: unknown) => {
      throw new Error("--sub: must be 1 to 255 printable characters without a space, and not begin with policy:", {
        cause: error,
      });
    });
  return token;
}

const wordsIn = (text: string) =>
  text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");

function rolesIn(text: string): readonly string[] {
  const named = wordsIn(text.toUpperCase());
  const unknown = named.filter((role) => !isRole(role));
  if (unknown.length > 0) throw new Error(`--roles: ${unknown.join(", ")} is none of ${roles.join(", ")}`);
  return named;
}

function projectsIn(text: string): string | readonly string[] {
  return text.trim() === "*" ? "*" : wordsIn(text);
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

function secondsIn(text: string): number {
  const [, number = "", unit = ""] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  const seconds = Number(number) * (unitSeconds[unit] ?? 0);
  if (seconds === 0) throw new Error("--expires: must be a number with s, m, h or d, such as 8h");
  return seconds;
}
