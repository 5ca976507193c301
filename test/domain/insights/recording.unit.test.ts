/** Facts are recorded once, whatever comes twice, at the same time, or with faults. */
import { describe, expect, it } from "vitest";
import {
  ForbiddenError,
  IdempotencyKeyReusedError,
  UnavailableError,
  ValidationError,
} from "../../../src/domain/kernel/index.js";
import { limits } from "../../../src/domain/insights/index.js";
import type { RecordedActivity } from "../../../src/domain/insights/index.js";
import { homework } from "../../support/metricsStory.js";
import { ada, createMetricsWorld, incoming, student } from "./metricsWorld.js";

/** The error that a promise is refused with. */
async function refusal(of: Promise<unknown>): Promise<Error> {
  try {
    await of;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("it was not refused");
}

const fieldOf = (error: unknown) =>
  error instanceof ValidationError ? `${error.problems[0].path.join(".")}: ${error.problems[0].message}` : error;

function done(answers: readonly (RecordedActivity | { readonly refused: Error })[]): readonly RecordedActivity[] {
  return answers.map((answer) => {
    if ("refused" in answer) throw answer.refused;
    return answer;
  });
}

describe("recordActivity", () => {
  it("records a fact, measures its entity, and answers with both", async () => {
    const world = createMetricsWorld();
    const recorded = await world.recording.recordActivity(
      incoming({ kind: "rating", value: 4.5, source: "zoom", dedupeId: "m-1", note: "fine", groups: ["sub_math"] }),
      ada,
    );
    expect(recorded).toMatchObject({
      entityType: "student",
      entityId: "stu_4532",
      repeated: false,
      position: { streamId: "Entity-student-stu_4532", version: 2 },
      entity: { metrics: { avg_rating: 4.5 }, activities: 1, version: 2 },
      activity: {
        activityId: recorded.activityId,
        kind: "rating",
        value: 4.5,
        source: "zoom",
        dedupeId: "m-1",
        note: "fine",
        groups: [{ type: "subject", id: "sub_math" }],
        occurredAt: "2025-01-15T10:30:00.000Z",
        version: 1,
      },
    });
    expect(world.counts.append).toBe(1);
    expect(world.activities()).toEqual([recorded.activity]);
  });

  it("takes a time in ISO seconds, and a fact that lies a minute ahead", async () => {
    const { recording, entity } = createMetricsWorld();
    const at = "2025-01-15T10:31:00Z";
    expect((await recording.recordActivity(incoming({ occurredAt: at }), ada)).activity?.occurredAt).toBe(
      "2025-01-15T10:31:00.000Z",
    );
    expect(entity()).toMatchObject({ metrics: { sessions_7d: 0 }, nextChangeAt: "2025-01-15T10:31:00.000Z" });
  });

  it("finds a repeat by the source's own id, whoever sends it, and however its time is written", async () => {
    const world = createMetricsWorld();
    const once = incoming({ dedupeId: "m-1", occurredAt: "2025-01-15T10:00:00Z" });
    const first = await world.recording.recordActivity(once, ada);
    const again = { ...once, occurredAt: "2025-01-15T11:00:00.000+01:00" };
    const second = await world
      .another()
      .recording.recordActivity(again, { ...ada, actor: { kind: "SYSTEM", id: "x" } });
    expect(second).toEqual({
      activityId: first.activityId,
      entityType: "student",
      entityId: "stu_4532",
      repeated: true,
      position: { streamId: "Entity-student-stu_4532", version: 1 },
    });
    expect(world.entity()).toMatchObject({ activities: 1 });
  });

  it("takes a repeat without a time for the same, however much later it comes", async () => {
    const { recording, clock } = createMetricsWorld();
    await recording.recordActivity(incoming({ dedupeId: "m-1" }), ada);
    clock.advance(3_600_000);
    expect((await recording.recordActivity(incoming({ dedupeId: "m-1" }), ada)).repeated).toBe(true);
  });

  it("refuses a repeat that says something else, and names the dedupe id", async () => {
    const { recording, entity } = createMetricsWorld();
    await recording.recordActivity(incoming({ dedupeId: "m-1" }), ada);
    for (const other of [
      { kind: "ib_call" },
      { entityId: "stu_1" },
      { occurredAt: "2025-01-01T00:00:00Z" },
      { note: "x" },
    ])
      expect(fieldOf(await refusal(recording.recordActivity(incoming({ dedupeId: "m-1", ...other }), ada)))).toBe(
        "dedupeId: stands for another fact of api: m-1",
      );
    expect(entity()).toMatchObject({ activities: 1 });
  });

  it("knows the same id of another source, and about another type, for another fact", async () => {
    const { recording } = createMetricsWorld();
    for (const other of [{}, { source: "zoom" }, { entityId: "tut_1" }])
      expect((await recording.recordActivity(incoming({ dedupeId: "m-1", ...other }), ada)).repeated).toBe(false);
  });

  it("records two facts that nothing tells apart", async () => {
    const { recording, entity } = createMetricsWorld();
    await recording.recordActivity(incoming(), ada);
    await recording.recordActivity(incoming(), ada);
    expect(entity()).toMatchObject({ activities: 2, metrics: { sessions_7d: 2 } });
  });

  it("records a fact once under the caller's key, and refuses the key for another fact", async () => {
    const { recording, entity, another } = createMetricsWorld();
    const keyed = { ...ada, idempotencyKey: "k-1" };
    const first = await recording.recordActivity(incoming(), keyed);
    expect(await another().recording.recordActivity(incoming(), keyed)).toMatchObject({
      activityId: first.activityId,
      repeated: true,
      position: first.position,
    });
    expect(await refusal(recording.recordActivity(incoming({ kind: "ib_call" }), keyed))).toBeInstanceOf(
      IdempotencyKeyReusedError,
    );
    expect(entity()).toMatchObject({ activities: 1 });
    const other = { ...keyed, actor: { kind: "USER" as const, id: "ben" } };
    expect((await recording.recordActivity(incoming(), other)).repeated).toBe(false);
  });

  it("is recorded once where sixteen deliver the same at the same time, from different servers", async () => {
    const world = createMetricsWorld();
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => world.another().recording.recordActivity(incoming({ dedupeId: "m-1" }), ada)),
    );
    expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(new Set(answers.map(({ activityId }) => activityId)).size).toBe(1);
    expect(world.entity()).toMatchObject({ activities: 1, metrics: { sessions_7d: 1 } });
  });

  it("loses none of sixteen facts that come at the same time, by three servers", async () => {
    const world = createMetricsWorld();
    const servers = [world, world.another(), world.another()].map(({ recording }) => recording);
    await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        (servers[index % 3] ?? world.recording).recordActivity(incoming({ dedupeId: `m-${index}` }), ada),
      ),
    );
    expect(world.entity()).toMatchObject({ activities: 16, metrics: { sessions_7d: 16 } });
    expect(world.activities()).toHaveLength(16);
  });

  it("measures by what the catalog and the formula are now", async () => {
    const world = createMetricsWorld();
    await world.run("InsightsCatalog-all", homework);
    const components = [{ name: "homework", metric: "avg_homework", weight: 1, worst: 0, best: 100 }];
    await world.run("HealthFormula-student", { type: "AddHealthFormula", components });
    await world.run("HealthFormula-student", { type: "ActivateHealthFormula", formulaVersion: 2 });
    await world.recording.recordActivity(incoming({ kind: "homework", value: 73 }), ada);
    expect(world.entity()).toMatchObject({
      metrics: { homeworks_7d: 1, avg_homework: 73 },
      healthScore: 73,
      formulaVersion: 2,
    });
  });
});

describe("what is refused", () => {
  const cases: readonly [string, unknown, string][] = [
    ["no input", undefined, ": must be a fact: an object"],
    ["null", null, ": must be a fact: an object"],
    ["an id without a prefix", incoming({ entityId: "4532" }), "entityId: must be an id with the prefix"],
    [
      "an id of an unknown prefix",
      incoming({ entityId: "xyz_1" }),
      "entityId: must begin with the prefix of a type, not as xyz_1: stu_, tut_",
    ],
    ["an aggregate", incoming({ entityId: "sub_math" }), "entityId: must not be of type subject"],
    ["a type that is not the id's", incoming({ entityType: "tutor" }), "entityType: must be student"],
    ["an unknown kind", incoming({ kind: "party" }), "kind: must be one of session, ib_call, rating"],
    ["a value that is no number", { ...incoming({ kind: "rating" }), value: "5" }, "value: must be a number"],
    ["NaN", incoming({ kind: "rating", value: Number.NaN }), "value: must be a number"],
    ["Infinity", incoming({ kind: "rating", value: Number.POSITIVE_INFINITY }), "value: must be a number"],
    ["a negative rating", incoming({ kind: "rating", value: -1 }), "value: must be a number from 0 to 5"],
    ["a rating of 6", incoming({ kind: "rating", value: 6 }), "value: must be a number from 0 to 5"],
    ["four digits", incoming({ kind: "rating", value: 4.1234 }), "value: must have at most three digits"],
    ["no value", incoming({ kind: "rating" }), "value: must be given"],
    ["a value too much", incoming({ value: 1 }), "value: must not be given"],
    [
      "the future",
      incoming({ occurredAt: "2025-01-15T10:31:00.001Z" }),
      "occurredAt: must not lie more than 60 seconds",
    ],
    ["the time before 1970", incoming({ occurredAt: "1969-12-31T23:59:59Z" }), "occurredAt: must not lie before 1970"],
    ["a time without a zone", incoming({ occurredAt: "2025-01-15T10:30:00" }), "occurredAt: must be an RFC 3339"],
    ["30 February", incoming({ occurredAt: "2024-02-30T10:30:00Z" }), "occurredAt: must be an RFC 3339"],
    ["a group that is no aggregate", incoming({ groups: ["tut_1"] }), "groups: must name aggregates only: tut_1"],
    ["a group of an unknown prefix", incoming({ groups: ["xyz_1"] }), "groups: must begin with the prefix"],
    ["a group twice", incoming({ groups: ["sub_a", "sub_a"] }), "groups: must not name a group twice"],
    ["six groups", incoming({ groups: [1, 2, 3, 4, 5, 6].map((n) => `sub_${n}`) }), "groups: must have at most 5"],
    ["a dedupe id with a space", incoming({ dedupeId: "a b" }), "dedupeId: must be printable ASCII"],
    ["an empty dedupe id", incoming({ dedupeId: "" }), "dedupeId: must not be empty"],
    ["a source with #", incoming({ source: "a#b" }), "source: must be the name of a source"],
    ["a note of 501 characters", incoming({ note: "x".repeat(501) }), "note: must have at most 500"],
    ["a field that there is not", { ...incoming(), occured_at: "x" }, ": has no occured_at"],
  ];

  it.each(cases)("%s", async (_, input, expected) => {
    const { recording, counts } = createMetricsWorld();
    expect(fieldOf(await refusal(recording.recordActivity(input, ada)))).toContain(expected);
    expect(counts.append).toBe(0);
  });

  it("facts about entities and groups of other teams", async () => {
    const { recording } = createMetricsWorld();
    const tutors = { ...ada, scope: ["tutor"] };
    const refused = await refusal(recording.recordActivity(incoming(), tutors));
    expect(refused).toBeInstanceOf(ForbiddenError);
    expect(refused).toMatchObject({ inputPath: ["entityId"] });
    const students = { ...ada, scope: ["student"] };
    expect(await refusal(recording.recordActivity(incoming({ groups: ["sub_math"] }), students))).toMatchObject({
      inputPath: ["groups"],
    });
    expect((await recording.recordActivity(incoming(), students)).repeated).toBe(false);
  });

  it("-0 is 0", async () => {
    const { recording } = createMetricsWorld();
    const { activity } = await recording.recordActivity(incoming({ kind: "rating", value: -0 }), ada);
    expect(Object.is(activity?.value, 0)).toBe(true);
  });
});

describe("recordActivities", () => {
  it("records facts about many entities in one transaction, those of one in one commit", async () => {
    const world = createMetricsWorld();
    const inputs = Array.from({ length: 30 }, (_, index) => incoming({ entityId: `stu_${index % 10}` }));
    const answers = done(await world.recording.recordActivities(inputs, ada));
    expect(world.counts).toMatchObject({ append: 1, getActivities: 0 });
    expect(answers.map(({ entityId }) => entityId)).toEqual(inputs.map(({ entityId }) => entityId));
    expect(world.entity("student-stu_3")).toMatchObject({ activities: 3, version: 4 });
    expect(answers[13]).toMatchObject({ activity: { version: 2 }, position: { version: 4 }, entity: { version: 4 } });
  });

  it.each([
    ["a hundred of one entity and day", (index: number) => incoming({ dedupeId: String(index) }), 2],
    [
      "a hundred days of one entity",
      (index: number) => incoming({ occurredAt: new Date(1_736_899_200_000 - index * 86_400_000).toISOString() }),
      3,
    ],
    ["a hundred entities", (index: number) => incoming({ entityId: `stu_${index}` }), 4],
    ["long notes", (index: number) => incoming({ note: "ä".repeat(500), dedupeId: String(index).repeat(60) }), 2],
  ])("records %s in as few transactions as hold them", async (_, toInput, appends) => {
    const world = createMetricsWorld("2025-01-15T10:30:00.000Z");
    const answers = done(
      await world.recording.recordActivities(
        Array.from({ length: 100 }, (_one, index) => toInput(index)),
        ada,
      ),
    );
    expect(answers.every(({ repeated }) => !repeated)).toBe(true);
    expect(world.activities()).toHaveLength(100);
    expect(world.counts.append).toBe(appends);
    expect(world.reported).toEqual([]);
  });

  it("takes repeats out with one question and one transaction more, and refuses those that say something else", async () => {
    const world = createMetricsWorld();
    await world.recording.recordActivities([incoming({ dedupeId: "a" }), incoming({ dedupeId: "b" })], ada);
    const before = { ...world.counts };
    const [repeated, fresh, other] = await world.recording.recordActivities(
      [incoming({ dedupeId: "a" }), incoming({ dedupeId: "c" }), incoming({ dedupeId: "b", kind: "ib_call" })],
      ada,
    );
    expect(repeated).toMatchObject({ repeated: true, position: { version: 1 } });
    expect(fresh).toMatchObject({ repeated: false, position: { version: 5 } });
    expect(other).toMatchObject({ refused: { inputPath: ["dedupeId"] } });
    expect(world.counts.append - before.append).toBe(2);
    expect(world.counts.getActivities - before.getActivities).toBe(1);
    expect(world.entity()).toMatchObject({ activities: 3 });
  });

  it("knows a repeat within the same request, and what is refused holds nobody up", async () => {
    const world = createMetricsWorld();
    const answers = await world.recording.recordActivities(
      [
        incoming({ dedupeId: "a" }),
        incoming({ kind: "rating", value: 6 }),
        incoming({ dedupeId: "a" }),
        incoming({ dedupeId: "a", note: "another" }),
        42,
      ],
      ada,
    );
    expect(answers.map((answer) => ("refused" in answer ? fieldOf(answer.refused) : answer.repeated))).toEqual([
      false,
      "value: must be a number from 0 to 5",
      true,
      "dedupeId: stands for another fact of api: a",
      ": must be a fact: an object",
    ]);
    expect(world.entity()).toMatchObject({ activities: 1 });
  });

  it("answers a whole request that comes again under its key as before, and refuses the key for other facts", async () => {
    const world = createMetricsWorld();
    const keyed = { ...ada, idempotencyKey: "bulk" };
    const inputs = [incoming(), incoming({ kind: "ib_call" }), incoming()];
    const first = done(await world.recording.recordActivities(inputs, keyed));
    const again = done(await world.another().recording.recordActivities(inputs, keyed));
    expect(again.map(({ activityId, repeated }) => [activityId, repeated])).toEqual(
      first.map(({ activityId }) => [activityId, true]),
    );
    expect(world.entity()).toMatchObject({ activities: 3 });
    // As a whole, and also what has an id of its own.
    const others = [incoming({ entityId: "stu_1", dedupeId: "m-1" }), ...inputs];
    expect(await refusal(world.recording.recordActivities(others, keyed))).toMatchObject({
      code: "IDEMPOTENCY_KEY_REUSED",
      inputPath: ["idempotencyKey"],
    });
    expect(world.entity("student-stu_1")).toBeUndefined();
    expect(world.activities()).toHaveLength(3);
  });

  it("records under its key what a call that was cut off has not, and leaves the key of one that recorded nothing", async () => {
    const world = createMetricsWorld();
    const keyed = { ...ada, idempotencyKey: "bulk" };
    expect(await world.recording.recordActivities([incoming({ kind: "party" })], keyed)).toMatchObject([
      { refused: { inputPath: ["kind"] } },
    ]);
    const inputs = Array.from({ length: 100 }, (_, index) => incoming({ entityId: `stu_${index}` }));
    world.failWith(({ appends }) =>
      appends.some(({ commit }) => commit.streamId.endsWith("stu_99")) ? new UnavailableError("cut off") : undefined,
    );
    const cut = await world.recording.recordActivities(inputs, keyed);
    expect(cut[0]).toMatchObject({ repeated: false });
    expect(cut[99]).toMatchObject({ refused: { code: "UNAVAILABLE" } });
    world.failWith(() => undefined);
    const again = done(await world.another().recording.recordActivities(inputs, keyed));
    expect([again[0]?.repeated, again[99]?.repeated]).toEqual([true, false]);
    expect(world.activities()).toHaveLength(100);
  });

  it("keeps signed deliveries apart: no caller takes the id of one", async () => {
    const world = createMetricsWorld();
    const fact = incoming({ source: "webhook", dedupeId: "msg_1" });
    await world.recording.recordActivity({ ...fact, kind: "ib_call" }, ada);
    const deliver = async () => done(await world.recording.recordActivities([fact], ada, { isSigned: true }));
    expect((await deliver())[0]).toMatchObject({ repeated: false });
    expect((await deliver())[0]).toMatchObject({ repeated: true });
    expect(world.entity()).toMatchObject({ activities: 2 });
  });

  it("knows a fact again whose time has a fraction of the second, as its time is to the second", async () => {
    const { recording } = createMetricsWorld();
    const at = (occurredAt: string) => recording.recordActivity(incoming({ dedupeId: "m-1", occurredAt }), ada);
    await at("2025-01-15T10:00:00Z");
    expect(await at("2025-01-15T10:00:00.400Z")).toMatchObject({ repeated: true });
    expect(await refusal(at("2025-01-15T10:00:01Z"))).toMatchObject({ inputPath: ["dedupeId"] });
  });

  it("records each once where the same list comes sixteen times at the same time", async () => {
    const world = createMetricsWorld();
    const list = Array.from({ length: 20 }, (_, index) =>
      incoming({ dedupeId: `m-${index}`, entityId: `stu_${index % 4}` }),
    );
    const all = await Promise.all(
      Array.from({ length: 16 }, () => world.another().recording.recordActivities(list, ada)),
    );
    expect(all.flatMap(done).filter(({ repeated }) => !repeated)).toHaveLength(20);
    expect(world.activities()).toHaveLength(20);
    expect([0, 1, 2, 3].map((n) => world.entity(`student-stu_${n}`)?.activities)).toEqual([5, 5, 5, 5]);
  });

  it("loses nothing but the one that cannot be written, and tells of a fault that nobody foresaw", async () => {
    const world = createMetricsWorld();
    world.failWith(({ appends }) =>
      appends.some(({ commit }) => commit.streamId.endsWith("stu_2")) ? new Error("a row is too large") : undefined,
    );
    const answers = await world.recording.recordActivities(
      ["stu_1", "stu_2", "stu_3"].map((entityId) => incoming({ entityId })),
      ada,
    );
    expect(answers.map((answer) => "refused" in answer)).toEqual([false, true, false]);
    expect(answers[1]).toMatchObject({ refused: { code: "UNAVAILABLE" } });
    expect(world.reported).toHaveLength(1);
  });

  it("refuses more than a hundred, and a version, which means nothing here", async () => {
    const { recording } = createMetricsWorld();
    const many = Array.from({ length: limits.activities + 1 }, () => incoming());
    expect(fieldOf(await refusal(recording.recordActivities(many, ada)))).toContain(
      "activities: must have at most 100",
    );
    expect(fieldOf(await refusal(recording.recordActivities([], { ...ada, expectedVersion: 1 })))).toContain(
      "expectedVersion",
    );
    expect(await recording.recordActivities([], ada)).toEqual([]);
  });
});

describe("an aggregate's tallies", () => {
  it("hold the facts of all that name it, by the hour, whatever their order", async () => {
    const world = createMetricsWorld();
    const at = (minutes: number) => new Date(Date.parse("2025-01-15T08:00:00Z") + minutes * 60_000).toISOString();
    await world.recording.recordActivities(
      [
        incoming({ entityId: "stu_1", groups: ["sub_math", "reg_eu"], occurredAt: at(10) }),
        incoming({ entityId: "stu_2", groups: ["sub_math"], occurredAt: at(5) }),
        incoming({ entityId: "stu_2", groups: ["sub_math"], occurredAt: at(65) }),
        incoming({ entityId: "stu_3", groups: ["sub_math"], kind: "rating", value: 4.5, occurredAt: at(5) }),
        incoming({ entityId: "stu_3", occurredAt: at(5) }),
      ],
      ada,
    );
    const mark = (second: number, total = 0) => ({ second, count: 1, total });
    const tally = (entityKey: string, hour: number, marks: readonly ReturnType<typeof mark>[], kind = "session") => ({
      entityKey,
      kind,
      from: at(hour * 60),
      count: marks.length,
      total: marks.reduce((sum, { total }) => sum + total, 0),
      first: marks[0]?.second,
      last: marks.at(-1)?.second,
      marks,
    });
    const tallies = await world.aggregateTallies();
    expect(tallies).toHaveLength(4);
    expect(tallies).toEqual(
      expect.arrayContaining([
        tally("subject-sub_math", 0, [mark(300), mark(600)]),
        tally("subject-sub_math", 1, [mark(300)]),
        tally("subject-sub_math", 0, [mark(300, 4_500)], "rating"),
        tally("region-reg_eu", 0, [mark(600)]),
      ]),
    );
    expect(world.entity("student-stu_1")?.activities).toBe(1);
    expect(world.entity(student)).toBeUndefined();
  });
});
