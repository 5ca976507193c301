/** Items of integration sessions as activity of the session's project: emails, messages and records among pushes and pull requests. */
import { createHash } from "node:crypto";
import type { ActivitySink, ServiceItem } from "../../domain/integrations/index.js";
import { ValidationError } from "../../domain/kernel/errors.js";
import type { Request } from "../../domain/kernel/request.js";
import type { Ids } from "../../domain/kernel/time.js";
import { clip, clipLine, toOneLine, withoutHidden } from "../../domain/kernel/text.js";
import { DeliveryId, limits } from "../../domain/projects/index.js";
import type { IncomingEventInput, ProjectService } from "../../domain/projects/index.js";
import { readableSlackText } from "../webhooks/slackText.js";

export interface ActivitySinkDeps {
  readonly projects: Pick<ProjectService, "ingestMany">;
  readonly ids: Ids;
  /** Told of items that the project does not take. @default nobody */
  readonly log?: { warn(fields: object, message: string): void } | undefined;
}

/**
 * An item's id is its delivery's, so that it is in a project once. What is wrong with an item is told to the log, and the others go
 * on; where the ledger cannot be written, that is thrown.
 */
export function createActivitySink({ projects, ids, log }: ActivitySinkDeps): ActivitySink {
  return {
    async take({ sessionId, serviceType, projectId }, items, actor) {
      const request: Request = { actor, scope: "all", correlationId: ids.next() };
      for (let from = 0; from < items.length; from += limits.ingestItems) {
        const part = items.slice(from, from + limits.ingestItems);
        const events = part.map((item) => toEvent(item, serviceType, projectId));
        // One part after the other: the project's order is that of the items.
        const answers = await projects.ingestMany(events, request);
        for (const [index, answer] of answers.entries()) {
          if (!("refused" in answer)) continue;
          if (!(answer.refused instanceof ValidationError)) throw answer.refused;
          const fields = { sessionId, projectId, itemId: part[index]?.id, problem: answer.refused.message };
          log?.warn(fields, "an item is no activity of the project");
        }
      }
    },
  };
}

function toEvent(item: ServiceItem, serviceType: string, project: string): IncomingEventInput {
  const isMessage = item.kind === "message";
  const text = textOf(item, serviceType);
  return {
    source: serviceType === "slack" ? "SLACK" : "GENERIC",
    deliveryId: deliveryIdOf(item.id),
    project,
    occurredAt: item.occurredAt,
    event: {
      kind: isMessage ? "MESSAGE_POSTED" : "NOTE",
      title: titleOf(item, text),
      ...(text === undefined ? {} : { text: clip(text, limits.text) }),
      labels: [serviceType],
      importance: item.kind === "status" ? "LOW" : "NORMAL",
    },
    eventData: { itemId: item.id, kind: item.kind, data: item.data },
  };
}

function deliveryIdOf(id: string): string {
  return DeliveryId.safeParse(id).success ? id : `sha256-${createHash("sha256").update(id).digest("hex")}`;
}

/** What people would read of it, by the names that services give such things. */
const titles = ["subject", "title", "name", "summary"];
const texts = ["text", "body", "snippet", "message", "description", "caption"];

function titleOf(item: ServiceItem, text: string | undefined): string {
  const said = firstText(item, titles) ?? text?.split("\n", 1)[0];
  const line = said === undefined ? "" : toOneLine(withoutHidden(said));
  return line === "" ? `A new ${item.kind}` : clipLine(line, limits.title);
}

function textOf(item: ServiceItem, serviceType: string): string | undefined {
  const said = firstText(item, texts);
  const shown = serviceType === "slack" ? readableSlackText(said) : said;
  const plain = shown === undefined ? "" : withoutHidden(shown).replaceAll(controls, " ").trim();
  return plain === "" ? undefined : plain;
}

/** Other than tab and line ends. */
const controls = /[^\P{Cc}\t\n\r]/gu;

/** WhatsApp's texts are in an object: `text: { body }`. */
function firstText({ data }: ServiceItem, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = data[name];
    if (typeof value === "string" && value.trim() !== "") return value;
    if (typeof value !== "object" || value === null || Array.isArray(value)) continue;
    const body = "body" in value ? value.body : undefined;
    if (typeof body === "string" && body.trim() !== "") return body;
  }
  return undefined;
}
