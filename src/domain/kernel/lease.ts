/** Port: leases. Of all processes on one ledger, one at a time does a job that must not be done twice. */

/** A job that this process holds. */
export interface Lease {
  readonly name: string;
  /** Rises with every change of hands; a writer with a lower one is refused by the store. */
  readonly token: number;
  /** Aborts as soon as the lease can no longer be relied on: stop acting. */
  readonly lost: AbortSignal;
}

/** A write was refused because another process holds the lease now, or did meanwhile: nothing of it was written. */
export class LeaseLostError extends Error {
  constructor(name: string, options?: ErrorOptions) {
    super(`the lease ${name} is held by another process`, options);
    this.name = "LeaseLostError";
  }
}

export interface Leases {
  /**
   * Does `work` whenever this process holds the lease `name`, until `signal` aborts: waits for the lease, works, gives it
   * back. `work` ends soon after `lost` aborts; where it ends or throws earlier the lease is given back and sought anew.
   * `onWaiting` is called whenever somebody else turns out to hold it, or, with the error, the store cannot say. Resolves when `signal` has aborted and the lease is
   * given back; never rejects.
   */
  hold(
    name: string,
    work: (lease: Lease) => Promise<void>,
    options: { readonly signal: AbortSignal; readonly onWaiting?: (error?: unknown) => void },
  ): Promise<void>;
  /**
   * Does `work` once if the lease is free now, and gives it back; answers false, without waiting, where another process holds it.
   * One that stands still is taken over by whoever asks again and again, in time. Rejects with what `work` rejects with, and
   * where the store does not answer.
   */
  attempt(name: string, work: (lease: Lease) => Promise<void>): Promise<boolean>;
  /** Who holds a lease, as the store says; undefined where nobody does. One request. */
  holder(name: string): Promise<string | undefined>;
}
