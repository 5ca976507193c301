/** Objects whose optional members are absent, not undefined: what is stored and compared has only one form of "none". */

/** As `T`, without members that hold undefined. */
export type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** A copy of `value` without the members that are undefined. */
export function present<T extends object>(value: T): Present<T> {
  // fromEntries knows nothing of the members' types; they are those of `value`.
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Present<T>;
}
