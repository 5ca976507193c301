/** A schedule and polls in memory, as a test says: what is due, what is claimed, and polls that end when the test lets them. */
import type { DueSession, PollLease, PollResult, Polling, PollSchedule } from "../../src/domain/integrations/index.js";
import { addSeconds } from "../../src/domain/kernel/index.js";

/** One that is due since the beginning of 2025. */
export function dueOf(userId: string, serviceType = "gmail", nextPollAt = "2025-01-01T00:00:00.000Z"): DueSession {
  return {
    sessionId: `${userId}#${serviceType}`,
    userId,
    serviceType,
    pollingIntervalMs: 30_000,
    nextPollAt,
    version: 1,
  };
}

export interface Story {
  readonly schedule: Pick<PollSchedule, "due">;
  readonly polling: Pick<Polling, "claim" | "poll">;
  /** What the index shows: as long as it is in there. */
  readonly due: Map<string, DueSession>;
  /** Sessions in the order in which they were claimed. */
  readonly claimed: string[];
  /** Polls that run now. */
  readonly running: Map<string, Running>;
  /** With each look: how many it asked for, and the services that it left out. */
  readonly looks: { readonly limit: number; readonly without: readonly string[] }[];
}

export interface Running {
  readonly lease: PollLease;
  readonly signal: AbortSignal;
  end(result?: Partial<PollResult>): void;
  fail(error: Error): void;
}

export interface StoryOptions {
  /** Whether a poll goes on until the test ends it. @default it ends at once */
  readonly isHeld?: boolean | undefined;
  /** What the index does when a session is claimed. @default it shows it no more */
  readonly onClaim?: ((due: DueSession, story: Story) => void) | undefined;
  /** What stands in for the claim. */
  readonly claim?: ((due: DueSession) => Promise<PollLease | undefined>) | undefined;
  /** What is done in front of each look; the look takes as long. */
  readonly onLook?: ((look: number) => void | Promise<void>) | undefined;
}

export function createStory(sessions: readonly DueSession[], options: StoryOptions = {}): Story {
  const due = new Map(sessions.map((session) => [session.sessionId, session]));
  const { onClaim = ({ sessionId }) => due.delete(sessionId) } = options;
  const story: Story = {
    due,
    claimed: [],
    running: new Map(),
    looks: [],
    schedule: {
      due: async (_now, limit, without = []) => {
        story.looks.push({ limit, without });
        await options.onLook?.(story.looks.length);
        return [...due.values()].filter(({ serviceType }) => !without.includes(serviceType)).slice(0, limit);
      },
    },
    polling: {
      claim: async (session) => {
        story.claimed.push(session.sessionId);
        if (options.claim !== undefined) return options.claim(session);
        onClaim(session, story);
        return leaseOf(session);
      },
      poll: (lease, signal) =>
        new Promise((resolve, reject) => {
          const { sessionId } = lease;
          if (story.running.has(sessionId)) throw new Error(`${sessionId} is polled twice at a time`);
          const over = () => story.running.delete(sessionId);
          story.running.set(sessionId, {
            lease,
            signal,
            end: (result = {}) => {
              over();
              resolve({ outcome: "QUIET", items: 0, ...result });
            },
            fail: (error) => {
              over();
              reject(error);
            },
          });
          signal.addEventListener("abort", () => story.running.get(sessionId)?.end(), { once: true });
          if (options.isHeld !== true) story.running.get(sessionId)?.end();
        }),
    },
  };
  return story;
}

export function leaseOf(due: DueSession): PollLease {
  const { nextPollAt } = due;
  return {
    ...due,
    token: 1,
    until: addSeconds(nextPollAt, 30),
    polls: 1,
    pollsSince: nextPollAt,
    claimedAt: nextPollAt,
  };
}
