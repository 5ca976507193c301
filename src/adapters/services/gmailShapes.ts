/** What Gmail is asked, and what it answers, as far as we need it. */
import { z } from "zod";

export interface GmailDeps {
  /** @default Google's own */
  readonly apiUrl?: string | undefined;
  /** Where access tokens are asked for. @default Google's own */
  readonly tokenUrl?: string | undefined;
  /** Milliseconds that one request may take. */
  readonly timeoutMilliseconds: number;
  /** Records of the history in a page. @default 50: about as many items as a delivery holds */
  readonly pageSize?: number | undefined;
}

export const title = "Gmail";

/** A uint64 in decimal digits: as a number it would lose its last ones (defect B7). */
export const HistoryId = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,19})$/, "must be a history id: decimal digits")
  .refine((id) => !/^\d{1,20}$/.test(id) || BigInt(id) < 2n ** 64n, "must be less than 2^64");

const secret = z.string().min(1).max(10_000);
/** A refresh token lasts until somebody takes it back; an access token for an hour. */
export const GmailCredential = z.union(
  [z.object({ clientId: secret, clientSecret: secret, refreshToken: secret }), z.object({ accessToken: secret })],
  "must have clientId, clientSecret and refreshToken, or an accessToken",
);

const MessageId = z.string().regex(/^[\w-]{1,128}$/);
const PageToken = z.string().min(1).optional();
export const Profile = z.object({ historyId: HistoryId, emailAddress: z.string().min(1).max(320) });
export const History = z.object({
  history: z
    .array(
      z.object({
        id: HistoryId,
        messagesAdded: z.array(z.object({ message: z.object({ id: MessageId }) })).default([]),
      }),
    )
    .default([]),
  historyId: HistoryId,
  nextPageToken: PageToken,
});
export const MessageList = z.object({
  messages: z.array(z.object({ id: MessageId })).default([]),
  nextPageToken: PageToken,
});
/** Only what it is told apart by must be there: one odd message must not hold up all that follow. */
export const Message = z.object({
  id: MessageId,
  threadId: z.string().max(128).optional().catch(undefined),
  labelIds: z.array(z.string().max(300)).default([]).catch([]),
  snippet: z.string().default("").catch(""),
  historyId: HistoryId.optional().catch(undefined),
  /** Milliseconds since 1970. */
  internalDate: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional()
    .catch(undefined),
  payload: z
    .object({ headers: z.array(z.object({ name: z.string(), value: z.string() })).default([]) })
    .default({ headers: [] })
    .catch({ headers: [] }),
});
export type GmailMessage = z.output<typeof Message>;

export interface GmailCalls {
  profile(): Promise<z.output<typeof Profile>>;
  /** What has changed since, oldest first. @throws ServiceFailure CURSOR_EXPIRED where that is not known any more. */
  history(since: string, pageToken: string | undefined): Promise<z.output<typeof History>>;
  /** Ids, newest first; also what is in spam and trash. */
  list(query: string, pageToken: string | undefined): Promise<z.output<typeof MessageList>>;
  /** Undefined where it is there no more. */
  message(id: string): Promise<GmailMessage | undefined>;
}

/** Of one poll; all its requests end with `signal`. Every function throws a ServiceFailure, or what the network fails with. */
export type AskGmail = (credential: z.output<typeof GmailCredential>, signal: AbortSignal) => GmailCalls;
