/** The queue on a server that speaks the protocol of Amazon SQS: what every work queue does, and what its failures mean. */
import { afterEach, describe, expect, it } from "vitest";
import { createSqsQueue } from "../../../src/adapters/queue/sqsQueue.js";
import { UnavailableError } from "../../../src/domain/kernel/index.js";
import { workQueueConformance } from "../../conformance/workQueue.conformance.js";
import { startSqsServer } from "../../support/sqsServer.js";
import type { SqsFault, SqsServer } from "../../support/sqsServer.js";

interface Started {
  readonly sqs: SqsServer;
  readonly queue: ReturnType<typeof createSqsQueue>;
  readonly warned: readonly object[];
}

const running: Started[] = [];

async function start(): Promise<Started> {
  const sqs = await startSqsServer();
  const warned: object[] = [];
  const queue = createSqsQueue({
    queueUrl: sqs.queueUrl,
    deadLetterUrl: sqs.deadLetterUrl,
    endpoint: sqs.url,
    region: "eu-west-1",
    log: { warn: (fields) => void warned.push(fields) },
  });
  const started = { sqs, queue, warned };
  running.push(started);
  return started;
}

async function stopAll(): Promise<void> {
  const stopped = running.splice(0);
  for (const { queue } of stopped) queue.close();
  await Promise.all(stopped.map(({ sqs }) => sqs.close()));
  expect(stopped.flatMap(({ sqs }) => sqs.violations)).toEqual([]);
}

workQueueConformance("Amazon SQS", async () => ({ queue: (await start()).queue, close: stopAll }));

describe("the queue on Amazon SQS", () => {
  const { signal } = new AbortController();
  const aMessage = { requestId: "req_1757412789250_00000001", projectId: "atlas", requestType: "scan" };
  const wanted = { max: 10, waitSeconds: 0, visibilitySeconds: 60 };
  afterEach(stopAll);

  it("writes the version of its messages, and nothing but what a worker claims by", async () => {
    const { sqs, queue } = await start();
    await queue.send({ ...aMessage, ...{ config: "not for queues" } }, signal);
    expect(sqs.bodies().map((body): unknown => JSON.parse(body))).toEqual([{ version: 1, ...aMessage }]);
    expect([...sqs.regions]).toEqual(["eu-west-1"]);
  });

  it.each([
    ["no JSON", "hello"],
    ["of another version", JSON.stringify({ version: 2, ...aMessage })],
    ["without a request", JSON.stringify({ version: 1, projectId: "atlas", requestType: "scan" })],
    ["with a request's id that is none", JSON.stringify({ version: 1, ...aMessage, requestId: "../../etc" })],
  ])("leaves a message that is %s to the redrive, and gives the others", async (_what, body) => {
    const { sqs, queue, warned } = await start();
    sqs.put(body);
    await queue.send(aMessage, signal);
    expect(await queue.receive(wanted, signal)).toMatchObject([aMessage]);
    expect(warned).toHaveLength(1);
    for (let receives = 2; receives <= 6; receives += 1) {
      sqs.reveal();
      await queue.receive(wanted, signal);
    }
    expect(sqs.deadLetters()).toContain(body);
  });

  it.each<[string, SqsFault]>([
    ["throttles", { kind: "error", status: 400, code: "RequestThrottled" }],
    ["is broken for a moment", { kind: "error", status: 500, code: "InternalError" }],
    ["cuts the connection", { kind: "drop" }],
  ])("sends all the same where SQS %s once", async (_what, fault) => {
    const { sqs, queue } = await start();
    sqs.fail((action, request) => (action === "SendMessage" && request === 1 ? fault : undefined));
    await queue.send(aMessage, signal);
    expect(sqs.requests("SendMessage")).toBe(2);
    expect(sqs.bodies()).toHaveLength(1);
  });

  it("may leave two messages where the answer to a send is lost, as a request may have", async () => {
    const { sqs, queue } = await start();
    sqs.fail((action, request) => (action === "SendMessage" && request === 1 ? { kind: "drop after" } : undefined));
    await queue.send(aMessage, signal);
    expect(sqs.bodies()).toHaveLength(2);
  });

  it.each<[string, SqsFault]>([
    ["is broken", { kind: "error", status: 503, code: "ServiceUnavailable" }],
    ["has no such queue", { kind: "error", status: 400, code: "AWS.SimpleQueueService.NonExistentQueue" }],
    ["allows it not", { kind: "error", status: 403, code: "AccessDenied" }],
  ])("is unavailable where SQS %s, and says what SQS says", async (_what, fault) => {
    const { sqs, queue } = await start();
    sqs.fail(() => fault);
    const failures = await Promise.allSettled([
      queue.send(aMessage, signal),
      queue.receive(wanted, signal),
      queue.extend("receipt", 10, signal),
      queue.remove("receipt", signal),
      queue.depth(),
    ]);
    for (const failure of failures) {
      expect(failure).toMatchObject({ status: "rejected", reason: expect.any(UnavailableError) as unknown });
      expect(failure).toMatchObject({ reason: { message: expect.stringContaining("Amazon SQS") as unknown } });
    }
  });

  it("takes no message whose body was changed on the way", async () => {
    const { sqs, queue } = await start();
    await queue.send(aMessage, signal);
    sqs.fail((action) => (action === "ReceiveMessage" ? { kind: "garbled" } : undefined));
    await expect(queue.receive(wanted, signal)).rejects.toThrow("Invalid MD5 checksum");
  });

  it("says nothing of dead letters where it does not know their queue", async () => {
    const { sqs } = await start();
    const queue = createSqsQueue({ queueUrl: sqs.queueUrl, endpoint: sqs.url, log: { warn: () => undefined } });
    expect(await queue.depth()).toEqual({ waiting: 0, inFlight: 0, dead: undefined });
    queue.close();
  });

  it("is unavailable where nobody answers", async () => {
    const { sqs, queue } = await start();
    await sqs.close();
    await expect(queue.send(aMessage, signal)).rejects.toBeInstanceOf(UnavailableError);
  });
});
