/** What a policy wants, carried out: its commands in order, and timers that ring and come again. */
import { expect, it } from "vitest";
import { z } from "zod";
import type { Effect, FeedEntry, PolicyRequest } from "../../../src/domain/kernel/index.js";
import { createPolicyTask, createReactor, toPolicyTimer } from "../../../src/store/processing/reactor.js";
import { timerWrites } from "../../../src/store/timers/timers.js";
import { recordAll } from "../../support/deciderSpecification.js";

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const entry = (data: readonly Effect<string>[]): FeedEntry => {
  const [event] = recordAll([{ type: "Wanted", data }], 0);
  if (event === undefined) throw new Error("no event");
  return { log: 0, position: 1, event, tags: { before: [], after: [] } };
};
const command = (text: string): Effect<string> => ({ kind: "command", command: text });
const request: PolicyRequest = {
  actor: { kind: "SYSTEM", id: "policy" },
  correlationId: "c",
  causationId: "e",
  commandId: "i",
  idempotencyKey: "i",
};

const reactor = () => {
  const done: string[] = [];
  let rings = 0;
  const deps = {
    policy: {
      name: "policy",
      startsAt: "now" as const,
      command: z.string(),
      react: ({ event }: FeedEntry) => event.data as readonly Effect<string>[],
    },
    execute: async (text: string) => void done.push(text),
    timerWrites,
    log,
    onScheduled: () => void (rings += 1),
  };
  return { handler: createReactor(deps), deps, done, rings: () => rings };
};

it("carries out all commands of a round, in the order of their events", async () => {
  const { handler, done } = reactor();
  await handler.handle([entry([command("a"), command("x")]), entry([command("b")])], { generation: 0 });
  expect(done).toEqual(["a", "x", "b"]);
});

it("writes of the timers with one id that a round leads to the last", async () => {
  const { handler, done } = reactor();
  const dueAt = "2025-01-15T10:30:00.000Z";
  const round = ["first", "second"].map((text) => entry([{ kind: "schedule", timerId: "t", dueAt, command: text }]));
  const writes = await handler.handle(round, { generation: 0 });
  expect(writes).toMatchObject([{ kind: "put", item: { timerId: "t", dueAt } }]);
  expect(JSON.stringify(writes)).toContain("second");
  expect(done).toEqual([]);
});

it("asks for another run of a timer whose command is to be carried out again", async () => {
  const { deps } = reactor();
  const dueAt = "2025-01-16T10:30:00.000Z";
  const task = createPolicyTask({ ...deps, execute: async () => ({ dueAt, command: "again" }) });
  const timer = toPolicyTimer(deps.policy, { timerId: "t", dueAt, command: "now", request });
  expect(await task(timer, new AbortController().signal)).toEqual({ dueAt, payload: { command: "again", request } });
});

it("rings when what it wrote is written, not before", async () => {
  const { handler, rings } = reactor();
  const schedule: Effect<string> = {
    kind: "schedule",
    timerId: "t",
    dueAt: "2025-01-15T10:30:00.000Z",
    command: "later",
  };
  expect(await handler.handle([entry([schedule])], { generation: 0 })).toHaveLength(1);
  expect(rings()).toBe(0);
  handler.onWritten?.();
  expect(rings()).toBe(1);
});

it("hands the signal of a timer to what it carries out", async () => {
  const { deps } = reactor();
  const stop = new AbortController();
  let given: AbortSignal | undefined;
  const task = createPolicyTask({
    ...deps,
    execute: async (_: string, __: PolicyRequest, signal: AbortSignal) => void (given = signal),
  });
  await task(
    toPolicyTimer(deps.policy, { timerId: "t", dueAt: "2025-01-15T10:30:00.000Z", command: "now", request }),
    stop.signal,
  );
  expect(given).toBe(stop.signal);
});

it("sets no timer for what would find nothing to do", async () => {
  const { deps } = reactor();
  const handler = createReactor({ ...deps, isIdle: async (text: string) => text === "idle" });
  const schedule = (text: string): Effect<string> => ({
    kind: "schedule",
    timerId: text,
    dueAt: "2025-01-15T10:30:00.000Z",
    command: text,
  });
  const writes = await handler.handle([entry([schedule("idle"), schedule("busy")])], { generation: 0 });
  expect(writes).toMatchObject([{ kind: "put", item: { timerId: "busy" } }]);
});
