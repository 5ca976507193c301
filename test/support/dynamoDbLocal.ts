/** DynamoDB Local as a second engine for tests: skipped with a reason where it cannot run, except in CI, where it must. */
import { findDynamoDbLocal } from "../../src/store/engine/dynamoDbLocal.js";
import { NoEngineError } from "../../src/store/engine/index.js";
import { startTestEngineOf } from "./engine.js";
import type { TestEngine } from "./engine.js";

/** For `describe.skipIf(skipsDynamoDbLocal)`. In CI always false, so that a missing Java fails there. */
export const skipsDynamoDbLocal = (await isMissing()) && process.env["CI"] !== "true";

/** Starts DynamoDB Local on a fresh folder. Takes some seconds. */
export function startTestDynamoDbLocal(): Promise<TestEngine> {
  return startTestEngineOf("dynamodb-local");
}

async function isMissing(): Promise<boolean> {
  try {
    await findDynamoDbLocal({ log: ({ message }) => console.info(message) });
    return false;
  } catch (error) {
    if (!(error instanceof NoEngineError)) throw error;
    console.info(`DynamoDB Local is left out: ${error.message.split("\n")[0]}`);
    return true;
  }
}
