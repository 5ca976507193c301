/** What operators ask about dead letters: asked once, refused with reasons, and written to the trail. */
import { beforeEach, describe, expect, it } from "vitest";
import { createCodec } from "../../../src/domain/kernel/codec.js";
import { NotFoundError } from "../../../src/domain/kernel/errors.js";
import type { DeadLetter, ProcessorControl } from "../../../src/domain/kernel/processing.js";
import type { GraphQLContext } from "../../../src/resolvers/context.js";
import { createCursorCodec } from "../../../src/resolvers/index.js";
import { OperateMutations, OperateQueries } from "../../../src/resolvers/ledger/operate.resolver.js";
import { createMemoryEventStore } from "../../../src/store/memory/eventStore.js";

const letter = (processor: string, streamId: string, minute: number): DeadLetter => ({
  processor,
  streamId,
  version: 7,
  eventId: `${streamId}/7`,
  eventType: "Noted",
  log: 0,
  position: 12,
  error: "it cannot be read",
  attempts: 5,
  parkedAt: `2025-01-15T10:${String(minute).padStart(2, "0")}:00.000Z`,
});

/** Letters in memory; a request is noted on its letter. */
function createControl(parked: DeadLetter[]) {
  const requests: string[] = [];
  const control: ProcessorControl = {
    list: async () => [
      { name: "feeder", kind: "FEEDER", position: [3, 0], lagEvents: 0, deadLetters: 0 },
      {
        name: "counts",
        kind: "PROJECTION",
        position: [1, 0],
        lagEvents: 2,
        lagSeconds: 1.5,
        holder: "a",
        deadLetters: 1,
      },
    ],
    deadLetters: async (processor) => parked.filter((one) => processor === undefined || one.processor === processor),
    request: async (processor, streamId, what) => {
      const index = parked.findIndex((one) => one.processor === processor && one.streamId === streamId);
      const found = parked[index];
      if (found === undefined) throw new NotFoundError("DeadLetter", streamId);
      requests.push(`${what} ${processor} ${streamId}`);
      return (parked[index] = { ...found, requested: what });
    },
    waitFor: async () => undefined,
    positionOf: async () => [],
  };
  return { control, requests };
}

let parked: DeadLetter[];
let requests: string[];
let trail: unknown[];
let context: GraphQLContext;
const mutations = new OperateMutations();
beforeEach(() => {
  parked = [letter("counts", "Test-1", 1), letter("counts", "Test-2", 2), letter("index", "Test-1", 3)];
  const { control, requests: asked } = createControl(parked);
  requests = asked;
  trail = [];
  // Only what the resolvers of this file use.
  context = {
    control,
    cursors: createCursorCodec("secret"),
    eventStore: createMemoryEventStore({ codec: createCodec({}) }),
    operators: { acted: (what) => trail.push(what) },
    caller: { actor: { kind: "USER", id: "olga" }, roles: ["OPERATOR"], projects: "all", authenticated: true },
    requestId: "request-1",
  } as Partial<GraphQLContext> as GraphQLContext;
});

const named = { processor: "counts", streamId: "Test-1" };

describe("asking about a dead letter", () => {
  it("notes the request, and writes who asked for what, and why, to the trail", async () => {
    const skipped = await mutations.skipDeadLetter(context, { ...named, reason: "a test event" });
    expect(skipped).toMatchObject({ errors: [], deadLetter: { ...named, version: 7, requested: "SKIP" } });
    expect(requests).toEqual(["SKIP counts Test-1"]);
    expect(trail).toEqual([
      {
        action: "deadLetter.skip",
        actor: { kind: "USER", id: "olga" },
        correlationId: "request-1",
        details: { ...named, version: 7, eventId: "Test-1/7", reason: "a test event" },
      },
    ]);
    expect(await mutations.retryDeadLetter(context, named)).toMatchObject({ deadLetter: { requested: "RETRY" } });
    expect(trail[1]).toMatchObject({ action: "deadLetter.retry" });
  });

  it("is refused where there is none, and leaves no trace then", async () => {
    const { errors } = await mutations.retryDeadLetter(context, { ...named, streamId: "Test-3" });
    expect(errors).toMatchObject([{ __typename: "NotFoundError", path: ["streamId"] }]);
    expect([requests, trail]).toEqual([[], []]);
  });

  it("is refused where another event is parked by now", async () => {
    const { errors } = await mutations.skipDeadLetter(context, { ...named, expectedVersion: 6, reason: "known" });
    expect(errors).toMatchObject([{ __typename: "VersionConflictError", expected: 6, actual: 7 }]);
    expect(requests).toEqual([]);
    expect((await mutations.retryDeadLetter(context, { ...named, expectedVersion: 7 })).errors).toEqual([]);
  });

  it("takes a reason to skip", async () => {
    for (const reason of ["", "  ", "x".repeat(1_001)]) {
      const { errors } = await mutations.skipDeadLetter(context, { ...named, reason });
      expect(errors).toMatchObject([{ __typename: "ValidationError", path: ["reason"] }]);
    }
    expect(requests).toEqual([]);
  });

  it("twice with one key is asking once, also where another event is parked meanwhile", async () => {
    const input = { ...named, idempotencyKey: "once", reason: "known" };
    await mutations.skipDeadLetter(context, input);
    parked[0] = { ...letter("counts", "Test-1", 1), version: 9 };
    const again = await mutations.skipDeadLetter(context, input);
    expect(again).toMatchObject({ errors: [], deadLetter: { version: 9 } });
    parked.shift();
    expect(await mutations.skipDeadLetter(context, input)).toEqual({ errors: [] });
    expect(requests).toEqual(["SKIP counts Test-1"]);
    const other = await mutations.skipDeadLetter(context, { ...input, reason: "another" });
    expect(other.errors).toMatchObject([{ __typename: "IdempotencyKeyReusedError", key: "once" }]);
    const tooLong = await mutations.retryDeadLetter(context, { ...named, idempotencyKey: "k".repeat(201) });
    expect(tooLong.errors).toMatchObject([{ path: ["idempotencyKey"] }]);
  });
});

describe("the lists", () => {
  const queries = new OperateQueries();

  it("page through dead letters, oldest first, of all processors or of one", async () => {
    const first = await queries.deadLetters(context, { first: 2 });
    expect(first.nodes.map(({ streamId }) => streamId)).toEqual(["Test-1", "Test-2"]);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const after = first.pageInfo.endCursor ?? "";
    const second = await queries.deadLetters(context, { first: 2, after });
    expect(second.nodes.map(({ processor }) => processor)).toEqual(["index"]);
    expect(second.pageInfo.hasNextPage).toBe(false);
    expect((await queries.deadLetters(context, {}, "index")).nodes).toHaveLength(1);
    await expect(queries.deadLetters(context, { after }, "index")).rejects.toThrow(
      "after: is not a cursor of this list",
    );
  });

  it("show processors with a position that readers can go on from", async () => {
    const [feeder, counts] = await queries.processors(context);
    expect(feeder).not.toHaveProperty("lagSeconds");
    expect(counts).toMatchObject({ name: "counts", lagEvents: 2, lagSeconds: 1.5, holder: "a" });
    expect(context.cursors.decodePosition(counts?.position ?? "", "after")).toEqual({ kind: "feed", feed: [1, 0] });
  });
});
