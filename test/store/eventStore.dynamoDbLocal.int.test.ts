/** The log on Amazon's DynamoDB Local keeps the promises of every event store, and its tables change as others do. */
import { afterAll, beforeAll, describe } from "vitest";
import { eventStoreConformance } from "../conformance/eventStore.conformance.js";
import { indexChangesConformance } from "../conformance/indexChanges.conformance.js";
import { skipsDynamoDbLocal, startTestDynamoDbLocal } from "../support/dynamoDbLocal.js";
import type { TestEngine } from "../support/engine.js";
import { openSubject } from "./eventStoreSubject.js";

describe.skipIf(skipsDynamoDbLocal)("with DynamoDB Local", () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startTestDynamoDbLocal();
  });
  afterAll(() => engine.close());

  eventStoreConformance("the log on DynamoDB Local", () => openSubject(engine));
  indexChangesConformance("an index on DynamoDB Local", () => engine);
});
