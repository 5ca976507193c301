/** Messages for notifiers in short: tests say what matters, the rest is filled in. */
import type { BatchMessage, EventMessage, ProjectEvent, Summary } from "../../src/domain/projects/index.js";
import { aProjectEvent, at } from "./projectEvents.js";

export function aSummary(summary: Partial<Summary> = {}): Summary {
  return {
    headline: "2 pull requests merged, 1 check failing in inventory-api",
    themes: [{ text: "inventory-api: 8 of 10 events", projectEventIds: ["e1"] }],
    blockers: [{ text: "Check build fails on main", projectEventIds: ["e2"], since: at(-30) }],
    achievements: [{ text: "Merged #42: Add inventory tracking", projectEventIds: ["e3"] }],
    links: [{ label: "#42", url: "https://github.com/redline/inventory-api/pull/42", projectEventId: "e3" }],
    stats: {
      events: 10,
      actors: 3,
      bySource: { GITHUB: 8, TRELLO: 2 },
      byKind: { PULL_REQUEST_MERGED: 2 },
      alreadyNotified: 0,
      omitted: 0,
    },
    ...summary,
  };
}

export function aBatchMessage(message: Partial<BatchMessage> = {}): BatchMessage {
  return {
    kind: "batch",
    key: "batch_20250602_1300@2025-06-02T13:00:00.000Z",
    channel: "C0000000001",
    batch: {
      batchId: "batch_20250602_1300",
      project: "redline-wholesale",
      openedAt: at(0),
      sealedAt: at(60),
      critical: false,
      trigger: "COUNT",
      eventCount: 10,
    },
    summary: aSummary(),
    revision: 1,
    modelUsed: "deterministic-v1",
    batchUrl: "https://ops.example.com/graphql?query=x",
    ...message,
  };
}

export function anEventMessage(event: Partial<ProjectEvent> = {}, message: Partial<EventMessage> = {}): EventMessage {
  const known = aProjectEvent({ name: "told", title: "Deployment of inventory-api failed", ...event });
  return { kind: "event", key: `${known.projectEventId}@x`, channel: "C0000000001", event: known, ...message };
}
