/** What can be asked of a session. Each command is parsed once, at the edge; from there its type is trusted. */
import { z } from "zod";
import { Zoned } from "../kernel/text.js";
import type { Instant } from "../kernel/time.js";
import type { QuietPolls, sessionEventSchemas } from "./events.js";
import {
  CredentialRef,
  DeadLetterId,
  JsonMap,
  PollingIntervalMs,
  ProjectId,
  Reason,
  ServiceType,
  UserId,
  WebhookUrl,
} from "./values.js";
import type { CountedFailure } from "./values.js";

export const inputSchemas = {
  connect: z.object({
    /** @default who asks */
    userId: UserId.optional(),
    serviceType: ServiceType,
    webhookUrl: WebhookUrl,
    /** @default the service's own; not less than its least */
    pollingIntervalMs: PollingIntervalMs.optional(),
    /** As the service's validator wants it. */
    serviceState: JsonMap.default({}),
    credentialRef: CredentialRef.optional(),
    projectId: ProjectId.optional(),
    /** The first poll is not before. @default at once, but for some jitter */
    startAt: Zoned.optional(),
  }),
  pause: z.object({ reason: Reason.optional() }),
  resume: z.object({}),
  changeInterval: z.object({ pollingIntervalMs: PollingIntervalMs }),
  /** With the same address: only the signing secret is new. */
  changeWebhook: z.object({ webhookUrl: WebhookUrl }),
  reauthorise: z.object({ credentialRef: CredentialRef }),
  requestPoll: z.object({}),
  disable: z.object({ reason: Reason }),
  disconnect: z.object({ reason: Reason.optional() }),
  redeliver: z.object({ deadLetterId: DeadLetterId }),
  discard: z.object({ deadLetterId: DeadLetterId, reason: Reason.optional() }),
} as const;
export type InputOf<K extends keyof typeof inputSchemas> = z.input<(typeof inputSchemas)[K]>;
export type ParsedInput<K extends keyof typeof inputSchemas> = z.output<(typeof inputSchemas)[K]>;

type DataOf<E extends keyof typeof sessionEventSchemas> = z.output<(typeof sessionEventSchemas)[E]>;

/** Of commands that people give; the service reads it from the schedule. */
interface WithQuiet {
  readonly quiet?: QuietPolls | undefined;
}
/** Of commands that the poller gives. `at`: when the poll began; `polls`: it, and the quiet ones before it. */
interface OfPoll {
  readonly polls: number;
  readonly at: Instant;
  /** Of the service state that the poll began with. @throws CursorMovedError where another poll has moved it meanwhile. */
  readonly cursorRevision: number;
  /** From 0 up to 1, by chance: which part of a span of jitter is waited. */
  readonly jitter: number;
}

export type SessionCommand =
  /** @throws AlreadyConnectedError unless it is DISCONNECTED or was never there (defect B9). `leastIntervalMs`: of the service. */
  | ({ readonly type: "ConnectSession"; readonly startAt?: Instant | undefined; readonly jitter: number } & Omit<
      DataOf<"SessionConnected">,
      "webhookKey" | "nextPollAt"
    >)
  | ({ readonly type: "PauseSession" } & ParsedInput<"pause"> & WithQuiet)
  | { readonly type: "ResumeSession"; readonly jitter: number }
  | ({
      readonly type: "ChangeInterval";
      readonly leastIntervalMs: number;
      readonly jitter: number;
    } & ParsedInput<"changeInterval"> &
      WithQuiet)
  | ({ readonly type: "ChangeWebhook" } & ParsedInput<"changeWebhook"> & WithQuiet)
  | ({ readonly type: "ReauthoriseSession"; readonly jitter: number } & ParsedInput<"reauthorise"> & WithQuiet)
  /** `leastIntervalMs`: of the service; 5 seconds where it does not say. */
  | ({ readonly type: "RequestPoll"; readonly leastIntervalMs?: number | undefined } & WithQuiet)
  | ({ readonly type: "DisableSession" } & ParsedInput<"disable"> & WithQuiet)
  | ({ readonly type: "DisconnectSession" } & ParsedInput<"disconnect"> & WithQuiet)
  /**
   * A poll went well, as far as it came; the items were delivered. Nothing where the session is not active any more and nothing was
   * delivered. `serviceState`: behind the items. With `more` the rest may be polled for by others in a minute, and no failures are
   * over; else by the interval.
   */
  | ({
      readonly type: "RecordPoll";
      readonly items: number;
      readonly firstItemId?: string | undefined;
      readonly lastItemId?: string | undefined;
      readonly serviceState: DataOf<"SessionPolled">["serviceState"];
      readonly throughPush?: number | undefined;
      readonly more: boolean;
    } & OfPoll)
  /** Backs off, wants another credential, or disables, by what the failures were so far (see `backoff.ts`). */
  | ({
      readonly type: "RecordFailure";
      readonly failureClass: CountedFailure;
      readonly code: string;
      readonly message: string;
      readonly retryAfterMs?: number | undefined;
      /** Of class DELIVERY: the first item of what was not taken. */
      readonly firstItemId?: string | undefined;
      /** The webhook says that it is there no more (410). */
      readonly isGone?: boolean | undefined;
    } & OfPoll)
  | ({
      readonly type: "RecordRateLimit";
      readonly code: string;
      readonly message: string;
      readonly retryAfterMs?: number | undefined;
    } & OfPoll)
  /** A failure as well, or only that, where it would begin again and again. */
  | ({
      readonly type: "StartResync";
      readonly code: string;
      readonly message: string;
      readonly serviceState: DataOf<"SessionPolled">["serviceState"];
    } & OfPoll)
  /** Nothing where the same waits already; @throws InboxFullError where too many wait, InvalidTransitionError of one that is DISCONNECTED. */
  | ({ readonly type: "RecordPush" } & Omit<DataOf<"SessionItemsPushed">, "push" | "nextPollAt">)
  /**
   * Nothing where it is open already, or the session is DISCONNECTED. Where as many are open as may be, the session is disabled instead:
   * see in `openDeadLetters` whether it was recorded.
   */
  | ({ readonly type: "RecordDeadLetter" } & DataOf<"SessionItemsDeadLettered">)
  | ({ readonly type: "RecordRedelivery"; readonly deadLetterId: string } & WithQuiet)
  | ({ readonly type: "DiscardDeadLetter" } & ParsedInput<"discard"> & WithQuiet);
export type SessionCommandOf<T extends SessionCommand["type"]> = Extract<SessionCommand, { readonly type: T }>;
