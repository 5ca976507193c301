/** All configuration: the environment, parsed once into one frozen object, with every problem reported at once. */
import { z } from "zod";
import { logLevels } from "../observability/logger.js";
import { isLoopbackHost } from "./loopback.js";

export type Config = ReturnType<typeof toConfig>;

/** One variable of the environment, as the configuration reference shows it. */
export interface VariableDescription {
  readonly name: string;
  /** As it would be written in the environment; undefined where there is none. */
  readonly default: string | undefined;
  readonly description: string;
  readonly type: string;
}

/** The environment cannot be used. `problems` names every variable that is wrong, and why. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly { readonly variable: string; readonly message: string }[]) {
    const lines = problems.map(({ variable, message }) => `  ${variable}: ${message}`);
    super(["The configuration has problems:", ...lines].join("\n"));
    this.name = "ConfigError";
  }
}

/**
 * Parses the variables that {@link describeConfig} lists; all others are ignored. An empty value counts as absent.
 * @throws ConfigError naming every problem. It does not repeat the values, which may be secret.
 */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const present = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = z.object(variables).safeParse(present);
  if (parsed.success) return toConfig(parsed.data);
  throw new ConfigError(
    parsed.error.issues.map((issue) => ({ variable: String(issue.path[0] ?? "environment"), message: issue.message })),
  );
}

/** Every variable there is, in the order of the reference page. */
export function describeConfig(): VariableDescription[] {
  return Object.entries(variables).map(([name, schema]) => {
    const notes = schema.meta() ?? {};
    return {
      name,
      default: typeof notes.default === "string" ? notes.default : undefined,
      description: notes.description ?? "",
      type: String(notes.type),
    };
  });
}

const variables = {
  PORT: integer(0, 65_535, "4000", "Port of the HTTP, WebSocket and SSE server. 0 takes any free port."),
  HOST: withDefault(
    z.string().refine(isLoopbackHost, {
      message:
        "must be a loopback name or address (127.0.0.1, ::1, localhost): without authentication configured, " +
        "the server answers only this machine",
    }),
    { type: "host name or address", default: "127.0.0.1", description: "Address that the server listens on." },
  ),
  DATA_DIR: withDefault(z.string(), {
    type: "path",
    default: ".data",
    description: "Folder of the embedded engine's data and of stored content.",
  }),
  LOG_LEVEL: withDefault(z.enum(logLevels, { error: `must be one of ${logLevels.join(", ")}` }), {
    type: logLevels.join(" | "),
    default: "info",
    description: "Least severe level that is logged; `silent` logs nothing.",
  }),
  DYNAMODB_ENDPOINT: optional(z.url({ protocol: /^https?$/, error: "must be an http or https URL" }), {
    type: "URL",
    description: "DynamoDB-compatible endpoint to use instead of starting an engine.",
  }),
  OPSLEDGER_ENGINE: optional(
    z.enum(["dynoxide", "dynamodb-local", "aws"], { error: "must be one of dynoxide, dynamodb-local, aws" }),
    {
      type: "dynoxide | dynamodb-local | aws",
      description: "Engine to use; without it the embedded engine is chosen. Ignored where DYNAMODB_ENDPOINT is set.",
    },
  ),
  AWS_REGION: optional(z.string().regex(/^[a-z0-9-]{1,32}$/, "must be a region name such as eu-west-1"), {
    type: "region name",
    description: "Region of the DynamoDB endpoint or of AWS.",
  }),
  TABLE_PREFIX: withDefault(
    z.string().regex(/^[A-Za-z0-9_.-]{0,64}$/, "may hold letters, digits and _ . - only, at most 64"),
    {
      type: "text",
      default: "",
      description: "Put before every table name, such as `dev-`.",
    },
  ),
  FEED_LOGS: integer(1, 64, "4", "Number of logs that the change feed is split into. Fixed once the feed has data."),
  LEASE_MS: integer(
    500,
    600_000,
    "6000",
    "Milliseconds that the work of a server which died waits before another server takes it over.",
  ),
  CURSOR_SECRET: optional(z.string().min(16, "must be at least 16 characters"), {
    type: "text, 16 characters or more",
    description:
      "Key that signs cursors. Servers that share clients share it; without it one is made and kept in DATA_DIR.",
  }),
  INTROSPECTION: flag("true", "Whether clients may ask for the schema. The playground needs it."),
  PLAYGROUND: flag("true", "Whether a browser that opens /graphql gets the playground."),
  MAX_DEPTH: integer(1, 100, "12", "Deepest nesting of fields that an operation may have."),
  MAX_COST: integer(1, 1_000_000, "10000", "Greatest estimated cost that an operation may have."),
  MAX_ALIASES: integer(0, 1_000, "30", "Greatest number of aliases that a document may have."),
  MAX_BODY_BYTES: integer(1_024, 16_777_216, "262144", "Greatest size of a request body, in bytes."),
  MAX_SUBSCRIPTIONS_PER_SOCKET: integer(1, 10_000, "50", "Subscriptions that one WebSocket may hold at a time."),
  SHUTDOWN_GRACE_MS: integer(
    0,
    600_000,
    "10000",
    "Milliseconds that requests and subscribers get to end when the server stops, before they are cut off.",
  ),
};

function toConfig(values: z.output<z.ZodObject<typeof variables>>) {
  return Object.freeze({
    port: values.PORT,
    host: values.HOST,
    dataDir: values.DATA_DIR,
    logLevel: values.LOG_LEVEL,
    dynamodbEndpoint: values.DYNAMODB_ENDPOINT,
    engine: values.OPSLEDGER_ENGINE,
    awsRegion: values.AWS_REGION,
    tablePrefix: values.TABLE_PREFIX,
    feedLogs: values.FEED_LOGS,
    leaseMilliseconds: values.LEASE_MS,
    cursorSecret: values.CURSOR_SECRET,
    introspection: values.INTROSPECTION,
    playground: values.PLAYGROUND,
    limits: Object.freeze({
      depth: values.MAX_DEPTH,
      cost: values.MAX_COST,
      aliases: values.MAX_ALIASES,
      bodyBytes: values.MAX_BODY_BYTES,
      subscriptionsPerSocket: values.MAX_SUBSCRIPTIONS_PER_SOCKET,
    }),
    shutdownGraceMilliseconds: values.SHUTDOWN_GRACE_MS,
  });
}

interface Notes {
  readonly type: string;
  readonly description: string;
}

function withDefault<Value>(schema: z.ZodType<Value, string>, notes: Notes & { readonly default: string }) {
  return schema.prefault(notes.default).meta({ ...notes });
}

function optional<Value>(schema: z.ZodType<Value, string>, notes: Notes) {
  return schema.optional().meta({ ...notes });
}

function integer(least: number, greatest: number, fallback: string, description: string) {
  const message = `must be a whole number from ${least} to ${greatest}`;
  const schema = z
    .string()
    .regex(/^\d{1,15}$/, { message, abort: true })
    .transform(Number)
    .refine((value) => value >= least && value <= greatest, { message });
  return withDefault(schema, { type: `whole number, ${least} to ${greatest}`, default: fallback, description });
}

function flag(fallback: "true" | "false", description: string) {
  const schema = z.enum(["true", "false"], { error: "must be true or false" }).transform((value) => value === "true");
  return withDefault(schema, { type: "true | false", default: fallback, description });
}
