/** Which tokens are taken, and which are not: by signature, issuer, audience, times and claims. Keys come over real HTTP. */
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { UnsecuredJWT, exportJWK, exportSPKI, generateKeyPair } from "jose";
import type { JWK } from "jose";
import { afterEach, describe, expect, it } from "vitest";
import type { AuthConfig } from "../../../src/config/auth.js";
import { KeysUnavailableError, createTokenVerifier } from "../../../src/server/auth/tokens.js";
import { secondsFromNow, secret, tokenOf } from "./support/tokens.js";

const rules = { issuer: "opsledger", audience: "opsledger", clockToleranceSeconds: 5 };
const bySecret: AuthConfig = { ...rules, kind: "secret", secret, algorithms: ["HS256"] };
const verify = (token: string) => createTokenVerifier(bySecret).verify(token);

describe("a token that is taken", () => {
  it("says who calls, what that may do, where, and until when", async () => {
    const exp = secondsFromNow(60);
    const claims = { exp, jti: "t-1", roles: ["RESPONDER", "VIEWER", "RESPONDER"], projects: ["payments", "checkout"] };
    expect(await verify(await tokenOf({ claims }))).toEqual({
      actor: { kind: "USER", id: "ana" },
      roles: ["RESPONDER", "VIEWER"],
      projects: ["payments", "checkout"],
      expiresAt: new Date((exp + 5) * 1_000).toISOString(),
      tokenId: "t-1",
      authenticated: true,
    });
  });

  it.each([
    ["a text with spaces", "VIEWER  RESPONDER", ["VIEWER", "RESPONDER"]],
    ["roles that are not known", ["viewer", "ROOT", "VIEWER"], ["VIEWER"]],
    ["no roles", undefined, []],
  ])("reads %s", async (_what, roles, expected) => {
    expect(await verify(await tokenOf({ claims: { roles } }))).toMatchObject({ roles: expected });
  });

  it.each([
    [["VIEWER"], undefined, []],
    [["RESPONDER", "WORKER"], undefined, []],
    [["OPERATOR"], undefined, "all"],
    [["ADMIN"], undefined, "all"],
    [["VIEWER"], "*", "all"],
    [["VIEWER"], ["a", "*"], "all"],
    [["ADMIN"], ["a"], ["a"]],
    [["ADMIN"], [], []],
  ])("of %j with projects %j sees %j", async (roles, projects, expected) => {
    expect(await verify(await tokenOf({ claims: { roles, projects } }))).toMatchObject({ projects: expected });
  });

  it("of nothing but a WORKER is a machine's", async () => {
    const kindOf = async (roles: string[]) => (await verify(await tokenOf({ claims: { roles } }))).actor.kind;
    expect(await kindOf(["WORKER"])).toBe("SYSTEM");
    expect(await kindOf(["WORKER", "RESPONDER"])).toBe("USER");
    expect(await kindOf([])).toBe("USER");
  });

  it("may have expired within the tolerance for clocks", async () => {
    expect(await verify(await tokenOf({ claims: { exp: secondsFromNow(-3) } }))).toMatchObject({
      actor: { id: "ana" },
    });
  });
});

describe("a token is refused", () => {
  const refused = { name: "TokenRefusedError", reason: "BAD_TOKEN" };

  it.each([
    ["without an expiry", { exp: undefined }],
    ["without a subject", { sub: undefined }],
    ["of another issuer", { iss: "elsewhere" }],
    ["for another audience", { aud: "elsewhere" }],
    ["without an audience", { aud: undefined }],
    ["before its time", { nbf: secondsFromNow(60) }],
    ["whose subject is empty", { sub: "" }],
    ["whose subject has a space or a line break", { sub: "ana\nben" }],
    ["whose subject is too long", { sub: "a".repeat(256) }],
    ["whose subject is a policy's", { sub: "policy:auto-close" }],
    ["whose roles are a number", { roles: 7 }],
    ["whose roles hold an object", { roles: [{}] }],
    ["whose projects are a plain text", { projects: "payments" }],
    ["whose expiry is beyond all time", { exp: 1e15 }],
  ])("%s", async (_what, claims) => {
    await expect(verify(await tokenOf({ claims }))).rejects.toMatchObject(refused);
  });

  it("once it has expired, and that is said", async () => {
    const token = await tokenOf({ claims: { exp: secondsFromNow(-6) } });
    await expect(verify(token)).rejects.toMatchObject({ reason: "EXPIRED_TOKEN" });
  });

  it("with another key's signature", async () => {
    const token = await tokenOf({ key: new TextEncoder().encode("another secret that is long enough, too") });
    await expect(verify(token)).rejects.toMatchObject(refused);
  });

  it("that was altered", async () => {
    const [head = "", , signature = ""] = (await tokenOf()).split(".");
    const [, body = ""] = (await tokenOf({ claims: { roles: ["ADMIN"] } })).split(".");
    await expect(verify([head, body, signature].join("."))).rejects.toMatchObject(refused);
  });

  it("without a signature", async () => {
    const token = new UnsecuredJWT({ roles: ["ADMIN"] })
      .setSubject("ana")
      .setIssuer("opsledger")
      .setAudience("opsledger")
      .setExpirationTime("1h")
      .encode();
    await expect(verify(token)).rejects.toMatchObject(refused);
  });

  it("with an algorithm that is not pinned, though the key fits", async () => {
    await expect(verify(await tokenOf({ algorithm: "HS512" }))).rejects.toMatchObject(refused);
  });

  it.each(["", "x", "a.b.c", "Bearer", "x".repeat(9_000), "ä.ö.ü"])("that is none: %.20j", async (token) => {
    await expect(verify(token)).rejects.toMatchObject(refused);
  });
});

describe("keys of an issuer", () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  /** Serves what `answer` gives; counts how often it was asked. */
  async function issuer(answer: () => string | undefined): Promise<{ config: AuthConfig; asked: () => number }> {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      const body = answer();
      if (body === undefined) response.writeHead(500).end();
      else response.writeHead(200, { "content-type": "application/json" }).end(body);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/keys`;
    return { config: { ...rules, kind: "jwks", url, algorithms: ["RS256", "ES256", "EdDSA"] }, asked: () => asked };
  }
  const setOf = (...keys: JWK[]) => JSON.stringify({ keys });

  it.each(["RS256", "ES256", "EdDSA"])("check tokens by %s", async (algorithm) => {
    const { publicKey, privateKey } = await generateKeyPair(algorithm);
    const { config, asked } = await issuer(() => keys);
    const keys = setOf({ ...(await exportJWK(publicKey)), kid: "1", alg: algorithm, use: "sig" });
    const verifier = createTokenVerifier(config);
    const token = await tokenOf({ key: privateKey, algorithm, header: { kid: "1" } });
    expect(await verifier.verify(token)).toMatchObject({ actor: { id: "ana" } });
    expect(await verifier.verify(token)).toMatchObject({ actor: { id: "ana" } });
    expect(asked()).toBe(1);
  });

  it("never pass for a secret: a token signed with the public key as one is refused", async () => {
    const { publicKey } = await generateKeyPair("RS256", { extractable: true });
    const { config } = await issuer(() => keys);
    const keys = setOf({ ...(await exportJWK(publicKey)), kid: "1" });
    const verifier = createTokenVerifier(config);
    const key = new TextEncoder().encode(await exportSPKI(publicKey));
    const token = await tokenOf({ key, algorithm: "HS256", header: { kid: "1" } });
    await expect(verifier.verify(token)).rejects.toMatchObject({ reason: "BAD_TOKEN" });
  });

  it("are not asked for again by tokens with made-up key ids", async () => {
    const { publicKey, privateKey } = await generateKeyPair("ES256");
    const { config, asked } = await issuer(() => keys);
    const keys = setOf({ ...(await exportJWK(publicKey)), kid: "1", alg: "ES256" });
    const verifier = createTokenVerifier(config);
    for (const kid of ["2", "3", "4"]) {
      const token = await tokenOf({ key: privateKey, algorithm: "ES256", header: { kid } });
      await expect(verifier.verify(token)).rejects.toMatchObject({ reason: "BAD_TOKEN" });
    }
    expect(asked()).toBe(1);
  });

  it.each([
    ["an error", () => undefined],
    ["no JSON", () => "<html>"],
    ["no key set", () => "[]"],
  ])(
    "that cannot be had (%s) are the server's trouble, not the token's, and are asked for anew",
    async (_what, broken) => {
      const { publicKey, privateKey } = await generateKeyPair("ES256");
      let answer: () => string | undefined = broken;
      const { config } = await issuer(() => answer());
      const verifier = createTokenVerifier(config);
      const token = await tokenOf({ key: privateKey, algorithm: "ES256", header: { kid: "1" } });
      await expect(verifier.verify(token)).rejects.toBeInstanceOf(KeysUnavailableError);
      const keys = setOf({ ...(await exportJWK(publicKey)), kid: "1", alg: "ES256" });
      answer = () => keys;
      expect(await verifier.verify(token)).toMatchObject({ actor: { id: "ana" } });
    },
  );
});
