/** The counts of incidents by status as a row of `aegis-incidents`: what the projector writes and a reader reads. */
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import type { IncidentCounts } from "../../../domain/incidents/index.js";
import { incidentCountsProjection, noIncidents } from "../../../domain/incidents/index.js";
import type { DynamoDb } from "../../dynamodb/client.js";
import { rethrow } from "../../dynamodb/faults.js";
import type { AsyncView } from "../../processing/asyncView.js";
import { loadCheckpoint } from "../../processing/checkpoint.js";
import { keys } from "./keys.js";

const table = "aegis-incidents";

export const incidentCountsView: AsyncView<IncidentCounts> = {
  projection: incidentCountsProjection,
  rows: "folds",
  itemKey: (key, generation) => ({ table, key: { PK: keys.counts(generation), SK: key } }),
  toItem: (_key, counts) => ({ counts: JSON.stringify(counts) }),
  fromItem: (item) => JSON.parse(String(item["counts"])) as IncidentCounts,
};

/** The counts as far as the projector has come. Two requests, however many incidents there are. */
export async function readIncidentCounts(db: DynamoDb): Promise<IncidentCounts> {
  const checkpoint = await loadCheckpoint(db, incidentCountsProjection.name);
  if (checkpoint === undefined) return noIncidents;
  const { key } = incidentCountsView.itemKey("all", checkpoint.generation);
  const { Item } = await db.client
    .send(new GetCommand({ TableName: db.tableName(table), Key: key, ConsistentRead: true }))
    .catch(rethrow);
  return Item === undefined ? noIncidents : incidentCountsView.fromItem(Item);
}
