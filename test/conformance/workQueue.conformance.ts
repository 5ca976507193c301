/** What every {@link WorkQueue} does, whatever it is kept in. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { QueueMessage, WorkQueue } from "../../src/domain/research/index.js";

/** An empty queue whose messages are dead letters after five deliveries. */
export interface WorkQueueSubject {
  readonly queue: WorkQueue;
  close(): Promise<void>;
}

const aMessage = (last = "00000001", more: Partial<QueueMessage> = {}): QueueMessage => ({
  requestId: `req_1757412789250_${last}`,
  projectId: "atlas",
  requestType: "semaglutide_intelligence",
  ...more,
});

export function workQueueConformance(name: string, start: () => Promise<WorkQueueSubject>): void {
  describe(`${name} as a work queue`, () => {
    const { signal } = new AbortController();
    let subject: WorkQueueSubject;
    let queue: WorkQueue;
    beforeEach(async () => {
      subject = await start();
      queue = subject.queue;
    });
    afterEach(() => subject.close());

    const receive = (wanted: Partial<Parameters<WorkQueue["receive"]>[0]> = {}) =>
      queue.receive({ max: 10, waitSeconds: 0, visibilitySeconds: 60, ...wanted }, signal);

    it("gives what was sent, with how often it came", async () => {
      expect(await queue.send(aMessage(), signal)).not.toBe("");
      const [received, ...others] = await receive();
      expect(others).toEqual([]);
      expect(received).toEqual({ ...aMessage(), receipt: received?.receipt, receives: 1 });
    });

    it("gives nothing where there is nothing", async () => {
      expect(await receive()).toEqual([]);
    });

    it("hides from others what it has given, until that time is over", async () => {
      await queue.send(aMessage(), signal);
      const [first] = await receive({ visibilitySeconds: 1 });
      expect(await receive()).toEqual([]);
      const [again] = await receive({ waitSeconds: 5 });
      expect(again).toMatchObject({ ...aMessage(), receives: 2 });
      expect(again?.receipt).not.toBe(first?.receipt);
    });

    it("gives at most so many at a time, and each to one", async () => {
      for (const last of ["0000000a", "0000000b", "0000000c"]) await queue.send(aMessage(last), signal);
      const rounds = await Promise.all([receive({ max: 1 }), receive({ max: 1 }), receive({ max: 2 })]);
      expect(rounds.every((round) => round.length >= 1)).toBe(true);
      const ids = rounds.flat().map(({ requestId }) => requestId);
      expect(new Set(ids).size).toBe(3);
      expect(ids).toHaveLength(3);
    });

    it("gives a message as soon as it is sent to whom waits for one", async () => {
      const waiting = receive({ waitSeconds: 20 });
      await queue.send(aMessage(), signal);
      expect(await waiting).toMatchObject([aMessage()]);
    });

    it("keeps hidden what is extended, and shows at once what is extended by nothing", async () => {
      await queue.send(aMessage(), signal);
      const [received] = await receive({ visibilitySeconds: 1 });
      await queue.extend(received?.receipt ?? "", 60, signal);
      expect(await receive({ waitSeconds: 2 })).toEqual([]);
      await queue.extend(received?.receipt ?? "", 0, signal);
      expect(await receive()).toMatchObject([{ ...aMessage(), receives: 2 }]);
    });

    it("forgets what is removed; removing and extending it once more does nothing", async () => {
      await queue.send(aMessage(), signal);
      const [received] = await receive({ visibilitySeconds: 1 });
      const receipt = received?.receipt ?? "";
      await queue.remove(receipt, signal);
      await queue.remove(receipt, signal);
      await queue.extend(receipt, 0, signal);
      expect(await receive()).toEqual([]);
      expect(await queue.depth()).toMatchObject({ waiting: 0, inFlight: 0 });
    });

    it("takes one message twice", async () => {
      await queue.send(aMessage(), signal);
      await queue.send(aMessage(), signal);
      expect((await receive()).map(({ requestId }) => requestId)).toEqual([aMessage().requestId, aMessage().requestId]);
    });

    it("says how many wait and how many are with workers", async () => {
      for (const last of ["0000000a", "0000000b", "0000000c"]) await queue.send(aMessage(last), signal);
      await receive({ max: 1 });
      expect(await queue.depth()).toEqual({ waiting: 2, inFlight: 1, dead: 0 });
    });

    it("gives nobody a message that came back five times, and counts it as dead", async () => {
      await queue.send(aMessage(), signal);
      for (let receives = 1; receives <= 5; receives += 1) {
        const [received] = await receive();
        expect(received?.receives).toBe(receives);
        await queue.extend(received?.receipt ?? "", 0, signal);
      }
      expect(await receive()).toEqual([]);
      expect(await queue.depth()).toEqual({ waiting: 0, inFlight: 0, dead: 1 });
    });

    it("ends a wait as soon as nobody waits any more", async () => {
      const controller = new AbortController();
      const waiting = queue.receive({ max: 1, waitSeconds: 20, visibilitySeconds: 60 }, controller.signal);
      const reason = new Error("the worker stops");
      controller.abort(reason);
      await expect(waiting).rejects.toBe(reason);
    });
  });
}
