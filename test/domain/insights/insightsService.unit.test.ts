/** The insights context as callers use it: what is refused, what a repeat is told, what others see. */
import { beforeEach, describe, expect, it } from "vitest";
import {
  NotFoundError,
  ForbiddenError,
  ValidationError,
  InvalidTransitionError,
  UnavailableError,
  addDays,
} from "../../../src/domain/kernel/index.js";
import type { Request } from "../../../src/domain/kernel/index.js";
import { createServiceWorld } from "./serviceWorld.js";
import { fewSessions } from "./rulesWorld.js";

let world: ReturnType<typeof createServiceWorld>;
let ada: Request;
beforeEach(() => {
  world = createServiceWorld();
  ({ ada } = world);
});

const found = {
  entityId: "stu_4532",
  predictionType: "churn_risk",
  riskScore: 70,
  title: "May leave",
  explanation: "Fewer sessions each week.",
  recommendations: ["Call"],
  evidence: [{ name: "sessions_7d", value: 1, level: 3 }],
  modelUsed: "churn-2",
};
const only = (...scope: readonly string[]): Request => ({ ...ada, scope });
/** Fields and messages of what is refused. */
const problems = async (doing: Promise<unknown>): Promise<readonly string[]> => {
  const error: unknown = await doing.then(
    () => undefined,
    (refusal: unknown) => refusal,
  );
  if (!(error instanceof ValidationError)) throw error;
  return error.problems.map(({ path }) => path.join("."));
};

describe("a rule", () => {
  const create = (definition: object, request = ada) =>
    world.service.createRule(
      "few",
      { definition: { ...fewSessions({ risk: { least: 50, most: 90 } }), ...definition }, enabled: true },
      request,
    );

  it("names metrics, kinds and types that there are, or says which are not", async () => {
    const threshold = { type: "THRESHOLD", comparison: "BELOW", fireAt: 1, clearAt: 1 } as const;
    expect(await problems(create({ conditions: [{ ...threshold, metric: "sessions_9d" }] }))).toEqual([
      "definition.conditions.0.metric",
    ]);
    expect(await problems(create({ conditions: [{ type: "NO_DATA", kind: "lesson", afterSeconds: 60 }] }))).toEqual([
      "definition.conditions.0.kind",
    ]);
    await expect(create({ entityTypes: ["robot"] })).rejects.toThrow(NotFoundError);
    expect(world.rule("few")).toBeUndefined();
  });

  it("is made by those who have its types, and names services of theirs only", async () => {
    const incident = {
      severities: [{ riskAtLeast: 0, severity: "P1" }],
      services: ["billing"],
      dedupe: "RULE",
      autoResolve: false,
    };
    await expect(create({}, only("tutor"))).rejects.toThrow(ForbiddenError);
    await expect(create({ incident }, only("student"))).rejects.toThrow("services of your projects, not billing");
    expect((await create({ incident }, only("student", "billing"))).rule.enabled).toBe(true);
    await expect(world.service.changeRule("few", "DisableRule", {}, only("tutor"))).rejects.toThrow(NotFoundError);
  });

  it("is not made under the name of what a model predicts already: those insights are not its own", async () => {
    const { alertId } = await world.service.raise({ ...found, entityId: "tut_7", predictionType: "few" }, ada);
    expect(await problems(create({}, only("student")))).toEqual(["ruleId"]);
    await world.service.change(alertId, "DismissInsight", { reason: "EXPECTED" }, ada);
    expect(await problems(create({}))).toEqual(["ruleId"]);
    expect(world.rule("few")).toBeUndefined();
  });

  it("may be asked for again when it has insights of its own", async () => {
    const first = await create({});
    await world.attend("student-stu_4532", 60);
    await world.evaluate("student-stu_4532", ada);
    expect(world.watch("few")?.phase).toBe("FIRING");
    expect((await create({})).rule).toEqual(first.rule);
  });

  it("is at hand at once where it was changed, and within seconds elsewhere", async () => {
    const other = world.another();
    expect(await other.settings.rules()).toEqual([]);
    await create({});
    expect((await world.settings.rules()).map(({ ruleId }) => ruleId)).toEqual(["few"]);
    expect(await other.settings.rules()).toEqual([]);
    world.clock.advance(5_001);
    expect((await other.settings.rules()).map(({ ruleId }) => ruleId)).toEqual(["few"]);
    await world.service.changeRule("few", "DisableRule", { reason: "noise" }, ada);
    expect((await world.settings.rules())[0]?.enabled).toBe(false);
  });

  it("is told the silence of its first run when that is asked for again", async () => {
    await create({});
    const silence = { until: "2025-01-16T00:00:00Z", reason: "holidays" };
    const request = { ...ada, idempotencyKey: "quiet" };
    const first = await world.service.silenceRule("few", silence, request);
    const again = await world.service.silenceRule("few", silence, request);
    expect(again.silenceId).toBe(first.silenceId);
    expect(world.rule("few")?.silences).toHaveLength(1);
    expect(await problems(world.service.silenceRule("few", { ...silence, entityId: "xyz_1" }, ada))).toEqual([
      "entityId",
    ]);
  });
});

describe("catalog and formulas", () => {
  it("are at hand at once where they were changed", async () => {
    await world.settings.catalog();
    const { catalog } = await world.service.defineEntityType({ name: "team", prefix: "team_", role: "ENTITY" }, ada);
    expect(catalog.entityTypes.map(({ name }) => name)).toContain("team");
    expect(await world.settings.catalog()).toEqual(catalog);
    expect(world.counts.getCatalog).toBe(1);
  });

  it("refuse a formula of metrics that there are not, and one of a type that there is not", async () => {
    const components = [
      { name: "a", metric: "sessions_7d", weight: 1, worst: 0, best: 1 },
      { name: "b", metric: "health_score", weight: 1, worst: 0, best: 1 },
    ];
    expect(await problems(world.service.addHealthFormula("student", { components }, ada))).toEqual([
      "components.1.metric",
    ]);
    await expect(world.service.addHealthFormula("robot", { components }, ada)).rejects.toThrow(NotFoundError);
    await expect(world.service.addHealthFormula("student", { components }, only("tutor"))).rejects.toThrow(
      NotFoundError,
    );
  });

  it("tell a repeat which formula it had added", async () => {
    const components = (best: number) => [{ name: "a", metric: "sessions_7d", weight: 1, worst: 0, best }];
    const request = { ...ada, idempotencyKey: "formula" };
    const first = await world.service.addHealthFormula("student", { components: components(5) }, request);
    await world.service.addHealthFormula("student", { components: components(6) }, ada);
    const again = await world.service.addHealthFormula("student", { components: components(5) }, request);
    expect([first.formula.formulaVersion, again.formula.formulaVersion]).toEqual([2, 2]);
    expect(again.formulas.formulas).toHaveLength(3);
    const { formulas } = await world.service.activateHealthFormula("student", 2, ada);
    expect(formulas.active).toBe(2);
    expect((await world.settings.formulas("student")).active).toBe(2);
  });
});

describe("an insight that a model has found", () => {
  it("is open once, whoever finds it at the same time", async () => {
    const servers = Array.from({ length: 16 }, () => world.another());
    const raised = await Promise.all(servers.map(({ service }) => service.raise(found, ada)));
    expect(new Set(raised.map(({ alertId }) => alertId)).size).toBe(1);
    expect(world.insights()).toHaveLength(1);
    const { modelUsed, ...others } = found;
    const recommendations = [{ recommendationId: "r1", text: "Call" }];
    expect(world.insights()[0]).toMatchObject({ ...others, recommendations, origin: { modelUsed }, status: "OPEN" });
  });

  it("is the first one's where it is asked for again under its key, also once it is over", async () => {
    const request = { ...ada, idempotencyKey: "night" };
    const first = await world.service.raise(found, request);
    world.clock.advance(1_000);
    await world.service.change(first.alertId, "DismissInsight", { reason: "FALSE_POSITIVE" }, ada);
    expect(await world.service.raise(found, request)).toMatchObject({ alertId: first.alertId, raised: true });
    expect(world.insights()).toHaveLength(1);
    expect(await world.service.raise(found, ada)).toMatchObject({ raised: true });
    expect(world.insights()).toHaveLength(2);
  });

  it("takes a place of its own where another one has that second (M1)", async () => {
    await world.service.raise(found, ada);
    const { alertId } = await world.service.raise({ ...found, predictionType: "payment_risk" }, ada);
    expect((await world.insight(alertId))?.place).toBe(`2025-01-15T10:30:00Z#${alertId}`);
  });

  it.each([
    ["riskScore", { riskScore: 101 }],
    ["riskScore", { riskScore: Number.NaN }],
    ["entityId", { entityId: "4532" }],
    ["entityId", { entityId: "xyz_4532" }],
    ["expiresAt", { expiresAt: "2025-01-15T10:29:59Z" }],
    ["expiresAt", { expiresAt: "2025-04-16T00:00:00Z" }],
    ["outcome.metric", { outcome: { metric: "luck", comparison: "BELOW", value: 1, withinDays: 1 } }],
    ["evidence.0.value", { evidence: [{ name: "a", value: Infinity }] }],
  ])("is refused for its %s: %o", async (field, change) => {
    expect(await problems(world.service.raise({ ...found, ...change }, ada))).toEqual([field]);
    expect(world.insights()).toEqual([]);
  });

  it("is refused under the name of a rule, at a version, and about what is not the caller's", async () => {
    await world.createRule("few");
    expect(await problems(world.service.raise({ ...found, predictionType: "few" }, ada))).toEqual(["predictionType"]);
    expect(await problems(world.service.raise(found, { ...ada, expectedVersion: 1 }))).toEqual(["expectedVersion"]);
    await expect(world.service.raise(found, only("tutor"))).rejects.toThrow(ForbiddenError);
  });
});

describe("what people do with an insight", () => {
  it("holds its rule when they close it", async () => {
    await world.createRule("few", fewSessions({ cooldownSeconds: 60 }));
    await world.attend("student-stu_4532", 20 * 86_400);
    await world.evaluate("student-stu_4532", ada);
    const [insight] = world.insights();
    await world.service.change(insight?.alertId ?? "", "DismissInsight", { reason: "EXPECTED" }, ada);
    expect(world.watch("few")).toMatchObject({ phase: "HELD", cooldownUntil: "2025-01-15T10:31:00.000Z" });
    await world.evaluate("student-stu_4532", ada);
    expect(world.insights()).toHaveLength(1);
    await expect(world.service.change(insight?.alertId ?? "", "AcknowledgeInsight", {}, ada)).rejects.toThrow(
      InvalidTransitionError,
    );
  });

  it("is for those who have its type", async () => {
    const { alertId } = await world.service.raise(found, ada);
    for (const type of ["AcknowledgeInsight", "ResolveInsight"] as const)
      await expect(world.service.change(alertId, type, {}, only("tutor"))).rejects.toThrow(NotFoundError);
    await expect(
      world.service.linkIncident(alertId, "00000000-0000-7000-8000-000000000001", only("tutor")),
    ).rejects.toThrow(NotFoundError);
    expect(
      (await world.service.change(alertId, "AcknowledgeInsight", { note: "mine" }, only("student"))).insight?.status,
    ).toBe("ACKNOWLEDGED");
  });

  it("links incidents that are there, and theirs", async () => {
    const { alertId } = await world.service.raise(found, ada);
    const { incidentId } = await world.incidents.declare({ title: "Lost", severity: "P2", services: ["billing"] }, ada);
    await expect(world.service.linkIncident(alertId, incidentId, only("student"))).rejects.toThrow(NotFoundError);
    await expect(world.service.linkIncident(alertId, "00000000-0000-7000-8000-000000000001", ada)).rejects.toThrow(
      NotFoundError,
    );
    await world.service.linkIncident(alertId, incidentId, only("student", "billing"));
    await world.service.linkIncident(alertId, incidentId, ada);
    expect((await world.incident(incidentId))?.links).toMatchObject([{ kind: "INSIGHT", target: alertId }]);
    expect((await world.insight(alertId))?.incident).toEqual({ incidentId, declared: false });
  });
});

describe("measuring", () => {
  const { signal } = new AbortController();

  it("measures what is due once, though the index still shows it, and goes on where one cannot be measured", async () => {
    await world.attend("student-stu_1", 1, 2);
    await world.attend("student-stu_2", 1);
    world.due.push("student-stu_1", "student-stu_1", "student-stu_2");
    world.clock.advance(8 * 86_400_000);
    expect(await world.measuring.sweep(signal)).toEqual({ measured: 2 });
    expect(world.entity("student-stu_1")?.metrics).toMatchObject({ sessions_7d: 0, sessions_14d: 2 });
    const failing = world.another((commands) => ({
      handle: async (requests, metadata) => {
        if (requests[0]?.streamId === "Entity-student-stu_1") throw new Error("broken");
        return commands.handle(requests, metadata);
      },
    }));
    world.clock.advance(8 * 86_400_000);
    expect(await failing.measuring.sweep(signal)).toEqual({ measured: 1 });
    expect(failing.failures.map(({ entityKey }) => entityKey)).toEqual(["student-stu_1"]);
    expect(world.entity("student-stu_2")?.metrics).toMatchObject({ sessions_14d: 0 });
  });

  it("measures an aggregate once the view has come to the facts that ask for it, wherever the feed is by then", async () => {
    await world.service.recordActivity({ entityId: "stu_1", kind: "session", groups: ["reg_north"] }, ada);
    const ask = (seen?: readonly number[]) => world.measuring.measureAggregate("region-reg_north", seen, ada);
    const again = world.clock.in(1_000);
    Object.assign(world.view, { position: [1, 1], head: [3, 3] });
    expect(await ask([2, 0])).toEqual({ again, seen: [2, 0] });
    // Of what nobody knows, and of another feed, all that there is now.
    expect(await ask()).toEqual({ again, seen: [3, 3] });
    expect(await ask([9, 9])).toEqual({ again, seen: [3, 3] });
    expect(world.entity("region-reg_north")).toBeUndefined();
    Object.assign(world.view, { position: [2, 1], head: [8, 8] });
    expect(await ask([2, 0])).toEqual({});
    expect(world.entity("region-reg_north")?.metrics).toMatchObject({ sessions_7d: 1 });
    Object.assign(world.view, { position: [8, 8] });
    expect(await ask()).toEqual({});
    expect(world.entity("region-reg_north")?.version).toBe(1);
  });

  it("measures an aggregate also by a server whose clock is a moment behind", async () => {
    const join = () => world.service.recordActivity({ entityId: "stu_1", kind: "session", groups: ["reg_north"] }, ada);
    await join();
    await world.measuring.measureAggregate("region-reg_north", undefined, ada);
    await join();
    world.clock.advance(-1_000);
    await world.measuring.measureAggregate("region-reg_north", undefined, ada);
    expect(world.entity("region-reg_north")?.metrics).toMatchObject({ sessions_7d: 2 });
  });

  it("measures an aggregate that is only named by facts older than all windows", async () => {
    const occurredAt = addDays(world.clock.now(), -40);
    await world.service.recordActivity({ entityId: "stu_1", kind: "session", groups: ["reg_north"], occurredAt }, ada);
    await world.measuring.measureAggregate("region-reg_north", undefined, ada);
    expect(world.entity("region-reg_north")?.metrics).toMatchObject({ sessions_30d: 0, avg_rating: null });
  });

  it("measures an aggregate once for all who ask because of facts that were counted then", async () => {
    await world.service.recordActivity({ entityId: "stu_1", kind: "session", groups: ["reg_north"] }, ada);
    Object.assign(world.view, { position: [7, 4], head: [7, 4] });
    await world.measuring.measureAggregate("region-reg_north", [5, 2], ada);
    const before = world.view.reads;
    await world.measuring.measureAggregate("region-reg_north", [7, 4], ada);
    expect(world.view.reads).toBe(before);
    Object.assign(world.view, { position: [7, 5], head: [7, 5] });
    for (const seen of [[7, 5], undefined]) await world.measuring.measureAggregate("region-reg_north", seen, ada);
    expect(world.view.reads).toBe(before + 2);
  });

  it("goes on with a formula where one entity cannot be measured, and comes again where the store does not answer", async () => {
    for (let student = 0; student < 130; student += 1) await world.attend(`student-stu_${student}`, 1);
    const components = [{ name: "a", metric: "sessions_7d", weight: 1, worst: 0, best: 2 }];
    await world.service.addHealthFormula("student", { components }, ada);
    await world.service.activateHealthFormula("student", 2, ada);
    let error: Error = new Error("broken");
    const failing = world.another((commands) => ({
      handle: async (requests, metadata) => {
        if (requests[0]?.streamId === "Entity-student-stu_0") throw error;
        return commands.handle(requests, metadata);
      },
    }));
    const { next } = await failing.measuring.remeasure("student", undefined, ada);
    expect(next).toBeDefined();
    expect(failing.failures.map(({ entityKey }) => entityKey)).toEqual(["student-stu_0"]);
    error = new UnavailableError("the store does not answer; try again");
    await expect(failing.measuring.remeasure("student", undefined, ada)).rejects.toBe(error);
  });

  it("measures nobody who is measured by the formula already", async () => {
    for (let student = 0; student < 130; student += 1) await world.attend(`student-stu_${student}`, 1);
    const components = [{ name: "a", metric: "sessions_7d", weight: 1, worst: 0, best: 2 }];
    await world.service.addHealthFormula("student", { components }, ada);
    await world.service.activateHealthFormula("student", 2, ada);
    const { next } = await world.measuring.remeasure("student", undefined, ada);
    expect(await world.measuring.remeasure("student", next, ada)).toEqual({});
    expect(Array.from({ length: 130 }, (_, student) => world.entity(`student-stu_${student}`)?.healthScore)).toEqual(
      Array.from({ length: 130 }, () => 50),
    );
    const before = world.entity("student-stu_7")?.version;
    await world.measuring.remeasureAll({}, ada);
    expect(world.entity("student-stu_7")?.version).toBe(before);
  });
});
