/** The routes of webhooks over real HTTP: what is proved is taken once, and what a sender can get wrong is told it. */
import { connect } from "node:net";
import { once } from "node:events";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { UnavailableError, invalid } from "../../../src/domain/kernel/errors.js";
import type { Request } from "../../../src/domain/kernel/request.js";
import type { IncomingEventInput } from "../../../src/domain/projects/index.js";
import { parseConfig } from "../../../src/config/config.js";
import { createLogger } from "../../../src/observability/logger.js";
import { createBodyBudget } from "../../../src/server/webhooks/bodyBudget.js";
import type { BodyBudgetOptions } from "../../../src/server/webhooks/bodyBudget.js";
import { createSignatureFailures } from "../../../src/server/webhooks/signedRoute.js";
import { addWebhookRoutes } from "../../../src/server/webhooks/webhookRoutes.js";
import type { HttpServer } from "../../../src/server/httpServer.js";
import { startTestServer } from "../testServer.js";
import { callbackUrl, deliver, secrets, send, sign, webhookEnvironment } from "./support.js";
import type { Source } from "./support.js";

const sources = ["github", "slack", "trello", "generic"] as const satisfies readonly Source[];
/** What a source wants to hear of a delivery that is taken. */
const taken = { github: 202, generic: 202, slack: 200, trello: 200 } as const;

interface TestIntake {
  readonly server: HttpServer;
  readonly origin: string;
  /** What came in, since the last call. */
  ingested(): { readonly event: IncomingEventInput; readonly request: Request }[];
  /** Facts that came in, by delivery, since the last call. */
  recorded(): { readonly inputs: readonly unknown[]; readonly request: Request }[];
  /** What the next ingests throw, or the next facts are refused with. */
  fail(...errors: Error[]): void;
  /** Source, outcome, since the last call. */
  outcomes(): string[];
  logLines(): Record<string, unknown>[];
}

/** A server with the routes and a ledger that only remembers. */
async function startIntake(
  environment: Readonly<Record<string, string>> = webhookEnvironment,
  more: { readonly bodies?: BodyBudgetOptions; readonly hold?: Promise<void> } = {},
): Promise<TestIntake> {
  const ingested: { event: IncomingEventInput; request: Request }[] = [];
  const recorded: { inputs: readonly unknown[]; request: Request }[] = [];
  const known = new Set<string>();
  const errors: Error[] = [];
  const outcomes: string[] = [];
  const lines: string[] = [];
  const server = await startTestServer({
    addRoutes: (app) =>
      addWebhookRoutes(app, {
        config: parseConfig(environment).webhooks,
        clock: { now: () => new Date().toISOString() },
        failures: createSignatureFailures(),
        bodies: createBodyBudget(more.bodies),
        ...(more.hold === undefined ? {} : { ingestMilliseconds: 50 }),
        logger: createLogger({ level: "warn", destination: { write: (line: string) => void lines.push(line) } }),
        metrics: {
          denied: () => undefined,
          webhookDelivery: ({ source, outcome }) => outcomes.push(`${source} ${outcome}`),
        },
        recordActivities: async (inputs, request) => {
          const error = errors.shift();
          if (error !== undefined) return inputs.map(() => ({ refused: error }));
          recorded.push({ inputs, request });
          return inputs.map((_, index) => ({
            ...{ activityId: `a${index}`, entityType: "student", entityId: "stu_1", repeated: recorded.length > 1 },
            position: { streamId: "s", version: 1 },
          }));
        },
        ingest: async (event, request) => {
          await more.hold;
          const error = errors.shift();
          if (error !== undefined) throw error;
          ingested.push({ event, request });
          const projectEventId = `${event.source}:${event.deliveryId}`;
          const repeated = known.has(projectEventId);
          known.add(projectEventId);
          return { projectEventId, repeated, position: { streamId: "s", version: 1 } };
        },
      }),
  });
  return {
    server,
    origin: new URL(server.url).origin,
    ingested: () => ingested.splice(0),
    recorded: () => recorded.splice(0),
    fail: (...next) => void errors.push(...next),
    outcomes: () => outcomes.splice(0),
    logLines: () => lines.splice(0).map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

let intake: TestIntake;
beforeAll(async () => {
  intake = await startIntake();
});
afterEach(() => {
  intake.ingested();
  intake.recorded();
  intake.outcomes();
  intake.logLines();
});
afterAll(() => intake.server.close());

const refusal = (code: string) => ({ errors: [{ extensions: { code } }] });

describe.each(sources)("a delivery to /webhooks/%s", (source) => {
  const body = { type: "event_callback", event_id: "Ev1", action: { id: "a1" }, from: source };
  const idOf = { github: "delivery-1", generic: "delivery-1", slack: "Ev1", trello: "a1" }[source];

  it("is taken once, however often it comes", async () => {
    const projectEventId = `${source.toUpperCase()}:${idOf}`;
    const first = await deliver(intake.origin, source, body);
    expect(first).toMatchObject({ status: taken[source], body: { status: "accepted", projectEventId } });
    const second = await deliver(intake.origin, source, body);
    expect(second).toMatchObject({ status: taken[source], body: { status: "repeated", projectEventId } });
    expect(intake.outcomes()).toEqual([`${source.toUpperCase()} accepted`, `${source.toUpperCase()} repeated`]);
    const [ingested] = intake.ingested();
    expect(ingested).toMatchObject({
      event: { source: source.toUpperCase(), eventData: body, verification: { secret: "CURRENT" } },
      request: {
        actor: { kind: "SYSTEM", id: `webhook:${source}` },
        scope: "all",
        correlationId: first.headers.get("x-request-id"),
      },
    });
  });

  it("is refused where a byte of it is another, and nothing is recorded", async () => {
    const text = JSON.stringify(body);
    const answer = await send(intake.origin, `/webhooks/${source}`, text.replace("a1", "a2"), sign(source, text));
    expect(answer).toMatchObject({ status: 401, body: refusal("UNAUTHENTICATED") });
    expect(intake.ingested()).toEqual([]);
    expect(intake.logLines()).toMatchObject([
      { event: "webhook.refused", source: source.toUpperCase(), reason: "BAD_SIGNATURE", address: "127.0.0.1" },
    ]);
  });

  it("is refused with another secret", async () => {
    const other = source === "generic" ? `whsec_${Buffer.alloc(24, 8).toString("base64")}` : "another secret";
    expect(await deliver(intake.origin, source, body, { secret: other })).toMatchObject({ status: 401 });
    expect(intake.outcomes()).toEqual([`${source.toUpperCase()} refused`]);
  });

  it("is refused without a signature, before its body has come", async () => {
    const socket = connect(intake.server.port, "127.0.0.1");
    socket.write(
      `POST /webhooks/${source} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n{`,
    );
    const [head] = (await once(socket, "data")) as [Buffer];
    socket.destroy();
    expect(head.toString()).toMatch(/^HTTP\/1\.1 401 /);
  });

  it.each([
    ["is not JSON", '{"a":', "BAD_REQUEST"],
    ["is nested too deep", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, "BAD_REQUEST"],
    ["is not UTF-8", Buffer.from([0x22, 0xff, 0x22]), "BAD_REQUEST"],
    ["is empty", "", undefined],
  ])("that %s is refused, though it is signed", async (_what, text, code) => {
    const answer = await deliver(intake.origin, source, text);
    expect([400, 401]).toContain(answer.status);
    if (code !== undefined) expect(answer).toMatchObject({ status: 400, body: refusal(code) });
    expect(intake.ingested()).toEqual([]);
  });

  it("that is cut off leaves nothing", async () => {
    const text = JSON.stringify(body);
    const headers = Object.entries({ ...sign(source, text), host: "127.0.0.1", "content-length": String(text.length) });
    const socket = connect(intake.server.port, "127.0.0.1");
    const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    socket.end(`POST /webhooks/${source} HTTP/1.1\r\n${head}\r\n${text.slice(0, 20)}`);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toMatch(/^(HTTP\/1\.1 4\d\d |$)/);
    expect(intake.ingested()).toEqual([]);
  });

  it("of another content type is refused", async () => {
    for (const type of ["text/plain", "application/xml", "multipart/form-data"]) {
      const text = JSON.stringify(body);
      const headers = { ...sign(source, text), "content-type": type };
      const answer = await send(intake.origin, `/webhooks/${source}`, text, headers);
      expect(answer).toMatchObject({ status: 415, body: refusal("UNSUPPORTED_MEDIA_TYPE") });
    }
    expect(intake.outcomes()).toEqual(Array(3).fill(`${source.toUpperCase()} malformed`));
  });

  it("that is compressed is refused", async () => {
    const headers = { ...sign(source, "{}"), "content-encoding": "gzip" };
    expect(await send(intake.origin, `/webhooks/${source}`, "{}", headers)).toMatchObject({ status: 415 });
  });

  it("that is too large is refused before it is parsed, with or without its length", async () => {
    const size = (source === "github" ? 25 * 1_024 * 1_024 : 1_024 * 1_024) + 1;
    const text = `"${"x".repeat(size - 2)}"`;
    expect(await deliver(intake.origin, source, text)).toMatchObject({ status: 413, body: refusal("BODY_TOO_LARGE") });
    const chunked = await fetch(`${intake.origin}/webhooks/${source}`, {
      method: "POST",
      headers: sign(source, text),
      body: new Blob([text]).stream(),
      duplex: "half",
    } as RequestInit).catch(() => undefined);
    // The connection may be gone before the client has written all of it.
    expect(chunked?.status ?? 413).toBe(413);
    expect(intake.ingested()).toEqual([]);
  });

  it("is not lost where the store is down: the sender is told to come again", async () => {
    const fresh = { ...body, event_id: `Ev-${source}`, action: { id: `a-${source}` } };
    const signing = { deliveryId: `d-${source}` };
    intake.fail(new UnavailableError("the store does not answer"));
    const refused = await deliver(intake.origin, source, fresh, signing);
    expect(refused).toMatchObject({ status: 503, body: refusal("UNAVAILABLE") });
    expect(refused.headers.get("retry-after")).toBe("5");
    expect((await deliver(intake.origin, source, fresh, signing)).body).toMatchObject({ status: "accepted" });
    expect(intake.outcomes()).toEqual([`${source.toUpperCase()} unavailable`, `${source.toUpperCase()} accepted`]);
  });

  it("that the ledger does not understand is kept without its meaning", async () => {
    intake.fail(invalid("event.title", "must be shorter"));
    const answer = await deliver(intake.origin, source, { ...body, event_id: "Ev9", action: { id: "a9" } });
    expect(answer).toMatchObject({ status: taken[source] });
    expect(intake.ingested()).toMatchObject([{ event: { event: { kind: "UNHANDLED" }, eventData: { from: source } } }]);
  });

  it("that fails for reasons of ours is not told them", async () => {
    intake.fail(new Error("connection string with a password"));
    const answer = await deliver(intake.origin, source, body);
    expect(answer).toMatchObject({ status: 500, body: refusal("INTERNAL_SERVER_ERROR") });
    expect(JSON.stringify(answer.body)).not.toContain("password");
    expect(intake.outcomes()).toEqual([`${source.toUpperCase()} failed`]);
    expect(intake.logLines()).toMatchObject([{ correlationId: answer.headers.get("x-request-id") }]);
  });

  it("never gets an answer of 500 for what is in it", async () => {
    const anything = fc.oneof(
      fc.json(),
      fc
        .jsonValue()
        .map((value) => JSON.stringify({ action: value, event: value, data: value, type: "event_callback" })),
    );
    const events = fc.constantFrom("push", "pull_request", "check_run", "issues", "nothing", "\u007f");
    await fc.assert(
      fc.asyncProperty(anything, events, async (text, event) => {
        const { status } = await deliver(intake.origin, source, text, { event: event === "\u007f" ? "-" : event });
        expect([200, 202]).toContain(status);
      }),
      { numRuns: 100 },
    );
  });
});

describe("deliveries that come when there is no room", () => {
  /** Begins a delivery with a length and sends none of it. */
  async function beginDelivery({ server }: TestIntake, source: Source, length: number) {
    const socket = connect(server.port, "127.0.0.1");
    await once(socket, "connect");
    const headers = {
      ...sign(source, "{}"),
      host: "127.0.0.1",
      "content-length": String(length),
      expect: "100-continue",
    };
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`POST /webhooks/${source} HTTP/1.1\r\n${head.join("")}\r\n`);
    // 100 Continue: its headers have been read, and it has its room by the time another request is answered.
    const [answer] = (await once(socket, "data")) as [Buffer];
    return { socket, answer: answer.toString() };
  }

  it("are told to come again before their body is read, and taken once there is room", async () => {
    const full = await startIntake(webhookEnvironment, { bodies: { smallBytes: 1_000, largeBodies: 1 } });
    try {
      const small = await beginDelivery(full, "slack", 990);
      const large = await beginDelivery(full, "github", 2_000_000);
      const refused = await deliver(full.origin, "slack", { event_id: "no room" });
      expect(refused).toMatchObject({ status: 503, body: refusal("UNAVAILABLE") });
      expect(refused.headers.get("retry-after")).toBe("5");
      expect((await deliver(full.origin, "github", `"${"x".repeat(1_100_000)}"`)).status).toBe(503);
      expect(full.ingested()).toEqual([]);
      small.socket.destroy();
      large.socket.destroy();
      await expect.poll(async () => (await deliver(full.origin, "slack", { event_id: "room" })).status).toBe(200);
      await expect
        .poll(async () => (await deliver(full.origin, "github", `"${"x".repeat(1_100_000)}"`)).status)
        .toBe(202);
    } finally {
      await full.server.close();
    }
  });

  it("are told to come again where the ledger takes too long", async () => {
    let release = () => {};
    const hold = new Promise<void>((resolve) => (release = resolve));
    const slow = await startIntake(webhookEnvironment, { hold });
    try {
      const answer = await deliver(slow.origin, "github", {});
      expect(answer).toMatchObject({ status: 503, body: refusal("UNAVAILABLE") });
      expect(answer.headers.get("retry-after")).toBe("5");
      release();
      expect((await deliver(slow.origin, "github", {})).body).toMatchObject({ status: "repeated" });
    } finally {
      await slow.server.close();
    }
  });
});

describe("a route without a secret", () => {
  it.each(sources)("/webhooks/%s takes nothing, signed or not, and says what is missing", async (source) => {
    const closed = await startIntake({});
    try {
      const origin = closed.origin;
      const answers = [await deliver(origin, source, "{}"), await send(origin, `/webhooks/${source}`, "{}", {})];
      for (const answer of answers) {
        expect(answer).toMatchObject({ status: 404, body: refusal("NOT_FOUND") });
        expect(JSON.stringify(answer.body)).toContain(`WEBHOOK_${source.toUpperCase()}_SECRET`);
      }
      expect((await fetch(`${origin}/webhooks/trello`, { method: "HEAD" })).status).toBe(404);
      expect(closed.ingested()).toEqual([]);
    } finally {
      await closed.server.close();
    }
  });
});

describe("what is particular to a source", () => {
  it("GitHub may send a form", async () => {
    const payload = JSON.stringify({ action: "created", text: "café + tea & 100 %" });
    const form = new URLSearchParams({ payload }).toString();
    const headers = {
      ...sign("github", form, { deliveryId: "form-1" }),
      "content-type": "application/x-www-form-urlencoded",
    };
    const answer = await send(intake.origin, "/webhooks/github", form, headers);
    expect(answer).toMatchObject({ status: 202, body: { status: "accepted" } });
    expect(intake.ingested()).toMatchObject([{ event: { eventData: JSON.parse(payload) as unknown } }]);
  });

  it.each(["other=1", "payload=%FF", "payload=%zz", "payload=%7B"])("a form such as %s is refused", async (form) => {
    const headers = { ...sign("github", form), "content-type": "application/x-www-form-urlencoded" };
    expect(await send(intake.origin, "/webhooks/github", form, headers)).toMatchObject({ status: 400 });
  });

  it.each(sources)("a body of %s may begin with a byte order mark", async (source) => {
    const answer = await deliver(intake.origin, source, `\ufeff{"from":"${source}"}`);
    expect(answer.status).toBe(taken[source]);
    expect(intake.ingested()).toMatchObject([{ event: { eventData: { from: source } } }]);
  });

  it("the others may not", async () => {
    const headers = { ...sign("slack", "payload=%7B%7D"), "content-type": "application/x-www-form-urlencoded" };
    expect(await send(intake.origin, "/webhooks/slack", "payload=%7B%7D", headers)).toMatchObject({ status: 415 });
  });

  it("GitHub's ping is answered, and not kept", async () => {
    const answer = await deliver(intake.origin, "github", { zen: "Keep it logically awesome." }, { event: "ping" });
    expect(answer).toMatchObject({ status: 202, body: { status: "ignored" } });
    expect(intake.ingested()).toEqual([]);
  });

  it("Slack's challenge is answered, once its signature is good", async () => {
    const asked = { type: "url_verification", challenge: "3eZbrw1aBm2rZgRNFdxV2595" };
    expect(await deliver(intake.origin, "slack", asked)).toMatchObject({
      status: 200,
      body: { challenge: asked.challenge },
    });
    const forged = await deliver(intake.origin, "slack", asked, { secret: "not the secret" });
    expect(forged.status).toBe(401);
    expect(JSON.stringify(forged.body)).not.toContain(asked.challenge);
  });

  it.each(["slack", "generic"] as const)(
    "an old delivery of %s is refused, though its signature is good",
    async (source) => {
      const answer = await deliver(intake.origin, source, "{}", { age: 330 });
      expect(answer).toMatchObject({ status: 401, body: refusal("UNAUTHENTICATED") });
      expect(intake.logLines()).toMatchObject([{ reason: "STALE" }]);
    },
  );

  it("Slack's retries are repeats like any other: one whose first try was lost is taken", async () => {
    const body = JSON.stringify({ type: "event_callback", event_id: "Ev-retried", event: { type: "message" } });
    const headers = { ...sign("slack", body), "x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout" };
    expect((await send(intake.origin, "/webhooks/slack", body, headers)).body).toMatchObject({ status: "accepted" });
    expect((await send(intake.origin, "/webhooks/slack", body, headers)).body).toMatchObject({ status: "repeated" });
  });

  it.each(["GET", "HEAD"])("Trello finds somebody there with %s", async (method) => {
    expect((await fetch(`${intake.origin}/webhooks/trello`, { method })).status).toBe(200);
  });

  it("Trello's signature is for the address that is configured", async () => {
    const elsewhere = await startIntake({ ...webhookEnvironment, WEBHOOK_TRELLO_CALLBACK_URL: `${callbackUrl}/` });
    try {
      expect((await deliver(elsewhere.origin, "trello", "{}")).status).toBe(401);
    } finally {
      await elsewhere.server.close();
    }
  });

  it("the secret before is taken while it is being replaced, and recorded as that", async () => {
    const rotating = await startIntake({
      ...webhookEnvironment,
      WEBHOOK_GITHUB_SECRET: "the new secret",
      WEBHOOK_GITHUB_SECRET_PREVIOUS: secrets.github,
    });
    try {
      expect((await deliver(rotating.origin, "github", "{}")).status).toBe(202);
      expect(rotating.ingested()).toMatchObject([
        { event: { verification: { scheme: "GITHUB_SHA256", secret: "PREVIOUS" } } },
      ]);
    } finally {
      await rotating.server.close();
    }
  });
});

describe("who does not prove itself", () => {
  it("is told to wait after sixty bad signatures, while good ones from there are taken", async () => {
    const attacked = await startIntake();
    try {
      const forged = () => deliver(attacked.origin, "github", "{}", { secret: "guessed" });
      const statuses = [];
      for (let attempt = 0; attempt < 62; attempt += 1) statuses.push((await forged()).status);
      expect(statuses).toEqual([...Array<number>(60).fill(401), 429, 429]);
      const waiting = await forged();
      expect(Number(waiting.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(waiting.body).toMatchObject(refusal("RATE_LIMITED"));
      expect((await deliver(attacked.origin, "github", "{}")).status).toBe(202);
    } finally {
      await attacked.server.close();
    }
  });

  it("is not answered under a foreign host name, though it signs", async () => {
    const body = "{}";
    const socket = connect(intake.server.port, "127.0.0.1");
    const head = Object.entries({ ...sign("github", body), host: "evil.example", "content-length": "2" });
    socket.write(
      `POST /webhooks/github HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n{}`,
    );
    const [answer] = (await once(socket, "data")) as [Buffer];
    socket.destroy();
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 403 /);
    expect(intake.ingested()).toEqual([]);
  });

  it("finds no other method and no other path", async () => {
    expect((await fetch(`${intake.origin}/webhooks/github`)).status).toBe(404);
    expect(await send(intake.origin, "/webhooks/gitlab", "{}", sign("github", "{}"))).toMatchObject({ status: 404 });
  });
});

describe("facts that are delivered", () => {
  const timestamp = "2025-06-02T13:37:58Z";
  const fact = { entityId: "stu_4532", kind: "session" };
  const tell = (data: unknown, deliveryId = "evt_1") =>
    deliver(intake.origin, "generic", { type: "activity.recorded", timestamp, data }, { deliveryId });

  it("have the delivery's id and time where they have none of their own", async () => {
    expect(await tell({ ...fact, note: "by phone" })).toMatchObject({
      status: 202,
      body: { status: "accepted", activityId: "a0", entityType: "student", entityId: "stu_1" },
    });
    await tell([fact, { ...fact, dedupeId: "mine", occurredAt: "2025-06-01T00:00:00Z", source: "zoom" }], "evt_2");
    const [one, many] = intake.recorded();
    expect(one).toMatchObject({
      inputs: [{ ...fact, note: "by phone", source: "webhook", dedupeId: "evt_1", occurredAt: timestamp }],
      request: { actor: { kind: "SYSTEM", id: "webhook:generic" }, scope: "all" },
    });
    expect(many?.inputs).toEqual([
      { ...fact, source: "webhook", dedupeId: "evt_2#0", occurredAt: timestamp },
      { ...fact, source: "zoom", dedupeId: "mine", occurredAt: "2025-06-01T00:00:00Z" },
    ]);
    expect(intake.ingested()).toEqual([]);
  });

  it("have an id that stands for the delivery's where that is none for a fact", async () => {
    await tell(fact, "x".repeat(250));
    await tell(fact, "x".repeat(250));
    const ids = intake.recorded().map(({ inputs }) => (inputs[0] as { readonly dedupeId: string }).dedupeId);
    expect(ids[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(ids[1]).toBe(ids[0]);
  });

  it("keep no secret in a note", async () => {
    await tell({ ...fact, note: "token ghp_0123456789abcdefghijklmnopqrstuvwxyzAB" });
    expect(JSON.stringify(intake.recorded())).not.toContain("ghp_0123456789");
  });

  it("are a repeat where all of them came before", async () => {
    await tell(fact);
    expect(await tell([fact, fact])).toMatchObject({
      status: 202,
      body: { status: "repeated", activities: [{ status: "repeated" }, { status: "repeated" }] },
    });
    expect(intake.outcomes()).toEqual(["GENERIC accepted", "GENERIC repeated"]);
  });

  it("are refused with the field that is wrong", async () => {
    intake.fail(invalid("kind", "must be one of session"));
    expect(await tell(fact)).toMatchObject({
      status: 400,
      body: { errors: [{ extensions: { code: "BAD_USER_INPUT", field: "data.kind" } }] },
    });
    intake.fail(invalid("kind", "must be one of session"));
    expect(await tell([fact])).toMatchObject({
      status: 400,
      body: { errors: [{ extensions: { code: "BAD_USER_INPUT", field: "data.0.kind" } }] },
    });
    expect(intake.outcomes()).toEqual(["GENERIC malformed", "GENERIC malformed"]);
  });

  it("are refused where there are none, or more than 100", async () => {
    const refused = { status: 400, body: { errors: [{ extensions: { field: "data" } }] } };
    expect(await tell([])).toMatchObject(refused);
    expect(await tell(Array(101).fill(fact))).toMatchObject(refused);
    expect(intake.recorded()).toEqual([]);
  });

  it.each([
    ["the store is down", new UnavailableError("the store does not answer"), 503, "UNAVAILABLE"],
    ["something is broken", new TypeError("x is not a function"), 500, "INTERNAL_SERVER_ERROR"],
  ])("are not lost where %s: the sender comes again", async (_what, error, status, code) => {
    intake.fail(error);
    expect(await tell(fact)).toMatchObject({ status, body: refusal(code) });
    expect(await tell(fact)).toMatchObject({ status: 202 });
  });

  it("are facts in deliveries of no other source, and of no other type", async () => {
    await deliver(intake.origin, "github", { type: "activity.recorded", data: fact });
    await deliver(intake.origin, "generic", { type: "activity.recorded.v2", data: fact });
    expect(intake.recorded()).toEqual([]);
    expect(intake.ingested()).toHaveLength(2);
  });
});
