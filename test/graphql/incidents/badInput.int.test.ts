/** Bad input gets a typed answer that names the field; never a 5xx, and nothing is written. */
import { parse } from "graphql";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import {
  ChangeStatusDocument,
  DeclareIncidentDocument,
  IncidentDocument,
  IncidentsDocument,
  TimelineDocument,
} from "../../generated/operations.js";
import type { DeclareIncidentInput, IncidentFilter } from "../../generated/operations.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";

type Json = Record<string, unknown>;
const gql = (text: string) => parse(text) as TypedDocumentNode<Record<string, Json>, Json>;
const unknownId = "01943a5c-0000-7000-8000-00000000dead";
const valid: DeclareIncidentInput = { title: "Payments fail", severity: "P1", services: ["payments"] };

let test: TestOpsledger;
beforeAll(async () => {
  test = await startTestOpsledger();
});
afterAll(() => test.close());

/** How many commits and records the log has. */
async function written(): Promise<number> {
  const { Count = 0 } = await test.db.client.send(
    new ScanCommand({ TableName: "domain-events", Select: "COUNT", Limit: 5_000 }),
  );
  return Count;
}

/** Runs something that must write nothing. */
async function unchanged<T>(run: () => Promise<T>): Promise<T> {
  const before = await written();
  const result = await run();
  expect(await written()).toBe(before);
  return result;
}

describe("a mutation with bad input writes nothing and names the field", () => {
  it.each<[string, Json, string[]]>([
    ["an empty title", { title: " " }, ["title"]],
    ["an over-long title", { title: "x".repeat(201) }, ["title"]],
    ["no service", { services: [] }, ["services"]],
    ["a service with #", { services: ["a#b"] }, ["services", "0"]],
    ["a commander with #", { commander: "a#b" }, ["commander"]],
    ["a time in the future", { occurredAt: "2999-01-01T00:00:00Z" }, ["occurredAt"]],
    [
      "a label twice",
      {
        labels: [
          { key: "a", value: "1" },
          { key: "a", value: "2" },
        ],
      },
      ["labels"],
    ],
    ["an empty idempotency key", { idempotencyKey: "" }, ["idempotencyKey"]],
  ])("%s", async (_name, more, path) => {
    const { declareIncident } = await unchanged(() =>
      test.run(DeclareIncidentDocument, { input: { ...valid, ...more } }),
    );
    expect(declareIncident).toMatchObject({ incident: null, position: null, errors: [{ code: "VALIDATION", path }] });
  });

  it("every problem at once", async () => {
    const { declareIncident } = await test.run(DeclareIncidentDocument, {
      input: { ...valid, title: "", services: ["#"] },
    });
    expect(declareIncident.errors.map(({ path }) => path)).toEqual([["title"], ["services", "0"]]);
  });

  it("an unknown incident", async () => {
    for (const incidentId of [unknownId, "INC-999999"]) {
      const { changeIncidentStatus } = await unchanged(() =>
        test.run(ChangeStatusDocument, { input: { incidentId, to: "RESOLVED" } }),
      );
      expect(changeIncidentStatus).toMatchObject({
        incident: null,
        errors: [{ code: "NOT_FOUND", path: ["incidentId"], entity: "Incident", missingId: incidentId }],
      });
    }
  });

  it("an id that is none", async () => {
    for (const incidentId of ["a#b", "", "INC-0", "../../etc"]) {
      const { changeIncidentStatus } = await unchanged(() =>
        test.run(ChangeStatusDocument, { input: { incidentId, to: "RESOLVED" } }),
      );
      expect(changeIncidentStatus).toMatchObject({ errors: [{ code: "VALIDATION", path: ["incidentId"] }] });
    }
  });

  it("a wrong transition, with what is allowed", async () => {
    const { incidentId } = await test.declare();
    const { changeIncidentStatus } = await unchanged(() =>
      test.run(ChangeStatusDocument, { input: { incidentId, to: "CLOSED" } }),
    );
    expect(changeIncidentStatus.errors).toEqual([
      expect.objectContaining({
        code: "INVALID_TRANSITION",
        path: ["to"],
        from: "OPEN",
        to: "CLOSED",
        allowed: ["ACKNOWLEDGED", "INVESTIGATING", "MITIGATED", "RESOLVED", "CANCELLED"],
      }),
    ]);
  });

  it("a stale expectedVersion, with both versions", async () => {
    const { incidentId } = await test.declare();
    await test.comment(incidentId, "moves it to version 2");
    const { changeIncidentStatus } = await unchanged(() =>
      test.run(ChangeStatusDocument, { input: { incidentId, to: "RESOLVED", expectedVersion: 1 } }),
    );
    expect(changeIncidentStatus.errors).toEqual([
      expect.objectContaining({ code: "VERSION_CONFLICT", path: ["expectedVersion"], expected: 1, actual: 2 }),
    ]);
    const right = await test.run(ChangeStatusDocument, { input: { incidentId, to: "RESOLVED", expectedVersion: 2 } });
    expect(right.changeIncidentStatus).toMatchObject({ errors: [], incident: { version: 3 } });
  });

  it("ids of comments and entries that are none, or not there", async () => {
    const document = gql(
      `mutation ($id: ID!) { deleteIncidentComment(input: { commentId: $id }) { errors { code path } } }`,
    );
    const forged = Buffer.from(`Comment:${unknownId}/2025-01-15T10:00:00.000Z/${unknownId}`).toString("base64url");
    const misshapen = Buffer.from(`Comment:${unknownId}/2025/x`).toString("base64url");
    expect(await unchanged(() => test.run(document, { id: forged }))).toMatchObject({
      deleteIncidentComment: { errors: [{ code: "NOT_FOUND" }] },
    });
    for (const id of [misshapen, "nonsense", Buffer.from(`Incident:${unknownId}`).toString("base64url")]) {
      expect(await unchanged(() => test.run(document, { id }))).toMatchObject({
        deleteIncidentComment: { errors: [{ code: "VALIDATION", path: ["commentId"] }] },
      });
    }
  });

  it.each([
    ["above the limit", "x".repeat(200_001)],
    ["of nothing but spaces", "  \n"],
    ["with half a character", "x\ud800"],
  ])("a post-mortem %s", async (_name, content) => {
    const { incidentId } = await test.declare();
    const document = gql(
      `mutation ($input: AttachPostmortemInput!) { attachPostmortem(input: $input) { errors { code path } } }`,
    );
    const answer = await unchanged(() => test.run(document, { input: { incidentId, title: "x", content } }));
    expect(answer).toEqual({ attachPostmortem: { errors: [{ code: "VALIDATION", path: ["content"] }] } });
  });
});

describe("a query with bad arguments", () => {
  const refusal = async <D, V>(document: TypedDocumentNode<D, V>, variables: V) => {
    const { status, errors } = await test.send(document, variables);
    expect(status).toBeLessThan(500);
    return errors?.[0]?.extensions;
  };

  it("is refused for a page size out of bounds", async () => {
    for (const first of [0, -1, 101, 1000]) {
      expect(await refusal(IncidentsDocument, { first, orderBy: "NEWEST_FIRST" })).toMatchObject({
        code: "BAD_USER_INPUT",
        field: "first",
      });
    }
  });

  it("is refused for a cursor that was altered, or is of another list", async () => {
    await Promise.all([test.declare(), test.declare()]);
    const { incidents } = await test.run(IncidentsDocument, { first: 1, orderBy: "NEWEST_FIRST" });
    const cursor = incidents.pageInfo.endCursor ?? "";
    const altered = `${cursor.startsWith("A") ? "B" : "A"}${cursor.slice(1)}`;
    for (const after of ["", "nonsense", `${cursor}A`, altered]) {
      expect(await refusal(IncidentsDocument, { first: 1, after, orderBy: "NEWEST_FIRST" })).toMatchObject({
        code: "BAD_USER_INPUT",
        field: "after",
      });
    }
    expect(await refusal(IncidentsDocument, { first: 1, after: cursor, orderBy: "OLDEST_FIRST" })).toMatchObject({
      field: "after",
    });
  });

  it("is refused for a date without a zone", async () => {
    const { id } = await test.declare();
    for (const since of ["2025-01-15T10:00:00", "2025-01-15", "yesterday", "2025-02-30T00:00:00Z"]) {
      expect(
        await refusal(TimelineDocument, {
          id,
          since,
          first: 20,
          orderBy: "OLDEST_FIRST",
          includeMerged: false,
          keyMomentsOnly: false,
        }),
      ).toMatchObject({ code: "BAD_USER_INPUT" });
    }
  });

  it("is refused for filters that no key can hold", async () => {
    expect(
      await refusal(IncidentsDocument, { filter: { service: "a#b" }, first: 20, orderBy: "NEWEST_FIRST" }),
    ).toMatchObject({ field: "filter.service" });
    expect(
      await refusal(IncidentsDocument, { filter: { participant: "" }, first: 20, orderBy: "NEWEST_FIRST" }),
    ).toMatchObject({ field: "filter.participant" });
  });

  it.each<[string, IncidentFilter]>([
    ["filter.until", { from: "2025-01-16T00:00:00Z", until: "2025-01-15T00:00:00Z" }],
    ["filter.until", { from: "2025-01-16T00:00:00Z", until: "2025-01-16T00:00:00Z" }],
    ["filter.status", { status: [] }],
    ["filter.severity", { severity: [] }],
    ["filter.labels", { labels: [] }],
  ])("is refused for a %s with which nothing can match", async (field, filter) => {
    const refused = await refusal(IncidentsDocument, { filter, first: 20, orderBy: "NEWEST_FIRST" });
    expect(refused).toMatchObject({ code: "BAD_USER_INPUT", field });
  });

  it("answers null for what does not exist", async () => {
    for (const id of [unknownId, "INC-999999"])
      expect(await test.run(IncidentDocument, { id })).toEqual({ incident: null });
  });

  it("is refused for an id that is none", async () => {
    expect(await refusal(IncidentDocument, { id: "a#b" })).toMatchObject({ code: "BAD_USER_INPUT", field: "id" });
    expect(await refusal(gql(`query ($id: ID!) { node(id: $id) { id } }`), { id: "nonsense" })).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "id",
    });
  });
});
