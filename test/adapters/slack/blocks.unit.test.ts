/** Slack messages: what they say, Slack's limits, and that nothing of a stranger's text becomes markup. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildBatchMessage, buildEventMessage, regenerateActionId } from "../../../src/adapters/slack/blocks.js";
import { buildInsightMessage } from "../../../src/adapters/slack/insightBlocks.js";
import type { SlackMessage } from "../../../src/adapters/slack/parts.js";
import { escapeMrkdwn, toLine, toLinkUrl } from "../../../src/adapters/slack/escape.js";
import { aBatchMessage, aResolvedMessage, aSummary, anEventMessage, anInsightMessage } from "../../support/messages.js";
import { blockProblems, shownTexts, shownUrls } from "../../support/slackServer.js";
import type { Json } from "../../support/slackServer.js";

// As they are on the wire.
const blocksOf = (message: SlackMessage) => JSON.parse(JSON.stringify(message.blocks)) as Json[];
const typesOf = (message: SlackMessage) => blocksOf(message).map((block) => block["type"]);

const hostile = [
  "<!channel> look",
  "<!here|here> <!everyone>",
  "<@U0123456789> pays",
  "<#C0123456789|general>",
  "<https://evil.example|the bank>",
  "<javascript:alert(1)|x>",
  "&lt;!channel&gt;",
  "*bold* _it_ ~no~ `code` :boom:",
  "a\u202egnp.exe",
  "line one\n<!subteam^S01|team>\nline two",
];

describe("a message about a batch", () => {
  it("has header, headline, blockers, achievements, themes, links, numbers and buttons, in this order", () => {
    const message = buildBatchMessage(aBatchMessage());
    expect(typesOf(message)).toEqual([
      "header",
      "section",
      "rich_text",
      "rich_text",
      "rich_text",
      "rich_text",
      "context",
      "actions",
    ]);
    expect(shownTexts(message.blocks as unknown as Json[])).toEqual([
      "redline-wholesale",
      "2 pull requests merged, 1 check failing in inventory-api",
      "Blockers",
      "Check build fails on main",
      " (since ",
      ")",
      "Achievements",
      "Merged #42: Add inventory tracking",
      "Themes",
      "inventory-api: 8 of 10 events",
      "Links",
      "#42",
      "10 events by 3 people · github 8, trello 2 · batch_20250602_1300 · deterministic-v1",
      "View batch",
      "Regenerate summary",
    ]);
    expect(message.text).toBe("redline-wholesale: 2 pull requests merged, 1 check failing in inventory-api");
    expect(blockProblems(blocksOf(message))).toEqual([]);
  });

  it("leaves out what there is nothing of", () => {
    const empty = aSummary({ blockers: [], achievements: [], themes: [], links: [] });
    expect(typesOf(buildBatchMessage(aBatchMessage({ summary: empty })))).toEqual([
      "header",
      "section",
      "context",
      "actions",
    ]);
  });

  it("says what was told of before, what was left out, and which summary it is", () => {
    const stats = { ...aSummary().stats, actors: 1, alreadyNotified: 2, omitted: 3, bySource: {} };
    const texts = shownTexts(blocksOf(buildBatchMessage(aBatchMessage({ revision: 2, summary: aSummary({ stats }) }))));
    expect(texts).toContain(
      "10 events by 1 person · 2 told of before · 3 left out · batch_20250602_1300 · summary 2 · deterministic-v1",
    );
  });

  it("marks a critical batch", () => {
    const batch = { ...aBatchMessage().batch, critical: true };
    expect(shownTexts(blocksOf(buildBatchMessage(aBatchMessage({ batch }))))[0]).toBe("redline-wholesale: critical");
  });

  it("carries the key that it is found by, and the batch that its button is about", () => {
    const message = buildBatchMessage(aBatchMessage());
    expect(message.metadata).toEqual({
      event_type: "opsledger_batch",
      event_payload: {
        key: "batch_20250602_1300@2025-06-02T13:00:00.000Z",
        batch_id: "batch_20250602_1300",
        project: "redline-wholesale",
        revision: 1,
      },
    });
    expect(JSON.stringify(message.blocks)).toContain(
      `"action_id":"${regenerateActionId}","text":{"type":"plain_text","text":"Regenerate summary","emoji":false},"value":"batch_20250602_1300"`,
    );
  });

  it("has no button to view the batch where nobody knows its address", () => {
    expect(JSON.stringify(buildBatchMessage(aBatchMessage({ batchUrl: undefined })).blocks)).not.toContain(
      "View batch",
    );
  });

  it.each(hostile)("shows hostile text as text: %j", (text) => {
    const summary = aSummary({
      headline: text,
      themes: [{ text, projectEventIds: ["e1"] }],
      blockers: [{ text, projectEventIds: ["e1"], since: "2025-06-02T12:00:00.000Z" }],
      achievements: [{ text, projectEventIds: ["e1"] }],
      links: [{ label: text, url: "https://example.com/", projectEventId: "e1" }],
    });
    const message = buildBatchMessage(aBatchMessage({ summary, batch: { ...aBatchMessage().batch, project: text } }));
    expectHarmless(message);
  });

  it("links only to https without credentials", () => {
    const links = [
      "http://example.com/",
      "javascript:alert(1)",
      "https://user:pw@example.com/",
      "not an address",
      "https://example.com/a|b>c<d",
    ].map((url) => ({ label: "x", url, projectEventId: "e1" }));
    const message = buildBatchMessage(aBatchMessage({ batchUrl: undefined, summary: aSummary({ links }) }));
    expect(shownUrls(blocksOf(message))).toEqual(["https://example.com/a%7Cb%3Ec%3Cd"]);
  });

  it("keeps Slack's limits whatever it is given", () => {
    const text = fc.string({ unit: "binary", maxLength: 4_000 });
    const claims = fc.array(fc.record({ text, projectEventIds: fc.constant<string[]>(["e1"]) }), { maxLength: 8 });
    fc.assert(
      fc.property(text, text, claims, (headline, project, themes) => {
        const summary = aSummary({ headline, themes, achievements: themes });
        const message = buildBatchMessage(aBatchMessage({ summary, batch: { ...aBatchMessage().batch, project } }));
        expectHarmless(message);
      }),
      { numRuns: 50 },
    );
  });
});

describe("a message about one event", () => {
  it("says what happened, where and by whom, with a link", () => {
    const event = {
      source: "GITHUB",
      kind: "DEPLOYMENT_FAILED",
      importance: "CRITICAL",
      url: "https://github.com/redline/inventory-api/deployments/7",
      actor: { id: "developer1", name: "Developer One" },
    } as const;
    const message = buildEventMessage(anEventMessage(event));
    expect(shownTexts(blocksOf(message))).toEqual([
      "Critical: ",
      "Deployment of inventory-api failed",
      "redline-wholesale · github · deployment failed · Developer One",
    ]);
    expect(shownUrls(blocksOf(message))).toEqual([event.url]);
    expect(blockProblems(blocksOf(message))).toEqual([]);
  });

  it.each(hostile)("shows hostile text as text: %j", (text) => {
    expectHarmless(buildEventMessage(anEventMessage({ title: text, project: text, actor: { id: text, name: text } })));
  });

  it("shows no secret", () => {
    const title = "token ghp_0123456789abcdefghijklmnopqrstuvwxyzAB leaked";
    const message = buildEventMessage(anEventMessage({ title }));
    expect(JSON.stringify(message)).not.toContain("ghp_0123456789");
  });
});

describe("a message about an insight", () => {
  const resolvedBy = { at: "2025-06-02T14:00:00.000Z", by: "USER:ana" };

  it("says what was found, about what, on which numbers, and what to do", () => {
    const message = buildInsightMessage(anInsightMessage());
    expect(typesOf(message)).toEqual([
      "header",
      "rich_text",
      "section",
      "rich_text",
      "rich_text",
      "context",
      "actions",
    ]);
    expect(shownTexts(blocksOf(message))).toEqual([
      "Low health score",
      "Risk 82 of 100",
      " · student ",
      "stu_4532",
      " (since ",
      ")",
      "The health score is 42, below 50.",
      "Evidence",
      "health_score: 42 (level 50)",
      "sessions_7d: 0",
      "avg_rating: no value",
      "What to do",
      "Call the student",
      "Review the last ratings",
      "low health score · low_health_score_stu_4532_1748869200000 · deterministic-v1",
      "View insight",
    ]);
    expect(message.text).toBe("Low health score: student stu_4532, risk 82");
    expect(blockProblems(blocksOf(message))).toEqual([]);
  });

  it("numbers the evidence, and strikes out what was done", () => {
    const done = { at: "2025-06-02T14:00:00.000Z", by: "USER:ana" };
    const recommendations = [{ recommendationId: "r1", text: "Call the student", done }];
    const blocks = JSON.stringify(buildInsightMessage(anInsightMessage({ recommendations })).blocks);
    expect(blocks).toContain('"style":"ordered"');
    expect(blocks).toContain('"text":"Call the student","style":{"strike":true}');
  });

  it("that is over says so, how, and how bad it was, and leaves out what to do", () => {
    const message = buildInsightMessage(aResolvedMessage());
    expect(typesOf(message)).toEqual(["header", "rich_text", "section", "context", "actions"]);
    expect(shownTexts(blocksOf(message)).slice(0, 2)).toEqual([
      "Resolved: Low health score",
      "Risk was up to 85 of 100",
    ]);
    expect(shownTexts(blocksOf(message))).toContain("Recovered: its conditions hold no more");
    expect(message.text).toBe("Resolved: Low health score: student stu_4532, risk 40");
    expect(message.metadata.event_payload).toMatchObject({ notice: "RESOLVED" });
  });

  it.each([
    [{ resolved: { ...resolvedBy, cause: "USER" } }, "Resolved by USER:ana"],
    [{ resolved: { ...resolvedBy, cause: "RULE_DISABLED" } }, "Its rule was disabled"],
    [
      { status: "DISMISSED", dismissed: { ...resolvedBy, reason: "FALSE_POSITIVE" } },
      "Dismissed by USER:ana: false positive",
    ],
    [{ status: "EXPIRED" }, "Its time is over; nobody has closed it"],
  ] as const)("that has ended says how: %j", (insight, text) => {
    expect(shownTexts(blocksOf(buildInsightMessage(aResolvedMessage(insight))))).toContain(text);
  });

  it("carries the key that it is found by under a type of its own", () => {
    expect(buildInsightMessage(anInsightMessage()).metadata).toEqual({
      event_type: "opsledger_insight",
      event_payload: {
        key: "low_health_score_stu_4532_1748869200000@RAISED",
        alert_id: "low_health_score_stu_4532_1748869200000",
        notice: "RAISED",
        entity_id: "stu_4532",
      },
    });
  });

  it("has neither lists nor button where there is nothing to show", () => {
    const message = buildInsightMessage(
      anInsightMessage({ evidence: [], recommendations: [] }, { insightUrl: undefined }),
    );
    expect(typesOf(message)).toEqual(["header", "rich_text", "section", "context"]);
  });

  it.each(hostile)("shows hostile text as text: %j", (text) => {
    const recommendations = [{ recommendationId: "r1", text }];
    const evidence = [{ name: text, value: 1 }];
    const hostileInsight = { title: text, explanation: text, entityId: text, recommendations, evidence };
    const acknowledged = { at: "2025-06-02T14:00:00.000Z", by: text };
    expectHarmless(buildInsightMessage(anInsightMessage({ ...hostileInsight, acknowledged })));
    expectHarmless(
      buildInsightMessage(
        aResolvedMessage({ ...hostileInsight, resolved: { ...resolvedBy, by: text, cause: "USER" } }),
      ),
    );
  });

  it("shows no secret", () => {
    const secret = "token ghp_0123456789abcdefghijklmnopqrstuvwxyzAB leaked";
    const recommendations = [{ recommendationId: "r1", text: secret }];
    const message = buildInsightMessage(anInsightMessage({ title: secret, explanation: secret, recommendations }));
    expect(JSON.stringify(message)).not.toContain("ghp_0123456789");
  });

  it("keeps Slack's limits whatever it is given", () => {
    const text = fc.string({ unit: "binary", maxLength: 4_000 });
    const texts = fc.array(text, { maxLength: 10 });
    const evidence = fc.array(fc.record({ name: text, value: fc.double({ noNaN: true }) }), { maxLength: 30 });
    fc.assert(
      fc.property(text, texts, evidence, (said, recommended, numbers) => {
        const recommendations = recommended.map((one, index) => ({ recommendationId: `r${index}`, text: one }));
        const insight = { title: said, explanation: said, entityId: said, recommendations, evidence: numbers };
        expectHarmless(buildInsightMessage(anInsightMessage(insight)));
      }),
      { numRuns: 50 },
    );
  });
});

describe("text", () => {
  it("is escaped as Slack wants it", () => {
    expect(escapeMrkdwn("a < b & c > d <!channel>")).toBe("a &lt; b &amp; c &gt; d &lt;!channel&gt;");
  });

  it("is one line, without what hides, and is not cut inside a character", () => {
    expect(toLine("a\n\n b\t\u0000c\u202e", 100)).toBe("a b c");
    expect(toLine("12345😀😀", 7)).toBe("12345…");
    expect(toLine(" \n ", 7)).toBe("…");
  });

  it("is a link only where it is one", () => {
    expect(toLinkUrl("https://example.com/x?a=b&c=d")).toBe("https://example.com/x?a=b&c=d");
    expect(toLinkUrl(`https://example.com/${"x".repeat(1_000)}`)).toBeUndefined();
    expect(toLinkUrl(undefined)).toBeUndefined();
  });
});

/** Blocks hold only parts that show text as it is; the fallback has no markup. */
function expectHarmless(message: SlackMessage): void {
  const blocks = blocksOf(message);
  expect(blockProblems(blocks)).toEqual([]);
  expect(JSON.stringify(blocks)).not.toContain('"mrkdwn"');
  expect(shownTexts(blocks).join("")).not.toMatch(/[\u202a-\u202e]/);
  expect(message.text).not.toMatch(/[<>]/);
  expect(message.text).not.toMatch(/&(?!(amp|lt|gt);)/);
}
