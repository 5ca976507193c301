/** What holds for any course of a stream of metrics, whatever commands come in whatever order. */
import fc from "fast-check";
import { createCodec } from "../../../src/domain/kernel/codec.js";
import {
  catalogDecider,
  entityDecider,
  healthFormulaDecider,
  insightsEventFormats,
  insightsProjection,
} from "../../../src/domain/insights/index.js";
import type { CatalogCommand, EntityCommand, HealthFormulaCommand } from "../../../src/domain/insights/index.js";
import { addDays } from "../../../src/domain/kernel/index.js";
import { deciderProperties } from "../../support/deciderProperties.js";
import {
  decay,
  defaultYardstick,
  fact,
  groupMeasures,
  homework,
  otherFormula,
  recordFacts,
  school,
  storyStart,
  studentStream,
  subjectStream,
} from "../../support/metricsStory.js";

const codec = createCodec(insightsEventFormats);
const small = fc.integer({ min: 1, max: 3 });

/** Not within the hour in which a course takes place, so that no window moves on between two commands. */
const before = fc
  .record({ days: fc.integer({ min: 0, max: 40 }), hours: fc.integer({ min: 2, max: 20 }) })
  .map(({ days, hours }) => addDays(storyStart, -days - hours / 24));
const oneFact = fc.record({ occurredAt: before, kind: fc.constantFrom("session", "ib_call", "rating"), id: fc.uuid() });
const otherYardstick = {
  ...defaultYardstick,
  formula: { formulaVersion: 2, components: [...otherFormula.components] },
};

const entityCommand: fc.Arbitrary<EntityCommand> = fc.oneof(
  fc
    .array(oneFact, { minLength: 1, maxLength: 3 })
    .map((facts) =>
      recordFacts(
        ...facts.map(({ occurredAt, kind, id }) =>
          fact({ occurredAt, kind, activityId: id, ...(kind === "rating" ? { value: 4.125 } : {}) }),
        ),
      ),
    ),
  fc.constantFrom<EntityCommand>(decay, { ...decay, cause: "FORMULA", yardstick: otherYardstick }, groupMeasures()),
);

const aggregateCommand: fc.Arbitrary<EntityCommand> = fc.oneof(
  small.map((sessions) => groupMeasures({ metrics: { sessions_14d: sessions, avg_rating: null } })),
  small.map((days) => groupMeasures({ at: addDays(storyStart, -days) })),
  fc.constantFrom<EntityCommand>(recordFacts(fact()), decay, groupMeasures({ nextChangeAt: undefined })),
);

const catalogCommand: fc.Arbitrary<CatalogCommand> = fc.oneof(
  fc.record({
    type: fc.constant("DefineEntityType" as const),
    name: fc.constantFrom("student", "school", "class"),
    prefix: fc.constantFrom("stu_", "sch_", "cla_"),
    role: fc.constantFrom("ENTITY", "AGGREGATE"),
  }),
  fc.record({
    type: fc.constant("DefineActivityKind" as const),
    name: fc.constantFrom("homework", "session", "exam"),
    plural: fc.constantFrom("homeworks", "sessions", "exams"),
    windows: fc.uniqueArray(fc.constantFrom(7, 14, 30), { maxLength: 3 }),
    value: fc.constantFrom({ least: 0, most: 10 }, undefined),
  }),
);

const formulaCommand: fc.Arbitrary<HealthFormulaCommand> = fc.oneof(
  small.map((n) => ({ ...otherFormula, components: [...otherFormula.components], note: `try ${n}` })),
  small.map((formulaVersion) => ({ type: "ActivateHealthFormula" as const, formulaVersion })),
);

deciderProperties("an entity", {
  decider: entityDecider,
  projection: insightsProjection,
  codec,
  streamId: studentStream,
  begin: [recordFacts(fact({ occurredAt: addDays(storyStart, -1.5) }))],
  commands: entityCommand,
  // A fact is a fact: that it came before, its row says.
  isDoneOnce: ({ type }) => type !== "RecordActivities",
});
deciderProperties("an aggregate", {
  decider: entityDecider,
  projection: insightsProjection,
  codec,
  streamId: subjectStream,
  begin: [groupMeasures()],
  commands: aggregateCommand,
});
deciderProperties("the catalog", {
  decider: catalogDecider,
  projection: insightsProjection,
  codec,
  streamId: "InsightsCatalog-all",
  begin: [school, homework],
  commands: catalogCommand,
});
deciderProperties("the formulas of a type", {
  decider: healthFormulaDecider,
  projection: insightsProjection,
  codec,
  streamId: "HealthFormula-student",
  begin: [otherFormula],
  commands: formulaCommand,
});
