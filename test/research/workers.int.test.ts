/**
 * Fifty workers on three servers, of which many die, stall or go on with a lease that they have lost: every request is done once, no
 * two have one at a time, and whoever is too late is told. And what only shows on a real engine: who comes first of many at once.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Commit } from "../../src/domain/kernel/index.js";
import { isTerminal, limits, requestStream } from "../../src/domain/research/index.js";
import type { Claimed, InputOf, ResearchRequest, ResearchRun } from "../../src/domain/research/index.js";
import { ensureTables } from "../../src/store/dynamodb/createTables.js";
import { startTestEngine } from "../support/engine.js";
import type { TestEngine } from "../support/engine.js";
import { requestBy } from "../support/ledgerAt.js";
import {
  Death,
  attempt,
  createBusy,
  createChance,
  createWorkClock,
  createWorkers,
  fates,
  leaseSeconds,
  passTime,
} from "./chaos.js";
import type { Fate, Tally, Work, Worker } from "./chaos.js";
import { researchAt } from "./researchAt.js";
import type { ResearchServer } from "./researchAt.js";

const ada = requestBy("ada");
const clock = createWorkClock("2025-09-09T10:13:09.250Z");
const objects = new Map<string, string>();
/** `<request>/<token>` of workers that die once their report is written. */
const dying = new Set<string>();
let engine: TestEngine;
let servers: readonly ResearchServer[];
let first: ResearchServer;

beforeAll(async () => {
  engine = await startTestEngine();
  const db = engine.db();
  await ensureTables(db);
  const store = {
    get: async (key: string) => objects.get(key),
    put: async (key: string, content: string) => {
      objects.set(key, content);
      const dead = [...dying].find((one) => key.startsWith("reports/chaos_") && key.includes(one.split("/")[0] ?? ""));
      if (dead === undefined) return;
      dying.delete(dead);
      throw new Death("the worker died");
    },
    delete: async (key: string) => void objects.delete(key),
  };
  const another = () => researchAt({ db, clock, objects: store });
  first = another();
  servers = [first, another(), another()];
});
afterAll(() => engine.close());

const submit = async (requestType: string, facts: Partial<InputOf<"submit">> = {}) => {
  clock.pass(1);
  const { requestId } = await first.service.submit(
    {
      projectId: `${requestType}-0`,
      requestType,
      config: {
        keywords: ["semaglutide"],
        sources: [{ name: "FDA", baseUrl: "https://www.fda.gov", sourceType: "GOVERNMENT" }],
      },
      ...facts,
    },
    ada,
  );
  return requestId;
};
const inRounds = async <T>(count: number, size: number, act: (index: number) => Promise<T>): Promise<T[]> => {
  const done: T[] = [];
  for (let from = 0; from < count; from += size)
    done.push(...(await Promise.all(Array.from({ length: Math.min(size, count - from) }, (_, at) => act(from + at)))));
  return done;
};
const byHundreds = async <Row>(ids: readonly string[], read: (some: readonly string[]) => Promise<readonly Row[]>) => {
  const found: Row[] = [];
  for (let from = 0; from < ids.length; from += 100) found.push(...(await read(ids.slice(from, from + 100))));
  return found;
};
const requestsOf = async (ids: readonly string[]): Promise<readonly ResearchRequest[]> =>
  (await byHundreds(ids, (some) => first.readModel.getRequests(some))).flatMap((request) => request ?? []);
const runsOf = async (ids: readonly string[]): Promise<readonly ResearchRun[]> =>
  (await byHundreds(ids, (some) => first.readModel.getRuns(some))).flatMap((run) => run ?? []);
const idsOf = (claimed: readonly Claimed[]) => claimed.map(({ request }) => request.requestId);

/** Something that everybody who waits for it is told once. */
function createSignal() {
  let tell: () => void = () => undefined;
  const signal = new Promise<void>((resolve) => (tell = resolve));
  return { signal, tell: () => tell() };
}

/** Which leases are over, and who waits for that. */
function createLeases() {
  const known = new Map<string, ReturnType<typeof createSignal>>();
  const of = (requestId: string, leaseToken: number) => {
    const lease = `${requestId}/${leaseToken}`;
    const found = known.get(lease) ?? createSignal();
    known.set(lease, found);
    return found;
  };
  return {
    over: (requestId: string, leaseToken: number) => of(requestId, leaseToken).signal,
    end: (requestId: string, leaseToken: number) => of(requestId, leaseToken).tell(),
  };
}

describe("fifty workers and a hundred and fifty requests", () => {
  const tally: Tally = {
    fates: Object.fromEntries(fates.map((fate) => [fate, 0])) as Record<Fate, number>,
    late: 0,
    lateTold: 0,
  };
  let ids: readonly string[];
  /** Requests that have FAILED on the way, as they were then. */
  const failed: ResearchRequest[] = [];
  const commits = new Map<string, Commit[]>();

  beforeAll(async () => {
    const priorities = ["HIGH", "MEDIUM", "LOW"] as const;
    ids = await inRounds(150, 25, (index) =>
      submit("chaos", { projectId: `chaos-${index % 5}`, priority: priorities[index % 3] }),
    );
    await runUntilDone();
    for await (const commit of first.eventStore.readAll())
      commits.set(commit.streamId, [...(commits.get(commit.streamId) ?? []), commit]);
  }, 120_000);

  const runUntilDone = async () => {
    const busy = createBusy();
    const leases = createLeases();
    const work: Work = { clock, busy, chance: createChance(6), tally, dying, leaseOver: leases.over };
    let isDone = false;
    /** Those who have found nothing. */
    const idle: ReturnType<typeof createSignal>[] = [];
    const toil = async (worker: Worker): Promise<void> => {
      while (!isDone) {
        const max = 1 + Math.floor(work.chance() * 3);
        const wanted = { workerId: worker.workerId, types: ["chaos"], max, leaseSeconds };
        const claimed = await busy.during(() => worker.server.service.claim(wanted, worker.request));
        clock.pass(20);
        await Promise.all(claimed.map((one) => busy.during(() => attempt(worker, one, work))));
        if (claimed.length > 0 || isDone) continue;
        const told = createSignal();
        idle.push(told);
        await told.signal;
      }
    };
    /** Each second, or at once where everybody waits: what is due. Then as many of those who wait are told as there is to claim. */
    const passSeconds = async () => {
      for (let open = [...ids]; open.length > 0;) {
        await Promise.race([clock.until(1_000), busy.quiet()]);
        if (busy.isQuiet()) clock.pass(1_000);
        const runs = await runsOf(open);
        const queued = await passTime(first, runs, { now: clock.now(), onEnd: leases.end });
        const over = await requestsOf(runs.filter((run) => run.completedAt !== undefined).map((run) => run.requestId));
        const gaveUp = over.filter(({ status }) => status === "FAILED");
        failed.push(...gaveUp);
        await Promise.all(gaveUp.map(({ requestId }) => first.service.retry(requestId, {}, ada)));
        const completed = new Set(over.filter(({ status }) => status === "COMPLETED").map((one) => one.requestId));
        open = open.filter((requestId) => !completed.has(requestId));
        isDone = open.length === 0;
        for (const { tell } of idle.splice(0, isDone ? idle.length : queued + gaveUp.length)) tell();
      }
    };
    await Promise.all([passSeconds(), ...createWorkers(servers, 50).map(toil)]);
  };

  const eventsOf = (requestId: string) =>
    (commits.get(requestStream(requestId)) ?? []).flatMap(({ events }) =>
      events.map(({ type, data }) => ({ type, data })),
    );

  it("has tried every way to die", () => {
    expect(Object.entries(tally.fates).filter(([, count]) => count === 0)).toEqual([]);
  });

  it("completes every request, exactly once, and keeps the report that it names", async () => {
    const done = await requestsOf(ids);
    expect(done.map(({ status }) => status)).toEqual(ids.map(() => "COMPLETED"));
    for (const { requestId, results } of done) {
      expect(eventsOf(requestId).filter(({ type }) => type === "RequestCompleted")).toHaveLength(1);
      expect(objects.has(results?.report.objectKey ?? "")).toBe(true);
    }
  });

  it("never leases a request to two at a time, and gives each lease a higher token", () => {
    const endings = ["RequestReleased", "RequestLeaseExpired", "RequestAttemptFailed", "RequestCompleted"];
    for (const requestId of ids) {
      let held: number | undefined;
      let highest = 0;
      for (const { type, data } of eventsOf(requestId)) {
        // Every event under a lease says which.
        const { leaseToken } = data as { readonly leaseToken?: number };
        if (type === "RequestClaimed") {
          expect(held).toBeUndefined();
          expect(leaseToken).toBeGreaterThan(highest);
          [held, highest] = [leaseToken, leaseToken ?? 0];
        } else if (leaseToken !== undefined) expect(leaseToken).toBe(held);
        if (endings.includes(type)) held = undefined;
      }
    }
  });

  it("tells everyone who goes on too late", () => {
    expect(tally.late).toBeGreaterThan(0);
    expect(tally.lateTold).toBe(tally.late);
  });

  it("gives up only where a budget is used up", () => {
    for (const { failureReason, stalls, failures, config } of failed) {
      if (failureReason === "STALLED") expect(stalls).toBe(limits.stalls + 1);
      else expect([failureReason, failures]).toEqual(["ERROR", config.maxRetries + 1]);
    }
  });
});

describe("many at once", () => {
  const nth = (index: number) => servers[index % servers.length] ?? first;

  it("make one request of sixteen submissions with one dedupe key", async () => {
    const all = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        nth(index).service.submit(
          {
            projectId: "dedupe",
            requestType: "dedupe",
            dedupeKey: "once",
            config: {
              keywords: ["semaglutide"],
              sources: [{ name: "FDA", baseUrl: "https://www.fda.gov", sourceType: "GOVERNMENT" }],
            },
          },
          ada,
        ),
      ),
    );
    expect(new Set(all.map(({ requestId }) => requestId)).size).toBe(1);
    expect(all.filter(({ existing }) => !existing)).toHaveLength(1);
  });

  it("never claim one of ten requests twice, and leave none", async () => {
    const ids = await inRounds(10, 10, () => submit("ten"));
    const all = await Promise.all(
      createWorkers(servers, 20).map(({ server, request, workerId }) =>
        server.service.claim({ workerId, types: ["ten"], max: 2 }, request),
      ),
    );
    expect(all.flatMap(idsOf).toSorted()).toEqual(ids.toSorted());
  });

  it("never pass the limit of a project, and use it up", async () => {
    const projectId = "limited-0";
    await first.service.setLimit(projectId, { maxRunning: 4 }, ada);
    const ids = await inRounds(30, 30, () => submit("limited"));
    const workers = createWorkers(servers, 30);
    const claims = () =>
      Promise.all(
        workers.map(({ server, request, workerId }) =>
          server.service.claim({ workerId, types: ["limited"], max: 2, leaseSeconds }, request),
        ),
      );
    const running = async () => (await requestsOf(ids)).filter(({ status }) => status === "PROCESSING").length;
    expect((await claims()).flat()).toHaveLength(4);
    expect(await running()).toBe(4);
    // Their leases end unheard of: all lanes are free again.
    clock.pass(leaseSeconds * 1_000 + 1);
    await passTime(first, await runsOf(ids), { now: clock.now(), onEnd: () => undefined });
    expect((await claims()).flat()).toHaveLength(4);
    expect(await running()).toBe(4);
    expect((await requestsOf(ids)).some(({ status }) => isTerminal(status))).toBe(false);
  });

  it("find a request of low priority that has waited for half an hour before a fresh one of high priority", async () => {
    const old = await submit("ageing", { priority: "LOW" });
    clock.pass(31 * 60_000);
    const fresh = await submit("ageing", { priority: "HIGH" });
    const claimed = await first.service.claim({ workerId: "w", types: ["ageing"], max: 2 }, ada);
    expect(idsOf(claimed)).toEqual([old, fresh]);
  });
});
