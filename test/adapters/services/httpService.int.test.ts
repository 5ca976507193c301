/** What is the generic HTTP/JSON service's own: what it remembers, what it will not read, and where it does not go. */
import type { JsonObject } from "../../../src/domain/kernel/json.js";
import { gzipSync } from "node:zlib";
import type { LookupFunction } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createHttpService } from "../../../src/adapters/services/http.js";
import type { HttpService } from "../../../src/adapters/services/http.js";
import { ServiceFailure, limits } from "../../../src/domain/integrations/index.js";
import type { PollPage } from "../../../src/domain/integrations/index.js";
import { maskState } from "../../../src/resolvers/integrations/masking.js";
import { says, startJsonFeed } from "../../support/jsonFeedServer.js";
import type { JsonFeed } from "../../support/jsonFeedServer.js";

let feed: JsonFeed;
let service: HttpService;
beforeEach(async () => {
  feed = await startJsonFeed({ pageSize: 4 });
  service = createHttpService({ allowedHosts: [feed.host], timeoutMilliseconds: 5_000 });
});
afterEach(async () => {
  await Promise.all([service.close(), feed.close()]);
});

type Asked = { readonly resyncSince?: string; readonly credential?: JsonObject; readonly of?: HttpService };

async function poll(state: JsonObject, { resyncSince, credential, of = service }: Asked = {}) {
  const pages: PollPage[] = [];
  const work = { credential, resyncSince, now: "2026-02-03T04:05:06.789Z", signal: new AbortController().signal };
  for await (const page of of.poll({ state: of.state.parse(state), ...work })) pages.push(page);
  return {
    pages,
    told: pages.flatMap(({ items }) => items.map(({ data }) => data["id"])),
    items: pages.flatMap(({ items }) => items),
    state: pages.at(-1)?.state ?? state,
  };
}

async function failureOf(state: JsonObject, asked?: Asked): Promise<ServiceFailure> {
  const failure = await poll(state, asked).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof ServiceFailure)) throw new Error("the poll did not fail", { cause: failure });
  return failure;
}

const events = (more: JsonObject = {}): JsonObject => ({
  ...{ url: `${feed.url}/events`, itemsPath: "/items", idPath: "/id", timePath: "/at" },
  ...{ cursorPath: "/cursor", cursorParam: "since" },
  ...more,
});
const inclusive = (more: JsonObject = {}): JsonObject => ({
  ...{ url: `${feed.url}/inclusive`, itemsPath: "/items", idPath: "/id" },
  ...{ cursorFromItem: "/at", cursorParam: "since" },
  ...more,
});
const newest = (more: JsonObject = {}): JsonObject => ({
  ...{ url: `${feed.url}/newest`, itemsPath: "/items", idPath: "/id", newestFirst: true },
  ...{ cursorFromItem: "/id", cursorParam: "since", nextPath: "/next", nextParam: "page" },
  ...more,
});
const paged = (more: JsonObject = {}): JsonObject => ({
  ...{ url: `${feed.url}/paged`, itemsPath: "/data/records", idPath: "/id" },
  ...{ cursorPath: "/latest", cursorParam: "since", nextPath: "/next", nextParam: "page" },
  ...more,
});
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe("where a session begins", () => {
  it("tells from the beginning where an empty cursor is given", async () => {
    feed.append(6);
    expect((await poll(events({ cursor: "" }))).told).toEqual(numbers(1, 6));
  });

  it("skips nothing where there was nothing yet when it was connected", async () => {
    const states = [events(), inclusive(), newest(), paged()];
    const found: JsonObject[] = [];
    for (const state of states) found.push((await poll(state)).state);
    expect(found.map((state) => service.hasCursor(state))).toEqual(states.map(() => true));
    feed.append(2);
    for (const state of found) expect((await poll(state)).told).toEqual([1, 2]);
  });

  it("asks once where nothing is new, and keeps its state", async () => {
    feed.append(3);
    for (const state of [events(), inclusive(), newest(), paged()]) {
      const { state: found } = await poll(state);
      const before = feed.requests.length;
      expect(await poll(found)).toMatchObject({ pages: [] });
      expect(feed.requests.length - before).toBe(1);
    }
  });

  it("keeps the address's own parameters", async () => {
    feed.append(1);
    await poll({ ...events(), url: `${feed.url}/events?kind=order`, cursor: "0" });
    expect(feed.requests.map(({ path }) => path)).toEqual(["/events?kind=order&since=0", "/events?kind=order&since=1"]);
  });
});

describe("a cursor that is given again with its item", () => {
  const at = "2026-01-01T00:00:00.000Z";

  it("tells what comes at the same time later, and nothing twice", async () => {
    feed.append(2, at);
    const { state } = await poll(inclusive());
    feed.append(1, at);
    const next = await poll(state);
    expect(next.told).toEqual([3]);
    feed.append(1, at);
    expect((await poll(next.state)).told).toEqual([4]);
  });

  it("fails where more share one than can be told apart", async () => {
    const items = numbers(1, 501).map((id) => ({ id, at }));
    feed.answerAlways(says({ items }));
    expect(await failureOf(inclusive({ cursor: "" }))).toMatchObject({
      failureClass: "PERMANENT",
      code: "too_many_items",
    });
  });
});

describe("an answer with more than a page should have", () => {
  const many = (count: number) => {
    feed.append(count);
    feed.answerAlways((request, response) => {
      const since = Number(new URL(request.url ?? "/", feed.url).searchParams.get("since") ?? 0);
      says({ items: feed.records.filter(({ id }) => id > since), latest: `${feed.records.length}` })(request, response);
    });
  };
  const byItem = () => inclusive({ cursorFromItem: "/id", cursor: "" });
  const byAnswer = () => events({ cursorPath: "/latest", cursor: "" });

  it("is cut into pages of 500, each with a cursor behind it, where items have cursors", async () => {
    many(1_201);
    const { pages, told } = await poll(byItem());
    expect(told).toEqual(numbers(1, 1_201));
    expect(pages.map(({ items, state }) => [items.length, state["cursor"]])).toEqual([
      [500, "500"],
      [500, "1000"],
      [201, "1201"],
    ]);
    for (const { state } of pages) {
      const behind = Number(state["cursor"]);
      expect((await poll(state)).told).toEqual(numbers(behind + 1, 1_201));
    }
  });

  it("is one page where the cursor is the answer's, and fails for good where it has more than 2,000", async () => {
    many(2_000);
    expect((await poll(byAnswer())).pages.map(({ items }) => items.length)).toEqual([2_000]);
    many(1);
    expect(await failureOf(byAnswer())).toMatchObject({ failureClass: "PERMANENT", code: "too_many_items" });
  });
});

describe("next pages", () => {
  it("are read from where the poll before was interrupted", async () => {
    feed.append(10);
    const pages: PollPage[] = [];
    const work = { credential: undefined, resyncSince: undefined, now: "2026-02-03T04:05:06.789Z" };
    for await (const page of service.poll({ state: paged({ cursor: "0" }), ...work, signal: AbortSignal.any([]) })) {
      pages.push(page);
      break;
    }
    expect(pages[0]?.state).toMatchObject({ cursor: "0", next: "2" });
    const rest = await poll(pages[0]?.state ?? {});
    expect(rest.told).toEqual(numbers(5, 10));
    expect(rest.state).toMatchObject({ cursor: "10" });
    expect(rest.state).not.toHaveProperty("next");
  });

  it("begin anew behind the cursor where the place to go on from is gone", async () => {
    feed.append(6);
    feed.answer(says({ error: "this page has expired" }, 404));
    const { told, state } = await poll(paged({ cursor: "0", next: "gone" }));
    expect(told).toEqual(numbers(1, 6));
    expect(state).toMatchObject({ cursor: "6" });
  });

  it("are a hundred in one poll, and the others the next time", async () => {
    feed.append(405);
    const first = await poll(events({ cursor: "0" }));
    expect(first.told).toEqual(numbers(1, 400));
    expect((await poll(first.state)).told).toEqual(numbers(401, 405));
    const begun = await poll(paged({ cursor: "0" }));
    expect(begun.told).toEqual(numbers(1, 400));
    expect((await poll(begun.state)).told).toEqual(numbers(401, 405));
  });

  it("may not lead back, nor to another host", async () => {
    const linked = { ...paged(), nextParam: undefined, cursor: "0" };
    const { nextParam: _, ...state } = linked;
    const other = await startJsonFeed();
    for (const next of ["?since=0", `${other.url}/events`, "https://user:secret@127.0.0.1/", "http://[broken"]) {
      feed.answer(says({ data: { records: [] }, next, latest: "1" }));
      expect(await failureOf(state)).toMatchObject({ failureClass: "TRANSIENT", code: "bad_answer" });
    }
    expect(other.requests).toEqual([]);
    await other.close();
  });
});

describe("the newest first", () => {
  const large = (count: number) => {
    feed.append(count);
    feed.answerAlways((request, response) => {
      const url = new URL(request.url ?? "/", feed.url);
      const behind = feed.records.filter(({ id }) => id > Number(url.searchParams.get("since") ?? 0)).toReversed();
      const page = Number(url.searchParams.get("page") ?? 1);
      const next = page * 300 < behind.length ? page + 1 : null;
      says({ items: behind.slice((page - 1) * 300, page * 300), next, latest: feed.records.length })(request, response);
    });
  };

  it("tells a thousand of what is new, the oldest, and the others the next time", async () => {
    large(1_500);
    const first = await poll(newest({ cursor: "0" }));
    expect(first.told).toEqual(numbers(1, 1_000));
    expect((await poll(first.state)).told).toEqual(numbers(1_001, 1_500));
  });

  it("fails rather than skip what it cannot hold", async () => {
    large(1_500);
    const { cursorFromItem: _, ...state } = newest({ cursor: "0", cursorPath: "/latest" });
    expect(await failureOf(state)).toMatchObject({ failureClass: "PERMANENT", code: "too_much_new" });
  });

  it("tells all in one page where the cursor is the answer's, so that no poll tells parts of it again", async () => {
    large(250);
    const { cursorFromItem: _, ...state } = newest({ cursor: "0", cursorPath: "/latest" });
    const { pages, told } = await poll(state);
    expect(told).toEqual(numbers(1, 250));
    expect(pages.map(({ items, state: { cursor } }) => [items.length, cursor])).toEqual([[250, "250"]]);
    expect((await poll(pages.at(-1)?.state ?? {})).told).toEqual([]);
  });
});

describe("a list without a cursor", () => {
  const latest = () => ({
    ...{ url: `${feed.url}/latest`, itemsPath: "/items", idPath: "/id", newestFirst: true },
    ...{ nextPath: "/next", nextParam: "page" },
  });

  it("tells what was not there, also where that is more than one page of it", async () => {
    feed.append(20);
    const { state } = await poll(latest());
    feed.append(9);
    const before = feed.requests.length;
    const next = await poll(state);
    expect(next.told).toEqual(numbers(21, 29));
    expect(feed.requests.length - before).toBe(3);
    expect((await poll(next.state)).told).toEqual([]);
  });

  it("remembers what has left it for a while", async () => {
    const all = { url: `${feed.url}/all`, itemsPath: "", idPath: "/id" };
    const list = (...ids: readonly number[]) => feed.answer(says(ids.map((id) => ({ id }))));
    list(1, 2);
    const { state } = await poll(all);
    list(2, 3);
    const next = await poll(state);
    expect(next.told).toEqual([3]);
    list(1, 2, 3);
    expect((await poll(next.state)).told).toEqual([]);
  });

  it("fails where it holds more than can be remembered", async () => {
    feed.append(501);
    const all = { url: `${feed.url}/all`, itemsPath: "", idPath: "/id" };
    expect(await failureOf(all)).toMatchObject({ failureClass: "PERMANENT", code: "too_many_items" });
  });
});

describe("a cursor that the service has forgotten", () => {
  it("is told by 410, and by nothing else", async () => {
    feed.answerAlways(says({}, 410));
    expect(await failureOf(events({ cursor: "7" }))).toMatchObject({ failureClass: "CURSOR_EXPIRED" });
    expect(await failureOf(events())).toMatchObject({ failureClass: "PERMANENT", code: "http_410" });
  });

  it("is made good by reading anew, from the time that is given", async () => {
    feed.append(10);
    const resyncSince = feed.records[5]?.at ?? "";
    for (const state of [events(), newest({ timePath: "/at" })]) {
      const { told, state: end } = await poll(service.withoutCursor({ ...state, cursor: "3", seen: [] }), {
        resyncSince,
      });
      expect(told).toEqual(numbers(6, 10));
      expect((await poll(end)).told).toEqual([]);
    }
  });

  it("goes on with reading anew where that was interrupted, also without having it said again", async () => {
    feed.append(10);
    const work = { credential: undefined, now: "2026-02-03T04:05:06.789Z", signal: new AbortController().signal };
    const resync = service.poll({ state: paged(), ...work, resyncSince: "2020-01-01T00:00:00.000Z" });
    for await (const page of resync) {
      expect(page.items.length).toBe(4);
      expect((await poll(page.state)).told).toEqual(numbers(5, 10));
      break;
    }
  });

  it("has a cursor behind it also where nothing is there", async () => {
    const { pages } = await poll(newest(), { resyncSince: "2020-01-01T00:00:00.000Z" });
    expect(pages.map(({ state }) => service.hasCursor(state))).toEqual([true]);
  });
});

describe("what an answer means", () => {
  it.each([
    [400, {}, { failureClass: "PERMANENT", code: "http_400" }],
    [401, {}, { failureClass: "AUTH" }],
    [403, {}, { failureClass: "PERMANENT", code: "http_403" }],
    [403, { "retry-after": "5" }, { failureClass: "RATE", retryAfterMs: 5_000 }],
    [404, {}, { failureClass: "PERMANENT", code: "http_404" }],
    [408, {}, { failureClass: "TRANSIENT" }],
    [429, {}, { failureClass: "RATE", retryAfterMs: undefined }],
    [429, { "retry-after": "Tue, 03 Feb 2026 04:05:36 GMT" }, { failureClass: "RATE", retryAfterMs: 29_211 }],
    [429, { "retry-after": "99999999999" }, { failureClass: "RATE", retryAfterMs: 86_400_000 }],
    [500, {}, { failureClass: "TRANSIENT", code: "http_500" }],
    [503, { "retry-after": "5" }, { failureClass: "TRANSIENT", retryAfterMs: 5_000 }],
  ])("%s %j", async (status, headers, failure) => {
    feed.answer(says({}, status, headers));
    expect(await failureOf(events({ cursor: "1" }))).toMatchObject(failure);
  });

  it("takes 403 to a credential for a refusal of it, unless it says how long to wait", async () => {
    const credential = { bearerToken: "abc.def" };
    feed.answer(says({}, 403), says({}, 403, { "retry-after": "7" }));
    const failures = [await failureOf(events(), { credential }), await failureOf(events(), { credential })];
    expect(failures).toMatchObject([
      { failureClass: "AUTH", code: "http_403" },
      { failureClass: "RATE", code: "http_403", retryAfterMs: 7_000 },
    ]);
  });

  it("has nothing in it with 204", async () => {
    feed.answer(says("", 204));
    expect((await poll(events({ cursor: "1" }))).pages).toEqual([]);
  });

  it("follows no redirect", async () => {
    const other = await startJsonFeed();
    feed.answer(says("", 302, { location: `${other.url}/events` }));
    expect(await failureOf(events({ cursor: "1" }))).toMatchObject({ failureClass: "PERMANENT", code: "redirect" });
    expect(other.requests).toEqual([]);
    await other.close();
  });

  it.each([
    ["no list where one should be", { items: {} }],
    ["an item without an id", { items: [{ at: "now" }], cursor: "1" }],
    ["an item whose id is no text", { items: [{ id: { a: 1 } }], cursor: "1" }],
    ["brackets without end", "[".repeat(100) + "]".repeat(100)],
    ["half of it", '{"items":[{"id":1},'],
    ["a page of a proxy", "<html></html>"],
  ])("fails with %s, for now", async (_, body) => {
    feed.answer(says(body));
    expect(await failureOf(events({ cursor: "1" }))).toMatchObject({ failureClass: "TRANSIENT", code: "bad_answer" });
  });

  it("fails for good where it is too large, also when it is packed", async () => {
    const padded = JSON.stringify({ items: [], text: "x".repeat(6_000_000) });
    feed.answer(says(padded));
    expect(await failureOf(events())).toMatchObject({ failureClass: "PERMANENT", code: "too_large" });
    feed.answer((_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      response.end(gzipSync(padded));
    });
    expect(await failureOf(events())).toMatchObject({ failureClass: "PERMANENT", code: "too_large" });
  });

  it("tells of its items what they hold, with every digit of large numbers", async () => {
    const body = `{"items":[
      {"id":18446744073709551615,"at":1700000000,"price":1.50,"hash":"12345678901234567890","huge":1e999},
      {"id":"zwölf","at":"2024-01-01T00:00:00+01:00","list":[9007199254740993, 0.1234567890123456789]},
      {"id":"a b","at":1700000000123.7}
    ],"cursor":18446744073709551616}`;
    feed.answer(says(body));
    const { items, state } = await poll(events({ cursor: "18446744073709551610", kind: "order" }));
    expect(items.map(({ id }) => id.replace(/^http:[0-9a-f]{16}:/, ""))).toEqual([
      "18446744073709551615",
      expect.stringMatching(/^sha256-[0-9a-f]{64}$/),
      expect.stringMatching(/^sha256-[0-9a-f]{64}$/),
    ]);
    expect(items).toMatchObject([
      {
        ...{ kind: "order", occurredAt: "2023-11-14T22:13:20.000Z" },
        data: { id: "18446744073709551615", price: 1.5, hash: "12345678901234567890", huge: "1e999" },
      },
      { occurredAt: "2023-12-31T23:00:00.000Z", data: { list: ["9007199254740993", "0.1234567890123456789"] } },
      { occurredAt: "2023-11-14T22:13:20.123Z" },
    ]);
    expect(state).toMatchObject({ cursor: "18446744073709551616" });
  });

  it("tells of a long item what fits, and names what is left out", async () => {
    feed.answer(says({ items: [{ id: 1, long: "x".repeat(limits.itemBytes), short: "y" }], cursor: 1 }));
    const { items } = await poll(events({ cursor: "0" }));
    expect(items[0]?.data).toEqual({ id: 1, short: "y", omitted: ["long"] });
  });

  it("takes lists of texts and numbers, too", async () => {
    feed.answer(says(["a"]), says(["a", "b"]));
    const { state } = await poll({ url: `${feed.url}/all`, itemsPath: "", idPath: "" });
    expect((await poll(state)).items).toMatchObject([{ data: { value: "b" } }]);
  });
});

describe("what is sent", () => {
  it("holds the credential", async () => {
    await poll(events(), { credential: { bearerToken: "abc.def" } });
    await poll(events(), { credential: { headers: { "X-Api-Key": "k 1" } } });
    await poll(events());
    expect(feed.requests.map(({ headers }) => [headers.authorization, headers["x-api-key"]])).toEqual([
      ["Bearer abc.def", undefined],
      [undefined, "k 1"],
      [undefined, undefined],
    ]);
  });

  it.each([
    { bearerToken: "" },
    { bearerToken: "a\r\nx-forwarded-for: b" },
    { headers: { host: "other" } },
    { headers: { "Content-Length": "1" } },
    { headers: { "bad name": "1" } },
    { bearerToken: "a", headers: {} },
    {},
  ])("refuses %j as a credential", (credential) => {
    expect(service.credential?.safeParse(credential).success).toBe(false);
  });
});

describe("where it goes", () => {
  const guarded = createHttpService({ allowedHosts: [], timeoutMilliseconds: 2_000 });
  const at = (url: string) => ({ url, itemsPath: "", idPath: "/id" });

  it.each([
    "http://example.org/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://[::1]/",
    "https://169.254.169.254/latest/meta-data",
    "https://localhost/",
    "https://user:secret@example.org/",
    "file:///etc/passwd",
    "feed",
  ])("is not %s", async (url) => {
    const state = guarded.state.parse(at(url));
    expect(guarded.stateProblem?.(state)).toMatch(/^url must /);
    expect(await failureOf(state, { of: guarded })).toMatchObject({
      failureClass: "PERMANENT",
      code: "forbidden_address",
    });
  });

  it("is not what a name means by the time that it is connected to", async () => {
    const toLoopback: LookupFunction = (_, __, answer) => answer(null, [{ address: "127.0.0.1", family: 4 }]);
    const of = createHttpService({ allowedHosts: [], timeoutMilliseconds: 2_000, lookup: toLoopback });
    const state = at(`https://feed.example.org:${new URL(feed.url).port}/all`);
    expect(of.stateProblem?.(of.state.parse(state))).toBeUndefined();
    expect(await failureOf(state, { of })).toMatchObject({ failureClass: "PERMANENT", code: "forbidden_address" });
    expect(feed.requests).toEqual([]);
    await of.close();
  });
});

describe("secrets in addresses", () => {
  const problemOf = (query: string) => service.stateProblem?.(events({ url: `${feed.url}/events?${query}` }));

  it.each([
    "api_key=1",
    "a=b&apiKey=1",
    "key=1",
    "access_token=1",
    "auth%5Btoken%5D=1",
    "client-secret=1",
    "Password=1",
  ])("are refused, and a credential is asked for: %s", (query) =>
    expect(problemOf(query)).toMatch(/^url must not hold a secret .* credential/),
  );

  it.each(["", "keyword=1", "page_token=1", "sortKey=1", "since=token"])(
    "are not seen where there are none: %s",
    (query) => expect(problemOf(query)).toBeUndefined(),
  );

  it("of whatever name are masked for others, also in a next page's address", () => {
    const url = `${feed.url}/events?sig=hidden`;
    expect(JSON.stringify(maskState(service, events({ url, next: `${url}&page=2` })))).not.toContain("hidden");
  });
});

describe("the state", () => {
  it.each([
    ["itemsPath", { itemsPath: "items" }],
    ["idPath", { idPath: "/a~2" }],
    ["idPath", { idPath: "/__proto__/x" }],
    ["idPath", { idPath: undefined }],
    ["cursorParam", { cursorParam: undefined }],
    ["cursorParam", { cursorParam: "since&x" }],
    ["cursorFromItem", { cursorFromItem: "/id" }],
    ["cursor", { cursor: 7 }],
    ["nextParam", { nextParam: "page" }],
    ["kind", { kind: "Two Words" }],
    ["url", { url: 1 }],
  ])("names %s where that is wrong: %j", (field, wrong) => {
    const { error } = service.state.safeParse({ ...events(), ...wrong });
    expect(error?.issues.map(({ path }) => path[0])).toEqual([field]);
  });

  it("needs a cursor's place for a cursor", () => {
    const { cursorPath: _, ...rest } = events({ cursor: "1" });
    const { error } = service.state.safeParse(rest);
    expect(error?.issues.map(({ path }) => path[0])).toEqual(["cursorParam", "cursor"]);
  });

  it("can be shown as JSON Schema", () => {
    expect(z.toJSONSchema(service.state, { io: "input" })).toMatchObject({
      type: "object",
      additionalProperties: false,
    });
  });

  it.each([
    ["9", "10", true],
    ["10", "9", false],
    ["18446744073709551615", "18446744073709551616", true],
    ["18446744073709551616", "18446744073709551615", false],
    ["2026-01-01T00:00:00Z", "2025-12-31T23:59:59-01:00", true],
    ["2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", false],
    ["zebra", "aardvark", true],
    ["", "1", true],
    ["1", "", false],
  ])("knows whether from %s to %s is forward", (from, to, expected) => {
    expect(service.isForward(events({ cursor: from }), events({ cursor: to }))).toBe(expected);
  });

  it("does not go back to having no cursor", () => {
    expect(service.isForward(events({ cursor: "1" }), events())).toBe(false);
  });
});
