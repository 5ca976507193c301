/** Items of an answer, with what is needed to go on behind them. */
import type { Json } from "../../domain/kernel/json.js";
import { createHash } from "node:crypto";
import type { ServiceItem } from "../../domain/integrations/index.js";
import { parseInstant, toInstant } from "../../domain/kernel/time.js";
import type { Instant } from "../../domain/kernel/time.js";
import { badAnswer } from "./httpAsk.js";
import { listAt, toData } from "./httpJson.js";
import { at, textAt } from "./httpState.js";
import type { HttpState } from "./httpState.js";

export interface Entry {
  readonly item: ServiceItem;
  /** Of its id: what is remembered of it. */
  readonly hash: string;
  /** Where cursors are taken from items. */
  readonly cursor: string | undefined;
}

/** In the order of the answer; what is in it twice is there once. @throws ServiceFailure where it is not as the state says */
export function entriesOf(answer: Json, state: HttpState): readonly Entry[] {
  const list = listAt(answer, state.itemsPath);
  if (list === undefined) throw badAnswer(`no list at "${state.itemsPath}"`);
  const source = sourceOf(state.url);
  const entries = new Map<string, Entry>();
  for (const one of list) {
    const entry = toEntry(one, state, source);
    if (!entries.has(entry.hash)) entries.set(entry.hash, entry);
  }
  return [...entries.values()];
}

function toEntry(one: Json, state: HttpState, source: string): Entry {
  const id = textAt(one, state.idPath);
  if (id === undefined) throw badAnswer(`an item without an id at "${state.idPath}"`);
  const cursor = state.cursorFromItem === undefined ? undefined : textAt(one, state.cursorFromItem);
  if (state.cursorFromItem !== undefined && cursor === undefined) {
    throw badAnswer(`an item without a cursor at "${state.cursorFromItem}"`);
  }
  const occurredAt = state.timePath === undefined ? undefined : timeOf(at(one, state.timePath));
  const item: ServiceItem = {
    id: `http:${source}:${shown(id)}`,
    kind: state.kind ?? "record",
    ...(occurredAt === undefined ? {} : { occurredAt }),
    data: toData(one),
  };
  return { item, hash: createHash("sha256").update(id).digest("base64url").slice(0, 11), cursor };
}

/** The address without its query: parameters change, what is there does not. */
function sourceOf(address: string): string {
  const { origin, pathname } = new URL(address);
  return hex(`${origin}${pathname}`).slice(0, 16);
}

/** Long ids, and such as hold other characters, are told as a hash. */
function shown(id: string): string {
  return /^[\x21-\x7e]{1,200}$/.test(id) ? id : `sha256-${hex(id)}`;
}

function hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** RFC 3339, or seconds or milliseconds since 1970; undefined for anything else. */
function timeOf(value: Json | undefined): Instant | undefined {
  if (typeof value === "string" && !/^\d+(\.\d+)?$/.test(value)) return parseInstant(value);
  const number = typeof value === "string" ? Number(value) : value;
  if (typeof number !== "number" || number < 0 || number >= latest) return undefined;
  return toInstant(Math.floor(number < secondsUntil ? number * 1_000 : number));
}

/** Seconds until the year 5138; as milliseconds it is 1973. */
const secondsUntil = 1e11;
const latest = 253_402_300_800_000;
