/** Service states as DynamoDB maps, which cannot hold all that JSON can. */
import type { Json, JsonObject } from "../../../domain/kernel/json.js";
import { toMap } from "../../dynamodb/jsonMap.js";
import type { HeldData } from "../../dynamodb/jsonMap.js";

/** DynamoDB takes 32 levels; so many are left inside of the attribute's own map. */
const levelsAtMost = 24;

/** The state as a map; not exact where somebody must keep the original elsewhere. What is too deep for any map is an empty one. */
export function toHeldState(state: JsonObject): HeldData {
  return isDeeperThan(state, levelsAtMost) ? { map: {}, exact: false } : toMap(state);
}

function isDeeperThan(value: Json, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((member: Json) => isDeeperThan(member, levels - 1));
}
