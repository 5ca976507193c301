/** Gmail as a service, against a server that speaks its protocol. */
import type { JsonObject } from "../../../src/domain/kernel/json.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createGmail } from "../../../src/adapters/services/gmail.js";
import { ServiceFailure } from "../../../src/domain/integrations/index.js";
import type { PollPage } from "../../../src/domain/integrations/index.js";
import { integrationServiceConformance } from "../../conformance/integrationServiceContract.js";
import { googleError, startGmailServer } from "../../support/gmailServer.js";
import type { GmailServer } from "../../support/gmailServer.js";

integrationServiceConformance("Gmail", {
  async start({ timeoutMilliseconds }) {
    const server = await startGmailServer();
    const { apiUrl, tokenUrl, credential } = server;
    return {
      ...server,
      service: createGmail({ apiUrl, tokenUrl, timeoutMilliseconds, pageSize: 5 }),
      credential,
      state: {},
      many: 12,
      add: (count) => Array.from({ length: count }, () => `gmail:${server.receive().id}`),
    };
  },
});

describe("Gmail", () => {
  let server: GmailServer;
  let service: ReturnType<typeof createGmail>;
  beforeEach(async () => {
    server = await startGmailServer();
    service = createGmail({ apiUrl: server.apiUrl, tokenUrl: server.tokenUrl, timeoutMilliseconds: 5_000 });
  });
  afterEach(async () => {
    await server.close();
    expect(server.violations).toEqual([]);
  });

  interface Wanted {
    readonly credential?: JsonObject;
    readonly resyncSince?: string;
    readonly most?: number;
  }
  const poll = async (
    state: JsonObject,
    { credential = server.credential, resyncSince, most = 1_000 }: Wanted = {},
  ) => {
    const pages: PollPage[] = [];
    const { signal } = new AbortController();
    const now = "2026-02-03T04:05:06.789Z";
    for await (const page of service.poll({ state, credential, resyncSince, now, signal })) {
      pages.push(page);
      if (pages.length >= most) break;
    }
    const last = pages.at(-1)?.state ?? state;
    return { pages, state: last, items: pages.flatMap(({ items }) => items) };
  };
  const begin = async () => (await poll({})).state;
  const failureOf = async (asked: Promise<unknown>) => {
    const failure: unknown = await asked.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!(failure instanceof ServiceFailure)) throw new Error("it did not fail as services fail", { cause: failure });
    const { failureClass, code, retryAfterMs } = failure;
    return { failureClass, code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  };

  it("begins at the mailbox's present, and notes whose it is", async () => {
    server.receive();
    const { pages } = await poll({});
    expect(pages).toEqual([
      { items: [], state: { emailAddress: server.emailAddress, lastHistoryId: String(server.historyId()) } },
    ]);
  });

  it("tells of a message what its head says", async () => {
    const state = await begin();
    const mail = server.receive({ from: "Ann <ann@example.com>", subject: "Lunch?", snippet: "At noon" });
    const { items } = await poll(state);
    expect(items).toEqual([
      {
        id: `gmail:${mail.id}`,
        kind: "email",
        occurredAt: new Date(mail.at).toISOString(),
        data: {
          messageId: mail.id,
          threadId: mail.id,
          labelIds: ["INBOX", "UNREAD"],
          from: "Ann <ann@example.com>",
          to: server.emailAddress,
          subject: "Lunch?",
          snippet: "At noon",
          historyId: String(mail.historyId),
        },
      },
    ]);
  });

  it("cuts long heads, and whole characters only", async () => {
    const state = await begin();
    server.receive({ to: `${"x".repeat(4_999)}\u{1f600}`, subject: "\ud800 broken" });
    const [item] = (await poll(state)).items;
    expect(item?.data["to"]).toBe("x".repeat(4_999));
    expect(item?.data["subject"]).toBe("\ufffd broken");
  });

  it("compares history ids by all of their digits", async () => {
    const [less, more] = ["9007199254740992", "9007199254740993"].map((id) => ({ lastHistoryId: id }));
    expect(service.isForward(less ?? {}, more ?? {})).toBe(true);
    expect(service.isForward(more ?? {}, less ?? {})).toBe(false);
    expect(service.isForward({ lastHistoryId: "99" }, { lastHistoryId: "100" })).toBe(true);
    expect(service.isForward({ lastHistoryId: "99" }, {})).toBe(false);
  });

  it.each([
    { lastHistoryId: 123 },
    { lastHistoryId: "18446744073709551616" },
    { lastHistoryId: "1.5" },
    { emailAddress: "nobody" },
    { lastHistoryID: "1" },
  ])("refuses the state %j", (state) => {
    expect(service.state.safeParse(state).success).toBe(false);
  });

  it("takes the seed's state as it is", () => {
    const state = { lastHistoryId: "123456789", emailAddress: "user@company.com" };
    expect(service.state.parse(state)).toEqual(state);
  });

  it("moves its cursor on where the mailbox has changed otherwise", async () => {
    const state = await begin();
    server.touch();
    const { pages } = await poll(state);
    expect(pages).toEqual([{ items: [], state: { ...state, lastHistoryId: String(server.historyId()) } }]);
  });

  it("leaves out drafts, and messages that are gone", async () => {
    const state = await begin();
    server.receive({ labelIds: ["DRAFT"] });
    const gone = server.receive();
    const sent = server.receive({ labelIds: ["SENT"] });
    const spam = server.receive({ labelIds: ["SPAM"] });
    server.remove(gone.id);
    const { items, state: end } = await poll(state);
    expect(items.map(({ id }) => id)).toEqual([`gmail:${sent.id}`, `gmail:${spam.id}`]);
    expect((await poll(end)).pages).toEqual([]);
  });

  it("says that its cursor is lost where Gmail has forgotten the history", async () => {
    const state = await begin();
    server.receive();
    server.forget();
    expect(await failureOf(poll(state))).toEqual({ failureClass: "CURSOR_EXPIRED", code: "history_expired" });
  });

  describe("that has lost its cursor", () => {
    const resyncSince = "2026-01-01T00:00:10.000Z";
    const mailsAt = (seconds: readonly number[]) =>
      seconds.map(
        (second) => `gmail:${server.receive({ at: Date.parse("2026-01-01T00:00:00Z") + second * 1_000 }).id}`,
      );
    const seconds = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

    it("reads anew what came since, oldest first", async () => {
      mailsAt([1, 5]);
      const since = mailsAt([10, 11, 60]);
      const { items, state } = await poll({ emailAddress: server.emailAddress }, { resyncSince });
      expect(items.map(({ id }) => id)).toEqual(since);
      expect(state).toEqual({ emailAddress: server.emailAddress, lastHistoryId: String(server.historyId()) });
      const [next] = mailsAt([61]);
      expect((await poll(state)).items.map(({ id }) => id)).toEqual([next]);
    });

    it("has what comes while it reads in the history behind its new cursor", async () => {
      const known = mailsAt(seconds(10, 130));
      const { pages, state } = await poll({}, { resyncSince, most: 1 });
      expect(pages).toHaveLength(1);
      const [meanwhile] = mailsAt([200]);
      server.forget();
      const later = mailsAt([201]);
      const rest = await poll(state, { resyncSince });
      const told = [...pages, ...rest.pages].flatMap(({ items }) => items.map(({ id }) => id));
      expect([...new Set(told)]).toEqual([...known, meanwhile, ...later]);
    });

    it("goes on where it was interrupted, also where it is not told that it reads anew", async () => {
      const all = mailsAt(seconds(10, 140));
      const first = await poll({}, { resyncSince, most: 2 });
      expect(service.hasCursor(first.state)).toBe(true);
      expect(service.state.parse(first.state)).toEqual(first.state);
      const rest = await poll(first.state);
      expect(rest.items.length).toBeLessThan(all.length);
      expect([...new Set([...first.items, ...rest.items].map(({ id }) => id))]).toEqual(all);
      expect(rest.state["resync"]).toBeUndefined();
    });

    it("begins with the oldest of thousands, and passes none over", async () => {
      const [oldest] = mailsAt(seconds(10, 2_110));
      const { pages } = await poll({}, { resyncSince, most: 1 });
      expect(pages[0]?.items[0]?.id).toBe(oldest);
    });

    it("fails for good rather than pass over what is too much to gather", async () => {
      mailsAt(seconds(10, 50_011));
      expect(await failureOf(poll({}, { resyncSince }))).toEqual({
        failureClass: "PERMANENT",
        code: "too_much_to_resync",
      });
    });

    it("finds its cursor where nothing came", async () => {
      const { pages } = await poll({}, { resyncSince });
      expect(pages).toEqual([
        { items: [], state: { emailAddress: server.emailAddress, lastHistoryId: String(server.historyId()) } },
      ]);
    });
  });

  it("refuses the credential of another mailbox", async () => {
    const state = { emailAddress: "somebody@else.com" };
    expect(await failureOf(poll(state))).toEqual({ failureClass: "PERMANENT", code: "wrong_account" });
    await expect(poll({ emailAddress: server.emailAddress.toUpperCase() })).resolves.toBeDefined();
  });

  describe("that is read with another credential", () => {
    const asked = (path: string) => server.calls.filter(({ pathname }) => pathname.endsWith(path)).length;

    it("is not read on where that is another mailbox's", async () => {
      const state = await begin();
      server.answer("/profile", { status: 200, body: { emailAddress: "other@company.com", historyId: "1" } });
      const credential = { accessToken: server.accessToken };
      const wrong = { failureClass: "PERMANENT", code: "wrong_account" };
      expect(await failureOf(poll(state, { credential }))).toEqual(wrong);
      expect(await failureOf(poll(state, { credential }))).toEqual(wrong);
      expect(asked("/history")).toBe(0);
      // The first one is known.
      await poll(state);
      expect(asked("/history")).toBe(1);
    });

    it("asks whose it is once, and not in each poll", async () => {
      const state = await begin();
      service = createGmail({ apiUrl: server.apiUrl, tokenUrl: server.tokenUrl, timeoutMilliseconds: 5_000 });
      await poll(state);
      await poll(state);
      expect([asked("/profile"), asked("/history")]).toEqual([2, 2]);
    });

    it("notes whose it is where the state does not say so", async () => {
      const { lastHistoryId = "" } = await begin();
      server.receive();
      expect((await poll({ lastHistoryId })).state["emailAddress"]).toBe(server.emailAddress);
    });
  });

  it("asks for an access token once in an hour, not once in a poll", async () => {
    const state = await begin();
    server.receive();
    await poll(state);
    await poll(state);
    expect(server.tokenRequests()).toBe(1);
  });

  it("asks for another one where the token is not good before its time", async () => {
    const state = await begin();
    const { id } = server.receive();
    server.endTokens();
    expect((await poll(state)).items.map((item) => item.id)).toEqual([`gmail:${id}`]);
    expect(server.tokenRequests()).toBe(2);
  });

  it("says invalid_grant where the user has taken the permission back", async () => {
    const state = await begin();
    server.revoke();
    expect(await failureOf(poll(state))).toEqual({ failureClass: "AUTH", code: "invalid_grant" });
  });

  it("says so where the client is not known", async () => {
    const credential = { ...server.credential, clientSecret: "another" };
    expect(await failureOf(poll({}, { credential }))).toEqual({ failureClass: "AUTH", code: "invalid_client" });
  });

  it("works with an access token alone, as long as it is good", async () => {
    const credential = { accessToken: server.accessToken };
    const { state } = await poll({}, { credential });
    server.endTokens();
    expect(await failureOf(poll(state, { credential }))).toEqual({ failureClass: "AUTH", code: "http_401" });
    expect(server.tokenRequests()).toBe(0);
  });

  it.each([
    ["rateLimitExceeded", 403, "RATE"],
    ["userRateLimitExceeded", 403, "RATE"],
    ["quotaExceeded", 403, "RATE"],
    ["insufficientPermissions", 403, "PERMANENT"],
    ["domainPolicy", 403, "PERMANENT"],
  ] as const)("takes %s with status %i for %s", async (reason, status, failureClass) => {
    server.answer("/profile", { status, body: googleError(status, reason) });
    expect(await failureOf(poll({}))).toEqual({ failureClass, code: reason });
  });

  it("waits as long as Gmail says, with status 403, too", async () => {
    const body = googleError(403, "userRateLimitExceeded");
    server.answer("/profile", { status: 403, body, headers: { "retry-after": "30" } });
    expect(await failureOf(poll({}))).toMatchObject({ failureClass: "RATE", retryAfterMs: 30_000 });
  });

  it.each([
    [400, "PERMANENT"],
    [403, "PERMANENT"],
    [404, "PERMANENT"],
    [302, "TRANSIENT"],
    [408, "TRANSIENT"],
    [500, "TRANSIENT"],
  ] as const)("takes status %i for %s", async (status, failureClass) => {
    server.answer("/profile", { status, body: {} });
    expect(await failureOf(poll({}))).toMatchObject({ failureClass });
  });

  it.each(["<html>Log in</html>", {}, { access_token: 7 }, null])(
    "does not take %j for a refusal of its token",
    async (body) => {
      server.answer("/token", { status: 200, body });
      expect(await failureOf(poll({}))).toMatchObject({ failureClass: "TRANSIENT" });
    },
  );

  it("takes a place for tokens that is down for what passes", async () => {
    server.answer("/token", { status: 503, body: {}, headers: { "retry-after": "5" } });
    expect(await failureOf(poll({}))).toMatchObject({ failureClass: "TRANSIENT", code: "http_503" });
  });

  it("does not go round in pages that lead nowhere", async () => {
    const state = await begin();
    server.answer("/history", { status: 200, body: { historyId: "9007199254740999", nextPageToken: "again" } });
    expect(await failureOf(poll(state))).toEqual({ failureClass: "TRANSIENT", code: "bad_answer" });
  });

  it("shows a cursor that goes back as what it is", async () => {
    const state = await begin();
    server.answer("/history", { status: 200, body: { historyId: "17" } });
    const [page] = (await poll(state)).pages;
    expect(service.isForward(state, page?.state ?? {})).toBe(false);
  });

  it("is not held up by a message that lacks what others have", async () => {
    const state = await begin();
    const { id } = server.receive();
    server.answer(`/messages/${id}`, { status: 200, body: { id, labelIds: 7, payload: null, internalDate: "soon" } });
    expect((await poll(state)).items).toEqual([
      { id: `gmail:${id}`, kind: "email", data: { messageId: id, labelIds: [], snippet: "" } },
    ]);
  });
});
