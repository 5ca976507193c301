/** What an engine does with a table in use while an index comes and goes: both kinds of engine must do the same. */
import { CreateTableCommand, UpdateTableCommand } from "@aws-sdk/client-dynamodb";
import { PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, it } from "vitest";
import { toCreateTable } from "../../src/store/dynamodb/createTables.js";
import { addIndex, dropIndex } from "../../src/store/dynamodb/indexChanges.js";
import { tables } from "../../src/store/tables.js";
import type { TestEngine } from "../support/engine.js";

export function indexChangesConformance(name: string, engineOf: () => TestEngine): void {
  describe(name, () => {
    it("is filled from the rows that have its keys, then from writes, and is dropped once it is declared no more", async () => {
      const db = engineOf().db();
      const TableName = db.tableName("domain-timers");
      await db.client.send(
        new CreateTableCommand(toCreateTable(TableName, { ...tables["domain-timers"], indexes: [] })),
      );
      const put = (timerId: string, more: object) =>
        db.client.send(new PutCommand({ TableName, Item: { timerId, ...more } }));
      await put("before", { dueShard: "0", dueAt: "2025-01-01" });
      await put("without keys", {});
      expect(await addIndex(db, "domain-timers", "DueIndex")).toBe("added");
      await put("after", { dueShard: "0", dueAt: "2025-01-02" });
      const { Items } = await db.client.send(
        new QueryCommand({
          TableName,
          IndexName: "DueIndex",
          KeyConditionExpression: "dueShard = :shard",
          ExpressionAttributeValues: { ":shard": "0" },
          Limit: 10,
        }),
      );
      expect(Items?.map(({ timerId }) => String(timerId))).toEqual(["before", "after"]);
      expect(await addIndex(db, "domain-timers", "DueIndex")).toBe("there already");
      await expect(dropIndex(db, "domain-timers", "DueIndex")).rejects.toThrow(
        "domain-timers declares the index DueIndex: servers of this release read it",
      );
      await db.client.send(
        new UpdateTableCommand({
          TableName,
          AttributeDefinitions: [{ AttributeName: "task", AttributeType: "S" }],
          GlobalSecondaryIndexUpdates: [
            {
              Create: {
                IndexName: "TaskIndex",
                KeySchema: [{ AttributeName: "task", KeyType: "HASH" }],
                Projection: { ProjectionType: "KEYS_ONLY" },
              },
            },
          ],
        }),
      );
      expect(await dropIndex(db, "domain-timers", "TaskIndex")).toBe("dropped");
      expect(await dropIndex(db, "domain-timers", "TaskIndex")).toBe("not there");
    });
  });
}
