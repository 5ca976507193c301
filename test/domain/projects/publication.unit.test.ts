/**
 * What other systems are told of batches. Published shapes are promises: each version has a fixture, made once and never
 * changed, that today's schema still accepts.
 */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  batchEventSchemas,
  defaultBatchPolicy,
  projectTag,
  projectsPublication,
  projectsSource,
  publishedProjectsEvents,
} from "../../../src/domain/projects/index.js";
import type { BatchEvent, BatchStatus } from "../../../src/domain/projects/index.js";
import type { FeedEntry, IntegrationEvent } from "../../../src/domain/kernel/index.js";

const folder = join(import.meta.dirname, "..", "..", "fixtures", "published");
const files = (await readdir(folder)).filter((file) => file.startsWith("Batch")).sort();
const fixtures = await Promise.all(
  files.map(async (file) => ({
    file,
    ...(JSON.parse(await readFile(join(folder, file), "utf8")) as Pick<
      IntegrationEvent,
      "type" | "schemaVersion" | "data"
    >),
  })),
);

type PublishedType = keyof typeof publishedProjectsEvents;
const types = Object.keys(publishedProjectsEvents) as PublishedType[];
const [one, two] = ["0b9fd2a4-5c7e-5f0e-9a55-000000000001", "0b9fd2a4-5c7e-5f0e-9a55-000000000002"];
const claim = { text: "Merged #42", projectEventIds: [one] };

/** One of every type, with every field, and the status that the batch has behind it. */
const story: readonly (BatchEvent & { readonly status: BatchStatus })[] = [
  {
    type: "BatchSealed",
    data: {
      project: "inventory",
      trigger: "COUNT",
      projectEventIds: [one, two],
      openedAt: "2025-06-02T12:40:10.000Z",
      policy: defaultBatchPolicy,
      critical: false,
    },
    status: "SEALED",
  },
  {
    type: "BatchSummarised",
    data: {
      revision: 1,
      summary: {
        headline: "1 pull request merged",
        themes: [claim],
        blockers: [{ ...claim, since: "2025-06-02T13:10:00.000Z" }],
        achievements: [claim],
        links: [{ label: "Merged #42", url: "https://example.org/42", projectEventId: one }],
        stats: { events: 2, actors: 1, bySource: {}, byKind: {}, alreadyNotified: 0, omitted: 0 },
      },
      origin: { modelUsed: "m", promptVersion: "p", inputHash: "h", fallbackReason: "TIMEOUT" },
    },
    status: "SUMMARISED",
  },
  { type: "BatchPostStarted", data: { attempt: 1, revision: 1, notifier: "slack" }, status: "SUMMARISED" },
  {
    type: "BatchPostFailed",
    data: { attempt: 1, error: "busy", retryAt: "2025-06-02T13:38:05.000Z" },
    status: "POST_FAILED",
  },
  { type: "BatchPostRetried", data: {}, status: "SUMMARISED" },
  {
    type: "BatchPosted",
    data: {
      attempt: 2,
      revision: 1,
      notifier: "slack",
      channel: "C1",
      messageId: "1.2",
      url: "https://example.org/p",
      found: false,
    },
    status: "POSTED",
  },
  { type: "BatchPostSkipped", data: { reason: "ALL_TOLD" }, status: "SKIPPED" },
  { type: "BatchSummaryRequested", data: { revision: 2 }, status: "POSTED" },
  { type: "BatchPostUpdated", data: { revision: 2, messageId: "1.2" }, status: "POSTED" },
];

const entries: readonly FeedEntry[] = story.map(({ status, ...event }, index) => ({
  log: 0,
  position: index + 1,
  tags: { before: [], after: [projectTag.project("inventory"), projectTag.status(status)] },
  event: {
    ...event,
    eventId: `event-${index}`,
    streamId: "Batch-batch_20250602_1337",
    version: index + 1,
    schemaVersion: 1,
    occurredAt: "2025-06-02T13:37:00.000Z",
    recordedAt: "2025-06-02T13:37:00.000Z",
    actor: { kind: "SYSTEM", id: "project-batching" },
    correlationId: "together",
    commandId: "command",
    hash: "",
    previousHash: "",
  },
}));
const all = entries.flatMap((entry) => projectsPublication(entry) ?? []);

describe("each published shape", () => {
  it("has a fixture, for every version ever published", () => {
    const expected = types.flatMap((type) =>
      Array.from({ length: publishedProjectsEvents[type].version }, (_, index) => `${type}.v${index + 1}.json`),
    );
    expect(files).toEqual(expected.sort());
  });

  it.each(fixtures)(
    "$file is still what its schema says, and has every field of it",
    ({ type, schemaVersion, data }) => {
      const { schema, version } = publishedProjectsEvents[type as PublishedType];
      if (schemaVersion !== version) return;
      expect(schema.strict().parse(data)).toEqual(data);
      expect(Object.keys(data).sort()).toEqual(Object.keys(schema.shape).sort());
    },
  );
});

describe("the publication of projects", () => {
  it("is asked about every event of a batch", () => {
    expect(new Set(story.map(({ type }) => type as string))).toEqual(new Set(Object.keys(batchEventSchemas)));
  });

  it("tells of every published type, each as its schema says, and keeps the rest to itself", () => {
    expect([...new Set(all.map(({ type }) => type))].sort()).toEqual([...types].sort());
    for (const { type, data, schemaVersion } of all) {
      const { schema, version } = publishedProjectsEvents[type as PublishedType];
      expect(schemaVersion).toBe(version);
      expect(schema.strict().parse(data)).toEqual(data);
    }
  });

  it("says whose the batch is and how far it has come, keeps its order, and names the domain event", () => {
    expect(all.map(({ data }) => [data["project"], data["batchId"], data["status"]])).toEqual(
      ["SEALED", "SUMMARISED", "POST_FAILED", "POSTED"].map((status) => ["inventory", "batch_20250602_1337", status]),
    );
    expect(all.map(({ sequence, id }) => [sequence, id])).toEqual(
      [1, 2, 4, 6].map((sequence) => [sequence, `event-${sequence - 1}`]),
    );
    expect(
      all.every(({ source, subject }) => source === projectsSource && subject === "Batch-batch_20250602_1337"),
    ).toBe(true);
  });

  it("keeps what is of other streams to itself, and types that it does not know", () => {
    const [entry] = entries;
    for (const other of [{ streamId: "ProjectEvent-1" }, { type: "BatchSomethingElse" }]) {
      expect(projectsPublication({ ...entry!, event: { ...entry!.event, ...other } })).toBeUndefined();
    }
  });

  it("publishes fields of a stored event one by one, so that a new one stays private", () => {
    for (const entry of entries) {
      const widened = { ...entry, event: { ...entry.event, data: { ...(entry.event.data as object), secret: 1 } } };
      expect(projectsPublication(widened)?.data ?? {}).not.toHaveProperty("secret");
    }
  });
});
