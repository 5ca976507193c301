/** What goes into one transaction of the feeder. */
import { describe, expect, it } from "vitest";
import { createFeedPlan, transactionLimits } from "../../../src/store/feed/feedPlan.js";
import { itemLimits } from "../../../src/store/feed/feedItems.js";
import { aCommit, upTo } from "./support/ledger.js";

describe("a plan", () => {
  it("joins commits of one log in one item", () => {
    const plan = createFeedPlan(1);
    for (const version of [1, 2, 3]) plan.add(aCommit("Test-a", version));
    const { feedItems, indexItems, heads } = plan.build([7]);
    expect(feedItems).toMatchObject([{ log: "log#0", position: 8, n: 3, heads: [10] }]);
    expect(indexItems.map(({ feedPosition }) => feedPosition)).toEqual([8, 9, 10]);
    expect(heads).toEqual([10]);
  });

  it("gives each commit the vector behind its own last event, later ones later", () => {
    const plan = createFeedPlan(4);
    for (const index of upTo(20)) plan.add(aCommit(`Test-${index}`, 1, 2));
    const { indexItems, heads } = plan.build([0, 0, 0, 0]);
    const sums = indexItems.map((item) => item.heads.reduce((sum, value) => sum + value, 0));
    expect(sums).toEqual(upTo(20).map((index) => index * 2));
    expect(indexItems.at(-1)?.heads).toEqual(heads);
  });

  it("begins a new item at 100 events", () => {
    const plan = createFeedPlan(1);
    plan.add(aCommit("Test-a", 1, 60));
    plan.add(aCommit("Test-a", 61, 40));
    plan.add(aCommit("Test-a", 101, 1));
    expect(plan.build([0]).feedItems.map(({ n }) => n)).toEqual([100, 1]);
  });

  it("begins a new item where the text would grow too long", () => {
    const plan = createFeedPlan(1);
    for (const version of [1, 2, 3]) plan.add(aCommit("Test-a", version, 1, "ä".repeat(60_000)));
    const { feedItems } = plan.build([0]);
    expect(feedItems.map(({ n }) => n)).toEqual([2, 1]);
    for (const { entries } of feedItems) expect(Buffer.byteLength(entries)).toBeLessThan(itemLimits.bytes + 1_000);
  });

  it("lets a commit that is larger than an item may be go alone", () => {
    const plan = createFeedPlan(1);
    plan.add(aCommit("Test-a", 1));
    plan.add(aCommit("Test-a", 2, 300));
    plan.add(aCommit("Test-a", 302));
    expect(plan.build([0]).feedItems.map(({ n }) => n)).toEqual([1, 300, 1]);
  });

  it("stores what the events of a commit share once: a commit of many small events is not much larger than in the log", () => {
    const plan = createFeedPlan(1);
    plan.add(aCommit("Test-a", 1, 1_500));
    const [item] = plan.build([0]).feedItems;
    expect(Buffer.byteLength(item?.entries ?? "")).toBeLessThan(1_500 * 160);
  });

  it("is full at 60 commits, and before it needs more items than a transaction may have", () => {
    const joined = createFeedPlan(1);
    expect(upTo(100).filter((version) => joined.add(aCommit("Test-a", version)))).toHaveLength(
      transactionLimits.commits,
    );
    const alone = createFeedPlan(1);
    const added = upTo(100).filter((index) => alone.add(aCommit(`Test-${index}`, 1, 99)));
    expect(added.length * 2).toBeLessThanOrEqual(transactionLimits.items);
    expect(added.length).toBeGreaterThan(40);
  });

  it("is full before it is larger than a transaction may be, but takes any first commit", () => {
    const plan = createFeedPlan(1);
    const added = upTo(60).filter((version) => plan.add(aCommit("Test-a", version, 1, "x".repeat(200_000))));
    expect(added).toHaveLength(17);
    expect(createFeedPlan(1).add(aCommit("Test-a", 1, 1, "x".repeat(4_000_000)))).toBe(true);
  });

  it("leaves room to check the logs that it does not write to, where that is asked for", () => {
    const itemsOf = (options: { readonly checked?: boolean }) => {
      const plan = createFeedPlan(64, options);
      while (plan.add(aCommit("Test-a", plan.commits + 1, 1)));
      return plan.commits;
    };
    expect(itemsOf({})).toBe(transactionLimits.commits);
    // One item of the log, and a check for each of the 63 others.
    expect(itemsOf({ checked: true })).toBe(transactionLimits.items - 63 - 1);
  });

  it("names its commits in the order of their index items", () => {
    const plan = createFeedPlan(4);
    for (const streamId of ["Test-a", "Test-b", "Test-a", "Test-c"]) plan.add(aCommit(streamId, plan.commits + 1));
    expect(plan.planned.map(({ streamId }) => `stream#${streamId}`)).toEqual(
      plan.build([0, 0, 0, 0]).indexItems.map(({ log }) => log),
    );
  });
});
