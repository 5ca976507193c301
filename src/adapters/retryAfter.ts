/** The header Retry-After of HTTP. */

const longestMilliseconds = 86_400_000;

/** Milliseconds to wait, a day at most; the header says seconds or a date. Undefined where it says neither. */
export function parseRetryAfter(header: string | undefined, nowMilliseconds: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d{1,15}$/.test(text)) return Math.min(Number(text) * 1_000, longestMilliseconds);
  // `Wed, 21 Oct 2025 07:28:00 GMT`; what else Date.parse takes for a date is none.
  if (!/^[A-Z][a-z]{2,8}, .{10,40}$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.min(Math.max(at - nowMilliseconds, 0), longestMilliseconds);
}
