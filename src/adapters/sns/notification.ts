/** A message as Amazon SNS carries it: a subject for mail, JSON for machines, attributes for filters. */
import { createHash } from "node:crypto";
import type { MessageAttributeValue, PublishCommandInput } from "@aws-sdk/client-sns";
import type { Instant } from "../../domain/kernel/time.js";
import { clipLine, toOneLine, withoutHidden } from "../../domain/kernel/text.js";
import { fieldsOf, headlineOf } from "../notifications/message.js";
import type { Message } from "../notifications/message.js";

/** SNS's own: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const subjectLength = 100;

/** The shape of `data`; rises only with a change that breaks readers. */
const schemaVersion = 1;

/**
 * What is published to a topic. On a FIFO topic messages about one thing are in order, and the same one again within five
 * minutes is taken, and delivered to nobody. `updated`: it is newer than one with the same `id` that was published before.
 */
export function toNotification(
  message: Message,
  { topicArn, updated = false }: { readonly topicArn: string; readonly updated?: boolean },
): PublishCommandInput {
  const { event: type, ...data } = fieldsOf(message);
  const { source, occurredAt, subject, about } = thingOf(message);
  const { key: id, channel } = message;
  const text = lineOf(headlineOf(message));
  const envelope = { id, source, type, schemaVersion, occurredAt, subject };
  const body = JSON.stringify({ ...envelope, updated, text, channel, data });
  const channelOf: Attributes = channel === undefined ? {} : { channel: attribute(channel) };
  return {
    TopicArn: topicArn,
    Subject: toSubject(text),
    Message: body,
    MessageAttributes: { type: attribute(type), ...about, ...channelOf },
    // Ids of ours may have more characters than SNS takes.
    ...(isFifo(topicArn) && {
      MessageGroupId: hashOf(`${source} ${subject}`),
      // The first message is the same whatever it says by now; of updates each content is one.
      MessageDeduplicationId: hashOf(updated ? `${id} ${body}` : id),
    }),
  };
}

export function isFifo(topicArn: string): boolean {
  return topicArn.endsWith(".fifo");
}

/** ASCII in one line, beginning with a letter or a digit, as SNS asks. What has no ASCII is a question mark. */
export function toSubject(text: string): string {
  const ascii = toOneLine(text.normalize("NFKD").replaceAll(/\p{Mn}/gu, "")).replaceAll(/[^\x20-\x7e]/gu, "?");
  const begun = /^[A-Za-z0-9]/.test(ascii) ? ascii : `Opsledger: ${ascii}`;
  return begun.length <= subjectLength ? begun : `${begun.slice(0, subjectLength - 3).trimEnd()}...`;
}

type Attributes = Readonly<Record<string, MessageAttributeValue>>;

interface Thing {
  readonly source: string;
  readonly occurredAt: Instant;
  readonly subject: string;
  /** By which subscribers may filter. */
  readonly about: Attributes;
}

/** What the message is about. */
function thingOf(message: Message): Thing {
  switch (message.kind) {
    case "batch": {
      const { batchId, project, sealedAt } = message.batch;
      const about = { project: attribute(project) };
      return { source: "opsledger.projects", occurredAt: sealedAt, subject: batchId, about };
    }
    case "event": {
      const { projectEventId, project, occurredAt } = message.event;
      const about = { project: attribute(project) };
      return { source: "opsledger.projects", occurredAt, subject: projectEventId, about };
    }
    case "insight": {
      const { alertId, entityType, predictionType, raisedAt, updatedAt } = message.insight;
      const about = { entityType: attribute(entityType), predictionType: attribute(predictionType) };
      const occurredAt = message.notice === "RAISED" ? raisedAt : updatedAt;
      return { source: "opsledger.insights", occurredAt, subject: alertId, about };
    }
  }
}

function attribute(value: string): MessageAttributeValue {
  return { DataType: "String", StringValue: value === "" ? "none" : value };
}

function lineOf(text: string): string {
  return clipLine(toOneLine(withoutHidden(text.slice(0, 2_000))), 600);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
