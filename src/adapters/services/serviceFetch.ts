/** `fetch` for services: each exchange has an end in time and in size, no redirect is followed, nothing is tried again. */
import { inTime } from "../inTime.js";
import { AnswerTooLargeError } from "./failures.js";

export interface ServiceFetchDeps {
  /** Milliseconds that a request may take, its answer read to its end. */
  readonly timeoutMilliseconds: number;
  /** Bytes of an answer, decompressed. @default 10 MB */
  readonly maxBytes?: number | undefined;
  /** Ends all requests. */
  readonly signal: AbortSignal;
  /** Told of each answer, whatever it says. */
  readonly onAnswer?: ((headers: Headers) => void) | undefined;
}

const usualMaxBytes = 10_000_000;

/** Answers are read before they are given. Throws AnswerTooLargeError, a `TimeoutError`, the signal's reason, or what `fetch` throws. */
export function createServiceFetch(deps: ServiceFetchDeps): typeof fetch {
  const { timeoutMilliseconds: milliseconds, maxBytes = usualMaxBytes, signal } = deps;
  return async (input, init) =>
    inTime({ milliseconds, signal }, async (either) => {
      // Clients give members of their own, too.
      const { method = "GET", headers = {}, body = null } = init ?? {};
      const response = await fetch(input, { method, headers, body, redirect: "error", signal: either });
      const content = await readWithin(response, maxBytes);
      deps.onAnswer?.(response.headers);
      const { status, statusText, headers: answered } = response;
      return new Response(content, { status, statusText, headers: answered });
    });
}

async function readWithin(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | null> {
  if (response.body === null) return null;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the rest. A body of bytes yields them; its type in Node's library does not say so.
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new AnswerTooLargeError(maxBytes);
    chunks.push(chunk);
  }
  // Some statuses may have no body, not even an empty one.
  return bytes === 0 ? null : new Uint8Array(Buffer.concat(chunks));
}
