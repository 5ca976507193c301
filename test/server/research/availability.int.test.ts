/** How workers wait for requests: who is told of what, and that nobody waits for ever. On a real live feed. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commitTags } from "../../../src/domain/kernel/decider.js";
import type { Commit, LiveFeed } from "../../../src/domain/kernel/index.js";
import { emptyResearchState, researchDecider, researchProjection } from "../../../src/domain/research/index.js";
import type { ResearchCommand, ResearchEvent } from "../../../src/domain/research/index.js";
import { createAvailability } from "../../../src/server/availability.js";
import type { RequestAvailability } from "../../../src/server/availability.js";
import { createLiveFeed } from "../../../src/store/feed/liveFeed.js";
import type { LiveFeedHub } from "../../../src/store/feed/liveFeed.js";
import { createMemoryChangeFeed } from "../../../src/store/feed/memoryChangeFeed.js";
import { createMemoryLog, silent, until } from "../../store/feed/support/ledger.js";
import { submission, tellResearch } from "../../support/researchStory.js";

type Wanted = Parameters<RequestAvailability["wait"]>[0];

const claim = { type: "ClaimRequest", workerId: "w", leaseSeconds: 60 } as const;
const forAll: Wanted = { strategy: "TABLE", types: undefined, scope: "all" };
/** Longer than a test may take: who ends before was told. */
const long = 600_000;

let live: LiveFeedHub;
let publish: (commands: readonly ResearchCommand[]) => void;
let availability: RequestAvailability;
let requests = 0;

beforeEach(async () => {
  const feed = createMemoryChangeFeed({ logs: 2 });
  live = createLiveFeed({ feed, eventStore: createMemoryLog(), log: silent });
  await live.start();
  publish = (commands) => {
    requests += 1;
    for (const commit of commitsOf(
      `ResearchRequest-req_1757412789250_${String(requests).padStart(8, "0")}`,
      commands,
    )) {
      const entries = feed.append(commit);
      live.notify(entries[0]?.log ?? 0, entries);
    }
  };
  availability = createAvailability({ live, log: silent });
  availability.start();
});

afterEach(async () => {
  availability.close();
  await live.close();
});

/** What happens to a request, a commit for each command. */
function commitsOf(streamId: string, commands: readonly ResearchCommand[]): readonly Commit<ResearchEvent>[] {
  let state = emptyResearchState(streamId);
  return tellResearch(
    streamId,
    commands.map((command) => [command] as const),
  ).events.map((event) => {
    const before = state;
    state = researchDecider.evolve(state, event);
    return { streamId, version: event.version, events: [event], tags: commitTags(researchProjection, before, state) };
  });
}

/** A worker that waits; `told` once it does not any more. */
function waiter(wanted: Partial<Wanted> = {}, milliseconds = long, signal = new AbortController().signal) {
  const state = { told: false, ended: Promise.resolve() };
  state.ended = availability.wait({ ...forAll, ...wanted }, milliseconds, signal).then(() => void (state.told = true));
  return state;
}

/** Behind all that has been published: whoever is told of it has been told by then. */
async function settled(): Promise<void> {
  const probe = waiter({ strategy: "SQS", types: ["probe"] });
  publish([submission({ strategy: "SQS", requestType: "probe" })]);
  await probe.ended;
}

describe("a worker that waits", () => {
  it("is told of a request that has become claimable, whatever made it so", async () => {
    const first = waiter();
    publish([submission()]);
    await first.ended;
    const second = waiter();
    publish([submission({ delaySeconds: 30 })]);
    publish([submission({ strategy: "SQS" })]);
    await settled();
    expect(second.told).toBe(false);
    publish([submission({ strategy: "SQS" }), claim, { type: "ReleaseRequest", leaseToken: 2 }]);
    await settled();
    expect(second.told).toBe(false);
    publish([submission({ delaySeconds: 30 }), { type: "CancelRequest" }, { type: "RetryRequest" }]);
    await second.ended;
  });

  it("is told alone of one request, and the one that has waited longest is told first", async () => {
    const [first, second, third] = [waiter(), waiter(), waiter()];
    publish([submission()]);
    await settled();
    expect([first.told, second.told, third.told]).toEqual([true, false, false]);
    publish([submission()]);
    await settled();
    expect([second.told, third.told]).toEqual([true, false]);
  });

  it("is told only of what it may claim: by strategy, type and project", async () => {
    const others = [
      waiter({ strategy: "SQS", types: ["semaglutide_intelligence"] }),
      waiter({ types: ["weekly_scan"] }),
      waiter({ scope: ["another-project"] }),
    ];
    const right = waiter({ types: ["weekly_scan", "semaglutide_intelligence"], scope: ["test-project-001"] });
    publish([submission()]);
    await right.ended;
    await settled();
    expect(others.map(({ told }) => told)).toEqual([false, false, false]);
  });

  it("ends when its time is over, and when its caller goes", async () => {
    await waiter({}, 5).ended;
    const caller = new AbortController();
    const gone = waiter({}, long, caller.signal);
    const stays = waiter();
    caller.abort();
    await gone.ended;
    await waiter({}, long, caller.signal).ended;
    // Who has gone takes nobody's turn.
    publish([submission()]);
    await stays.ended;
  });
});

describe("a request that comes while nobody waits", () => {
  it("is told to the next one that does, who may have looked before it came; and to that one only", async () => {
    publish([submission()]);
    await settled();
    await waiter().ended;
    const second = waiter();
    await settled();
    expect(second.told).toBe(false);
  });

  it("is not told of once somebody has claimed it", async () => {
    publish([submission(), claim]);
    await settled();
    const late = waiter();
    await settled();
    expect(late.told).toBe(false);
  });

  it("is told of for a moment only: whoever comes later finds it by looking", async () => {
    availability.close();
    availability = createAvailability({ live, log: silent, momentMilliseconds: 1 });
    availability.start();
    publish([submission()]);
    await settled();
    // By then the moment is over: a wait of as long has ended.
    await waiter({ types: ["nothing"] }, 20).ended;
    const late = waiter();
    await settled();
    expect(late.told).toBe(false);
  });
});

describe("the end", () => {
  it("ends all waits, and those that begin later at once", async () => {
    const waiting = [waiter(), waiter({ strategy: "SQS" })];
    availability.close();
    await Promise.all(waiting.map(({ ended }) => ended));
    await waiter().ended;
  });

  it("comes with that of the live feed", async () => {
    const waiting = waiter();
    await live.close();
    await waiting.ended;
    await waiter().ended;
  });
});

describe("a live feed that fails", () => {
  /** Fails the first followers that it gets. */
  function failing(times: number) {
    const calls = { failed: 0, followed: 0 };
    const feed: Pick<LiveFeed, "follow"> = {
      follow: (options) => {
        if (calls.failed < times) {
          calls.failed += 1;
          throw new Error("there is a gap in the feed");
        }
        calls.followed += 1;
        return live.follow(options);
      },
    };
    return {
      calls,
      feed: { ...feed, followStream: (...asked: Parameters<LiveFeed["followStream"]>) => live.followStream(...asked) },
    };
  }

  it("lets workers look by themselves, and is followed again as soon as it can be", async () => {
    const warnings: string[] = [];
    const { calls, feed } = failing(3);
    availability.close();
    availability = createAvailability({
      live: feed,
      log: { ...silent, warn: (_, message) => void warnings.push(message) },
      momentMilliseconds: 5,
    });
    availability.start();
    // Much shorter than it asks for: nobody can tell it of anything.
    await waiter().ended;
    await until(async () => calls.followed === 1);
    expect(warnings).toHaveLength(3);
    const second = waiter();
    publish([submission()]);
    await second.ended;
  });
});
