/** Sealing: each event in exactly one batch, whoever seals, moves or looks at an index that is behind. */
import { beforeEach, describe, expect, it } from "vitest";
import { NotFoundError, ValidationError } from "../../../src/domain/kernel/errors.js";
import { toStreamName } from "../../../src/domain/kernel/streamName.js";
import { defaultBatchPolicy, limits, unassigned } from "../../../src/domain/projects/index.js";
import type { BatchPolicy, ProjectEvent } from "../../../src/domain/projects/index.js";
import { ada, createWorld, incoming, policy as byPolicy, project } from "./world.js";
import type { World } from "./world.js";

let world: World;
beforeEach(() => {
  world = createWorld();
});

const take = async (count: number, more: Parameters<typeof incoming>[0] = {}): Promise<readonly string[]> => {
  const answers = await world.service.ingestMany(
    Array.from({ length: count }, () => incoming(more)),
    ada,
  );
  return answers.map((answer) => {
    if ("refused" in answer) throw answer.refused;
    return answer.projectEventId;
  });
};
const set = (policy: Partial<BatchPolicy>) =>
  world.service.setSettings(project, { policy: { ...defaultBatchPolicy, ...policy } }, ada);
const evaluate = (projectEventId?: string) => world.batching.evaluate(project, byPolicy, projectEventId);
const batchOf = async (id: string) => (await world.eventOf(id))?.batchId;

/** That every event says of itself what its batch says of it. */
const expectExactlyOnce = async (ids: readonly string[]) => {
  const inBatches = world
    .batches()
    .flatMap(({ batchId, projectEventIds }) => projectEventIds.map((projectEventId) => `${projectEventId} ${batchId}`));
  const inEvents = await Promise.all(ids.map(async (id) => `${id} ${String(await batchOf(id))}`));
  expect([...inBatches].sort()).toEqual([...inEvents].sort());
};

describe("evaluate", () => {
  it("seals ten, in the order of their receipt, under the seed's id", async () => {
    const ids = await take(10);
    await evaluate(ids.at(-1));
    expect(world.batches()).toMatchObject([
      { batchId: "batch_20250602_1337", trigger: "COUNT", projectEventIds: ids, status: "SEALED", critical: false },
    ]);
    await expectExactlyOnce(ids);
  });

  it("seals at once where a critical event is not told at once after all, whatever the index shows of it", async () => {
    const critical = { kind: "CHECK_FAILED", title: "Checks fail", importance: "CRITICAL" } as const;
    const [id = ""] = await take(1, { event: critical });
    const before = await world.eventOf(id);
    expect(before?.notify).toBe(true);
    expect(await evaluate(id)).toEqual({ again: world.clock.in(3_600_000) });
    const streamId = toStreamName("ProjectEvent", id);
    await world.commands.handle([{ streamId, command: { type: "DropNotification", reason: "REFUSED" } }], byPolicy);
    if (before !== undefined) world.stale.set(id, before);
    await evaluate(id);
    expect(world.batches()).toMatchObject([{ trigger: "CRITICAL", critical: true, projectEventIds: [id] }]);
  });

  it("waits for the oldest to be an hour old, and then seals what there is", async () => {
    const ids = await take(3);
    expect(await evaluate()).toEqual({ again: world.clock.in(3_600_000) });
    world.clock.advance(3_599_999);
    expect(await evaluate()).toEqual({ again: world.clock.in(1) });
    world.clock.advance(1);
    expect(await evaluate()).toEqual({});
    expect(world.batches()).toMatchObject([{ trigger: "AGE", projectEventIds: ids }]);
  });

  it("seals nothing where nothing waits, and nothing of what is unassigned", async () => {
    await take(20, { project: unassigned });
    expect(await evaluate()).toEqual({});
    expect(await world.batching.evaluate(unassigned, byPolicy)).toEqual({});
    expect(world.batches()).toEqual([]);
  });

  it("seals as many batches as there are, each with an id of its own", async () => {
    const ids = await take(35);
    await evaluate();
    expect(world.batches().map(({ batchId }) => batchId)).toEqual([
      "batch_20250602_1337",
      "batch_20250602_1337_2",
      "batch_20250602_1337_3",
    ]);
    expect(await Promise.all(ids.slice(30).map(batchOf))).toEqual(Array(5).fill(undefined));
  });

  it("leaves the rest for when others have had their turn, where there is very much", async () => {
    await set({ maxCount: 1 });
    await take(30);
    const { again } = await evaluate();
    expect(world.batches()).toHaveLength(10);
    expect(again).toBe(world.clock.now());
    await evaluate();
    await evaluate();
    expect(await evaluate()).toEqual({});
    expect(world.batches()).toHaveLength(30);
  });

  it("goes by the newest policy, also where another server has set it", async () => {
    const other = world.another();
    await set({ maxCount: 10 });
    await take(3);
    expect(await evaluate()).toEqual({ again: world.clock.in(3_600_000) });
    await other.service.setSettings(project, { policy: { ...defaultBatchPolicy, maxCount: 3 } }, ada);
    await evaluate();
    expect(world.batches()).toMatchObject([{ trigger: "COUNT", policy: { maxCount: 3 } }]);
  });

  it("remembers of a leading flush that it was done", async () => {
    await set({ leadingFlush: true });
    await take(1);
    await evaluate();
    world.clock.advance(1_000);
    await take(1);
    const { again } = await evaluate();
    expect(world.batches().map(({ trigger }) => trigger)).toEqual(["LEADING"]);
    expect(again).toBe(world.clock.in(3_600_000));
  });

  it("makes a batch critical where it does not wait because of that", async () => {
    await world.service.setSettings(project, { notifications: "NONE" }, ada);
    await take(1, { event: { kind: "CHECK_FAILED", title: "Failed", importance: "CRITICAL" } });
    await evaluate();
    expect(world.batches()).toMatchObject([{ trigger: "CRITICAL", critical: true }]);
  });
});

describe("an index that is behind", () => {
  it("does not make the event forgotten that set off the evaluation", async () => {
    await set({ maxCount: 1 });
    const [id = ""] = await take(1);
    world.hidden.add(id);
    await evaluate(id);
    expect(await batchOf(id)).toBe("batch_20250602_1337");
  });

  it("is asked again in a moment for what came with it", async () => {
    const ids = await take(10);
    for (const id of ids) world.hidden.add(id);
    const last = ids.at(-1);
    expect(await evaluate(last)).toEqual({ again: world.clock.in(1_000), projectEventId: last });
    world.hidden.clear();
    await evaluate(last);
    await expectExactlyOnce(ids);
  });

  it("is asked again, once, where the event that led here is in a batch already and others may be hidden", async () => {
    const [first = ""] = await take(1);
    await world.service.flush(project, ada);
    const [hidden = ""] = await take(1);
    world.hidden.add(hidden);
    expect(await evaluate(first)).toEqual({ again: world.clock.in(1_000) });
    expect(await evaluate()).toEqual({});
    world.hidden.clear();
    expect(await evaluate()).toEqual({ again: world.clock.in(3_600_000) });
  });

  it("does not bring back what is in a batch, here or by another process", async () => {
    const ids = await take(10);
    for (const id of ids) world.stale.set(id, (await world.eventOf(id)) as ProjectEvent);
    await evaluate();
    await world.another().batching.evaluate(project, byPolicy, ids.at(-1));
    await evaluate(ids.at(-1));
    expect(world.batches()).toHaveLength(1);
    await expectExactlyOnce(ids);
  });

  it("does not hold up what is behind a page of what is in batches", async () => {
    const ids = await take(45);
    for (const id of ids) world.stale.set(id, (await world.eventOf(id)) as ProjectEvent);
    await set({ maxCount: 45 });
    await evaluate();
    const more = await take(45);
    await evaluate();
    await expectExactlyOnce([...ids, ...more]);
    expect(world.batches()).toHaveLength(2);
  });

  it("does not hold up a project by a row that is in no log", async () => {
    const ids = await take(9);
    const [like] = world.events();
    const forged = "00000000-0000-5000-8000-00000000f0f0";
    world.stale.set(forged, { ...(like as ProjectEvent), projectEventId: forged });
    const [tenth = ""] = await take(1);
    await evaluate(tenth);
    await expectExactlyOnce([...ids, tenth]);
  });
});

describe("many at the same time", () => {
  it("sixteen sealers leave each event in exactly one batch", async () => {
    const ids = await take(100);
    const sealers = Array.from({ length: 16 }, () => world.another().batching);
    await Promise.all(sealers.map((sealer) => sealer.evaluate(project, byPolicy)));
    await evaluate();
    await expectExactlyOnce(ids);
    expect(world.batches().every(({ projectEventIds }) => projectEventIds.length === 10)).toBe(true);
  });

  it("sixteen flushes, too, while events come and go", async () => {
    const ids = await take(60);
    const late: string[] = [];
    const moved = ids.slice(0, 20);
    await Promise.all([
      ...Array.from({ length: 16 }, () => world.another().batching.flush(project, ada)),
      ...Array.from({ length: 20 }, async () => late.push(...(await take(1)))),
      // Some will be too late: that is the race.
      ...moved.map((id) =>
        world
          .another()
          .service.reassign(id, { project: "blue" }, ada)
          .catch(() => undefined),
      ),
    ]);
    await world.batching.flush(project, ada);
    await world.batching.flush("blue", ada);
    await expectExactlyOnce([...ids, ...late]);
    for (const { project: owner, projectEventIds } of world.batches()) {
      const events = await Promise.all(projectEventIds.map((id) => world.eventOf(id)));
      expect(new Set(events.map((event) => event?.project))).toEqual(new Set([owner]));
      expect(projectEventIds.length).toBeGreaterThan(0);
    }
  });

  it("projects that seal in one minute get ids of their own", async () => {
    const names = Array.from({ length: 16 }, (_, index) => `project-${index}`);
    for (const name of names) await take(1, { project: name });
    await Promise.all(names.map((name) => world.another().batching.flush(name, ada)));
    expect(new Set(world.batches().map(({ batchId }) => batchId)).size).toBe(16);
    expect(
      world
        .batches()
        .map((batch) => batch.project)
        .sort(),
    ).toEqual([...names].sort());
  });
});

describe("flush", () => {
  it("seals all that waits, at most forty-five in a batch", async () => {
    const ids = await take(100);
    const outcomes = await world.service.flush(project, ada);
    expect(outcomes.map(({ batch }) => batch?.projectEventIds.length)).toEqual([
      limits.batchEvents,
      limits.batchEvents,
      10,
    ]);
    expect(outcomes.every(({ batch }) => batch?.trigger === "FLUSH")).toBe(true);
    await expectExactlyOnce(ids);
  });

  it("lets others have their turn between its batches", async () => {
    await set({ maxCount: 2 });
    await take(100);
    let done = 0;
    const flushing = world.batching.flush(project, ada).then(() => (done = world.batches().length));
    await evaluate();
    expect(done).toBe(0);
    await flushing;
    expect(world.batches().map(({ trigger }) => trigger)).toContain("COUNT");
  });

  it("makes no batch of nothing", async () => {
    expect(await world.service.flush(project, ada)).toEqual([]);
  });

  it("answers a repeat with what the first run did, whatever waits by then", async () => {
    const keyed = { ...ada, idempotencyKey: "flush" };
    await take(50);
    const first = await world.service.flush(project, keyed);
    const [late = ""] = await take(1);
    const again = await world.service.flush(project, keyed);
    expect(again.map(({ batchId, position }) => ({ batchId, position }))).toEqual(
      first.map(({ batchId, position }) => ({ batchId, position })),
    );
    expect(await batchOf(late)).toBeUndefined();
  });

  it("answers a repeat of one that found nothing with nothing", async () => {
    const keyed = { ...ada, idempotencyKey: "empty" };
    expect(await world.service.flush(project, keyed)).toEqual([]);
    await take(1);
    expect(await world.service.flush(project, keyed)).toEqual([]);
    expect(world.batches()).toEqual([]);
  });

  it("is refused for what is unassigned, and for what is no project", async () => {
    await expect(world.service.flush(unassigned, ada)).rejects.toThrow(ValidationError);
    await expect(world.service.flush("no project", ada)).rejects.toThrow(ValidationError);
  });
});

describe("a batch by its id", () => {
  it("that does not exist is not there, and one that is no id is refused", async () => {
    await expect(world.service.retryPost("batch_20250602_1337", ada)).rejects.toThrow(NotFoundError);
    await expect(world.service.regenerateSummary("nonsense", {}, ada)).rejects.toThrow(ValidationError);
  });

  it("is asked for another summary once, and tried again where its post failed", async () => {
    await take(1);
    const [{ batchId } = { batchId: "" }] = await world.service.flush(project, ada);
    const send = (command: Parameters<typeof world.commands.handle>[0][number]["command"]) =>
      world.commands.handle([{ streamId: toStreamName("Batch", batchId), command }], ada);
    const summary = {
      headline: "One event",
      themes: [],
      blockers: [],
      achievements: [],
      links: [],
      stats: { events: 1, actors: 0, bySource: {}, byKind: {}, alreadyNotified: 0, omitted: 0 },
    };
    const origin = { modelUsed: "deterministic-v1", promptVersion: "1", inputHash: "hash" };
    expect((await world.service.regenerateSummary(batchId, {}, ada)).position.version).toBe(1);
    await send({ type: "RecordSummary", revision: 1, summary, origin });
    expect((await world.service.regenerateSummary(batchId, { reason: "unclear" }, ada)).batch?.requestedRevision).toBe(
      2,
    );
    expect((await world.service.regenerateSummary(batchId, {}, ada)).position.version).toBe(3);
    await send({ type: "StartPost", notifier: "slack", channel: "#releases" });
    await send({ type: "RecordPostFailure", attempt: 1, error: "not_in_channel" });
    expect((await world.service.retryPost(batchId, ada)).batch?.status).toBe("SUMMARISED");
  });
});
