/** Characters that people do not see and that change what they see: a title must not read otherwise than it is written. */

/** Turns of the writing direction, marks without width, and the characters of tags, in which a text can hide from its readers. */
const hidden = /[\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u007f-\u009f\u{e0000}-\u{e007f}]/gu;
/** Joiners belong between letters of some scripts and within emoji; beside anything else they hide. */
const strayJoiner =
  /(?<![^\0-\x7f\s])[\u200c\u200d]+|[\u200c\u200d]+(?![^\0-\x7f\s])|(?<=[\u200c\u200d])[\u200c\u200d]+/gu;

/** The text without hidden characters. Doing it again changes nothing. */
export function withoutHidden(text: string): string {
  return text.replaceAll(hidden, (character) => (isLineEnd(character) ? "\n" : "")).replaceAll(strayJoiner, "");
}

function isLineEnd(character: string): boolean {
  return character === "\u2028" || character === "\u2029" || character === "\u0085";
}
