/** How the queue is doing, fed by a real feed: counted once, proved, and made anew. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { QueueTally } from "../../../src/domain/research/index.js";
import type { StreamPosition } from "../../../src/domain/kernel/eventStore.js";
import { rebuildView } from "../../../src/store/processing/rebuildView.js";
import { researchQueueView } from "../../../src/store/readModels/research/index.js";
import { upTo } from "../../conformance/eventStore.conformance.js";
import { put, remove, setAttribute, startProvenLedger, theItem } from "../../proofs/support/provenLedger.js";
import type { ProvenLedger } from "../../proofs/support/provenLedger.js";
import { requestBy } from "../../support/ledgerAt.js";
import { seedSubmission } from "./researchStore.js";

const worker = requestBy("table_processor_001");
const now = "2025-09-09T10:30:00.000Z";
const table = "market_intelligence_queue";
let test: ProvenLedger;

beforeAll(async () => {
  test = await startProvenLedger();
  test.setClock(now);
  const { research, control } = test.ledger;
  const { requestType, config } = seedSubmission;
  const positions: StreamPosition[] = [];
  for (const n of upTo(6)) {
    const projectId = n % 3 === 0 ? "beta/web" : "alpha";
    const strategy = n === 6 ? "SQS" : "TABLE";
    positions.push((await research.submit({ projectId, requestType, config, strategy }, worker)).position);
  }
  const claimed = await research.claim({ workerId: "w", max: 3 }, worker);
  for (const { request, leaseToken } of claimed.slice(0, 2)) {
    positions.push((await research.start(request.requestId, { leaseToken }, worker)).position);
  }
  await test.ledger.start();
  for (const position of positions) await control.waitFor("research-queue", position, "atLeast");
}, 120_000);
afterAll(() => test.close());

const counts = (tallies: readonly QueueTally[]) =>
  tallies.map(({ projectId = "*", strategy, byStatus: { PENDING, PROCESSING, EXECUTING } }) =>
    [projectId, strategy, PENDING, PROCESSING, EXECUTING].join(" "),
  );

const rowOf = (subject: string) => theItem(test.db, table, (item) => item["subject"] === subject);

describe("tallies of the queue", () => {
  it("are of all projects, or of each that is asked for", async () => {
    const { researchViews } = test.ledger;
    expect(counts(await researchViews.getTallies("all"))).toEqual(["* TABLE 2 1 2", "* SQS 1 0 0"]);
    const own = counts(await researchViews.getTallies(["alpha", "nobody", "beta/web", "alpha"]));
    expect(own.map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "alpha TABLE",
      "beta/web TABLE",
      "beta/web SQS",
    ]);
    const [all] = await researchViews.getTallies("all");
    expect(all?.hours.at(-1)).toMatchObject({ submitted: 5, claimed: 3, completed: 0, failed: 0 });
  });

  it("are proved: verify finds rows that somebody edited or took away; a rebuild makes them anew, and readers see those", async () => {
    const { researchViews } = test.ledger;
    const before = await researchViews.getTallies("all");
    expect((await test.verify()).lines).toEqual([]);
    const edited = await rowOf("stats#*#TABLE");
    await setAttribute(test.db, table, edited, "tally", "{}");
    const gone = await rowOf("stats#alpha#TABLE");
    await remove(test.db, table, gone);
    const { lines } = await test.verify();
    expect(lines.filter((line) => line.includes("tally: expected"))).toHaveLength(1);
    expect(lines.filter((line) => line.includes("expected a row, found no row"))).toHaveLength(1);
    expect(lines).toHaveLength(2);
    const deps = {
      db: test.db,
      feed: test.ledger.pipeline.feed,
      leases: test.ledger.leases,
      clock: { now: () => now },
    };
    await rebuildView(deps, researchQueueView, { signal: new AbortController().signal });
    expect((await test.verify()).lines).toEqual([]);
    expect(await researchViews.getTallies("all")).toEqual(before);
    await put(test.db, table, gone);
  }, 120_000);
});
