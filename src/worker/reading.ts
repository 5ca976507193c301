/**
 * Reading the sources of a request: first the page at each source's own address, then what it links to, some at a time and of all
 * sources in turn. After each batch what was found is added, and where it stands is told, so that another attempt can go on from there.
 */
import type { Clock } from "../domain/kernel/index.js";
import { FetchError, limits, pickLinks } from "../domain/research/index.js";
import type { FetchedPage, PageFetcher, RequestConfig, ResultItem, Source } from "../domain/research/index.js";
import { emptyState, fromCheckpoint } from "./checkpoint.js";
import { toItem, toParts } from "./items.js";
import type { Assignment, Work } from "./ports.js";
import { WorkFailedError } from "./ports.js";
import { createReadingState } from "./readingState.js";
import type { ReadingState } from "./readingState.js";
import { createStages } from "./stages.js";
import type { Stages } from "./stages.js";

export interface ReadingDeps {
  readonly fetcher: Pick<PageFetcher, "fetch">;
  readonly clock: Clock;
}

export interface Reading {
  /** What this attempt has found and added. */
  readonly items: ReadonlyMap<string, ResultItem>;
  readonly urlsFound: number;
  readonly contentExtracted: number;
  readonly processingErrors: number;
  readonly requests: number;
  readonly stages: Stages;
}

interface Page {
  /** Place of its source. */
  readonly index: number;
  readonly source: Source;
  readonly url: string;
}

/** Parts that are left for batches with more than a part can take. */
const plannedParts = 80;

/** @throws WorkFailedError where no source can be read. */
export async function readSources(deps: ReadingDeps, assignment: Assignment, work: Work): Promise<Reading> {
  const { config, checkpoint, parts } = assignment;
  // Parts may have come behind the checkpoint. None is replaced: what it cites could be gone.
  const nextPart = Math.max(0, ...parts) + 1;
  const before = fromCheckpoint(checkpoint, config.sources.length) ?? emptyState(config.sources.length, nextPart);
  const state = createReadingState({ ...before, nextPart: Math.max(before.nextPart, nextPart) });
  const stages = createStages(work);
  const reader = createReader(deps, { config, work, state });

  stages.enter("content_discovery", state.progress());
  const pages = await discover(reader, { config, work, state, stages });
  stages.enter("content_extraction", state.progress());
  await extract(reader, pages, { config, work, state, stages });
  const { done: _, known: __, ...counts } = state.progress();
  return { items: reader.items, ...counts, requests: state.requests(), stages };
}

interface Surroundings {
  readonly config: RequestConfig;
  readonly work: Work;
  readonly state: ReadingState;
  readonly stages: Stages;
}

/** Reads the pages at the sources' own addresses; the pages that they lead to, of all sources in turn. */
async function discover(reader: Reader, { config, work, state, stages }: Surroundings): Promise<readonly Page[]> {
  const open = config.sources
    .map((source, index) => ({ index, source, url: source.baseUrl }))
    .filter(({ index }) => !state.isDone(index));
  const found: Page[][] = [];
  const failures: FetchError[] = [];
  const known = new Set(open.map(({ url }) => url));
  for (const batch of inBatches(open, config.batchSize)) {
    const read = await Promise.all(batch.map((page) => reader.read(page, "source")));
    for (const [place, page] of batch.entries()) {
      const outcome = read[place];
      if (outcome instanceof FetchError) failures.push(outcome);
      if (outcome === undefined || outcome instanceof FetchError) continue;
      const links = pickLinks({
        links: outcome.links,
        baseUrl: outcome.url,
        keywords: config.keywords,
        most: config.maxPagesPerSource,
      });
      const more = links.filter((url) => !known.has(url) && url !== outcome.url).slice(0, config.maxPagesPerSource - 1);
      for (const url of more) known.add(url);
      state.found(page.index, 1 + more.length);
      found.push(more.map((url) => ({ ...page, url })));
    }
    await reader.flush();
    stages.tell(state.progress(), state.checkpoint());
  }
  if (state.isUnreadable()) throw unreadable(failures, config);
  const left = inTurn(found).filter(({ url }) => !state.isRead(url));
  state.finish(left);
  work.note("INFO", `${left.length} pages are to be read`, { stage: "content_discovery" });
  return left;
}

async function extract(reader: Reader, pages: readonly Page[], { config, state, stages }: Surroundings): Promise<void> {
  const batches = inBatches(pages, config.batchSize);
  const together = Math.ceil((config.sources.length * config.maxPagesPerSource) / config.batchSize / plannedParts);
  for (const [place, batch] of batches.entries()) {
    await Promise.all(batch.map((page) => reader.read(page, "page")));
    const isLast = place === batches.length - 1;
    // Of very many batches several have one part: what was read and not added yet is read again by another attempt.
    if (!isLast && (place + 1) % together !== 0) {
      stages.tell(state.progress());
      continue;
    }
    await reader.flush();
    state.finish(pages.slice((place + 1) * config.batchSize));
    stages.tell(state.progress(), state.checkpoint());
  }
}

interface Reader {
  readonly items: ReadonlyMap<string, ResultItem>;
  /** The page, or why it cannot be read. Throws where the work must stop. */
  read(page: Page, what: "source" | "page"): Promise<FetchedPage | FetchError>;
  /** Adds what was found since the last time. */
  flush(): Promise<void>;
}

function createReader({ fetcher, clock }: ReadingDeps, { config, work, state }: Omit<Surroundings, "stages">): Reader {
  const items = new Map<string, ResultItem>();
  const found: ResultItem[] = [];
  let read: string[] = [];
  let isFull = false;

  const fetch = async (url: string): Promise<FetchedPage | FetchError> => {
    try {
      return await fetcher.fetch(url, work.signal);
    } catch (error) {
      work.signal.throwIfAborted();
      if (error instanceof FetchError) return error;
      const said = error instanceof Error ? error.message : String(error);
      return new FetchError("UNREACHABLE", url, said, true, 1, { cause: error });
    }
  };

  const keep = (page: FetchedPage, source: Source) => {
    const item = toItem(page, { source, config, fetchedAt: clock.now() });
    // Two addresses may lead to one page.
    if (item === undefined || items.has(item.itemId)) return;
    items.set(item.itemId, item);
    found.push(item);
  };

  return {
    items,
    async read({ index, source, url }, what) {
      const page = await fetch(url);
      state.requested(page.requests);
      if (page instanceof FetchError) {
        const { reason, message } = page;
        const metadata = { source: source.name, url, reason };
        if (what === "source") {
          work.note("ERROR", `${source.name} cannot be read: ${url}: ${message}`, {
            stage: "content_discovery",
            metadata,
          });
          state.lost(index);
        } else {
          work.note("WARNING", `${url} cannot be read: ${message}`, { stage: "content_extraction", metadata });
          state.counted(index, "errors");
          read.push(url);
        }
        return page;
      }
      // Only its links were wanted.
      if (what === "source" && state.isRead(url)) return page;
      state.counted(index, "extracted");
      read.push(url);
      keep(page, source);
      return page;
    },
    async flush() {
      for (const part of toParts(found.splice(0))) {
        const number = state.takePart();
        if (number > limits.parts) {
          // What is not in the report may not be cited either.
          for (const { itemId } of part) items.delete(itemId);
          if (!isFull) work.note("WARNING", `more was found than a report takes: the rest is left out`);
          isFull = true;
          continue;
        }
        await work.addItems(number, part);
      }
      state.read(read);
      read = [];
    },
  };
}

function unreadable(failures: readonly FetchError[], { sources }: RequestConfig): WorkFailedError {
  const [first] = failures;
  const what = sources.length === 1 ? "the source cannot be read" : `none of the ${sources.length} sources can be read`;
  return new WorkFailedError(
    first === undefined ? what : `${what}: ${first.url}: ${first.message}`,
    { retryable: failures.some(({ retryable }) => retryable) },
    { cause: first },
  );
}

function inBatches<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(all.length / size);
  return Array.from({ length: count }, (_, place) => all.slice(place * size, (place + 1) * size));
}

/** The first of each, then the second of each: no source has all requests at a time. */
function inTurn<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, place) => lists.flatMap((list) => list.slice(place, place + 1))).flat();
}
