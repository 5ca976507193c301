/**
 * Fetches pages of the public web as a guest should: only where their sites want that, few at a time, and no more of them than can be
 * read. Each address on the way is checked, its text and what it leads to.
 */
import type { LookupFunction } from "node:net";
import { FetchError } from "../../domain/research/index.js";
import type { FetchedPage, PageFetcher } from "../../domain/research/index.js";
import { unlessAborted } from "../../domain/kernel/aborting.js";
import { createAllowance } from "./allowedHosts.js";
import { readPage, readRobots, redirectOf } from "./answers.js";
import { createKnownPages } from "./knownPages.js";
import { createRequests } from "./requests.js";
import type { Visit } from "./requests.js";
import { createRobots } from "./robots.js";
import type { RobotsFile } from "./robots.js";
import { TransportError, createTransport } from "./transport.js";
import type { Answer } from "./transport.js";
import { createUrlCheck } from "./urlCheck.js";

export interface PageFetcherDeps {
  /** `host:port` or host: may be fetched although they are in a private network, or speak http only. */
  readonly allowedHosts: readonly string[];
  /** `Name/1.0 (+https://...)`: what stands before the `/` is looked for in robots.txt. */
  readonly userAgent: string;
  /** For one page with its redirects, without what it waits for its turn; as much again for robots.txt. @default 15_000 */
  readonly timeoutMilliseconds?: number | undefined;
  /** Of a page, decompressed. @default 2_000_000 */
  readonly maxBytes?: number | undefined;
  /** @default 5 */
  readonly maxRedirects?: number | undefined;
  /** Told of addresses that may not be fetched. */
  readonly log?: { warn(fields: object, message: string): void } | undefined;
  /** @default that of the operating system */
  readonly lookup?: LookupFunction | undefined;
}

export function createPageFetcher(deps: PageFetcherDeps): PageFetcher {
  const { allowedHosts, userAgent, log, lookup } = deps;
  const { timeoutMilliseconds = 15_000, maxBytes = 2_000_000, maxRedirects = 5 } = deps;
  const check = createUrlCheck({ allowedHosts });
  const transport = createTransport({ isAllowed: createAllowance(allowedHosts), timeoutMilliseconds, lookup });
  const { get, newVisit } = createRequests({ transport, userAgent, timeoutMilliseconds });
  const robots = createRobots({ userAgent });
  const known = createKnownPages();

  const parse = (address: string): URL => {
    const problem = check(address);
    if (problem !== undefined) throw new TransportError("FORBIDDEN_ADDRESS", `the address ${problem}`, false);
    const url = new URL(address);
    url.hash = "";
    return url;
  };

  const loadRobots = async (first: URL, visit: Visit): Promise<RobotsFile> => {
    let url = first;
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      const current = url;
      const options = { pauseMilliseconds: 0, headers: { accept: "text/plain" } };
      const found = await get(current, visit, options, (answer) => readRobots(answer, current));
      if ("kind" in found) return found;
      url = parse(found.target);
    }
    return { kind: "none" };
  };

  /** How long the site wants pauses to be. */
  const requireWelcome = async (url: URL, visit: Visit): Promise<number> => {
    // Others may wait for the same robots.txt: it goes on where this visit ends.
    const own = newVisit(new AbortController().signal);
    const asked = robots.rulesOf(url, (address) => loadRobots(address, own).catch(laterWhereSlow));
    try {
      const rules = await unlessAborted(asked, visit.signal);
      if (rules === undefined) throw new TransportError("ROBOTS", "robots.txt cannot be read for now", true);
      if (!rules.isAllowed(url)) throw new TransportError("ROBOTS", "robots.txt does not want it read", false);
      return rules.pauseMilliseconds;
    } finally {
      visit.requests += own.requests;
    }
  };

  type Found = Pick<FetchedPage, "title" | "text" | "links" | "publishedAt" | "notModified">;
  const take = async (answer: Answer, url: URL): Promise<Found | { readonly target: string }> => {
    const target = redirectOf(answer, url);
    const before = answer.status === 304 ? known.find(url) : undefined;
    if (target !== undefined || before !== undefined) await answer.drop();
    if (target !== undefined) return { target };
    if (before !== undefined) return { ...before, notModified: true };
    const page = await readPage(answer, url, maxBytes);
    known.remember(url, page, answer);
    return { ...page, notModified: false };
  };

  const follow = async (address: string, visit: Visit): Promise<FetchedPage> => {
    let url = parse(address);
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      const current = url;
      const pauseMilliseconds = await requireWelcome(current, visit);
      const headers = { accept: "text/html, application/xhtml+xml, text/plain;q=0.8", ...known.conditions(current) };
      const found = await get(current, visit, { pauseMilliseconds, headers }, (answer) => take(answer, current));
      if (!("target" in found)) return { ...found, url: current.href, requests: visit.requests };
      url = parse(found.target);
    }
    throw new TransportError("TOO_MANY_REDIRECTS", `has more than ${maxRedirects} redirects`, false);
  };

  return {
    async fetch(address, signal) {
      signal.throwIfAborted();
      // One of its own: many listeners to one signal are warned of.
      const visit = newVisit(AbortSignal.any([signal]));
      try {
        return await follow(address, visit);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof TransportError)) throw error;
        const { reason, message, retryable } = error;
        if (reason === "FORBIDDEN_ADDRESS") log?.warn({ url: address, reason: message }, "may not be fetched");
        throw new FetchError(reason, address, message, retryable, visit.requests, { cause: error });
      }
    },
    close: () => transport.close(),
  };
}

/** Who gives no answer to that in time is not asked for pages, for now. */
function laterWhereSlow(error: unknown): RobotsFile {
  if (error instanceof TransportError && error.reason === "TIMEOUT") return { kind: "later" };
  throw error;
}
