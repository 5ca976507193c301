/** The integrations context as callers use it. */
import type { StreamPosition } from "../kernel/eventStore.js";
import type { Request } from "../kernel/request.js";
import type { InputOf } from "./commands.js";
import type { IntegrationHealth } from "./health.js";
import type { DueSession, PollLease } from "./ports.js";
import type { IntegrationSession } from "./state.js";
import type { ServiceItem } from "./values.js";

export interface SessionOutcome {
  readonly sessionId: string;
  /** Absent where the command repeats an earlier one under its key: read it then. */
  readonly session?: IntegrationSession | undefined;
  readonly position: StreamPosition;
}

/** `webhookSecret`: what the receiver checks signatures with; told now, and never again. */
export type SecretOutcome = SessionOutcome & { readonly webhookSecret: string };

/** Every function throws a DomainError where the input is refused, and then nothing was written. */
export interface IntegrationsService {
  connect(input: InputOf<"connect">, request: Request): Promise<SecretOutcome>;
  /** Of a PAUSED one: nothing. */
  pause(sessionId: string, input: InputOf<"pause">, request: Request): Promise<SessionOutcome>;
  /** Of one that is PAUSED, DISABLED or NEEDS_REAUTH; polled soon. */
  resume(sessionId: string, request: Request): Promise<SessionOutcome>;
  changeInterval(sessionId: string, input: InputOf<"changeInterval">, request: Request): Promise<SessionOutcome>;
  changeWebhook(sessionId: string, input: InputOf<"changeWebhook">, request: Request): Promise<SecretOutcome>;
  reauthorise(sessionId: string, input: InputOf<"reauthorise">, request: Request): Promise<SessionOutcome>;
  /** Now, whatever the schedule says; for what is active and polled. */
  requestPoll(sessionId: string, request: Request): Promise<SessionOutcome>;
  disable(sessionId: string, input: InputOf<"disable">, request: Request): Promise<SessionOutcome>;
  /** Its row stays without state and webhook, so that its history can be read. */
  disconnect(sessionId: string, input: InputOf<"disconnect">, request: Request): Promise<SessionOutcome>;
  /** Sends it again now. @throws UnavailableError where the webhook does not take it now either: it stays open. */
  redeliver(sessionId: string, input: InputOf<"redeliver">, request: Request): Promise<SessionOutcome>;
  discard(sessionId: string, input: InputOf<"discard">, request: Request): Promise<SessionOutcome>;
  /** Of all sessions for who sees everything; else of the caller's own. */
  health(request: Pick<Request, "actor" | "scope">): Promise<IntegrationHealth>;
  /**
   * Takes what a service has pushed for an account: kept in the object store, then one event for each of its sessions. `pushKey`: the
   * same for the same push, which has no second effect. `sessions`: how many took it; 0 where nobody has connected that account.
   */
  push(
    push: {
      readonly accountKey: string;
      readonly pushKey: string;
      readonly items: readonly ServiceItem[];
      /** Members of the service state that change with it. */
      readonly marks: IntegrationSession["serviceState"];
    },
    request: Request,
  ): Promise<{ readonly sessions: number }>;
}

/** What became of one poll. QUIET: there was nothing to say. LOST: somebody else has it, or it is not to be polled any more. */
export interface PollResult {
  readonly outcome: "QUIET" | "ITEMS" | "FAILED" | "RATE_LIMITED" | "RESYNC" | "LOST";
  readonly items: number;
}

/** Polls one session. */
export interface Polling {
  /** Undefined where it cannot be claimed (any more): one request. */
  claim(due: DueSession): Promise<PollLease | undefined>;
  /**
   * Asks the service, delivers what is new, and records what there is to record; keeps the lease while it takes. Nothing is thrown for
   * what service, webhook or credential do; ends soon once `signal` aborts, and then another poll begins where this one was.
   */
  poll(lease: PollLease, signal: AbortSignal): Promise<PollResult>;
}
