/** Causes and effects of an event, from the rows of the event index. */
import { compareIndexed } from "../../domain/kernel/eventIndex.js";
import type { EventIndex, EventIndexRow } from "../../domain/kernel/eventIndex.js";

/** An event and how many steps it lies from the one that was asked about: causes have negative depths. */
export interface Traced {
  readonly row: EventIndexRow;
  readonly depth: number;
}

export interface Trace {
  /** The first cause first. */
  readonly causes: readonly Traced[];
  /** Each before its own effects; those of one cause in the order they were recorded. */
  readonly effects: readonly Traced[];
  /** All events of the correlation, in the order they were recorded. */
  readonly request: readonly Traced[];
  /** False where the correlation has more events than were looked at. */
  readonly complete: boolean;
}

/** A chain of causes that is longer than this goes round in a circle, or is nothing that a person would read. */
const causesAtMost = 100;

/**
 * Traces an event. Effects are looked for in its own correlation, as what follows from an event keeps it; causes also
 * elsewhere. Costs one Query for each 500 events of the correlation, two requests more for each cause outside of it.
 */
export async function traceEvent(index: EventIndex, event: EventIndexRow, atMost: number): Promise<Trace> {
  const { rows, complete } = await index.ofCorrelation(event.correlationId, atMost);
  const byId = new Map([...rows, event].map((row) => [row.eventId, row]));
  const causes = await causesOf(event, async (eventId) => byId.get(eventId) ?? index.find(eventId));
  const effects = effectsOf(event, rows);
  const depths = new Map([...causes, ...effects].map(({ row, depth }) => [row.eventId, depth]));
  return {
    causes,
    effects,
    request: rows.map((row) => ({ row, depth: depths.get(row.eventId) ?? 0 })),
    complete,
  };
}

async function causesOf(
  event: EventIndexRow,
  find: (eventId: string) => Promise<EventIndexRow | undefined>,
): Promise<readonly Traced[]> {
  const causes: EventIndexRow[] = [];
  const seen = new Set([event.eventId]);
  let next = event.causationId;
  while (next !== undefined && !seen.has(next) && causes.length < causesAtMost) {
    seen.add(next);
    // One after the other: each cause names the one before it.
    const cause = await find(next);
    if (cause === undefined) break;
    causes.push(cause);
    next = cause.causationId;
  }
  return causes.map((row, index) => ({ row, depth: -1 - index })).reverse();
}

function effectsOf(event: EventIndexRow, rows: readonly EventIndexRow[]): readonly Traced[] {
  const byCause = groupByCause(rows.toSorted(compareIndexed));
  const effects: Traced[] = [];
  const seen = new Set([event.eventId]);
  // A stack, not a recursion: a long chain must not be deeper than the call stack.
  const waiting: Traced[] = [{ row: event, depth: 0 }];
  for (let traced = waiting.pop(); traced !== undefined; traced = waiting.pop()) {
    if (traced.depth > 0) effects.push(traced);
    const { row, depth } = traced;
    const following = (byCause.get(row.eventId) ?? []).filter(({ eventId }) => !seen.has(eventId));
    for (const effect of following.toReversed()) {
      seen.add(effect.eventId);
      waiting.push({ row: effect, depth: depth + 1 });
    }
  }
  return effects;
}

function groupByCause(rows: readonly EventIndexRow[]): ReadonlyMap<string, readonly EventIndexRow[]> {
  const groups = new Map<string, EventIndexRow[]>();
  for (const row of rows) {
    if (row.causationId === undefined) continue;
    const group = groups.get(row.causationId) ?? [];
    group.push(row);
    groups.set(row.causationId, group);
  }
  return groups;
}
