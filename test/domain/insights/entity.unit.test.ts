/** The rules of an entity: facts are kept as they came, and measured with what is known of them. */
import { describe, expect, it } from "vitest";
import {
  defaultComponents,
  entityDecider,
  insightsProjection,
  limits,
  scoreOfDay,
} from "../../../src/domain/insights/index.js";
import type { EntityCommand, EntityEvent, EntityState } from "../../../src/domain/insights/index.js";
import { InvalidTransitionError, NotFoundError, addDays, addSeconds } from "../../../src/domain/kernel/index.js";
import type { Instant, Recorded } from "../../../src/domain/kernel/index.js";
import { recordAll } from "../../support/deciderSpecification.js";
import {
  decay,
  defaultYardstick,
  fact,
  groupMeasures,
  recordFacts,
  storyStart,
  studentStream,
  subjectStream,
} from "../../support/metricsStory.js";

const nothingYet: EntityState = entityDecider.initialState;

/** A stream that commands are carried out on, each at its own time. */
function course(streamId = studentStream) {
  const events: Recorded<EntityEvent>[] = [];
  let state = nothingYet;
  const decide = (command: EntityCommand, now: Instant, scope?: readonly string[]) =>
    entityDecider.decide(command, state, { streamId, now, actor: { kind: "USER", id: "ada" }, scope: scope ?? "all" });
  return {
    decide,
    do(command: EntityCommand, now: Instant = storyStart) {
      const recorded = recordAll<EntityEvent>(
        decide(command, now).map((event) => ({ streamId, recordedAt: now, occurredAt: now, ...event })),
        events.length,
      );
      events.push(...recorded);
      state = recorded.reduce((folded, event) => entityDecider.evolve(folded, event), state);
      return recorded;
    },
    get state() {
      return state;
    },
    get entity() {
      if (state.entity === undefined) throw new Error("there is no entity yet");
      return state.entity;
    },
  };
}

const typesOf = (events: readonly { readonly type: string }[]) => events.map(({ type }) => type);

describe("recording facts", () => {
  it("keeps each as it came and says what they come to", () => {
    const student = course();
    const facts = [
      fact({ occurredAt: "2025-01-15T09:00:00.250Z" }),
      fact({ activityId: "b", kind: "rating", value: 4.5, occurredAt: "2025-01-10T09:00:00.000Z" }),
    ];
    const events = student.do(recordFacts(...facts), "2025-01-15T10:30:00.700Z");
    expect(events.map(({ type, occurredAt }) => [type, occurredAt])).toEqual([
      ["ActivityRecorded", "2025-01-15T09:00:00.250Z"],
      ["ActivityRecorded", "2025-01-10T09:00:00.000Z"],
      ["EntityMetricsMeasured", "2025-01-15T10:30:00.700Z"],
    ]);
    expect(events[2]?.data).toEqual({
      at: "2025-01-15T10:30:00.000Z",
      metrics: { sessions_7d: 1, sessions_14d: 1, sessions_30d: 1, ib_calls_7d: 0, ib_calls_14d: 0, avg_rating: 4.5 },
      // 0.35 x 1/8 + 0.35 x 0.9 + 0.3
      healthScore: 66,
      formulaVersion: 1,
      cause: "ACTIVITY",
      nextChangeAt: "2025-01-22T09:00:00.000Z",
    });
    expect(student.entity).toEqual({
      entityType: "student",
      entityId: "stu_4532",
      metrics: { sessions_7d: 1, sessions_14d: 1, sessions_30d: 1, ib_calls_7d: 0, ib_calls_14d: 0, avg_rating: 4.5 },
      healthScore: 66,
      formulaVersion: 1,
      measuredAt: "2025-01-15T10:30:00.000Z",
      nextChangeAt: "2025-01-22T09:00:00.000Z",
      lastUpdated: "2025-01-15T10:30:00.000Z",
      firstActivityAt: "2025-01-10T09:00:00.000Z",
      lastActivityAt: { session: "2025-01-15T09:00:00.250Z", rating: "2025-01-10T09:00:00.000Z" },
      activities: 2,
      healthTrail: [{ day: "2025-01-15", score: 66 }],
      version: 3,
      hash: "hash-3",
    });
  });

  it("measures nothing anew where a fact is too old to change anything", () => {
    const student = course();
    student.do(recordFacts(fact()));
    const before = student.entity;
    expect(typesOf(student.do(recordFacts(fact({ occurredAt: "2020-02-29T00:00:00.000Z" }))))).toEqual([
      "ActivityRecorded",
    ]);
    expect(student.entity).toEqual({
      ...before,
      activities: 2,
      firstActivityAt: "2020-02-29T00:00:00.000Z",
      version: 3,
      hash: "hash-3",
    });
  });

  it("measures nothing anew but the next change where counts stay", () => {
    const student = course();
    student.do(recordFacts(fact({ kind: "ib_call" })));
    const events = student.do(recordFacts(fact({ occurredAt: "2024-12-30T10:30:01.000Z" })));
    expect(events[1]).toMatchObject({
      type: "EntityMetricsMeasured",
      data: { metrics: { sessions_14d: 0, sessions_30d: 1 }, nextChangeAt: "2025-01-22T10:30:00.000Z" },
    });
  });

  it("counts a fact that lies ahead once its time has come", () => {
    const student = course();
    student.do(recordFacts(fact({ occurredAt: "2025-01-15T10:30:40.000Z" })));
    expect(student.entity).toMatchObject({
      metrics: { sessions_7d: 0 },
      nextChangeAt: "2025-01-15T10:30:40.000Z",
      activities: 1,
    });
    student.do(decay, "2025-01-15T10:30:40.000Z");
    expect(student.entity).toMatchObject({ metrics: { sessions_7d: 1 }, nextChangeAt: "2025-01-22T10:30:40.000Z" });
  });

  it("loses nothing because the clock of another server is a moment behind", () => {
    const student = course();
    student.do(recordFacts(fact()));
    const behind = addSeconds(storyStart, -1);
    student.do(recordFacts(fact({ activityId: "2", kind: "ib_call", occurredAt: behind })), behind);
    expect(student.entity).toMatchObject({ measuredAt: storyStart, metrics: { sessions_7d: 1, ib_calls_7d: 1 } });
    expect(student.decide(decay, addSeconds(storyStart, -limits.aheadSeconds))).toEqual([]);
  });

  it("is not held up by a clock that was far ahead and is put right", () => {
    const student = course();
    student.do(recordFacts(fact()));
    const right = addSeconds(storyStart, -limits.aheadSeconds - 1);
    student.do(decay, right);
    expect(student.entity).toMatchObject({ measuredAt: right, nextChangeAt: storyStart, metrics: { sessions_7d: 0 } });
  });

  it("takes facts in any order: the tallies are the same", () => {
    const facts = ["2025-01-15T10:00:00.000Z", "2025-01-13T23:59:59.000Z", "2025-01-14T00:00:00.000Z"].map(
      (at, index) => fact({ activityId: String(index), occurredAt: at }),
    );
    const [inOrder, turned] = [course(), course()];
    inOrder.do(recordFacts(...facts));
    for (const one of [...facts].reverse()) turned.do(recordFacts(one));
    expect(Object.fromEntries(turned.state.tallies)).toEqual(Object.fromEntries(inOrder.state.tallies));
    expect(turned.entity.lastActivityAt).toEqual(inOrder.entity.lastActivityAt);
    expect(turned.entity.metrics).toEqual(inOrder.entity.metrics);
  });

  it("writes the entity, the tallies that changed, and a row for each fact whose place must be free", () => {
    const student = course();
    student.do(recordFacts(fact({ occurredAt: "2025-01-10T10:30:00.000Z" })));
    const before = student.state;
    const events = student.do(recordFacts(fact({ activityId: "b", note: "hello" })));
    const changes = insightsProjection.changes(before, events, student.state);
    expect(changes.map(({ view, key, mustBeNew }) => [view, key, mustBeNew])).toEqual([
      ["entity", "student-stu_4532", undefined],
      ["tally", "student-stu_4532/2025-01-15T10:00:00.000Z#session", undefined],
      ["activity", "b", true],
    ]);
    expect(changes[2]?.row).toMatchObject({ entityId: "stu_4532", note: "hello", version: 3, occurredAt: storyStart });
  });
});

describe("measuring as time goes on", () => {
  it("does nothing where there is no entity, and nothing before the next change", () => {
    const student = course();
    expect(student.decide(decay, storyStart)).toEqual([]);
    student.do(recordFacts(fact()));
    expect(student.decide(decay, "2025-01-22T10:29:59.999Z")).toEqual([]);
  });

  it("lets facts leave their windows to the second, and ends when there is nothing left to change", () => {
    const student = course();
    student.do(recordFacts(fact()));
    const counts = [];
    for (let steps = 0; student.entity.nextChangeAt !== undefined && steps < 9; steps += 1) {
      const at = student.entity.nextChangeAt;
      expect(typesOf(student.do(decay, at))).toEqual(["EntityMetricsMeasured"]);
      const { sessions_7d: week, sessions_14d: fortnight, sessions_30d: month } = student.entity.metrics;
      counts.push([at, week, fortnight, month]);
    }
    expect(counts).toEqual([
      ["2025-01-22T10:30:00.000Z", 0, 1, 1],
      ["2025-01-29T10:30:00.000Z", 0, 0, 1],
      ["2025-02-14T10:30:00.000Z", 0, 0, 0],
    ]);
    expect(student.entity).toMatchObject({ metrics: { avg_rating: null }, activities: 1 });
    expect(student.decide(decay, "2026-01-01T00:00:00.000Z")).toEqual([]);
  });

  it("measures by another formula, and by kinds that are new", () => {
    const student = course();
    student.do(recordFacts(fact()));
    const kinds = [...defaultYardstick.kinds, { name: "homework", plural: "homeworks", windows: [7] }];
    const formula = { formulaVersion: 2, components: defaultComponents.slice(0, 1) };
    student.do({ type: "MeasureEntity", cause: "FORMULA", yardstick: { kinds, formula } });
    expect(student.entity).toMatchObject({ healthScore: 13, formulaVersion: 2, metrics: { homeworks_7d: 0 } });
  });

  it("says that the entity was updated only where a value has changed", () => {
    const student = course();
    student.do(recordFacts(fact({ occurredAt: "2024-12-20T00:00:00.000Z" })));
    const [later, latest] = ["2025-01-16T00:00:00.000Z", "2025-01-17T00:00:00.000Z"];
    // The same by another formula that has other words for the same.
    const formula = { ...defaultYardstick.formula, formulaVersion: 2 };
    student.do({ ...decay, yardstick: { ...defaultYardstick, formula } }, later);
    expect(student.entity).toMatchObject({ measuredAt: later, lastUpdated: storyStart, formulaVersion: 2 });
    student.do(recordFacts(fact({ activityId: "b", occurredAt: latest })), latest);
    expect(student.entity).toMatchObject({ measuredAt: latest, lastUpdated: latest });
  });
});

describe("the trail of scores", () => {
  /** A student whose score is this on each day, none where it stays. */
  const through = (scores: readonly (readonly [day: number, sessions: number])[]) => {
    const subject = course(subjectStream);
    for (const [day, sessions] of scores) {
      const at = addDays(storyStart, day);
      const metrics = { sessions_14d: sessions, ib_calls_14d: null, avg_rating: null };
      subject.do(groupMeasures({ at, metrics, nextChangeAt: addDays(at, 1) }), at);
    }
    return subject.entity.healthTrail;
  };

  it("keeps the last score of each day on which it changed", () => {
    expect(
      through([
        [0, 8],
        [0.1, 4],
        [1, 4],
        [2, 0],
      ]),
    ).toEqual([
      { day: "2025-01-15", score: 50 },
      { day: "2025-01-17", score: 0 },
    ]);
  });

  it("keeps eight days and the last score before them", () => {
    const trail = through(Array.from({ length: 20 }, (_, day) => [day, day % 2 === 0 ? 8 : 4] as const));
    expect(trail.map(({ day }) => day)).toEqual(
      Array.from({ length: 9 }, (_, index) => addDays("2025-01-26T00:00:00.000Z", index).slice(0, 10)),
    );
    expect(
      through([
        [0, 8],
        [1, 4],
        [30, 2],
      ]),
    ).toEqual([
      { day: "2025-01-16", score: 50 },
      { day: "2025-02-14", score: 25 },
    ]);
  });

  it("knows the score with which a day ended", () => {
    const trail = through([
      [0, 8],
      [5, 4],
    ]);
    expect(scoreOfDay(trail, addDays(storyStart, 7), 7)).toBe(100);
    expect(scoreOfDay(trail, addDays(storyStart, 11), 7)).toBe(100);
    expect(scoreOfDay(trail, addDays(storyStart, 12), 7)).toBe(50);
    expect(scoreOfDay(trail, addDays(storyStart, 6), 7)).toBeUndefined();
  });

  it("does not go back where a clock is behind", () => {
    expect(
      through([
        [1, 8],
        [0, 4],
      ]),
    ).toHaveLength(1);
  });
});

describe("an aggregate", () => {
  it("is what the measures say, scored by the formula; the same once more is nothing", () => {
    const subject = course(subjectStream);
    const [measured] = subject.do(groupMeasures({ at: "2025-01-15T10:30:00.900Z" }));
    // 0.35 x 1 + 0.35 x 0.9 + 0.3 x 0.625
    expect(measured?.data).toMatchObject({ at: storyStart, healthScore: 85, cause: "GROUP" });
    expect(subject.entity).toMatchObject({
      entityType: "subject",
      entityId: "sub_math",
      activities: 0,
      firstActivityAt: storyStart,
      lastActivityAt: { session: "2025-01-15T09:00:00.000Z" },
    });
    expect(subject.decide(groupMeasures({ at: addDays(storyStart, 1) }), addDays(storyStart, 1))).toEqual([]);
  });

  it("is measured anew where only the latest fact is another", () => {
    const subject = course(subjectStream);
    subject.do(groupMeasures());
    const later = { at: addDays(storyStart, 1), lastActivityAt: { session: "2025-01-15T09:30:00.000Z" } };
    subject.do(groupMeasures(later), later.at);
    expect(subject.entity).toMatchObject({ lastActivityAt: later.lastActivityAt, lastUpdated: storyStart });
  });

  it("does not take a measurement that is older than what it has, unless a clock was ahead", () => {
    const subject = course(subjectStream);
    subject.do(groupMeasures());
    const older = groupMeasures({ at: "2025-01-15T10:29:59.000Z", metrics: {} });
    expect(subject.decide(older, "2025-01-15T10:30:05.000Z")).toEqual([]);
    expect(subject.decide(older, "2025-01-15T10:29:59.000Z")).toEqual([]);
    expect(subject.decide(older, "2025-01-15T10:28:59.000Z")).toHaveLength(1);
  });

  it("has no facts of its own, and an entity has no other measures", () => {
    const [student, subject] = [course(), course(subjectStream)];
    student.do(recordFacts(fact()));
    subject.do(groupMeasures());
    for (const refused of [
      () => subject.decide(recordFacts(fact()), storyStart),
      () => subject.decide(decay, storyStart),
      () => student.decide(groupMeasures(), storyStart),
    ])
      expect(refused).toThrow(InvalidTransitionError);
  });
});

it("an entity of a type that the caller does not have is not there", () => {
  const student = course();
  student.do(recordFacts(fact()));
  expect(() => student.decide(decay, storyStart, ["tutor"])).toThrow(NotFoundError);
  expect(student.decide(decay, storyStart, ["student"])).toEqual([]);
  const context = { streamId: studentStream, now: storyStart, actor: { kind: "USER", id: "ada" } as const };
  expect(() => entityDecider.requireVisible?.(decay, student.state, { ...context, scope: ["tutor"] })).toThrow(
    NotFoundError,
  );
});
