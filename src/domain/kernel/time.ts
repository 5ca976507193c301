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

const zoned = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;

/** Reads RFC 3339 text and returns the {@link Instant}, or undefined where the text is no instant or has no zone. */
export function parseInstant(text: string): Instant | undefined {
  if (!zoned.test(text)) return undefined;
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) return undefined;
  // Date.parse accepts 30 February and rolls it over; an instant that changes its day was never valid.
  const day = Number(text.slice(8, 10));
  const daysInMonth = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
  return day > daysInMonth ? undefined : toInstant(milliseconds);
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
