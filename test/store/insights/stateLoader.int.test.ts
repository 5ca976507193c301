/** What decisions about entities, rules and insights rest on: read in few requests, never of two moments, never what somebody edited. */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type {
  EntityState,
  Insight,
  InsightsCommandOf,
  InsightsState,
  Tally,
} from "../../../src/domain/insights/index.js";
import {
  bucketStart,
  emptyTally,
  insightCategory,
  measureAt,
  parseWatchKey,
  ruleCategory,
  tallyKey,
  toEntityStream,
  toSeedTime,
  toWatchStream,
} from "../../../src/domain/insights/index.js";
import { RowTakenError } from "../../../src/domain/kernel/eventStore.js";
import { toStreamName } from "../../../src/domain/kernel/streamName.js";
import { toInstant, toMilliseconds } from "../../../src/domain/kernel/time.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import { trimInsightsState, weighInsightsState } from "../../../src/store/readModels/insights/index.js";
import { foldInsight, insightsFolding } from "../../../src/store/readModels/insights/states.js";
import { foldStream } from "../../../src/store/streamStates.js";
import { upTo } from "../../conformance/eventStore.conformance.js";
import { remove, put, setAttribute, theItem } from "../../proofs/support/provenLedger.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { createManualClock } from "../../support/manualClock.js";
import { aRule, anInsight } from "./builders.js";
import { daysBefore, insightsStore, yardstick } from "./insightsStore.js";
import type { InsightsStore } from "./insightsStore.js";

const clock = createManualClock("2025-03-01T10:30:00.250Z");
let engine: TestEngine;
let tableName: DynamoDb["tableName"];
let store: InsightsStore;
let requests: string[] = [];
let made = 0;

/** Another process, whose requests are counted. */
const another = (onRequest: (operation: string) => void = (operation) => requests.push(operation)) =>
  insightsStore(engine.db({ tableName, onRequest: ({ operation }) => onRequest(operation) }), clock);

const newEntity = () => {
  made += 1;
  return `student-stu_${made}`;
};

const requestsOf = async (run: () => Promise<unknown>): Promise<readonly string[]> => {
  requests = [];
  await run();
  return requests;
};

const entityIn = ({ states: [state] }: { readonly states: readonly InsightsState[] }) => {
  if (state?.kind !== "entity" || state.entity === undefined) throw new Error("no entity");
  return state.entity;
};

beforeAll(async () => {
  engine = await startTestEngine();
  const db = engine.db();
  ({ tableName } = db);
  await ensureTables(db);
  store = insightsStore(db, clock);
}, 60_000);
afterAll(() => engine.close());
beforeEach(() => void (requests = []));

const old = () => ({ occurredAt: `${daysBefore(clock.now(), 100).slice(0, 19)}.000Z` });

describe("a fact costs", () => {
  it("one request where the entity is at hand, or does not exist: two", async () => {
    const entityKey = newEntity();
    const process = another();
    expect(await requestsOf(() => process.record(entityKey, {}))).toEqual(["BatchGetItem", "TransactWriteItems"]);
    expect(await requestsOf(() => process.record(entityKey, {}))).toEqual(["TransactWriteItems"]);
  });

  it("two requests more where it is not: its row, then the tallies of the month", async () => {
    const entityKey = newEntity();
    await store.record(entityKey, {});
    expect(await requestsOf(() => another().record(entityKey, {}))).toEqual([
      "BatchGetItem",
      "Query",
      "TransactWriteItems",
    ]);
  });

  it("one more where it happened long ago, however many happened then", async () => {
    const entityKey = newEntity();
    await store.record(entityKey, {});
    const process = another();
    const hundred = upTo(30).map(old);
    expect([...(await requestsOf(() => process.record(entityKey, ...hundred)))].sort()).toEqual([
      "BatchGetItem",
      "BatchGetItem",
      "Query",
      "TransactWriteItems",
    ]);
    expect(await requestsOf(() => process.record(entityKey, {}))).toEqual(["TransactWriteItems"]);
  });

  it("the same however many there were", async () => {
    const entityKey = newEntity();
    for (const _ of upTo(6)) await store.record(entityKey, ...upTo(60).map(() => ({})));
    expect(await requestsOf(() => another().record(entityKey, {}))).toHaveLength(3);
    expect(entityIn(await store.record(entityKey, {}))).toMatchObject({
      activities: 362,
      metrics: { sessions_7d: 362 },
    });
  });
});

describe("what an aggregate came to costs", () => {
  const measures: InsightsCommandOf<"RecordMeasures"> = {
    type: "RecordMeasures",
    at: "2025-03-01T10:30:00.000Z",
    metrics: { sessions_7d: 5 },
    lastActivityAt: {},
    cause: "GROUP",
    formula: yardstick.formula,
  };

  it("two requests, and one where it is at hand", async () => {
    const streamId = toEntityStream("subject-sub_math");
    await store.run([streamId, measures]);
    const process = another();
    const next = (sessions: number) => ({ ...measures, metrics: { sessions_7d: sessions } });
    expect(await requestsOf(() => process.run([streamId, next(6)]))).toEqual(["BatchGetItem", "TransactWriteItems"]);
    expect(await requestsOf(() => process.run([streamId, next(7)]))).toEqual(["TransactWriteItems"]);
  });
});

describe("the state of an entity", () => {
  /** A fact within the last 200 days, or up to a minute ahead. */
  const second = fc.oneof(
    fc.integer({ min: -60, max: 200 * 86_400 }),
    fc.integer({ min: 0, max: 40 }).map((days) => days * 86_400),
    fc.integer({ min: -60, max: 300 }),
  );
  const fact = fc.record({ ago: second, kind: fc.constantFrom("session", "ib_call", "rating") });
  const steps = fc.array(
    fc.record({
      facts: fc.array(fact, { minLength: 1, maxLength: 6 }),
      pause: fc.integer({ min: 0, max: 20 * 86_400 }),
    }),
    { minLength: 1, maxLength: 6 },
  );

  it("leads to what the whole stream leads to, whatever was read of it", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const entityKey = newEntity();
        const [warm, cold] = [another(), () => another()];
        for (const [index, { facts, pause }] of all.entries()) {
          const now = Math.floor(toMilliseconds(clock.now()) / 1_000);
          // A warm process may be behind the cold one, which it must find out.
          await (index % 2 === 0 ? warm : cold()).record(
            entityKey,
            ...facts.map(({ ago, kind }) => ({
              kind,
              occurredAt: toInstant((now - ago) * 1_000),
              ...(kind === "rating" ? { value: 4.25 } : {}),
            })),
          );
          clock.advance(pause * 1_000);
        }
        const streamId = toEntityStream(entityKey);
        const folded = foldStream(insightsFolding, streamId, await store.eventsOf(streamId)) as EntityState;
        const [entity] = await store.readModel.getEntities([entityKey]);
        expect(entity).toEqual(folded.entity);
        const tallies = await store.readModel.getTallies({
          entityKey,
          of: "ENTITY",
          from: "2000-01-01T00:00:00.000Z",
          until: "2100-01-01T00:00:00.000Z",
        });
        expect(new Set(tallies)).toEqual(new Set(folded.tallies.values()));
        const measure = { type: "MeasureEntity", cause: "DECAY", yardstick } as const;
        const { state } = await store.loader.load(streamId, measure);
        const { entity: _, tallies: needed, talliesSince = "" } = state as EntityState;
        const expected = [...folded.tallies].filter(([, { from }]) => from >= talliesSince);
        expect(new Map(needed)).toEqual(new Map(expected));
        // What the state was measured from now is what the whole stream would be.
        const byPart = insightsMeasure(state as EntityState);
        expect(byPart).toEqual(insightsMeasure(folded));
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  it("loses no fact of writers that know nothing of each other", async () => {
    const entityKey = newEntity();
    const processes = upTo(4).map(() => another(() => undefined));
    await Promise.all(upTo(60).map((n) => (processes[n % 4] ?? store).record(entityKey, n % 5 === 0 ? old() : {})));
    const [entity] = await store.readModel.getEntities([entityKey]);
    expect(entity).toMatchObject({ activities: 60, metrics: { sessions_7d: 48, sessions_30d: 48 } });
  }, 60_000);

  it("is never a new row with old tallies: what comes between the two is met by the version", async () => {
    const entityKey = newEntity();
    await store.record(entityKey, {});
    const db = engine.db({ tableName });
    let between = 0;
    db.client.middlewareStack.add(
      (next, context) => async (args) => {
        // Before and after each of the two reads somebody else is faster.
        const meddles = between < 4 && ["BatchGetCommand", "QueryCommand"].includes(context.commandName ?? "");
        if (meddles) await meddle();
        const result = await next(args);
        if (meddles) await meddle();
        return result;
      },
      { step: "initialize" },
    );
    const meddle = async () => {
      between += 1;
      await store.record(entityKey, {});
    };
    const slow = insightsStore(db, clock);
    expect(entityIn(await slow.record(entityKey, {}))).toMatchObject({ activities: between + 2 });
    const [entity] = await store.readModel.getEntities([entityKey]);
    expect(between).toBeGreaterThanOrEqual(4);
    expect(entity?.metrics).toMatchObject({ sessions_7d: between + 2 });
  });

  it.each([
    ["its row", "iops-dashboard-metrics", "health_score", 100],
    ["its row's detail", "iops-dashboard-metrics", "detail", "{}"],
    ["a tally", "iops-dashboard-tallies", "marks", "0"],
    ["a tally's sum", "iops-dashboard-tallies", "count", 1_000],
  ] as const)(
    "is that of the log where somebody edited %s, and the next fact mends it",
    async (_, table, name, value) => {
      const entityKey = newEntity();
      await store.record(entityKey, {}, {});
      const id = entityKey.slice("student-".length);
      const row = await theItem(
        store.db,
        table,
        (item) => item["entity_id"] === id || item["entity_key"] === entityKey,
      );
      await setAttribute(store.db, table, row, name, value);
      expect(entityIn(await another().record(entityKey, {}))).toMatchObject({
        activities: 3,
        metrics: { sessions_7d: 3 },
      });
      expect((await store.readModel.getEntities([entityKey]))[0]).toMatchObject({ metrics: { sessions_7d: 3 } });
    },
  );

  it("is that of the log where a backdated fact meets a day that somebody edited", async () => {
    const entityKey = newEntity();
    const at = old();
    await store.record(entityKey, at);
    const row = await theItem(store.db, "iops-dashboard-tallies", (item) => item["entity_key"] === entityKey);
    await setAttribute(store.db, "iops-dashboard-tallies", row, "count", 9);
    await another().record(entityKey, at);
    const after = await theItem(store.db, "iops-dashboard-tallies", (item) => item["entity_key"] === entityKey);
    expect(after["count"]).toBe(2);
  });

  it("is a new one where only somebody else has put a row there", async () => {
    const entityKey = newEntity();
    const id = entityKey.slice("student-".length);
    await put(store.db, "iops-dashboard-metrics", { entity_id: id, entity_type: "student", sessions_7d: 40 });
    expect(entityIn(await store.record(entityKey, {}))).toMatchObject({ activities: 1, metrics: { sessions_7d: 1 } });
  });

  it("a fact that came before meets its own row", async () => {
    const entityKey = newEntity();
    const fact = { activityId: crypto.randomUUID() };
    await store.record(entityKey, fact);
    await expect(store.record(entityKey, fact)).rejects.toThrow(RowTakenError);
    await expect(store.record(newEntity(), fact)).rejects.toThrow(RowTakenError);
    expect((await store.readModel.getEntities([entityKey]))[0]?.activities).toBe(1);
  });
});

describe("what is kept at hand", () => {
  const trim = trimInsightsState(clock);
  const hourOf = (hours: number) => bucketStart(toInstant(toMilliseconds(clock.now()) - hours * 3_600_000));
  const stateOf = (hours: readonly number[], talliesSince?: string): EntityState => ({
    kind: "entity",
    tallies: new Map(
      hours.map((hour) => {
        const tally = emptyTally({ entityKey: "student-stu_1", kind: "session", from: hourOf(hour) });
        return [tallyKey(tally), tally];
      }),
    ),
    ...(talliesSince === undefined ? {} : { talliesSince }),
  });
  const hoursIn = (state: InsightsState) => (state.kind === "entity" ? state.tallies.size : 0);

  it("is the longest window with the hour in which it begins, and says so", () => {
    const trimmed = trim(stateOf([0, 1, 719, 720, 721, 5_000])) as EntityState;
    expect(hoursIn(trimmed)).toBe(4);
    expect(trimmed.talliesSince).toBe(hourOf(720));
  });

  it("is all of it where nothing is too old", () => {
    const state = stateOf([0, 720]);
    expect(trim(state)).toBe(state);
  });

  it("weighs what its marks take, known without a look at them", () => {
    const { tallies, ...state } = stateOf([]);
    const busy = (marks: number) => ({
      ...emptyTally({ entityKey: "student-stu_1", kind: "session", from: hourOf(0) }),
      ...{ count: 2 * marks, first: 0, last: marks - 1 },
      get marks(): never {
        throw new Error("looked at");
      },
    });
    const weightOf = (...all: readonly Tally[]) =>
      weighInsightsState({ ...state, tallies: new Map(all.map((tally, index) => [String(index), tally])) });
    expect(tallies.size).toBe(0);
    expect(weightOf(busy(3_600)) - weightOf(busy(1))).toBe(3_599 * 56);
    expect(weightOf(busy(1), busy(1)) - weightOf(busy(1))).toBe(556);
    expect(weighInsightsState({ kind: "watch" })).toBeLessThan(weightOf(busy(1)));
  });

  it("does not claim to know more than was read", () => {
    expect(trim(stateOf([5_000], "2999-01-01T00:00:00.000Z"))).toMatchObject({
      talliesSince: "2999-01-01T00:00:00.000Z",
    });
  });
});

describe("insights, rules and watches", () => {
  const raise = (facts: Partial<Insight>): InsightsCommandOf<"RaiseInsight"> => {
    const { entityType, entityId, predictionType, riskScore, title, explanation, recommendations, ...rest } =
      anInsight(facts);
    const { evidence, origin, place, expiresAt } = rest;
    return {
      type: "RaiseInsight",
      ...{ entityType, entityId, predictionType, riskScore, title, explanation },
      ...{ recommendations: [...recommendations], evidence: [...evidence], origin, place, expiresAt },
    };
  };
  const streamOf = (alertId: string) => toStreamName(insightCategory, alertId);

  it("an insight is folded from its short stream: a request for all that one step asks for", async () => {
    const place = toSeedTime(clock.now());
    await store.run([streamOf("a1"), raise({ entityId: "stu_a", place })]);
    await store.run([streamOf("a2"), raise({ entityId: "stu_b", place })]);
    const acknowledge = { type: "AcknowledgeInsight" } as const;
    const process = another();
    expect(await requestsOf(() => process.run([streamOf("a1"), acknowledge], [streamOf("a2"), acknowledge]))).toEqual([
      "BatchGetItem",
      "TransactWriteItems",
    ]);
    expect(await requestsOf(() => store.readModel.getInsights(["a1", "a2", "a3"]))).toEqual([]);
    const counted = another();
    requests = [];
    const insights = await counted.readModel.getInsights(["a2", "none", "a1"]);
    expect(requests).toEqual(["BatchGetItem"]);
    expect(insights.map((insight) => insight?.status)).toEqual(["ACKNOWLEDGED", undefined, "ACKNOWLEDGED"]);
  });

  it("the same insight raised twice is one, in whichever process", async () => {
    const command = raise({ entityId: "stu_c", place: toSeedTime(clock.now()) });
    await store.run([streamOf("c1"), command]);
    const { events } = await another().run([streamOf("c1"), command]);
    expect(events).toEqual([[]]);
  });

  it("M1: two insights of one second about one entity do not take each other's place", async () => {
    const place = toSeedTime(clock.now());
    await store.run([streamOf("d1"), raise({ entityId: "stu_d", place })]);
    await expect(store.run([streamOf("d2"), raise({ entityId: "stu_d", place })])).rejects.toThrow(RowTakenError);
    await store.run([streamOf("d2"), raise({ entityId: "stu_d", place: `${place}#d2` })]);
    const list = { filter: { entityId: "stu_d" }, order: "OLDEST_FIRST", first: 10 } as const;
    const { rows } = await store.readModel.listInsights(list);
    expect(rows.map(({ row }) => row.place)).toEqual([place, `${place}#d2`]);
  });

  it("an insight's row is what its stream says, after everything that may happen to it", async () => {
    const streamId = streamOf("e1");
    await store.run([streamId, raise({ entityId: "stu_e", place: toSeedTime(clock.now()) })]);
    await store.run([streamId, { type: "GiveFeedback", useful: true }]);
    await store.run([streamId, { type: "MarkRecommendation", recommendationId: "1", done: true }]);
    await store.run([streamId, { type: "DismissInsight", reason: "EXPECTED", note: "known" }]);
    const { rows } = await store.readModel.listInsights({
      filter: { entityId: "stu_e" },
      order: "NEWEST_FIRST",
      first: 1,
    });
    expect(rows[0]?.row).toEqual(foldInsight(await store.eventsOf(streamId)));
    expect(rows[0]?.row).toMatchObject({ status: "DISMISSED", recommendations: [{ done: {} }, {}] });
  });

  it("a rule and its watches come from their rows, all of one step in one request", async () => {
    const { definition } = aRule();
    const ruleStream = toStreamName(ruleCategory, "low_health_score");
    await store.run([ruleStream, { type: "CreateRule", definition, enabled: true }]);
    const watchStream = (id: string) => toWatchStream(parseWatchKey(`low_health_score/student-${id}`));
    const begin = { type: "BeginPending", revision: 1, since: "2025-03-01T10:00:00.000Z" } as const;
    await store.run([watchStream("stu_w1"), begin], [watchStream("stu_w2"), begin]);
    const process = another();
    expect(
      await requestsOf(() =>
        process.run(
          [ruleStream, { type: "DisableRule" }],
          [watchStream("stu_w1"), { type: "Reset", revision: 1 }],
          [watchStream("stu_w2"), { type: "Reset", revision: 1 }],
        ),
      ),
    ).toEqual(["BatchGetItem", "TransactWriteItems"]);
    expect((await store.readModel.listWatches({ ruleId: "low_health_score", first: 5 })).rows).toEqual([]);
    expect((await store.readModel.allRules())[0]).toMatchObject({ ruleId: "low_health_score", enabled: false });
  });

  it("nothing is decided on a row that somebody edited", async () => {
    const { definition } = aRule();
    const ruleStream = toStreamName(ruleCategory, "edited_rule");
    await store.run([ruleStream, { type: "CreateRule", definition, enabled: true }]);
    const row = await theItem(store.db, "iops-dashboard-rules", (item) => item["part"] === "edited_rule");
    await setAttribute(store.db, "iops-dashboard-rules", row, "detail", JSON.stringify({ forged: true }));
    await another().run([ruleStream, { type: "DisableRule", reason: "why not" }]);
    expect((await store.readModel.getRules(["edited_rule"]))[0]).toMatchObject({ definition, enabled: false });
    await remove(store.db, "iops-dashboard-rules", row);
  });
});

/** What an entity comes to at this moment. */
function insightsMeasure({ tallies }: EntityState) {
  return measureAt({ tallies: tallies.values(), at: clock.now(), yardstick });
}
