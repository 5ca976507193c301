/**
 * A server on loopback that speaks the protocol of Amazon SQS (AWS JSON 1.0), with long polls, visibility, redrive to a
 * dead-letter queue and its rules for parameters, and fails as it is told to.
 */
import { createHash, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";

/** What becomes of a request: served when undefined. */
export type SqsFault =
  /** As SQS refuses. */
  | { readonly kind: "error"; readonly status: number; readonly code: string; readonly message?: string }
  /** The connection is cut before anything is done. */
  | { readonly kind: "drop" }
  /** It is done, and the connection is cut before the answer. */
  | { readonly kind: "drop after" }
  /** The bodies that are received are not those that were sent. */
  | { readonly kind: "garbled" };

export interface SqsServer {
  readonly url: string;
  readonly queueUrl: string;
  readonly deadLetterUrl: string;
  /** How many requests of an action came. */
  requests(action: string): number;
  /** Everything in a request that AWS would not have sent or taken; must stay empty. */
  readonly violations: readonly string[];
  /** Regions that requests were signed for. */
  readonly regions: ReadonlySet<string>;
  /** Bodies of the dead letters, oldest first. */
  deadLetters(): readonly string[];
  /** Bodies of what is in the queue, whether hidden or not. */
  bodies(): readonly string[];
  /** Puts a body into the queue as anybody could. */
  put(body: string): void;
  /** Makes hidden messages visible, as time would. */
  reveal(): void;
  /** Asked for each request, numbered from 1 by its action. */
  fail(fault: ((action: string, request: number) => SqsFault | undefined) | undefined): void;
  close(): Promise<void>;
}

interface Kept {
  readonly messageId: string;
  readonly body: string;
  receives: number;
  hiddenUntil: number;
  receipt: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

const account = "123456789012";

/** `maxReceives`: of the redrive policy. */
export async function startSqsServer({ maxReceives = 5 }: { readonly maxReceives?: number } = {}): Promise<SqsServer> {
  const queue: Kept[] = [];
  const dead: Kept[] = [];
  const violations: string[] = [];
  const regions = new Set<string>();
  const counts = new Map<string, number>();
  let fault: Parameters<SqsServer["fail"]>[0];
  let base = "";
  let closed = false;

  const queueOf = (fields: Fields): Kept[] => {
    if (fields["QueueUrl"] === `${base}/${account}/research`) return queue;
    if (fields["QueueUrl"] === `${base}/${account}/research-dead`) return dead;
    throw new Refusal("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.");
  };
  const put = (body: string): string => {
    const messageId = randomUUID();
    queue.push({ messageId, body, receives: 0, hiddenUntil: 0, receipt: undefined });
    return messageId;
  };

  const actions: Readonly<Record<string, (fields: Fields, request: IncomingMessage) => Promise<object> | object>> = {
    SendMessage(fields) {
      queueOf(fields);
      const body = textOf(fields, "MessageBody");
      return { MessageId: put(body), MD5OfMessageBody: md5(body) };
    },
    async ReceiveMessage(fields, request) {
      const from = queueOf(fields);
      const max = numberOf(fields, "MaxNumberOfMessages", 1, 10);
      const seconds = numberOf(fields, "WaitTimeSeconds", 0, 20);
      const visibility = numberOf(fields, "VisibilityTimeout", 0, 43_200);
      const deadline = performance.now() + seconds * 1_000;
      let gone = false;
      request.socket.once("close", () => (gone = true));
      for (;;) {
        const now = performance.now();
        for (const kept of from.filter(({ hiddenUntil, receives }) => hiddenUntil <= now && receives >= maxReceives)) {
          from.splice(from.indexOf(kept), 1);
          dead.push({ ...kept, receives: 0, hiddenUntil: 0 });
        }
        const found = from.filter(({ hiddenUntil }) => hiddenUntil <= now).slice(0, max);
        if (found.length > 0 || now >= deadline || gone || closed) {
          return found.length === 0 ? {} : { Messages: found.map((kept) => deliver(kept, now + visibility * 1_000)) };
        }
        await wait(10);
      }
    },
    ChangeMessageVisibility(fields) {
      const kept = receivedIn(queueOf(fields), textOf(fields, "ReceiptHandle"));
      const seconds = numberOf(fields, "VisibilityTimeout", 0, 43_200);
      if (kept === undefined) {
        throw new Refusal(
          "InvalidParameterValue",
          "Value for parameter ReceiptHandle is invalid. Reason: Message does not exist.",
        );
      }
      kept.hiddenUntil = performance.now() + seconds * 1_000;
      return {};
    },
    DeleteMessage(fields) {
      const from = queueOf(fields);
      const kept = receivedIn(from, textOf(fields, "ReceiptHandle"));
      if (kept !== undefined) from.splice(from.indexOf(kept), 1);
      return {};
    },
    GetQueueAttributes(fields) {
      const of = queueOf(fields);
      const hidden = of.filter(({ hiddenUntil }) => hiddenUntil > performance.now()).length;
      const known: Readonly<Record<string, string>> = {
        ApproximateNumberOfMessages: String(of.length - hidden),
        ApproximateNumberOfMessagesNotVisible: String(hidden),
        ApproximateNumberOfMessagesDelayed: "0",
      };
      const names = fields["AttributeNames"];
      if (!Array.isArray(names)) throw new Refusal("InvalidAttributeName", "no names");
      return {
        Attributes: Object.fromEntries(names.map((name: unknown) => [String(name), known[String(name)] ?? "0"])),
      };
    },
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    const problem = protocolProblem(request);
    if (problem !== undefined) {
      violations.push(problem);
      return answer(response, 400, errorBody("InvalidAction", problem));
    }
    const { authorization, "x-amz-target": target } = request.headers;
    regions.add(/Credential=[^/]+\/\d{8}\/([^/]+)\/sqs\//.exec(authorization ?? "")?.[1] ?? "none");
    const action = String(target).slice("AmazonSQS.".length);
    counts.set(action, (counts.get(action) ?? 0) + 1);
    const wrong = fault?.(action, counts.get(action) ?? 0);
    if (wrong?.kind === "drop") return void response.destroy();
    if (wrong?.kind === "error")
      return answer(response, wrong.status, errorBody(wrong.code, wrong.message ?? "as told"));
    const act = actions[action];
    if (act === undefined) return answer(response, 400, errorBody("InvalidAction", `no ${action}`));
    try {
      const said = await act(JSON.parse(body) as Fields, request);
      if (wrong?.kind === "drop after") return void response.destroy();
      const json = JSON.stringify(said);
      answer(response, 200, wrong?.kind === "garbled" ? json.replaceAll("requestId", "requestID") : json);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // Of a message that is gone SQS says so as well; all else a client of ours must not do.
      if (!error.message.includes("does not exist")) violations.push(`${action}: ${error.message}`);
      answer(response, error.status, errorBody(error.code, error.message));
    }
  };

  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // An address of a listening TCP server is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  base = `http://127.0.0.1:${port}`;
  return {
    url: base,
    queueUrl: `${base}/${account}/research`,
    deadLetterUrl: `${base}/${account}/research-dead`,
    requests: (action) => counts.get(action) ?? 0,
    violations,
    regions,
    deadLetters: () => dead.map(({ body }) => body),
    bodies: () => queue.map(({ body }) => body),
    put: (body) => void put(body),
    reveal: () => queue.forEach((kept) => (kept.hiddenUntil = 0)),
    fail: (wanted) => void (fault = wanted),
    close: () =>
      new Promise((resolve) => {
        closed = true;
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A message as it is received: from now on the old receipt is worth nothing. */
function deliver(kept: Kept, hiddenUntil: number): object {
  kept.receives += 1;
  kept.receipt = randomUUID();
  kept.hiddenUntil = hiddenUntil;
  return {
    MessageId: kept.messageId,
    ReceiptHandle: kept.receipt,
    Body: kept.body,
    MD5OfBody: md5(kept.body),
    Attributes: { ApproximateReceiveCount: String(kept.receives) },
  };
}

function receivedIn(queue: readonly Kept[], receipt: string): Kept | undefined {
  return queue.find((kept) => kept.receipt === receipt);
}

function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === "string" && value !== "" && value.length <= 1_048_576) return value;
  throw new Refusal("MissingParameter", `the request must contain the parameter ${name}`);
}

function numberOf(fields: Fields, name: string, least: number, most: number): number {
  const value = fields[name];
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Refusal("InvalidParameterValue", `${name} is ${JSON.stringify(value)}, not from ${least} to ${most}`);
}

function protocolProblem({ method, url, headers }: IncomingMessage): string | undefined {
  if (method !== "POST" || url !== "/") return `the request is ${method} ${url}`;
  if (headers["content-type"] !== "application/x-amz-json-1.0") return `the content is ${headers["content-type"]}`;
  if (!String(headers["x-amz-target"]).startsWith("AmazonSQS."))
    return `the target is ${String(headers["x-amz-target"])}`;
  return headers.authorization?.startsWith("AWS4-HMAC-SHA256 ") ? undefined : "the request is not signed";
}

function answer(response: ServerResponse, status: number, json: string): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(json);
}

function errorBody(code: string, message: string): string {
  return JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message });
}

function md5(body: string): string {
  return createHash("md5").update(body).digest("hex");
}
