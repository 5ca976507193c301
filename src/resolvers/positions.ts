/** Cursors as places in the feed: where a reader of many streams goes on, and what a view must cover. */
import { setTimeout as wait } from "node:timers/promises";
import { UnavailableError, invalid } from "../domain/kernel/errors.js";
import type { ChangeFeed, FeedPosition } from "../domain/kernel/feed.js";
import type { GraphQLServices } from "./context.js";

/** How long a reader waits for the commit of its cursor to reach the feed; it takes milliseconds. */
const feedWait = { milliseconds: 5_000, between: 10 } as const;

/**
 * The feed's position that the cursor in the argument `after` stands for. That of a mutation is known once its commit has
 * reached the feed: one request for each look. Throws a ValidationError for a cursor that is none of this ledger,
 * {@link UnavailableError} where the commit does not reach the feed in time.
 */
export async function feedPositionAfter(
  { cursors, feed }: Pick<GraphQLServices, "cursors" | "feed">,
  after: string,
): Promise<FeedPosition> {
  const position = cursors.decodePosition(after, "after");
  if (position.kind === "feed") {
    requireOurs(position.feed, feed, "after");
    return position.feed;
  }
  const { streamId, version } = position.stream;
  const deadline = performance.now() + feedWait.milliseconds;
  for (;;) {
    const resolved = await feed.resolve(streamId, version);
    if (resolved !== undefined) return resolved;
    if (performance.now() >= deadline)
      throw new UnavailableError("the feed is behind the position `after`; try again", ["after"]);
    await wait(feedWait.between);
  }
}

/**
 * Waits (bounded) until the async view `view` covers the position in the argument `atLeast`; not at all where that is not
 * given. Throws a ValidationError for a position that is none of this ledger, {@link UnavailableError} where it takes too
 * long.
 */
export async function waitUntil(
  { cursors, feed, control }: Pick<GraphQLServices, "cursors" | "feed" | "control">,
  view: string,
  atLeast: string | null | undefined,
): Promise<void> {
  if (atLeast == null) return;
  const position = cursors.decodePosition(atLeast, "atLeast");
  if (position.kind === "stream") return control.waitFor(view, position.stream, "atLeast");
  requireOurs(position.feed, feed, "atLeast");
  return control.waitFor(view, position.feed, "atLeast");
}

function requireOurs(position: FeedPosition, { logs }: ChangeFeed, field: string): void {
  if (position.length !== logs) throw invalid(field, "is a position of another ledger");
}
