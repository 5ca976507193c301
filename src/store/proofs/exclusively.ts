/** Work that holds a lease from its beginning to its end, or is not begun. */
import { LeaseLostError } from "../../domain/kernel/lease.js";
import type { Lease, Leases } from "../../domain/kernel/lease.js";

export interface ExclusiveOptions {
  /** How long a lease that somebody seems to hold is sought, in milliseconds: longer than the lease of a dead process lasts. */
  readonly patience: number;
  readonly signal?: AbortSignal | undefined;
  /** What to throw where `holder` keeps the lease. */
  readonly refusal: (holder: string | undefined, cause: unknown) => Error;
}

/**
 * Does `work` while the lease `name` is held; its signal aborts with {@link LeaseLostError} when the lease is lost and with the
 * reason of `signal`. Rejects with what `work` rejects with.
 */
export async function exclusively<T>(
  leases: Leases,
  name: string,
  work: (signal: AbortSignal, lease: Lease) => Promise<T>,
  { patience, signal, refusal }: ExclusiveOptions,
): Promise<T> {
  signal?.throwIfAborted();
  const end = new AbortController();
  const stop = new AbortController();
  const onAbort = () => {
    stop.abort(signal?.reason);
    if (outcome === undefined && !working) end.abort();
  };
  let working = false;
  let outcome: { readonly run: () => T } | undefined;
  let problem: unknown;
  const timer = setTimeout(() => end.abort(), patience);
  signal?.addEventListener("abort", onAbort);
  try {
    await leases.hold(
      name,
      async (lease) => {
        working = true;
        clearTimeout(timer);
        lease.lost.addEventListener("abort", () => stop.abort(new LeaseLostError(name)));
        try {
          const value = await work(stop.signal, lease);
          outcome = { run: () => value };
        } catch (error) {
          outcome = {
            run: () => {
              throw error;
            },
          };
        }
        end.abort();
      },
      { signal: end.signal, onWaiting: (error) => void (problem = error) },
    );
    if (outcome !== undefined) return outcome.run();
    signal?.throwIfAborted();
    const holder = await leases.holder(name).catch(() => undefined);
    throw refusal(holder, problem);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}
