/** Rules held against entities on a real store: what is raised, resolved, barred, and what happens where others are faster. */
import { describe, expect, it } from "vitest";
import { closeWatch } from "../../../src/domain/insights/index.js";
import { ada, student } from "./metricsWorld.js";
import { createRulesWorld, fewSessions, policy } from "./rulesWorld.js";

const day = 86_400;

async function aWorld(definition = fewSessions()) {
  const world = createRulesWorld();
  await world.createRule("few_sessions", definition);
  await world.attend(student, 60);
  return world;
}

describe("evaluating an entity", () => {
  it("raises an insight with all that its rule says, once", async () => {
    const world = await aWorld(
      fewSessions({ outcome: { metric: "sessions_7d", comparison: "BELOW", value: 1, withinDays: 7 }, notify: {} }),
    );
    expect(await world.evaluate(student, policy)).toEqual({});
    expect(world.insights()).toMatchObject([
      {
        alertId: `few_sessions_stu_4532_${Date.parse(world.clock.now())}`,
        entityType: "student",
        predictionType: "few_sessions",
        ruleRevision: 1,
        status: "OPEN",
        riskScore: 70,
        title: "Health is low",
        explanation:
          "sessions_7d is 1, below the level of 2. The risk is 70 of 100. It is predicted that sessions_7d will be below 1 within 7 days.",
        recommendations: [{ recommendationId: "r1" }, { recommendationId: "r2" }],
        evidence: [{ name: "sessions_7d", value: 1, level: 2 }],
        origin: { modelUsed: "deterministic-v1" },
        place: "2025-01-15T10:30:00Z",
        entityVersion: 2,
        expiresAt: world.clock.in(30 * day * 1_000),
        notify: {},
      },
    ]);
    await world.evaluate(student, policy);
    expect(world.insights()).toHaveLength(1);
    expect(world.watch("few_sessions")?.phase).toBe("FIRING");
  });

  it("resolves it where the conditions clear", async () => {
    const world = await aWorld();
    await world.evaluate(student, policy);
    await world.attend(student, 30);
    await world.evaluate(student, policy);
    expect(world.insights()).toMatchObject([{ status: "RESOLVED", resolved: { cause: "RECOVERED", by: "policy" } }]);
    expect(world.watch("few_sessions")?.phase).toBe("NORMAL");
  });

  it("sees metrics as they are at the moment, however late the sweep is", async () => {
    const world = createRulesWorld();
    await world.createRule("few_sessions");
    await world.attend(student, 6 * day, 60);
    await world.evaluate(student, policy);
    expect(world.insights()).toEqual([]);
    world.clock.advance(day * 1_000);
    await world.evaluate(student, policy);
    expect(world.insights()).toHaveLength(1);
  });

  it("changes the risk of an open insight", async () => {
    const world = await aWorld();
    await world.evaluate(student, policy);
    world.clock.advance(8 * day * 1_000);
    await world.evaluate(student, policy);
    expect(world.insights()).toMatchObject([{ riskScore: 90, peakRiskScore: 90, evidence: [{ value: 0 }] }]);
  });

  it("costs nothing where no enabled rule is about the type", async () => {
    const world = createRulesWorld();
    await world.createRule("few_sessions", fewSessions({ entityTypes: ["tutor"] }));
    await world.createRule("off", fewSessions(), false);
    await world.attend(student, 60);
    const before = { ...world.counts, ...world.asked };
    expect(await world.evaluate(student, policy)).toEqual({});
    expect({ ...world.counts, ...world.asked }).toEqual(before);
  });

  it("does nothing about an entity that there is not", async () => {
    const world = await aWorld();
    expect(await world.evaluate("student-stu_9", policy)).toEqual({});
  });

  it("says when to look again, over all rules", async () => {
    const world = await aWorld(fewSessions({ forSeconds: 300 }));
    await world.createRule("sooner", fewSessions({ forSeconds: 120 }));
    expect(await world.evaluate(student, policy)).toEqual({ again: world.clock.in(120_000) });
  });

  it("gives two insights of one second places of their own (defect M1)", async () => {
    const world = await aWorld();
    await world.createRule("fewer_sessions");
    await world.evaluate(student, policy);
    const places = world.insights().map(({ place }) => place);
    const [alertId] = world.insights().flatMap((one) => (one.place.includes("#") ? one.alertId : []));
    expect(places.sort()).toEqual(["2025-01-15T10:30:00Z", `2025-01-15T10:30:00Z#${alertId}`]);
  });

  it("raises one insight where sixteen ask at a time", async () => {
    const world = await aWorld();
    await Promise.all(Array.from({ length: 16 }, () => world.evaluate(student, policy)));
    expect(world.insights()).toHaveLength(1);
  });

  it("decides anew where the watch was moved meanwhile", async () => {
    const world = await aWorld(fewSessions({ forSeconds: 60 }));
    await world.evaluate(student, policy);
    world.clock.advance(60_000);
    world.meanwhile(async () => {
      await world.run("Watch-few_sessions/student-stu_4532", { type: "Reset", revision: 1 });
    });
    const { again } = await world.evaluate(student, policy);
    expect(world.insights()).toEqual([]);
    expect(world.watch("few_sessions")?.phase).toBe("NORMAL");
    // In the second of the reset nothing begins.
    expect(again).toBe(world.clock.in(1_000));
  });

  it("raises nothing by a rule that was disabled a moment ago, whatever the settings remember", async () => {
    const world = await aWorld();
    world.freezeSettings();
    await world.run("InsightRule-few_sessions", { type: "DisableRule" });
    await world.evaluate(student, policy);
    expect(world.insights()).toEqual([]);
  });

  it("holds a rule that looks back against the past, by one request for tallies", async () => {
    const drop = {
      type: "RATE_OF_CHANGE",
      metric: "sessions_7d",
      overDays: 7,
      unit: "PERCENT",
      comparison: "BELOW",
      fireAt: -40,
      clearAt: -20,
    } as const;
    const unusual = {
      type: "ANOMALY",
      metric: "sessions_7d",
      baselineDays: 14,
      leastDays: 7,
      direction: "DOWN",
      fireAt: 0.5,
      clearAt: 0.5,
    } as const;
    const world = createRulesWorld();
    await world.createRule("falling", fewSessions({ conditions: [drop, unusual] }));
    await world.attend(student, ...Array.from({ length: 8 }, (_, index) => (8 + index) * day - 60), 120);
    const before = world.counts.getTallies;
    const { again } = await world.evaluate(student, policy);
    expect(world.counts.getTallies - before).toBe(1);
    expect(world.insights()).toMatchObject([
      {
        evidence: [
          { name: "sessions_7d_change_7d_percent", value: -85.714286 },
          { name: "sessions_7d", value: 1 },
          { name: "sessions_7d_7d_ago", value: 7 },
          { name: "sessions_7d_deviation" },
          { name: "sessions_7d_median_14d" },
        ],
      },
    ]);
    expect(again).toBeDefined();
  });
});

describe("an insight that a person has ended", () => {
  it("is not raised again before the conditions have cleared", async () => {
    const world = await aWorld();
    await world.evaluate(student, policy);
    const [insight] = world.insights();
    if (insight === undefined) throw new Error("nothing was raised");
    const dismiss = {
      streamId: `Insight-${insight.alertId}`,
      command: { type: "DismissInsight", reason: "EXPECTED" } as const,
    };
    await world.commands.handle([dismiss, closeWatch(insight, world.rule("few_sessions"), world.clock.now())], ada);
    world.clock.advance(60_000);
    await world.evaluate(student, policy);
    expect(world.watch("few_sessions")?.phase).toBe("HELD");
    await world.attend(student, 30);
    await world.evaluate(student, policy);
    world.clock.advance(7 * day * 1_000);
    await world.evaluate(student, policy);
    expect(world.insights().map(({ status }) => status)).toEqual(["DISMISSED", "OPEN"]);
  });
});

describe("caps", () => {
  it("keep a rule from raising more about an entity than it may in a day; it is looked at again the next", async () => {
    const world = await aWorld(fewSessions({ maxPerEntityPerDay: 2 }));
    const phases: unknown[] = [];
    for (let hours = 0; hours < 3; hours += 1) {
      await world.evaluate(student, policy);
      phases.push(world.watch("few_sessions")?.phase);
      // It leaves the window within the hour.
      await world.attend(student, 7 * day - 3_600);
      await world.evaluate(student, policy);
      world.clock.advance(3_600_000);
    }
    expect(phases).toEqual(["FIRING", "FIRING", "PENDING"]);
    expect(world.insights()).toHaveLength(2);
    expect(await world.evaluate(student, policy)).toEqual({ again: "2025-01-16T00:00:00.000Z" });
    world.clock.advance(12 * 3_600_000);
    await world.evaluate(student, policy);
    expect(world.insights()).toHaveLength(3);
  });

  it("are each rule's own: what others have raised about the entity does not count", async () => {
    const world = await aWorld(fewSessions({ maxPerEntityPerDay: 1 }));
    await world.createRule("another", fewSessions({ maxPerEntityPerDay: 1 }));
    await world.evaluate(student, policy);
    expect(world.insights().map(({ predictionType }) => predictionType)).toEqual(["few_sessions", "another"]);
  });

  it("leave open what a suspended rule has raised, until it recovers or a person disables the rule", async () => {
    const world = await aWorld(fewSessions({ maxPerDay: 2 }));
    const others = ["student-stu_1", "student-stu_2"];
    await world.evaluate(student, policy);
    for (const entityKey of others) {
      await world.attend(entityKey, 60);
      await world.evaluate(entityKey, policy);
    }
    expect(world.rule("few_sessions")).toMatchObject({ enabled: false, disabled: { suspended: true } });
    const statuses = () => world.insights().map(({ status }) => status);
    await world.evaluateRule("few_sessions", undefined, policy);
    expect(statuses()).toEqual(["OPEN", "OPEN"]);
    await world.attend(student, 30);
    expect(await world.isWatched(student)).toBe(true);
    await world.evaluate(student, policy);
    expect(statuses().sort()).toEqual(["OPEN", "RESOLVED"]);
    await world.run("InsightRule-few_sessions", { type: "DisableRule" });
    await world.evaluateRule("few_sessions", undefined, policy);
    expect(statuses()).toEqual(["RESOLVED", "RESOLVED"]);
  });

  it("count anew once a person has enabled a suspended rule", async () => {
    const world = createRulesWorld();
    await world.createRule("all", fewSessions({ maxPerDay: 1 }));
    for (const entityKey of ["student-stu_1", "student-stu_2"]) {
      await world.attend(entityKey, 60);
      await world.evaluate(entityKey, policy);
    }
    world.clock.advance(1_000);
    await world.run("InsightRule-all", { type: "EnableRule" });
    await world.evaluate("student-stu_2", policy);
    expect(world.insights()).toHaveLength(2);
    expect(world.rule("all")?.enabled).toBe(true);
  });

  it("suspend a rule that matches everything", async () => {
    const world = createRulesWorld();
    await world.createRule("all", fewSessions({ maxPerDay: 3 }));
    const students = Array.from({ length: 6 }, (_, index) => `student-stu_${index}`);
    for (const entityKey of students) {
      await world.attend(entityKey, 60);
      await world.evaluate(entityKey, policy);
    }
    expect(world.insights()).toHaveLength(3);
    expect(world.rule("all")).toMatchObject({ enabled: false, disabled: { suspended: true } });
  });
});

describe("evaluating a rule", () => {
  const students = Array.from({ length: 120 }, (_, index) => `student-stu_${100 + index}`);

  async function throughAll(world: ReturnType<typeof createRulesWorld>, ruleId: string) {
    let [after, pages]: [string | undefined, number] = [undefined, 0];
    do {
      const { next }: { next?: string } = await world.evaluateRule(ruleId, after, policy);
      [after, pages] = [next, pages + 1];
    } while (after !== undefined && pages < 100);
    return pages;
  }

  it("goes through all entities of its types, page by page, and wakes those that wait", async () => {
    const world = createRulesWorld();
    for (const entityKey of students) await world.attend(entityKey, 60);
    await world.createRule("few_sessions", fewSessions({ forSeconds: 60, entityTypes: ["tutor", "student"] }));
    await throughAll(world, "few_sessions");
    expect(world.woken.map(({ entityKey }) => entityKey).sort()).toEqual([...students].sort());
    expect(new Set(world.woken.map(({ at }) => at))).toEqual(new Set([world.clock.in(60_000)]));
  });

  it("ends all that a disabled rule has open, and what it has pending", async () => {
    const world = createRulesWorld();
    await world.createRule("few_sessions");
    for (const entityKey of students) {
      await world.attend(entityKey, 60);
      await world.evaluate(entityKey, policy);
    }
    await world.run("InsightRule-few_sessions", { type: "DisableRule" });
    await throughAll(world, "few_sessions");
    expect(world.insights()).toHaveLength(120);
    expect(world.insights().every(({ resolved }) => resolved?.cause === "RULE_DISABLED")).toBe(true);
  });

  it("ends what it has open about a type that it names no more", async () => {
    const world = await aWorld();
    await world.evaluate(student, policy);
    await world.run("InsightRule-few_sessions", {
      type: "ChangeRule",
      definition: fewSessions({ entityTypes: ["tutor"] }),
    });
    await throughAll(world, "few_sessions");
    expect(world.insights()).toMatchObject([{ resolved: { cause: "RULE_DISABLED" } }]);
  });

  it("leaves nothing standing about a type that it names no more, also where somebody has closed it", async () => {
    const world = await aWorld();
    await world.evaluate(student, policy);
    const [insight] = world.insights();
    if (insight === undefined) throw new Error("nothing was raised");
    await world.commands.handle([closeWatch(insight, world.rule("few_sessions"), world.clock.now())], ada);
    await world.run("InsightRule-few_sessions", {
      type: "ChangeRule",
      definition: fewSessions({ entityTypes: ["tutor"] }),
    });
    await throughAll(world, "few_sessions");
    expect(world.watch("few_sessions")?.phase).toBe("NORMAL");
  });

  it("does nothing for a rule that there is not", async () => {
    expect(await createRulesWorld().evaluateRule("none", undefined, policy)).toEqual({});
  });
});
