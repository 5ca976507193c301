/** One HTTP request at a time, with bounds on time and size. It follows nothing, keeps no cookies and knows no proxies. */
import { pipeline } from "node:stream";
import type { Duplex, Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { Agent, errors } from "undici";
import type { Dispatcher } from "undici";
import type { FetchError } from "../../domain/research/index.js";
import { ForbiddenAddressError, createGuardedConnector } from "./addressGuard.js";
import type { GuardDeps } from "./addressGuard.js";

/** Why something cannot be read, before it is known what it was fetched for. Messages are ours. */
export class TransportError extends Error {
  constructor(
    readonly reason: FetchError["reason"],
    message: string,
    readonly retryable: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "TransportError";
  }
}

export interface Answer {
  readonly status: number;
  /** By its name in lower case; of several the first. */
  readonly header: (name: string) => string | undefined;
  /** The body, decompressed. @throws TransportError TOO_LARGE as soon as that is known. */
  read(maxBytes: number): Promise<Buffer>;
  /** As much of it as there may be. */
  readBeginning(maxBytes: number): Promise<Buffer>;
  /** Leaves the body unread. */
  drop(): Promise<void>;
}

export interface Asking {
  readonly headers: Record<string, string>;
  readonly signal: AbortSignal;
}

export interface Transport {
  /** @throws TransportError; the signal's reason where it aborts, also while the body is read. */
  get(url: URL, options: Asking): Promise<Answer>;
  /** The same with any verb. `body` is sent as it is; its content-type is up to who asks. */
  request(
    url: URL,
    options: Asking & { readonly method: "GET" | "POST"; readonly body?: string | undefined },
  ): Promise<Answer>;
  close(): Promise<void>;
}

/** Creates the transport. Connections are kept for some seconds; how many there are is up to who asks. */
export function createTransport(deps: GuardDeps): Transport {
  const { timeoutMilliseconds: timeout } = deps;
  const agent = new Agent({
    connect: createGuardedConnector(deps),
    pipelining: 1,
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 10_000,
    ...{ headersTimeout: timeout, bodyTimeout: timeout },
    maxHeaderSize: 16_384,
  });
  const request: Transport["request"] = async (url, { method, headers, body = null, signal }) => {
    const { origin, pathname, search } = url;
    const path = pathname + search;
    const failing = { url, signal };
    try {
      const response = await agent.request({ origin, path, method, headers, body, signal });
      return toAnswer(response, failing);
    } catch (error) {
      throw toTransportError(error, failing);
    }
  };
  return {
    get: (url, options) => request(url, { ...options, method: "GET" }),
    request,
    close: () => agent.destroy(),
  };
}

interface Failing {
  readonly url: URL;
  readonly signal: AbortSignal;
}

function toAnswer({ statusCode, headers, body }: Dispatcher.ResponseData, failing: Failing): Answer {
  const header = (name: string) => {
    const value = headers[name];
    return typeof value === "string" ? value : value?.[0];
  };
  const reading = async (read: (stream: Readable) => Promise<Buffer>, maxBytes: number) => {
    try {
      return await read(decompressed(body, header("content-encoding"), maxBytes));
    } catch (error) {
      body.on("error", () => {}).destroy();
      throw toTransportError(error, failing);
    }
  };
  return {
    status: statusCode,
    header,
    read: (maxBytes) =>
      reading(async (stream) => {
        if (Number(header("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
        const { bytes, isWhole } = await collect(stream, maxBytes);
        if (!isWhole) throw tooLarge(maxBytes);
        return bytes;
      }, maxBytes),
    readBeginning: (maxBytes) => reading(async (stream) => (await collect(stream, maxBytes)).bytes, maxBytes),
    async drop() {
      // A short rest is read, so that the connection can be used again; how it ends does not matter.
      await body.dump({ limit: 16_384, signal: failing.signal }).catch(() => undefined);
    },
  };
}

const decoders: Readonly<Record<string, () => Duplex>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

function decompressed(body: Readable, encoding: string | undefined, maxBytes: number): Readable {
  const name = encoding?.trim().toLowerCase() ?? "identity";
  if (name === "identity" || name === "") return body;
  const decode = decoders[name];
  if (decode === undefined) throw new TransportError("NOT_TEXT", `is compressed in an unknown way`, false);
  // What comes in is counted, too: blocks that hold nothing may come for ever.
  const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      yield chunk;
    }
  };
  // Its failure reaches whoever reads the last stream.
  return pipeline(body, counted, decode(), () => {});
}

/** At most so many bytes; leaves the rest. */
async function collect(
  stream: Readable,
  maxBytes: number,
): Promise<{ readonly bytes: Buffer; readonly isWhole: boolean }> {
  const chunks: Buffer[] = [];
  let length = 0;
  // A stream of bytes yields buffers; its type does not say so.
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) break;
  }
  return { bytes: Buffer.concat(chunks).subarray(0, maxBytes), isWhole: length <= maxBytes };
}

function tooLarge(maxBytes: number): TransportError {
  return new TransportError("TOO_LARGE", `has more than ${maxBytes} bytes`, false);
}

function toTransportError(error: unknown, { url, signal }: Failing): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof TransportError) return error;
  if (error instanceof ForbiddenAddressError) {
    return new TransportError("FORBIDDEN_ADDRESS", `${url.host} is no host of the public web`, false, { cause: error });
  }
  if (isTimeout(error)) return new TransportError("TIMEOUT", "did not answer in time", true, { cause: error });
  const code = codeOf(error);
  const what = code === "" ? "cannot be reached, or its answer not read to its end" : `cannot be reached (${code})`;
  return new TransportError("UNREACHABLE", what, !lasting.test(code), { cause: error });
}

function isTimeout(error: unknown): boolean {
  return (
    error instanceof errors.ConnectTimeoutError ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError
  );
}

/** No such name, or a certificate that is not its own: not otherwise in a minute. */
const lasting = /^(?:ENOTFOUND|ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
