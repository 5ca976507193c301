/** What an answer of a site is: a page, a way to another one, rules for robots, or nothing to read. */
import { decodeText } from "./charset.js";
import { readHtml, readPlain } from "./readable.js";
import type { ReadablePage } from "./readable.js";
import type { RobotsFile } from "./robots.js";
import { TransportError } from "./transport.js";
import type { Answer } from "./transport.js";

const redirects = new Set([301, 302, 303, 307, 308]);

/** Where a redirect leads, as it says; undefined for any other answer. */
export function redirectOf({ status, header }: Answer, url: URL): string | undefined {
  const location = redirects.has(status) ? header("location") : undefined;
  if (location === undefined) return undefined;
  return URL.canParse(location, url.href) ? new URL(location, url).href : location;
}

/** @throws TransportError where there is nothing to read in it. */
export async function readPage(answer: Answer, url: URL, maxBytes: number): Promise<ReadablePage> {
  const type = typeOf(answer);
  const problem = problemOf(answer, type);
  if (problem !== undefined) {
    await answer.drop();
    throw problem;
  }
  const bytes = await answer.read(maxBytes);
  const text = decodeText(bytes, answer.header("content-type"));
  if (bytes.subarray(0, 5).equals(pdf) || isBinary(text)) throw notText("is no text, whatever it says");
  const plain = text.replaceAll("\0", "");
  return type === "text/plain" ? readPlain(plain, url) : readHtml(plain, url);
}

/** Characters that no text has. One may slip into a page; of what is no text they are one in ten. */
const control = /(?!\s)\p{Cc}/gu;

function isBinary(text: string): boolean {
  const count = text.match(control)?.length ?? 0;
  return count > 3 && count / text.length > 0.02;
}

const pdf = Buffer.from("%PDF-");
const readable = new Set(["text/html", "application/xhtml+xml", "text/plain"]);

function typeOf({ header }: Answer): string {
  const [type = ""] = (header("content-type") ?? "").split(";", 1);
  return type.trim().toLowerCase();
}

function problemOf({ status }: Answer, type: string): TransportError | undefined {
  // Others, such as 204, 206 and a 304 that nobody asked for, have no whole page in them.
  if (status !== 200 && status !== 203) {
    const retryable = status === 408 || status === 425 || status === 429 || status >= 500;
    return new TransportError("HTTP_STATUS", `the site answers ${status}`, retryable);
  }
  // What a site says of itself is shown only where it is short and plain.
  const said = /^[\w.+-]{1,60}\/[\w.+-]{1,60}$/.test(type) ? type : "of an unknown type";
  return readable.has(type) ? undefined : notText(`is ${said}`);
}

function notText(message: string): TransportError {
  return new TransportError("NOT_TEXT", message, false);
}

/** As RFC 9309 wants: what is not there forbids nothing, and what cannot be read for now forbids all. More is not looked at. */
const robotsBytes = 512_000;

/** The rules, or where a redirect leads. */
export async function readRobots(answer: Answer, url: URL): Promise<RobotsFile | { readonly target: string }> {
  const target = redirectOf(answer, url);
  if (answer.status === 200) return { kind: "text", text: (await answer.readBeginning(robotsBytes)).toString("utf8") };
  await answer.drop();
  if (target !== undefined) return { target };
  return answer.status >= 500 || answer.status === 429 ? { kind: "later" } : { kind: "none" };
}
