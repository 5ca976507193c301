/** The explainer that the configuration asks for: with variables of its own, or those of the summarizer. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigError, parseConfig } from "../../src/config/config.js";
import type { ExplanationInput } from "../../src/domain/insights/index.js";
import { createExplainer } from "../../src/server/explainer.js";
import { startModelServer } from "../support/modelServer.js";
import type { ModelServer } from "../support/modelServer.js";

const input: ExplanationInput = {
  alertId: "low_health_score_stu_4532_1748869200000",
  title: "Low health score",
  entityType: "student",
  predictionType: "low_health_score",
  riskScore: 82,
  raisedAt: "2025-06-02T13:00:00.000Z",
  evidence: [],
  metrics: {},
  recommendations: [],
};
const answer = { explanation: "It is low.", recommendations: [] };

describe("an explainer by configuration", () => {
  let server: ModelServer;
  beforeEach(async () => {
    server = await startModelServer();
    server.reply((_, number) => (number === 1 ? { kind: "says", content: answer } : { kind: "silence" }));
  });
  afterEach(() => server.close());

  const openai = (prefix: string) => ({
    [prefix]: "openai",
    [`${prefix}_URL`]: server.openAiUrl,
    [`${prefix}_MODEL`]: "m",
    [`${prefix}_API_KEY`]: "key",
  });
  const bedrock = (prefix: string) => ({
    [prefix]: "bedrock",
    [`${prefix}_URL`]: server.bedrockUrl,
    [`${prefix}_MODEL`]: "amazon.nova-lite-v1:0",
    [`${prefix}_API_KEY`]: "key",
    AWS_REGION: "eu-west-1",
  });

  it("is the rules where nothing is said, also beside a summarizer", async () => {
    expect((await createExplainer(parseConfig({}))).modelUsed).toBe("deterministic-v1");
    const summarizer = { SUMMARIZER: "openai", SUMMARIZER_URL: server.openAiUrl, SUMMARIZER_MODEL: "m" };
    expect(parseConfig(summarizer).explainer).toEqual({ kind: "deterministic" });
  });

  it.each<[name: string, environment: () => Record<string, string>]>([
    ["openai, of its own", () => openai("EXPLAINER")],
    ["openai, beside the summarizer", () => ({ ...openai("SUMMARIZER"), EXPLAINER: "openai" })],
    ["bedrock, of its own", () => bedrock("EXPLAINER")],
    ["bedrock, beside the summarizer", () => ({ ...bedrock("SUMMARIZER"), EXPLAINER: "bedrock" })],
  ])("is a model: %s; within its budget and its time", async (_name, environment) => {
    const explainer = await createExplainer(parseConfig({ ...environment(), EXPLAINER_CALLS_PER_HOUR: "1" }));
    const { signal } = new AbortController();
    expect(await explainer.draft(input, signal)).toMatchObject(answer);
    expect(server.requests[0]?.headers.authorization).toBe("Bearer key");
    await expect(explainer.draft(input, signal)).rejects.toMatchObject({ reason: "BUDGET" });
    const hasty = await createExplainer(parseConfig({ ...environment(), EXPLAINER_TIMEOUT_MS: "150" }));
    await expect(hasty.draft(input, signal)).rejects.toMatchObject({ reason: "TIMEOUT" });
    expect(server.violations).toEqual([]);
  });
});

describe("EXPLAINER_ variables", () => {
  const summarizer = {
    SUMMARIZER: "openai",
    SUMMARIZER_URL: "https://summaries.example/v1",
    SUMMARIZER_MODEL: "large",
    SUMMARIZER_API_KEY: "theirs",
  };
  const explainerOf = (environment: Record<string, string>) => parseConfig({ ...summarizer, ...environment }).explainer;
  const variablesIn = (environment: Record<string, string>) => {
    try {
      parseConfig(environment);
    } catch (error) {
      if (error instanceof ConfigError) return error.problems.map(({ variable }) => variable);
      throw error;
    }
    return [];
  };

  it("are those of the summarizer where they are left out", () => {
    expect(explainerOf({ EXPLAINER: "openai" })).toMatchObject({
      url: "https://summaries.example/v1",
      model: "large",
      apiKey: "theirs",
      timeoutMilliseconds: 20_000,
      callsPerHour: 60,
    });
    expect(explainerOf({ EXPLAINER: "openai", EXPLAINER_MODEL: "small" })).toMatchObject({
      model: "small",
      apiKey: "theirs",
    });
  });

  it("never send the summarizer's key to another server", () => {
    const own = { EXPLAINER: "openai", EXPLAINER_URL: "https://others.example/v1" };
    expect(explainerOf(own)).toMatchObject({ url: "https://others.example/v1", model: "large", apiKey: undefined });
  });

  it.each<[why: string, environment: Record<string, string>, variables: string[]]>([
    ["a model of no server", { EXPLAINER: "openai" }, ["EXPLAINER_URL", "EXPLAINER_MODEL"]],
    [
      "another kind than the summarizer's without anything of its own",
      { ...summarizer, EXPLAINER: "bedrock" },
      ["EXPLAINER_MODEL", "AWS_REGION"],
    ],
    ["a key without its server", { ...summarizer, EXPLAINER: "openai", EXPLAINER_API_KEY: "mine" }, ["EXPLAINER_URL"]],
    ["what has no effect", { EXPLAINER_MODEL: "m", EXPLAINER_API_KEY: "k" }, ["EXPLAINER_MODEL", "EXPLAINER_API_KEY"]],
    ["an unknown explainer, once", { EXPLAINER: "oracle" }, ["EXPLAINER"]],
    [
      "a key in the clear",
      {
        EXPLAINER: "openai",
        EXPLAINER_MODEL: "m",
        EXPLAINER_URL: "http://models.example/v1",
        EXPLAINER_API_KEY: "k",
      },
      ["EXPLAINER_URL"],
    ],
  ])("refuse %s", (_why, environment, variables) => {
    expect(variablesIn(environment)).toEqual(variables);
  });
});
