/** What is asked of Slack's Web API, as it is answered. */
import { WebAPIPlatformError, WebClient } from "@slack/web-api";
import type { Logger } from "@slack/web-api";
import { z } from "zod";
import { ServiceFailure } from "../../domain/integrations/index.js";
import { badAnswer, failureOfStatus, readAnswer, toServiceFailure } from "./failures.js";
import { createServiceFetch } from "./serviceFetch.js";
import { Ts } from "./slackTs.js";

export interface SlackDeps {
  /** @default Slack's own */
  readonly apiUrl?: string | undefined;
  /** Milliseconds that one request may take. */
  readonly timeoutMilliseconds: number;
}

export const title = "Slack";

/** A bot's or a user's token. Scopes: channels:history, and groups:history, im:history, mpim:history for those. */
export const SlackCredential = z.object({ token: z.string().min(1).max(10_000) });

const Identity = z.object({ team_id: z.string(), enterprise_id: z.string().optional() });
const text = z.string().optional().catch(undefined);
/** Only what it is told apart by must be there: one odd message must not hold up all that follow. */
const Message = z.object({
  ts: Ts,
  subtype: text,
  user: text,
  bot_id: text,
  username: text,
  text,
  thread_ts: text,
  files: z
    .array(z.object({ id: text, name: text, mimetype: text, size: z.number().optional().catch(undefined) }))
    .optional()
    .catch(undefined),
});
export type SlackMessage = z.output<typeof Message>;
const History = z.object({
  messages: z.array(Message),
  has_more: z.boolean().default(false),
  response_metadata: z.object({ next_cursor: z.string().optional() }).default({}),
});

/** Of a channel, between two times, neither of which is among them. */
export interface SlackWindow {
  readonly channel: string;
  readonly oldest: string;
  readonly latest?: string | undefined;
}

export interface SlackCalls {
  /** Of the token; and Slack's own time in seconds since 1970, where it says so. */
  identify(): Promise<{ readonly teamIds: readonly string[]; readonly seconds: number | undefined }>;
  /** One page of the messages there, in no order that can be relied on. `cursor`: of the page behind it; undefined where that was the last. */
  history(
    window: SlackWindow,
    cursor: string | undefined,
  ): Promise<{ readonly messages: readonly SlackMessage[]; readonly cursor: string | undefined }>;
}

/** Messages in a page; Slack gives 15 to apps that are sold outside its marketplace. */
const historyPage = 100;

/** Of one poll; all its requests end with `signal`. Every function throws a ServiceFailure, or what the network fails with. */
export function createSlackCalls(
  deps: SlackDeps,
  { token }: { readonly token: string },
  signal: AbortSignal,
): SlackCalls {
  let seconds: number | undefined;
  const ask = createServiceFetch({
    ...deps,
    signal,
    onAnswer(headers) {
      const at = Date.parse(headers.get("date") ?? "");
      seconds = Number.isNaN(at) ? undefined : Math.floor(at / 1_000);
    },
  });
  const client = new WebClient(token, {
    ...(deps.apiUrl === undefined ? {} : { slackApiUrl: deps.apiUrl }),
    allowAbsoluteUrls: false,
    // All patience is that of the caller, who keeps it over restarts.
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    logger: silent,
    // Slack's client loses what it was told where it was not told how long to wait.
    fetch: async (input, init) => requireOk(await ask(input, toInit(init))),
  });

  return {
    identify: () =>
      within(undefined, async () => {
        const { team_id: teamId, enterprise_id: enterpriseId } = readAnswer(title, Identity, await client.auth.test());
        return { teamIds: enterpriseId === undefined ? [teamId] : [teamId, enterpriseId], seconds };
      }),

    history: ({ channel, oldest, latest }, cursor) =>
      within(channel, async () => {
        const asked = { channel, oldest, limit: historyPage, inclusive: false };
        const found = await client.conversations.history({
          ...asked,
          ...(latest === undefined ? {} : { latest }),
          ...(cursor === undefined ? {} : { cursor }),
        });
        const page = readAnswer(title, History, found);
        const next = page.response_metadata.next_cursor;
        const isLast = next === undefined || next === "";
        // Without them, what is missing would never be read.
        if ((isLast && page.has_more) || (!isLast && next === cursor)) throw badAnswer(title, "its pages lead nowhere");
        return { messages: page.messages, cursor: isLast ? undefined : next };
      }),
  };
}

/** The part of Slack's client's wishes that we know. */
function toInit(init: { method?: string; headers?: unknown; body?: unknown } | undefined): RequestInit {
  const { method = "POST", headers, body } = init ?? {};
  return {
    method,
    headers: z.record(z.string(), z.string()).parse(headers ?? {}),
    ...(typeof body === "string" ? { body } : {}),
  };
}

/** Slack says what is wrong in answers with status 200, and uses 429. */
function requireOk(response: Response): Response {
  if (response.status === 200) return response;
  const retryAfter = response.headers.get("retry-after") ?? undefined;
  throw failureOfStatus(title, { status: response.status, retryAfter }, Date.now());
}

async function within<Answer>(channel: string | undefined, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof WebAPIPlatformError ? toSlackFailure(error, channel) : toServiceFailure(title, error);
  }
}

/** A person must give another token. */
const authCodes: ReadonlySet<string> = new Set([
  "not_authed",
  "invalid_auth",
  "account_inactive",
  "token_revoked",
  "token_expired",
]);
/** Of one channel; another poll does not find it otherwise, unless a person does something. */
const channelCodes: Readonly<Record<string, string>> = {
  channel_not_found: "there is no such channel, or it is private and the app was not invited",
  not_in_channel: "the app was not invited",
  missing_scope: "the token may not read its history",
};
const rateCodes: ReadonlySet<string> = new Set(["ratelimited", "rate_limited"]);

function toSlackFailure({ data }: WebAPIPlatformError, channel: string | undefined): ServiceFailure {
  const { error: code, response_metadata: metadata } = data;
  // An answer that is no JSON, such as a proxy's page, has its whole text here.
  if (typeof code !== "string" || !/^[a-z_]{1,60}$/.test(code)) return badAnswer(title, "no JSON");
  if (authCodes.has(code)) return new ServiceFailure("AUTH", code, `Slack does not take the token: ${code}`);
  if (rateCodes.has(code)) {
    const seconds = metadata?.retryAfter;
    return new ServiceFailure(
      "RATE",
      "ratelimited",
      "Slack was asked too often",
      seconds === undefined ? undefined : seconds * 1_000,
    );
  }
  const why = channelCodes[code];
  return why === undefined
    ? new ServiceFailure("TRANSIENT", code, `Slack says ${code}`)
    : new ServiceFailure(
        "PERMANENT",
        code,
        channel === undefined ? `Slack says ${code}` : `channel ${channel}: ${why}`,
      );
}

const nothing = () => undefined;
/** What Slack's client says has content in it. */
const silent: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  setName: nothing,
  // The enum's value; the client never reads it.
  getLevel: () => "error" as ReturnType<Logger["getLevel"]>,
};
