/** Keeps the original of an event within limits (defect P16): what is too deep, too long or too much is left out, and says so. */
import { jsonBytes } from "../kernel/json.js";
import type { Json } from "../kernel/json.js";
import { limits } from "./values.js";

export interface Clipped {
  /** Absent where there is none. */
  readonly eventData?: Json;
  /** Whether `eventData` lacks something of the original. */
  readonly clipped: boolean;
}

interface Bounds {
  readonly depth: number;
  /** Characters of a string, and of a name. */
  readonly characters: number;
  /** Elements of a list. */
  readonly elements: number;
  /** Members of an object. */
  readonly members: number;
}

/** One after the other, until what is left is small enough. The last one always is: 5 + 5² short members at most. */
const bounds: readonly Bounds[] = [
  { depth: limits.eventDataDepth, characters: limits.eventDataBytes, elements: 1_000, members: 1_000 },
  { depth: limits.eventDataDepth, characters: 2_000, elements: 50, members: 200 },
  { depth: 8, characters: 500, elements: 20, members: 100 },
  { depth: 6, characters: 200, elements: 10, members: 50 },
  { depth: 4, characters: 100, elements: 5, members: 30 },
  { depth: 2, characters: 50, elements: 5, members: 20 },
];

const ellipsis = "…";
/** `original` within `limits.eventDataBytes` and `limits.eventDataDepth`. Throws RangeError where it is nested beyond any use. */
export function clipJson(original: Json | undefined): Clipped {
  if (original === undefined) return { clipped: false };
  for (const bound of bounds) {
    const cutter = createCutter(bound);
    const eventData = cutter.cut(original, 1);
    if (jsonBytes(eventData) <= limits.eventDataBytes) return { eventData, clipped: cutter.hasCut() };
  }
  return { clipped: true };
}

function createCutter({ depth, characters, elements, members }: Bounds) {
  let cuts = 0;

  const cutText = (text: string): string => {
    if (text.length <= characters && text.isWellFormed()) return text;
    cuts += 1;
    // Cut between characters: half a surrogate pair is no text.
    return text.length <= characters ? text.toWellFormed() : `${text.slice(0, characters).toWellFormed()}${ellipsis}`;
  };

  const cutList = (list: readonly Json[], level: number): Json => {
    if (list.length > elements) cuts += 1;
    return list.slice(0, elements).map((element) => cut(element, level + 1));
  };

  const cutObject = (object: Readonly<Record<string, Json>>, level: number): Json => {
    const names = Object.keys(object);
    if (names.length > members) cuts += 1;
    // fromEntries, as an assignment to a member called __proto__ would be lost.
    return Object.fromEntries(
      names.slice(0, members).map((name) => [cutText(name), cut(object[name] ?? null, level + 1)]),
    );
  };

  const cut = (value: Json, level: number): Json => {
    if (typeof value === "string") return cutText(value);
    if (value === null || typeof value !== "object") return value;
    if (level > depth) {
      cuts += 1;
      return ellipsis;
    }
    return isList(value) ? cutList(value, level) : cutObject(value, level);
  };

  return { cut, hasCut: () => cuts > 0 };
}

/** Array.isArray does not know lists that are readonly. */
function isList(value: readonly Json[] | { readonly [key: string]: Json }): value is readonly Json[] {
  return Array.isArray(value);
}
