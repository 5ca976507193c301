/** The variables of a function, from its own and from a secret; against a server that speaks the protocol of AWS Secrets Manager. */
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { SecretsError, once, readEnvironment } from "../../src/lambda/environment.js";
import { startSecretsManagerServer } from "../support/secretsManagerServer.js";
import type { SecretsManagerServer } from "../support/secretsManagerServer.js";

let secrets: SecretsManagerServer;
beforeAll(async () => {
  secrets = await startSecretsManagerServer();
});
afterEach(() => secrets.fail(undefined));
afterAll(async () => {
  await secrets.close();
  expect(secrets.violations).toEqual([]);
});

const own = () => ({
  SECRETS_ARN: "opsledger/variables",
  SECRETS_MANAGER_ENDPOINT: secrets.url,
  AWS_REGION: "eu-west-1",
});
const problemOf = (environment = own()) =>
  readEnvironment(environment).then(
    () => undefined,
    (error: unknown) => error,
  );

it("asks for nothing where no secret is named", async () => {
  const environment = { AUTH_SECRET: "own" };
  expect(await readEnvironment({ ...environment, SECRETS_ARN: "" })).toMatchObject(environment);
  expect(secrets.asked).toEqual([]);
});

it("puts the secret's variables under the function's own; an empty one of its own says nothing", async () => {
  secrets.put(
    "opsledger/variables",
    JSON.stringify({ AUTH_SECRET: "kept", CURSOR_SECRET: "kept", LOG_LEVEL: "debug" }),
  );
  expect(await readEnvironment({ ...own(), LOG_LEVEL: "warn", CURSOR_SECRET: "" })).toEqual({
    ...own(),
    AUTH_SECRET: "kept",
    CURSOR_SECRET: "kept",
    LOG_LEVEL: "warn",
  });
});

it("leaves the secret's own key for tokens out where they are checked with keys of an issuer", async () => {
  secrets.put("opsledger/variables", JSON.stringify({ AUTH_SECRET: "kept", CURSOR_SECRET: "kept" }));
  const environment = { ...own(), AUTH_JWKS_URL: "https://id.example/keys" };
  expect(await readEnvironment(environment)).toEqual({ ...environment, CURSOR_SECRET: "kept" });
});

it.each([
  ["no JSON", "hunter2 is no JSON", "the secret is there, but is no JSON object"],
  ["a list", '["hunter2"]', "the secret is there, but is no JSON object"],
  ["bytes", new Uint8Array([104, 117]), "the secret is there, but is no JSON object"],
  [
    "no texts",
    '{"AUTH_SECRET":["hunter2"],"PORT":4000}',
    "the secret holds something else than texts: AUTH_SECRET, PORT",
  ],
])("refuses a secret that is %s, and shows nothing of it", async (_what, content, message) => {
  secrets.put("opsledger/variables", content);
  const problem = await problemOf();
  expect(problem).toBeInstanceOf(SecretsError);
  expect(problem).toMatchObject({ message: `SECRETS_ARN: ${message}` });
  expect(problem).not.toHaveProperty("cause");
});

it("says what is missing where it may not read the secret, without the account that AWS names", async () => {
  const message = "User: arn:aws:sts::123456789012:assumed-role/x is not authorized";
  secrets.fail({ kind: "error", status: 400, code: "AccessDeniedException", message });
  const problem = await problemOf();
  expect(problem).not.toHaveProperty("cause");
  expect(problem).toMatchObject({
    message:
      "SECRETS_ARN: AWS Secrets Manager does not give the secret: AccessDeniedException; the function needs secretsmanager:GetSecretValue and, with a key of its own, kms:Decrypt",
  });
});

it("says where AWS cannot be reached, and nothing of who may do what", async () => {
  const away = { ...own(), SECRETS_MANAGER_ENDPOINT: "http://127.0.0.1:9" };
  await expect(readEnvironment(away)).rejects.toThrow(
    "SECRETS_ARN: AWS Secrets Manager cannot be reached: ECONNREFUSED",
  );
});

it("says so where there is no such secret", async () => {
  secrets.put("opsledger/variables", undefined);
  await expect(readEnvironment(own())).rejects.toThrow("ResourceNotFoundException; there is none");
});

it("makes what is made once for all that ask, and again where that failed", async () => {
  let made = 0;
  let fails = true;
  const get = once(async () => {
    made += 1;
    if (fails) throw new Error("not yet");
    return made;
  });
  const [first, second] = await Promise.allSettled([get(), get()]);
  expect([first.status, second.status, made]).toEqual(["rejected", "rejected", 1]);
  fails = false;
  expect([await get(), await get(), made]).toEqual([2, 2, 2]);
});
