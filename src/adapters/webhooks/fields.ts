/** Reads JSON with suspicion: fields have the names that a source documents, and values of any type. */

type NamesIn<T> = T extends unknown ? keyof T & string : never;

/** An object that should be a `T`, of which nothing is known but the names. */
export type Fields<T> = { readonly [Name in NamesIn<T>]?: unknown };

/** The fields of a value; none where it is no object. */
export function fieldsOf<T>(value: unknown): Fields<T> {
  // Every field is optional and unknown, so any object has this type.
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text that says something. JSON may hold halves of characters, which no address can be made of: they are replaced. */
export function stringOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.toWellFormed() : undefined;
}

/** A number, or a text that is one, as a text: how sources write their ids. */
export function idOf(value: unknown): string | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) ? String(value) : stringOf(value);
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  // Array.isArray makes any[] of unknown.
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** The first line of a text. */
export function firstLineOf(value: unknown): string | undefined {
  return stringOf(stringOf(value)?.trim().split(/\r?\n/, 1)[0]);
}
