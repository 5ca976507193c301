/** Which notifier the configuration means, what its messages link to, and how often a project is told at once. */
import { parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import { ConfigError, parseConfig } from "../../src/config/config.js";
import { createLogger } from "../../src/observability/logger.js";
import { buildSchema } from "../../src/server/composition.js";
import { batchUrl, createNotifierParts, insightUrl } from "../../src/server/notifier.js";

const partsOf = (environment: Readonly<Record<string, string>>, serverUrl?: string) =>
  createNotifierParts({
    config: parseConfig(environment),
    logger: createLogger({ level: "silent" }),
    metrics: { message: () => undefined },
    serverUrl: () => serverUrl,
  });

const problemsOf = (environment: Readonly<Record<string, string>>): unknown => {
  try {
    return parseConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

const token = "xoxb-0123456789";
const topicArn = "arn:aws-cn:sns:cn-north-1:123456789012:operations.fifo";

describe("the notifier", () => {
  it("is the log, unless the configuration says Slack", () => {
    expect(partsOf({}).notifier.name).toBe("console");
    expect(partsOf({ NOTIFIER: "slack", SLACK_BOT_TOKEN: token }).notifier.name).toBe("slack");
  });

  it("is the log of projects without a channel, also beside Slack", () => {
    expect(partsOf({ NOTIFIER: "slack", SLACK_BOT_TOKEN: token }).fallback.name).toBe("console");
  });

  it("is a topic of SNS for all there is, with a channel or without", () => {
    const { notifier, fallback } = partsOf({ NOTIFIER: "sns", SNS_TOPIC_ARN: topicArn });
    expect([notifier.name, fallback.name]).toEqual(["sns", "sns"]);
  });

  it("needs a topic beside SNS, and takes nothing of SNS or Slack without them", () => {
    expect(problemsOf({ NOTIFIER: "sns", SLACK_API_URL: "https://slack.example.com/api/" })).toEqual([
      { variable: "SLACK_API_URL", message: "has no effect without NOTIFIER=slack" },
      { variable: "SNS_TOPIC_ARN", message: "must be set beside NOTIFIER=sns" },
    ]);
    expect(problemsOf({ SNS_TOPIC_ARN: topicArn, SNS_ENDPOINT: "http://127.0.0.1:4011" })).toEqual([
      { variable: "SNS_TOPIC_ARN", message: "has no effect without NOTIFIER=sns" },
      { variable: "SNS_ENDPOINT", message: "has no effect without NOTIFIER=sns" },
    ]);
  });

  it.each(["operations.fifo", "arn:aws:sqs:eu-west-1:123456789012:operations", `${topicArn}:subscription`])(
    "does not take %s for a topic",
    (arn) => {
      expect(problemsOf({ NOTIFIER: "sns", SNS_TOPIC_ARN: arn })).toMatchObject([{ variable: "SNS_TOPIC_ARN" }]);
    },
  );

  it("needs a token beside Slack, and takes none without it", () => {
    expect(problemsOf({ NOTIFIER: "slack" })).toEqual([
      { variable: "SLACK_BOT_TOKEN", message: "must be set beside NOTIFIER=slack" },
    ]);
    expect(problemsOf({ SLACK_BOT_TOKEN: token, SLACK_API_URL: "https://slack.example.com/api/" })).toEqual([
      { variable: "SLACK_BOT_TOKEN", message: "has no effect without NOTIFIER=slack" },
      { variable: "SLACK_API_URL", message: "has no effect without NOTIFIER=slack" },
    ]);
  });

  it("sends its token to nobody in the clear", () => {
    const slack = { NOTIFIER: "slack", SLACK_BOT_TOKEN: token };
    expect(problemsOf({ ...slack, SLACK_API_URL: "http://slack.example.com/api/" })).toEqual([
      { variable: "SLACK_API_URL", message: "must be an https URL; http only on this machine" },
    ]);
    expect(parseConfig({ ...slack, SLACK_API_URL: "http://127.0.0.1:4011/api/" }).notifier).toEqual({
      kind: "slack",
      token,
      apiUrl: "http://127.0.0.1:4011/api/",
    });
  });
});

describe("a link to a batch", () => {
  const batchId = "batch_20250602_1337";

  it("begins where people reach the server, or where it listens", () => {
    expect(partsOf({ PUBLIC_URL: "https://ops.example.com/" }).batchUrl(batchId)).toMatch(
      /^https:\/\/ops\.example\.com\/graphql\?query=/,
    );
    expect(partsOf({ PORT: "4001", HOST: "::1" }).batchUrl(batchId)).toMatch(/^http:\/\/\[::1\]:4001\/graphql\?query=/);
    expect(partsOf({ PORT: "0" }, "http://127.0.0.1:40123/graphql").batchUrl(batchId)).toMatch(
      /^http:\/\/127\.0\.0\.1:40123\/graphql\?query=/,
    );
    expect(partsOf({ PORT: "0" }).batchUrl(batchId)).toBeUndefined();
  });

  it("opens the playground with a query for the batch, and is no longer than Slack takes", () => {
    const url = batchUrl("https://ops.example.com", batchId) ?? "";
    expect(new URL(url).searchParams.get("query")).toContain(`batch(id: "${batchId}")`);
    expect(url.length).toBeLessThan(3_000);
  });
});

describe("a link to an insight", () => {
  const alertId = "low_health_score_stu_4532_1748869200000";

  it("opens the playground with a query for it, and is no longer than Slack takes", () => {
    const url = partsOf({ PUBLIC_URL: "https://ops.example.com/" }).insightUrl(alertId) ?? "";
    expect(url).toMatch(/^https:\/\/ops\.example\.com\/graphql\?query=/);
    const query = new URL(url).searchParams.get("query") ?? "";
    expect(query).toContain(`insight(id: "${alertId}")`);
    expect(validate(buildSchema(), parse(query))).toEqual([]);
    expect((insightUrl("https://ops.example.com", "x".repeat(260)) ?? "").length).toBeLessThan(3_000);
  });

  it("is not there where nobody knows the server's address", () => {
    expect(partsOf({ PORT: "0" }).insightUrl(alertId)).toBeUndefined();
  });
});

describe("telling at once", () => {
  it("is for 20 events of a project in a minute, each project by itself", async () => {
    const { admit } = partsOf({});
    const answers: boolean[] = [];
    for (let events = 0; events < 21; events += 1) answers.push(await admit("inventory", "NORMAL"));
    expect(answers.filter((answer) => answer)).toHaveLength(20);
    expect(answers.at(-1)).toBe(false);
    expect(await admit("another", "NORMAL")).toBe(true);
  });

  it("is for 20 critical ones besides", async () => {
    const { admit } = partsOf({});
    for (let events = 0; events < 30; events += 1) await admit("inventory", "NORMAL");
    const answers: boolean[] = [];
    for (let events = 0; events < 21; events += 1) answers.push(await admit("inventory", "CRITICAL"));
    expect(answers.filter((answer) => answer)).toHaveLength(20);
  });
});
