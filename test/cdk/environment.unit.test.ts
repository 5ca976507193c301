/** The variables that a deployment gives its programs are variables that the programs take. */
import { describe, expect, it } from "vitest";
import { isAllowed } from "../../cdk/lib/access.js";
import { environmentOf, secretVariablesOf } from "../../cdk/lib/environment.js";
import type { Parts } from "../../cdk/lib/environment.js";
import { programs } from "../../cdk/lib/rights.js";
import type { Program } from "../../cdk/lib/rights.js";
import { describeConfig, parseConfig } from "../../src/config/config.js";
import { settingsOf } from "./support.js";
import type { Context } from "./support.js";

const queue = "https://sqs.eu-west-1.amazonaws.com/123456789012/research";
const parts: Parts = {
  region: "eu-west-1",
  objectBucket: "objects-1",
  archiveBucket: "archive-1",
  researchQueueUrl: queue,
  researchDeadLetterUrl: `${queue}-dead`,
  secretArn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ProgramSecret-abc",
  insightsTopicArn: "arn:aws:sns:eu-west-1:123456789012:insights",
};

/** As AWS generates them, and one that an operator has added. */
const secret: Readonly<Record<string, string>> = {
  AUTH_SECRET: "a1".repeat(21).padEnd(43, "Z"),
  CURSOR_SECRET: "b2".repeat(21).padEnd(43, "Z"),
  INTEGRATION_KEY: `${"c3".repeat(21)}Z=`,
  SLACK_BOT_TOKEN: "xoxb-123-abc",
};

/** A container is given what it needs of it. */
const readsSecret = (program: Program) => program === "service" || isAllowed(program, "secret");

/** What a program sees: its own variables, under them the secret, and what AWS sets for each. */
function configOf(program: Program, context: Context = {}) {
  const settings = settingsOf(context);
  const names = readsSecret(program) ? secretVariablesOf(settings) : [];
  const secrets = Object.fromEntries(names.map((name) => [name, secret[name]]));
  return parseConfig({ AWS_REGION: "eu-west-1", ...secrets, ...environmentOf(program, settings, parts) });
}

const ofIssuer: Context = { jwksUrl: "https://id.example/keys", issuer: "https://id.example", audience: "ops" };

describe("the environment of a program", () => {
  it.each(programs)("is one that the server's configuration takes: %s", (program) => {
    expect(configOf(program)).toMatchObject({
      engine: "aws",
      tablePrefix: "",
      createTables: "never",
      feedLogs: 4,
      objectStore: { kind: "s3", bucket: "objects-1", archiveBucket: "archive-1" },
      eventBus: { kind: "eventbridge", name: "opsledger" },
      ...(readsSecret(program)
        ? { auth: { kind: "secret", issuer: "opsledger" }, cursorSecret: secret["CURSOR_SECRET"] }
        : { auth: undefined, cursorSecret: undefined }),
      research: { queue: { url: queue, deadLetterUrl: `${queue}-dead`, region: "eu-west-1" } },
      integrations: {
        key: readsSecret(program) ? secret["INTEGRATION_KEY"] : undefined,
        credentials: { prefix: "opsledger/credentials/" },
      },
      notifier: { kind: "console" },
      explainer: { kind: "deterministic" },
    });
  });

  it("believes the load balancer before containers, and no header before functions", () => {
    const trusted = programs.map((program) => [program, configOf(program).trustedProxies]);
    expect(Object.fromEntries(trusted)).toEqual(
      Object.fromEntries(programs.map((program) => [program, program === "service" ? 1 : 0])),
    );
  });

  it.each(programs)("follows every setting that concerns it: %s", (program) => {
    const config = configOf(program, {
      ...ofIssuer,
      prefix: "staging-",
      feedLogs: "16",
      notifier: "slack",
      secretVariables: "SLACK_BOT_TOKEN",
      bedrockModel: "eu.amazon.nova-lite-v1:0",
      publicUrl: "https://ops.example.com",
    });
    expect(config).toMatchObject({
      tablePrefix: "staging-",
      feedLogs: 16,
      eventBus: { name: "staging-opsledger" },
      auth: { kind: "jwks", url: "https://id.example/keys", issuer: "https://id.example", audience: "ops" },
      integrations: { credentials: { prefix: "staging-opsledger/credentials/" } },
      notifier: readsSecret(program) ? { kind: "slack", token: "xoxb-123-abc" } : { kind: "console" },
      explainer: isAllowed(program, "model")
        ? { kind: "bedrock", model: "eu.amazon.nova-lite-v1:0", region: "eu-west-1" }
        : { kind: "deterministic" },
      publicUrl: "https://ops.example.com",
    });
  });

  it("sends what people are told to the topic where the settings say so", () => {
    expect(configOf("timers", { notifier: "sns" }).notifier).toMatchObject({
      kind: "sns",
      topicArn: parts.insightsTopicArn,
    });
  });

  it("is told how old an incident must be for the archive", () => {
    expect(environmentOf("archiver", settingsOf({ archiveAfterDays: "30" }), parts)).toMatchObject({
      ARCHIVE_AFTER_DAYS: "30",
    });
  });

  it("tells the API where subscriptions are, where somebody can reach them", () => {
    const subscriptions = (context: Context) =>
      environmentOf("graphql", settingsOf(context), parts)["SUBSCRIPTIONS_URL"];
    expect(subscriptions({ publicUrl: "https://ops.example.com" })).toBe("https://ops.example.com/graphql");
    expect(subscriptions({})).toBeUndefined();
    expect(subscriptions({ publicUrl: "https://ops.example.com", containers: "0" })).toBeUndefined();
  });

  it.each(programs)("names no variable that the server does not know: %s", (program) => {
    const known = new Set(["SECRETS_ARN", ...describeConfig().map(({ name }) => name)]);
    const context = { notifier: "sns", bedrockModel: "m", publicUrl: "https://ops.example.com", ...ofIssuer };
    const named = Object.keys(environmentOf(program, settingsOf(context), parts));
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it("of a function has nothing that Lambda sets itself, and refuses from others", () => {
    for (const program of programs.filter((one) => one !== "service")) {
      const named = Object.keys(environmentOf(program, settingsOf(), parts));
      expect(named.filter((name) => /^(AWS_|LAMBDA_|_)/.test(name))).toEqual([]);
    }
  });

  it("holds no secret", () => {
    for (const program of programs) {
      const text = JSON.stringify(environmentOf(program, settingsOf(), parts));
      for (const name of Object.keys(secret)) expect(text).not.toContain(name);
    }
  });
});

describe("what runs in the background", () => {
  const backgroundOf = (program: Program, context: Context = {}) => {
    const { background, research, integrations } = configOf(program, context);
    return {
      ...background,
      worker: research.worker === undefined ? "off" : "in-process",
      poller: integrations.poller === undefined ? "off" : "in-process",
    };
  };
  const nothing = { feeder: "off", processors: "off", scheduler: "off", worker: "off", poller: "off" };

  it("of functions: only what each is for", () => {
    for (const program of ["graphql", "feeder", "projector", "reactor", "timers", "archiver"] as const) {
      expect(backgroundOf(program)).toEqual(nothing);
    }
    expect(backgroundOf("poller")).toEqual({ ...nothing, poller: "in-process" });
    expect(backgroundOf("researcher")).toEqual({ ...nothing, worker: "in-process" });
  });

  it("of containers: timers and a worker, but never what reads a stream", () => {
    expect(backgroundOf("service")).toEqual({ ...nothing, scheduler: "in-process", worker: "in-process" });
  });

  it("of containers: the poller, too, where no function polls", () => {
    expect(backgroundOf("service", { pollerFunction: "false" })).toMatchObject({ poller: "in-process" });
  });
});

describe("secret variables of a container", () => {
  it("are the generated ones, and those that operators have added", () => {
    expect(secretVariablesOf(settingsOf({ secretVariables: "WEBHOOK_GITHUB_SECRET" }))).toEqual([
      "AUTH_SECRET",
      "CURSOR_SECRET",
      "INTEGRATION_KEY",
      "WEBHOOK_GITHUB_SECRET",
    ]);
  });

  it("leave out the secret of tokens where an issuer's keys are used: the server takes one of both", () => {
    expect(secretVariablesOf(settingsOf(ofIssuer))).toEqual(["CURSOR_SECRET", "INTEGRATION_KEY"]);
  });
});
