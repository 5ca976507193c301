/** Pages that were read before, so that those which have not changed need not be transferred and read again. */
import { LRUCache } from "lru-cache";
import type { ReadablePage } from "./readable.js";
import type { Answer } from "./transport.js";

export interface KnownPages {
  find(url: URL): ReadablePage | undefined;
  /** What a request says so that it is answered 304 where nothing has changed. */
  conditions(url: URL): Readonly<Record<string, string>>;
  /** Only what can be asked for so. */
  remember(url: URL, page: ReadablePage, answer: Answer): void;
}

interface Known {
  readonly page: ReadablePage;
  readonly conditions: Readonly<Record<string, string>>;
}

/** About so many characters are kept. */
const most = 20_000_000;

export function createKnownPages(): KnownPages {
  const known = new LRUCache<string, Known>({ maxSize: most, sizeCalculation: ({ page }) => sizeOf(page) });
  return {
    find: ({ href }) => known.get(href)?.page,
    conditions: ({ href }) => known.get(href)?.conditions ?? {},
    remember({ href }, page, { header }) {
      const etag = header("etag");
      const lastModified = header("last-modified");
      if (etag === undefined && lastModified === undefined) return void known.delete(href);
      const conditions = {
        ...(etag === undefined ? {} : { "if-none-match": etag }),
        ...(lastModified === undefined ? {} : { "if-modified-since": lastModified }),
      };
      known.set(href, { page, conditions });
    },
  };
}

function sizeOf({ title, text, links }: ReadablePage): number {
  return links.reduce((size, link) => size + link.length, 1_000 + title.length + text.length);
}
