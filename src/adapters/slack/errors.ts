/** What Slack's failures mean to whoever wanted to post. */
import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from "@slack/web-api";
import {
  NotifierBusyError,
  NotifierRefusedError,
  NotifierUnreachableError,
  UnavailableError,
} from "../../domain/kernel/index.js";
import { isUnconnected } from "../notifications/unconnected.js";

/** Slack's codes for what passes by itself. */
const passing: ReadonlySet<string> = new Set([
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "team_added_to_org",
]);

const limited: ReadonlySet<string> = new Set(["ratelimited", "rate_limited", "rate_limit_exceeded"]);

/** What a person can do about the codes that are met most. */
const advice: Readonly<Record<string, string>> = {
  channel_not_found: "there is no such channel, or it is private and the app was not invited",
  not_in_channel: "invite the app to the channel",
  is_archived: "the channel is archived",
  not_authed: "SLACK_BOT_TOKEN is missing",
  invalid_auth: "SLACK_BOT_TOKEN is not valid",
  account_inactive: "the app was removed from the workspace",
  token_revoked: "SLACK_BOT_TOKEN was revoked",
  token_expired: "SLACK_BOT_TOKEN has expired",
  message_not_found: "the message was deleted",
};

/** So long is waited where Slack does not say how long. */
const usualPatienceSeconds = 30;

/**
 * {@link NotifierBusyError}, {@link NotifierUnreachableError}, another {@link UnavailableError} or {@link NotifierRefusedError}; these pass as they are. What is not known
 * to be a refusal is taken for a failure that passes: trying again loses nothing.
 */
export function toNotifierError(error: unknown, method: string): Error {
  if (error instanceof UnavailableError || error instanceof NotifierRefusedError) return error;
  if (error instanceof WebAPIRateLimitedError) {
    const seconds = Math.max(1, error.retryAfter);
    return new NotifierBusyError(seconds, `Slack asks to wait for ${seconds} s (${method})`, { cause: error });
  }
  if (error instanceof WebAPIPlatformError) return ofPlatform(error, method);
  const message = `Slack does not answer ${method}: ${reasonOf(error)}`;
  return isUnconnected(error instanceof WebAPIRequestError ? error.original : error)
    ? new NotifierUnreachableError(message, [], { cause: error })
    : new UnavailableError(message, [], { cause: error });
}

function ofPlatform(cause: WebAPIPlatformError, method: string): Error {
  const { error: code } = cause.data;
  // An answer that is no JSON, such as a proxy's page, has its whole text here.
  if (typeof code !== "string" || !/^[a-z_]{1,60}$/.test(code)) {
    return new UnavailableError(`Slack's answer to ${method} is no answer of Slack`, [], { cause });
  }
  if (limited.has(code))
    return new NotifierBusyError(usualPatienceSeconds, `Slack says ${code} (${method})`, { cause });
  if (passing.has(code)) return new UnavailableError(`Slack says ${code} (${method})`, [], { cause });
  const hint = advice[code] ?? neededScope(cause);
  return new NotifierRefusedError(`Slack says ${code} (${method})${hint === undefined ? "" : `: ${hint}`}`, { cause });
}

function neededScope({ data }: WebAPIPlatformError): string | undefined {
  const needed = "needed" in data ? data.needed : undefined;
  return typeof needed === "string" ? `the app needs the scope ${needed.slice(0, 200)}` : undefined;
}

function reasonOf(error: unknown): string {
  if (error instanceof WebAPIHTTPError) return `HTTP ${error.statusCode}`;
  if (error instanceof WebAPIRequestError) return reasonOf(error.original);
  if (!(error instanceof Error)) return String(error);
  // Node's fetch says only that it failed; why is in its cause.
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
