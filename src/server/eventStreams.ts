/** Subscriptions over SSE: the distinct connections mode of the GraphQL over SSE protocol, with back-pressure. */
import { once } from "node:events";
import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { getOperationAST } from "graphql";
import type { DocumentNode, ExecutionResult, GraphQLSchema } from "graphql";
import type { Caller } from "../resolvers/index.js";
import { atInstant } from "./auth/deadline.js";
import { unauthenticated } from "./auth/refusals.js";
import { refusal } from "./errors.js";
import type { PresentError } from "./errors.js";
import type { OperationRequest, Operations } from "./operations.js";
import type { RequestFacts } from "./requestFacts.js";
import type { ResultTexts } from "./resultTexts.js";
import { isAsyncIterable } from "./sharedExecution.js";
import type { ResultStream } from "./sharedExecution.js";
import type { Subscribe } from "./subscriptionTelemetry.js";

export interface EventStreamTimings {
  /** Between comments that keep the connection known to be alive. @default 12000 */
  readonly pingMilliseconds: number;
  /** A client that reads nothing for so long while there is something to read is cut off. @default 30000 */
  readonly stallMilliseconds: number;
}

export interface EventStreamsDeps<Context> {
  readonly schema: GraphQLSchema;
  readonly operations: Operations;
  readonly contextFor: (facts: RequestFacts, caller: Caller) => Promise<Context>;
  readonly subscribe: Subscribe<Context>;
  /** The position that a client which got this result resumes from; sent as the event's `id`. */
  readonly resumeId?: ((result: ExecutionResult) => string | undefined) | undefined;
  readonly texts: ResultTexts;
  readonly presentError: PresentError;
  readonly timings: EventStreamTimings;
}

export interface EventStreamRequest {
  readonly facts: RequestFacts;
  /** A stream ends with an error when the caller's token expires. */
  readonly caller: Caller;
  readonly operation: OperationRequest;
  readonly response: ServerResponse;
  /** Sent with the stream's own headers. */
  readonly headers: OutgoingHttpHeaders;
}

export interface EventStreams {
  /**
   * Answers with a stream of `next` events and one `complete`. A refusal is a `next` event with errors, as the protocol
   * asks. A `Last-Event-ID` header replaces the variable `after`. Resolves when the stream has ended; never rejects.
   */
  serve(request: EventStreamRequest): Promise<void>;
  /** Ends every stream without `complete`: clients then connect again, behind the last event they have. */
  close(): void;
}

export function createEventStreams<Context>(deps: EventStreamsDeps<Context>): EventStreams {
  const { schema, operations, contextFor, subscribe, resumeId, texts, presentError, timings } = deps;
  const open = new Set<EventStream>();

  const start = async ({ facts, caller, operation }: EventStreamRequest): Promise<ResultStream | ExecutionResult> => {
    const variables = resumed(operation.variables, facts);
    const prepared = operations.prepareSubscription({ ...operation, variables });
    if (prepared.status === "refused") return { errors: prepared.errors };
    if ("after" in variables && !takesAfter(prepared.document, operation.operationName)) {
      const message = "To resume, the subscription must take the variable $after and hand it to its field";
      return { errors: [refusal(message, "BAD_USER_INPUT", { field: "after" })] };
    }
    const args = {
      schema,
      document: prepared.document,
      operationName: operation.operationName,
      variableValues: variables,
      contextValue: await contextFor(facts, caller),
    };
    return subscribe(args, facts);
  };

  const run = async (stream: EventStream, request: EventStreamRequest): Promise<void> => {
    const results = await start(request);
    if (!isAsyncIterable(results)) {
      await stream.next(texts.textOf(results));
      return;
    }
    stream.whenClosed(() => void results.return());
    for await (const result of results) {
      if (!(await stream.next(texts.textOf(result), resumeId?.(result)))) return;
    }
  };

  return {
    serve: async (request) => {
      const stream = openStream(request, timings);
      open.add(stream);
      const callOff = atInstant(request.caller.expiresAt, () => {
        void stream.next(JSON.stringify({ errors: [presentError(unauthenticated("EXPIRED_TOKEN"))] }));
        stream.complete();
      });
      try {
        await run(stream, request);
      } catch (error) {
        await stream.next(JSON.stringify({ errors: [presentError(error)] }));
      } finally {
        callOff();
        open.delete(stream);
        stream.complete();
      }
    },
    close: () => {
      for (const stream of open) stream.cut();
    },
  };
}

interface EventStream {
  /** Writes one result; waits while the client does not read. False: the client is gone. */
  next(text: string, id?: string): Promise<boolean>;
  /** Says that there is nothing more, and ends. */
  complete(): void;
  /** Ends in the middle, so that the client knows there is more. */
  cut(): void;
  /** Calls `ended` when the stream is over for whatever reason; at once where it already is. */
  whenClosed(ended: () => void): void;
}

function openStream({ response, headers }: EventStreamRequest, timings: EventStreamTimings): EventStream {
  const closed = new AbortController();
  response.once("close", () => closed.abort());
  if (response.destroyed) closed.abort();
  response.writeHead(200, { ...headers, ...streamHeaders });
  // A first comment makes the headers leave, and tells clients that the stream is there.
  response.write(":\n\n");
  const ping = setInterval(() => {
    if (!response.writableNeedDrain) response.write(":\n\n");
  }, timings.pingMilliseconds);
  closed.signal.addEventListener("abort", () => clearInterval(ping), { once: true });

  return {
    next: async (text, id) => {
      if (closed.signal.aborted) return false;
      const position = id === undefined || /[\r\n\0]/.test(id) ? "" : `id: ${id}\n`;
      return response.write(`${position}event: next\ndata: ${text}\n\n`) || drained(response, closed.signal, timings);
    },
    complete: () => {
      if (closed.signal.aborted) return;
      closed.abort();
      response.end("event: complete\ndata: \n\n");
      // A client that does not read the end is not waited for.
      const stalled = setTimeout(() => response.destroy(), timings.stallMilliseconds);
      response.once("close", () => clearTimeout(stalled));
    },
    cut: () => {
      if (closed.signal.aborted) return;
      closed.abort();
      response.end();
    },
    whenClosed: (ended) => {
      if (closed.signal.aborted) ended();
      else closed.signal.addEventListener("abort", ended, { once: true });
    },
  };
}

const streamHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  // Proxies that gather answers before they pass them on would hold events back.
  "x-accel-buffering": "no",
};

async function drained(response: ServerResponse, closed: AbortSignal, timings: EventStreamTimings): Promise<boolean> {
  const stalled = setTimeout(() => response.destroy(), timings.stallMilliseconds);
  try {
    await once(response, "drain", { signal: closed });
    return true;
  } catch (error) {
    if (closed.aborted) return false;
    throw error;
  } finally {
    clearTimeout(stalled);
  }
}

/** Whether an operation declares `$after`. Without it a client that connects again would be told of a part only. */
function takesAfter(document: DocumentNode, operationName: string | null | undefined): boolean {
  const operation = getOperationAST(document, operationName);
  return operation?.variableDefinitions?.some(({ variable }) => variable.name.value === "after") ?? false;
}

function resumed(
  variables: OperationRequest["variables"],
  { headers }: RequestFacts,
): Readonly<Record<string, unknown>> {
  const after = headers["last-event-id"];
  return after === undefined || after === "" ? { ...variables } : { ...variables, after };
}
