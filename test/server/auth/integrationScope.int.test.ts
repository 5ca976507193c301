/** Sessions of other users do not exist for a caller who may not see all; and what is personal of them is masked for who may. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { subscribeWs, until } from "../../support/graphql/client.js";
import { anonymous, mutateAs } from "./support/scopes.js";
import type { Json } from "./support/scopes.js";
import { sessionOf, startAuthServer, tokenFor } from "./support/world.js";
import type { AuthServer } from "./support/world.js";

let server: AuthServer;
/** Sees her own sessions. */
let ana: string;
/** Sees all, and does not run the system. */
let everywhere: string;
let operator: string;
/** Behind the connection of ben's session. */
let position: string;
beforeAll(async () => {
  server = await startAuthServer({ RATE_LIMIT_PER_MINUTE: "0" });
  ana = await tokenFor(["RESPONDER"], ["own"]);
  everywhere = await tokenFor(["RESPONDER"], "*", "chloe");
  operator = await tokenFor(["OPERATOR"], "*", "olga");
  const admin = await tokenFor(["ADMIN"], "*", "root");
  for (const userId of ["ana", "ben", "chloe"]) {
    const serviceState = { emailAddress: `${userId}.muster@company.com`, lastHistoryId: "123456789" };
    const payload = await mutate(admin, "connectIntegration", { ...sessionOf(userId), serviceState }, "position");
    expect(payload["errors"]).toEqual([]);
    if (userId === "ben") position = String(payload["position"]);
  }
}, 60_000);
afterAll(() => server.close());

/** The payload of a mutation. */
const mutate = (token: string, name: string, input: Json, selection = "") =>
  mutateAs(server, token, { name, input, fields: `errors { __typename code message path } ${selection}` });

const ask = async (token: string, text: string, variables: Json = {}) => {
  const { data, errors, status } = await server.ask(token, text, variables);
  return { data, errors, status };
};

describe("a session of somebody else is answered as one that does not exist", () => {
  it.each([
    ["integrationSession", "integrationSession(userId: $userId, serviceType: $serviceType) { id nextPollAt }"],
    ["pollHistory", "pollHistory(userId: $userId, serviceType: $serviceType) { nodes { at } }"],
    [
      "integrationSessions",
      "integrationSessions(filter: { userId: $userId, serviceType: $serviceType }) { nodes { id } }",
    ],
  ])("%s", async (_name, field) => {
    const text = `query ($userId: String!, $serviceType: String!) { ${field} }`;
    const of = async (userId: string) => anonymous(await ask(ana, text, { userId, serviceType: "gmail" }), userId);
    expect(await of("ben")).toEqual(await of("nobody"));
  });

  it("node", async () => {
    const of = (sessionId: string) =>
      ask(ana, "query ($id: ID!) { node(id: $id) { id } }", {
        id: Buffer.from(`IntegrationSession:${sessionId}`).toString("base64url"),
      });
    expect(await of("ben#gmail")).toEqual(await of("nobody#gmail"));
    expect(await of("ben#gmail")).toMatchObject({ data: { node: null } });
  });

  it.each<[string, Json]>([
    ["pauseIntegration", {}],
    ["resumeIntegration", {}],
    ["changePollingInterval", { pollingIntervalMs: 60_000 }],
    ["changeIntegrationWebhook", { webhookUrl: "https://evil.example.org/" }],
    ["reauthorizeIntegration", { credentialRef: "ana/gmail" }],
    ["pollIntegration", {}],
    ["disableIntegration", { reason: "Because" }],
    ["disconnectIntegration", {}],
    ["redeliverItems", { deadLetterId: "0".repeat(32) }],
    ["discardItems", { deadLetterId: "0".repeat(32) }],
  ])("%s", async (name, input) => {
    const change = async (userId: string) =>
      anonymous(await mutate(ana, name, { userId, serviceType: "gmail", ...input }, "session { id }"), userId);
    expect(await change("ben")).toEqual(await change("nobody"));
    expect(await change("ben")).toMatchObject({ errors: [{ code: "NOT_FOUND", path: ["serviceType"] }] });
  });

  it("integrationSessionChanged", async () => {
    const refusal = async (userId: string) => {
      const followed = subscribeWs(server.opsledger.http.webSocketUrl, {
        query: "subscription ($userId: String) { integrationSessionChanged(filter: { userId: $userId }) { position } }",
        variables: { userId },
        connectionParams: { token: ana },
      });
      const { data, errors } = await followed.next();
      await followed.close();
      return anonymous({ data, errors }, userId);
    };
    expect(await refusal("ben")).toEqual(await refusal("nobody"));
    expect(await refusal("ben")).toMatchObject({ errors: [{ extensions: { code: "NOT_FOUND" } }] });
  });

  it("and leaves a line in the trail", async () => {
    server.denials();
    await ask(ana, '{ integrationSession(userId: "ben", serviceType: "gmail") { id } }');
    await ask(ana, '{ integrationSessions(filter: { userId: "ben" }) { nodes { id } } }');
    await mutate(ana, "pauseIntegration", { userId: "ben", serviceType: "gmail" });
    expect(server.denials()).toMatchObject([
      { reason: "FOREIGN_PROJECT", field: "Query.integrationSession", entityId: "ben#gmail" },
      { reason: "FOREIGN_PROJECT", field: "Query.integrationSessions", entity: "User", entityId: "ben" },
      { reason: "FOREIGN_PROJECT", field: "Mutation.pauseIntegration", entityId: "ben#gmail" },
    ]);
  });
});

describe("a session of somebody else is changed by those who run the system only", () => {
  const changes: readonly (readonly [string, Json])[] = [
    ["pauseIntegration", {}],
    ["resumeIntegration", {}],
    ["changePollingInterval", { pollingIntervalMs: 60_000 }],
    ["changeIntegrationWebhook", { webhookUrl: "https://evil.example.org/" }],
    ["reauthorizeIntegration", { credentialRef: "ben/gmail" }],
    ["pollIntegration", {}],
    ["disableIntegration", { reason: "Because" }],
    ["disconnectIntegration", {}],
    ["redeliverItems", { deadLetterId: "0".repeat(32) }],
    ["discardItems", { deadLetterId: "0".repeat(32) }],
  ];
  const forbidden = { errors: [{ code: "FORBIDDEN", path: ["userId"] }], session: null };
  const slack = { serviceState: { teamId: "T1234567", channelIds: ["C1234567"] } };

  it.each(changes)("%s", async (name, input) => {
    // Given a responder who may see all, when she changes ben's session or one that nobody has, then neither is touched.
    for (const userId of ["ben", "nobody"]) {
      const payload = await mutate(everywhere, name, { userId, serviceType: "gmail", ...input }, "session { id }");
      expect(payload).toMatchObject(forbidden);
    }
  });

  it("connectIntegration, and no secret is told", async () => {
    const input = { ...sessionOf("ben", "slack"), ...slack };
    const refused = await mutate(everywhere, "connectIntegration", input, "session { id } webhookSecret");
    expect(refused).toMatchObject({ ...forbidden, webhookSecret: null });
    const connected = await mutate(operator, "connectIntegration", input, "webhookSecret");
    expect(connected["errors"]).toEqual([]);
    expect(String(connected["webhookSecret"])).toMatch(/^whsec_/);
    await mutate(operator, "disconnectIntegration", { userId: "ben", serviceType: "slack" });
  });

  it("and leaves a line in the trail", async () => {
    server.denials();
    await mutate(everywhere, "pauseIntegration", { userId: "ben", serviceType: "gmail" });
    expect(server.denials()).toMatchObject([{ reason: "FORBIDDEN", field: "Mutation.pauseIntegration" }]);
  });

  it("while its own user may name himself, and an operator and an admin anybody", async () => {
    const admin = await tokenFor(["ADMIN"], "*", "root");
    const change = (token: string, userId: string) =>
      mutate(token, "changePollingInterval", { userId, serviceType: "gmail", pollingIntervalMs: 66_000 });
    expect(await change(ana, "ana")).toMatchObject({ errors: [] });
    expect(await change(everywhere, "chloe")).toMatchObject({ errors: [] });
    expect(await change(operator, "ben")).toMatchObject({ errors: [] });
    expect(await change(admin, "ben")).toMatchObject({ errors: [] });
  });
});

describe("who may not see all", () => {
  it("has its own sessions in lists, and in numbers", async () => {
    const text = `{ integrationSessions { nodes { userId } }
      integrationHealth { overdue { sessions } services { serviceType byStatus { status count } } } }`;
    const seen = async (token: string) => {
      const { data } = await server.ask<{
        integrationSessions: { nodes: { userId: string }[] };
        integrationHealth: { overdue: unknown; services: { byStatus: { status: string; count: number }[] }[] };
      }>(token, text);
      return {
        users: data?.integrationSessions.nodes.map(({ userId }) => userId).sort(),
        overdue: data?.integrationHealth.overdue,
        active: data?.integrationHealth.services[0]?.byStatus.find(({ status }) => status === "ACTIVE")?.count,
      };
    };
    // The index and the numbers are moments behind.
    await until(async () => {
      const { users, active } = await seen(operator);
      return users?.length === 3 && active === 3;
    });
    expect(await seen(ana)).toEqual({ users: ["ana"], overdue: null, active: 1 });
    expect(await seen(everywhere)).toMatchObject({ users: ["ana", "ben", "chloe"], active: 3 });
  });

  it("connects services of its own, with its own credentials, for its own projects", async () => {
    const input = { ...sessionOf("ben", "slack"), serviceState: { teamId: "T1234567", channelIds: ["C1234567"] } };
    expect(await mutate(ana, "connectIntegration", input)).toMatchObject({
      errors: [{ code: "FORBIDDEN", path: ["userId"] }],
    });
    const own = { ...input, userId: "ana" };
    expect(await mutate(ana, "connectIntegration", own)).toMatchObject({
      errors: [{ code: "VALIDATION", path: ["credentialRef"] }],
    });
    expect(
      await mutate(ana, "connectIntegration", { ...own, credentialRef: "ana/slack", projectId: "foreign" }),
    ).toMatchObject({ errors: [{ code: "FORBIDDEN", path: ["projectId"] }] });
    expect(
      await mutate(ana, "connectIntegration", { ...own, credentialRef: "ana/slack", projectId: "own" }),
    ).toMatchObject({ errors: [] });
  });

  it("is told of its own sessions only", async () => {
    const followed = subscribeWs<{ integrationSessionChanged: { sessionId: string } }>(
      server.opsledger.http.webSocketUrl,
      {
        query:
          "subscription ($after: String) { integrationSessionChanged(after: $after) { sessionId session { userId } } }",
        variables: { after: position },
        connectionParams: { token: ana },
      },
    );
    await mutate(operator, "changePollingInterval", {
      userId: "ben",
      serviceType: "gmail",
      pollingIntervalMs: 70_000,
    });
    await mutate(ana, "changePollingInterval", { serviceType: "gmail", pollingIntervalMs: 70_000 });
    const told: string[] = [];
    while (told.at(-1) !== "ana#gmail") {
      told.push((await followed.next()).data?.integrationSessionChanged.sessionId ?? "");
    }
    await followed.close();
    expect(told.every((sessionId) => sessionId.startsWith("ana#"))).toBe(true);
  });
});

describe("what is personal", () => {
  const text = `query ($userId: String!) { integrationSession(userId: $userId, serviceType: "gmail") { serviceState webhook { masked } } }`;
  const stateOf = async (token: string, userId: string) => {
    const { data } = await server.ask<{ integrationSession: { serviceState: Json } }>(token, text, { userId });
    return data?.integrationSession.serviceState;
  };

  it("is shown to the user, and to those who run the system", async () => {
    expect(await stateOf(ana, "ana")).toMatchObject({ emailAddress: "ana.muster@company.com" });
    expect(await stateOf(operator, "ben")).toMatchObject({ emailAddress: "ben.muster@company.com" });
  });

  it("is masked for all others, whatever they ask by", async () => {
    expect(await stateOf(everywhere, "ben")).toEqual({ emailAddress: "b***@company.com", lastHistoryId: "123456789" });
    const asked = `{ integrationSessions(first: 100) { nodes { userId serviceState } }
      node(id: "${Buffer.from("IntegrationSession:ben#gmail").toString("base64url")}") { ... on IntegrationSession { serviceState } } }`;
    const answer = JSON.stringify(await ask(everywhere, asked));
    expect(answer).toContain("chloe.muster@company.com");
    expect(answer).toContain("b***@company.com");
    expect(answer).not.toMatch(/(ana|ben)\.muster/);
  });

  it("is masked in what followers are told, each by what he may see, though they ask the same at the same time", async () => {
    const dora = await tokenFor(["RESPONDER"], "*", "dora");
    const tokens = [everywhere, dora, operator];
    const followers = tokens.map((token) =>
      subscribeWs<{ integrationSessionChanged: { session: { serviceState: Json } } }>(
        server.opsledger.http.webSocketUrl,
        {
          query: 'subscription { integrationSessionChanged(filter: { userId: "chloe" }) { session { serviceState } } }',
          connectionParams: { token },
        },
      ),
    );
    let pace = 90_000;
    // From when on they follow, only messages tell.
    await until(async () => {
      const pollingIntervalMs = (pace += 1_000);
      await mutate(everywhere, "changePollingInterval", { serviceType: "gmail", pollingIntervalMs });
      return followers.every(({ pending }) => pending.length > 1);
    });
    const told = await Promise.all(
      followers.map(async (follower) => {
        await follower.next();
        const { data } = await follower.next();
        await follower.close();
        return data?.integrationSessionChanged.session.serviceState["emailAddress"];
      }),
    );
    expect(told).toEqual(["chloe.muster@company.com", "c***@company.com", "chloe.muster@company.com"]);
  });
});

it("the address of a webhook is told to nobody: not in answers, not in refusals, not in the log", async () => {
  const answers = JSON.stringify([
    await ask(operator, "{ integrationSessions { nodes { webhook { host masked keyVersion } } } }"),
    await ask(operator, '{ events(first: 100, filter: { categories: ["IntegrationSession"] }) { nodes { data } } }'),
    await mutate(ana, "connectIntegration", sessionOf("ana")),
    await mutate(ana, "changeIntegrationWebhook", {
      serviceType: "gmail",
      webhookUrl: "https://127.0.0.1/items?token=secret",
    }),
  ]);
  expect(answers).toContain("https://hooks.example.org/***");
  expect(answers).not.toContain("token=secret");
});

it("a number that is pushed for connects who runs the system only, since nothing proves whose it is", async () => {
  const { webhookUrl } = sessionOf("chloe");
  const serviceState = { phoneNumber: "+15550783881", businessAccountId: "102290129340398" };
  const input = { serviceType: "whatsapp", webhookUrl, serviceState };
  const refused = await mutate(everywhere, "connectIntegration", input, "webhookSecret");
  expect(refused).toMatchObject({ errors: [{ code: "FORBIDDEN", path: ["serviceType"] }], webhookSecret: null });
  expect(await mutate(operator, "connectIntegration", { ...input, userId: "rita" })).toMatchObject({ errors: [] });
});
