/** Workers that die, stall, fail, give back or go on too late, by chance but the same in every run; and time, which moves with their work. */
import { WorkLeaseLostError, toInstant, toMilliseconds } from "../../src/domain/kernel/index.js";
import type { Clock, Request } from "../../src/domain/kernel/index.js";
import type { Claimed, ResearchRun, ResultItem } from "../../src/domain/research/index.js";
import { requestBy } from "../support/ledgerAt.js";
import type { ResearchServer } from "./researchAt.js";

export const leaseSeconds = 10;

/** What becomes of one attempt. */
export const fates = [
  "COMPLETES",
  "DIES_CLAIMED",
  "DIES_STARTED",
  "DIES_MIDWAY",
  "DIES_REPORTED",
  "UNHEARD",
  "TOO_LATE",
  "FAILS",
  "RELEASES",
] as const;
export type Fate = (typeof fates)[number];

/** Of twenty-two attempts eight do not end well. */
const chances: readonly Fate[] = [...Array.from({ length: 14 }, () => "COMPLETES" as const), ...fates.slice(1)];

export interface WorkClock extends Clock {
  /** Each piece of work moves it on by a little. */
  pass(milliseconds: number): void;
  /** Ends once it shows so much more. */
  until(milliseconds: number): Promise<void>;
}

export function createWorkClock(start: string): WorkClock {
  let now = toMilliseconds(start);
  let waiting: { readonly at: number; readonly wake: () => void }[] = [];
  return {
    now: () => toInstant(now),
    pass(milliseconds) {
      now += milliseconds;
      for (const { wake } of waiting.filter(({ at }) => at <= now)) wake();
      waiting = waiting.filter(({ at }) => at > now);
    },
    until: (milliseconds) => new Promise((resolve) => waiting.push({ at: now + milliseconds, wake: () => resolve() })),
  };
}

/** Who is at work: where nobody is, everybody waits for time to pass. */
export interface Busy {
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Not at work while that lasts. */
  except<T>(wait: () => Promise<T>): Promise<T>;
  /** Ends once nobody is at work. */
  quiet(): Promise<void>;
  isQuiet(): boolean;
}

export function createBusy(): Busy {
  let count = 0;
  let waiting: (() => void)[] = [];
  const change = (by: 1 | -1) => {
    count += by;
    if (count > 0) return;
    for (const wake of waiting) wake();
    waiting = [];
  };
  const whileChanged = async <T>(by: 1 | -1, act: () => Promise<T>): Promise<T> => {
    change(by);
    try {
      return await act();
    } finally {
      change(by === 1 ? -1 : 1);
    }
  };
  return {
    during: (work) => whileChanged(1, work),
    except: (wait) => whileChanged(-1, wait),
    quiet: () => (count === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    isQuiet: () => count === 0,
  };
}

/** Numbers from 0 up to 1, the same in every run (mulberry32). */
export function createChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const anItem = (itemId: string): ResultItem => ({
  itemId,
  url: "https://www.fda.gov/a",
  title: "A page",
  source: "FDA",
  sourceType: "GOVERNMENT",
  text: "What it says",
  score: 0.8,
  matchedKeywords: [],
});

export const results = { executiveSummary: "Done.", urlsDiscovered: 1, contentExtracted: 1, apiCalls: 1 };

/** What a stale worker was told, and what became of attempts. */
export interface Tally {
  readonly fates: Record<Fate, number>;
  /** Calls under a token that was over, and how many of them were told so. */
  late: number;
  lateTold: number;
}

export interface Worker {
  readonly server: ResearchServer;
  readonly request: Request;
  readonly workerId: string;
}

export function createWorkers(servers: readonly ResearchServer[], count: number): readonly Worker[] {
  return Array.from({ length: count }, (_, index) => {
    const server = servers[index % servers.length];
    if (server === undefined) throw new Error("there must be a server");
    const workerId = `worker-${index}`;
    return { server, request: requestBy(workerId), workerId };
  });
}

/** Everything a worker may say, under a token that is over: each must be told so, and change nothing. */
async function speakTooLate(
  { server, request }: Worker,
  { request: { requestId }, leaseToken }: Claimed,
  tally: Tally,
) {
  const { service } = server;
  const all = [
    service.start(requestId, { leaseToken }, request),
    service.heartbeat(requestId, { leaseToken }, request),
    service.addItems(requestId, { leaseToken, part: 1, items: [anItem("late")] }, request),
    service.appendLogs(requestId, { leaseToken, entries: [{ message: "late" }] }, request),
    service.complete(requestId, { leaseToken, results: { ...results, executiveSummary: "Late." } }, request),
    service.fail(requestId, { leaseToken, error: "late" }, request),
    service.release(requestId, { leaseToken }, request),
  ];
  const answers = await Promise.allSettled(all);
  tally.late += answers.length;
  tally.lateTold += answers.filter(
    (answer) => answer.status === "rejected" && answer.reason instanceof WorkLeaseLostError,
  ).length;
}

export interface Work {
  readonly clock: WorkClock;
  readonly busy: Busy;
  readonly chance: () => number;
  readonly tally: Tally;
  /** Requests whose worker dies once its report is written. */
  readonly dying: Set<string>;
  /** Ends once the lease is over. */
  readonly leaseOver: (requestId: string, leaseToken: number) => Promise<void>;
}

/** One attempt at a request, as fate has it. Ends early where the worker hears that it has lost the lease. */
export async function attempt(worker: Worker, claimed: Claimed, work: Work): Promise<void> {
  const fate = chances[Math.floor(work.chance() * chances.length)] ?? "COMPLETES";
  work.tally.fates[fate] += 1;
  try {
    await live(worker, claimed, fate, work);
  } catch (error) {
    if (!(error instanceof WorkLeaseLostError)) throw error;
  }
}

async function live(worker: Worker, claimed: Claimed, fate: Fate, { clock, busy, dying, leaseOver, tally }: Work) {
  const { request, server } = worker;
  const { service } = server;
  const { requestId } = claimed.request;
  const { leaseToken } = claimed;
  const part = { leaseToken, part: 1, items: [anItem(`${worker.workerId}-${leaseToken}`)] };
  if (fate === "DIES_CLAIMED") return;
  if (fate === "RELEASES") return void (await service.release(requestId, { leaseToken }, request));
  await service.start(requestId, { leaseToken, resume: true }, request);
  clock.pass(20);
  if (fate === "DIES_STARTED") return;
  if (fate === "FAILS") return void (await service.fail(requestId, { leaseToken, error: "timeout" }, request));
  await service.addItems(requestId, part, request);
  clock.pass(20);
  const progress = { stage: "content_extraction", percentage: 50 };
  if (fate === "DIES_MIDWAY") return void (await service.heartbeat(requestId, { leaseToken, progress }, request));
  if (fate === "TOO_LATE") {
    await busy.except(() => leaseOver(requestId, leaseToken));
    return speakTooLate(worker, claimed, tally);
  }
  if (fate === "DIES_REPORTED") dying.add(`${requestId}/${leaseToken}`);
  const said = { leaseToken, results };
  const complete = () => service.complete(requestId, said, request);
  if (fate === "DIES_REPORTED") return void (await complete().catch(onlyDeath));
  await complete();
  clock.pass(20);
  // It did not hear the answer, and says it again.
  if (fate === "UNHEARD") await complete();
}

export class Death extends Error {}

function onlyDeath(error: unknown): void {
  if (!(error instanceof Death || error instanceof WorkLeaseLostError)) throw error;
}

/** What policies do when their time has come: they take back, and queue. Returns how many requests can be claimed then, about. */
export async function passTime(
  server: ResearchServer,
  runs: readonly ResearchRun[],
  { now, onEnd }: { readonly now: string; readonly onEnd: (requestId: string, leaseToken: number) => void },
): Promise<number> {
  const system: Request = { actor: { kind: "SYSTEM", id: "policy" }, scope: "all", correlationId: "test" };
  const claimable = await Promise.all(
    runs.map(async ({ requestId, lease, availableAt, queuedAt }) => {
      if (lease !== undefined && lease.until <= now) {
        const { again } = await server.workflow.expireLease(requestId, lease.leaseToken, system);
        if (again === undefined) onEnd(requestId, lease.leaseToken);
      }
      const isDue = availableAt !== undefined && availableAt <= now;
      if (isDue) await server.workflow.queue(requestId, system);
      return isDue || queuedAt !== undefined;
    }),
  );
  return claimable.filter(Boolean).length;
}
