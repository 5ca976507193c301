/** Credentials of sessions as this server is configured to keep them. */
import { join } from "node:path";
import type { IntegrationsConfig } from "../../config/integrations.js";
import type { CredentialStore } from "../../domain/integrations/index.js";
import type { Clock } from "../../domain/kernel/time.js";
import { createFileCredentials } from "./fileCredentials.js";
import { createSecretsManagerCredentials } from "./secretsManagerCredentials.js";

export interface CredentialsDeps {
  readonly store: IntegrationsConfig["credentials"];
  readonly dataDir: string;
  /** The integration key. */
  readonly key: Uint8Array;
  readonly clock: Clock;
}

/** Creates the store; nothing is read yet. */
export function createCredentials(deps: CredentialsDeps): CredentialStore & { close(): void } {
  const { store, dataDir, key, clock } = deps;
  if (store.kind === "secrets-manager") return createSecretsManagerCredentials({ ...store, clock });
  return { ...createFileCredentials({ file: credentialsFile(dataDir), key }), close: () => undefined };
}

export function credentialsFile(dataDir: string): string {
  return join(dataDir, "credentials.json");
}
