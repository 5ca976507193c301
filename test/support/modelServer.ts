/**
 * A server on loopback that speaks two protocols of language models, OpenAI's chat completions and Bedrock's Converse, checks
 * what it is sent, and answers as it is told to.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface ModelRequest {
  readonly protocol: "openai" | "bedrock";
  readonly system: string;
  readonly prompt: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** What becomes of a request. */
export type ModelReply =
  /** The model says this; an object as JSON. */
  | { readonly kind: "says"; readonly content: unknown; readonly finishReason?: "stop" | "length" | "content_filter" }
  /** Any HTTP answer. */
  | {
      readonly kind: "http";
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Never answered. */
  | { readonly kind: "silence" }
  /** The head comes, and the body never ends. */
  | { readonly kind: "endless" }
  /** The connection is cut in the middle of the answer. */
  | { readonly kind: "cut" };

export interface ModelServer {
  /** Base URL of the OpenAI-compatible API. */
  readonly openAiUrl: string;
  readonly bedrockUrl: string;
  readonly requests: readonly ModelRequest[];
  /** Everything in a request that a real server would not take; must stay empty. */
  readonly violations: readonly string[];
  /** How many bytes of answers without end were sent. */
  endlessBytes(): number;
  /** Asked for each request, numbered from 1. */
  reply(with_: (request: ModelRequest, number: number) => ModelReply): void;
  close(): Promise<void>;
}

export async function startModelServer(): Promise<ModelServer> {
  const requests: ModelRequest[] = [];
  const violations: string[] = [];
  let endlessBytes = 0;
  let replyTo: (request: ModelRequest, number: number) => ModelReply = () => ({ kind: "silence" });

  const server = createServer((incoming, response) => {
    void (async () => {
      const body = await text(incoming);
      const problem = problemOf(incoming, body);
      if (problem !== undefined) {
        violations.push(problem);
        return send(response, 400, JSON.stringify({ error: { message: problem }, message: problem }));
      }
      const request = toRequest(incoming, body);
      requests.push(request);
      answer(response, request, replyTo(request, requests.length), (bytes) => (endlessBytes += bytes));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // An address of a listening TCP server is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  return {
    openAiUrl: `http://127.0.0.1:${port}/v1`,
    bedrockUrl: `http://127.0.0.1:${port}`,
    requests,
    violations,
    endlessBytes: () => endlessBytes,
    reply: (with_) => void (replyTo = with_),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface OpenAiBody {
  readonly model?: unknown;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly response_format?: { readonly type?: unknown; readonly json_schema?: { readonly schema?: unknown } };
  readonly tools?: unknown;
  readonly stream?: unknown;
}

interface ConverseBody {
  readonly system: readonly { readonly text: string }[];
  readonly messages: readonly { readonly content: readonly { readonly text: string }[] }[];
  readonly toolConfig?: { readonly tools: readonly { readonly toolSpec: { readonly name: string } }[] };
}

const converse = /^\/model\/[^/]+\/converse$/;

function problemOf({ method, url = "", headers }: IncomingMessage, body: string): string | undefined {
  if (method !== "POST") return `the method is ${method}`;
  if (headers["content-type"] !== "application/json") return `the content is ${headers["content-type"]}`;
  if (converse.test(url)) return converseProblem(headers, JSON.parse(body) as ConverseBody);
  if (url !== "/v1/chat/completions") return `the path is ${url}`;
  return openAiProblem(JSON.parse(body) as OpenAiBody);
}

function openAiProblem({ model, messages, response_format: format, tools, stream }: OpenAiBody): string | undefined {
  if (typeof model !== "string") return "no model is named";
  if (tools !== undefined) return "the model has tools";
  if (stream === true) return "a stream is asked for";
  if (format?.type !== "json_schema" || format.json_schema?.schema === undefined) return "no schema is asked for";
  if (messages.map(({ role }) => role).join() !== "system,user") return "the messages are not system and user";
  return undefined;
}

function converseProblem(headers: IncomingMessage["headers"], body: ConverseBody): string | undefined {
  const { authorization = "" } = headers;
  const signed = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/[a-z0-9-]+\/bedrock\/aws4_request, /.test(authorization);
  if (!signed && !authorization.startsWith("Bearer ")) return "the request is not signed";
  // How Converse is asked for JSON: a tool that only gives the answer its shape.
  const tools = body.toolConfig?.tools.map(({ toolSpec }) => toolSpec.name) ?? [];
  if (tools.some((name) => name !== "json")) return `the model has tools: ${tools.join()}`;
  return undefined;
}

function toRequest({ url = "", headers }: IncomingMessage, body: string): ModelRequest {
  if (converse.test(url)) {
    const { system, messages } = JSON.parse(body) as ConverseBody;
    const prompt = messages.flatMap(({ content }) => content.map((part) => part.text)).join("\n");
    return { protocol: "bedrock", system: system.map((part) => part.text).join("\n"), prompt, headers, body };
  }
  const { messages } = JSON.parse(body) as OpenAiBody;
  const said = (role: string) => messages.find((message) => message.role === role)?.content ?? "";
  return { protocol: "openai", system: said("system"), prompt: said("user"), headers, body };
}

function answer(
  response: ServerResponse,
  request: ModelRequest,
  reply: ModelReply,
  sent: (bytes: number) => void,
): void {
  switch (reply.kind) {
    case "silence":
      return;
    case "http":
      return send(response, reply.status, reply.body, reply.headers);
    case "cut":
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"choices":[', () => response.destroy());
      return;
    case "endless": {
      response.writeHead(200, { "content-type": "application/json" });
      const more = () => {
        if (response.destroyed) return;
        sent(65_536);
        response.write(" ".repeat(65_536), more);
      };
      return more();
    }
    case "says":
      return send(response, 200, JSON.stringify(request.protocol === "openai" ? completion(reply) : conversed(reply)));
  }
}

type Says = Extract<ModelReply, { readonly kind: "says" }>;

function completion({ content, finishReason = "stop" }: Says) {
  const message = { role: "assistant", content: typeof content === "string" ? content : JSON.stringify(content) };
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 0,
    model: "stub",
    choices: [{ index: 0, message, finish_reason: finishReason }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };
}

function conversed({ content, finishReason = "stop" }: Says) {
  const said = typeof content === "string" ? "end_turn" : "tool_use";
  const stopReason = { stop: said, length: "max_tokens", content_filter: "content_filtered" }[finishReason];
  const part =
    typeof content === "string" ? { text: content } : { toolUse: { toolUseId: "1", name: "json", input: content } };
  return {
    output: { message: { role: "assistant", content: [part] } },
    stopReason,
    usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
    metrics: { latencyMs: 1 },
  };
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = { "content-type": "application/json" },
): void {
  response.writeHead(status, headers).end(body);
}

/** An event as the prompt shows it. */
export interface ShownEvent {
  readonly event: string;
  readonly kind: string;
  readonly title: string;
  readonly text?: string;
  readonly [other: string]: unknown;
}

/** What is between the fences of a prompt, line by line. Fails where the fences are not two, and the last line of the prompt. */
export function shownEvents(
  prompt: string,
): readonly { readonly about?: string; readonly events: readonly ShownEvent[] }[] {
  const lines = prompt.split("\n");
  const fence = lines.at(-1) ?? "";
  const first = lines.indexOf(fence);
  if (!/^=====[0-9a-f]{32}=====$/.test(fence) || first < 0 || first === lines.length - 1) {
    throw new Error(`no data between fences:\n${prompt}`);
  }
  return lines.slice(first + 1, -1).map((line) => JSON.parse(line) as { events: ShownEvent[] });
}
