/** What can be asked of sessions. Rows whose time to live has passed are never returned. */
import type { Page, PageRequest } from "../kernel/page.js";
import type { Instant } from "../kernel/time.js";
import type { SessionTally } from "./health.js";
import type { DeadLetter, DeadLetterStatus, IntegrationSession, PollOutcome, PollRecord } from "./state.js";
import type { SessionStatus } from "./values.js";

/** All that is given must hold. */
export interface SessionFilter {
  readonly userId?: string | undefined;
  readonly serviceType?: string | undefined;
  /** One of these. @default all but DISCONNECTED */
  readonly statuses?: readonly SessionStatus[] | undefined;
  /** Polled, or taking pushes. */
  readonly active?: boolean | undefined;
  /** With failures (true), or without. */
  readonly failing?: boolean | undefined;
  /** Polled last before then, or never. */
  readonly notPolledSince?: Instant | undefined;
}

export interface SessionQuery extends PageRequest {
  readonly filter: SessionFilter;
  /**
   * LAST_POLLED_FIRST and LAST_POLLED_LAST: by `lastPollAt`, those that were never polled as if in 1970 (defect B2). BY_SERVICE: those of
   * one user by service; takes `userId`.
   */
  readonly order: "LAST_POLLED_FIRST" | "LAST_POLLED_LAST" | "BY_SERVICE";
}

export interface PollQuery extends PageRequest {
  readonly sessionId: string;
  /** One of these. */
  readonly outcomes?: readonly PollOutcome[] | undefined;
  readonly order: "NEWEST_FIRST" | "OLDEST_FIRST";
}

export interface DeadLetterQuery extends PageRequest {
  readonly sessionId: string;
  /** One of these. */
  readonly statuses?: readonly DeadLetterStatus[] | undefined;
}

export interface IntegrationsReadModel {
  /** In the order of the ids, undefined for one that does not exist; strongly consistent: a request for 100. DISCONNECTED ones are there. */
  getSessions(sessionIds: readonly string[]): Promise<readonly (IntegrationSession | undefined)[]>;
  listSessions(query: SessionQuery): Promise<Page<IntegrationSession>>;
  /** Of polls that had something to say. */
  listPolls(query: PollQuery): Promise<Page<PollRecord>>;
  /** Oldest first. */
  listDeadLetters(query: DeadLetterQuery): Promise<Page<DeadLetter>>;
  /** Ids of the sessions that an account's pushes are for, DISCONNECTED ones left out; 100 at most, moments behind. */
  findByAccount(accountKey: string): Promise<readonly string[]>;
  /** As far as the async view has come: one for each service that was ever connected. */
  getTallies(): Promise<readonly SessionTally[]>;
}
