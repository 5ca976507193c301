/** The async views of insights, fed by a real feed: facts of aggregates by the hour, and what became of each rule's insights. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Tally } from "../../../src/domain/insights/index.js";
import type { Item } from "../../../src/store/dynamodb/rowWrite.js";
import type { AsyncView } from "../../../src/store/processing/asyncView.js";
import { rebuildView } from "../../../src/store/processing/rebuildView.js";
import { aggregateTalliesView, rulePerformanceView } from "../../../src/store/readModels/insights/index.js";
import type { TableName } from "../../../src/store/tables.js";
import { upTo } from "../../conformance/eventStore.conformance.js";
import { itemsOf, put, remove, setAttribute, startProvenLedger, theItem } from "../../proofs/support/provenLedger.js";
import type { ProvenLedger } from "../../proofs/support/provenLedger.js";
import { requestBy } from "../../support/ledgerAt.js";

const ana = requestBy("ana");
const now = "2025-03-01T10:30:00.000Z";
const math = "subject-sub_math";
const all = { from: "2025-01-01T00:00:00.000Z", until: "2026-01-01T00:00:00.000Z" } as const;

let test: ProvenLedger;

beforeAll(async () => {
  test = await startProvenLedger();
  test.setClock(now);
  const { insights, control } = test.ledger;
  // Three entities side by side: the order of their facts in the feed is anybody's.
  const outcomes = await Promise.all(
    upTo(30).map((n) =>
      insights.recordActivity(
        {
          entityId: `stu_${n % 3}`,
          kind: n % 2 === 0 ? "session" : "rating",
          ...(n % 2 === 0 ? {} : { value: 4.5 }),
          groups: n % 5 === 0 ? ["sub_math"] : ["sub_math", "reg_north"],
          occurredAt: `2025-03-01T0${n % 4}:00:${String(n).padStart(2, "0")}Z`,
        },
        ana,
      ),
    ),
  );
  const { alertId } = await insights.raise(
    {
      entityId: "stu_1",
      predictionType: "churn_risk",
      riskScore: 90,
      title: "May leave",
      explanation: "Few sessions",
      modelUsed: "m",
    },
    ana,
  );
  await insights.change(alertId, "AcknowledgeInsight", {}, ana);
  await insights.change(alertId, "GiveFeedback", { useful: false }, ana);
  const { position } = await insights.change(alertId, "GiveFeedback", { useful: true }, ana);
  await test.ledger.start();
  for (const outcome of outcomes) await control.waitFor("aggregate-tallies", outcome.position, "atLeast");
  await control.waitFor("rule-performance", position, "atLeast");
}, 120_000);
afterAll(() => test.close());

const read = (entityKey: string, range: { readonly from: string; readonly until: string } = all) =>
  test.ledger.insightViews.getTallies({ entityKey, of: "AGGREGATE", ...range });

const countIn = (tallies: readonly Tally[], kind: string) =>
  tallies.filter((tally) => tally.kind === kind).reduce((sum, { count }) => sum + count, 0);

const one = (table: TableName, matches: (item: Item) => boolean) => theItem(test.db, table, matches);

/** The view made anew; whoever reads it reads the next generation of its rows. */
async function rebuilt<Row>(view: AsyncView<Row>): Promise<void> {
  const { feed } = test.ledger.pipeline;
  const deps = { db: test.db, feed, leases: test.ledger.leases, clock: { now: () => now } };
  await rebuildView(deps, view, { signal: new AbortController().signal });
}

describe("tallies of aggregates", () => {
  it("add up the facts of all entities that name them, by the hour and the second", async () => {
    const tallies = await read(math);
    expect([countIn(tallies, "session"), countIn(tallies, "rating")]).toEqual([15, 15]);
    expect(tallies.filter(({ kind }) => kind === "rating").reduce((sum, { total }) => sum + total, 0)).toBe(15 * 4_500);
    expect(new Set(tallies.map(({ entityKey }) => entityKey))).toEqual(new Set([math]));
    expect(tallies.flatMap(({ marks }) => marks)).toHaveLength(30);
    expect(countIn(await read("region-reg_north"), "session") + countIn(await read("region-reg_north"), "rating")).toBe(
      24,
    );
  });

  it("are read by the hours in which they begin", async () => {
    const hours = async (from: string, until: string) =>
      [...new Set((await read(math, { from, until })).map((tally) => tally.from))].map((from) => from.slice(11, 13));
    expect(await hours("2025-03-01T01:00:00.000Z", "2025-03-01T03:00:00.000Z")).toEqual(["01", "02"]);
    expect(await hours("2025-03-01T03:00:00.000Z", "2025-03-01T03:00:00.000Z")).toEqual([]);
  });

  it("are none of an entity's own, and of nobody who has none", async () => {
    expect(await test.ledger.insightViews.getTallies({ entityKey: math, of: "ENTITY", ...all })).toEqual([]);
    expect(await read("subject-sub_none")).toEqual([]);
  });
});

describe("a rule's performance", () => {
  it("is what became of its insights, the last word of each person counting", async () => {
    expect(await test.ledger.insightViews.getPerformance(["churn_risk", "nothing"])).toMatchObject([
      { ruleId: "churn_risk", raised: 1, acknowledged: 1, useful: 1, notUseful: 0 },
      undefined,
    ]);
  });
});

describe("verify", () => {
  it("finds nothing where nobody has tampered with anything", async () => {
    const { lines, counts } = await test.verify();
    expect(lines).toEqual([]);
    expect(counts.foreign).toBe(0);
  }, 60_000);

  it("finds async rows that somebody edited or took away; a rebuild makes them anew, and readers see those", async () => {
    const before = await read(math);
    const isMath = (item: Item) =>
      item["aggregate"] === math && String(item["bucket"]).endsWith("01:00:00.000Z#rating");
    const row = await one("iops-dashboard-tallies", isMath);
    await setAttribute(test.db, "iops-dashboard-tallies", row, "count", 99);
    const gone = await one(
      "iops-dashboard-tallies",
      (item) => item["aggregate"] === math && String(item["bucket"]).endsWith("02:00:00.000Z#session"),
    );
    await remove(test.db, "iops-dashboard-tallies", gone);
    const performance = await one("iops-dashboard-rules", (item) => item["performance"] !== undefined);
    await setAttribute(test.db, "iops-dashboard-rules", performance, "performance", "{}");
    const { lines } = await test.verify();
    expect(lines.filter((line) => line.includes("count: expected"))).toHaveLength(1);
    expect(lines.filter((line) => line.includes("expected a row, found no row"))).toHaveLength(1);
    expect(lines.filter((line) => line.includes("performance: expected"))).toHaveLength(1);
    expect(lines).toHaveLength(3);
    await rebuilt(aggregateTalliesView);
    await rebuilt(rulePerformanceView);
    expect((await test.verify()).lines).toEqual([]);
    expect(await read(math)).toEqual(before);
    expect(await test.ledger.insightViews.getPerformance(["churn_risk"])).toMatchObject([{ raised: 1 }]);
    // Rows of the generation before are nobody's orphans.
    expect(await itemsOf(test.db, "iops-dashboard-tallies")).toContainEqual({ ...row, count: 99 });
    await put(test.db, "iops-dashboard-tallies", row);
  }, 120_000);
});

it("a view that nobody has fed yet has no rows", async () => {
  const idle = await startProvenLedger(test.engine);
  expect(await idle.ledger.insightViews.getPerformance(["churn_risk"])).toEqual([undefined]);
  expect(await idle.ledger.insightViews.getPerformance([])).toEqual([]);
  await idle.close();
}, 60_000);
