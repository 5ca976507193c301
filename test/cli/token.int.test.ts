/** `opsledger token` makes tokens that the server takes, and says why where it cannot. */
import { execFile, spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeToken } from "../../src/cli/commands/token.js";
import { createGraphQLClient } from "../../src/cli/graphqlClient.js";
import { gql } from "../support/mutation.js";
import { secret } from "../server/auth/support/tokens.js";
import { startAuthServer } from "../server/auth/support/world.js";
import type { AuthServer } from "../server/auth/support/world.js";

const options = { sub: "ana", roles: "VIEWER", expires: "8h" };
const environment = { AUTH_SECRET: secret };

let server: AuthServer;
beforeAll(async () => {
  server = await startAuthServer();
});
afterAll(() => server.close());

describe("a token of the command", () => {
  it("is taken by a server with the same secret, for what it says", async () => {
    const token = await makeToken(
      { ...options, roles: "responder, viewer", projects: "payments,checkout" },
      environment,
    );
    const declared = await server.ask(
      token,
      `mutation { declareIncident(input: { title: "It fails", severity: P1, services: ["payments"] }) {
        errors { code } incident { createdBy { id } } } }`,
    );
    expect(declared).toMatchObject({
      data: { declareIncident: { errors: [], incident: { createdBy: { id: "ana" } } } },
    });
    const forbidden = await server.ask(token, "{ processors { name } }");
    expect(forbidden.errors?.map(({ extensions }) => extensions)).toEqual([{ code: "FORBIDDEN" }]);
  });

  it("is sent by the commands that talk to a server", async () => {
    const query = gql("{ incidents { nodes { id } } }");
    const { url } = server.opsledger.http;
    expect(await createGraphQLClient(url, await makeToken(options, environment)).run(query, {})).toMatchObject({
      incidents: { nodes: [] },
    });
    await expect(createGraphQLClient(url).run(query, {})).rejects.toThrow(
      /^A token is needed.*\n.*OPSLEDGER_TOKEN or --token/,
    );
  });

  it.skipIf(spawnSync("curl", ["--version"]).status !== 0)("goes with curl as examples/auth shows it", async () => {
    const script = await readFile(join(import.meta.dirname, "../../examples/auth/ask.sh"), "utf8");
    const command = script.replaceAll("http://127.0.0.1:4000/graphql", server.opsledger.http.url);
    const env = { ...process.env, OPSLEDGER_TOKEN: await makeToken({ ...options, projects: "a,b" }, environment) };
    const { stdout } = await promisify(execFile)("sh", ["-c", command], { env });
    expect(JSON.parse(stdout)).toEqual({ data: { incidents: { nodes: [] } } });
  });

  it("is good for as long as it was asked for", async () => {
    const { exp, iat } = JSON.parse(
      Buffer.from(
        (await makeToken({ ...options, expires: "90s" }, environment)).split(".")[1] ?? "",
        "base64url",
      ).toString(),
    ) as { exp: number; iat: number };
    expect(exp - iat).toBe(90);
  });
});

describe("the command refuses", () => {
  it.each([
    ["without a secret", options, {}, "AUTH_SECRET is not set"],
    [
      "where tokens come from an issuer",
      options,
      { AUTH_JWKS_URL: "https://issuer.example.org/keys", AUTH_ISSUER: "i", AUTH_AUDIENCE: "a" },
      "AUTH_JWKS_URL is set",
    ],
    ["a short secret", options, { AUTH_SECRET: "short" }, "AUTH_SECRET: must have at least 32 bytes"],
    ["an unknown role", { ...options, roles: "VIEWER,ROOT" }, environment, "--roles: ROOT is none of"],
    ["an odd duration", { ...options, expires: "tomorrow" }, environment, "--expires: must be"],
    ["no duration", { ...options, expires: "0h" }, environment, "--expires: must be"],
    ["a subject that the server would refuse", { ...options, sub: "a b" }, environment, "--sub: must be"],
    ["a policy's name", { ...options, sub: "policy:auto-close" }, environment, "not begin with policy:"],
  ])("%s", async (_what, given, variables, message) => {
    await expect(makeToken(given, variables)).rejects.toThrow(message);
  });
});
