/** Project events and batches in short: tests say what matters, the rest is filled in. */
import { createHash } from "node:crypto";
import { v5 as uuidv5 } from "uuid";
import { defaultBatchPolicy } from "../../src/domain/projects/index.js";
import type { Batch, ProjectEvent, SummaryInput } from "../../src/domain/projects/index.js";

export const sha256 = (text: string, encoding: "hex" | "base64url"): string =>
  createHash("sha256").update(text).digest(encoding);

/** The uuid that stands for a name, the same each time. */
export const projectEventId = (name: string): string => uuidv5(name, "8d5be1f4-2a5c-5d64-9c50-0d6b1d4c1f10");

const opened = Date.parse("2025-06-02T12:00:00.000Z");

/** What happened `minutes` after noon. */
export const at = (minutes: number): string => new Date(opened + minutes * 60_000).toISOString();

let received = 0;

/** An event; `name` makes its id. */
export function aProjectEvent(event: Partial<ProjectEvent> & { readonly name?: string } = {}): ProjectEvent {
  const { name = `event ${(received += 1)}`, ...given } = event;
  const occurredAt = given.occurredAt ?? at(0);
  return {
    projectEventId: projectEventId(name),
    project: "redline-wholesale",
    source: "GITHUB",
    deliveryId: `delivery-${received}`,
    eventTime: Date.parse(occurredAt),
    occurredAt,
    receivedAt: occurredAt,
    kind: "NOTE",
    title: "Something happened",
    refs: [],
    labels: [],
    importance: "NORMAL",
    clipped: false,
    verification: { scheme: "NONE" },
    notify: false,
    version: 1,
    hash: "",
    ...given,
  };
}

/** A sealed batch of these events that waits for its first summary. */
export function aBatch(events: readonly ProjectEvent[], batch: Partial<Batch> = {}): Batch {
  return {
    batchId: "batch_20250602_1300",
    project: "redline-wholesale",
    status: "SEALED",
    trigger: "AGE",
    critical: false,
    policy: defaultBatchPolicy,
    projectEventIds: events.map((event) => event.projectEventId),
    openedAt: at(0),
    sealedAt: at(60),
    updatedAt: at(60),
    post: { attempts: 0 },
    version: 1,
    hash: "",
    ...batch,
  };
}

export function aSummaryInput(events: readonly ProjectEvent[], input: Partial<SummaryInput> = {}): SummaryInput {
  return {
    project: "redline-wholesale",
    batchId: "batch_20250602_1300",
    openedAt: at(0),
    sealedAt: at(60),
    events,
    alreadyNotified: 0,
    ...input,
  };
}
