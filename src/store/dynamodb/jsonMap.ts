/** JSON as a DynamoDB map, which cannot hold all that JSON can. */

export interface HeldData {
  readonly map: Readonly<Record<string, unknown>>;
  /** Whether the map is the original; where not, some of it was replaced by the nearest thing that a map can hold. */
  readonly exact: boolean;
}

/**
 * JSON as a map. A value that is no object is put under `value`; a number that DynamoDB or the SDK refuses becomes
 * text; what is no Unicode becomes a replacement character; an empty name becomes a space.
 */
export function toMap(data: unknown): HeldData {
  let exact = true;
  const replaced = <T>(value: T): T => {
    exact = false;
    return value;
  };
  const textOf = (text: string): string => (text.isWellFormed() ? text : replaced(text.toWellFormed()));
  const nameOf = (name: string): string => (name === "" || name === "__proto__" ? replaced(` ${name}`) : textOf(name));
  const mapOf = (object: object): Record<string, unknown> =>
    Object.fromEntries(Object.entries(object).map(([name, value]) => [nameOf(name), held(value)]));
  const held = (value: unknown): unknown => {
    if (typeof value === "string") return textOf(value);
    if (typeof value === "number") return isHoldable(value) ? value : replaced(String(value));
    if (Array.isArray(value)) return value.map(held);
    return typeof value === "object" && value !== null ? mapOf(value) : value;
  };
  const isMap = typeof data === "object" && data !== null && !Array.isArray(data);
  const map = isMap ? mapOf(data) : replaced({ value: held(data) });
  return { map, exact };
}

/** Whether DynamoDB holds a number as one. The SDK refuses whole numbers that JavaScript cannot count, DynamoDB those too near to zero. */
export function isHoldable(number: number): boolean {
  const size = Math.abs(number);
  return size <= Number.MAX_SAFE_INTEGER && (size === 0 || size >= 1e-130);
}
