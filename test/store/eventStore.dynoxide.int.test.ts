/** The log on Dynoxide keeps the promises of every event store. */
import { afterAll, beforeAll } from "vitest";
import { eventStoreConformance } from "../conformance/eventStore.conformance.js";
import { startTestEngine } from "../support/engine.js";
import type { TestEngine } from "../support/engine.js";
import { openSubject } from "./eventStoreSubject.js";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

eventStoreConformance("the log on Dynoxide", () => openSubject(engine));
