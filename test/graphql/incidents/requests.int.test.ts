/** How many requests to DynamoDB each operation makes. The numbers are part of the contract: docs/requests.md states them. */
import { parse } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  AddCommentDocument,
  BoardDocument,
  ChangeStatusDocument,
  DeclareIncidentDocument,
  IncidentDocument,
  IncidentsDocument,
  TimelineDocument,
} from "../../generated/operations.js";
import type { IncidentStatus } from "../../generated/operations.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";

let test: TestOpsledger;
let incidentId: string;
beforeAll(async () => {
  test = await startTestOpsledger();
  ({ incidentId } = await test.declare());
});
afterAll(() => test.close());

/** What was sent while `run` ran, as names of operations. */
async function requestsOf(run: () => Promise<unknown>): Promise<string[]> {
  test.counted();
  await run();
  return test.counted().map(({ operation }) => operation);
}

const comment = (text: string) => () => test.run(AddCommentDocument, { input: { incidentId, text } });

describe("a command", () => {
  it("that declares: the number and the transaction", async () => {
    expect(await requestsOf(() => test.declare())).toEqual(["UpdateItem", "TransactWriteItems"]);
  });

  it("on a warm incident: one transaction, also with an idempotency key", async () => {
    expect(await requestsOf(() => test.changeStatus(incidentId, "ACKNOWLEDGED"))).toEqual(["TransactWriteItems"]);
    expect(await requestsOf(() => test.changeStatus(incidentId, "MITIGATED", { idempotencyKey: "k" }))).toEqual([
      "TransactWriteItems",
    ]);
  });

  it("on a cold incident: one read more, however long its stream is", async () => {
    await test.restart();
    const coldAndShort = await requestsOf(() => test.changeStatus(incidentId, "RESOLVED"));
    expect(coldAndShort).toEqual(["BatchGetItem", "TransactWriteItems"]);

    const { incidentId: long } = await test.declare();
    // More than one page, or one batch, of anything holds.
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(
        Array.from({ length: 100 }, (_, n) =>
          test.run(AddCommentDocument, { input: { incidentId: long, text: `${round}/${n}` } }),
        ),
      );
    }
    expect(await requestsOf(() => test.changeStatus(long, "ACKNOWLEDGED"))).toEqual(["TransactWriteItems"]);
    await test.restart();
    expect(await requestsOf(() => test.changeStatus(long, "RESOLVED"))).toEqual(["BatchGetItem", "TransactWriteItems"]);
  }, 180_000);

  it("that is refused on a warm incident asks once whether the refusal still holds", async () => {
    await comment("warm")();
    const refused = () => test.run(ChangeStatusDocument, { input: { incidentId, to: "OPEN" } });
    expect(await requestsOf(refused)).toEqual(["Query"]);
  });

  it("that is refused, or has nothing to do, with a key: the record is looked for, or written", async () => {
    await comment("warm")();
    const { incident } = await test.run(IncidentDocument, { id: incidentId });
    const status = incident?.status ?? "OPEN";
    const step = (to: IncidentStatus) => () =>
      test.run(ChangeStatusDocument, { input: { incidentId, to, idempotencyKey: `to-${to}` } });
    expect(await requestsOf(step("OPEN"))).toEqual(["Query", "GetItem"]);
    expect(await requestsOf(step(status))).toEqual(["Query", "PutItem"]);
  });

  it("on an incident named by its reference: one read more, for the number", async () => {
    const { reference } = await test.declare();
    expect(await requestsOf(() => test.changeStatus(reference, "ACKNOWLEDGED"))).toEqual([
      "BatchGetItem",
      "TransactWriteItems",
    ]);
  });

  it("that merges: both incidents by one read, and one transaction; that unmerges: one read more", async () => {
    const [source, target] = [await test.declare(), await test.declare()];
    const merge = parse(
      `mutation ($a: ID!, $b: ID!) { mergeIncidents(input: { incidentId: $a, intoIncidentId: $b }) { errors { message } } }`,
    );
    const unmerge = parse(`mutation ($a: ID!) { unmergeIncident(input: { incidentId: $a }) { errors { message } } }`);
    const ids = { a: source.incidentId, b: target.incidentId };
    expect(await requestsOf(() => test.run(merge, ids))).toEqual(["BatchGetItem", "TransactWriteItems"]);
    expect(await requestsOf(() => test.run(unmerge, { a: ids.a }))).toEqual(["BatchGetItem", "TransactWriteItems"]);
  });

  it("repeated with its key: the transaction that finds the record, the commit for the entry, the incident", async () => {
    const input = { title: "Once", severity: "P3" as const, services: ["a"], idempotencyKey: "again" };
    await test.run(DeclareIncidentDocument, { input });
    expect(await requestsOf(() => test.run(DeclareIncidentDocument, { input }))).toEqual([
      "UpdateItem",
      "TransactWriteItems",
      "Query",
      "BatchGetItem",
    ]);
  });
});

describe("a query", () => {
  beforeAll(async () => {
    for (let n = 0; n < 60; n += 1) {
      const declared = await test.declare({ commander: `person-${n}`, services: ["main", "second"] });
      for (const text of ["one", "two", "three"])
        await test.run(AddCommentDocument, { input: { incidentId: declared.incidentId, text } });
    }
  }, 120_000);

  it("of 50 incidents with participants and the last five entries of each: the list and one BatchGetItem", async () => {
    const board = await test.run(BoardDocument, { first: 50 });
    expect(board.incidents.nodes).toHaveLength(50);
    for (const { participants, timeline } of board.incidents.nodes) {
      expect(participants).toHaveLength(1);
      expect(timeline.nodes).toHaveLength(5);
    }
    expect(await requestsOf(() => test.run(BoardDocument, { first: 50 }))).toEqual(["Query", "BatchGetItem"]);
  });

  it("of 50 incidents of a service by its main rows: one request", async () => {
    expect(await requestsOf(() => test.run(BoardDocument, { first: 50, filter: { service: "main" } }))).toEqual([
      "Query",
    ]);
  });

  it("of a status, most severe first: one request", async () => {
    const query = () =>
      test.run(IncidentsDocument, { first: 50, orderBy: "MOST_SEVERE_FIRST", filter: { status: ["OPEN"] } });
    expect(await requestsOf(query)).toEqual(["Query"]);
  });

  it("of a status by time: one request for each severity", async () => {
    const query = () =>
      test.run(IncidentsDocument, {
        first: 10,
        orderBy: "NEWEST_FIRST",
        filter: { status: ["OPEN"], severity: ["P1", "P2"] },
      });
    expect(await requestsOf(query)).toEqual(["Query", "Query"]);
  });

  it("of the incidents of a participant, of a second service, or of a day: the list and one BatchGetItem", async () => {
    const filters = [
      { participant: "person-1" },
      { service: "second" },
      { from: "2020-01-01T00:00:00Z", until: "2020-01-02T00:00:00Z" },
    ];
    const sent: string[][] = [];
    for (const filter of filters) {
      sent.push(await requestsOf(() => test.run(IncidentsDocument, { first: 10, orderBy: "NEWEST_FIRST", filter })));
    }
    // Where nothing is found, nothing is fetched.
    expect(sent).toEqual([["Query", "BatchGetItem"], ["Query", "BatchGetItem"], ["Query"]]);
  });

  it("of how many incidents are in each status: where the view is, and its row", async () => {
    const counts = parse(`{ incidentCounts { status count } }`);
    expect(await requestsOf(() => test.run(counts, {}))).toEqual(["GetItem", "GetItem"]);
  });

  it("of a page of all records of an incident: one request", async () => {
    const records = parse(`query ($id: ID!) { incidentRecords(incidentId: $id) { nodes { __typename } } }`);
    expect(await requestsOf(() => test.run(records, { id: incidentId }))).toEqual(["Query"]);
  });

  it("of a page of a timeline: the incident and the page", async () => {
    const query = () =>
      test.run(TimelineDocument, {
        id: incidentId,
        first: 3,
        orderBy: "OLDEST_FIRST",
        includeMerged: false,
        keyMomentsOnly: false,
      });
    // Every entry names its incident, which the loader has already.
    expect(await requestsOf(query)).toEqual(["BatchGetItem", "Query"]);
  });
});
