/** Watches what stands behind the feed: processors and their handlers, leases, and what comes through the feed itself. */
import type { FeedEntry, LiveFeed } from "../domain/kernel/index.js";
import type { Telemetry } from "./telemetry.js";
import { attribute } from "./tracing.js";
import type { Tracing } from "./tracing.js";

interface Handler {
  readonly name: string;
  readonly kind: string;
}

/** The handler, whose every batch is traced: with the requests that led to its events. */
export function traceHandler<
  Context,
  Result,
  H extends Handler & { handle(entries: readonly FeedEntry[], context: Context): Promise<Result> },
>(handler: H & { handle(entries: readonly FeedEntry[], context: Context): Promise<Result> }, tracing: Tracing): H {
  if (!tracing.on) return handler;
  const attributes = { [attribute.processor]: handler.name };
  return {
    ...handler,
    handle: (entries: readonly FeedEntry[], context: Context) => {
      const events = entries.map(({ event }) => event);
      return tracing.events(`process ${handler.name}`, events, () => handler.handle(entries, context), attributes);
    },
  };
}

/** Tells what comes through the feed, until that ends. Takes no entry, so it costs a call for each. */
export async function followFeed(live: Pick<LiveFeed, "follow">, { feedLag, on }: Telemetry): Promise<void> {
  if (!on) return;
  const matches = ({ event }: FeedEntry) => {
    feedLag.seen(event);
    return false;
  };
  for await (const _ of live.follow({ matches, signal: new AbortController().signal }));
}
