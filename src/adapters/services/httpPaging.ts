/** Answers one after the other, as their next pages and cursors lead: bounded, and never in a circle. */
import type { Json } from "../../domain/kernel/json.js";
import { ServiceFailure } from "../../domain/integrations/index.js";
import type { PollPage } from "../../domain/integrations/index.js";
import type { Instant } from "../../domain/kernel/time.js";
import { badAnswer } from "./httpAsk.js";
import { entriesOf } from "./httpEntries.js";
import type { Entry } from "./httpEntries.js";
import { seenMost, textAt, toJson } from "./httpState.js";
import type { HttpState } from "./httpState.js";

/** Requests of one poll. */
export const pagesMost = 100;
/** Items that are told in one page, where many were read before. */
const chunkItems = 100;

export interface HttpAnswer {
  readonly entries: readonly Entry[];
  /** Of the answer, or of its last item. */
  readonly cursor: string | undefined;
  readonly next: string | undefined;
}

export interface Paging {
  /** What is at `state.next`, else behind `state.cursor`. @throws ServiceFailure, also where it was read in this poll before */
  read(state: HttpState): Promise<HttpAnswer>;
  /** How many answers were read. */
  readonly pages: number;
}

export interface HttpReading {
  readonly state: HttpState;
  readonly paging: Paging;
  readonly resyncSince: Instant | undefined;
  /** It only looks for the cursor. */
  readonly isFirst: boolean;
}

export function createPaging(ask: (url: URL, isBehindCursor: boolean) => Promise<Json | undefined>): Paging {
  const asked = new Set<string>();
  return {
    get pages() {
      return asked.size;
    },
    async read(state) {
      const url = addressOf(state);
      if (asked.has(url.href)) throw badAnswer("a next page that was read before");
      if (asked.size >= pagesMost) throw tooMuchNew(`more than ${pagesMost} pages`);
      asked.add(url.href);
      const answer = await ask(url, (state.cursor ?? "") !== "" || state.next !== undefined);
      if (answer === undefined) return { entries: [], cursor: undefined, next: undefined };
      const entries = entriesOf(answer, state);
      const cursor = state.cursorPath === undefined ? entries.at(-1)?.cursor : textAt(answer, state.cursorPath);
      return { entries, cursor, next: state.nextPath === undefined ? undefined : textAt(answer, state.nextPath) };
    },
  };
}

function addressOf({ url: base, cursor = "", cursorParam, next, nextParam }: HttpState): URL {
  const url = new URL(base);
  if (cursorParam !== undefined && cursor !== "") url.searchParams.set(cursorParam, cursor);
  if (next === undefined) return url;
  if (nextParam === undefined) return elsewhere(next, url);
  url.searchParams.set(nextParam, next);
  return url;
}

/** Credentials are for the host that they were given for. */
function elsewhere(next: string, base: URL): URL {
  const url = URL.canParse(next, base) ? new URL(next, base) : undefined;
  if (url === undefined || url.origin !== base.origin || url.username !== "" || url.password !== "") {
    throw badAnswer("a next page that is at another host, or no address");
  }
  return url;
}

/** What has not been told yet. */
export function freshOf(entries: readonly Entry[], { seen = [] }: HttpState): readonly Entry[] {
  const told = new Set(seen);
  return entries.filter(({ hash }) => !told.has(hash));
}

/** Those that a resync need not tell again; what has no time is told. */
export function since(entries: readonly Entry[], resyncSince: Instant | undefined): readonly Entry[] {
  if (resyncSince === undefined) return entries;
  return entries.filter(({ item }) => item.occurredAt === undefined || item.occurredAt >= resyncSince);
}

/** @throws ServiceFailure where more would have to be remembered than there may be: what is left out would come again for ever */
export function remembered(hashes: readonly string[]): readonly string[] {
  if (hashes.length > seenMost) {
    throw new ServiceFailure(
      "PERMANENT",
      "too_many_items",
      `more than ${seenMost} items cannot be told apart by a cursor: configure a cursor that is finer`,
    );
  }
  return hashes;
}

export function tooMuchNew(what: string): ServiceFailure {
  const way = "connect anew with a cursor that is nearer, or ask for the oldest first";
  return new ServiceFailure("PERMANENT", "too_much_new", `${what} must be read before the oldest is known: ${way}`);
}

/** The state behind entries whose last cursor is `cursor`. Those at the cursor itself may come again, and are remembered. */
export function advance(state: HttpState, entries: readonly Entry[], cursor: string): HttpState {
  const before = cursor === state.cursor ? (state.seen ?? []) : [];
  const at = entries.filter((entry) => entry.cursor === undefined || entry.cursor === cursor).map(({ hash }) => hash);
  const hashes = [...new Set([...before, ...at])];
  const isWithinPage = cursor !== state.cursor && state.cursorPath !== undefined;
  const seen = isWithinPage ? hashes.slice(-seenMost) : remembered(hashes);
  return { ...state, cursor, seen: [...seen], next: undefined };
}

export function toPage(entries: readonly Entry[], state: HttpState): PollPage {
  return { items: entries.map(({ item }) => item), state: toJson(state) };
}

/** In parts that are told one after the other. */
export function chunksOf(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const chunks: (readonly Entry[])[] = [];
  for (let from = 0; from < entries.length; from += chunkItems) chunks.push(entries.slice(from, from + chunkItems));
  return chunks;
}

export function isSame(left: HttpState, right: HttpState): boolean {
  return JSON.stringify(toJson(left)) === JSON.stringify(toJson(right));
}
