/** Slack as a service: what is said in channels, each with a cursor of its own. */
import type { JsonObject } from "../../domain/kernel/json.js";
import { z } from "zod";
import { ServiceFailure } from "../../domain/integrations/index.js";
import type { IntegrationService, PollPage, PollWork, ServiceItem } from "../../domain/integrations/index.js";
import { clip } from "../../domain/kernel/text.js";
import { toInstant, toMilliseconds } from "../../domain/kernel/time.js";
import { polled, toJsonObject } from "./polled.js";
import { SlackCredential, createSlackCalls, title } from "./slackCalls.js";
import type { SlackCalls, SlackDeps, SlackMessage } from "./slackCalls.js";
import { Ts, toMicros, toTs } from "./slackTs.js";
import { createWindows } from "./slackWindows.js";
import type { ReadChannel } from "./slackWindows.js";

const ChannelId = z.string().regex(/^[CGD][A-Z0-9]{1,30}$/, "must be the id of a channel, such as C1234567");

/**
 * `channelCursors`: what was read last in each channel. `lastEventTs`: the least of them; where it is given alone, as the seed has it, it
 * is that of every channel (defect B6). `unreadable`: channels that are passed over for now, and why; they keep their cursors.
 */
const SlackState = z
  .strictObject({
    teamId: z.string().regex(/^[TE][A-Z0-9]{1,30}$/, "must be the id of a workspace, such as T1234567"),
    channelIds: z.array(ChannelId).min(1, "must name a channel").max(50, "must name at most 50 channels"),
    channelCursors: z.record(ChannelId, Ts).optional(),
    lastEventTs: Ts.optional(),
    unreadable: z.record(ChannelId, z.string().regex(/^[a-z0-9_]{1,60}$/, "must be a code")).optional(),
  })
  .refine(({ channelIds }) => new Set(channelIds).size === channelIds.length, {
    path: ["channelIds"],
    error: "must name each channel once",
  })
  .refine(({ channelIds, channelCursors = {} }) => Object.keys(channelCursors).every((id) => channelIds.includes(id)), {
    path: ["channelCursors"],
    error: "must be of channels that channelIds names",
  })
  .refine(({ channelIds, unreadable = {} }) => Object.keys(unreadable).every((id) => channelIds.includes(id)), {
    path: ["unreadable"],
    error: "must be of channels that channelIds names",
  });
type SlackState = z.output<typeof SlackState>;

/** Items in a page, so that not much is told again where a poll is interrupted. */
const pageItems = 100;

/**
 * Items are the messages of channels, in the order of each channel. Replies in threads are not among them, unless they were sent
 * to the channel as well: Slack has them in the threads only. Nor are changes of messages that were read already.
 *
 * The first poll asks no channel: its cursor is Slack's own time.
 */
export function createSlack(deps: SlackDeps): IntegrationService {
  const readChannel = createWindows();
  return {
    type: "slack",
    title,
    mode: "POLL",
    leastIntervalMs: 60_000,
    defaultIntervalMs: 60_000,
    concurrency: 5,
    state: SlackState.transform(toJsonObject),
    credential: SlackCredential,
    personal: [],
    accountKey: () => undefined,
    hasCursor(state) {
      const parsed = SlackState.parse(state);
      const cursors = cursorsOf(parsed);
      return parsed.channelIds.every((channel) => cursors.has(channel));
    },
    isForward(before, next) {
      const to = cursorsOf(SlackState.parse(next));
      return [...cursorsOf(SlackState.parse(before))].every(([channel, from]) => {
        const at = to.get(channel);
        return at !== undefined && at >= from;
      });
    },
    withoutCursor(state) {
      const { teamId, channelIds } = SlackState.parse(state);
      return { teamId, channelIds };
    },
    poll: (work) =>
      polled(title, work.signal, (signal) =>
        pagesOf(createSlackCalls(deps, SlackCredential.parse(work.credential), signal), readChannel, work),
      ),
  };
}

/** In microseconds. */
type Cursors = ReadonlyMap<string, bigint>;

function cursorsOf({ channelIds, channelCursors, lastEventTs }: SlackState): Cursors {
  if (channelCursors !== undefined)
    return new Map(Object.entries(channelCursors).map(([id, ts]) => [id, toMicros(ts)]));
  return new Map(lastEventTs === undefined ? [] : channelIds.map((id) => [id, toMicros(lastEventTs)]));
}

async function* pagesOf(calls: SlackCalls, readChannel: ReadChannel, work: PollWork): AsyncGenerator<PollPage> {
  const state = SlackState.parse(work.state);
  const cursors = new Map(cursorsOf(state));
  const unreadable = new Map(Object.entries(state.unreadable ?? {}));
  const stateNow = () => withCursors(state, cursors, unreadable);
  const unread = state.channelIds.filter((channel) => !cursors.has(channel));
  if (unread.length > 0) {
    const start = await findStart(calls, state, work);
    for (const channel of unread) cursors.set(channel, start);
    yield { items: [], state: stateNow() };
  }
  const problems: ServiceFailure[] = [];
  // Channels that had a cursor; another one first in each poll, since a rate limit may leave out the last ones.
  for (const channel of rotated(state.channelIds, work)) {
    const from = unread.includes(channel) ? undefined : cursors.get(channel);
    if (from === undefined) continue;
    try {
      for await (const messages of readChannel(calls, channel, from)) {
        for (const page of pagesIn(messages)) {
          cursors.set(channel, page.to);
          yield { items: page.messages.map((message) => toItem(channel, message)), state: stateNow() };
        }
      }
      unreadable.delete(channel);
    } catch (error) {
      if (!(error instanceof ServiceFailure && error.failureClass === "PERMANENT")) throw error;
      // One channel's trouble is not that of the others; the state shows it.
      problems.push(error);
      unreadable.set(channel, error.code);
    }
  }
  const [first] = problems;
  if (first !== undefined && problems.length === state.channelIds.length) throw allOf(first, problems);
  if (!isSame(unreadable, state.unreadable ?? {})) yield { items: [], state: stateNow() };
}

/** Slack's time, or since when a lost cursor is made good. The token's workspace is looked at, too. */
async function findStart(calls: SlackCalls, { teamId }: SlackState, { resyncSince, now }: PollWork): Promise<bigint> {
  const { teamIds, seconds } = await calls.identify();
  if (!teamIds.includes(teamId)) {
    throw new ServiceFailure("PERMANENT", "wrong_team", "the token is of another workspace");
  }
  if (resyncSince !== undefined) return BigInt(toMilliseconds(resyncSince)) * 1_000n;
  // Our clock may be in front of Slack's, and then a message would be passed over.
  return BigInt(seconds ?? Math.floor(toMilliseconds(now) / 1_000)) * 1_000_000n;
}

function rotated(channels: readonly string[], { now }: PollWork): readonly string[] {
  const start = Math.floor(toMilliseconds(now) / 1_000) % channels.length;
  return [...channels.slice(start), ...channels.slice(0, start)];
}

function* pagesIn(messages: readonly SlackMessage[]) {
  for (let start = 0; start < messages.length; start += pageItems) {
    const part = messages.slice(start, start + pageItems);
    yield { messages: part, to: toMicros(part.at(-1)?.ts ?? "0") };
  }
}

function isSame(unreadable: ReadonlyMap<string, string>, before: Readonly<Record<string, string>>): boolean {
  const entries = Object.entries(before);
  return entries.length === unreadable.size && entries.every(([channel, code]) => unreadable.get(channel) === code);
}

function withCursors(
  { teamId, channelIds }: SlackState,
  cursors: Cursors,
  unreadable: ReadonlyMap<string, string>,
): JsonObject {
  const least = [...cursors.values()].reduce((a, b) => (a < b ? a : b));
  const channelCursors = Object.fromEntries([...cursors].map(([channel, at]) => [channel, toTs(at)]));
  const read = { teamId, channelIds, channelCursors, lastEventTs: toTs(least) };
  return unreadable.size === 0 ? read : { ...read, unreadable: Object.fromEntries(unreadable) };
}

function allOf(first: ServiceFailure, problems: readonly ServiceFailure[]): ServiceFailure {
  const message = problems.map((problem) => problem.message).join("; ");
  return new ServiceFailure("PERMANENT", first.code, clip(message, 900));
}

/** The last instant whose year has four digits. */
const lastInstant = 253_402_300_799_999;

function toItem(channel: string, message: SlackMessage): ServiceItem {
  const { ts, subtype, user, bot_id: botId, username, thread_ts: threadTs, files } = message;
  const data = toJsonObject({
    channel,
    ts,
    subtype: clipped(subtype, 100),
    user: clipped(user, 100),
    botId: clipped(botId, 100),
    username: clipped(username, 300),
    text: clipped(message.text ?? "", 40_000),
    threadTs: clipped(threadTs, 100),
    files: files?.slice(0, 20).map(({ id, name, mimetype, size }) =>
      toJsonObject({
        id: clipped(id, 100),
        name: clipped(name, 300),
        mimetype: clipped(mimetype, 100),
        size,
      }),
    ),
  });
  const at = Math.min(Number(toMicros(ts) / 1_000n), lastInstant);
  return { id: `slack:${channel}:${ts}`, kind: "message", occurredAt: toInstant(at), data };
}

function clipped(value: string | undefined, maximum: number): string | undefined {
  return value === undefined ? undefined : clip(value.toWellFormed(), maximum);
}
