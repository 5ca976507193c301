/** Maps whose members are named as what JavaScript gives to every object: the SDK would take them for something else. */

/**
 * The value with a Map in the place of each object that has a member of its own named `constructor`: the SDK knows what an
 * object is by `constructor.name`, refuses one in which that is anything, and takes `{"constructor":{"name":"Set"}}` for a
 * set. A Map is stored as the same DynamoDB map. What has no such member is returned as it is, not copied.
 */
export function withOddNames(value: unknown): unknown {
  if (Array.isArray(value)) return listOf(value);
  return isPlainObject(value) ? objectOf(value) : value;
}

function listOf(list: readonly unknown[]): readonly unknown[] {
  const held = list.map(withOddNames);
  return held.some((element, index) => element !== list[index]) ? held : list;
}

function objectOf(object: Readonly<Record<string, unknown>>): unknown {
  const entries = Object.entries(object);
  const held = entries.map(([name, member]) => [name, withOddNames(member)] as const);
  if (Object.hasOwn(object, "constructor")) return new Map(held);
  return held.some(([, member], index) => member !== entries[index]?.[1]) ? Object.fromEntries(held) : object;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
