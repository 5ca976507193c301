/** From facts to an incident and back on the real engine: policies, timers, chores and the scheduler of one process. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFolderObjectStore } from "../../src/adapters/objectStore/folder.js";
import type { Insight, RuleDefinitionInput } from "../../src/domain/insights/index.js";
import { toMilliseconds } from "../../src/domain/kernel/index.js";
import { createLogger } from "../../src/observability/logger.js";
import { createChores } from "../../src/server/chores.js";
import { createLedger } from "../../src/server/ledger.js";
import type { Ledger } from "../../src/server/ledger.js";
import type { DynamoDb } from "../../src/store/dynamodb/client.js";
import { createScheduler } from "../../src/store/timers/scheduler.js";
import type { Scheduler } from "../../src/store/timers/scheduler.js";
import { createTimers } from "../../src/store/timers/timers.js";
import { startTestEngine } from "../support/engine.js";
import type { TestEngine } from "../support/engine.js";
import { until } from "../support/graphql/client.js";
import { requestBy } from "../support/ledgerAt.js";
import { createManualClock } from "../support/manualClock.js";
import type { ManualClock } from "../support/manualClock.js";

const ada = requestBy("ada");
const { signal } = new AbortController();
const logger = createLogger({ level: "silent" });
const student = "student-stu_4532";
const day = 86_400_000;

let clock: ManualClock;
let engine: TestEngine;
let db: DynamoDb;
let folder: string;
let ledger: Ledger;
let scheduler: Scheduler;
beforeEach(async () => {
  clock = createManualClock("2025-06-02T13:37:58.000Z");
  engine = await startTestEngine();
  folder = await mkdtemp(join(tmpdir(), "opsledger-test-"));
  db = engine.db();
  const rung = { ring: () => undefined as void };
  ledger = createLedger({
    db,
    feedDb: db,
    address: engine.engine,
    contiguousSequenceNumbers: true,
    feedLogs: 2,
    objects: createFolderObjectStore({ folder }),
    logger,
    clock,
    onScheduled: () => rung.ring(),
  });
  await ledger.start();
  scheduler = createScheduler({
    timers: createTimers({ db, clock }),
    clock,
    leases: ledger.leases,
    tasks: ledger.timerTasks,
    chores: createChores({
      retention: ledger.retention,
      insights: ledger.insightsWorkflow,
      research: ledger.researchWorkflow,
      logger,
    }),
    log: logger,
    pollMilliseconds: 100,
  });
  rung.ring = () => scheduler.ring();
  scheduler.start();
});

afterEach(async () => {
  await scheduler.close();
  await ledger.close();
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

/** Busy with calls: three in a week, and no more than one any more. */
const frequentCalls = (more: Partial<RuleDefinitionInput> = {}): RuleDefinitionInput => ({
  title: "Many calls in a week",
  entityTypes: ["student"],
  conditions: [{ type: "THRESHOLD", metric: "ib_calls_7d", comparison: "ABOVE", fireAt: 2, clearAt: 1 }],
  risk: { least: 60, most: 100, worstAt: 6 },
  recommendations: ["Call the family"],
  cooldownSeconds: 0,
  incident: {
    severities: [
      { riskAtLeast: 50, severity: "P3" },
      { riskAtLeast: 90, severity: "P1" },
    ],
    services: ["tutoring"],
    dedupe: "ENTITY",
    autoResolve: true,
  },
  notify: {},
  ...more,
});

const create = (definition: RuleDefinitionInput, ruleId = "high_ib_call_frequency") =>
  ledger.insights.createRule(ruleId, { definition, enabled: true }, ada);
const call = (more: object = {}) =>
  ledger.insights.recordActivity({ entityId: "stu_4532", kind: "ib_call", ...more }, ada);
const entityNow = async (entityKey = student) => (await ledger.insightViews.getEntities([entityKey]))[0];
const insights = async (filter = {}): Promise<readonly Insight[]> =>
  (await ledger.insightViews.listInsights({ filter, order: "OLDEST_FIRST", first: 100 })).rows.map(({ row }) => row);
const theInsight = async (): Promise<Insight> => {
  const [first] = await insights();
  const [insight] = await ledger.insightViews.getInsights([first?.alertId ?? ""]);
  if (insight === undefined) throw new Error("no insight");
  return insight;
};
/** The insight as soon as it is as the test wants it. */
const insightOnce = async (isSo: (insight: Insight) => boolean): Promise<Insight> => {
  await until(async () => (await insights()).length > 0 && isSo(await theInsight()), 15_000);
  return theInsight();
};
const incidentOf = async ({ incident }: Insight) =>
  (await ledger.incidentViews.getIncidents([incident?.incidentId ?? ""]))[0];
/** Moves the clock on, and lets the timers know. */
const advance = (milliseconds: number) => {
  clock.advance(milliseconds);
  scheduler.ring();
};

describe("a rule", () => {
  it("raises an insight, declares an incident, tells people, and takes it all back once it has recovered", async () => {
    await create(frequentCalls());
    for (let count = 0; count < 3; count += 1) await call();
    const raised = await insightOnce((insight) => insight.incident !== undefined && insight.notices.length > 0);
    expect(raised).toMatchObject({ status: "OPEN", entityId: "stu_4532", predictionType: "high_ib_call_frequency" });
    const incident = await incidentOf(raised);
    expect(incident).toMatchObject({
      status: "OPEN",
      severity: "P3",
      title: "Many calls in a week: stu_4532",
      services: ["tutoring"],
    });
    expect(incident?.links).toMatchObject([{ kind: "INSIGHT", target: raised.alertId }]);
    await insightOnce(({ notices }) => notices.some(({ kind, sentAt }) => kind === "RAISED" && sentAt !== undefined));

    // Nothing happens but time: the calls leave the week.
    advance(7 * day + 1_000);
    const resolved = await insightOnce(({ status, notices }) => status === "RESOLVED" && notices.length === 2);
    expect(resolved.resolved).toMatchObject({ cause: "RECOVERED" });
    await until(async () => (await incidentOf(resolved))?.status === "RESOLVED");
    expect((await ledger.insightViews.getSlots([`entity/${student}`]))[0]).toMatchObject({ number: 1, isOpen: false });
    expect((await insights()).length).toBe(1);
  });

  it("declares another incident where people have ended the first one", async () => {
    await create(frequentCalls());
    for (let count = 0; count < 3; count += 1) await call();
    const first = await insightOnce(({ incident }) => incident !== undefined);
    const firstId = first.incident?.incidentId ?? "";
    await ledger.incidents.change(firstId, "ChangeStatus", { to: "RESOLVED" }, ada);
    await create(frequentCalls({ title: "Still more calls" }), "still_more_calls");
    await until(async () => (await insights({ predictionType: "still_more_calls" })).some(({ incident }) => incident));
    const [second] = await insights({ predictionType: "still_more_calls" });
    expect(second?.incident).toMatchObject({ declared: true });
    expect(second?.incident?.incidentId).not.toBe(firstId);
    expect((await ledger.insightViews.getSlots([`entity/${student}`]))[0]).toMatchObject({ number: 2, isOpen: true });
  });

  it("lets a second insight about the entity join the incident, which stays until both are over", async () => {
    await create(frequentCalls());
    await create(frequentCalls({ title: "Any call", cooldownSeconds: 86_400 }), "any_call");
    for (let count = 0; count < 3; count += 1) await call();
    await until(async () => {
      const all = await insights();
      return all.length === 2 && all.every(({ incident }) => incident !== undefined);
    });
    const [one, other] = await insights();
    expect(one?.incident?.incidentId).toBe(other?.incident?.incidentId);
    expect([one?.incident?.declared, other?.incident?.declared].sort()).toEqual([false, true]);
    await ledger.insights.change(one?.alertId ?? "", "DismissInsight", { reason: "EXPECTED" }, ada);
    await until(async () => (await slotNow())?.alertIds.length === 1);
    expect((await incidentOf(other!))?.status).toBe("OPEN");
    await ledger.insights.change(other?.alertId ?? "", "ResolveInsight", {}, ada);
    await until(async () => (await incidentOf(other!))?.status === "RESOLVED");
  });

  const slotNow = async () => (await ledger.insightViews.getSlots([`entity/${student}`]))[0];

  it("doubles nothing where each of its steps is asked for again", async () => {
    await create(frequentCalls());
    for (let count = 0; count < 3; count += 1) await call();
    const insight = await insightOnce(
      ({ incident, notices }) => incident !== undefined && notices[0]?.sentAt !== undefined,
    );
    const { insightsWorkflow: again } = ledger;
    const request = { ...ada, actor: { kind: "SYSTEM", id: "policy:insight-incidents" } } as const;
    await Promise.all([
      again.evaluate(student, request),
      again.evaluateRule("high_ib_call_frequency", undefined, request),
      again.followIncident(insight.alertId, request),
      again.followIncident(insight.alertId, request),
      again.notify(insight.alertId, request, signal),
      again.expire(insight.alertId, request),
      again.sweep(signal),
      again.remeasure("student", undefined, request),
    ]);
    expect(await theInsight()).toEqual(insight);
    expect((await ledger.incidentViews.getIncidents([insight.incident?.incidentId ?? ""]))[0]?.links).toHaveLength(1);
    expect((await slotNow())?.version).toBe(2);
  });

  it("holds a rule against everybody once it is enabled, and resolves what it raised once it is disabled", async () => {
    for (const entityId of ["stu_1", "stu_2", "tut_3"])
      for (let count = 0; count < 3; count += 1) await call({ entityId });
    await create(frequentCalls({ notify: undefined, incident: undefined }));
    await until(async () => (await insights()).length === 2);
    await ledger.insights.changeRule("high_ib_call_frequency", "DisableRule", { reason: "noise" }, ada);
    await until(async () => (await insights({ statuses: ["RESOLVED"] })).length === 2);
    expect((await insights())[0]?.resolved).toMatchObject({ cause: "RULE_DISABLED" });
  });
});

describe("the one timer of an entity", () => {
  const rate = () => ledger.insights.recordActivity({ entityId: "stu_4532", kind: "rating", value: 5 }, ada);
  const noRating: RuleDefinitionInput = {
    title: "No rating",
    entityTypes: ["student"],
    conditions: [{ type: "NO_DATA", kind: "rating", afterSeconds: 20 * 86_400 }],
    cooldownSeconds: 0,
  };
  /** Those of evaluations, waiting or due. */
  const evaluations = async () =>
    (await createTimers({ db, clock }).due(clock.in(400 * day), 100)).due
      .map(({ timerId, dueAt }) => ({ timerId, dueAt }))
      .filter(({ timerId }) => timerId.startsWith("insight-evaluation/"));

  it("waits for what time alone will change, once, also where the rule came after the entity", async () => {
    await rate();
    const dueAt = clock.in(20 * day);
    await create(noRating, "no_rating");
    const one = [{ timerId: `insight-evaluation/${student}`, dueAt }];
    await until(async () => (await evaluations()).some((timer) => timer.dueAt === dueAt));
    clock.advance(60_000);
    await ledger.insights.changeRule("no_rating", "ChangeRule", { definition: { ...noRating, title: "None" } }, ada);
    scheduler.ring();
    await until(async () => (await createTimers({ db, clock }).due(clock.in(day), 100)).due.length > 0);
    advance(60_000);
    await until(async () => (await createTimers({ db, clock }).due(clock.in(day), 100)).due.length === 0);
    expect(await evaluations()).toEqual(one);
  });

  it("has the entity evaluated by a fact that changes no metric, which ends that there was none", async () => {
    await rate();
    await create(noRating, "no_rating");
    await until(async () => (await evaluations()).some(({ dueAt }) => dueAt === clock.in(20 * day)));
    advance(20 * day);
    await insightOnce(({ status }) => status === "OPEN");
    await rate();
    await insightOnce(({ status }) => status === "RESOLVED");
  });
});

describe("metrics", () => {
  it("decay without an event, and each is measured once", async () => {
    for (let count = 0; count < 3; count += 1) await call();
    expect((await entityNow())?.metrics).toMatchObject({ ib_calls_7d: 3, ib_calls_14d: 3 });
    clock.advance(7 * day);
    await until(async () => (await entityNow())?.metrics["ib_calls_7d"] === 0);
    expect((await entityNow())?.metrics).toMatchObject({ ib_calls_7d: 0, ib_calls_14d: 3 });
    const { version } = (await entityNow())!;
    expect(await ledger.insightsWorkflow.sweep(signal)).toEqual({ measured: 0 });
    expect((await entityNow())?.version).toBe(version);
  });

  it("of a group are those of all who name it, within seconds, and decay as well", async () => {
    for (const entityId of ["stu_1", "stu_2", "stu_3"])
      await ledger.insights.recordActivity({ entityId, kind: "session", groups: ["reg_north"] }, ada);
    await ledger.insights.recordActivity({ entityId: "stu_1", kind: "rating", value: 4, groups: ["reg_north"] }, ada);
    expect(await entityNow("region-reg_north")).toBeUndefined();
    await until(async () => (await createTimers({ db, clock }).due(clock.in(day), 100)).due.some(isOfGroup));
    advance(5_000);
    await until(async () => (await entityNow("region-reg_north"))?.metrics["sessions_7d"] === 3);
    expect((await entityNow("region-reg_north"))?.metrics).toMatchObject({ sessions_7d: 3, avg_rating: 4 });
    advance(7 * day);
    await until(async () => (await entityNow("region-reg_north"))?.metrics["sessions_7d"] === 0);
    expect((await entityNow("region-reg_north"))?.metrics).toMatchObject({ sessions_30d: 3, avg_rating: 4 });
  });

  it("of many groups are measured soon, none of which waits for another", async () => {
    const keys = Array.from({ length: 60 }, (_, group) => `region-reg_${group}`);
    const groupsOf = (first: number) => keys.slice(first, first + 5).map((key) => key.slice("region-".length));
    for (let first = 0; first < keys.length; first += 5)
      await ledger.insights.recordActivity({ entityId: `stu_${first}`, kind: "session", groups: groupsOf(first) }, ada);
    const timers = createTimers({ db, clock });
    await until(async () => (await timers.due(clock.in(day), 100)).due.filter(isMeasuring).length === keys.length);
    // Those whose facts are not counted yet are asked for again a second later.
    await until(async () => {
      advance(1_000);
      return (await ledger.insightViews.getEntities(keys)).every((one) => one?.metrics["sessions_7d"] === 1);
    }, 12_000);
  });

  const isMeasuring = ({ timerId }: { readonly timerId: string }) => timerId.startsWith("aggregate-metrics/");
  const isOfGroup = ({ timerId }: { readonly timerId: string }) =>
    timerId.startsWith("aggregate-metrics/region-reg_north");

  it("are those of a new formula within moments, whoever was measured before", async () => {
    for (let count = 0; count < 120; count += 1) await call({ entityId: `stu_${count}` });
    const components = [{ name: "calls", metric: "ib_calls_14d", weight: 1, worst: 2, best: 0 }];
    const { formula } = await ledger.insights.addHealthFormula("student", { components }, ada);
    await ledger.insights.activateHealthFormula("student", formula.formulaVersion, ada);
    const all = Array.from({ length: 120 }, (_, count) => `student-stu_${count}`);
    await until(async () => {
      const entities = [
        ...(await ledger.insightViews.getEntities(all.slice(0, 100))),
        ...(await ledger.insightViews.getEntities(all.slice(100))),
      ];
      return entities.every((entity) => entity?.healthScore === 50 && entity.formulaVersion === 2);
    }, 20_000);
  });

  it("have a new kind within moments", async () => {
    await call();
    await ledger.insights.defineActivityKind({ name: "lesson", plural: "lessons", windows: [7] }, ada);
    await until(async () => (await entityNow())?.metrics["lessons_7d"] === 0);
  });
});

describe("an insight", () => {
  it("expires when nobody has closed it, and its rule does not raise it again while its conditions are met", async () => {
    await create(frequentCalls({ expiresAfterSeconds: 3_600, incident: undefined, notify: undefined }));
    for (let count = 0; count < 3; count += 1) await call();
    const { expiresAt } = await insightOnce(() => true);
    await until(
      async () =>
        (await createTimers({ db, clock }).current(`insight-expiry/${(await theInsight()).alertId}`)) !== undefined,
    );
    advance(toMilliseconds(expiresAt) - toMilliseconds(clock.now()));
    await insightOnce(({ status }) => status === "EXPIRED");
    await call();
    await until(async () => (await createTimers({ db, clock }).due(clock.now(), 10)).due.length === 0);
    expect(await insights()).toHaveLength(1);
  });

  it("is scored once what it predicted has had its time", async () => {
    const outcome = { metric: "ib_calls_7d", comparison: "ABOVE", value: 4, withinDays: 2 } as const;
    await create(frequentCalls({ incident: undefined, notify: undefined, outcome }));
    for (let count = 0; count < 3; count += 1) await call();
    await insightOnce(() => true);
    advance(3_600_000);
    for (let count = 0; count < 2; count += 1) await call();
    for (let days = 0; days < 3; days += 1) {
      await until(async () => (await createTimers({ db, clock }).due(clock.now(), 10)).due.length === 0);
      advance(day);
    }
    const { scored } = await insightOnce((insight) => insight.scored !== undefined);
    expect(scored).toMatchObject({ happened: true, leadSeconds: 3_600 });
  });

  it("that a model has found is open once for an entity", async () => {
    const found = {
      entityId: "stu_4532",
      predictionType: "churn_risk",
      riskScore: 70,
      title: "May leave",
      explanation: "Fewer sessions each week.",
      modelUsed: "churn-2",
    };
    const first = await ledger.insights.raise(found, ada);
    expect(first).toMatchObject({ raised: true, insight: { status: "OPEN", origin: { modelUsed: "churn-2" } } });
    const second = await ledger.insights.raise({ ...found, riskScore: 90 }, ada);
    expect(second).toMatchObject({
      raised: false,
      alertId: first.alertId,
      insight: { riskScore: 90, peakRiskScore: 90 },
    });
    clock.advance(1);
    await ledger.insights.change(first.alertId, "ResolveInsight", {}, ada);
    const third = await ledger.insights.raise(found, ada);
    expect(third.raised).toBe(true);
    expect(third.alertId).not.toBe(first.alertId);
    const places = (await insights()).map(({ place }) => place);
    expect(places).toEqual(["2025-06-02T13:37:58Z", `2025-06-02T13:37:58Z#${third.alertId}`]);
  });

  it("is linked with an incident that is there, both ways", async () => {
    const { alertId } = await ledger.insights.raise(
      { entityId: "stu_1", predictionType: "churn_risk", riskScore: 5, title: "T", explanation: "E", modelUsed: "m" },
      ada,
    );
    const { incidentId } = await ledger.incidents.declare(
      { title: "Lost", severity: "P2", services: ["tutoring"] },
      ada,
    );
    const linked = await ledger.insights.linkIncident(alertId, incidentId, ada);
    expect(linked.insight?.incident).toEqual({ incidentId, declared: false });
    const [incident] = await ledger.incidentViews.getIncidents([incidentId]);
    expect(incident?.links).toMatchObject([{ kind: "INSIGHT", target: alertId, title: "T" }]);
    const other = await ledger.incidents.declare({ title: "Other", severity: "P2", services: ["tutoring"] }, ada);
    const second = ledger.insights.linkIncident(alertId, other.incidentId, ada);
    await expect(second).rejects.toMatchObject({ code: "INVALID_TRANSITION", inputPath: ["incidentId"] });
    const [untouched] = await ledger.incidentViews.getIncidents([other.incidentId]);
    expect(untouched?.links).toEqual([]);
  });
});

it("says of an incident which insight it was declared for", async () => {
  await create(frequentCalls());
  // The rule has looked at all there are: from now on it is facts that it looks at.
  const timers = createTimers({ db, clock });
  await until(async () => (await timers.current("insight-rules/high_ib_call_frequency/late")) !== undefined);
  await until(async () => (await timers.current("insight-rules/high_ib_call_frequency")) === undefined);
  for (let count = 0; count < 3; count += 1) await call();
  const { alertId, incident } = await insightOnce((insight) => insight.incident !== undefined);
  const idsOf = async (streamId: string, type: string) => {
    for await (const { events } of ledger.eventStore.readStream(streamId))
      for (const event of events) if (event.type === type) return event;
    throw new Error(`no ${type}`);
  };
  const raised = await idsOf(`Insight-${alertId}`, "InsightRaised");
  const declared = await idsOf(`Incident-${incident?.incidentId}`, "IncidentDeclared");
  const measured = await idsOf(`Entity-${student}`, "EntityMetricsMeasured");
  expect(declared.causationId).toBe(raised.eventId);
  expect(declared.actor).toEqual({ kind: "SYSTEM", id: "policy:insight-incidents" });
  expect(raised.actor).toEqual({ kind: "SYSTEM", id: "policy:insight-evaluation" });
  expect(raised.correlationId).toBe(measured.correlationId);
  // The fact is in the commit of the measuring, so `why` has it among what the request did.
  const fact = await idsOf(`Entity-${student}`, "ActivityRecorded");
  expect([fact.commandId, fact.correlationId]).toEqual([measured.commandId, raised.correlationId]);
});
