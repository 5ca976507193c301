/** Load, decide, append: over the log in memory, with other writers that are let in at the worst moment. */
import { beforeEach, describe, expect, it } from "vitest";
import {
  IdempotencyKeyReusedError,
  UnavailableError,
  ValidationError,
  VersionConflictError,
  createCommandHandler,
  eventHash,
} from "../../../src/domain/kernel/index.js";
import type {
  AppendRequest,
  CommandHandler,
  CommandHandlerDeps,
  CommandMetadata,
  EventStore,
  Recorded,
  StateCache,
} from "../../../src/domain/kernel/index.js";
import { createMemoryEventStore } from "../../../src/store/memory/eventStore.js";
import type { MemoryEventStore } from "../../../src/store/memory/eventStore.js";
import { sha256 } from "../../../src/store/sha256.js";
import { createStateCache } from "../../../src/store/stateCache.js";
import { accountCodec, accountDecider, accountLoader, accountProjection, accountView } from "./account.js";
import type { Account, AccountCommand, AccountEvent } from "./account.js";

type Deps = CommandHandlerDeps<Account, AccountCommand, AccountEvent>;

const metadata: CommandMetadata = { actor: { kind: "USER", id: "ada" }, correlationId: "correlation" };
const withKey = (key: string, payload = "payload"): CommandMetadata => ({ ...metadata, idempotency: { key, payload } });
const pay = (amount: number): AccountCommand => ({ type: "Pay", amount });
const one = (command: AccountCommand, expectedVersion?: number) => [
  { streamId: "Account-1", command, expectedVersion },
];

let log: MemoryEventStore;
let cache: StateCache<Account>;
let ids: number;
/** What the handler asked of the store and of the loader, in order. */
let asked: string[];

beforeEach(() => {
  log = createMemoryEventStore({ codec: accountCodec });
  cache = createStateCache<Account>({ max: 100 });
  ids = 0;
  asked = [];
});

const readRow = async (streamId: string) => {
  asked.push("load");
  return log.rows(accountView).get(streamId) as Account | undefined;
};

const watched = (store: EventStore): EventStore => ({
  ...store,
  append: (request) => {
    asked.push("append");
    return store.append(request);
  },
  headVersion: (streamId) => {
    asked.push("headVersion");
    return store.headVersion(streamId);
  },
  findOutcome: (idempotency) => {
    asked.push("findOutcome");
    return store.findOutcome(idempotency);
  },
});

function createHandler(deps: Partial<Deps> = {}): CommandHandler<Account, AccountCommand> {
  return createCommandHandler({
    decider: accountDecider,
    projection: accountProjection,
    codec: accountCodec,
    eventStore: watched(log),
    loader: accountLoader(readRow),
    cache,
    clock: { now: () => "2025-01-15T10:30:00.000Z" },
    ids: { next: () => `id-${(ids += 1)}` },
    digest: sha256,
    backoff: async (attempt) => void asked.push(`backoff ${attempt}`),
    ...deps,
  });
}

/** Another process: its own cache, the same log. */
const another = () => createHandler({ cache: createStateCache<Account>({ max: 1 }), eventStore: log });

/** The log, with `intrude` called before each append of the handler. */
const intruded = (intrude: (request: AppendRequest) => Promise<unknown>): EventStore => ({
  ...log,
  append: async (request) => {
    await intrude(request);
    return watched(log).append(request);
  },
});

async function eventsOf(streamId: string): Promise<Recorded[]> {
  const events: Recorded[] = [];
  for await (const commit of log.readStream(streamId)) events.push(...commit.events);
  return events;
}

describe("a command", () => {
  it("is recorded as events with all that is known about them, and with the rows and tags that follow", async () => {
    const handler = createHandler();
    const request = one({ type: "PayInParts", amounts: [5, -7] });
    const outcome = await handler.handle(request, { ...metadata, causationId: "cause" });
    const firstHash = outcome.events[0]?.[0]?.hash ?? "";
    const secondHash = outcome.events[0]?.[1]?.hash ?? "";
    const shared = {
      streamId: "Account-1",
      type: "Paid",
      schemaVersion: 1,
      occurredAt: "2025-01-15T10:30:00.000Z",
      recordedAt: "2025-01-15T10:30:00.000Z",
      actor: { kind: "USER", id: "ada" },
      correlationId: "correlation",
      causationId: "cause",
      commandId: "id-1",
    };
    const events = [
      { ...shared, data: { amount: 5 }, version: 1, eventId: "id-2", hash: firstHash, previousHash: "" },
      { ...shared, data: { amount: -7 }, version: 2, eventId: "id-3", hash: secondHash, previousHash: firstHash },
    ];
    const state = { balance: -2, limit: 0, version: 2, hash: secondHash };
    const positions = [{ streamId: "Account-1", version: 2 }];
    const before = [{ balance: 0, limit: 0, version: 0, hash: "" }];
    expect(outcome).toEqual({ positions, before, states: [state], events: [events], repeated: false });
    expect(await eventsOf("Account-1")).toEqual(events);
    expect(log.rows(accountView).get("Account-1")).toEqual(state);
    for await (const { tags } of log.readAll())
      expect(tags).toEqual({ before: ["balance:credit"], after: ["balance:debt"] });
  });

  it("chains its events to those before, from the cache and from the row alike", async () => {
    const handler = createHandler();
    await handler.handle(one({ type: "PayInParts", amounts: [1, 2] }), metadata);
    await handler.handle(one(pay(3)), metadata);
    await another().handle(one(pay(4)), metadata);
    const events = await eventsOf("Account-1");
    expect(events.map(({ previousHash }) => previousHash)).toEqual([
      "",
      ...events.slice(0, -1).map(({ hash }) => hash),
    ]);
    expect(events.map(({ hash }) => hash)).toEqual(events.map((event) => eventHash(event, event.previousHash, sha256)));
  });

  it("keeps the time that its decision gives an event, and the id that its caller gives it", async () => {
    const decide = () => [{ type: "Paid" as const, data: { amount: 1 }, occurredAt: "2020-01-01T00:00:00.000Z" }];
    const handler = createHandler({ decider: { ...accountDecider, decide } });
    await handler.handle(one(pay(1)), { ...metadata, commandId: "mine" });
    expect(await eventsOf("Account-1")).toMatchObject([{ occurredAt: "2020-01-01T00:00:00.000Z", commandId: "mine" }]);
  });

  it("writes nothing where it is refused or changes nothing", async () => {
    const handler = createHandler();
    await expect(handler.handle(one(pay(-1)), metadata)).rejects.toBeInstanceOf(ValidationError);
    const { positions, events } = await handler.handle(one({ type: "SetLimit", limit: 0 }), metadata);
    expect(positions).toEqual([{ streamId: "Account-1", version: 0, unchanged: true }]);
    expect(events).toEqual([[]]);
    expect(asked).toEqual(["load", "load"]);
  });

  it("is not written where an event breaks its schema", async () => {
    const handler = createHandler();
    await expect(handler.handle(one(pay(Number.NaN)), metadata)).rejects.toThrow();
    expect(asked).toEqual(["load"]);
    expect(await log.headVersion("Account-1")).toBe(0);
  });
});

describe("the cache", () => {
  it("spares the read of every command but the first", async () => {
    const handler = createHandler();
    for (const amount of [1, 2, 3]) await handler.handle(one(pay(amount)), metadata);
    expect(asked).toEqual(["load", "append", "append", "append"]);
    expect(log.rows(accountView).get("Account-1")).toMatchObject({ balance: 6, version: 3 });
  });

  it("is not used for a command that needs more than it holds", async () => {
    const loader = { ...accountLoader(readRow), covers: (_: Account, { type }: AccountCommand) => type === "Pay" };
    const handler = createHandler({ loader });
    await handler.handle(one(pay(1)), metadata);
    await handler.handle(one({ type: "SetLimit", limit: -5 }), metadata);
    await handler.handle(one(pay(1)), metadata);
    expect(asked).toEqual(["load", "append", "load", "append", "append"]);
  });

  it("does not make a command be refused for a state that is behind the log", async () => {
    const handler = createHandler();
    await handler.handle(one(pay(1)), metadata);
    await another().handle(one(pay(100)), metadata);
    asked = [];
    const { states } = await handler.handle(one(pay(-50)), metadata);
    expect(states[0]?.balance).toBe(51);
    expect(asked).toEqual(["headVersion", "load", "append"]);
  });

  it("does not make a command do nothing for a state that is behind the log", async () => {
    const handler = createHandler();
    await handler.handle(one({ type: "SetLimit", limit: -5 }), metadata);
    await another().handle(one({ type: "SetLimit", limit: -9 }), metadata);
    asked = [];
    const { positions } = await handler.handle(one({ type: "SetLimit", limit: -5 }), metadata);
    expect(positions).toEqual([{ streamId: "Account-1", version: 3 }]);
    expect(asked).toEqual(["headVersion", "load", "append"]);
  });

  it("is trusted to refuse where the log has not moved", async () => {
    const handler = createHandler();
    await handler.handle(one(pay(1)), metadata);
    asked = [];
    await expect(handler.handle(one(pay(-2)), metadata)).rejects.toBeInstanceOf(ValidationError);
    expect(asked).toEqual(["headVersion"]);
  });

  it("forgets a stream whose append ended nobody knows how", async () => {
    const lost = new Error("connection lost");
    let loses = false;
    const eventStore = intruded(async (request) => {
      if (!loses) return;
      loses = false;
      await log.append(request);
      throw lost;
    });
    const handler = createHandler({ eventStore });
    await handler.handle(one(pay(1)), metadata);
    loses = true;
    await expect(handler.handle(one(pay(1)), metadata)).rejects.toBe(lost);
    asked = [];
    const { states } = await handler.handle(one(pay(1)), metadata);
    expect(states[0]?.balance).toBe(3);
    expect(asked).toEqual(["load", "append"]);
  });

  it("forgets a stream whose store is unavailable", async () => {
    let fails = false;
    const eventStore = intruded(async () => {
      if (fails) throw new UnavailableError("busy");
    });
    const handler = createHandler({ eventStore });
    await handler.handle(one(pay(1)), metadata);
    fails = true;
    await expect(handler.handle(one(pay(1)), metadata)).rejects.toBeInstanceOf(UnavailableError);
    expect(cache.get("Account-1")).toBeUndefined();
  });
});

describe("another writer", () => {
  it("that was faster makes the command be decided again on what is there now", async () => {
    let intrusions = 2;
    const eventStore = intruded(async () => {
      if ((intrusions -= 1) >= 0) await another().handle(one(pay(10)), metadata);
    });
    const { states } = await createHandler({ eventStore }).handle(one(pay(1)), metadata);
    expect(states[0]).toMatchObject({ balance: 21, limit: 0, version: 3 });
    expect(asked.filter((step) => step.startsWith("backoff"))).toEqual(["backoff 2", "backoff 3"]);
  });

  it("can make the command be refused", async () => {
    const handler = createHandler();
    await handler.handle(one(pay(5)), metadata);
    await another().handle(one(pay(-5)), metadata);
    await expect(handler.handle(one(pay(-5)), metadata)).rejects.toBeInstanceOf(ValidationError);
    expect(await log.headVersion("Account-1")).toBe(2);
  });

  it("that is always faster makes the command give up after a bound", async () => {
    const eventStore = intruded(() => another().handle(one(pay(1)), metadata));
    const given = createHandler({ eventStore, maxAttempts: 3 }).handle(one(pay(100)), metadata);
    await expect(given).rejects.toBeInstanceOf(UnavailableError);
    await expect(given).rejects.toMatchObject({ cause: { code: "VERSION_CONFLICT", expected: 2, actual: 3 } });
    expect(log.rows(accountView).get("Account-1")).toMatchObject({ balance: 3, version: 3 });
  });

  it("in this process waits for its turn: nothing is decided twice", async () => {
    const handler = createHandler();
    await Promise.all(Array.from({ length: 32 }, () => handler.handle(one(pay(1)), metadata)));
    expect(log.rows(accountView).get("Account-1")).toMatchObject({ balance: 32, version: 32 });
    expect(asked.filter((step) => step === "append")).toHaveLength(32);
  });
});

describe("an expected version", () => {
  it("lets the command pass where the stream is there, from the cache or not", async () => {
    const handler = createHandler();
    await handler.handle(one(pay(1), 0), metadata);
    await handler.handle(one(pay(1), 1), metadata);
    await another().handle(one(pay(1), 2), metadata);
    expect(await log.headVersion("Account-1")).toBe(3);
  });

  it("refuses the command with both versions where the stream is elsewhere, and decides nothing again", async () => {
    const handler = createHandler();
    await handler.handle(one(pay(1)), metadata);
    for (const expected of [0, 2]) {
      const refused = handler.handle(one(pay(1), expected), metadata);
      await expect(refused).rejects.toMatchObject({ code: "VERSION_CONFLICT", expected, actual: 1 });
    }
    expect(await log.headVersion("Account-1")).toBe(1);
  });

  it("that only a stale cache agrees with is refused with the actual version", async () => {
    const handler = createHandler();
    await handler.handle(one(pay(1)), metadata);
    await another().handle(one(pay(1)), metadata);
    asked = [];
    const refused = handler.handle(one(pay(1), 1), metadata);
    await expect(refused).rejects.toMatchObject({ code: "VERSION_CONFLICT", expected: 1, actual: 2 });
    expect(asked).toEqual(["append"]);
  });

  it("that the stale cache does not agree with is looked up in the log", async () => {
    const handler = createHandler();
    await handler.handle(one(pay(1)), metadata);
    await another().handle(one(pay(1)), metadata);
    const { positions } = await handler.handle(one(pay(1), 2), metadata);
    expect(positions).toEqual([{ streamId: "Account-1", version: 3 }]);
  });
});

describe("a command on several streams", () => {
  const transfer = (amount: number, expectedVersion?: number) => [
    { streamId: "Account-1", command: pay(-amount), expectedVersion },
    { streamId: "Account-2", command: pay(amount) },
  ];

  it("changes all of them in one append", async () => {
    const handler = createHandler();
    await handler.handle(one(pay(10)), metadata);
    asked = [];
    const { positions, states } = await handler.handle(transfer(4), metadata);
    expect(positions).toEqual([
      { streamId: "Account-1", version: 2 },
      { streamId: "Account-2", version: 1 },
    ]);
    expect(states.map(({ balance }) => balance)).toEqual([6, 4]);
    expect(asked).toEqual(["load", "append"]);
    const commands = [...(await eventsOf("Account-1")), ...(await eventsOf("Account-2"))].map(
      ({ commandId }) => commandId,
    );
    expect(new Set(commands.slice(1)).size).toBe(1);
  });

  it("changes none of them where one refuses", async () => {
    const handler = createHandler();
    await expect(handler.handle(transfer(4), metadata)).rejects.toBeInstanceOf(ValidationError);
    expect(await log.headVersion("Account-2")).toBe(0);
  });

  it("appends what changes, where one of them is as wanted already", async () => {
    const handler = createHandler();
    const { positions, events } = await handler.handle(
      [
        { streamId: "Account-1", command: { type: "SetLimit", limit: 0 } },
        { streamId: "Account-2", command: pay(1) },
      ],
      metadata,
    );
    expect(positions.map(({ version }) => version)).toEqual([0, 1]);
    expect(events.map((recorded) => recorded.length)).toEqual([0, 1]);
  });

  it("decides again where a stream without an expected version has moved, though another has one", async () => {
    const handler = createHandler();
    await handler.handle(one(pay(10)), metadata);
    await handler.handle([{ streamId: "Account-2", command: pay(1) }], metadata);
    await another().handle([{ streamId: "Account-2", command: pay(1) }], metadata);
    const { states } = await handler.handle(transfer(4, 1), metadata);
    expect(states.map(({ balance }) => balance)).toEqual([6, 6]);
  });

  it("is refused where the stream with the expected version has moved", async () => {
    const handler = createHandler();
    await handler.handle(one(pay(10)), metadata);
    await another().handle(one(pay(10)), metadata);
    const refused = handler.handle(transfer(4, 1), metadata);
    await expect(refused).rejects.toBeInstanceOf(VersionConflictError);
    await expect(refused).rejects.toMatchObject({ streamId: "Account-1", expected: 1, actual: 2 });
    expect(await log.headVersion("Account-2")).toBe(0);
  });
});

describe("an idempotency key", () => {
  it("answers a repeat with the first outcome, and records nothing twice", async () => {
    const handler = createHandler();
    const first = await handler.handle(one(pay(5)), withKey("k"));
    await handler.handle(one(pay(5)), metadata);
    const repeat = await handler.handle(one(pay(5)), withKey("k"));
    expect(repeat).toEqual({ positions: first.positions, before: [], states: [], events: [], repeated: true });
    expect(log.rows(accountView).get("Account-1")).toMatchObject({ balance: 10, version: 2 });
  });

  it("costs no request more on a command that is carried out", async () => {
    const handler = createHandler();
    await handler.handle(one(pay(5)), withKey("k"));
    expect(asked).toEqual(["load", "append"]);
  });

  it("answers with the first outcome where the command would now be refused", async () => {
    const handler = createHandler();
    await handler.handle(one(pay(5)), metadata);
    const first = await handler.handle(one(pay(-5)), withKey("k"));
    expect(await handler.handle(one(pay(-5)), withKey("k"))).toMatchObject({
      positions: first.positions,
      repeated: true,
    });
  });

  it("answers with the first outcome where the expected version is no longer the present one", async () => {
    const handler = createHandler();
    const first = await handler.handle(one(pay(5), 0), withKey("k"));
    expect(await handler.handle(one(pay(5), 0), withKey("k"))).toMatchObject({
      positions: first.positions,
      repeated: true,
    });
  });

  it("answers with the first outcome where the first one changed nothing", async () => {
    const handler = createHandler();
    await handler.handle(one({ type: "SetLimit", limit: 0 }), withKey("k"));
    await handler.handle(one({ type: "SetLimit", limit: -1 }), metadata);
    const repeat = await handler.handle(one({ type: "SetLimit", limit: 0 }), withKey("k"));
    expect(repeat).toMatchObject({ positions: [{ streamId: "Account-1", version: 0 }], repeated: true });
    expect(await log.headVersion("Account-1")).toBe(1);
  });

  it("does not keep a refusal: the same key may succeed later", async () => {
    const handler = createHandler();
    await expect(handler.handle(one(pay(-5)), withKey("k"))).rejects.toBeInstanceOf(ValidationError);
    await handler.handle(one(pay(5)), metadata);
    expect(await handler.handle(one(pay(-5)), withKey("k"))).toMatchObject({ repeated: false });
  });

  it("is refused for another payload, also where the command itself would be refused", async () => {
    const handler = createHandler();
    await handler.handle(one(pay(5)), withKey("k"));
    for (const amount of [1, -100]) {
      const reused = handler.handle(one(pay(amount)), withKey("k", "other"));
      await expect(reused).rejects.toBeInstanceOf(IdempotencyKeyReusedError);
    }
    expect(await log.headVersion("Account-1")).toBe(1);
  });

  it("lets one of many repeats at the same time act, in several processes", async () => {
    const handlers = Array.from({ length: 8 }, another);
    const outcomes = await Promise.all(handlers.map((handler) => handler.handle(one(pay(5)), withKey("k"))));
    expect(outcomes.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(outcomes.every(({ positions }) => positions[0]?.version === 1)).toBe(true);
    expect(await log.headVersion("Account-1")).toBe(1);
  });
});
