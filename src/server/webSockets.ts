/** Subscriptions over WebSocket: the `graphql-transport-ws` protocol, bounded in every direction. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { CloseCode, handleProtocols, makeServer } from "graphql-ws";
import type { Context as ConnectionState, SubscribePayload } from "graphql-ws";
import { GraphQLError } from "graphql";
import type { ExecutionArgs, ExecutionResult } from "graphql";
import { v7 as uuidv7 } from "uuid";
import { WebSocket, WebSocketServer } from "ws";
import type { RawData } from "ws";
import { currentCorrelationId, withCorrelation } from "../observability/logger.js";
import type { Logger } from "../observability/logger.js";
import type { Caller } from "../resolvers/index.js";
import { atInstant } from "./auth/deadline.js";
import type { Gate } from "./auth/gate.js";
import { closingOf } from "./auth/refusals.js";
import { refusal } from "./errors.js";
import type { PresentError } from "./errors.js";
import { isSameOrigin } from "./hostGuard.js";
import { isNestedTooDeep } from "./jsonDepth.js";
import type { Limits } from "./limits.js";
import type { Operations } from "./operations.js";
import { callerAddress } from "./callerAddress.js";
import { flatHeaders, requestIdOf } from "./requestFacts.js";
import type { RequestFacts } from "./requestFacts.js";
import type { ResultTexts } from "./resultTexts.js";
import { isAsyncIterable } from "./sharedExecution.js";
import type { ResultStream, SubscriptionArgs } from "./sharedExecution.js";
import type { Subscribe } from "./subscriptionTelemetry.js";

export interface WebSocketTimings {
  /** A client that does not send `connection_init` for so long is closed with 4408. @default 3000 */
  readonly connectionInitMilliseconds: number;
  /** Between pings. A client that answers none is cut off before the second is due. @default 12000 */
  readonly keepAliveMilliseconds: number;
}

export interface WebSocketsDeps<Context> {
  readonly operations: Operations;
  readonly contextFor: (facts: RequestFacts, caller: Caller) => Promise<Context>;
  readonly gate: Gate;
  readonly subscribe: Subscribe<Context>;
  /** Told of each connection that opens (1) or closes (-1). */
  readonly onConnection: (change: 1 | -1) => void;
  readonly schema: SubscriptionArgs<Context>["schema"];
  readonly texts: ResultTexts;
  readonly presentError: PresentError;
  readonly limits: Limits;
  /** Load balancers before this server. */
  readonly trustedProxies: number;
  readonly timings: WebSocketTimings;
  readonly logger: Logger;
}

export interface WebSockets {
  /** Takes over a connection that asks for an upgrade. Pages of other origins are refused with 403. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Closes every connection with 1001, so that clients connect elsewhere. Resolves when all are gone. */
  close(): Promise<void>;
  /** Cuts off whoever is left. */
  terminate(): void;
}

/** Bytes of one message from a client. */
const maxMessageBytes = 64 * 1024;

/** A client that has so much unread and still asks for more is not reading. */
const maxUnreadBytes = 1024 * 1024;

interface Peer {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  readonly address: string | undefined;
  /** Who the connection belongs to, where that is settled by its first message. */
  caller?: Caller;
}

export function createWebSockets<Context>(deps: WebSocketsDeps<Context>): WebSockets {
  const { timings, logger } = deps;
  const protocol = makeServer<Record<string, unknown>, Peer>({
    connectionInitWaitTimeout: timings.connectionInitMilliseconds,
    ...subscriptionHooks(deps),
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    handleProtocols,
  });
  const stopPinging = pingRegularly(sockets, timings.keepAliveMilliseconds);

  sockets.on("connection", (socket: WebSocket, request: IncomingMessage) => {
    // The protocol library closes the socket by itself with the code that fits; there is nothing to add but a trace.
    socket.on("error", (error) => logger.debug({ err: error }, "a WebSocket failed"));
    const opened = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => send(socket, text),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) =>
          socket.on("message", (data: RawData) => {
            if (isNotReading(socket)) return;
            const text = textOf(data);
            if (isNestedTooDeep(text)) return socket.close(CloseCode.BadRequest, "Invalid message received");
            const id = request.headers["x-request-id"] === undefined ? uuidv7() : requestIdOf(request.headers);
            void withCorrelation(id, () => handle(text)).catch((error: unknown) => closeAfter(error, socket, logger));
          }),
      },
      { socket, request, address: callerAddress(request, deps.trustedProxies) },
    );
    deps.onConnection(1);
    socket.on("close", (code, reason) => {
      deps.onConnection(-1);
      opened(code, String(reason)).catch((error: unknown) =>
        logger.error({ err: error }, "ending a subscription failed"),
      );
    });
  });

  return {
    upgrade: (request, socket, head) => {
      if (!isSameOrigin(request.headers)) return rejectUpgrade(socket, "403 Forbidden");
      sockets.handleUpgrade(request, socket, head, (accepted) => sockets.emit("connection", accepted, request));
    },
    close: async () => {
      stopPinging();
      const gone = [...sockets.clients].map((socket) => new Promise((resolve) => socket.once("close", resolve)));
      for (const socket of sockets.clients) socket.close(1001, "Going away");
      await Promise.all(gone);
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
    },
    terminate: () => {
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}

/** Answers an upgrade request that is not taken. */
export function rejectUpgrade(socket: Duplex, status: string): void {
  socket.on("error", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

function subscriptionHooks<Context>(deps: WebSocketsDeps<Context>) {
  const { operations, contextFor, gate, subscribe, schema, texts, presentError, limits } = deps;
  /** How each accepted operation starts. The library hands back the very object that `onSubscribe` returned. */
  const starts = new WeakMap<ExecutionArgs, () => Promise<ResultStream | ExecutionResult>>();
  type State = ConnectionState<Record<string, unknown>, Peer>;

  return {
    // Before the connection is acknowledged.
    onConnect: async (state: State) => {
      if (gate.identifies === "operation") return true;
      const { socket } = state.extra;
      try {
        const caller = await gate.identify(factsOf(state, { query: "" }));
        state.extra.caller = caller;
        socket.once(
          "close",
          atInstant(caller.expiresAt, () => socket.close(CloseCode.Forbidden, "Token expired")),
        );
        return true;
      } catch (error) {
        const closing = closingOf(error);
        if (closing === undefined) throw error;
        socket.close(closing.code, closing.reason);
        return false;
      }
    },
    onSubscribe: async (state: State, _id: string, payload: SubscribePayload) => {
      if (Object.keys(state.subscriptions).length > limits.subscriptionsPerSocket) {
        return [tooManySubscriptions(limits.subscriptionsPerSocket)];
      }
      try {
        const facts = factsOf(state, payload);
        const caller = state.extra.caller ?? (await gate.identify(facts));
        await gate.admit(caller, facts);
        const prepared = operations.prepareSubscription(payload);
        if (prepared.status === "refused") return prepared.errors;
        const args: SubscriptionArgs<Context> = {
          schema,
          document: prepared.document,
          operationName: payload.operationName,
          variableValues: payload.variables,
          contextValue: await contextFor(facts, caller),
        };
        starts.set(args, () => subscribe(args, facts));
        return args;
      } catch (error) {
        return [toGraphQLError(error)];
      }
    },
    subscribe: async (args: ExecutionArgs) => {
      const start = starts.get(args);
      if (!start) throw new Error("a subscription started that was not accepted");
      return start();
    },
    // Results are sent from here, not by the library, which would write the same text again for every client.
    onOperation: (state: State, id: string, _payload: SubscribePayload, _args: ExecutionArgs, result: unknown) =>
      isResultStream(result)
        ? sendEach(result, (next) =>
            send(state.extra.socket, `{"id":${JSON.stringify(id)},"type":"next","payload":${texts.textOf(next)}}`),
          )
        : undefined,
    onNext: (_state: State, _id: string, _payload: SubscribePayload, _args: ExecutionArgs, result: ExecutionResult) =>
      texts.present(result),
    onError: (_state: State, _id: string, _payload: SubscribePayload, errors: readonly unknown[]) =>
      errors.map(presentError),
  };
}

/** Only `subscribe` of this file makes results, and it makes streams of this kind. */
function isResultStream(value: unknown): value is ResultStream {
  return isAsyncIterable(value) && "return" in value;
}

/**
 * A stream that yields nothing and ends when every result is sent; one at a time, so that a client that reads slowly
 * has one message waiting, not all.
 */
function sendEach(
  results: ResultStream,
  sendOne: (result: ExecutionResult) => Promise<void>,
): AsyncGenerator<never, void, void> {
  const stream: AsyncGenerator<never, void, void> = {
    next: async () => {
      for (;;) {
        const step = await results.next();
        if (step.done) return step;
        await sendOne(step.value);
      }
    },
    return: async () => {
      await results.return();
      return { done: true, value: undefined };
    },
    throw: async (error) => {
      await results.return();
      throw error;
    },
    [Symbol.asyncIterator]: () => stream,
    [Symbol.asyncDispose]: async () => {
      await results.return();
    },
  };
  return stream;
}

/** Resolves when the text has left this process, or cannot any more. */
function send(socket: WebSocket, text: string): Promise<void> {
  if (socket.readyState !== WebSocket.OPEN) return Promise.resolve();
  // A failed send is a closed socket, and closing ends its subscriptions.
  return new Promise((resolve) => socket.send(text, () => resolve()));
}

/** The playground's headers tab and clients without connection parameters send headers beside the operation. */
function factsOf(state: ConnectionState<Record<string, unknown>, Peer>, payload: SubscribePayload): RequestFacts {
  const { request, address } = state.extra;
  return {
    requestId: currentCorrelationId() ?? requestIdOf(request.headers),
    transport: "websocket",
    headers: { ...flatHeaders(request.headers), ...headersBeside(payload) },
    connectionParams: state.connectionParams,
    remoteAddress: address,
  };
}

function headersBeside({ extensions }: SubscribePayload): Record<string, string> {
  const headers = extensions?.headers;
  if (typeof headers !== "object" || headers === null) return {};
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === "string" ? [[name.toLowerCase(), value]] : [],
    ),
  );
}

function tooManySubscriptions(limit: number): GraphQLError {
  return refusal(
    `This connection has ${limit} subscriptions; end one, or open another connection`,
    "TOO_MANY_SUBSCRIPTIONS",
    {
      limit,
    },
  );
}

function toGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return data instanceof ArrayBuffer ? Buffer.from(data).toString("utf8") : data.toString("utf8");
}

function isNotReading(socket: WebSocket): boolean {
  if (socket.bufferedAmount <= maxUnreadBytes) return false;
  socket.terminate();
  return true;
}

function closeAfter(error: unknown, socket: WebSocket, logger: Logger): void {
  // The library throws where a client sends a message that only servers send.
  if (error instanceof Error && error.message.startsWith("Unexpected message of type")) {
    socket.close(CloseCode.BadRequest, "Invalid message received");
    return;
  }
  logger.error({ err: error }, "handling a WebSocket message failed");
  socket.close(CloseCode.InternalServerError, "Internal server error");
}

/** Pings every client; whoever did not answer the last ping is cut off. Returns what stops it. */
function pingRegularly(sockets: WebSocketServer, milliseconds: number): () => void {
  const unanswered = new WeakSet<WebSocket>();
  sockets.on("connection", (socket: WebSocket) => socket.on("pong", () => unanswered.delete(socket)));
  const timer = setInterval(() => {
    for (const socket of sockets.clients) {
      if (unanswered.has(socket)) {
        socket.terminate();
        continue;
      }
      unanswered.add(socket);
      socket.ping();
    }
  }, milliseconds);
  return () => clearInterval(timer);
}
