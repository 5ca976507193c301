/** Reading what has no cursor: a list that holds all there is, or the latest of it; what is new is told by its id. */
import type { PollPage } from "../../domain/integrations/index.js";
import type { Entry } from "./httpEntries.js";
import { chunksOf, freshOf, remembered, toPage } from "./httpPaging.js";
import type { HttpAnswer, HttpReading } from "./httpPaging.js";
import { seenMost } from "./httpState.js";
import type { HttpState } from "./httpState.js";

/** Up to 500 items: those of the list are remembered, and as many that were in it before as there is room for. */
export async function* readList(reading: HttpReading): AsyncGenerator<PollPage> {
  const { state, isFirst } = reading;
  const listed = await gather(reading);
  const present = listed.map(({ hash }) => hash);
  const fresh = freshOf(listed, state);
  if (isFirst) {
    yield toPage([], { ...state, seen: present });
    return;
  }
  const before = state.seen ?? [];
  const told = new Set<string>(before);
  for (const chunk of chunksOf(state.newestFirst === true ? fresh.toReversed() : fresh)) {
    for (const { hash } of chunk) told.add(hash);
    const kept = [...present.filter((hash) => told.has(hash)), ...before.filter((hash) => !present.includes(hash))];
    yield toPage(chunk, { ...state, seen: kept.slice(0, seenMost) });
  }
}

/** As the service has them. Newest first, no more is read than up to what is known. */
async function gather({ state, paging, isFirst }: HttpReading): Promise<readonly Entry[]> {
  const listed = new Map<string, Entry>();
  let place: HttpState | undefined = state;
  while (place !== undefined) {
    const { entries, next }: HttpAnswer = await paging.read(place);
    for (const entry of entries) if (!listed.has(entry.hash)) listed.set(entry.hash, entry);
    remembered([...listed.keys()]);
    const isKnown = isFirst || freshOf(entries, state).length < entries.length;
    const isEnough = next === undefined || (state.newestFirst === true && isKnown);
    place = isEnough ? undefined : { ...state, next };
  }
  return [...listed.values()];
}
