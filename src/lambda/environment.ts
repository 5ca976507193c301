/** The variables of a function: its own, and under them those that a secret holds. Read once for each environment of Lambda. */
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { clientConfig } from "../adapters/aws/clientConfig.js";

/** Variables by name, as {@link parseConfig} takes them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The secret of SECRETS_ARN cannot be used. No value of it is in the message, or in a cause. */
export class SecretsError extends Error {
  constructor(problem: string) {
    super(`SECRETS_ARN: ${problem}`);
    this.name = "SecretsError";
  }
}

/**
 * `own`, and under it the variables of the secret that SECRETS_ARN names: a JSON object of texts. What `own` says goes first, but an
 * empty text says nothing. @throws SecretsError
 */
export async function readEnvironment(own: Environment): Promise<Environment> {
  const { SECRETS_ARN: secretId, AWS_REGION: region, SECRETS_MANAGER_ENDPOINT: endpoint } = own;
  if (isEmpty(secretId)) return own;
  const client = new SecretsManagerClient(
    clientConfig({ region, endpoint: isEmpty(endpoint) ? undefined : endpoint }, { maxAttempts: 3 }),
  );
  try {
    const text = await client.send(new GetSecretValueCommand({ SecretId: secretId })).then(
      ({ SecretString }) => SecretString,
      // Messages of AWS name accounts and ARNs: only the error's name is repeated.
      (error: unknown) => {
        throw new SecretsError(problemOf(error));
      },
    );
    return { ...withoutOtherKeys(toVariables(text), own), ...withoutEmpty(own) };
  } finally {
    client.destroy();
  }
}

/**
 * What is made once and kept, such as the ledger of a function between its invocations. One that could not be made is not kept: the
 * next caller tries again.
 */
export function once<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined;
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    }));
}

/** A deployment makes a key for tokens in any case; where they are checked with keys of an issuer, it has no say. */
function withoutOtherKeys({ AUTH_SECRET, ...others }: Environment, { AUTH_JWKS_URL }: Environment): Environment {
  return AUTH_SECRET === undefined || !isEmpty(AUTH_JWKS_URL) ? others : { AUTH_SECRET, ...others };
}

function toVariables(text: string | undefined): Environment {
  const read = readObject(text);
  if (read === undefined) throw new SecretsError("the secret is there, but is no JSON object");
  const wrong = Object.entries(read).filter(([, value]) => typeof value !== "string");
  if (wrong.length > 0) {
    const names = wrong.map(([name]) => name).join(", ");
    throw new SecretsError(`the secret holds something else than texts: ${names}`);
  }
  return Object.fromEntries(Object.entries(read).map(([name, value]) => [name, String(value)]));
}

/** Without a cause: the error of JSON.parse shows what it could not read. */
function readObject(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const read: unknown = JSON.parse(text ?? "");
    return typeof read === "object" && read !== null && !Array.isArray(read) ? { ...read } : undefined;
  } catch {
    return undefined;
  }
}

function isEmpty(text: string | undefined): text is undefined | "" {
  return text === undefined || text === "";
}

function withoutEmpty(own: Environment): Environment {
  return Object.fromEntries(Object.entries(own).filter(([, value]) => !isEmpty(value)));
}

const hints: ReadonlyMap<string, string> = new Map([
  [
    "AccessDeniedException",
    "; the function needs secretsmanager:GetSecretValue and, with a key of its own, kms:Decrypt",
  ],
  ["ResourceNotFoundException", "; there is none of this name in the region"],
  ["DecryptionFailure", "; the function may not use the secret's key"],
  ["InvalidRequestException", "; it is about to be deleted, or has no value"],
]);

/** An error that AWS answered has its own name, and says what it is about; no other one does. */
function problemOf(error: unknown): string {
  const { code } = Object(error) as { readonly code?: unknown };
  const isAnswer = Object(error) instanceof Error && "$fault" in Object(error);
  if (isAnswer) return `AWS Secrets Manager does not give the secret: ${nameOf(error)}${hintFor(error)}`;
  return `AWS Secrets Manager cannot be reached: ${typeof code === "string" ? code : nameOf(error)}`;
}

function hintFor(error: unknown): string {
  return hints.get(nameOf(error)) ?? "";
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "unknown error";
}
