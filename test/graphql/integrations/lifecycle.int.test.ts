/** The life of integration sessions by the API: what each step answers, what queries show of it, what followers are told, and what it costs. */
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../support/graphql/client.js";
import type { Collector } from "../../support/graphql/client.js";
import { gql, mutate } from "../../support/mutation.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";

type Json = Record<string, unknown>;

let test: TestOpsledger;
beforeAll(async () => {
  test = await startTestOpsledger();
});
afterAll(() => test.close());

const webhookUrl = "https://hooks.example.org/items?token=secret";
const gmail = (userId: string, more: Json = {}): Json => ({
  userId,
  serviceType: "gmail",
  webhookUrl,
  credentialRef: `${userId}/gmail`,
  ...more,
});
const slack = (userId: string): Json => ({
  ...gmail(userId, { serviceType: "slack", credentialRef: `${userId}/slack` }),
  serviceState: { teamId: "T1234567", channelIds: ["C1234567", "C7654321"] },
});

const session = `session { id sessionId userId serviceType mode status statusReason isActive version
  webhook { host masked keyVersion } pollingIntervalMs credentialRef projectId serviceState nextPollAt lastPollAt
  lastSuccessAt errorCount rateLimited totals { polls items deadLetters } pendingPushes openDeadLetters
  createdBy { id } service { type title mode } }`;

interface Outcome {
  readonly session: Json & { readonly id: string; readonly version: number };
  readonly webhookSecret?: string;
  readonly position: string;
}

/** Runs a mutation of a session. */
const change = (name: string, input: Json, selection = "") =>
  mutate<Outcome>(test, name, input, { selection: `${session} position ${selection}`, actor: "ana" });
const connect = (input: Json) => change("connectIntegration", input, "webhookSecret");
const of = (userId: string, more: Json = {}): Json => ({ userId, serviceType: "gmail", ...more });

describe("a session", () => {
  it("is connected, changed, paused, resumed, disabled, and disconnected, each with what comes of it", async () => {
    const connected = await connect(
      gmail("life", { serviceState: { emailAddress: "life@company.com" }, projectId: "acme" }),
    );
    expect(connected).toMatchObject({
      webhookSecret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/) as string,
      session: {
        sessionId: "life#gmail",
        mode: "POLL",
        status: "ACTIVE",
        isActive: true,
        version: 1,
        webhook: { host: "hooks.example.org", masked: "https://hooks.example.org/***", keyVersion: 1 },
        pollingIntervalMs: 30_000,
        credentialRef: "life/gmail",
        projectId: "acme",
        serviceState: { emailAddress: "life@company.com" },
        nextPollAt: expect.any(String) as string,
        // Never polled (defect B2).
        lastPollAt: null,
        errorCount: 0,
        rateLimited: false,
        totals: { polls: 0, items: 0, deadLetters: 0 },
        pendingPushes: 0,
        openDeadLetters: 0,
        createdBy: { id: "ana" },
        service: { type: "gmail", title: "Gmail", mode: "POLL" },
      },
    });

    const slower = await change("changePollingInterval", of("life", { pollingIntervalMs: 300_000 }));
    expect(slower.session).toMatchObject({ pollingIntervalMs: 300_000, version: 2 });
    // Once more: nothing.
    expect((await change("changePollingInterval", of("life", { pollingIntervalMs: 300_000 }))).session.version).toBe(2);

    const moved = await change("changeIntegrationWebhook", of("life", { webhookUrl }), "webhookSecret");
    expect(moved.session).toMatchObject({ webhook: { keyVersion: 2 }, version: 3 });
    expect(moved.webhookSecret).toMatch(/^whsec_/);
    expect(moved.webhookSecret).not.toBe(connected.webhookSecret);

    const paused = await change("pauseIntegration", of("life", { reason: "On holiday", expectedVersion: 3 }));
    expect(paused.session).toMatchObject({
      status: "PAUSED",
      statusReason: "On holiday",
      isActive: false,
      nextPollAt: null,
    });
    const reauthorised = await change("reauthorizeIntegration", of("life", { credentialRef: "life/second" }));
    expect(reauthorised.session).toMatchObject({ status: "PAUSED", credentialRef: "life/second" });
    expect((await change("resumeIntegration", of("life"))).session).toMatchObject({
      status: "ACTIVE",
      statusReason: null,
      nextPollAt: expect.any(String) as string,
    });
    expect((await change("disableIntegration", of("life", { reason: "Too much" }))).session).toMatchObject({
      status: "DISABLED",
      statusReason: "Too much",
      nextPollAt: null,
    });
    const over = await change("disconnectIntegration", of("life", { reason: "Not needed" }));
    expect(over.session).toMatchObject({ status: "DISCONNECTED", webhook: null, serviceState: {}, nextPollAt: null });
    expect((await change("disconnectIntegration", of("life"))).session.version).toBe(over.session.version);

    const again = await connect(gmail("life"));
    expect(again.session).toMatchObject({ id: connected.session.id, status: "ACTIVE", webhook: { keyVersion: 3 } });
    expect(again.session.version).toBe(over.session.version + 1);
  });

  it("is connected once under a key, and a repeat gives the same secret", async () => {
    const keyed = gmail("keyed", { idempotencyKey: "connect-keyed" });
    const first = await connect(keyed);
    expect(await connect(keyed)).toMatchObject({
      webhookSecret: first.webhookSecret,
      session: { id: first.session.id, version: 1 },
    });
  });

  it("is connected once by sixteen at once", async () => {
    const document = gql<{ connectIntegration: { errors: { __typename: string }[] } }>(
      "mutation ($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { errors { __typename } } }",
    );
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => test.run(document, { input: gmail("crowd") }, "ana")),
    );
    const errors = answers.flatMap(({ connectIntegration }) => connectIntegration.errors);
    expect(errors).toEqual(Array.from({ length: 15 }, () => ({ __typename: "AlreadyConnectedError" })));
  });

  it("that is to begin later is not due before", async () => {
    const startAt = new Date(Date.now() + 86_400_000).toISOString();
    expect((await connect(gmail("later", { startAt }))).session["nextPollAt"]).toBe(startAt);
    const asked = await change("pollIntegration", of("later"));
    expect(String(asked.session["nextPollAt"]) < startAt).toBe(true);
  });
});

describe("questions", () => {
  interface Listed {
    readonly integrationSessions: {
      readonly nodes: { readonly sessionId: string }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
    };
  }
  const list = async (args: string) =>
    (
      await test.run(
        gql<Listed>(`{ integrationSessions${args} { nodes { sessionId } pageInfo { hasNextPage endCursor } } }`),
        {},
      )
    ).integrationSessions;
  const idsOf = async (args: string) => (await list(args)).nodes.map(({ sessionId }) => sessionId).sort();

  beforeAll(async () => {
    for (const user of ["q1", "q2"]) {
      await connect(gmail(user));
      await change("connectIntegration", slack(user));
    }
    await change("pauseIntegration", { userId: "q2", serviceType: "slack" });
    await change("disconnectIntegration", { userId: "q1", serviceType: "slack" });
    // The indexes are moments behind.
    await until(async () => (await idsOf('(filter: { serviceType: "slack" })')).length === 1);
  });

  it("find sessions by user, service, status and health, a page at a time", async () => {
    expect(await idsOf('(filter: { userId: "q1" })')).toEqual(["q1#gmail"]);
    expect(await idsOf('(filter: { userId: "q1", statuses: [DISCONNECTED] }, orderBy: BY_SERVICE)')).toEqual([
      "q1#slack",
    ]);
    expect(await idsOf('(filter: { userId: "q2" })')).toEqual(["q2#gmail", "q2#slack"]);
    expect(await idsOf('(filter: { userId: "q2", active: false })')).toEqual(["q2#slack"]);
    expect(await idsOf('(filter: { userId: "q2", failing: true })')).toEqual([]);
    expect(await idsOf('(filter: { userId: "q2", notPolledSince: "2030-01-01T00:00:00Z", active: true })')).toEqual([
      "q2#gmail",
    ]);
    const first = await list('(first: 1, filter: { userId: "q2" }, orderBy: BY_SERVICE)');
    expect(first).toMatchObject({ nodes: [{ sessionId: "q2#gmail" }], pageInfo: { hasNextPage: true } });
    const { endCursor } = first.pageInfo;
    expect(
      await list(`(first: 1, after: "${endCursor}", filter: { userId: "q2" }, orderBy: BY_SERVICE)`),
    ).toMatchObject({
      nodes: [{ sessionId: "q2#slack" }],
      pageInfo: { hasNextPage: false },
    });
  });

  it("name a session by user and service, by its global id, or the caller's own by its service alone", async () => {
    const document = gql(`query ($id: ID!) {
      own: integrationSession(serviceType: "gmail") { sessionId }
      named: integrationSession(userId: "q1", serviceType: "gmail") { id sessionId position }
      none: integrationSession(userId: "q1", serviceType: "whatsapp") { sessionId }
      node(id: $id) { ... on IntegrationSession { sessionId } }
    }`);
    const id = Buffer.from("IntegrationSession:q1#gmail").toString("base64url");
    expect(await test.run(document, { id }, "q2")).toEqual({
      own: { sessionId: "q2#gmail" },
      named: { id, sessionId: "q1#gmail", position: expect.any(String) as string },
      none: null,
      node: { sessionId: "q1#gmail" },
    });
  });

  it("tell what services there are, and what each wants to know", async () => {
    const { integrationServices } = await test.run(
      gql<{ integrationServices: Json[] }>(
        "{ integrationServices { type title mode leastIntervalMs defaultIntervalMs needsCredential stateSchema } }",
      ),
      {},
    );
    const byType = new Map(integrationServices.map((service) => [service["type"], service]));
    expect([...byType.keys()].sort()).toEqual(["gmail", "http", "slack", "whatsapp"]);
    expect(byType.get("slack")).toMatchObject({ mode: "POLL", leastIntervalMs: 60_000, needsCredential: true });
    expect(byType.get("whatsapp")).toMatchObject({ mode: "PUSH", leastIntervalMs: 0, needsCredential: false });
    expect(byType.get("http")).toMatchObject({ needsCredential: false });
    expect(byType.get("gmail")?.["stateSchema"]).toMatchObject({
      type: "object",
      properties: { emailAddress: { type: "string" } },
    });
    for (const { stateSchema } of integrationServices) expect(stateSchema).toMatchObject({ type: "object" });
  });

  it("count sessions of all services, as of a position at least", async () => {
    const { position } = await connect(gmail("counted"));
    const { integrationHealth } = await test.run(
      gql<{
        integrationHealth: { services: { serviceType: string; byStatus: { status: string; count: number }[] }[] };
      }>(
        `{ integrationHealth(atLeast: "${position}") { overdue { sessions oldest } byStatus { status count }
           services { serviceType items failures deadLetters byStatus { status count } } } }`,
      ),
      {},
    );
    expect(integrationHealth).toMatchObject({ overdue: { sessions: expect.any(Number) as number } });
    const ofSlack = integrationHealth.services.find(({ serviceType }) => serviceType === "slack");
    const counts = Object.fromEntries(ofSlack?.byStatus.map(({ status, count }) => [status, count]) ?? []);
    expect(counts).toMatchObject({ ACTIVE: 0, PAUSED: 1, DISCONNECTED: 1 });
  });

  it("of the log itself never show the address of a webhook", async () => {
    const { events } = await test.run(
      gql<{ events: { nodes: { type: string; data: Json }[] } }>(
        '{ events(first: 50, filter: { categories: ["IntegrationSession"] }) { nodes { type data } } }',
      ),
      {},
    );
    expect(events.nodes.map(({ type }) => type)).toContain("SessionWebhookChanged");
    expect(JSON.stringify(events)).not.toContain("token=secret");
    expect(events.nodes[0]?.data).toMatchObject({ webhookUrl: "https://hooks.example.org/***" });
  });
});

interface Message extends Json {
  readonly sessionId: string;
  readonly change: string;
  readonly matches: boolean;
  readonly position: string;
}
const changed: TypedDocumentNode<Record<string, Message>, Json> = gql(
  `subscription ($filter: IntegrationChangeFilter, $after: String) { integrationSessionChanged(filter: $filter, after: $after) {
     sessionId change matches recordedAt session { status serviceType webhook { masked } nextPollAt } position
   } }`,
);

async function take(collector: Collector<Record<string, Message>>, count: number): Promise<Message[]> {
  const messages: Message[] = [];
  while (messages.length < count) {
    const { data, errors } = await collector.next();
    if (data == null || errors !== undefined) throw new Error(JSON.stringify(errors));
    messages.push(...Object.values(data));
  }
  return messages;
}

describe("followers", () => {
  it("are told of sessions that match, also of the step that leaves the filter", async () => {
    const { position: after } = await connect(gmail("before"));
    const filters = [{ userId: "f1" }, { userId: "f1", statuses: ["PAUSED"] }, { serviceType: "slack" }];
    const followers = filters.map((filter) => test.follow(changed, { filter, after }));
    await connect(gmail("f1"));
    await change("pauseIntegration", of("f1"));
    await change("resumeIntegration", of("f1"));
    await change("connectIntegration", slack("f1"));
    const told = await Promise.all(followers.map((follower, index) => take(follower, [4, 2, 1][index] ?? 0)));
    expect(told[0]?.map((message) => message.change)).toEqual(
      expect.arrayContaining(["CONNECTED", "PAUSED", "RESUMED", "CONNECTED"]),
    );
    expect(told[1]?.map((message) => [message.change, message.matches])).toEqual([
      ["PAUSED", true],
      ["RESUMED", false],
    ]);
    expect(told[2]).toMatchObject([
      {
        sessionId: "f1#slack",
        session: { status: "ACTIVE", serviceType: "slack", webhook: { masked: "https://hooks.example.org/***" } },
      },
    ]);
    await Promise.all(followers.map((follower) => follower.close()));
  });

  it("go on behind the position of any message, through a restart, each event once", async () => {
    const { position } = await connect(gmail("f2"));
    const filter = { userId: "f2" };
    await change("pauseIntegration", of("f2"));
    const before = test.follow(changed, { filter, after: position });
    const seen = await take(before, 1);
    await before.close();
    await change("resumeIntegration", of("f2"));
    await test.restart();
    await change("disableIntegration", of("f2", { reason: "Too much" }));
    const behind = test.follow(changed, { filter, after: seen[0]?.position });
    seen.push(...(await take(behind, 2)));
    await behind.close();
    expect(seen.map((message) => message.change)).toEqual(["PAUSED", "RESUMED", "DISABLED"]);
  });
});

/** The numbers are a promise: docs/requests.md states them. */
describe("requests to DynamoDB", () => {
  /** What was sent while `run` ran: the fewest of some tries, as timers and settings are counted, too. */
  async function requestsOf(run: (n: number) => Promise<unknown>): Promise<string[]> {
    const sent: string[][] = [];
    for (let n = 0; n < 4; n += 1) {
      test.counted();
      await run(n);
      sent.push(test.counted().map(({ operation }) => operation));
    }
    const [fewest = []] = sent.sort((a, b) => a.length - b.length);
    return fewest.sort();
  }
  const asked = (text: string) => requestsOf(() => test.run(gql(text), {}));
  const transaction = ["TransactWriteItems"];
  const plain = (name: string, input: Json) => mutate(test, name, input, { selection: "session { status }" });

  beforeAll(async () => {
    for (const user of ["c0", "c1", "c2", "c3"]) await connect(gmail(user));
    // The index is moments behind.
    const listed = gql<{ integrationSessions: { nodes: { userId: string }[] } }>(
      '{ integrationSessions(first: 100, filter: { serviceType: "gmail" }) { nodes { userId } } }',
    );
    await until(async () => {
      const { nodes } = (await test.run(listed, {})).integrationSessions;
      return nodes.filter(({ userId }) => /^c\d$/.test(userId)).length === 4;
    });
  });

  it("to connect: whether there is one already, and one transaction", async () => {
    expect(await requestsOf((n) => plain("connectIntegration", gmail(`cost${n}`)))).toEqual([
      "BatchGetItem",
      ...transaction,
    ]);
  });

  it("to change a session at hand: its schedule, and one transaction", async () => {
    const read = ["BatchGetItem", ...transaction];
    const changes: readonly [string, Json][] = [
      ["changePollingInterval", { pollingIntervalMs: 300_000 }],
      ["changeIntegrationWebhook", { webhookUrl }],
      ["pauseIntegration", {}],
    ];
    for (const [name, more] of changes) {
      expect([name, await requestsOf((n) => plain(name, of(`c${n}`, more)))]).toEqual([name, read]);
    }
  });

  it("to resume a session at hand: one transaction", async () => {
    expect(await requestsOf((n) => plain("resumeIntegration", of(`c${n}`)))).toEqual(transaction);
  });

  it("about a session: its row; when it is polled next: one more; polls and dead letters: a Query each", async () => {
    const one = (selection: string) => `{ integrationSession(userId: "c0", serviceType: "gmail") { ${selection} } }`;
    expect(await asked(one("status serviceState webhook { host } version"))).toEqual(["BatchGetItem"]);
    expect(await asked(one("status nextPollAt"))).toEqual(["BatchGetItem", "BatchGetItem"]);
    const all = "pollHistory { nodes { at } } deadLetters { nodes { at } }";
    expect(await asked(one(all))).toEqual(["BatchGetItem", "Query", "Query"]);
    expect(await asked('{ pollHistory(userId: "c0", serviceType: "gmail") { nodes { at } } }')).toEqual([
      "BatchGetItem",
      "Query",
    ]);
  });

  it("about a page of a user, a service, or all that are active: one Query; when they are polled next: one more", async () => {
    const page = (filter: string, selection = "") =>
      `{ integrationSessions(filter: { ${filter} }) { nodes { sessionId ${selection} } } }`;
    expect(await asked(page('userId: "c0"'))).toEqual(["Query"]);
    expect(await asked(page('serviceType: "gmail"'))).toEqual(["Query"]);
    expect(await asked(page("active: true"))).toEqual(["Query"]);
    expect(await asked(page("active: true", "nextPollAt"))).toEqual(["BatchGetItem", "Query"]);
  });

  it("about a page of all: one Query for each of four services, and the rows of the view, which knows of others", async () => {
    const sent = await asked("{ integrationSessions(first: 100) { nodes { sessionId } } }");
    expect(sent).toEqual(["GetItem", ...Array.from({ length: 5 }, () => "Query")]);
  });

  it("about numbers: the rows of the view, and a Query for each of eight parts of what is due", async () => {
    const sent = await asked("{ integrationHealth { byStatus { count } overdue { sessions } } }");
    expect(sent).toEqual(["GetItem", ...Array.from({ length: 9 }, () => "Query")]);
  });

  it("about services: none", async () => {
    expect(await asked("{ integrationServices { type } }")).toEqual([]);
  });
});
