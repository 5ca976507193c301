/** From insight to incident and back, also where a server is cut off anywhere on the way. */
import { beforeEach, describe, expect, it } from "vitest";
import { limits, severityOf } from "../../../src/domain/insights/index.js";
import type { IncidentPolicy, Insight } from "../../../src/domain/insights/index.js";
import { UnavailableError, toMilliseconds } from "../../../src/domain/kernel/index.js";
import { createServiceWorld, follower, goneAt } from "./serviceWorld.js";
import { fewSessions } from "./rulesWorld.js";

const policy: IncidentPolicy = {
  severities: [
    { riskAtLeast: 60, severity: "P3" },
    { riskAtLeast: 90, severity: "P1" },
  ],
  services: ["tutoring"],
  dedupe: "ENTITY",
  autoResolve: true,
};

let world: ReturnType<typeof createServiceWorld>;
beforeEach(() => {
  world = createServiceWorld();
});

/** An insight that a rule of this name has raised about a student who comes seldom; more seldom is a greater risk. */
const raised = async (ruleId: string, change: Partial<IncidentPolicy> = {}, sessions = 0): Promise<Insight> => {
  const seldom = fewSessions({ incident: { ...policy, ...change }, risk: { least: 50, most: 90, worstAt: 0 } });
  await world.createRule(ruleId, seldom);
  await world.attend("student-stu_4532", 20 * 86_400, ...Array.from({ length: sessions }, (_, index) => index + 1));
  await world.evaluate("student-stu_4532", follower);
  const insight = world.insights().find(({ predictionType }) => predictionType === ruleId);
  if (insight === undefined) throw new Error("nothing was raised");
  return insight;
};
const follow = ({ alertId }: Insight) => world.following.followIncident(alertId, follower);
const close = ({ alertId }: Insight) => world.service.change(alertId, "ResolveInsight", {}, world.ada);
const theIncident = async () => {
  const [incident, ...others] = await world.allIncidents();
  expect(others).toEqual([]);
  if (incident === undefined) throw new Error("no incident");
  return incident;
};
const slotId = "entity/student-stu_4532";
/** Claims of so many others. */
const others = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ type: "Claim", alertId: `joined_stu_4532_${n}` }) as const);

describe("a severity", () => {
  it("is that of the greatest risk that is reached", () => {
    expect([59, 60, 89.9, 90, 100].map((risk) => severityOf(policy, risk))).toEqual([
      undefined,
      "P3",
      "P3",
      "P1",
      "P1",
    ]);
    expect(severityOf(undefined, 100)).toBeUndefined();
  });
});

describe("an insight", () => {
  it("becomes an incident that says what it is about, once", async () => {
    const insight = await raised("few");
    await follow(insight);
    await follow(insight);
    const incident = await theIncident();
    expect(incident).toMatchObject({
      title: `${insight.title}: ${insight.entityId}`,
      severity: "P1",
      services: ["tutoring"],
      labels: { "insight-type": "few", "entity-type": "student" },
      createdBy: follower.actor,
      links: [{ kind: "INSIGHT", target: insight.alertId }],
    });
    expect(incident.description).toContain(insight.explanation);
    expect((await world.insight(insight.alertId))?.incident).toEqual({
      incidentId: incident.incidentId,
      declared: true,
    });
    expect(world.slot(slotId)).toMatchObject({ number: 1, isOpen: true, severity: "P1", alertIds: [insight.alertId] });
  });

  it("keeps the incident that people link it to meanwhile, on both sides", async () => {
    const insight = await raised("few");
    const { incidentId } = await world.incidents.declare({ title: "Ours", severity: "P2", services: ["a"] }, world.ada);
    const slow = world.another((commands) => ({
      handle: async (requests, metadata) => {
        const isLink = requests.some(({ command }) => command.type === "LinkIncident");
        if (isLink) await world.service.linkIncident(insight.alertId, incidentId, world.ada);
        return commands.handle(requests, metadata);
      },
    }));
    await slow.following.followIncident(insight.alertId, follower);
    expect((await world.insight(insight.alertId))?.incident).toEqual({ incidentId, declared: false });
    const incidents = await world.allIncidents();
    expect(incidents.map(({ title, links }) => [title, links.length])).toEqual(
      expect.arrayContaining([
        ["Ours", 1],
        [`${insight.title}: ${insight.entityId}`, 0],
      ]),
    );
  });

  it("becomes none before its risk reaches a severity", async () => {
    const insight = await raised("few", { severities: [{ riskAtLeast: 95, severity: "P2" }] });
    await follow(insight);
    expect(await world.allIncidents()).toEqual([]);
    expect(world.slot(slotId)).toBeUndefined();
    await world.run(`Insight-${insight.alertId}`, { type: "ChangeRisk", riskScore: 97, evidence: [] });
    await follow(insight);
    expect((await theIncident()).severity).toBe("P2");
  });

  it("becomes none where its rule wants none, or there is no such insight", async () => {
    const { alertId } = await world.service.raise(
      { entityId: "stu_1", predictionType: "churn_risk", riskScore: 99, title: "T", explanation: "E", modelUsed: "m" },
      world.ada,
    );
    expect(await world.following.followIncident(alertId, follower)).toEqual({});
    expect(await world.following.followIncident("churn_risk_stu_2_1", follower)).toEqual({});
    expect(await world.allIncidents()).toEqual([]);
  });

  it("is not followed where people have linked an incident of theirs", async () => {
    const insight = await raised("few");
    const { incidentId } = await world.incidents.declare(
      { title: "Theirs", severity: "P2", services: ["a"] },
      world.ada,
    );
    await world.service.linkIncident(insight.alertId, incidentId, world.ada);
    await follow(insight);
    expect((await theIncident()).incidentId).toBe(incidentId);
    await close(insight);
    await follow(insight);
    expect((await theIncident()).status).toBe("OPEN");
  });
});

describe("the incident", () => {
  it("is resolved once its last insight is over, whoever is the last", async () => {
    const [one, other] = [await raised("few"), await raised("few_again")];
    await Promise.all([follow(one), follow(other)]);
    expect((await theIncident()).links).toHaveLength(2);
    await close(one);
    await follow(one);
    expect((await theIncident()).status).toBe("OPEN");
    await close(other);
    await follow(other);
    await follow(other);
    expect((await theIncident()).status).toBe("RESOLVED");
    expect(world.slot(slotId)).toMatchObject({ isOpen: false, alertIds: [] });
  });

  it("is one for each insight, or one for a rule, where that is asked for", async () => {
    const one = await raised("each", { dedupe: "INSIGHT" });
    const other = await raised("by_rule", { dedupe: "RULE" });
    await follow(one);
    await follow(other);
    expect(await world.allIncidents()).toHaveLength(2);
    expect(world.slot(`insight/${one.alertId}`)?.isOpen).toBe(true);
    expect(world.slot("rule/by_rule")?.isOpen).toBe(true);
  });

  it("stays open where its policy resolves nothing", async () => {
    const insight = await raised("few", { autoResolve: false });
    await follow(insight);
    await close(insight);
    await follow(insight);
    expect((await theIncident()).status).toBe("OPEN");
    expect(world.slot(slotId)?.isOpen).toBe(false);
  });

  it("is not resolved where an insight has expired, or lost its rule: it is told so, once", async () => {
    for (const lose of [
      async ({ alertId, expiresAt }: Insight) => {
        world.clock.advance(toMilliseconds(expiresAt) - toMilliseconds(world.clock.now()));
        await world.expire(alertId, follower);
      },
      async ({ predictionType }: Insight) => {
        await world.run(`InsightRule-${predictionType}`, { type: "DisableRule" });
        await world.evaluateRule(predictionType, undefined, follower);
      },
    ]) {
      world = createServiceWorld();
      const insight = await raised("few");
      await follow(insight);
      await lose(insight);
      expect((await world.insight(insight.alertId))?.status).toMatch(/^(EXPIRED|RESOLVED)$/);
      await follow(insight);
      await follow(insight);
      expect(await theIncident()).toMatchObject({ status: "OPEN", commentCount: 1 });
      expect(world.slot(slotId)).toMatchObject({ isOpen: false, endings: [] });
    }
  });

  it.each([
    [
      "moved on",
      (incidentId: string) => world.incidents.change(incidentId, "ChangeStatus", { to: "INVESTIGATING" }, world.ada),
    ],
    [
      "taken a role in",
      (incidentId: string) =>
        world.incidents.change(incidentId, "AssignRole", { personId: "ada", role: "COMMANDER" }, world.ada),
    ],
  ])("is left to the people who have %s it, and told that its insights are over", async (_, take) => {
    const insight = await raised("few");
    await follow(insight);
    const { incidentId } = await theIncident();
    await take(incidentId);
    await close(insight);
    const cut = world.another(goneAt("End"));
    await expect(cut.following.followIncident(insight.alertId, follower)).rejects.toThrow("gone");
    await follow(insight);
    const incident = await theIncident();
    expect(incident.status).not.toBe("RESOLVED");
    expect(incident.commentCount).toBe(1);
  });

  it("is left to people where more insights keep it open than the slot can name", async () => {
    const one = await raised("few");
    await follow(one);
    for (const claim of others(limits.incidentInsights - 1)) await world.run(`InsightIncident-${slotId}`, claim);
    const beyond = await raised("few_again");
    await follow(beyond);
    expect((await world.insight(beyond.alertId))?.incident?.incidentId).toBe((await theIncident()).incidentId);
    expect(world.slot(slotId)).toMatchObject({ hasOverflowed: true });
    for (const { alertId } of others(limits.incidentInsights - 1))
      await world.run(`InsightIncident-${slotId}`, { type: "Leave", alertId, settled: true, autoResolve: true });
    await close(one);
    await follow(one);
    expect((await theIncident()).status).toBe("OPEN");
    expect(world.slot(slotId)?.isOpen).toBe(true);
  });

  it("that people have ended is another's no more: the next insight gets a new one", async () => {
    const one = await raised("few");
    await follow(one);
    const { incidentId } = await theIncident();
    await world.incidents.change(incidentId, "ChangeStatus", { to: "CANCELLED" }, world.ada);
    const other = await raised("few_again");
    await follow(other);
    const next = (await world.insight(other.alertId))?.incident;
    expect(next?.declared).toBe(true);
    expect(next?.incidentId).not.toBe(incidentId);
    // The first insight has no part in it.
    await close(one);
    await follow(one);
    expect((await world.incident(next?.incidentId))?.status).toBe("OPEN");
  });

  it("that was merged into another one is followed there, and that one is left to people", async () => {
    const one = await raised("few");
    await follow(one);
    const { incidentId } = await theIncident();
    const main = await world.incidents.declare({ title: "Main", severity: "P1", services: ["a"] }, world.ada);
    await world.incidents.merge(incidentId, main.incidentId, "the same", world.ada);
    const other = await raised("few_again");
    await follow(other);
    expect((await world.insight(other.alertId))?.incident?.incidentId).toBe(main.incidentId);
    for (const insight of [one, other]) {
      await close(insight);
      await follow(insight);
    }
    expect((await world.incident(main.incidentId))?.status).toBe("OPEN");
  });
});

describe("a server that is cut off", () => {
  it.each(["Claim", "Fill", "LinkIncident"] as const)(
    "at %s leaves one incident, which the next one finds",
    async (type) => {
      const insight = await raised("few");
      const cut = world.another(goneAt(type));
      await expect(cut.following.followIncident(insight.alertId, follower)).rejects.toThrow("gone");
      await follow(insight);
      const incident = await theIncident();
      expect(incident.links).toHaveLength(1);
      expect((await world.insight(insight.alertId))?.incident).toEqual({
        incidentId: incident.incidentId,
        declared: true,
      });
      await close(insight);
      await follow(insight);
      expect((await theIncident()).status).toBe("RESOLVED");
    },
  );

  it.each(["Fill", "LinkIncident"] as const)(
    "at %s, of an insight that is over by then, leaves none open",
    async (type) => {
      const insight = await raised("few");
      const cut = world.another(goneAt(type));
      await expect(cut.following.followIncident(insight.alertId, follower)).rejects.toThrow("gone");
      await close(insight);
      await follow(insight);
      expect((await theIncident()).status).toBe("RESOLVED");
      expect(world.slot(slotId)?.isOpen).toBe(false);
    },
  );

  it.each(["Leave", "End"] as const)("at %s is made up for", async (type) => {
    const insight = await raised("few");
    await follow(insight);
    await close(insight);
    const cut = world.another(goneAt(type));
    await expect(cut.following.followIncident(insight.alertId, follower)).rejects.toThrow("gone");
    await follow(insight);
    expect((await theIncident()).status).toBe("RESOLVED");
    expect(world.slot(slotId)).toMatchObject({ isOpen: false, endings: [] });
  });

  it("before it has resolved the incident does so later, also where there is another one by then", async () => {
    const insight = await raised("few");
    await follow(insight);
    await close(insight);
    const { incidentId } = await theIncident();
    const gone = new UnavailableError("the store is gone");
    const cut = world.withIncidents({ change: () => Promise.reject(gone) });
    await expect(cut.followIncident(insight.alertId, follower)).rejects.toThrow(gone);
    const other = await raised("few_again");
    await follow(other);
    expect(world.slot(slotId)).toMatchObject({ isOpen: true, number: 2, endings: [{ number: 1 }] });
    await follow(insight);
    expect((await world.incident(incidentId))?.status).toBe("RESOLVED");
    expect(world.slot(slotId)).toMatchObject({ isOpen: true, endings: [] });
    expect((await world.incident((await world.insight(other.alertId))?.incident?.incidentId))?.status).toBe("OPEN");
  });

  it("declares with the severity of then, whatever the risk is by now", async () => {
    const insight = await raised("few");
    const cut = world.another(goneAt("Fill"));
    await expect(cut.following.followIncident(insight.alertId, follower)).rejects.toThrow("gone");
    const streamId = `Insight-${insight.alertId}`;
    await world.run(streamId, { type: "ChangeRisk", riskScore: 65, evidence: [] });
    await follow(insight);
    expect((await theIncident()).severity).toBe("P1");
  });
});

it("sixteen at a time declare one incident", async () => {
  const insight = await raised("few");
  const servers = Array.from({ length: 16 }, () => world.another());
  const done = await Promise.allSettled(
    servers.map(({ following }) => following.followIncident(insight.alertId, follower)),
  );
  // Whoever met too many others is asked again by its timer.
  expect(done.some(({ status }) => status === "fulfilled")).toBe(true);
  await follow(insight);
  expect((await theIncident()).links).toHaveLength(1);
});
