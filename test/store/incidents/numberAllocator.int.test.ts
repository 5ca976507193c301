/** Incident numbers: each once, rising, whoever asks at the same time. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import { UnavailableError } from "../../../src/domain/kernel/errors.js";
import { createNumberAllocator } from "../../../src/store/readModels/incidents/index.js";
import { prefixed, tables } from "../../../src/store/tables.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { upTo } from "../../conformance/eventStore.conformance.js";
import { failRequests, sdkError } from "../faults.js";

const table = "processor-checkpoints";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

/** Allocators of several servers on the same table. */
async function allocators(prefix: string, count: number) {
  const dbs = upTo(count).map(() => engine.db({ tableName: prefixed(prefix) }));
  const [first] = dbs;
  if (first !== undefined) await ensureTables(first, { [table]: tables[table] });
  return dbs.map((db) => createNumberAllocator({ db }));
}

it("numbers begin at 1 and rise by one", async () => {
  const [numbers] = await allocators("rising-", 1);
  expect([await numbers?.next(), await numbers?.next(), await numbers?.next()]).toEqual([1, 2, 3]);
});

it("32 at once from several servers get 32 numbers, none twice", async () => {
  const servers = await allocators("racing-", 4);
  const numbers = await Promise.all(upTo(32).map(async (n) => servers[n % servers.length]?.next()));
  expect(numbers.toSorted((a, b) => Number(a) - Number(b))).toEqual(upTo(32));
});

it("says that the store is unavailable where it does not answer, so that a caller knows to try again", async () => {
  const db = engine.db();
  failRequests(db, { operations: ["UpdateItem"], failure: () => sdkError("TimeoutError", { code: "ECONNRESET" }) });
  await expect(createNumberAllocator({ db }).next()).rejects.toThrow(UnavailableError);
});
