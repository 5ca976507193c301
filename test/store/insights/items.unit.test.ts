/** Rows of the insight views as items: seed 001's, attribute by attribute, and back without a loss. */
import { describe, expect, it } from "vitest";
import type { HealthFormulas, IncidentSlot, Insight } from "../../../src/domain/insights/index.js";
import { defaultCatalog, defaultFormulas } from "../../../src/domain/insights/index.js";
import type { Item } from "../../../src/store/dynamodb/rowWrite.js";
import * as items from "../../../src/store/readModels/insights/items.js";
import { isAsWritten } from "../../../src/store/seal.js";
import { aRule, aTally, aWatch, after, anActivity, anEntity, anInsight, seedTime } from "./builders.js";

/** An item as DynamoDB gives it back: without what is undefined, in an order of its own. */
function stored(item: Item): Item {
  const entries = Object.entries(item).filter(([, value]) => value !== undefined);
  return structuredClone(Object.fromEntries(entries.reverse()));
}

const slot: IncidentSlot = {
  slotId: "rule/low_health_score",
  number: 2,
  isOpen: true,
  alertIds: ["a", "b"],
  isSettled: false,
  hasOverflowed: true,
  endings: [{ number: 1, incidentId: "01946a5e-0000-7000-8000-000000000077", ending: "TELL" }],
  version: 5,
  hash: "hash",
};

const full: Partial<Insight> = {
  ruleRevision: 3,
  status: "RESOLVED",
  acknowledged: { at: after(1), by: "ada", note: "seen" },
  resolved: { at: after(2), by: "ada", cause: "USER" },
  snoozedUntil: after(3),
  feedback: [{ by: "ben", useful: false, comment: "no", at: after(4) }],
  scored: { at: after(5), happened: true, happenedAt: after(4), leadSeconds: 4 },
  outcome: { metric: "health_score", comparison: "BELOW", value: 50, withinDays: 7 },
  incident: { incidentId: "00000000-0000-7000-8000-000000000000", declared: true },
  recommendations: [
    { recommendationId: "1", text: "Call", done: { at: after(6), by: "ben" } },
    { recommendationId: "2", text: "Call again" },
  ],
  origin: { modelUsed: "m", promptVersion: "2", inputHash: "h", inputTokens: 10, outputTokens: 20 },
  notices: [{ kind: "RAISED", attempts: 1, sentAt: after(7), notifier: "console", messageId: "1" }],
};

describe("rows", () => {
  it.each<[string, object, Item, (item: Item) => object]>(
    [
      ["an entity", anEntity(), items.toEntityItem, items.fromEntityItem],
      [
        "an entity without values",
        anEntity({ healthScore: null, metrics: { sessions_7d: 0, avg_rating: null }, nextChangeAt: after(60) }),
        items.toEntityItem,
        items.fromEntityItem,
      ],
      [
        "a metric of many digits",
        anEntity({ metrics: { avg_rating: 13 / 3 } }),
        items.toEntityItem,
        items.fromEntityItem,
      ],
      ["a tally", aTally(), items.toTallyItem, items.fromTallyItem],
      ["a fact", anActivity(), items.toActivityItem, items.fromActivityItem],
      [
        "a fact with everything",
        anActivity({ value: -1.5, note: "n", dedupeId: "d", groups: [{ type: "subject", id: "sub_1" }] }),
        items.toActivityItem,
        items.fromActivityItem,
      ],
      ["an insight", anInsight(), items.toInsightItem, items.fromInsightItem],
      ["an insight with everything", anInsight(full), items.toInsightItem, items.fromInsightItem],
      ["a rule", aRule(), items.toRuleItem, items.fromRuleItem],
      ["a watch", aWatch({ alertId: "a", cooldownUntil: after(1) }), items.toWatchItem, items.fromWatchItem],
      ["a catalog", { ...defaultCatalog, version: 1 }, items.toCatalogItem, items.fromCatalogItem],
      [
        "formulas",
        { ...defaultFormulas("student"), version: 1 } satisfies HealthFormulas,
        items.toFormulasItem,
        items.fromFormulasItem,
      ],
      ["a slot", slot, items.toSlotItem, items.fromSlotItem],
    ].map(
      ([name, row, toItem, fromItem]) =>
        [name, row, (toItem as (row: object) => Item)(row as object), fromItem] as never,
    ),
  )("%s is what it was after a round trip", (_, row, item, fromItem) => {
    expect(fromItem(stored(item))).toEqual(row);
    expect(items.isOurs(item)).toBe(true);
  });

  it("that decisions are made on have a seal, which an edit breaks", () => {
    for (const item of [
      items.toEntityItem(anEntity()),
      items.toTallyItem(aTally()),
      items.toRuleItem(aRule()),
      items.toWatchItem(aWatch()),
      items.toCatalogItem(defaultCatalog),
      items.toFormulasItem(defaultFormulas("student")),
      items.toSlotItem(slot),
    ]) {
      expect(isAsWritten(stored(item))).toBe(true);
      expect(item["seal"]).toBeTypeOf("string");
      const [name = ""] = Object.keys(item).filter((key) => key !== "seal");
      expect(isAsWritten({ ...item, [name]: "forged" })).toBe(false);
    }
  });

  it("that say the same are the same, in whatever order they came about", () => {
    const { metrics, lastActivityAt, ...entity } = anEntity({
      lastActivityAt: { session: after(1), rating: after(2) },
    });
    const reversed = <V>(record: Readonly<Record<string, V>>) => Object.fromEntries(Object.entries(record).reverse());
    const [one, other] = [
      items.toEntityItem({ ...entity, metrics, lastActivityAt }),
      items.toEntityItem({ lastActivityAt: reversed(lastActivityAt), ...entity, metrics: reversed(metrics) }),
    ];
    expect(other).toEqual(one);
  });
});

describe("a tally's item", () => {
  it("gives its sums without a look at its marks", () => {
    const item = { ...stored(items.toTallyItem(aTally())), marks: "no marks" };
    const tally = items.fromTallyItem(item);
    expect({ count: tally.count, first: tally.first, last: tally.last }).toEqual({ count: 1, first: 10, last: 10 });
    expect(() => tally.marks).toThrow("no text of marks");
  });

  it("is small where every second of its hour has a value of its own", () => {
    const marks = Array.from({ length: 3_600 }, (_, second) => ({ second, count: 1, total: (second * 7_919) % 5_001 }));
    expect(JSON.stringify(items.toTallyItem(aTally({ marks }))).length).toBeLessThan(16_000);
  });
});

describe("an entity's item", () => {
  it("has the attributes of the seed's example, and those in which a list is sorted", () => {
    const item = stored(items.toEntityItem(anEntity({ entityId: "stu_4532", nextChangeAt: after(86_400) })));
    const { decay_shard: shard, detail: _, seal: __, hash: ___, version: ____, ...seeds } = item;
    expect(seeds).toEqual({
      entity_id: "stu_4532",
      entity_type: "student",
      sessions_7d: 2,
      sessions_14d: 5,
      sessions_30d: 12,
      ib_calls_7d: 1,
      ib_calls_14d: 3,
      avg_rating: 4.5,
      health_score: 72,
      last_updated: "2025-01-15T10:30:00Z",
      decay_at: "2025-01-16T10:30:00Z",
    });
    expect(shard).toMatch(/^[0-7]$/);
  });

  it("M5: has no attribute for what has no value", () => {
    const item = stored(items.toEntityItem(anEntity({ healthScore: null, metrics: { avg_rating: null } })));
    expect(item).not.toHaveProperty("health_score");
    expect(item).not.toHaveProperty("avg_rating");
    expect(item).not.toHaveProperty("decay_at");
    expect(item).not.toHaveProperty("decay_shard");
  });

  it("M10: has whole seconds, whatever the clock showed", () => {
    const item = items.toEntityItem(anEntity({ lastUpdated: "2025-01-15T10:30:00.500Z" }));
    expect(item["last_updated"]).toBe("2025-01-15T10:30:00Z");
    expect(items.fromEntityItem(stored(item)).lastUpdated).toBe("2025-01-15T10:30:00.500Z");
  });

  it("has metrics that were configured as attributes of their own", () => {
    const item = items.toEntityItem(anEntity({ metrics: { homework_3d: 4, avg_mood: -1.25 } }));
    expect(item).toMatchObject({ homework_3d: 4, avg_mood: -1.25 });
  });
});

describe("an insight's item", () => {
  it("has the attributes of the seed's example, with a time to live that is right (defect M3)", () => {
    const insight = anInsight({ raisedAt: seedTime, alertId: "high_ib_call_frequency_stu_4532_1736937000000" });
    const { detail: _, ...seeds } = stored(items.toInsightItem(insight));
    expect(seeds).toEqual({
      pk: "insight#stu_4532",
      sk: "2025-01-15T10:30:00Z",
      alert_id: "high_ib_call_frequency_stu_4532_1736937000000",
      entity_id: "stu_4532",
      entity_type: "student",
      prediction_type: "high_ib_call_frequency",
      risk_score: 82,
      explanation: "Student shows high IB call frequency with declining health score...",
      recommendations: ["Schedule immediate check-in call", "Review IB call transcripts"],
      timestamp: "2025-01-15T10:30:00Z",
      model_used: "deterministic-v1",
      status: "OPEN",
      ttl: 1_744_713_000,
    });
  });
});

describe("a watch's item", () => {
  it("is in the list of its rule unless the rule has nothing to do with the entity", () => {
    expect(items.toWatchItem(aWatch())["list_key"]).toBe("watch#low_health_score");
    expect(items.toWatchItem(aWatch({ phase: "NORMAL" }))).not.toHaveProperty("list_key");
  });
});

describe("rows of others", () => {
  it.each([{}, { pk: "insight#stu_test_001", sk: "x", alert_id: "test_alert_001" }, { entity_id: "stu_test_001" }])(
    "are told from ours: %j",
    (item) => {
      expect(items.isOurs(item)).toBe(false);
    },
  );
});
