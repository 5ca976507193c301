/** How a rule's conditions move its watch, and what that means for insights: step by step, in words. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addSeconds, toMilliseconds } from "../../../src/domain/kernel/index.js";
import { foldWatch, moveWatch, stepRule } from "../../../src/domain/insights/index.js";
import type {
  InsightRule,
  RuleDefinition,
  Situation,
  Step,
  WatchCommand,
  WatchCourse,
} from "../../../src/domain/insights/index.js";
import { aDefinition } from "../../support/insightStory.js";

const start = "2025-01-15T10:30:00.000Z";
const at = (seconds: number) => addSeconds(start, seconds);
const named = (seconds: number) => `low_health_score_stu_4532_${toMilliseconds(at(seconds))}`;

type Rule = Situation["rule"];

function aRule(change: Partial<RuleDefinition> = {}, of: Partial<InsightRule> = {}): Rule {
  const definition = aDefinition({ cooldownSeconds: 0, ...change });
  return { ruleId: "low_health_score", definition, revision: 1, enabled: true, silences: [], ...of };
}

/** A rule and a student over time. */
function createCourse(first: Rule) {
  let rule = first;
  let watch: WatchCourse | undefined;
  let openRisk: number | undefined;
  const move = (command: WatchCommand, seconds: number) => {
    for (const event of moveWatch(command, watch, at(seconds))) watch = foldWatch(watch, event, at(seconds));
  };
  return {
    /** What the rule says of a health so many seconds after the start. */
    look(seconds: number, healthScore: number | null): Step {
      const step = stepRule({
        rule,
        entity: { type: "student", id: "stu_4532" },
        watch,
        openRisk,
        readings: {
          current: { at: at(seconds), metrics: {}, healthScore },
          lastActivityAt: {},
          daysAgo: () => ({ at: start, metrics: {}, healthScore: null }),
          midnights: () => [],
        },
      });
      if (step.watch !== undefined) move(step.watch, seconds);
      openRisk = step.recover === undefined ? (step.raise?.riskScore ?? step.risk?.riskScore ?? openRisk) : undefined;
      return step;
    },
    /** A person ends the insight. */
    close(seconds: number, cooldownSeconds: number) {
      const command = { alertId: watch?.alertId ?? "none", cooldownUntil: at(seconds + cooldownSeconds) };
      move({ type: "Hold", ...command }, seconds);
    },
    change: (next: Rule) => void (rule = next),
    phase: () => watch?.phase,
    watch: () => watch,
  };
}

describe("a rule without delays", () => {
  it("raises an insight at once, named after its beginning, with its numbers and risk", () => {
    const course = createCourse(aRule());
    expect(course.look(0, 45)).toEqual({
      watch: { type: "Fire", revision: 1, alertId: named(0), since: start },
      raise: { alertId: named(0), riskScore: 75, evidence: [{ name: "health_score", value: 45, level: 70 }] },
    });
    expect(course.phase()).toBe("FIRING");
  });

  it("resolves it where the conditions clear, not between the levels", () => {
    const course = createCourse(aRule());
    course.look(0, 60);
    expect(course.look(60, 72)).toEqual({});
    expect(course.look(120, 75)).toEqual({
      watch: { type: "Recover", cooldownUntil: at(120) },
      recover: "RECOVERED",
    });
  });

  it("says nothing twice", () => {
    const course = createCourse(aRule());
    course.look(0, 60);
    expect(course.look(0, 60)).toEqual({});
    course.look(60, 80);
    expect(course.look(61, 80)).toEqual({});
  });

  it("raises nothing and ends nothing where there is no value", () => {
    const course = createCourse(aRule());
    expect(course.look(0, null)).toEqual({});
    course.look(1, 60);
    expect(course.look(2, null)).toEqual({});
    expect(course.phase()).toBe("FIRING");
  });

  it("begins no episode in the second in which one has ended: it would have the same name", () => {
    const course = createCourse(aRule());
    course.look(0, 60);
    course.look(0, 80);
    expect(course.look(0, 60)).toEqual({ nextAt: at(1) });
    expect(course.look(1, 60).raise?.alertId).toBe(named(1));
  });

  it("waits for the end of an episode that another clock has seen ahead, and looks once a minute until then", () => {
    const course = createCourse(aRule());
    course.look(3_600, 60);
    course.look(3_600, 80);
    expect(course.look(0, 60)).toEqual({ nextAt: at(60) });
    expect(course.look(3_590, 60)).toEqual({ nextAt: at(3_601) });
    expect(course.look(3_601, 60).raise?.alertId).toBe(named(3_601));
  });

  it("says when the risk has changed by five or more, and only while the conditions are met", () => {
    const course = createCourse(aRule());
    expect(course.look(0, 60).raise?.riskScore).toBe(60);
    expect(course.look(1, 57).risk).toBeUndefined();
    expect(course.look(2, 50).risk?.riskScore).toBe(70);
    expect(course.look(3, 72).risk).toBeUndefined();
    expect(course.look(4, 69).risk?.riskScore).toBe(51);
  });
});

describe("the risk", () => {
  const riskAt = (health: number, risk: RuleDefinition["risk"]) =>
    createCourse(aRule({ risk })).look(0, health).raise?.riskScore;

  it("is least at the level and most at worstAt and beyond, in proportion between, and whole", () => {
    const risk = { least: 50, most: 100, worstAt: 20 };
    expect([69.999, 45, 33, 20, 0].map((health) => riskAt(health, risk))).toEqual([50, 75, 87, 100, 100]);
  });

  it("is the least where the rule does not say what is worst", () => {
    expect(riskAt(0, { least: 40, most: 100 })).toBe(40);
  });

  it("stays within bounds where worstAt is at the level, or on the wrong side of it", () => {
    expect(riskAt(60, { least: 50, most: 100, worstAt: 70 })).toBe(100);
    expect(riskAt(60, { least: 50, most: 100, worstAt: 90 })).toBe(50);
  });
});

describe("a rule that waits", () => {
  const rule = aRule({ forSeconds: 300, keepFiringForSeconds: 120, cooldownSeconds: 600 });

  it("raises once the conditions have been met for long enough, and says when to look again", () => {
    const course = createCourse(rule);
    expect(course.look(0, 60)).toEqual({
      watch: { type: "BeginPending", revision: 1, since: start },
      nextAt: at(300),
    });
    expect(course.look(299, 60)).toEqual({ nextAt: at(300) });
    expect(course.look(300, 60).raise?.alertId).toBe(named(0));
  });

  it("begins anew where the conditions were not met in between", () => {
    const course = createCourse(rule);
    course.look(0, 60);
    expect(course.look(100, 71).watch).toEqual({ type: "Reset", revision: 1 });
    course.look(200, 60);
    expect(course.look(300, 60).raise).toBeUndefined();
    expect(course.look(500, 60).raise?.alertId).toBe(named(200));
  });

  it("resolves once they have cleared for long enough, and fires on where they do not stay so", () => {
    const course = createCourse(rule);
    course.look(0, 60);
    course.look(300, 60);
    expect(course.look(400, 80)).toEqual({
      watch: { type: "BeginRecovering", since: at(400) },
      nextAt: at(520),
    });
    expect(course.look(450, 72).watch).toEqual({ type: "Refire" });
    course.look(500, 80);
    expect(course.look(619, 80)).toEqual({ nextAt: at(620) });
    expect(course.look(620, 80)).toEqual({
      watch: { type: "Recover", cooldownUntil: at(1_220) },
      recover: "RECOVERED",
    });
  });

  it("raises nothing before its cooldown is over; what is pending meanwhile counts", () => {
    const course = createCourse(rule);
    course.look(0, 60);
    course.look(300, 60);
    course.look(400, 80);
    course.look(520, 80);
    expect(course.look(600, 60).nextAt).toBe(at(1_120));
    expect(course.look(1_000, 60)).toEqual({ nextAt: at(1_120) });
    expect(course.look(1_120, 60).raise?.alertId).toBe(named(600));
  });
});

describe("a silence", () => {
  const silence = { silenceId: "s", until: at(100), reason: "Holidays", by: "ada" };

  it("keeps the rule from raising, while what is pending goes on", () => {
    const course = createCourse(aRule({}, { silences: [silence] }));
    expect(course.look(0, 60)).toMatchObject({ watch: { type: "BeginPending" }, nextAt: at(100) });
    expect(course.look(99, 60).raise).toBeUndefined();
    expect(course.look(100, 60).raise?.alertId).toBe(named(0));
  });

  it("may be about one entity only", () => {
    expect(createCourse(aRule({}, { silences: [{ ...silence, entityId: "stu_1" }] })).look(0, 60).raise).toBeDefined();
    expect(
      createCourse(aRule({}, { silences: [{ ...silence, entityId: "stu_4532" }] })).look(0, 60).raise,
    ).toBeUndefined();
  });

  it("lets what is open recover", () => {
    const course = createCourse(aRule());
    course.look(0, 60);
    course.change(aRule({}, { silences: [silence] }));
    expect(course.look(10, 80).recover).toBe("RECOVERED");
  });
});

describe("a cap", () => {
  const secondsToMidnight = (24 - 10.5) * 3_600;
  const midnight = at(secondsToMidnight);

  it("bars the rule until the next day (UTC), once it has raised as many about the entity as it may", () => {
    const course = createCourse(aRule({ maxPerEntityPerDay: 2 }));
    for (const seconds of [0, 20]) {
      expect(course.look(seconds, 60).raise).toBeDefined();
      expect(course.look(seconds + 10, 90).recover).toBe("RECOVERED");
    }
    expect(course.look(40, 60)).toMatchObject({ watch: { type: "BeginPending" }, nextAt: midnight });
    expect(course.look(secondsToMidnight - 1, 60).raise).toBeUndefined();
    expect(course.look(secondsToMidnight, 60).raise).toBeDefined();
    expect(course.watch()?.raised).toEqual({ day: midnight, count: 1 });
  });

  it("does not count what a model has raised, and counts what a clock that is behind adds", () => {
    const fired = (revision: number) =>
      ({ type: "WatchFired", data: { revision, alertId: "a", since: start } }) as const;
    const byModel = foldWatch(undefined, fired(0), start);
    expect(byModel.raised).toBeUndefined();
    const ahead = foldWatch(byModel, fired(1), midnight);
    expect(foldWatch(ahead, fired(1), addSeconds(midnight, -1)).raised).toEqual({ day: midnight, count: 2 });
  });
});

describe("an insight that somebody has closed", () => {
  it("is not raised again before the conditions have cleared, and its cooldown is over", () => {
    const course = createCourse(aRule());
    course.look(0, 60);
    course.close(10, 100);
    expect(course.look(200, 60)).toEqual({});
    expect(course.look(202, 80).watch).toEqual({ type: "Release" });
    expect(course.look(203, 60).raise?.alertId).toBe(named(203));
  });

  it("may be raised again, too, once there is nothing to know any more and its cooldown is over", () => {
    const course = createCourse(aRule());
    course.look(0, 60);
    course.close(10, 100);
    expect(course.look(50, null)).toEqual({ nextAt: at(110) });
    expect(course.look(60, 60)).toEqual({});
    expect(course.look(110, null)).toEqual({ watch: { type: "Release" } });
    expect(course.look(1_000, 60).raise?.alertId).toBe(named(1_000));
  });

  it("waits for the cooldown also where they cleared before", () => {
    const course = createCourse(aRule());
    course.look(0, 60);
    course.close(10, 100);
    course.look(20, 80);
    expect(course.look(30, 60)).toMatchObject({ watch: { type: "BeginPending" }, nextAt: at(110) });
    expect(course.look(110, 60).raise?.alertId).toBe(named(30));
  });
});

describe("a rule that has changed", () => {
  it("begins its waiting anew", () => {
    const course = createCourse(aRule({ forSeconds: 300 }));
    course.look(0, 60);
    course.change(aRule({ forSeconds: 200 }, { revision: 2 }));
    expect(course.look(250, 60)).toEqual({
      watch: { type: "BeginPending", revision: 2, since: at(250) },
      nextAt: at(450),
    });
    expect(course.look(450, 60).raise?.alertId).toBe(named(250));
  });

  it("is held against what is open by its new conditions", () => {
    const course = createCourse(aRule());
    course.look(0, 60);
    const conditions = [
      { type: "THRESHOLD", metric: "health_score", comparison: "BELOW", fireAt: 50, clearAt: 55 },
    ] as const;
    course.change(aRule({ conditions: [...conditions] }, { revision: 2 }));
    expect(course.look(10, 60).recover).toBe("RECOVERED");
  });

  it("ends what it has open where it is off, or no more about the type, and forgets what is pending", () => {
    for (const away of [aRule({}, { enabled: false }), aRule({ entityTypes: ["tutor"] }, { revision: 2 })]) {
      const firing = createCourse(aRule());
      firing.look(0, 60);
      firing.change(away);
      expect(firing.look(10, 60)).toEqual({
        watch: { type: "Recover", cooldownUntil: at(10) },
        recover: "RULE_DISABLED",
      });
      const pending = createCourse(aRule({ forSeconds: 60 }));
      pending.look(0, 60);
      pending.change(away);
      expect(pending.look(10, 60).watch).toEqual({ type: "Reset", revision: away.revision });
    }
  });

  it("keeps holding what somebody has closed while it is off, not where it is no more about the type", () => {
    const held = createCourse(aRule());
    held.look(0, 60);
    held.close(1, 0);
    held.change(aRule({}, { enabled: false }));
    expect(held.look(10, 60)).toEqual({});
    held.change(aRule({ entityTypes: ["tutor"] }, { revision: 2 }));
    expect(held.look(10, 60)).toEqual({ watch: { type: "Release" } });
  });
});

describe("a rule that is suspended", () => {
  const suspended = (change: Partial<RuleDefinition> = {}) =>
    aRule(change, { enabled: false, disabled: { at: start, suspended: true } });

  it("leaves open what it has raised, until that recovers", () => {
    const course = createCourse(aRule({ keepFiringForSeconds: 60 }));
    course.look(0, 60);
    course.change(suspended({ keepFiringForSeconds: 60 }));
    expect(course.look(10, 60)).toEqual({});
    expect(course.look(20, 80)).toMatchObject({ watch: { type: "BeginRecovering" }, nextAt: at(80) });
    expect(course.look(80, 80).recover).toBe("RECOVERED");
  });

  it("raises nothing, and forgets what is pending", () => {
    const course = createCourse(aRule({ forSeconds: 60 }));
    course.look(0, 60);
    course.change(suspended());
    expect(course.look(60, 60)).toEqual({ watch: { type: "Reset", revision: 1 } });
    expect(course.look(70, 60)).toEqual({});
  });
});

describe("an insight that a model has found under the name of the rule", () => {
  const found: WatchCourse = { revision: 0, phase: "FIRING", since: start, alertId: named(0) };
  const look = (rule: Rule, healthScore: number, watch: WatchCourse = found) =>
    stepRule({
      rule,
      entity: { type: "student", id: "stu_4532" },
      watch,
      openRisk: 90,
      readings: {
        current: { at: at(10), metrics: {}, healthScore },
        lastActivityAt: {},
        daysAgo: () => ({ at: start, metrics: {}, healthScore: null }),
        midnights: () => [],
      },
    });

  it("is left alone, whatever the rule says", () => {
    for (const rule of [aRule(), aRule({}, { enabled: false }), aRule({ entityTypes: ["tutor"] })])
      expect([look(rule, 60), look(rule, 80)]).toEqual([{}, {}]);
  });

  it("holds the rule once it is over", () => {
    const held: WatchCourse = { revision: 0, phase: "HELD", since: start, cooldownUntil: start };
    expect(look(aRule(), 60, held)).toEqual({});
    expect(look(aRule(), 80, held)).toEqual({ watch: { type: "Release" } });
  });
});

describe("several conditions", () => {
  const two = aRule({
    conditions: [
      { type: "THRESHOLD", metric: "health_score", comparison: "BELOW", fireAt: 70, clearAt: 75 },
      { type: "NO_DATA", afterSeconds: 60 },
    ],
  });
  const look = (healthScore: number, idleSeconds: number, watch?: WatchCourse) =>
    stepRule({
      rule: two,
      entity: { type: "student", id: "stu_4532" },
      watch,
      openRisk: undefined,
      readings: {
        current: { at: start, metrics: {}, healthScore },
        lastActivityAt: { session: at(-idleSeconds) },
        daysAgo: () => ({ at: start, metrics: {}, healthScore: null }),
        midnights: () => [],
      },
    });

  it("must all be met; one that has cleared is enough to recover", () => {
    expect(look(60, 59)).toEqual({ nextAt: at(1) });
    expect(look(80, 60)).toEqual({});
    expect(look(60, 60).raise?.evidence).toEqual([
      { name: "health_score", value: 60, level: 70 },
      { name: "days_since_activity", value: 0.001, level: 0.001 },
    ]);
    const firing: WatchCourse = { revision: 1, phase: "FIRING", since: at(-100), alertId: named(-100) };
    expect(look(60, 10, firing).recover).toBe("RECOVERED");
    expect(look(72, 60, firing)).toEqual({});
  });
});

describe("whatever comes", () => {
  const definition = fc.record({
    forSeconds: fc.constantFrom(0, 5, 20),
    keepFiringForSeconds: fc.constantFrom(0, 5),
    cooldownSeconds: fc.constantFrom(0, 5, 30),
    maxPerEntityPerDay: fc.constantFrom(1, 3, 100),
  });
  const event = fc.oneof(
    fc.record({
      type: fc.constant("look" as const),
      health: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 50, max: 90 }) }, fc.constant(null)),
    }),
    fc.record({ type: fc.constant("close" as const), cooldown: fc.nat(20) }),
    fc.record({ type: fc.constant("change" as const), definition, enabled: fc.boolean(), silent: fc.boolean() }),
  );
  const course = fc.array(fc.record({ wait: fc.nat(8), event }), { maxLength: 60 });

  it("a rule has at most one insight open about an entity, each with a name of its own, and every move is allowed", () => {
    fc.assert(
      fc.property(course, (events) => {
        const story = createCourse(aRule());
        const names = new Set<string>();
        let [seconds, revision] = [0, 1];
        let open: string | undefined;
        for (const { wait, event: one } of events) {
          seconds += wait;
          if (one.type === "close") {
            story.close(seconds, one.cooldown);
            open = undefined;
          } else if (one.type === "change") {
            revision += 1;
            const silences = one.silent ? [{ silenceId: "s", until: at(seconds + 7), reason: "r", by: "ada" }] : [];
            story.change(aRule(one.definition, { revision, enabled: one.enabled, silences }));
          } else {
            const { raise, recover } = story.look(seconds, one.health);
            if (raise !== undefined) {
              expect(open).toBeUndefined();
              expect(names.has(raise.alertId)).toBe(false);
              names.add(raise.alertId);
              open = raise.alertId;
            }
            if (recover !== undefined) {
              expect(open).toBeDefined();
              open = undefined;
            }
          }
          expect(story.watch()?.alertId).toBe(open);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("a time to look again is always in the future", () => {
    fc.assert(
      fc.property(course, (events) => {
        const story = createCourse(aRule({ forSeconds: 10, keepFiringForSeconds: 5, cooldownSeconds: 20 }));
        let seconds = 0;
        for (const { wait, event: one } of events) {
          seconds += wait;
          if (one.type !== "look") continue;
          const { nextAt } = story.look(seconds, one.health);
          if (nextAt !== undefined) expect(nextAt > at(seconds)).toBe(true);
        }
      }),
    );
  });
});
