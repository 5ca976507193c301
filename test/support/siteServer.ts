/**
 * A site on loopback: pages whose right answers are known (`sitePages.ts`), and everything that goes wrong with sites. `/` links to
 * the good pages, `/rough` to those and to {@link troublePaths}. It counts what it is asked.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { sitePages, toHtml, toIndex, troublePaths } from "./sitePages.js";

export interface SiteRequest {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** When it came, by the process's own clock. */
  readonly at: number;
  /** How many were being answered, with this one. */
  readonly atATime: number;
}

export interface SiteServer {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** `127.0.0.1:<port>`: what a fetcher must allow. */
  readonly host: string;
  readonly requests: readonly SiteRequest[];
  /** How often a path was asked for. */
  count(path: string): number;
  /** Answers a path so from now on. */
  serve(path: string, answer: SiteAnswer): void;
  close(): Promise<void>;
}

export type SiteAnswer = (request: IncomingMessage, response: ServerResponse) => void;

const robots = "User-agent: *\nDisallow: /private/\n";

export async function startSiteServer(): Promise<SiteServer> {
  const requests: SiteRequest[] = [];
  const answers = new Map(Object.entries(siteAnswers()));
  let running = 0;
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    running += 1;
    response.once("close", () => (running -= 1));
    requests.push({ path, headers: request.headers, at: performance.now(), atATime: running });
    (answers.get(path) ?? notFound)(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // An address of a listening TCP server is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    requests,
    count: (path) => requests.filter((request) => request.path === path).length,
    serve: (path, answer) => void answers.set(path, answer),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An answer of a status, a type and a body. */
export function says(body: string | Buffer, headers: Readonly<Record<string, string>> = {}, status = 200): SiteAnswer {
  return (_, response) => {
    response.writeHead(status, { "content-type": "text/html; charset=utf-8", ...headers });
    response.end(body);
  };
}

export function redirects(location: string, status = 302): SiteAnswer {
  return says("", { location }, status);
}

const notFound = says("<h1>Not found</h1>", {}, 404);

function siteAnswers(): Readonly<Record<string, SiteAnswer>> {
  const good = sitePages.map(({ path }) => path);
  const article = sitePages[0];
  if (article === undefined) throw new Error("there are no pages");
  return {
    "/robots.txt": says(robots, { "content-type": "text/plain" }),
    "/": says(toIndex("Office for Medicines", good)),
    "/rough": says(toIndex("Office for Medicines", [...good, ...troublePaths])),
    ...Object.fromEntries(sitePages.map((page) => [page.path, says(toHtml(page))])),
    "/private/notes": says(toHtml(article)),
    "/broken": says("oops", {}, 500),
    "/moved": redirects(article.path, 301),
    "/loop": redirects("/loop"),
    "/metadata": redirects("http://169.254.169.254/latest/meta-data/"),
    "/paper": says("%PDF-1.7 ...", { "content-type": "application/pdf" }),
    "/disguised": says("%PDF-1.7 ...", { "content-type": "text/html" }),
    "/huge": (...asked) => says(Buffer.alloc(5_000_000, "x "))(...asked),
    "/endless": (_, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      const more = () => void (response.destroyed || response.write("word ".repeat(10_000), more));
      more();
    },
    "/bomb": (...asked) => says(gzipSync(Buffer.alloc(20_000_000, "x ")), { "content-encoding": "gzip" })(...asked),
    // A gzip file of blocks that hold nothing.
    "/hollow": (_, response) => {
      response.writeHead(200, { "content-type": "text/html", "content-encoding": "gzip" });
      response.write(Buffer.from("1f8b0800000000000003", "hex"));
      const blocks = Buffer.from("000000ffff".repeat(10_000), "hex");
      const more = () => void (response.destroyed || response.write(blocks, more));
      more();
    },
    "/silent": () => {},
    "/drip": (_, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      const timer = setInterval(() => response.write("x"), 20);
      response.once("close", () => clearInterval(timer));
    },
    "/cut": (_, response) => {
      response.writeHead(200, { "content-type": "text/html", "content-length": "1000" });
      response.write("<p>half", () => response.destroy());
    },
    // Its header says UTF-8; it is not, and its meta tag knows.
    "/latin": says(
      Buffer.from('<meta charset="iso-8859-1"><title>Café</title><p>Señor Müller trinkt Café in Zürich.</p>', "latin1"),
    ),
    "/etag": (request, response) => {
      const isKnown = request.headers["if-none-match"] === '"v1"';
      response.writeHead(isKnown ? 304 : 200, { "content-type": "text/html", etag: '"v1"' });
      response.end(isKnown ? undefined : toHtml(article));
    },
    "/hidden": says(
      toHtml({ title: "Open page", paragraphs: [hiddenInstructions, "What everybody sees here is this sentence."] }),
    ),
  };
}

/** Nothing of it is seen by a person who reads the page. */
const hiddenInstructions =
  "<script>document.write('INSTRUCTION one')</script><style>.x{content:'INSTRUCTION two'}</style><!-- INSTRUCTION three -->" +
  '<span style="display:none">INSTRUCTION four</span><span hidden>INSTRUCTION five</span>' +
  '<span aria-hidden="true">INSTRUCTION six</span><template>INSTRUCTION seven</template>In\u200bvisible signs go, too.';
