/**
 * The marks of a tally as one text. An entity has a mark for each second in which something happened to it, so that an hour may
 * have 3,600; most are one fact without a value, many follow each other at the same distance, and values are mostly multiples
 * of something.
 *
 * Numbers are little-endian groups of five bits, a character each; a character above 31 says that more follows. The text begins
 * with the unit of all totals (their greatest common divisor, 0 where all are 0). Then come runs of marks that differ in nothing
 * but their second: eight times the distance from the mark before (the first: from -1) and three flags, which say what follows:
 * the count (else 1), the total in units (else 0), how often the same comes again.
 */
import { bucketSeconds } from "../../../domain/insights/index.js";
import type { Mark } from "../../../domain/insights/index.js";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const digitOf = new Map([...alphabet].map((character, digit) => [character, digit]));
const group = 32;
const flags = { count: 1, total: 2, again: 4 } as const;
/** What the distance is multiplied with, to make room for the flags. */
const flagRange = 8;

/** The text of marks in the order of their seconds, each second once. At most four characters for a mark with a value up to 16. */
export function encodeMarks(marks: readonly Mark[]): string {
  const unit = marks.reduce((divisor, { total }) => greatestDivisor(divisor, Math.abs(total)), 0);
  let text = encodeNumber(unit);
  for (let index = 0, before = -1; index < marks.length;) {
    const mark = at(marks, index);
    const distance = mark.second - before;
    let again = 0;
    while (repeats(mark, marks[index + again + 1], distance * (again + 1))) again += 1;
    text += encodeNumber(
      distance * flagRange +
        (mark.count === 1 ? 0 : flags.count) +
        (mark.total === 0 ? 0 : flags.total) +
        (again === 0 ? 0 : flags.again),
    );
    if (mark.count !== 1) text += encodeNumber(mark.count);
    if (mark.total !== 0) text += encodeNumber(zigzag(mark.total / unit));
    if (again !== 0) text += encodeNumber(again);
    index += again + 1;
    before = mark.second + distance * again;
  }
  return text;
}

/** The marks of a text. Throws where no marks have that text. */
export function decodeMarks(text: string): readonly Mark[] {
  const marks: Mark[] = [];
  const next = numbersIn(text);
  const unit = next.number();
  for (let second = -1; !next.isAtEnd();) {
    const head = next.number();
    const distance = Math.floor(head / flagRange);
    const has = (flag: number) => ((head % flagRange) & flag) !== 0;
    const count = has(flags.count) ? next.number() : 1;
    const total = has(flags.total) ? unzigzag(next.number()) * unit : 0;
    const times = 1 + (has(flags.again) ? next.number() : 0);
    if (distance < 1 || second + distance * times >= bucketSeconds) throw new Error("no text of marks: beyond an hour");
    for (let time = 0; time < times; time += 1) {
      second += distance;
      marks.push({ second, count, total });
    }
  }
  return marks;
}

function at(marks: readonly Mark[], index: number): Mark {
  const mark = marks[index];
  if (mark === undefined) throw new Error(`no mark ${index}`);
  return mark;
}

function repeats({ second, count, total }: Mark, next: Mark | undefined, distance: number): boolean {
  return next !== undefined && next.second - second === distance && next.count === count && next.total === total;
}

function encodeNumber(value: number): string {
  let text = "";
  let rest = value;
  while (rest >= group) {
    text += alphabet[group + (rest % group)];
    rest = Math.floor(rest / group);
  }
  return text + alphabet[rest];
}

function numbersIn(text: string) {
  let place = 0;
  return {
    isAtEnd: () => place >= text.length,
    number(): number {
      let value = 0;
      for (let weight = 1; ; weight *= group) {
        const digit = digitOf.get(text[place] ?? "");
        if (digit === undefined) throw new Error(`no text of marks: place ${place}`);
        place += 1;
        value += (digit % group) * weight;
        if (digit < group) return value;
      }
    },
  };
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function greatestDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestDivisor(other, one % other);
}
