/** The message about an insight in Slack's Block Kit; what is said of strangers' text in `blocks.ts` holds here, too. */
import type { KnownBlock, RichTextElement } from "@slack/types";
import type { InsightMessage } from "../../domain/insights/index.js";
import { redact } from "../../domain/projects/index.js";
import { endingOf, evidenceLine, headlineOf, insightHeading, shownNumber, wordsOf } from "../notifications/message.js";
import { toLine } from "./escape.js";
import {
  boldText,
  context,
  fallbackText,
  header,
  itemList,
  linkButton,
  richSection,
  section,
  sinceElements,
} from "./parts.js";
import type { SlackMessage } from "./parts.js";

/** Marks our messages among those of a channel. */
export const insightEventType = "opsledger_insight";
/** The button that opens the insight in a browser. */
export const viewInsightActionId = "opsledger_view_insight";

/**
 * Raised: what was found, the numbers that it rests on, and what to do. Resolved: that it is over, and how. What has ended
 * meanwhile says so in either.
 */
export function buildInsightMessage(message: InsightMessage): SlackMessage {
  const { key, notice, insight, insightUrl } = message;
  const ending = endingOf(message);
  return {
    text: fallbackText(headlineOf(message)),
    blocks: [
      header(insightHeading(message)),
      { type: "rich_text", elements: [richSection(aboutElements(message))] },
      ...(ending === undefined ? [] : [section(ending)]),
      ...(notice === "RESOLVED" ? [] : found(insight)),
      context(originLine(message)),
      ...(insightUrl === undefined ? [] : [viewButton(insightUrl)]),
    ],
    metadata: {
      event_type: insightEventType,
      event_payload: { key, alert_id: insight.alertId, notice, entity_id: insight.entityId },
    },
  };
}

/** Risk and entity, with what is open since when. */
function aboutElements({ notice, insight }: InsightMessage): RichTextElement[] {
  const { riskScore, peakRiskScore, entityType, entityId, raisedAt } = insight;
  const risk =
    notice === "RESOLVED" ? `Risk was up to ${shownNumber(peakRiskScore)}` : `Risk ${shownNumber(riskScore)}`;
  return [
    boldText(`${risk} of 100`),
    { type: "text", text: ` · ${wordsOf(entityType)} ` },
    { type: "text", text: toLine(entityId, 150), style: { code: true } },
    ...sinceElements(raisedAt),
  ];
}

function found({ explanation, evidence, recommendations }: InsightMessage["insight"]): KnownBlock[] {
  return [
    section(redact(explanation)),
    ...itemList(
      "Evidence",
      evidence.map((one) => [{ type: "text", text: toLine(evidenceLine(one), 300) }]),
      "ordered",
    ),
    ...itemList(
      "What to do",
      recommendations.map(({ text, done }) => [
        { type: "text", text: toLine(redact(text), 300), ...(done === undefined ? {} : { style: { strike: true } }) },
      ]),
    ),
  ];
}

function originLine({ insight }: InsightMessage): string {
  const { predictionType, alertId, origin, acknowledged } = insight;
  const by = acknowledged === undefined ? [] : [`acknowledged by ${acknowledged.by}`];
  return [wordsOf(predictionType), ...by, alertId, origin.modelUsed].join(" · ");
}

function viewButton(url: string): KnownBlock {
  return { type: "actions", elements: [linkButton(viewInsightActionId, "View insight", url)] };
}
