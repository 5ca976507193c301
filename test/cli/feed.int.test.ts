/** `opsledger feed`: what the feeder function has given up on is fed from the log, once it can be. */
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { feed } from "../../src/cli/commands/feed.js";
import { createLeases } from "../../src/store/processing/leases.js";
import { feederLease } from "../../src/store/feed/feeder.js";
import { silent } from "../store/feed/support/ledger.js";
import type { LedgerAt } from "../support/ledgerAt.js";
import { systemClock } from "../../src/server/clock.js";
import { anIncident, startFunctionWorld } from "../lambda/support/world.js";
import type { FunctionWorld } from "../lambda/support/world.js";

let world: FunctionWorld;
let callers: LedgerAt;
let printed: string[] = [];

beforeAll(async () => {
  world = await startFunctionWorld();
  callers = world.callers(systemClock.now());
});
afterAll(() => world.close());
beforeEach(() => {
  printed = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
  vi.stubEnv("DYNAMODB_ENDPOINT", world.endpoint);
  vi.stubEnv("LEASE_MS", "500");
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const isFed = async (incidentId: string, version: number) =>
  (await callers.pipeline.feed.resolve(`Incident-${incidentId}`, version)) !== undefined;

it("feeds one stream, and says what; again, it finds nothing to feed", async () => {
  const [wanted, other] = [await anIncident(callers, "RESOLVED"), await anIncident(callers)];
  await feed({ stream: `Incident-${wanted}` });
  expect(printed).toEqual([`Incident-${wanted}  fed versions 1 to 2`, "2 commits compared with the feed."]);
  expect([await isFed(wanted, 2), await isFed(other, 1)]).toEqual([true, false]);
  printed = [];
  await feed({ stream: `Incident-${wanted}` });
  expect(printed).toEqual(["2 commits compared with the feed."]);
});

it("feeds all that the feed lacks, but no stream with a gap, which it names", async () => {
  const [broken, whole] = [await anIncident(callers, "RESOLVED"), await anIncident(callers)];
  const Key = { streamId: `Incident-${broken}`, version: 1 };
  await world.db.client.send(new DeleteCommand({ TableName: world.db.tableName("domain-events"), Key }));
  await expect(feed({ all: true })).rejects.toThrow(`Incident-${broken} at version 2`);
  expect([await isFed(broken, 2), await isFed(whole, 1)]).toEqual([false, true]);
});

it("says so where the log has no such stream, and where it is not told what to feed", async () => {
  await expect(feed({ stream: "Incident-none" })).rejects.toThrow("the log has no stream Incident-none");
  await expect(feed({})).rejects.toThrow("--stream <id>");
  await expect(feed({ stream: "Incident-none", all: true })).rejects.toThrow("--all");
});

it("leaves it to a server that feeds", async () => {
  const leases = createLeases({ db: world.db, owner: "a server", milliseconds: 500, takeOver: false, log: silent });
  const end = new AbortController();
  let held: Promise<void> | undefined;
  await new Promise<void>((resolve) => {
    const work = () => new Promise<void>((done) => (end.signal.addEventListener("abort", () => done()), resolve()));
    held = leases.hold(feederLease, work, { signal: end.signal });
  });
  onTestFinished(async () => {
    end.abort();
    await held;
  });
  await expect(feed({ all: true })).rejects.toThrow("A server feeds this ledger (a server)");
});
