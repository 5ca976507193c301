/** `opsledger seed`: the example projects load through real commands, are batched, summarised and posted; twice is once. */
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGraphQLClient } from "../../src/cli/graphqlClient.js";
import { seedProjects } from "../../src/cli/seed/projects.js";
import { countProjectCommands, runProjectSeed } from "../../src/cli/seed/runProjects.js";
import { gql } from "../support/mutation.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { TestOpsledger } from "../support/opsledger.js";

interface Batches {
  readonly batches: {
    readonly nodes: readonly {
      readonly eventCount: number;
      readonly project: { readonly name: string };
      readonly post: { readonly postedAt: string | null };
      readonly summary: { readonly headline: string } | null;
    }[];
  };
}

const batches = gql<Batches>(
  `{ batches(first: 20) { nodes { eventCount project { name } summary { headline } post { postedAt } } } }`,
);

let test: TestOpsledger;
let progress = 0;

const seed = () =>
  runProjectSeed({
    client: createGraphQLClient(test.opsledger.http.url),
    projects: seedProjects,
    onProgress: () => (progress += 1),
  });

beforeAll(async () => {
  test = await startTestOpsledger();
  await seed();
}, 120_000);
afterAll(() => test.close());

/** Types of the events that the seed's own commands lead to; what follows from them comes by itself, at any time. */
const ofCommands =
  /^(ProjectEventReceived|ProjectBatchPolicySet|ProjectChannelSet|ProjectNotificationsSet|AssignmentRule\w+)$/;

async function eventsOfCommands(): Promise<number> {
  let count = 0;
  for await (const { events } of test.opsledger.ledger.eventStore.readAll())
    count += events.filter(({ type }) => ofCommands.test(type)).length;
  return count;
}

describe("the example projects", () => {
  it("take as many commands as was said", () => {
    expect(progress).toBe(countProjectCommands(seedProjects));
  });

  it("are batched, summarised and posted by themselves", async () => {
    await expect
      .poll(async () => (await test.run(batches, {})).batches.nodes.filter(({ post }) => post.postedAt !== null), {
        timeout: 20_000,
      })
      .toHaveLength(2);
    const { nodes } = (await test.run(batches, {})).batches;
    expect(nodes.map(({ project, eventCount }) => [project.name, eventCount]).sort()).toEqual([
      ["atlas", 5],
      ["redline-wholesale", 10],
    ]);
  });

  it("are found by seed 000's query for a project", async () => {
    const { Items = [] } = await test.db.client.send(
      new QueryCommand({
        TableName: "ProjectEvents",
        KeyConditionExpression: "#project = :p",
        ExpressionAttributeNames: { "#project": "project" },
        ExpressionAttributeValues: { ":p": "redline-wholesale" },
      }),
    );
    expect(Items).toHaveLength(11);
    expect(Items[0]).toMatchObject({
      source: "github",
      eventData: {
        pull_request: { number: 42, title: "Add inventory tracking feature", user: { login: "developer1" } },
      },
    });
  });

  it("add nothing when they are loaded again", async () => {
    const before = await eventsOfCommands();
    expect(before).toBeGreaterThan(17);
    await seed();
    expect(await eventsOfCommands()).toBe(before);
  });
});
