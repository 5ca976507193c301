/** Good manners towards hosts: few requests to one at a time, and pauses between them where it asks for some. */
import { setTimeout as pause } from "node:timers/promises";
import { unlessAborted } from "../../domain/kernel/aborting.js";

export interface HostGate {
  /** Runs `work` when it is its turn; those of one host begin at least so many milliseconds after each other. Ends once `signal` aborts. */
  run<Result>(
    host: string,
    options: { readonly pauseMilliseconds: number; readonly signal: AbortSignal },
    work: () => Promise<Result>,
  ): Promise<Result>;
}

interface Host {
  running: number;
  /** When the next one may begin, by the process's own clock. */
  nextAt: number;
  readonly waiting: Set<() => void>;
}

/** Hosts that are remembered; beyond them those that nobody waits for are forgotten. */
const kept = 1_000;

/** `most`: requests to one host at a time. */
export function createHostGate({ most }: { readonly most: number }): HostGate {
  const hosts = new Map<string, Host>();
  return {
    async run(name, { pauseMilliseconds, signal }, work) {
      signal.throwIfAborted();
      const host = hosts.get(name) ?? { running: 0, nextAt: 0, waiting: new Set() };
      hosts.set(name, host);
      await takePlace(host, most, signal);
      try {
        await takeTurn(host, pauseMilliseconds, signal);
        return await work();
      } finally {
        leave(host);
        if (hosts.size > kept) forgetIdle(hosts);
      }
    },
  };
}

async function takePlace(host: Host, most: number, signal: AbortSignal): Promise<void> {
  if (host.running < most) {
    host.running += 1;
    return;
  }
  // Whoever leaves hands the place over, so that nobody comes in between.
  let come = () => {};
  const called = new Promise<void>((resolve) => (come = resolve));
  host.waiting.add(come);
  try {
    await unlessAborted(called, signal);
  } catch (error) {
    // Not there any more: the place was handed over meanwhile.
    if (!host.waiting.delete(come)) leave(host);
    throw error;
  }
}

function leave(host: Host): void {
  const [next] = host.waiting;
  if (next === undefined) {
    host.running -= 1;
    return;
  }
  host.waiting.delete(next);
  next();
}

async function takeTurn(host: Host, pauseMilliseconds: number, signal: AbortSignal): Promise<void> {
  const now = performance.now();
  const at = Math.max(now, host.nextAt);
  host.nextAt = at + pauseMilliseconds;
  if (at > now) await pause(at - now, undefined, { signal });
}

function forgetIdle(hosts: Map<string, Host>): void {
  const now = performance.now();
  for (const [name, { running, nextAt }] of hosts) if (running === 0 && nextAt <= now) hosts.delete(name);
}
