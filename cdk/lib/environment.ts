/** The variables of the programs, as the server reads them. */
import { isAllowed } from "./access.js";
import type { CoreStack } from "./core-stack.js";
import type { IntelligenceStack } from "./intelligence-stack.js";
import { busName, credentialsPrefix } from "./names.js";
import type { Program } from "./rights.js";
import { generatedVariables } from "./secrets.js";
import type { Settings } from "./settings.js";

/** What the variables name; in a stack these are references. */
export interface Parts {
  readonly region: string;
  readonly objectBucket: string;
  readonly archiveBucket: string;
  readonly researchQueueUrl: string;
  readonly researchDeadLetterUrl: string;
  readonly secretArn: string;
  readonly insightsTopicArn: string;
}

export function partsOf(core: CoreStack, intelligence: IntelligenceStack): Parts {
  return {
    region: core.region,
    objectBucket: core.objects.bucketName,
    archiveBucket: core.archive.bucketName,
    researchQueueUrl: core.researchQueue.queueUrl,
    researchDeadLetterUrl: core.researchDeadLetters.queueUrl,
    secretArn: core.secret.secretArn,
    insightsTopicArn: intelligence.insightsTopic.topicArn,
  };
}

type Variables = Readonly<Record<string, string>>;

/**
 * All variables of a program but its secret ones, which a function reads by SECRETS_ARN and a container gets by
 * {@link secretVariablesOf}. Lambda sets AWS_REGION itself and lets nobody else.
 */
export function environmentOf(program: Program, settings: Settings, parts: Parts): Variables {
  return {
    ...storeOf(settings, parts),
    ...outsideOf(settings, parts),
    ...callersOf(settings),
    ...backgroundOf(program, settings),
    // Archives are the business of one program: the others' schedulers leave them alone, and may not write there.
    ARCHIVE_AFTER_DAYS: program === "archiver" ? String(settings.archiveAfterDays) : "0",
    ...(program === "service" ? containerVariablesOf(parts) : functionVariables),
    ...(program === "service" || isAllowed(program, "secret") ? notifierOf(settings, parts) : {}),
    ...(isAllowed(program, "model") ? explainerOf(settings) : {}),
    ...(isAllowed(program, "secret") ? { SECRETS_ARN: parts.secretArn } : {}),
    ...(program === "graphql" ? subscriptionsOf(settings) : {}),
  };
}

/** Keys of the secret that a container gets as variables. */
export function secretVariablesOf({ jwksUrl, secretVariables }: Settings): readonly string[] {
  // Callers' tokens are signed with a secret, or with keys of an issuer.
  const generated = generatedVariables.filter((name) => name !== "AUTH_SECRET" || jwksUrl === undefined);
  return [...new Set([...generated, ...secretVariables])];
}

function storeOf(settings: Settings, parts: Parts): Variables {
  return {
    OPSLEDGER_ENGINE: "aws",
    TABLE_PREFIX: settings.prefix,
    CREATE_TABLES: "never",
    FEED_LOGS: String(settings.feedLogs),
    OBJECT_STORE: "s3",
    OBJECT_BUCKET: parts.objectBucket,
    ARCHIVE_BUCKET: parts.archiveBucket,
  };
}

function outsideOf(settings: Settings, parts: Parts): Variables {
  const { publicUrl } = settings;
  return {
    EVENT_BUS: "eventbridge",
    EVENT_BUS_NAME: busName(settings),
    RESEARCH_QUEUE_URL: parts.researchQueueUrl,
    RESEARCH_DEAD_LETTER_QUEUE_URL: parts.researchDeadLetterUrl,
    CREDENTIAL_STORE: "secrets-manager",
    CREDENTIAL_SECRETS_PREFIX: credentialsPrefix(settings),
    ...(publicUrl === undefined ? {} : { PUBLIC_URL: publicUrl }),
  };
}

/** Where people are told. The token for Slack is in the secret, so that whoever reads that must know, and nobody else can. */
function notifierOf({ notifier }: Settings, parts: Parts): Variables {
  return { NOTIFIER: notifier, ...(notifier === "sns" ? { SNS_TOPIC_ARN: parts.insightsTopicArn } : {}) };
}

function explainerOf({ bedrockModel }: Settings): Variables {
  return bedrockModel === undefined ? {} : { EXPLAINER: "bedrock", EXPLAINER_MODEL: bedrockModel };
}

function callersOf({ jwksUrl, issuer, audience }: Settings): Variables {
  return {
    ...(jwksUrl === undefined ? {} : { AUTH_JWKS_URL: jwksUrl }),
    ...(issuer === undefined ? {} : { AUTH_ISSUER: issuer }),
    ...(audience === undefined ? {} : { AUTH_AUDIENCE: audience }),
  };
}

const onlyWhere = (applies: boolean) => (applies ? "in-process" : "off");

/**
 * What runs beside requests. A function does one thing, when it is invoked. A container runs timers to the second, works on
 * research requests (those of strategy TABLE have no other worker here), and polls where no function does.
 */
function backgroundOf(program: Program, { pollerFunction }: Settings): Variables {
  const isContainer = program === "service";
  return {
    FEEDER: "off",
    PROCESSORS: "off",
    SCHEDULER: onlyWhere(isContainer),
    RESEARCH_WORKER: onlyWhere(isContainer || program === "researcher"),
    INTEGRATION_POLLER: onlyWhere(program === "poller" || (isContainer && !pollerFunction)),
  };
}

/** Nobody reads what a function would count: CloudWatch measures functions and tables. */
const functionVariables: Variables = { METRICS: "off", CAPACITY_METRICS: "false", DATA_DIR: "/tmp/opsledger" };

/** A volume of the Dockerfile, which its user may write to: all else is read-only. */
export const containerDataDir = "/data";

const containerVariablesOf = ({ region }: Parts): Variables => ({
  AWS_REGION: region,
  DATA_DIR: containerDataDir,
  HOST: "0.0.0.0",
  PORT: "4000",
  // The load balancer; nobody else reaches a container.
  TRUSTED_PROXIES: "1",
});

function subscriptionsOf({ containers, publicUrl }: Settings): Variables {
  if (containers === 0 || publicUrl === undefined) return {};
  return { SUBSCRIPTIONS_URL: new URL("/graphql", publicUrl).href };
}
