/** Telling people of insights, on a server that keeps Slack's rules: once, also where answers are lost and servers are cut off. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createConsoleNotifier } from "../../../src/adapters/console/consoleNotifier.js";
import { createSlackNotifier } from "../../../src/adapters/slack/slackNotifier.js";
import { createNoticing } from "../../../src/domain/insights/index.js";
import type {
  Insight,
  InsightMessage,
  Noticing,
  NoticingDeps,
  RuleDefinition,
} from "../../../src/domain/insights/index.js";
import { toMilliseconds } from "../../../src/domain/kernel/index.js";
import type { Notifier } from "../../../src/domain/kernel/index.js";
import { general, startSlackServer } from "../../support/slackServer.js";
import type { SlackServer } from "../../support/slackServer.js";
import { fewSessions } from "./rulesWorld.js";
import { createServiceWorld, goneAt } from "./serviceWorld.js";

const { signal } = new AbortController();
const student = "student-stu_4532";
let world: ReturnType<typeof createServiceWorld>;
let slack: SlackServer;
let logged: string[];
let noticing: Noticing;
beforeEach(async () => {
  world = createServiceWorld();
  slack = await startSlackServer({ now: () => toMilliseconds(world.clock.now()) });
  logged = [];
  noticing = another();
});
afterEach(async () => {
  const { violations } = slack;
  await slack.close();
  expect(violations).toEqual([]);
});

/** Another server. */
const another = (change: Partial<NoticingDeps> = {}): Noticing => {
  const log = { warn: () => undefined };
  return createNoticing({
    commands: world.commands,
    readModel: world.readModel,
    notifier: createSlackNotifier({ token: slack.token, apiUrl: slack.url, secondsBetween: 0, log }),
    fallback: createConsoleNotifier({ log: { info: (_fields, message) => void logged.push(message) } }),
    insightUrl: (alertId) => `https://ops.example.com/graphql?query=${alertId}`,
    clock: world.clock,
    ...change,
  });
};

const raised = async (change: Partial<RuleDefinition> = { notify: { channel: general.id } }): Promise<string> => {
  await world.createRule("few", fewSessions(change));
  await world.attend(student, 20 * 86_400);
  await world.evaluate(student, world.ada);
  return world.insights()[0]?.alertId ?? "";
};
const notify = (alertId: string, by = noticing) => by.notify(alertId, world.ada, signal);
const noticesOf = async (alertId: string) => (await world.insight(alertId))?.notices ?? [];
const recover = async () => {
  await world.attend(student, 1, 2);
  await world.evaluate(student, world.ada);
};
const posts = () => slack.calls.filter(({ method }) => method === "chat.postMessage");
/** Asks as the timers would, until nothing is to be done. */
const runUntilDone = async (alertId: string, by = noticing): Promise<void> => {
  for (let runs = 0; runs < 100; runs += 1) {
    const { again } = await notify(alertId, by);
    const retryAt = (await noticesOf(alertId)).find(({ sentAt }) => sentAt === undefined)?.retryAt;
    const next = again ?? retryAt;
    if (next === undefined) return;
    world.clock.advance(Math.max(0, toMilliseconds(next) - toMilliseconds(world.clock.now())));
  }
  throw new Error("it is never done");
};

describe("people", () => {
  it("are told once that an insight was raised, and once that it is resolved", async () => {
    const alertId = await raised();
    await notify(alertId);
    await notify(alertId);
    expect(await noticesOf(alertId)).toMatchObject([
      { kind: "RAISED", attempts: 1, notifier: "slack", channel: general.id, messageId: slack.messages[0]?.ts },
    ]);
    await recover();
    await notify(alertId);
    await notify(alertId);
    expect(slack.messages).toHaveLength(2);
    expect((await noticesOf(alertId)).map(({ kind, sentAt }) => [kind, sentAt !== undefined])).toEqual([
      ["RAISED", true],
      ["RESOLVED", true],
    ]);
  });

  it("are told by the log where the rule names no channel, and not at all where it wants nobody told", async () => {
    const alertId = await raised({ notify: {} });
    await notify(alertId);
    expect(logged).toHaveLength(1);
    expect(slack.calls).toEqual([]);
    await world.createRule("quiet", fewSessions());
    await world.evaluate(student, world.ada);
    const quiet = world.insights().find(({ predictionType }) => predictionType === "quiet");
    expect(await notify(quiet?.alertId ?? "")).toEqual({});
    expect(logged).toHaveLength(1);
  });

  it("are not told of what was over before, nor of the end of what they were not told of", async () => {
    const alertId = await raised();
    await recover();
    expect(await notify(alertId)).toEqual({});
    expect(slack.calls).toEqual([]);
  });

  it("are not told that one was dismissed: somebody of theirs has", async () => {
    const alertId = await raised();
    await notify(alertId);
    await world.service.change(alertId, "DismissInsight", { reason: "EXPECTED" }, world.ada);
    await notify(alertId);
    expect(slack.messages).toHaveLength(1);
  });

  it("are left alone while it is snoozed", async () => {
    const alertId = await raised();
    const until = world.clock.in(3_600_000);
    await world.service.change(alertId, "SnoozeInsight", { until }, world.ada);
    expect(await notify(alertId)).toEqual({ again: until });
    await runUntilDone(alertId);
    expect(slack.messages).toHaveLength(1);
  });

  it("wait for a model's words, but not for ever", async () => {
    const patient = another({ wordsSeconds: 30 });
    const alertId = await raised();
    expect(await notify(alertId, patient)).toEqual({ again: world.clock.in(30_000) });
    const origin = { modelUsed: "a-model", promptVersion: "1", inputHash: "x" };
    await world.run(`Insight-${alertId}`, {
      type: "RecordExplanation",
      explanation: "In words",
      recommendations: [],
      origin,
    });
    expect(await notify(alertId, patient)).toEqual({});
    expect(JSON.stringify(slack.messages)).toContain("In words");
  });
});

describe("a message", () => {
  it("is recorded as begun before it is sent", async () => {
    const alertId = await raised();
    let before: Insight | undefined;
    const notifier = createSlackNotifier({
      token: slack.token,
      apiUrl: slack.url,
      secondsBetween: 0,
      log: { warn: () => undefined },
    });
    const watching: Notifier<InsightMessage> = {
      ...notifier,
      post: async (...given) => {
        before = await world.insight(alertId);
        return notifier.post(...given);
      },
    };
    await notify(alertId, another({ notifier: watching }));
    expect(before?.notices).toMatchObject([
      { kind: "RAISED", attempts: 1, inDoubt: [{ notifier: "slack", channel: general.id }] },
    ]);
  });

  it("is found, and not sent again, where its answer was lost", async () => {
    slack.fail((method, call) => (method === "chat.postMessage" && call === 1 ? { kind: "drop after" } : undefined));
    const alertId = await raised();
    await runUntilDone(alertId);
    expect(slack.messages).toHaveLength(1);
    expect(await noticesOf(alertId)).toMatchObject([{ attempts: 2, messageId: slack.messages[0]?.ts }]);
  });

  it("is found where the server was cut off before it could record it", async () => {
    const alertId = await raised();
    const cut = another({ commands: goneAt("RecordNotice")(world.commands) });
    await expect(notify(alertId, cut)).rejects.toThrow("gone");
    const { again } = await notify(alertId);
    expect(again).toBe(world.clock.in(45_000));
    await runUntilDone(alertId);
    expect(slack.messages).toHaveLength(1);
    expect((await noticesOf(alertId))[0]?.sentAt).toBeDefined();
  });

  it("is looked for, and never sent, where the insight is over by then; its end is told where it was there", async () => {
    const alertId = await raised();
    const cut = another({ commands: goneAt("RecordNotice")(world.commands) });
    await expect(notify(alertId, cut)).rejects.toThrow("gone");
    await recover();
    await runUntilDone(alertId);
    expect(slack.messages).toHaveLength(2);
    expect((await noticesOf(alertId)).map(({ kind }) => kind)).toEqual(["RAISED", "RESOLVED"]);
  });

  it("that may be there where nobody can look has its end told, once", async () => {
    const alertId = await raised({ notify: {} });
    const cut = another({ commands: goneAt("RecordNotice")(world.commands) });
    await expect(notify(alertId, cut)).rejects.toThrow("gone");
    expect(logged).toHaveLength(1);
    await recover();
    await runUntilDone(alertId);
    await runUntilDone(alertId);
    expect(logged).toHaveLength(2);
    expect((await noticesOf(alertId)).find(({ kind }) => kind === "RESOLVED")?.sentAt).toBeDefined();
  });

  it("that was not there is not sent any more once the insight is over", async () => {
    slack.fail((method) => (method === "chat.postMessage" ? { kind: "silence" } : undefined));
    const alertId = await raised();
    const cut = another({ commands: goneAt("RecordNoticeFailure")(world.commands) });
    const stop = new AbortController();
    const sending = cut.notify(alertId, world.ada, stop.signal);
    while (posts().length === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new Error("stopped"));
    await expect(sending).rejects.toThrow();
    slack.fail(undefined);
    await recover();
    await runUntilDone(alertId);
    expect(slack.messages).toEqual([]);
  });

  it("is tried again with patience, and given up where Slack refuses it", async () => {
    slack.fail((method, call) =>
      method === "chat.postMessage" && call <= 3 ? { kind: "http", status: 503 } : undefined,
    );
    const alertId = await raised();
    await runUntilDone(alertId);
    expect(slack.messages).toHaveLength(1);
    slack.fail(() => ({ kind: "error", error: "channel_not_found" }));
    await recover();
    await runUntilDone(alertId);
    expect((await noticesOf(alertId))[1]).toMatchObject({ kind: "RESOLVED", givenUp: true, attempts: 1 });
    expect(await notify(alertId)).toEqual({});
  });

  it("is given up after a day", async () => {
    slack.fail(() => ({ kind: "http", status: 503 }));
    const alertId = await raised({ notify: { channel: general.id }, expiresAfterSeconds: 10 * 86_400 });
    const begun = toMilliseconds(world.clock.now());
    for (let runs = 0; runs < 300; runs += 1) {
      const { again } = await notify(alertId);
      const [notice] = await noticesOf(alertId);
      if (notice?.givenUp === true) break;
      const next = again ?? notice?.retryAt ?? world.clock.in(1_000);
      world.clock.advance(Math.max(0, toMilliseconds(next) - toMilliseconds(world.clock.now())));
    }
    expect(await noticesOf(alertId)).toMatchObject([{ givenUp: true }]);
    expect(toMilliseconds(world.clock.now()) - begun).toBeLessThanOrEqual(25 * 3_600_000);
  });

  it("is sent once by sixteen servers at a time", async () => {
    const alertId = await raised();
    await Promise.all(Array.from({ length: 16 }, () => notify(alertId, another())));
    expect(slack.messages).toHaveLength(1);
  });
});
