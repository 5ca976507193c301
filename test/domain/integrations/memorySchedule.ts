/** The schedule in memory, by the port's contract: an event writes a row anew; claims and leases hold for that row only. */
import { toMilliseconds } from "../../../src/domain/kernel/index.js";
import type { Clock, Instant } from "../../../src/domain/kernel/index.js";
import type {
  DueSession,
  IntegrationSession,
  PollLease,
  PollSchedule,
  SessionSchedule,
} from "../../../src/domain/integrations/index.js";
import type { MemoryEventStore } from "../../../src/store/memory/eventStore.js";

/** What claims have made of a row. */
interface Live {
  readonly version: number;
  readonly token: number;
  readonly polls: number;
  readonly pollsSince: Instant;
  readonly lastPollAt: Instant;
  readonly nextPollAt: Instant;
}

export function createMemorySchedule(store: Pick<MemoryEventStore, "rows">, clock: Clock) {
  const live = new Map<string, Live>();
  const shown = new Map<string, Instant>();
  const counts = { claim: 0, extend: 0, release: 0, show: 0, get: 0 };

  const rowOf = (sessionId: string) => {
    const row = (store.rows("integration-schedule") as ReadonlyMap<string, SessionSchedule>).get(sessionId);
    if (row === undefined) return undefined;
    const claimed = live.get(sessionId);
    const isOfRow = claimed?.version === row.version;
    return { row, claimed: isOfRow ? claimed : undefined, nextPollAt: isOfRow ? claimed.nextPollAt : row.nextPollAt };
  };

  const held = ({ sessionId, version, token }: PollLease) => {
    const claimed = rowOf(sessionId)?.claimed;
    return claimed?.version === version && claimed.token === token ? claimed : undefined;
  };

  const sessions = () => [...(store.rows("integration-schedule") as ReadonlyMap<string, SessionSchedule>).keys()];

  const due = (now: Instant): readonly DueSession[] =>
    sessions().flatMap((sessionId) => {
      const found = rowOf(sessionId);
      const at = found?.nextPollAt;
      if (found === undefined || at === undefined || at > now) return [];
      const { userId, serviceType, pollingIntervalMs, version } = found.row;
      return [{ sessionId, userId, serviceType, pollingIntervalMs, version, nextPollAt: at }];
    });

  const schedule: PollSchedule = {
    due: async (now, limit) => due(now).slice(0, limit),
    overdue: async (now) => ({ sessions: due(now).length }),
    claim: async (asked, { now, until }) => {
      counts.claim += 1;
      const found = rowOf(asked.sessionId);
      if (found?.row.version !== asked.version || found.nextPollAt !== asked.nextPollAt) return undefined;
      const { token = 0, polls = 0, pollsSince = now } = found.claimed ?? {};
      const next = { version: asked.version, token: token + 1, polls: polls + 1, pollsSince };
      live.set(asked.sessionId, { ...next, lastPollAt: now, nextPollAt: until });
      return { ...asked, ...next, claimedAt: now, until };
    },
    extend: async (lease, until) => {
      counts.extend += 1;
      const claimed = held(lease);
      if (claimed === undefined) return undefined;
      live.set(lease.sessionId, { ...claimed, nextPollAt: until });
      return { ...lease, until };
    },
    release: async (lease, nextPollAt) => {
      counts.release += 1;
      const claimed = held(lease);
      if (claimed === undefined) return false;
      live.set(lease.sessionId, { ...claimed, nextPollAt });
      return true;
    },
    get: async (ids) => {
      counts.get += 1;
      return ids.map((sessionId) => {
        const found = rowOf(sessionId);
        const { polls = 0, lastPollAt } = found?.claimed ?? {};
        return found && { nextPollAt: found.nextPollAt, polls, lastPollAt };
      });
    },
    showPolled: async ({ userId, serviceType, version }, at) => {
      counts.show += 1;
      const sessionId = `${userId}#${serviceType}`;
      if (rowOf(sessionId)?.row.version === version) shown.set(sessionId, at);
    },
  };

  return {
    ...schedule,
    counts,
    nextPollAt: async (sessionId: string) => rowOf(sessionId)?.nextPollAt,
    /** How long the session is not due from now on, in milliseconds; undefined where it is not polled. */
    waits: (sessionId: string): number | undefined => {
      const at = rowOf(sessionId)?.nextPollAt;
      return at === undefined ? undefined : toMilliseconds(at) - toMilliseconds(clock.now());
    },
    /** The row with what was shown in it. */
    asShown: (row: IntegrationSession): IntegrationSession => {
      const at = shown.get(row.sessionId);
      return at !== undefined && at > (row.lastPollAt ?? "") ? { ...row, lastPollAt: at } : row;
    },
  };
}
