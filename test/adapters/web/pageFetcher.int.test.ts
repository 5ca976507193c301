/** Pages of a site on loopback, good and bad: what is read of them, and how each kind of trouble ends. */
import { createServer } from "node:net";
import type { AddressInfo, LookupFunction } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createGuardedConnector, publicOnly } from "../../../src/adapters/web/addressGuard.js";
import { createPageFetcher } from "../../../src/adapters/web/pageFetcher.js";
import type { PageFetcherDeps } from "../../../src/adapters/web/pageFetcher.js";
import { FetchError, scoreText } from "../../../src/domain/research/index.js";
import type { PageFetcher } from "../../../src/domain/research/index.js";
import { siteKeywords, sitePages, siteThreshold } from "../../support/sitePages.js";
import { redirects, says, startSiteServer } from "../../support/siteServer.js";
import type { SiteServer } from "../../support/siteServer.js";

const userAgent = "OpsledgerTest/1.0 (+https://opsledger.example)";

let site: SiteServer;
let fetcher: PageFetcher;
const fetchers: PageFetcher[] = [];

function newFetcher(deps: Partial<PageFetcherDeps> = {}): PageFetcher {
  const made = createPageFetcher({ allowedHosts: [site.host], userAgent, ...deps });
  fetchers.push(made);
  return made;
}

beforeEach(async () => {
  site = await startSiteServer();
  fetcher = newFetcher();
});
afterEach(async () => {
  await Promise.all(fetchers.splice(0).map((made) => made.close()));
  await site.close();
});

const { signal: never } = new AbortController();
const get = (path: string, by = fetcher) => by.fetch(site.url + path, never);

async function failureOf(fetching: Promise<unknown>): Promise<FetchError> {
  try {
    await fetching;
  } catch (error) {
    if (error instanceof FetchError) return error;
    throw error;
  }
  throw new Error("it was fetched");
}

describe("a page", () => {
  it("is its title, its text without menu and footer, its links and when it was published", async () => {
    const page = await get("/news/semaglutide-label#top");
    expect(page).toMatchObject({
      url: `${site.url}/news/semaglutide-label`,
      title: "New label for semaglutide approved",
      publishedAt: "2025-03-04T09:30:00.000Z",
      notModified: false,
    });
    expect(page.text).toContain("The agency approved a new label for semaglutide on Monday.");
    expect(page.text).not.toMatch(/New hours of the canteen|about us|</);
    expect(page.links).toContain(`${site.url}/about`);
    expect(page.links).not.toContain(page.url);
    expect(page.links.filter((link) => !link.startsWith(`${site.url}/`))).toEqual([]);
  });

  it.each(sitePages.map((page) => [page.path, page] as const))(
    "has the score that is right: %s",
    async (path, right) => {
      const { title, text } = await get(path);
      const { score, matchedKeywords } = scoreText({ title, text, keywords: siteKeywords });
      expect([matchedKeywords, score >= siteThreshold]).toEqual([right.matchedKeywords, right.isKept]);
    },
  );

  it("is asked for under our name, with robots.txt before the first", async () => {
    expect((await get("/about")).requests).toBe(2);
    expect((await get("/contact")).requests).toBe(1);
    expect(site.requests.map(({ path }) => path)).toEqual(["/robots.txt", "/about", "/contact"]);
    expect(new Set(site.requests.map(({ headers }) => headers["user-agent"]))).toEqual(new Set([userAgent]));
    expect(site.requests[1]?.headers).not.toHaveProperty("cookie");
  });

  it("behind a redirect has the address that it leads to", async () => {
    expect(await get("/moved")).toMatchObject({ url: `${site.url}/news/semaglutide-label`, requests: 3 });
  });

  it.each([
    ["a page of HTML", "text/html", "<title>Doses</title><p>semaglu\0tide works</p>"],
    ["plain text", "text/plain", "semaglu\0tide works"],
  ])("is read without the zero byte that has slipped into it: %s", async (_what, type, body) => {
    site.serve("/slip", says(body, { "content-type": type }));
    expect((await get("/slip")).text).toContain("semaglutide works");
  });

  it("is no text where it is full of control characters", async () => {
    const bytes = Buffer.from(Array.from({ length: 4_096 }, (_, place) => place % 256));
    site.serve("/bytes", says(bytes, { "content-type": "text/html" }));
    expect(await failureOf(get("/bytes"))).toMatchObject({ reason: "NOT_TEXT", retryable: false });
    site.serve("/wide", says(Buffer.from("semaglutide", "utf16le"), { "content-type": "text/plain" }));
    expect(await failureOf(get("/wide"))).toMatchObject({ reason: "NOT_TEXT" });
  });

  it("is read by its meta tag where its header is wrong about the charset", async () => {
    expect(await get("/latin")).toMatchObject({ title: "Café", text: "Señor Müller trinkt Café in Zürich." });
  });

  it("has nothing in it that a person does not see", async () => {
    const { text } = await get("/hidden");
    expect(text).toContain("What everybody sees here is this sentence.");
    expect(text).toContain("Invisible signs go, too.");
    expect(text).not.toContain("INSTRUCTION");
  });

  it("may be plain text", async () => {
    site.serve("/notes", says("First line\n\nAnd  more", { "content-type": "text/plain" }));
    expect(await get("/notes")).toMatchObject({ title: "First line", text: "First line\nAnd more", links: [] });
  });

  it("that has not changed is not transferred again", async () => {
    const before = await get("/etag");
    const again = await get("/etag");
    expect(before.notModified).toBe(false);
    expect(again).toEqual({ ...before, notModified: true, requests: 1 });
    expect(site.requests.at(-1)?.headers["if-none-match"]).toBe('"v1"');
  });

  it("that has no ETag is asked for by its date", async () => {
    const date = "Tue, 04 Mar 2025 09:30:00 GMT";
    site.serve("/dated", says("<p>Once.</p>", { "last-modified": date }));
    await get("/dated");
    await get("/dated");
    expect(site.requests.at(-1)?.headers["if-modified-since"]).toBe(date);
  });
});

describe("a page that cannot be read", () => {
  it.each<[path: string, reason: FetchError["reason"], retryable: boolean, message: string]>([
    ["/private/notes", "ROBOTS", false, "robots.txt does not want it read"],
    ["/broken", "HTTP_STATUS", true, "the site answers 500"],
    ["/gone", "HTTP_STATUS", false, "the site answers 404"],
    ["/loop", "TOO_MANY_REDIRECTS", false, "has more than 5 redirects"],
    ["/metadata", "FORBIDDEN_ADDRESS", false, "the address must be an https address"],
    ["/paper", "NOT_TEXT", false, "is application/pdf"],
    ["/disguised", "NOT_TEXT", false, "is no text, whatever it says"],
    ["/huge", "TOO_LARGE", false, "has more than 2000000 bytes"],
    ["/endless", "TOO_LARGE", false, "has more than 2000000 bytes"],
    ["/bomb", "TOO_LARGE", false, "has more than 2000000 bytes"],
    ["/hollow", "TOO_LARGE", false, "has more than 2000000 bytes"],
    ["/cut", "UNREACHABLE", true, "cannot be reached (UND_ERR_SOCKET)"],
  ])("%s is %s, retryable: %s", async (path, reason, retryable, message) => {
    const failure = await failureOf(get(path));
    expect(failure).toMatchObject({ reason, retryable, message, url: site.url + path });
    expect(failure.requests).toBe(site.requests.length);
  });

  it.each(["/silent", "/drip"])("%s is TIMEOUT, as a whole", async (path) => {
    const hasty = newFetcher({ timeoutMilliseconds: 200 });
    expect(await failureOf(get(path, hasty))).toMatchObject({ reason: "TIMEOUT", retryable: true });
  });

  it("since many redirects take the time of one page together", async () => {
    for (const hop of [0, 1, 2, 3]) {
      site.serve(`/slow/${hop}`, (_, response) => {
        setTimeout(() => response.writeHead(302, { location: `/slow/${hop + 1}` }).end(), 80);
      });
    }
    expect(await failureOf(get("/slow/0", newFetcher({ timeoutMilliseconds: 200 })))).toMatchObject({
      reason: "TIMEOUT",
    });
    expect(site.count("/slow/4")).toBe(0);
  });

  it("since it is compressed in an unknown way, or badly", async () => {
    site.serve("/zip", says("x", { "content-encoding": "compress-o-matic" }));
    expect(await failureOf(get("/zip"))).toMatchObject({ reason: "NOT_TEXT" });
    site.serve("/no-gzip", says("<p>plain</p>", { "content-encoding": "gzip" }));
    expect(await failureOf(get("/no-gzip"))).toMatchObject({ reason: "UNREACHABLE", retryable: true });
  });

  it("since nobody listens there", async () => {
    const { url } = site;
    await site.close();
    expect(await failureOf(fetcher.fetch(`${url}/about`, never))).toMatchObject({
      reason: "UNREACHABLE",
      retryable: true,
      message: "cannot be reached (ECONNREFUSED)",
    });
    site = await startSiteServer();
  });

  it("ends at once where nobody wants it any more, with the reason that was given, and the next one is read", async () => {
    const caller = new AbortController();
    site.serve("/silent", () => caller.abort(new Error("enough")));
    await expect(fetcher.fetch(`${site.url}/silent`, caller.signal)).rejects.toThrow("enough");
    await expect(fetcher.fetch(`${site.url}/about`, caller.signal)).rejects.toThrow("enough");
    expect((await get("/about")).title).toBe("About us");
  });
});

describe("robots.txt", () => {
  it.each<[what: string, status: number, isAllowed: boolean]>([
    ["that is not there allows all", 404, true],
    ["that may not be read allows all", 403, true],
    ["that has a fault allows nothing for now", 500, false],
    ["that is asked for too often allows nothing for now", 429, false],
  ])("%s", async (_what, status, isAllowed) => {
    site.serve("/robots.txt", says("no", {}, status));
    if (isAllowed) expect((await get("/private/notes")).notModified).toBe(false);
    else expect(await failureOf(get("/about"))).toMatchObject({ reason: "ROBOTS", retryable: true });
  });

  it("that does not come in time allows nothing for now", async () => {
    site.serve("/robots.txt", () => {});
    const hasty = newFetcher({ timeoutMilliseconds: 100 });
    expect(await failureOf(get("/about", hasty))).toMatchObject({ reason: "ROBOTS", retryable: true });
    expect(site.count("/about")).toBe(0);
  });

  it("may be behind a redirect, though not behind one that leads inside", async () => {
    site.serve("/robots.txt", redirects("/real-robots.txt"));
    site.serve(
      "/real-robots.txt",
      says("User-agent: OpsledgerTest\nDisallow: /about", { "content-type": "text/plain" }),
    );
    expect(await failureOf(get("/about"))).toMatchObject({ reason: "ROBOTS", retryable: false, requests: 2 });
    site.serve("/robots.txt", redirects("http://10.0.0.1/robots.txt"));
    expect(await failureOf(get("/about", newFetcher()))).toMatchObject({ reason: "FORBIDDEN_ADDRESS" });
  });

  it("is asked for once by all who ask at a time, and one of them that gives up does not end it", async () => {
    const caller = new AbortController();
    site.serve("/robots.txt", (request, response) => {
      caller.abort(new Error("enough"));
      says("", { "content-type": "text/plain" })(request, response);
    });
    const given = fetcher.fetch(`${site.url}/about`, caller.signal);
    const pages = Promise.all([get("/contact"), get("/research/sleep")]);
    await expect(given).rejects.toThrow("enough");
    expect((await pages).map(({ title }) => title)).toEqual(["Contact", "Sleep and weight"]);
    expect(site.count("/robots.txt")).toBe(1);
  });

  it("asks for pauses, and gets them", async () => {
    site.serve("/robots.txt", says("User-agent: *\nCrawl-delay: 0.15", { "content-type": "text/plain" }));
    await Promise.all(["/about", "/contact", "/research/sleep"].map((path) => get(path)));
    const [, first = 0, second = 0, third = 0] = site.requests.map(({ at }) => at);
    expect(Math.min(second - first, third - second)).toBeGreaterThan(120);
  });

  it("asks for a pause that ends at once where nobody wants the page any more", async () => {
    site.serve("/robots.txt", says("User-agent: *\nCrawl-delay: 9", { "content-type": "text/plain" }));
    const caller = new AbortController();
    const pages = ["/about", "/contact"].map((path) => fetcher.fetch(site.url + path, caller.signal));
    await Promise.any(pages);
    caller.abort(new Error("enough"));
    const [refused] = (await Promise.allSettled(pages)).filter((page) => page.status === "rejected");
    expect(refused?.reason).toEqual(new Error("enough"));
  });

  it("that is long is read as far as it may be", async () => {
    const rules = "User-agent: *\nDisallow: /about\n" + "# nothing\n".repeat(60_000) + "Disallow: /contact\n";
    site.serve("/robots.txt", says(rules, { "content-type": "text/plain" }));
    expect(await failureOf(get("/about"))).toMatchObject({ reason: "ROBOTS" });
    expect((await get("/contact")).title).toBe("Contact");
  });

  it("cannot make the process slow with stars", async () => {
    const rules = "Disallow: /*a*a*a*a*a*a*a*a*b\n".repeat(15_000);
    site.serve("/robots.txt", says(`User-agent: *\n${rules}`, { "content-type": "text/plain" }));
    const began = performance.now();
    await failureOf(get(`/${"a".repeat(900)}`));
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});

describe("one host", () => {
  it("is asked for two pages at a time at most, while others are asked", async () => {
    const other = await startSiteServer();
    const both = newFetcher({ allowedHosts: [site.host, other.host] });
    const paths = [1, 2, 3, 4, 5, 6].map((number) => `/held/${number}`);
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const twoCame = new Promise<void>((resolve) => {
      for (const path of paths) {
        site.serve(path, (request, response) => {
          if (paths.filter((one) => site.count(one) > 0).length === 2) resolve();
          void released.then(() => says("<p>Held.</p>")(request, response));
        });
      }
    });
    const pages = Promise.all(paths.map((path) => get(path, both)));
    await twoCame;
    // As long as this takes, a third one would have come.
    await both.fetch(`${other.url}/about`, never);
    expect(site.requests.filter(({ path }) => paths.includes(path))).toHaveLength(2);
    release();
    expect(await pages).toHaveLength(6);
    expect(Math.max(...site.requests.map(({ atATime }) => atATime))).toBe(2);
    await other.close();
  });

  it("whose places are taken keeps nobody waiting who gives up", async () => {
    const caller = new AbortController();
    site.serve("/silent", () => {});
    await get("/about");
    const stuck = ["/silent", "/silent", "/contact"].map((path) => fetcher.fetch(site.url + path, caller.signal));
    const waiting = get("/contact");
    caller.abort(new Error("enough"));
    expect((await Promise.allSettled(stuck)).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect((await waiting).title).toBe("Contact");
  });
});

describe("a name that leads inside", () => {
  const resolvesTo =
    (...addresses: readonly string[]): LookupFunction =>
    (_host, { all }, callback) => {
      const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
      if (all === true) callback(null, found);
      else callback(null, found[0]?.address ?? "", found[0]?.family);
    };

  // Each leads to this machine, so that nothing leaves it, whatever the fetcher does.
  it.each([
    ["loopback", ["127.0.0.1"]],
    ["loopback of IPv6", ["::1"]],
    ["loopback in an address of IPv6", ["::ffff:127.0.0.1"]],
    ["nothing at all", []],
  ])("is refused where it is %s, with nothing sent", async (_what, addresses) => {
    let connections = 0;
    const inside = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => inside.listen(0, "127.0.0.1", resolve));
    // An address of a listening TCP server is never a pipe's name.
    const { port } = inside.address() as AddressInfo;
    const told: object[] = [];
    const log = { warn: (fields: object) => void told.push(fields) };
    const luring = newFetcher({ lookup: resolvesTo(...addresses), log });
    const url = `https://public.example:${port}/`;
    expect(await failureOf(luring.fetch(url, never))).toMatchObject({ reason: "FORBIDDEN_ADDRESS", retryable: false });
    expect(connections).toBe(0);
    expect(told).toEqual([{ url, reason: `public.example:${port} is no host of the public web` }]);
    await new Promise((resolve) => inside.close(resolve));
  });

  it("is refused behind a redirect, too", async () => {
    site.serve("/away", redirects("https://public.example/"));
    const luring = newFetcher({ lookup: resolvesTo("127.0.0.1") });
    expect(await failureOf(get("/away", luring))).toMatchObject({ reason: "FORBIDDEN_ADDRESS" });
  });

  const lookUp = (lookup: LookupFunction): unknown => {
    const seen: unknown[] = [];
    publicOnly(lookup)("public.example", { all: true }, (error, address) => seen.push(error?.message ?? address));
    return seen[0];
  };

  it.each([
    ["a private network", ["10.0.0.7"]],
    ["the metadata of a cloud", ["169.254.169.254"]],
    ["a private network in an address of IPv6", ["::ffff:10.0.0.7"]],
    ["a public address and a private one", ["93.184.216.34", "192.168.1.1"]],
    ["a private address and a public one", ["fd00::1", "2606:4700::1111"]],
  ])("is refused where it is %s", (_what, addresses) => {
    expect(lookUp(resolvesTo(...addresses))).toBe("public.example is no host of the public web");
  });

  it("is looked up for each connection: what it meant before does not count", () => {
    const answers = [resolvesTo("93.184.216.34"), resolvesTo("127.0.0.1")];
    const rebinding: LookupFunction = (...asked) => answers.shift()?.(...asked);
    expect([lookUp(rebinding), lookUp(rebinding)]).toEqual([
      [{ address: "93.184.216.34", family: 4 }],
      "public.example is no host of the public web",
    ]);
  });

  it("may be one that is allowed, and is connected to where the look-up says", async () => {
    const port = new URL(site.url).port;
    const trusting = newFetcher({ allowedHosts: [`wiki.corp:${port}`], lookup: resolvesTo("127.0.0.1") });
    expect((await trusting.fetch(`http://wiki.corp:${port}/about`, never)).title).toBe("About us");
    expect(site.requests[0]?.headers.host).toBe(`wiki.corp:${port}`);
  });

  it("cannot be got around with an address in the place of a name", async () => {
    const connect = createGuardedConnector({ isAllowed: () => false, timeoutMilliseconds: 1_000 });
    for (const hostname of ["127.0.0.1", "[::1]", "::ffff:127.0.0.1"]) {
      const { port } = new URL(site.url);
      const refusal = await new Promise((resolve) =>
        connect({ hostname, protocol: "http:", port }, (...[error]) => resolve(error?.message)),
      );
      expect(refusal).toBe(`${hostname} is no host of the public web`);
    }
    expect(site.requests).toEqual([]);
  });

  it("that does not exist is UNREACHABLE for good", async () => {
    const lookup: LookupFunction = (host, _options, callback) =>
      callback(Object.assign(new Error(`no ${host}`), { code: "ENOTFOUND" }), "");
    expect(await failureOf(newFetcher({ lookup }).fetch("https://nowhere.example/", never))).toMatchObject({
      reason: "UNREACHABLE",
      message: "cannot be reached (ENOTFOUND)",
      retryable: false,
    });
  });
});

it("follows no proxy that the environment names", async () => {
  const before = process.env["http_proxy"];
  process.env["http_proxy"] = "http://127.0.0.1:9";
  try {
    expect((await get("/about", newFetcher())).title).toBe("About us");
  } finally {
    if (before === undefined) delete process.env["http_proxy"];
    else process.env["http_proxy"] = before;
  }
});
