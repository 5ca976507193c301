/** The row that stands for an import that has not ended: while it is there, the ledger is half of another one. */
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import type { DynamoDb } from "../dynamodb/client.js";
import type { Item } from "../dynamodb/rowWrite.js";

export const importMarkerKey = { processor: "import", partition: "file" } as const;

/** The ledger holds part of a file whose import did not end: nothing may use it yet. */
export class UnfinishedImportError extends Error {
  constructor() {
    super(
      "this ledger holds part of an import that did not end; go on with the same command: opsledger import --from <the same file>",
    );
    this.name = "UnfinishedImportError";
  }
}

/** The marker of an import that has not ended. One request. */
export async function importMarkerOf(db: DynamoDb): Promise<Item | undefined> {
  const { Item } = await db.client.send(
    new GetCommand({ TableName: db.tableName("processor-checkpoints"), Key: importMarkerKey, ConsistentRead: true }),
  );
  return Item;
}

/** Throws {@link UnfinishedImportError} while an import has not ended. One request. */
export async function requireNoImport(db: DynamoDb): Promise<void> {
  if ((await importMarkerOf(db)) !== undefined) throw new UnfinishedImportError();
}
