/** What deliveries mean: recorded ones one by one, and whatever else a sender may think of. */
import type { Json } from "../../../src/domain/kernel/json.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IncomingEvent, limits } from "../../../src/domain/projects/index.js";
import type { IncomingEventInput } from "../../../src/domain/projects/index.js";
import { readGeneric } from "../../../src/adapters/webhooks/generic.js";
import { readGithub } from "../../../src/adapters/webhooks/github.js";
import { readSlack } from "../../../src/adapters/webhooks/slack.js";
import { readTrello } from "../../../src/adapters/webhooks/trello.js";
import type { Reading } from "../../../src/adapters/webhooks/webhook.js";
import { fixtureNames, proven, readFixture } from "./support.js";

const readers = { github: readGithub, trello: readTrello, slack: readSlack, generic: readGeneric };
type Source = keyof typeof readers;
const sources = ["github", "trello", "slack", "generic"] as const satisfies readonly Source[];

/** Fixture, kind, importance, title, subject; `…` stands for the repository. */
type Expected = readonly [string, string, string, string, string | undefined];

const github = [
  ["check-run-cancelled", "UNHANDLED", "LOW", "build cancelled on main in …", "github:…@main"],
  ["check-run-created", "UNHANDLED", "LOW", "check_run created in …", undefined],
  ["check-run-failed-on-main", "CHECK_FAILED", "CRITICAL", "build failed on main in …", "github:…@main"],
  ["check-run-failed-on-pull-request", "CHECK_FAILED", "NORMAL", "build failed on #42 in …", "github:…#42"],
  ["check-run-passed", "CHECK_SUCCEEDED", "LOW", "build passed on main in …", "github:…@main"],
  ["check-suite-failed", "CHECK_FAILED", "CRITICAL", "CircleCI Checks failed on main in …", "github:…@main"],
  ["check-suite-of-actions", "CHECK_FAILED", "LOW", "GitHub Actions failed on main in …", "github:…@main"],
  [
    "code-scanning-alert",
    "SECURITY_ALERT",
    "CRITICAL",
    "Code scanning alert 5 created in …: Database query built from user-controlled sources",
    "github:…!code_scanning_alert-5",
  ],
  ["commit-comment", "COMMENT_ADDED", "NORMAL", "Commented on commit 2222222 in …", undefined],
  ["create-branch", "BRANCH_CREATED", "LOW", "Created branch inventory-tracking in …", "github:…@inventory-tracking"],
  ["create-tag", "TAG_CREATED", "LOW", "Created tag v1.4.0 in …", "github:…@v1.4.0"],
  ["delete-branch", "BRANCH_DELETED", "LOW", "Deleted branch inventory-tracking in …", "github:…@inventory-tracking"],
  ["delete-tag", "UNHANDLED", "LOW", "Deleted tag v1.4.0 in …", "github:…@v1.4.0"],
  [
    "dependabot-alert-created",
    "SECURITY_ALERT",
    "CRITICAL",
    "Dependabot alert 3 created in …: left-lib: Prototype pollution in left-lib",
    "github:…!dependabot_alert-3",
  ],
  [
    "dependabot-alert-fixed",
    "ISSUE_CLOSED",
    "NORMAL",
    "Dependabot alert 3 fixed in …: left-lib: Prototype pollution in left-lib",
    "github:…!dependabot_alert-3",
  ],
  [
    "dependabot-alert-low",
    "SECURITY_ALERT",
    "NORMAL",
    "Dependabot alert 4 created in …: right-lib: Slow expression",
    "github:…!dependabot_alert-4",
  ],
  [
    "deployment-failed",
    "DEPLOYMENT_FAILED",
    "CRITICAL",
    "Failed to deploy main to production in …",
    "github:…@deploy/production",
  ],
  [
    "deployment-of-a-preview-failed",
    "DEPLOYMENT_FAILED",
    "NORMAL",
    "Failed to deploy inventory-tracking to pr-42 in …",
    "github:…@deploy/pr-42",
  ],
  ["deployment-pending", "UNHANDLED", "LOW", "deployment_status created in …", undefined],
  [
    "deployment-succeeded",
    "DEPLOYMENT_SUCCEEDED",
    "NORMAL",
    "Deployed v1.4.0 to production in …",
    "github:…@deploy/production",
  ],
  ["issue-closed", "ISSUE_CLOSED", "NORMAL", "Closed issue #7: Stock goes negative on concurrent orders", "github:…#7"],
  [
    "issue-comment-on-pull-request",
    "PULL_REQUEST_UPDATED",
    "LOW",
    "Edited a comment on #42: Add inventory tracking feature",
    "github:…#42",
  ],
  [
    "issue-comment",
    "COMMENT_ADDED",
    "NORMAL",
    "Commented on #7: Stock goes negative on concurrent orders",
    "github:…#7",
  ],
  [
    "issue-labeled",
    "ISSUE_UPDATED",
    "LOW",
    "Changed (labeled) issue #7: Stock goes negative on concurrent orders",
    "github:…#7",
  ],
  ["issue-opened", "ISSUE_OPENED", "NORMAL", "Opened issue #7: Stock goes negative on concurrent orders", "github:…#7"],
  [
    "issue-reopened",
    "ISSUE_REOPENED",
    "NORMAL",
    "Reopened issue #7: Stock goes negative on concurrent orders",
    "github:…#7",
  ],
  ["member-added", "MEMBER_CHANGED", "NORMAL", "Member reviewer2 added: …", undefined],
  ["membership-removed", "MEMBER_CHANGED", "NORMAL", "Member reviewer2 removed: Stock team", undefined],
  [
    "pull-request-assigned",
    "PULL_REQUEST_UPDATED",
    "LOW",
    "Changed (assigned) #42: Add inventory tracking feature",
    "github:…#42",
  ],
  [
    "pull-request-closed",
    "PULL_REQUEST_CLOSED",
    "NORMAL",
    "Closed without merging #42: Add inventory tracking feature",
    "github:…#42",
  ],
  [
    "pull-request-draft",
    "PULL_REQUEST_UPDATED",
    "LOW",
    "Back to draft: #42: Add inventory tracking feature",
    "github:…#42",
  ],
  [
    "pull-request-labeled",
    "PULL_REQUEST_UPDATED",
    "LOW",
    "Labelled #42: Add inventory tracking feature",
    "github:…#42",
  ],
  ["pull-request-merged", "PULL_REQUEST_MERGED", "NORMAL", "Merged #42: Add inventory tracking feature", "github:…#42"],
  ["pull-request-opened", "PULL_REQUEST_OPENED", "NORMAL", "Opened #42: Add inventory tracking feature", "github:…#42"],
  [
    "pull-request-ready",
    "PULL_REQUEST_UPDATED",
    "NORMAL",
    "Ready for review: #42: Add inventory tracking feature",
    "github:…#42",
  ],
  [
    "pull-request-reopened",
    "PULL_REQUEST_REOPENED",
    "NORMAL",
    "Reopened #42: Add inventory tracking feature",
    "github:…#42",
  ],
  [
    "pull-request-review-requested",
    "REVIEW_REQUESTED",
    "NORMAL",
    "Review requested of reviewer2 on #42: Add inventory tracking feature",
    "github:…#42",
  ],
  [
    "pull-request-synchronize",
    "PULL_REQUEST_UPDATED",
    "LOW",
    "New commits on #42: Add inventory tracking feature",
    "github:…#42",
  ],
  [
    "pull-request-team-review-requested",
    "REVIEW_REQUESTED",
    "NORMAL",
    "Review requested of Stock team on #42: Add inventory tracking feature",
    "github:…#42",
  ],
  [
    "push-deletes-a-branch",
    "BRANCH_DELETED",
    "LOW",
    "Deleted branch inventory-tracking in …",
    "github:…@inventory-tracking",
  ],
  ["push-deletes-a-tag", "UNHANDLED", "LOW", "Deleted tag v1.4.0 in …", "github:…@v1.4.0"],
  [
    "push-forced-to-a-branch",
    "PUSH",
    "LOW",
    "Force-pushed 1 commit to inventory-tracking: Track stock",
    "github:…@inventory-tracking",
  ],
  [
    "push-of-a-merge",
    "PUSH",
    "LOW",
    "Pushed 2 commits to main: Merge pull request #42 from redline-wholesale/inventory-tracking",
    "github:…#42",
  ],
  ["push-of-a-squash", "PUSH", "LOW", "Pushed 1 commit to main: Add inventory tracking feature (#42)", "github:…#42"],
  ["push-of-a-tag", "TAG_CREATED", "NORMAL", "Tagged v1.4.0 in …", "github:…@v1.4.0"],
  ["push", "PUSH", "NORMAL", "Pushed 2 commits to main: Cache the answer", "github:…@main"],
  ["release-published", "RELEASE_PUBLISHED", "NORMAL", "Released 1.4.0 Inventory tracking in …", "github:…@v1.4.0"],
  ["release-released", "UNHANDLED", "LOW", "Release released: v1.4.0 in …", "github:…@v1.4.0"],
  ["review-approved", "REVIEW_APPROVED", "NORMAL", "Approved #42: Add inventory tracking feature", "github:…#42"],
  [
    "review-changes-requested",
    "REVIEW_CHANGES_REQUESTED",
    "NORMAL",
    "Requested changes on #42: Add inventory tracking feature",
    "github:…#42",
  ],
  [
    "review-comment-deleted",
    "PULL_REQUEST_UPDATED",
    "LOW",
    "Deleted a comment on #42: Add inventory tracking feature",
    "github:…#42",
  ],
  ["review-comment", "REVIEW_COMMENTED", "NORMAL", "Commented on #42: Add inventory tracking feature", "github:…#42"],
  ["review-commented", "REVIEW_COMMENTED", "LOW", "Reviewed #42: Add inventory tracking feature", "github:…#42"],
  [
    "review-dismissed",
    "PULL_REQUEST_UPDATED",
    "NORMAL",
    "Dismissed a review of #42: Add inventory tracking feature",
    "github:…#42",
  ],
  ["review-edited", "REVIEW_COMMENTED", "LOW", "Edited a review of #42: Add inventory tracking feature", "github:…#42"],
  [
    "review-thread",
    "PULL_REQUEST_UPDATED",
    "LOW",
    "Review thread resolved on #42: Add inventory tracking feature",
    "github:…#42",
  ],
  [
    "secret-scanning-alert-dismissed",
    "ISSUE_UPDATED",
    "NORMAL",
    "Secret scanning alert 6 revoked in …: slack_api_token",
    "github:…!secret_scanning_alert-6",
  ],
  [
    "secret-scanning-alert",
    "SECURITY_ALERT",
    "CRITICAL",
    "Secret scanning alert 6 created in …: Slack API Token",
    "github:…!secret_scanning_alert-6",
  ],
  ["star", "UNHANDLED", "LOW", "star created in …", undefined],
  ["status-failed", "CHECK_FAILED", "CRITICAL", "ci/jenkins failed on main in …", "github:…@main"],
  ["status-pending", "UNHANDLED", "LOW", "status in …", undefined],
  ["workflow-run-failed", "CHECK_FAILED", "CRITICAL", "CI failed on main in …", "github:…@main"],
  ["workflow-run-requested", "UNHANDLED", "LOW", "workflow_run requested in …", undefined],
] as const satisfies readonly Expected[];

const trello = [
  ["add-blocked-label", "CARD_UPDATED", "NORMAL", "Labelled “Inventory tracking”: Blocked", "trello:card/Ab12Cd34"],
  [
    "add-checklist",
    "CARD_UPDATED",
    "LOW",
    "Added the checklist Before release to “Inventory tracking”",
    "trello:card/Ab12Cd34",
  ],
  ["add-label", "CARD_UPDATED", "LOW", "Labelled “Inventory tracking”: Design", "trello:card/Ab12Cd34"],
  ["add-member", "CARD_UPDATED", "LOW", "Put Designer Two on “Inventory tracking”", "trello:card/Ab12Cd34"],
  ["archive-card", "CARD_UPDATED", "NORMAL", "Archived “Inventory tracking”", "trello:card/Ab12Cd34"],
  ["attach-pull-request", "CARD_UPDATED", "LOW", "Attached Pull request 42 to “Inventory tracking”", "github:…#42"],
  ["block-card", "CARD_MOVED", "NORMAL", "Moved “Inventory tracking”: Doing → Blocked", "trello:card/Ab12Cd34"],
  ["comment-card", "COMMENT_ADDED", "NORMAL", "Commented on “Inventory tracking”", "trello:card/Ab12Cd34"],
  ["complete-card", "CARD_COMPLETED", "NORMAL", "Completed “Inventory tracking”: Doing → Done 🎉", "github:…#42"],
  ["create-card", "CARD_CREATED", "NORMAL", "Created “Inventory tracking” in To do", "trello:card/Ab12Cd34"],
  ["delete-card", "CARD_UPDATED", "NORMAL", "Deleted card 17", "trello:card/Ab12Cd34"],
  ["delete-comment", "CARD_UPDATED", "LOW", "Deleted a comment on “Inventory tracking”", "trello:card/Ab12Cd34"],
  ["describe-card", "CARD_UPDATED", "LOW", "Edited the description of “Inventory tracking”", "trello:card/Ab12Cd34"],
  ["due-complete", "CARD_COMPLETED", "NORMAL", "Completed “Inventory tracking”", "trello:card/Ab12Cd34"],
  [
    "due-date-passed",
    "CARD_UPDATED",
    "LOW",
    "Due date of “Inventory tracking”: 2025-06-01T12:00:00.000Z",
    "trello:card/Ab12Cd34",
  ],
  ["due-incomplete", "CARD_REOPENED", "NORMAL", "Not complete after all: “Inventory tracking”", "trello:card/Ab12Cd34"],
  ["edit-comment", "CARD_UPDATED", "LOW", "Edited a comment on “Inventory tracking”", "trello:card/Ab12Cd34"],
  ["join-board", "MEMBER_CHANGED", "NORMAL", "Designer Two joined Redline Wholesale", undefined],
  ["leave-board", "MEMBER_CHANGED", "NORMAL", "Designer Two left Redline Wholesale", undefined],
  [
    "move-card-to-nearly",
    "CARD_MOVED",
    "NORMAL",
    "Moved “Inventory tracking”: Doing → To be shipped",
    "trello:card/Ab12Cd34",
  ],
  ["move-card", "CARD_MOVED", "NORMAL", "Moved “Inventory tracking”: To do → Doing", "trello:card/Ab12Cd34"],
  [
    "move-from-other-board",
    "CARD_MOVED",
    "NORMAL",
    "Moved “Inventory tracking” here from another board",
    "trello:card/Ab12Cd34",
  ],
  [
    "move-to-other-board",
    "CARD_MOVED",
    "NORMAL",
    "Moved “Inventory tracking” to another board",
    "trello:card/Ab12Cd34",
  ],
  [
    "remove-label",
    "CARD_UPDATED",
    "LOW",
    "Took the label without a name off “Inventory tracking”",
    "trello:card/Ab12Cd34",
  ],
  ["remove-member", "CARD_UPDATED", "LOW", "Took Designer Two off “Inventory tracking”", "trello:card/Ab12Cd34"],
  ["rename-card", "CARD_UPDATED", "LOW", "Renamed Inventory to “Inventory tracking”", "trello:card/Ab12Cd34"],
  ["reopen-card", "CARD_REOPENED", "NORMAL", "Reopened “Inventory tracking”: Done 🎉 → Doing", "trello:card/Ab12Cd34"],
  ["reorder-card", "CARD_UPDATED", "LOW", "Edited “Inventory tracking”", "trello:card/Ab12Cd34"],
  ["tick-item", "CARD_UPDATED", "LOW", "Ticked Write the notes on “Inventory tracking”", "trello:card/Ab12Cd34"],
  ["unarchive-card", "CARD_REOPENED", "NORMAL", "Took “Inventory tracking” out of the archive", "trello:card/Ab12Cd34"],
  ["update-board", "UNHANDLED", "LOW", "updateBoard on Redline Wholesale", undefined],
] as const satisfies readonly Expected[];

const slack = [
  [
    "app-mention",
    "MESSAGE_POSTED",
    "NORMAL",
    "Mentioned the app: @U0BOT what happened today? @here",
    "slack:C0STOCK/1748871478.000400",
  ],
  ["bot-message-of-others", "MESSAGE_POSTED", "NORMAL", "All systems operational", "slack:C0STOCK/1748871478.000200"],
  ["channel-archived", "NOTE", "LOW", "Archived C0NEW", undefined],
  ["channel-created", "NOTE", "LOW", "Created #stock-releases", undefined],
  ["channel-join-message", "MEMBER_CHANGED", "LOW", "U0DEV joined C0STOCK", undefined],
  ["channel-renamed", "NOTE", "LOW", "Renamed a channel to #releases", undefined],
  ["channel-topic", "UNHANDLED", "LOW", "message (channel_topic) in C0STOCK", undefined],
  ["file-shared", "UNHANDLED", "LOW", "file_shared", undefined],
  ["member-joined", "MEMBER_CHANGED", "LOW", "U0REV joined C0STOCK", undefined],
  ["message-deleted", "MESSAGE_POSTED", "LOW", "Deleted a message in C0STOCK", "slack:C0STOCK/1748871478.000200"],
  ["message-edited", "MESSAGE_POSTED", "LOW", "Edited a message in C0STOCK", "slack:C0STOCK/1748871478.000200"],
  [
    "message",
    "MESSAGE_POSTED",
    "NORMAL",
    "@U0REV please look at #42 (https://github.com/redline-wholesale/inventory-api/pull/42) & the notes",
    "slack:C0STOCK/1748871478.000200",
  ],
  ["reaction-added", "NOTE", "LOW", "Reacted with :tada:", "slack:C0STOCK/1748871478.000200"],
  ["thread-reply", "MESSAGE_POSTED", "NORMAL", "Done <3", "slack:C0STOCK/1748871478.000200"],
] as const satisfies readonly Expected[];

const generic = [
  [
    "deploy",
    "DEPLOYMENT_SUCCEEDED",
    "NORMAL",
    "Deployed inventory-api 1.4.0 to production",
    "github:…@deploy/production",
  ],
  ["invoice-paid", "UNHANDLED", "LOW", "invoice.paid", undefined],
  ["note", "NOTE", "NORMAL", "Warehouse 3 counts stock today", undefined],
] as const satisfies readonly Expected[];

const ignored = {
  github: ["ping"],
  trello: [],
  slack: [
    "bot-message-of-ours",
    "direct-message",
    "message-of-ours",
    "our-message-edited",
    "rate-limited",
    "url-verification",
  ],
  generic: [],
} as const satisfies Record<Source, readonly string[]>;
const expected: Record<Source, readonly Expected[]> = { github, trello, slack, generic };
const repository = "redline-wholesale/inventory-api";

function readingOf(source: Source, name: string): Reading {
  const { event, payload } = readFixture(source, name);
  const headers = {
    ...(event === undefined ? {} : { "x-github-event": event }),
    "x-github-delivery": "d-1",
    "webhook-id": "msg_1",
  };
  return readers[source](proven(payload, headers));
}

function eventIn(reading: Reading): IncomingEventInput {
  if (reading.kind !== "event") throw new Error(`${reading.kind}, not an event`);
  return reading.event;
}

const eventOf = (source: Source, name: string) => eventIn(readingOf(source, name));

describe.each(sources)("a recorded delivery of %s", (source) => {
  it.each(expected[source])("%s is %s, %s: %s", (name, kind, importance, title, subject) => {
    const { event, ...delivery } = eventOf(source, name);
    expect(event).toMatchObject({ kind, importance, title: title.replace("…", repository) });
    expect(event.subject).toBe(subject?.replace("…", repository));
    expect(IncomingEvent.safeParse({ ...delivery, event }).success).toBe(true);
    expect(delivery).toMatchObject({ source: source.toUpperCase(), verification: { secret: "CURRENT" } });
  });

  it("is expected by one of these tests", () => {
    expect([...expected[source].map(([name]) => name), ...ignored[source]].sort()).toEqual(fixtureNames(source));
  });
});

describe("what is ignored", () => {
  it.each(sources.flatMap((source) => ignored[source].map((name) => [source, name] as const)))(
    "%s: %s",
    (source, name) => {
      expect(readingOf(source, name).kind).toBe(name === "url-verification" ? "challenge" : "ignored");
    },
  );
});

describe("an event", () => {
  it("says who, where, when, and what it is about", () => {
    expect(eventOf("github", "pull-request-merged")).toMatchObject({
      deliveryId: "d-1",
      occurredAt: "2025-06-02T13:36:59.000Z",
      event: {
        actor: { id: "reviewer2", url: "https://github.com/reviewer2" },
        url: `https://github.com/${repository}/pull/42`,
        labels: ["feature"],
        refs: [
          { type: "REPOSITORY", id: repository },
          { type: "PULL_REQUEST", id: `${repository}#42`, title: "Add inventory tracking feature" },
          { type: "BRANCH", id: `${repository}@inventory-tracking` },
          { type: "COMMIT", id: "3".repeat(40) },
          { type: "CARD", id: "Ab12Cd34" },
        ],
      },
    });
    expect(eventOf("trello", "complete-card")).toMatchObject({
      deliveryId: "600000000000000000000003",
      occurredAt: "2025-06-02T13:37:58.123Z",
      event: {
        actor: { id: "developerone", name: "Developer One" },
        refs: [
          { type: "BOARD", title: "Redline Wholesale" },
          { type: "LIST", title: "Done 🎉" },
          { type: "CARD" },
          { type: "PULL_REQUEST" },
        ],
      },
    });
    expect(eventOf("slack", "thread-reply")).toMatchObject({
      occurredAt: "2025-06-02T13:37:58.000Z",
      event: { actor: { id: "U0DEV" }, refs: [{ type: "CHANNEL", id: "C0STOCK" }, { type: "THREAD" }] },
    });
  });

  it("has one subject, whichever source tells of a thing (defect P21)", () => {
    const subjects = [
      eventOf("github", "pull-request-merged"),
      eventOf("github", "push-of-a-merge"),
      eventOf("github", "push-of-a-squash"),
      eventOf("github", "review-approved"),
      eventOf("github", "check-run-failed-on-pull-request"),
      eventOf("trello", "complete-card"),
      eventOf("trello", "attach-pull-request"),
    ].map(({ event }) => event.subject);
    expect(new Set(subjects)).toEqual(new Set([`github:${repository}#42`]));
  });

  it("carries what a summary calls blockers as labels", () => {
    expect(eventOf("trello", "block-card").event.labels).toEqual(["blocked"]);
    expect(eventOf("trello", "due-date-passed").event.labels).toEqual(["overdue"]);
    expect(eventOf("github", "issue-labeled").event.labels).toEqual(["bug", "blocked"]);
  });

  it("has no secrets, neither in what people read nor in the original", () => {
    const comment = eventOf("github", "issue-comment");
    expect(comment.event.text).toBe("Seen in production: password=[redacted]");
    expect(JSON.stringify(comment.eventData)).not.toContain("hunter2");
    expect(eventOf("github", "secret-scanning-alert").eventData).toMatchObject({ alert: { secret: "[redacted]" } });
    expect(eventOf("slack", "message").eventData).toMatchObject({ token: "[redacted]" });
    const key = `ghp_${"a1B2".repeat(9)}`;
    const pasted = eventIn(
      readGeneric(
        proven({
          type: "x",
          data: { title: `Use ${key}`, url: `https://x.example/?k=${key}`, api_key: 7, nested: [{ apiKey: "abc" }] },
        }),
      ),
    );
    expect(pasted.event.title).toBe("Use [redacted]");
    expect(pasted.event.url).toBeUndefined();
    expect(JSON.stringify(pasted.eventData)).not.toContain(key);
    expect(pasted.eventData).toMatchObject({ data: { api_key: 7, nested: [{ apiKey: "[redacted]" }] } });
  });

  it("does not keep again what somebody has deleted", () => {
    expect(JSON.stringify(eventOf("slack", "message-deleted"))).not.toContain("password");
  });

  it("shows Slack's markup as people read it", () => {
    expect(eventOf("slack", "message").event).toMatchObject({
      text: `@U0REV please look at #42 (https://github.com/${repository}/pull/42) & the notes\nToday, if you can`,
    });
    expect(eventOf("slack", "app-mention").event.text).toBe("@U0BOT what happened today? @here");
  });

  it("links https only", () => {
    for (const url of [
      "http://x.example",
      "javascript:alert(1)",
      "https://ana:pw@x.example",
      "https://x.example/\u0000",
      "no url",
    ]) {
      const { event } = eventIn(
        readGeneric(proven({ data: { title: "T", url, actor: { id: "a", url }, refs: [{ id: "r", url }] } })),
      );
      expect(JSON.stringify(event)).not.toContain('"url"');
    }
  });

  it("is within its limits, however much a sender writes", () => {
    const long = "x".repeat(10_000);
    const many = Array.from({ length: 200 }, (_, index) => ({ id: `r${index}` }));
    const { event } = eventIn(
      readGeneric(
        proven({
          data: {
            title: `two\nlines ${long}`,
            text: `${"a line\n".repeat(2_000)}😀`,
            actor: { id: long },
            refs: [...many, { id: long }, { id: "r0" }],
            labels: many.map(({ id }) => `${id}${long}`),
            subject: long,
          },
        }),
      ),
    );
    expect(event.title).toMatch(/^two lines x+…$/);
    expect(event.title.length).toBe(limits.title);
    expect(event.text?.length).toBeLessThanOrEqual(limits.text);
    expect(event.refs?.map(({ id }) => id)).toEqual(many.slice(0, limits.refs).map(({ id }) => id));
    expect(event.labels?.length).toBe(limits.labels);
    expect(IncomingEvent.safeParse({ source: "GENERIC", deliveryId: "d", event }).success).toBe(true);
  });

  it("has the id of its delivery; without a usable one, what stands for its bytes", () => {
    const read = (json: Json) => eventIn(readTrello(proven(json))).deliveryId;
    expect(read({ action: { id: "a1" } })).toBe("a1");
    expect(read({ action: {} })).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(read({ action: {} })).toBe(read({ action: {} }));
    expect(read({ action: {} })).not.toBe(read({ action: { type: "x" } }));
    expect(read({ action: { id: "a b" } })).toMatch(/^sha256:/);
    expect(read({ action: { id: "x".repeat(300) } })).toMatch(/^sha256:/);
  });

  it("keeps an original that can be stored and no other", () => {
    const json = JSON.parse('{"a":1e400,"b":"\\ud800","__proto__":{"x":1},"c":[null,true,-0.5]}') as Json;
    const { eventData } = eventIn(readGeneric(proven(json)));
    expect(eventData).toEqual({ a: "Infinity", b: "\ufffd", c: [null, true, -0.5] });
  });
});

/** Any JSON; often with names that a source uses, and values that it does not. */
function suspectJson(names: readonly string[]): fc.Arbitrary<Json> {
  const leaf = fc.oneof(
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom(null, "", " ", "\ud800", "https://x.example", -1, 1e300, "completed", "closed", "refs/heads/main"),
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie("tree"), { maxKeys: 8 }),
    ),
  }));
  return tree as fc.Arbitrary<Json>;
}

/** Every name of a field that the fixtures of a source have. */
function namesIn(value: Json): string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(namesIn);
  return Object.entries(value).flatMap(([name, field]) => [name, ...namesIn(field)]);
}

describe.each(sources)("any JSON that comes from %s", (source) => {
  const fixtures = fixtureNames(source).map((name) => readFixture(source, name));
  const names = [...new Set(fixtures.flatMap(({ payload }) => namesIn(payload)))];
  const events = [...new Set(fixtures.map(({ event }) => event ?? "")), "constructor", "__proto__", "toString"];

  const requireReading = (json: Json, event: string) => {
    const reading = readers[source](
      proven(json, { "x-github-event": event, "x-github-delivery": "d", "webhook-id": "m" }),
    );
    if (reading.kind === "event") expect(IncomingEvent.safeParse(reading.event).error).toBeUndefined();
  };

  it("gives a valid event, or nothing", () => {
    fc.assert(fc.property(suspectJson(names), fc.constantFrom(...events), requireReading), { numRuns: 500 });
  });

  it("also where one field of a good delivery is something else", () => {
    const spoilt = fc
      .tuple(fc.constantFrom(...fixtures), fc.constantFrom(...names), suspectJson(names))
      .map(([{ event, payload }, name, value]) => [replaced(payload, name, value), event ?? ""] as const);
    fc.assert(
      fc.property(spoilt, ([json, event]) => requireReading(json, event)),
      { numRuns: 1_000 },
    );
  });
});

/** The JSON with another value in every field of a name. */
function replaced(json: Json, name: string, value: Json): Json {
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return (json as readonly Json[]).map((item) => replaced(item, name, value));
  return Object.fromEntries(
    Object.entries(json).map(([key, field]) => [key, key === name ? value : replaced(field, name, value)]),
  );
}

describe("the name of GitHub's event, which is not signed", () => {
  const names = fixtureNames("github");
  const readAs = (event: string, name: string) =>
    readGithub(proven(readFixture("github", name).payload, { "x-github-event": event, "x-github-delivery": "d" }));

  it.each([
    ["push", "pull-request-merged"],
    ["create", "push"],
    ["issues", "issue-comment"],
    ["pull_request", "review-approved"],
    ["commit_comment", "issue-comment"],
    ["code_scanning_alert", "dependabot-alert-created"],
    ["check_suite", "check-run-failed-on-main"],
    ["ping", "pull-request-merged"],
  ])("is not believed where the body is another: %s of %s", (event, name) => {
    expect(readAs(event, name)).toMatchObject({ kind: "event", event: { event: { kind: "UNHANDLED" } } });
  });

  it("changes nothing of what makes the delivery the same as another, nor does the delivery's id", () => {
    for (const name of names.filter((each) => each !== "ping")) {
      const { payload } = readFixture("github", name);
      const fingerprints = ["push", "star", "anything"].map((event, id) => {
        const reading = readGithub(proven(payload, { "x-github-event": event, "x-github-delivery": String(id) }));
        return reading.kind === "event" ? reading.event.fingerprint : undefined;
      });
      expect(new Set(fingerprints).size).toBe(1);
      expect(fingerprints[0]).toMatch(/^[0-9a-f]{64}$/);
    }
  });
});
