/**
 * Publishing in order for each subject. An event is sent when its predecessor was taken, so a request holds at most one event
 * of a subject: EventBridge goes on behind an entry that failed, and would take the later one first.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { IntegrationEvent, RefusedEvent } from "../../domain/kernel/index.js";
import { BusUnavailableError } from "../../domain/kernel/index.js";
import { busLimits, entryBytes, toBusEntry } from "./busEntry.js";
import type { BusEntry } from "./busEntry.js";

/** What became of an entry. */
export type EntryOutcome =
  | { readonly kind: "taken" }
  /** Another try may succeed. */
  | { readonly kind: "failed"; readonly reason: string; readonly cause?: unknown }
  /** No other try will. */
  | { readonly kind: "refused"; readonly reason: string };

export interface PatienceOptions {
  /** So many rounds in a row in which nothing is taken end the call. @default 8 */
  readonly attempts?: number | undefined;
  /** Upper bound of the wait behind the first failed round, in milliseconds; doubles with each further one. @default 50 */
  readonly baseMilliseconds?: number | undefined;
  /** No wait is longer. @default 5,000 */
  readonly capMilliseconds?: number | undefined;
}

export interface OrderedPublishOptions extends PatienceOptions {
  /** Sends at most ten entries and 256 KB, and says for each, in their order, what became of it. Does not reject. */
  readonly send: (entries: readonly BusEntry[]) => Promise<readonly EntryOutcome[]>;
  /** Ends the call between two requests. */
  readonly signal: AbortSignal;
}

/** How many requests are under way at a time. */
const requestsAtATime = 4;

interface Item {
  readonly event: IntegrationEvent;
  readonly entry: BusEntry;
  readonly bytes: number;
}

/** Does what {@link EventBus.publish} promises with a way to send a batch. */
export async function publishInOrder(
  events: readonly IntegrationEvent[],
  options: OrderedPublishOptions,
): Promise<readonly RefusedEvent[]> {
  const queues = queuesOf(events);
  const refused: RefusedEvent[] = [];
  const taken: IntegrationEvent[] = [];
  let fruitless = 0;
  while (queues.size > 0) {
    if (options.signal.aborted) throw new BusUnavailableError("the event bus is closed", taken);
    const settled = await sendHeads(queues, options);
    for (const { item, outcome } of settled) {
      settle(queues, refused, item, outcome);
      if (outcome.kind === "taken") taken.push(item.event);
    }
    const failures = settled.flatMap(({ outcome }) => (outcome.kind === "failed" ? [outcome] : []));
    const [failure] = failures;
    if (failure === undefined) continue;
    fruitless = failures.length < settled.length ? 0 : fruitless + 1;
    if (fruitless >= (options.attempts ?? 8)) {
      const { reason, cause } = failure;
      throw new BusUnavailableError(`the event bus takes no events: ${reason}`, taken, { cause });
    }
    await pause(fruitless, options);
  }
  return refused;
}

/** The events of each subject in their order, subjects in the order of their first event. */
function queuesOf(events: readonly IntegrationEvent[]): Map<string, Item[]> {
  const queues = new Map<string, Item[]>();
  for (const event of events) {
    const entry = toBusEntry(event);
    const item = { event, entry, bytes: entryBytes(entry) };
    const queue = queues.get(event.subject);
    if (queue === undefined) queues.set(event.subject, [item]);
    else queue.push(item);
  }
  return queues;
}

interface Settled {
  readonly item: Item;
  readonly outcome: EntryOutcome;
}

/** Sends the first event of every subject. */
async function sendHeads(
  queues: ReadonlyMap<string, readonly Item[]>,
  { send, signal }: OrderedPublishOptions,
): Promise<readonly Settled[]> {
  const heads = [...queues.values()].flatMap(([head]) => head ?? []);
  const isTooLarge = ({ bytes }: Item) => bytes > busLimits.bytes;
  const settled: Settled[] = heads.filter(isTooLarge).map((item) => ({
    item,
    outcome: { kind: "refused", reason: `it has ${item.bytes} bytes; at most ${busLimits.bytes} can be sent` },
  }));
  const batches = batchesOf(heads.filter((item) => !isTooLarge(item)));
  const work = async () => {
    for (let batch = batches.shift(); batch !== undefined && !signal.aborted; batch = batches.shift()) {
      const outcomes = await send(batch.map(({ entry }) => entry));
      batch.forEach((item, index) =>
        settled.push({ item, outcome: outcomes[index] ?? { kind: "failed", reason: "there was no answer for it" } }),
      );
    }
  };
  await Promise.all(Array.from({ length: requestsAtATime }, work));
  return settled;
}

function batchesOf(items: readonly Item[]): Item[][] {
  const batches: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const batch = batches.at(-1);
    bytes += item.bytes;
    if (batch !== undefined && batch.length < busLimits.entries && bytes <= busLimits.bytes) batch.push(item);
    else {
      batches.push([item]);
      bytes = item.bytes;
    }
  }
  return batches;
}

function settle(queues: Map<string, Item[]>, refused: RefusedEvent[], { event }: Item, outcome: EntryOutcome): void {
  if (outcome.kind === "failed") return;
  const left = queues.get(event.subject)?.slice(1) ?? [];
  if (outcome.kind === "refused") refused.push({ event, reason: outcome.reason });
  // What comes behind a refused event must not overtake it.
  if (outcome.kind === "refused" || left.length === 0) queues.delete(event.subject);
  else queues.set(event.subject, left);
}

async function pause(
  fruitless: number,
  { baseMilliseconds = 50, capMilliseconds = 5_000, signal }: OrderedPublishOptions,
): Promise<void> {
  const bound = Math.min(capMilliseconds, baseMilliseconds * 2 ** Math.max(0, fruitless - 1));
  // Closing ends the wait; the next round then says so.
  await sleep(Math.random() * bound, undefined, { signal }).catch(() => undefined);
}
