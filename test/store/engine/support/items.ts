/** A table to write to and read from, to see that an engine works and keeps its data. */
import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { createDynamoDb } from "../../../../src/store/dynamodb/client.js";
import type { DynamoDbAddress } from "../../../../src/store/dynamodb/client.js";
import { prefixed } from "../../../../src/store/tables.js";

export interface Items {
  create(): Promise<void>;
  put(id: string): Promise<void>;
  has(id: string): Promise<boolean>;
  close(): void;
}

/** A client of the table `items`, which has a stream. */
export function itemsAt(address: DynamoDbAddress): Items {
  const { client, ...db } = createDynamoDb({
    endpoint: address.endpoint,
    region: address.region,
    tableName: prefixed(""),
  });
  const TableName = "items";
  return {
    create: async () => {
      await client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
        }),
      );
    },
    put: async (id) => {
      await client.send(new PutCommand({ TableName, Item: { id } }));
    },
    has: async (id) => (await client.send(new GetCommand({ TableName, Key: { id } }))).Item !== undefined,
    close: () => db.close(),
  };
}
