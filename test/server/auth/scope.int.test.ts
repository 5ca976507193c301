/** What belongs to no project of a caller does not exist for it: not a field, not a code, not a message tells otherwise. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { subscribeWs } from "../../support/graphql/client.js";
import type { WireError } from "../../support/graphql/client.js";
import { anonymous, mutateAs } from "./support/scopes.js";
import type { Json } from "./support/scopes.js";
import { createWorld, startAuthServer, tokenFor } from "./support/world.js";
import type { AuthServer, World } from "./support/world.js";

let server: AuthServer;
let own: World;
let foreign: World;
/** May change what is of "own" and "own-2". */
let ana: string;
let admin: string;
beforeAll(async () => {
  server = await startAuthServer({ RATE_LIMIT_PER_MINUTE: "0" });
  own = await createWorld(server, "own");
  foreign = await createWorld(server, "foreign");
  ana = await tokenFor(["RESPONDER"], ["own", "own-2", "own-3"]);
  admin = await tokenFor(["ADMIN"]);
});
afterAll(() => server.close());

interface Payload {
  readonly errors: readonly Json[];
  readonly incident: { readonly incidentId: string; readonly reference: string; readonly services: string[] } | null;
  readonly entry: Json | null;
  readonly position: string | null;
}

/** The payload of a mutation. */
async function mutate(token: string, name: string, input: Json): Promise<Payload> {
  const fields = `position errors { __typename code message path ... on NotFoundError { entity missingId } }
    incident { incidentId reference services } entry { description }`;
  return mutateAs<Payload>(server, token, { name, input, fields });
}

const declare = async (token: string, services: string[], more: Json = {}) => {
  const payload = await mutate(token, "declareIncident", { title: "It fails", severity: "P1", services, ...more });
  if (payload.incident === null) throw new Error(JSON.stringify(payload.errors));
  return { ...payload.incident, position: payload.position };
};

describe("an incident of others is answered as one that does not exist", () => {
  const nobody = randomUUID();
  const nowhere = 999_999;

  it.each([
    ["incident", "query ($id: ID!) { incident(id: $id) { title } }"],
    ["incident by reference", "query ($reference: ID!) { incident(id: $reference) { title } }"],
    ["incident as it was", "query ($id: ID!) { incident(id: $id, asOf: { version: 1 }) { title } }"],
    ["incident as it never was", "query ($id: ID!) { incident(id: $id, asOf: { version: 1000 }) { title } }"],
    ["incidentByNumber", "query ($number: Int!) { incidentByNumber(number: $number) { title } }"],
    ["incidentRecords", "query ($id: ID!) { incidentRecords(incidentId: $id) { nodes { __typename } } }"],
    [
      "incidentRecords by reference",
      "query ($reference: ID!) { incidentRecords(incidentId: $reference) { nodes { __typename } } }",
    ],
    [
      "incidentRecords as they were",
      "query ($id: ID!) { incidentRecords(incidentId: $id, asOf: { version: 1000 }) { nodes { __typename } } }",
    ],
    ["incidentHistory", "query ($id: ID!) { incidentHistory(id: $id) { toVersion } }"],
    ["incidentHistory by reference", "query ($reference: ID!) { incidentHistory(id: $reference) { toVersion } }"],
    ["node", "query ($id: ID!) { node(id: $id) { id } }"],
    [
      "incidentHistory to a version",
      "query ($id: ID!) { incidentHistory(id: $id, to: { version: 1000 }) { toVersion } }",
    ],
  ])("%s", async (_what, query) => {
    const used = query.slice(0, query.indexOf("{"));
    const variables = (id: string, number: number) =>
      Object.fromEntries(
        Object.entries({ id, number, reference: `INC-${number}` }).filter(([name]) => used.includes(`$${name}`)),
      );
    const [theirs, none] = [
      await server.ask(ana, query, variables(foreign.incidentId, foreign.number)),
      await server.ask(ana, query, variables(nobody, nowhere)),
    ];
    const [a, b] = [theirs, none].map(({ data, errors, status }) => ({ data, errors, status }));
    expect(anonymous(a, foreign.incidentId, foreign.number)).toEqual(anonymous(b, nobody, nowhere));
  });

  it.each([
    ["by id", () => foreign.incidentId, () => nobody],
    ["by reference", () => `INC-${foreign.number}`, () => `INC-${nowhere}`],
  ])("%s, to a mutation that expects a version, right or wrong", async (_how, theirs, none) => {
    for (const expectedVersion of [undefined, 1, 7, 1_000]) {
      const input = { to: "ACKNOWLEDGED", expectedVersion };
      const [a, b] = [
        await mutate(ana, "changeIncidentStatus", { ...input, incidentId: theirs() }),
        await mutate(ana, "changeIncidentStatus", { ...input, incidentId: none() }),
      ];
      expect(a.errors).toMatchObject([{ code: "NOT_FOUND", missingId: theirs() }]);
      expect(anonymous(a, theirs())).toEqual(anonymous(b, none()));
    }
  });

  it("also once the server has it at hand", async () => {
    await mutate(admin, "editIncident", { incidentId: foreign.incidentId, title: "Warm" });
    const answer = await mutate(ana, "editIncident", {
      incidentId: foreign.incidentId,
      title: "Mine",
      expectedVersion: 1,
    });
    expect(answer.errors).toMatchObject([{ code: "NOT_FOUND" }]);
  });

  it.each([
    ["target", "linkIncident", (id: string) => ({ incidentId: own.incidentId, kind: "INCIDENT", target: id })],
    ["intoIncidentId", "mergeIncidents", (id: string) => ({ incidentId: own.otherId, intoIncidentId: id })],
    ["incidentId", "mergeIncidents", (id: string) => ({ incidentId: id, intoIncidentId: own.otherId })],
  ])("as %s of %s", async (field, name, input) => {
    for (const [theirs, none] of [
      [foreign.otherId, nobody],
      [`INC-${foreign.number}`, `INC-${nowhere}`],
    ] as const) {
      const [a, b] = [await mutate(ana, name, input(theirs)), await mutate(ana, name, input(none))];
      expect(a.errors).toMatchObject([{ code: "NOT_FOUND", path: [field] }]);
      expect(anonymous(a, theirs)).toEqual(anonymous(b, none));
    }
  });

  it.each([
    ["an input that would be refused anyway", "addIncidentComment", (id: string) => ({ incidentId: id, text: "" })],
    ["a merge into itself", "mergeIncidents", (id: string) => ({ incidentId: id, intoIncidentId: id })],
    ["a link to itself", "linkIncident", (id: string) => ({ incidentId: id, kind: "INCIDENT", target: id })],
    ["a part that is not there", "completeFollowUp", (id: string) => ({ incidentId: id, followUpId: randomUUID() })],
  ])("however it is named: %s", async (_what, name, input) => {
    for (const [theirs, none] of [
      [foreign.incidentId, nobody],
      [`INC-${foreign.number}`, `INC-${nowhere}`],
      [`inc-${foreign.number}`, `inc-${nowhere}`],
    ] as const) {
      const [a, b] = [await mutate(ana, name, input(theirs)), await mutate(ana, name, input(none))];
      expect(anonymous(a, theirs)).toEqual(anonymous(b, none));
    }
  });

  it("history and records of nothing are nothing, by id and by reference", async () => {
    const query = `query ($id: ID!) { incidentHistory(id: $id) { toVersion }
      incidentRecords(incidentId: $id) { nodes { __typename } } }`;
    for (const id of [nobody, `INC-${nowhere}`, foreign.incidentId, `INC-${foreign.number}`]) {
      const { data, errors } = await server.ask(ana, query, { id });
      expect({ data, errors }).toEqual({ data: { incidentHistory: null, incidentRecords: { nodes: [] } } });
    }
  });

  it("to a subscription", async () => {
    const refusalOf = async (incidentId: string): Promise<readonly WireError[]> => {
      const query = "subscription ($incidentId: ID!) { incidentTimeline(incidentId: $incidentId) { position } }";
      const followed = subscribeWs(server.opsledger.http.webSocketUrl, {
        query,
        variables: { incidentId },
        connectionParams: { token: ana },
      });
      const { errors = [] } = await followed.next();
      expect(await followed.ended).toEqual({ kind: "complete" });
      await followed.close();
      return errors;
    };
    for (const [theirs, none] of [
      [foreign.incidentId, nobody],
      [`INC-${foreign.number}`, `INC-${nowhere}`],
    ] as const) {
      const [a, b] = [await refusalOf(theirs), await refusalOf(none)];
      expect(a).toMatchObject([{ extensions: { code: "NOT_FOUND" } }]);
      expect(anonymous(a, theirs)).toEqual(anonymous(b, none));
    }
  });

  it("and leaves a trace that says more", async () => {
    server.denials();
    await server.ask(ana, "query Peek ($id: ID!) { incident(id: $id) { title } }", { id: foreign.incidentId });
    await mutate(ana, "editIncident", { incidentId: `INC-${foreign.number}`, title: "Mine" });
    await server.ask(
      await tokenFor(["VIEWER"]),
      'mutation Close { deleteIncidentComment(input: { commentId: "x" }) { position } }',
    );
    await mutate(ana, "declareIncident", { title: "Theirs", severity: "P3", services: ["foreign"] });
    // What never was leaves none.
    await server.ask(ana, "query ($id: ID!) { incident(id: $id) { title } }", { id: nobody });
    const { incidentId } = foreign;
    expect(server.denials()).toMatchObject([
      {
        reason: "FOREIGN_PROJECT",
        field: "Query.incident",
        operation: "Peek",
        entity: "Incident",
        entityId: incidentId,
        caller: "ana",
        roles: ["RESPONDER"],
      },
      {
        reason: "FOREIGN_PROJECT",
        field: "Mutation.editIncident",
        entity: "Incident",
        entityId: incidentId,
        transport: "http",
      },
      { reason: "FORBIDDEN", field: "Mutation.deleteIncidentComment", operation: "Close", roles: ["VIEWER"] },
      { reason: "FORBIDDEN", field: "Mutation.declareIncident" },
    ]);
  });
});

describe("one service of the caller's projects is enough", () => {
  it("to see and to change an incident of several projects", async () => {
    const { incidentId } = await declare(admin, ["foreign", "own"]);
    expect((await mutate(ana, "changeIncidentStatus", { incidentId, to: "ACKNOWLEDGED" })).errors).toEqual([]);
    const { data } = await server.ask(ana, "query ($id: ID!) { incident(id: $id) { services } }", { id: incidentId });
    expect(data).toEqual({ incident: { services: ["foreign", "own"] } });
  });

  it("but services of others are not named, and the last one of one's own stays", async () => {
    const forbidden = (payload: Payload, field: string) =>
      expect(payload.errors).toMatchObject([{ __typename: "ForbiddenError", code: "FORBIDDEN", path: [field] }]);
    forbidden(
      await mutate(ana, "declareIncident", { title: "It", severity: "P1", services: ["own", "foreign"] }),
      "services",
    );
    const { incidentId } = await declare(admin, ["own", "foreign"]);
    forbidden(await mutate(ana, "addIncidentService", { incidentId, service: "elsewhere" }), "service");
    forbidden(await mutate(ana, "removeIncidentService", { incidentId, service: "foreign" }), "service");
    forbidden(await mutate(ana, "removeIncidentService", { incidentId, service: "own" }), "service");
    expect((await mutate(ana, "addIncidentService", { incidentId, service: "own-2" })).errors).toEqual([]);
    expect((await mutate(ana, "removeIncidentService", { incidentId, service: "own" })).errors).toEqual([]);
  });

  it("a declaration that is refused uses no number", async () => {
    const numberOf = async () => Number((await declare(ana, ["own"])).reference.slice(4));
    const before = await numberOf();
    await mutate(ana, "declareIncident", { title: "It", severity: "P1", services: ["foreign"] });
    expect(await numberOf()).toBe(before + 1);
  });
});

describe("edges end where the caller's projects end", () => {
  it("of links and merges", async () => {
    const mine = await declare(admin, ["own"]);
    const theirs = await declare(admin, ["foreign"]);
    const theirSource = await declare(admin, ["foreign"]);
    await mutate(admin, "linkIncident", { incidentId: mine.incidentId, kind: "INCIDENT", target: theirs.incidentId });
    await mutate(admin, "recordTimelineEntry", { incidentId: theirSource.incidentId, text: "a secret of theirs" });
    await mutate(admin, "mergeIncidents", { incidentId: theirSource.incidentId, intoIncidentId: mine.incidentId });
    const query = `query ($id: ID!) { incident(id: $id) {
      links { kind incident { title } } mergedIncidents { title } mergedInto { title }
      timeline(includeMerged: true, first: 100) { nodes { description incident { title } } } } }`;
    interface Edges {
      incident: {
        links: unknown;
        mergedIncidents: unknown[];
        mergedInto: unknown;
        timeline: { nodes: { description: string }[] };
      };
    }
    const seen = await server.ask<Edges>(ana, query, { id: mine.incidentId });
    expect(seen.errors).toBeUndefined();
    expect(seen.data?.incident).toMatchObject({ links: [{ kind: "INCIDENT", incident: null }], mergedIncidents: [] });
    const told = (answer: typeof seen) => answer.data?.incident.timeline.nodes.map(({ description }) => description);
    expect(told(seen)).not.toContain("a secret of theirs");
    const all = await server.ask<Edges>(admin, query, { id: mine.incidentId });
    expect(all.data?.incident.mergedIncidents).toHaveLength(1);
    expect(told(all)).toContain("a secret of theirs");

    const mineIntoTheirs = await declare(admin, ["own"]);
    await mutate(admin, "mergeIncidents", { incidentId: mineIntoTheirs.incidentId, intoIncidentId: theirs.incidentId });
    const merged = await server.ask<Edges>(ana, query, { id: mineIntoTheirs.incidentId });
    expect([merged.errors, merged.data?.incident.mergedInto]).toEqual([undefined, null]);
    // Both sides of a merge change together, so both must be the caller's.
    const unmerged = await mutate(ana, "unmergeIncident", { incidentId: mineIntoTheirs.incidentId });
    expect(unmerged.errors).toMatchObject([{ code: "NOT_FOUND" }]);
  });
});

describe("lists and counts hold the caller's own", () => {
  let lister: string;
  const ids: string[] = [];
  beforeAll(async () => {
    lister = await tokenFor(["VIEWER"], ["red", "blue"]);
    for (let n = 0; n < 30; n += 1) {
      const services = [["red"], ["blue", "green"], ["green"], ["red", "blue"], ["green", "red"]][n % 5] ?? [];
      const { incidentId } = await declare(admin, services, {
        occurredAt: new Date(Date.UTC(2025, 0, 1, 0, n)).toISOString(),
        severity: n % 2 === 0 ? "P1" : "P3",
        commander: "carl",
      });
      if (services.includes("red") || services.includes("blue")) ids.push(incidentId);
    }
  }, 60_000);

  interface Page {
    incidents: {
      nodes: { incidentId: string; services: string[] }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
  }
  const query = `query ($first: Int, $after: String, $filter: IncidentFilter, $orderBy: IncidentOrder) {
    incidents(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
      nodes { incidentId services } pageInfo { hasNextPage endCursor } } }`;
  const pages = async (variables: Json): Promise<string[]> => {
    const found: string[] = [];
    let after: string | undefined;
    for (;;) {
      const { data, errors } = await server.ask<Page>(lister, query, { ...variables, after });
      if (!data) throw new Error(JSON.stringify(errors));
      found.push(...data.incidents.nodes.map(({ incidentId }) => incidentId));
      if (!data.incidents.pageInfo.hasNextPage) return found;
      after = data.incidents.pageInfo.endCursor;
    }
  };

  it.each([
    [{ orderBy: "OLDEST_FIRST" }],
    [{ orderBy: "OLDEST_FIRST", filter: { participant: "carl" } }],
    [{ orderBy: "OLDEST_FIRST", filter: { status: ["OPEN"] } }],
    [{ orderBy: "OLDEST_FIRST", filter: { from: "2025-01-01T00:00:00Z", until: "2025-01-02T00:00:00Z" } }],
  ])("%j: each once, page by page, in order", async (variables) => {
    for (const first of [1, 4, 7, 100]) expect(await pages({ ...variables, first })).toEqual(ids);
  });

  it("most severe first, and by a service of others that an own incident has, too", async () => {
    const severe = await pages({ first: 4, orderBy: "MOST_SEVERE_FIRST" });
    expect([...severe].sort()).toEqual([...ids].sort());
    const green = await pages({ first: 3, filter: { service: "green" } });
    expect(green).toHaveLength(12);
    expect(green.every((id) => ids.includes(id))).toBe(true);
  });

  it("a project costs one request, not its neighbours' rows", async () => {
    const one = await tokenFor(["VIEWER"], ["red"]);
    server.counted();
    await server.ask(one, query, { first: 10 });
    expect(server.counted()).toEqual(["Query", "BatchGetItem"]);
    await server.ask(await tokenFor(["VIEWER"], []), query, { first: 10 });
    expect(server.counted()).toEqual([]);
  });

  it("counts each incident once, whatever number of own services it has", async () => {
    const { data } = await server.ask<{ incidentCounts: { status: string; count: number }[] }>(
      lister,
      "{ incidentCounts { status count } }",
    );
    expect(data?.incidentCounts.filter(({ count }) => count > 0)).toEqual([{ status: "OPEN", count: ids.length }]);
    expect(data?.incidentCounts).toHaveLength(8);
  });

  it("a caller of more projects than ranges are read at once gets the same", async () => {
    const many = await tokenFor(["VIEWER"], ["red", "blue", ...Array.from({ length: 30 }, (_, n) => `other-${n}`)]);
    const { data } = await server.ask<Page>(many, query, { first: 100, orderBy: "OLDEST_FIRST" });
    expect(data?.incidents.nodes.map(({ incidentId }) => incidentId)).toEqual(ids);
  });

  it("a cursor does not tell where a page ended", async () => {
    const { data } = await server.ask<Page>(lister, query, { first: 1, orderBy: "OLDEST_FIRST" });
    const cursor = Buffer.from(data?.incidents.pageInfo.endCursor ?? "", "base64url").toString("latin1");
    expect(cursor).not.toContain(ids[0]);
  });
});

describe("subscriptions", () => {
  const timeline =
    "subscription ($id: ID!, $after: String) { incidentTimeline(incidentId: $id, after: $after) { entry { description incident { reference } } } }";
  const follow = (token: string, query: string, variables: Json = {}) =>
    subscribeWs<Record<string, { matches?: boolean; entry: { description: string; incident: Json | null } }>>(
      server.opsledger.http.webSocketUrl,
      { query, variables, connectionParams: { token } },
    );

  it("a timeline ends when the incident leaves the caller's projects, and what took it away is not told", async () => {
    const { incidentId, position } = await declare(admin, ["own", "foreign"]);
    const followed = follow(ana, timeline, { id: incidentId, after: position });
    await mutate(admin, "recordTimelineEntry", { incidentId, text: "still ours" });
    expect((await followed.next()).data?.["incidentTimeline"]?.entry.description).toContain("still ours");
    await mutate(admin, "removeIncidentService", { incidentId, service: "own" });
    await mutate(admin, "recordTimelineEntry", { incidentId, text: "theirs now" });
    const ending = await followed.ended;
    const told = JSON.stringify([followed.pending, ending]);
    expect(told).toContain("NOT_FOUND");
    expect(told).not.toContain("theirs now");
    expect(told).not.toContain("removed");
    await followed.close();
  });

  it("of changes tell of what the caller may see, and last of what it may not see any more", async () => {
    const changes = "subscription { incidentChanged { matches entry { description incident { reference } } } }";
    const carl = await tokenFor(["VIEWER"], ["carls"], "carl");
    const dora = await tokenFor(["VIEWER"], ["doras"], "dora");
    // Of one scope and of two: who shares an execution and who does not.
    const followers = [follow(carl, changes), follow(carl, changes), follow(dora, changes)] as const;
    // A subscription is there when it is told of something.
    for (const [index, service] of (["carls", "carls", "doras"] as const).entries()) {
      let heard: unknown;
      while (heard === undefined) {
        await declare(admin, [service]);
        heard = await followers[index]?.next(500).catch(() => undefined);
      }
    }
    const { incidentId, reference } = await declare(admin, ["carls", "doras"]);
    const seenBy = async (index: 0 | 1 | 2, text: string) => {
      for (;;) {
        const message = (await followers[index].next()).data?.["incidentChanged"];
        if (message?.entry.description.includes(text) === true) return message;
      }
    };
    await mutate(admin, "recordTimelineEntry", { incidentId, text: "for both" });
    for (const index of [0, 1, 2] as const)
      expect((await seenBy(index, "for both")).entry.incident).toEqual({ reference });
    await mutate(admin, "removeIncidentService", { incidentId, service: "carls" });
    await mutate(admin, "recordTimelineEntry", { incidentId, text: "for dora" });
    expect(await seenBy(2, "for dora")).toMatchObject({ matches: true, entry: { incident: { reference } } });
    const marker = await declare(admin, ["carls"]);
    for (const index of [0, 1] as const) {
      const gone = await seenBy(index, "carls");
      expect(gone).toMatchObject({ matches: false, entry: { incident: null } });
      const next = (await followers[index].next()).data?.["incidentChanged"];
      expect(next?.entry.incident).toEqual({ reference: marker.reference });
    }
    for (const follower of followers) await follower.close();
  });
});

describe("an idempotency key", () => {
  it("is its caller's own: another caller's call with the same key is another call", async () => {
    const input = { title: "Once", severity: "P3", services: ["own"], idempotencyKey: "key-1" };
    const first = await mutate(ana, "declareIncident", input);
    const again = await mutate(await tokenFor(["ADMIN"]), "declareIncident", input);
    expect(again.incident?.incidentId).toBe(first.incident?.incidentId);
    const others = await mutate(await tokenFor(["ADMIN"], "*", "ben"), "declareIncident", input);
    expect(others.incident?.incidentId).not.toBe(first.incident?.incidentId);
  });

  it("does not show what has left the caller's projects since", async () => {
    const { incidentId } = await declare(admin, ["own", "foreign"]);
    const input = { incidentId, text: "words of then", idempotencyKey: "key-2" };
    expect((await mutate(ana, "recordTimelineEntry", input)).errors).toEqual([]);
    await mutate(admin, "removeIncidentService", { incidentId, service: "own" });
    expect(await mutate(ana, "recordTimelineEntry", input)).toMatchObject({
      errors: [{ code: "NOT_FOUND" }],
      incident: null,
      entry: null,
      position: null,
    });
  });
});

it("a change by a caller of some projects costs what it costs anybody", async () => {
  const { incidentId } = await declare(ana, ["own"]);
  server.counted();
  await mutate(ana, "editIncident", { incidentId, title: "Warm" });
  expect(server.counted()).toEqual(["TransactWriteItems"]);
});

it("every event has its caller as actor", async () => {
  const { incidentId } = await declare(await tokenFor(["RESPONDER"], ["own"], "auth0|ben"), ["own"]);
  const { data } = await server.ask(ana, "query ($id: ID!) { incident(id: $id) { createdBy { kind id } } }", {
    id: incidentId,
  });
  expect(data).toEqual({ incident: { createdBy: { kind: "USER", id: "auth0|ben" } } });
});
