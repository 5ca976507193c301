/** From a page that was read to the item that is kept of it, within the bounds of items and parts. */
import { jsonBytes } from "../domain/kernel/json.js";
import { createHash } from "node:crypto";
import { clip, clipLine, parseInstant, present, toOneLine, withoutHidden } from "../domain/kernel/index.js";
import type { Instant } from "../domain/kernel/index.js";
import { excerptOf, isWebUrl, limits, scoreText } from "../domain/research/index.js";
import type { FetchedPage, RequestConfig, ResultItem, Source } from "../domain/research/index.js";

/** Excerpts of extraction mode SUMMARY. */
const excerptCharacters = 600;
/** Below what a part may have, as is what one item may take of it. */
const partBytes = 180_000;
const itemBytes = 160_000;
const urlCharacters = 2 * limits.url;

/** The item; undefined where the page is below the quality threshold. */
export function toItem(
  page: FetchedPage,
  {
    source,
    config,
    fetchedAt,
  }: { readonly source: Source; readonly config: RequestConfig; readonly fetchedAt: Instant },
): ResultItem | undefined {
  const { keywords, qualityThreshold } = config;
  const { score, matchedKeywords } = scoreText({ title: page.title, text: page.text, keywords });
  if (score < qualityThreshold || !isWebUrl(page.url) || page.url.length > urlCharacters) return undefined;
  return withinBytes({
    itemId: toItemId(page.url),
    url: page.url,
    title: toTitle(page),
    source: source.name,
    sourceType: source.sourceType,
    text: toText(page.text, config),
    score,
    matchedKeywords: [...matchedKeywords],
    fetchedAt,
    ...present({ publishedAt: page.publishedAt === undefined ? undefined : parseInstant(page.publishedAt) }),
  });
}

/** The same page is the same item, whichever attempt has read it. */
export function toItemId(url: string): string {
  return `itm_${createHash("sha256").update(url).digest("hex").slice(0, 16)}`;
}

function toTitle({ title, url }: FetchedPage): string {
  const line = clipLine(toOneLine(withoutHidden(title)), limits.title);
  return line === "" ? clipLine(url, limits.title) : line;
}

function toText(text: string, { extractionMode, keywords }: RequestConfig): string {
  switch (extractionMode) {
    case "METADATA":
      return "";
    case "SUMMARY":
      return excerptOf(text, keywords, excerptCharacters).toWellFormed();
    case "FULL":
      return clip(text.toWellFormed(), limits.itemText);
  }
}

/** As JSON a character may take many bytes. */
function withinBytes(item: ResultItem): ResultItem {
  const excess = jsonBytes(item) - itemBytes;
  return excess <= 0 ? item : withinBytes({ ...item, text: clip(item.text, Math.floor(item.text.length / 2)) });
}

/** Items as parts that the ledger takes. */
export function toParts(items: readonly ResultItem[]): readonly (readonly ResultItem[])[] {
  const parts: ResultItem[][] = [];
  let bytes = 0;
  for (const item of items) {
    const more = jsonBytes(item) + 1;
    const last = parts.at(-1);
    if (last === undefined || last.length >= limits.itemsOfPart || bytes + more > partBytes) {
      parts.push([item]);
      bytes = more;
    } else {
      last.push(item);
      bytes += more;
    }
  }
  return parts;
}

/** Best first; of equal ones always in one order. */
export function bestFirst(items: Iterable<ResultItem>): readonly ResultItem[] {
  return [...items].sort((one, other) => other.score - one.score || (one.itemId < other.itemId ? -1 : 1));
}
