/** JSON as values of the domain. */
import { z } from "zod";

/** JSON as it came. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = Readonly<Record<string, Json>>;

export const JsonValue: z.ZodType<Json> = z.json();

const encoder = new TextEncoder();

/** Bytes of `value` as JSON in UTF-8. */
export function jsonBytes(value: unknown): number {
  return encoder.encode(JSON.stringify(value)).length;
}
