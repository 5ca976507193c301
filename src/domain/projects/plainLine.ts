/** One line of text as a summary may have it: no links, no secrets, nothing that hides, not too long. */
import { clipLine, toOneLine, withoutHidden, withoutLinks } from "../kernel/text.js";
import { redact } from "./redact.js";

/** Longer texts are cut before they are looked at, so that no text makes the patterns below slow. */
const lookedAt = 2_000;

/** The text as one line of at most `maximum` characters; links become `[link]`, secrets `redact`'s mark. May be empty. */
export function plainLine(text: string, maximum: number): string {
  const shown = withoutLinks(withoutHidden(text.slice(0, lookedAt)));
  return clipLine(toOneLine(redact(shown)), maximum);
}
