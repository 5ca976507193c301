/** The parts that messages in Slack's Block Kit are made of: all of them show text as it is. */
import type { KnownBlock, MessageMetadata, RichTextElement, RichTextSection } from "@slack/types";
import { toMilliseconds } from "../../domain/kernel/index.js";
import { escapeMrkdwn, toLine } from "./escape.js";

/** What is sent to Slack, beside where it goes. */
export interface SlackMessage {
  /** What notifications and screen readers get. */
  readonly text: string;
  readonly blocks: KnownBlock[];
  readonly metadata: MessageMetadata;
}

/** Slack's limits: https://docs.slack.dev/reference/block-kit/blocks */
export const slackLimits = {
  blocks: 50,
  sectionText: 3_000,
  headerText: 150,
  contextText: 2_000,
  fallback: 3_000,
} as const;

/** The text of notifications, which Slack reads as markup. */
export function fallbackText(text: string): string {
  // Escaped, a character is five at most.
  return escapeMrkdwn(toLine(text, slackLimits.fallback / 5));
}

/** `emoji: false`: nothing in the text becomes a picture. */
export function plainText(text: string) {
  return { type: "plain_text" as const, text, emoji: false };
}

export function boldText(text: string): RichTextElement {
  return { type: "text", text, style: { bold: true } };
}

export function header(text: string): KnownBlock {
  return { type: "header", text: plainText(toLine(text, slackLimits.headerText)) };
}

export function section(text: string): KnownBlock {
  return { type: "section", text: plainText(toLine(text, slackLimits.sectionText)) };
}

export function context(text: string): KnownBlock {
  return { type: "context", elements: [plainText(toLine(text, slackLimits.contextText))] };
}

/** A title and its items, with bullets or numbers; nothing where there are none. */
export function itemList(
  title: string,
  items: readonly RichTextElement[][],
  style: "bullet" | "ordered" = "bullet",
): KnownBlock[] {
  if (items.length === 0) return [];
  return [
    {
      type: "rich_text",
      elements: [richSection([boldText(title)]), { type: "rich_text_list", style, elements: items.map(richSection) }],
    },
  ];
}

export function richSection(elements: RichTextElement[]): RichTextSection {
  return { type: "rich_text_section", elements };
}

/** ` (since 2 Jun, 14:00)` in the zone of whoever reads it; nothing where it is no instant. */
export function sinceElements(since: string | undefined): RichTextElement[] {
  const milliseconds = since === undefined ? Number.NaN : toMilliseconds(since);
  if (since === undefined || !Number.isFinite(milliseconds)) return [];
  return [
    { type: "text", text: " (since " },
    {
      type: "date",
      timestamp: Math.floor(milliseconds / 1_000),
      format: "{date_short_pretty}, {time}",
      fallback: `${since.slice(0, 16).replace("T", " ")} UTC`,
    },
    { type: "text", text: ")" },
  ];
}

/** A button that opens an address in a browser: Slack tells of it, too, and nothing is to be done. */
export function linkButton(actionId: string, label: string, url: string) {
  return { type: "button" as const, action_id: actionId, text: plainText(label), url };
}
