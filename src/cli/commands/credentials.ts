/** `opsledger credentials`: what sessions sign in to services with, in the encrypted file of DATA_DIR, also while a server runs on it. */
import type { JsonObject } from "../../domain/kernel/json.js";
import { open } from "node:fs/promises";
import { credentialsFile } from "../../adapters/credentials/credentials.js";
import { createFileCredentials } from "../../adapters/credentials/fileCredentials.js";
import type { FileCredentials } from "../../adapters/credentials/fileCredentials.js";
import { loadIntegrationKey } from "../../adapters/credentials/integrationKey.js";
import { createServiceRegistry, defaultServices } from "../../adapters/services/registry.js";
import { parseConfig } from "../../config/config.js";
import type { Config } from "../../config/config.js";
import { CredentialRef, JsonMap } from "../../domain/integrations/index.js";
import { aligned } from "../text.js";

export interface SetCredentialOptions {
  /** The credential must be one of this service. */
  readonly service?: string;
  /** Where it is read from. @default standard input */
  readonly file?: string;
}

/** What a command works with. */
export interface CredentialsWorld {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly input: AsyncIterable<Uint8Array | string>;
}

/** Stores the JSON object of the input or of a file under `ref`; what was there is replaced. @throws Error that shows nothing of it. */
export async function setCredential(
  ref: string,
  { service, file }: SetCredentialOptions,
  { environment, input }: CredentialsWorld,
): Promise<string> {
  const config = parseConfig(environment);
  const name = parseRef(ref);
  const store = await openStore(config);
  const credential = parseCredential(await (file === undefined ? readAll(input) : readFrom(file)));
  if (service !== undefined) await requireFor(service, credential, config);
  await store.put(name, credential);
  return `${name} is set.`;
}

/** A line for each: its name, and when it was set. */
export async function listCredentials(environment: CredentialsWorld["environment"]): Promise<string> {
  const listed = await (await openStore(parseConfig(environment))).list();
  if (listed.length === 0) return "There are no credentials.";
  return aligned(listed.map(({ ref, updatedAt }) => [ref, updatedAt])).join("\n");
}

/** @throws Error where there is none of that name. */
export async function removeCredential(ref: string, environment: CredentialsWorld["environment"]): Promise<string> {
  const store = await openStore(parseConfig(environment));
  if (await store.remove(ref)) return `${ref} is removed.`;
  throw new Error(`there is no credential ${ref}`);
}

async function openStore({ dataDir, integrations }: Config): Promise<FileCredentials> {
  const { credentials, key: configured } = integrations;
  if (credentials.kind === "secrets-manager") {
    throw new Error(
      "Credentials are in AWS Secrets Manager (CREDENTIAL_STORE): use its own tools, for example\n" +
        `  aws secretsmanager create-secret --name ${credentials.prefix}ana/gmail --secret-string file://credential.json`,
    );
  }
  return createFileCredentials({
    file: credentialsFile(dataDir),
    key: await loadIntegrationKey({ configured, dataDir }),
  });
}

function parseRef(ref: string): string {
  const { data, error } = CredentialRef.safeParse(ref);
  if (data === undefined) throw new Error(`${ref} ${error?.issues[0]?.message ?? "is no name of a credential"}`);
  return data;
}

/** Without a cause: errors of decoders show what they were given. */
function parseCredential(text: string): JsonObject {
  try {
    return JsonMap.parse(JSON.parse(text));
  } catch {
    throw new Error('the credential must be a JSON object, such as {"token": "..."}');
  }
}

/** @throws Error that says what is wrong with it by the names of its members; their values are not shown. */
async function requireFor(type: string, credential: JsonObject, { integrations }: Config): Promise<void> {
  const services = createServiceRegistry(defaultServices(integrations));
  await services.close();
  const service = services.get(type);
  if (service === undefined) {
    throw new Error(`--service: ${type} is none of ${services.all.map((one) => one.type).join(", ")}`);
  }
  if (service.credential === undefined) throw new Error(`--service: ${service.title} needs no credential`);
  const { error } = service.credential.safeParse(credential);
  if (error === undefined) return;
  const problems = error.issues.map(({ path, message }) => `  ${path.join(".") || "credential"}: ${message}`);
  throw new Error([`This is no credential of ${service.title}:`, ...problems].join("\n"));
}

const mostBytes = 65_536;

async function readFrom(path: string): Promise<string> {
  const file = await open(path);
  try {
    return await readAll(file.createReadStream({ autoClose: false }));
  } finally {
    await file.close();
  }
}

async function readAll(input: AsyncIterable<Uint8Array | string>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    chunks.push(Buffer.from(chunk));
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error(`a credential has at most ${mostBytes} bytes`);
  }
  return Buffer.concat(chunks).toString("utf8");
}
