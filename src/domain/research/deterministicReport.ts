/** A report in the words of the pages themselves: it needs no model, and the same items lead to the same words. */
import { clipLine, toOneLine, withoutHidden, withoutLinks } from "../kernel/text.js";
import type { ReportWriter, WritingInput, WrittenReport } from "./ports.js";
import { sentencesOf } from "./sentences.js";
import { limits } from "./values.js";
import type { Finding, ResultItem, SourceType } from "./values.js";
import { keywordsIn, toPhrases, wordsOf } from "./words.js";
import type { Phrase } from "./words.js";

/** Creates the writer that is always there. */
export function createDeterministicReportWriter(): ReportWriter {
  return { writtenBy: "deterministic-v1", write: async (input) => writeByRules(input) };
}

/** How many items from where, which keywords they name and which not; and their best sentences, each with the items that say it. */
export function writeByRules({ keywords, items }: Pick<WritingInput, "keywords" | "items">): WrittenReport {
  return { executiveSummary: summaryOf(items, keywords), keyFindings: findingsOf(items, keywords) };
}

function summaryOf(items: readonly ResultItem[], keywords: readonly string[]): string {
  const [best] = items;
  if (best === undefined) return `Nothing was found that answers ${named(keywords)} well enough.`;
  const phrases = toPhrases(keywords);
  const found = new Set([
    ...items.flatMap(({ matchedKeywords }) => matchedKeywords),
    ...items.slice(0, most.items).flatMap((item) => keywordsIn(wholeOf(item), phrases)),
  ]);
  const covered = keywords.filter((keyword) => found.has(keyword));
  const missing = keywords.filter((keyword) => !found.has(keyword));
  const sources = new Set(items.map(({ source }) => source)).size;
  const sentences = [
    `${count(items.length, "item")} from ${count(sources, "source")}: ${byType(items)}.`,
    covered.length === 0
      ? "None of the keywords is named in them."
      : `They name ${covered.length} of ${count(keywords.length, "keyword")}: ${list(covered)}.`,
    ...(missing.length === 0 || covered.length === 0 ? [] : [`Nothing was found on ${list(missing)}.`]),
    `The best answer is "${plain(best.title)}" of ${plain(best.source)}, with a score of ${best.score}.`,
  ];
  return clipLine(sentences.join(" "), limits.executiveSummary);
}

const words: Readonly<Record<SourceType, string>> = {
  GOVERNMENT: "government",
  CLINICAL: "clinical",
  ACADEMIC: "academic",
  NEWS: "news",
  INDUSTRY: "industry",
  OTHER: "other",
};

/** `3 government, 1 news`: most first. */
function byType(items: readonly ResultItem[]): string {
  const counts = new Map<SourceType, number>();
  for (const { sourceType } of items) counts.set(sourceType, (counts.get(sourceType) ?? 0) + 1);
  return [...counts]
    .sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1))
    .map(([type, many]) => `${many} ${words[type]}`)
    .join(", ");
}

function named(keywords: readonly string[]): string {
  return keywords.length === 1 ? "the keyword" : `the ${keywords.length} keywords`;
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? "" : "s"}`;
}

/** Of many keywords the first twenty. */
function list(keywords: readonly string[]): string {
  const shown = keywords.slice(0, 20).map(plain);
  return keywords.length > 20 ? `${shown.join(", ")} and ${keywords.length - 20} more` : shown.join(", ");
}

/** `items`: of the best so many are the texts read; the others are counted. */
const most = { items: 50, findings: 10, ofItem: 2, sentence: 400, leastSentence: 30, lookedAt: 20_000 } as const;
/** Of the words of two sentences so many must be the same for them to say the same. */
const alike = 0.7;

interface Candidate {
  readonly text: string;
  readonly words: ReadonlySet<string>;
  readonly named: number;
  readonly itemIds: string[];
}

function findingsOf(items: readonly ResultItem[], keywords: readonly string[]): Finding[] {
  const phrases = toPhrases(keywords);
  const candidates: Candidate[] = [];
  for (const item of items.slice(0, most.items)) {
    for (const candidate of candidatesOf(item, phrases)) {
      const known = candidates.find(({ words }) => areAlike(words, candidate.words));
      if (known === undefined) candidates.push(candidate);
      else if (!known.itemIds.includes(item.itemId)) known.itemIds.push(item.itemId);
    }
  }
  // Sorting is stable: of the same rank that of the better item comes first.
  return candidates
    .sort((one, other) => other.itemIds.length - one.itemIds.length || other.named - one.named)
    .slice(0, most.findings)
    .map(({ text, itemIds }) => ({ text, citations: itemIds.slice(0, limits.citations) }));
}

/** The best sentences of an item; its title, where it has none. */
function candidatesOf(item: ResultItem, phrases: readonly Phrase[]): Candidate[] {
  const sentences = sentencesOf(item.text.slice(0, most.lookedAt))
    .filter(({ length }) => length <= 2 * most.sentence)
    .map(plain)
    .filter(({ length }) => length >= most.leastSentence && length <= most.sentence);
  const telling = sentences
    .map((text) => toCandidate(text, item, phrases))
    .filter((candidate) => candidate.named > 0)
    .sort((one, other) => other.named - one.named)
    .slice(0, most.ofItem);
  if (telling.length > 0) return telling;
  const title = toCandidate(plain(item.title), item, phrases);
  return title.named > 0 ? [title] : [];
}

function toCandidate(text: string, { itemId }: ResultItem, phrases: readonly Phrase[]): Candidate {
  return { text, words: new Set(wordsOf(text)), named: keywordsIn(text, phrases).length, itemIds: [itemId] };
}

function areAlike(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  const shared = [...one].filter((word) => other.has(word)).length;
  return shared > 0 && shared / (one.size + other.size - shared) >= alike;
}

/** One line without links and without what cannot be seen. */
function plain(text: string): string {
  return toOneLine(withoutLinks(withoutHidden(text)).replaceAll("[link]", ""));
}

function wholeOf({ title, text }: ResultItem): string {
  return `${title}\n${text.slice(0, most.lookedAt)}`;
}
