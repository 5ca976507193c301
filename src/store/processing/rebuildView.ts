/**
 * Rebuilds an async view from the first event on while it is read and its processor runs. A view that folds is made anew
 * beside itself, as the next generation of its rows, and takes over in one write once it has seen all that the old one has;
 * a view of records is written over in place.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { covers, eventsUpTo } from "../../domain/kernel/index.js";
import type { ChangeFeed, Clock, FeedEntry, Lease, Leases } from "../../domain/kernel/index.js";
import { LeaseLostError } from "../../domain/kernel/index.js";
import { toTransactItem } from "../dynamodb/appendPlan.js";
import type { DynamoDb } from "../dynamodb/client.js";
import type { AsyncView } from "./asyncView.js";
import { atTheBeginning, loadCheckpoint, toCheckpointPut } from "./checkpoint.js";
import type { Checkpoint } from "./checkpoint.js";
import { FencedConflictError, writeFenced } from "./fence.js";
import { createProjector } from "./projector.js";

export interface RebuildDeps {
  readonly db: DynamoDb;
  readonly feed: ChangeFeed;
  readonly leases: Leases;
  readonly clock: Clock;
}

export interface RebuildOptions {
  /** Go on with a rebuild that was interrupted, by the same code; without it one begins anew. @default false */
  readonly resume?: boolean | undefined;
  /** Events for each second, at most; without it as many as go. */
  readonly eventsPerSecond?: number | undefined;
  readonly signal: AbortSignal;
  readonly onProgress?: ((done: { readonly events: number; readonly of: number }) => void) | undefined;
}

export interface RebuildResult {
  readonly events: number;
  /** The generation that is read from now on. */
  readonly generation: number;
}

const pageSize = 90;

/**
 * Rebuilds the view. Resolves when the new rows are read; rejects with
 * the reason of `signal` when it aborts, and with LeaseLostError where another process took the rebuild over.
 */
export async function rebuildView<Row>(
  deps: RebuildDeps,
  view: AsyncView<Row>,
  options: RebuildOptions,
): Promise<RebuildResult> {
  const finished = new AbortController();
  let outcome: { readonly result: RebuildResult } | { readonly error: unknown } | undefined;
  const signal = AbortSignal.any([options.signal, finished.signal]);
  await deps.leases.hold(
    `rebuild#${view.projection.name}`,
    async (lease) => {
      try {
        outcome = { result: await rebuild(deps, view, lease, options) };
      } catch (error) {
        outcome = { error };
      }
      finished.abort();
    },
    { signal },
  );
  if (outcome === undefined) throw options.signal.reason;
  if ("error" in outcome) throw outcome.error;
  return outcome.result;
}

async function rebuild<Row>(
  deps: RebuildDeps,
  view: AsyncView<Row>,
  lease: Lease,
  options: RebuildOptions,
): Promise<RebuildResult> {
  const { db, feed, clock } = deps;
  const { name } = view.projection;
  const projector = createProjector({ db, view });
  const live = (await loadCheckpoint(db, name)) ?? atTheBeginning(feed.logs);
  const earlier = await loadCheckpoint(db, name, "rebuild");
  // Rows of a rebuild that was given up are never counted in: the next one has a generation of its own.
  const generation = view.rows === "folds" ? Math.max(live.generation, earlier?.generation ?? 0) + 1 : live.generation;
  const anew = { ...atTheBeginning(feed.logs, generation), revision: earlier?.revision ?? 0 };
  let checkpoint = (options.resume === true ? earlier : undefined) ?? anew;
  const began = performance.now();
  let events = 0;

  const write = async (log: number, entries: readonly FeedEntry[]): Promise<void> => {
    const last = entries.at(-1);
    if (last === undefined) return;
    const wanted = entries.filter((entry) => projector.wants(entry));
    const rows = await projector.handle(wanted, checkpoint);
    const middle = Math.ceil(entries.length / 2);
    if (rows.length > pageSize && entries.length > 1) {
      await write(log, entries.slice(0, middle));
      return write(log, entries.slice(middle));
    }
    const position = checkpoint.position.map((at, index) => (index === log ? last.position : at));
    const to = { position, generation: checkpoint.generation };
    await writeFenced(db, lease, [
      toCheckpointPut(db, { processor: name, kind: "rebuild", from: checkpoint, to, at: clock.now() }),
      ...rows.map((row) => toTransactItem(db, { part: "row", write: row })),
    ]);
    checkpoint = { ...to, revision: checkpoint.revision + 1 };
  };

  const keepPace = async (): Promise<void> => {
    if (options.eventsPerSecond === undefined) return;
    const due = began + (events / options.eventsPerSecond) * 1_000;
    await sleep(Math.max(0, due - performance.now()));
  };

  const readOn = async (): Promise<void> => {
    const head = await feed.head();
    const of = eventsUpTo(head);
    for (const [log, end] of head.entries()) {
      for (let after = checkpoint.position[log] ?? 0; after < end;) {
        if (lease.lost.aborted) throw new LeaseLostError(lease.name);
        options.signal.throwIfAborted();
        const entries = await feed.read(log, after, pageSize);
        const page = entries.slice(0, pageSize);
        await write(log, page);
        after = page.at(-1)?.position ?? end;
        events += page.length;
        options.onProgress?.({ events: eventsUpTo(checkpoint.position), of });
        await keepPace();
      }
    }
  };

  for (;;) {
    await readOn();
    if (await takeOver(deps, view, lease, checkpoint)) return { events, generation: checkpoint.generation };
  }
}

/** Makes the rebuilt rows those that are read; false where the live view has seen more meanwhile. */
async function takeOver<Row>(
  { db, feed, clock }: RebuildDeps,
  view: AsyncView<Row>,
  lease: Lease,
  rebuilt: Checkpoint,
): Promise<boolean> {
  const { name } = view.projection;
  const live = (await loadCheckpoint(db, name)) ?? atTheBeginning(feed.logs);
  if (!covers(rebuilt.position, live.position)) return false;
  const done = {
    Delete: { TableName: db.tableName("processor-checkpoints"), Key: { processor: name, partition: "rebuild" } },
  };
  try {
    await writeFenced(db, lease, [
      toCheckpointPut(db, { processor: name, from: live, to: rebuilt, at: clock.now() }),
      ...(rebuilt.revision === 0 ? [] : [done]),
    ]);
    return true;
  } catch (error) {
    if (error instanceof FencedConflictError) return false;
    throw error;
  }
}
