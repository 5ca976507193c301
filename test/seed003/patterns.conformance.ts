/**
 * Seed 003 against incidents that were made through the API: its ten access patterns, as it spells them, with the plain
 * SDK; and the defects of the seed that concern keys, each with what is done about it.
 */
import { randomUUID } from "node:crypto";
import { BatchGetCommand, PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { BatchGetCommandInput, QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ChangeStatusDocument,
  IncidentDocument,
  IncidentsDocument,
  TimelineDocument,
} from "../generated/operations.js";
import type { IncidentFilter } from "../generated/operations.js";
import { ledgerAt, requestBy } from "../support/ledgerAt.js";
import { gql, mutate } from "../support/mutation.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { DeclaredIncident, TestOpsledger } from "../support/opsledger.js";

type Item = Record<string, unknown>;

/** Registers the tests. `environment` chooses the engine. Returns the server that they ask, for tests behind them. */
export function seedPatterns(environment: Readonly<Record<string, string>>): () => TestOpsledger {
  let test: TestOpsledger;
  let outage: DeclaredIncident;
  let refunds: DeclaredIncident;
  let search: DeclaredIncident;
  let firstSecond: DeclaredIncident;
  let lastSecond: DeclaredIncident;
  let dayBefore: DeclaredIncident;
  let dayAfter: DeclaredIncident;
  let known: ReadonlySet<unknown>;

  beforeAll(async () => {
    test = await startTestOpsledger(environment);
    const begun = (occurredAt: string, input: Parameters<TestOpsledger["declare"]>[0] = {}) =>
      test.declare({ title: `Began at ${occurredAt}`, severity: "P3", services: ["clock"], occurredAt, ...input });
    outage = await begun("2025-01-15T10:30:00Z", {
      title: "Payments fail for all customers",
      description: "500 to every charge",
      severity: "P0",
      services: ["payment-service", "checkout"],
      commander: "ana",
    });
    refunds = await begun("2025-01-15T10:30:00.750Z", { severity: "P1", services: ["payment-service"] });
    search = await begun("2025-01-14T09:00:00Z", { severity: "P0", services: ["search"] });
    firstSecond = await begun("2025-01-15T00:00:00.500Z");
    lastSecond = await begun("2025-01-15T23:59:59.900Z");
    dayBefore = await begun("2025-01-14T23:59:59.999Z");
    dayAfter = await begun("2025-01-16T00:00:00.000Z");
    known = new Set(
      [outage, refunds, search, firstSecond, lastSecond, dayBefore, dayAfter].map(({ incidentId }) => incidentId),
    );
    await test.changeStatus(refunds.incidentId, "RESOLVED");
    await test.comment(outage.incidentId, "The vault refuses our certificate", "ben");
    await mutate(test, "assignIncidentRole", { incidentId: outage.incidentId, personId: "ben", role: "RESPONDER" });
    await mutate(test, "assignIncidentRole", { incidentId: outage.incidentId, personId: "ben", role: "SCRIBE" });
    await mutate(test, "attachIncidentSummary", { incidentId: outage.incidentId, text: "Being rolled back" });
  }, 120_000);
  afterAll(() => test.close());

  /** An incident that no other test counts on. */
  const another = (input: Parameters<TestOpsledger["declare"]>[0] = {}) =>
    test.declare({ severity: "P4", services: ["other"], ...input });

  const query = async (params: QueryCommandInput): Promise<Item[]> =>
    (await test.db.client.send(new QueryCommand(params))).Items ?? [];

  /** Pattern 1. */
  const allOf = (incidentId: string) =>
    query({
      TableName: "aegis-incidents",
      KeyConditionExpression: "PK = :pk",
      ExpressionAttributeValues: {
        ":pk": `INCIDENT#${incidentId}`,
      },
    });

  /** Pattern 2, and 3 where a severity is given. */
  const byStatus = (status: string, severity?: string) =>
    query(
      severity === undefined
        ? {
            TableName: "aegis-incidents",
            IndexName: "GSI1",
            KeyConditionExpression: "GSI1PK = :status",
            ExpressionAttributeValues: {
              ":status": `STATUS#${status}`,
            },
          }
        : {
            TableName: "aegis-incidents",
            IndexName: "GSI1",
            KeyConditionExpression: "GSI1PK = :status AND begins_with(GSI1SK, :severity)",
            ExpressionAttributeValues: {
              ":status": `STATUS#${status}`,
              ":severity": `SEVERITY#${severity}`,
            },
          },
    );

  /** Pattern 4. */
  const byUser = (userId: string) =>
    query({
      TableName: "aegis-incidents",
      IndexName: "GSI2",
      KeyConditionExpression: "GSI2PK = :user",
      ExpressionAttributeValues: {
        ":user": `USER#${userId}`,
      },
    });

  /** Pattern 5. */
  const byService = (service: string) =>
    query({
      TableName: "aegis-incidents",
      IndexName: "GSI2",
      KeyConditionExpression: "GSI2PK = :service",
      ExpressionAttributeValues: {
        ":service": `SERVICE#${service}`,
      },
      ScanIndexForward: false,
    });

  /** Pattern 6. */
  const ofDay = (day: string) =>
    query({
      TableName: "aegis-incidents",
      IndexName: "GSI3",
      KeyConditionExpression: "GSI3PK = :date AND GSI3SK BETWEEN :start AND :end",
      ExpressionAttributeValues: {
        ":date": `DATE#${day}`,
        ":start": `TIME#${day}T00:00:00Z`,
        ":end": `TIME#${day}T23:59:59Z`,
      },
    });

  /** Pattern 7. */
  const updateStatus = (incidentId: string) =>
    test.db.client.send(
      new UpdateCommand({
        TableName: "aegis-incidents",
        Key: {
          PK: `INCIDENT#${incidentId}`,
          SK: "METADATA",
        },
        UpdateExpression: "SET #status = :status, updated_at = :timestamp, GSI1PK = :gsi1pk",
        ExpressionAttributeNames: {
          "#status": "status",
        },
        ExpressionAttributeValues: {
          ":status": "RESOLVED",
          ":timestamp": new Date().toISOString(),
          ":gsi1pk": "STATUS#RESOLVED",
        },
      }),
    );

  /** Pattern 8. */
  const addEvent = (incidentId: string, timestamp: string, eventId: string) =>
    test.db.client.send(
      new PutCommand({
        TableName: "aegis-incidents",
        Item: {
          PK: `INCIDENT#${incidentId}`,
          SK: `EVENT#${timestamp}#${eventId}`,
          type: "STATUS_CHANGED",
          description: "Status changed to RESOLVED",
          timestamp: timestamp,
          source: "System",
        },
      }),
    );

  /** Pattern 9. */
  const batchOf = async (incidentIds: readonly string[]): Promise<Item[]> => {
    const params: BatchGetCommandInput = {
      RequestItems: {
        "aegis-incidents": {
          Keys: incidentIds.map((id) => ({
            PK: `INCIDENT#${id}`,
            SK: "METADATA",
          })),
        },
      },
    };
    return (await test.db.client.send(new BatchGetCommand(params))).Responses?.["aegis-incidents"] ?? [];
  };

  /** Pattern 10. */
  const countOf = async (status: string) => {
    const params: QueryCommandInput = {
      TableName: "aegis-incidents",
      IndexName: "GSI1",
      KeyConditionExpression: "GSI1PK = :status",
      ExpressionAttributeValues: {
        ":status": `STATUS#${status}`,
      },
      Select: "COUNT",
    };
    return (await test.db.client.send(new QueryCommand(params))).Count;
  };

  const idsOf = (items: readonly Item[]) => items.map((item) => item["id"]);
  const sortKeysOf = (items: readonly Item[]) => items.map((item) => String(item["SK"]));
  const metadataOf = async (incidentId: string): Promise<Item> => {
    const [item] = await batchOf([incidentId]);
    if (item === undefined) throw new Error("no METADATA row");
    return item;
  };
  const listed = async (filter: IncidentFilter, orderBy: "NEWEST_FIRST" | "OLDEST_FIRST" = "OLDEST_FIRST") =>
    (await test.run(IncidentsDocument, { filter, first: 100, orderBy })).incidents.nodes.map((node) => node.incidentId);

  describe("the access patterns of seed 003, by the plain SDK", () => {
    it("1: all data of an incident comes in one query", async () => {
      const items = await allOf(outage.incidentId);
      const kinds = new Map<string, number>();
      for (const key of sortKeysOf(items)) {
        const kind = key.split("#")[0] ?? "";
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      }
      expect(Object.fromEntries(kinds)).toEqual({
        COMMENT: 1,
        // Declared, commander, comment, two roles, summary.
        EVENT: 6,
        METADATA: 1,
        SERVICE: 1,
        SUMMARY: 1,
        USER: 2,
      });
    });

    it("2: incidents by status come most severe first", async () => {
      const open = await byStatus("OPEN");
      expect(idsOf(open).filter((id) => known.has(id))).toEqual(
        [search, outage, dayBefore, firstSecond, lastSecond, dayAfter].map(({ incidentId }) => incidentId),
      );
      expect(open.map((item) => item["status"])).toEqual(open.map(() => "OPEN"));
      expect(idsOf(await byStatus("RESOLVED")).filter((id) => known.has(id))).toEqual([refunds.incidentId]);
    });

    it("3: incidents by status and severity", async () => {
      expect(idsOf(await byStatus("OPEN", "P0"))).toEqual([search.incidentId, outage.incidentId]);
      expect(idsOf(await byStatus("OPEN", "P1"))).toEqual([]);
      expect(idsOf(await byStatus("RESOLVED", "P1"))).toEqual([refunds.incidentId]);
    });

    it("4: the incidents of a user", async () => {
      expect(await byUser("ana")).toMatchObject([{ PK: `INCIDENT#${outage.incidentId}`, SK: "USER#ana" }]);
      expect(await byUser("nobody")).toEqual([]);
    });

    it("5: the incidents of a service, most recent first", async () => {
      expect(idsOf(await byService("payment-service"))).toEqual([refunds.incidentId, outage.incidentId]);
    });

    it("6: the incidents of a day, from its first to its last second", async () => {
      expect(idsOf(await ofDay("2025-01-15")).sort()).toEqual(
        [firstSecond, outage, refunds, lastSecond].map(({ incidentId }) => incidentId).sort(),
      );
      expect(idsOf(await ofDay("2025-01-14"))).toEqual([search.incidentId, dayBefore.incidentId]);
    });

    it("7: an update of the status by hand holds in the table until the next command writes what the log says", async () => {
      const { incidentId } = await another();
      await updateStatus(incidentId);
      expect(idsOf(await byStatus("RESOLVED", "P4"))).toEqual([incidentId]);
      const { changeIncidentStatus } = await test.run(ChangeStatusDocument, {
        input: { incidentId, to: "ACKNOWLEDGED" },
      });
      expect(changeIncidentStatus).toMatchObject({ errors: [], incident: { status: "ACKNOWLEDGED", version: 2 } });
      expect(idsOf(await byStatus("RESOLVED", "P4"))).toEqual([]);
      expect(await metadataOf(incidentId)).toMatchObject({ status: "ACKNOWLEDGED", GSI1PK: "STATUS#ACKNOWLEDGED" });
      const { incident } = await test.run(TimelineDocument, { id: incidentId });
      expect(incident?.timeline.nodes.map(({ kind }) => kind)).toEqual(["DECLARED", "STATUS_CHANGED"]);
    });

    it("8: an entry that was put by hand is in the table, and on no timeline: the log does not have it", async () => {
      const { incidentId } = await another();
      await addEvent(incidentId, "2025-01-15T11:00:00.000Z", randomUUID());
      await addEvent(incidentId, "2999-01-15T11:00:00Z", "evt-1");
      expect(sortKeysOf(await allOf(incidentId)).filter((key) => key.startsWith("EVENT#"))).toHaveLength(3);
      await test.comment(incidentId, "still here");
      for (const orderBy of ["OLDEST_FIRST", "NEWEST_FIRST"] as const) {
        const { incident } = await test.run(TimelineDocument, { id: incidentId, orderBy, first: 1 });
        expect(incident?.timeline).toMatchObject({ nodes: [{}], pageInfo: { hasNextPage: true } });
        const all = await test.run(TimelineDocument, { id: incidentId, orderBy, first: 100 });
        expect(all.incident?.timeline.nodes.map(({ kind }) => kind).sort()).toEqual(["COMMENT_ADDED", "DECLARED"]);
      }
    });

    it("8: an entry that was put by hand does not keep ended incidents from their retention", async () => {
      const { incidentId } = await another();
      await addEvent(incidentId, "2025-01-15T11:00:00.000Z", "evt-2");
      await test.comment(incidentId, "expires");
      await test.changeStatus(incidentId, "CANCELLED");
      await test.opsledger.ledger.retention.run();
      const rows = await allOf(incidentId);
      expect(rows.find(({ SK }) => String(SK).startsWith("COMMENT#"))).toHaveProperty("ttl");
      expect(rows.find(({ SK }) => String(SK).endsWith("#evt-2"))).not.toHaveProperty("ttl");
    });

    it("9: several incidents in one batch", async () => {
      const items = await batchOf([search.incidentId, outage.incidentId]);
      expect(idsOf(items).sort()).toEqual([outage.incidentId, search.incidentId].sort());
      expect(items.find(({ id }) => id === outage.incidentId)).toMatchObject({
        title: "Payments fail for all customers",
      });
    });

    it("10: incidents counted by status", async () => {
      const counts = gql<{ incidentCounts: { status: string; count: number }[] }>(
        "{ incidentCounts { status count } }",
      );
      const asked = async () => {
        const { incidentCounts } = await test.run(counts, {});
        return Object.fromEntries(incidentCounts.map(({ status, count }) => [status, count]));
      };
      const counted: Record<string, number | undefined> = {};
      for (const status of Object.keys(await asked())) counted[status] = await countOf(status);
      // The view is fed from the change feed, a moment behind.
      await expect.poll(asked, { timeout: 10_000 }).toEqual(counted);
      expect(await countOf("OPEN")).toBeGreaterThan(0);
    });
  });

  describe("defects of seed 003 that concern keys", () => {
    it("A1: every incident has its day and second in GSI3", async () => {
      expect(await metadataOf(firstSecond.incidentId)).toMatchObject({
        GSI3PK: "DATE#2025-01-15",
        GSI3SK: "TIME#2025-01-15T00:00:00Z",
      });
    });

    it("A2: the first and the last second of a day belong to the day, and no second of its neighbours", async () => {
      const day = idsOf(await ofDay("2025-01-15"));
      expect(day).toContain(firstSecond.incidentId);
      expect(day).toContain(lastSecond.incidentId);
      expect(day).not.toContain(dayBefore.incidentId);
      expect(day).not.toContain(dayAfter.incidentId);
    });

    it("A2: incidents of one second are all found", async () => {
      const day = await ofDay("2025-01-15");
      const sameSecond = day.filter(({ GSI3SK }) => GSI3SK === "TIME#2025-01-15T10:30:00Z");
      expect(idsOf(sameSecond).sort()).toEqual([outage.incidentId, refunds.incidentId].sort());
    });

    it("A3: GSI3 carries what a list shows, and follows each change of it", async () => {
      const { incidentId } = await test.declare({
        title: "Before",
        severity: "P4",
        services: ["first"],
        occurredAt: "2025-03-03T03:03:03Z",
      });
      expect(await ofDay("2025-03-03")).toEqual([
        {
          PK: `INCIDENT#${incidentId}`,
          SK: "METADATA",
          GSI3PK: "DATE#2025-03-03",
          GSI3SK: "TIME#2025-03-03T03:03:03Z",
          id: incidentId,
          title: "Before",
          status: "OPEN",
          severity: "P4",
          service: "first",
          created_at: "2025-03-03T03:03:03.000Z",
        },
      ]);
      await mutate(test, "editIncident", { incidentId, title: "After" });
      await mutate(test, "changeIncidentSeverity", { incidentId, to: "P3", reason: "worse" });
      await mutate(test, "addIncidentService", { incidentId, service: "second" });
      await mutate(test, "removeIncidentService", { incidentId, service: "first" });
      await test.changeStatus(incidentId, "INVESTIGATING");
      expect(await ofDay("2025-03-03")).toMatchObject([
        { title: "After", status: "INVESTIGATING", severity: "P3", service: "second" },
      ]);
    });

    it("A4: the day is that of UTC, and the API lists several days in one go", async () => {
      const { incidentId } = await another({ occurredAt: "2025-04-02T00:30:00+01:00" });
      expect(idsOf(await ofDay("2025-04-01"))).toEqual([incidentId]);
      expect(idsOf(await ofDay("2025-04-02"))).toEqual([]);
      expect(await listed({ from: "2025-01-14T23:59:59.999Z", until: "2025-01-16T00:00:00.001Z" })).toEqual(
        [dayBefore, firstSecond, outage, refunds, lastSecond, dayAfter].map((incident) => incident.incidentId),
      );
    });

    it("A5: two comments and two summaries of one millisecond are two rows each", async () => {
      const { incidentId } = await another();
      const now = "2030-01-01T00:00:00.000Z";
      const ledger = ledgerAt(now, { db: test.db, engine: test.opsledger.engine, dataDir: test.dataDir });
      for (const text of ["one", "two"]) {
        await ledger.incidents.addComment(incidentId, { text }, requestBy("ana"));
        await ledger.incidents.attachSummary(incidentId, { text }, requestBy("ana"));
      }
      await ledger.close();
      const rows = await allOf(incidentId);
      for (const kind of ["COMMENT", "SUMMARY"]) {
        const found = rows.filter(({ SK }) => String(SK).startsWith(`${kind}#${now}#`));
        expect(found.map(({ text }) => text)).toEqual(["one", "two"]);
      }
    });

    it("A6: the prefix SEVERITY#P1 finds P1 only, for there are no severities of two digits", async () => {
      const severities = (await byStatus("RESOLVED", "P1")).map(({ severity }) => severity);
      expect(new Set(severities)).toEqual(new Set(["P1"]));
      const { errors } = await test.send(
        gql(`mutation { declareIncident(input: { title: "x", services: ["x"], severity: P10 }) { position } }`),
        {},
      );
      expect(errors?.[0]?.message).toContain("P10");
    });

    it("A7: pattern 7 on an unknown id leaves a ghost in the table, which the API never shows", async () => {
      const incidentId = randomUUID();
      const counts = gql<{ incidentCounts: unknown }>("{ incidentCounts { status count } }");
      const settled = async () =>
        (await test.opsledger.ledger.control.list()).every(({ lagEvents }) => lagEvents === 0);
      await expect.poll(settled, { timeout: 10_000 }).toBe(true);
      const before = await test.run(counts, {});
      await updateStatus(incidentId);
      expect(await batchOf([incidentId])).toMatchObject([{ status: "RESOLVED" }]);
      expect(await test.run(IncidentDocument, { id: incidentId })).toEqual({ incident: null });
      expect(await listed({ status: ["RESOLVED"] })).not.toContain(incidentId);
      expect(await listed({})).not.toContain(incidentId);
      expect(await test.run(counts, {})).toEqual(before);
      const { changeIncidentStatus } = await test.run(ChangeStatusDocument, { input: { incidentId, to: "CLOSED" } });
      expect(changeIncidentStatus).toMatchObject({
        incident: null,
        position: null,
        errors: [{ code: "NOT_FOUND", path: ["incidentId"] }],
      });
    });

    it("A8: another severity moves the incident in GSI1", async () => {
      const { incidentId } = await another();
      await mutate(test, "changeIncidentSeverity", { incidentId, to: "P2", reason: "worse" });
      expect(await metadataOf(incidentId)).toMatchObject({ GSI1SK: `SEVERITY#P2#INCIDENT#${incidentId}` });
      expect(idsOf(await byStatus("OPEN", "P2"))).toEqual([incidentId]);
      expect(idsOf(await byStatus("OPEN", "P4"))).not.toContain(incidentId);
    });

    it("A9: pattern 4 returns who takes part; pattern 9 on its ids, as the API does it, returns the incidents", async () => {
      const ids = (await byUser("ben")).map(({ GSI2SK }) => String(GSI2SK).replace("INCIDENT#", ""));
      expect(idsOf(await batchOf(ids))).toEqual([outage.incidentId]);
      const { incidents } = await test.run(IncidentsDocument, { filter: { participant: "ben" } });
      expect(incidents.nodes).toMatchObject([{ incidentId: outage.incidentId, title: outage.title }]);
    });

    it("A10: the read model takes no ids, many ids, an id twice and unknown ids, and keeps their order", async () => {
      const { incidentViews } = test.opsledger.ledger;
      await expect(batchOf([])).rejects.toThrow();
      await expect(batchOf([outage.incidentId, outage.incidentId])).rejects.toThrow();
      expect(await incidentViews.getIncidents([])).toEqual([]);
      const unknown = Array.from({ length: 120 }, () => randomUUID());
      const asked = [search.incidentId, ...unknown, outage.incidentId, search.incidentId];
      const found = await incidentViews.getIncidents(asked);
      expect(found.map((incident) => incident?.incidentId)).toEqual([
        search.incidentId,
        ...unknown.map(() => undefined),
        outage.incidentId,
        search.incidentId,
      ]);
    });

    it("A12: an incident's rows come in the order COMMENT, EVENT, METADATA, SERVICE, SUMMARY, USER", async () => {
      const kinds = sortKeysOf(await allOf(outage.incidentId)).map((key) => key.split("#")[0]);
      expect([...new Set(kinds)]).toEqual(["COMMENT", "EVENT", "METADATA", "SERVICE", "SUMMARY", "USER"]);
      expect(kinds).toEqual([...kinds].sort());
    });

    it("A13: a status is one partition, as the patterns ask it", async () => {
      expect(new Set((await byStatus("OPEN")).map(({ GSI1PK }) => GSI1PK))).toEqual(new Set(["STATUS#OPEN"]));
    });

    it("A14: an incident is found under each of its services", async () => {
      expect(await byService("checkout")).toMatchObject([{ id: outage.incidentId, SK: "SERVICE#checkout" }]);
      expect(await listed({ service: "checkout" })).toEqual([outage.incidentId]);
    });

    it("A14: a service that is renamed is found by its new name only, be it the first or another", async () => {
      const { incidentId } = await another({ services: ["main-old", "side-old"] });
      const rename = async (from: string, to: string) => {
        await mutate(test, "addIncidentService", { incidentId, service: to });
        await mutate(test, "removeIncidentService", { incidentId, service: from });
      };
      await rename("main-old", "main-new");
      await rename("side-old", "side-new");
      for (const service of ["main-old", "side-old"]) expect(await byService(service)).toEqual([]);
      for (const service of ["main-new", "side-new"]) {
        expect(idsOf(await byService(service))).toEqual([incidentId]);
        expect(await listed({ service })).toEqual([incidentId]);
      }
    });

    it("A16: the rows of a live incident have no ttl; those of an ended one have it, in seconds", async () => {
      const { incidentId } = await another();
      await test.comment(incidentId, "old, but the incident is open");
      await test.opsledger.ledger.retention.run();
      for (const row of await allOf(incidentId)) expect(row).not.toHaveProperty("ttl");
      await test.changeStatus(incidentId, "CANCELLED");
      await test.opsledger.ledger.retention.run();
      const comment = (await allOf(incidentId)).find(({ SK }) => String(SK).startsWith("COMMENT#"));
      expect(Number(comment?.["ttl"]) * 1000).toBeGreaterThan(Date.now() + 89 * 86_400_000);
      expect(Number(comment?.["ttl"]) * 1000).toBeLessThan(Date.now() + 91 * 86_400_000);
    });

    it("A20: a person with several roles is one row with all of them", async () => {
      expect(await byUser("ben")).toMatchObject([{ user_id: "ben", roles: ["RESPONDER", "SCRIBE"] }]);
    });

    it("A21: GSI2 sorts services by ISO time and users by incident; ids with # are refused", async () => {
      const times = (await byService("clock")).map(({ GSI2SK }) => GSI2SK);
      expect(times).toEqual([
        "2025-01-16T00:00:00.000Z",
        "2025-01-15T23:59:59.900Z",
        "2025-01-15T00:00:00.500Z",
        "2025-01-14T23:59:59.999Z",
      ]);
      expect((await byUser("ana")).map(({ GSI2SK }) => GSI2SK)).toEqual([`INCIDENT#${outage.incidentId}`]);
      await expect(test.declare({ services: ["a#b"] })).rejects.toThrow("must be a service name");
      await expect(test.declare({ commander: "a#b" })).rejects.toThrow("must be a person id");
    });

    it("A22: METADATA carries the attributes that the seed's readers look for", async () => {
      expect(await metadataOf(outage.incidentId)).toMatchObject({
        id: outage.incidentId,
        number: outage.number,
        title: "Payments fail for all customers",
        description: "500 to every charge",
        status: "OPEN",
        severity: "P0",
        service: "payment-service",
        services: ["payment-service", "checkout"],
        created_at: "2025-01-15T10:30:00.000Z",
      });
    });

    it("A24: an entry says who did it, by what request, and whether that was the system", async () => {
      const { incidentId } = await another();
      await test.comment(incidentId, "hello", "emi");
      const entries = (await allOf(incidentId)).filter(({ SK }) => String(SK).startsWith("EVENT#"));
      expect(entries).toMatchObject([
        { type: "DECLARED", source: "User" },
        {
          type: "COMMENT_ADDED",
          source: "User",
          actor: "emi",
          actor_kind: "USER",
          correlation_id: expect.any(String) as string,
        },
      ]);
    });

    it("A27: an incident has a number that people can say, and is found by it", async () => {
      expect(await metadataOf(outage.incidentId)).toMatchObject({ number: outage.number });
      expect(outage.reference).toBe(`INC-${outage.number}`);
      expect((await test.run(IncidentDocument, { id: outage.reference })).incident?.incidentId).toBe(outage.incidentId);
    });
  });
  return () => test;
}
