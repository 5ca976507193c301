/**
 * Polls the sessions that are due: looks for them, lets services and users take turns, and keeps to how many polls may run at a time.
 * Who polls a session is decided by its claim, so that any number of pollers may run beside each other.
 */
import { setMaxListeners } from "node:events";
import type { DueSession, Polling, PollSchedule, ServiceRegistry } from "../domain/integrations/index.js";
import { createRecent, toMilliseconds } from "../domain/kernel/index.js";
import type { Clock } from "../domain/kernel/index.js";
import { createCrew } from "./crew.js";
import type { PollerLog, PollerMetrics } from "./ports.js";
import { createLookPace } from "./pace.js";
import { createRest } from "./rest.js";
import { createTurns } from "./turns.js";

export interface PollerDeps {
  readonly schedule: Pick<PollSchedule, "due">;
  readonly polling: Pick<Polling, "claim" | "poll">;
  readonly services: Pick<ServiceRegistry, "get">;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Polls at a time, of all services. @default 50 */
  readonly pollsAtOnce?: number | undefined;
  /** How long it rests where nothing more is due. @default 1,000 */
  readonly idleMilliseconds?: number | undefined;
  /** How long polls may go on when it closes, before they are told to end. @default 2,000 */
  readonly graceMilliseconds?: number | undefined;
  /** Told after each look that has found nothing to poll while nothing is polled: nothing more is due now. */
  readonly onIdle?: (() => void) | undefined;
  readonly log: PollerLog;
  /** @default nobody is told */
  readonly metrics?: PollerMetrics | undefined;
}

export interface Poller {
  start(): void;
  /** Something may be due now: it looks at once, but no sooner than a quarter of a second after its last look. */
  wake(): void;
  /** Begins no more polls, lets those that run go on for a moment, then tells them to end; resolves when all have. */
  close(): Promise<void>;
}

/** However often it is woken, it looks no more often. */
const leastPauseMilliseconds = 25;
/** Where the store is out of reach it rests longer each time, up to this. */
const longestRestMilliseconds = 10_000;
/** As many wait here for each poll that may run; what is due beyond them waits in the index. */
const waitingPerPoll = 4;
/** It looks for no fewer at a time: else one user with many could hide the others. */
const leastLook = 100;
/** What was claimed is in the index for moments more: it is not claimed again for so long. */
const staleMilliseconds = 60_000;
const mostSeen = 20_000;

const noMetrics: PollerMetrics = { claimed: () => undefined, inHand: () => undefined, polled: () => undefined };

export function createPoller(deps: PollerDeps): Poller {
  const { schedule, services, clock, random, log } = deps;
  const { pollsAtOnce = 50, idleMilliseconds = 1_000, graceMilliseconds = 2_000, metrics = noMetrics } = deps;
  const turns = createTurns();
  const rest = createRest();
  /** As what a session was last claimed, and when. */
  const seen = createRecent<{ readonly as: string; readonly at: number }>(mostSeen);
  /** Sessions that were found to be due again while they were polled. */
  const dueAgain = new Set<string>();
  const ending = new AbortController();
  setMaxListeners(0, ending.signal);
  /** Claims since the last look. */
  const claims = { answered: 0, failed: 0 };
  /** Services that were met, and that this server does not know: servers that know them poll their sessions. */
  const foreign = new Set<string>();
  const pace = createLookPace(() => rest.wake());
  /** Services of which the last look may have left something: it left them out, or there was more than it asked for. */
  let hungryFor = new Set<string>();
  let failures = 0;
  let isClosed = false;
  let running: Promise<void> | undefined;

  const now = () => toMilliseconds(clock.now());
  const isStale = (due: DueSession) => {
    const last = seen.get(due.sessionId);
    return last !== undefined && last.as === faceOf(due) && now() - last.at < staleMilliseconds;
  };

  const crew = createCrew({
    ...{ ...deps, pollsAtOnce, metrics },
    onClaim: (due, isAnswered) => {
      if (isAnswered) claims.answered += 1;
      else {
        claims.failed += 1;
        seen.set(due.sessionId, { as: "", at: 0 });
      }
    },
    onEnd: ({ sessionId }) => {
      if (dueAgain.delete(sessionId)) rest.wake();
      fill();
    },
  });

  const waitingOf = (service: string) => turns.counts().get(service) ?? 0;
  const mostWaiting = (service: string) => waitingPerPoll * crew.mostOf(service);

  const fill = () => {
    for (;;) {
      const due = isClosed ? undefined : turns.next((service) => crew.hasRoom(service));
      if (due === undefined) break;
      // Before it is claimed: what the index shows of it from now on is new only where it differs.
      seen.set(due.sessionId, { as: faceOf(due), at: now() });
      crew.begin(due, ending.signal);
    }
    for (const service of hungryFor) if (waitingOf(service) <= mostWaiting(service) / 2) rest.wake();
  };

  const isKnown = ({ serviceType }: DueSession): boolean => {
    if (services.get(serviceType) !== undefined) return true;
    if (!foreign.has(serviceType)) {
      log.warn(
        { service: serviceType },
        "this server does not know the service; its sessions are left to servers that do",
      );
    }
    foreign.add(serviceType);
    return false;
  };

  const look = async (): Promise<void> => {
    const waiting = [...turns.counts()];
    const full = waiting.filter(([service, count]) => count >= mostWaiting(service)).map(([service]) => service);
    // Those that wait here already come again.
    const limit = Math.max(leastLook, 2 * pollsAtOnce) + waiting.reduce((sum, [, count]) => sum + count, 0);
    const without = [...foreign, ...full];
    if (pace.isTooEarly(without)) {
      if (failures === 0) for (const service of full) hungryFor.add(service);
      return;
    }
    const found = await pace.looking(without, () => schedule.due(clock.now(), limit, without));
    const fresh = found.filter((due) => isKnown(due) && !turns.has(due.sessionId) && !isStale(due));
    // Pollers that look at the same moment begin at different places.
    for (const due of rotated(fresh, random())) {
      if (crew.has(due.sessionId)) dueAgain.add(due.sessionId);
      else turns.add(due);
    }
    const cutOff = found.length >= limit ? fresh.map(({ serviceType }) => serviceType) : [];
    // What hides behind sessions of services that were not known until now.
    if (found.length >= limit && foreign.size + full.length > without.length) rest.wake();
    // Where claims fail, it is no use to find more.
    hungryFor = new Set(failures > 0 ? [] : [...full, ...cutOff]);
    fill();
    if (crew.isIdle() && turns.counts().size === 0 && hungryFor.size === 0 && claims.failed === 0) deps.onIdle?.();
  };

  const run = async (): Promise<void> => {
    while (!isClosed) {
      const begun = performance.now();
      Object.assign(claims, { answered: 0, failed: 0 });
      const isAnswered = await look().then(
        () => true,
        (error: unknown) => {
          log.warn({ err: error, failures: failures + 1 }, "what is due cannot be found now; it is looked for again");
          hungryFor = new Set();
          return false;
        },
      );
      const milliseconds = Math.min(longestRestMilliseconds, idleMilliseconds * 2 ** Math.min(failures, 10));
      await rest.take(pace.atMost(milliseconds * (0.75 + random() / 2)));
      failures = isAnswered && (claims.failed === 0 || claims.answered > 0) ? 0 : failures + 1;
      const early = leastPauseMilliseconds - (performance.now() - begun);
      if (early > 0 && !isClosed) await new Promise((resolve) => setTimeout(resolve, early));
    }
  };

  return {
    start: () => {
      running ??= run();
    },
    wake: () => pace.wake(),
    close: async () => {
      isClosed = true;
      pace.close();
      turns.clear();
      rest.wake();
      const timer = setTimeout(() => ending.abort(), graceMilliseconds);
      await running;
      await crew.done();
      clearTimeout(timer);
    },
  };
}

/** As what the index shows a session: each claim and each event changes it. */
function faceOf({ version, nextPollAt }: DueSession): string {
  return `${version}/${nextPollAt}`;
}

function rotated<T>(list: readonly T[], by: number): readonly T[] {
  const at = Math.floor(by * list.length);
  return [...list.slice(at), ...list.slice(0, at)];
}
