/**
 * Seed 004 against sessions that came through the ledger: its example queries, as it spells them, with the plain SDK; its item; its
 * indexes; and the defects of the seed that concern the table.
 */
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { GetCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toSessionId } from "../../src/domain/integrations/index.js";
import { toInstant } from "../../src/domain/kernel/time.js";
import type { DynamoDb } from "../../src/store/dynamodb/client.js";
import { ensureTables } from "../../src/store/dynamodb/createTables.js";
import type { EngineOptions } from "../../src/store/engine/index.js";
import { systemClock } from "../../src/server/ledger.js";
import { verified } from "../proofs/support/provenLedger.js";
import { integrationsStore } from "../store/integrations/integrationsStore.js";
import type { IntegrationsStore } from "../store/integrations/integrationsStore.js";
import { startTestEngineOf } from "../support/engine.js";
import type { TestEngine } from "../support/engine.js";
import { seedItem, seedStates, seedTable } from "./example.js";

type Item = Record<string, unknown>;

/** The seed's times as the ledger writes them: with milliseconds. */
const inMilliseconds = (text: string) => text.replace(/Z$/, ".000Z");

const example = {
  ...seedItem,
  createdAt: inMilliseconds(seedItem.createdAt),
  lastPollAt: inMilliseconds(seedItem.lastPollAt),
  serviceState: seedStates.gmail,
};
const start = Date.parse(seedItem.createdAt);
const table = "beya-integration-sessions";

/** Registers the tests. */
export function seedQueries(kind: NonNullable<EngineOptions["kind"]>): void {
  let engine: TestEngine;
  let db: DynamoDb;
  let store: IntegrationsStore;
  let now = example.createdAt;

  const at = (milliseconds: number) => (now = toInstant(start + milliseconds));

  beforeAll(async () => {
    engine = await startTestEngineOf(kind);
    db = engine.db({ tableName: (name) => name });
    await ensureTables(db);
    store = integrationsStore(db, { now: () => now });
    // The seed's example: connected, and polled five minutes later, without anything to say.
    const polled = await store.connect(seedItem.userId);
    await store.connect("user123", { serviceType: "slack", serviceState: seedStates.slack });
    const account = { accountKey: "whatsapp#1234567890", serviceState: seedStates.whatsapp };
    await store.connect("user123", { serviceType: "whatsapp", mode: "PUSH", ...account });
    // Others, which the queries must tell apart.
    await store.connect("never");
    await store.connect("paused");
    await store.tell("paused#gmail", { type: "PauseSession" });
    await store.connect("over");
    await store.tell("over#gmail", { type: "DisconnectSession" });
    at(60_000);
    await store.connect("earlier");
    await store.poll("earlier#gmail");
    at(300_000);
    await store.schedule.showPolled(polled, now);
  }, 120_000);
  afterAll(() => engine.close());

  const query = async (params: QueryCommandInput): Promise<Item[]> =>
    (await db.client.send(new QueryCommand(params))).Items ?? [];

  const named = (items: readonly Item[]) => items.map(({ sessionId }) => sessionId);

  /** The seed's first query. */
  const activeGmail = () => {
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
    return query(params);
  };

  /** Its second. */
  const getSession = async (): Promise<Item | undefined> => {
    const params = {
      TableName: "beya-integration-sessions",
      Key: {
        userId: "user123",
        serviceType: "gmail",
      },
    };
    return (await db.client.send(new GetCommand(params))).Item;
  };

  /** Its third. */
  const ofUser = () => {
    const params = {
      TableName: "beya-integration-sessions",
      KeyConditionExpression: "userId = :userId",
      ExpressionAttributeValues: {
        ":userId": "user123",
      },
    };
    return query(params);
  };

  /** What its second index is for: `true` as a text, since a BOOL is no key (defect B1). */
  const active = () =>
    query({
      TableName: "beya-integration-sessions",
      IndexName: "Active-Sessions-Index",
      KeyConditionExpression: "activeKey = :active",
      ExpressionAttributeValues: { ":active": "true" },
    });

  describe("the example item of seed 004", () => {
    it("has the seed's attributes in the seed's types", async () => {
      expect(await getSession()).toMatchObject(example);
    });

    it("has the seed's service states, each with the members that the seed gives it", async () => {
      const states = (await ofUser()).map((item) => [item["serviceType"], item["serviceState"]]);
      expect(states).toEqual(Object.entries(seedStates).sort());
    });
  });

  describe("the example queries of seed 004, by the plain SDK", () => {
    it("all active Gmail sessions, by when they were polled last", async () => {
      expect(named(await activeGmail())).toEqual(["never#gmail", "earlier#gmail", "user123#gmail"]);
    });

    it("a user's Gmail session", async () => {
      expect((await getSession())?.["sessionId"]).toBe("user123#gmail");
    });

    it("all integrations of a user", async () => {
      expect(named(await ofUser())).toEqual(["user123#gmail", "user123#slack", "user123#whatsapp"]);
    });

    it("all active sessions across services", async () => {
      const found = named(await active());
      expect(found.slice(-2)).toEqual(["earlier#gmail", "user123#gmail"]);
      expect([...found].sort()).toEqual([
        ...["earlier#gmail", "never#gmail", "user123#gmail"],
        ...["user123#slack", "user123#whatsapp"],
      ]);
    });
  });

  describe("the table of seed 004", () => {
    it("has the seed's keys and indexes, but for the one that cannot be (defect B1)", async () => {
      const { Table } = await db.client.send(new DescribeTableCommand({ TableName: table }));
      const keysOf = (schema: readonly { readonly AttributeName?: string | undefined }[] = []) =>
        schema.map(({ AttributeName }) => AttributeName);
      const indexes = Object.fromEntries(
        (Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName = "", KeySchema, Projection }) => [
          IndexName,
          { keys: keysOf(KeySchema), projection: Projection?.ProjectionType },
        ]),
      );
      expect(keysOf(Table?.KeySchema)).toEqual(seedTable.key);
      expect(indexes).toMatchObject({
        "ServiceType-Index": { keys: seedTable.indexes["ServiceType-Index"], projection: "ALL" },
        "Active-Sessions-Index": {
          keys: seedTable.indexes["Active-Sessions-Index"].map((key) => (key === "isActive" ? "activeKey" : key)),
          projection: "ALL",
        },
      });
    });

    it("B1: the seed's `isActive` is a BOOL, for its filter, and no other session is in the index of active ones", async () => {
      for (const item of await active()) expect(item["isActive"]).toBe(true);
      const paused = await query({
        TableName: table,
        KeyConditionExpression: "userId = :userId",
        ExpressionAttributeValues: { ":userId": "paused" },
      });
      expect(paused).toMatchObject([{ isActive: false }]);
      expect(paused[0]).not.toHaveProperty("activeKey");
    });

    it("B2: a session that was never polled is in both indexes, and people are told that it never was", async () => {
      const id = "never#gmail";
      expect([named(await activeGmail()).includes(id), named(await active()).includes(id)]).toEqual([true, true]);
      const [session] = await store.readModel.getSessions([id]);
      expect(session).toMatchObject({ sessionId: id });
      expect(session).not.toHaveProperty("lastPollAt");
    });

    it("B4: a quiet poll writes no event; the row shows it, and is otherwise as it was", async () => {
      const { lastPollAt, ...before } = (await getSession()) ?? {};
      const events = await store.eventsOf("user123#gmail");
      at(360_000);
      const [session] = await store.readModel.getSessions(["user123#gmail"]);
      if (session === undefined) throw new Error("no session");
      await store.schedule.showPolled(session, now);
      const { lastPollAt: shown, ...after } = (await getSession()) ?? {};
      expect([lastPollAt, shown]).toEqual([example.lastPollAt, now]);
      expect(after).toEqual(before);
      expect(await store.eventsOf("user123#gmail")).toEqual(events);
      expect(named(await activeGmail()).at(-1)).toBe("user123#gmail");
    });

    it("B18: a session that is over keeps its row, without state and webhook", async () => {
      const [over] = (
        await query({
          TableName: table,
          KeyConditionExpression: "userId = :userId",
          ExpressionAttributeValues: { ":userId": "over" },
        })
      ).slice(0, 1);
      expect(over).toMatchObject({ isActive: false, webhookUrl: "", serviceState: {} });
      expect(named(await activeGmail())).not.toContain("over#gmail");
    });

    it("B20: what is due is in an index of its own, whatever each session's interval is", async () => {
      const due = (await store.schedule.due(toInstant(start + 300_000), 100)).map(({ sessionId }) => sessionId);
      expect([...due].sort()).toEqual(["earlier#gmail", "never#gmail", "user123#gmail", "user123#slack"]);
    });
  });

  describe("items that people put there by hand, as the seed does", () => {
    it("are found by the seed's queries, shown by no list, and in nobody's way", async () => {
      const Item = { ...seedItem, userId: "byhand", sessionId: toSessionId("byhand", "gmail"), activeKey: "true" };
      await db.client.send(new PutCommand({ TableName: table, Item }));
      expect(named(await activeGmail())).toContain("byhand#gmail");
      expect(named(await active())).toContain("byhand#gmail");
      const page = { order: "LAST_POLLED_FIRST", first: 50 } as const;
      for (const filter of [{ active: true }, { serviceType: "gmail" }, { userId: "byhand" }]) {
        const { rows } = await store.readModel.listSessions({ ...page, filter });
        expect(rows.map(({ row }) => row.sessionId)).not.toContain("byhand#gmail");
      }
      expect(await store.readModel.getSessions(["byhand#gmail"])).toEqual([undefined]);
      // By the time of today: an engine that expires rows by itself may have taken those of the seed's year.
      const { lines, counts } = await verified({ ...store.proofs, clock: systemClock });
      expect(lines.filter((line) => line.startsWith("ROW"))).toEqual([]);
      expect(counts.foreign).toBe(1);
    });
  });
}
