/**
 * A server on loopback that speaks Slack's Web API as far as we use it: tokens, forms and JSON, channels and membership, Block
 * Kit's limits, metadata, history by pages. It keeps Slack's rules, and fails as it is told to.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface SlackChannel {
  readonly id: string;
  readonly name: string;
  /** @default true */
  readonly isMember?: boolean;
  readonly isArchived?: boolean;
  readonly isPrivate?: boolean;
}

/** A message as people of the channel have it. */
export interface SlackMessage {
  readonly channel: string;
  readonly ts: string;
  readonly text: string;
  readonly blocks: readonly Json[];
  readonly metadata?: { readonly event_type: string; readonly event_payload: Readonly<Record<string, unknown>> };
  readonly bot_id: string;
  readonly edits: number;
}

export type Json = Readonly<Record<string, unknown>>;

/** A request that was well-formed. */
export interface SlackCall {
  readonly method: string;
  readonly args: Json;
}

/** What becomes of a request: served when undefined. */
export type SlackFault =
  /** HTTP 429. Slack always says how long; `undefined` leaves it out. */
  | { readonly kind: "limited"; readonly retryAfter: number | undefined }
  /** `{ ok: false, error }`, as Slack refuses. */
  | { readonly kind: "error"; readonly error: string; readonly needed?: string }
  | { readonly kind: "http"; readonly status: number }
  /** A page of a proxy. */
  | { readonly kind: "page" }
  /** The connection is cut before anything is taken. */
  | { readonly kind: "drop" }
  /** The message is taken, and the connection is cut before the answer. */
  | { readonly kind: "drop after" }
  /** Never answered. */
  | { readonly kind: "silence" };

export interface SlackServerOptions {
  readonly token?: string;
  readonly channels?: readonly SlackChannel[];
  /** Milliseconds since 1970, for `ts`. @default Date.now */
  readonly now?: () => number;
  /** Whether the app may read the history of channels. @default true */
  readonly mayReadHistory?: boolean;
  /** Greatest page of a history. @default 15, as of apps that are not of the Marketplace */
  readonly historyPage?: number;
}

export interface SlackServer {
  /** What `SLACK_API_URL` is set to. */
  readonly url: string;
  readonly token: string;
  /** Oldest first. */
  readonly calls: readonly SlackCall[];
  /** What the channels have, in the order of posting. */
  readonly messages: readonly SlackMessage[];
  /** Everything in a request that Slack would not have sent or taken; must stay empty. */
  readonly violations: readonly string[];
  /** Asked for each request of a method, numbered from 1 for each method. */
  fail(fault: ((method: string, request: number, args: Json) => SlackFault | undefined) | undefined): void;
  /** Another app, or a person, writes. */
  write(message: Partial<SlackMessage> & { readonly channel: string }): SlackMessage;
  /** Resolves with the first message that matches, also one that is there already. */
  message(matches: (message: SlackMessage) => boolean): Promise<SlackMessage>;
  /** Resolves when `matches` holds; looked at after each request. */
  until(matches: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export const botId = "B0PSLEDGER";
export const workspaceUrl = "https://team.slack.com/";
export const general: SlackChannel = { id: "C0000000001", name: "general" };

const limits = {
  blocks: 50,
  header: 150,
  section: 3_000,
  contextElements: 10,
  actionsElements: 25,
  buttonText: 75,
  actionId: 255,
  value: 2_000,
  url: 3_000,
  fallback: 40_000,
  metadataBytes: 16_000,
};

export async function startSlackServer(options: SlackServerOptions = {}): Promise<SlackServer> {
  const { token = "xoxb-test-0123456789", channels = [general], mayReadHistory = true, historyPage = 15 } = options;
  const now = options.now ?? Date.now;
  const calls: SlackCall[] = [];
  const messages: SlackMessage[] = [];
  const violations: string[] = [];
  const requests = new Map<string, number>();
  const waiting = new Set<() => void>();
  let fault: Parameters<SlackServer["fail"]>[0];
  let lastTs = 0;

  /** Unique in a channel, and in the order of posting. */
  const nextTs = () => {
    lastTs = Math.max(lastTs + 1, now() * 1_000);
    return `${Math.floor(lastTs / 1_000_000)}.${String(lastTs % 1_000_000).padStart(6, "0")}`;
  };
  const add = (message: Omit<SlackMessage, "ts" | "edits">): SlackMessage => {
    const posted = { ...message, ts: nextTs(), edits: 0 };
    messages.push(posted);
    return posted;
  };
  const tell = () => {
    for (const look of [...waiting]) look();
  };
  const channelOf = (given: unknown, by: "id" | "id or name"): SlackChannel | undefined =>
    channels.find(({ id, name }) => given === id || (by === "id or name" && given === `#${name}`));

  const requireOpen = (channel: SlackChannel | undefined): SlackChannel => {
    if (channel === undefined || (channel.isPrivate && channel.isMember === false)) throw refusal("channel_not_found");
    if (channel.isArchived) throw refusal("is_archived");
    if (channel.isMember === false) throw refusal("not_in_channel");
    return channel;
  };

  const contentOf = (args: Json) => {
    const blocks = args["blocks"] as readonly Json[] | undefined;
    violations.push(
      ...blockProblems(blocks ?? []),
      ...textProblems(args["text"]),
      ...metadataProblems(args["metadata"]),
    );
    if ((blocks ?? []).length > 0 && blockProblems(blocks ?? []).length > 0) throw refusal("invalid_blocks");
    return {
      text: textOf(args["text"]),
      blocks: blocks ?? [],
      ...(args["metadata"] === undefined
        ? {}
        : { metadata: args["metadata"] as NonNullable<SlackMessage["metadata"]> }),
    };
  };

  const methods: Readonly<Record<string, (args: Json) => Json>> = {
    "auth.test": () => ({ url: workspaceUrl, team: "Team", user: "opsledger", bot_id: botId }),

    "chat.postMessage": (args) => {
      const channel = requireOpen(channelOf(args["channel"], "id or name"));
      if (args["unfurl_links"] !== false || args["unfurl_media"] !== false) violations.push("links would unfurl");
      const message = add({ channel: channel.id, bot_id: botId, ...contentOf(args) });
      return { channel: channel.id, ts: message.ts, message };
    },

    "chat.update": (args) => {
      const channel = requireOpen(channelOf(args["channel"], "id"));
      const index = messages.findIndex(({ ts, channel: of }) => ts === args["ts"] && of === channel.id);
      const before = messages[index];
      if (before === undefined) throw refusal("message_not_found");
      if (before.bot_id !== botId) throw refusal("cant_update_message");
      messages[index] = { ...before, ...contentOf(args), edits: before.edits + 1 };
      return { channel: channel.id, ts: before.ts, text: before.text };
    },

    "conversations.history": (args) => {
      const channel = requireOpen(channelOf(args["channel"], "id"));
      if (!mayReadHistory) throw refusal("missing_scope", { needed: "channels:history" });
      const oldest = Number(args["oldest"] ?? 0);
      const newestFirst = messages
        .filter((message) => message.channel === channel.id && Number(message.ts) >= oldest)
        .reverse();
      const from = Number(args["cursor"] ?? 0);
      const size = Math.min(Number(args["limit"] ?? 100), historyPage);
      const page = newestFirst.slice(from, from + size);
      const next = from + size < newestFirst.length ? String(from + size) : "";
      const shown = args["include_all_metadata"] === true ? page : page.map(({ metadata: _, ...others }) => others);
      return { messages: shown, has_more: next !== "", response_metadata: { next_cursor: next } };
    },

    "conversations.list": (args) => {
      const types = (textOf(args["types"]) || "public_channel").split(",");
      const visible = channels.filter(({ isPrivate, isMember }) =>
        isPrivate ? types.includes("private_channel") && isMember !== false : types.includes("public_channel"),
      );
      const from = Number(args["cursor"] ?? 0);
      const page = visible.slice(from, from + 1);
      const next = from + 1 < visible.length ? String(from + 1) : "";
      return { channels: page.map(({ id, name }) => ({ id, name })), response_metadata: { next_cursor: next } };
    },
  };

  const serve = (method: string, args: Json): Json => {
    const run = methods[method];
    if (run === undefined) throw refusal("unknown_method");
    return { ok: true, ...run(args) };
  };

  const answerCall = (method: string, args: Json, response: ServerResponse) => {
    const request = (requests.get(method) ?? 0) + 1;
    requests.set(method, request);
    calls.push({ method, args });
    const wrong = fault?.(method, request, args);
    switch (wrong?.kind) {
      case "limited":
        return response
          .writeHead(429, wrong.retryAfter === undefined ? {} : { "retry-after": String(wrong.retryAfter) })
          .end(JSON.stringify({ ok: false, error: "ratelimited" }));
      case "error":
        return answer(response, { ok: false, error: wrong.error, ...(wrong.needed ? { needed: wrong.needed } : {}) });
      case "http":
        return response.writeHead(wrong.status).end("down");
      case "page":
        return response.writeHead(200, { "content-type": "text/html" }).end("<html>Log in to the network</html>");
      case "drop":
        return response.destroy();
      case "silence":
        return undefined;
      case "drop after":
        serve(method, args);
        return response.destroy();
      case undefined:
        return answer(response, serve(method, args));
    }
  };

  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      try {
        const problem = protocolProblem(request);
        if (problem !== undefined) {
          violations.push(problem);
          throw refusal("invalid_arguments");
        }
        if (request.headers.authorization !== `Bearer ${token}`) throw refusal("invalid_auth");
        answerCall(methodOf(request), argsOf(request, body), response);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        answer(response, { ok: false, error: error.message, ...error.more });
      } finally {
        tell();
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // An address of a listening TCP server is never a pipe's name.
  const { port } = server.address() as AddressInfo;

  const until = (matches: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!matches()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });

  return {
    url: `http://127.0.0.1:${port}/api/`,
    token,
    calls,
    messages,
    violations,
    fail: (wanted) => void (fault = wanted),
    write: (message) => add({ text: "", blocks: [], bot_id: "B0OTHER", ...message }),
    until,
    async message(matches) {
      await until(() => messages.some(matches));
      // Just seen.
      return messages.find(matches) as SlackMessage;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class Refusal extends Error {
  constructor(
    code: string,
    readonly more: Json,
  ) {
    super(code);
  }
}

function refusal(code: string, more: Json = {}): Refusal {
  return new Refusal(code, more);
}

function answer(response: ServerResponse, body: Json): void {
  response.writeHead(200, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}

function protocolProblem({ method, url, headers }: IncomingMessage): string | undefined {
  const type = headers["content-type"] ?? "";
  if (method !== "POST") return `the method is ${method}`;
  if (!url?.startsWith("/api/")) return `the address is ${url}`;
  if (headers.authorization === undefined) return "the token is not in the authorization header";
  return /^application\/(x-www-form-urlencoded|json)\b/.test(type) ? undefined : `the content is ${type}`;
}

function methodOf({ url }: IncomingMessage): string {
  return (url ?? "").slice("/api/".length).split("?")[0] ?? "";
}

/** In a form, whatever is no text is JSON. */
function argsOf({ headers }: IncomingMessage, body: string): Json {
  if (headers["content-type"]?.startsWith("application/json")) return JSON.parse(body) as Json;
  const structured = new Set([
    "blocks",
    "metadata",
    "include_all_metadata",
    "unfurl_links",
    "unfurl_media",
    "inclusive",
  ]);
  return Object.fromEntries(
    [...new URLSearchParams(body)].map(([name, value]) => [name, structured.has(name) ? JSON.parse(value) : value]),
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** What Slack would refuse in blocks. */
export function blockProblems(blocks: readonly Json[]): string[] {
  if (blocks.length > limits.blocks) return [`${blocks.length} blocks`];
  return blocks.flatMap((block) => problemsOfBlock(block));
}

function problemsOfBlock(block: Json): string[] {
  const elements = (block["elements"] ?? []) as readonly Json[];
  switch (block["type"]) {
    case "header":
      return textObjectProblems(block["text"], { longest: limits.header, types: ["plain_text"] });
    case "section":
      return textObjectProblems(block["text"], { longest: limits.section, types: ["plain_text", "mrkdwn"] });
    case "context":
      return [
        ...lengthProblems("context elements", elements.length, limits.contextElements),
        ...elements.flatMap((element) =>
          textObjectProblems(element, { longest: limits.section, types: ["plain_text", "mrkdwn"] }),
        ),
      ];
    case "actions":
      return [
        ...lengthProblems("actions elements", elements.length, limits.actionsElements),
        ...elements.flatMap(buttonProblems),
      ];
    case "rich_text":
      return elements.flatMap(richTextProblems);
    default:
      return [`a block of type ${String(block["type"])}`];
  }
}

function buttonProblems(button: Json): string[] {
  if (button["type"] !== "button") return [`an element of type ${String(button["type"])}`];
  return [
    ...textObjectProblems(button["text"], { longest: limits.buttonText, types: ["plain_text"] }),
    ...lengthProblems("action_id", textOf(button["action_id"]).length, limits.actionId),
    ...lengthProblems("value", (textOf(button["value"]) || "x").length, limits.value),
    ...(button["url"] === undefined ? [] : urlProblems(button["url"])),
  ];
}

function richTextProblems(element: Json): string[] {
  const parts = (element["elements"] ?? []) as readonly Json[];
  switch (element["type"]) {
    case "rich_text_section":
      return parts.length === 0 ? ["an empty rich_text_section"] : parts.flatMap(richPartProblems);
    case "rich_text_list":
      return parts.length === 0 ? ["an empty list"] : parts.flatMap(richTextProblems);
    default:
      return [`a rich text element of type ${String(element["type"])}`];
  }
}

/** Mentions are parts of their own: what is not listed here would reach people. */
function richPartProblems(part: Json): string[] {
  switch (part["type"]) {
    case "text":
      return typeof part["text"] === "string" && part["text"] !== "" ? [] : ["an empty text"];
    case "link":
      return [...urlProblems(part["url"]), ...(part["text"] === "" ? ["an empty link text"] : [])];
    case "date":
      return Number.isInteger(part["timestamp"]) && typeof part["format"] === "string"
        ? []
        : ["a date without its time"];
    default:
      return [`a rich text part of type ${String(part["type"])}`];
  }
}

function textObjectProblems(
  object: unknown,
  { longest, types }: { readonly longest: number; readonly types: readonly string[] },
): string[] {
  const { type, text: value } = (object ?? {}) as { readonly type?: string; readonly text?: string };
  if (type === undefined || !types.includes(type)) return [`a text of type ${String(type)}`];
  return lengthProblems(`a ${type}`, (value ?? "").length, longest);
}

function urlProblems(url: unknown): string[] {
  if (typeof url !== "string" || !URL.canParse(url)) return ["no address"];
  return lengthProblems("url", url.length, limits.url);
}

function lengthProblems(what: string, length: number, longest: number): string[] {
  return length < 1 || length > longest ? [`${what} of length ${length}; 1 to ${longest} are allowed`] : [];
}

/** The fallback is read as markup: what is in angle brackets is a link or a mention. */
function textProblems(fallback: unknown): string[] {
  if (typeof fallback !== "string") return ["no fallback text"];
  return [
    ...lengthProblems("fallback text", fallback.length, limits.fallback),
    ...(/<[^>]*>/.test(fallback) ? [`markup in the fallback text: ${fallback}`] : []),
  ];
}

function metadataProblems(metadata: unknown): string[] {
  const { event_type: type, event_payload: payload } = (metadata ?? {}) as Partial<
    NonNullable<SlackMessage["metadata"]>
  >;
  if (typeof type !== "string" || !/^\w{1,255}$/.test(type) || typeof payload !== "object") return ["no metadata"];
  return lengthProblems("metadata", JSON.stringify(metadata).length, limits.metadataBytes);
}

/** Every text in blocks that people see, in order. */
export function shownTexts(blocks: readonly Json[]): string[] {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return void value.forEach(walk);
    if (typeof value !== "object" || value === null) return;
    for (const [name, member] of Object.entries(value)) {
      if (name === "text" && typeof member === "string") found.push(member);
      else walk(member);
    }
  };
  walk(blocks);
  return found;
}

/** Every address in blocks. */
export function shownUrls(blocks: readonly Json[]): string[] {
  return [...JSON.stringify(blocks).matchAll(/"url":("(?:[^"\\]|\\.)*")/g)].map(
    ([, url]) => JSON.parse(url ?? '""') as string,
  );
}
