/** The words of texts as they are compared: without case, without accents; signs of scripts that write no spaces are words of their own. */

const alone = ["Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar"]
  .map((script) => String.raw`\p{Script=${script}}`)
  .join("");
const word = new RegExp(String.raw`[${alone}]|(?:(?![${alone}])[\p{L}\p{N}\p{M}])+`, "gu");

export function wordsOf(text: string): string[] {
  return (
    text
      .normalize("NFKD")
      // Accents; the marks of other scripts tell their words apart.
      .replace(/[\u0300-\u036f]/g, "")
      .toLowerCase()
      .match(word) ?? []
  );
}

/** Where each word of a text stands. */
export interface WordIndex {
  readonly words: readonly string[];
  readonly places: ReadonlyMap<string, readonly number[]>;
}

export function indexWords(text: string): WordIndex {
  const words = wordsOf(text);
  const places = new Map<string, number[]>();
  words.forEach((one, place) => {
    const known = places.get(one);
    if (known === undefined) places.set(one, [place]);
    else known.push(place);
  });
  return { words, places };
}

/** How often the words of `phrase` stand next to each other, in their order. */
export function countPhrase({ words, places }: WordIndex, phrase: readonly string[]): number {
  const [first] = phrase;
  if (first === undefined) return 0;
  const begins = places.get(first) ?? [];
  return begins.filter((place) => phrase.every((one, offset) => words[place + offset] === one)).length;
}

/** A keyword and its words. */
export interface Phrase {
  readonly keyword: string;
  readonly words: readonly string[];
}

export function toPhrases(keywords: readonly string[]): Phrase[] {
  return keywords.map((keyword) => ({ keyword, words: wordsOf(keyword) }));
}

/** Keywords that stand in a text as they are. */
export function keywordsIn(text: string, phrases: readonly Phrase[]): string[] {
  const index = indexWords(text);
  return phrases.filter(({ words }) => countPhrase(index, words) > 0).map(({ keyword }) => keyword);
}

/** 1: the words are there, next to each other. A half: each is there, but not so. Else 0. */
export function hitOf(index: WordIndex, words: readonly string[]): number {
  if (countPhrase(index, words) > 0) return 1;
  return words.length > 1 && words.every((one) => index.places.has(one)) ? 0.5 : 0;
}
