/** The rules of rules, watches, insights and incident slots as sentences. */
import { describe, expect, it } from "vitest";
import {
  ForbiddenError,
  InvalidTransitionError,
  NotFoundError,
  ValidationError,
} from "../../../src/domain/kernel/errors.js";
import {
  closeWatch,
  defaultCatalog,
  deterministicExplainer,
  explainByRules,
  incidentSlotDecider,
  insightDecider,
  limits,
  requireKnown,
  ruleDecider,
  watchDecider,
} from "../../../src/domain/insights/index.js";
import type { InsightEvent, InsightsCommandOf, RuleEvent, WatchEvent } from "../../../src/domain/insights/index.js";
import { deciderSpecification } from "../../support/deciderSpecification.js";
import {
  aDefinition,
  alertId,
  createRule,
  explained,
  incidentId,
  insightStory,
  raise,
  silenceId,
} from "../../support/insightStory.js";

const rules = deciderSpecification(ruleDecider);
const watches = deciderSpecification(watchDecider);
const insights = deciderSpecification(insightDecider);
const slots = deciderSpecification(incidentSlotDecider);
const tutors = { scope: ["tutor"] };
const later = "2025-01-15T11:00:00.000Z";

describe("a rule", () => {
  const { definition } = createRule;
  const created: RuleEvent = { type: "InsightRuleCreated", data: { definition, enabled: false } };
  const enabled: RuleEvent = { type: "InsightRuleEnabled", data: {} };
  const silence = { type: "SilenceRule", silenceId, until: later, reason: "Holidays" } as const;
  const silenced: RuleEvent = { type: "InsightRuleSilenced", data: { silenceId, until: later, reason: "Holidays" } };

  it("is not silent about what it is not about", () => {
    rules
      .given(created)
      .when({ ...silence, entityId: "tut_1", entityType: "tutor" })
      .thenRefused(ValidationError, ({ problems }) => expect(problems[0].path).toEqual(["entityId"]));
  });

  it("is created once; its id is then taken", () => {
    rules.given().when(createRule).thenOnce(created);
    rules
      .given(created)
      .when({ ...createRule, definition: aDefinition() })
      .thenRefused(ValidationError, ({ problems }) => expect(problems[0].path).toEqual(["ruleId"]));
  });

  it("gets a revision with each other definition, and none with the same", () => {
    rules
      .given(created)
      .when({ type: "ChangeRule", definition: aDefinition() })
      .thenOnce({ type: "InsightRuleChanged", data: { definition: aDefinition(), revision: 2 } });
    rules.given(created).when({ type: "ChangeRule", definition }).thenNothing();
  });

  it("is enabled and disabled once, by a person or because it is too loud", () => {
    rules.given(created).when({ type: "EnableRule" }).thenOnce(enabled);
    rules
      .given(created, enabled)
      .when({ type: "DisableRule", reason: "too loud" })
      .thenOnce({ type: "InsightRuleDisabled", data: { reason: "too loud", suspended: false } });
    rules
      .given(created, enabled)
      .when({ type: "SuspendRule", reason: "1000 a day" })
      .thenOnce({ type: "InsightRuleDisabled", data: { reason: "1000 a day", suspended: true } });
    rules.given(created).when({ type: "DisableRule" }).thenNothing();
  });

  it("is disabled by a person also while it is suspended, not the other way round", () => {
    const off = (suspended: boolean) => ({ type: "InsightRuleDisabled", data: { suspended } }) as const;
    rules.given(created, enabled, off(true)).when({ type: "DisableRule" }).thenOnce(off(false));
    rules.given(created, enabled, off(false)).when({ type: "SuspendRule", reason: "1000 a day" }).thenNothing();
    rules.given(created, enabled, off(true)).when({ type: "SuspendRule", reason: "1000 a day" }).thenNothing();
  });

  it("is silenced until a time that is to come, and heard again before", () => {
    rules.given(created).when(silence).thenOnce(silenced);
    rules
      .given(created)
      .when({ ...silence, until: "2025-01-15T10:30:00.000Z" })
      .thenRefused(ValidationError, ({ problems }) => expect(problems[0].path).toEqual(["until"]));
    rules
      .given(created, silenced)
      .when({ type: "UnsilenceRule", silenceId })
      .then({ type: "InsightRuleUnsilenced", data: { silenceId } });
    rules.given(created).when({ type: "UnsilenceRule", silenceId }).thenRefused(NotFoundError);
  });

  it("has a bounded number of silences, of which those that are over do not count", () => {
    const many = (until: string) =>
      Array.from({ length: limits.silences }, (_, n): RuleEvent => ({
        type: "InsightRuleSilenced",
        data: { silenceId: `s-${n}`, until, reason: "Holidays" },
      }));
    rules
      .given(created, ...many(later))
      .when(silence)
      .thenRefused(ValidationError);
    rules
      .given(created, ...many("2025-01-15T10:29:00.000Z"))
      .when(silence)
      .then(silenced);
  });

  it("is there for those who see all of its types", () => {
    rules.given(created).when({ type: "EnableRule" }, tutors).thenRefused(NotFoundError);
    rules.given().when({ type: "EnableRule" }).thenRefused(NotFoundError);
    rules.given().when(createRule, tutors).thenRefused(ForbiddenError);
    const wider = aDefinition({ entityTypes: ["student", "tutor"] });
    rules
      .given(created)
      .when({ type: "ChangeRule", definition: wider }, { scope: ["student"] })
      .thenRefused(ForbiddenError);
  });

  it("names only types, metrics and kinds that there are", () => {
    const refused = (change: Parameters<typeof aDefinition>[0]) => {
      try {
        requireKnown(aDefinition(change), defaultCatalog);
      } catch (error) {
        return error;
      }
      return undefined;
    };
    expect(refused({})).toBeUndefined();
    expect(refused({ entityTypes: ["robot"] })).toBeInstanceOf(NotFoundError);
    const levels = { comparison: "BELOW", fireAt: 1, clearAt: 1 } as const;
    expect(refused({ conditions: [{ type: "THRESHOLD", metric: "smiles_7d", ...levels }] })).toMatchObject({
      inputPath: ["definition", "conditions", "0", "metric"],
    });
    expect(refused({ conditions: [{ type: "NO_DATA", kind: "smile", afterSeconds: 60 }] })).toMatchObject({
      inputPath: ["definition", "conditions", "0", "kind"],
    });
    const outcome = { metric: "smiles_7d", comparison: "BELOW", value: 1, withinDays: 1 } as const;
    expect(refused({ outcome })).toMatchObject({ inputPath: ["definition", "outcome", "metric"] });
  });
});

describe("a watch", () => {
  const since = "2025-01-15T10:30:00.000Z";
  const pending: WatchEvent = { type: "WatchPending", data: { revision: 1, since } };
  const fired: WatchEvent = { type: "WatchFired", data: { revision: 1, alertId, since } };
  const recovering: WatchEvent = { type: "WatchRecovering", data: { since } };
  const held: WatchEvent = { type: "WatchHeld", data: { cooldownUntil: later } };
  const fire = { type: "Fire", revision: 1, alertId, since } as const;
  const hold = { type: "Hold", alertId, cooldownUntil: later } as const;

  it("is pending once for each revision of its rule", () => {
    const begin = { type: "BeginPending", revision: 1, since } as const;
    watches.given().when(begin).thenOnce(pending);
    watches
      .given(pending)
      .when({ ...begin, since: later })
      .thenNothing();
    watches
      .given(pending)
      .when({ ...begin, revision: 2 })
      .then({ type: "WatchPending", data: { revision: 2, since } });
    watches.given(fired).when(begin).thenRefused(InvalidTransitionError);
  });

  it("fires for one insight at a time", () => {
    watches.given(pending).when(fire).thenOnce(fired);
    watches
      .given(fired)
      .when({ ...fire, alertId: "another_1" })
      .thenRefused(InvalidTransitionError);
  });

  it("goes back and forth between firing and recovering", () => {
    watches.given(fired).when({ type: "BeginRecovering", since }).thenOnce(recovering);
    watches.given(fired, recovering).when({ type: "Refire" }).thenOnce({ type: "WatchRefired", data: {} });
    watches
      .given(fired, recovering)
      .when({ type: "Recover", cooldownUntil: later })
      .thenOnce({ type: "WatchRecovered", data: { cooldownUntil: later } });
  });

  it("is held by the end of its insight, not by that of another one", () => {
    watches.given(fired).when(hold).thenOnce(held);
    watches
      .given(fired)
      .when({ ...hold, alertId: "another_1" })
      .thenNothing();
    watches.given().when(hold).thenNothing();
  });

  it("need not clear again where it had cleared when its insight was ended", () => {
    watches
      .given(fired, recovering)
      .when(hold)
      .then({ type: "WatchRecovered", data: { cooldownUntil: later } });
  });

  it("is released once, and only where it is held", () => {
    watches.given(fired, held).when({ type: "Release" }).thenOnce({ type: "WatchReleased", data: {} });
    watches.given(fired).when({ type: "Release" }).thenRefused(InvalidTransitionError);
  });

  it("fires again while it is held only once its cooldown is over, for a model that knows no clearing", () => {
    const again = { ...fire, alertId: "another_1" };
    watches.given(fired, held).when(again).thenRefused(InvalidTransitionError);
    watches
      .given(fired, held)
      .when(again, { now: later })
      .then({ type: "WatchFired", data: { revision: 1, alertId: "another_1", since } });
  });

  it("is held for the cooldown of its rule, and not at all without one", () => {
    const insight = { predictionType: "low_health_score", entityType: "student", entityId: "stu_4532", alertId };
    expect(closeWatch(insight, { definition: aDefinition({ cooldownSeconds: 60 }) }, later)).toEqual({
      streamId: "Watch-low_health_score/student-stu_4532",
      command: { type: "Hold", alertId, cooldownUntil: "2025-01-15T11:01:00.000Z" },
    });
    expect(closeWatch(insight, undefined, later).command.cooldownUntil).toBe(later);
  });
});

describe("an insight", () => {
  const { type: _, ...data } = raise();
  const raised: InsightEvent = { type: "InsightRaised", data };
  const acknowledged: InsightEvent = { type: "InsightAcknowledged", data: {} };
  const resolved: InsightEvent = { type: "InsightResolved", data: { cause: "USER" } };
  const dismissed: InsightEvent = { type: "InsightDismissed", data: { reason: "EXPECTED" } };
  const expired: InsightEvent = { type: "InsightExpired", data: {} };
  const over = [resolved, dismissed, expired];
  const inRulesWords = (riskScore: number) => ({
    explanation: explainByRules({ evidence: [], riskScore, recommendations: [], outcome: data.outcome }).explanation,
    origin: deterministicExplainer,
  });

  it("is raised once", () => {
    insights.given().when(raise()).thenOnce(raised);
    insights
      .given(raised)
      .when(raise({ riskScore: 99 }))
      .thenNothing();
  });

  it("is acknowledged, resolved or dismissed while it is open", () => {
    insights.given(raised).when({ type: "AcknowledgeInsight" }).thenOnce(acknowledged);
    for (const open of [[raised], [raised, acknowledged]]) {
      insights
        .given(...open)
        .when({ type: "ResolveInsight", note: "Back" })
        .thenOnce({ type: "InsightResolved", data: { cause: "USER", note: "Back" } });
      insights
        .given(...open)
        .when({ type: "DismissInsight", reason: "EXPECTED" })
        .thenOnce(dismissed);
    }
  });

  it("is over for good", () => {
    for (const end of over) {
      insights
        .given(raised, end)
        .when({ type: "AcknowledgeInsight" })
        .thenRefused(InvalidTransitionError, ({ to, allowed }) => {
          expect(to).toBe("ACKNOWLEDGED");
          expect(allowed).toEqual([]);
        });
      insights.given(raised, end).when({ type: "SnoozeInsight", until: later }).thenRefused(InvalidTransitionError);
      insights.given(raised, end).when({ type: "RecoverInsight", cause: "RECOVERED" }).thenNothing();
    }
    insights.given(raised, expired).when({ type: "ResolveInsight" }).thenRefused(InvalidTransitionError);
    insights.given(raised, resolved).when({ type: "ResolveInsight" }).thenNothing();
    // A word more would be lost.
    insights
      .given(raised, resolved)
      .when({ type: "ResolveInsight", note: "Another" })
      .thenRefused(InvalidTransitionError, ({ from }) => expect(from).toBe("RESOLVED"));
    insights.given(raised, dismissed).when({ type: "DismissInsight", reason: "EXPECTED" }).thenNothing();
    insights
      .given(raised, dismissed)
      .when({ type: "DismissInsight", reason: "EXPECTED", note: "Another" })
      .thenRefused(InvalidTransitionError);
    insights
      .given(raised, dismissed)
      .when({ type: "DismissInsight", reason: "DUPLICATE" })
      .thenRefused(InvalidTransitionError, ({ from }) => expect(from).toBe("DISMISSED"));
  });

  it("expires when its time has come, and not before", () => {
    insights.given(raised).when({ type: "ExpireInsight" }).thenNothing();
    insights
      .given(raised)
      .when({ type: "ExpireInsight" }, { now: "2025-02-14T10:30:00.000Z" })
      .then({ type: "InsightExpired", data: {} });
  });

  it("keeps the words of somebody's model when its risk changes", () => {
    const { ruleRevision: _, ...ofModel } = data;
    insights
      .given({ type: "InsightRaised", data: ofModel })
      .when({ type: "ChangeRisk", riskScore: 65, evidence: [] })
      .thenOnce({ type: "InsightRiskChanged", data: { riskScore: 65, evidence: [] } });
  });

  it("takes the feedback of a bounded number of people; who has given theirs may change it", () => {
    const given = Array.from({ length: limits.feedback }, (_, n) => ({
      type: "InsightFeedbackGiven" as const,
      data: { useful: true },
      actor: { kind: "USER" as const, id: `person-${n}` },
    }));
    const by = (id: string) => ({ actor: { kind: "USER" as const, id } });
    insights
      .given(raised, ...given)
      .when({ type: "GiveFeedback", useful: false }, by("another"))
      .thenRefused(ValidationError);
    insights
      .given(raised, ...given)
      .when({ type: "GiveFeedback", useful: false }, by("person-3"))
      .then({ type: "InsightFeedbackGiven", data: { useful: false, formerly: true } });
  });

  it("is snoozed until a time that is to come", () => {
    insights
      .given(raised)
      .when({ type: "SnoozeInsight", until: later })
      .thenOnce({ type: "InsightSnoozed", data: { until: later } });
    insights
      .given(raised)
      .when({ type: "SnoozeInsight", until: "2025-01-15T10:29:59.000Z" })
      .thenRefused(ValidationError);
  });

  it("changes its risk by five or more, while it is open", () => {
    const change: InsightsCommandOf<"ChangeRisk"> = { type: "ChangeRisk", riskScore: 65, evidence: [] };
    insights
      .given(raised)
      .when(change)
      .thenOnce({ type: "InsightRiskChanged", data: { riskScore: 65, evidence: [], words: inRulesWords(65) } });
    insights
      .given(raised)
      .when({ ...change, riskScore: 64 })
      .thenNothing();
    insights.given(raised, resolved).when(change).thenNothing();
  });

  it("has one opinion of each person, the last one, which says what it was before", () => {
    const useful: InsightEvent = { type: "InsightFeedbackGiven", data: { useful: true } };
    insights.given(raised, resolved).when({ type: "GiveFeedback", useful: true }).thenOnce(useful);
    insights
      .given(raised, useful)
      .when({ type: "GiveFeedback", useful: false })
      .then({ type: "InsightFeedbackGiven", data: { useful: false, formerly: true } });
    insights
      .given(raised, useful)
      .when({ type: "GiveFeedback", useful: false }, { actor: { kind: "USER", id: "ben" } })
      .then({ type: "InsightFeedbackGiven", data: { useful: false } });
  });

  it("has recommendations that are marked, also once a model has said them anew", () => {
    const mark = { type: "MarkRecommendation", recommendationId: "r1", done: true } as const;
    const marked: InsightEvent = { type: "InsightRecommendationMarked", data: { recommendationId: "r1", done: true } };
    insights.given(raised).when(mark).thenOnce(marked);
    insights
      .given(raised)
      .when({ ...mark, recommendationId: "r7" })
      .thenRefused(NotFoundError);
    const [, , story] = insightStory();
    const { insight } = story?.state.kind === "insight" ? story.state : {};
    expect(insight?.recommendations).toMatchObject([
      { recommendationId: "r1", done: { by: "ada" } },
      { recommendationId: "r2" },
    ]);
  });

  it("is said anew where the words are others", () => {
    const { type: __, ...said } = explained;
    insights.given(raised).when(explained).thenOnce({ type: "InsightExplained", data: said });
  });

  it("is scored once, and only where it predicted something", () => {
    const score = { type: "ScoreOutcome", happened: false } as const;
    const scored: InsightEvent = { type: "InsightOutcomeScored", data: { happened: false } };
    insights.given(raised).when(score).thenOnce(scored);
    insights
      .given(raised, scored)
      .when({ ...score, happened: true })
      .thenNothing();
    const { outcome: ___, ...without } = data;
    insights.given({ type: "InsightRaised", data: without }).when(score).thenNothing();
  });

  it("is linked to an incident once", () => {
    insights
      .given(raised)
      .when({ type: "LinkIncident", incidentId, declared: true })
      .thenOnce({ type: "InsightIncidentLinked", data: { incidentId, declared: true } });
    insights
      .given(raised, { type: "InsightIncidentLinked", data: { incidentId, declared: true } })
      .when({ type: "LinkIncident", incidentId: "0b9fd2a4-5c7e-7f0e-9a55-00000000dead", declared: false })
      .thenRefused(InvalidTransitionError, ({ message, inputPath }) => {
        expect(message).toContain(incidentId);
        expect(inputPath).toEqual(["incidentId"]);
      });
  });

  it("is not there for others, nor before it was raised", () => {
    insights.given(raised).when({ type: "AcknowledgeInsight" }, tutors).thenRefused(NotFoundError);
    insights.given().when({ type: "AcknowledgeInsight" }).thenRefused(NotFoundError);
  });
});

describe("a notice of an insight", () => {
  const { type: _, ...data } = raise();
  const raised: InsightEvent = { type: "InsightRaised", data };
  const start = { type: "StartNotice", kind: "RAISED", notifier: "slack", channel: "#a" } as const;
  const started = (attempt: number): InsightEvent => ({
    type: "InsightNoticeStarted",
    data: { kind: "RAISED", attempt, notifier: "slack", channel: "#a" },
  });
  const failed = (change: object): InsightEvent => ({
    type: "InsightNoticeFailed",
    data: { kind: "RAISED", attempt: 1, error: "busy", ...change },
  });
  const fail = { type: "RecordNoticeFailure", kind: "RAISED", attempt: 1, error: "busy", retryAt: later } as const;
  const record = {
    type: "RecordNotice",
    kind: "RAISED",
    attempt: 1,
    notifier: "slack",
    messageId: "1",
    found: false,
  } as const;
  const noticesAfter = (...events: readonly InsightEvent[]) => {
    const state = [raised, ...events].reduce(
      (folded, event, index) =>
        insightDecider.evolve(folded, {
          ...event,
          ...{ streamId: `Insight-${alertId}`, eventId: "e", version: index + 1, schemaVersion: 1, hash: "h" },
          ...{ occurredAt: later, recordedAt: later, actor: { kind: "USER", id: "ada" } as const },
          ...{ correlationId: "c", commandId: "d", previousHash: "" },
        }),
      insightDecider.initialState,
    );
    return state.insight?.notices;
  };

  it("is started before it is sent, each attempt of its own", () => {
    insights.given(raised).when(start).then(started(1));
    insights
      .given(raised, started(1), failed({ retryAt: later }))
      .when(start)
      .then(started(2));
  });

  it("is looked for where an attempt may have sent it, unless it is known that it did not", () => {
    expect(noticesAfter(started(1), failed({ retryAt: later }))).toMatchObject([
      { startedAt: later, inDoubt: [{ notifier: "slack", channel: "#a" }], retryAt: later },
    ]);
    const [known] = noticesAfter(started(1), failed({ retryAt: later, notSent: true })) ?? [];
    expect(known).not.toHaveProperty("inDoubt");
  });

  it("is not started again once it is sent or given up", () => {
    const { type: __, ...sentData } = record;
    const sent: InsightEvent = { type: "InsightNoticeSent", data: sentData };
    insights.given(raised, started(1)).when(record).thenOnce(sent);
    insights.given(raised, started(1), sent).when(start).thenRefused(InvalidTransitionError);
    insights.given(raised, started(1), failed({})).when(start).thenRefused(InvalidTransitionError);
    expect(noticesAfter(started(1), failed({}))).toMatchObject([{ givenUp: true }]);
  });

  it("has the outcome of the attempt that is under way only", () => {
    insights
      .given(raised, started(1))
      .when(fail)
      .thenOnce(failed({ retryAt: later }));
    insights.given(raised, started(1), started(2)).when(fail).thenNothing();
    insights.given(raised).when(record).thenRefused(InvalidTransitionError);
  });
});

describe("an incident slot", () => {
  const claim = { type: "Claim", alertId, severity: "P1" } as const;
  const opened = { type: "IncidentSlotOpened", data: { number: 1, alertId, severity: "P1" } } as const;
  const filled = { type: "IncidentSlotFilled", data: { number: 1, incidentId } } as const;
  const closed = { type: "IncidentSlotClosed", data: { number: 1, ending: "NONE" } } as const;
  const leave = { type: "Leave", alertId, settled: true, autoResolve: true } as const;
  const left = { type: "IncidentSlotLeft", data: { number: 1, alertId, settled: true } } as const;
  const joinedBy = (other: string) => ({ type: "IncidentSlotJoined", data: { number: 1, alertId: other } }) as const;
  const closedTo = (ending: "RESOLVE" | "TELL") => ({ ...closed, data: { ...closed.data, ending } });
  const fill: InsightsCommandOf<"Fill"> = { type: "Fill", number: 1, incidentId };

  it("is opened by the first insight, joined by others, and opened anew once it was closed", () => {
    slots.given().when(claim).thenOnce(opened);
    slots.given(opened).when({ type: "Claim", alertId: "another_1" }).thenOnce(joinedBy("another_1"));
    slots
      .given(opened, filled, closed)
      .when(claim)
      .thenOnce({ ...opened, data: { ...opened.data, number: 2 } });
  });

  it("has one incident at a time", () => {
    slots.given(opened).when(fill).thenOnce(filled);
    slots
      .given(opened, filled)
      .when({ ...fill, incidentId: "another" })
      .thenRefused(InvalidTransitionError);
    slots.given(opened, closed).when(fill).thenNothing();
  });

  it("names a bounded number of insights, and stays open for those beyond, whoever leaves", () => {
    const joined = Array.from({ length: limits.incidentInsights - 1 }, (_, n) => joinedBy(`joined_${n}`));
    const overflowed = { type: "IncidentSlotOverflowed", data: { number: 1 } } as const;
    slots
      .given(opened, ...joined)
      .when({ type: "Claim", alertId: "another_1" })
      .thenOnce(overflowed);
    slots
      .given(opened, ...joined, overflowed)
      .when({ type: "Claim", alertId: "another_2" })
      .thenNothing();
    slots.given(opened, overflowed).when(leave).thenOnce(left);
    slots.given(opened, overflowed).when({ type: "Close", number: 1 }).thenOnce(closed);
  });

  it("is closed once by people, and by the last one who leaves", () => {
    slots.given(opened).when({ type: "Close", number: 1 }).thenOnce(closed);
    slots.given(opened).when({ type: "Close", number: 2 }).thenNothing();
    slots.given(opened, joinedBy("another_1")).when(leave).thenOnce(left);
    slots.given(opened).when(leave).thenOnce(left, closedTo("RESOLVE"));
    slots
      .given(opened)
      .when({ ...leave, autoResolve: false })
      .thenOnce(left, closed);
  });

  it("leaves its incident to be resolved only where all that have left are settled", () => {
    const unsettled = { ...left, data: { ...left.data, settled: false } };
    slots
      .given(opened)
      .when({ ...leave, settled: false })
      .thenOnce(unsettled, closedTo("TELL"));
    const other = { ...unsettled, data: { ...unsettled.data, alertId: "another_1" } };
    slots.given(opened, joinedBy("another_1"), other).when(leave).thenOnce(left, closedTo("TELL"));
    const reopened = { ...opened, data: { ...opened.data, number: 2 } };
    slots
      .given(opened, unsettled, closed, reopened)
      .when(leave)
      .thenOnce({ ...left, data: { ...left.data, number: 2 } }, { ...closed, data: { number: 2, ending: "RESOLVE" } });
  });

  it("keeps in mind what is left to do with an incident, also behind the next one", () => {
    const end = { type: "End", number: 1 } as const;
    const ended = { type: "IncidentSlotEnded", data: { number: 1 } } as const;
    const reopened = { ...opened, data: { ...opened.data, number: 2 } };
    slots.given(opened, filled, left, closedTo("RESOLVE"), reopened).when(end).thenOnce(ended);
    slots.given(opened, filled, left, closedTo("RESOLVE"), ended).when(end).thenNothing();
    slots.given(opened, filled, closed).when(end).thenNothing();
  });
});
