/** What polls of services have in common: they end with their signal, fail as services fail, and leave nothing under way. */
import type { Json, JsonObject } from "../../domain/kernel/json.js";
import type { PollPage } from "../../domain/integrations/index.js";
import { createAbort } from "../../domain/kernel/aborting.js";
import { toServiceFailure } from "./failures.js";

/**
 * The pages. Whatever is asked for them ends with `signal`, and when nobody wants more of them. @throws ServiceFailure; the
 * signal's reason where it aborts.
 */
export async function* polled(
  title: string,
  signal: AbortSignal,
  pages: (signal: AbortSignal) => AsyncIterable<PollPage>,
): AsyncGenerator<PollPage, void, undefined> {
  const { signal: asked, abort, end } = createAbort(signal);
  try {
    signal.throwIfAborted();
    yield* pages(asked);
  } catch (error) {
    // Whoever aborted knows why, and must not take it for an answer.
    signal.throwIfAborted();
    throw toServiceFailure(title, error);
  } finally {
    abort();
    end();
  }
}

/** What `work` makes of the items, in their order; so many at a time. */
export async function mapAtOnce<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const next = items.entries();
  const take = async () => {
    // One iterator for all: whoever is free takes the next.
    for (const [index, item] of next) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, take));
  return results;
}

/** As JSON: without members that are undefined. */
export function toJsonObject(value: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => (member === undefined ? [] : [[name, member]])),
  );
}
