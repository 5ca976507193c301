/**
 * A server on loopback that speaks the part of Slack's Web API that channels are read with: `auth.test` and
 * `conversations.history`, newest first, by windows and pages, with the limits that Slack sets.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createServiceFaults } from "./serviceFaults.js";
import type { ServiceFaults } from "./serviceFaults.js";

export interface ChannelMessage {
  readonly channel: string;
  readonly ts: string;
  readonly text: string;
  readonly [other: string]: unknown;
}

export interface SlackHistoryCall {
  readonly method: string;
  readonly args: Readonly<Record<string, string>>;
}

export interface SlackHistoryServerOptions {
  readonly channels?: readonly string[];
  /** Greatest page. Slack gives 15 to apps that are sold outside its marketplace, else 999. */
  readonly historyPage?: number;
  /** Where no `latest` is given, the oldest page comes first, as Slack's documents say of the older method. */
  readonly oldestFirst?: boolean;
}

export interface SlackHistoryServer extends Pick<ServiceFaults, "fail" | "requests" | "endlessBytes" | "silent"> {
  readonly apiUrl: string;
  readonly token: string;
  readonly teamId: string;
  readonly calls: readonly SlackHistoryCall[];
  /** What Slack would not have been sent; must stay empty. */
  readonly violations: readonly string[];
  /** A message; the clock goes on by a second, or by so many microseconds. */
  say(channel: string, message?: Partial<ChannelMessage>, afterMicros?: bigint): ChannelMessage;
  /** What a method answers instead, for a channel where one is given: `{ok: false, error}`, or anything. */
  answer(method: string, reply: unknown, channel?: string): void;
  /** Requests of `conversations.history` that are served until the next `allow`; the others are told to wait. */
  allow(requests: number | undefined): void;
  close(): Promise<void>;
}

export const startSeconds = 1_700_000_000n;

export async function startSlackHistoryServer(options: SlackHistoryServerOptions = {}): Promise<SlackHistoryServer> {
  const { channels = ["C1234567"], historyPage = 999, oldestFirst = false } = options;
  const faults = createServiceFaults();
  const token = "xoxb-history-0123456789";
  const teamId = "T1234567";
  const calls: SlackHistoryCall[] = [];
  const violations: string[] = [];
  const messages: { readonly at: bigint; readonly message: ChannelMessage }[] = [];
  const answers = new Map<string, unknown>();
  let micros = startSeconds * 1_000_000n + 123_456n;
  let allowed = Infinity;

  const history = (args: SlackHistoryCall["args"]): unknown => {
    const { channel = "", oldest = "0", latest, cursor, limit = "100", inclusive } = args;
    if (!channels.includes(channel)) return refusal("channel_not_found");
    if (inclusive === "true") violations.push("the edges are asked for");
    const from = microsOf(oldest);
    const to = latest === undefined ? undefined : microsOf(latest);
    const found = messages
      .filter(({ message }) => message.channel === channel)
      .filter(({ at }) => at > from && (to === undefined || at < to))
      .map(({ message: { channel: _, ...shown } }) => shown);
    const inOrder = oldestFirst && latest === undefined ? found : found.reverse();
    // A cursor says what was read last, so that what comes meanwhile moves nothing.
    const start = cursor === undefined ? 0 : inOrder.findIndex(({ ts }) => ts === cursor) + 1;
    const size = Math.min(Number(limit), historyPage);
    const page = inOrder.slice(start, start + size);
    const hasMore = start + size < inOrder.length;
    const shown = oldestFirst && latest === undefined ? [...page].reverse() : page;
    return {
      ok: true,
      messages: shown,
      has_more: hasMore,
      ...(hasMore ? { response_metadata: { next_cursor: page.at(-1)?.ts ?? "" } } : {}),
    };
  };

  const serve = (method: string, args: SlackHistoryCall["args"], response: ServerResponse) => {
    const given = answers.get(`${method} ${args["channel"] ?? ""}`) ?? answers.get(method);
    if (given !== undefined) return json(response, given, micros);
    if (method === "auth.test")
      return json(response, { ok: true, team_id: teamId, user_id: "U1", bot_id: "B1" }, micros);
    if (method !== "conversations.history") return json(response, refusal("unknown_method"), micros);
    if ((allowed -= 1) < 0) return protocol.rateLimit(response, 60);
    return json(response, history(args), micros);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const method = (request.url ?? "").replace("/api/", "");
    const args = Object.fromEntries(new URLSearchParams(await text(request)));
    calls.push({ method, args });
    if (request.method !== "POST") violations.push(`the method is ${request.method}`);
    if (args["token"] !== undefined) violations.push("the token is in the form");
    if (faults.meet(response, protocol)) return;
    if (request.headers.authorization !== `Bearer ${token}`) return protocol.auth(response);
    serve(method, args, response);
  };

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // An address of a listening TCP server is never a pipe's name.
  const { port } = server.address() as AddressInfo;

  return {
    ...faults,
    ...{ apiUrl: `http://127.0.0.1:${port}/api/`, token, teamId, calls, violations },
    say(channel, given = {}, afterMicros = 1_000_000n) {
      micros += afterMicros;
      const message: ChannelMessage = {
        type: "message",
        user: "U7",
        text: "hello",
        ts: tsOf(micros),
        channel,
        ...given,
      };
      messages.push({ at: microsOf(message.ts), message });
      return message;
    },
    answer: (method, reply, channel) =>
      void answers.set(channel === undefined ? method : `${method} ${channel}`, reply),
    allow: (requests) => void (allowed = requests ?? Infinity),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function refusal(error: string) {
  return { ok: false, error };
}

const protocol = {
  auth: (response: ServerResponse) => json(response, refusal("token_revoked"), 0n),
  rateLimit: (response: ServerResponse, seconds: number) =>
    void response
      .writeHead(429, { "content-type": "application/json", "retry-after": String(seconds) })
      .end(JSON.stringify(refusal("ratelimited"))),
};

/** With the time of the server's own clock: a second behind the last message. */
function json(response: ServerResponse, body: unknown, micros: bigint): void {
  const date = new Date(Number(micros / 1_000n) + 1_000).toUTCString();
  response.writeHead(200, { "content-type": "application/json; charset=utf-8", date }).end(JSON.stringify(body));
}

function microsOf(ts: string): bigint {
  const [seconds = "0", fraction = ""] = ts.split(".");
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, "0"));
}

function tsOf(micros: bigint): string {
  return `${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, "0")}`;
}
