/**
 * A channel's messages oldest first, of an API that gives the newest first: window by window, each read to its end and turned
 * round, none with more than memory should hold, none passed over.
 */
import { LRUCache } from "lru-cache";
import { ServiceFailure } from "../../domain/integrations/index.js";
import type { SlackCalls, SlackMessage, SlackWindow } from "./slackCalls.js";
import { toMicros, toTs } from "./slackTs.js";

/** How to go on where there is too much for one window. */
interface Narrow {
  /** There is nothing between the cursor and this. */
  readonly oldest: bigint;
  /** Microseconds that the next window has. */
  readonly span: bigint;
  /** A message is there: so late it is for Slack already, whatever clocks say. */
  readonly top: bigint;
}

/** Reads all that is behind `from`, in microseconds: lists of messages, oldest first, none of them empty. */
export type ReadChannel = (calls: SlackCalls, channel: string, from: bigint) => AsyncIterable<readonly SlackMessage[]>;

/** Messages that are gathered at most. */
const mostGathered = 1_000;
/** No window is narrower: it cannot have more messages, each has a microsecond of its own. */
const leastSpan = BigInt(mostGathered);

export function createWindows(): ReadChannel {
  // Who may ask once a minute for 15 messages gets through one window in a poll, if it is narrow enough; so what the poll before
  // learned is kept. It is true of the channel, whoever reads it, and where it is lost that costs only requests.
  const known = new LRUCache<string, Narrow>({ max: 1_000 });

  return async function* (calls, channel, from) {
    /** Where the cursor is once everything so far is delivered. */
    let cursor = from;
    let narrow = known.get(`${channel}:${cursor}`);
    const remember = (next: Narrow) => {
      narrow = next;
      known.set(`${channel}:${cursor}`, next);
    };
    for (;;) {
      const oldest: bigint = narrow?.oldest ?? cursor;
      const latest = narrow !== undefined && oldest + narrow.span < narrow.top ? oldest + narrow.span : undefined;
      const window = { channel, oldest: toTs(oldest), ...(latest === undefined ? {} : { latest: toTs(latest) }) };
      const gathered = new Map<bigint, SlackMessage>();
      const isWhole = await gather(calls, window, gathered).catch((error: unknown) => {
        const isLimited = error instanceof ServiceFailure && error.failureClass === "RATE";
        if (isLimited && gathered.size > 0) remember(halved(oldest, topOf(gathered), narrow));
        throw error;
      });
      if (!isWhole) {
        remember(halved(oldest, topOf(gathered), narrow));
        continue;
      }
      const messages = inOrder(gathered);
      if (messages.length > 0) {
        cursor = topOf(gathered);
        yield messages;
      }
      if (latest === undefined || narrow === undefined) return;
      // The message at `latest`, if there is one, is of the next window.
      remember(messages.length > 0 ? { ...narrow, oldest: cursor } : halved(latest - 1n, narrow.top, narrow));
    }
  };
}

/** Puts all messages of the window into `gathered`; false where there are too many. */
async function gather(calls: SlackCalls, window: SlackWindow, gathered: Map<bigint, SlackMessage>): Promise<boolean> {
  let cursor: string | undefined;
  do {
    // One after the other: each page says where the next one begins.
    const page = await calls.history(window, cursor);
    for (const message of page.messages) {
      const at = toMicros(message.ts);
      if (isWithin(window, at)) gathered.set(at, message);
    }
    if (gathered.size > mostGathered) return false;
    ({ cursor } = page);
  } while (cursor !== undefined);
  return true;
}

function isWithin({ oldest, latest }: SlackWindow, at: bigint): boolean {
  return at > toMicros(oldest) && (latest === undefined || at < toMicros(latest));
}

/** The older half of what is up to `seen`, a message. */
function halved(oldest: bigint, seen: bigint, before: Narrow | undefined): Narrow {
  const half = (seen - oldest) / 2n;
  const top = before !== undefined && before.top > seen ? before.top : seen;
  return { oldest, span: half > leastSpan ? half : leastSpan, top };
}

function topOf(gathered: ReadonlyMap<bigint, SlackMessage>): bigint {
  return [...gathered.keys()].reduce((greatest, at) => (at > greatest ? at : greatest));
}

function inOrder(gathered: ReadonlyMap<bigint, SlackMessage>): readonly SlackMessage[] {
  return [...gathered].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, message]) => message);
}
