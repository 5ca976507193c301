/** Which links of a page are followed. */
import { limits } from "./values.js";
import { hitOf, indexWords, wordsOf } from "./words.js";

/** What ends the path of something that is no page. */
const noPage =
  /\.(?:pdf|docx?|xlsx?|pptx?|zip|gz|tgz|rar|7z|exe|dmg|iso|jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|mp[34]|m4[av]|mov|avi|webm|ogg|wav|css|m?js|json|xml|rss|atom|csv|ics|woff2?|ttf|eot)$/i;

/**
 * At most so many links of the site of `baseUrl` (`www.` or not), each once, without the page itself: those whose addresses name most
 * keywords first, else in their order. Where the site speaks https, its http links are taken for https.
 */
export function pickLinks({
  links,
  baseUrl,
  keywords,
  most,
}: {
  readonly links: readonly string[];
  readonly baseUrl: string;
  readonly keywords: readonly string[];
  readonly most: number;
}): string[] {
  if (!URL.canParse(baseUrl)) return [];
  const base = new URL(baseUrl);
  base.hash = "";
  const phrases = keywords.map(wordsOf);
  const found = new Set(links.map((link) => toPage(link, base)).filter((link) => link !== undefined));
  found.delete(base.href);
  return [...found]
    .map((link) => ({ link, named: namedIn(link, phrases) }))
    .sort((one, other) => other.named - one.named)
    .slice(0, most)
    .map(({ link }) => link);
}

function toPage(link: string, base: URL): string | undefined {
  if (!URL.canParse(link, base.href)) return undefined;
  const url = new URL(link, base);
  if (url.protocol === "http:" && base.protocol === "https:" && url.port === "") url.protocol = "https:";
  url.hash = "";
  const isSame = siteOf(url) === siteOf(base) && url.protocol === base.protocol;
  if (!isSame || noPage.test(url.pathname) || url.href.length > 2 * limits.url) return undefined;
  return url.href;
}

function siteOf({ hostname, port }: URL): string {
  return `${hostname.replace(/^www\./, "")}:${port}`;
}

function namedIn(link: string, phrases: readonly (readonly string[])[]): number {
  const { pathname, search } = new URL(link);
  const index = indexWords(decoded(pathname + search));
  return phrases.reduce((total, phrase) => total + hitOf(index, phrase), 0);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}
