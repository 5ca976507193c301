/** The ledger of a function: configured as functions are, opened once for each environment of Lambda, with nothing running in the background. */
import { ConfigError, parseConfig } from "../config/config.js";
import type { Config } from "../config/config.js";
import { createLogger } from "../observability/logger.js";
import type { Logger } from "../observability/logger.js";
import { createClosing } from "../server/closing.js";
import { openLedger } from "../server/openLedger.js";
import type { OpenedLedger, OpenLedgerOptions } from "../server/openLedger.js";
import { readEnvironment } from "./environment.js";
import type { Environment } from "./environment.js";

/** The SDK's figures of Node versions are of no use to who reads the logs. */
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

export interface FunctionOptions extends Pick<
  OpenLedgerOptions,
  "onRequest" | "onFeedRequest" | "returnCapacity" | "onScheduled"
> {
  /** The function's own variables; those of the secret come from {@link readEnvironment}. */
  readonly environment: Environment;
  /** @default JSON lines to standard output */
  readonly logger?: Logger | undefined;
}

export interface FunctionLedger extends OpenedLedger {
  readonly config: Config;
  readonly logger: Logger;
  readonly close: () => Promise<void>;
}

/**
 * What a function is by its nature, whatever its variables say: between two invocations it is frozen, so nothing runs in the
 * background; nobody asks it for metrics; it listens nowhere, so that links in messages need PUBLIC_URL; and who calls is what API Gateway says.
 */
const always = {
  HOST: "127.0.0.1",
  PORT: "0",
  CREATE_TABLES: "never",
  FEEDER: "off",
  PROCESSORS: "off",
  SCHEDULER: "off",
  RESEARCH_WORKER: "off",
  INTEGRATION_POLLER: "off",
  METRICS: "off",
  TRUSTED_PROXIES: "0",
} as const;

/** Functions have an eighth of the memory that a server's caches are made for. */
const cacheShare = 1 / 8;

/** Only below it can a function write. */
const defaultFolder = "/tmp/opsledger";

/** A variable that a function cannot be without, and why. */
export interface Need {
  readonly variable: string;
  /** Another one that does instead. */
  readonly or?: string | undefined;
  readonly message: string;
}

export interface FunctionKind {
  readonly needs: readonly Need[];
  /** What is otherwise than in other functions. */
  readonly given?: Environment | undefined;
}

/** Of what a server would make for itself and keep in its folder. */
export function needKept(variable: string): Need {
  return { variable, message: "must be set: a function has no folder that lasts" };
}

/** Opens the ledger; nothing of it is started. @throws ConfigError, SecretsError */
export async function openFunctionLedger(
  { environment, logger: givenLogger, ...requests }: FunctionOptions,
  kind: FunctionKind,
): Promise<FunctionLedger> {
  const config = toFunctionConfig(await readEnvironment(environment), kind);
  const logger = givenLogger ?? createLogger({ level: config.logLevel });
  const closing = createClosing();
  try {
    const opened = await openLedger({ ...requests, config, logger, cacheShare }, closing);
    // Who waits for requests waits for a feed that nothing tails here.
    opened.ledger.stopWaiting();
    return { ...opened, config, logger, close: closing.close };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

/** The configuration of a function. @throws ConfigError naming every problem. */
export function toFunctionConfig(environment: Environment, { needs, given = {} }: FunctionKind): Config {
  const present = Object.fromEntries(Object.entries(environment).filter(([, text]) => (text ?? "") !== ""));
  const variables: Environment = { DATA_DIR: defaultFolder, ...present, ...always, ...given };
  const missing = [needKept("OBJECT_BUCKET"), ...needs].filter(
    ({ variable, or = variable }) => variables[variable] === undefined && variables[or] === undefined,
  );
  const { config, problems } = tryConfig(variables);
  if (config !== undefined && missing.length === 0) return config;
  const others = problems.filter((problem) => missing.every(({ variable }) => variable !== problem.variable));
  throw new ConfigError([...missing.map(({ variable, message }) => ({ variable, message })), ...others]);
}

function tryConfig(variables: Environment): { readonly config?: Config; readonly problems: ConfigError["problems"] } {
  try {
    return { config: parseConfig(variables), problems: [] };
  } catch (error) {
    if (error instanceof ConfigError) return { problems: error.problems };
    throw error;
  }
}
