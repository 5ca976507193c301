/** HTML as a row of tags and texts, read in one go: the time that it takes grows with the length only, whatever the page is. */

export type HtmlToken =
  | { readonly kind: "open"; readonly name: string; readonly attributes: string }
  | { readonly kind: "close"; readonly name: string }
  /** Entities are still in it. */
  | { readonly kind: "text"; readonly text: string };

/** Elements that nobody reads; and `title`. */
const raw = new Set(["script", "style", "textarea", "title", "noscript", "template", "iframe", "xmp", "svg", "math"]);
/** The content of raw elements is left out, but for that of `title`, which is a text. */
export function* htmlTokens(html: string): Generator<HtmlToken> {
  let at = 0;
  while (at < html.length) {
    const begin = beginOfMarkup(html, at);
    if (begin > at) yield { kind: "text", text: html.slice(at, begin) };
    if (begin === html.length) return;
    tag.lastIndex = begin;
    const [whole, slash, spelled = ""] = tag.exec(html) ?? [];
    if (whole === undefined) {
      at = endOfOther(html, begin);
      continue;
    }
    at = endOfTag(html, begin + whole.length);
    const name = spelled.toLowerCase();
    if (slash === "/") {
      yield { kind: "close", name };
      continue;
    }
    yield { kind: "open", name, attributes: html.slice(begin + whole.length, at - 1) };
    if (!raw.has(name)) continue;
    const end = endOfRaw(html, at, name);
    if (name === "title" && end > at) yield { kind: "text", text: html.slice(at, end) };
    at = end;
  }
}

const tag = /<(\/?)([a-zA-Z][^\s/>]{0,40})/y;

/** Where the next tag or comment begins; a `<` before anything else is text. */
function beginOfMarkup(html: string, from: number): number {
  const markup = /<[a-zA-Z/!?]/g;
  markup.lastIndex = from;
  return markup.exec(html)?.index ?? html.length;
}

/** Comments, doctypes, and ends of nothing. */
function endOfOther(html: string, begin: number): number {
  if (html.startsWith("<!--", begin)) return behind(html.indexOf("-->", begin + 4), 3, html);
  return behind(html.indexOf(">", begin), 1, html);
}

/** Behind the `>` of a tag; one within quotes is none. */
function endOfTag(html: string, from: number): number {
  const part = /"[^"]*"|'[^']*'|>/g;
  part.lastIndex = from;
  for (let match = part.exec(html); match !== null; match = part.exec(html)) {
    if (match[0] === ">") return part.lastIndex;
  }
  return html.length;
}

function endOfRaw(html: string, from: number, name: string): number {
  const end = new RegExp(`</${name}[\\s/>]`, "gi");
  end.lastIndex = from;
  return end.exec(html)?.index ?? html.length;
}

function behind(index: number, length: number, html: string): number {
  return index === -1 ? html.length : index + length;
}

/** Names in lower case and values, entities decoded; of those of one name the first. */
export function attributesOf(attributes: string): ReadonlyMap<string, string> {
  const each = /([^\s"'=<>/]{1,60})(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?|["'=<>/]/g;
  const found = new Map<string, string>();
  for (const [, spelled, double, single, bare] of attributes.slice(0, 8_192).matchAll(each)) {
    const name = spelled?.toLowerCase();
    if (name !== undefined && !found.has(name)) found.set(name, decodeEntities(double ?? single ?? bare ?? ""));
  }
  return found;
}

const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  ndash: "–",
  mdash: "—",
  hellip: "…",
  rsquo: "’",
  lsquo: "‘",
  rdquo: "”",
  ldquo: "“",
};

/** Numbers, and the names that are used most; others stay as they are. */
export function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,8}));/g, (whole, decimal, hex, name) => {
    if (typeof name === "string") return named[name] ?? whole;
    const code = typeof decimal === "string" ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : "";
  });
}
