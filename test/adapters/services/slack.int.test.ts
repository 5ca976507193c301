/** Slack as a service, against a server that speaks its protocol. */
import type { JsonObject } from "../../../src/domain/kernel/json.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSlack } from "../../../src/adapters/services/slack.js";
import { ServiceFailure } from "../../../src/domain/integrations/index.js";
import type { PollPage } from "../../../src/domain/integrations/index.js";
import { integrationServiceConformance } from "../../conformance/integrationServiceContract.js";
import { refusal, startSeconds, startSlackHistoryServer } from "../../support/slackHistoryServer.js";
import type { SlackHistoryServer, SlackHistoryServerOptions } from "../../support/slackHistoryServer.js";

const [one, two, three] = ["C1234567", "C7654321", "C0000003"] as const;
const startTs = `${startSeconds}.000000`;

for (const [name, options] of [
  ["Slack", { historyPage: 40 }],
  ["Slack that gives the oldest first", { historyPage: 40, oldestFirst: true }],
] as const) {
  integrationServiceConformance(name, {
    async start({ timeoutMilliseconds }) {
      const server = await startSlackHistoryServer({ channels: [one], ...options });
      const { apiUrl, token, teamId } = server;
      return {
        ...server,
        service: createSlack({ apiUrl, timeoutMilliseconds }),
        credential: { token },
        state: { teamId, channelIds: [one] },
        many: 250,
        add(count) {
          return Array.from({ length: count }, () => `slack:${one}:${server.say(one).ts}`);
        },
      };
    },
  });
}

describe("Slack", () => {
  let server: SlackHistoryServer;
  let service: ReturnType<typeof createSlack>;
  const start = async (options: SlackHistoryServerOptions = {}) => {
    server = await startSlackHistoryServer({ channels: [one, two, three], ...options });
    service = createSlack({ apiUrl: server.apiUrl, timeoutMilliseconds: 5_000 });
  };
  beforeEach(() => start());
  afterEach(async () => {
    await server.close();
    expect(server.violations).toEqual([]);
  });

  let polls = 0;
  /** What came before a failure is there, too. */
  const poll = async (state: JsonObject, resyncSince?: string) => {
    const pages: PollPage[] = [];
    let failure: Error | undefined;
    const { signal } = new AbortController();
    // Another second each time: another channel comes first.
    const now = new Date(Date.parse("2026-02-03T04:05:06.789Z") + (polls += 1) * 1_000).toISOString();
    try {
      const work = { state: service.state.parse(state), credential: { token: server.token }, resyncSince, now, signal };
      for await (const page of service.poll(work)) pages.push(page);
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    const last = pages.at(-1)?.state ?? state;
    return { pages, state: last, failure, items: pages.flatMap(({ items }) => items) };
  };
  const served = async (state: JsonObject) => {
    const result = await poll(state);
    if (result.failure !== undefined) throw result.failure;
    return result;
  };
  const stateOf = (...channelIds: readonly string[]) => ({ teamId: server.teamId, channelIds });
  const begin = async (...channelIds: readonly string[]) => (await served(stateOf(...channelIds))).state;
  const idsOf = ({ items }: { readonly items: readonly { readonly id: string }[] }) => items.map(({ id }) => id);
  const say = (channel: string, count: number, afterMicros?: bigint) =>
    Array.from({ length: count }, () => `slack:${channel}:${server.say(channel, {}, afterMicros).ts}`);

  it("begins at Slack's own time, and asks no channel for it", async () => {
    say(one, 3);
    const { pages } = await served(stateOf(one, two));
    const ts = `${startSeconds + 4n}.000000`;
    expect(pages).toEqual([
      { items: [], state: { ...stateOf(one, two), channelCursors: { [one]: ts, [two]: ts }, lastEventTs: ts } },
    ]);
    expect(server.calls.map(({ method }) => method)).toEqual(["auth.test"]);
  });

  it("tells of a message what was said, where, and by whom", async () => {
    const state = await begin(one);
    const files = [
      { id: "F1", name: "plan.pdf", mimetype: "application/pdf", size: 12, url_private: "https://x.test" },
    ];
    const said = server.say(one, {
      text: "Lunch?",
      thread_ts: "1700000000.000001",
      subtype: "thread_broadcast",
      files,
    });
    expect((await served(state)).items).toEqual([
      {
        id: `slack:${one}:${said.ts}`,
        kind: "message",
        occurredAt: "2023-11-14T22:13:21.123Z",
        data: {
          channel: one,
          ts: said.ts,
          user: "U7",
          text: "Lunch?",
          threadTs: "1700000000.000001",
          subtype: "thread_broadcast",
          files: [{ id: "F1", name: "plan.pdf", mimetype: "application/pdf", size: 12 }],
        },
      },
    ]);
  });

  it("has a cursor for each channel, and shows the least", async () => {
    const state = await begin(one, two);
    const [first] = say(one, 1);
    const [second] = say(two, 1);
    const { state: end, ...result } = await served(state);
    expect(idsOf(result).sort()).toEqual([first, second].sort());
    const [ofOne = "", ofTwo = ""] = [first, second].map((id) => id?.split(":").at(-1) ?? "");
    expect(end["channelCursors"]).toEqual({ [one]: ofOne, [two]: ofTwo });
    expect(end["lastEventTs"]).toBe(ofOne);
    // What came in the channel that is behind the other is not passed over (defect B6).
    const late = say(one, 1);
    expect(idsOf(await served(end))).toEqual(late);
  });

  it("moves one channel's cursor at a time", async () => {
    const state = await begin(one, two);
    say(one, 1);
    say(two, 1);
    const { pages } = await served(state);
    expect(pages).toHaveLength(2);
    const [before, first, second] = [state, ...pages.map((page) => page.state)].map(
      (each) => each?.["channelCursors"] as Readonly<Record<string, string>>,
    );
    const moved = (a = {}, b = {}) => [one, two].filter((id) => Reflect.get(a, id) !== Reflect.get(b, id));
    expect(moved(before, first)).toHaveLength(1);
    expect(moved(first, second)).toHaveLength(1);
  });

  it("takes the seed's one lastEventTs for the cursor of every channel", async () => {
    const early = say(one, 1);
    const { ts } = server.say(two);
    const [later] = say(one, 1);
    const state = { ...stateOf(one, two), lastEventTs: ts };
    expect(service.hasCursor(state)).toBe(true);
    const result = await served(state);
    expect(idsOf(result)).toEqual([later]);
    expect(idsOf(result)).not.toContain(early[0]);
    expect(result.state["channelCursors"]).toEqual({ [one]: later?.split(":").at(-1), [two]: ts });
  });

  it("finds a cursor for a channel that has none, and reads the others", async () => {
    const state = await begin(one);
    const [told] = say(one, 1);
    say(two, 1);
    const wider = { ...state, channelIds: [one, two] };
    expect(service.hasCursor(wider)).toBe(false);
    const result = await served(wider);
    expect(idsOf(result)).toEqual([told]);
    expect(service.hasCursor(result.state)).toBe(true);
  });

  it("reads from a time on where its cursor was lost", async () => {
    say(one, 2);
    const { pages } = await poll(stateOf(one), "2023-11-14T22:13:20.000Z");
    expect(pages[0]?.state["lastEventTs"]).toBe(startTs);
    expect(idsOf(await served(pages[0]?.state ?? {}))).toHaveLength(2);
  });

  it.each([
    ["1700000000.000009", "1700000000.000010", true],
    ["1700000000.000010", "1700000000.000009", false],
    ["999999999.999999", "1000000000.000000", true],
    // Both are the same number to a double.
    ["1700000000.1234567".slice(0, 17), "1700000000.123456", true],
    ["99999999999.999999", "99999999999.999998", false],
  ])("from %s to %s goes forward: %s", (before, next, expected) => {
    const state = (ts: string) => ({ ...stateOf(one, two), channelCursors: { [one]: ts, [two]: startTs } });
    expect(service.isForward(state(before), state(next))).toBe(expected);
  });

  it("knows a step back of any channel", () => {
    const at = (first: string, second: string) => ({
      ...stateOf(one, two),
      channelCursors: { [one]: first, [two]: second },
    });
    expect(service.isForward(at("5.000000", "5.000000"), at("9.000000", "4.000000"))).toBe(false);
    expect(service.isForward(at("5.000000", "5.000000"), stateOf(one, two))).toBe(false);
    expect(service.isForward({ ...stateOf(one, two), lastEventTs: "5.000000" }, at("5.000000", "6.000000"))).toBe(true);
  });

  it.each([
    { channelIds: [] },
    { channelIds: [one, one] },
    { channelIds: ["#general"] },
    { channelIds: Array.from({ length: 51 }, (_, index) => `C${index}`) },
    { channelCursors: { [two]: startTs } },
    { unreadable: { [two]: "not_in_channel" } },
    { unreadable: { [one]: "Because!" } },
    { lastEventTs: 1_642_249_800.123456 },
    { lastEventTs: "1642249800.1234567" },
    { teamId: "general" },
  ])("refuses a state with %j", (wrong) => {
    expect(service.state.safeParse({ ...stateOf(one), ...wrong }).success).toBe(false);
  });

  it("takes the seed's state as it is", () => {
    const state = { lastEventTs: "1642249800.123456", teamId: "T1234567", channelIds: ["C1234567", "C7654321"] };
    expect(service.state.parse(state)).toEqual(state);
    expect(service.withoutCursor(state)).toEqual({ teamId: "T1234567", channelIds: ["C1234567", "C7654321"] });
  });

  it("reads thousands of messages in windows, oldest first, and none twice", async () => {
    const state = await begin(one);
    const said = [...say(one, 1_500), ...say(one, 1_200, 50n), ...say(one, 10, 3_600_000_000n)];
    const { pages, ...result } = await served(state);
    expect(idsOf(result)).toEqual(said);
    expect(Math.max(...pages.map(({ items }) => items.length))).toBeLessThanOrEqual(100);
  });

  it("reads messages that are as dense as they can be", async () => {
    const state = await begin(one);
    const said = [...say(one, 1), ...say(one, 1_100, 1n)];
    expect(idsOf(await served(state))).toEqual(said);
  });

  it("does not pass over the message at the edge of a window that has none", async () => {
    const state = await begin(one);
    expect(state["lastEventTs"]).toBe(`${startSeconds + 1n}.000000`);
    // 1.1 s with nothing, and 1.1 s with too much: the first window ends with the first message.
    const first = server.say(one, { ts: `${startSeconds + 2n}.100000` }, 1_976_544n);
    const said = [`slack:${one}:${first.ts}`, ...say(one, 1_100, 1_000n)];
    expect(said.at(-1)).toBe(`slack:${one}:${startSeconds + 3n}.200000`);
    expect(idsOf(await served(state))).toEqual(said);
    const edge = `${startSeconds + 2n}.100000`;
    expect(server.calls.some(({ args }) => args["latest"] === edge)).toBe(true);
  });

  it.each([{ oldestFirst: false }, { oldestFirst: true }])(
    "gets through a backlog with one request of 15 messages at a time (%j)",
    async (options) => {
      await server.close();
      await start({ historyPage: 15, ...options });
      let state = await begin(one);
      // A burst far behind a few others.
      const said = [...say(one, 5), ...say(one, 100, 20_000_000n), ...say(one, 1, 86_400_000_000n)];
      const told: string[] = [];
      for (let minutes = 0; minutes < 80; minutes += 1) {
        server.allow(1);
        const result = await poll(state);
        told.push(...idsOf(result));
        ({ state } = result);
        if (result.failure === undefined && told.length === said.length) break;
      }
      expect(told).toEqual(said);
    },
  );

  it("begins with another channel each time, so that a rate limit starves none", async () => {
    let state = await begin(one, two, three);
    const said = [one, two, three].flatMap((channel) => say(channel, 1));
    const told = new Set<string>();
    for (let minutes = 0; minutes < 3; minutes += 1) {
      server.allow(1);
      const result = await poll(state);
      for (const id of idsOf(result)) told.add(id);
      ({ state } = result);
    }
    expect([...told].sort()).toEqual([...said].sort());
  });

  it("keeps what one channel has read where the next is rate limited", async () => {
    const state = await begin(one, two);
    say(one, 1);
    say(two, 1);
    server.allow(1);
    const { items, failure, state: next } = await poll(state);
    expect(items).toHaveLength(1);
    expect(failure).toMatchObject({ failureClass: "RATE", code: "http_429", retryAfterMs: 60_000 });
    server.allow(undefined);
    expect((await served(next)).items).toHaveLength(1);
  });

  it.each(["channel_not_found", "not_in_channel", "missing_scope"])(
    "reads on in the others where it says %s of one, and shows that",
    async (code) => {
      const state = await begin(one, two, three);
      const said = [...say(one, 1), ...say(three, 1)];
      server.answer("conversations.history", refusal(code), two);
      const { failure, ...result } = await poll(state);
      expect(idsOf(result).sort()).toEqual(said.sort());
      expect(failure).toBeUndefined();
      expect(result.state).toMatchObject({ unreadable: { [two]: code } });
      const cursorIn = ({ channelCursors }: JsonObject) => Reflect.get(Object(channelCursors), two) as unknown;
      expect(cursorIn(result.state)).toBe(cursorIn(state));
    },
  );

  it("says once that a channel cannot be read, not in each poll", async () => {
    const state = await begin(one, two);
    server.answer("conversations.history", refusal("not_in_channel"), two);
    const { state: shown } = await served(state);
    expect((await served(shown)).pages).toEqual([]);
    const said = say(one, 1);
    const next = await served(shown);
    expect(idsOf(next)).toEqual(said);
    expect(next.state["unreadable"]).toEqual({ [two]: "not_in_channel" });
  });

  it("reads what was missed in a channel once it can be read again, and shows that", async () => {
    const state = await begin(one, two);
    const missed = say(two, 2);
    server.answer("conversations.history", refusal("not_in_channel"), two);
    const { state: shown } = await served(state);
    server.answer("conversations.history", undefined, two);
    const result = await served(shown);
    expect(idsOf(result)).toEqual(missed);
    expect(result.state).not.toHaveProperty("unreadable");
  });

  it("fails where no channel can be read, and names them", async () => {
    const state = await begin(one, two);
    server.answer("conversations.history", refusal("not_in_channel"));
    const { failure, pages } = await poll(state);
    expect(failure).toMatchObject({ failureClass: "PERMANENT", code: "not_in_channel" });
    for (const channel of [one, two]) expect(String(failure)).toContain(channel);
    expect(pages).toEqual([]);
  });

  it.each([
    ["invalid_auth", "AUTH"],
    ["token_revoked", "AUTH"],
    ["account_inactive", "AUTH"],
    ["not_authed", "AUTH"],
    ["token_expired", "AUTH"],
    ["ratelimited", "RATE"],
    ["internal_error", "TRANSIENT"],
    ["never_heard_of", "TRANSIENT"],
  ])("takes %s for %s", async (code, failureClass) => {
    server.answer("auth.test", refusal(code));
    const { failure } = await poll(stateOf(one));
    expect(failure).toBeInstanceOf(ServiceFailure);
    expect(failure).toMatchObject({ failureClass, code });
  });

  it("refuses the token of another workspace", async () => {
    const { failure } = await poll({ ...stateOf(one), teamId: "T9" });
    expect(failure).toMatchObject({ failureClass: "PERMANENT", code: "wrong_team" });
  });

  it.each([
    ["null", null],
    ["no ts", { ok: true, messages: [{ text: "x" }] }],
    ["a ts that is a number", { ok: true, messages: [{ ts: 1.5 }] }],
    ["more, but not where", { ok: true, messages: [], has_more: true }],
    ["no messages", { ok: true }],
    ["a page of something else", { ok: false, error: "<html>secret page</html>" }],
  ])("takes an answer with %s for none", async (_, answer) => {
    const state = await begin(one);
    server.answer("conversations.history", answer);
    const { failure } = await poll(state);
    expect(failure).toMatchObject({ failureClass: "TRANSIENT", code: "bad_answer" });
    expect(String(failure)).not.toContain("secret");
  });

  it("does not go round in pages that lead nowhere", async () => {
    const state = await begin(one);
    const again = { ok: true, messages: [], has_more: true, response_metadata: { next_cursor: "again" } };
    server.answer("conversations.history", again);
    expect((await poll(state)).failure).toMatchObject({ failureClass: "TRANSIENT", code: "bad_answer" });
  });

  it("is not held up by a message that lacks what others have", async () => {
    const state = await begin(one);
    const { ts } = server.say(one, { user: 7, text: null as unknown as string, files: "none" });
    expect((await served(state)).items[0]?.data).toEqual({ channel: one, ts, text: "" });
  });
});
