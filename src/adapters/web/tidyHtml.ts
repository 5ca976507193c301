/**
 * A page written anew before a tree is made of it: what makes trees takes time that grows with the depths of all elements together,
 * and reads broken HTML in a way of its own. So each tag has its end, nothing is left that nobody reads, and what is too large is none.
 */
import { attributesOf } from "./htmlTokens.js";
import type { HtmlToken } from "./htmlTokens.js";

/** As large as pages that people write are. */
const most = { elements: 5_000, depth: 100, depths: 75_000 };

/** Elements without an end. */
const empty = new Set("area base br col embed hr img input link meta param source track wbr".split(" "));
/** Elements that end where the next of their name begins. */
const endsItself = new Set("p li dt dd tr td th option".split(" "));
/** Elements whose content is left out before, or read in a way of its own. */
const dropped = new Set(
  "script style textarea noscript template iframe xmp svg math plaintext noembed noframes frameset listing".split(" "),
);
/** What tells where the article of a page is, and what of it is seen. */
const kept = new Set(
  "id class rel role href style hidden aria-hidden name property itemprop itemtype content lang dir".split(" "),
);

/** The page; undefined where its tree would be too large. */
export function tidyHtml(tokens: Iterable<HtmlToken>): string | undefined {
  const parts: string[] = [];
  const open: string[] = [];
  let elements = 0;
  let depths = 0;
  const closeFrom = (depth: number) => {
    for (const name of open.splice(depth).reverse()) parts.push(`</${name}>`);
  };
  for (const token of tokens) {
    if (token.kind === "text") {
      // What builds the tree looks at each entity anew.
      elements += token.text.match(/[<&]/g)?.length ?? 0;
      parts.push(token.text.replaceAll("<", "&lt;"));
    } else if (token.kind === "close") {
      const depth = open.lastIndexOf(token.name);
      if (depth !== -1) closeFrom(depth);
    } else if (isName.test(token.name) && !dropped.has(token.name)) {
      const { name } = token;
      if (endsItself.has(name) && open.at(-1) === name) closeFrom(open.length - 1);
      parts.push(toTag(token));
      if (!empty.has(name)) open.push(name);
      elements += 1;
      depths += open.length;
    }
    if (elements > most.elements || open.length > most.depth || depths > most.depths) return undefined;
  }
  closeFrom(0);
  return parts.join("");
}

const isName = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

function toTag({ name, attributes }: Extract<HtmlToken, { readonly kind: "open" }>): string {
  const written = [...attributesOf(attributes)]
    .filter(([one]) => kept.has(one))
    .map(
      ([one, value]) => ` ${one}="${value.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;")}"`,
    );
  return `<${name}${written.join("")}>`;
}
