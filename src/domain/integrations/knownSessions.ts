/** Sessions whose state is at hand, so that a quiet poll reads nothing: as many as a process may hold, what came last. */
import { jsonBytes } from "../kernel/json.js";
import type { Instant } from "../kernel/time.js";
import type { IntegrationSession } from "./state.js";

/** 20,000 sessions of the usual size, with what they take in memory. */
const bytesAtMost = 64_000_000;

export interface KnownSession {
  readonly session: IntegrationSession;
  /** The last poll that the seed's row shows. */
  readonly shownAt?: Instant | undefined;
}

export interface KnownSessions {
  get(sessionId: string): KnownSession | undefined;
  /** `shownAt`: a poll that the seed's row shows, besides the last one of the session's events. */
  remember(session: IntegrationSession, shownAt?: Instant): void;
}

export function createKnownSessions(most = bytesAtMost): KnownSessions {
  const kept = new Map<string, KnownSession & { readonly bytes: number }>();
  let bytes = 0;

  const forget = (sessionId: string): void => {
    bytes -= kept.get(sessionId)?.bytes ?? 0;
    kept.delete(sessionId);
  };

  return {
    get: (sessionId) => kept.get(sessionId),
    remember(session, shownAt) {
      const { sessionId, lastPollAt } = session;
      const before = kept.get(sessionId);
      const own = before?.session === session ? before.bytes : weigh(session);
      forget(sessionId);
      kept.set(sessionId, { session, shownAt: latestOf([lastPollAt, shownAt, before?.shownAt]), bytes: own });
      bytes += own;
      // A map is in the order in which its keys were set.
      for (const oldest of kept.keys()) {
        if (bytes <= most) return;
        forget(oldest);
      }
    },
  };
}

/** About how many bytes a session takes. Reckoned from what grows. */
function weigh({ serviceState, inbox, openDeadLetters }: IntegrationSession): number {
  return 2_000 + jsonBytes(serviceState) + inbox.length * 500 + openDeadLetters.length * 1_500;
}

function latestOf(times: readonly (Instant | undefined)[]): Instant | undefined {
  return times
    .filter((time) => time !== undefined)
    .reduce<Instant | undefined>((last, time) => (last === undefined || time > last ? time : last), undefined);
}
