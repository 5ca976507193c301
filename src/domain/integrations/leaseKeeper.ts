/**
 * Keeps a session for one poll. Every event of the session writes its row in the schedule anew, which ends the lease; behind one that the
 * poll has recorded, the row keeps others away for a minute, and is claimed again where the poll takes longer.
 */
import { addSeconds, toMilliseconds } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import { PollOver } from "./pollFailure.js";
import type { DueSession, PollLease } from "./ports.js";
import type { PollingDeps } from "./serviceDeps.js";
import type { IntegrationSession } from "./state.js";
import { isActive } from "./values.js";

/** A claim holds so long, where it does not hold until the next poll. */
export const leaseSeconds = 60;
/** It is renewed when less is left; looked at no more often than so. */
const [leastLeftMs, leastPauseMs] = [20_000, 5_000];

export interface LeaseKeeper {
  /** Whether the row is as the claim that began the poll has left it. */
  isAsClaimed(): boolean;
  /** Runs what may write the row anew; nothing is renewed meanwhile. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Goes on behind what this poll has recorded. @throws PollOver where it must not. */
  adopt(session: IntegrationSession): Promise<void>;
  /** Ends it: the session is due then. Nothing where it was lost. */
  release(nextPollAt: Instant): Promise<void>;
  /** Ends the keeping. */
  stop(): Promise<void>;
}

interface Keeping extends Pick<PollingDeps, "schedule" | "clock" | "after"> {
  readonly lease: PollLease;
  /** Called once, where somebody else has the session, or an event has changed it. */
  readonly onLost: () => void;
}

/** HELD under a token; OPEN: nobody holds it, and it is not due before `nextPollAt`; LOST. */
type Hold =
  | { readonly kind: "HELD"; readonly lease: PollLease }
  | { readonly kind: "OPEN"; readonly due: DueSession }
  | { readonly kind: "LOST" };

export function createLeaseKeeper({ lease, onLost, schedule, clock, after }: Keeping): LeaseKeeper {
  let hold: Hold = { kind: "HELD", lease };
  let isStopped = false;
  let cancel = () => undefined as void;
  let renewing: Promise<void> = Promise.resolve();

  const leftMs = () => {
    if (hold.kind === "LOST") return 0;
    const until = hold.kind === "HELD" ? hold.lease.until : hold.due.nextPollAt;
    return toMilliseconds(until) - toMilliseconds(clock.now());
  };

  const takeUntil = async (until: Instant): Promise<PollLease | undefined> => {
    switch (hold.kind) {
      case "HELD":
        return schedule.extend(hold.lease, until);
      case "OPEN":
        return schedule.claim(hold.due, { now: clock.now(), until });
      case "LOST":
        return undefined;
    }
  };

  const renew = async (): Promise<void> => {
    if (hold.kind === "LOST" || leftMs() >= leastLeftMs) return;
    const renewed = await takeUntil(addSeconds(clock.now(), leaseSeconds));
    hold = renewed === undefined ? { kind: "LOST" } : { kind: "HELD", lease: renewed };
    if (renewed === undefined) onLost();
  };

  const watch = () => {
    if (isStopped || hold.kind === "LOST") return;
    const pause = Math.max(leastPauseMs, leftMs() - leastLeftMs);
    cancel = after(pause, () => {
      // Where the store fails the lease may end: whether that matters says the cursor.
      renewing = renew()
        .catch(() => undefined)
        .then(watch);
    });
  };

  const settle = async (): Promise<void> => {
    isStopped = true;
    cancel();
    await renewing;
  };

  const resume = () => {
    isStopped = false;
    watch();
  };

  watch();
  return {
    isAsClaimed: () => hold.kind === "HELD" && hold.lease === lease,
    async during(work) {
      await settle();
      try {
        return await work();
      } finally {
        resume();
      }
    },
    async adopt(session) {
      await settle();
      const due = dueOf(session);
      if (due === undefined) throw new PollOver(`${session.sessionId} is not polled any more`);
      // Of the version that was claimed: there was nothing to record, and the row is as it was.
      if (hold.kind !== "HELD" || hold.lease.version !== session.version) hold = { kind: "OPEN", due };
      await renew();
      if (isLost()) throw new PollOver(`${session.sessionId} is polled by somebody else`);
      resume();
    },
    async release(nextPollAt) {
      await settle();
      if (hold.kind === "HELD") await schedule.release(hold.lease, nextPollAt);
      if (hold.kind === "OPEN") await schedule.claim(hold.due, { now: clock.now(), until: nextPollAt });
      hold = { kind: "LOST" };
    },
    stop: settle,
  };

  function isLost(): boolean {
    return hold.kind === "LOST";
  }
}

/** The session's row as its last event has left it. */
function dueOf(session: IntegrationSession): DueSession | undefined {
  const { sessionId, userId, serviceType, pollingIntervalMs, nextPollAt, version, status } = session;
  if (!isActive(status) || nextPollAt === undefined) return undefined;
  return { sessionId, userId, serviceType, pollingIntervalMs, nextPollAt, version };
}
