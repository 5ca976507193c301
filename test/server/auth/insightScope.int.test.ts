/** Types of entities that are not a caller's do not exist for it: not an entity, not an insight, not a code or a message tells otherwise. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../support/graphql/client.js";
import { anonymous, mutateAs, startScopes } from "./support/scopes.js";
import type { Json } from "./support/scopes.js";
import { neverFires } from "./support/world.js";
import type { AuthServer, World } from "./support/world.js";

let server: AuthServer;
let own: World;
let foreign: World;
/** Sees and changes what is about the type "own". */
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

const never = "churn_risk_own_404_1705318200000";

describe("what is about another type is answered as what does not exist", () => {
  it.each<[string, string, string, () => string, string]>([
    ["entity", "ID!", "entity(id: $id) { id }", () => foreign.insights.entityId, "own_404"],
    ["an entity of an unknown type", "ID!", "entity(id: $id) { id }", () => foreign.insights.entityId, "xyz_404"],
    ["metrics", "ID!", "metrics(entityId: $id) { healthScore }", () => foreign.insights.entityId, "own_404"],
    ["a history", "ID!", "metricsHistory(entityId: $id) { nodes { at } }", () => foreign.insights.entityId, "own_404"],
    ["entities", "String!", "entities(filter: { type: $id }) { nodes { id } }", () => "foreign", "dragon"],
    ["insight", "ID!", "insight(id: $id) { id }", () => foreign.insights.alertId, never],
    [
      "insights",
      "ID",
      "insights(filter: { entityId: $id }) { nodes { id } }",
      () => foreign.insights.entityId,
      "own_404",
    ],
    ["insightRule", "ID!", "insightRule(id: $id) { ruleId }", () => foreign.insights.ruleId, "unheard_of"],
  ])("%s", async (_what, type, field, theirs, none) => {
    const ask = async (id: string) => {
      const { data, errors, status } = await server.ask(ana, `query ($id: ${type}) { ${field} }`, { id });
      return anonymous({ data, errors, status }, id);
    };
    expect(await ask(theirs())).toEqual(await ask(none));
  });

  it("node", async () => {
    for (const text of [`Entity:foreign-${foreign.insights.entityId}`, `Insight:${foreign.insights.alertId}`]) {
      const id = Buffer.from(text).toString("base64url");
      const { data, errors } = await server.ask(ana, "query ($id: ID!) { node(id: $id) { id } }", { id });
      expect({ data, errors }).toEqual({ data: { node: null } });
    }
  });

  it("a change of an insight", async () => {
    const change = async (alertId: string) =>
      anonymous(await mutate(ana, "acknowledgeInsight", { alertId }, "insight { id }"), alertId);
    expect(await change(foreign.insights.alertId)).toEqual(await change(never));
  });

  it("and leaves a line in the trail", async () => {
    server.denials();
    await server.ask(ana, "query ($id: ID!) { insight(id: $id) { id } }", { id: foreign.insights.alertId });
    await server.ask(ana, "query ($id: ID!) { entity(id: $id) { id } }", { id: foreign.insights.entityId });
    expect(server.denials()).toMatchObject([
      { reason: "FOREIGN_PROJECT", field: "Query.insight", entity: "Insight", entityId: foreign.insights.alertId },
      { reason: "FOREIGN_PROJECT", field: "Query.entity", entity: "Entity", entityId: foreign.insights.entityId },
    ]);
  });
});

describe("lists", () => {
  it("of insights, rules and types have the caller's own only", async () => {
    const { data } = await server.ask<Record<string, { nodes: Json[]; entityTypes: Json[] }>>(
      ana,
      `{ insights(first: 100) { nodes { entityType } } insightRules(first: 100) { nodes { ruleId } }
         insightsCatalog { entityTypes { name } } }`,
    );
    expect(new Set(data?.["insights"]?.nodes.map(({ entityType }) => entityType))).toEqual(new Set(["own"]));
    expect(data?.["insightRules"]?.nodes).toEqual([{ ruleId: own.insights.ruleId }]);
    expect(data?.["insightsCatalog"]?.entityTypes).toEqual([{ name: "own" }]);
  });

  it("of rules leave out those that are about others' types, too", async () => {
    const { insights } = server.opsledger.ledger;
    const definition = { ...neverFires("own"), entityTypes: ["own", "foreign"] };
    const request = { actor: { kind: "USER" as const, id: "ana" }, scope: "all" as const, correlationId: "test" };
    await insights.createRule("about_both", { definition }, request);
    const { data } = await server.ask(ana, `{ insightRule(id: "about_both") { ruleId } }`);
    expect(data).toEqual({ insightRule: null });
  });
});

describe("a rule that was about others' types before", () => {
  it("does not tell where it stands for them, nor what became of its insights", async () => {
    const { insights } = server.opsledger.ledger;
    const request = { actor: { kind: "USER" as const, id: "ana" }, scope: "all" as const, correlationId: "test" };
    const ruleId = "met_by_all";
    const conditions = [
      { type: "THRESHOLD" as const, metric: "sessions_7d", comparison: "ABOVE" as const, fireAt: -1, clearAt: -1 },
    ];
    const both = { ...neverFires("own"), entityTypes: ["own", "foreign"], conditions };
    await insights.createRule(ruleId, { definition: both, enabled: true }, request);
    const ask = async (token: string) => {
      const query = `query ($id: ID!) { insightRule(id: $id) { performance { raised } watches { nodes { entityId } } } }`;
      const { data } = await server.ask<{ insightRule: { performance: Json | null; watches: { nodes: Json[] } } }>(
        token,
        query,
        { id: ruleId },
      );
      return data?.insightRule;
    };
    const ids = async (token: string) => (await ask(token))?.watches.nodes.map(({ entityId }) => entityId);
    await until(async () => (await ids(admin))?.length === 2 && (await ask(admin))?.performance?.["raised"] === 2);
    await insights.changeRule(ruleId, "DisableRule", {}, request);
    await insights.changeRule(ruleId, "ChangeRule", { definition: { ...both, entityTypes: ["own"] } }, request);
    expect(await ids(ana)).not.toContain(foreign.insights.entityId);
    expect((await ask(ana))?.performance).toBeNull();
    expect((await ask(admin))?.performance).toMatchObject({ raised: 2 });
  });
});

describe("facts", () => {
  it("about others' entities, or for others' groups, are refused", async () => {
    const { entityId } = foreign.insights;
    expect(await mutate(machine, "recordActivity", { entityId, kind: "session" })).toMatchObject({
      errors: [{ code: "FORBIDDEN", path: ["entityId"] }],
    });
    const fact = { entityId: own.insights.entityId, kind: "session", groups: ["sub_algebra"] };
    expect(await mutate(machine, "recordActivity", fact)).toMatchObject({
      errors: [{ code: "FORBIDDEN", path: ["groups"] }],
    });
  });

  it("of which many come in a call leave one line in the trail", async () => {
    const { entityId } = foreign.insights;
    const activities = Array.from({ length: 5 }, () => ({ entityId, kind: "session" }));
    server.denials();
    const { results } = await mutate(machine, "recordActivities", { activities }, "results { errors { code } }");
    expect(results).toEqual(activities.map(() => ({ errors: [{ code: "FORBIDDEN" }] })));
    expect(server.denials()).toMatchObject([{ reason: "FORBIDDEN", field: "Mutation.recordActivities" }]);
  });
});

describe("an insight and an incident that is not the caller's", () => {
  it("the edge is null, and the history does not tell which", async () => {
    const { alertId } = own.insights;
    await mutate(admin, "linkInsightToIncident", { alertId, incidentId: foreign.incidentId });
    const query = `query ($id: ID!) { insight(id: $id) { incident { id } history(first: 50) { nodes { change data } } } }`;
    const ask = async (token: string) => {
      const { data } = await server.ask<{ insight: { incident: unknown; history: { nodes: Json[] } } }>(token, query, {
        id: alertId,
      });
      return data?.insight;
    };
    const seen = await ask(ana);
    expect(seen?.incident).toBeNull();
    expect(JSON.stringify(seen)).not.toContain(foreign.incidentId);
    expect(seen?.history.nodes.map(({ change }) => change)).toContain("INCIDENT_LINKED");
    expect(JSON.stringify(await ask(admin))).toContain(foreign.incidentId);
  });
});
