/** What a deployment can be told, as CDK context (`-c stage=prod`): parsed once, with every problem reported at once. */
import { z } from "zod";

/** A yes or no of the command line, or of cdk.json. */
const switchOf = (initially: "true" | "false") =>
  z
    .enum(["true", "false"], { error: "must be true or false" })
    .default(initially)
    .transform((text) => text === "true");

const wholeNumber = (least: number, most: number, initially: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, { error, abort: true })
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error })
    .prefault(String(initially));
};

const httpsUrl = z.url({ protocol: /^https$/, error: "must be an https URL" });

const context = z.object({
  /** What is at stake: `prod` keeps tables and buckets when a stack is deleted, and protects them from deletion. */
  stage: z.enum(["dev", "staging", "prod"], { error: "must be dev, staging or prod" }).default("dev"),
  /** Put before the names of stacks, exports and tables, so that several deployments share an account. */
  prefix: z
    .string()
    .regex(/^([a-z][a-z0-9-]{0,30}-)?$/, "must be empty, or lower case and end with a hyphen, such as staging-")
    .default(""),
  /** How many container tasks serve subscriptions; 0 leaves the service out. */
  containers: wholeNumber(0, 50, 1),
  /** Certificate (ACM) of the load balancer. Without one it is inside the network only. */
  certificateArn: z.string().startsWith("arn:", "must be an ARN").optional(),
  /** Where people and clients reach the containers (`https://ops.example.com`): links in messages begin with it. */
  publicUrl: httpsUrl.optional(),
  /** Where public keys of callers' tokens are; without it tokens are signed with a generated secret. */
  jwksUrl: httpsUrl.optional(),
  issuer: z.string().min(1).optional(),
  audience: z.string().min(1).optional(),
  /** Who is told of alarms. */
  alarmEmail: z.email("must be an e-mail address").optional(),
  /**
   * Where summaries, notifications and insights go. `console`: the log, and insights of high risk to the topic of insights. `sns`: all to
   * that topic. `slack`: to channels; the secret of the programs then holds SLACK_BOT_TOKEN.
   */
  notifier: z.enum(["console", "sns", "slack"], { error: "must be console, sns or slack" }).default("console"),
  /** From which risk on an insight is sent to the topic, where `notifier` is not `sns`. Seed 001 calls 80 high. */
  insightRisk: wholeNumber(0, 100, 80),
  /** Model of Amazon Bedrock that puts insights into words; without it rules do, and no program may ask any model. */
  bedrockModel: z
    .string()
    .regex(/^[\w.:/-]{1,300}$/, "must be the id or ARN of a model or inference profile")
    .optional(),
  /**
   * Variables that operators add to the secret of the programs, with commas (`WEBHOOK_GITHUB_SECRET,SLACK_BOT_TOKEN`). Functions read
   * the secret as it is; a container only gets those that are named, and does not start while one is missing.
   */
  secretVariables: z
    .string()
    .regex(/^([A-Z][A-Z0-9_]*(,[A-Z][A-Z0-9_]*)*)?$/, "must be names of variables, with commas and without spaces")
    .default("")
    .transform((text) => text.split(",").filter((name) => name !== "")),
  /** Whether integration sessions are polled by a function each minute; else by the containers. */
  pollerFunction: switchOf("true"),
  /** Days after which closed incidents go to the archive; 0: never. */
  archiveAfterDays: wholeNumber(0, 3_650, 90),
  /** Logs of the change feed; fixed once the feed has data. */
  feedLogs: wholeNumber(1, 64, 4),
  /** Folder of the bundled functions. */
  bundles: z.string().default("dist/lambda"),
  /** Folder of the Dockerfile that the containers' image is made of. */
  image: z.string().default("."),
});

export type Settings = Readonly<z.output<typeof context>>;

/** The deployment is told something that it cannot be. Each problem names the key of the context. */
export class SettingsError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(["The context of the deployment has problems:", ...problems.map((problem) => `  ${problem}`)].join("\n"));
    this.name = "SettingsError";
  }
}

/**
 * `all`: the whole context of the app. Keys of CDK itself, which have a colon, are passed over; any other that is not ours is a problem, as
 * a misspelt `stage` would deploy something that keeps nothing.
 * @throws SettingsError naming every problem
 */
export function parseSettings(all: unknown): Settings {
  const given = Object.fromEntries(
    Object.entries(z.record(z.string(), z.unknown()).parse(all))
      .filter(([key, value]) => !key.includes(":") && value !== undefined && value !== null && value !== "")
      // cdk.json may hold numbers and booleans, the command line holds text.
      .map(([key, value]) => [key, String(value)]),
  );
  const parsed = context.safeParse(given);
  const problems = [
    ...Object.keys(given)
      .filter((key) => !Object.hasOwn(context.shape, key))
      .map((key) => `${key}: is no setting; there are ${Object.keys(context.shape).join(", ")}`),
    ...(parsed.error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`),
    ...(parsed.success ? togetherProblems(parsed.data) : []),
  ];
  if (!parsed.success || problems.length > 0) throw new SettingsError(problems);
  return Object.freeze(parsed.data);
}

/** What is wrong with settings that are right each by itself. */
function togetherProblems(settings: Settings): readonly string[] {
  const { jwksUrl, notifier, containers, pollerFunction, secretVariables } = settings;
  const keysOfTokens = ["issuer", "audience"] as const;
  const missing = keysOfTokens.filter((key) => jwksUrl !== undefined && settings[key] === undefined);
  return [
    ...missing.map((key) => `${key}: must be set beside jwksUrl`),
    ...(notifier === "slack" && !secretVariables.includes("SLACK_BOT_TOKEN")
      ? ["secretVariables: must name SLACK_BOT_TOKEN beside notifier=slack"]
      : []),
    ...(!pollerFunction && containers === 0
      ? ["pollerFunction: must be true where there are no containers: nobody would poll"]
      : []),
  ];
}
