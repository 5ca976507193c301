/** Project events and batches with valid defaults: a test shows only what matters to it. */
import { defaultBatchPolicy } from "../../../src/domain/projects/index.js";
import type { Batch, ProjectEvent } from "../../../src/domain/projects/index.js";
import { toInstant } from "../../../src/domain/kernel/time.js";

/** 2025-06-02T13:37:58Z, of the seed's example. */
export const seedTime = Date.parse("2025-06-02T13:37:58Z");

let made = 0;

/** Its receipt is its place, and its occurrence too, unless the test says otherwise. */
export function aProjectEvent(facts: Partial<ProjectEvent> = {}): ProjectEvent {
  made += 1;
  const eventTime = facts.eventTime ?? seedTime + made;
  const receivedAt = toInstant(Math.floor(eventTime));
  return {
    projectEventId: `00000000-0000-5000-8000-${String(made).padStart(12, "0")}`,
    project: "redline-wholesale",
    source: "GITHUB",
    deliveryId: `delivery-${made}`,
    eventTime,
    occurredAt: receivedAt,
    receivedAt,
    kind: "PULL_REQUEST_OPENED",
    title: "Opened #42: Add inventory tracking feature",
    refs: [],
    labels: [],
    importance: "NORMAL",
    clipped: false,
    verification: { scheme: "NONE" },
    notify: false,
    version: 1,
    hash: "hash",
    ...facts,
  };
}

export function aBatch(facts: Partial<Batch> = {}): Batch {
  made += 1;
  const sealedAt = facts.sealedAt ?? toInstant(seedTime + made);
  return {
    batchId: `batch_20250602_1337_${made}`,
    project: "redline-wholesale",
    status: "SEALED",
    trigger: "COUNT",
    critical: false,
    policy: defaultBatchPolicy,
    projectEventIds: [],
    openedAt: sealedAt,
    sealedAt,
    updatedAt: sealedAt,
    post: { attempts: 0 },
    version: 1,
    hash: "hash",
    ...facts,
  };
}
