/** JSON as it is read from a service that nobody here knows: no digit is lost, and nothing nests without end. */
import { jsonBytes } from "../../domain/kernel/json.js";
import type { Json, JsonObject } from "../../domain/kernel/json.js";
import { limits } from "../../domain/integrations/index.js";
import { clip } from "../../domain/kernel/text.js";
import { at } from "./httpState.js";

/** Arrays and objects inside each other. */
const deepest = 64;

/**
 * Parses. Numbers that JavaScript would change (18446744073709551615, or a fraction of more digits than it holds) become texts with all
 * their digits. @throws SyntaxError
 */
export function parseJson(text: string): Json {
  // What JSON.parse returns is JSON; its type is any.
  const value = JSON.parse(text) as Json;
  if (isDeeper(value, deepest)) throw new SyntaxError(`nests more than ${deepest} levels`);
  if (!long.test(text)) return value;
  // The text is JSON, so each match is a whole text or a whole number.
  return JSON.parse(text.replace(tokens, (token) => (isKept(token) ? token : `"${token}"`))) as Json;
}

const long = /[\d.]{16}|[eE][+-]?\d{3}/;
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

function isKept(token: string): boolean {
  if (token.startsWith('"')) return true;
  const value = Number(token);
  return Number.isFinite(value) && (token.length < 16 || digitsOf(token) === digitsOf(String(value)));
}

/** Those that count: without sign, dot, exponent, and zeros at the ends. */
function digitsOf(token: string): string {
  return token
    .replace(/[eE].*$/, "")
    .replace(/[-.]/g, "")
    .replace(/^0+/, "")
    .replace(/0+$/, "");
}

function isDeeper(value: Json, left: number): boolean {
  if (value === null || typeof value !== "object") return false;
  if (left === 0) return true;
  return Object.values(value).some((member: Json) => isDeeper(member, left - 1));
}

/**
 * What is told of an item: its members, or `value` where it is no object. Of one that is longer than an item may be, the members
 * that fit, and `omitted` with the names of the others.
 */
export function toData(item: Json): JsonObject {
  const whole = isObject(item) ? item : { value: item };
  if (jsonBytes(whole) <= mostBytes) return whole;
  const kept: [string, Json][] = [];
  const omitted: string[] = [];
  let bytes = 0;
  for (const [name, value] of Object.entries(whole)) {
    const size = jsonBytes(name) + jsonBytes(value) + 2;
    if (bytes + size <= mostBytes - namesBytes) {
      kept.push([name, value]);
      bytes += size;
    } else if (omitted.length < 100) omitted.push(clip(name, 100));
  }
  return { ...Object.fromEntries(kept), omitted };
}

/** With room for the item's id, kind and time. */
const mostBytes = limits.itemBytes - 2_000;
const namesBytes = 40_000;

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The list of an answer; undefined where there is none. */
export function listAt(answer: Json, pointer: string): readonly Json[] | undefined {
  const found = at(answer, pointer);
  return Array.isArray(found) ? found : undefined;
}
