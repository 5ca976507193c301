/** The SNS notifier on a server that keeps the rules of SNS: what is published, what each failure means, what a repeat does. */
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { Message } from "../../../src/adapters/notifications/message.js";
import { toSubject } from "../../../src/adapters/sns/notification.js";
import { createSnsNotifier } from "../../../src/adapters/sns/snsNotifier.js";
import type { SnsNotifierDeps } from "../../../src/adapters/sns/snsNotifier.js";
import {
  NotifierBusyError,
  NotifierRefusedError,
  NotifierUnreachableError,
  UnavailableError,
} from "../../../src/domain/kernel/index.js";
import { aBatchMessage, aResolvedMessage, anEventMessage, anInsightMessage } from "../../support/messages.js";
import { fifoTopic, standardTopic, startSnsServer } from "../../support/snsServer.js";
import type { SnsFault, SnsServer } from "../../support/snsServer.js";

const running: SnsServer[] = [];
const { signal } = new AbortController();

afterEach(async () => {
  const violations = running.flatMap((sns) => sns.violations);
  await Promise.all(running.splice(0).map((sns) => sns.close()));
  expect(violations).toEqual([]);
});

async function start(deps: Partial<SnsNotifierDeps> = {}, now?: () => number) {
  const sns = await startSnsServer(now === undefined ? {} : { now });
  running.push(sns);
  const warned: string[] = [];
  const notifier = createSnsNotifier({
    topicArn: fifoTopic,
    endpoint: sns.url,
    log: { warn: (_fields, message) => void warned.push(message) },
    ...deps,
  });
  return { sns, notifier, warned };
}

const failureOf = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
};

const bodyOf = (sns: SnsServer, index = 0) =>
  JSON.parse(sns.delivered[index]?.message ?? "{}") as Record<string, unknown>;

describe("a message through SNS", () => {
  it("has a subject for people, and JSON in the shape of published events", async () => {
    const { sns, notifier } = await start();
    const posted = await notifier.post(anInsightMessage(), signal);
    expect(posted).toEqual({ messageId: sns.delivered[0]?.messageId, channel: "C0000000001" });
    expect(sns.delivered).toMatchObject([
      {
        topicArn: fifoTopic,
        subject: "Low health score: student stu_4532, risk 82",
        attributes: {
          type: "insight.raised",
          entityType: "student",
          predictionType: "low_health_score",
          channel: "C0000000001",
        },
      },
    ]);
    expect(bodyOf(sns)).toEqual({
      id: "low_health_score_stu_4532_1748869200000@RAISED",
      source: "opsledger.insights",
      type: "insight.raised",
      schemaVersion: 1,
      occurredAt: anInsightMessage().insight.raisedAt,
      subject: "low_health_score_stu_4532_1748869200000",
      updated: false,
      text: "Low health score: student stu_4532, risk 82",
      channel: "C0000000001",
      data: {
        alertId: "low_health_score_stu_4532_1748869200000",
        entityType: "student",
        entityId: "stu_4532",
        predictionType: "low_health_score",
        status: "OPEN",
        riskScore: 82,
        explanation: "The health score is 42, below 50.",
        evidence: anInsightMessage().insight.evidence,
        recommendations: ["Call the student", "Review the last ratings"],
        raisedAt: anInsightMessage().insight.raisedAt,
        modelUsed: "deterministic-v1",
        insightUrl: "https://ops.example.com/graphql?query=x",
      },
    });
  });

  it("is signed for the region of its topic", async () => {
    const { sns, notifier } = await start({ topicArn: fifoTopic.replace("eu-west-1", "ap-south-1") });
    await notifier.post(anInsightMessage(), signal);
    expect([...sns.regions]).toEqual(["ap-south-1"]);
  });

  it.each<[what: string, message: Message, type: string, attributes: object]>([
    ["a batch", aBatchMessage(), "project.summary", { project: "redline-wholesale" }],
    ["an event", anEventMessage(), "project.notification", { project: "redline-wholesale" }],
    ["an insight that is over", aResolvedMessage(), "insight.resolved", { entityType: "student" }],
  ])("may be about %s", async (_what, message, type, attributes) => {
    const { sns, notifier } = await start();
    await notifier.post({ ...message, channel: undefined }, signal);
    expect(bodyOf(sns)).toMatchObject({ id: message.key, type });
    expect(sns.delivered[0]?.attributes).toMatchObject({ type, ...attributes });
    expect(sns.delivered[0]?.attributes).not.toHaveProperty("channel");
  });

  it("shows no secret", async () => {
    const { sns, notifier } = await start();
    const secret = "ghp_0123456789abcdefghijklmnopqrstuvwxyzAB";
    const recommendations = [{ recommendationId: "r1", text: secret }];
    await notifier.post(anInsightMessage({ title: secret, explanation: secret, recommendations }), signal);
    await notifier.post(anEventMessage({ title: secret }), signal);
    expect(JSON.stringify(sns.delivered)).not.toContain("ghp_0123456789");
  });

  it("keeps the rules of SNS whatever it says", async () => {
    const { notifier } = await start({ topicArn: fifoTopic });
    const text = fc.string({ unit: "binary", maxLength: 2_000 });
    await fc.assert(
      fc.asyncProperty(text, fc.string({ maxLength: 300 }), async (said, key) => {
        const insight = { title: said, explanation: said, alertId: said, entityType: said, predictionType: said };
        await notifier.post(anInsightMessage(insight, { key }), signal);
      }),
      { numRuns: 50 },
    );
  });
});

describe("a subject", () => {
  it.each([
    ["Santé: élève à risque", "Sante: eleve a risque"],
    ["😀 risk", "Opsledger: ? risk"],
    ["two\nlines\tand more", "two lines and more"],
    ["", "Opsledger: "],
  ])("of %j is ASCII in one line: %j", (text, subject) => {
    expect(toSubject(text)).toBe(subject);
  });

  it("has 100 characters at most", () => {
    expect(toSubject("x".repeat(100))).toBe("x".repeat(100));
    expect(toSubject("x".repeat(101))).toBe(`${"x".repeat(97)}...`);
  });
});

describe("a FIFO topic", () => {
  it("drops a repeat within five minutes, and not later", async () => {
    let time = 0;
    const { sns, notifier } = await start({}, () => time);
    sns.fail((request) => (request === 1 ? { kind: "drop after" } : undefined));
    expect(await failureOf(notifier.post(anInsightMessage(), signal))).toBeInstanceOf(UnavailableError);
    time += 299_000;
    const again = await notifier.post(anInsightMessage(), signal);
    expect(again.messageId).toBe(sns.delivered[0]?.messageId);
    expect(sns.delivered).toHaveLength(1);
    time += 300_000;
    await notifier.post(anInsightMessage(), signal);
    expect(sns.delivered).toHaveLength(2);
    expect(bodyOf(sns, 1)["id"]).toBe(bodyOf(sns, 0)["id"]);
  });

  it("drops a repeat also where the insight says something else by now", async () => {
    const { sns, notifier } = await start();
    await notifier.post(anInsightMessage(), signal);
    await notifier.post(anInsightMessage({ explanation: "In other words." }), signal);
    expect(sns.delivered).toHaveLength(1);
  });

  it("has what is about one thing in order, and apart from other things", async () => {
    const { sns, notifier } = await start();
    await notifier.post(anInsightMessage(), signal);
    await notifier.post(aResolvedMessage(), signal);
    await notifier.post(aBatchMessage(), signal);
    const [raised, resolved, batch] = sns.delivered.map(({ groupId }) => groupId);
    expect(raised).toBe(resolved);
    expect(batch).not.toBe(raised);
  });

  it("gets what is newer as a message of its own, once for each content", async () => {
    const { sns, notifier } = await start();
    const posted = await notifier.post(aBatchMessage(), signal);
    const newer = aBatchMessage({ revision: 2 });
    await notifier.update(newer, posted, signal);
    await notifier.update(newer, posted, signal);
    await notifier.update(aBatchMessage({ revision: 3 }), posted, signal);
    expect(sns.delivered.map((_, index) => bodyOf(sns, index))).toMatchObject([
      { id: newer.key, updated: false, data: { revision: 1 } },
      { id: newer.key, updated: true, data: { revision: 2 } },
      { id: newer.key, updated: true, data: { revision: 3 } },
    ]);
  });

  it("needs no warning", async () => {
    expect((await start()).warned).toEqual([]);
  });
});

describe("a standard topic", () => {
  it("is told at the start to deliver at least once", async () => {
    const { warned } = await start({ topicArn: standardTopic });
    expect(warned).toEqual([expect.stringContaining("no FIFO topic")]);
  });

  it("gets messages without group, a repeat as a second one with the same id", async () => {
    const { sns, notifier } = await start({ topicArn: standardTopic });
    await notifier.post(anInsightMessage(), signal);
    await notifier.post(anInsightMessage(), signal);
    expect(sns.delivered).toHaveLength(2);
    expect(bodyOf(sns, 0)["id"]).toBe(bodyOf(sns, 1)["id"]);
  });
});

describe("a message that SNS does not take", () => {
  const errorOf = (code: string, status = 400): SnsFault => ({ kind: "error", status, code });

  it.each([
    [errorOf("Throttled", 429)],
    [errorOf("Throttling", 400)],
    [errorOf("KMSThrottling", 400)],
    [{ kind: "http", status: 429, body: "slow down" }],
  ] as const)("for now asks for patience: %j", async (fault) => {
    const { sns, notifier } = await start();
    sns.fail(() => fault);
    const failure = await failureOf(notifier.post(anInsightMessage(), signal));
    expect(failure).toBeInstanceOf(NotifierBusyError);
    expect(failure).toMatchObject({ retryAfterSeconds: 5 });
    // All patience is the caller's.
    expect(sns.requests()).toBe(1);
  });

  it.each([
    ["AuthorizationError", 403, "sns:Publish"],
    ["NotFound", 404, "SNS_TOPIC_ARN"],
    ["InvalidParameter", 400, "as the test has it"],
    ["InvalidClientTokenId", 403, "the credentials of AWS are not valid"],
    ["SignatureDoesNotMatch", 403, "the credentials of AWS are not valid"],
    ["KMSAccessDenied", 400, "kms:GenerateDataKey"],
    ["KMSDisabled", 400, "disabled"],
    ["KMSNotFound", 400, "gone"],
    ["EndpointDisabled", 400, "as the test has it"],
  ])("is refused, and a person is told why: %s", async (code, status, words) => {
    const { sns, notifier } = await start();
    sns.fail(() => errorOf(code, status));
    const failure = await failureOf(notifier.post(anInsightMessage(), signal));
    expect(failure).toBeInstanceOf(NotifierRefusedError);
    expect(String(failure)).toContain(words);
  });

  it.each<[string, SnsFault]>([
    ["says that it has an error", errorOf("InternalError", 500)],
    ["says what nobody has heard of", errorOf("SomethingNew", 400)],
    ["says that credentials are over", errorOf("ExpiredToken", 403)],
    ["is down", { kind: "http", status: 503, body: "" }],
    ["is behind a page that wants a login", { kind: "http", status: 200, body: "<html>Sign in</html>" }],
    ["cuts the connection", { kind: "drop" }],
    ["cuts the connection in the middle of its answer", { kind: "half" }],
    ["does not say which message it is", { kind: "nameless" }],
    ["does not answer", { kind: "silence" }],
  ])("may be there, and is tried again: SNS %s", async (_what, fault) => {
    const { sns, notifier } = await start(fault.kind === "silence" ? { requestMilliseconds: 100 } : {});
    sns.fail(() => fault);
    const failure = await failureOf(notifier.post(anInsightMessage(), signal));
    expect(failure).toBeInstanceOf(UnavailableError);
    expect(failure).not.toBeInstanceOf(NotifierUnreachableError);
    expect(failure).not.toBeInstanceOf(NotifierBusyError);
    sns.fail(undefined);
    const patient = createSnsNotifier({ topicArn: fifoTopic, endpoint: sns.url, log: { warn: () => undefined } });
    await patient.post(anInsightMessage(), signal);
    expect(sns.delivered).toHaveLength(1);
  });

  it("was never sent where SNS cannot be reached", async () => {
    const gone = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => gone.once("listening", resolve));
    // An address of a listening TCP server is never a pipe's name.
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const { notifier } = await start({ endpoint: `http://127.0.0.1:${port}` });
    expect(await failureOf(notifier.post(anInsightMessage(), signal))).toBeInstanceOf(NotifierUnreachableError);
  });

  it("is given up with whoever asked, who knows why", async () => {
    const { sns, notifier } = await start();
    const leaving = new AbortController();
    sns.fail(() => {
      leaving.abort(new Error("shutting down"));
      return { kind: "silence" };
    });
    await expect(notifier.post(anInsightMessage(), leaving.signal)).rejects.toThrow("shutting down");
  });
});

describe("looking for a message", () => {
  it("finds nothing: a topic cannot be asked, and nothing is sent to it", async () => {
    const { sns, notifier } = await start();
    await notifier.post(anInsightMessage(), signal);
    const { key, channel } = anInsightMessage();
    expect(await notifier.find({ key, channel, since: "2025-01-01T00:00:00.000Z" }, signal)).toBeUndefined();
    expect(sns.requests()).toBe(1);
  });
});

describe("turns", () => {
  it("are given to six messages at a time, whatever their channel", async () => {
    const { sns, notifier } = await start({ requestMilliseconds: 100 });
    sns.fail(() => ({ kind: "silence" }));
    const turns = Array.from({ length: 7 }, (_, index) =>
      notifier.turn({ key: `k${index}`, channel: "general", urgent: false }),
    );
    expect(turns.slice(0, 6)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(turns[6]).toBeGreaterThan(0);
    await failureOf(notifier.post(anInsightMessage({}, { key: "k0" }), signal));
    expect(notifier.turn({ key: "k6", channel: "general", urgent: false })).toBe(0);
  });
});
