/** Incident numbers from one counter item: an atomic add, outside any transaction, so that declares never conflict on it. */
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { NumberAllocator } from "../../../domain/incidents/index.js";
import type { DynamoDb } from "../../dynamodb/client.js";
import { rethrow } from "../../dynamodb/faults.js";

export function createNumberAllocator({ db }: { readonly db: DynamoDb }): NumberAllocator {
  return {
    async next() {
      const addOne = new UpdateCommand({
        TableName: db.tableName("processor-checkpoints"),
        Key: { processor: "incident-number", partition: "last" },
        UpdateExpression: "ADD #value :one",
        ExpressionAttributeNames: { "#value": "value" },
        ExpressionAttributeValues: { ":one": 1 },
        ReturnValues: "UPDATED_NEW",
      });
      const { Attributes } = await db.client.send(addOne).catch(rethrow);
      return Number(Attributes?.["value"]);
    },
  };
}
