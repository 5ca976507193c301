/** How the sessions of each service are doing, as rows of `beya-integration-health`: what the projector writes and readers read. */
import { integrationHealthProjection } from "../../../domain/integrations/index.js";
import type { SessionTally } from "../../../domain/integrations/index.js";
import { canonicalJson } from "../../../domain/kernel/hashChain.js";
import type { DynamoDb } from "../../dynamodb/client.js";
import { queryAll } from "../../dynamodb/query.js";
import type { AsyncView } from "../../processing/asyncView.js";
import { loadCheckpoint } from "../../processing/checkpoint.js";
import { healthKey, healthSubject } from "./keys.js";

const table = "beya-integration-health";

export const integrationHealthView: AsyncView<SessionTally> = {
  projection: integrationHealthProjection,
  rows: "folds",
  itemKey: (serviceType, generation) => ({ table, key: healthKey(serviceType, generation) }),
  toItem: (_serviceType, tally) => ({ tally: canonicalJson(tally) }),
  // Written by toItem.
  fromItem: (item) => JSON.parse(String(item["tally"])) as SessionTally,
};

/** As far as the projector has come: one for each service that was ever connected, by name. Two requests. */
export async function readTallies(db: DynamoDb): Promise<readonly SessionTally[]> {
  const checkpoint = await loadCheckpoint(db, integrationHealthProjection.name);
  if (checkpoint === undefined) return [];
  const rows = queryAll(db, table, {
    KeyConditionExpression: "#subject = :subject",
    ExpressionAttributeNames: { "#subject": "subject" },
    ExpressionAttributeValues: { ":subject": healthSubject(checkpoint.generation) },
    ConsistentRead: true,
    Limit: 100,
  });
  const tallies: SessionTally[] = [];
  for await (const row of rows) tallies.push(integrationHealthView.fromItem(row));
  return tallies;
}
