/** Submitting and having it done once more: whose a request is, what may be fetched, and one request for each dedupe key. */
import { beforeEach, describe, expect, it } from "vitest";
import {
  ForbiddenError,
  InvalidTransitionError,
  NotFoundError,
  ValidationError,
  VersionConflictError,
} from "../../../src/domain/kernel/errors.js";
import { SlotTakenError, isTerminal } from "../../../src/domain/research/index.js";
import { ada, createWorld, project, submission, worker } from "./serviceWorld.js";
import type { World } from "./serviceWorld.js";

let world: World;
beforeEach(() => {
  world = createWorld();
});

const dedupeKey = "weekly-report";
const ofTeam = { ...ada, scope: [project] as const };
const unfinished = () => world.requests().filter(({ status }) => !isTerminal(status));

describe("submit", () => {
  it("makes a request of the caller's that can be claimed at once, with an id of its time", async () => {
    const { requestId, researchRequest, run, existing, position } = await world.service.submit(submission(), ada);
    expect(requestId).toMatch(/^req_1757412789250_[0-9a-f]{8}$/);
    expect(researchRequest).toMatchObject({ projectId: project, userId: "ada", status: "PENDING", priority: "MEDIUM" });
    expect(run?.queuedAt).toBe("2025-09-09T10:13:09.250Z");
    expect([existing, position.version]).toEqual([false, 1]);
  });

  it("refuses each source that may not be fetched, by its field, and writes nothing", async () => {
    world.refusedUrls.set("https://www.nih.gov", "must be an https address");
    const asked = world.service.submit(submission(), ada);
    await expect(asked).rejects.toThrow(ValidationError);
    await expect(asked).rejects.toMatchObject({ inputPath: ["config", "sources", "1", "baseUrl"] });
    expect(world.counts.append).toBe(0);
  });

  it.each([
    ["\u200b\u200d", "must not be empty"],
    ["++", "must hold a letter or a digit"],
    ["a\0b", "must be well-formed Unicode without control characters"],
    ["\ud800", "must be well-formed Unicode"],
  ])("refuses the keyword %j, that no text could answer", async (keyword, message) => {
    const { config } = submission();
    const asked = world.service.submit({ ...submission(), config: { ...config, keywords: [keyword] } }, ada);
    await expect(asked).rejects.toMatchObject({ inputPath: ["config", "keywords", "0"] });
    await expect(asked).rejects.toThrow(message);
  });

  it("takes keywords without the characters in them that nobody sees", async () => {
    const { config } = submission();
    const submit = (keywords: string[]) =>
      world.service.submit({ ...submission(), config: { ...config, keywords } }, ada);
    const { researchRequest } = await submit(["sema\u200bglutide\ufeff", "セマグルチド"]);
    expect(researchRequest?.config.keywords).toEqual(["semaglutide", "セマグルチド"]);
    await expect(submit(["GLP\u00ad-1", "glp-1"])).rejects.toThrow("must not name one twice");
  });

  it("lets callers submit into their own projects only", async () => {
    const foreign = world.service.submit(submission({ projectId: "blue" }), ofTeam);
    await expect(foreign).rejects.toThrow(ForbiddenError);
    await expect(foreign).rejects.toMatchObject({ inputPath: ["projectId"] });
    expect((await world.service.submit(submission(), ofTeam)).researchRequest?.projectId).toBe(project);
  });

  it("lets only those who see everything speak for others", async () => {
    const forOthers = world.service.submit(submission({ userId: "bob" }), ofTeam);
    await expect(forOthers).rejects.toThrow(ForbiddenError);
    await expect(forOthers).rejects.toMatchObject({ inputPath: ["userId"] });
    expect((await world.service.submit(submission({ userId: "ada" }), ofTeam)).researchRequest?.userId).toBe("ada");
    expect((await world.service.submit(submission({ userId: "bob" }), ada)).researchRequest?.userId).toBe("bob");
  });

  it("knows of no version of what is not there yet", async () => {
    const asked = world.service.submit(submission(), { ...ada, expectedVersion: 1 });
    await expect(asked).rejects.toMatchObject({ inputPath: ["expectedVersion"] });
  });

  it("makes one request under one idempotency key", async () => {
    const keyed = { ...ada, idempotencyKey: "submit-1" };
    const first = await world.service.submit(submission(), keyed);
    const again = await world.another().service.submit(submission(), keyed);
    expect(again).toMatchObject({ requestId: first.requestId, existing: false, position: first.position });
    expect(world.requests()).toHaveLength(1);
  });
});

describe("a dedupe key", () => {
  it("leads to the request that has it, as it is, while that is not over", async () => {
    const first = await world.service.submit(submission({ dedupeKey }), ada);
    await world.begin();
    const again = await world.service.submit(submission({ dedupeKey, priority: "HIGH" }), ada);
    expect(again).toMatchObject({ requestId: first.requestId, existing: true });
    expect(again.position).toEqual({ streamId: first.position.streamId, version: 3, unchanged: true });
    expect(again.researchRequest?.status).toBe("EXECUTING");
  });

  it("is free again once that is over", async () => {
    const first = await world.submit({ dedupeKey });
    await world.service.cancel(first, {}, ada);
    const second = await world.service.submit(submission({ dedupeKey }), ada);
    expect(second.existing).toBe(false);
    expect(second.requestId).not.toBe(first);
  });

  it("is another one in another project", async () => {
    await world.submit({ dedupeKey });
    expect((await world.service.submit(submission({ dedupeKey, projectId: "blue" }), ada)).existing).toBe(false);
  });

  it("makes one request of sixteen submissions at once, of four processes", async () => {
    const processes = [world, world.another(), world.another(), world.another()];
    const all = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        (processes[index % 4] ?? world).service.submit(submission({ dedupeKey }), ada),
      ),
    );
    expect(new Set(all.map(({ requestId }) => requestId)).size).toBe(1);
    expect(all.filter(({ existing }) => !existing)).toHaveLength(1);
    expect(world.requests()).toHaveLength(1);
  });

  it("gives a repeat under an idempotency key the first outcome for good, also that there was one", async () => {
    const [made, found] = [
      { ...ada, idempotencyKey: "made" },
      { ...ada, idempotencyKey: "found" },
    ];
    const { requestId } = await world.service.submit(submission({ dedupeKey }), made);
    await world.service.submit(submission({ dedupeKey }), found);
    await world.service.cancel(requestId, {}, ada);
    expect(await world.service.submit(submission({ dedupeKey }), made)).toMatchObject({ requestId, existing: false });
    expect(await world.service.submit(submission({ dedupeKey }), found)).toMatchObject({ requestId, existing: true });
    expect(world.requests()).toHaveLength(1);
  });

  describe("of which the one before is over", () => {
    let before: string;
    beforeEach(async () => {
      before = await world.submit({ dedupeKey });
      await world.service.cancel(before, {}, ada);
    });

    it("leads to that one where it is retried while another is submitted", async () => {
      world.meanwhile(() => world.another().service.retry(before, {}, ada));
      const submitted = await world.service.submit(submission({ dedupeKey }), ada);
      expect(submitted).toMatchObject({ requestId: before, existing: true });
      expect(unfinished()).toHaveLength(1);
    });

    it("leads to the new one where that is submitted while the one before is retried", async () => {
      world.meanwhile(() => world.another().service.submit(submission({ dedupeKey }), ada));
      await expect(world.service.retry(before, {}, ada)).rejects.toThrow(SlotTakenError);
      expect(unfinished()).toHaveLength(1);
    });
  });
});

describe("retry", () => {
  it("begins anew what has failed, at once and with its own deadline", async () => {
    const requestId = await world.submit({ deadlineSeconds: 60 });
    const { leaseToken } = await world.begin();
    await world.service.fail(requestId, { leaseToken, error: "no access", retryable: false }, worker);
    expect(world.request(requestId).status).toBe("FAILED");
    world.clock.advance(30_000);
    const { researchRequest, run } = await world.service.retry(requestId, { reason: "access granted" }, ada);
    expect(researchRequest).toMatchObject({ status: "PENDING", failures: 0, deadlineAt: world.inSeconds(60) });
    expect(run?.queuedAt).toBe(world.inSeconds(0));
  });

  it("takes the dedupe key again", async () => {
    const requestId = await world.submit({ dedupeKey });
    await world.service.cancel(requestId, {}, ada);
    await world.service.cancel(await world.submit({ dedupeKey }), {}, ada);
    await world.service.retry(requestId, {}, ada);
    expect(await world.service.submit(submission({ dedupeKey }), ada)).toMatchObject({ requestId, existing: true });
  });

  it("is refused while another request that is not over has the dedupe key", async () => {
    const requestId = await world.submit({ dedupeKey });
    await world.service.cancel(requestId, {}, ada);
    const second = await world.submit({ dedupeKey });
    const asked = world.service.retry(requestId, {}, ada);
    await expect(asked).rejects.toThrow(SlotTakenError);
    await expect(asked).rejects.toMatchObject({ requestId: second, inputPath: ["dedupeKey"] });
    expect(world.request(requestId).status).toBe("CANCELLED");
  });

  it("answers a repeat under its key as the first time, whoever has the dedupe key by now", async () => {
    const requestId = await world.submit({ dedupeKey });
    await world.service.cancel(requestId, {}, ada);
    const keyed = { ...ada, idempotencyKey: "retry-1" };
    const first = await world.service.retry(requestId, {}, keyed);
    await world.service.cancel(requestId, {}, ada);
    await world.submit({ dedupeKey });
    expect((await world.service.retry(requestId, {}, keyed)).position).toEqual(first.position);
  });

  it("refuses what is not over, is not there, or has moved on", async () => {
    const requestId = await world.submit({ dedupeKey });
    await expect(world.service.retry(requestId, {}, ada)).rejects.toThrow(InvalidTransitionError);
    await expect(world.service.retry("req_1757412789250_ffffffff", {}, ada)).rejects.toThrow(NotFoundError);
    await expect(world.service.retry(requestId, {}, { ...ada, scope: ["blue"] })).rejects.toThrow(NotFoundError);
    await world.service.cancel(requestId, {}, ada);
    const behind = world.service.retry(requestId, {}, { ...ada, expectedVersion: 1 });
    await expect(behind).rejects.toThrow(VersionConflictError);
  });
});
