/**
 * Messages in Slack's Block Kit. Text of strangers goes only where Slack shows text as it is (`plain_text`, and `text` and
 * `link` elements of `rich_text`); the fallback text, which Slack reads as markup, is escaped.
 */
import type { KnownBlock, RichTextElement } from "@slack/types";
import { redact } from "../../domain/projects/index.js";
import type { BatchMessage, EventMessage, Summary, SummaryClaim, SummaryLink } from "../../domain/projects/index.js";
import { headlineOf, wordsOf } from "../notifications/message.js";
import { toLine, toLinkUrl } from "./escape.js";
import {
  boldText,
  context,
  fallbackText,
  header,
  itemList,
  linkButton,
  plainText,
  richSection,
  section,
  sinceElements,
} from "./parts.js";
import type { SlackMessage } from "./parts.js";

/** Marks our messages among those of a channel. */
export const batchEventType = "opsledger_batch";
export const eventEventType = "opsledger_event";

/** The button that asks for another summary; its value is the batch's id. */
export const regenerateActionId = "opsledger_regenerate_summary";
/** The button that opens the batch in a browser: Slack tells of it, too, and nothing is to be done. */
export const viewActionId = "opsledger_view_batch";

/** The message about a batch. */
export function buildBatchMessage(message: BatchMessage): SlackMessage {
  const { batch, summary, key, revision } = message;
  const heading = batch.critical ? `${batch.project}: critical` : batch.project;
  return {
    text: fallbackText(headlineOf(message)),
    blocks: [
      header(heading),
      section(summary.headline),
      ...claimList("Blockers", summary.blockers),
      ...claimList("Achievements", summary.achievements),
      ...claimList("Themes", summary.themes),
      ...linkList(summary.links),
      context(statsLine(message)),
      buttons(message),
    ],
    metadata: {
      event_type: batchEventType,
      event_payload: { key, batch_id: batch.batchId, project: batch.project, revision },
    },
  };
}

/** The message about one event. */
export function buildEventMessage(message: EventMessage): SlackMessage {
  const { key, event } = message;
  const title = toLine(redact(event.title), 300);
  const url = toLinkUrl(event.url);
  const headline: RichTextElement =
    url === undefined ? boldText(title) : { type: "link", url, text: title, style: { bold: true } };
  const critical: RichTextElement[] = event.importance === "CRITICAL" ? [boldText("Critical: ")] : [];
  const who = event.actor === undefined ? [] : [event.actor.name ?? event.actor.id];
  const about = [event.project, wordsOf(event.source), wordsOf(event.kind), ...who].join(" · ");
  return {
    text: fallbackText(headlineOf(message)),
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
  return itemList(
    title,
    claims.map(({ text, since }) => [{ type: "text", text: toLine(text, 300) }, ...sinceElements(since)]),
  );
}

function linkList(links: readonly SummaryLink[]): KnownBlock[] {
  return itemList(
    "Links",
    links.flatMap(({ label, url }) => {
      const shown = toLinkUrl(url);
      return shown === undefined ? [] : [[{ type: "link", url: shown, text: toLine(label, 200) }]];
    }),
  );
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
  const view = batchUrl === undefined ? [] : [linkButton(viewActionId, "View batch", batchUrl)];
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

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
