/** How the sessions of each service are doing, fed by a real feed: counted once, proved, and made anew. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sessionStream, toSessionId } from "../../../src/domain/integrations/index.js";
import type { IntegrationsReadModel } from "../../../src/domain/integrations/index.js";
import { rebuildView } from "../../../src/store/processing/rebuildView.js";
import { integrationHealthView } from "../../../src/store/readModels/integrations/index.js";
import { put, remove, setAttribute, startProvenLedger, theItem } from "../../proofs/support/provenLedger.js";
import type { ProvenLedger } from "../../proofs/support/provenLedger.js";
import { integrationsStore } from "./integrationsStore.js";

const now = "2024-01-15T10:30:00.000Z";
const table = "beya-integration-health";
let test: ProvenLedger;
let readModel: IntegrationsReadModel;

beforeAll(async () => {
  test = await startProvenLedger();
  test.setClock(now);
  const store = integrationsStore(test.db, { now: () => now });
  ({ readModel } = store);
  for (const userId of ["ana", "ben", "cleo"]) await store.connect(userId);
  await store.connect("ana", { serviceType: "slack" });
  await store.poll(toSessionId("ana", "gmail"), 3);
  await store.tell(toSessionId("ben", "gmail"), { type: "PauseSession" });
  const last = await store.poll(toSessionId("cleo", "gmail"), 4);
  await test.ledger.start();
  for (const { sessionId, version } of [
    last,
    ...(await store.readModel.getSessions(["ana#slack", "ben#gmail"])),
  ].filter((session) => session !== undefined)) {
    await test.ledger.control.waitFor("integration-health", { streamId: sessionStream(sessionId), version }, "atLeast");
  }
}, 120_000);
afterAll(() => test.close());

describe("tallies of services", () => {
  it("say how many sessions of each are in which status, and what they brought", async () => {
    const tallies = await readModel.getTallies();
    expect(tallies.map(({ serviceType }) => serviceType)).toEqual(["gmail", "slack"]);
    expect(tallies).toMatchObject([
      { byStatus: { ACTIVE: 2, PAUSED: 1, DISABLED: 0 }, items: 7, failures: 0, deadLetters: 0 },
      { byStatus: { ACTIVE: 1 }, items: 0 },
    ]);
  });

  it("are proved: verify finds rows that somebody edited or took away; a rebuild makes them anew, and readers see those", async () => {
    const before = await readModel.getTallies();
    expect((await test.verify()).lines).toEqual([]);
    const [edited, gone] = await Promise.all(
      ["gmail", "slack"].map((service) => theItem(test.db, table, ({ part }) => part === service)),
    );
    if (edited === undefined || gone === undefined) throw new Error("no rows");
    await setAttribute(test.db, table, edited, "tally", "{}");
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
    await rebuildView(deps, integrationHealthView, { signal: new AbortController().signal });
    expect((await test.verify()).lines).toEqual([]);
    expect(await readModel.getTallies()).toEqual(before);
    await put(test.db, table, gone);
  }, 120_000);
});
