/** Which events a caller wants: a filter of the API as a test of entries. */
import { invalid } from "../../domain/kernel/errors.js";
import { logOf } from "../../domain/kernel/feed.js";
import type { FeedEntry } from "../../domain/kernel/feed.js";
import { parseStreamName } from "../../domain/kernel/streamName.js";
import { toList } from "../filters.js";
import type { EventFilter } from "../../schema/ledger/event.type.js";

/** Most values of one list of a filter. */
const valuesAtMost = 100;

export interface EventSelection {
  /** Undefined where everything is wanted. */
  readonly matches: ((entry: FeedEntry) => boolean) | undefined;
  /** The logs that can hold what is wanted; undefined where all can. */
  readonly logs: readonly number[] | undefined;
}

/** Throws a ValidationError for a list that is empty, and so could match nothing, or too long. */
export function toEventSelection(filter: EventFilter | null | undefined, logs: number): EventSelection {
  const types = toSet("types", filter?.types);
  const categories = toSet("categories", filter?.categories);
  const streamIds = toSet("streamIds", filter?.streamIds);
  const { actor, correlationId, since, until } = filter ?? {};
  const given = [types, categories, streamIds, actor, correlationId, since, until].some((value) => value != null);
  const matches = ({ event }: FeedEntry): boolean =>
    (types?.has(event.type) ?? true) &&
    (categories?.has(parseStreamName(event.streamId).category) ?? true) &&
    (streamIds?.has(event.streamId) ?? true) &&
    (actor == null || event.actor.id === actor) &&
    (correlationId == null || event.correlationId === correlationId) &&
    (since == null || event.recordedAt >= since) &&
    (until == null || event.recordedAt < until);
  return {
    matches: given ? matches : undefined,
    logs: streamIds && [...new Set([...streamIds].map((streamId) => logOf(streamId, logs)))].sort((a, b) => a - b),
  };
}

function toSet(field: string, values: readonly string[] | null | undefined): ReadonlySet<string> | undefined {
  const list = toList(values, field);
  if (list !== undefined && list.length > valuesAtMost) {
    throw invalid(["filter", field], `must name at most ${valuesAtMost}`);
  }
  return list && new Set(list);
}
