/** The console notifier: messages in the log of the server. */
import { describe, expect, it } from "vitest";
import { createConsoleNotifier } from "../../../src/adapters/console/consoleNotifier.js";
import { aBatchMessage, aResolvedMessage, anEventMessage, anInsightMessage } from "../../support/messages.js";

const { signal } = new AbortController();

function notifierWithLog() {
  const lines: { readonly fields: object; readonly message: string }[] = [];
  const notifier = createConsoleNotifier({ log: { info: (fields, message) => void lines.push({ fields, message }) } });
  return { notifier, lines };
}

describe("the console notifier", () => {
  it("logs a summary with what it says, and its key is the message's id", async () => {
    const { notifier, lines } = notifierWithLog();
    const message = aBatchMessage({ channel: undefined });
    expect(await notifier.post(message, signal)).toEqual({ messageId: message.key });
    expect(lines).toEqual([
      {
        message: "redline-wholesale: 2 pull requests merged, 1 check failing in inventory-api",
        fields: {
          event: "project.summary",
          batchId: "batch_20250602_1300",
          project: "redline-wholesale",
          events: 10,
          revision: 1,
          modelUsed: "deterministic-v1",
          batchUrl: "https://ops.example.com/graphql?query=x",
          blockers: ["Check build fails on main"],
          achievements: ["Merged #42: Add inventory tracking"],
          themes: ["inventory-api: 8 of 10 events"],
        },
      },
    ]);
  });

  it("logs one event, and an update", async () => {
    const { notifier, lines } = notifierWithLog();
    const posted = await notifier.post(anEventMessage(), signal);
    await notifier.update(aBatchMessage({ revision: 2 }), posted, signal);
    expect(lines).toMatchObject([
      { message: "redline-wholesale: Deployment of inventory-api failed", fields: { event: "project.notification" } },
      { fields: { event: "project.summary", revision: 2, updated: true } },
    ]);
  });

  it("logs an insight with its evidence, and that it is over", async () => {
    const { notifier, lines } = notifierWithLog();
    const secret = "ghp_0123456789abcdefghijklmnopqrstuvwxyzAB";
    const posted = await notifier.post(anInsightMessage({ explanation: `Said ${secret}` }), signal);
    expect(posted).toEqual({ messageId: "low_health_score_stu_4532_1748869200000@RAISED" });
    await notifier.post(aResolvedMessage(), signal);
    expect(lines).toMatchObject([
      {
        message: "Low health score: student stu_4532, risk 82",
        fields: {
          event: "insight.raised",
          alertId: "low_health_score_stu_4532_1748869200000",
          entityId: "stu_4532",
          riskScore: 82,
          evidence: [{ name: "health_score", value: 42, level: 50 }, { value: 0 }, { value: null }],
          recommendations: ["Call the student", "Review the last ratings"],
          insightUrl: "https://ops.example.com/graphql?query=x",
        },
      },
      { message: "Resolved: Low health score: student stu_4532, risk 40", fields: { event: "insight.resolved" } },
    ]);
    expect(JSON.stringify(lines)).not.toContain(secret);
  });

  it("finds nothing: a log cannot be asked", async () => {
    const { notifier } = notifierWithLog();
    const { key } = aBatchMessage();
    await notifier.post(aBatchMessage(), signal);
    expect(await notifier.find({ key, channel: undefined, since: "2025-01-01T00:00:00.000Z" }, signal)).toBeUndefined();
  });
});
