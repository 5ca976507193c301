/** How a rule stands for an entity, as the API shows it. */
import { expect, it } from "vitest";
import type { Watch } from "../../../src/domain/insights/index.js";
import { toWatchView } from "../../../src/resolvers/insights/views.js";

it("a cooldown is there until it is over", () => {
  const cooldownUntil = "2025-01-15T10:30:00.000Z";
  const watch: Watch = {
    ruleId: "low_health_score",
    entityKey: "student-stu_4532",
    phase: "NORMAL",
    since: "2025-01-14T10:30:00.000Z",
    cooldownUntil,
    revision: 1,
    version: 4,
    hash: "h",
  };
  expect(toWatchView(watch, "2025-01-15T10:29:59.999Z").cooldownUntil).toBe(cooldownUntil);
  expect(toWatchView(watch, cooldownUntil).cooldownUntil).toBeUndefined();
});
