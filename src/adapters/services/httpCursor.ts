/** Reading by a cursor: what comes oldest first page by page, what comes newest first once it is all there. */
import { jsonBytes } from "../../domain/kernel/json.js";
import { ServiceFailure } from "../../domain/integrations/index.js";
import type { PollPage } from "../../domain/integrations/index.js";
import { badAnswer } from "./httpAsk.js";
import type { Entry } from "./httpEntries.js";
import { advance, chunksOf, freshOf, isSame, pagesMost, since, toPage, tooMuchNew } from "./httpPaging.js";
import type { HttpAnswer, HttpReading } from "./httpPaging.js";
import type { HttpState } from "./httpState.js";

/**
 * Each page moves the cursor; where it is the answer's, and pages follow, only the last one does: until then the state says where paging
 * goes on. Asks on until nothing new comes. The first time, what is there already is passed over, up to a hundred pages of it.
 */
export async function* readOldestFirst(reading: HttpReading): AsyncGenerator<PollPage> {
  const { paging, resyncSince, isFirst } = reading;
  let state = reading.state;
  let place: HttpState | undefined = state;
  while (place !== undefined && paging.pages < pagesMost) {
    const answer: HttpAnswer = await readFrom(reading, place);
    const fresh = freshOf(answer.entries, state);
    const before = state;
    state = behind(state, answer);
    if (!isFirst) yield* pagesOf(since(fresh, resyncSince), before, state);
    const isBehindNew = fresh.length > 0 && state.cursor !== before.cursor;
    place = placeBehind(state, place, answer, isBehindNew);
  }
  if (isFirst) yield toPage([], { ...state, cursor: state.cursor ?? "" });
}

/** Items of a page, where each has a cursor of its own; and where only the answer has one, so that it is one page. */
const pageItems = 500;
const answerItems = 2_000;

/** What an answer tells: `state` is behind all of it. @throws ServiceFailure where that is too much to begin anew with */
function* pagesOf(told: readonly Entry[], before: HttpState, state: HttpState): Generator<PollPage> {
  if (state.cursorPath !== undefined && told.length > answerItems) throw tooManyAtOnce();
  let [rest, reached] = [told, before];
  while (state.cursorPath === undefined && rest.length > pageItems) {
    const part = rest.slice(0, pageItems);
    rest = rest.slice(pageItems);
    reached = advance(reached, part, part.at(-1)?.cursor ?? "");
    yield toPage(part, reached);
  }
  if (rest.length > 0 || !isSame(state, before)) yield toPage(rest, state);
}

function tooManyAtOnce(): ServiceFailure {
  const way = "configure smaller answers, or a cursor of its items";
  return new ServiceFailure("PERMANENT", "too_many_items", `an answer has more than ${answerItems} new items: ${way}`);
}

/** A place to page on from that an earlier poll has kept may be gone by now: then what is behind the cursor is read from its beginning. */
async function readFrom({ paging, state }: HttpReading, place: HttpState): Promise<HttpAnswer> {
  try {
    return await paging.read(place);
  } catch (error) {
    const isKept = paging.pages === 1 && place.next !== undefined && place === state;
    const isGone = error instanceof ServiceFailure && ["PERMANENT", "CURSOR_EXPIRED"].includes(error.failureClass);
    if (!isKept || !isGone || !/^(?:http_4|cursor_expired)/.test(error.code)) throw error;
    return paging.read({ ...place, next: undefined });
  }
}

function behind(state: HttpState, { entries, cursor = state.cursor, next }: HttpAnswer): HttpState {
  if (state.cursorPath !== undefined && next !== undefined) return { ...state, next };
  if (cursor === undefined) {
    if (entries.length > 0) throw withoutCursorAt(state);
    return { ...state, next: undefined };
  }
  if (cursor === state.cursor && freshOf(entries, state).length === 0) return { ...state, next: undefined };
  return advance(state, entries, cursor);
}

/** A next page belongs to what was asked first, with the cursor of then. Where there are such pages, the last of them is the end. */
function placeBehind(
  state: HttpState,
  asked: HttpState,
  { next }: HttpAnswer,
  isBehindNew: boolean,
): HttpState | undefined {
  if (next !== undefined) return { ...asked, next };
  return isBehindNew && state.nextPath === undefined ? state : undefined;
}

function withoutCursorAt({ cursorPath }: HttpState): ServiceFailure {
  return badAnswer(`items, and no cursor at "${cursorPath ?? ""}"`);
}

/** Items, and bytes of them, that are held at a time. */
const heldItems = 1_000;
const heldBytes = 20_000_000;

/**
 * All that is new is read before the oldest of it is told. Of more than a thousand items the oldest are told, and the others the next
 * time; where the cursor is the answer's that cannot be, and it fails.
 */
export async function* readNewestFirst(reading: HttpReading): AsyncGenerator<PollPage> {
  const { state, resyncSince, isFirst } = reading;
  const { entries, cursor: found } = isFirst ? await firstOf(reading) : await gather(reading);
  if (found === undefined && state.cursor === undefined && entries.length > 0) throw withoutCursorAt(state);
  const cursor = found ?? state.cursor ?? "";
  if (isFirst) {
    yield toPage([], advance(state, entries, cursor));
    return;
  }
  const oldestFirst = entries.toReversed();
  const fresh = since(freshOf(oldestFirst, state), resyncSince);
  let reached = state;
  // The answer's cursor is behind all of them, so that they are one page: parts of it would be told again by each poll.
  for (const chunk of state.cursorPath === undefined ? chunksOf(fresh) : []) {
    reached = advance(reached, chunk, chunk.at(-1)?.cursor ?? "");
    yield toPage(chunk, reached);
  }
  const last = advance(reached, oldestFirst, cursor);
  const rest = state.cursorPath === undefined ? [] : fresh;
  if (rest.length > 0 || (!isSame(last, reached) && (fresh.length > 0 || last.cursor !== state.cursor))) {
    yield toPage(rest, last);
  }
}

interface Gathered {
  /** Newest first. */
  readonly entries: readonly Entry[];
  readonly cursor: string | undefined;
}

/** The newest is on the first page. */
async function firstOf({ state, paging }: HttpReading): Promise<Gathered> {
  const { entries, cursor } = await paging.read(state);
  return { entries, cursor: state.cursorPath === undefined ? entries[0]?.cursor : cursor };
}

async function gather({ state, paging, resyncSince }: HttpReading): Promise<Gathered> {
  let held: Entry[] = [];
  let bytes = 0;
  let cursor: string | undefined;
  let place: HttpState | undefined = { ...state, next: undefined };
  while (place !== undefined) {
    const answer: HttpAnswer = await paging.read(place);
    if (paging.pages === 1 && state.cursorPath !== undefined) ({ cursor } = answer);
    held.push(...answer.entries);
    bytes += jsonBytes(answer.entries.map(({ item }) => item));
    while (held.length > heldItems || (bytes > heldBytes && held.length > 1)) {
      if (state.cursorPath !== undefined) throw tooMuchNew(`more than ${heldItems} items`);
      const left = held.length > heldItems ? held.length - heldItems : 1;
      bytes -= jsonBytes(held.slice(0, left).map(({ item }) => item));
      held = held.slice(left);
    }
    const isOld = since(answer.entries, resyncSince).length < answer.entries.length;
    place = answer.next === undefined || isOld ? undefined : { ...state, next: answer.next };
  }
  return { entries: unique(held), cursor: cursor ?? unique(held)[0]?.cursor };
}

/** What has moved to the next page while it was read is there twice. */
function unique(entries: readonly Entry[]): readonly Entry[] {
  return [...new Map(entries.map((entry) => [entry.hash, entry])).values()];
}
