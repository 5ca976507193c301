/** Posts to Slack: one request for a message, paced for each channel, and found again by the metadata it carries. */
import { WebClient } from "@slack/web-api";
import type { ConversationsHistoryResponse, ConversationsListResponse, Logger } from "@slack/web-api";
import {
  NotifierBusyError,
  NotifierRefusedError,
  NotifierUnreachableError,
  notifierSeconds,
  toMilliseconds,
} from "../../domain/kernel/index.js";
import type { Notifier, PostedMessage } from "../../domain/kernel/index.js";
import type { Message } from "../notifications/message.js";
import { createPace, underWay } from "../notifications/pacing.js";
import { inTime, limit } from "../inTime.js";
import { batchEventType, buildBatchMessage, buildEventMessage, eventEventType } from "./blocks.js";
import { toNotifierError } from "./errors.js";
import { buildInsightMessage, insightEventType } from "./insightBlocks.js";
import type { SlackMessage } from "./parts.js";

/** The part of a structured logger that the notifier needs. */
export interface SlackLog {
  warn(fields: object, message: string): void;
}

export interface SlackNotifierDeps {
  /** A bot's token, `xoxb-…`. Scopes: chat:write; to find a lost message channels:history and groups:history. */
  readonly token: string;
  /** @default Slack's own */
  readonly apiUrl?: string | undefined;
  /** Milliseconds that one request may take. @default 10,000 */
  readonly requestMilliseconds?: number | undefined;
  /** Seconds between two messages to one channel. @default 1 */
  readonly secondsBetween?: number | undefined;
  readonly log: SlackLog;
}

type Shown = NonNullable<ConversationsHistoryResponse["messages"]>[number];

/** Slack's clock and ours may differ by so much. */
const skewSeconds = 120;
/** Pages of a channel's history, and of the list of channels, that are read at most. */
const mostPages = 50;
const pageSize = 200;

/** Creates the notifier. Nothing is asked of Slack before the first message. */
export function createSlackNotifier(deps: SlackNotifierDeps): Notifier<Message> {
  const pace = createPace(deps.secondsBetween);
  const channelIds = new Map<string, string>();
  let known: Promise<Identity> | undefined;

  /** Asked once; an answer that failed is not kept. */
  const identify = (client: WebClient): Promise<Identity> =>
    (known ??= whoAmI(client).catch((error: unknown) => {
      known = undefined;
      throw error;
    }));

  const learn = (channel: string, id: string | undefined) => {
    if (id !== undefined) channelIds.set(channel, id);
  };

  const idOf = async (client: WebClient, channel: string): Promise<string> => {
    const id = isChannelId(channel) ? channel : (channelIds.get(channel) ?? (await findChannel(client, channel)));
    learn(channel, id);
    return id;
  };

  /** Counts a request that is under way, for the turns of others. */
  const counted = <Result>(
    { key, channel = "" }: { readonly key: string; readonly channel: string | undefined },
    run: () => Promise<Result>,
  ): Promise<Result> => underWay(pace, { key, channel }, run);

  return {
    name: "slack",

    // What has no channel is refused as soon as it is sent.
    turn: ({ channel, ...asked }) => (channel === undefined ? 0 : pace.turn({ ...asked, channel })),

    post: (message, signal) =>
      counted(message, async () =>
        bounded(deps, signal, async (client) => {
          const channel = requireChannel(message.channel);
          // Before the message is sent: what follows the answer must not fail.
          const { workspaceUrl } = await beforeSending(() => within("auth.test", () => identify(client)));
          const answer = await within("chat.postMessage", () =>
            client.chat.postMessage({
              channel: addressOf(channel),
              ...contentOf(message),
              unfurl_links: false,
              unfurl_media: false,
            }),
          );
          learn(channel, answer.channel);
          return toPosted(answer.ts, answer.channel ?? channel, workspaceUrl);
        }),
      ),

    update: (message, posted, signal) =>
      counted({ key: message.key, channel: posted.channel ?? message.channel }, async () =>
        bounded(deps, signal, async (client) => {
          const wanted = requireChannel(posted.channel ?? message.channel);
          const channel = await within("conversations.list", () => idOf(client, wanted));
          await within("chat.update", () =>
            client.chat.update({ channel, ts: posted.messageId, ...contentOf(message) }),
          );
        }),
      ),

    find: ({ key, channel: wanted, since }, signal) =>
      counted({ key, channel: wanted }, async () =>
        bounded(deps, signal, async (client) => {
          const { botId, workspaceUrl } = await within("auth.test", () => identify(client));
          const channel = await within("conversations.list", () => idOf(client, requireChannel(wanted)));
          const oldest = String(toMilliseconds(since) / 1_000 - skewSeconds);
          const found = await within("conversations.history", () =>
            findMessage(client, { channel, oldest }, (message) => isOurs(message, key, botId)),
          );
          return found && toPosted(found.ts, channel, workspaceUrl);
        }),
      ),
  };
}

function contentOf(message: Message): SlackMessage {
  switch (message.kind) {
    case "batch":
      return buildBatchMessage(message);
    case "event":
      return buildEventMessage(message);
    case "insight":
      return buildInsightMessage(message);
  }
}

/** Whatever fails here fails before anything is sent. */
async function beforeSending<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof NotifierRefusedError || error instanceof NotifierBusyError) throw error;
    throw new NotifierUnreachableError(messageOf(error), [], { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface Identity {
  readonly botId: string | undefined;
  /** `https://team.slack.com/` */
  readonly workspaceUrl: string | undefined;
}

async function whoAmI(client: WebClient): Promise<Identity> {
  const { bot_id: botId, url: workspaceUrl } = await client.auth.test();
  return { botId, workspaceUrl };
}

/** Runs `work` with a client whose requests end when `signal` aborts, each in its time, all of them in the notifier's. */
async function bounded<Result>(
  deps: SlackNotifierDeps,
  signal: AbortSignal,
  work: (client: WebClient) => Promise<Result>,
): Promise<Result> {
  try {
    return await inTime({ milliseconds: notifierSeconds * 1_000, signal }, (either) => work(clientFor(deps, either)));
  } catch (error) {
    // Whoever aborted knows why, and must not take it for an answer of Slack.
    signal.throwIfAborted();
    throw toNotifierError(error, "the request");
  }
}

/** All patience is that of the caller, who keeps it over restarts: the client itself tries nothing again. */
function clientFor(
  { token, apiUrl, requestMilliseconds = 10_000, log }: SlackNotifierDeps,
  signal: AbortSignal,
): WebClient {
  return new WebClient(token, {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    allowAbsoluteUrls: false,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    logger: quietLogger(log),
    fetch: async (url, init) =>
      fetch(url, {
        method: init?.method ?? "POST",
        redirect: "error",
        ...(init?.headers === undefined ? {} : { headers: init.headers }),
        ...(init?.body === undefined ? {} : { body: init.body }),
        // Its body is read behind it, in the same time.
        signal: limit(requestMilliseconds, signal).signal,
      }),
  });
}

async function within<Result>(method: string, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    throw toNotifierError(error, method);
  }
}

function requireChannel(channel: string | undefined): string {
  if (channel === undefined) throw new NotifierRefusedError("no channel is set");
  return channel;
}

/** Ids are in capitals, names never are. */
function isChannelId(channel: string): boolean {
  return /^[CGD][A-Z0-9]{7,}$/.test(channel);
}

function addressOf(channel: string): string {
  return isChannelId(channel) || channel.startsWith("#") ? channel : `#${channel}`;
}

/** Slack posts to names, but reads and changes by ids only. */
async function findChannel(client: WebClient, channel: string): Promise<string> {
  const name = channel.replace(/^#/, "");
  const asked = { types: "public_channel,private_channel", exclude_archived: true, limit: pageSize };
  const id = await firstOfPages<ConversationsListResponse, string>(
    (cursor) => client.conversations.list({ ...asked, ...cursor }),
    ({ channels = [] }) => channels.find((candidate) => candidate.name === name)?.id,
  );
  if (id === undefined) {
    throw new NotifierRefusedError(`Slack shows no channel ${name}; set the channel's id, and invite the app`);
  }
  return id;
}

async function findMessage(
  client: WebClient,
  { channel, oldest }: { readonly channel: string; readonly oldest: string },
  isWanted: (message: Shown) => boolean,
): Promise<Shown | undefined> {
  const asked = { channel, oldest, inclusive: true, include_all_metadata: true, limit: pageSize };
  return firstOfPages<ConversationsHistoryResponse, Shown>(
    (cursor) => client.conversations.history({ ...asked, ...cursor }),
    ({ messages = [] }) => messages.find(isWanted),
  );
}

interface PageOfSlack {
  readonly response_metadata?: { readonly next_cursor?: string };
}

async function firstOfPages<Page extends PageOfSlack, Found>(
  read: (cursor: { readonly cursor?: string }) => Promise<Page>,
  pick: (page: Page) => Found | undefined,
): Promise<Found | undefined> {
  let cursor: string | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    // One after the other: each page says where the next one begins.
    const page = await read(cursor === undefined ? {} : { cursor });
    const found = pick(page);
    cursor = page.response_metadata?.next_cursor;
    if (found !== undefined || cursor === undefined || cursor === "") return found;
  }
  throw new NotifierRefusedError(`Slack has more than ${mostPages * pageSize} of what was looked through`);
}

const ourEventTypes: ReadonlySet<string> = new Set([batchEventType, eventEventType, insightEventType]);

/** Metadata can be made by anybody's app; what another one posted is not our message. */
function isOurs({ metadata, bot_id: postedBy }: Shown, key: string, botId: string | undefined): boolean {
  if (metadata?.event_type === undefined || !ourEventTypes.has(metadata.event_type)) return false;
  if (botId !== undefined && postedBy !== undefined && postedBy !== botId) return false;
  // Slack's own type of it lists the fields of other apps' metadata.
  const payload: unknown = metadata.event_payload;
  return typeof payload === "object" && payload !== null && "key" in payload && payload.key === key;
}

function toPosted(ts: string | undefined, channel: string, workspaceUrl: string | undefined): PostedMessage {
  // Slack has taken it; without its ts it can only be found again by its metadata.
  if (ts === undefined || ts === "") throw new Error("Slack did not say which message it is");
  if (workspaceUrl === undefined || !isChannelId(channel)) return { messageId: ts, channel };
  return { messageId: ts, channel, url: `${workspaceUrl}archives/${channel}/p${ts.replace(".", "")}` };
}

/** What the client says below a warning has whole messages in it. */
function quietLogger(log: SlackLog): Logger {
  const warn = (...words: unknown[]) => log.warn({ from: "slack client" }, words.map(String).join(" ").slice(0, 500));
  const nothing = () => undefined;
  return {
    debug: nothing,
    info: nothing,
    warn,
    error: warn,
    setLevel: nothing,
    setName: nothing,
    // The enum's value; the client never reads it.
    getLevel: () => "warn" as ReturnType<Logger["getLevel"]>,
  };
}
