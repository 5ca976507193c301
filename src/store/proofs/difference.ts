/** What verify finds: one thing that is not as the log says, or a place where the log contradicts itself. */
import { canonicalJson } from "../../domain/kernel/hashChain.js";
import type { Item } from "../dynamodb/rowWrite.js";

export interface Difference {
  /** LOG: the events themselves; no rebuild mends those. ROW: a row of a view. RECORD: an idempotency record. FEED: the change feed. COUNTER: a counter or checkpoint. DIGEST: the whole. */
  readonly kind: "LOG" | "ROW" | "RECORD" | "FEED" | "COUNTER" | "DIGEST";
  /** The stream, or the table and the key of the row. */
  readonly where: string;
  /** Which attribute, or what of it. */
  readonly attribute: string;
  readonly expected: string;
  readonly found: string;
}

/** A difference as one line of text. */
export function describeDifference({ kind, where, attribute, expected, found }: Difference): string {
  return `${kind} ${where} · ${attribute}: expected ${expected}, found ${found}`;
}

/** Attribute by attribute, how `found` differs from `expected`; the attributes in `except` are not compared. */
export function compareItems(
  where: string,
  expected: Item,
  found: Item,
  except: ReadonlySet<string> = new Set(),
): readonly Difference[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])].filter((name) => !except.has(name));
  return names
    .filter((attribute) => !isSame(expected[attribute], found[attribute]))
    .sort()
    .map((attribute) => ({
      kind: "ROW",
      where,
      attribute,
      ...around(show(expected[attribute]), show(found[attribute])),
    }));
}

/** A value as text for people; absent ones have a word. */
export function show(value: unknown): string {
  return value === undefined ? "nothing" : typeof value === "string" ? JSON.stringify(value) : canonicalJson(value);
}

function isSame(expected: unknown, found: unknown): boolean {
  if (expected === found) return true;
  return expected !== undefined && found !== undefined && canonicalOf(expected) === canonicalOf(found);
}

/** Text that holds JSON is compared by what it says: the order of its keys depends on how a state came about. */
function canonicalOf(value: unknown): string {
  if (typeof value !== "string" || !/^[[{]/.test(value)) return canonicalJson(value);
  try {
    return `json ${canonicalJson(JSON.parse(value))}`;
  } catch {
    return canonicalJson(value);
  }
}

const shown = 60;

/** Two texts, cut to where they begin to differ. */
function around(expected: string, found: string): { readonly expected: string; readonly found: string } {
  let same = 0;
  while (same < expected.length && expected[same] === found[same]) same += 1;
  const from = Math.max(0, same - shown / 2);
  const cut = (text: string) =>
    text.length <= shown * 2
      ? text
      : `${from > 0 ? "…" : ""}${text.slice(from, from + shown * 2)}${from + shown * 2 < text.length ? "…" : ""}`;
  return { expected: cut(expected), found: cut(found) };
}
