/** Why a poll does not go on, as it is recorded; and that it must not, because it is not ours any more. */
import { clip, toOneLine, withoutHidden } from "../kernel/text.js";
import { ServiceFailure } from "./ports.js";
import type { DeliveryResult } from "./ports.js";
import type { FailureClass, ServiceItem } from "./values.js";
import { limits } from "./values.js";

interface Why {
  readonly code: string;
  /** For people: no secrets, no content. */
  readonly message: string;
  readonly retryAfterMs?: number | undefined;
  /** The first item of what the webhook did not take. */
  readonly firstItemId?: string | undefined;
  readonly isGone?: boolean | undefined;
}

/** What a service, a webhook, a credential or a store has kept a poll from. */
export class PollFailure extends Error {
  readonly why: Why;

  constructor(
    readonly failureClass: FailureClass,
    why: Why,
    options?: ErrorOptions,
  ) {
    super(why.message, options);
    this.name = "PollFailure";
    const code = clip(toLine(why.code), limits.code);
    const message = clip(toLine(why.message), limits.message);
    this.why = { ...why, code: code === "" ? "failed" : code, message: message === "" ? "It failed" : message };
  }
}

/** Somebody else has the session, or it is not to be polled any more: nothing is recorded. */
export class PollOver extends Error {
  override readonly name = "PollOver";
}

/** What a service has thrown. What it should not have thrown says nothing: there might be content in it. */
export function toServiceFailure(error: unknown, report: (error: unknown) => void): PollFailure {
  if (error instanceof PollFailure) return error;
  if (error instanceof ServiceFailure) {
    const { failureClass, code, message, retryAfterMs } = error;
    return new PollFailure(failureClass, { code, message, retryAfterMs }, { cause: error });
  }
  report(error);
  const message = "The service failed in a way that it should not; the log says where";
  return new PollFailure("TRANSIENT", { code: "unexpected", message }, { cause: error });
}

type Refusal = Extract<DeliveryResult, { readonly accepted: false }>;

/** What a webhook has answered to items, from `first` on. */
export function toDeliveryFailure({ reason, code, message, retryAfterMs }: Refusal, first: ServiceItem): PollFailure {
  if (reason === "FORBIDDEN") return new PollFailure("PERMANENT", { code: "forbidden_address", message });
  return new PollFailure("DELIVERY", {
    code,
    message,
    retryAfterMs,
    firstItemId: first.id,
    isGone: reason === "GONE" ? true : undefined,
  });
}

/** Where an error was thrown. Its message is left out: errors of HTTP clients hold what was sent, tokens and all. */
export function whereOf(error: unknown): { readonly error: string; readonly at: readonly string[] } {
  if (!(error instanceof Error)) return { error: typeof error, at: [] };
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return { error: error.name, at: frames.slice(0, 5).map((line) => line.trim()) };
}

function toLine(text: string): string {
  return toOneLine(withoutHidden(text));
}
