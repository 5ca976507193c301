/** Others' things are not there: for a caller they look like what there is not. */
import { describe, expect, it } from "vitest";
import {
  areTypesVisible,
  requireAllTypes,
  requireOwnTypes,
  requireVisibleEntity,
  requireVisibleInsight,
  requireVisibleRule,
  requireVisibleType,
} from "../../../src/domain/insights/index.js";
import type { Insight, InsightRule } from "../../../src/domain/insights/index.js";
import { ForbiddenError, NotFoundError } from "../../../src/domain/kernel/index.js";
import type { Scope } from "../../../src/domain/kernel/index.js";

const students: Scope = ["student"];

/** The message of a refusal. */
function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof NotFoundError || error instanceof ForbiddenError) return error.message;
    throw error;
  }
  return "not refused";
}

describe("an entity, an insight, a rule", () => {
  const entity = { entityType: "student" };
  // Only what scope looks at.
  const insight = { entityType: "student", alertId: "a" } as Insight;
  const rule = { ruleId: "r", definition: { entityTypes: ["student", "tutor"] } } as InsightRule;
  const ways: readonly [string, (scope: Scope, found: boolean) => unknown][] = [
    [
      "Entity stu_1",
      (scope, found) => requireVisibleEntity(found ? entity : undefined, { entityId: "stu_1", field: "id", scope }),
    ],
    [
      "Insight a",
      (scope, found) => requireVisibleInsight(found ? insight : undefined, { alertId: "a", field: "id", scope }),
    ],
    [
      "InsightRule r",
      (scope, found) => requireVisibleRule(found ? rule : undefined, { ruleId: "r", field: "id", scope }),
    ],
  ];

  it.each(ways)("%s is there for those who have its types, and for others as if it was not", (name, ask) => {
    expect(refusal(() => ask("all", true))).toBe("not refused");
    expect(refusal(() => ask(["student", "tutor"], true))).toBe("not refused");
    const missing = refusal(() => ask("all", false));
    expect(missing).toBe(`${name} does not exist`);
    expect(refusal(() => ask(["region"], true))).toBe(missing);
    expect(refusal(() => ask([], true))).toBe(missing);
  });

  it("a rule is only there for those who have all of its types", () => {
    expect(refusal(() => requireVisibleRule(rule, { ruleId: "r", field: "id", scope: students }))).toContain(
      "not exist",
    );
    expect(areTypesVisible(["student", "tutor"], students)).toBe(false);
    expect(areTypesVisible(["student"], students)).toBe(true);
  });
});

it("a type is there for those who have it, and callers name their own only", () => {
  expect(refusal(() => requireVisibleType("student", "entityType", students))).toBe("not refused");
  expect(refusal(() => requireVisibleType("tutor", "entityType", students))).toBe("EntityType tutor does not exist");
  expect(refusal(() => requireOwnTypes(["student"], "entityId", students))).toBe("not refused");
  expect(refusal(() => requireOwnTypes(["student", "tutor"], "entityId", students))).toContain("not tutor");
});

it("what is shared by all types is for those who see all", () => {
  expect(refusal(() => requireAllTypes("kinds of activity", "all"))).toBe("not refused");
  expect(refusal(() => requireAllTypes("kinds of activity", students))).toContain("you need access to all");
});
