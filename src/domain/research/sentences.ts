/** The sentences of a text. */

/** Behind one of these a full stop ends no sentence. */
const abbreviation =
  /(?:^|[\s(])(?:dr|mr|mrs|ms|prof|st|vs|no|nos|fig|figs|eq|approx|ca|cf|al|etc|inc|ltd|co|corp|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|e\.g|i\.e|[a-z](?:\.[a-z])*)\.$/i;

/** What goes on with a small letter is no other sentence. */
const end = /[.!?]["'”’)\]]{0,3}(?=\s+[^\s\p{Ll}])|[。！？]["”’」）]{0,3}/gu;

/** Sentences in their order, without white space around them. A line's end ends one, too. */
export function sentencesOf(text: string): string[] {
  return text
    .split("\n")
    .flatMap(ofLine)
    .filter((sentence) => sentence !== "");
}

function ofLine(line: string): string[] {
  const sentences: string[] = [];
  let begin = 0;
  for (const match of line.matchAll(end)) {
    const stop = match.index + match[0].length;
    // Long enough for any abbreviation.
    if (match[0] === "." && abbreviation.test(line.slice(Math.max(begin, stop - 24), stop))) continue;
    sentences.push(line.slice(begin, stop).trim());
    begin = stop;
  }
  return [...sentences, line.slice(begin).trim()];
}
