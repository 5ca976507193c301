/** Ranks of several parts: where an item is in a merged list, as one text that sorts as its parts do. */
import { invalid } from "../../domain/kernel/errors.js";

/** Before and behind every text that we write. */
export const first = " ";
export const last = "\u{10FFFF}";

/** Between the parts: less than every character of a text. */
const between = "\u0000";

/** A rank of several parts; see {@link partsOf}. */
export function toRank(...parts: readonly string[]): string {
  return parts.join(between);
}

/** The parts of a rank that has so many. Throws a ValidationError for `after`, from where a caller's ranks come. */
export function partsOf(rank: string, count: number): readonly string[] {
  const parts = rank.split(between);
  if (parts.length !== count) throw notOurs();
  return parts;
}

/** The text in front of a rank of several parts. Throws as {@link partsOf} does. */
export function partOf(rank: string): string {
  const end = rank.indexOf(between);
  if (end < 0) throw notOurs();
  return rank.slice(0, end);
}

/** What is said of a cursor that none of our ranks is. */
export const notOurs = () => invalid("after", "is not a cursor of this list");
