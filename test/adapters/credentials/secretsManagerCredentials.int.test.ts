/** Credentials in AWS Secrets Manager, against a server on loopback that speaks its protocol and misbehaves. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSecretsManagerCredentials } from "../../../src/adapters/credentials/secretsManagerCredentials.js";
import type { SecretsManagerCredentials } from "../../../src/adapters/credentials/secretsManagerCredentials.js";
import { CredentialStoreError } from "../../../src/domain/integrations/index.js";
import { describeCredentialStore } from "../../conformance/credentialStore.conformance.js";
import { createManualClock } from "../../support/manualClock.js";
import { startSecretsManagerServer } from "../../support/secretsManagerServer.js";
import type { SecretsManagerServer } from "../../support/secretsManagerServer.js";

const prefix = "opsledger/";
const { signal: never } = new AbortController();
const newStore = ({ url: endpoint }: SecretsManagerServer, clock = createManualClock()) =>
  createSecretsManagerCredentials({ endpoint, prefix, clock, requestMilliseconds: 300 });

describe("the store", () => {
  describeCredentialStore(async () => {
    const server = await startSecretsManagerServer();
    const store = newStore(server);
    return {
      store,
      put: async (ref, credential) => server.put(prefix + ref, JSON.stringify(credential)),
      remove: async (ref) => server.put(prefix + ref, undefined),
      damage: async (ref) => server.put(prefix + ref, 'ya29.very-secret {"token'),
      close: async () => {
        expect(server.violations).toEqual([]);
        store.close();
        await server.close();
      },
    };
  });
});

describe("Secrets Manager", () => {
  let server: SecretsManagerServer;
  let clock: ReturnType<typeof createManualClock>;
  let store: SecretsManagerCredentials;
  beforeEach(async () => {
    server = await startSecretsManagerServer();
    clock = createManualClock();
    store = newStore(server, clock);
    server.put("opsledger/ana/gmail", '{"token":"very-secret"}');
  });
  afterEach(async () => {
    store.close();
    await server.close();
    expect(server.violations).toEqual([]);
  });
  const read = (ref = "ana/gmail") => store.read(ref, never);
  const failureOf = async (reading: Promise<unknown>): Promise<Error> => {
    const error: unknown = await reading.catch((reason: unknown) => reason);
    if (error instanceof CredentialStoreError) return error;
    throw new Error("it was read", { cause: error });
  };

  it("is asked once a minute for a credential, and once where many ask at a time", async () => {
    await Promise.all([read(), read(), read()]);
    clock.advance(59_999);
    await read();
    expect(server.asked).toEqual(["opsledger/ana/gmail"]);
    server.put("opsledger/ana/gmail", '{"token":"new"}');
    clock.advance(1);
    expect(await read()).toEqual({ token: "new" });
    expect(server.asked.length).toBe(2);
  });

  it("is asked again at once for what was missing, and for what could not be read", async () => {
    expect(await read("ana/slack")).toBeUndefined();
    server.put("opsledger/ana/slack", "no JSON");
    await failureOf(read("ana/slack"));
    server.put("opsledger/ana/slack", '{"token":"1"}');
    expect(await read("ana/slack")).toEqual({ token: "1" });
  });

  it("is not asked for what is no name of a credential", async () => {
    expect(await read("../other/app")).toBeUndefined();
    expect(server.asked).toEqual([]);
  });

  it.each<[what: string, content: string | Uint8Array]>([
    ["a text", "very-secret"],
    ["a list", '["very-secret"]'],
    ["bytes", Buffer.from("very-secret")],
    ["null", "null"],
  ])("has a secret that is %s: that is no credential", async (_what, content) => {
    server.put("opsledger/ana/gmail", content);
    const { message, cause } = await failureOf(read());
    expect(message).toBe("the credential ana/gmail is there, but is no JSON object");
    expect(cause).toBeUndefined();
  });

  it.each([
    [400, "AccessDeniedException", /needs the permissions secretsmanager:GetSecretValue/],
    [400, "DecryptionFailure", /may not use the secret's key/],
    [400, "InvalidRequestException", /about to be deleted/],
    [400, "UnrecognizedClientException", /credentials of AWS are not valid/],
    [500, "InternalServiceError", /ana\/gmail: InternalServiceError$/],
  ])("that refuses (%i %s) is a failure that says what to do", async (status, code, said) => {
    server.fail({ kind: "error", status, code, message: "arn:aws:iam::123456789012:user/somebody may not" });
    const { message } = await failureOf(read());
    expect(message).toMatch(said);
    expect(message).not.toContain("arn:");
  });

  it.each([
    { kind: "drop" } as const,
    { kind: "http", status: 502, body: "<h1>very-secret</h1>" } as const,
    { kind: "silence" } as const,
  ])("that does not answer ($kind) is a failure, and is asked again", async (fault) => {
    server.fail(fault);
    const { message } = await failureOf(read());
    expect(message).toContain("AWS Secrets Manager does not give the credential ana/gmail");
    expect(message).not.toContain("very-secret");
    server.fail(undefined);
    expect(await read()).toEqual({ token: "very-secret" });
  });

  it("that answers late does not hold up who wants to end, and the others get the answer", async () => {
    server.fail({ kind: "silence" });
    const stopping = new AbortController();
    const other = read();
    const mine = store.read("ana/gmail", stopping.signal);
    stopping.abort(new Error("the server stops"));
    await expect(mine).rejects.toThrow("the server stops");
    while (server.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    server.release();
    expect(await other).toEqual({ token: "very-secret" });
    expect(server.asked.length).toBe(1);
  });
});
