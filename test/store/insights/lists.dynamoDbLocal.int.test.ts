/** Lists of the insights context on Amazon's DynamoDB Local. */
import { describe } from "vitest";
import { skipsDynamoDbLocal } from "../../support/dynamoDbLocal.js";
import { insightLists } from "./lists.conformance.js";

describe.skipIf(skipsDynamoDbLocal)("with DynamoDB Local", () => {
  insightLists("dynamodb-local");
});
