/** Causes and effects from the rows of the index. */
import { describe, expect, it } from "vitest";
import { compareIndexed, parseEventIndexKey, toEventIndexKey } from "../../../src/domain/kernel/eventIndex.js";
import type { EventIndex, EventIndexRow } from "../../../src/domain/kernel/eventIndex.js";
import { traceEvent } from "../../../src/resolvers/ledger/trace.js";

const row = (eventId: string, causationId?: string, correlationId = "request"): EventIndexRow => ({
  eventId,
  correlationId,
  ...(causationId === undefined ? {} : { causationId }),
  type: "Noted",
  streamId: `Test-${eventId}`,
  version: 1,
  recordedAt: `2025-01-15T10:30:00.${String(eventId.charCodeAt(0)).padStart(3, "0")}Z`,
});

/** An index of these rows. */
const indexOf = (rows: readonly EventIndexRow[]): EventIndex => ({
  find: async (eventId) => rows.find((candidate) => candidate.eventId === eventId),
  ofCorrelation: async (correlationId, limit) => {
    const found = rows.filter((candidate) => candidate.correlationId === correlationId).sort(compareIndexed);
    return { rows: found.slice(0, limit), complete: found.length <= limit };
  },
});

const trace = (rows: readonly EventIndexRow[], eventId: string, atMost = 1_000) => {
  const event = rows.find((candidate) => candidate.eventId === eventId);
  if (event === undefined) throw new Error(`no event ${eventId}`);
  return traceEvent(indexOf(rows), event, atMost);
};

const shown = (traced: readonly { readonly row: EventIndexRow; readonly depth: number }[]) =>
  traced.map(({ row: { eventId }, depth }) => `${eventId}${depth}`);

//   a - b - c - e
//        \   \
//         d   f        g (nobody's effect)
const tree = [row("a"), row("b", "a"), row("c", "b"), row("d", "b"), row("e", "c"), row("f", "c"), row("g")];

describe("a trace", () => {
  it("has the first cause first, and each effect before its own", async () => {
    const { causes, effects, request, complete } = await trace(tree, "c");
    expect(shown(causes)).toEqual(["a-2", "b-1"]);
    expect(shown(effects)).toEqual(["e1", "f1"]);
    expect(shown(request)).toEqual(["a-2", "b-1", "c0", "d0", "e1", "f1", "g0"]);
    expect(complete).toBe(true);
    expect(shown((await trace(tree, "a")).effects)).toEqual(["b1", "c2", "e3", "f3", "d2"]);
  });

  it("of an event that nothing caused and that caused nothing is that event", async () => {
    const { causes, effects, request } = await trace([row("a")], "a");
    expect([shown(causes), shown(effects), shown(request)]).toEqual([[], [], ["a0"]]);
  });

  it("follows causes into other correlations, up to one that is not there", async () => {
    const rows = [row("a", "lost", "earlier"), row("b", "a", "earlier"), row("c", "b")];
    expect(shown((await trace(rows, "c")).causes)).toEqual(["a-2", "b-1"]);
  });

  it("ends where causes go round in a circle", async () => {
    const rows = [row("a", "c"), row("b", "a"), row("c", "b")];
    const { causes, effects } = await trace(rows, "c");
    expect(shown(causes)).toEqual(["a-2", "b-1"]);
    expect(shown(effects)).toEqual(["a1", "b2"]);
  });

  it("says when the request has more events than it looked at", async () => {
    const { complete, request } = await trace(tree, "g", 3);
    expect([complete, request.length]).toEqual([false, 3]);
  });

  it("of a chain of a thousand events is no deeper than the stack", async () => {
    const chain = Array.from({ length: 1_000 }, (_, n) => row(`${n}`, n === 0 ? undefined : `${n - 1}`));
    const { effects } = await trace(chain, "0");
    expect(effects.at(-1)?.depth).toBe(999);
  });
});

it("the key of a row names its place, whatever the names hold", () => {
  for (const place of [
    { correlationId: "a/b", streamId: "Test-@1", version: 3 },
    { correlationId: '["', streamId: "Test-a,b", version: 1_000_000 },
  ]) {
    expect(parseEventIndexKey(toEventIndexKey(place))).toEqual(place);
  }
});
