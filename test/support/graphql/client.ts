/** Small GraphQL clients for tests: one request over HTTP, and a live subscription that is read message by message. */
import { createClient } from "graphql-ws";
import type { Client } from "graphql-ws";
import { WebSocket } from "ws";

export interface GraphQLRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly operationName?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** An error as it is on the wire. */
export interface WireError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** A result as it is on the wire. */
export interface WireResult<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly WireError[];
}

export interface Answer<Data> extends WireResult<Data> {
  readonly status: number;
  readonly headers: Headers;
}

/** A subscription under way. */
export interface Collector<Data> {
  /**
   * The next result, in order; waits for it.
   * @throws where none comes within `withinMilliseconds` (default 10 000), or the subscription ended.
   */
  next(withinMilliseconds?: number): Promise<WireResult<Data>>;
  /** How the subscription ended: `complete`, or what the client was told. Settles when it has. */
  readonly ended: Promise<Ending>;
  /** Results that came and were not yet taken by `next()`. */
  readonly pending: readonly WireResult<Data>[];
  close(): Promise<void>;
}

export type Ending =
  | { readonly kind: "complete" }
  /** Refused with errors. */
  | { readonly kind: "errors"; readonly errors: readonly WireError[] }
  /** The connection was closed. */
  | { readonly kind: "closed"; readonly code: number; readonly reason: string }
  | { readonly kind: "failed"; readonly error: unknown };

/** Sends one operation as JSON over HTTP POST. */
export async function post<Data = Record<string, unknown>>(
  url: string,
  request: GraphQLRequest,
  signal?: AbortSignal,
): Promise<Answer<Data>> {
  const { headers, ...body } = request;
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
  // The caller states what it asked for; the wire carries no type.
  const result = (await response.json()) as WireResult<Data>;
  return { status: response.status, headers: response.headers, ...result };
}

/** A socket that is closed while it connects says so as an error, to a client that has let go of it: nobody needs to know. */
class QuietWebSocket extends WebSocket {
  constructor(...args: ConstructorParameters<typeof WebSocket>) {
    super(...args);
    this.on("error", () => undefined);
  }
}

/** A graphql-ws client that connects when first used and never reconnects. */
export function webSocketClient(url: string, connectionParams: Record<string, unknown> = {}): Client {
  return createClient({ url, webSocketImpl: QuietWebSocket, retryAttempts: 0, lazy: true, connectionParams });
}

export interface SubscribeRequest extends Omit<GraphQLRequest, "headers"> {
  /** Sent with `connection_init`. */
  readonly connectionParams?: Record<string, unknown> | undefined;
  /** Sent with the operation, as the playground sends its headers tab. */
  readonly extensions?: Record<string, unknown> | undefined;
  /** A connection to share with other subscriptions. It stays open when the subscription closes. */
  readonly client?: Client | undefined;
}

/** Starts a subscription over `graphql-transport-ws`. */
export function subscribeWs<Data = Record<string, unknown>>(url: string, request: SubscribeRequest): Collector<Data> {
  const { connectionParams, client: shared, query, variables, operationName, extensions } = request;
  const client = shared ?? webSocketClient(url, connectionParams);
  const { collector, push, end } = createCollector<Data>();
  const unsubscribe = client.subscribe<Data>(
    { query, variables: { ...variables }, operationName, extensions },
    {
      next: push,
      error: (error) => end(endingFrom(error)),
      complete: () => end({ kind: "complete" }),
    },
  );
  return {
    ...collector,
    get pending() {
      return collector.pending;
    },
    close: async () => {
      unsubscribe();
      if (!shared) await client.dispose();
    },
  };
}

/** A place where results arrive from one side and are awaited, in order, on the other. */
export function createCollector<Data>(): {
  readonly collector: Omit<Collector<Data>, "close">;
  readonly push: (result: WireResult<Data>) => void;
  readonly end: (ending: Ending) => void;
} {
  const pending: WireResult<Data>[] = [];
  let wake: (() => void) | undefined;
  let ending: Ending | undefined;
  let settle: (ending: Ending) => void = () => undefined;
  const ended = new Promise<Ending>((resolve) => {
    settle = resolve;
  });

  const arrival = (milliseconds: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const deadline = setTimeout(() => reject(new Error(`no message within ${milliseconds} ms`)), milliseconds);
      wake = () => {
        clearTimeout(deadline);
        resolve();
      };
    });

  return {
    collector: {
      ended,
      pending,
      next: async (withinMilliseconds = 10_000) => {
        for (;;) {
          const result = pending.shift();
          if (result) return result;
          if (ending) throw new Error(`the subscription has ended: ${JSON.stringify(ending)}`);
          await arrival(withinMilliseconds);
        }
      },
    },
    push: (result) => {
      pending.push(result);
      wake?.();
    },
    end: (how) => {
      ending ??= how;
      settle(ending);
      wake?.();
    },
  };
}

/** Waits until `condition` holds, looking every few milliseconds. @throws after `withinMilliseconds`. */
export async function until(condition: () => boolean | Promise<boolean>, withinMilliseconds = 10_000): Promise<void> {
  const deadline = performance.now() + withinMilliseconds;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not so within ${withinMilliseconds} ms: ${String(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function endingFrom(error: unknown): Ending {
  if (Array.isArray(error)) return { kind: "errors", errors: error.map(toWireError) };
  if (isClosure(error)) return { kind: "closed", code: error.code, reason: error.reason };
  return { kind: "failed", error };
}

function isClosure(value: unknown): value is { code: number; reason: string } {
  return (
    typeof value === "object" &&
    value !== null &&
    "code" in value &&
    typeof value.code === "number" &&
    "reason" in value
  );
}

function toWireError(value: unknown): WireError {
  // Errors of the `error` message: plain JSON of this shape, by the protocol.
  return JSON.parse(JSON.stringify(value)) as WireError;
}
