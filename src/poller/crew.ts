/** Polls that run: no session twice at a time, and no more at a time than their services and this process can take. */
import type { DueSession, Polling, ServiceRegistry } from "../domain/integrations/index.js";
import { toMilliseconds } from "../domain/kernel/index.js";
import type { Clock } from "../domain/kernel/index.js";
import type { PollerLog, PollerMetrics } from "./ports.js";

export interface CrewDeps {
  readonly polling: Pick<Polling, "claim" | "poll">;
  readonly services: Pick<ServiceRegistry, "get">;
  readonly pollsAtOnce: number;
  readonly clock: Clock;
  readonly log: PollerLog;
  readonly metrics: PollerMetrics;
  /** Told when a session was claimed, or somebody else was faster (true), and when the store could not be asked (false). */
  readonly onClaim: (due: DueSession, isAnswered: boolean) => void;
  /** Told when a poll is over. */
  readonly onEnd: (due: DueSession) => void;
}

export interface Crew {
  /** Polls that a service may have at a time; none where this server does not know it. */
  mostOf(service: string): number;
  /** Whether one more poll of the service may run; never where as many run as may at all. */
  hasRoom(service: string): boolean;
  has(sessionId: string): boolean;
  /** Whether nothing runs. */
  isIdle(): boolean;
  /** Claims the session and polls it; never rejects. */
  begin(due: DueSession, signal: AbortSignal): void;
  /** When nothing runs any more. */
  done(): Promise<void>;
}

export function createCrew(deps: CrewDeps): Crew {
  const { polling, services, pollsAtOnce, clock, log, metrics } = deps;
  /** What runs, by session. */
  const running = new Map<string, Promise<void>>();
  const counts = new Map<string, number>();

  const count = (service: string, change: 1 | -1) => {
    counts.set(service, (counts.get(service) ?? 0) + change);
    metrics.inHand(service, change);
  };
  const mostOf = (service: string) => services.get(service)?.concurrency ?? 0;

  const claim = async (due: DueSession) => {
    try {
      const lease = await polling.claim(due);
      deps.onClaim(due, true);
      return lease;
    } catch (error) {
      deps.onClaim(due, false);
      throw error;
    }
  };

  const poll = async (due: DueSession, signal: AbortSignal): Promise<void> => {
    const { serviceType: service } = due;
    try {
      const lease = await claim(due);
      if (lease === undefined) return metrics.polled(service, "LOST", 0);
      metrics.claimed(service, Math.max(0, toMilliseconds(clock.now()) - toMilliseconds(due.nextPollAt)) / 1_000);
      const { outcome, items } = await polling.poll(lease, signal);
      metrics.polled(service, outcome, items);
    } catch (error) {
      metrics.polled(service, "ERROR", 0);
      log.warn({ err: error, sessionId: due.sessionId }, "a session could not be polled; it is tried again");
    }
  };

  return {
    mostOf,
    hasRoom: (service) => running.size < pollsAtOnce && (counts.get(service) ?? 0) < mostOf(service),
    has: (sessionId) => running.has(sessionId),
    isIdle: () => running.size === 0,
    begin: (due, signal) => {
      const { sessionId, serviceType } = due;
      count(serviceType, 1);
      const ended = poll(due, signal).then(() => {
        running.delete(sessionId);
        count(serviceType, -1);
        deps.onEnd(due);
      });
      running.set(sessionId, ended);
    },
    done: async () => {
      await Promise.all(running.values());
    },
  };
}
