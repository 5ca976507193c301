/** Lists of sessions, polls and dead letters, against a plain filter over all rows, on every page size; and the costs. */
import { BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page } from "../../../src/domain/kernel/page.js";
import { addDays } from "../../../src/domain/kernel/time.js";
import { isActive, noTally, pollOutcomes, sessionStatuses } from "../../../src/domain/integrations/index.js";
import type {
  DeadLetter,
  IntegrationSession,
  IntegrationsReadModel,
  PollQuery,
  PollRecord,
  SessionFilter,
  SessionQuery,
} from "../../../src/domain/integrations/index.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import type { Item } from "../../../src/store/dynamodb/rowWrite.js";
import {
  createIntegrationsReadModel,
  integrationHealthView,
} from "../../../src/store/readModels/integrations/index.js";
import { toDeadLetterItem, toPollItem, toSessionItem } from "../../../src/store/readModels/integrations/items.js";
import type { TableName } from "../../../src/store/tables.js";
import { upTo } from "../../conformance/eventStore.conformance.js";
import { put, remove } from "../../proofs/support/provenLedger.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { aLetter, aPoll, aSession, after } from "./builders.js";

let engine: TestEngine;
let db: DynamoDb;
let readModel: IntegrationsReadModel;
let requests: string[] = [];
let now = after(100_000);

const services = ["gmail", "slack", "whatsapp"] as const;

/** Twenty users with up to three services each, in every status; a third was never polled, others at one instant. */
const all: readonly IntegrationSession[] = upTo(57).map((n) => {
  const serviceType = services[n % 3] ?? "";
  const status = sessionStatuses[((n * 5) % 11) % 6] ?? "ACTIVE";
  return aSession({
    userId: `user${Math.floor(n / 3)}`,
    serviceType,
    status,
    errorCount: n % 4 === 0 ? 3 : 0,
    ...(n % 5 < 2 ? {} : { lastPollAt: after((n % 7) * 1_000) }),
    ...(serviceType === "whatsapp" && status !== "DISCONNECTED" ? { accountKey: `whatsapp#${n % 2}` } : {}),
  });
});

const polls: readonly PollRecord[] = upTo(30).map((n) =>
  aPoll({ outcome: pollOutcomes[n % 6] ?? "POLLED", at: after(Math.floor(n / 4)), version: n }),
);

const letters: readonly DeadLetter[] = upTo(17).map((n) =>
  aLetter({
    deadLetterId: ((n * 7) % 17).toString(16).padStart(32, "0"),
    at: after(Math.floor(n / 3)),
    ...(n % 3 === 0 ? { status: "DISCARDED", closedAt: after(50_000) } : {}),
  }),
);

/** The seed's own item, and others that people put there by hand. */
const foreign: readonly (readonly [TableName, Item])[] = [
  [
    "beya-integration-sessions",
    {
      userId: "user1",
      serviceType: "imap",
      sessionId: "user1#imap",
      isActive: true,
      activeKey: "true",
      accountKey: "whatsapp#1",
      lastPollAt: "2024-01-15T10:35:00Z",
    },
  ],
  ["beya-integration-polls", { sessionId: "user123#gmail", place: after(3) }],
  ["beya-integration-dead-letters", { sessionId: "user123#gmail", deadLetterId: "by hand" }],
];

async function write(table: TableName, items: readonly Item[]): Promise<void> {
  for (let start = 0; start < items.length; start += 25) {
    const puts = items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item: { ...Item } } }));
    await db.client.send(new BatchWriteCommand({ RequestItems: { [db.tableName(table)]: puts } }));
  }
}

beforeAll(async () => {
  engine = await startTestEngine();
  db = engine.db({ onRequest: ({ operation }) => requests.push(operation) });
  await ensureTables(db);
  await write("beya-integration-sessions", all.map(toSessionItem));
  await write("beya-integration-polls", polls.map(toPollItem));
  await write("beya-integration-dead-letters", letters.map(toDeadLetterItem));
  for (const [table, item] of foreign) await put(db, table, item);
  readModel = createIntegrationsReadModel({ db, clock: { now: () => now }, serviceTypes: services });
}, 60_000);
afterAll(() => engine.close());

const requestsOf = async (run: () => Promise<unknown>): Promise<readonly string[]> => {
  requests = [];
  await run();
  return requests;
};

/** All pages of a list, each asked for with the cursor of the one before. */
async function allPages<Row>(read: (cursor: string | undefined) => Promise<Page<Row>>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await read(cursor);
    rows.push(...page.rows.map(({ row }) => row));
    if (!page.hasMore) return rows;
    cursor = page.resumeAfter ?? page.rows.at(-1)?.cursor;
    expect(cursor).toBeDefined();
  }
}

const byId = (one: { readonly sessionId: string }, other: { readonly sessionId: string }) =>
  one.sessionId < other.sessionId ? -1 : 1;

/** What a list must show, by the words of the contract. */
function plain(filter: SessionFilter): readonly IntegrationSession[] {
  const { statuses = sessionStatuses.filter((status) => status !== "DISCONNECTED") } = filter;
  return all.filter(
    (session) =>
      statuses.includes(session.status) &&
      (filter.userId === undefined || session.userId === filter.userId) &&
      (filter.serviceType === undefined || session.serviceType === filter.serviceType) &&
      (filter.active === undefined || isActive(session.status) === filter.active) &&
      (filter.failing === undefined || session.errorCount > 0 === filter.failing) &&
      (filter.notPolledSince === undefined ||
        session.lastPollAt === undefined ||
        session.lastPollAt < filter.notPolledSince),
  );
}

const filters: readonly SessionFilter[] = [
  {},
  { userId: "user3" },
  { userId: "user4", active: true },
  { userId: "nobody" },
  { userId: "" },
  { userId: "user3", serviceType: "gmail" },
  { userId: "user5", statuses: ["DISCONNECTED", "PAUSED"] },
  { serviceType: "gmail" },
  { serviceType: "slack", active: true },
  { serviceType: "slack", active: false },
  { serviceType: "whatsapp", statuses: ["DISCONNECTED"] },
  { serviceType: "nothing" },
  { serviceType: "" },
  { active: true },
  { active: false },
  { active: true, failing: true },
  { failing: false },
  { statuses: [] },
  { statuses: ["ACTIVE", "BACKING_OFF"] },
  { statuses: ["ACTIVE", "NEEDS_REAUTH"] },
  { statuses: [...sessionStatuses] },
  { active: true, statuses: ["PAUSED"] },
  { notPolledSince: after(3_000) },
  { notPolledSince: after(3_000), serviceType: "gmail" },
  { notPolledSince: after(1), active: true },
  { notPolledSince: "1970-01-01T00:00:00.000Z" },
  { notPolledSince: "1969-01-01T00:00:00.000Z", serviceType: "slack" },
];

const named = <Filter extends object>(some: readonly Filter[]) =>
  some.map((filter) => [JSON.stringify(filter).slice(0, 90), filter] as const);

describe("lists of sessions", () => {
  it.each(named(filters))(
    "show what a plain filter shows, by last poll, on any page size: %s",
    async (_, filter) => {
      for (const order of ["LAST_POLLED_FIRST", "LAST_POLLED_LAST"] as const) {
        const lists = await Promise.all(
          [3, 100].map((first) =>
            allPages((cursor) => readModel.listSessions({ filter, order, first, after: cursor })),
          ),
        );
        const [once = []] = lists;
        expect([...once].sort(byId)).toEqual([...plain(filter)].sort(byId));
        const places = once.map(({ lastPollAt = "" }) => lastPollAt);
        const sorted = [...places].sort();
        expect(places).toEqual(order === "LAST_POLLED_FIRST" ? sorted.reverse() : sorted);
        for (const rows of lists) expect(rows).toEqual(once);
      }
    },
    30_000,
  );

  it("show some of what the filters ask for: the comparison is of something", () => {
    expect(filters.filter((filter) => plain(filter).length > 0).length).toBeGreaterThan(17);
  });

  it("of a user may be by service, and of all may not", async () => {
    for (const first of [1, 2, 10]) {
      const asked = { filter: { userId: "user2" }, order: "BY_SERVICE", first } as const;
      const rows = await allPages((cursor) => readModel.listSessions({ ...asked, after: cursor }));
      expect(rows).toEqual(plain({ userId: "user2" }));
      expect(rows.map(({ serviceType }) => serviceType)).toEqual([...rows.map((row) => row.serviceType)].sort());
    }
    await expect(readModel.listSessions({ filter: {}, order: "BY_SERVICE", first: 5 })).rejects.toThrow(
      "by service is only possible with a user",
    );
  });

  it("refuse a cursor that is none of theirs", async () => {
    const asked = { filter: { active: true }, order: "LAST_POLLED_FIRST", first: 1, after: "2025" } as const;
    await expect(readModel.listSessions(asked)).rejects.toThrow("is not a cursor of this list");
  });

  it.each<[string, SessionQuery["order"], SessionFilter]>([
    ["Query", "LAST_POLLED_FIRST", { userId: "user3", failing: true }],
    ["Query", "BY_SERVICE", { userId: "user3" }],
    ["Query", "LAST_POLLED_LAST", { serviceType: "gmail" }],
    ["Query", "LAST_POLLED_LAST", { serviceType: "gmail", statuses: ["PAUSED"], notPolledSince: after(3_000) }],
    ["Query", "LAST_POLLED_FIRST", { active: true }],
    ["Query", "LAST_POLLED_FIRST", { statuses: ["BACKING_OFF"] }],
    // Where nobody has counted yet, which services there are is known from this server.
    ["GetItem,Query,Query,Query", "LAST_POLLED_FIRST", {}],
    ["", "LAST_POLLED_FIRST", { statuses: [] }],
  ])("cost the requests %s: %s %j", async (expected, order, filter) => {
    expect((await requestsOf(() => readModel.listSessions({ filter, order, first: 3 }))).join()).toBe(expected);
  });
});

describe("sessions", () => {
  it("are read by their ids at once, in the order of the ids, also those that are over; not what is no id", async () => {
    const [one, two] = all;
    const over = all.find(({ status }) => status === "DISCONNECTED");
    const ids = [two, one, over].map((session) => session?.sessionId ?? "");
    requests = [];
    const asked = [...ids, "nobody#gmail", "user1#imap", "no id", "#", `${"u".repeat(5_000)}#gmail`, ids[0] ?? ""];
    expect(await readModel.getSessions(asked)).toEqual([two, one, over, ...upTo(5).map(() => undefined), two]);
    expect(requests).toEqual(["BatchGetItem"]);
    expect(await requestsOf(() => readModel.getSessions(["no id"]))).toEqual([]);
  });

  it("are found by the account that pushes come for, by all users who have connected it", async () => {
    const expected = all.filter(({ accountKey }) => accountKey === "whatsapp#1").map(({ sessionId }) => sessionId);
    expect(expected.length).toBeGreaterThan(3);
    requests = [];
    expect([...(await readModel.findByAccount("whatsapp#1"))].sort()).toEqual([...expected].sort());
    expect(requests).toEqual(["Query", "BatchGetItem"]);
    expect(await requestsOf(() => readModel.findByAccount("whatsapp#nobody"))).toEqual(["Query"]);
    expect(await readModel.findByAccount("whatsapp#nobody")).toEqual([]);
  });

  it("are not counted before the view has begun; then one tally for each service that was ever connected", async () => {
    expect(await readModel.getTallies()).toEqual([]);
    const tallies = ["fax", "gmail"].map(noTally);
    const tallied = (generation: number) =>
      tallies.map((tally) => {
        const { key } = integrationHealthView.itemKey(tally.serviceType, generation);
        return { ...key, ...integrationHealthView.toItem(tally.serviceType, tally) };
      });
    await write("beya-integration-health", [...tallied(2), ...tallied(3).slice(1)]);
    const checkpoint = { processor: "integration-health", partition: "position", heads: [1], revision: 1 };
    await put(db, "processor-checkpoints", { ...checkpoint, generation: 2 });
    requests = [];
    expect(await readModel.getTallies()).toEqual(tallies);
    expect(requests).toEqual(["GetItem", "Query"]);
    // What the server does not know any more is listed nevertheless.
    const fax = aSession({ serviceType: "fax", userId: "user1", status: "PAUSED" });
    await put(db, "beya-integration-sessions", toSessionItem(fax));
    const asked = { filter: { statuses: ["PAUSED"] }, order: "LAST_POLLED_LAST", first: 100 } as const;
    expect((await readModel.listSessions(asked)).rows.map(({ row }) => row)).toContainEqual(fax);
    await remove(db, "beya-integration-sessions", toSessionItem(fax));
  });
});

describe("polls", () => {
  it.each(
    named<Pick<PollQuery, "outcomes">>([
      {},
      { outcomes: ["FAILED"] },
      { outcomes: ["POLLED", "PUSHED"] },
      { outcomes: [] },
    ]),
  )("show what a plain filter shows, those of one instant by version, on any page size: %s", async (_, asked) => {
    const { outcomes = pollOutcomes } = asked;
    const shown = polls.filter(({ outcome }) => outcomes.includes(outcome));
    for (const order of ["NEWEST_FIRST", "OLDEST_FIRST"] as const) {
      for (const first of [1, 7, 100]) {
        const list = { sessionId: "user123#gmail", ...asked, order, first };
        const rows = await allPages((cursor) => readModel.listPolls({ ...list, after: cursor }));
        expect(rows).toEqual(order === "OLDEST_FIRST" ? shown : [...shown].reverse());
      }
    }
  });

  it("cost one request, are of one session, and are not shown once their time is over", async () => {
    const asked = { sessionId: "user123#gmail", order: "NEWEST_FIRST", first: 5 } as const;
    expect(await requestsOf(() => readModel.listPolls(asked))).toEqual(["Query"]);
    for (const sessionId of ["user123#slack", ""]) {
      expect((await readModel.listPolls({ ...asked, sessionId })).rows).toEqual([]);
    }
    const before = now;
    now = addDays(after(100_000), 30);
    expect((await readModel.listPolls(asked)).rows).toEqual([]);
    now = before;
  });
});

describe("dead letters", () => {
  const shown = (statuses: readonly string[]) =>
    letters
      .filter(({ status }) => statuses.includes(status))
      .sort((one, other) => (`${one.at}${one.deadLetterId}` < `${other.at}${other.deadLetterId}` ? -1 : 1));

  it.each<[DeadLetter["status"][] | undefined]>([[undefined], [["OPEN"]], [["DISCARDED", "REDELIVERED"]], [[]]])(
    "are shown oldest first, on any page size: %j",
    async (statuses) => {
      for (const first of [1, 4, 100]) {
        const list = { sessionId: "user123#gmail", statuses, first };
        const rows = await allPages((cursor) => readModel.listDeadLetters({ ...list, after: cursor }));
        expect(rows).toEqual(shown(statuses ?? ["OPEN", "DISCARDED"]));
      }
    },
  );

  it("cost one request, are of one session, and are not shown 30 days after they were closed", async () => {
    const asked = { sessionId: "user123#gmail", first: 3 } as const;
    expect(await requestsOf(() => readModel.listDeadLetters(asked))).toEqual(["Query"]);
    for (const sessionId of ["user123#slack", ""]) {
      expect((await readModel.listDeadLetters({ ...asked, sessionId })).rows).toEqual([]);
    }
    const before = now;
    now = addDays(after(50_000), 30);
    const { rows } = await readModel.listDeadLetters({ ...asked, first: 100 });
    expect(rows.map(({ row }) => row)).toEqual(shown(["OPEN"]));
    now = before;
  });
});
