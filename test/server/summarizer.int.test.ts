/** The summarizer that the configuration asks for, and what metrics and log say of it. */
import { ModelError } from "../../src/domain/kernel/modelError.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigError, parseConfig } from "../../src/config/config.js";
import { createTelemetry } from "../../src/observability/telemetry.js";
import { createSummarizer, createSummaryObserver } from "../../src/server/summarizer.js";
import { parseMetrics } from "../support/metrics.js";
import { startModelServer } from "../support/modelServer.js";
import type { ModelServer } from "../support/modelServer.js";
import { aProjectEvent, aSummaryInput } from "../support/projectEvents.js";

const input = aSummaryInput([aProjectEvent()]);
const answer = { headline: "x", achievements: [], blockers: [], themes: [{ text: "y", events: ["e1"] }] };

describe("a summarizer by configuration", () => {
  let server: ModelServer;
  beforeEach(async () => {
    server = await startModelServer();
  });
  afterEach(() => server.close());

  const environments = () => ({
    openai: {
      SUMMARIZER: "openai",
      SUMMARIZER_URL: server.openAiUrl,
      SUMMARIZER_MODEL: "m",
      SUMMARIZER_API_KEY: "key",
    },
    bedrock: {
      SUMMARIZER: "bedrock",
      SUMMARIZER_URL: server.bedrockUrl,
      SUMMARIZER_MODEL: "amazon.nova-lite-v1:0",
      SUMMARIZER_API_KEY: "key",
      AWS_REGION: "eu-west-1",
    },
  });

  it("is the rules where nothing is said", async () => {
    expect((await createSummarizer(parseConfig({}))).modelUsed).toBe("deterministic-v1");
  });

  it.each(["openai", "bedrock"] as const)(
    "is the model of SUMMARIZER=%s, within its budget and its time",
    async (kind) => {
      server.reply((_, number) => (number === 1 ? { kind: "says", content: answer } : { kind: "silence" }));
      const environment = environments()[kind];
      const summarizer = await createSummarizer(parseConfig({ ...environment, SUMMARIZER_CALLS_PER_HOUR: "1" }));
      const { signal } = new AbortController();
      expect((await summarizer.draft(input, signal)).draft.headline).toBe("x");
      await expect(summarizer.draft(input, signal)).rejects.toMatchObject({ reason: "BUDGET" });
      const hasty = await createSummarizer(parseConfig({ ...environment, SUMMARIZER_TIMEOUT_MS: "150" }));
      await expect(hasty.draft(input, signal)).rejects.toMatchObject({ reason: "TIMEOUT" });
      expect(server.violations).toEqual([]);
    },
  );

  it("shows a model no more than SUMMARIZER_MAX_INPUT_BYTES", async () => {
    server.reply(() => ({ kind: "says", content: answer }));
    const summarizer = await createSummarizer(
      parseConfig({ ...environments().openai, SUMMARIZER_MAX_INPUT_BYTES: "8192" }),
    );
    const events = Array.from({ length: 40 }, () => aProjectEvent({ text: "word ".repeat(60) }));
    const { omitted } = await summarizer.draft(aSummaryInput(events), new AbortController().signal);
    expect(omitted).toBeGreaterThan(10);
  });
});

describe("SUMMARIZER_ variables", () => {
  const variablesIn = (environment: Record<string, string>) => {
    try {
      parseConfig(environment);
    } catch (error) {
      if (error instanceof ConfigError) return error.problems.map(({ variable }) => variable);
      throw error;
    }
    return [];
  };
  const openai = { SUMMARIZER: "openai", SUMMARIZER_MODEL: "m" };

  it.each<[why: string, environment: Record<string, string>, variables: string[]]>([
    ["a model of no server", { SUMMARIZER: "openai" }, ["SUMMARIZER_URL", "SUMMARIZER_MODEL"]],
    ["Bedrock without model and region", { SUMMARIZER: "bedrock" }, ["SUMMARIZER_MODEL", "AWS_REGION"]],
    [
      "what has no effect",
      { SUMMARIZER_API_KEY: "k", SUMMARIZER_MODEL: "m" },
      ["SUMMARIZER_MODEL", "SUMMARIZER_API_KEY"],
    ],
    ["an unknown summarizer, once", { SUMMARIZER: "oracle" }, ["SUMMARIZER"]],
    [
      "a key in the clear",
      { ...openai, SUMMARIZER_URL: "http://models.example/v1", SUMMARIZER_API_KEY: "k" },
      ["SUMMARIZER_URL"],
    ],
    [
      "a key that is no header",
      { ...openai, SUMMARIZER_URL: "https://models.example/v1", SUMMARIZER_API_KEY: "k\nx" },
      ["SUMMARIZER_API_KEY"],
    ],
    ["another protocol", { ...openai, SUMMARIZER_URL: "file:///etc/passwd" }, ["SUMMARIZER_URL"]],
  ])("refuse %s", (_why, environment, variables) => {
    expect(variablesIn(environment)).toEqual(variables);
  });

  it.each<Record<string, string>>([
    { ...openai, SUMMARIZER_URL: "http://127.0.0.1:11434/v1", SUMMARIZER_API_KEY: "k" },
    { ...openai, SUMMARIZER_URL: "http://models:11434/v1" },
    { ...openai, SUMMARIZER_URL: "https://models.example/v1", SUMMARIZER_API_KEY: "k" },
    { SUMMARIZER: "bedrock", SUMMARIZER_MODEL: "m", AWS_REGION: "eu-west-1" },
  ])("allow %j", (environment) => {
    expect(variablesIn(environment)).toEqual([]);
  });
});

describe("a summary that was asked for", () => {
  it("is counted by model and outcome, and the log says where the model gave none", async () => {
    const telemetry = createTelemetry({ metrics: "on" });
    const lines: unknown[] = [];
    const observer = createSummaryObserver(telemetry.metrics, { warn: (...line: unknown[]) => void lines.push(line) });
    const asked = { batchId: "batch_20250602_1300", modelUsed: "small-model", seconds: 2 };
    observer.summarised({ ...asked, outcome: "WRITTEN" });
    observer.summarised({
      ...asked,
      outcome: "TIMEOUT",
      error: new ModelError("TIMEOUT", "no answer within 5 ms"),
    });
    const metrics = parseMetrics((await telemetry.scrape?.()) ?? "");
    await telemetry.close();
    const count = (outcome: string) => metrics.value("opsledger_summaries_total", { model: "small-model", outcome });
    expect([count("WRITTEN"), count("TIMEOUT")]).toEqual([1, 1]);
    expect(metrics.value("opsledger_summary_duration_seconds_sum", { model: "small-model" })).toBe(4);
    expect(lines).toMatchObject([
      [{ batchId: asked.batchId, outcome: "TIMEOUT", reason: "no answer within 5 ms" }, expect.any(String)],
    ]);
  });
});
