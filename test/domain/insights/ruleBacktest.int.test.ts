/** What a rule would have raised over the past: as it is raised live, by the hour, bounded. */
import { describe, expect, it } from "vitest";
import { NotFoundError, ValidationError } from "../../../src/domain/kernel/index.js";
import { ada, student } from "./metricsWorld.js";
import { createRulesWorld, fewSessions } from "./rulesWorld.js";

const day = 86_400;

/** A student with sessions at the start, then none for three weeks, then some. */
async function aPast() {
  const world = createRulesWorld();
  const start = world.clock.now();
  await world.attend(student, 0, 0);
  world.clock.advance(21 * day * 1_000);
  await world.attend(student, 0, 0);
  world.clock.advance(20 * day * 1_000);
  return { world, start };
}

const ask = (world: Awaited<ReturnType<typeof aPast>>["world"], change: object = {}) => ({
  entityIds: ["stu_4532"],
  definition: fewSessions(),
  from: "2025-01-15T10:30:00.000Z",
  until: world.clock.now(),
  ...change,
});

describe("a backtest of a rule", () => {
  it("raises and resolves where the conditions are met and clear, to the hour", async () => {
    const { world } = await aPast();
    const outcome = { metric: "sessions_7d", comparison: "ABOVE", value: 1, withinDays: 15 } as const;
    const { insights, ...sum } = await world.backtestRule(ask(world, { definition: fewSessions({ outcome }) }), ada);
    expect(insights).toEqual([
      {
        entityType: "student",
        entityId: "stu_4532",
        raisedAt: "2025-01-22T10:30:00.000Z",
        resolvedAt: "2025-02-05T10:30:00.000Z",
        riskScore: 90,
        outcome: { happened: true, leadSeconds: 14 * day },
      },
      // Of this one it is too early to say.
      { entityType: "student", entityId: "stu_4532", raisedAt: "2025-02-12T10:30:00.000Z", riskScore: 90 },
    ]);
    expect(sum).toEqual({ entities: 1, isPartial: false, precision: 1, medianLeadSeconds: 14 * day });
  });

  it("says what did not come true", async () => {
    const { world } = await aPast();
    const outcome = { metric: "sessions_7d", comparison: "ABOVE", value: 1, withinDays: 5 } as const;
    const { insights, precision, medianLeadSeconds } = await world.backtestRule(
      ask(world, { definition: fewSessions({ outcome }) }),
      ada,
    );
    expect(insights.map((insight) => insight.outcome)).toEqual([{ happened: false }, { happened: false }]);
    expect({ precision, medianLeadSeconds }).toEqual({ precision: 0, medianLeadSeconds: null });
  });

  it("waits, cools down and expires as the rule does", async () => {
    const { world } = await aPast();
    const raised = async (definition: ReturnType<typeof fewSessions>) =>
      (await world.backtestRule(ask(world, { definition }), ada)).insights.map(({ raisedAt, resolvedAt }) => [
        raisedAt,
        resolvedAt,
      ]);
    expect(await raised(fewSessions({ forSeconds: 2 * day }))).toEqual([
      ["2025-01-24T10:30:00.000Z", "2025-02-05T10:30:00.000Z"],
      ["2025-02-14T10:30:00.000Z", undefined],
    ]);
    expect(await raised(fewSessions({ cooldownSeconds: 10 * day }))).toEqual([
      ["2025-01-22T10:30:00.000Z", "2025-02-05T10:30:00.000Z"],
      ["2025-02-15T10:30:00.000Z", undefined],
    ]);
    // It has expired before the conditions cleared, and is not raised again before they have.
    expect(await raised(fewSessions({ expiresAfterSeconds: 3 * day }))).toEqual([
      ["2025-01-22T10:30:00.000Z", undefined],
      ["2025-02-12T10:30:00.000Z", undefined],
    ]);
  });

  it("knows silence and anomalies", async () => {
    const { world } = await aPast();
    const raised = async (condition: ReturnType<typeof fewSessions>["conditions"][number]) =>
      (
        await world.backtestRule(
          ask(world, { definition: fewSessions({ conditions: [condition], risk: { least: 50, most: 90 } }) }),
          ada,
        )
      ).insights;
    expect(await raised({ type: "NO_DATA", kind: "session", afterSeconds: 10 * day })).toMatchObject([
      { raisedAt: "2025-01-25T10:30:00.000Z", resolvedAt: "2025-02-05T10:30:00.000Z" },
      { raisedAt: "2025-02-15T10:30:00.000Z" },
    ]);
    const unusual = {
      metric: "sessions_14d",
      baselineDays: 20,
      leastDays: 14,
      direction: "UP",
      fireAt: 2,
      clearAt: 1,
    } as const;
    expect(await raised({ type: "ANOMALY", ...unusual })).toHaveLength(0);
  });

  it("looks at an entity from its first fact on", async () => {
    const { world } = await aPast();
    const { insights } = await world.backtestRule(ask(world, { from: "2025-01-01T00:00:00.000Z" }), ada);
    expect(insights[0]?.raisedAt).toBe("2025-01-22T11:00:00.000Z");
  });

  it("is the same as what is raised live", async () => {
    const world = createRulesWorld();
    await world.createRule("few_sessions", fewSessions({ forSeconds: 7_200, keepFiringForSeconds: 3_600 }));
    const from = world.clock.now();
    await world.attend(student, 0, 0);
    for (let hour = 1; hour <= 24 * 20; hour += 1) {
      world.clock.advance(3_600_000);
      if (hour === 24 * 12) await world.attend(student, 0, 0);
      await world.evaluate(student, ada);
    }
    const live = world.insights().map(({ raisedAt, resolved }) => [raisedAt, resolved?.at]);
    const definition = fewSessions({ forSeconds: 7_200, keepFiringForSeconds: 3_600 });
    const { insights } = await world.backtestRule(ask(world, { from, definition }), ada);
    expect(live).toHaveLength(2);
    expect(insights.map(({ raisedAt, resolvedAt }) => [raisedAt, resolvedAt])).toEqual(live);
  });

  it("is about the first entities of a type, and says whether there may be more", async () => {
    const { world } = await aPast();
    await world.attend("student-stu_2", 60);
    const asked = { ...ask(world), entityIds: undefined, entityType: "student" };
    const { entityIds: _, ...ofType } = asked;
    expect(await world.backtestRule({ ...ofType, atMost: 1 }, ada)).toMatchObject({ entities: 1, isPartial: true });
    expect(await world.backtestRule({ ...ofType, atMost: 10 }, ada)).toMatchObject({ entities: 2, isPartial: false });
  });

  it("stays bounded where a rule matches everything, and says that there is more", async () => {
    const always = { type: "THRESHOLD", metric: "sessions_30d", comparison: "ABOVE", fireAt: -1, clearAt: -1 } as const;
    const definition = fewSessions({ conditions: [always], risk: { least: 50, most: 90 } });
    const students = Array.from({ length: 10 }, (_, index) => `stu_${index}`);
    const bounded = async (atMost: { readonly insights: number; readonly looks: number }) => {
      const world = createRulesWorld({ atMost });
      const from = world.clock.now();
      for (const id of students) await world.attend(`student-${id}`, 0);
      world.clock.advance(20 * day * 1_000);
      return world.backtestRule({ entityIds: students, definition, from, until: world.clock.now() }, ada);
    };
    expect(await bounded({ insights: 1_000, looks: 1_000 })).toMatchObject({
      insights: { length: 10 },
      isPartial: false,
    });
    expect(await bounded({ insights: 4, looks: 1_000 })).toMatchObject({ insights: { length: 4 }, isPartial: true });
    expect(await bounded({ insights: 1_000, looks: 3 })).toMatchObject({ insights: { length: 1 }, isPartial: true });
  });

  it("refuses what it cannot be about", async () => {
    const { world } = await aPast();
    const refused = (change: object, scope: typeof ada.scope = "all") =>
      world.backtestRule(ask(world, change), { scope });
    await expect(refused({ from: world.clock.in(1_000), until: world.clock.in(2_000) })).rejects.toThrow(
      ValidationError,
    );
    await expect(refused({ from: world.clock.now(), until: "2025-01-15T10:30:00.000Z" })).rejects.toThrow(
      ValidationError,
    );
    await expect(refused({ from: "2023-01-15T10:30:00.000Z" })).rejects.toThrow(ValidationError);
    await expect(refused({ definition: { title: "?" } })).rejects.toThrow(ValidationError);
    await expect(refused({ definition: fewSessions({ entityTypes: ["tutor"] }) })).rejects.toThrow(ValidationError);
    await expect(refused({ entityIds: ["stu_none"] })).rejects.toThrow(NotFoundError);
    await expect(refused({}, ["tutor"])).rejects.toThrow(NotFoundError);
  });
});
