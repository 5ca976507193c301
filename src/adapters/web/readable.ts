/** What people would read on a page: its title, its text without menus and the like, where it links to, when it was published. */
import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";
import { clipLine, toOneLine, withoutHidden } from "../../domain/kernel/text.js";
import { limits } from "../../domain/research/index.js";
import type { FetchedPage } from "../../domain/research/index.js";
import { attributesOf, decodeEntities, htmlTokens } from "./htmlTokens.js";
import type { HtmlToken } from "./htmlTokens.js";
import { toPublishedAt } from "./publishedAt.js";
import { tidyHtml } from "./tidyHtml.js";

export type ReadablePage = Pick<FetchedPage, "title" | "text" | "links" | "publishedAt">;

/** Characters of HTML that are looked at, and of text that are kept: to read a page takes the time of the whole process. */
const longestHtml = 1_000_000;
const longestText = 200_000;
const mostLinks = 500;

/** Reads a page of HTML. Throws nothing, whatever it is. */
export function readHtml(whole: string, url: URL): ReadablePage {
  const html = whole.slice(0, longestHtml).toWellFormed();
  const tokens = [...htmlTokens(html)];
  const tidy = tidyHtml(tokens);
  const article = tidy === undefined ? undefined : readArticle(tidy);
  const links = linksIn(tokens, url);
  const publishedAt = publishedIn(tokens);
  return {
    title: toTitle([article?.title, titleIn(tokens)], url),
    text: toText(article?.text ?? textIn(tokens)),
    links,
    ...(publishedAt === undefined ? {} : { publishedAt }),
  };
}

/** Reads a page of plain text. */
export function readPlain(text: string, url: URL): ReadablePage {
  const [first = ""] = text.trimStart().slice(0, 1_000).split("\n", 1);
  return { title: toTitle([first], url), text: toText(text), links: [] };
}

/** The part of the DOM that is needed here. */
interface PageNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly textContent: string | null;
  readonly childNodes: Iterable<PageNode>;
}

/** What looks like the page's article; undefined where nothing does. */
function readArticle(html: string): { readonly title: string; readonly text: string } | undefined {
  try {
    const { document } = parseHTML(html);
    const article = new Readability<PageNode>(document, { serializer: (node) => node }).parse();
    if (article?.content === null || article?.content === undefined) return undefined;
    const text = textOf(article.content);
    return text.trim() === "" ? undefined : { title: article.title ?? "", text };
  } catch {
    // They were made for pages that people write; of any other the text is read without them.
    return undefined;
  }
}

const blocks = new Set(
  (
    "address article aside blockquote br caption dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 " +
    "header hr li main nav ol p pre section table tbody td tfoot th thead tr ul"
  ).split(" "),
);

/** The texts of a tree, each block in lines of its own. */
function textOf(root: PageNode): string {
  const parts: string[] = [];
  const next: (PageNode | string)[] = [root];
  for (let node = next.pop(); node !== undefined; node = next.pop()) {
    if (typeof node === "string") parts.push(node);
    else if (node.nodeType === 3) parts.push(node.textContent ?? "");
    else if (node.nodeType === 1) {
      const line = blocks.has(node.nodeName.toLowerCase()) ? "\n" : "";
      parts.push(line);
      next.push(line, ...[...node.childNodes].reverse());
    }
  }
  return parts.join("");
}

/** Elements whose texts are not what a page is about. */
const aside = new Set(["nav", "footer", "aside", "select", "button"]);

/** All that a page shows, where no article is found in it. */
function textIn(tokens: readonly HtmlToken[]): string {
  const parts: string[] = [];
  let left: string | undefined;
  let depth = 0;
  let inTitle = false;
  for (const token of tokens) {
    if (token.kind !== "text") {
      inTitle = token.kind === "open" && token.name === "title";
      if (blocks.has(token.name)) parts.push("\n");
      if (left === undefined) {
        if (token.kind === "open" && (aside.has(token.name) || isHidden(token.attributes))) {
          if (token.name === "br" || token.name === "img" || token.name === "input") continue;
          [left, depth] = [token.name, 1];
        }
      } else if (token.name === left) {
        depth += token.kind === "open" ? 1 : -1;
        if (depth === 0) left = undefined;
      }
    } else if (left === undefined && !inTitle) parts.push(decodeEntities(token.text));
  }
  return parts.join("");
}

function isHidden(attributes: string): boolean {
  if (!/hidden|display|visibility/i.test(attributes)) return false;
  const read = attributesOf(attributes);
  if (read.has("hidden") || read.get("aria-hidden") === "true") return true;
  return /(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(read.get("style") ?? "");
}

function titleIn(tokens: readonly HtmlToken[]): string {
  const at = tokens.findIndex((token) => token.kind === "open" && token.name === "title");
  const text = at === -1 ? undefined : tokens[at + 1];
  return text?.kind === "text" ? decodeEntities(text.text) : "";
}

/** The first that says something; a page without one is called after its address. */
function toTitle(titles: readonly (string | undefined)[], { host, pathname }: URL): string {
  const lines = titles.map((title) => toOneLine(withoutHidden((title ?? "").slice(0, 2_000))));
  return clipLine(lines.find((line) => line !== "") ?? host + pathname, limits.title);
}

/** Lines without what cannot be seen. */
function toText(text: string): string {
  const lines = withoutHidden(text.slice(0, 2 * longestText))
    .split(/[\n\r\u2028\u2029]+/)
    .map(toOneLine)
    .filter((line) => line !== "");
  return lines.join("\n").slice(0, longestText).toWellFormed();
}

function linksIn(tokens: readonly HtmlToken[], url: URL): string[] {
  const found = new Set<string>();
  const own = withoutFragment(url);
  let base = url;
  for (const token of tokens) {
    if (token.kind !== "open" || (token.name !== "a" && token.name !== "area" && token.name !== "base")) continue;
    const href = attributesOf(token.attributes).get("href");
    const target = href === undefined ? undefined : toTarget(href, base);
    if (target === undefined) continue;
    if (token.name === "base") base = target;
    else if (target.href !== own) found.add(target.href);
    if (found.size === mostLinks) break;
  }
  return [...found];
}

function toTarget(href: string, base: URL): URL | undefined {
  const text = href.trim();
  if (text.length > 2 * limits.url || !URL.canParse(text, base.href)) return undefined;
  const target = new URL(text, base);
  target.hash = "";
  if (target.protocol !== "https:" && target.protocol !== "http:") return undefined;
  if (target.username !== "" || target.password !== "" || target.href.length > 2 * limits.url) return undefined;
  return target;
}

function withoutFragment(url: URL): string {
  const bare = new URL(url);
  bare.hash = "";
  return bare.href;
}

/** Meta tags that say when a page was published, the surest first. */
const dates = [
  "article:published_time",
  "datepublished",
  "citation_publication_date",
  "dc.date.issued",
  "dc.date",
  "date",
];

function publishedIn(tokens: readonly HtmlToken[]): string | undefined {
  const said = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind !== "open" || token.name !== "meta") continue;
    const attributes = attributesOf(token.attributes);
    const name = attributes.get("property") ?? attributes.get("name") ?? attributes.get("itemprop");
    const content = attributes.get("content");
    if (name !== undefined && content !== undefined) said.set(name.toLowerCase(), content);
  }
  for (const name of dates) {
    const instant = toPublishedAt(said.get(name) ?? "");
    if (instant !== undefined) return instant;
  }
  return undefined;
}
