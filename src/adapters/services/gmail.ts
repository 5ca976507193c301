/** Gmail as a service: what comes into a mailbox, by the mailbox's history. */
import type { JsonObject } from "../../domain/kernel/json.js";
import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import { ServiceFailure } from "../../domain/integrations/index.js";
import type { IntegrationService, PollPage, PollWork, ServiceItem } from "../../domain/integrations/index.js";
import { Zoned, clip } from "../../domain/kernel/text.js";
import { toEpochSeconds, toInstant } from "../../domain/kernel/time.js";
import { badAnswer } from "./failures.js";
import { GmailCredential, HistoryId, title } from "./gmailShapes.js";
import type { AskGmail, GmailCalls, GmailDeps, GmailMessage } from "./gmailShapes.js";
import { mapAtOnce, polled, toJsonObject } from "./polled.js";

/**
 * `lastHistoryId`: the cursor. `emailAddress`: whose mailbox it is; another one's credential is refused. `resync`: how far the
 * mailbox is read anew, and what the cursor is then, so that a resync goes on where it was interrupted.
 */
const GmailState = z.strictObject({
  lastHistoryId: HistoryId.optional(),
  emailAddress: z.string().min(3).max(320).includes("@", { error: "must be an email address" }).optional(),
  resync: z.strictObject({ historyId: HistoryId, since: Zoned }).optional(),
});
type GmailState = z.output<typeof GmailState>;

/** Messages that are asked for at a time. */
const messagesAtOnce = 5;
/** Ids that are gathered for a resync: Gmail lists the newest first, and the oldest are told first. */
const mostResynced = 50_000;
/** Items in a page of a resync: as many as a delivery holds. */
const resyncPage = 50;
/** Pages that one poll reads; the next goes on behind them. */
const mostPages = 1_000;

/**
 * Items are the messages that came into the mailbox, also sent ones, and those in spam (`labelIds` tells); no drafts, each of
 * whose versions is a message. What is said of a message is its head and snippet, never its body. A message that is gone before
 * it is read is left out.
 */
export function createGmail(deps: GmailDeps): IntegrationService {
  let loading: Promise<AskGmail> | undefined;
  // Google's client is large, and most servers poll no mailbox: it is read when somebody's first is polled.
  const load = () => (loading ??= import("./gmailCalls.js").then(({ createGmailCalls }) => createGmailCalls(deps)));
  /** Whose mailbox a credential opens, by its hash: that is asked once. */
  const mailboxes = new LRUCache<string, string>({ max: 10_000 });
  return {
    type: "gmail",
    title,
    mode: "POLL",
    leastIntervalMs: 10_000,
    defaultIntervalMs: 30_000,
    concurrency: 20,
    state: GmailState.transform(toJsonObject),
    credential: GmailCredential,
    personal: ["emailAddress", "from", "to"],
    accountKey: () => undefined,
    hasCursor(state) {
      const { lastHistoryId, resync } = GmailState.parse(state);
      return lastHistoryId !== undefined || resync !== undefined;
    },
    isForward(before, next) {
      const from = GmailState.parse(before).lastHistoryId;
      const to = GmailState.parse(next).lastHistoryId;
      return from === undefined || (to !== undefined && BigInt(to) >= BigInt(from));
    },
    withoutCursor: (state) => toJsonObject({ emailAddress: GmailState.parse(state).emailAddress }),
    poll: (work) =>
      polled(title, work.signal, async function* (signal) {
        const ask = await load();
        const credential = GmailCredential.parse(work.credential);
        const hash = createHash("sha256").update(JSON.stringify(credential)).digest("hex");
        yield* pagesOf(rememberingMailbox(ask(credential, signal), mailboxes, hash), work);
      }),
  };
}

interface MailboxCalls extends GmailCalls {
  /** The address, without asking where it is known. */
  mailbox(): Promise<string>;
}

function rememberingMailbox(calls: GmailCalls, mailboxes: LRUCache<string, string>, hash: string): MailboxCalls {
  const profile = async () => {
    const answer = await calls.profile();
    mailboxes.set(hash, answer.emailAddress);
    return answer;
  };
  return { ...calls, profile, mailbox: async () => mailboxes.get(hash) ?? (await profile()).emailAddress };
}

async function* pagesOf(calls: MailboxCalls, work: PollWork): AsyncGenerator<PollPage> {
  const given = GmailState.parse(work.state);
  const { lastHistoryId } = given;
  if (lastHistoryId === undefined) {
    yield* begin(calls, given, work);
    return;
  }
  // The credential may be another one since: history ids of one mailbox mean nothing in another.
  const emailAddress = requireSameMailbox(given, await calls.mailbox());
  yield* newSince(calls, { ...given, emailAddress }, lastHistoryId);
}

/** The address as the state has it, if it has. @throws ServiceFailure where the credential is of another mailbox */
function requireSameMailbox({ emailAddress }: GmailState, found: string): string {
  if ((emailAddress ?? found).toLowerCase() === found.toLowerCase()) return emailAddress ?? found;
  throw new ServiceFailure("PERMANENT", "wrong_account", "the credential is of another mailbox");
}

/** What was added to the mailbox since, in the order of its history. */
async function* newSince(calls: GmailCalls, state: GmailState, since: string): AsyncGenerator<PollPage> {
  let pageToken: string | undefined;
  let end: string | undefined;
  /** The greatest id of the records so far. */
  let read: string | undefined;
  let shown = since;
  for (let pages = 1; pages <= mostPages; pages += 1) {
    // One after the other: each page says where the next one begins.
    const answer = await calls.history(since, pageToken);
    if (answer.nextPageToken !== undefined && answer.nextPageToken === pageToken) {
      throw badAnswer(title, "its pages lead nowhere");
    }
    pageToken = answer.nextPageToken;
    // What the first page says: what comes while others are read may be in none of them.
    end ??= answer.historyId;
    for (const { id } of answer.history) read = later(id, read);
    const isLast = pageToken === undefined;
    const next = isLast ? later(end, read) : (read ?? since);
    const ids = answer.history.flatMap(({ messagesAdded }) => messagesAdded.map(({ message }) => message.id));
    const items = await readItems(calls, ids);
    // Where the mailbox has changed otherwise, its cursor moves on, too: Gmail forgets old ones.
    if (items.length > 0 || ((isLast || pages === mostPages) && next !== shown)) {
      yield { items, state: toJsonObject({ ...state, lastHistoryId: next }) };
      shown = next;
    }
    if (isLast) return;
  }
}

function later(id: string, other: string | undefined): string {
  return other !== undefined && BigInt(other) > BigInt(id) ? other : id;
}

/** Finds the cursor; where one was lost, also what came since, oldest first. */
async function* begin(calls: GmailCalls, state: GmailState, { resyncSince }: PollWork): AsyncGenerator<PollPage> {
  // Before anything is listed: what comes meanwhile is in the history behind it.
  const profile = await calls.profile();
  const emailAddress = requireSameMailbox(state, profile.emailAddress);
  const since = state.resync?.since ?? resyncSince;
  const historyId = state.resync?.historyId ?? profile.historyId;
  const found = { emailAddress, lastHistoryId: historyId };
  if (since === undefined) {
    yield { items: [], state: found };
    return;
  }
  const ids = await listSince(calls, since);
  let readTo = since;
  for (let start = 0; start < Math.max(ids.length, 1); start += resyncPage) {
    const items = await readItems(calls, ids.slice(start, start + resyncPage));
    const isLast = start + resyncPage >= ids.length;
    readTo = items.reduce((to, { occurredAt = to }) => (occurredAt > to ? occurredAt : to), readTo);
    const state = isLast ? found : { emailAddress, resync: { historyId, since: readTo } };
    if (items.length > 0 || isLast) yield { items, state };
  }
}

/** Ids, oldest first. @throws ServiceFailure where there are more than {@link mostResynced}: none is passed over */
async function listSince(calls: GmailCalls, since: string): Promise<readonly string[]> {
  const ids = new Set<string>();
  let pageToken: string | undefined;
  do {
    // One after the other: each page says where the next one begins.
    const answer = await calls.list(`after:${toEpochSeconds(since) - 1}`, pageToken);
    const before = ids.size;
    for (const { id } of answer.messages) ids.add(id);
    pageToken = ids.size === before ? undefined : answer.nextPageToken;
  } while (pageToken !== undefined && ids.size <= mostResynced);
  if (ids.size <= mostResynced) return [...ids].reverse();
  const message = `more than ${mostResynced} messages came since the cursor was lost: connect anew to begin at the present`;
  throw new ServiceFailure("PERMANENT", "too_much_to_resync", message);
}

async function readItems(calls: GmailCalls, ids: readonly string[]): Promise<readonly ServiceItem[]> {
  const messages = await mapAtOnce([...new Set(ids)], messagesAtOnce, (id) => calls.message(id));
  return messages.flatMap((message) => (message === undefined || isDraft(message) ? [] : [toItem(message)]));
}

function isDraft({ labelIds }: GmailMessage): boolean {
  return labelIds.includes("DRAFT");
}

/** The last instant whose year has four digits. */
const lastInstant = 253_402_300_799_999;

function toItem(message: GmailMessage): ServiceItem {
  const { id, threadId, labelIds, snippet, historyId, payload } = message;
  const header = (name: string) => {
    const value = payload.headers.find((one) => one.name.toLowerCase() === name)?.value;
    return value === undefined ? undefined : clipped(value, 5_000);
  };
  const data: JsonObject = toJsonObject({
    messageId: id,
    threadId,
    labelIds: labelIds.slice(0, 100),
    from: header("from"),
    to: header("to"),
    subject: header("subject"),
    snippet: clipped(snippet, 1_000),
    historyId,
  });
  const { internalDate } = message;
  const occurredAt = internalDate === undefined ? undefined : toInstant(Math.min(Number(internalDate), lastInstant));
  return { id: `gmail:${id}`, kind: "email", ...(occurredAt === undefined ? {} : { occurredAt }), data };
}

function clipped(value: string, maximum: number): string {
  return clip(value.toWellFormed(), maximum);
}
