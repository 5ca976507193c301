/** What is counted of messages to people, and what the log is told. */
import { describe, expect, it } from "vitest";
import { UnavailableError } from "../../src/domain/kernel/index.js";
import { NotifierBusyError, NotifierRefusedError } from "../../src/domain/kernel/index.js";
import type { Notifier } from "../../src/domain/kernel/index.js";
import type { ProjectMessage } from "../../src/domain/projects/index.js";
import { observeNotifier } from "../../src/observability/notifier.js";
import { aBatchMessage, anEventMessage } from "../support/messages.js";

function observed(failure?: Error) {
  const counted: string[] = [];
  const warned: object[] = [];
  const answer = async <T>(value: T): Promise<T> => {
    if (failure !== undefined) throw failure;
    return value;
  };
  const notifier: Notifier<ProjectMessage> = {
    name: "slack",
    turn: () => 7,
    post: () => answer({ messageId: "1" }),
    update: () => answer(undefined),
    find: () => answer({ messageId: "2" }),
  };
  const watched = observeNotifier(notifier, {
    metrics: { message: ({ notifier: name, kind, outcome }) => void counted.push(`${name} ${kind} ${outcome}`) },
    logger: { warn: (fields: object) => void warned.push(fields) },
  });
  return { watched, counted, warned };
}

const { signal } = new AbortController();

describe("messages", () => {
  it("are counted by notifier, kind and outcome", async () => {
    const { watched, counted, warned } = observed();
    expect(await watched.post(aBatchMessage(), signal)).toEqual({ messageId: "1" });
    await watched.post(anEventMessage(), signal);
    await watched.update(aBatchMessage(), { messageId: "1" }, signal);
    await watched.find({ key: "x", channel: undefined, since: "2025-06-02T13:00:00.000Z" }, signal);
    expect(watched.name).toBe("slack");
    expect(watched.turn({ key: "x", channel: "C", urgent: false })).toBe(7);
    expect(counted).toEqual(["slack batch posted", "slack event posted", "slack update posted"]);
    expect(warned).toEqual([]);
  });

  it.each([
    ["busy", new NotifierBusyError(5)],
    ["unavailable", new UnavailableError("down")],
    ["refused", new NotifierRefusedError("no such channel")],
    ["failed", new Error("unexpected")],
  ])("that are not posted are counted as %s, and the log says why", async (outcome, failure) => {
    const { watched, counted, warned } = observed(failure);
    await expect(watched.post(aBatchMessage(), signal)).rejects.toBe(failure);
    expect(counted).toEqual([`slack batch ${outcome}`]);
    expect(warned).toMatchObject([{ key: aBatchMessage().key, reason: failure.message }]);
  });

  it("that the server itself stops count as nothing", async () => {
    const { watched, counted } = observed(new Error("the server stops"));
    await expect(watched.post(aBatchMessage(), AbortSignal.abort())).rejects.toThrow("the server stops");
    expect(counted).toEqual([]);
  });
});
