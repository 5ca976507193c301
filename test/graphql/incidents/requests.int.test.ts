/** How many requests to DynamoDB each operation makes. The numbers are part of the contract: docs/requests.md states them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  AddCommentDocument,
  BoardDocument,
  ChangeStatusDocument,
  DeclareIncidentDocument,
  IncidentsDocument,
  TimelineDocument,
} from "../../generated/operations.js";
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
    for (let round = 0; round < 10; round += 1) {
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
