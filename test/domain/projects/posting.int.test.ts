/** Posting batches: once, whatever goes wrong between Slack, the store and the process. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Notifier } from "../../../src/domain/kernel/index.js";
import { heldUntil } from "../../../src/domain/projects/index.js";
import type { ProjectMessage } from "../../../src/domain/projects/index.js";
import { general } from "../../support/slackServer.js";
import type { SlackFault } from "../../support/slackServer.js";
import { createPostingWorld, failingAt, project, request, signal } from "./postingWorld.js";
import type { PostingWorld } from "./postingWorld.js";

const hour = 3_600_000;
let world: PostingWorld;

beforeEach(async () => {
  world = await createPostingWorld();
});
afterEach(async () => {
  const { violations } = world.slack;
  await world.close();
  expect(violations).toEqual([]);
});

const post = (batchId: string) => world.posting.post(batchId, request, signal);
const postFails = (fault: SlackFault) =>
  world.slack.fail((method) => (method === "chat.postMessage" ? fault : undefined));
const allFails = (fault: SlackFault) => world.slack.fail(() => fault);
const posts = () => world.slack.calls.filter(({ method }) => method === "chat.postMessage");
const searches = () => world.slack.calls.filter(({ method }) => method === "conversations.history");

describe("posting a batch", () => {
  it("records that it starts before it sends, and then what was sent", async () => {
    const batchId = await world.sealed();
    let before: readonly string[] = [];
    const watching = world.another({
      notifier: (slack): Notifier<ProjectMessage> => ({
        ...slack,
        post: async (...given) => {
          before = await world.story(batchId);
          return slack.post(...given);
        },
      }),
    });
    expect(await watching.post(batchId, request, signal)).toEqual({});
    expect(before).toEqual(["BatchSealed", "BatchSummarised", "BatchPostStarted"]);
    const { status, post: posted } = await world.batch(batchId);
    expect(status).toBe("POSTED");
    expect(posted).toEqual({
      attempts: 1,
      notifier: "slack",
      channel: general.id,
      messageId: world.slack.messages[0]?.ts,
      url: `https://team.slack.com/archives/${general.id}/p${world.slack.messages[0]?.ts.replace(".", "")}`,
      postedAt: world.clock.now(),
      revision: 1,
      found: false,
    });
  });

  it("does nothing the second time", async () => {
    const batchId = await world.sealed();
    await post(batchId);
    await post(batchId);
    expect(posts()).toHaveLength(1);
  });

  it("does nothing about a batch that has no summary yet, or does not exist", async () => {
    await world.send("Batch", "batch_20250602_0900", {
      type: "SealBatch",
      project,
      trigger: "FLUSH",
      projectEventIds: ["5b0f4ac6-8a6b-4b1e-9a57-6e1d1f6f8d0e"],
      openedAt: world.clock.now(),
      policy: (await world.batch(await world.sealed())).policy,
      critical: false,
    });
    expect(await post("batch_20250602_0900")).toEqual({});
    expect(await post("batch_20250602_0901")).toEqual({});
    expect(posts()).toEqual([]);
  });

  it("records the id of a channel that the settings name by its name", async () => {
    await world.setChannel("#general");
    const batchId = await world.sealed();
    await post(batchId);
    expect((await world.batch(batchId)).post.channel).toBe(general.id);
  });

  it("goes to the log of a project without a channel", async () => {
    await world.setChannel(null);
    const batchId = await world.sealed();
    await post(batchId);
    expect(world.logged).toEqual([`${project}: All is well`]);
    expect(world.slack.calls).toEqual([]);
    const { sealedAt, post: posted } = await world.batch(batchId);
    expect(posted).toMatchObject({ notifier: "console", messageId: `${batchId}@${sealedAt}` });
  });

  it("waits for the end of the quiet hours, unless the batch is critical", async () => {
    const policy = { quietHours: { from: "13:00", to: "15:00", timeZone: "Etc/UTC" } };
    const quiet = await world.sealed({ policy });
    const critical = await world.sealed({ policy, critical: true });
    expect(await post(quiet)).toEqual({ again: "2025-06-02T15:00:00.000Z" });
    expect(await post(critical)).toEqual({});
    expect(posts()).toHaveLength(1);
    await world.runUntilDone(quiet);
    expect((await world.batch(quiet)).status).toBe("POSTED");
  });

  it("begins nothing before it is its turn", async () => {
    const batchId = await world.sealed();
    const waiting = world.another({ notifier: (slack) => ({ ...slack, turn: () => 2 }) });
    expect(await waiting.post(batchId, request, signal)).toEqual({ again: world.clock.in(2_000) });
    expect(await world.story(batchId)).toEqual(["BatchSealed", "BatchSummarised"]);
    expect(world.slack.calls).toEqual([]);
  });

  it("is skipped where all was told at once, unless a person flushed it", async () => {
    const told = { events: 3, alreadyNotified: 3 };
    const batchId = await world.sealed({ stats: told });
    expect(await post(batchId)).toEqual({});
    expect(await post(batchId)).toEqual({});
    expect(await world.story(batchId)).toEqual(["BatchSealed", "BatchSummarised", "BatchPostSkipped"]);
    expect((await world.batch(batchId)).status).toBe("SKIPPED");
    expect(posts()).toEqual([]);
    const flushed = await world.sealed({ stats: told, trigger: "FLUSH" });
    await post(flushed);
    expect((await world.batch(flushed)).status).toBe("POSTED");
  });

  it("says until when quiet hours hold it up", async () => {
    const policy = { quietHours: { from: "13:00", to: "15:00", timeZone: "Etc/UTC" } };
    const batchId = await world.sealed({ policy, trigger: "FLUSH" });
    expect(heldUntil(await world.batch(batchId))).toBe("2025-06-02T15:00:00.000Z");
    await world.runUntilDone(batchId);
    expect(heldUntil(await world.batch(batchId))).toBeUndefined();
    expect(heldUntil(await world.batch(await world.sealed({ policy, critical: true })))).toBeUndefined();
  });

  it("posts once where two processes are at it", async () => {
    const batchId = await world.sealed();
    const results = await Promise.all([
      world.another().post(batchId, request, signal),
      world.another().post(batchId, request, signal),
      world.another().post(batchId, request, signal),
    ]);
    expect(posts()).toHaveLength(1);
    expect(await world.story(batchId)).toEqual(["BatchSealed", "BatchSummarised", "BatchPostStarted", "BatchPosted"]);
    // The others come again, should the one that won be cut off.
    for (const { again } of results) expect([undefined, world.clock.in(45_000)]).toContain(again);
  });
});

describe("Slack's failures", () => {
  it("are recorded, and the attempt is repeated after 5 s, then twice as long", async () => {
    const batchId = await world.sealed();
    postFails({ kind: "http", status: 503 });
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 9; attempt += 1) {
      await post(batchId);
      const { status, post: failed } = await world.batch(batchId);
      expect({ status, attempts: failed.attempts }).toEqual({ status: "POST_FAILED", attempts: attempt });
      waits.push(Date.parse(failed.retryAt ?? "") - Date.parse(world.clock.now()));
      world.clock.advance(waits.at(-1) ?? 0);
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600].map((seconds) => seconds * 1_000));
  });

  it("are not repeated before their time", async () => {
    const batchId = await world.sealed();
    postFails({ kind: "http", status: 503 });
    await post(batchId);
    world.clock.advance(4_999);
    expect(await post(batchId)).toEqual({ again: world.clock.in(1) });
    expect(posts()).toHaveLength(1);
  });

  it("honour Retry-After, and then nothing needs to be looked for", async () => {
    const batchId = await world.sealed();
    world.slack.fail((method, call) =>
      method === "chat.postMessage" && call === 1 ? { kind: "limited", retryAfter: 90 } : undefined,
    );
    await post(batchId);
    expect((await world.batch(batchId)).post.retryAt).toBe(world.clock.in(90_000));
    await world.runUntilDone(batchId);
    expect((await world.batch(batchId)).status).toBe("POSTED");
    expect(searches()).toEqual([]);
  });

  it("lose nothing where Slack is down for an hour: all is posted, once, when it is back", async () => {
    allFails({ kind: "drop" });
    const batchIds = [await world.sealed(), await world.sealed(), await world.sealed()];
    const back = Date.parse(world.clock.in(hour));
    for (const batchId of batchIds) {
      while (Date.parse(world.clock.now()) < back) {
        await post(batchId);
        const { retryAt } = (await world.batch(batchId)).post;
        if (retryAt === undefined) throw new Error("it gave up");
        world.clock.advance(Date.parse(retryAt) - Date.parse(world.clock.now()));
      }
      await post(batchId);
    }
    expect(world.slack.messages).toEqual([]);
    world.slack.fail(undefined);
    for (const batchId of batchIds) await world.runUntilDone(batchId);
    expect(world.slack.messages).toHaveLength(3);
    for (const batchId of batchIds) expect((await world.batch(batchId)).status).toBe("POSTED");
  });

  it("are left to a person after 60 attempts", async () => {
    const batchId = await world.sealed();
    postFails({ kind: "http", status: 500 });
    expect(await world.runUntilDone(batchId)).toBe(60);
    const { status, post: failed } = await world.batch(batchId);
    expect(status).toBe("POST_FAILED");
    expect(failed.error).toContain("given up after 60 attempts");
    expect(await post(batchId)).toEqual({});
    expect(posts()).toHaveLength(60);
  });

  it("are tried as often again where a person asks, also where the first try meets a 429", async () => {
    const batchId = await world.sealed();
    postFails({ kind: "http", status: 500 });
    await world.runUntilDone(batchId);
    await world.send("Batch", batchId, { type: "RetryPost" });
    postFails({ kind: "limited", retryAfter: 5 });
    await post(batchId);
    expect((await world.batch(batchId)).post.retryAt).toBe(world.clock.in(5_000));
    world.slack.fail(undefined);
    await world.runUntilDone(batchId);
    expect((await world.batch(batchId)).status).toBe("POSTED");
  });

  it("need no look at the channel where Slack was not reached", async () => {
    await world.close();
    world = await createPostingWorld({ mayReadHistory: false });
    const batchId = await world.sealed();
    world.slack.fail((method, call) =>
      method === "auth.test" && call < 3 ? { kind: "http", status: 503 } : undefined,
    );
    await world.runUntilDone(batchId);
    expect((await world.batch(batchId)).post).toMatchObject({ attempts: 3, found: false });
    expect(searches()).toEqual([]);
  });

  it("are left to a person after a day", async () => {
    const batchId = await world.sealed();
    postFails({ kind: "limited", retryAfter: 8 * 3_600 });
    expect(await world.runUntilDone(batchId)).toBe(4);
    expect((await world.batch(batchId)).post.error).toContain("given up after 4 attempts");
  });

  it("are left to a person at once where Slack refuses, and the person's try is the next", async () => {
    const batchId = await world.sealed();
    postFails({ kind: "error", error: "not_in_channel" });
    expect(await world.runUntilDone(batchId)).toBe(1);
    const { post: failed } = await world.batch(batchId);
    expect(failed.error).toBe("Slack says not_in_channel (chat.postMessage): invite the app to the channel");
    expect(failed.retryAt).toBeUndefined();
    expect(await post(batchId)).toEqual({});
    world.slack.fail(undefined);
    await world.send("Batch", batchId, { type: "RetryPost" });
    await post(batchId);
    expect((await world.batch(batchId)).status).toBe("POSTED");
    expect(posts()).toHaveLength(2);
  });
});

describe("a message that was sent but not recorded", () => {
  it("is found and recorded where Slack's answer was lost", async () => {
    const batchId = await world.sealed();
    postFails({ kind: "drop after" });
    await post(batchId);
    expect((await world.batch(batchId)).status).toBe("POST_FAILED");
    expect(world.slack.messages).toHaveLength(1);
    world.slack.fail(undefined);
    await world.runUntilDone(batchId);
    const { status, post: posted } = await world.batch(batchId);
    expect(status).toBe("POSTED");
    expect(posted).toMatchObject({ found: true, attempts: 2, messageId: world.slack.messages[0]?.ts });
    expect(world.slack.messages).toHaveLength(1);
  });

  it("is found where the store went away before the record", async () => {
    const batchId = await world.sealed();
    const first = world.another({ commands: failingAt("RecordPost") });
    await expect(first.post(batchId, request, signal)).rejects.toThrow("the store is gone");
    expect(world.slack.messages).toHaveLength(1);
    // The attempt may still be under way: nobody starts another one yet.
    expect(await post(batchId)).toEqual({ again: world.clock.in(45_000) });
    await world.runUntilDone(batchId);
    expect((await world.batch(batchId)).post).toMatchObject({ found: true, messageId: world.slack.messages[0]?.ts });
    expect(world.slack.messages).toHaveLength(1);
  });

  it("is found where the process was killed before the record", async () => {
    const batchId = await world.sealed();
    const kill = new AbortController();
    const dying = world.another({
      notifier: (slack) => ({
        ...slack,
        post: async (...given) => {
          await slack.post(...given);
          kill.abort(new Error("killed"));
          throw new Error("killed");
        },
      }),
    });
    await expect(dying.post(batchId, request, kill.signal)).rejects.toThrow("killed");
    expect(await world.story(batchId)).toEqual(["BatchSealed", "BatchSummarised", "BatchPostStarted"]);
    await world.runUntilDone(batchId);
    expect((await world.batch(batchId)).post).toMatchObject({ found: true, attempts: 2 });
    expect(world.slack.messages).toHaveLength(1);
  });

  it("is posted anew where the process was killed before it was sent", async () => {
    const batchId = await world.sealed();
    const kill = new AbortController();
    const dying = world.another({
      notifier: (slack) => ({
        ...slack,
        post: async () => {
          kill.abort(new Error("killed"));
          throw new Error("killed");
        },
      }),
    });
    await expect(dying.post(batchId, request, kill.signal)).rejects.toThrow("killed");
    await world.runUntilDone(batchId);
    expect((await world.batch(batchId)).post).toMatchObject({ found: false, attempts: 2 });
    expect(world.slack.messages).toHaveLength(1);
  });

  it("is still looked for where the first search failed, and where Slack asked for patience", async () => {
    const batchId = await world.sealed();
    postFails({ kind: "drop after" });
    await post(batchId);
    world.slack.fail((method, call) => {
      if (method !== "conversations.history") return undefined;
      return [{ kind: "http", status: 503 } as const, { kind: "limited", retryAfter: 5 } as const][call - 1];
    });
    await world.runUntilDone(batchId);
    expect((await world.batch(batchId)).post).toMatchObject({ found: true, attempts: 4 });
    expect(world.slack.messages).toHaveLength(1);
  });

  it("is found in the channel of then, where the project's channel has changed", async () => {
    const release = { id: "C0000000002", name: "release" };
    await world.close();
    world = await createPostingWorld({ channels: [general, release] });
    const batchId = await world.sealed();
    postFails({ kind: "drop after" });
    await post(batchId);
    world.slack.fail(undefined);
    await world.setChannel(release.id);
    await world.runUntilDone(batchId);
    expect((await world.batch(batchId)).post).toMatchObject({ found: true, notifier: "slack", channel: general.id });
    expect(world.slack.messages).toHaveLength(1);
  });

  it("is found in the channel of then, also where a first look failed after the project's channel had changed", async () => {
    const release = { id: "C0000000002", name: "release" };
    await world.close();
    world = await createPostingWorld({ channels: [general, release] });
    const batchId = await world.sealed();
    postFails({ kind: "drop after" });
    await post(batchId);
    await world.setChannel(release.id);
    world.slack.fail((method, call) =>
      method === "conversations.history" && call === 1 ? { kind: "http", status: 503 } : undefined,
    );
    await world.runUntilDone(batchId);
    expect((await world.batch(batchId)).post).toMatchObject({ found: true, channel: general.id, attempts: 3 });
    expect(world.slack.messages).toHaveLength(1);
  });

  it("is found in Slack, where the project has no channel any more", async () => {
    const batchId = await world.sealed();
    postFails({ kind: "drop after" });
    await post(batchId);
    world.slack.fail(undefined);
    await world.setChannel(null);
    await world.runUntilDone(batchId);
    expect((await world.batch(batchId)).post).toMatchObject({ found: true, notifier: "slack", channel: general.id });
    expect(world.logged).toEqual([]);
  });

  it("is brought up to date where there is a newer summary by then", async () => {
    const batchId = await world.sealed();
    postFails({ kind: "drop after" });
    await post(batchId);
    world.slack.fail(undefined);
    await world.send("Batch", batchId, { type: "RequestSummary" });
    await world.summarise(batchId, 2, "Better words");
    await world.runUntilDone(batchId);
    expect((await world.batch(batchId)).post).toMatchObject({ found: true, revision: 2 });
    expect(world.slack.messages).toHaveLength(1);
    expect(world.slack.messages[0]).toMatchObject({ text: `${project}: Better words`, edits: 1 });
  });

  it("is a person's to look for where the app may not read the channel", async () => {
    await world.close();
    world = await createPostingWorld({ mayReadHistory: false });
    const batchId = await world.sealed();
    postFails({ kind: "drop after" });
    await post(batchId);
    world.slack.fail(undefined);
    await world.runUntilDone(batchId);
    const { status, post: failed } = await world.batch(batchId);
    expect(status).toBe("POST_FAILED");
    expect(failed.error).toContain("an earlier attempt may have been posted; see, and ask again");
    expect(failed.error).toContain("channels:history");
    expect(world.slack.messages).toHaveLength(1);
    await world.send("Batch", batchId, { type: "RetryPost" });
    await post(batchId);
    expect((await world.batch(batchId)).status).toBe("POSTED");
    expect(world.slack.messages).toHaveLength(2);
  });

  it("is found where a person asks for another try", async () => {
    const batchId = await world.sealed();
    postFails({ kind: "drop after" });
    await post(batchId);
    world.slack.fail(undefined);
    await world.send("Batch", batchId, { type: "RetryPost" });
    await post(batchId);
    expect((await world.batch(batchId)).post).toMatchObject({ found: true, attempts: 2 });
    expect(world.slack.messages).toHaveLength(1);
  });
});

describe("a newer summary", () => {
  const regenerated = async (headline = "Better words") => {
    const batchId = await world.sealed();
    await post(batchId);
    await world.send("Batch", batchId, { type: "RequestSummary" });
    await world.summarise(batchId, 2, headline);
    return batchId;
  };

  it("takes the place of the posted one", async () => {
    const batchId = await regenerated();
    await post(batchId);
    expect(world.slack.messages).toHaveLength(1);
    expect(world.slack.messages[0]).toMatchObject({ text: `${project}: Better words`, edits: 1 });
    expect((await world.batch(batchId)).post.revision).toBe(2);
    await post(batchId);
    expect(world.slack.messages[0]?.edits).toBe(1);
  });

  it("takes it later where Slack does not answer, and the batch stays posted", async () => {
    const batchId = await regenerated();
    world.slack.fail((method, call) =>
      method === "chat.update" && call < 4 ? { kind: "http", status: 503 } : undefined,
    );
    expect(await post(batchId)).toEqual({ again: world.clock.in(5_000) });
    expect((await world.batch(batchId)).status).toBe("POSTED");
    expect(await world.runUntilDone(batchId)).toBe(3);
    expect(world.slack.messages[0]).toMatchObject({ edits: 1 });
  });

  it("takes it when Slack says, where Slack asks for patience", async () => {
    const batchId = await regenerated();
    world.slack.fail((method) => (method === "chat.update" ? { kind: "limited", retryAfter: 30 } : undefined));
    expect(await post(batchId)).toEqual({ again: world.clock.in(30_000) });
  });

  it("is not tried for longer than a day", async () => {
    const batchId = await regenerated();
    world.slack.fail((method) => (method === "chat.update" ? { kind: "http", status: 503 } : undefined));
    world.clock.advance(24 * hour);
    expect(await post(batchId)).toEqual({});
  });

  it("changes nothing where the message was deleted", async () => {
    const batchId = await regenerated();
    world.slack.fail((method) =>
      method === "chat.update" ? { kind: "error", error: "message_not_found" } : undefined,
    );
    expect(await post(batchId)).toEqual({});
    expect((await world.batch(batchId)).post.revision).toBe(1);
  });
});

describe("telling of one event at once", () => {
  const notify = (id: string) => world.posting.notify(id, request, signal);
  const droppedFor = async (id: string) => (await world.projectEvent(id)).notificationDropped?.reason;

  it("posts it, and records it once", async () => {
    const id = await world.received();
    expect(await notify(id)).toEqual({});
    expect(await notify(id)).toEqual({});
    expect(world.slack.messages).toHaveLength(1);
    expect((await world.projectEvent(id)).notifiedAt).toBe(world.clock.now());
  });

  it("leaves alone what is not to be told of, or does not exist", async () => {
    const id = await world.received({ notify: false });
    await notify(id);
    await notify("5b0f4ac6-8a6b-4b1e-9a57-6e1d1f6f8d0e");
    expect(world.slack.calls).toEqual([]);
  });

  it("leaves it to the batch that has been posted", async () => {
    const id = await world.received();
    const batchId = await world.sealed();
    await world.send("ProjectEvent", id, { type: "BatchProjectEvent", batchId, project });
    await post(batchId);
    await notify(id);
    expect(world.slack.messages.map(({ metadata }) => metadata?.event_type)).toEqual(["opsledger_batch"]);
  });

  it("leaves it to the batch whose summary tells of it", async () => {
    const id = await world.received();
    const batchId = await world.sealed();
    await world.send("ProjectEvent", id, { type: "BatchProjectEvent", batchId, project });
    await notify(id);
    expect(world.slack.calls).toEqual([]);
    expect(await droppedFor(id)).toBe("SUMMARISED");
  });

  it("counts an event once, however often it is tried", async () => {
    const id = await world.received();
    const counted: unknown[] = [];
    const process = world.another({ admit: async (...asked) => counted.push(asked) > 0 });
    postFails({ kind: "http", status: 503 });
    await process.notify(id, request, signal);
    await process.notify(id, request, signal);
    expect(counted).toEqual([[project, "CRITICAL"]]);
  });

  it("looks for no message where none can have been sent", async () => {
    const id = await world.received();
    world.slack.fail((method, call) =>
      method === "auth.test" && call === 1 ? { kind: "http", status: 503 } : undefined,
    );
    const { again } = await notify(id);
    world.clock.advance(Date.parse(again ?? "") - Date.parse(world.clock.now()));
    await notify(id);
    expect(world.slack.messages).toHaveLength(1);
    expect(searches()).toEqual([]);
  });

  it("waits for its turn, and asks nobody until then", async () => {
    const id = await world.received();
    const waiting = world.another({ notifier: (slack) => ({ ...slack, turn: () => 1.5 }) });
    expect(await waiting.notify(id, request, signal)).toEqual({ again: world.clock.in(1_500) });
    world.clock.advance(60_000);
    expect(await waiting.notify(id, request, signal)).toEqual({ again: world.clock.in(6_000) });
    expect(world.slack.calls).toEqual([]);
  });

  it("leaves it to the batch where it came more than ten minutes ago", async () => {
    const id = await world.received();
    world.clock.advance(600_001);
    await notify(id);
    expect(world.slack.calls).toEqual([]);
    expect(await droppedFor(id)).toBe("TOO_LATE");
  });

  it("leaves it to the batch where the project is told too often, or wants nothing any more", async () => {
    const id = await world.received();
    await world.another({ admit: async () => false }).notify(id, request, signal);
    expect(await droppedFor(id)).toBe("TOO_MANY");
    const other = await world.received();
    await world.send("ProjectSettings", project, { type: "SetProjectSettings", notifications: "NONE" });
    await notify(other);
    expect(await droppedFor(other)).toBe("SWITCHED_OFF");
    expect(world.slack.calls).toEqual([]);
  });

  it("comes again where Slack does not answer, until ten minutes have passed", async () => {
    const id = await world.received();
    postFails({ kind: "http", status: 503 });
    let runs = 0;
    for (let again: string | undefined = world.clock.now(); again !== undefined; runs += 1) {
      world.clock.advance(Date.parse(again) - Date.parse(world.clock.now()));
      ({ again } = await notify(id));
    }
    expect(runs).toBeGreaterThan(10);
    expect((await world.projectEvent(id)).notifiedAt).toBeUndefined();
    expect(await droppedFor(id)).toBe("TOO_LATE");
  });

  it("comes again when Slack says", async () => {
    const id = await world.received();
    postFails({ kind: "limited", retryAfter: 40 });
    expect(await notify(id)).toEqual({ again: world.clock.in(40_000) });
  });

  it("gives up where Slack refuses", async () => {
    const id = await world.received();
    postFails({ kind: "error", error: "is_archived" });
    expect(await notify(id)).toEqual({});
    const { notify: isWanted, notificationDropped } = await world.projectEvent(id);
    expect(isWanted).toBe(false);
    expect(notificationDropped).toEqual({ at: world.clock.now(), reason: "REFUSED" });
  });

  it("finds the message that could not be recorded, and posts no second one", async () => {
    const id = await world.received();
    const first = world.another({ commands: failingAt("RecordNotification") });
    await expect(first.notify(id, request, signal)).rejects.toThrow("the store is gone");
    await first.notify(id, request, signal);
    expect(world.slack.messages).toHaveLength(1);
    expect((await world.projectEvent(id)).notifiedAt).toBe(world.clock.now());
  });

  it("finds the message of a process that was cut off", async () => {
    const id = await world.received();
    const first = world.another({ commands: failingAt("RecordNotification") });
    await expect(first.notify(id, request, signal)).rejects.toThrow("the store is gone");
    world.clock.advance(3_000);
    await notify(id);
    expect(world.slack.messages).toHaveLength(1);
    expect((await world.projectEvent(id)).notifiedAt).toBe(world.clock.now());
  });

  it("finds the message whose answer was lost", async () => {
    const id = await world.received();
    postFails({ kind: "drop after" });
    const { again } = await notify(id);
    expect(again).toBe(world.clock.in(3_000));
    world.slack.fail(undefined);
    world.clock.advance(3_000);
    await notify(id);
    expect(world.slack.messages).toHaveLength(1);
    expect((await world.projectEvent(id)).notifiedAt).toBeDefined();
  });
});
