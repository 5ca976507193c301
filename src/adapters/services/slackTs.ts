/** Slack's `ts`: seconds with six digits behind the point. As a number it would lose some of them (defect B7). */
import { z } from "zod";

export const Ts = z
  .string()
  .regex(/^\d{1,12}(?:\.\d{1,6})?$/, "must be a time as Slack writes it, such as 1642249800.123456");

/** Microseconds since 1970, to compare and to count with. */
export function toMicros(ts: string): bigint {
  const [seconds = "0", fraction = ""] = ts.split(".");
  return BigInt(seconds + fraction.padEnd(6, "0"));
}

export function toTs(micros: bigint): string {
  const digits = micros.toString().padStart(7, "0");
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
