/** `npm start`. */
import { ConfigError, parseConfig } from "../config/config.js";
import type { Config } from "../config/config.js";
import { createLogger } from "../observability/logger.js";
import { startOpsledger } from "./composition.js";
import { onTermination } from "./shutdown.js";

/** The engine's figures of Node versions are of no use to who runs the server. */
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

async function main(): Promise<void> {
  const config = parseConfig(process.env);
  const logger = createLogger({ level: config.logLevel });
  const opsledger = await startOpsledger({ config, logger });
  onTermination({
    close: () => opsledger.close(),
    logger,
    graceMilliseconds: config.shutdownGraceMilliseconds + 5_000,
  });
  const { http, engine } = opsledger;
  const lines = [
    "",
    `  Opsledger is running (started in ${process.uptime().toFixed(1)} s)`,
    "",
    ...(config.playground ? [`    Playground   ${http.url}   (open it in a browser)`] : []),
    `    GraphQL      ${http.url}   (POST, GET)`,
    `    WebSocket    ${http.webSocketUrl}   (graphql-transport-ws)`,
    `    SSE          ${http.sseUrl}`,
    `    DynamoDB     ${engine.description}`,
    "",
    ...callersLines(config),
    "  Load the example incidents with: npm run opsledger -- seed      Stop with Ctrl-C.",
    "",
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** Who may call, and where commands get the token that lets them. */
function callersLines({ auth }: Config): readonly string[] {
  if (auth === undefined) return ["  No authentication is configured, so it listens on this machine only."];
  if (auth.kind === "jwks") {
    return [`  Callers need a token of ${auth.issuer}; commands take it from OPSLEDGER_TOKEN or --token.`];
  }
  return [
    "  Callers need a token. Commands take it from OPSLEDGER_TOKEN; where AUTH_SECRET is set as it is here, make one with:",
    "    export OPSLEDGER_TOKEN=$(npm run --silent opsledger -- token --sub me --roles ADMIN)",
  ];
}

main().catch((error: unknown) => {
  // What a person can mend is told in a sentence; anything else with its stack.
  const known =
    error instanceof ConfigError ||
    (error instanceof Error && error.name.endsWith("Error") && expected.has(error.name));
  process.stderr.write(
    `${known && error instanceof Error ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(1);
});

const expected = new Set([
  "NoEngineError",
  "DataDirInUseError",
  "TableMismatchError",
  "StoreUnreachableError",
  "AddressInUseError",
  "EngineStartError",
  "FeedLayoutError",
  "UnfinishedImportError",
  "FeedGapError",
]);
