/** Summaries in the running server: a model that answers, one that hangs, one that talks nonsense; each batch gets its summary. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Batch, ProjectService } from "../../src/domain/projects/index.js";
import { requestBy } from "../support/ledgerAt.js";
import { shownEvents, startModelServer } from "../support/modelServer.js";
import type { ModelServer } from "../support/modelServer.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { TestOpsledger } from "../support/opsledger.js";

const request = requestBy("ci");

describe("the summary of a batch", () => {
  let server: ModelServer;
  let test: TestOpsledger;
  let project: string;
  let projects = 0;

  beforeAll(async () => {
    server = await startModelServer();
    test = await startTestOpsledger({
      SUMMARIZER: "openai",
      SUMMARIZER_URL: server.openAiUrl,
      SUMMARIZER_MODEL: "small-model",
      SUMMARIZER_TIMEOUT_MS: "500",
    });
  });
  afterAll(async () => {
    await test.close();
    await server.close();
  });
  beforeEach(() => {
    project = `shop-${(projects += 1)}`;
  });
  afterEach(() => expect(server.violations).toEqual([]));

  const service = (): ProjectService => test.opsledger.ledger.projects;

  /** Ten events, which make a batch; the third one carries a secret. */
  const sealTen = async (): Promise<string> => {
    await service().ingestMany(
      Array.from({ length: 10 }, (_, index) => ({
        source: "GENERIC",
        project,
        deliveryId: `${project}-${index}`,
        event: {
          kind: index === 0 ? "PULL_REQUEST_MERGED" : "COMMENT_ADDED",
          title: index === 2 ? "token=hunter2secret" : `Event ${index}`,
        },
      })),
      request,
    );
    const batches = () =>
      test.opsledger.ledger.projectViews.listBatches({ filter: { project }, order: "NEWEST_FIRST", first: 5 });
    await expect.poll(async () => (await batches()).rows.length, { timeout: 10_000 }).toBe(1);
    return (await batches()).rows[0]?.row.batchId ?? "";
  };

  const summarised = async (batchId: string, revision = 1): Promise<NonNullable<Batch["summary"]>> => {
    const read = async () => (await test.opsledger.ledger.projectViews.getBatches([batchId]))[0]?.summary;
    await expect.poll(async () => (await read())?.revision, { timeout: 10_000 }).toBe(revision);
    const summary = await read();
    if (summary === undefined) throw new Error("has no summary");
    return summary;
  };

  it("is the model's, and cites events of the batch", async () => {
    server.reply(({ prompt }) => ({
      kind: "says",
      content: {
        headline: "One merged",
        achievements: [{ text: "Event 0 was merged", events: ["e1"] }],
        blockers: [],
        themes: [
          { text: "Talk", events: shownEvents(prompt).flatMap(({ events }) => events.map(({ event }) => event)) },
        ],
      },
    }));
    const { summary, origin } = await summarised(await sealTen());
    expect(origin).toMatchObject({ modelUsed: "small-model", promptVersion: "prompt-1" });
    expect(origin.fallbackReason).toBeUndefined();
    expect(summary.headline).toBe("One merged");
    expect(summary.themes[0]?.projectEventIds.length).toBe(10);
    expect(server.requests.at(-1)?.body).not.toContain("hunter2secret");
  });

  it("is by the rules where the model hangs, and says so", async () => {
    server.reply(() => ({ kind: "silence" }));
    const { summary, origin } = await summarised(await sealTen());
    expect(summary.headline).toContain("1 pull request merged");
    expect(origin).toMatchObject({
      modelUsed: "deterministic-v1",
      fallbackReason: "small-model did not answer in time",
    });
  });

  it("is by the rules where the model talks nonsense; asked for again, it is the model's", async () => {
    server.reply(() => ({ kind: "says", content: "<html>What?</html>" }));
    const batchId = await sealTen();
    const first = await summarised(batchId);
    expect(first.origin.fallbackReason).toBe("the answer of small-model was not usable");
    server.reply(() => ({
      kind: "says",
      content: { headline: "Better", achievements: [], blockers: [], themes: [{ text: "Talk", events: ["e2"] }] },
    }));
    await service().regenerateSummary(batchId, {}, request);
    const second = await summarised(batchId, 2);
    expect([second.summary.headline, second.origin.modelUsed]).toEqual(["Better", "small-model"]);
    expect(second.origin.inputHash).toBe(first.origin.inputHash);
  });
});
