/** Which event of a project leads to what, without anybody asking; and what of it all a project has had. */
import { describe, expect, it } from "vitest";
import fc from "fast-check";
import {
  createEventTimes,
  projectActivityProjection,
  projectsPolicies,
  projectsProjection,
  unassigned,
} from "../../../src/domain/projects/index.js";
import type { ProjectActivity } from "../../../src/domain/projects/index.js";
import { commitTags } from "../../../src/domain/kernel/decider.js";
import type { Effect, FeedEntry, Recorded } from "../../../src/domain/kernel/index.js";
import { droppedId, projectStory, receive, receivedId, tell } from "../../support/projectStory.js";
import type { ProjectStream } from "../../support/projectStory.js";

const entryOf = (event: Recorded, stream: ProjectStream): FeedEntry => ({
  log: 0,
  position: 1,
  event,
  tags: commitTags(projectsProjection, stream.state, stream.state),
});
const entries = projectStory().flatMap((stream) => stream.events.map((event) => entryOf(event, stream)));
const effectsOf = (entry: FeedEntry) =>
  projectsPolicies.flatMap((policy) => policy.react(entry).map((effect) => [policy.name, effect] as const));
const batchId = "batch_20250602_1337";
/** Streams of which a test of its own tells. */
const isApart = ({ event }: FeedEntry) => event.streamId.endsWith(droppedId) || event.streamId.endsWith("_1400");
const main = entries.filter((entry) => !isApart(entry));
const on = (type: string, from = main) => from.filter(({ event }) => event.type === type).flatMap(effectsOf);
const scheduled = (timerId: string, dueAt: string, command: object): Effect<unknown> => ({
  kind: "schedule",
  timerId,
  dueAt,
  command,
});

describe("policies", () => {
  it("look at the open batch by the one timer of its project, and tell at once of what asks for that", () => {
    const project = "redline-wholesale";
    expect(on("ProjectEventReceived")).toEqual([
      [
        "project-batching",
        scheduled(`project-batching/${project}`, "2025-06-02T13:37:58.000Z", {
          type: "EvaluateBatch",
          project,
          projectEventId: receivedId,
        }),
      ],
      [
        "project-notifications",
        scheduled(`project-notifications/${receivedId}`, "2025-06-02T13:37:58.000Z", {
          type: "NotifyEvent",
          projectEventId: receivedId,
        }),
      ],
    ]);
    expect(on("ProjectEventReassigned")).toMatchObject([
      ["project-batching", { timerId: "project-batching/blue", command: { project: "blue" } }],
    ]);
    expect(on("ProjectBatchPolicySet")).toMatchObject([
      ["project-batching", { timerId: "project-batching/blue", command: { type: "EvaluateBatch", project: "blue" } }],
    ]);
  });

  it("do nothing about what is unassigned", () => {
    const stream = tell(`ProjectEvent-${receivedId}`, [receive({ project: unassigned, notify: false })]);
    expect(
      on(
        "ProjectEventReceived",
        stream.events.map((event) => entryOf(event, stream)),
      ),
    ).toEqual([]);
  });

  it("look at the open batch where an event is not told of at once after all, unless its batch tells of it already", () => {
    expect(on("ProjectEventNotificationDropped", entries)).toMatchObject([
      ["project-batching", { command: { type: "EvaluateBatch", project: "green", projectEventId: droppedId } }],
    ]);
    const stream = tell(`ProjectEvent-${droppedId}`, [receive(), { type: "DropNotification", reason: "SUMMARISED" }]);
    const told = stream.events.map((event) => entryOf(event, stream));
    expect(on("ProjectEventNotificationDropped", told)).toEqual([]);
  });

  it("drive a batch from sealing to its post, and again where that failed", () => {
    const summarise = { type: "SummariseBatch", batchId };
    const post = { type: "PostBatch", batchId };
    expect(on("BatchSealed")).toEqual([
      ["batch-summary", scheduled(`batch-summary/${batchId}`, "2025-06-02T13:37:58.000Z", summarise)],
    ]);
    expect(on("BatchSummaryRequested")).toMatchObject([["batch-summary", { command: summarise }]]);
    expect(on("BatchSummarised")).toMatchObject([
      ["batch-posting", { command: post }],
      ["batch-posting", { command: post }],
    ]);
    expect(on("BatchPostRetried")).toMatchObject([["batch-posting", { command: post }]]);
    expect(on("BatchPostFailed")).toEqual([
      ["batch-posting", scheduled(`batch-posting/${batchId}`, "2025-06-02T13:38:30.000Z", post)],
    ]);
  });

  it("react to nothing else, and read their commands back from JSON", () => {
    const reacting = new Set(entries.filter((entry) => effectsOf(entry).length > 0).map(({ event }) => event.type));
    expect([...reacting].sort()).toEqual([
      "BatchPostFailed",
      "BatchPostRetried",
      "BatchSealed",
      "BatchSummarised",
      "BatchSummaryRequested",
      "ProjectBatchPolicySet",
      "ProjectEventNotificationDropped",
      "ProjectEventReassigned",
      "ProjectEventReceived",
    ]);
    for (const policy of projectsPolicies)
      for (const effect of entries.flatMap((entry) => policy.react(entry)))
        if (effect.kind !== "cancel")
          expect(policy.command.parse(JSON.parse(JSON.stringify(effect.command)))).toEqual(effect.command);
  });
});

describe("the activity of projects", () => {
  const fold = (given: readonly FeedEntry[]) => {
    const rows = new Map<string, ProjectActivity | undefined>();
    for (const entry of given)
      for (const key of projectActivityProjection.keys(entry))
        rows.set(key, projectActivityProjection.apply(rows.get(key), entry, key));
    return new Map([...rows].sort(([one], [other]) => one.localeCompare(other)));
  };

  it("counts an event where it is, and batches", () => {
    const rows = fold(main);
    expect(rows.get("redline-wholesale")).toMatchObject({ events: 0, bySource: { GITHUB: 0 }, batches: 0 });
    expect(rows.get("blue")).toEqual({
      project: "blue",
      events: 1,
      bySource: { GITHUB: 1, TRELLO: 0, SLACK: 0, GENERIC: 0 },
      batches: 1,
      firstEventAt: "2025-06-02T13:37:58.000Z",
      lastEventAt: "2025-06-02T13:37:58.000Z",
      lastBatchAt: "2025-06-02T13:37:58.000Z",
    });
  });

  it("is the same in whatever order the streams come", () => {
    const streams = projectStory().map((stream) => stream.events.map((event) => entryOf(event, stream)));
    fc.assert(
      fc.property(fc.shuffledSubarray(streams, { minLength: streams.length }), (order) => {
        expect(fold(order.flat())).toEqual(fold(entries));
      }),
    );
  });
});

describe("places in a project", () => {
  it("rise by a thousandth where a millisecond is taken, and follow the clock else", () => {
    const times = createEventTimes();
    const now = "2025-06-02T13:37:58.000Z";
    const first = Date.parse(now);
    expect([times.next("a", now), times.next("a", now), times.next("b", now)]).toEqual([first, first + 0.001, first]);
    expect(times.next("a", "2025-06-02T13:37:59.000Z")).toBe(first + 1_000);
  });

  it("do not go back where the clock does by less than a second", () => {
    const times = createEventTimes();
    const later = times.next("a", "2025-06-02T13:37:58.900Z");
    expect(times.next("a", "2025-06-02T13:37:58.000Z")).toBe(later + 0.001);
  });

  it("follow a clock that was a day ahead and is put right", () => {
    const times = createEventTimes();
    times.next("a", "2025-06-03T13:37:58.000Z");
    const now = "2025-06-02T13:37:58.000Z";
    expect([times.next("a", now), times.next("a", now)]).toEqual([Date.parse(now), Date.parse(now) + 0.001]);
  });

  it("are exact until the year 2100", () => {
    const times = createEventTimes();
    const places = Array.from({ length: 3_000 }, () => times.next("a", "2099-12-31T23:59:59.000Z"));
    expect(new Set(places.map((place) => place.toFixed(3))).size).toBe(3_000);
    expect(places.map((place) => Number(place.toFixed(3)))).toEqual(places);
  });
});
