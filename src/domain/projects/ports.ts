/** What the projects context asks of the world besides its store: who writes summaries, and who posts them. */
import { UnavailableError } from "../kernel/errors.js";
import type { Instant } from "../kernel/time.js";
import type { Batch, ProjectEvent } from "./state.js";
import type { Summary } from "./summary.js";
import type { BatchTrigger } from "./values.js";

/** What a summarizer is shown. Already redacted, clipped and without what was told at once. */
export interface SummaryInput {
  readonly project: string;
  readonly batchId: string;
  readonly openedAt: Instant;
  readonly sealedAt: Instant;
  /** In the order of their receipt. */
  readonly events: readonly ProjectEvent[];
  /** How many were told of at once, and are left out. */
  readonly alreadyNotified: number;
}

/** What a summarizer proposes: nothing in it is trusted. `checkSummary` makes a {@link Summary} of it. */
export interface SummaryDraft {
  readonly headline: string;
  readonly themes: readonly DraftClaim[];
  readonly blockers: readonly DraftClaim[];
  readonly achievements: readonly DraftClaim[];
}
export interface DraftClaim {
  readonly text: string;
  readonly projectEventIds: readonly string[];
}

/** Port: writes summaries. */
export interface Summarizer {
  /** `deterministic-v1`, or the name of the model; recorded with each summary. */
  readonly modelUsed: string;
  /** Changes whenever the same input would be asked about in other words. */
  readonly promptVersion: string;
  /**
   * A draft. Throws {@link SummarizerError} where there is none; ends soon once `signal` aborts. `omitted`: events that it
   * had no room for.
   */
  draft(input: SummaryInput, signal: AbortSignal): Promise<{ readonly draft: SummaryDraft; readonly omitted: number }>;
}

/** A summarizer gave no usable answer: the deterministic one speaks in its place. */
export class SummarizerError extends Error {
  constructor(
    readonly reason: "TIMEOUT" | "UNAVAILABLE" | "REFUSED" | "NONSENSE" | "BUDGET",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "SummarizerError";
  }
}

/** A message about a batch. */
export interface BatchMessage {
  readonly kind: "batch";
  /** Made of the batch's id and the attempt's message: what {@link Notifier.find} looks for. */
  readonly key: string;
  readonly channel: string | undefined;
  readonly batch: Pick<Batch, "batchId" | "project" | "openedAt" | "sealedAt" | "critical"> & {
    readonly trigger: BatchTrigger;
    readonly eventCount: number;
  };
  readonly summary: Summary;
  readonly revision: number;
  readonly modelUsed: string;
  /** Where a person can look at the batch. */
  readonly batchUrl: string | undefined;
}

/** A message about one event, at once. */
export interface EventMessage {
  readonly kind: "event";
  readonly key: string;
  readonly channel: string | undefined;
  readonly event: ProjectEvent;
}

export interface PostedMessage {
  /** Slack's `ts`. */
  readonly messageId: string;
  /** The channel's id, where the notifier knows it better than the settings. */
  readonly channel?: string | undefined;
  readonly url?: string | undefined;
}

/** Port: posts messages where a project's people read. Every function ends within {@link notifierSeconds}. */
export interface Notifier {
  /** `slack`, `console`. */
  readonly name: string;
  /**
   * 0: it is the channel's turn for the message with this key, and the turn is taken; else in how many seconds it must be asked
   * again, and nothing may be sent before. Asks nobody and waits for nothing, so that no channel holds up another. `urgent`
   * messages stand in a line of their own.
   */
  turn(asked: { readonly key: string; readonly channel: string | undefined; readonly urgent: boolean }): number;
  /**
   * Posts, at once: whoever posts has taken the turn. Throws {@link NotifierBusyError}, {@link NotifierUnreachableError},
   * another {@link UnavailableError} or {@link NotifierRefusedError}.
   */
  post(message: BatchMessage | EventMessage, signal: AbortSignal): Promise<PostedMessage>;
  /** Puts a newer summary in the place of a posted one. Throws like `post`. */
  update(message: BatchMessage, posted: PostedMessage, signal: AbortSignal): Promise<void>;
  /** The message with this key that was posted at or after `since`, if there is one. Throws like `post`. */
  find(
    asked: { readonly key: string; readonly channel: string | undefined; readonly since: Instant },
    signal: AbortSignal,
  ): Promise<PostedMessage | undefined>;
}

/** Longest time in seconds that a function of a {@link Notifier} takes. */
export const notifierSeconds = 20;

/** The notifier asks for patience. */
export class NotifierBusyError extends UnavailableError {
  constructor(
    readonly retryAfterSeconds: number,
    message = `busy for ${retryAfterSeconds} s`,
    options?: ErrorOptions,
  ) {
    super(message, [], options);
  }
}

/** The notifier could not be reached: it is certain that nothing was sent. */
export class NotifierUnreachableError extends UnavailableError {}

/** The notifier will never take this: no such channel, not invited, a token that is revoked. A person must look. */
export class NotifierRefusedError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "NotifierRefusedError";
  }
}
