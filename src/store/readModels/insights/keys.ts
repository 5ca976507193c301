/** The keys of the five tables of insights. Nobody else joins their parts. */
import { logOf } from "../../../domain/kernel/feed.js";
import type { Instant } from "../../../domain/kernel/time.js";
import { addDays } from "../../../domain/kernel/time.js";
import {
  bucketStart,
  limits,
  parseEntityKey,
  tallyKey,
  toSeedTime,
  toWatchKey,
} from "../../../domain/insights/index.js";
import type { Tally } from "../../../domain/insights/index.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { first, last, notOurs, partOf, toRank } from "../../query/rank.js";

/** `iops-dashboard-metrics`: an id and its type. */
export function entityItemKey(entityKey: string) {
  const { type, id } = parseEntityKey(entityKey);
  return { entity_id: id, entity_type: type };
}

/** Partitions of `DecayIndex`: so many that no one of them takes all writes. */
export const decayShards: readonly string[] = ["0", "1", "2", "3", "4", "5", "6", "7"];

export function decayShardOf(entityKey: string): string {
  return String(logOf(entityKey, decayShards.length));
}

/** The partition of an entity in `iops-dashboard-insights`; the type is in the id (defect M14). */
export function insightPartition(entityId: string): string {
  return `insight#${entityId}`;
}

/** A tally of an entity is in the entity's partition, so that the hours that a decision needs are one query. */
export function tallyItemKey(tally: Pick<Tally, "entityKey" | "from" | "kind">) {
  return { entity_key: tally.entityKey, bucket: tallyKey(tally) };
}

/** Before the key of an aggregate: a type of entity begins with a letter. */
const generationMark = "#";

/** The partition of an aggregate's tallies of one generation of their view: never that of an entity. */
export function aggregatePartition(entityKey: string, generation: number): string {
  return `${generationMark}${generation}/${entityKey}`;
}

/** Which bucket a key of a tally names. */
export function parseBucket(bucket: string): Pick<Tally, "from" | "kind"> {
  const [from = "", kind = ""] = bucket.split("#");
  return { from, kind };
}

/** The tally that a row of `aggregate-tallies` is, from its key `<entityKey>/<from>#<kind>`. */
export function parseTallyRowKey(key: string): Pick<Tally, "entityKey" | "from" | "kind"> {
  const slash = key.indexOf("/");
  return { entityKey: key.slice(0, slash), ...parseBucket(key.slice(slash + 1)) };
}

/** The buckets that begin at or after `from` and before `until`, both ends included. */
export function bucketRange({ from, until }: { readonly from: Instant; readonly until?: Instant | undefined }) {
  // No bucket is `until` itself: the name of a kind follows in each.
  return { from, to: until ?? last };
}

/** The hours of an entity that every decision needs begin here: with the hour in which the longest window begins. */
export function neededSince(now: Instant): Instant {
  return bucketStart(addDays(now, -limits.windowDays));
}

/** Partitions and parts of `iops-dashboard-rules`. A rule's id begins with a letter, so it is none of these. */
export const rulesKeys = {
  /** All rules are in one partition: there are at most a few hundred, and those who evaluate read them all. */
  rule: (ruleId: string) => ({ subject: "rules", part: ruleId }),
  watch: (watch: { readonly ruleId: string; readonly entityKey: string }) => ({
    subject: `watch#${toWatchKey(watch)}`,
    part: "watch",
  }),
  formulas: (entityType: string) => ({ subject: "formulas", part: entityType }),
  catalog: { subject: "catalog", part: "all" },
  slot: (slotId: string) => ({ subject: `slot#${slotId}`, part: "slot" }),
  performance: (ruleId: string, generation: number) => ({ subject: `performance#${ruleId}`, part: String(generation) }),
} as const;

/** The partition of `ListIndex` that holds the watches of a rule that are not NORMAL. */
export function watchList(ruleId: string): string {
  return `watch#${ruleId}`;
}

/** Where a row is among those with a score: by that, and by `rest` among those of one score. */
export function scoreRank(score: number, ...rest: readonly string[]): string {
  return toRank(score.toFixed(scoreDigits).padStart(scoreDigits + 5, "0"), ...rest);
}

/** A score of ours is a whole number; somebody else's may have as many digits as there are. */
const scoreDigits = 20;

export function scoreIn(rank: string): number {
  const score = Number(partOf(rank));
  if (!Number.isFinite(score)) throw notOurs();
  return score;
}

/** Where an insight is among others by when it was raised. A row that somebody copied takes nobody's place. */
export function raisedRank({ timestamp, alert_id: alertId, pk, sk }: Item): string {
  return toRank(...[timestamp, alertId, pk, sk].map(String));
}

/** The seconds from `from` on and up to `until`, which the list then looks at more closely. Both ends included. */
export function secondsRange({
  from,
  until,
}: {
  readonly from?: Instant | undefined;
  readonly until?: Instant | undefined;
}) {
  return { from: from === undefined ? first : toSeedTime(from), to: until === undefined ? last : toSeedTime(until) };
}

/** Where a fact is among those of its entity. */
export function activityPlace(occurredAt: Instant, activityId: string): string {
  return `${occurredAt}#${activityId}`;
}
