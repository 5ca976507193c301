/** Credentials in AWS Secrets Manager: one secret each, a JSON object under the prefix and the credential's name. */
import type { JsonObject } from "../../domain/kernel/json.js";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { CredentialRef, CredentialStoreError, JsonMap } from "../../domain/integrations/index.js";
import type { CredentialStore } from "../../domain/integrations/index.js";
import { createShortCache } from "../../domain/kernel/shortCache.js";
import type { Clock } from "../../domain/kernel/time.js";
import { clientConfig } from "../aws/clientConfig.js";
import type { AwsAddress } from "../aws/clientConfig.js";
import { unlessAborted } from "../../domain/kernel/aborting.js";

export interface SecretsManagerDeps extends AwsAddress {
  /** `opsledger/`: the credential `ana/gmail` is the secret `opsledger/ana/gmail`. */
  readonly prefix: string;
  readonly clock: Clock;
}

export interface SecretsManagerCredentials extends CredentialStore {
  close(): void;
}

/** So long a credential is used as it was read; that one is missing is never kept. */
const cacheMilliseconds = 60_000;

/** Creates the store. It needs the permission `secretsmanager:GetSecretValue` on what begins with the prefix. */
export function createSecretsManagerCredentials(deps: SecretsManagerDeps): SecretsManagerCredentials {
  const client = new SecretsManagerClient(clientConfig(deps, { maxAttempts: 3 }));
  const cache = createShortCache<JsonObject>({
    clock: deps.clock,
    milliseconds: cacheMilliseconds,
    merge: (_known, incoming) => incoming,
    // Several sessions may share the answer: it is not one caller's to end. Its time is that of the client.
    read: (ref) => getSecret(client, `${deps.prefix}${ref}`, ref),
  });
  return {
    async read(ref, signal) {
      signal.throwIfAborted();
      if (!CredentialRef.safeParse(ref).success) return undefined;
      try {
        return await unlessAborted(cache.get(ref), signal);
      } catch (error) {
        if (error instanceof MissingError) return undefined;
        throw error;
      }
    },
    close: () => client.destroy(),
  };
}

class MissingError extends Error {}

async function getSecret(client: SecretsManagerClient, secretId: string, ref: string): Promise<JsonObject> {
  const text = await client.send(new GetSecretValueCommand({ SecretId: secretId })).then(
    ({ SecretString }) => SecretString,
    (error: unknown) => {
      throw nameOf(error) === "ResourceNotFoundException" ? new MissingError() : toStoreError(error, ref);
    },
  );
  const credential = text === undefined ? undefined : readJson(text);
  if (credential !== undefined) return credential;
  throw new CredentialStoreError(`the credential ${ref} is there, but is no JSON object`);
}

/** Without a cause: what fails to be read as JSON is shown by the error. */
function readJson(text: string): JsonObject | undefined {
  try {
    return JsonMap.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** What people can do about it, where that is known. */
const hints: ReadonlyMap<string, string> = new Map([
  [
    "AccessDeniedException",
    "the server needs the permissions secretsmanager:GetSecretValue and, with a key of its own, kms:Decrypt",
  ],
  ["DecryptionFailure", "the server may not use the secret's key"],
  ["InvalidRequestException", "the secret is about to be deleted, or cannot be read as it is"],
  ["UnrecognizedClientException", "the credentials of AWS are not valid"],
  ["CredentialsProviderError", "the server has no credentials of AWS"],
]);

/** Messages of AWS name accounts and ARNs: only the error's name is repeated. */
function toStoreError(error: unknown, ref: string): CredentialStoreError {
  const name = nameOf(error);
  const hint = hints.get(name);
  const message = `AWS Secrets Manager does not give the credential ${ref}: ${name}`;
  return new CredentialStoreError(hint === undefined ? message : `${message}: ${hint}`, { cause: error });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "unknown error";
}
