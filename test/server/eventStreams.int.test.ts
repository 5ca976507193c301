/** Subscriptions over SSE: with the protocol's own client, and byte by byte. */
import { createClient } from "graphql-sse";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCollector, post, until } from "../support/graphql/client.js";
import type { Collector, WireResult } from "../support/graphql/client.js";
import { secretMessage, startTestServer } from "./testServer.js";
import type { Entry, TestServer } from "./testServer.js";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ timings: { pingMilliseconds: 20 } });
});
afterAll(() => server.close());

const entries = "subscription($after: String) { entries(after: $after) { position body } }";

function subscribeSse<Data>(url: string, query: string, variables: Record<string, unknown> = {}): Collector<Data> {
  const client = createClient({ url, retryAttempts: 0 });
  const { collector, push, end } = createCollector<Data>();
  const unsubscribe = client.subscribe<Data>(
    { query, variables },
    {
      next: push,
      error: (error) => end({ kind: "failed", error }),
      complete: () => end({ kind: "complete" }),
    },
  );
  return {
    ...collector,
    close: async () => {
      unsubscribe();
      client.dispose();
    },
  };
}

interface Event {
  readonly id?: string;
  readonly event: string;
  readonly data: string;
}

/** Opens a stream without a client library. `read(n)` gives the first n events; `comments()` counts the pings. */
async function openStream(url: string, init: RequestInit) {
  const abort = new AbortController();
  const response = await fetch(url, { ...init, signal: abort.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const events = (): Event[] =>
    text
      .split("\n\n")
      .slice(0, -1)
      .filter((block) => !block.startsWith(":"))
      .map((block) => {
        const fields = Object.fromEntries(
          block.split("\n").map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]),
        );
        return {
          ...(fields.id === undefined ? {} : { id: fields.id }),
          event: fields.event ?? "",
          data: fields.data ?? "",
        };
      });
  const more = async (): Promise<boolean> => {
    const chunk = await reader?.read();
    text += chunk?.value ?? "";
    return chunk?.done === false;
  };
  return {
    response,
    read: async (count: number) => {
      while (events().length < count && (await more()));
      return events();
    },
    readToEnd: async () => {
      while (await more());
      return events();
    },
    pings: async (count: number) => {
      while (text.split(":\n\n").length <= count && (await more()));
    },
    close: () => abort.abort(),
  };
}

function posted(query: string, headers: Record<string, string> = {}, variables = {}): RequestInit {
  return {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream", ...headers },
    body: JSON.stringify({ query, variables }),
  };
}

const resultOf = (event: Event | undefined) => JSON.parse(event?.data ?? "null") as WireResult<{ entries: Entry }>;

describe("a subscription", () => {
  it("is read by the protocol's client at both addresses", async () => {
    for (const url of [server.sseUrl, server.url]) {
      const first = server.log.append("one");
      const subscription = subscribeSse(url, entries, { after: String(first.position - 1) });
      expect(await subscription.next()).toEqual({ data: { entries: first } });
      const second = server.log.append("two");
      expect(await subscription.next()).toEqual({ data: { entries: second } });
      await subscription.close();
      await until(() => server.log.following === 0);
    }
  });

  it("completes when its source does", async () => {
    const subscription = subscribeSse(server.sseUrl, "subscription { numbers }");
    await subscription.next();
    await subscription.next();
    expect(await subscription.ended).toEqual({ kind: "complete" });
  });

  it("is opened by GET as well, as a browser's EventSource does", async () => {
    const entry = server.log.append("by get");
    const variables = JSON.stringify({ after: String(entry.position - 1) });
    for (const url of [server.sseUrl, server.url]) {
      const stream = await openStream(
        `${url}?query=${encodeURIComponent(entries)}&variables=${encodeURIComponent(variables)}`,
        { headers: { accept: "text/event-stream" } },
      );
      expect(stream.response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
      expect(resultOf((await stream.read(1))[0])).toEqual({ data: { entries: entry } });
      stream.close();
    }
    await until(() => server.log.following === 0);
  });

  it("names the position of each result, and resumes after the one that the client names", async () => {
    const appended = [server.log.append("a"), server.log.append("b"), server.log.append("c")];
    const after = String((appended[0]?.position ?? 0) - 1);
    const whole = await openStream(server.sseUrl, posted(entries, {}, { after }));
    const events = await whole.read(3);
    expect(events.map(({ id }) => id)).toEqual(appended.map(({ position }) => String(position)));
    whole.close();
    const resumed = await openStream(
      server.sseUrl,
      posted(entries, { "last-event-id": events[0]?.id ?? "" }, { after: "0" }),
    );
    expect((await resumed.read(2)).map((event) => resultOf(event).data?.entries.body)).toEqual(["b", "c"]);
    resumed.close();
    await until(() => server.log.following === 0);
  });

  it("is refused to resume where its operation could not take the position", async () => {
    const document = "subscription { entries { body } }";
    const stream = await openStream(server.sseUrl, posted(document, { "last-event-id": "1" }));
    const [refused] = await stream.readToEnd();
    expect(resultOf(refused).errors?.[0]?.extensions).toMatchObject({ code: "BAD_USER_INPUT", field: "after" });
  });

  it("is kept alive by comments, and carries the request id", async () => {
    const stream = await openStream(server.sseUrl, posted(entries, { "x-request-id": "sse-1" }, { after: "999999" }));
    expect(stream.response.headers.get("x-request-id")).toBe("sse-1");
    await stream.pings(3);
    stream.close();
    await until(() => server.log.following === 0);
  });

  it("is streamed to a client that takes everything, which gets JSON for a query", async () => {
    const accept = "application/graphql-response+json, application/json, text/event-stream, multipart/mixed";
    const stream = await openStream(server.url, posted("subscription { numbers }", { accept }));
    expect((await stream.readToEnd()).map(({ event }) => event)).toEqual(["next", "next", "complete"]);
    expect(await post(server.url, { query: "{ hello }", headers: { accept } })).toMatchObject({
      status: 200,
      data: { hello: "hello world" },
    });
  });
});

describe("a refusal", () => {
  it.each([
    ["a query", "{ hello }", "SUBSCRIPTIONS_ONLY"],
    ["a document that does not parse", "subscription {", "GRAPHQL_PARSE_FAILED"],
    ["an unknown field", "subscription { nope }", "GRAPHQL_VALIDATION_FAILED"],
    ["a described error at the start", "subscription { refusedAtStart }", "REFUSED"],
    ["an unexpected error at the start", "subscription { unexpectedAtStart }", "INTERNAL_SERVER_ERROR"],
  ])("of %s is one result with errors, then complete", async (_what, query, code) => {
    const stream = await openStream(server.sseUrl, posted(query));
    const events = await stream.readToEnd();
    expect(events.map(({ event }) => event)).toEqual(["next", "complete"]);
    expect(resultOf(events[0]).errors?.[0]?.extensions?.code).toBe(code);
    expect(stream.response.status).toBe(200);
  });

  it("of a caller with an unusable name comes before the stream", async () => {
    const answer = await fetch(server.sseUrl, posted(entries, { "x-opsledger-actor": "a b" }));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: "BAD_REQUEST" } }] });
  });

  it("of a source that fails later comes after what it gave", async () => {
    const stream = await openStream(server.sseUrl, posted('subscription { failsLater(kind: "unexpected") }'));
    const events = await stream.readToEnd();
    expect(events.map(({ event }) => event)).toEqual(["next", "next", "complete"]);
    expect(resultOf(events[1]).errors?.[0]).toMatchObject({
      message: "Internal server error",
      extensions: { code: "INTERNAL_SERVER_ERROR" },
    });
    expect(JSON.stringify(events)).not.toContain(secretMessage);
  });

  it.each([
    ["no query", "{}"],
    ["malformed JSON", "{"],
    ["variables that are no object", '{"query":"subscription{numbers}","variables":1}'],
  ])("of a request with %s is HTTP 400", async (_what, body) => {
    const response = await fetch(server.sseUrl, { ...posted(""), body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "BAD_REQUEST" } }] });
  });

  it.each(["", "?query=", "?query={hello}&variables={", "?query={hello}&variables=1", "?query=a&query=b"])(
    "of a GET with the query string %j is HTTP 400",
    async (queryString) => {
      const response = await fetch(`${server.sseUrl}${queryString}`, { headers: { accept: "text/event-stream" } });
      expect(response.status).toBe(400);
    },
  );
});
