/**
 * A fault proxy: stands between a server and its DynamoDB, speaks HTTP to both, and loses, delays, doubles or refuses
 * requests as a test says. It knows what operation a request is, so a fault can hit one kind only.
 */
import { once } from "node:events";
import { Agent, createServer, request as httpRequest } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** What becomes of one request. */
export type Fault =
  /** The connection breaks before the engine has seen the request. */
  | { readonly kind: "drop-before" }
  /** The engine carries the request out, and the connection breaks instead of the answer. */
  | { readonly kind: "drop-after" }
  /** The connection breaks in the middle of the answer. */
  | { readonly kind: "cut" }
  /** The request reaches the engine late. */
  | { readonly kind: "delay"; readonly milliseconds: number }
  /** The request reaches the engine twice, one behind the other; the second answer counts. */
  | { readonly kind: "duplicate" }
  /** The request is answered, and reaches the engine again when much else has happened. */
  | { readonly kind: "echo"; readonly milliseconds: number }
  /** Refused with this error, and not carried out. */
  | { readonly kind: "refuse"; readonly error: RefusedWith }
  /** Carried out, and answered with `InternalServerError` all the same. */
  | { readonly kind: "fail-after" }
  /** A transaction is cancelled because it met another; anything else is throttled. */
  | { readonly kind: "contend" }
  /** Only the first half of a batch is carried out, and the rest handed back as unprocessed. */
  | { readonly kind: "part" }
  /** Never answered, and the connection stays, as behind a cable that was pulled. */
  | { readonly kind: "hang" };

export type RefusedWith =
  | "ProvisionedThroughputExceededException"
  | "ThrottlingException"
  | "InternalServerError"
  | "RequestLimitExceeded"
  /** The only one of these that the SDK does not send again. */
  | "AccessDeniedException";

export interface ProxiedRequest {
  /** `TransactWriteItems`, `GetRecords` ... */
  readonly operation: string;
  /** 1 for the proxy's first request. */
  readonly number: number;
  /** As it was sent: JSON. */
  readonly body: Buffer;
}

export interface FaultProxy {
  /** For clients. */
  readonly endpoint: string;
  /** How many requests have come. */
  readonly requests: number;
  /** How many faults of each kind there were. */
  readonly faults: ReadonlyMap<Fault["kind"], number>;
  /** From now on `choose` decides about each request. */
  inject(choose: (request: ProxiedRequest) => Fault | undefined): void;
  /** No more faults, once what is due later has happened. What hangs will never be answered. */
  heal(): Promise<void>;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Asked {
  readonly operation: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Starts a proxy in front of the engine at `upstream`. */
export async function startFaultProxy(upstream: string): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const faults = new Map<Fault["kind"], number>();
  const late = new Set<Promise<unknown>>();
  let requests = 0;
  let choose: (request: ProxiedRequest) => Fault | undefined = () => undefined;

  const forward = (asked: Asked): Promise<Answer> => send(upstream, agent, asked);

  const later = (work: Promise<unknown>) => {
    const settled = work.catch(() => undefined).finally(() => late.delete(settled));
    late.add(settled);
  };

  const carryOut = async (fault: Fault | undefined, asked: Asked, response: ServerResponse): Promise<void> => {
    switch (fault?.kind) {
      case undefined:
        return answer(response, await forward(asked));
      case "drop-before":
        return breakOff(response);
      case "drop-after":
        await forward(asked);
        return breakOff(response);
      case "cut":
        return answerHalf(response, await forward(asked));
      case "delay":
        await sleep(fault.milliseconds);
        return answer(response, await forward(asked));
      case "duplicate":
        await forward(asked);
        return answer(response, await forward(asked));
      case "echo":
        later(sleep(fault.milliseconds).then(() => forward(asked)));
        return answer(response, await forward(asked));
      case "refuse":
        return answer(response, refusal(fault.error));
      case "fail-after":
        await forward(asked);
        return answer(response, refusal("InternalServerError"));
      case "contend":
        return answer(response, contention(asked));
      case "part":
        return answer(response, await carryOutPart(asked, forward));
      case "hang":
        return;
    }
  };

  const server = createServer((incoming, response) => {
    response.on("error", () => undefined);
    void (async () => {
      const asked = await readRequest(incoming);
      requests += 1;
      const fault = choose({ operation: asked.operation, number: requests, body: asked.body });
      if (fault !== undefined) faults.set(fault.kind, (faults.get(fault.kind) ?? 0) + 1);
      await carryOut(fault, asked, response);
    })()
      // The engine is gone, or the client: what it sees is a connection that breaks.
      .catch(() => breakOff(response));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("a TCP server has an address with a port");

  const heal = async () => {
    choose = () => undefined;
    await Promise.all(late);
  };
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    get requests() {
      return requests;
    },
    faults,
    inject: (next) => {
      choose = next;
    },
    heal,
    close: async () => {
      await heal();
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await once(server, "close");
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<Asked> {
  const target = incoming.headers["x-amz-target"];
  return {
    operation: typeof target === "string" ? (target.split(".")[1] ?? "") : "",
    path: incoming.url ?? "/",
    headers: incoming.headers,
    body: await readBody(incoming),
  };
}

async function readBody(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function send(upstream: string, agent: Agent, { path, headers, body }: Asked): Promise<Answer> {
  const outgoing = httpRequest(new URL(path, upstream), {
    method: "POST",
    agent,
    headers: { ...headers, host: new URL(upstream).host, "content-length": body.length },
  });
  outgoing.end(body);
  // With the event "response" comes the message; an "error" rejects.
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  return { status: incoming.statusCode ?? 500, headers: incoming.headers, body: await readBody(incoming) };
}

function answer(response: ServerResponse, { status, headers, body }: Answer): void {
  const { connection: _c, "transfer-encoding": _t, "keep-alive": _k, ...kept } = headers;
  response.writeHead(status, { ...kept, "content-length": body.length });
  response.end(body);
}

function answerHalf(response: ServerResponse, { status, headers, body }: Answer): void {
  const { connection: _c, "transfer-encoding": _t, "keep-alive": _k, ...kept } = headers;
  response.writeHead(status, { ...kept, "content-length": body.length });
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => breakOff(response));
}

function breakOff(response: ServerResponse): void {
  response.destroy();
  response.socket?.destroy();
}

function errorBody(type: string, more: Record<string, unknown> = {}): Answer {
  const namespace = "com.amazonaws.dynamodb.v20120810";
  const body = Buffer.from(JSON.stringify({ __type: `${namespace}#${type}`, message: "by the fault proxy", ...more }));
  return {
    status: type === "InternalServerError" ? 500 : 400,
    headers: { "content-type": "application/x-amz-json-1.0" },
    body,
  };
}

function refusal(error: RefusedWith): Answer {
  return errorBody(error);
}

/** What DynamoDB says when items of a transaction are in use: a reason for every item, "None" for those that are not. */
function contention({ operation, body }: Asked): Answer {
  if (operation !== "TransactWriteItems") return refusal("ThrottlingException");
  const { TransactItems } = JSON.parse(body.toString()) as { readonly TransactItems: readonly unknown[] };
  const CancellationReasons = TransactItems.map((_, index) => ({ Code: index === 0 ? "TransactionConflict" : "None" }));
  return errorBody("TransactionCanceledException", { CancellationReasons });
}

interface BatchGet {
  readonly RequestItems: Readonly<Record<string, { readonly Keys: readonly unknown[] }>>;
}

/** A batch read of which DynamoDB does the first half of each table's keys, as it may; any other request as it is. */
async function carryOutPart(asked: Asked, forward: (asked: Asked) => Promise<Answer>): Promise<Answer> {
  if (asked.operation !== "BatchGetItem") return forward(asked);
  const { RequestItems, ...rest } = JSON.parse(asked.body.toString()) as BatchGet;
  const half = (of: readonly unknown[]) => Math.ceil(of.length / 2);
  const take = (part: (keys: readonly unknown[]) => readonly unknown[]) =>
    Object.fromEntries(
      Object.entries(RequestItems)
        .map(([table, wanted]) => [table, { ...wanted, Keys: part(wanted.Keys) }] as const)
        .filter(([, { Keys }]) => Keys.length > 0),
    );
  const first = take((keys) => keys.slice(0, half(keys)));
  const done = await forward({ ...asked, body: Buffer.from(JSON.stringify({ ...rest, RequestItems: first })) });
  if (done.status !== 200) return done;
  const output = JSON.parse(done.body.toString()) as { readonly UnprocessedKeys?: Record<string, unknown> };
  const UnprocessedKeys = { ...output.UnprocessedKeys, ...take((keys) => keys.slice(half(keys))) };
  const { "x-amz-crc32": _checksum, ...headers } = done.headers;
  return { ...done, headers, body: Buffer.from(JSON.stringify({ ...output, UnprocessedKeys })) };
}
