/** Names of things of this context, from their parts and back: keys of entities, tallies, watches; ids of insights. */
import { toStreamName } from "../kernel/streamName.js";
import type { Instant } from "../kernel/time.js";
import { toMilliseconds } from "../kernel/time.js";
import { entityCategory, watchCategory } from "./events.js";
import type { EntityRef, Tally } from "./state.js";

/** `student-stu_4532`: a type has no hyphen. */
export function toEntityKey({ type, id }: EntityRef): string {
  return `${type}-${id}`;
}

export function parseEntityKey(entityKey: string): EntityRef {
  const hyphen = entityKey.indexOf("-");
  return { type: entityKey.slice(0, hyphen), id: entityKey.slice(hyphen + 1) };
}

export function toEntityStream(entityKey: string): string {
  return toStreamName(entityCategory, entityKey);
}

/** Where a tally is among those of its entity. */
export function tallyKey({ from, kind }: Pick<Tally, "from" | "kind">): string {
  return `${from}#${kind}`;
}

/** `low_health_score/student-stu_4532`. */
export function toWatchKey(watch: { readonly ruleId: string; readonly entityKey: string }): string {
  return `${watch.ruleId}/${watch.entityKey}`;
}

export function parseWatchKey(key: string): { readonly ruleId: string; readonly entityKey: string } {
  const slash = key.indexOf("/");
  return { ruleId: key.slice(0, slash), entityKey: key.slice(slash + 1) };
}

export function toWatchStream(watch: { readonly ruleId: string; readonly entityKey: string }): string {
  return toStreamName(watchCategory, toWatchKey(watch));
}

/** The seed's form: what is predicted, about what, and when the episode began, in milliseconds since 1970. */
export function toAlertId(of: {
  readonly predictionType: string;
  readonly entityId: string;
  readonly since: Instant;
}): string {
  return `${of.predictionType}_${of.entityId}_${toMilliseconds(of.since)}`;
}

/** `2025-01-15T10:30:00Z`, the seed's form of a time (defect M10). */
export function toSeedTime(instant: Instant): string {
  return `${instant.slice(0, 19)}Z`;
}
