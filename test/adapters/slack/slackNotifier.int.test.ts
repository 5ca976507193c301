/** The Slack notifier on a server that keeps Slack's rules: what is sent, what each failure means, how a lost message is found. */
import { afterEach, describe, expect, it } from "vitest";
import { createSlackNotifier } from "../../../src/adapters/slack/slackNotifier.js";
import type { SlackNotifierDeps } from "../../../src/adapters/slack/slackNotifier.js";
import {
  NotifierBusyError,
  NotifierRefusedError,
  NotifierUnreachableError,
  UnavailableError,
} from "../../../src/domain/kernel/index.js";
import type { Notifier, PostedMessage } from "../../../src/domain/kernel/index.js";
import type { Message } from "../../../src/adapters/notifications/message.js";
import { aBatchMessage, aResolvedMessage, aSummary, anEventMessage, anInsightMessage } from "../../support/messages.js";
import { botId, general, startSlackServer } from "../../support/slackServer.js";
import type { SlackFault, SlackServer, SlackServerOptions } from "../../support/slackServer.js";

const running: SlackServer[] = [];
const warned: string[] = [];
const { signal } = new AbortController();

afterEach(async () => {
  const violations = running.flatMap((slack) => slack.violations);
  await Promise.all(running.splice(0).map((slack) => slack.close()));
  warned.length = 0;
  expect(violations).toEqual([]);
});

async function start(
  options: SlackServerOptions = {},
  deps: Partial<SlackNotifierDeps> = {},
): Promise<{ readonly slack: SlackServer; readonly notifier: Notifier<Message> }> {
  const slack = await startSlackServer(options);
  running.push(slack);
  const notifier = createSlackNotifier({
    token: slack.token,
    apiUrl: slack.url,
    secondsBetween: 0.01,
    log: { warn: (_fields, message) => void warned.push(message) },
    ...deps,
  });
  return { slack, notifier };
}

const always =
  (fault: SlackFault, ...methods: string[]) =>
  (method: string) =>
    methods.includes(method) ? fault : undefined;

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("posting", () => {
  it("sends one message that does not unfurl, and says which one it is and where it can be seen", async () => {
    const { slack, notifier } = await start();
    const posted = await notifier.post(aBatchMessage(), signal);
    const [message] = slack.messages;
    expect(posted).toEqual({
      messageId: message?.ts,
      channel: general.id,
      url: `https://team.slack.com/archives/${general.id}/p${message?.ts.replace(".", "")}`,
    });
    expect(slack.messages).toHaveLength(1);
    expect(message?.metadata?.event_payload["key"]).toBe(aBatchMessage().key);
  });

  it("posts to a channel's name, and says its id", async () => {
    const { slack, notifier } = await start();
    for (const channel of ["general", "#general"]) {
      expect(await notifier.post(aBatchMessage({ channel }), signal)).toMatchObject({ channel: general.id });
    }
    expect(slack.messages.map(({ channel }) => channel)).toEqual([general.id, general.id]);
  });

  it("tells of one event", async () => {
    const { slack, notifier } = await start();
    await notifier.post(anEventMessage(), signal);
    expect(slack.messages[0]?.metadata?.event_type).toBe("opsledger_event");
  });

  it("asks once who it is", async () => {
    const { slack, notifier } = await start();
    await notifier.post(aBatchMessage(), signal);
    await notifier.post(anEventMessage(), signal);
    expect(slack.calls.map(({ method }) => method)).toEqual(["auth.test", "chat.postMessage", "chat.postMessage"]);
  });

  it("asks again who it is where Slack did not say", async () => {
    const { slack, notifier } = await start();
    slack.fail((method, request) =>
      method === "auth.test" && request === 1 ? { kind: "http", status: 503 } : undefined,
    );
    await expect(notifier.post(aBatchMessage(), signal)).rejects.toThrow(UnavailableError);
    await notifier.post(aBatchMessage(), signal);
    expect(slack.messages).toHaveLength(1);
  });

  it("reaches nobody where it cannot connect, or does not learn who it is: nothing was sent", async () => {
    const { slack, notifier } = await start();
    slack.fail(always({ kind: "http", status: 503 }, "auth.test"));
    expect(await failureOf(notifier.post(aBatchMessage(), signal))).toBeInstanceOf(NotifierUnreachableError);
    slack.fail(undefined);
    await notifier.post(aBatchMessage(), signal);
    await slack.close();
    // A connection that is kept open may be found closed first.
    const failures = [await failureOf(notifier.post(aBatchMessage(), signal))];
    failures.push(await failureOf(notifier.post(aBatchMessage(), signal)));
    expect(failures.at(-1)).toBeInstanceOf(NotifierUnreachableError);
  });

  it("may have sent what was cut off", async () => {
    const { slack, notifier } = await start();
    slack.fail(always({ kind: "drop after" }, "chat.postMessage"));
    expect(await failureOf(notifier.post(aBatchMessage(), signal))).not.toBeInstanceOf(NotifierUnreachableError);
  });

  it("counts as under way for the turns of others until it has ended", async () => {
    const { slack, notifier } = await start({}, { requestMilliseconds: 300 });
    slack.fail(always({ kind: "silence" }, "chat.postMessage"));
    const turn = (key: string) => notifier.turn({ key, channel: general.id, urgent: false });
    const hanging = ["1", "2"].map((key) => failureOf(notifier.post(aBatchMessage({ key }), signal)));
    await slack.until(() => slack.calls.filter(({ method }) => method === "chat.postMessage").length === 2);
    expect(turn("3")).toBe(1);
    expect(notifier.turn({ key: "4", channel: "C0000000002", urgent: false })).toBe(0);
    await Promise.all(hanging);
    expect(turn("3")).toBe(0);
  });
});

describe("a failure", () => {
  it("honours Retry-After of a 429", async () => {
    const { slack, notifier } = await start();
    slack.fail(always({ kind: "limited", retryAfter: 17 }, "chat.postMessage"));
    const failure = await failureOf(notifier.post(aBatchMessage(), signal));
    expect(failure).toBeInstanceOf(NotifierBusyError);
    expect(failure).toMatchObject({ retryAfterSeconds: 17 });
    expect(slack.messages).toEqual([]);
    // Nothing is tried again by itself: the caller keeps its patience over restarts.
    expect(slack.calls.filter(({ method }) => method === "chat.postMessage")).toHaveLength(1);
  });

  it("is for a person where Slack refuses for good", async () => {
    const { slack, notifier } = await start();
    for (const error of [
      "channel_not_found",
      "not_in_channel",
      "is_archived",
      "invalid_auth",
      "token_revoked",
      "msg_too_long",
    ]) {
      slack.fail(always({ kind: "error", error }, "chat.postMessage"));
      const failure = await failureOf(notifier.post(aBatchMessage(), signal));
      expect(failure).toBeInstanceOf(NotifierRefusedError);
      expect(String(failure)).toContain(error);
    }
  });

  it("says which scope the app lacks", async () => {
    const { slack, notifier } = await start();
    slack.fail(always({ kind: "error", error: "missing_scope", needed: "chat:write" }, "chat.postMessage"));
    await expect(notifier.post(aBatchMessage(), signal)).rejects.toThrow("the app needs the scope chat:write");
  });

  it.each<[string, SlackFault]>([
    ["an outage", { kind: "http", status: 503 }],
    ["an error of Slack's own", { kind: "error", error: "internal_error" }],
    ["a page of a proxy", { kind: "page" }],
    ["a connection that is cut", { kind: "drop" }],
    ["a 429 that does not say how long", { kind: "limited", retryAfter: undefined }],
  ])("passes by itself: %s", async (_what, fault) => {
    const { slack, notifier } = await start();
    slack.fail(always(fault, "chat.postMessage"));
    const failure = await failureOf(notifier.post(aBatchMessage(), signal));
    expect(failure).toBeInstanceOf(UnavailableError);
    expect(failure).not.toBeInstanceOf(NotifierBusyError);
    slack.fail(undefined);
    await notifier.post(aBatchMessage(), signal);
    expect(slack.messages).toHaveLength(1);
  });

  it("asks for patience where Slack says ratelimited without 429", async () => {
    const { slack, notifier } = await start();
    slack.fail(always({ kind: "error", error: "ratelimited" }, "chat.postMessage"));
    await expect(notifier.post(aBatchMessage(), signal)).rejects.toThrow(NotifierBusyError);
  });

  it("passes by itself where Slack never answers", async () => {
    const { slack, notifier } = await start({}, { requestMilliseconds: 100 });
    slack.fail(always({ kind: "silence" }, "chat.postMessage"));
    await expect(notifier.post(aBatchMessage(), signal)).rejects.toThrow(UnavailableError);
  });

  it("passes by itself where nobody listens", async () => {
    const { slack, notifier } = await start();
    await slack.close();
    await expect(notifier.post(aBatchMessage(), signal)).rejects.toThrow(UnavailableError);
  });

  it("is for a person where the token is wrong, and never shows the token", async () => {
    const { notifier } = await start({}, { token: "xoxb-wrong-0123456789" });
    const failure = await failureOf(notifier.post(aBatchMessage(), signal));
    expect(failure).toBeInstanceOf(NotifierRefusedError);
    expect(String(failure)).toContain("SLACK_BOT_TOKEN is not valid");
    expect(JSON.stringify([String(failure), warned])).not.toContain("xoxb-wrong");
  });

  it("is the caller's own where the caller stops", async () => {
    const { slack, notifier } = await start();
    slack.fail(always({ kind: "silence" }, "chat.postMessage"));
    const stop = new AbortController();
    const posting = failureOf(notifier.post(aBatchMessage(), stop.signal));
    await slack.until(() => slack.calls.some(({ method }) => method === "chat.postMessage"));
    const reason = new Error("the server stops");
    stop.abort(reason);
    expect(await posting).toBe(reason);
  });

  it("is for a person where the project has no channel", async () => {
    const { notifier } = await start();
    await expect(notifier.post(aBatchMessage({ channel: undefined }), signal)).rejects.toThrow(NotifierRefusedError);
  });
});

describe("a message whose answer was lost", () => {
  const { key } = aBatchMessage();
  const since = new Date(Date.now() - 60_000).toISOString();

  it("is found by its key, in the channel's id or name", async () => {
    const { slack, notifier } = await start();
    slack.fail(always({ kind: "drop after" }, "chat.postMessage"));
    await expect(notifier.post(aBatchMessage(), signal)).rejects.toThrow(UnavailableError);
    slack.fail(undefined);
    const { ts } = slack.messages[0] ?? {};
    for (const channel of [general.id, "general", "#general"]) {
      expect(await notifier.find({ key, channel, since }, signal)).toMatchObject({
        messageId: ts,
        channel: general.id,
      });
    }
  });

  it("is found behind many others, page by page", async () => {
    const { slack, notifier } = await start();
    await notifier.post(aBatchMessage(), signal);
    for (let others = 0; others < 40; others += 1) slack.write({ channel: general.id, text: "talk" });
    expect(await notifier.find({ key, channel: general.id, since }, signal)).toMatchObject({
      messageId: slack.messages[0]?.ts,
    });
    expect(slack.calls.filter(({ method }) => method === "conversations.history")).toHaveLength(3);
  });

  it("is found also where it is about an insight, raised and resolved apart", async () => {
    const { slack, notifier } = await start();
    slack.fail(always({ kind: "drop after" }, "chat.postMessage"));
    await expect(notifier.post(anInsightMessage(), signal)).rejects.toThrow(UnavailableError);
    slack.fail(undefined);
    const { key: raised } = anInsightMessage();
    const { key: resolved } = aResolvedMessage();
    expect(await notifier.find({ key: raised, channel: general.id, since }, signal)).toMatchObject({
      messageId: slack.messages[0]?.ts,
    });
    expect(await notifier.find({ key: resolved, channel: general.id, since }, signal)).toBeUndefined();
  });

  it("is not taken for another batch's, nor for one that another app made", async () => {
    const { slack, notifier } = await start();
    await notifier.post(aBatchMessage({ key: "another" }), signal);
    slack.write({ channel: general.id, metadata: { event_type: "opsledger_batch", event_payload: { key } } });
    slack.write({ channel: general.id, metadata: { event_type: "other", event_payload: { key } }, bot_id: botId });
    expect(await notifier.find({ key, channel: general.id, since }, signal)).toBeUndefined();
  });

  it("is not looked for in what is older", async () => {
    const { notifier } = await start({ now: () => Date.now() - 3_600_000 });
    await notifier.post(aBatchMessage(), signal);
    expect(await notifier.find({ key, channel: general.id, since }, signal)).toBeUndefined();
  });

  it("cannot be looked for where the app may not read, and says so", async () => {
    const { notifier } = await start({ mayReadHistory: false });
    const failure = await failureOf(notifier.find({ key, channel: general.id, since }, signal));
    expect(failure).toBeInstanceOf(NotifierRefusedError);
    expect(String(failure)).toContain("channels:history");
  });

  it("cannot be looked for in a channel that the app does not see", async () => {
    const secret = { id: "C0000000009", name: "secret", isPrivate: true, isMember: false };
    const { notifier } = await start({ channels: [general, secret] });
    await expect(notifier.find({ key, channel: "secret", since }, signal)).rejects.toThrow("shows no channel secret");
  });

  it("is looked for later where Slack asks for patience", async () => {
    const { slack, notifier } = await start();
    slack.fail(always({ kind: "limited", retryAfter: 60 }, "conversations.history"));
    const failure = await failureOf(notifier.find({ key, channel: general.id, since }, signal));
    expect(failure).toMatchObject({ retryAfterSeconds: 60 });
  });
});

describe("an update", () => {
  it("takes the place of the message, also where only the channel's name is known", async () => {
    const { slack, notifier } = await start();
    const posted = await notifier.post(aBatchMessage({ channel: "general" }), signal);
    const newer = aBatchMessage({ revision: 2, summary: aSummary({ headline: "Better words" }) });
    await notifier.update(newer, posted, signal);
    await notifier.update(newer, { messageId: posted.messageId, channel: "general" }, signal);
    expect(slack.messages).toHaveLength(1);
    expect(slack.messages[0]).toMatchObject({ text: "redline-wholesale: Better words", edits: 2 });
    expect(slack.messages[0]?.metadata?.event_payload["revision"]).toBe(2);
  });

  it("tells in the message that an insight is over", async () => {
    const { slack, notifier } = await start();
    const posted = await notifier.post(anInsightMessage(), signal);
    await notifier.update(aResolvedMessage(), posted, signal);
    expect(slack.messages).toMatchObject([{ text: "Resolved: Low health score: student stu_4532, risk 40", edits: 1 }]);
  });

  it("is refused where the message is gone", async () => {
    const { notifier } = await start();
    const gone: PostedMessage = { messageId: "1.000001", channel: general.id };
    await expect(notifier.update(aBatchMessage(), gone, signal)).rejects.toThrow("the message was deleted");
  });
});
