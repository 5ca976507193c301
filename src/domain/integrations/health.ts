/** How integrations are doing, in numbers: what dashboards ask. */
import type { Instant } from "../kernel/time.js";
import type { SessionStatus } from "./values.js";

/** One row of the async view: of a service. */
export interface SessionTally {
  readonly serviceType: string;
  readonly byStatus: Readonly<Record<SessionStatus, number>>;
  /** Since the service was first connected. */
  readonly items: number;
  readonly failures: number;
  readonly deadLetters: number;
}

/** Of all sessions, or of one user's. */
export interface IntegrationHealth {
  readonly services: readonly SessionTally[];
  readonly byStatus: Readonly<Record<SessionStatus, number>>;
  /** Due by now and not polled yet, 1,000 at most, and since when the oldest; absent for one user. */
  readonly overdue?: { readonly sessions: number; readonly oldest?: Instant | undefined } | undefined;
}
