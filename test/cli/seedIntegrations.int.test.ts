/** `opsledger seed`: seed 004's sessions are connected by real commands, its queries find them as it spells them, and twice is once. */
import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGraphQLClient } from "../../src/cli/graphqlClient.js";
import type { GraphQLClient } from "../../src/cli/graphqlClient.js";
import { SeedPauseIntegrationDocument } from "../../src/cli/generated/operations.js";
import { seedSessions } from "../../src/cli/seed/integrations.js";
import { countIntegrationCommands, runIntegrationSeed } from "../../src/cli/seed/runIntegrations.js";
import { seedStates } from "../seed004/example.js";
import { gql } from "../support/mutation.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { TestOpsledger } from "../support/opsledger.js";

let test: TestOpsledger;
let progress = 0;

const loadedAt = new Date();
const day = 86_400_000;

const seed = (
  client: GraphQLClient = createGraphQLClient(test.opsledger.http.url),
  now: () => Date = () => loadedAt,
): Promise<void> => runIntegrationSeed({ client, sessions: seedSessions, now, onProgress: () => (progress += 1) });

const root = join(import.meta.dirname, "../..");
const has = (program: string) => spawnSync(program, ["--version"]).status === 0;
const hasTools = has("aws") && has("jq");

/** Stops the run between a session's connection and what becomes of it, as a cut line would. */
function stoppingClient(): GraphQLClient {
  const client = createGraphQLClient(test.opsledger.http.url);
  return {
    run: async (document, variables, actor) => {
      if (Object.is(document, SeedPauseIntegrationDocument)) throw new Error("the line is cut");
      return client.run(document, variables, actor);
    },
  };
}

beforeAll(async () => {
  // With its own poller: the examples are left alone by it until somebody has seen to their credentials.
  test = await startTestOpsledger({ INTEGRATION_POLLER: "in-process" });
  await expect(seed(stoppingClient())).rejects.toThrow("the line is cut");
  progress = 0;
  await seed();
}, 60_000);
afterAll(() => test.close());

/** Events of the sessions, by session. */
async function eventsOf(): Promise<Readonly<Record<string, readonly string[]>>> {
  const types: Record<string, string[]> = {};
  for await (const { streamId, events } of test.opsledger.ledger.eventStore.readAll())
    if (streamId.startsWith("IntegrationSession-"))
      (types[streamId.replace("IntegrationSession-", "")] ??= []).push(...events.map(({ type }) => type));
  return types;
}

const query = async (params: QueryCommandInput): Promise<readonly Record<string, unknown>[]> =>
  (await test.db.client.send(new QueryCommand(params))).Items ?? [];

const named = (items: readonly Record<string, unknown>[]) => items.map(({ sessionId }) => sessionId);

describe("the example sessions", () => {
  it("take as many commands as was said", () => {
    expect(progress).toBe(countIntegrationCommands(seedSessions));
  });

  it("have the service states of seed 004", async () => {
    const items = await query({
      TableName: "beya-integration-sessions",
      KeyConditionExpression: "userId = :userId",
      ExpressionAttributeValues: { ":userId": "user123" },
    });
    expect(items.map((item) => [item["serviceType"], item["serviceState"]])).toEqual(Object.entries(seedStates).sort());
    expect(items).toMatchObject(items.map(() => ({ isActive: true, errorCount: 0 })));
  });

  it("are in every state that somebody can bring about, and polled by nobody for a week", async () => {
    const { integrationSessions } = await test.run(
      gql<{ integrationSessions: { nodes: readonly object[] } }>(
        `{ integrationSessions(
          orderBy: LAST_POLLED_LAST
          filter: { statuses: [ACTIVE, BACKING_OFF, NEEDS_REAUTH, PAUSED, DISABLED, DISCONNECTED] }
        ) { nodes { sessionId status statusReason pollingIntervalMs lastPollAt nextPollAt } } }`,
      ),
      {},
    );
    const first = new Date(loadedAt.getTime() + 7 * day).toISOString();
    const expected = [
      { sessionId: "user123#gmail", status: "ACTIVE", pollingIntervalMs: 30_000, nextPollAt: first },
      { sessionId: "user123#slack", status: "ACTIVE", pollingIntervalMs: 60_000, nextPollAt: first },
      { sessionId: "user123#whatsapp", status: "ACTIVE", nextPollAt: null },
      { sessionId: "user456#gmail", status: "PAUSED", statusReason: "On holiday until the end of the month" },
      { sessionId: "user456#http", status: "DISABLED", statusReason: "The status page has moved" },
      { sessionId: "user456#slack", status: "DISCONNECTED", statusReason: "Left the team" },
    ];
    const { nodes } = integrationSessions;
    expect(nodes).toHaveLength(expected.length);
    for (const session of expected) {
      const shown: unknown = expect.objectContaining({ ...session, lastPollAt: null });
      expect(nodes).toContainEqual(shown);
    }
  });

  it("are not there twice after a second run", async () => {
    const before = await eventsOf();
    await seed(undefined, () => new Date(loadedAt.getTime() + day));
    expect(await eventsOf()).toEqual(before);
    expect(before).toEqual({
      "user123#gmail": ["SessionConnected"],
      "user123#slack": ["SessionConnected"],
      "user123#whatsapp": ["SessionConnected"],
      "user456#gmail": ["SessionConnected", "SessionPaused"],
      "user456#http": ["SessionConnected", "SessionDisabled"],
      "user456#slack": ["SessionConnected", "SessionDisconnected"],
    });
  });
});

describe("the example queries of seed 004, as it spells them", () => {
  it("all active Gmail sessions", async () => {
    const params = {
      TableName: "beya-integration-sessions",
      IndexName: "ServiceType-Index",
      KeyConditionExpression: "serviceType = :serviceType",
      FilterExpression: "isActive = :active",
      ExpressionAttributeValues: {
        ":serviceType": "gmail",
        ":active": true,
      },
    };
    expect(named(await query(params))).toEqual(["user123#gmail"]);
  });

  it("a user's Gmail session", async () => {
    const params = {
      TableName: "beya-integration-sessions",
      Key: {
        userId: "user123",
        serviceType: "gmail",
      },
    };
    const { Item } = await test.db.client.send(new GetCommand(params));
    expect(Item).toMatchObject({
      sessionId: "user123#gmail",
      webhookUrl: "https://example.lambda-url.us-east-1.on.aws/",
      serviceState: { lastHistoryId: "123456789", emailAddress: "user@company.com" },
    });
  });

  it("all integrations of a user", async () => {
    const params = {
      TableName: "beya-integration-sessions",
      KeyConditionExpression: "userId = :userId",
      ExpressionAttributeValues: {
        ":userId": "user123",
      },
    };
    expect(named(await query(params))).toEqual(["user123#gmail", "user123#slack", "user123#whatsapp"]);
  });
});

describe.skipIf(!hasTools)("the script for seed 004's table, with the AWS CLI and jq, where they are installed", () => {
  it("answers the seed's three queries, and shows no webhook", async () => {
    const example = readFileSync(join(root, "examples/aws/query-sessions.sh"), "utf8");
    const { stdout } = await promisify(execFile)("bash", ["-c", example.replace(".data/", `${test.dataDir}/`)], {
      cwd: root,
      env: { ...process.env, TABLE_PREFIX: "" },
    });
    const found = [...stdout.matchAll(/"sessionId": "(?<id>[^"]+)"/g)].map(({ groups }) => groups?.["id"]);
    const ofUser = ["user123#gmail", "user123#slack", "user123#whatsapp"];
    expect(found).toEqual(["user123#gmail", "user123#gmail", ...ofUser]);
    expect(stdout).not.toContain("lambda-url");
  }, 60_000);
});
