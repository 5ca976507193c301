/** The form of what people and machines write: texts, names, ids and instants, as zod schemas that every context uses. */
import { z } from "zod";
import { parseInstant } from "./time.js";

/** Control characters other than tab and line ends have no place in what people write. */
export const isPlain = (value: string) =>
  value.isWellFormed() && ![...value].some((character) => character < " " && !"\t\n\r".includes(character));
const plain = "must be well-formed Unicode without control characters";

/** A text that may be empty. */
export const textOrNone = (maximum: number) =>
  z.string().trim().max(maximum, `must have at most ${maximum} characters`).refine(isPlain, plain);

/** A text that says something. */
export const text = (maximum: number) =>
  z
    .string()
    .trim()
    .min(1, "must not be empty")
    .max(maximum, `must have at most ${maximum} characters`)
    .refine(isPlain, plain);

/** A name without spaces. "#" joins the parts of the seeds' keys, so no name may hold one. */
export const word = (what: string, maximum: number) =>
  z
    .string()
    .max(maximum, `must have at most ${maximum} characters`)
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._@:/+-]*$/,
      `must be ${what}: letters, digits and . _ @ : / + - only, beginning with a letter or digit`,
    );

export const Uuid = z.uuid("must be a uuid").transform((value) => value.toLowerCase());

export const Zoned = z.string().transform((value, context) => {
  const instant = parseInstant(value);
  if (instant === undefined) {
    context.addIssue({
      code: "custom",
      message: "must be an RFC 3339 date and time with a zone, such as 2025-01-15T10:30:00Z",
    });
    return z.NEVER;
  }
  return instant;
});

/** When something happened. Ids carry the time since 1970, so nothing can have happened earlier. */
export const Occurred = Zoned.refine((instant) => instant >= "1970-01-01T00:00:00.000Z", "must not lie before 1970");
