/** A receiver of sessions' webhooks on loopback: keeps what comes, checks signatures, and answers as it is told to. */
import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook as StandardWebhook } from "standardwebhooks";
import type { Delivery, ServiceItem } from "../../src/domain/integrations/index.js";

export interface ReceivedDelivery {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Delivery["body"];
  /** Undefined where the receiver knows no secret for the session. */
  readonly isSigned: boolean | undefined;
}

/** Answers a delivery; 204 where it does nothing at once or later. */
export type ReceiverAnswer = (response: ServerResponse, delivery: ReceivedDelivery, request: IncomingMessage) => void;

export interface WebhookReceiver {
  /** `http://127.0.0.1:<port>/hook`, or `https` beside `tls`. */
  readonly url: string;
  /** `127.0.0.1:<port>`: what a sender must allow. */
  readonly host: string;
  /** In the order in which they came, taken or not. */
  readonly deliveries: readonly ReceivedDelivery[];
  /** Items of deliveries that were answered with 2xx, each once, in the order in which they came first. */
  items(): readonly ServiceItem[];
  /** Connections that were ever opened. */
  connections(): number;
  /** Answers so from now on; undefined: takes everything again. */
  answer(answer: ReceiverAnswer | undefined): void;
  close(): Promise<void>;
}

export interface ReceiverOptions {
  /** The secret of a session; deliveries are not checked without it. */
  readonly secretOf?: ((sessionId: string) => string | undefined) | undefined;
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
}

export async function startWebhookReceiver({ secretOf, tls }: ReceiverOptions = {}): Promise<WebhookReceiver> {
  const deliveries: ReceivedDelivery[] = [];
  const taken = new Map<string, ServiceItem>();
  let connections = 0;
  let answer: ReceiverAnswer | undefined;

  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const delivery = toDelivery(request, await text(request), secretOf);
    deliveries.push(delivery);
    response.once("finish", () => {
      if (response.statusCode < 200 || response.statusCode > 299) return;
      for (const item of delivery.body.items) if (!taken.has(item.id)) taken.set(item.id, item);
    });
    if (answer === undefined) response.writeHead(204).end();
    else answer(response, delivery, request);
  };
  const listener = (request: IncomingMessage, response: ServerResponse) =>
    // A delivery that is cut off is none.
    void take(request, response).catch(() => response.destroy());
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.on("connection", () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // An address of a listening TCP server is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}/hook`,
    host: `127.0.0.1:${port}`,
    deliveries,
    items: () => [...taken.values()],
    connections: () => connections,
    answer: (wanted) => void (answer = wanted),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function toDelivery(
  { url = "/", headers }: IncomingMessage,
  content: string,
  secretOf: ReceiverOptions["secretOf"],
): ReceivedDelivery {
  // Tests send deliveries only.
  const body = JSON.parse(content) as Delivery["body"];
  const secret = secretOf?.(body.sessionId);
  return {
    path: url,
    headers,
    text: content,
    body,
    isSigned: secret === undefined ? undefined : isSigned(content, headers, secret),
  };
}

function isSigned(content: string, headers: IncomingHttpHeaders, secret: string): boolean {
  const single = Object.entries(headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []));
  try {
    new StandardWebhook(secret).verify(content, Object.fromEntries(single) as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}
