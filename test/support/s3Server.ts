/**
 * A server on loopback that speaks as much of the REST protocol of Amazon S3 as an object store needs: PUT, GET, HEAD and DELETE, in
 * path style and in virtual style, with conditional writes and checksums in headers and trailers. It fails as it is told to.
 */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";

/** What becomes of a request: served when undefined. */
export type S3Fault =
  /** It is refused as S3 refuses. */
  | { readonly kind: "error"; readonly status: number; readonly code: string; readonly message?: string }
  /** The connection is cut before anything is done. */
  | { readonly kind: "drop" }
  /** It is done, and the connection is cut before the answer. */
  | { readonly kind: "drop after" }
  /** There is never an answer. */
  | { readonly kind: "silence" }
  /** Half of the content comes, then the connection is cut. */
  | { readonly kind: "truncated" }
  /** Half of the content comes, and then nothing. */
  | { readonly kind: "stuck" }
  /** The content is not the one that was put; its checksum is. */
  | { readonly kind: "garbled" };

export interface S3Object {
  readonly content: Buffer;
  readonly contentType: string;
  /** Of the header, such as `x-amz-checksum-crc32`. */
  readonly checksum: readonly [string, string] | undefined;
}

export interface S3Server {
  readonly url: string;
  /** What is kept in a bucket, by key. */
  readonly bucket: (name: string) => Map<string, S3Object>;
  /** How many requests came with this method. */
  requests(method: string): number;
  /** Everything in a request that AWS would not have sent or taken; must stay empty. */
  readonly violations: readonly string[];
  /** Regions that requests were signed for. */
  readonly regions: ReadonlySet<string>;
  /** Asked for each request, numbered from 1 by its method. */
  fail(fault: ((method: string, request: number, key: string) => S3Fault | undefined) | undefined): void;
  close(): Promise<void>;
}

interface Asked {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
}

/** As S3 answers what it does not do. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export async function startS3Server({
  buckets = ["objects"],
}: { readonly buckets?: readonly string[] } = {}): Promise<S3Server> {
  const kept = new Map(buckets.map((name) => [name, new Map<string, S3Object>()]));
  const violations: string[] = [];
  const regions = new Set<string>();
  const counts = new Map<string, number>();
  let fault: Parameters<S3Server["fail"]>[0];

  const bucketOf = ({ bucket }: Asked): Map<string, S3Object> => {
    const found = kept.get(bucket);
    if (found === undefined) throw new Refusal(404, "NoSuchBucket", "The specified bucket does not exist");
    return found;
  };

  const put = (asked: Asked, { headers }: IncomingMessage, sent: Buffer, response: ServerResponse) => {
    const objects = bucketOf(asked);
    const { content, checksum } = unpack(headers, sent);
    if (checksum === undefined) violations.push(`PUT ${asked.key} has no checksum`);
    if (headers["if-none-match"] === "*" && objects.has(asked.key))
      throw new Refusal(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
    objects.set(asked.key, { content, contentType: String(headers["content-type"]), checksum });
    response.writeHead(200, { etag: etagOf(content) }).end();
  };

  const get = (asked: Asked, request: IncomingMessage, response: ServerResponse, wrong: S3Fault | undefined) => {
    const found = bucketOf(asked).get(asked.key);
    if (found === undefined) throw new Refusal(404, "NoSuchKey", "The specified key does not exist.");
    const { content, contentType, checksum } = found;
    const isWanted = request.headers["x-amz-checksum-mode"] === "ENABLED" && checksum !== undefined;
    response.writeHead(200, {
      "content-type": contentType,
      "content-length": content.length,
      etag: etagOf(content),
      ...(isWanted ? { [checksum[0]]: checksum[1], "x-amz-checksum-type": "FULL_OBJECT" } : {}),
    });
    if (asked.method === "HEAD") return response.end();
    const half = content.subarray(0, content.length / 2);
    if (wrong?.kind === "stuck") return response.write(half);
    if (wrong?.kind === "truncated") return response.write(half, () => response.destroy());
    if (wrong?.kind === "garbled") return response.end(Buffer.from(content).fill("?", 0, 1));
    return response.end(content);
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = read(request);
    const { method } = asked;
    const sent = await buffer(request);
    counts.set(method, (counts.get(method) ?? 0) + 1);
    const { authorization } = request.headers;
    const region = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([^/]+)\/s3\//.exec(authorization ?? "")?.[1];
    if (region === undefined) violations.push(`${method} ${asked.key} is not signed`);
    else regions.add(region);
    const wrong = fault?.(method, counts.get(method) ?? 0, asked.key);
    if (wrong?.kind === "silence") return;
    if (wrong?.kind === "drop") return void response.destroy();
    try {
      if (wrong?.kind === "error") throw new Refusal(wrong.status, wrong.code, wrong.message ?? "as told");
      // Behind an answer that is lost nothing more can be said.
      const to = wrong?.kind === "drop after" ? unheard(response) : response;
      if (method === "PUT") put(asked, request, sent, to);
      else if (method === "GET" || method === "HEAD") get(asked, request, to, wrong);
      else if (method === "DELETE") {
        bucketOf(asked).delete(asked.key);
        to.writeHead(204).end();
      } else throw new Refusal(405, "MethodNotAllowed", `no ${method}`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 400 && wrong === undefined) violations.push(`${method} ${asked.key}: ${error.message}`);
      response.writeHead(error.status, { "content-type": "application/xml" }).end(toXml(error, asked));
    }
  };

  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // An address of a listening TCP server is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    bucket: (name) => kept.get(name) ?? new Map(),
    requests: (method) => counts.get(method) ?? 0,
    violations,
    regions,
    fail: (wanted) => void (fault = wanted),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** `bucket.host/key`, or `host/bucket/key`. */
function read({ method = "", url = "", headers }: IncomingMessage): Asked {
  const { pathname } = new URL(url, "http://s3.local");
  const path = decodeURIComponent(pathname).slice(1);
  const host = headers.host ?? "";
  const virtual = /^([a-z0-9-]+)\.(?:s3|localhost)/.exec(host)?.[1];
  if (virtual !== undefined && virtual !== "s3") return { method, bucket: virtual, key: path };
  const slash = path.indexOf("/");
  return { method, bucket: path.slice(0, slash), key: path.slice(slash + 1) };
}

/** The content, whose checksum is right: as it is, or in signed chunks with the checksum behind them. */
function unpack(headers: IncomingMessage["headers"], sent: Buffer): Pick<S3Object, "content" | "checksum"> {
  const isChunked = String(headers["content-encoding"]).includes("aws-chunked");
  const { content, trailers } = isChunked ? readChunks(sent) : { content: sent, trailers: {} };
  const length = headers["x-amz-decoded-content-length"];
  if (length !== undefined && Number(length) !== content.length)
    throw new Refusal(400, "IncompleteBody", "You did not provide the number of bytes specified");
  const said = Object.entries({ ...headers, ...trailers }).find(([name]) => name in checksums);
  if (said === undefined) return { content, checksum: undefined };
  const [name, value] = said;
  if (checksums[name]?.(content) !== value)
    throw new Refusal(400, "BadDigest", `The ${name} you specified did not match what we received`);
  return { content, checksum: [name, String(value)] };
}

const checksums: Readonly<Record<string, (content: Buffer) => string>> = {
  "x-amz-checksum-crc32": (content) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(content));
    return bytes.toString("base64");
  },
  "x-amz-checksum-sha256": (content) => createHash("sha256").update(content).digest("base64"),
};

/** `<hex length>[;chunk-signature=...]\r\n<bytes>\r\n`, the last one of length 0, and the trailers behind it. */
function readChunks(sent: Buffer): { readonly content: Buffer; readonly trailers: Readonly<Record<string, string>> } {
  const parts: Buffer[] = [];
  for (let from = 0; ;) {
    const end = sent.indexOf("\r\n", from);
    const length = parseInt(sent.toString("latin1", from, end), 16);
    if (end < 0 || Number.isNaN(length)) throw new Refusal(400, "InvalidChunkSizeError", "the chunks do not end");
    if (length === 0) {
      const lines = sent.toString("latin1", end + 2).split("\r\n");
      const trailers = lines.filter((line) => line !== "").map((line) => line.split(/:\s*/, 2));
      return { content: Buffer.concat(parts), trailers: Object.fromEntries(trailers) as Record<string, string> };
    }
    parts.push(sent.subarray(end + 2, end + 2 + length));
    from = end + 2 + length + 2;
  }
}

/** What is said to it is cut off. */
function unheard(response: ServerResponse): ServerResponse {
  response.writeHead = () => response;
  response.end = () => response.destroy();
  return response;
}

function etagOf(content: Buffer): string {
  return `"${createHash("md5").update(content).digest("hex")}"`;
}

function toXml({ code, message }: Refusal, { bucket, key }: Asked): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><BucketName>${bucket}</BucketName><Key>${key}</Key><RequestId>test</RequestId></Error>`;
}
