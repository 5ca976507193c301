/** One execution for all clients that get the same answer, and the same answer as without sharing. */
import { parse, subscribe } from "graphql";
import type { ExecutionResult } from "graphql";
import { beforeEach, describe, expect, it } from "vitest";
import { createResultTexts } from "../../src/server/resultTexts.js";
import { createSharedExecution, isAsyncIterable } from "../../src/server/sharedExecution.js";
import type { ResultStream, SharedExecution, SubscriptionArgs } from "../../src/server/sharedExecution.js";
import { until } from "../support/graphql/client.js";
import { anyone, createTestLog, testSchema } from "./testServer.js";
import type { TestContext, TestLog } from "./testServer.js";

let log: TestLog;
let executions: number;
let schema: ReturnType<typeof testSchema>;
let shared: SharedExecution<TestContext>;
beforeEach(() => {
  log = createTestLog();
  executions = 0;
  schema = testSchema(log, { onEntry: () => (executions += 1), slow: async () => "" });
  shared = createSharedExecution({
    shareKey: ({ caller }) => (caller.actor.id === "loner" ? undefined : caller.actor.id),
  });
});

function contextOf(id: string): TestContext {
  const facts = { requestId: "1", transport: "websocket", headers: {}, remoteAddress: undefined } as const;
  return { facts, caller: anyone(id) };
}

const whole = "subscription($label: String) { entries(label: $label) { position body actor } }";

function args(query = whole, id = "ann", variableValues: Record<string, unknown> = {}): SubscriptionArgs<TestContext> {
  return { schema, document: parse(query), contextValue: contextOf(id), variableValues };
}

async function open(...which: Parameters<typeof args>): Promise<ResultStream> {
  const stream = await shared.subscribeShared(args(...which));
  if (!isAsyncIterable(stream)) throw new Error(JSON.stringify(stream));
  return stream;
}

/** The next result of each stream. */
async function nextOf(streams: readonly ResultStream[]): Promise<ExecutionResult[]> {
  const steps = await Promise.all(streams.map((stream) => stream.next()));
  return steps.map((step) => {
    if (step.done) throw new Error("ended");
    return step.value;
  });
}

describe("sharing", () => {
  it("runs a document once per event for a thousand clients, and writes its text once", async () => {
    const streams = await Promise.all(Array.from({ length: 1_000 }, () => open()));
    log.append("a");
    log.append("b");
    const firsts = await nextOf(streams);
    const seconds = await nextOf(streams);
    expect(executions).toBe(2);
    expect(new Set(firsts).size).toBe(1);
    expect(firsts[0]).toEqual({ data: { entries: { position: 1, body: "a", actor: "ann" } } });
    expect(seconds[0]).toEqual({ data: { entries: { position: 2, body: "b", actor: "ann" } } });
    let presented = 0;
    const texts = createResultTexts((error) => {
      presented += 1;
      return { message: String(error) };
    });
    expect(new Set(firsts.map((result) => texts.textOf(result)))).toEqual(new Set([JSON.stringify(firsts[0])]));
    const failed: ExecutionResult = { errors: [], data: null };
    expect(texts.present(failed)).toBe(texts.present(failed));
    expect(presented).toBe(0);
  });

  it.each<[string, Parameters<typeof args>]>([
    ["another document", ["subscription { entries { body } }"]],
    ["other variables", [whole, "ann", { label: "x" }]],
    ["another share key", [whole, "bob"]],
    ["no share key", [whole, "loner"]],
  ])("is not done with a client that has %s", async (_what, other) => {
    const streams = [await open(), await open(...other), await open(...other)];
    log.append("a");
    const results = await nextOf(streams);
    expect(results[0]).not.toBe(results[1]);
    expect(executions).toBe(other[1] === "loner" ? 3 : 2);
  });

  it("is not done between two operations of one document", async () => {
    const document = parse("subscription A { entries { body } } subscription B { entries { position } }");
    log.append("a");
    const streams = await Promise.all(
      ["A", "B"].map((operationName) => shared.subscribeShared({ ...args(), document, operationName })),
    );
    const results = await nextOf(streams.filter((stream): stream is ResultStream => isAsyncIterable(stream)));
    expect(results).toEqual([{ data: { entries: { body: "a" } } }, { data: { entries: { position: 1 } } }]);
  });

  it("is not done where variables nest too deep to be compared", async () => {
    const deep = JSON.parse("[".repeat(50_000) + "]".repeat(50_000)) as unknown;
    const streams = [await open(whole, "ann", { other: deep }), await open(whole, "ann", { other: deep })];
    log.append("a");
    await nextOf(streams);
    expect(executions).toBe(2);
  });

  it("does not keep more than some results for one event, whatever clients send", async () => {
    const alike = (n: number) => open(`subscription { entries { body } } # ${n}`);
    const streams = await Promise.all(Array.from({ length: 200 }, (_, n) => alike(n)));
    log.append("a");
    await nextOf(streams);
    expect(executions).toBe(200);
    const again = await Promise.all(Array.from({ length: 200 }, (_, n) => alike(n)));
    await nextOf(again);
    expect(executions).toBe(200 + (200 - 64));
  });

  it("gives each event a context of its own where one is made", async () => {
    let made = 0;
    shared = createSharedExecution({
      contextForEvent: (context) => {
        made += 1;
        return { ...context, caller: anyone(`${context.caller.actor.id}-${made}`) };
      },
    });
    const stream = await open();
    log.append("a");
    log.append("b");
    const results = [...(await nextOf([stream])), ...(await nextOf([stream]))];
    expect(results.map(({ data }) => data?.entries)).toMatchObject([{ actor: "ann-1" }, { actor: "ann-2" }]);
  });
});

describe("results", () => {
  it.each([
    whole,
    "subscription { entries { body unexpected refused } }",
    "subscription { entries { body missing } }",
    "subscription { numbers }",
    "subscription { refusedAtStart }",
    "subscription { unexpectedAtStart }",
    'subscription { failsLater(kind: "refused") }',
    "subscription A { numbers } subscription B { numbers }",
    "subscription($n: String!) { entries(after: $n) { body } }",
    "{ hello }",
  ])("are those of plain subscribe: %s", async (query) => {
    log.append("a");
    log.append("b");
    const collect = async (run: (of: SubscriptionArgs<TestContext>) => Promise<unknown>) => {
      const outcome: unknown[] = [];
      try {
        const stream = await run(args(query));
        if (!isAsyncIterable(stream)) return [{ single: stream }];
        for await (const result of stream) if (outcome.push(result) === 2) break;
      } catch (error) {
        outcome.push({ thrown: error });
      }
      return outcome;
    };
    const plain = await collect(subscribe);
    const ours = await collect(shared.subscribeShared);
    expect(plain.length).toBeGreaterThan(0);
    expect(ours).toEqual(plain);
    expect(JSON.stringify(ours)).toBe(JSON.stringify(plain));
  });
});

describe("ending", () => {
  it("reaches the source while it waits, and ends the wait", async () => {
    const stream = await open();
    const waiting = stream.next();
    await until(() => log.following === 1);
    expect(await stream.return()).toEqual({ done: true, value: undefined });
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(log.following).toBe(0);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it("reaches the source by throw and by disposal", async () => {
    const thrown = await open();
    await expect(thrown.throw(new Error("enough"))).rejects.toThrow("enough");
    {
      await using _disposed = await open();
      expect(log.following).toBe(1);
    }
    expect(log.following).toBe(0);
  });

  it("reaches the source where a context for an event cannot be made", async () => {
    shared = createSharedExecution<TestContext>({
      contextForEvent: () => {
        throw new Error("no context");
      },
    });
    const stream = await open();
    log.append("a");
    await expect(stream.next()).rejects.toThrow("no context");
    expect(log.following).toBe(0);
  });
});
