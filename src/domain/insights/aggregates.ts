/** The facts of aggregates: what entities of a group did, by the hour, fed from the change feed. No stream is hot for it (defect M22). */
import { ofCategory } from "../kernel/feed.js";
import type { FeedEntry } from "../kernel/feed.js";
import type { Recorded } from "../kernel/event.js";
import type { AsyncProjection } from "../kernel/processing.js";
import { entityCategory, entityEventSchemas } from "./events.js";
import type { EntityEvent } from "./events.js";
import { tallyKey, toEntityKey } from "./keys.js";
import type { Tally } from "./state.js";
import { bucketStart, emptyTally, withFact } from "./tallies.js";

type ActivityRecorded = Recorded<Extract<EntityEvent, { readonly type: "ActivityRecorded" }>>;

/** By `<entity key of the aggregate>/<beginning of the hour>#<kind>`. Sums, so the order of the facts does not matter. */
export const aggregateTalliesProjection: AsyncProjection<Tally> = {
  name: "aggregate-tallies",
  keys: (entry) => {
    const fact = factOf(entry);
    return fact === undefined ? [] : [...new Set(fact.data.groups.map((group) => keyOf(toEntityKey(group), fact)))];
  },
  apply: (row, entry, key) => {
    const fact = factOf(entry);
    return fact === undefined
      ? row
      : withFact(row ?? tallyOf(key, fact), { ...fact.data, occurredAt: fact.occurredAt });
  },
};

function factOf(entry: FeedEntry): ActivityRecorded | undefined {
  const event = ofCategory(entry, entityCategory, entityEventSchemas);
  return event?.type === "ActivityRecorded" ? event : undefined;
}

function bucketOf({ data, occurredAt }: ActivityRecorded): Pick<Tally, "from" | "kind"> {
  return { from: bucketStart(occurredAt), kind: data.kind };
}

function keyOf(entityKey: string, fact: ActivityRecorded): string {
  return `${entityKey}/${tallyKey(bucketOf(fact))}`;
}

function tallyOf(key: string, fact: ActivityRecorded): Tally {
  // An id has no slash.
  return emptyTally({ entityKey: key.slice(0, key.indexOf("/")), ...bucketOf(fact) });
}
