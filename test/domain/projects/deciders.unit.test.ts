/** The rules of project events, batches, settings and assignment rules as sentences. */
import { describe, it, expect } from "vitest";
import {
  ForbiddenError,
  InvalidTransitionError,
  NotFoundError,
  ValidationError,
} from "../../../src/domain/kernel/errors.js";
import {
  NotPendingError,
  batchDecider,
  defaultBatchPolicy,
  limits,
  projectEventDecider,
  projectRoutingDecider,
  projectSettingsDecider,
  unassigned,
} from "../../../src/domain/projects/index.js";
import type { BatchEvent } from "../../../src/domain/projects/index.js";
import { deciderSpecification } from "../../support/deciderSpecification.js";
import { receive, sealing, summary } from "../../support/projectStory.js";

const events = deciderSpecification(projectEventDecider);
const batches = deciderSpecification(batchDecider);
const settings = deciderSpecification(projectSettingsDecider);
const routing = deciderSpecification(projectRoutingDecider);
const limited = { scope: ["green"] };

const { type: _type, occurredAt: _occurredAt, ...data } = receive();
const received = { type: "ProjectEventReceived", data } as const;
const batched = {
  type: "ProjectEventBatched",
  data: { batchId: "batch_20250602_1337", project: "redline-wholesale" },
} as const;
const join = { type: "BatchProjectEvent", ...batched.data } as const;

describe("a project event", () => {
  it("is received once", () => {
    events
      .given()
      .when(receive({ occurredAt: "2025-01-15T10:00:00.000Z" }))
      .thenOnce({ ...received, occurredAt: "2025-01-15T10:00:00.000Z" });
    events.given(received).when(receive()).thenNothing();
  });

  it("did not happen after it was received", () => {
    events
      .given()
      .when(receive({ occurredAt: "2025-06-02T13:37:55.000Z" }))
      .then(received);
  });

  it("is in one batch, for good", () => {
    events.given(received).when(join).thenOnce(batched);
    events
      .given(received, batched)
      .when({ ...join, batchId: "batch_20250602_1338" })
      .thenRefused(NotPendingError);
  });

  it("is in no batch of a project that it was moved from", () => {
    const moved = {
      type: "ProjectEventReassigned",
      data: { from: "redline-wholesale", to: "blue", eventTime: 1 },
    } as const;
    events.given(received, moved).when(join).thenRefused(NotPendingError);
    events
      .given(received, moved)
      .when({ ...join, project: "blue" })
      .thenOnce({ ...batched, data: { ...batched.data, project: "blue" } });
  });

  it("moves while it waits, and not to where it is", () => {
    const move = { type: "ReassignProjectEvent", project: "blue", eventTime: 7 } as const;
    events
      .given(received)
      .when(move)
      .thenOnce({ type: "ProjectEventReassigned", data: { from: "redline-wholesale", to: "blue", eventTime: 7 } });
    events
      .given(received)
      .when({ ...move, project: "redline-wholesale" })
      .thenNothing();
    events.given(received, batched).when(move).thenRefused(InvalidTransitionError);
  });

  it("is told of once", () => {
    const tell = { type: "RecordNotification", notifier: "slack", messageId: "1" } as const;
    events
      .given(received)
      .when(tell)
      .thenOnce({ type: "ProjectEventNotified", data: { notifier: "slack", messageId: "1" } });
  });

  it("is left to its batch where it is not told of after all, once and only while it is to be told of", () => {
    const drop = { type: "DropNotification", reason: "REFUSED" } as const;
    const wanted = { ...received, data: { ...received.data, notify: true } };
    const unwanted = { ...received, data: { ...received.data, notify: false } };
    const told = { type: "ProjectEventNotified", data: { notifier: "slack", messageId: "1" } } as const;
    events
      .given(wanted)
      .when(drop)
      .thenOnce({ type: "ProjectEventNotificationDropped", data: { project: "redline-wholesale", reason: "REFUSED" } });
    events.given(wanted, told).when(drop).thenNothing();
    events.given(unwanted).when(drop).thenNothing();
  });

  it("is not there for others, nor before it came", () => {
    events.given(received).when(join, limited).thenRefused(NotFoundError);
    events.given().when(join).thenRefused(NotFoundError);
  });
});

describe("a batch", () => {
  const { type: __, ...sealedData } = sealing;
  const sealed: BatchEvent = { type: "BatchSealed", data: sealedData };
  const { type: ___, ...summaryData } = summary;
  const summarised: BatchEvent = { type: "BatchSummarised", data: summaryData };
  const started: BatchEvent = { type: "BatchPostStarted", data: { attempt: 1, revision: 1, notifier: "slack" } };
  const failed: BatchEvent = { type: "BatchPostFailed", data: { attempt: 1, error: "busy" } };
  const posted: BatchEvent = {
    type: "BatchPosted",
    data: { attempt: 1, revision: 1, notifier: "slack", messageId: "1", found: false },
  };
  const record = { type: "RecordPost", attempt: 1, messageId: "1", found: false } as const;
  const fail = { type: "RecordPostFailure", attempt: 1, error: "busy" } as const;

  it("is sealed once", () => {
    batches.given().when(sealing).then(sealed);
    batches.given(sealed).when(sealing).thenRefused(InvalidTransitionError);
  });

  it("has each revision of its summary once, and none older than the one it has", () => {
    batches.given(sealed).when(summary).thenOnce(summarised);
    batches
      .given(sealed, { ...summarised, data: { ...summaryData, revision: 2 } })
      .when(summary)
      .thenNothing();
  });

  it("is asked for another summary where it has one and waits for none", () => {
    const ask = { type: "RequestSummary" } as const;
    batches.given(sealed).when(ask).thenNothing();
    batches
      .given(sealed, summarised)
      .when(ask)
      .thenOnce({ type: "BatchSummaryRequested", data: { revision: 2 } });
  });

  it("is posted with a summary, each attempt of its own, and not twice", () => {
    const start = { type: "StartPost", notifier: "slack" } as const;
    batches.given(sealed).when(start).thenRefused(InvalidTransitionError);
    batches.given(sealed, summarised).when(start).then(started);
    batches
      .given(sealed, summarised, started)
      .when(start)
      .then({ type: "BatchPostStarted", data: { attempt: 2, revision: 1, notifier: "slack" } });
    batches.given(sealed, summarised, started, posted).when(start).thenRefused(InvalidTransitionError);
  });

  it("is posted by an attempt that there was, once", () => {
    batches.given(sealed, summarised, started).when(record).thenOnce(posted);
    batches
      .given(sealed, summarised, started)
      .when({ ...record, attempt: 2 })
      .thenRefused(InvalidTransitionError);
    batches.given(sealed, summarised).when(record).thenRefused(InvalidTransitionError);
  });

  it("fails by the attempt that is under way only", () => {
    batches.given(sealed, summarised, started).when(fail).thenOnce(failed);
    batches.given(sealed, summarised, started, posted).when(fail).thenNothing();
    batches
      .given(sealed, summarised, started)
      .when({ ...fail, attempt: 2 })
      .thenNothing();
  });

  it("keeps since when something may have been sent, unless nothing was", () => {
    const fold = (...story: readonly BatchEvent[]) =>
      story.reduce(
        (state, event, index) =>
          batchDecider.evolve(state, {
            ...event,
            streamId: "Batch-b",
            version: index + 1,
            recordedAt: `2025-01-15T10:30:0${index}.000Z`,
          } as Parameters<typeof batchDecider.evolve>[1]),
        batchDecider.initialState,
      ).batch?.post;
    expect(fold(sealed, summarised, started, failed)?.startedAt).toBe("2025-01-15T10:30:02.000Z");
    expect(fold(sealed, summarised, started, failed, started)?.startedAt).toBe("2025-01-15T10:30:02.000Z");
    const notSent: BatchEvent = { ...failed, data: { ...failed.data, notSent: true } };
    expect(fold(sealed, summarised, started, notSent)?.startedAt).toBeUndefined();
    expect(fold(sealed, summarised, started, posted)?.startedAt).toBeUndefined();
  });

  it("is tried again where it failed, and where it is posted there is nothing to try", () => {
    const retry = { type: "RetryPost" } as const;
    batches.given(sealed, summarised, started, failed).when(retry).thenOnce({ type: "BatchPostRetried", data: {} });
    batches.given(sealed, summarised).when(retry).thenNothing();
    batches.given(sealed).when(retry).thenRefused(InvalidTransitionError);
    batches.given(sealed, summarised, started, posted).when(retry).thenRefused(InvalidTransitionError);
  });

  it("is updated where it is posted, to a newer summary only", () => {
    const update = { type: "RecordPostUpdate", revision: 2, messageId: "1" } as const;
    batches
      .given(sealed, summarised, started, posted)
      .when(update)
      .thenOnce({ type: "BatchPostUpdated", data: { revision: 2, messageId: "1" } });
    batches
      .given(sealed, summarised, started, posted)
      .when({ ...update, revision: 1 })
      .thenNothing();
    batches.given(sealed, summarised).when(update).thenRefused(InvalidTransitionError);
  });

  it("is set going again by a person where nothing has happened for two minutes", () => {
    const later = { now: "2025-01-15T10:32:00.000Z" };
    const ask = { type: "RequestSummary" } as const;
    const asked = { type: "BatchSummaryRequested", data: { revision: 2 } } as const;
    batches
      .given(sealed)
      .when(ask, later)
      .then({ type: "BatchSummaryRequested", data: { revision: 1 } });
    batches.given(sealed, summarised, asked).when(ask).thenNothing();
    batches.given(sealed, summarised, asked).when(ask, later).then(asked);
    batches.given(sealed, summarised).when({ type: "RetryPost" }).thenNothing();
    batches.given(sealed, summarised).when({ type: "RetryPost" }, later).then({ type: "BatchPostRetried", data: {} });
  });

  it("is skipped once, where it was not tried and nobody flushed it, and then there is nothing to post", () => {
    const skip = { type: "SkipPost", reason: "ALL_TOLD" } as const;
    const skipped: BatchEvent = { type: "BatchPostSkipped", data: { reason: "ALL_TOLD" } };
    batches.given(sealed, summarised).when(skip).thenOnce(skipped);
    batches.given(sealed, summarised, started).when(skip).thenNothing();
    const flushed = { ...sealed, data: { ...sealed.data, trigger: "FLUSH" } } as BatchEvent;
    batches.given(flushed, summarised).when(skip).thenNothing();
    batches
      .given(sealed, summarised, skipped)
      .when({ type: "StartPost", notifier: "slack" })
      .thenRefused(InvalidTransitionError);
  });

  it("is not there for others", () => {
    batches.given(sealed).when(summary, limited).thenRefused(NotFoundError);
  });
});

describe("settings", () => {
  const context = { streamId: "ProjectSettings-blue" };
  it("change only where they are another", () => {
    const set = { type: "SetProjectSettings", channel: "#a", notifications: "ALL" } as const;
    settings
      .given()
      .when(set, context)
      .thenOnce(
        { type: "ProjectChannelSet", data: { channel: "#a" } },
        { type: "ProjectNotificationsSet", data: { level: "ALL" } },
      );
    settings
      .given()
      .when(
        { type: "SetProjectSettings", policy: defaultBatchPolicy, notifications: "CRITICAL", channel: null },
        context,
      )
      .thenNothing();
  });

  it("are not there for others, and not for what is unassigned", () => {
    settings
      .given()
      .when({ type: "SetProjectSettings" }, { ...context, ...limited })
      .thenRefused(NotFoundError);
    settings
      .given()
      .when({ type: "SetProjectSettings" }, { streamId: `ProjectSettings-${unassigned}` })
      .thenRefused(ValidationError);
  });
});

describe("assignment rules", () => {
  const rule = (n: number, pattern = `repository-${n}`) =>
    ({ ruleId: `rule-${n}`, source: "GITHUB", field: "REPOSITORY", pattern, project: "blue" }) as const;
  const added = (n: number) => ({ type: "AssignmentRuleAdded", data: { rule: rule(n) } }) as const;

  it("are added and removed once", () => {
    routing
      .given()
      .when({ type: "AddAssignmentRule", ...rule(1) })
      .thenOnce(added(1));
    routing
      .given(added(1))
      .when({ type: "RemoveAssignmentRule", ruleId: "rule-1" })
      .then({ type: "AssignmentRuleRemoved", data: { rule: rule(1) } });
    routing.given().when({ type: "RemoveAssignmentRule", ruleId: "rule-1" }).thenRefused(NotFoundError);
  });

  it("answer one question once, whatever the case of its letters", () => {
    routing
      .given(added(1))
      .when({ type: "AddAssignmentRule", ...rule(2, "Repository-1") })
      .thenRefused(ValidationError);
  });

  it("are for those who see all projects, whosever project they name", () => {
    const own = { type: "AddAssignmentRule", ...rule(2, "*"), project: "green" } as const;
    for (const command of [own, { type: "RemoveAssignmentRule", ruleId: "rule-1" } as const]) {
      routing
        .given(added(1))
        .when(command, limited)
        .thenRefused(ForbiddenError, ({ message }) => expect(message).toContain("access to all"));
    }
  });

  it("have a limit", () => {
    const all = Array.from({ length: limits.rules }, (_, n) => added(n));
    routing
      .given(...all)
      .when({ type: "AddAssignmentRule", ...rule(limits.rules) })
      .thenRefused(ValidationError);
  });
});
