/**
 * Messages in Slack's Block Kit. Text of strangers goes only where Slack shows text as it is (`plain_text`, and `text` and
 * `link` elements of `rich_text`); the fallback text, which Slack reads as markup, is escaped.
 */
import type { KnownBlock, MessageMetadata, RichTextElement, RichTextSection } from "@slack/types";
import { toMilliseconds } from "../../domain/kernel/index.js";
import { redact } from "../../domain/projects/index.js";
import type { BatchMessage, EventMessage, Summary, SummaryClaim, SummaryLink } from "../../domain/projects/index.js";
import { escapeMrkdwn, toLine, toLinkUrl } from "./escape.js";

/** What is sent to Slack, beside where it goes. */
export interface SlackMessage {
  /** What notifications and screen readers get. */
  readonly text: string;
  readonly blocks: KnownBlock[];
  readonly metadata: MessageMetadata;
}

/** Marks our messages among those of a channel. */
export const batchEventType = "opsledger_batch";
export const eventEventType = "opsledger_event";

/** The button that asks for another summary; its value is the batch's id. */
export const regenerateActionId = "opsledger_regenerate_summary";
/** The button that opens the batch in a browser: Slack tells of it, too, and nothing is to be done. */
export const viewActionId = "opsledger_view_batch";

/** Slack's limits: https://docs.slack.dev/reference/block-kit/blocks */
export const slackLimits = {
  blocks: 50,
  sectionText: 3_000,
  headerText: 150,
  contextText: 2_000,
  fallback: 3_000,
} as const;

/** The message about a batch. */
export function buildBatchMessage(message: BatchMessage): SlackMessage {
  const { batch, summary, key, revision } = message;
  const heading = batch.critical ? `${batch.project}: critical` : batch.project;
  return {
    text: escapeMrkdwn(toLine(`${batch.project}: ${summary.headline}`, slackLimits.fallback / 5)),
    blocks: [
      { type: "header", text: plainText(toLine(heading, slackLimits.headerText)) },
      { type: "section", text: plainText(toLine(summary.headline, slackLimits.sectionText)) },
      ...claimList("Blockers", summary.blockers),
      ...claimList("Achievements", summary.achievements),
      ...claimList("Themes", summary.themes),
      ...linkList(summary.links),
      { type: "context", elements: [plainText(toLine(statsLine(message), slackLimits.contextText))] },
      buttons(message),
    ],
    metadata: {
      event_type: batchEventType,
      event_payload: { key, batch_id: batch.batchId, project: batch.project, revision },
    },
  };
}

/** The message about one event. */
export function buildEventMessage({ key, event }: EventMessage): SlackMessage {
  const title = toLine(redact(event.title), 300);
  const url = toLinkUrl(event.url);
  const headline: RichTextElement =
    url === undefined
      ? { type: "text", text: title, style: { bold: true } }
      : { type: "link", url, text: title, style: { bold: true } };
  const critical: RichTextElement[] =
    event.importance === "CRITICAL" ? [{ type: "text", text: "Critical: ", style: { bold: true } }] : [];
  const who = event.actor === undefined ? [] : [event.actor.name ?? event.actor.id];
  const about = [event.project, wordsOf(event.source), wordsOf(event.kind), ...who].join(" · ");
  return {
    text: escapeMrkdwn(toLine(`${event.project}: ${title}`, slackLimits.fallback / 5)),
    blocks: [
      { type: "rich_text", elements: [richSection([...critical, headline])] },
      { type: "context", elements: [plainText(toLine(about, 500))] },
    ],
    metadata: {
      event_type: eventEventType,
      event_payload: { key, project_event_id: event.projectEventId, project: event.project },
    },
  };
}

function claimList(title: string, claims: readonly (SummaryClaim & { readonly since?: string })[]): KnownBlock[] {
  return bulletList(
    title,
    claims.map(({ text, since }) => [{ type: "text", text: toLine(text, 300) }, ...sinceElement(since)]),
  );
}

/** When a blocker began, in the zone of whoever reads it. */
function sinceElement(since: string | undefined): RichTextElement[] {
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

function linkList(links: readonly SummaryLink[]): KnownBlock[] {
  return bulletList(
    "Links",
    links.flatMap(({ label, url }) => {
      const shown = toLinkUrl(url);
      return shown === undefined ? [] : [[{ type: "link", url: shown, text: toLine(label, 200) }]];
    }),
  );
}

function bulletList(title: string, items: readonly RichTextElement[][]): KnownBlock[] {
  if (items.length === 0) return [];
  return [
    {
      type: "rich_text",
      elements: [
        richSection([{ type: "text", text: title, style: { bold: true } }]),
        { type: "rich_text_list", style: "bullet", elements: items.map(richSection) },
      ],
    },
  ];
}

function richSection(elements: RichTextElement[]): RichTextSection {
  return { type: "rich_text_section", elements };
}

function statsLine({ batch, summary: { stats }, revision, modelUsed }: BatchMessage): string {
  return [
    `${counted(batch.eventCount, "event")} by ${counted(stats.actors, "person", "people")}`,
    ...sourceCounts(stats),
    ...(stats.alreadyNotified === 0 ? [] : [`${stats.alreadyNotified} told of before`]),
    ...(stats.omitted === 0 ? [] : [`${stats.omitted} left out`]),
    batch.batchId,
    ...(revision === 1 ? [] : [`summary ${revision}`]),
    modelUsed,
  ].join(" · ");
}

function sourceCounts({ bySource }: Summary["stats"]): string[] {
  const counts = Object.entries(bySource).filter(([, count]) => count > 0);
  return counts.length === 0 ? [] : [counts.map(([source, count]) => `${wordsOf(source)} ${count}`).join(", ")];
}

function buttons({ batch, batchUrl }: BatchMessage): KnownBlock {
  const view = batchUrl === undefined ? [] : [viewButton(batchUrl)];
  return {
    type: "actions",
    elements: [
      ...view,
      {
        type: "button",
        action_id: regenerateActionId,
        text: plainText("Regenerate summary"),
        value: batch.batchId,
      },
    ],
  };
}

function viewButton(url: string) {
  return { type: "button" as const, action_id: viewActionId, text: plainText("View batch"), url };
}

/** `emoji: false`: nothing in the text becomes a picture. */
function plainText(text: string) {
  return { type: "plain_text" as const, text, emoji: false };
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `PULL_REQUEST_MERGED` as people write it. */
function wordsOf(constant: string): string {
  return constant.toLowerCase().replaceAll("_", " ");
}
