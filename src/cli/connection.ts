/** Finds the server that runs on the data folder, or runs one for as long as a command takes. */
import { readFile } from "node:fs/promises";
import { parseConfig } from "../config/config.js";
import { createLogger } from "../observability/logger.js";
import { serverFile, startOpsledger } from "../server/composition.js";
import { createGraphQLClient } from "./graphqlClient.js";
import type { GraphQLClient } from "./graphqlClient.js";

export interface Connection {
  readonly client: GraphQLClient;
  /** Where the operations go, in words. */
  readonly description: string;
  close(): Promise<void>;
}

/** `token`: who calls, where the server that runs asks for it. @default OPSLEDGER_TOKEN */
export async function connect(
  environment: Readonly<Record<string, string | undefined>>,
  token = environment["OPSLEDGER_TOKEN"],
): Promise<Connection> {
  const config = parseConfig(environment);
  const running = await findServer(config.dataDir);
  if (running !== undefined) {
    return {
      client: createGraphQLClient(running, token === "" ? undefined : token),
      description: `the server at ${running}`,
      close: async () => undefined,
    };
  }
  const opsledger = await startOpsledger({
    // For this command alone: it has the data itself, so nobody has to prove anything.
    config: parseConfig({
      ...environment,
      ...withoutAuthentication,
      RESEARCH_WORKER: "off",
      INTEGRATION_POLLER: "off",
      PORT: "0",
    }),
    logger: createLogger({ level: "warn" }),
  });
  return {
    client: createGraphQLClient(opsledger.http.url),
    description: `the data in ${config.dataDir} (no server runs on it; start one with npm start)`,
    close: () => opsledger.close(),
  };
}

const withoutAuthentication = {
  HOST: "",
  AUTH_SECRET: "",
  AUTH_JWKS_URL: "",
  AUTH_ISSUER: "",
  AUTH_AUDIENCE: "",
  AUTH_ALGORITHMS: "",
  ALLOWED_HOSTS: "",
};

/** The address in the server file, if a server answers there. */
export async function findServer(dataDir: string): Promise<string | undefined> {
  try {
    const { url } = JSON.parse(await readFile(serverFile(dataDir), "utf8")) as { url: string };
    const answer = await fetch(new URL("/healthz", url), { signal: AbortSignal.timeout(2_000) });
    return answer.ok ? url : undefined;
  } catch {
    // No file, or one that a killed server left: nobody runs.
    return undefined;
  }
}
