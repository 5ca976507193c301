/** What is known of a request before it is understood: the same facts for every transport. */
import type { IncomingHttpHeaders } from "node:http";
import { v7 as uuidv7 } from "uuid";

export type Transport = "http" | "websocket" | "sse";

export interface RequestFacts {
  /** Given by the client in `x-request-id`, or a new uuid v7. It is the correlation id of what the request sets off. */
  readonly requestId: string;
  readonly transport: Transport;
  /** Names in lower case. On WebSocket: those of the upgrade request, overridden by those sent with the operation. */
  readonly headers: Readonly<Record<string, string>>;
  /** Payload of `connection_init`; WebSocket only. */
  readonly connectionParams?: Readonly<Record<string, unknown>> | undefined;
  readonly remoteAddress: string | undefined;
  /** Aborts when whoever asks has gone; HTTP only. */
  readonly gone?: AbortSignal | undefined;
}

/** Headers with one string for each name. */
export function flatHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return flat;
}

/**
 * The client's `x-request-id` where it is safe to repeat and to log; else the id of the trace that the client's
 * `traceparent` names, as a uuid, so that what the request sets off later is in that trace; else a new uuid v7.
 */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const given = headers["x-request-id"];
  return typeof given === "string" && saneRequestId.test(given) ? given : (traceOf(headers["traceparent"]) ?? uuidv7());
}

/** The trace id of a W3C `traceparent` header in the form of a uuid. */
function traceOf(traceparent: string | string[] | undefined): string | undefined {
  const [, id] = /^00-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(String(traceparent)) ?? [];
  return id?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const saneRequestId = /^[A-Za-z0-9_.:-]{1,128}$/;
