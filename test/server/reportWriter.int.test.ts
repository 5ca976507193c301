/** The writer of reports that the configuration asks for: with variables of its own, or those of the summarizer. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigError, parseConfig } from "../../src/config/config.js";
import type { WritingInput } from "../../src/domain/research/index.js";
import { createReportWriter } from "../../src/server/reportWriter.js";
import { startModelServer } from "../support/modelServer.js";
import type { ModelServer } from "../support/modelServer.js";

const input: WritingInput = { requestType: "scan", keywords: ["weight"], items: [], customParams: {} };

describe("a writer of reports by configuration", () => {
  let server: ModelServer;
  beforeEach(async () => {
    server = await startModelServer();
    const content = { summary: "Nothing was found.", findings: [] };
    server.reply((_, number) => (number === 1 ? { kind: "says", content } : { kind: "silence" }));
  });
  afterEach(() => server.close());

  const openai = (prefix: string) => ({
    [prefix]: "openai",
    [`${prefix}_URL`]: server.openAiUrl,
    [`${prefix}_MODEL`]: "m",
    [`${prefix}_API_KEY`]: "key",
  });

  it("is the rules where nothing is said, also beside a summarizer", async () => {
    const { reportWriter } = parseConfig(openai("SUMMARIZER"));
    expect((await createReportWriter({ reportWriter })).writtenBy).toBe("deterministic-v1");
  });

  it.each<[name: string, environment: () => Record<string, string>]>([
    ["openai, of its own", () => openai("RESEARCH_WRITER")],
    ["openai, beside the summarizer", () => ({ ...openai("SUMMARIZER"), RESEARCH_WRITER: "openai" })],
  ])("is a model: %s; within its budget and its time", async (_name, environment) => {
    const writer = await createReportWriter(parseConfig({ ...environment(), RESEARCH_WRITER_CALLS_PER_HOUR: "1" }));
    const { signal } = new AbortController();
    expect(writer.writtenBy).toBe("m");
    expect((await writer.write(input, signal)).executiveSummary).toBe("Nothing was found.");
    expect(server.requests[0]?.headers.authorization).toBe("Bearer key");
    await expect(writer.write(input, signal)).rejects.toMatchObject({ reason: "BUDGET" });
    const hasty = await createReportWriter(parseConfig({ ...environment(), RESEARCH_WRITER_TIMEOUT_MS: "150" }));
    await expect(hasty.write(input, signal)).rejects.toMatchObject({ reason: "TIMEOUT" });
    expect(server.violations).toEqual([]);
  });
});

describe("RESEARCH_WRITER_ variables", () => {
  const summarizer = {
    SUMMARIZER: "openai",
    SUMMARIZER_URL: "https://summaries.example/v1",
    SUMMARIZER_MODEL: "large",
    SUMMARIZER_API_KEY: "theirs",
  };
  const problemsOf = (environment: Record<string, string>) => {
    try {
      parseConfig(environment);
    } catch (error) {
      if (error instanceof ConfigError) return error.problems.map(({ variable }) => variable);
      throw error;
    }
    return [];
  };

  it("never take the summarizer's key to a server of their own", () => {
    const own = { RESEARCH_WRITER: "openai", RESEARCH_WRITER_URL: "https://reports.example/v1" };
    expect(parseConfig({ ...summarizer, ...own }).reportWriter).toMatchObject({
      url: "https://reports.example/v1",
      model: "large",
      apiKey: undefined,
      maxInputBytes: 65_536,
    });
  });

  it.each<[variables: string[], environment: Record<string, string>]>([
    [["RESEARCH_WRITER_URL", "RESEARCH_WRITER_MODEL"], { RESEARCH_WRITER: "openai" }],
    [["RESEARCH_WRITER_MODEL", "AWS_REGION"], { RESEARCH_WRITER: "bedrock" }],
    [["RESEARCH_WRITER_MODEL"], { RESEARCH_WRITER_MODEL: "m" }],
    [["RESEARCH_WRITER"], { RESEARCH_WRITER: "oracle" }],
    [["RESEARCH_WRITER_MAX_INPUT_BYTES"], { RESEARCH_WRITER_MAX_INPUT_BYTES: "1" }],
    [
      ["RESEARCH_WRITER_URL"],
      {
        ...summarizer,
        RESEARCH_WRITER: "openai",
        RESEARCH_WRITER_URL: "http://10.0.0.1/v1",
        RESEARCH_WRITER_API_KEY: "k",
      },
    ],
  ])("name what is wrong: %j", (variables, environment) => {
    expect(problemsOf(environment)).toEqual(variables);
  });
});
