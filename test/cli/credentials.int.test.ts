/** `opsledger credentials` fills the file that servers read, and shows nothing of what is in it. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCredentials } from "../../src/adapters/credentials/credentials.js";
import { loadIntegrationKey } from "../../src/adapters/credentials/integrationKey.js";
import { listCredentials, removeCredential, setCredential } from "../../src/cli/commands/credentials.js";
import type { SetCredentialOptions } from "../../src/cli/commands/credentials.js";
import type { CredentialStore } from "../../src/domain/integrations/index.js";
import { createManualClock } from "../support/manualClock.js";

let dataDir: string;
let server: CredentialStore;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "opsledger-cli-"));
  const key = await loadIntegrationKey({ dataDir });
  server = createCredentials({ store: { kind: "file" }, dataDir, key, clock: createManualClock() });
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const environment = (more: Readonly<Record<string, string>> = {}) => ({ DATA_DIR: dataDir, ...more });
const inputOf = async function* (text: string) {
  // As a pipe brings it: in parts that end anywhere.
  yield* (
    Buffer.from(text)
      .toString("latin1")
      .match(/[^]{1,7}/g)
      ?.map((part) => Buffer.from(part, "latin1")) ?? []
  );
};
const set = (text: string, options: SetCredentialOptions = {}, ref = "user123/http") =>
  setCredential(ref, options, { environment: environment(), input: inputOf(text) });
const read = (ref = "user123/http") => server.read(ref, new AbortController().signal);

describe("a credential", () => {
  it("that is set is there for a server that runs already, and another one takes its place", async () => {
    expect(await read()).toBeUndefined();
    expect(await set('{ "bearerToken": "zürich-1" }')).toBe("user123/http is set.");
    expect(await read()).toEqual({ bearerToken: "zürich-1" });
    await set('{ "bearerToken": "zürich-2" }\n');
    expect(await read()).toEqual({ bearerToken: "zürich-2" });
  });

  it("may come from a file", async () => {
    const file = join(dataDir, "credential.json");
    await writeFile(file, '{ "bearerToken": "from-a-file" }');
    await set("", { file });
    expect(await read()).toEqual({ bearerToken: "from-a-file" });
  });

  it("is listed by its name and time only, and is gone when it was removed", async () => {
    expect(await listCredentials(environment())).toBe("There are no credentials.");
    await set('{ "bearerToken": "very-secret" }');
    await set('{ "token": "very-secret" }', {}, "ana/slack");
    expect((await listCredentials(environment())).split("\n")).toEqual([
      expect.stringMatching(/^ana\/slack {5}\d{4}-\S+Z$/),
      expect.stringMatching(/^user123\/http {2}\d{4}-\S+Z$/),
    ]);
    expect(await removeCredential("user123/http", environment())).toBe("user123/http is removed.");
    expect(await read()).toBeUndefined();
    await expect(removeCredential("user123/http", environment())).rejects.toThrow(
      "there is no credential user123/http",
    );
  });

  it("is checked by its service where that is named", async () => {
    await set('{ "bearerToken": "abc" }', { service: "http" });
    expect(await read()).toEqual({ bearerToken: "abc" });
  });
});

describe("the command refuses, stores nothing, and shows nothing of what it was given", () => {
  it.each<[what: string, text: string, options: SetCredentialOptions, ref: string, said: RegExp]>([
    ["what is no JSON", "very-secret", {}, "ana/http", /^the credential must be a JSON object/],
    ["what is no object", '["very-secret"]', {}, "ana/http", /^the credential must be a JSON object/],
    ["nothing", "", {}, "ana/http", /^the credential must be a JSON object/],
    ["too much", `{"a":"very-secret${"x".repeat(70_000)}"}`, {}, "ana/http", /^a credential has at most 65536 bytes/],
    ["a name without its user", '{"a":"very-secret"}', {}, "http", /^http must be a credential's name/],
    [
      "a service that is none",
      '{"a":"very-secret"}',
      { service: "fax" },
      "ana/fax",
      /^--service: fax is none of gmail, /,
    ],
    ["one that needs none", '{"a":"very-secret"}', { service: "whatsapp" }, "ana/w", /^--service: WhatsApp needs no/],
    [
      "another service's",
      '{"x":"very-secret"}',
      { service: "gmail" },
      "ana/gmail",
      /^This is no credential of Gmail:\n {2}/,
    ],
  ])("%s", async (_what, text, options, ref, said) => {
    const { message, cause } = await set(text, options, ref).then(
      () => new Error("it was set"),
      (error: unknown) => {
        if (error instanceof Error) return error;
        throw error;
      },
    );
    expect(message).toMatch(said);
    expect(message).not.toContain("very-secret");
    expect(cause).toBeUndefined();
    expect(await listCredentials(environment())).toBe("There are no credentials.");
  });

  it("a file that is not there", async () => {
    await expect(set("", { file: join(dataDir, "none.json") })).rejects.toThrow("ENOENT");
  });

  it("where credentials are in AWS Secrets Manager, and says what to use instead", async () => {
    const elsewhere = environment({ CREDENTIAL_STORE: "secrets-manager", CREDENTIAL_SECRETS_PREFIX: "prod/" });
    const said = /aws secretsmanager create-secret --name prod\/ana\/gmail/;
    await expect(listCredentials(elsewhere)).rejects.toThrow(said);
    await expect(removeCredential("ana/gmail", elsewhere)).rejects.toThrow(said);
    const world = { environment: elsewhere, input: inputOf('{"a":1}') };
    await expect(setCredential("ana/gmail", {}, world)).rejects.toThrow(said);
  });

  it("another integration key than that of the file: nothing of it is changed", async () => {
    await set('{ "bearerToken": "abc" }');
    const before = await readFile(join(dataDir, "credentials.json"), "utf8");
    const world = {
      environment: environment({ INTEGRATION_KEY: Buffer.alloc(32, 1).toString("base64") }),
      input: inputOf('{"a":1}'),
    };
    await expect(setCredential("ana/gmail", {}, world)).rejects.toThrow(/written with another integration key/);
    expect(await readFile(join(dataDir, "credentials.json"), "utf8")).toBe(before);
  });
});
