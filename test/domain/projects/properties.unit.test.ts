/** What holds for any course of a stream of projects, whatever commands come in whatever order. */
import fc from "fast-check";
import { createCodec } from "../../../src/domain/kernel/codec.js";
import {
  batchDecider,
  defaultBatchPolicy,
  projectEventDecider,
  projectRoutingDecider,
  projectSettingsDecider,
  projectsEventFormats,
  projectsProjection,
} from "../../../src/domain/projects/index.js";
import type {
  BatchCommand,
  ProjectEventCommand,
  ProjectRoutingCommand,
  ProjectSettingsCommand,
} from "../../../src/domain/projects/index.js";
import { deciderProperties } from "../../support/deciderProperties.js";
import { receive, receivedId, sealing, summary } from "../../support/projectStory.js";

const codec = createCodec(projectsEventFormats);
const small = fc.integer({ min: 1, max: 3 });
const project = fc.constantFrom("redline-wholesale", "blue", "green");

const eventCommand: fc.Arbitrary<ProjectEventCommand> = fc.oneof(
  project.map((name) => receive({ project: name })),
  fc.record({ type: fc.constant("ReassignProjectEvent" as const), project, eventTime: small }),
  fc.record({
    type: fc.constant("BatchProjectEvent" as const),
    batchId: small.map((n) => `batch_20250602_1337_${n}`),
    project,
  }),
  small.map((n) => ({ type: "RecordNotification", notifier: "slack", messageId: String(n) }) as const),
  fc.constant({ type: "DropNotification", reason: "REFUSED" } as const),
);

const batchCommand: fc.Arbitrary<BatchCommand> = fc.oneof(
  fc.constant(sealing),
  small.map((revision) => ({ ...summary, revision })),
  fc.constant({ type: "RequestSummary" } as const),
  fc.constant({ type: "StartPost", notifier: "slack" } as const),
  small.map((attempt) => ({ type: "RecordPost", attempt, messageId: "1", found: false }) as const),
  fc.record({
    type: fc.constant("RecordPostFailure" as const),
    attempt: small,
    error: fc.constant("busy"),
    notSent: fc.boolean(),
  }),
  small.map((revision) => ({ type: "RecordPostUpdate", revision, messageId: "1" }) as const),
  fc.constant({ type: "RetryPost" } as const),
  fc.constant({ type: "SkipPost", reason: "ALL_TOLD" } as const),
);

const settingsCommand: fc.Arbitrary<ProjectSettingsCommand> = fc.record(
  {
    type: fc.constant("SetProjectSettings" as const),
    policy: small.map((maxCount) => ({ ...defaultBatchPolicy, maxCount })),
    channel: fc.constantFrom("#a", "#b", null),
    notifications: fc.constantFrom("ALL", "CRITICAL", "NONE"),
  },
  { requiredKeys: ["type"] },
);

const routingCommand: fc.Arbitrary<ProjectRoutingCommand> = fc.oneof(
  fc.record({
    type: fc.constant("AddAssignmentRule" as const),
    ruleId: small.map((n) => `rule-${n}`),
    source: fc.constant("GITHUB" as const),
    field: fc.constant("REPOSITORY" as const),
    pattern: fc.constantFrom("a", "A", "b*"),
    project,
  }),
  small.map((n) => ({ type: "RemoveAssignmentRule", ruleId: `rule-${n}` }) as const),
);

deciderProperties("a project event", {
  decider: projectEventDecider,
  projection: projectsProjection,
  codec,
  streamId: `ProjectEvent-${receivedId}`,
  begin: [receive()],
  commands: eventCommand,
});
deciderProperties("a batch", {
  decider: batchDecider,
  projection: projectsProjection,
  codec,
  streamId: "Batch-batch_20250602_1337",
  begin: [sealing],
  commands: batchCommand,
  // Each attempt is one of its own.
  isDoneOnce: ({ type }) => type !== "StartPost",
});
deciderProperties("settings", {
  decider: projectSettingsDecider,
  projection: projectsProjection,
  codec,
  streamId: "ProjectSettings-blue",
  begin: [],
  commands: settingsCommand,
});
deciderProperties("assignment rules", {
  decider: projectRoutingDecider,
  projection: projectsProjection,
  codec,
  streamId: "ProjectRouting-all",
  begin: [],
  commands: routingCommand,
});
