/** One line of text as a summary may have it: no links, no secrets, nothing that hides, not too long. */
import { clipLine, toOneLine, withoutHidden } from "../kernel/text.js";
import { redact } from "./redact.js";

/** Longer texts are cut before they are looked at, so that no text makes the patterns below slow. */
const lookedAt = 2_000;

/** Schemes, `www.`, and names of hosts with a path: links come from events, as links (see `checkSummary`). */
const links =
  /\b(?:[a-z][a-z0-9+.-]{0,20}:\/\/|www\.|mailto:|javascript:|data:)\S*|\b(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}\/\S*/gi;

/** Markdown's and Slack's ways to write a link; what is shown stays. */
const markdownLink = /\[([^\]]{0,300})\]\([^)]{0,1000}\)/g;
const slackLink = /<(?:https?:|mailto:)[^|>]{0,1000}\|([^>]{0,300})>/gi;

/** The text as one line of at most `maximum` characters; links become `[link]`, secrets `redact`'s mark. May be empty. */
export function plainLine(text: string, maximum: number): string {
  const shown = withoutHidden(text.slice(0, lookedAt))
    .replace(slackLink, "$1")
    .replace(markdownLink, "$1")
    .replace(links, "[link]");
  return clipLine(toOneLine(redact(shown)), maximum);
}
