/** Every row of the insights tables is proved: verify finds what somebody has tampered with, rebuild mends it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Insight, InsightsCommand } from "../../../src/domain/insights/index.js";
import {
  catalogCategory,
  catalogId,
  defaultKinds,
  healthFormulaCategory,
  incidentSlotCategory,
  insightCategory,
  ruleCategory,
  toEntityStream,
  toSeedTime,
  toWatchStream,
} from "../../../src/domain/insights/index.js";
import { toStreamName } from "../../../src/domain/kernel/streamName.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import type { Item } from "../../../src/store/dynamodb/rowWrite.js";
import { createExpirySweeper } from "../../../src/store/expirySweeper.js";
import { rebuildRows } from "../../../src/store/proofs/rebuild.js";
import { insightVerifiedViews } from "../../../src/store/readModels/insights/index.js";
import { tableNames, tables } from "../../../src/store/tables.js";
import type { TableName } from "../../../src/store/tables.js";
import { upTo } from "../../conformance/eventStore.conformance.js";
import { itemsOf, put, remove, setAttribute, theItem, verified } from "../../proofs/support/provenLedger.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { createManualClock } from "../../support/manualClock.js";
import { aRule, anInsight } from "./builders.js";
import { daysBefore, insightsStore, yardstick } from "./insightsStore.js";
import type { InsightsStore } from "./insightsStore.js";

const clock = createManualClock("2025-03-01T10:30:00.250Z");
let engine: TestEngine;
let store: InsightsStore;

beforeAll(async () => {
  engine = await startTestEngine();
  store = await filled();
}, 60_000);
afterAll(() => engine.close());

/** A ledger in tables of its own, with every kind of stream and row. */
async function filled(): Promise<InsightsStore> {
  const db = engine.db();
  await ensureTables(db);
  const filling = insightsStore(db, clock);
  const math = [{ type: "subject", id: "sub_math" }];
  const daysAgo = (days: number) => `${daysBefore(clock.now(), days).slice(0, 19)}.000Z`;
  for (const n of upTo(5)) {
    const entityKey = `student-stu_${n}`;
    await filling.record(entityKey, {});
    await filling.record(
      entityKey,
      { kind: "rating", value: 4.5, groups: math },
      { kind: "ib_call", groups: math, occurredAt: daysAgo(n) },
      { occurredAt: daysAgo(100) },
      { occurredAt: daysAgo(100) },
    );
  }
  await filling.run([
    toEntityStream("subject-sub_math"),
    {
      type: "RecordMeasures",
      at: "2025-03-01T10:30:00.000Z",
      metrics: { sessions_7d: 5, avg_rating: null },
      lastActivityAt: {},
      cause: "GROUP",
      formula: yardstick.formula,
    },
  ]);
  const { definition } = aRule();
  const watch = toWatchStream({ ruleId: "low_health_score", entityKey: "student-stu_1" });
  const slot = toStreamName(incidentSlotCategory, "rule/low_health_score");
  const [kind] = defaultKinds;
  if (kind === undefined) throw new Error("no kinds");
  const all: readonly (readonly [string, InsightsCommand])[] = [
    [toStreamName(ruleCategory, "low_health_score"), { type: "CreateRule", definition, enabled: true }],
    [watch, { type: "BeginPending", revision: 1, since: daysAgo(1) }],
    [watch, { type: "Fire", revision: 1, alertId: "one", since: daysAgo(1) }],
    [toStreamName(insightCategory, "one"), raise("stu_1")],
    [toStreamName(insightCategory, "one"), { type: "AcknowledgeInsight" }],
    [toStreamName(insightCategory, "two"), raise("stu_2")],
    [slot, { type: "Claim", alertId: "one" }],
    [
      toStreamName(catalogCategory, catalogId),
      { type: "DefineActivityKind", ...kind, name: "homework", plural: "homeworks" },
    ],
    [
      toStreamName(healthFormulaCategory, "student"),
      { type: "AddHealthFormula", components: yardstick.formula.components.slice(0, 2) },
    ],
  ];
  for (const step of all) await filling.run(step);
  return filling;
}

function raise(entityId: string): InsightsCommand {
  const insight: Insight = anInsight({ entityId });
  const { entityType, predictionType, riskScore, title, explanation, origin, expiresAt } = insight;
  return {
    type: "RaiseInsight",
    ...{ entityType, entityId, predictionType, riskScore, title, explanation, origin, expiresAt },
    recommendations: [...insight.recommendations],
    evidence: [...insight.evidence],
    place: toSeedTime(clock.now()),
  };
}

const rebuild = async ({ proofs }: InsightsStore) => {
  for (const view of insightVerifiedViews) await rebuildRows(proofs, view, { writesPerSecond: 10_000 });
};

/** Differences of rows: what is not fed yet is none of this test's. */
async function look({
  proofs,
}: InsightsStore): Promise<{ readonly lines: readonly string[]; readonly foreign: number }> {
  const { lines, counts } = await verified(proofs);
  return { lines: lines.filter((line) => !line.startsWith("FEED")), foreign: counts.foreign };
}

const own = tableNames.filter((name) => name.startsWith("iops-dashboard-"));

async function allRows({ db }: InsightsStore): Promise<Readonly<Record<string, readonly Item[]>>> {
  const keyed = await Promise.all(
    own.map(async (table) => {
      const items = await itemsOf(db, table);
      const keyOf = (item: Item) => JSON.stringify(Object.values(item).map(String).sort());
      return [table, items.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))] as const;
    }),
  );
  return Object.fromEntries(keyed);
}

describe("verify", () => {
  it("finds nothing where nobody has tampered with anything, and a row in each table", async () => {
    expect(await look(store)).toEqual({ lines: [], foreign: 0 });
    for (const table of own) expect((await itemsOf(store.db, table)).length).toBeGreaterThan(0);
    // Everything is at the rules: a rule, a watch, formulas, a catalog and a slot.
    expect(await itemsOf(store.db, "iops-dashboard-rules")).toHaveLength(5);
  });

  it("counts rows of others, and leaves them alone", async () => {
    const foreign: readonly (readonly [TableName, Item])[] = [
      ["iops-dashboard-metrics", { entity_id: "stu_test_001", entity_type: "student", sessions_7d: 3 }],
      ["iops-dashboard-insights", { pk: "insight#stu_test_001", sk: "2025", alert_id: "test_alert_001" }],
      ["iops-dashboard-insights", { pk: "insight#stu_1", sk: "2025", alert_id: "test_alert_001" }],
      ["iops-dashboard-tallies", { entity_key: "student-stu_1", bucket: "by hand" }],
      ["iops-dashboard-tallies", { entity_key: "by hand", bucket: "by hand" }],
      ["iops-dashboard-activities", { activity_id: "by hand" }],
      ["iops-dashboard-rules", { subject: "rules", part: "by hand" }],
    ];
    for (const [table, item] of foreign) await put(store.db, table, item);
    expect(await look(store)).toEqual({ lines: [], foreign: foreign.length });
    await rebuild(store);
    expect(await look(store)).toEqual({ lines: [], foreign: foreign.length });
    for (const [table, item] of foreign) await remove(store.db, table, item);
  });

  it("leaves rows of the async views to their own proofs", async () => {
    const rows: readonly (readonly [TableName, Item])[] = [
      [
        "iops-dashboard-tallies",
        { entity_key: "#0/subject-sub_math", bucket: "x#y", aggregate: "subject-sub_math", marks: "0" },
      ],
      ["iops-dashboard-rules", { subject: "performance#low_health_score", part: "0", performance: "{}" }],
    ];
    for (const [table, item] of rows) await put(store.db, table, item);
    expect(await look(store)).toEqual({ lines: [], foreign: 0 });
    for (const [table, item] of rows) await remove(store.db, table, item);
  });
});

describe("a ledger that somebody has tampered with", () => {
  const one = async (table: TableName, matches: (item: Item) => boolean) => theItem(store.db, table, matches);
  const byKey =
    (...parts: readonly string[]) =>
    (item: Item) =>
      parts.every((part) => Object.values(item).includes(part));

  /** What somebody does, and what of it verify says. */
  const tampering: readonly [string, () => Promise<unknown>, string][] = [
    [
      "a metric",
      async () =>
        setAttribute(
          store.db,
          "iops-dashboard-metrics",
          await one("iops-dashboard-metrics", byKey("stu_1")),
          "sessions_7d",
          99,
        ),
      "sessions_7d: expected 1, found 99",
    ],
    [
      "a score that is taken away",
      async () =>
        put(store.db, "iops-dashboard-metrics", {
          ...(await one("iops-dashboard-metrics", byKey("stu_1"))),
          health_score: undefined,
        }),
      "health_score",
    ],
    [
      "an entity that is gone",
      async () => remove(store.db, "iops-dashboard-metrics", await one("iops-dashboard-metrics", byKey("stu_1"))),
      "iops-dashboard-metrics stu_1 student · row: expected a row",
    ],
    [
      "an aggregate",
      async () =>
        setAttribute(
          store.db,
          "iops-dashboard-metrics",
          await one("iops-dashboard-metrics", byKey("sub_math")),
          "sessions_7d",
          6,
        ),
      "sessions_7d: expected 5, found 6",
    ],
    [
      "an entity that never was",
      async () =>
        put(store.db, "iops-dashboard-metrics", {
          ...(await one("iops-dashboard-metrics", byKey("stu_1"))),
          entity_id: "stu_forged",
        }),
      "stu_forged student · row: expected no row",
    ],
    [
      "a tally's marks",
      async () =>
        setAttribute(
          store.db,
          "iops-dashboard-tallies",
          await one("iops-dashboard-tallies", byKey("student-stu_1", "2025-03-01T10:00:00.000Z#session")),
          "marks",
          "0",
        ),
      "marks",
    ],
    [
      "a tally that is gone",
      async () =>
        remove(
          store.db,
          "iops-dashboard-tallies",
          await one("iops-dashboard-tallies", byKey("student-stu_1", "2025-03-01T10:00:00.000Z#session")),
        ),
      "expected a row, found no row",
    ],
    [
      "a day of an entity that never was",
      async () =>
        put(store.db, "iops-dashboard-tallies", {
          ...(await one("iops-dashboard-tallies", byKey("student-stu_1", "2025-03-01T10:00:00.000Z#session"))),
          bucket: "2025-02-02T00:00:00.000Z#session",
        }),
      "2025-02-02T00:00:00.000Z#session · row: expected no row",
    ],
    [
      "a tally of nobody",
      async () =>
        put(store.db, "iops-dashboard-tallies", {
          ...(await one("iops-dashboard-tallies", byKey("student-stu_1", "2025-03-01T10:00:00.000Z#session"))),
          entity_key: "student-stu_forged",
        }),
      "student-stu_forged",
    ],
    [
      "a fact",
      async () => {
        const [fact] = await itemsOf(store.db, "iops-dashboard-activities");
        if (fact !== undefined) await setAttribute(store.db, "iops-dashboard-activities", fact, "kind", "forged");
      },
      "kind: expected",
    ],
    [
      "the version of a fact",
      async () => {
        const [fact] = await itemsOf(store.db, "iops-dashboard-activities");
        if (fact !== undefined) await setAttribute(store.db, "iops-dashboard-activities", fact, "version", "x");
      },
      "version: expected",
    ],
    [
      "a fact that never was, of a stream that is",
      async () => {
        const [fact] = await itemsOf(store.db, "iops-dashboard-activities");
        await put(store.db, "iops-dashboard-activities", { ...fact, activity_id: "forged" });
      },
      "iops-dashboard-activities forged · row: expected no row",
    ],
    [
      "a fact that is gone",
      async () => {
        const [fact] = await itemsOf(store.db, "iops-dashboard-activities");
        if (fact !== undefined) await remove(store.db, "iops-dashboard-activities", fact);
      },
      "expected a row, found no row",
    ],
    [
      "an insight's status",
      async () =>
        setAttribute(
          store.db,
          "iops-dashboard-insights",
          await one("iops-dashboard-insights", byKey("one")),
          "status",
          "DISMISSED",
        ),
      `status: expected "ACKNOWLEDGED", found "DISMISSED"`,
    ],
    [
      "an insight's time to live",
      async () =>
        setAttribute(
          store.db,
          "iops-dashboard-insights",
          await one("iops-dashboard-insights", byKey("one")),
          "ttl",
          4_000_000_000,
        ),
      "ttl: expected",
    ],
    [
      "an insight that is gone before its time",
      async () => remove(store.db, "iops-dashboard-insights", await one("iops-dashboard-insights", byKey("one"))),
      "expected a row, found no row",
    ],
    [
      "an insight at another place",
      async () =>
        put(store.db, "iops-dashboard-insights", {
          ...(await one("iops-dashboard-insights", byKey("one"))),
          sk: "2025-01-01T00:00:00Z",
        }),
      "2025-01-01T00:00:00Z · row: expected no row",
    ],
    [
      "an insight that never was",
      async () =>
        put(store.db, "iops-dashboard-insights", {
          ...(await one("iops-dashboard-insights", byKey("one"))),
          pk: "insight#stu_9",
          alert_id: "forged",
        }),
      "insight#stu_9",
    ],
    ...(
      [
        ["rules", "low_health_score"],
        ["watch#low_health_score/student-stu_1", "watch"],
        ["formulas", "student"],
        ["catalog", "all"],
        ["slot#rule/low_health_score", "slot"],
      ] as const
    ).flatMap(([subject, part]): [string, () => Promise<unknown>, string][] => [
      [
        `what ${subject} ${part} says`,
        async () =>
          setAttribute(
            store.db,
            "iops-dashboard-rules",
            await one("iops-dashboard-rules", byKey(subject, part)),
            "detail",
            "{}",
          ),
        "detail: expected",
      ],
      [
        `${subject} ${part} that is gone`,
        async () => remove(store.db, "iops-dashboard-rules", { subject, part }),
        `${subject} ${part} · row: expected a row`,
      ],
      [
        `a second one of ${subject} ${part}`,
        async () =>
          put(store.db, "iops-dashboard-rules", {
            ...(await one("iops-dashboard-rules", byKey(subject, part))),
            part: "forged",
          }),
        `${subject} forged · row: expected no row`,
      ],
    ]),
    [
      "a watch of nobody",
      async () =>
        put(store.db, "iops-dashboard-rules", {
          ...(await one("iops-dashboard-rules", byKey("watch"))),
          subject: "watch#forged/student-stu_1",
        }),
      "watch#forged/student-stu_1",
    ],
    [
      "a watch that is hidden from its list",
      async () =>
        put(store.db, "iops-dashboard-rules", {
          ...(await one("iops-dashboard-rules", byKey("watch"))),
          list_key: undefined,
        }),
      "list_key: expected",
    ],
  ];

  it.each(tampering)(
    "verify finds %s, and rebuild mends it",
    async (_, tamper, expected) => {
      const before = await allRows(store);
      await tamper();
      expect(await allRows(store)).not.toEqual(before);
      const { lines } = await look(store);
      expect(lines.filter((line) => line.includes(expected))).toHaveLength(1);
      expect(lines.length).toBeLessThanOrEqual(2);
      await rebuild(store);
      expect(await allRows(store)).toEqual(before);
      expect((await look(store)).lines).toEqual([]);
    },
    60_000,
  );

  it("all of its rows lost, rebuild makes every one of them anew", async () => {
    const before = await allRows(store);
    for (const table of own) for (const item of await itemsOf(store.db, table)) await remove(store.db, table, item);
    expect((await look(store)).lines.length).toBeGreaterThan(20);
    await rebuild(store);
    expect(await allRows(store)).toEqual(before);
  }, 60_000);
});

describe("an insight whose time is over", () => {
  it("is swept 90 days after it was raised, not before; verify misses nothing and rebuild does not bring it back", async () => {
    const expiring = await filled();
    const sweep = () => createExpirySweeper({ db: expiring.db, clock }).sweep();
    const rows = () => itemsOf(expiring.db, "iops-dashboard-insights");
    const foreign = { pk: "insight#stu_test_001", sk: "2025", alert_id: "test_alert_001", ttl: 1 };
    await put(expiring.db, "iops-dashboard-insights", foreign);
    const day = 86_400_000;
    clock.advance(90 * day - 1_000);
    // Only what somebody else has put there.
    expect(await sweep()).toMatchObject({ deleted: 1 });
    expect(await rows()).toHaveLength(2);
    clock.advance(1_000);
    expect((await look(expiring)).lines).toEqual([]);
    expect(await sweep()).toMatchObject({ deleted: 2 });
    expect((await look(expiring)).lines).toEqual([]);
    await rebuild(expiring);
    expect(await rows()).toEqual([]);
    // Their streams are there: the alert history (defect M4).
    expect(await expiring.readModel.getInsights(["one", "two"])).toMatchObject([{ status: "ACKNOWLEDGED" }, {}]);
    clock.advance(-90 * day);
  }, 60_000);
});

describe("an older ledger", () => {
  it("gets the tables of insights when it is started", async () => {
    const db = engine.db();
    const old = Object.fromEntries(Object.entries(tables).filter(([name]) => !name.startsWith("iops-dashboard-")));
    await ensureTables(db, old);
    expect(await ensureTables(db)).toEqual(own);
  });
});
