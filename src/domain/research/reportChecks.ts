/** Whether the words of a model rest on the items that it was shown. */
import { ModelError } from "../kernel/modelError.js";
import { toOneLine, withoutHidden, withoutLinks } from "../kernel/text.js";
import type { WritingInput, WrittenReport } from "./ports.js";
import { limits } from "./values.js";
import type { Finding, ResultItem } from "./values.js";

/**
 * The report as it may be stored: plain lines, each finding with the items that it cites. `input.items`: those that were shown, as they
 * were shown. What cites none of them is left out. @throws ModelError (NONSENSE) where nothing is left, a text is too long or
 * has a link, or says a number that is in none of the items that it cites; a summary may also say how many items, sources and
 * keywords there are.
 */
export function checkReport(draft: WrittenReport, { items, keywords, requestType }: WritingInput): WrittenReport {
  const shown = new Map(items.map((item) => [item.itemId, item]));
  const always = [...keywords, requestType];
  const findings = draft.keyFindings
    .map(({ text, citations }) => ({ text, citations: [...new Set(citations)].filter((id) => shown.has(id)) }))
    .filter(({ citations }) => citations.length > 0)
    .slice(0, limits.findings)
    .map(({ text, citations }): Finding => {
      const cited = citations.map((id) => shown.get(id)).filter((item) => item !== undefined);
      const allowed = numbersIn([...always, ...cited.flatMap(textsOf)]);
      const line = checkLine(text, { what: "a finding", maximum: limits.finding, allowed });
      return { text: line, citations: citations.slice(0, limits.citations) };
    });
  if (findings.length === 0 && items.length > 0) throw nonsense("no finding cites an item that was shown");
  const sources = new Set(items.map(({ source }) => source));
  const counts = [items.length, sources.size, keywords.length].map(String);
  const allowed = numbersIn([...always, ...counts, ...sources, ...items.flatMap(textsOf)]);
  const summary = { what: "the summary", maximum: limits.executiveSummary, allowed };
  return { executiveSummary: checkLine(draft.executiveSummary, summary), keyFindings: findings };
}

function textsOf({ title, text, source, publishedAt = "" }: ResultItem): string[] {
  return [title, text, source, publishedAt.slice(0, 10).replaceAll("-", " ")];
}

interface LineRules {
  readonly what: string;
  readonly maximum: number;
  readonly allowed: ReadonlySet<string>;
}

function checkLine(text: string, { what, maximum, allowed }: LineRules): string {
  // Longer texts are refused before they are looked at, so that no text makes the patterns slow.
  if (text.length > 2 * maximum) throw nonsense(`${what} is too long`);
  const line = toOneLine(withoutHidden(text));
  if (line.length > maximum) throw nonsense(`${what} is too long`);
  if (!/\p{L}/u.test(line)) throw nonsense(`${what} says nothing`);
  if (withoutLinks(line) !== line) throw nonsense(`${what} has a link`);
  const foreign = [...numbersIn([line])].find((number) => !allowed.has(number));
  if (foreign !== undefined) throw nonsense(`${what} has the number ${foreign}, which is in none of its items`);
  return line;
}

function nonsense(message: string): ModelError {
  return new ModelError("NONSENSE", message);
}

/** Numbers in one spelling: `1,961` is 1961, `007` is 7, `2.50` is 2.5; others (`½`, `Ⅳ`, digits of other scripts) as they are. */
function numbersIn(texts: readonly string[]): ReadonlySet<string> {
  const found = texts.flatMap((text) => text.match(/\d+(?:[.,]\d+)*|(?![0-9])\p{N}/gu) ?? []);
  return new Set(found.map(toSpelling));
}

function toSpelling(shown: string): string {
  const digits = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(shown) ? shown.replaceAll(",", "") : shown;
  return /^\d+(?:\.\d+)?$/.test(digits)
    ? digits
        .replace(/^0+(?=\d)/, "")
        .replace(/(\.\d*?)0+$/, "$1")
        .replace(/\.$/, "")
    : digits;
}
