/** The number of the feed's logs is fixed at a ledger's first start. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import { FeedLayoutError, loadFeedLayout, requireFeedLayout } from "../../../src/store/feed/feedLayout.js";
import { put } from "../../proofs/support/provenLedger.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

it("is recorded once, accepted again, and another is refused by name", async () => {
  const db = engine.db();
  await ensureTables(db);
  await requireFeedLayout(db, 4);
  await requireFeedLayout(db, 4);
  await expect(requireFeedLayout(db, 8)).rejects.toThrow(FeedLayoutError);
  expect(await loadFeedLayout(db)).toEqual({ logs: 4, hashed: true });
  await expect(requireFeedLayout(db, 8)).rejects.toThrow(/has 4 logs, and FEED_LOGS asks for 8/);
});

it("of a log that is older than it does not say that all events have hashes", async () => {
  const db = engine.db();
  await ensureTables(db);
  await put(db, "domain-events", { streamId: "Incident-1", version: 1 });
  await requireFeedLayout(db, 4);
  expect(await loadFeedLayout(db)).toEqual({ logs: 4, hashed: false });
});
