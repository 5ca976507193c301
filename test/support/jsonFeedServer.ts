/**
 * A service on loopback that answers with JSON, in the ways in which such services do: `/events` behind a number, `/inclusive` from a
 * time on, `/paged` and `/linked` with next pages, `/newest` the other way round, `/latest` and `/all` without a cursor.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface FeedRecord {
  readonly id: number;
  /** RFC 3339; several records may have the same. */
  readonly at: string;
  readonly text: string;
}

export type FeedAnswer = (request: IncomingMessage, response: ServerResponse) => void;

export interface JsonFeed {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** `127.0.0.1:<port>`: what must be allowed. */
  readonly host: string;
  /** Paths with their queries, in the order in which they came. */
  readonly requests: readonly { readonly path: string; readonly headers: IncomingMessage["headers"] }[];
  readonly records: readonly FeedRecord[];
  /** Adds so many records; `at`: of all of them. @default a second after each other */
  append(count: number, at?: string): void;
  /** Answers the next requests so, one after the other; then the feed answers again. */
  answer(...next: readonly FeedAnswer[]): void;
  /** Answers so until it is called without. */
  answerAlways(answer?: FeedAnswer): void;
  /** The feed's own answer. */
  readonly serve: FeedAnswer;
  close(): Promise<void>;
}

/** `pageSize`: records of one answer. */
export async function startJsonFeed({ pageSize = 3 }: { readonly pageSize?: number } = {}): Promise<JsonFeed> {
  const records: FeedRecord[] = [];
  const requests: { path: string; headers: IncomingMessage["headers"] }[] = [];
  const queue: FeedAnswer[] = [];
  let always: FeedAnswer | undefined;
  const serve: FeedAnswer = (request, response) => {
    const body = bodyOf(new URL(request.url ?? "/", "http://feed"), records, pageSize);
    if (body === undefined) return says({ error: "not found" }, 404)(request, response);
    says(body)(request, response);
  };
  const server = createServer((request, response) => {
    requests.push({ path: request.url ?? "/", headers: request.headers });
    (queue.shift() ?? always ?? serve)(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // An address of a listening TCP server is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    requests,
    records,
    append(count, at) {
      for (let left = count; left > 0; left -= 1) {
        const id = records.length + 1;
        records.push({ id, at: at ?? new Date(1_700_000_000_000 + id * 1_000).toISOString(), text: `record ${id}` });
      }
    },
    answer: (...next) => void queue.push(...next),
    answerAlways: (answer) => void (always = answer),
    serve,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An answer of JSON, or of a text as it is. */
export function says(body: object | string, status = 200, headers: Readonly<Record<string, string>> = {}): FeedAnswer {
  return (_, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

/** Never answers. */
export const hangs: FeedAnswer = () => undefined;
/** Ends the connection in the middle of the answer. */
export const breaksOff: FeedAnswer = (_, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write('{"items":[', () => response.destroy());
};

function bodyOf({ pathname, searchParams }: URL, records: readonly FeedRecord[], size: number): object | undefined {
  const since = searchParams.get("since");
  const behind = records.filter(({ id }) => id > Number(since ?? 0));
  const page = Number(searchParams.get("page") ?? 1);
  const part = (all: readonly FeedRecord[]) => all.slice((page - 1) * size, page * size);
  const hasNext = page * size < behind.length;
  switch (pathname) {
    case "/events": {
      const items = behind.slice(0, size);
      return { items, cursor: items.at(-1)?.id ?? since };
    }
    case "/inclusive":
      return { items: records.filter(({ at }) => at >= (since ?? "")).slice(0, size) };
    case "/paged":
      return { data: { records: part(behind) }, next: hasNext ? page + 1 : null, latest: String(records.length) };
    case "/linked":
      return { items: part(behind), next: hasNext ? `/linked?since=${since ?? ""}&page=${page + 1}` : "" };
    case "/newest":
      return { items: part(behind.toReversed()), next: hasNext ? page + 1 : null };
    case "/latest":
      return { items: part(records.toReversed()), next: page * size < records.length ? page + 1 : null };
    case "/all":
      return records;
    default:
      return undefined;
  }
}
