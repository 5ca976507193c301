/** JSON as DynamoDB holds it: maps, where it can; else the text. */
import type { Json, JsonObject } from "../../../domain/kernel/json.js";
import { isHoldable, toMap } from "../../dynamodb/jsonMap.js";

/** DynamoDB takes 32 levels; so many are left inside of an item's own maps. */
const levelsAtMost = 24;

/** The one member of a map that is the text of what no map can hold. */
const asText = "json";

/** JSON as a DynamoDB map; as one with its text where DynamoDB cannot hold it as it is. */
export function toHeld(value: JsonObject): JsonObject {
  return isDeeperThan(value, levelsAtMost) || isText(value) || !toMap(value).exact
    ? { [asText]: JSON.stringify(value) }
    : value;
}

/** What {@link toHeld} was given. */
export function fromHeld(map: JsonObject): JsonObject {
  return isText(map) ? (readText(map) as JsonObject) : map;
}

function readText({ [asText]: held }: JsonObject): Json {
  // Written by toHeld; one that somebody edited is nothing.
  return typeof held === "string" ? (JSON.parse(held) as Json) : null;
}

function isText(map: JsonObject): boolean {
  return Object.keys(map).join() === asText;
}

function isDeeperThan(value: Json, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((member: Json) => isDeeperThan(member, levels - 1));
}

/** What DynamoDB does not hold as a number, such as one that is too near to zero, is a text. */
export function toHeldNumber(number: number): number | string {
  return isHoldable(number) ? number : String(number);
}

/** An output that is no object is held as it is, where that can be done. */
export function toHeldOutput(output: Json): Json {
  if (isObject(output)) return toHeld(output);
  const { value } = toHeld({ value: output });
  return value === undefined ? { [asText]: JSON.stringify(output) } : output;
}

export function fromHeldOutput(held: Json): Json {
  return isObject(held) && isText(held) ? readText(held) : held;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
