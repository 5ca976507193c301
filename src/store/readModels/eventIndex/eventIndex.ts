/** The event index as `why` reads it: an event by its id, and all events of a correlation. */
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { compareIndexed } from "../../../domain/kernel/index.js";
import type { EventIndex, EventIndexRow } from "../../../domain/kernel/index.js";
import type { DynamoDb } from "../../dynamodb/client.js";
import { queryAll, queryPages } from "../../dynamodb/query.js";
import { fromEventIndexItem } from "./view.js";

const table = "domain-event-index";
const pageSize = 500;

/**
 * Creates the reader. `find` costs one Query of an index, and one GetItem where it finds the event; `ofCorrelation` one Query
 * for each 500 events (or MB) that it returns. The table is read strongly consistently, the index cannot be.
 */
export function createEventIndex({ db }: { readonly db: DynamoDb }): EventIndex {
  const find = async (eventId: string): Promise<EventIndexRow | undefined> => {
    const found = await queryAll(db, table, {
      IndexName: "EventIndex",
      KeyConditionExpression: "#eventId = :eventId",
      ExpressionAttributeNames: { "#eventId": "eventId" },
      ExpressionAttributeValues: { ":eventId": eventId },
      Limit: 1,
    }).next();
    if (found.done === true) return undefined;
    const { correlationId, place } = found.value;
    const { Item } = await db.client.send(
      new GetCommand({ TableName: db.tableName(table), Key: { correlationId, place }, ConsistentRead: true }),
    );
    return Item && fromEventIndexItem(Item);
  };

  const ofCorrelation: EventIndex["ofCorrelation"] = async (correlationId, limit) => {
    const rows: EventIndexRow[] = [];
    const pages = queryPages(db, table, {
      KeyConditionExpression: "#correlationId = :correlationId",
      ExpressionAttributeNames: { "#correlationId": "correlationId" },
      ExpressionAttributeValues: { ":correlationId": correlationId },
      ConsistentRead: true,
      Limit: Math.min(limit + 1, pageSize),
    });
    for await (const page of pages) {
      rows.push(...page.map(fromEventIndexItem));
      if (rows.length > limit) break;
    }
    return { rows: rows.slice(0, limit).sort(compareIndexed), complete: rows.length <= limit };
  };

  return { find, ofCorrelation };
}
