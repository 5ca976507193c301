/** The log in memory, in the stored format: for tests, and to read first what every event store does. */
import { IdempotencyKeyReusedError, VersionConflictError } from "../../domain/kernel/errors.js";
import type { EventCodec } from "../../domain/kernel/codec.js";
import type { ViewChange } from "../../domain/kernel/decider.js";
import { lastVersion } from "../../domain/kernel/event.js";
import type { Commit } from "../../domain/kernel/event.js";
import { RowTakenError } from "../../domain/kernel/eventStore.js";
import type { EventStore, Idempotency, StreamAppend, StreamPosition } from "../../domain/kernel/eventStore.js";
import { outcomeOf, requireCommitFits, requireItemsFit, requireSoundRequest } from "../commitLimits.js";
import { fromCommitItem, toCommitItem } from "../dynamodb/items.js";
import type { CommitItem } from "../dynamodb/items.js";

export interface MemoryEventStore extends EventStore {
  /** The rows of a view as they are now, by key. */
  rows(view: string): ReadonlyMap<string, unknown>;
}

interface Outcome {
  readonly payload: string;
  readonly positions: readonly StreamPosition[];
}

export function createMemoryEventStore({ codec }: { readonly codec: EventCodec }): MemoryEventStore {
  const streams = new Map<string, CommitItem[]>();
  const views = new Map<string, Map<string, unknown>>();
  const outcomes = new Map<string, Outcome>();

  const commitsOf = (streamId: string): readonly Commit[] =>
    (streams.get(streamId) ?? []).map((item) => fromCommitItem(item, codec));

  const headOf = (streamId: string): number => {
    const last = streams.get(streamId)?.at(-1);
    return last === undefined ? 0 : last.version + last.n - 1;
  };

  const outcomeFor = ({ key, payload }: Idempotency): readonly StreamPosition[] | undefined => {
    const earlier = outcomes.get(key);
    if (earlier !== undefined && earlier.payload !== payload) throw new IdempotencyKeyReusedError(key);
    return earlier?.positions;
  };

  const isWritten = ({ commit }: StreamAppend): boolean => {
    const there = commitsOf(commit.streamId).find(({ version }) => version === commit.version);
    return there !== undefined && there.events[0]?.eventId === commit.events[0]?.eventId;
  };

  const writeRow = ({ view, key, row }: ViewChange): void => {
    const rows = views.get(view) ?? new Map<string, unknown>();
    if (row === undefined) rows.delete(key);
    else rows.set(key, row);
    views.set(view, rows);
  };

  return {
    // Nothing is awaited in here, so that an append is one step that no other append comes between.
    async append(request) {
      requireSoundRequest(request);
      const { appends, idempotency } = request;
      const positions = outcomeOf(request);
      const items = appends.map(({ commit }) => toCommitItem(commit));
      for (const { events } of items) requireCommitFits(events);
      const rowKeys = appends.flatMap(({ views: changes }) =>
        changes.map(({ view, key }) => JSON.stringify([view, key])),
      );
      const others = (idempotency === undefined ? 0 : 1) + (request.unchanged?.length ?? 0);
      requireItemsFit(items.length + new Set(rowKeys).size + others);

      if (appends.length > 0 && appends.every(isWritten)) return { positions, repeated: false };
      const earlier = idempotency && outcomeFor(idempotency);
      if (earlier !== undefined) return { positions: earlier, repeated: true };
      for (const { commit, expectedVersion } of appends) {
        const actual = headOf(commit.streamId);
        if (actual !== expectedVersion) throw new VersionConflictError(commit.streamId, expectedVersion, actual);
      }
      for (const { streamId, version } of request.unchanged ?? []) {
        if (headOf(streamId) !== version) throw new VersionConflictError(streamId, version, headOf(streamId));
      }

      for (const { view, key, mustBeNew } of appends.flatMap((append) => append.views)) {
        if (mustBeNew === true && views.get(view)?.has(key) === true) throw new RowTakenError(`${view} ${key}`);
      }

      for (const item of items) streams.set(item.streamId, [...(streams.get(item.streamId) ?? []), item]);
      for (const change of appends.flatMap((append) => append.views)) writeRow(change);
      if (idempotency !== undefined) outcomes.set(idempotency.key, { payload: idempotency.payload, positions });
      return { positions, repeated: false };
    },

    async *readStream(streamId, options) {
      const { fromVersion = 1, toVersion = Number.MAX_SAFE_INTEGER } = options ?? {};
      yield* commitsOf(streamId).filter((commit) => lastVersion(commit) >= fromVersion && commit.version <= toVersion);
    },

    headVersion: async (streamId) => headOf(streamId),

    findOutcome: async (idempotency) => outcomeFor(idempotency),

    async *readAll() {
      for (const streamId of streams.keys()) yield* commitsOf(streamId);
    },

    rows: (view) => views.get(view) ?? new Map(),
  };
}
