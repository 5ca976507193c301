/** Requests of projects that are not a caller's do not exist for it: not a row, not a log, not a count, not a code tells otherwise. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../support/graphql/client.js";
import { anonymous, mutateAs, startScopes } from "./support/scopes.js";
import type { Json } from "./support/scopes.js";
import { researchIn } from "./support/world.js";
import type { AuthServer, World } from "./support/world.js";

let server: AuthServer;
let own: World;
let foreign: World;
/** Sees and changes what is of the project "own". */
let ana: string;
let machine: string;
let admin: string;
beforeAll(async () => {
  ({ server, own, foreign, ana, machine, admin } = await startScopes(["own"]));
}, 60_000);
afterAll(() => server.close());

/** The payload of a mutation. */
const mutate = (token: string, name: string, input: Json, selection = "") =>
  mutateAs(server, token, { name, input, fields: `errors { __typename code message path } ${selection}` });

const never = "req_1757412789250_a08ac7ad";

describe("a request of another project is answered as what does not exist", () => {
  it.each<[string, string]>([
    ["request", "request(id: $id) { id }"],
    ["with all that is read besides", "request(id: $id) { version logs { nodes { logId } } results { reportPath } }"],
  ])("%s", async (_what, field) => {
    const ask = async (id: string) => {
      const { data, errors, status } = await server.ask(ana, `query ($id: ID!) { ${field} }`, { id });
      return anonymous({ data, errors, status }, id);
    };
    expect(await ask(foreign.research.runningId)).toEqual(await ask(never));
  });

  it("node", async () => {
    const id = Buffer.from(`ResearchRequest:${foreign.research.runningId}`).toString("base64url");
    const { data, errors } = await server.ask(ana, "query ($id: ID!) { node(id: $id) { id } }", { id });
    expect({ data, errors }).toEqual({ data: { node: null } });
  });

  it.each<[string, Json]>([
    ["cancelRequest", {}],
    ["retryRequest", {}],
    ["prioritiseRequest", { priority: "HIGH" }],
  ])("%s", async (name, input) => {
    const change = async (requestId: string) =>
      anonymous(await mutate(ana, name, { requestId, ...input }, "request { id }"), requestId);
    expect(await change(foreign.research.pendingId)).toEqual(await change(never));
  });

  it.each<[string, Json]>([
    ["heartbeatRequest", {}],
    ["releaseRequest", {}],
    ["appendRequestLogs", { entries: [{ message: "Hello" }] }],
  ])("%s, by the machine that has claimed it when it might", async (name, input) => {
    const { leaseToken } = foreign.research;
    const speak = async (requestId: string) =>
      anonymous(await mutate(machine, name, { requestId, leaseToken, ...input }), requestId);
    expect(await speak(foreign.research.runningId)).toEqual(await speak(never));
  });

  it("and leaves a line in the trail", async () => {
    server.denials();
    const { runningId, pendingId } = foreign.research;
    await server.ask(ana, "query ($id: ID!) { request(id: $id) { id } }", { id: runningId });
    await mutate(ana, "cancelRequest", { requestId: pendingId });
    expect(server.denials()).toMatchObject([
      { reason: "FOREIGN_PROJECT", field: "Query.request", entity: "ResearchRequest", entityId: runningId },
      { reason: "FOREIGN_PROJECT", field: "Mutation.cancelRequest", entity: "ResearchRequest", entityId: pendingId },
    ]);
  });
});

describe("lists and counts", () => {
  it("have the caller's own requests only, whatever they are asked by", async () => {
    const ids = async (token: string, args: string) => {
      const { data } = await server.ask<{ requests: { nodes: { projectId: string }[] } }>(
        token,
        `{ requests(first: 100${args}) { nodes { projectId } } }`,
      );
      return [...new Set(data?.requests.nodes.map(({ projectId }) => projectId))].sort();
    };
    // The indexes are moments behind.
    await until(async () => (await ids(admin, "")).length === 2);
    for (const filter of ["{}", "{ strategy: TABLE }", "{ statuses: [PENDING, PROCESSING] }", '{ userId: "ana" }']) {
      expect(await ids(ana, `, filter: ${filter}`)).toEqual(["own"]);
    }
    expect(await ids(ana, `, orderBy: PRIORITY, filter: { strategy: TABLE }`)).toEqual(["own"]);
    expect(await ids(ana, `, filter: { projectId: "foreign" }`)).toEqual([]);
  });

  it("count the caller's own, and tell of the queue those who run the system only", async () => {
    const stats = async (token: string) => {
      const { data } = await server.ask<{ queueStats: { submitted: number; depth: unknown }[] }>(
        token,
        "{ queueStats { submitted depth { waiting } } }",
      );
      return data?.queueStats;
    };
    await until(async () => (await stats(admin))?.[0]?.submitted === 6);
    expect(await stats(ana)).toMatchObject([
      { submitted: 3, depth: null },
      { submitted: 0, depth: null },
    ]);
    expect((await stats(admin))?.[1]).toMatchObject({ depth: { waiting: 0 } });
  });

  it("of limits: another project's is not there", async () => {
    const { data } = await server.ask(ana, `{ researchLimit(projectId: "foreign") { maxRunning } }`);
    expect(data).toEqual({ researchLimit: null });
  });
});

describe("who may see some projects", () => {
  it("asks for research in these only, and for nobody else", async () => {
    expect(await mutate(ana, "submitRequest", researchIn("foreign"))).toMatchObject({
      errors: [{ code: "FORBIDDEN", path: ["projectId"] }],
    });
    expect(await mutate(ana, "submitRequest", { ...researchIn("own"), userId: "ben" })).toMatchObject({
      errors: [{ code: "FORBIDDEN", path: ["userId"] }],
    });
    expect(await mutate(admin, "submitRequest", { ...researchIn("own"), userId: "ben" })).toMatchObject({ errors: [] });
  });

  it("claims of these only, also by id", async () => {
    const { pendingId } = foreign.research;
    const claim = (requestIds: string[] | null) =>
      mutate(
        machine,
        "claimRequests",
        { workerId: "machine", max: 10, requestIds },
        "claimed { request { projectId } }",
      );
    expect(await claim([pendingId])).toEqual({ errors: [], claimed: [] });
    expect(await claim([own.research.pendingId])).toMatchObject({ claimed: [{ request: { projectId: "own" } }] });
    const { claimed } = (await claim(null)) as { claimed: { request: { projectId: string } }[] };
    expect(claimed.filter(({ request }) => request.projectId !== "own")).toEqual([]);
  });

  it("finds another project's request under no dedupe key", async () => {
    await mutate(admin, "submitRequest", { ...researchIn("foreign"), dedupeKey: "weekly" });
    expect(await mutate(ana, "submitRequest", { ...researchIn("own"), dedupeKey: "weekly" }, "existing")).toEqual({
      errors: [],
      existing: false,
    });
  });
});
