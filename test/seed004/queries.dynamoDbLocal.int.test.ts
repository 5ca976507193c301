/** Seed 004 on Amazon's DynamoDB Local. */
import { describe } from "vitest";
import { skipsDynamoDbLocal } from "../support/dynamoDbLocal.js";
import { seedQueries } from "./queries.conformance.js";

describe.skipIf(skipsDynamoDbLocal)("with DynamoDB Local", () => {
  seedQueries("dynamodb-local");
});
