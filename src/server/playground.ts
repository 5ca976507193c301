/** The page that a browser gets at /graphql: an editor that works with no internet. */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { acceptsGzip } from "./acceptsGzip.js";

/** One ready operation; its tab is titled with the name of the operation. */
export interface PlaygroundTab {
  readonly query: string;
  /** JSON text. */
  readonly variables?: string | undefined;
  /** JSON text. They are sent with queries and mutations as headers, with subscriptions beside the operation. */
  readonly headers?: string | undefined;
}

export interface PlaygroundOptions {
  readonly title: string;
  /** Shown to browsers that have no tabs of their own from before. */
  readonly tabs: readonly PlaygroundTab[];
  /**
   * How the page follows subscriptions. Over SSE it sends the headers tab as headers, over WebSocket beside the operation
   * only, when the connection has long been accepted. @default websocket
   */
  readonly subscriptions?: "websocket" | "sse" | undefined;
  /** The page as {@link renderPlayground} has made it earlier; where it gives none, the page is made when it is asked for. */
  readonly stored?: (() => Promise<Buffer | undefined>) | undefined;
}

/** What a stored page is called. */
export const playgroundFileName = "playground.html.gz";

export interface Playground {
  /** The page, compressed where the request's `accept-encoding` allows it. */
  page(requestHeaders: IncomingHttpHeaders): Promise<{ readonly headers: OutgoingHttpHeaders; readonly body: Buffer }>;
}

/** Nothing is read or rendered before the first request: the page is 9 MB, and most processes never show it. */
export function createPlayground(options: PlaygroundOptions): Playground {
  let rendered: Promise<Buffer> | undefined;
  return {
    page: async (requestHeaders) => {
      const compressed = await (rendered ??= load(options));
      return acceptsGzip(requestHeaders)
        ? { headers: { ...pageHeaders, "content-encoding": "gzip" }, body: compressed }
        : { headers: pageHeaders, body: await decompress(compressed) };
    },
  };
}

async function load(options: PlaygroundOptions): Promise<Buffer> {
  return (await options.stored?.()) ?? renderPlayground(options);
}

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** No source but the page itself; its workers are blobs, its connections go to this server only. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'unsafe-inline' blob:",
  "worker-src blob:",
  "style-src 'unsafe-inline'",
  "img-src data: 'self'",
  "font-src data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const pageHeaders: OutgoingHttpHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": contentSecurityPolicy,
  "cache-control": "no-cache",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  vary: "accept, accept-encoding",
};

/** Makes the compressed page. */
export async function renderPlayground({ title, tabs, subscriptions }: PlaygroundOptions): Promise<Buffer> {
  const { renderGraphiQL } = await import("@graphql-yoga/render-graphiql");
  const page = renderGraphiQL({
    title,
    endpoint: "/graphql",
    subscriptionsProtocol: subscriptions === "sse" ? "SSE" : "WS",
    defaultTabs: tabs.map(({ query, variables, headers }) => ({
      query,
      variables: variables ?? null,
      headers: headers ?? null,
    })),
  });
  return compress(page.replace("<body", (body) => `${firstVisitScript(tabs)}${body}`));
}

/**
 * The page's editor takes what it shows first from the browser's storage. On a first visit that is empty, and the first
 * tab would be shown without its variables; so they are put there.
 */
function firstVisitScript([first]: readonly PlaygroundTab[]): string {
  if (first === undefined) return "";
  const entries = Object.entries({
    "graphiql:query": first.query,
    "graphiql:variables": first.variables ?? "",
    "graphiql:headers": first.headers ?? "",
  });
  // "<" would let a text end the script.
  const stored = JSON.stringify(entries).replaceAll("<", "\\u003c");
  return `<script>
    if (localStorage.getItem("graphiql:tabState") === null)
      for (const [key, value] of ${stored}) localStorage.setItem(key, value);
  </script>`;
}
