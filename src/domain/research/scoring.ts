/** How well a page answers keywords, reckoned so that people can do it by hand; and the sentences of it that say most. */
import { clipLine } from "../kernel/text.js";
import { sentencesOf } from "./sentences.js";
import { countPhrase, hitOf, indexWords, keywordsIn, toPhrases } from "./words.js";

export interface Score {
  /** 0 to 1, in thousandths. */
  readonly score: number;
  /** Those that stand in title or text as they are, in the order in which they were given. */
  readonly matchedKeywords: readonly string[];
}

/** What each part counts, and from where on it is full. */
export const scoring = {
  coverage: 0.4,
  title: 0.2,
  density: 0.2,
  substance: 0.2,
  /** Keywords that are enough; fewer where there are fewer. */
  keywords: 3,
  /** Words to one occurrence of a keyword. */
  wordsPerOccurrence: 100,
  /** Words of a page that has something to say. */
  words: 150,
} as const;

/**
 * The score is 0 where no keyword is there, else the sum of
 *
 * - coverage, 0.4: keywords found, of three (of all, where there are fewer). A keyword of several words whose words are all there, but
 *   nowhere together, counts half.
 * - title, 0.2: a keyword is in the title; half, where only its words are.
 * - density, 0.2: an occurrence of a keyword for each 100 words of the text; fewer count in proportion.
 * - substance, 0.2: 150 words of text; fewer count in proportion.
 *
 * Words count whole, without case and accents.
 */
export function scoreText({
  title,
  text,
  keywords,
}: {
  readonly title: string;
  readonly text: string;
  readonly keywords: readonly string[];
}): Score {
  const inTitle = indexWords(title);
  const inText = indexWords(text);
  const phrases = toPhrases(keywords);
  const found = phrases.map(({ words }) => Math.max(hitOf(inTitle, words), hitOf(inText, words)));
  const hits = sum(found);
  if (hits === 0) return { score: 0, matchedKeywords: [] };
  const occurrences = sum(phrases.map(({ words }) => countPhrase(inText, words)));
  const length = inText.words.length;
  const score =
    scoring.coverage * atMostOne(hits / Math.min(scoring.keywords, keywords.length)) +
    scoring.title * Math.max(...phrases.map(({ words }) => hitOf(inTitle, words))) +
    scoring.density * (length === 0 ? 0 : atMostOne((occurrences * scoring.wordsPerOccurrence) / length)) +
    scoring.substance * atMostOne(length / scoring.words);
  return {
    score: Math.round(score * 1_000) / 1_000,
    matchedKeywords: phrases.filter((_, at) => found[at] === 1).map(({ keyword }) => keyword),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function atMostOne(value: number): number {
  return Math.min(1, value);
}

/**
 * The sentences that name most keywords, as many as there is room for, in the order of the text; its beginning, where none names
 * any. Of a first one that is too long the beginning.
 */
export function excerptOf(text: string, keywords: readonly string[], maxChars: number): string {
  const phrases = toPhrases(keywords);
  const ranked = sentencesOf(text)
    .map((sentence, place) => ({ sentence, place, named: keywordsIn(sentence, phrases).length }))
    .sort((one, other) => other.named - one.named || one.place - other.place);
  const telling = ranked.some(({ named }) => named > 0) ? ranked.filter(({ named }) => named > 0) : ranked;
  const [best] = telling;
  if (best === undefined) return "";
  if (best.sentence.length > maxChars) return clipLine(best.sentence, maxChars);
  let length = -1;
  const kept = telling.filter(({ sentence }) => {
    if (length + 1 + sentence.length > maxChars) return false;
    length += 1 + sentence.length;
    return true;
  });
  return kept
    .sort((one, other) => one.place - other.place)
    .map(({ sentence }) => sentence)
    .join(" ");
}
