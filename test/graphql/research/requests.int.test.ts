/** How many requests to DynamoDB each operation on research requests makes. The numbers are a promise: docs/requests.md states them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../support/graphql/client.js";
import { gql, mutate } from "../../support/mutation.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";
import { anItem, config, researchOf, someResults, worker } from "../../support/research.js";
import type { Json, TestClaim, TestResearch } from "../../support/research.js";

let test: TestOpsledger;
let research: TestResearch;
let running: TestClaim;
let doneId: string;
beforeAll(async () => {
  test = await startTestOpsledger();
  research = researchOf(test);
  const done = await research.running({ projectId: "counted" });
  await research.complete(done);
  doneId = done.requestId;
  running = await research.running({ projectId: "counted" });
  const listed = gql<{ requests: { nodes: unknown[] } }>("{ requests { nodes { id } } }");
  await until(async () => (await test.run(listed, {})).requests.nodes.length === 2);
});
afterAll(() => test.close());

/** What was sent while `run` ran: the fewest of some tries, as timers and settings are counted, too. */
async function requestsOf(run: (n: number) => Promise<unknown>): Promise<string[]> {
  const sent: string[][] = [];
  for (let n = 0; n < 4; n += 1) {
    test.counted();
    await run(n);
    sent.push(test.counted().map(({ operation }) => operation));
  }
  const [fewest = []] = sent.sort((a, b) => a.length - b.length);
  return fewest.sort();
}

const transaction = ["TransactWriteItems"];
/** Does each with a claim of its own, which is not counted. */
async function underNew(step: (claim: TestClaim) => Promise<unknown>): Promise<string[]> {
  const claims = await Promise.all([0, 1, 2, 3].map(() => research.running()));
  return requestsOf(async (n) => step(claims[n] ?? running));
}

describe("a mutation", () => {
  const submission = { projectId: "acme", requestType: "counted", config };

  it("that submits: one transaction", async () => {
    expect(await requestsOf(() => mutate(test, "submitRequest", submission))).toEqual(transaction);
  });

  it("that submits under a dedupe key: who has it is read, and the slot itself", async () => {
    const submit = (n: number) => mutate(test, "submitRequest", { ...submission, dedupeKey: `counted-${n}` });
    expect(await requestsOf(submit)).toEqual(["BatchGetItem", "BatchGetItem", ...transaction]);
  });

  it("that claims: one Query to find, and one transaction, whatever the number", async () => {
    const listed = gql<{ requests: { nodes: unknown[] } }>(
      `{ requests(first: 100, filter: { requestType: "counted" }) { nodes { id } } }`,
    );
    await Promise.all(Array.from({ length: 16 }, () => mutate(test, "submitRequest", submission)));
    await until(async () => (await test.run(listed, {})).requests.nodes.length >= 16);
    const claim = () =>
      mutate<{ claimed: Json[] }>(
        test,
        "claimRequests",
        { workerId: worker, types: ["counted"], max: 4 },
        { selection: "claimed { leaseToken request { status } }" },
      );
    expect(await requestsOf(claim)).toEqual(["Query", ...transaction]);
  });

  it("that starts, says how far it is, logs, fails or releases: one transaction", async () => {
    const claims = await Promise.all([0, 1, 2, 3].map(async () => research.claim((await research.submit()).requestId)));
    expect(await requestsOf((n) => research.under(claims[n] ?? running, "startRequest"))).toEqual(transaction);
    const beat = (n: number) =>
      research.under(running, "heartbeatRequest", { progress: { stage: "analysis", percentage: 10 + n } });
    expect(await requestsOf(beat)).toEqual(transaction);
    const log = (n: number) => research.under(running, "appendRequestLogs", { entries: [{ message: `Entry ${n}` }] });
    expect(await requestsOf(log)).toEqual(transaction);
    expect(await underNew((claim) => research.under(claim, "failRequest", { error: "Down" }))).toEqual(transaction);
    expect(await underNew((claim) => research.under(claim, "releaseRequest"))).toEqual(transaction);
  });

  it("that adds items or completes: a row or both, as the lease is looked at before anything is written; then one transaction", async () => {
    const add = (claim: TestClaim, part: number) =>
      research.under(claim, "addRequestItems", { part, items: [anItem(`item-${part}`)] });
    expect(await requestsOf((n) => add(running, n + 1))).toEqual(["BatchGetItem", ...transaction]);
    const complete = (claim: TestClaim) => research.under(claim, "completeRequest", { results: someResults([]) });
    expect(await underNew(complete)).toEqual(["BatchGetItem", "BatchGetItem", ...transaction]);
  });
});

describe("a question", () => {
  const asked = (text: string) => requestsOf(() => test.run(gql(text), {}));

  it("about one request: its row; how far it is: one more", async () => {
    expect(
      await asked(`{ request(id: "${doneId}") { status config { keywords } results { executiveSummary } } }`),
    ).toEqual(["BatchGetItem"]);
    const both = `{ request(id: "${doneId}") { status version progress { percentage } lease { workerId } queuedAt } }`;
    expect(await asked(both)).toEqual(["BatchGetItem", "BatchGetItem"]);
  });

  it("about the items of a report: nothing more than its row, as the report is in the object store", async () => {
    const text = `{ request(id: "${doneId}") { results { items { nodes { itemId } } } } }`;
    expect(await asked(text)).toEqual(["BatchGetItem"]);
  });

  it("about logs: a Query more", async () => {
    const text = `{ request(id: "${doneId}") { logs { nodes { message } } } }`;
    expect(await asked(text)).toEqual(["BatchGetItem", "Query"]);
  });

  it("about a page of a project: one Query; how far all of them are: one more", async () => {
    const text = (selection: string) =>
      `{ requests(filter: { projectId: "counted" }) { nodes { requestId ${selection} } } }`;
    expect(await asked(text(""))).toEqual(["Query"]);
    expect(await asked(text("progress { percentage } lease { leaseUntil } version"))).toEqual([
      "BatchGetItem",
      "Query",
    ]);
  });

  it("about a limit: one row; how the queue is doing: the view's rows", async () => {
    expect(await asked(`{ researchLimit(projectId: "counted") { maxRunning } }`)).toEqual(["BatchGetItem"]);
    const stats = await asked(`{ queueStats { strategy submitted byStatus { status count } } }`);
    expect(stats).toEqual(["BatchGetItem", "GetItem"]);
  });
});
