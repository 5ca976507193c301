/** How the queue is doing: what is counted, that the order of the streams does not matter, and what people are told of it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FeedEntry } from "../../../src/domain/kernel/index.js";
import { addSeconds, toInstant, toMilliseconds } from "../../../src/domain/kernel/time.js";
import {
  noTally,
  queueTallyKey,
  requestStatuses,
  researchQueueProjection,
  toQueueStats,
  waitBuckets,
} from "../../../src/domain/research/index.js";
import type { QueueTally, ResearchCommand, ResearchCommandOf } from "../../../src/domain/research/index.js";
import { completion, researchStart, researchStory, submission, tellResearch } from "../../support/researchStory.js";
import { feedOf } from "./feedOf.js";

type Commands = readonly (readonly [command: ResearchCommand, seconds?: number])[];

const claim = { type: "ClaimRequest", workerId: "w", leaseSeconds: 60 } as const;
const start = { type: "StartRequest", leaseToken: 2, resume: false } as const;
const complete = { ...completion(2), parts: [] } as const;
const fail: ResearchCommandOf<"FailRequest"> = {
  type: "FailRequest",
  leaseToken: 2,
  error: "no luck",
  retryable: false,
  jitter: 0,
};

let requests = 0;
/** Another request that all this happens to. */
function request(commands: Commands) {
  requests += 1;
  const stream = tellResearch(`ResearchRequest-req_1757412789250_${requests.toString(16).padStart(8, "0")}`, commands);
  return { entries: feedOf(stream), state: stream.state };
}

const sqs = submission({ strategy: "SQS", projectId: "another" });
const some = [
  ...researchStory().map((stream) => ({ entries: feedOf(stream), state: stream.state })),
  request([[sqs]]),
  request([[sqs], [claim, 90]]),
  request([[sqs], [claim], [start]]),
  request([[submission()], [claim], [start], [complete]]),
  request([[submission()], [claim], [{ type: "CancelRequest" }], [fail]]),
  request([[submission()], [{ type: "EnforceDeadline" }, 86_400]]),
];

function fold(entries: readonly FeedEntry[]): ReadonlyMap<string, QueueTally> {
  const rows = new Map<string, QueueTally>();
  for (const entry of entries) {
    for (const key of researchQueueProjection.keys(entry)) {
      const row = researchQueueProjection.apply(rows.get(key), entry, key);
      if (row !== undefined) rows.set(key, row);
    }
  }
  return new Map([...rows].sort(([one], [other]) => (one < other ? -1 : 1)));
}

const rowOf = (entries: readonly FeedEntry[], projectId?: string, strategy: "TABLE" | "SQS" = "TABLE") =>
  fold(entries).get(queueTallyKey(projectId, strategy)) ?? noTally(projectId, strategy);

describe("the tally of the queue", () => {
  it("has as many requests in each status as there are, whatever they went through", () => {
    const of = (strategy: "TABLE" | "SQS", status: string) =>
      some.filter(
        ({ state }) =>
          state.kind === "request" && state.request?.strategy === strategy && state.request.status === status,
      ).length;
    for (const strategy of ["TABLE", "SQS"] as const) {
      const { byStatus } = rowOf(
        some.flatMap(({ entries }) => entries),
        undefined,
        strategy,
      );
      expect(byStatus).toEqual(Object.fromEntries(requestStatuses.map((status) => [status, of(strategy, status)])));
    }
  });

  it("counts the move of a commit once, also where several events make it", () => {
    const entries = request([[submission()], [claim], [fail]]).entries;
    expect(entries.map(({ event }) => event.type)).toEqual([
      "RequestSubmitted",
      "RequestClaimed",
      "RequestAttemptFailed",
      "RequestFailed",
    ]);
    expect(rowOf(entries)).toMatchObject({
      byStatus: { PENDING: 0, PROCESSING: 0, FAILED: 1 },
      hours: [{ submitted: 1, claimed: 1, failed: 1, completed: 0 }],
    });
  });

  it("is of each project and strategy, and of all projects, also where a project is called all", () => {
    const entries = ["all", "another"].flatMap((projectId) => request([[submission({ projectId })]]).entries);
    const rows = fold(entries);
    expect([...rows.values()].map(({ projectId, byStatus }) => [projectId, byStatus.PENDING])).toEqual(
      expect.arrayContaining([
        ["all", 1],
        ["another", 1],
      ]),
    );
    expect(rowOf(entries.slice(0, 1)).byStatus.PENDING).toBe(1);
    expect(rowOf(entries.slice(0, 1)).projectId).toBeUndefined();
  });

  it("is the same in whatever order the streams come, also between each other", () => {
    const streams = some.map(({ entries }) => entries);
    const turns = streams.flatMap((entries, index) => entries.map(() => index));
    const expected = fold(streams.flat());
    fc.assert(
      fc.property(fc.shuffledSubarray(turns, { minLength: turns.length }), (order) => {
        const left = streams.map((entries) => [...entries]);
        expect(fold(order.flatMap((index) => left[index]?.shift() ?? []))).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it("keeps the last 25 hours, however late the news of earlier ones come", () => {
    const [first] = request([[submission()]]).entries;
    const hours = Array.from({ length: 40 }, (_, index) => index);
    const entryOf = (hour: number): FeedEntry => ({
      ...first!,
      event: { ...first!.event, recordedAt: addSeconds(researchStart, hour * 3_600) },
    });
    const expected = rowOf(hours.map(entryOf)).hours;
    expect(expected).toHaveLength(25);
    expect(toMilliseconds(addSeconds(researchStart, 39 * 3_600))).toBeGreaterThanOrEqual(
      expected.at(-1)!.hour * 3_600_000,
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(hours, { minLength: hours.length }), (order) => {
        expect(rowOf(order.map(entryOf)).hours).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });
});

describe("buckets of waits", () => {
  it("go from a second to a day, each less than 20 % above the one before", () => {
    expect([waitBuckets[0], waitBuckets.at(-1)]).toEqual([1, 86_400]);
    for (const [index, bound] of waitBuckets.entries()) {
      if (index > 0) expect(bound / waitBuckets[index - 1]!).toBeLessThan(1.2);
      if (index > 0) expect(bound).toBeGreaterThan(waitBuckets[index - 1]!);
    }
  });

  it("tell a wait by at most 20 % too much, and never too little", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 86_400_000 }), (milliseconds) => {
        const { entries } = request([[submission({ deadlineSeconds: 604_800 })], [claim, milliseconds / 1_000]]);
        const now = entries.at(-1)!.event.recordedAt;
        const { p50 = 0 } = toQueueStats([rowOf(entries)], { now }).waitSeconds;
        expect(p50).toBeGreaterThanOrEqual(milliseconds / 1_000);
        expect(p50).toBeLessThan((milliseconds / 1_000) * 1.2);
      }),
      { numRuns: 50 },
    );
  });

  it("tell of what waits longer than a day that it is a day, and of what does not wait a second", () => {
    const waitOf = (seconds: number) => {
      const { entries } = request([[submission({ deadlineSeconds: 604_800 })], [claim, seconds]]);
      return toQueueStats([rowOf(entries)], { now: entries.at(-1)!.event.recordedAt }).waitSeconds.p95;
    };
    expect([waitOf(200_000), waitOf(0.2)]).toEqual([86_400, 1]);
  });
});

describe("what people are told of the queue", () => {
  const now = "2025-09-09T10:30:00.000Z";
  /** The hour of `now` is this many behind 1970. */
  const thisHour = Math.floor(toMilliseconds(now) / 3_600_000);
  const hourOf = (hour: number, change: Partial<QueueTally["hours"][number]> = {}) => ({
    hour,
    submitted: 0,
    claimed: 0,
    completed: 0,
    failed: 0,
    waits: [],
    ...change,
  });

  it("is about this hour and the one before, and says since when", () => {
    const hours = [2, 1, 0].map((ago) =>
      hourOf(thisHour - ago, { submitted: 1, completed: 45, failed: 2, claimed: 3 }),
    );
    expect(toQueueStats([{ ...noTally(undefined, "TABLE"), hours }], { now })).toMatchObject({
      since: "2025-09-09T09:00:00.000Z",
      submitted: 2,
      claimed: 6,
      completed: 90,
      failed: 4,
      // In the 90 minutes since then.
      completedPerMinute: 1,
    });
  });

  it("adds projects up, of all strategies or of one", () => {
    const tallyOf = (projectId: string, strategy: "TABLE" | "SQS", PENDING: number): QueueTally => {
      const none = noTally(projectId, strategy);
      return { ...none, byStatus: { ...none.byStatus, PENDING }, hours: [hourOf(thisHour, { submitted: PENDING })] };
    };
    const tallies = [tallyOf("one", "TABLE", 1), tallyOf("two", "TABLE", 2), tallyOf("one", "SQS", 4)];
    const all = toQueueStats(tallies, { now });
    expect([all.strategy, all.byStatus.PENDING, all.submitted]).toEqual([undefined, 7, 7]);
    const table = toQueueStats(tallies, { now, strategy: "TABLE" });
    expect([table.strategy, table.byStatus.PENDING, table.submitted]).toEqual(["TABLE", 3, 3]);
  });

  it("tells the wait that half of the requests had at most, and that of 95 in 100", () => {
    const waits = waitBuckets.map((_, index) => (index === 3 ? 60 : index === 10 ? 39 : index === 50 ? 1 : 0));
    const tally = { ...noTally(undefined, "TABLE"), hours: [hourOf(thisHour, { claimed: 100, waits })] };
    expect(toQueueStats([tally], { now }).waitSeconds).toEqual({ p50: waitBuckets[3], p95: waitBuckets[10] });
  });

  it("says nothing of waits where none has ended, nor of an oldest request or a depth that it was not given", () => {
    expect(toQueueStats([], { now })).toEqual({
      byStatus: { PENDING: 0, PROCESSING: 0, EXECUTING: 0, COMPLETED: 0, FAILED: 0, CANCELLED: 0 },
      since: "2025-09-09T09:00:00.000Z",
      waitSeconds: {},
      submitted: 0,
      claimed: 0,
      completed: 0,
      failed: 0,
      completedPerMinute: 0,
    });
    const depth = { waiting: 1, inFlight: 2, dead: undefined };
    const oldest = toInstant(toMilliseconds(now) - 1);
    expect(toQueueStats([], { now, oldest, depth })).toMatchObject({ oldestPendingAt: oldest, depth });
  });
});
