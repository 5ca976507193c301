/** The number of the feed's logs is fixed at a ledger's first start. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import { FeedLayoutError, requireFeedLayout } from "../../../src/store/feed/feedLayout.js";
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
  await expect(requireFeedLayout(db, 8)).rejects.toThrow(/has 4 logs, and FEED_LOGS asks for 8/);
});
