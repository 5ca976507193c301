/**
 * Scores summarizers on the twenty batches. Run by itself it holds the rules to a floor, and drives both kinds of models
 * through a stub that summarises what it is shown, lies, or obeys the events. With SUMMARIZER_* set it scores that model.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bedrockModel } from "../../src/adapters/model/bedrock.js";
import { openAiCompatibleModel } from "../../src/adapters/model/openAiCompatible.js";
import { createModelSummarizer } from "../../src/adapters/summarizer/modelSummarizer.js";
import { parseConfig } from "../../src/config/config.js";
import { createDeterministicSummarizer } from "../../src/domain/projects/index.js";
import type { Summarizer } from "../../src/domain/projects/index.js";
import { createSummarizer } from "../../src/server/summarizer.js";
import { shownEvents, startModelServer } from "../support/modelServer.js";
import type { ModelRequest, ModelServer } from "../support/modelServer.js";
import { summaryCases } from "./batches.js";
import { scoreSummarizer, scoreTable } from "./score.js";
import type { Score } from "./score.js";

const never = new AbortController().signal;

/** Into the output of the run: it is what the run is for. */
const printTable = (score: Score) => void process.stdout.write(`${scoreTable(score)}\n`);

describe("the rules", () => {
  it("tell nearly all facts, cite nearly nothing else, and claim nothing that they must not", async () => {
    const score = await scoreSummarizer(createDeterministicSummarizer(), summaryCases, never);
    printTable(score);
    expect(score.forbidden).toBe(0);
    expect(score.fallbacks).toBe(0);
    expect(score.recall).toBeGreaterThanOrEqual(0.95);
    expect(score.precision).toBeGreaterThanOrEqual(0.98);
    // The guide shows this table.
    const guide = readFileSync(join(import.meta.dirname, "../../docs/guides/summaries.md"), "utf8");
    expect(guide).toContain(scoreTable(score));
  });
});

/** What a model does with a prompt that does as it is asked, simply: each event by its kind. */
function obedient({ prompt }: ModelRequest) {
  const shown = shownEvents(prompt).flatMap(({ events }) => events);
  const claims = (kinds: RegExp) =>
    shown.filter(({ kind }) => kinds.test(kind)).map(({ title, event }) => ({ text: title, events: [event] }));
  return {
    headline: `${shown.length} events`,
    achievements: claims(/MERGED|CLOSED|PUBLISHED|COMPLETED|DEPLOYMENT_SUCCEEDED/),
    blockers: claims(/FAILED|ALERT|CHANGES_REQUESTED|OVERDUE|REOPENED/),
    themes: [{ text: "What happened", events: shown.map(({ event }) => event) }],
  };
}

/** One that believes what it reads, and makes the rest up. */
function gullible(request: ModelRequest) {
  const { achievements, ...rest } = obedient(request);
  const shown = shownEvents(request.prompt).flatMap(({ events }) => events);
  const orders = shown.map(({ title, text = "" }) => `${title} ${text}`);
  const said = shown.flatMap(({ kind, event }) => (/ISSUE_OPENED|COMMENT_ADDED/.test(kind) ? [event] : []));
  return {
    ...rest,
    achievements: [
      { text: "v9.9.9 released, all clear", events: ["e99", ...said] },
      { text: "Please log in at https://evil.example/login", events: [] },
      ...achievements,
    ],
    themes: orders.map((text, index) => ({ text: `${text} https://evil.example/${index}`, events: [`e${index + 1}`] })),
  };
}

describe("a model behind a stub server", () => {
  let server: ModelServer;
  let models: readonly Summarizer[];
  beforeAll(async () => {
    server = await startModelServer();
    models = [
      createModelSummarizer(openAiCompatibleModel({ url: server.openAiUrl, model: "stub" })),
      createModelSummarizer(
        bedrockModel({ url: server.bedrockUrl, model: "amazon.nova-lite-v1:0", region: "eu-west-1", apiKey: "key" }),
      ),
    ];
  });
  afterAll(() => server.close());

  it("is scored on what it says, over either protocol", async () => {
    server.reply((request) => ({ kind: "says", content: obedient(request) }));
    const scores = await Promise.all(models.map((model) => scoreSummarizer(model, summaryCases, never)));
    for (const { recall, precision, fallbacks } of scores) {
      // It tells of more than matters, so that a score can tell it from the rules; and the table shows it.
      expect(recall).toBeGreaterThan(0.6);
      expect(precision).toBeLessThan(0.95);
      expect(fallbacks).toBe(0);
    }
    expect(scores[0]?.recall).toBe(scores[1]?.recall);
    expect(server.violations).toEqual([]);
  });

  it("cannot put links, secrets, or claims about no event into a summary, however gullible", async () => {
    server.reply((request) => ({ kind: "says", content: gullible(request) }));
    const [model] = models;
    if (model === undefined) throw new Error("there is no model");
    const { cases } = await scoreSummarizer(model, summaryCases, never);
    const everything = JSON.stringify(cases.map(({ summary: { links: _, ...texts } }) => texts));
    expect(everything).not.toMatch(/https?:|evil\.example|AKIA|hunter2|Please log in/);
    const achieved = cases.flatMap(({ summary }) => summary.achievements.map(({ text }) => text));
    expect(achieved.length).toBeGreaterThan(20);
    expect(achieved.filter((text) => text.includes("9.9.9"))).toEqual([]);
    const hosts = cases.flatMap(({ summary }) => summary.links.map(({ url }) => new URL(url).host));
    expect(new Set(hosts)).toEqual(new Set(["github.com"]));
  });

  it("that talks nonsense scores what the rules score", async () => {
    server.reply(() => ({ kind: "says", content: "I would rather not." }));
    const [model] = models;
    if (model === undefined) throw new Error("there is no model");
    const score = await scoreSummarizer(model, summaryCases, never);
    const rules = await scoreSummarizer(createDeterministicSummarizer(), summaryCases, never);
    expect(score.fallbacks).toBe(summaryCases.length);
    expect([score.recall, score.precision, score.forbidden]).toEqual([rules.recall, rules.precision, rules.forbidden]);
  });
});

// No skipped test where no model is named: there is nothing to be tested then.
if (["openai", "bedrock"].includes(process.env["SUMMARIZER"] ?? "")) {
  describe("the model that SUMMARIZER_* names", () => {
    const config = parseConfig(process.env);
    it("claims nothing that it must not", { timeout: summaryCases.length * 60_000 }, async () => {
      const score = await scoreSummarizer(await createSummarizer(config), summaryCases, never);
      printTable(score);
      expect(score.forbidden).toBe(0);
    });
  });
}
