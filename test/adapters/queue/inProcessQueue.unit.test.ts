/** The queue within one process: what every work queue does, and its bounds. */
import { describe, expect, it } from "vitest";
import { createInProcessQueue } from "../../../src/adapters/queue/inProcessQueue.js";
import { UnavailableError } from "../../../src/domain/kernel/index.js";
import { workQueueConformance } from "../../conformance/workQueue.conformance.js";

workQueueConformance("the queue in this process", async () => {
  const queue = createInProcessQueue({ receives: 5 });
  return { queue, close: async () => queue.close() };
});

describe("the queue in this process", () => {
  const { signal } = new AbortController();
  const aMessage = { requestId: "req_1757412789250_00000001", projectId: "atlas", requestType: "scan" };
  const wanted = { max: 10, waitSeconds: 0, visibilitySeconds: 60 };

  it("is first in, first out", async () => {
    const queue = createInProcessQueue();
    for (const projectId of ["a", "b", "c"]) await queue.send({ ...aMessage, projectId }, signal);
    expect((await queue.receive(wanted, signal)).map(({ projectId }) => projectId)).toEqual(["a", "b", "c"]);
  });

  it("takes no more than it may hold", async () => {
    const queue = createInProcessQueue({ most: 2 });
    await queue.send(aMessage, signal);
    await queue.send(aMessage, signal);
    await expect(queue.send(aMessage, signal)).rejects.toBeInstanceOf(UnavailableError);
  });

  it("forgets the oldest dead letters where there are too many", async () => {
    const queue = createInProcessQueue({ most: 1, receives: 1 });
    for (let sent = 0; sent < 3; sent += 1) {
      await queue.send(aMessage, signal);
      const [received] = await queue.receive(wanted, signal);
      await queue.extend(received?.receipt ?? "", 0, signal);
      expect(await queue.receive(wanted, signal)).toEqual([]);
    }
    expect(await queue.depth()).toEqual({ waiting: 0, inFlight: 0, dead: 1 });
  });

  it("gives a message that came back again and again, as one of a full project does, and buries it at the hundredth time", async () => {
    const queue = createInProcessQueue();
    await queue.send(aMessage, signal);
    for (let receives = 1; receives <= 100; receives += 1) {
      const [received] = await queue.receive(wanted, signal);
      expect(received?.receives).toBe(receives);
      await queue.extend(received?.receipt ?? "", 0, signal);
    }
    expect(await queue.receive(wanted, signal)).toEqual([]);
    expect(await queue.depth()).toEqual({ waiting: 0, inFlight: 0, dead: 1 });
  });

  it("knows a message by its last receipt only", async () => {
    const queue = createInProcessQueue();
    await queue.send(aMessage, signal);
    const [first] = await queue.receive({ ...wanted, visibilitySeconds: 0 }, signal);
    const [second] = await queue.receive(wanted, signal);
    await queue.remove(first?.receipt ?? "", signal);
    expect(await queue.depth()).toMatchObject({ inFlight: 1 });
    await queue.remove(second?.receipt ?? "", signal);
    expect(await queue.depth()).toMatchObject({ waiting: 0, inFlight: 0 });
  });

  it("ends every wait when it is closed, and takes nothing from then on", async () => {
    const queue = createInProcessQueue();
    const waiting = queue.receive({ ...wanted, waitSeconds: 20 }, signal);
    queue.close();
    expect(await waiting).toEqual([]);
    await expect(queue.send(aMessage, signal)).rejects.toThrow("closed");
  });
});
