/** Port: messages to people. What the messages say is their context's; how one is sent, and found again, is the same for all. */
import { UnavailableError } from "./errors.js";
import type { Instant } from "./time.js";

/** What every message has. */
export interface NotifierMessage {
  /** What it is about; says how it is written. */
  readonly kind: string;
  /** Made of what it is about and of the instant of that: what {@link Notifier.find} looks for. Never the same for two messages. */
  readonly key: string;
  /** Where it goes, as people write it; undefined: wherever the notifier has it go. */
  readonly channel: string | undefined;
}

export interface PostedMessage {
  /** Slack's `ts`, SNS's `MessageId`. */
  readonly messageId: string;
  /** The channel's id, where the notifier knows it better than the settings. */
  readonly channel?: string | undefined;
  readonly url?: string | undefined;
}

/** Port: posts messages where people read. Every function ends within {@link notifierSeconds}. */
export interface Notifier<Message extends NotifierMessage> {
  /** `slack`, `sns`, `console`. */
  readonly name: string;
  /** What was posted cannot be looked for: `find` finds nothing, whatever was. @default it can */
  readonly isForgetful?: true;
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
  post(message: Message, signal: AbortSignal): Promise<PostedMessage>;
  /**
   * Puts a newer message in the place of a posted one. Throws like `post`; {@link NotifierRefusedError} where what is posted stays
   * as it is.
   */
  update(message: Message, posted: PostedMessage, signal: AbortSignal): Promise<void>;
  /**
   * The message with this key that was posted at or after `since`, if there is one. Undefined: there is none, or to send it again
   * is as good. Throws like `post`.
   */
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
