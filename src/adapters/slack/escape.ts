/** Text of strangers on its way to Slack: nothing in it may become a link, a mention or a broadcast, or hide what it is. */
import { clipLine, toOneLine, withoutHidden } from "../../domain/kernel/text.js";

/** One line of at most `maximum` UTF-16 units, for a field that shows text as it is. "…" where nothing is left of it. */
export function toLine(text: string, maximum: number): string {
  // Twice as much as can be shown is looked at: a long text costs no more than a short one.
  const line = toOneLine(withoutHidden(text.slice(0, maximum * 2)));
  return line === "" ? "…" : clipLine(line, maximum);
}

/** The three characters that Slack's markup is made of, as it wants them written: https://docs.slack.dev/messaging/formatting-message-text */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** An address to show as a link: https, no credentials, at most 1,000 characters; undefined for all others. */
export function toLinkUrl(address: string | undefined): string | undefined {
  if (address === undefined || address.length > 1_000 || !URL.canParse(address)) return undefined;
  const { protocol, username, password, href } = new URL(address);
  if (protocol !== "https:" || username !== "" || password !== "") return undefined;
  return href.replaceAll("|", "%7C").replaceAll("<", "%3C").replaceAll(">", "%3E");
}
