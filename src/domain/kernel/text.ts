/** The form of what people and machines write: texts, names, ids and instants, as zod schemas that every context uses. */
import { z } from "zod";
import { parseInstant } from "./time.js";

/** Characters that are not seen, or turn the direction of what follows. */
const hidden = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Well-formed Unicode, without characters that hide something. */
export function withoutHidden(value: string): string {
  return value.toWellFormed().replace(hidden, "");
}

/** As one line: runs of white space and control characters become one space, none is at the ends. */
export function toOneLine(value: string): string {
  return value.replace(/[\s\p{Cc}]+/gu, " ").trim();
}

/** The text, or its beginning: at most `maximum` UTF-16 units, no character cut in two. */
export function clip(value: string, maximum: number): string {
  const kept = value.slice(0, maximum);
  return /[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept;
}

/** The line, or its beginning and an ellipsis: at most `maximum` UTF-16 units, no character cut in two. */
export function clipLine(line: string, maximum: number): string {
  if (line.length <= maximum) return line;
  return `${clip(line, maximum - 1).trimEnd()}…`;
}

/** Schemes, `www.`, and names of hosts with a path. */
const links =
  /\b(?:[a-z][a-z0-9+.-]{0,20}:\/\/|www\.|mailto:|javascript:|data:)\S*|\b(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}\/\S*/gi;

/** Markdown's and Slack's ways to write a link; what is shown stays. */
const markdownLink = /\[([^\]]{0,300})\]\([^)]{0,1000}\)/g;
const slackLink = /<(?:https?:|mailto:)[^|>]{0,1000}\|([^>]{0,300})>/gi;

/** The text with `[link]` in the place of every link; of those written in Markdown or for Slack, what is shown stays. Cut long texts first. */
export function withoutLinks(value: string): string {
  return value.replace(slackLink, "$1").replace(markdownLink, "$1").replace(links, "[link]");
}

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

/** The uuid that a text is, in lower case; undefined for any other text. */
export function readUuid(value: string): string | undefined {
  return Uuid.safeParse(value).data;
}

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
