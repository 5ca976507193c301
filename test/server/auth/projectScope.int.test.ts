/** Projects that are not a caller's do not exist for it: not an event, not a batch, not a code or a message tells otherwise. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { subscribeWs, until } from "../../support/graphql/client.js";
import { anonymous, mutateAs, startScopes } from "./support/scopes.js";
import type { Json } from "./support/scopes.js";
import { createWorld, tokenFor } from "./support/world.js";
import type { AuthServer, World } from "./support/world.js";

let server: AuthServer;
let own: World;
let foreign: World;
/** Sees and changes what is of "own". */
let ana: string;
let machine: string;
let admin: string;
beforeAll(async () => {
  ({ server, own, foreign, ana, machine, admin } = await startScopes(["own", "unassigned"]));
});
afterAll(() => server.close());

/** The payload of a mutation. */
const mutate = (token: string, name: string, input: Json, selection = "") =>
  mutateAs(server, token, { name, input, fields: `errors { __typename code message path } ${selection}` });

const nobody = randomUUID();
const never = "batch_20200101_0000";

describe("what is of another project is answered as what does not exist", () => {
  it.each<[string, string, () => string, string]>([
    ["projectEvent", "projectEvent(id: $id) { title }", () => foreign.projectEventId, nobody],
    ["batch", "batch(id: $id) { status }", () => foreign.batchId, never],
    ["project", "project(name: $id) { name }", () => "foreign", "never"],
    ["events of a project", "projectEvents(filter: { project: $id }) { nodes { id } }", () => "foreign", "never"],
    ["events of a batch", "projectEvents(filter: { batchId: $id }) { nodes { id } }", () => foreign.batchId, never],
    ["batches", "batches(filter: { project: $id }) { nodes { id } }", () => "foreign", "never"],
    ["a backtest", "backtestBatchPolicy(project: $id, policy: {}) { events }", () => "foreign", "never"],
  ])("%s", async (_what, field, theirs, none) => {
    const type = field.includes("projectEvents(filter: { project") || field.startsWith("batches(") ? "String" : "ID!";
    const ask = async (id: string) => {
      const { data, errors, status } = await server.ask(ana, `query ($id: ${type}) { ${field} }`, { id });
      return anonymous({ data, errors, status }, id);
    };
    expect(await ask(theirs())).toEqual(await ask(none));
  });

  it("node", async () => {
    const ids = [`ProjectEvent:${foreign.projectEventId}`, `Batch:${foreign.batchId}`, "Project:foreign"];
    for (const text of ids) {
      const id = Buffer.from(text).toString("base64url");
      const { data, errors } = await server.ask(ana, "query ($id: ID!) { node(id: $id) { id } }", { id });
      expect({ data, errors }).toEqual({ data: { node: null } });
    }
  });

  it.each<[string, (id: string) => Json, () => string, string]>([
    [
      "reassignProjectEvent",
      (projectEventId) => ({ projectEventId, project: "own" }),
      () => foreign.projectEventId,
      nobody,
    ],
    ["regenerateSummary", (batchId) => ({ batchId }), () => foreign.batchId, never],
    ["retryBatchPost", (batchId) => ({ batchId }), () => foreign.batchId, never],
    ["setProjectSettings", (project) => ({ project, channel: "#mine" }), () => "foreign", "never"],
    ["flushBatch", (project) => ({ project }), () => "foreign", "never"],
  ])("%s, whatever version is expected", async (name, input, theirs, none) => {
    for (const expectedVersion of name === "flushBatch" ? [undefined] : [undefined, 1, 7]) {
      const [a, b] = [
        await mutate(ana, name, { ...input(theirs()), expectedVersion }),
        await mutate(ana, name, { ...input(none), expectedVersion }),
      ];
      expect(a).toMatchObject({ errors: [{ code: "NOT_FOUND" }] });
      expect(anonymous(a, theirs())).toEqual(anonymous(b, none));
    }
  });

  it.each(["projectActivity(project: $project)", "batchChanged(project: $project)"])("%s", async (field) => {
    const refusal = async (project: string) => {
      const followed = subscribeWs(server.opsledger.http.webSocketUrl, {
        query: `subscription ($project: ID!) { ${field} { position } }`,
        variables: { project },
        connectionParams: { token: ana },
      });
      const { errors = [] } = await followed.next();
      await followed.close();
      return errors;
    };
    const theirs = await refusal("foreign");
    expect(theirs).toMatchObject([{ extensions: { code: "NOT_FOUND", field: "project" } }]);
    expect(anonymous(theirs, "foreign")).toEqual(anonymous(await refusal("never"), "never"));
  });

  it("and leaves a trace that says more", async () => {
    server.denials();
    await server.ask(ana, "query Peek ($id: ID!) { batch(id: $id) { status } }", { id: foreign.batchId });
    await server.ask(ana, '{ project(name: "foreign") { name } }');
    await mutate(ana, "reassignProjectEvent", { projectEventId: foreign.projectEventId, project: "own" });
    await server.ask(ana, "query ($id: ID!) { batch(id: $id) { status } }", { id: never });
    const reason = "FOREIGN_PROJECT";
    expect(server.denials()).toMatchObject([
      { reason, field: "Query.batch", operation: "Peek", entity: "Batch", entityId: foreign.batchId, caller: "ana" },
      { reason, field: "Query.project", entity: "Project", entityId: "foreign" },
      {
        reason,
        field: "Mutation.reassignProjectEvent",
        entity: "ProjectEvent",
        entityId: foreign.projectEventId,
      },
    ]);
  });
});

describe("a caller of some projects", () => {
  it("lists its own only: events, batches, projects, rules", async () => {
    const { data } = await server.ask<Record<string, { nodes: Json[] }>>(
      ana,
      `{ projectEvents { nodes { project { name } } } batches { nodes { project { name } } }
         projects { nodes { name } } assignmentRules { nodes { project { name } } } }`,
    );
    const names = Object.values(data ?? {}).flatMap(({ nodes }) =>
      nodes.map((node) => (node as { project?: { name: string }; name?: string }).project?.name ?? node["name"]),
    );
    expect(new Set(names)).toEqual(new Set(["own"]));
    for (const { nodes } of Object.values(data ?? {})) expect(nodes).not.toEqual([]);
  });

  it("sees nothing of what is unassigned, whatever its token says", async () => {
    const { ingestProjectEvent } =
      (
        await server.ask<{ ingestProjectEvent: { projectEvent: { id: string } } }>(
          admin,
          'mutation { ingestProjectEvent(input: { title: "Whose is it" }) { projectEvent { id } } }',
        )
      ).data ?? {};
    const { data } = await server.ask(
      ana,
      `query ($id: ID!) { projectEvent(id: $id) { title } project(name: "unassigned") { name }
         projectEvents(filter: { project: "unassigned" }) { nodes { id } } }`,
      { id: ingestProjectEvent?.projectEvent.id },
    );
    expect(data).toEqual({ projectEvent: null, project: null, projectEvents: { nodes: [] } });
  });

  it("brings events into its own projects only, and must name one", async () => {
    const forbidden = { errors: [{ code: "FORBIDDEN", path: ["project"] }] };
    expect(await mutate(machine, "ingestProjectEvent", { title: "x", project: "foreign" })).toMatchObject(forbidden);
    expect((await mutate(machine, "ingestProjectEvent", { title: "x" }))["errors"]).toHaveLength(1);
    expect(await mutate(machine, "ingestProjectEvent", { title: "x", project: "own" })).toMatchObject({ errors: [] });
    const many = await mutate(
      machine,
      "ingestProjectEvents",
      {
        events: [
          { title: "x", project: "foreign" },
          { title: "y", project: "own" },
        ],
      },
      "results { errors { code path } projectEvent { project { name } } }",
    );
    expect(many).toMatchObject({
      errors: [],
      results: [
        { errors: [{ code: "FORBIDDEN", path: ["events", "0", "project"] }], projectEvent: null },
        { errors: [], projectEvent: { project: { name: "own" } } },
      ],
    });
  });

  it("moves no event into a project of others", async () => {
    const moved = await mutate(ana, "reassignProjectEvent", { projectEventId: own.projectEventId, project: "foreign" });
    expect(moved).toMatchObject({ errors: [{ code: "FORBIDDEN", path: ["project"] }] });
  });

  it("is told that an event was moved out of its projects, and nothing more of it", async () => {
    const { projects } = server.opsledger.ledger;
    const request = { actor: { kind: "USER", id: "ana" }, scope: "all", correlationId: "moved" } as const;
    const event = { kind: "NOTE", title: "Moved away" } as const;
    const followed = subscribeWs(server.opsledger.http.webSocketUrl, {
      query: `subscription ($after: String) { projectActivity(project: "own", after: $after) {
        change projectEventId projectEvent { title } position } }`,
      variables: { after: own.position },
      connectionParams: { token: ana },
    });
    const { projectEventId } = await projects.ingest(
      { source: "GENERIC", deliveryId: "moved", project: "own", event },
      request,
    );
    await projects.reassign(projectEventId, { project: "foreign" }, request);
    await until(async () => {
      const { data } = await followed.next();
      const message = (data as { projectActivity: Json }).projectActivity;
      if (message["change"] !== "REASSIGNED") return false;
      expect(message).toMatchObject({ projectEventId, projectEvent: null });
      return true;
    });
    await followed.close();
  });

  it("follows the batches of its projects without naming one, and no others", async () => {
    const { projects } = server.opsledger.ledger;
    const request = { actor: { kind: "USER", id: "ana" }, scope: "all", correlationId: "followed" } as const;
    const followed = subscribeWs(server.opsledger.http.webSocketUrl, {
      query: "subscription ($after: String) { batchChanged(after: $after) { batch { project { name } } position } }",
      variables: { after: own.position },
      connectionParams: { token: ana },
    });
    await until(async () => (await projects.flush("foreign", request)).length > 0);
    await projects.ingest(
      { source: "GENERIC", deliveryId: "flushed", project: "own", event: { kind: "NOTE", title: "x" } },
      request,
    );
    let last = "";
    await until(async () => (last = (await projects.flush("own", request))[0]?.batchId ?? "") !== "");
    const { projectViews } = server.opsledger.ledger;
    await until(async () => (await projectViews.getBatches([last]))[0]?.status === "POSTED");
    await until(() => followed.pending.length >= 8);
    for (const { data } of followed.pending) {
      expect(data).toMatchObject({ batchChanged: { batch: { project: { name: "own" } } } });
    }
    await followed.close();
  });
});

describe("a repeat with an idempotency key", () => {
  it.each<[string, Json, Json]>([
    ["regenerateSummary", { reason: "Too short" }, { errors: [{ code: "NOT_FOUND", path: ["batchId"] }] }],
    ["setProjectSettings", { channel: "#ours" }, { errors: [{ code: "NOT_FOUND", path: ["project"] }] }],
  ])("of %s does not show what has left the caller's projects since", async (name, more, refusal) => {
    const lost = await createWorld(server, `lost-${name}`);
    const about = name === "regenerateSummary" ? { batchId: lost.batchId } : { project: lost.service };
    const input = { ...about, ...more, idempotencyKey: `repeat-${name}` };
    const roles = ["RESPONDER"] as const;
    const before = await mutate(await tokenFor(roles, ["own", lost.service]), name, input, "position");
    expect(before).toMatchObject({ errors: [], position: expect.any(String) as string });
    server.denials();
    const after = await mutate(await tokenFor(roles, ["own"]), name, input, "position");
    expect(after).toMatchObject({ ...refusal, position: null });
    expect(server.denials()).toHaveLength(1);
  });
});
