/** Every message that people get, from whichever context, and the words that all ways of sending one share. */
import { redact } from "../../domain/projects/index.js";
import type { ProjectMessage } from "../../domain/projects/index.js";
import type { InsightMessage } from "../../domain/insights/index.js";

export type Message = ProjectMessage | InsightMessage;

/** What the message says in one line. It may be long, and is not escaped; secrets are out. */
export function headlineOf(message: Message): string {
  switch (message.kind) {
    case "batch":
      return `${message.batch.project}: ${message.summary.headline}`;
    case "event":
      return `${message.event.project}: ${redact(message.event.title)}`;
    case "insight":
      return `${insightHeading(message)}: ${insightAbout(message)}`;
  }
}

/** `Resolved: Low health score`. */
export function insightHeading({ notice, insight }: InsightMessage): string {
  const title = redact(insight.title);
  return notice === "RESOLVED" ? `Resolved: ${title}` : title;
}

/** `student stu_4532, risk 82`. */
export function insightAbout({ insight: { entityType, entityId, riskScore } }: InsightMessage): string {
  return `${wordsOf(entityType)} ${entityId}, risk ${shownNumber(riskScore)}`;
}

/** How an insight has ended, for a message that says so; undefined where it is open. */
export function endingOf({ insight }: InsightMessage): string | undefined {
  const { resolved, dismissed } = insight;
  switch (insight.status) {
    case "RESOLVED":
      return resolved && endings[resolved.cause](resolved.by);
    case "DISMISSED":
      return dismissed && `Dismissed by ${dismissed.by}: ${wordsOf(dismissed.reason)}`;
    case "EXPIRED":
      return "Its time is over; nobody has closed it";
    case "OPEN":
    case "ACKNOWLEDGED":
      return undefined;
  }
}

const endings = {
  RECOVERED: () => "Recovered: its conditions hold no more",
  RULE_DISABLED: () => "Its rule was disabled",
  USER: (by: string) => `Resolved by ${by}`,
} as const;

/** `sessions_7d: 0 (level 2)`; a number of the evidence, in words. */
export function evidenceLine({ name, value, level }: InsightMessage["insight"]["evidence"][number]): string {
  const shown = value === null ? "no value" : shownNumber(value);
  return `${name}: ${shown}${level === undefined ? "" : ` (level ${shownNumber(level)})`}`;
}

/** At most three digits behind the point. */
export function shownNumber(value: number): string {
  return String(Math.round(value * 1_000) / 1_000);
}

/** `PULL_REQUEST_MERGED` as people write it. */
export function wordsOf(constant: string): string {
  return constant.toLowerCase().replaceAll("_", " ");
}

/** The fields of a message for machines: a log's line, the body of a notification. Secrets are out. */
export function fieldsOf(message: Message): { readonly event: string } & Readonly<Record<string, unknown>> {
  switch (message.kind) {
    case "batch":
      return batchFields(message);
    case "event": {
      const { projectEventId, project, source, kind, importance, url } = message.event;
      return { event: "project.notification", projectEventId, project, source, kind, importance, url };
    }
    case "insight":
      return insightFields(message);
  }
}

function batchFields({ batch, summary, revision, modelUsed, batchUrl }: Extract<Message, { readonly kind: "batch" }>) {
  const textsOf = (claims: readonly { readonly text: string }[]) => claims.map(({ text }) => text);
  return {
    event: "project.summary",
    batchId: batch.batchId,
    project: batch.project,
    events: batch.eventCount,
    revision,
    modelUsed,
    batchUrl,
    blockers: textsOf(summary.blockers),
    achievements: textsOf(summary.achievements),
    themes: textsOf(summary.themes),
  };
}

function insightFields({ notice, insight, insightUrl }: InsightMessage) {
  const { alertId, entityType, entityId, predictionType, status, riskScore, explanation, origin } = insight;
  return {
    event: `insight.${notice.toLowerCase()}`,
    alertId,
    entityType,
    entityId,
    predictionType,
    status,
    riskScore,
    explanation: redact(explanation),
    evidence: insight.evidence,
    recommendations: insight.recommendations.map(({ text }) => redact(text)),
    raisedAt: insight.raisedAt,
    modelUsed: origin.modelUsed,
    insightUrl,
  };
}
