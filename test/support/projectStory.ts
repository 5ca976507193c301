/** A project's story in which every event type of its context occurs: from it the fixtures of stored events are made. */
import type { Recorded } from "../../src/domain/kernel/index.js";
import { toInstant, toMilliseconds } from "../../src/domain/kernel/time.js";
import { defaultBatchPolicy, emptyStateOf, projectsDecider } from "../../src/domain/projects/index.js";
import type {
  ProjectsCommand,
  ProjectsCommandOf,
  ProjectsEvent,
  ProjectsState,
} from "../../src/domain/projects/index.js";
import { recordAll } from "./deciderSpecification.js";

export interface ProjectStream {
  readonly streamId: string;
  readonly events: readonly Recorded<ProjectsEvent>[];
  readonly state: ProjectsState;
}

const start = toMilliseconds("2025-06-02T13:37:58.000Z");
const batchId = "batch_20250602_1337";
export const receivedId = "3f0b7c1e-58a4-5d0c-9a3e-0f6b8f6f0a11";
/** One that could not be told of at once. */
export const droppedId = "3f0b7c1e-58a4-5d0c-9a3e-0f6b8f6f0a12";

/** A merged pull request with all that may be said of one. */
export function receive(
  change: Partial<ProjectsCommandOf<"ReceiveProjectEvent">> = {},
): ProjectsCommandOf<"ReceiveProjectEvent"> {
  return {
    type: "ReceiveProjectEvent",
    project: "redline-wholesale",
    source: "GITHUB",
    deliveryId: "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    eventTime: start + 0.001,
    event: {
      kind: "PULL_REQUEST_MERGED",
      title: "Merged #42: Add inventory tracking feature",
      text: "Counts what is in stock.",
      actor: { id: "octo", name: "Octo", url: "https://github.com/octo" },
      url: "https://github.com/acme/inventory-api/pull/42",
      refs: [
        {
          type: "PULL_REQUEST",
          id: "acme/inventory-api#42",
          title: "Add inventory tracking feature",
          url: "https://github.com/acme/inventory-api/pull/42",
        },
      ],
      labels: ["feature"],
      importance: "NORMAL",
      subject: "github:acme/inventory-api#42",
    },
    eventData: { action: "closed", number: 42 },
    clipped: true,
    original: { objectKey: `project-events/${receivedId}/ab.json`, bytes: 20_000, sha256: "ab" },
    verification: { scheme: "GITHUB_SHA256", secret: "CURRENT" },
    ruleId: "01972fd5-0000-7000-8000-000000000001",
    notify: true,
    occurredAt: "2025-06-02T13:37:55.000Z",
    ...change,
  };
}

export const summary: ProjectsCommandOf<"RecordSummary"> = {
  type: "RecordSummary",
  revision: 1,
  summary: {
    headline: "1 pull request merged in inventory-api",
    themes: [{ text: "inventory-api", projectEventIds: [receivedId] }],
    blockers: [{ text: "Checks fail", projectEventIds: [receivedId], since: "2025-06-02T13:37:55.000Z" }],
    achievements: [{ text: "Inventory tracking is merged", projectEventIds: [receivedId] }],
    links: [{ label: "#42", url: "https://github.com/acme/inventory-api/pull/42", projectEventId: receivedId }],
    stats: {
      events: 1,
      actors: 1,
      bySource: { GITHUB: 1 },
      byKind: { PULL_REQUEST_MERGED: 1 },
      alreadyNotified: 0,
      omitted: 0,
    },
  },
  origin: { modelUsed: "deterministic-v1", promptVersion: "1", inputHash: "cd", fallbackReason: "TIMEOUT" },
};

const rule = {
  ruleId: "01972fd5-0000-7000-8000-000000000001",
  source: "GITHUB",
  field: "REPOSITORY",
  pattern: "acme/*",
  project: "redline-wholesale",
} as const;

export const sealing: ProjectsCommandOf<"SealBatch"> = {
  type: "SealBatch",
  project: "blue",
  trigger: "COUNT",
  projectEventIds: [receivedId],
  openedAt: "2025-06-02T13:37:58.000Z",
  policy: {
    ...defaultBatchPolicy,
    gapSeconds: 600,
    quietHours: { from: "22:00", to: "07:00", timeZone: "Europe/Berlin" },
  },
  critical: false,
};

/** Streams of a received event, its batch, its project's settings and the rules. */
export function projectStory(): readonly ProjectStream[] {
  return [
    tell(`ProjectEvent-${receivedId}`, [
      receive(),
      { type: "ReassignProjectEvent", project: "blue", eventTime: start + 0.002, reason: "It is about the blue app" },
      { type: "RecordNotification", notifier: "slack", channel: "C0123456789", messageId: "1748871478.000100" },
      { type: "BatchProjectEvent", batchId, project: "blue" },
    ]),
    tell(`ProjectEvent-${droppedId}`, [
      receive({ project: "green", deliveryId: "another" }),
      { type: "DropNotification", reason: "REFUSED" },
    ]),
    tell("Batch-batch_20250602_1400", [sealing, summary, { type: "SkipPost", reason: "ALL_TOLD" }]),
    tell(`Batch-${batchId}`, [
      sealing,
      summary,
      { type: "StartPost", notifier: "slack", channel: "#releases" },
      {
        type: "RecordPostFailure",
        attempt: 1,
        error: "ratelimited",
        retryAt: "2025-06-02T13:38:30.000Z",
        notSent: true,
      },
      { type: "RetryPost" },
      { type: "StartPost", notifier: "slack", channel: "#releases" },
      {
        type: "RecordPost",
        attempt: 2,
        messageId: "1748871500.000200",
        url: "https://acme.slack.com/archives/C0123456789/p1",
        found: true,
      },
      { type: "RequestSummary", reason: "Say more of the tests" },
      { ...summary, revision: 2, critical: true },
      { type: "RecordPostUpdate", revision: 2, messageId: "1748871500.000200" },
    ]),
    tell("ProjectSettings-blue", [
      { type: "SetProjectSettings", policy: sealing.policy, channel: "#releases", notifications: "ALL" },
      { type: "SetProjectSettings", channel: null },
    ]),
    tell("ProjectRouting-all", [
      { type: "AddAssignmentRule", ...rule },
      { type: "RemoveAssignmentRule", ruleId: rule.ruleId },
    ]),
  ];
}

/** Carries commands out on a stream, a second apart. Throws where one is refused. */
export function tell(streamId: string, commands: readonly ProjectsCommand[]): ProjectStream {
  let state = emptyStateOf(streamId);
  const events: Recorded<ProjectsEvent>[] = [];
  for (const command of commands) {
    const now = toInstant(start + events.length * 1_000);
    const proposed = projectsDecider.decide(command, state, { streamId, now, actor: { kind: "USER", id: "ada" } });
    const recorded = recordAll<ProjectsEvent>(
      proposed.map((event) => ({ streamId, recordedAt: now, occurredAt: now, ...event })),
      events.length,
    );
    state = recorded.reduce((folded, event) => projectsDecider.evolve(folded, event), state);
    events.push(...recorded);
  }
  return { streamId, events, state };
}
