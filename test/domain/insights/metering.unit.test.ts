/** Metrics as they are, were and would be: exact at any second, however late the sweep is. */
import { describe, expect, it } from "vitest";
import { lastActivityOf, limits, measureAt, midnightsOf } from "../../../src/domain/insights/index.js";
import type { IncomingActivityInput } from "../../../src/domain/insights/index.js";
import { NotFoundError, ValidationError, addDays } from "../../../src/domain/kernel/index.js";
import { decay, homework, otherFormula } from "../../support/metricsStory.js";
import { ada, createMetricsWorld, incoming, student } from "./metricsWorld.js";

const now = "2025-01-15T10:30:00.000Z";
const dayMs = 86_400_000;

/** A world in which these facts happened, each so many days before. */
async function worldOf(facts: readonly (readonly [daysBefore: number, facts?: Partial<IncomingActivityInput>])[]) {
  const world = createMetricsWorld(now);
  await world.recording.recordActivities(
    facts.map(([days, more]) => incoming({ occurredAt: addDays(now, -days), ...more })),
    ada,
  );
  const current = async (entityKey?: string) => {
    const found = world.entity(entityKey);
    if (found === undefined) throw new Error("there is no entity");
    return (await world.metering.current([found]))[0];
  };
  return { ...world, current };
}

const problemsOf = async (of: Promise<unknown>) => {
  try {
    await of;
  } catch (error) {
    if (error instanceof ValidationError)
      return error.problems.map(({ path, message }) => `${path.join(".")}: ${message}`);
    return error;
  }
  return "not refused";
};

describe("metrics as they are", () => {
  it("are those that were measured last, without a question, until the next change", async () => {
    const world = await worldOf([[6], [13.5]]);
    world.clock.advance(dayMs / 2 - 1_000);
    const before = { ...world.counts };
    expect(await world.current()).toMatchObject({
      metrics: { sessions_7d: 1, sessions_14d: 2 },
      asOf: "2025-01-15T22:29:59.000Z",
      measuredAt: now,
      lastUpdated: now,
    });
    expect(world.counts).toEqual(before);
  });

  it("are exact from the second of the change on, by one question, though nobody has measured", async () => {
    const world = await worldOf([[6], [13.5]]);
    world.clock.advance(dayMs / 2);
    const before = { ...world.counts };
    const current = await world.current();
    expect(current).toMatchObject({
      metrics: { sessions_7d: 1, sessions_14d: 1 },
      asOf: "2025-01-15T22:30:00.000Z",
      lastUpdated: "2025-01-15T22:30:00.000Z",
      nextChangeAt: "2025-01-16T10:30:00.000Z",
    });
    expect(world.counts).toEqual({ ...before, getTallies: before.getTallies + 1 });
    // What the sweep records then is the same.
    await world.run("Entity-student-stu_4532", decay);
    const swept = world.entity();
    const { metrics, healthScore, nextChangeAt, measuredAt, lastUpdated } = current ?? {};
    expect(swept).toMatchObject({ metrics, healthScore, nextChangeAt, measuredAt, lastUpdated });
  });

  it("are those that were measured last where the clock of this server is a moment behind", async () => {
    const world = await worldOf([[0]]);
    world.clock.advance(-1_000);
    expect(await world.current()).toMatchObject({ metrics: { sessions_7d: 1 }, asOf: now, measuredAt: now });
    world.clock.advance(-limits.aheadSeconds * 1_000);
    expect(await world.current()).toMatchObject({ asOf: "2025-01-15T10:28:59.000Z" });
  });

  it("say what each component of the score gives, and how the score was seven days before", async () => {
    const world = await worldOf([[0.1], [0.2, { kind: "rating", value: 4 }]]);
    const first = await world.current();
    expect(first).toMatchObject({ healthScore: 62, trend7d: null });
    const given = first?.components.map(({ name, contribution }) => [name, contribution?.toFixed(3)]);
    expect(given).toEqual([
      ["engagement", "4.375"],
      ["satisfaction", "28.000"],
      ["support_load", "30.000"],
    ]);
    world.clock.advance(7 * dayMs);
    await world.recording.recordActivity(incoming({ kind: "ib_call" }), ada);
    // 0.35 x 1/8 + 0.35 x 0.8 + 0.3 x 7/8
    expect(await world.current()).toMatchObject({ healthScore: 59, trend7d: 59 - 62 });
  });

  it("are by the formula that is active and by the kinds there are, before anybody has measured by them", async () => {
    const world = await worldOf([[1], [1]]);
    await world.run("HealthFormula-student", otherFormula);
    await world.run("HealthFormula-student", { type: "ActivateHealthFormula", formulaVersion: 2 });
    const before = { ...world.counts };
    // 0.6 x 2/10 + 0.4
    expect(await world.current()).toMatchObject({ healthScore: 52, formulaVersion: 2 });
    expect(world.counts).toEqual(before);
    await world.run("InsightsCatalog-all", homework);
    expect((await world.current())?.metrics).toMatchObject({ homeworks_7d: 0, avg_homework: null, sessions_7d: 2 });
  });

  it("come for many entities in their order", async () => {
    const world = createMetricsWorld(now);
    const ids = Array.from({ length: 20 }, (_, index) => `stu_${index}`);
    await world.recording.recordActivities(
      ids.map((entityId) => incoming({ entityId })),
      ada,
    );
    world.clock.advance(40 * dayMs);
    const entities = ids.map((id) => world.entity(`student-${id}`)).filter((found) => found !== undefined);
    const measured = await world.metering.current(entities);
    expect(measured.map(({ entityId }) => entityId)).toEqual(ids);
    expect(measured.every(({ metrics }) => metrics["sessions_30d"] === 0)).toBe(true);
  });
});

describe("metrics as they were", () => {
  it("are by all that is known today, to the second, by two questions", async () => {
    const world = await worldOf([[1], [2], [3], [20], [20, { kind: "rating", value: 3 }]]);
    const before = { ...world.counts };
    expect(await world.metering.asOf(student, addDays(now, -2))).toMatchObject({
      entityId: "stu_4532",
      metrics: { sessions_7d: 2, sessions_30d: 3, avg_rating: 3 },
      asOf: addDays(now, -2),
      measuredAt: addDays(now, -2),
      lastActivityAt: { session: addDays(now, -2), rating: addDays(now, -20) },
    });
    expect(world.counts).toMatchObject({ getEntities: before.getEntities + 1, getTallies: before.getTallies + 1 });
    expect(await world.metering.asOf(student, addDays(now, -2 - 1 / 86_400))).toMatchObject({
      metrics: { sessions_7d: 1 },
    });
  });

  it("are the same as the current ones at this moment, and the trend knows facts that came late", async () => {
    const world = await worldOf([[1], [9], [9.5, { kind: "rating", value: 3 }]]);
    world.clock.advance(3 * dayMs + 1_234);
    await world.run("Entity-student-stu_4532", decay);
    const current = await world.current();
    const { metrics, healthScore, trend7d, components, nextChangeAt } = current ?? {};
    expect(await world.metering.asOf(student, world.clock.now())).toMatchObject({
      asOf: "2025-01-18T10:30:01.000Z",
      metrics,
      healthScore,
      components,
      trend7d: 60 - 55,
      nextChangeAt,
    });
    // All facts were recorded today: the trail knows of no day before, but the tallies do, by one question.
    expect(trend7d).toBeUndefined();
    const before = { ...world.counts };
    expect(current && (await world.metering.trends([current]))).toEqual([60 - 55]);
    expect(world.counts).toEqual({ ...before, getTallies: before.getTallies + 1 });
    expect(await world.metering.asOf(student, undefined)).toMatchObject({
      asOf: "2025-01-18T10:30:01.000Z",
      nextChangeAt,
    });
    expect((await world.metering.asOf(student, addDays(now, 1)))?.nextChangeAt).toBeUndefined();
  });

  it("have no trend, without a question, where the entity began later, and one where all its facts are long past", async () => {
    const young = await worldOf([[5]]);
    const [first] = [await young.current()];
    const before = { ...young.counts };
    expect(first && (await young.metering.trends([first]))).toEqual([null]);
    expect(young.counts).toEqual(before);
    const old = await worldOf([[100]]);
    const [quiet] = [await old.current()];
    expect(quiet && (await old.metering.trends([quiet]))).toEqual([0]);
  });

  it("have a trend against the end of the day seven days before", async () => {
    const world = await worldOf([
      [10, { kind: "rating", value: 5 }],
      [7 - 0.5, { kind: "rating", value: 0 }],
    ]);
    // The second rating came an hour and a half before the day seven days before ended.
    expect(await world.metering.asOf(student, now)).toMatchObject({ trend7d: 0 });
    expect(await world.metering.asOf(student, addDays(now, -1))).toMatchObject({ trend7d: 48 - 65 });
    expect(await world.metering.asOf(student, addDays(now, -6))).toMatchObject({ trend7d: null });
  });

  it("are not there before the first fact, nor of what there is not, nor in the future", async () => {
    const world = await worldOf([[3]]);
    expect(await world.metering.asOf(student, addDays(now, -3))).toMatchObject({ metrics: { sessions_7d: 1 } });
    expect(await world.metering.asOf(student, addDays(now, -3 - 1 / 86_400))).toBeUndefined();
    expect(await world.metering.asOf("student-stu_1", now)).toBeUndefined();
    expect(await problemsOf(world.metering.asOf(student, addDays(now, 1)))).toEqual([
      "asOf: must not lie in the future",
    ]);
  });
});

describe("a history", () => {
  it("has a point at each midnight, from the first on at which there was the entity", async () => {
    const world = await worldOf([[1], [3]]);
    const points = await world.metering.history(student, { from: addDays(now, -30), until: addDays(now, 30) });
    expect(points.map(({ at, metrics }) => [at, metrics["sessions_7d"]])).toEqual([
      ["2025-01-13T00:00:00.000Z", 1],
      ["2025-01-14T00:00:00.000Z", 1],
      ["2025-01-15T00:00:00.000Z", 2],
    ]);
    expect(points[2]?.healthScore).toBe(60);
    expect(await world.metering.history("student-stu_1", { from: now, until: now })).toEqual([]);
  });

  it("has zeros where there was something before, but not lately", async () => {
    const world = await worldOf([[100]]);
    const points = await world.metering.history(student, { from: addDays(now, -1), until: now });
    expect(points).toMatchObject([{ at: "2025-01-15T00:00:00.000Z", metrics: { sessions_30d: 0, avg_rating: null } }]);
  });

  it("refuses a range that is turned round, or too long", async () => {
    const { metering } = await worldOf([[1]]);
    expect(await problemsOf(metering.history(student, { from: now, until: addDays(now, -1) }))).toEqual([
      "until: must not lie before from",
    ]);
    const long = { from: addDays(now, -limits.historyDays - 1), until: now };
    expect(await problemsOf(metering.history(student, long))).toEqual([
      `from: must lie at most ${limits.historyDays} days before until`,
    ]);
  });

  it("has both ends of its range where they are midnights", () => {
    const [from, until] = ["2024-02-28T00:00:00.000Z", "2024-03-01T00:00:00.000Z"];
    expect(midnightsOf({ from, until }, { now, atMost: 3 })).toEqual([from, "2024-02-29T00:00:00.000Z", until]);
    const within = { from: "2024-02-28T00:00:00.001Z", until: "2024-02-28T23:59:59.999Z" };
    expect(midnightsOf(within, { now, atMost: 3 })).toEqual([]);
  });
});

describe("an aggregate's metrics", () => {
  it("are those of the facts that name it", async () => {
    const world = await worldOf([
      [1, { entityId: "stu_1", groups: ["sub_math"] }],
      [1, { entityId: "stu_2", groups: ["sub_math"] }],
      [8, { entityId: "stu_2", groups: ["sub_math"], kind: "rating", value: 5 }],
      [0, {}],
    ]);
    const tallies = await world.aggregateTallies();
    const { at, metrics, nextChangeAt } = measureAt({ tallies, at: now, yardstick: decay.yardstick });
    expect(metrics).toMatchObject({ sessions_7d: 2, avg_rating: 5 });
    const measures = { at, metrics, nextChangeAt, lastActivityAt: lastActivityOf(tallies, now) };
    await world.run("Entity-subject-sub_math", {
      type: "RecordMeasures",
      cause: "GROUP",
      formula: decay.yardstick.formula,
      ...measures,
    });
    const key = "subject-sub_math";
    world.clock.advance(6 * dayMs);
    expect(await world.current(key)).toMatchObject({
      metrics: { sessions_7d: 0, sessions_14d: 2 },
      entityType: "subject",
    });
    expect(await world.metering.asOf(key, addDays(now, -1))).toMatchObject({ metrics: { sessions_7d: 2 } });
    // It was measured today for the first time, but there are facts from before.
    expect(await world.metering.asOf(key, addDays(now, -5))).toMatchObject({
      metrics: { sessions_7d: 0, avg_rating: 5 },
    });
    expect(await world.metering.asOf(key, addDays(now, -9))).toBeUndefined();
  });
});

describe("an aggregate that nobody has measured yet", () => {
  it("is there where facts name it, and nothing is where none do", async () => {
    const world = await worldOf([[1, { groups: ["sub_math"] }]]);
    expect(await world.metering.asOf("subject-sub_math", undefined)).toMatchObject({
      entityType: "subject",
      entityId: "sub_math",
      metrics: { sessions_7d: 1 },
      trend7d: null,
      lastUpdated: addDays(now, -1),
    });
    expect(await world.metering.asOf("subject-sub_math", addDays(now, -2))).toBeUndefined();
    expect(await world.metering.asOf("subject-sub_other", undefined)).toBeUndefined();
  });
});

describe("a formula's backtest", () => {
  const range = { from: addDays(now, -3), until: now };
  const components = [{ name: "engagement", metric: "sessions_7d", weight: 1, worst: 0, best: 4 }];

  it("shows old and new scores side by side", async () => {
    const { metering } = await worldOf([[2.2], [1.2]]);
    const asked = { ...range, entityIds: ["stu_4532"], components };
    expect(await metering.backtestFormula(asked, ada)).toEqual([
      {
        entityType: "student",
        entityId: "stu_4532",
        points: [
          { at: "2025-01-14T00:00:00.000Z", current: 53, proposed: 25 },
          { at: "2025-01-15T00:00:00.000Z", current: 60, proposed: 50 },
        ],
      },
    ]);
  });

  it("is about the first entities of a type, as many as are wanted, however many pages that takes", async () => {
    const world = createMetricsWorld(now);
    for (const part of [0, 1])
      await world.recording.recordActivities(
        Array.from({ length: 90 }, (_, index) => incoming({ entityId: `stu_${part}${index}`, occurredAt: range.from })),
        ada,
      );
    const asked = { ...range, entityType: "student", components };
    const all = await world.metering.backtestFormula({ ...asked, atMost: 200 }, ada);
    expect(new Set(all.map(({ entityId }) => entityId)).size).toBe(180);
    expect(await world.metering.backtestFormula({ ...asked, atMost: 130 }, ada)).toHaveLength(130);
    expect(await world.metering.backtestFormula({ ...asked, entityType: "tutor", atMost: 1 }, ada)).toEqual([]);
  });

  it("refuses what it cannot reckon with, and names the field", async () => {
    const { metering } = await worldOf([[1]]);
    const asked = { ...range, entityIds: ["stu_4532"], components };
    const refused = (change: object) => problemsOf(metering.backtestFormula({ ...asked, ...change }, ada));
    const [first] = components;
    expect(await refused({ components: [] })).toEqual(["components: must have at least one"]);
    expect(await refused({ components: [{ ...first, metric: "sessions_9d" }] })).toEqual([
      expect.stringContaining("components.0.metric: must be one of sessions_7d"),
    ]);
    expect(await refused({ components: [{ ...first, metric: "health_score" }] })).toEqual([
      expect.stringContaining("components.0.metric"),
    ]);
    expect(await refused({ components: [{ ...first, best: 0 }] })).toEqual([
      "components.0.best: must not be the same as worst",
    ]);
    expect(await refused({ entityIds: [] })).toEqual(["entities.entityIds: must name at least one entity"]);
    expect(await refused({ entityIds: ["stu_4532", "stu_4532"] })).toEqual([
      "entities.entityIds: must not name an entity twice",
    ]);
    expect(await refused({ from: addDays(now, -limits.backtestDays - 1) })).toEqual([
      `from: must lie at most ${limits.backtestDays} days before until`,
    ]);
    for (const atMost of [0, 201, 1.5, Number.NaN])
      expect(
        await problemsOf(metering.backtestFormula({ ...range, components, entityType: "student", atMost }, ada)),
      ).toEqual(["entities.ofType.atMost: must be a whole number from 1 to 200"]);
  });

  it("is about entities and types that the caller may see, of one type", async () => {
    const { metering, recording } = await worldOf([[1]]);
    await recording.recordActivity(incoming({ entityId: "tut_1" }), ada);
    const of = (entityIds: readonly string[], scope: "all" | readonly string[] = "all") =>
      problemsOf(metering.backtestFormula({ ...range, components, entityIds }, { scope }));
    expect(await of(["stu_1"])).toBeInstanceOf(NotFoundError);
    expect(await of(["xyz_1"])).toBeInstanceOf(NotFoundError);
    expect(await of(["stu_4532"], ["tutor"])).toBeInstanceOf(NotFoundError);
    expect(await of(["stu_4532"], ["student"])).toBe("not refused");
    expect(await of(["stu_4532", "tut_1"])).toEqual([
      expect.stringContaining("entities.entityIds: must be of one type"),
    ]);
    const ofType = (entityType: string, scope: "all" | readonly string[] = "all") =>
      problemsOf(metering.backtestFormula({ ...range, components, entityType, atMost: 1 }, { scope }));
    expect(await ofType("school")).toBeInstanceOf(NotFoundError);
    expect(await ofType("student", ["tutor"])).toBeInstanceOf(NotFoundError);
    expect(await ofType("student", ["student"])).toBe("not refused");
  });
});
