/** `opsledger seed`: seed 002's request is submitted and worked on by real commands, its queries find it, and twice is once. */
import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGraphQLClient } from "../../src/cli/graphqlClient.js";
import type { GraphQLClient } from "../../src/cli/graphqlClient.js";
import { SeedRequestItemsDocument } from "../../src/cli/generated/operations.js";
import { seedRequests } from "../../src/cli/seed/research.js";
import { countResearchCommands, runResearchSeed } from "../../src/cli/seed/runResearch.js";
import { gql } from "../support/mutation.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { TestOpsledger } from "../support/opsledger.js";

let test: TestOpsledger;
let progress = 0;

const seed = (client: GraphQLClient = createGraphQLClient(test.opsledger.http.url)) =>
  runResearchSeed({ client, requests: seedRequests, onProgress: () => (progress += 1) });

const root = join(import.meta.dirname, "../..");
const has = (program: string) => spawnSync(program, ["--version"]).status === 0;
const hasTools = has("aws") && has("jq");

/** Stops the run with the third part of the items, as a cut line would. */
function stoppingClient(): GraphQLClient {
  const client = createGraphQLClient(test.opsledger.http.url);
  let parts = 0;
  return {
    run: async (document, variables, actor) => {
      if (Object.is(document, SeedRequestItemsDocument) && (parts += 1) === 3) throw new Error("the line is cut");
      return client.run(document, variables, actor);
    },
  };
}

beforeAll(async () => {
  test = await startTestOpsledger();
  await expect(seed(stoppingClient())).rejects.toThrow("the line is cut");
  progress = 0;
  await seed();
}, 60_000);
afterAll(() => test.close());

/** Events of the requests, by type. */
async function eventsOf(): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for await (const { streamId, events } of test.opsledger.ledger.eventStore.readAll())
    for (const { type } of events) if (streamId.startsWith("ResearchRequest-")) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

/** By an index of the seed, the oldest first. */
async function find(index: string, attribute: string, value: string): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await test.db.client.send(
    new QueryCommand({
      TableName: "market_intelligence_requests",
      IndexName: index,
      KeyConditionExpression: "#attribute = :value",
      ExpressionAttributeNames: { "#attribute": attribute },
      ExpressionAttributeValues: { ":value": value },
    }),
  );
  return Items;
}

describe("the example requests", () => {
  it("take as many commands as was said", () => {
    expect(progress).toBe(countResearchCommands(seedRequests));
  });

  it("have the item of seed 002, with its numbers", async () => {
    const [item] = await find("user-index", "user_id", "test-user-123");
    expect(item).toMatchObject({
      project_id: "test-project-001",
      request_type: "semaglutide_intelligence",
      status: "completed",
      priority: "high",
      processing_strategy: "table",
      config: { batch_size: 5, max_retries: 2, quality_threshold: 0.7, extraction_mode: "summary" },
      results: {
        summary: {
          executive_summary: "Mock analysis completed successfully",
          total_sources: 3,
          total_content_items: 35,
        },
        execution_summary: { total_urls_discovered: 15, total_content_extracted: 12, api_calls_made: 18 },
        intelligence_data: {
          regulatory_content: { count: 12 },
          clinical_content: { count: 15 },
          academic_content: { count: 8 },
        },
        quality_metrics: { average_confidence: 0.85, high_quality_items: 28 },
      },
      errors: [expect.stringMatching(/Z: Failed to extract content from URL xyz$/)],
      warnings: [expect.stringMatching(/Z: Low confidence score for source ABC$/)],
    });
  });

  it("are in every state that lasts", async () => {
    const items = await find("project-index", "project_id", "test-project-001");
    expect(items.map(({ status, priority }) => [status, priority])).toEqual([
      ["completed", "high"],
      ["pending", "low"],
      ["cancelled", "medium"],
      ["failed", "medium"],
    ]);
    expect(items[3]).toMatchObject({
      errors: [
        expect.stringMatching(/Registry cannot be reached$/),
        expect.stringMatching(/None of the sources could be read/),
      ],
    });
  });

  it("are read through the API as they are in the table", async () => {
    const { requests } = await test.run(
      gql<{ requests: { nodes: readonly { results: object | null; progress: object }[] } }>(
        `{ requests(first: 1, orderBy: OLDEST_FIRST, filter: { projectId: "test-project-001" }) { nodes {
          progress { percentage urlsFound contentExtracted processingErrors }
          results { successRate averageConfidence bySourceType { sourceType items highQualityItems }
            items(first: 50) { nodes { itemId } } } } } }`,
      ),
      {},
    );
    const [completed] = requests.nodes;
    expect(completed?.progress).toEqual({
      percentage: 100,
      urlsFound: 15,
      contentExtracted: 12,
      processingErrors: 1,
    });
    expect(completed?.results).toMatchObject({
      successRate: 80,
      averageConfidence: 0.85,
      bySourceType: [
        { sourceType: "GOVERNMENT", items: 12, highQualityItems: 9 },
        { sourceType: "CLINICAL", items: 15, highQualityItems: 12 },
        { sourceType: "ACADEMIC", items: 8, highQualityItems: 7 },
      ],
      items: { nodes: { length: 35 } },
    });
  });

  it("have been worked on once, though the first run was stopped half-way", async () => {
    expect(await eventsOf()).toMatchObject({ RequestSubmitted: 4, RequestClaimed: 2, RequestLogged: 2 });
  });

  it("add nothing when they are loaded again", async () => {
    const before = await eventsOf();
    await seed();
    expect(await eventsOf()).toEqual(before);
  });
});

describe.skipIf(!hasTools)(
  "the scripts for seed 002's tables, with the AWS CLI and jq, where they are installed",
  () => {
    const run = async (command: string, environment: NodeJS.ProcessEnv = {}): Promise<string> => {
      const env = {
        ...process.env,
        AWS_ENDPOINT_URL: test.opsledger.engine.endpoint,
        AWS_ACCESS_KEY_ID: "local",
        AWS_SECRET_ACCESS_KEY: "local",
        AWS_DEFAULT_REGION: "us-east-1",
        ...environment,
      };
      return (await promisify(execFile)("bash", ["-c", command], { env, cwd: root })).stdout;
    };
    const byPriority = "query-requests-by-priority.sh";
    const valuesOf = (shown: string, name: string) =>
      [...shown.matchAll(new RegExp(`"${name}": "([^"]*)"`, "g"))].map(([, value]) => value);

    it("show what waits, what is of a user, and what is of a strategy", async () => {
      const [pending = "", own = "", table = "", sqs = ""] = await Promise.all(
        ["query-requests.sh", "query-requests.sh test-user-123", byPriority, `${byPriority} sqs`].map((command) =>
          run(`scripts/${command}`),
        ),
      );
      expect(valuesOf(pending, "request_type")).toEqual(["trial_registry_scan"]);
      // Newest first.
      expect(valuesOf(own, "status")).toEqual(["failed", "cancelled", "pending", "completed"]);
      expect(valuesOf(own, "percentage")).toEqual(["10", "0", "0", "100"]);
      // High priority first, then first in, first out.
      expect(valuesOf(table, "priority")).toEqual(["high", "medium", "medium", "low"]);
      expect(valuesOf(table, "status")).toEqual(["completed", "cancelled", "failed", "pending"]);
      expect(sqs).toBe("");
    }, 60_000);

    it("are found where the engine's file says that the tables are; an environment's as the seed spells them", async () => {
      const example = readFileSync(join(root, "examples/aws/query-requests.sh"), "utf8");
      const shown = run(example.replace(".data/", `${test.dataDir}/`), { AWS_ENDPOINT_URL: "" });
      // No such tables are there; the shell says what it asks for.
      const isAsked = (script: string) =>
        expect(run(`bash -x scripts/${script}`, { TABLE_PREFIX: "none-" })).rejects.toThrow(
          /none-market-intelligence-requests[\s\S]*ResourceNotFoundException/,
        );
      await Promise.all([isAsked("query-requests.sh"), isAsked(byPriority)]);
      expect(valuesOf(await shown, "priority")).toHaveLength(8);
    }, 60_000);
  },
);
