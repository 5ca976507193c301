/** Instants: the one inner form of time, and the ports through which time and ids enter the domain. */

/** An instant as RFC 3339 text in UTC with milliseconds, `2025-01-15T10:30:00.000Z`; sorts as text. */
export type Instant = string;

/** The source of "now". Injected everywhere, so that a rule never depends on when it runs. */
export interface Clock {
  now(): Instant;
}

/** The source of ids: uuid v7, whose order inside one process is the order of creation. */
export interface Ids {
  /** A new id. With `at`, the id carries that instant, so that ids sort by it. */
  next(at?: Instant): string;
}

const zoned = /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;

/**
 * Reads RFC 3339 text and returns the {@link Instant}, or undefined where the text is no instant, has no zone, or lies
 * outside the years 0000 to 9999 in UTC, whose texts would not sort. Digits behind the milliseconds are cut off.
 */
export function parseInstant(text: string): Instant | undefined {
  const [matches, year = "", month = "", day = ""] = zoned.exec(text) ?? [];
  // Date.parse accepts 30 February and rolls it over; an instant that changes its day was never valid.
  if (matches === undefined || Number(day) > daysIn(Number(year), Number(month))) return undefined;
  const milliseconds = Date.parse(text);
  return milliseconds >= earliest && milliseconds <= latest ? toInstant(milliseconds) : undefined;
}

const earliest = Date.parse("0000-01-01T00:00:00.000Z");
const latest = Date.parse("9999-12-31T23:59:59.999Z");

function daysIn(year: number, month: number): number {
  // Date.UTC would take the years 0 to 99 for 1900 to 1999; the calendar repeats every 400 years.
  return new Date(Date.UTC(year + 2_000, month, 0)).getUTCDate();
}

/** The instant that lies `milliseconds` after the Unix epoch. */
export function toInstant(milliseconds: number): Instant {
  return new Date(milliseconds).toISOString();
}

/** Milliseconds since the Unix epoch. */
export function toMilliseconds(instant: Instant): number {
  return Date.parse(instant);
}

/** Whole seconds since the Unix epoch, the unit of DynamoDB's time to live. */
export function toEpochSeconds(instant: Instant): number {
  return Math.floor(Date.parse(instant) / 1000);
}

/** `instant` moved by `days` (may be negative). */
export function addDays(instant: Instant, days: number): Instant {
  return toInstant(toMilliseconds(instant) + days * 86_400_000);
}

/** `instant` moved by `seconds` (may be negative). */
export function addSeconds(instant: Instant, seconds: number): Instant {
  return toInstant(toMilliseconds(instant) + seconds * 1_000);
}
