/** Which notifier the configuration means, what its messages link to, and how often a project is told at once. */
import { describe, expect, it } from "vitest";
import { ConfigError, parseConfig } from "../../src/config/config.js";
import { createLogger } from "../../src/observability/logger.js";
import { batchUrl, createNotifierParts } from "../../src/server/notifier.js";

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

describe("the notifier", () => {
  it("is the log, unless the configuration says Slack", () => {
    expect(partsOf({}).notifier.name).toBe("console");
    expect(partsOf({ NOTIFIER: "slack", SLACK_BOT_TOKEN: token }).notifier.name).toBe("slack");
  });

  it("is the log of projects without a channel, also beside Slack", () => {
    expect(partsOf({ NOTIFIER: "slack", SLACK_BOT_TOKEN: token }).fallback.name).toBe("console");
  });

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
