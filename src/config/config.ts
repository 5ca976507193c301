/** All configuration: the environment, parsed once into one frozen object, with every problem reported at once. */
import { z } from "zod";
import { severities } from "../domain/incidents/index.js";
import { logLevels } from "../observability/logger.js";
import { authProblems, toAuthConfig } from "./auth.js";
import { backgroundSwitch, tableCreation, toBackgroundConfig } from "./background.js";
import { explainerProblems, toExplainerConfig } from "./explainer.js";
import { credentialStores, integrationPollers, integrationProblems, toIntegrationsConfig } from "./integrations.js";
import { isLoopbackHost } from "./loopback.js";
import { writers } from "./model.js";
import { notifierProblems, notifiers, toNotifierConfig } from "./notifier.js";
import { bucketName, objectStoreProblems, objectStores, toObjectStoreConfig } from "./objectStore.js";
import { reportWriterProblems, toReportWriterConfig } from "./reportWriter.js";
import { researchProblems, researchWorkers, toResearchConfig } from "./research.js";
import { summarizerModel, summarizerProblems, toSummarizerConfig } from "./summarizer.js";
import { isStandardSecret, toWebhookConfig, webhookProblems } from "./webhooks.js";

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
  const together = [
    ...authProblems(present),
    ...objectStoreProblems(present),
    ...summarizerProblems(present),
    ...explainerProblems(present),
    ...reportWriterProblems(present),
    ...notifierProblems(present),
    ...researchProblems(present),
    ...integrationProblems(present),
    ...webhookProblems(present),
  ];
  if (parsed.success && together.length === 0) return toConfig(parsed.data);
  const alone = (parsed.error?.issues ?? []).map((issue) => ({
    variable: String(issue.path[0] ?? "environment"),
    message: issue.message,
  }));
  throw new ConfigError([...alone, ...together]);
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

const eventBuses = ["none", "local", "eventbridge"] as const;

const httpUrl = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });

const variables = {
  PORT: integer(0, 65_535, "4000", "Port of the HTTP, WebSocket and SSE server. 0 takes any free port."),
  HOST: withDefault(z.string().regex(/^[\w.:[\]-]{1,255}$/, "must be a host name or address"), {
    type: "host name or address",
    default: "127.0.0.1",
    description: "Address that the server listens on. Loopback only, unless callers carry tokens.",
  }),
  AUTH_SECRET: optional(z.string(), {
    type: "text, 32 bytes or more",
    description: "Key that callers' tokens are signed with (HS256). `opsledger token` makes tokens with it.",
  }),
  AUTH_JWKS_URL: optional(z.string().refine(isSafeToAsk, "must be an https URL; http only on this machine"), {
    type: "URL",
    description: "Where the public keys are that callers' tokens are checked with, instead of AUTH_SECRET.",
  }),
  AUTH_ISSUER: optional(z.string(), {
    type: "text",
    description: "The `iss` that tokens must have. Needed beside AUTH_JWKS_URL; `opsledger` beside AUTH_SECRET.",
  }),
  AUTH_AUDIENCE: optional(z.string(), {
    type: "text",
    description: "The `aud` that tokens must have. Needed beside AUTH_JWKS_URL; `opsledger` beside AUTH_SECRET.",
  }),
  AUTH_ALGORITHMS: optional(z.string(), {
    type: "names, comma between",
    description:
      "The only signature algorithms that are accepted. HS256 beside AUTH_SECRET, else RS256,ES256,EdDSA. Never `none`.",
  }),
  AUTH_CLOCK_TOLERANCE_SECONDS: integer(
    0,
    300,
    "5",
    "Seconds by which the clocks of the issuer and of this server may differ.",
  ),
  ALLOWED_HOSTS: optional(z.string().regex(/^[\w.:[\],\s-]+$/, "must be host names, comma between"), {
    type: "host names, comma between",
    description: "The only host names that requests may be addressed to. Any, where callers carry tokens.",
  }),
  TRUSTED_PROXIES: integer(
    0,
    5,
    "0",
    "Load balancers and proxies of yours before this server: so many last entries of `x-forwarded-for` are believed. 0 where it is reached directly.",
  ),
  RATE_LIMIT_PER_MINUTE: optional(wholeNumber(0, 10_000_000), {
    type: "whole number, 0 to 10000000",
    description:
      "Operations that one caller may start in a minute, over all transports; 0 for any number. 6000 where callers carry tokens, else 0.",
  }),
  RATE_LIMIT_BURST: integer(
    0,
    10_000_000,
    "1000",
    "Operations beyond RATE_LIMIT_PER_MINUTE that one caller may start in ten minutes.",
  ),
  DATA_DIR: withDefault(z.string(), {
    type: "path",
    default: ".data",
    description: "Folder of the embedded engine's data and of stored content.",
  }),
  OBJECT_STORE: withDefault(z.enum(objectStores, { error: `must be one of ${objectStores.join(", ")}` }), {
    type: objectStores.join(" | "),
    default: "folder",
    description:
      "Where content is that is too large for a row, such as reports and archives: in DATA_DIR/objects, or in a bucket of Amazon S3.",
  }),
  OBJECT_BUCKET: bucket("The bucket on S3. Needed beside OBJECT_STORE=s3; deployments do not share one."),
  ARCHIVE_BUCKET: bucket("The bucket of archived incidents; OBJECT_BUCKET where it is not set."),
  ARCHIVE_AFTER_DAYS: integer(
    0,
    3_650,
    "90",
    "Days after their end when incidents are moved to the archive, and their rows removed. 0: never.",
  ),
  S3_ENDPOINT: optional(httpUrl, {
    type: "URL",
    description: "Endpoint that speaks the protocol of S3, instead of that of AWS in AWS_REGION.",
  }),
  LOG_LEVEL: withDefault(z.enum(logLevels, { error: `must be one of ${logLevels.join(", ")}` }), {
    type: logLevels.join(" | "),
    default: "info",
    description: "Least severe level that is logged; `silent` logs nothing.",
  }),
  DYNAMODB_ENDPOINT: optional(httpUrl, {
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
  CREATE_TABLES: withDefault(z.enum(tableCreation, { error: `must be one of ${tableCreation.join(", ")}` }), {
    type: tableCreation.join(" | "),
    default: "absent",
    description:
      "Whether tables that are absent are made at the start. With `never` something else has made them, such as the CDK stacks, and the start does not look at them.",
  }),
  FEEDER: background(
    "Whether this process may write the change feed. With `off` another process must, such as the function `feeder`; this one reads what that one writes.",
  ),
  PROCESSORS: background(
    "Whether this process may run async views, policies and the publisher. With `off` another process must, such as the functions `projector` and `reactor`.",
  ),
  SCHEDULER: background(
    "Whether this process may run timers and chores. With `off` another process must, such as the function `timers`.",
  ),
  FEED_LOGS: integer(1, 64, "4", "Number of logs that the change feed is split into. Fixed once the feed has data."),
  LEASE_MS: integer(
    500,
    600_000,
    "8000",
    "Milliseconds within which the work of a server that died is taken over by another one.",
  ),
  CURSOR_SECRET: optional(z.string().min(16, "must be at least 16 characters"), {
    type: "text, 16 characters or more",
    description:
      "Key that signs cursors. Servers that share clients share it; without it one is made and kept in DATA_DIR.",
  }),
  CURSOR_SECRET_PREVIOUS: optional(z.string().min(16, "must be at least 16 characters"), {
    type: "text, 16 characters or more",
    description: "The key before it: cursors that it signed are taken as well while it is being replaced.",
  }),
  EVENT_BUS: withDefault(z.enum(eventBuses, { error: `must be one of ${eventBuses.join(", ")}` }), {
    type: eventBuses.join(" | "),
    default: "local",
    description:
      "Where published events go: Amazon EventBridge, a bus within the server that writes them to the log (level debug), or nowhere.",
  }),
  EVENT_BUS_NAME: withDefault(z.string().regex(/^[/.\w:-]{1,1600}$/, "must be the name or ARN of a bus"), {
    type: "name or ARN",
    default: "default",
    description: "The bus on EventBridge.",
  }),
  EVENTBRIDGE_ENDPOINT: optional(httpUrl, {
    type: "URL",
    description: "Endpoint that speaks EventBridge's protocol, instead of that of AWS in AWS_REGION.",
  }),
  AUTO_CLOSE_DAYS: integer(
    0,
    3_650,
    "0",
    "Days after which an incident that stays resolved is closed by itself; 0 leaves that to people.",
  ),
  POSTMORTEM_SEVERITIES: withDefault(
    z
      .string()
      .regex(/^(P[0-4](,P[0-4])*)?$/, { message: "must be severities such as P0,P1", abort: true })
      .transform((text) => severities.filter((severity) => text.split(",").includes(severity))),
    {
      type: "severities, with commas",
      default: "",
      description:
        "An incident of these severities gets, when it is resolved, a follow-up that asks for its post-mortem; empty: none does.",
    },
  ),
  WEBHOOK_GITHUB_SECRET: webhookSecret("Secret of GitHub's webhooks; without it `/webhooks/github` takes nothing."),
  WEBHOOK_GITHUB_SECRET_PREVIOUS: webhookSecret("The secret before it, taken as well while it is being replaced."),
  WEBHOOK_SLACK_SECRET: webhookSecret(
    "Signing secret of the Slack app; without it nothing under `/webhooks/slack` is taken.",
  ),
  WEBHOOK_SLACK_SECRET_PREVIOUS: webhookSecret("The secret before it, taken as well while it is being replaced."),
  WEBHOOK_TRELLO_SECRET: webhookSecret(
    "OAuth secret of the app whose key registered Trello's webhooks; without it `/webhooks/trello` takes nothing.",
  ),
  WEBHOOK_TRELLO_SECRET_PREVIOUS: webhookSecret("The secret before it, taken as well while it is being replaced."),
  WEBHOOK_TRELLO_CALLBACK_URL: optional(httpUrl, {
    type: "URL",
    description:
      "The address that Trello's webhooks were registered with, to the last character: it is part of what Trello signs. Needed beside WEBHOOK_TRELLO_SECRET.",
  }),
  WEBHOOK_GENERIC_SECRET: standardSecret(
    "Secret of `/webhooks/generic`, for senders that sign by Standard Webhooks; without it nothing is taken there.",
  ),
  WEBHOOK_GENERIC_SECRET_PREVIOUS: standardSecret("The secret before it, taken as well while it is being replaced."),
  WEBHOOK_MAX_BODY_BYTES: integer(
    1_024,
    104_857_600,
    "26214400",
    "Greatest size of a delivery of GitHub, in bytes: GitHub sends up to 25 MB. Of other sources, 1 MiB at most is taken.",
  ),
  SUMMARIZER: writer(
    "Who writes the summaries of batches: rules within the server, a model behind any server that speaks OpenAI's protocol, or a model on Amazon Bedrock. Where a model fails, the rules write.",
  ),
  SUMMARIZER_URL: modelUrl(
    "What stands before `/chat/completions`, such as `http://127.0.0.1:11434/v1`; beside SUMMARIZER=bedrock, an endpoint instead of that of AWS.",
  ),
  SUMMARIZER_MODEL: modelName("Name of the model; on Bedrock the id of a model or an inference profile."),
  SUMMARIZER_API_KEY: modelKey(
    "Key for the model's server, sent as a bearer token. Without one, Bedrock is asked with the usual credentials of AWS.",
  ),
  SUMMARIZER_TIMEOUT_MS: integer(
    100,
    300_000,
    "20000",
    "Milliseconds that a model may take for a summary, with all its tries.",
  ),
  SUMMARIZER_CALLS_PER_HOUR: integer(
    1,
    100_000,
    "60",
    "Summaries that a server asks a model for in an hour; beyond them the rules write.",
  ),
  SUMMARIZER_MAX_INPUT_BYTES: integer(
    8_192,
    1_048_576,
    "32768",
    "Most bytes of events that a model is shown for one summary; what does not fit is left out and counted.",
  ),
  EXPLAINER: writer(
    "Who puts insights into words: rules within the server, a model behind any server that speaks OpenAI's protocol, or a model on Amazon Bedrock. It is shown the title, names of metrics and numbers, nothing else. Where a model fails, or says a number that it was not shown, what the rules have written stays.",
  ),
  EXPLAINER_URL: modelUrl(
    "As SUMMARIZER_URL. Where neither this nor EXPLAINER_API_KEY is set, both are those of the summarizer, if that is of the same kind.",
  ),
  EXPLAINER_MODEL: modelName("As SUMMARIZER_MODEL, which holds here, too, if the summarizer is of the same kind."),
  EXPLAINER_API_KEY: modelKey(
    "As SUMMARIZER_API_KEY. It never goes to the server of SUMMARIZER_URL: set EXPLAINER_URL beside it; on Bedrock that is not needed.",
  ),
  EXPLAINER_TIMEOUT_MS: integer(
    100,
    300_000,
    "20000",
    "Milliseconds that a model may take to explain an insight, with all its tries.",
  ),
  EXPLAINER_CALLS_PER_HOUR: integer(
    1,
    100_000,
    "60",
    "Insights that a server asks a model about in an hour; beyond them what the rules have written stays.",
  ),
  NOTIFIER: withDefault(z.enum(notifiers, { error: `must be one of ${notifiers.join(", ")}` }), {
    type: notifiers.join(" | "),
    default: "console",
    description:
      "Where summaries, notifications and insights go: to Slack where they have a channel, else to the log of the server; or all to a topic of Amazon SNS; or all to the log.",
  }),
  SLACK_BOT_TOKEN: optional(z.string().regex(/^[\x21-\x7e]{10,400}$/, "must be a token such as xoxb-..."), {
    type: "text",
    description: "Token of the Slack app's bot. Needed beside NOTIFIER=slack.",
  }),
  SLACK_API_URL: optional(z.string().refine(isSafeToAsk, "must be an https URL; http only on this machine"), {
    type: "URL",
    description: "Something that speaks the protocol of Slack's Web API, instead of `https://slack.com/api/`.",
  }),
  SNS_TOPIC_ARN: optional(
    z
      .string()
      .regex(
        /^arn:[a-z0-9-]+:sns:[a-z0-9-]{1,32}:\d{12}:[A-Za-z0-9_-]{1,251}(\.fifo)?$/,
        "must be the ARN of a topic such as arn:aws:sns:eu-west-1:123456789012:operations.fifo",
      ),
    {
      type: "ARN",
      description:
        "The topic; a FIFO topic drops a message that is sent twice within five minutes. Needed beside NOTIFIER=sns.",
    },
  ),
  SNS_ENDPOINT: optional(httpUrl, {
    type: "URL",
    description: "Endpoint that speaks the protocol of Amazon SNS, instead of that of AWS in the topic's region.",
  }),
  RESEARCH_WORKER: withDefault(z.enum(researchWorkers, { error: `must be one of ${researchWorkers.join(", ")}` }), {
    type: researchWorkers.join(" | "),
    default: "in-process",
    description:
      "Whether this server works on research requests itself. With `off` they wait for workers elsewhere, such as `opsledger worker`.",
  }),
  RESEARCH_WORKER_CONCURRENCY: integer(
    1,
    50,
    "2",
    "Research requests that the server's worker has in hand at a time, of each strategy.",
  ),
  RESEARCH_WORKER_TYPES: optional(
    z
      .string()
      .regex(
        /^\s*[A-Za-z0-9][A-Za-z0-9_-]{0,63}(\s*,\s*[A-Za-z0-9][A-Za-z0-9_-]{0,63}){0,9}\s*$/,
        "must be at most 10 types of requests, such as weekly_scan, with commas",
      )
      .transform((text) => text.split(",").map((type) => type.trim())),
    {
      type: "types of requests, with commas",
      description: "Types of requests that the server's worker takes; without it, all.",
    },
  ),
  RESEARCH_WORKER_PATIENCE_SECONDS: integer(
    0,
    3_600,
    "2",
    "The server's worker takes only what nobody else has claimed for so many seconds, so that other workers come first.",
  ),
  RESEARCH_ALLOWED_HOSTS: hosts(
    "Hosts, such as `intranet.example` or `127.0.0.1:8080`, that research may read though their addresses are private or they have no https. Everybody who may submit requests can read them.",
  ),
  RESEARCH_USER_AGENT: withDefault(
    z.string().regex(/^[\x21-\x7e][\x20-\x7e]{0,255}$/, "must be printable ASCII, at most 256 characters"),
    {
      type: "text",
      default: "OpsledgerResearch/1.0",
      description:
        "What the worker calls itself where it reads pages; robots.txt knows it by what stands before the slash.",
    },
  ),
  RESEARCH_QUEUE_URL: optional(
    httpUrl.refine((url) => !url.endsWith(".fifo"), "must be a standard queue, no FIFO queue"),
    {
      type: "URL",
      description:
        "Queue of Amazon SQS that tells workers of requests of strategy SQS, such as `https://sqs.eu-west-1.amazonaws.com/123456789012/research`. Without it the queue is within this server.",
    },
  ),
  RESEARCH_DEAD_LETTER_QUEUE_URL: optional(httpUrl, {
    type: "URL",
    description: "The queue that its redrive policy names: only so that `queueStats` can say how many are in it.",
  }),
  RESEARCH_QUEUE_ENDPOINT: optional(httpUrl, {
    type: "URL",
    description: "Endpoint that speaks the protocol of Amazon SQS, instead of that of AWS in the queue's region.",
  }),
  RESEARCH_WRITER: writer(
    "Who writes the summary and the findings of research requests that this server works on: rules that quote the pages, a model behind any server that speaks OpenAI's protocol, or a model on Amazon Bedrock. A model is shown excerpts of the pages; where it fails, says a number that is not in them, or cites none of them, the rules write.",
  ),
  RESEARCH_WRITER_URL: modelUrl(
    "As SUMMARIZER_URL. Where neither this nor RESEARCH_WRITER_API_KEY is set, both are those of the summarizer, if that is of the same kind.",
  ),
  RESEARCH_WRITER_MODEL: modelName(
    "As SUMMARIZER_MODEL, which holds here, too, if the summarizer is of the same kind.",
  ),
  RESEARCH_WRITER_API_KEY: modelKey(
    "As SUMMARIZER_API_KEY. It never goes to the server of SUMMARIZER_URL: set RESEARCH_WRITER_URL beside it; on Bedrock that is not needed.",
  ),
  RESEARCH_WRITER_TIMEOUT_MS: integer(
    100,
    300_000,
    "60000",
    "Milliseconds that a model may take to write a report, with all its tries.",
  ),
  RESEARCH_WRITER_CALLS_PER_HOUR: integer(
    1,
    100_000,
    "60",
    "Reports that a server asks a model for in an hour; beyond them the rules write.",
  ),
  RESEARCH_WRITER_MAX_INPUT_BYTES: integer(
    1_024,
    1_048_576,
    "65536",
    "Most bytes of pages that a model is shown for one report; of what does not fit the pages with the lowest scores are left out.",
  ),
  INTEGRATION_POLLER: withDefault(
    z.enum(integrationPollers, { error: `must be one of ${integrationPollers.join(", ")}` }),
    {
      type: integrationPollers.join(" | "),
      default: "in-process",
      description:
        "Whether this server polls the services that people have connected. With `off` other servers on the same tables must; what services push is taken all the same.",
    },
  ),
  INTEGRATION_POLLS_AT_ONCE: integer(1, 1_000, "50", "Sessions that this server polls at a time, of all services."),
  INTEGRATION_ALLOWED_HOSTS: hosts(
    "Hosts, such as `intranet.example` or `127.0.0.1:8080`, that sessions may be read from and delivered to though their addresses are private or they have no https. Everybody who may connect services can reach them.",
  ),
  INTEGRATION_WEBHOOK_HOSTS: optional(hostList(/^\.?[\w-][\w.-]{0,252}(:\d{1,5})?$/), {
    type: "hosts, with commas",
    description:
      "The only hosts that webhooks of sessions may be on, such as `hooks.example`, or `.example.org` for all below it. Without it, any public one.",
  }),
  INTEGRATION_KEY: optional(z.string().refine(isIntegrationKey, "must be 32 bytes in base64"), {
    type: "base64 of 32 bytes",
    description:
      "Key that the signing secrets of webhooks are derived from, and that stored credentials are encrypted with. Without it one is made and kept in DATA_DIR; servers on the same tables need the same.",
  }),
  CREDENTIAL_STORE: withDefault(z.enum(credentialStores, { error: `must be one of ${credentialStores.join(", ")}` }), {
    type: credentialStores.join(" | "),
    default: "file",
    description:
      "Where the credentials of sessions are: in an encrypted file in DATA_DIR, which `opsledger credentials` fills, or in AWS Secrets Manager.",
  }),
  CREDENTIAL_SECRETS_PREFIX: optional(
    z.string().regex(/^[A-Za-z0-9/_+=.@-]{1,200}$/, "must be letters, digits and / _ + = . @ -, at most 200"),
    {
      type: "text",
      description: "What names of secrets in AWS Secrets Manager begin with; `opsledger/` where it is not set.",
    },
  ),
  SECRETS_MANAGER_ENDPOINT: optional(httpUrl, {
    type: "URL",
    description: "Endpoint that speaks the protocol of AWS Secrets Manager, instead of that of AWS in AWS_REGION.",
  }),
  INTEGRATION_GMAIL_API_URL: optional(
    z.string().refine(isSafeToAsk, "must be an https URL; http only on this machine"),
    {
      type: "URL",
      description: "Server that speaks the protocol of the Gmail API, instead of Google's.",
    },
  ),
  INTEGRATION_GMAIL_TOKEN_URL: optional(
    z.string().refine(isSafeToAsk, "must be an https URL; http only on this machine"),
    { type: "URL", description: "Where refresh tokens of Gmail are exchanged for access tokens, instead of Google's." },
  ),
  INTEGRATION_SLACK_API_URL: optional(
    z.string().refine(isSafeToAsk, "must be an https URL; http only on this machine"),
    {
      type: "URL",
      description: "Server that speaks the protocol of Slack's Web API, for sessions; instead of Slack's.",
    },
  ),
  WHATSAPP_APP_SECRET: webhookSecret(
    "App secret of the WhatsApp Cloud API, which signs what it pushes; without it `/webhooks/whatsapp` takes nothing.",
  ),
  WHATSAPP_VERIFY_TOKEN: webhookSecret(
    "Token that Meta shows when the address of `/webhooks/whatsapp` is entered there. Needed beside WHATSAPP_APP_SECRET.",
  ),
  PUBLIC_URL: optional(httpUrl, {
    type: "URL",
    description:
      "Where people's browsers reach this server, such as `https://ops.example.com`; links in messages begin with it. Made from HOST and PORT where it is not set.",
  }),
  SUBSCRIPTIONS_URL: optional(z.url({ protocol: /^(https?|wss?)$/, error: "must be an http, https, ws or wss URL" }), {
    type: "URL",
    description:
      "Where subscriptions are served, such as `wss://live.example.com/graphql`: a function on AWS Lambda, which serves none, names it to those who ask it for one.",
  }),
  INTROSPECTION: flag("true", "Whether clients may ask for the schema. The playground needs it."),
  PLAYGROUND: flag("true", "Whether a browser that opens /graphql gets the playground."),
  MAX_DEPTH: integer(1, 100, "12", "Deepest nesting of fields that an operation may have."),
  MAX_COST: integer(1, 1_000_000, "10000", "Greatest estimated cost that an operation may have."),
  MAX_ALIASES: integer(0, 1_000, "30", "Greatest number of aliases that a document may have."),
  MAX_BODY_BYTES: integer(1_024, 16_777_216, "262144", "Greatest size of a request body, in bytes."),
  MAX_SUBSCRIPTIONS_PER_SOCKET: integer(1, 10_000, "50", "Subscriptions that one WebSocket may hold at a time."),
  METRICS: withDefault(z.enum(["on", "off"], { error: "must be on or off" }), {
    type: "on | off",
    default: "on",
    description: "Whether the server measures itself and answers `/metrics`.",
  }),
  METRICS_TOKEN: optional(z.string().min(16, "must be at least 16 characters"), {
    type: "text, 16 characters or more",
    description:
      "Bearer token that `/metrics` asks for. Without one it answers only where the server listens on loopback.",
  }),
  CAPACITY_METRICS: flag("true", "Whether DynamoDB is asked with every request for the capacity it charged."),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(httpUrl, {
    type: "URL",
    description:
      "OpenTelemetry collector that traces are sent to, by OTLP over HTTP; without one nothing is traced. OpenTelemetry's own variables, such as OTEL_TRACES_SAMPLER and OTEL_EXPORTER_OTLP_HEADERS, hold then.",
  }),
  SHUTDOWN_GRACE_MS: integer(
    0,
    600_000,
    "10000",
    "Milliseconds that requests and subscribers get to end when the server stops, before they are cut off.",
  ),
};

function toConfig(values: z.output<z.ZodObject<typeof variables>>) {
  const auth = toAuthConfig(values);
  const summarizer = summarizerModel(values);
  const perMinute = values.RATE_LIMIT_PER_MINUTE ?? (auth === undefined ? 0 : 6_000);
  return Object.freeze({
    port: values.PORT,
    host: values.HOST,
    auth,
    allowedHosts: values.ALLOWED_HOSTS?.split(",").map((name) => name.trim().toLowerCase()),
    rateLimit: perMinute === 0 ? undefined : Object.freeze({ perMinute, burst: values.RATE_LIMIT_BURST }),
    dataDir: values.DATA_DIR,
    objectStore: toObjectStoreConfig(values),
    archiveAfterDays: values.ARCHIVE_AFTER_DAYS,
    logLevel: values.LOG_LEVEL,
    dynamodbEndpoint: values.DYNAMODB_ENDPOINT,
    engine: values.OPSLEDGER_ENGINE,
    awsRegion: values.AWS_REGION,
    tablePrefix: values.TABLE_PREFIX,
    createTables: values.CREATE_TABLES,
    background: toBackgroundConfig(values),
    feedLogs: values.FEED_LOGS,
    leaseMilliseconds: values.LEASE_MS,
    policies: Object.freeze({
      autoCloseDays: values.AUTO_CLOSE_DAYS,
      postmortemSeverities: values.POSTMORTEM_SEVERITIES,
    }),
    cursorSecret: values.CURSOR_SECRET,
    cursorSecretPrevious: values.CURSOR_SECRET_PREVIOUS,
    eventBus: Object.freeze({
      kind: values.EVENT_BUS,
      name: values.EVENT_BUS_NAME,
      endpoint: values.EVENTBRIDGE_ENDPOINT,
    }),
    summarizer: toSummarizerConfig(values),
    explainer: toExplainerConfig(values, summarizer),
    reportWriter: toReportWriterConfig(values, summarizer),
    notifier: toNotifierConfig(values),
    research: toResearchConfig(values),
    integrations: toIntegrationsConfig(values),
    webhooks: toWebhookConfig(values),
    publicUrl: values.PUBLIC_URL,
    subscriptionsUrl: values.SUBSCRIPTIONS_URL,
    introspection: values.INTROSPECTION,
    playground: values.PLAYGROUND,
    trustedProxies: values.TRUSTED_PROXIES,
    limits: Object.freeze({
      depth: values.MAX_DEPTH,
      cost: values.MAX_COST,
      aliases: values.MAX_ALIASES,
      bodyBytes: values.MAX_BODY_BYTES,
      subscriptionsPerSocket: values.MAX_SUBSCRIPTIONS_PER_SOCKET,
    }),
    metrics: Object.freeze({
      mode: values.METRICS,
      token: values.METRICS_TOKEN,
      capacity: values.CAPACITY_METRICS,
    }),
    otlpEndpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
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

function wholeNumber(least: number, greatest: number) {
  const message = `must be a whole number from ${least} to ${greatest}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, { message, abort: true })
    .transform(Number)
    .refine((value) => value >= least && value <= greatest, { message });
}

/** Host names and addresses, each with or without a port, in lower case. */
function hosts(description: string) {
  const schema = hostList(/^([\w.-]{1,253}|\[[\da-f:.]{2,45}\])(:\d{1,5})?$/);
  return withDefault(schema, { type: "hosts, with commas", default: "", description });
}

function hostList(form: RegExp) {
  return z.string().transform((text, context): readonly string[] => {
    const listed = text
      .split(",")
      .map((host) => host.trim().toLowerCase())
      .filter((host) => host !== "");
    if (listed.every((host) => form.test(host))) return listed;
    context.addIssue({ code: "custom", message: "must be host names or addresses, each with or without a port" });
    return z.NEVER;
  });
}

function webhookSecret(description: string) {
  const schema = z.string().min(8, "must be at least 8 characters").max(512, "must be at most 512 characters");
  return optional(schema, { type: "text, 8 characters or more", description });
}

function standardSecret(description: string) {
  const schema = z.string().refine(isStandardSecret, "must be `whsec_` and 24 to 64 bytes in base64");
  return optional(schema, { type: "whsec_ and base64", description });
}

function bucket(description: string) {
  return optional(z.string().regex(bucketName, "must be the name of a bucket"), {
    type: "name of a bucket",
    description,
  });
}

function background(description: string) {
  const schema = z.enum(backgroundSwitch, { error: `must be one of ${backgroundSwitch.join(", ")}` });
  return withDefault(schema, { type: backgroundSwitch.join(" | "), default: "in-process", description });
}

function writer(description: string) {
  const schema = z.enum(writers, { error: `must be one of ${writers.join(", ")}` });
  return withDefault(schema, { type: writers.join(" | "), default: "deterministic", description });
}

function modelUrl(description: string) {
  return optional(httpUrl, { type: "URL", description });
}

function modelName(description: string) {
  return optional(z.string().max(300, "must have at most 300 characters"), { type: "text", description });
}

function modelKey(description: string) {
  const schema = z.string().regex(/^[\x21-\x7e]+$/, "must be printable ASCII without spaces");
  return optional(schema, { type: "text", description });
}

function isIntegrationKey(text: string): boolean {
  return /^[A-Za-z0-9+/]{43}=$/.test(text);
}

/** Keys that come in the clear could be anybody's. */
function isSafeToAsk(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || (protocol === "http:" && isLoopbackHost(hostname));
}

function integer(least: number, greatest: number, fallback: string, description: string) {
  const schema = wholeNumber(least, greatest);
  return withDefault(schema, { type: `whole number, ${least} to ${greatest}`, default: fallback, description });
}

function flag(fallback: "true" | "false", description: string) {
  const schema = z.enum(["true", "false"], { error: "must be true or false" }).transform((value) => value === "true");
  return withDefault(schema, { type: "true | false", default: fallback, description });
}
