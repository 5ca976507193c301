/** Streams of incidents exactly as they are stored, for the archive: what the hashes cover. */
import { z } from "zod";
import type { StoredCommit, StoredStreams } from "../../../domain/incidents/index.js";
import { rethrow } from "../../dynamodb/faults.js";
import type { DynamoDb } from "../../dynamodb/client.js";
import { storedEventsOf } from "../../dynamodb/items.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { readStored } from "../../proofs/logScan.js";

const Tags = z.object({ before: z.array(z.string()), after: z.array(z.string()) });

export function createStoredIncidents({ db }: { readonly db: DynamoDb }): StoredStreams {
  return {
    async read(streamId) {
      const { items } = await readStored(db, streamId).catch(rethrow);
      return items.map(toStoredCommit);
    },
  };
}

function toStoredCommit(item: Item): StoredCommit {
  return {
    version: Number(item["version"]),
    tags: Tags.parse(JSON.parse(String(item["tags"]))),
    events: storedEventsOf(item),
  };
}
