/** What the projector may do is what its views need: rows are written, and read where they are folds. */
import { expect, it } from "vitest";
import { tableRights } from "../../cdk/lib/rights.js";
import { asyncViews } from "../../src/server/processors.js";

it("the projector may write the tables of the async views, and read those whose rows are folds", () => {
  // What a key looks like is the view's own: all that is wanted is the name of its table.
  const needed = asyncViews.map((view) => ({ rows: view.rows, table: tableOf(view) }));
  const always = ["domain-events", "domain-feed", "processor-checkpoints"];
  const { projector } = tableRights;
  expect(Object.keys(projector).sort()).toEqual([...new Set([...always, ...needed.map(({ table }) => table)])].sort());
  for (const { rows, table } of needed) {
    expect(projector[table], table).toEqual(rows === "folds" ? ["read", "write"] : ["write"]);
  }
});

function tableOf(view: (typeof asyncViews)[number]) {
  const keys = ["all", "incident#OPEN", '["a","b",1]', "student#a#1#2025-01-15T10", "corr/1/2"];
  for (const key of keys) {
    try {
      return view.itemKey(key, 1).table;
    } catch {
      // It is not of this form.
    }
  }
  throw new Error(`no key of ${view.projection.name} is known`);
}
