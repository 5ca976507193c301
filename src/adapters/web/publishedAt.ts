/** Dates as meta tags of pages write them. */
import { parseInstant } from "../../domain/kernel/time.js";
import type { Instant } from "../../domain/kernel/time.js";

const written = /^(\d{4})[-/](\d{2})[-/](\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** The instant of `2024-01-15`, `2024/01/15` or `2024-01-15T10:30+0100`; without a zone in UTC. Undefined for what is no date. */
export function toPublishedAt(text: string): Instant | undefined {
  const [whole, year, month, day, minutes = "00:00", seconds = ":00", zone = "Z"] = written.exec(text.trim()) ?? [];
  if (whole === undefined) return undefined;
  const offset = zone.replace(/^([+-]\d{2})(\d{2})$/, "$1:$2");
  return parseInstant(`${year}-${month}-${day}T${minutes}${seconds}${offset}`);
}
