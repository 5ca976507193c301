/** What becomes of an insight by itself: it expires, its prediction is scored, a model says it in its words. */
import { ModelError } from "../../../src/domain/kernel/modelError.js";
import { describe, expect, it } from "vitest";
import type { ExplanationDraft, ExplanationInput, ExplanationObserver } from "../../../src/domain/insights/index.js";
import { student } from "./metricsWorld.js";
import { createRulesWorld, fewSessions, policy } from "./rulesWorld.js";

const day = 86_400;
const outcome = { metric: "sessions_7d", comparison: "BELOW", value: 1, withinDays: 10 } as const;

async function withInsight(world: ReturnType<typeof createRulesWorld>, definition = fewSessions({ outcome })) {
  await world.createRule("few_sessions", definition);
  await world.attend(student, 60);
  await world.evaluate(student, policy);
  const [insight] = world.insights();
  if (insight === undefined) throw new Error("nothing was raised");
  return insight;
}

/** What the sweep does. */
async function measure(world: ReturnType<typeof createRulesWorld>) {
  const [catalog, { formulas }] = await Promise.all([world.settings.catalog(), world.settings.formulas("student")]);
  const formula = formulas[0];
  if (formula === undefined) throw new Error("there is a formula");
  await world.run(`Entity-${student}`, {
    type: "MeasureEntity",
    cause: "DECAY",
    yardstick: { kinds: catalog.kinds, formula },
  });
}

describe("expiring", () => {
  it("waits for the time, then ends the insight and holds its rule", async () => {
    const world = createRulesWorld();
    const { alertId, expiresAt } = await withInsight(world, fewSessions({ cooldownSeconds: 60 }));
    expect(await world.expire(alertId, policy)).toEqual({ again: expiresAt });
    world.clock.advance(30 * day * 1_000);
    expect(await world.expire(alertId, policy)).toEqual({});
    expect(world.insights()).toMatchObject([{ status: "EXPIRED" }]);
    expect(world.watch("few_sessions")).toMatchObject({ phase: "HELD", cooldownUntil: world.clock.in(60_000) });
    await world.evaluate(student, policy);
    expect(world.insights()).toHaveLength(1);
  });

  it("leaves alone what is over or was never raised", async () => {
    const world = createRulesWorld();
    const { alertId } = await withInsight(world);
    await world.run(`Insight-${alertId}`, { type: "ResolveInsight" });
    world.clock.advance(31 * day * 1_000);
    expect(await world.expire(alertId, policy)).toEqual({});
    expect(world.insights()).toMatchObject([{ status: "RESOLVED" }]);
    expect(await world.expire("none_stu_1_1", policy)).toEqual({});
  });
});

describe("scoring", () => {
  const scored = async (
    act: (world: ReturnType<typeof createRulesWorld>) => Promise<void>,
    definition?: ReturnType<typeof fewSessions>,
  ) => {
    const world = createRulesWorld();
    const { alertId } = await withInsight(world, definition);
    await act(world);
    world.clock.advance((10 * day + 60) * 1_000);
    expect(await world.score(alertId, policy)).toEqual({});
    return world.insights()[0]?.scored;
  };

  it("waits until the time of the prediction is over, also where it has come true", async () => {
    const world = createRulesWorld();
    const { alertId } = await withInsight(world);
    const again = world.clock.in((10 * day + 60) * 1_000);
    expect(await world.score(alertId, policy)).toEqual({ again });
    world.clock.advance(8 * day * 1_000);
    await measure(world);
    expect(await world.score(alertId, policy)).toEqual({ again });
    world.clock.advance((2 * day + 60) * 1_000);
    await world.score(alertId, policy);
    expect(world.insights()[0]?.scored).toMatchObject({ happened: true, leadSeconds: 7 * day - 60 });
  });

  it("finds when it was so first, to the second", async () => {
    const found = await scored(async (world) => {
      world.clock.advance((7 * day - 59) * 1_000);
      await world.attend(student, 0);
    });
    expect(found).toMatchObject({ happened: true, happenedAt: "2025-01-22T10:29:00.000Z", leadSeconds: 7 * day - 60 });
  });

  it("does not count what came true too late, or never", async () => {
    const found = await scored(async (world) => {
      world.clock.advance(6 * day * 1_000);
      await world.attend(student, 0);
      await measure(world);
    });
    expect(found).toMatchObject({ happened: false });
  });

  it("finds what came true while nobody was there to measure, as a backtest does", async () => {
    let world: ReturnType<typeof createRulesWorld> | undefined;
    const definition = fewSessions({ outcome: { ...outcome, withinDays: 7 } });
    const found = await scored(async (at) => {
      world = at;
      at.clock.advance(8 * day * 1_000);
      await at.attend(student, 0);
    }, definition);
    expect(found).toMatchObject({ happened: true, happenedAt: "2025-01-22T10:29:00.000Z", leadSeconds: 7 * day - 60 });
    const [from, until] = ["2025-01-15T10:30:00.000Z", world?.clock.now() ?? ""];
    const asked = { entityIds: ["stu_4532"], definition, from, until };
    const backtest = await world?.backtestRule(asked, policy);
    expect(backtest?.insights[0]?.outcome).toEqual({ happened: true, leadSeconds: 7 * day - 60 });
  });

  it("does not count what was so already when it was predicted, neither live nor in a backtest", async () => {
    const world = createRulesWorld();
    const definition = fewSessions({ outcome: { ...outcome, value: 1.5 } });
    const from = world.clock.now();
    const { alertId } = await withInsight(world, definition);
    world.clock.advance(11 * day * 1_000);
    expect(await world.score(alertId, policy)).toEqual({});
    expect(world.insights()[0]?.scored).toBeUndefined();
    const asked = { entityIds: ["stu_4532"], definition, from, until: world.clock.now() };
    expect(await world.backtestRule(asked, policy)).toMatchObject({ insights: [{ riskScore: 70 }], precision: null });
  });

  it("counts nothing from before the entity's first fact", async () => {
    const world = createRulesWorld();
    const alertId = "churn_risk_stu_9_1";
    await world.run(`Insight-${alertId}`, {
      type: "RaiseInsight",
      ...{ entityType: "student", entityId: "stu_9", predictionType: "churn_risk", riskScore: 80, outcome },
      ...{ title: "T", explanation: "E", recommendations: [], evidence: [], origin: { modelUsed: "m" } },
      ...{ place: "2025-01-15T10:30:00Z", expiresAt: "2025-02-15T10:30:00.000Z" },
    });
    world.clock.advance(2 * day * 1_000);
    await world.attend("student-stu_9", 0);
    world.clock.advance(9 * day * 1_000);
    await world.score(alertId, policy);
    expect(world.insights()[0]?.scored).toMatchObject({ happened: true, leadSeconds: 9 * day });
  });

  it("does nothing where nothing was predicted, or it is scored already", async () => {
    const world = createRulesWorld();
    const { alertId } = await withInsight(world, fewSessions());
    world.clock.advance(20 * day * 1_000);
    expect(await world.score(alertId, policy)).toEqual({});
    expect(world.insights()[0]?.scored).toBeUndefined();
    expect(await world.score("none_stu_1_1", policy)).toEqual({});
  });
});

describe("explaining", () => {
  type Told = Parameters<ExplanationObserver["explained"]>[0];
  const signal = new AbortController().signal;

  function withModel(draft: (input: ExplanationInput) => Promise<ExplanationDraft>, modelUsed = "small-model") {
    const told: Told[] = [];
    const world = createRulesWorld({
      explainer: { modelUsed, promptVersion: "p1", draft },
      observer: { explained: (asked) => void told.push(asked) },
    });
    return { world, told };
  }

  it("records what the model says, with its cost and the hash of what it was shown", async () => {
    const shown: ExplanationInput[] = [];
    const { world, told } = withModel(async (input) => {
      shown.push(input);
      return {
        explanation: "Only 1 session in 7 days.",
        recommendations: ["Schedule a check-in call", "Ask the tutor"],
        inputTokens: 90,
        outputTokens: 12,
      };
    });
    const { alertId } = await withInsight(world);
    await world.explain(alertId, policy, signal);
    expect(shown).toMatchObject([{ title: "Health is low", metrics: { sessions_7d: 1, health_score: 53 }, outcome }]);
    expect(world.insights()).toMatchObject([
      {
        explanation: "Only 1 session in 7 days.",
        recommendations: [{ recommendationId: "r1" }, { recommendationId: "r3", text: "Ask the tutor" }],
        origin: { modelUsed: "small-model", promptVersion: "p1", inputTokens: 90, outputTokens: 12 },
      },
    ]);
    expect(world.insights()[0]?.origin.inputHash).toMatch(/^[0-9a-f]{64}$/);
    expect(told).toMatchObject([{ outcome: "WRITTEN", modelUsed: "small-model" }]);
    await world.explain(alertId, policy, signal);
    expect(shown).toHaveLength(1);
  });

  it("leaves the words of the rules where the model fails, whatever it throws, and tells", async () => {
    for (const [failure, expected] of [
      [new ModelError("BUDGET", "no more today"), "BUDGET"],
      [new TypeError("broken"), "UNAVAILABLE"],
    ] as const) {
      const { world, told } = withModel(() => Promise.reject(failure));
      const { alertId, explanation } = await withInsight(world);
      expect(await world.explain(alertId, policy, signal)).toEqual({});
      expect(world.insights()[0]?.explanation).toBe(explanation);
      expect(told).toMatchObject([{ outcome: expected, error: failure }]);
    }
  });

  it("is asked for anew when the risk has changed; until then the rules say what it rests on now", async () => {
    const shown: ExplanationInput[] = [];
    const { world } = withModel(async (input) => {
      shown.push(input);
      return { explanation: `In words: ${input.riskScore}.`, recommendations: [] };
    });
    const { alertId } = await withInsight(world);
    await world.explain(alertId, policy, signal);
    expect(world.insights()[0]).toMatchObject({ riskScore: 70, explanation: "In words: 70." });
    world.clock.advance(8 * day * 1_000);
    await world.evaluate(student, policy);
    expect(world.insights()[0]).toMatchObject({ riskScore: 90, origin: { modelUsed: "deterministic-v1" } });
    expect(world.insights()[0]?.origin.inputHash).toBeUndefined();
    expect(world.insights()[0]?.explanation).toMatch(/^sessions_7d is 0, .* The risk is 90 of 100\./);
    await world.explain(alertId, policy, signal);
    expect(shown[1]).toMatchObject({ riskScore: 90, evidence: [{ value: 0 }], metrics: { sessions_7d: 0 } });
    expect(world.insights()[0]?.explanation).toBe("In words: 90.");
  });

  it("does not use words about numbers that have changed while the model wrote", async () => {
    const { world } = withModel(async ({ riskScore }) => {
      world.clock.advance(8 * day * 1_000);
      await world.evaluate(student, policy);
      return { explanation: `In words: ${riskScore}.`, recommendations: [] };
    });
    const { alertId } = await withInsight(world);
    expect(await world.explain(alertId, policy, signal)).toEqual({});
    expect(world.insights()[0]).toMatchObject({ riskScore: 90, origin: { modelUsed: "deterministic-v1" } });
  });

  it("lets no number through that the model made up", async () => {
    const { world, told } = withModel(async () => ({ explanation: "It fell by 97 %.", recommendations: [] }));
    const { alertId, explanation } = await withInsight(world);
    await world.explain(alertId, policy, signal);
    expect(world.insights()[0]?.explanation).toBe(explanation);
    expect(told).toMatchObject([{ outcome: "NONSENSE" }]);
  });

  it("ends with the reason of the signal, and records nothing", async () => {
    const abort = new AbortController();
    const { world, told } = withModel(async () => {
      abort.abort(new Error("shutting down"));
      throw new Error("cut off");
    });
    const { alertId } = await withInsight(world);
    await expect(world.explain(alertId, policy, abort.signal)).rejects.toThrow("shutting down");
    expect(told).toEqual([]);
  });

  it("asks nobody where the explainer is the deterministic one, or there is no such insight", async () => {
    const { world, told } = withModel(() => Promise.reject(new Error("asked")), "deterministic-v1");
    const { alertId } = await withInsight(world);
    expect(await world.explain(alertId, policy, signal)).toEqual({});
    const other = withModel(() => Promise.reject(new Error("asked")));
    expect(await other.world.explain("none_stu_1_1", policy, signal)).toEqual({});
    expect([...told, ...other.told]).toEqual([]);
  });
});
