/** Lists behind indexes that lag, as DynamoDB's do (defect A28): with `atLeast` they show what was written. */
import { BatchGetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { IncidentQuery } from "../../../src/domain/incidents/index.js";
import { systemClock } from "../../../src/server/ledger.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { listAtLeast } from "../../../src/store/readModels/incidents/atLeast.js";
import { createIncidentReadModel } from "../../../src/store/readModels/incidents/index.js";
import { gql } from "../../support/mutation.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";

let test: TestOpsledger;
beforeAll(async () => {
  test = await startTestOpsledger();
});
afterAll(() => test.close());

/** A client whose reads that are not strongly consistent answer as they did before, so many times. */
function lagging(db: DynamoDb) {
  const remembered = new Map<string, unknown>();
  let stale = 0;
  const isConsistent = (command: unknown) =>
    command instanceof QueryCommand
      ? command.input.IndexName === undefined
      : !(command instanceof BatchGetCommand) ||
        Object.values(command.input.RequestItems ?? {}).every(({ ConsistentRead }) => ConsistentRead === true);
  const client = new Proxy(db.client, {
    get: (target, name) => {
      if (name !== "send") return Reflect.get(target, name) as unknown;
      return async (command: QueryCommand) => {
        if (isConsistent(command)) return target.send(command);
        const key = JSON.stringify(command.input);
        if (stale > 0 && remembered.has(key)) {
          stale -= 1;
          return remembered.get(key);
        }
        const answer = await target.send(command);
        remembered.set(key, answer);
        return answer;
      };
    },
  });
  return { db: { ...db, client }, lag: (reads: number) => void (stale = reads), left: () => stale };
}

const all: IncidentQuery = { first: 50, order: "NEWEST_FIRST", filter: {} };
const queries: readonly [string, IncidentQuery][] = [
  ["all", all],
  ["of a status, by severity", { ...all, order: "MOST_SEVERE_FIRST", filter: { statuses: ["OPEN"] } }],
  ["of a service", { ...all, filter: { service: "a" } }],
  ["of a status", { ...all, order: "OLDEST_FIRST", filter: { statuses: ["ACKNOWLEDGED"] } }],
];

describe.each(queries)("the list of incidents: %s", (_name, query) => {
  let slow: ReturnType<typeof lagging>;
  let incidentId: string;
  const versionIn = async (asked: IncidentQuery) => {
    const { rows } = await createIncidentReadModel({ db: slow.db, clock: systemClock }).listIncidents(asked);
    return rows.find(({ row }) => row.incidentId === incidentId)?.row.version;
  };
  beforeEach(async () => {
    slow = lagging(test.db);
    ({ incidentId } = await test.declare({ services: ["a", "b"] }));
    await versionIn(query);
    await test.changeStatus(incidentId, "ACKNOWLEDGED");
  });

  it("is behind, and with `atLeast` is not", async () => {
    const wanted = query.filter.statuses?.includes("OPEN") === true ? undefined : 2;
    slow.lag(6);
    expect(await versionIn(query)).not.toBe(wanted);
    slow.lag(6);
    expect(await versionIn({ ...query, atLeast: incidentId })).toBe(wanted);
    expect(slow.left()).toBe(0);
  });
});

describe("waiting for a list", () => {
  it("gives up after a while, and names what asked", async () => {
    const { incidentId } = await test.declare();
    const list = createIncidentReadModel({ db: test.db, clock: systemClock });
    const deps = {
      list: async () => ({ rows: [], hasMore: false }),
      get: async (id: string) => (await list.getIncidents([id]))[0],
      waitMilliseconds: 50,
    };
    await expect(listAtLeast(deps, { ...all, atLeast: incidentId })).rejects.toMatchObject({
      code: "UNAVAILABLE",
      inputPath: ["atLeast"],
    });
  });

  it("does not wait for an incident on a page that it does not belong to", async () => {
    const [older, newer] = [await test.declare({ services: ["paged"] }), await test.declare({ services: ["paged"] })];
    const list = createIncidentReadModel({ db: test.db, clock: systemClock });
    const paged: IncidentQuery = { ...all, first: 1, filter: { service: "paged" } };
    const first = await list.listIncidents({ ...paged, atLeast: older.incidentId });
    expect(first.rows.map(({ row }) => row.incidentId)).toEqual([newer.incidentId]);
    const second = await list.listIncidents({ ...paged, after: first.rows[0]?.cursor, atLeast: newer.incidentId });
    expect(second.rows.map(({ row }) => row.incidentId)).toEqual([older.incidentId]);
    expect((await list.listIncidents({ ...paged, atLeast: "01943a5c-0000-7000-8000-00000000dead" })).rows).toHaveLength(
      1,
    );
  });
});

describe("incidents(atLeast)", () => {
  const query = gql<{ incidents: { nodes: { incidentId: string; status: string }[] } }>(
    `query ($atLeast: String) { incidents(atLeast: $atLeast) { nodes { incidentId status } } }`,
  );

  it("takes the position of an incident or a mutation, and costs one read more", async () => {
    const { incidentId, position } = await test.declare();
    test.counted();
    const { incidents } = await test.run(query, { atLeast: position });
    expect(incidents.nodes[0]).toEqual({ incidentId, status: "OPEN" });
    expect(test.counted().map(({ operation }) => operation)).toEqual(["BatchGetItem", "Query", "BatchGetItem"]);
  });

  it("is refused for what is no position of one incident", async () => {
    const cursor = gql<{ events: { pageInfo: { endCursor: string } } }>(`{ events { pageInfo { endCursor } } }`);
    const { endCursor } = (await test.run(cursor, {})).events.pageInfo;
    for (const atLeast of ["x", endCursor]) {
      const { errors } = await test.send(query, { atLeast });
      expect(errors?.[0]?.extensions).toMatchObject({ code: "BAD_USER_INPUT", field: "atLeast" });
    }
  });
});
