/** What is asked of Gmail's API, as it is answered: with an access token that is kept as long as it is good. */
import { createHash } from "node:crypto";
import { gmail } from "@googleapis/gmail";
import type { gmail_v1 } from "@googleapis/gmail";
import { OAuth2Client, gaxios } from "google-auth-library";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import { ServiceFailure } from "../../domain/integrations/index.js";
import { parseRetryAfter } from "../retryAfter.js";
import { failureOfStatus, readAnswer } from "./failures.js";
import { History, Message, MessageList, Profile, title } from "./gmailShapes.js";
import type { AskGmail, GmailCalls, GmailDeps, GmailMessage } from "./gmailShapes.js";
import { createServiceFetch } from "./serviceFetch.js";

const Token = z.object({ access_token: z.string().min(1), expiry_date: z.number() });

const listPage = 500;
const messageFields = "id,threadId,labelIds,snippet,historyId,internalDate,payload/headers";

/** Access tokens are kept in memory for those who are polled again. */
export function createGmailCalls({ apiUrl, tokenUrl, timeoutMilliseconds, pageSize = 50 }: GmailDeps): AskGmail {
  const tokens = new LRUCache<string, z.output<typeof Token>>({ max: 10_000 });

  return (credential, signal) => {
    const transporter = createTransporter(createServiceFetch({ timeoutMilliseconds, signal }));
    const kept = createHash("sha256").update(JSON.stringify(credential)).digest("hex");
    const auth = new OAuth2Client({
      transporter,
      // Tokens are good for an hour; one that ends within a minute is not begun with.
      eagerRefreshThresholdMillis: 60_000,
      ...("accessToken" in credential ? {} : { clientId: credential.clientId, clientSecret: credential.clientSecret }),
      ...(tokenUrl === undefined ? {} : { endpoints: { oauth2TokenUrl: tokenUrl } }),
    });
    auth.setCredentials(
      "accessToken" in credential
        ? { access_token: credential.accessToken }
        : { refresh_token: credential.refreshToken, ...tokens.get(kept) },
    );
    auth.on("tokens", (given) => {
      const token = Token.safeParse(given);
      if (token.success) tokens.set(kept, token.data);
    });
    const { users } = gmail({ version: "v1", auth, ...(apiUrl === undefined ? {} : { rootUrl: apiUrl }) });

    /** An answer without a token must not be taken for a refusal of the API. */
    const requireToken = async () => {
      const { token } = await auth.getAccessToken();
      readAnswer(title, z.string().min(1), token);
    };
    let renewed: Promise<unknown> | undefined;
    /** Once in a poll: the token may have been taken back before its time. */
    const renew = (refreshToken: string) =>
      (renewed ??= (async () => {
        tokens.delete(kept);
        auth.setCredentials({ refresh_token: refreshToken });
        await requireToken();
      })());

    const ask = async <Answer>(schema: z.ZodType<Answer>, request: () => Promise<{ data: unknown }>) => {
      try {
        await requireToken();
        return readAnswer(title, schema, (await request()).data);
      } catch (error) {
        if (!isUnauthorised(error) || "accessToken" in credential) throw toGmailFailure(error);
      }
      try {
        await renew(credential.refreshToken);
        return readAnswer(title, schema, (await request()).data);
      } catch (error) {
        throw toGmailFailure(error);
      }
    };
    return callsOf(users, ask, pageSize);
  };
}

type Ask = <Answer>(schema: z.ZodType<Answer>, request: () => Promise<{ data: unknown }>) => Promise<Answer>;

function callsOf(users: gmail_v1.Resource$Users, ask: Ask, pageSize: number): GmailCalls {
  const me = { userId: "me" };
  const page = (pageToken: string | undefined) => (pageToken === undefined ? {} : { pageToken });
  return {
    profile: () => ask(Profile, () => users.getProfile(me)),

    history: (startHistoryId, pageToken) =>
      unless404(
        ask(History, () =>
          users.history.list({
            ...me,
            startHistoryId,
            historyTypes: ["messageAdded"],
            maxResults: pageSize,
            ...page(pageToken),
          }),
        ),
        () => {
          throw new ServiceFailure("CURSOR_EXPIRED", "history_expired", "Gmail has forgotten what was since then");
        },
      ),

    list: (q, pageToken) =>
      ask(MessageList, () =>
        users.messages.list({ ...me, q, includeSpamTrash: true, maxResults: listPage, ...page(pageToken) }),
      ),

    message: (id) =>
      unless404(
        ask<GmailMessage | undefined>(Message, () =>
          users.messages.get({
            ...me,
            id,
            format: "metadata",
            metadataHeaders: ["From", "To", "Subject"],
            fields: messageFields,
          }),
        ),
        () => undefined,
      ),
  };
}

async function unless404<Answer>(asked: Promise<Answer>, otherwise: () => Answer): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ServiceFailure && error.code === "http_404") return otherwise();
    throw error;
  }
}

/** All patience is that of the caller, who keeps it over restarts: the library itself tries nothing again. */
function createTransporter(fetchImplementation: typeof fetch): gaxios.Gaxios {
  const transporter = new gaxios.Gaxios({ fetchImplementation });
  transporter.interceptors.request.add({
    resolved: async (config) => {
      config.retry = false;
      delete config.retryConfig;
      return config;
    },
  });
  return transporter;
}

/** As Google refuses: `{error: {errors: [{reason}]}}` of the API, `{error: "invalid_grant"}` of the token's place. */
const Refusal = z.object({
  error: z.union([z.string(), z.object({ errors: z.array(z.object({ reason: z.string() })).default([]) })]),
});
const Answered = z.object({
  response: z.object({ status: z.number(), data: z.unknown(), headers: z.instanceof(Headers) }),
});

/** Of the API, and not where a token is asked for. */
function isUnauthorised(error: unknown): boolean {
  const answered = Answered.safeParse(error).data?.response;
  return answered?.status === 401 && typeof Refusal.safeParse(answered.data).data?.error !== "string";
}

/** Reasons that come with status 403. */
const rateReasons: ReadonlySet<string> = new Set([
  "rateLimitExceeded",
  "userRateLimitExceeded",
  "quotaExceeded",
  "dailyLimitExceeded",
]);
/** What is said where a token is asked for, and a person must give another one. */
const authCodes: ReadonlySet<string> = new Set(["invalid_grant", "invalid_client", "unauthorized_client"]);

function toGmailFailure(error: unknown): unknown {
  const answered = Answered.safeParse(error).data?.response;
  if (answered === undefined) return error;
  const { status, data, headers } = answered;
  const retryAfter = headers.get("retry-after") ?? undefined;
  const now = Date.now();
  const usual = failureOfStatus(title, { status, retryAfter }, now);
  const said = Refusal.safeParse(data).data?.error;
  if (typeof said === "string") {
    return authCodes.has(said) ? new ServiceFailure("AUTH", said, "Google does not take the credential") : usual;
  }
  const reason = said?.errors.map((one) => one.reason).find((one) => /^[A-Za-z]{1,60}$/.test(one));
  if (status !== 403 || reason === undefined) return usual;
  return rateReasons.has(reason)
    ? new ServiceFailure("RATE", reason, "Gmail was asked too often", parseRetryAfter(retryAfter, now))
    : new ServiceFailure("PERMANENT", reason, `Gmail refuses it: ${reason}`);
}
