/** Bad input about integration sessions gets a typed answer that names the field; never a 5xx, and nothing is written. */
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { limits } from "../../../src/domain/integrations/index.js";
import { gql, mutate, mutationText } from "../../support/mutation.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";

type Json = Record<string, unknown>;

const connection = (more: Json = {}): Json => ({
  userId: "user123",
  serviceType: "gmail",
  webhookUrl: "https://hooks.example.org/gmail?token=secret",
  credentialRef: "user123/gmail",
  ...more,
});
/** A service whose state says where to look. */
const reading = (url: string): Json =>
  connection({ serviceType: "http", serviceState: { url, itemsPath: "/items", idPath: "/id" } });

let test: TestOpsledger;
beforeAll(async () => {
  test = await startTestOpsledger();
  await mutate(test, "connectIntegration", connection({ userId: "taken", credentialRef: "taken/gmail" }));
  await mutate(test, "connectIntegration", connection({ userId: "over", credentialRef: "over/gmail" }));
  await mutate(test, "disconnectIntegration", { userId: "over", serviceType: "gmail" });
});
afterAll(() => test.close());

/** How many commits and records the log has. */
async function written(): Promise<number> {
  const { Count = 0 } = await test.db.client.send(
    new ScanCommand({ TableName: "domain-events", Select: "COUNT", Limit: 5_000 }),
  );
  return Count;
}

function documentOf(name: string): TypedDocumentNode<Record<string, { errors: Json[] }>, Json> {
  const errors = `__typename code message path
    ... on AlreadyConnectedError { sessionId status } ... on InvalidTransitionError { from to }`;
  return gql(mutationText(test.opsledger.schema, name, `errors { ${errors} } session { id }`));
}

/** The errors of a mutation that must write nothing. */
async function refused(name: string, input: Json, actor?: string): Promise<readonly Json[]> {
  const before = await written();
  const data = await test.run(documentOf(name), { input }, actor);
  expect(await written()).toBe(before);
  expect(data[name]).toMatchObject({ session: null });
  return data[name]?.errors ?? [];
}

const validation = (...path: string[]) => [
  expect.objectContaining({ __typename: "ValidationError", code: "VALIDATION", path }) as object,
];
const notFound = [expect.objectContaining({ __typename: "NotFoundError", path: ["serviceType"] }) as object];

describe("a webhook that would lead into the server's own network is refused", () => {
  it.each<[string, string]>([
    ["this machine", "https://127.0.0.1/hook"],
    ["this machine by its name", "https://localhost/hook"],
    ["a private network", "https://10.0.0.8/hook"],
    ["a private network, written as one number", "https://167772168/hook"],
    ["the cloud's own data", "https://169.254.169.254/latest/meta-data"],
    ["this machine in IPv6", "https://[::1]/hook"],
    ["a private network in IPv6", "https://[::ffff:10.0.0.8]/hook"],
    ["a file", "file:///etc/passwd"],
    ["an address without TLS", "http://hooks.example.org/"],
    ["one with credentials", "https://user:hidden@hooks.example.org/"],
    ["what is no address", "hooks.example.org"],
    ["a very long one", `https://hooks.example.org/${"x".repeat(limits.url)}`],
  ])("%s", async (_what, webhookUrl) => {
    const errors = await refused("connectIntegration", connection({ webhookUrl }));
    expect(errors).toEqual(validation("webhookUrl"));
    // An address may be as good as a secret.
    expect(JSON.stringify(errors)).not.toContain("hidden");
    const changed = await refused("changeIntegrationWebhook", {
      userId: "taken",
      serviceType: "gmail",
      webhookUrl,
    });
    expect(changed).toEqual(validation("webhookUrl"));
  });
});

describe("a connection with bad input is refused", () => {
  it.each<[string, Json, string[]]>([
    ["a service that there is not", { serviceType: "carrier-pigeon" }, ["serviceType"]],
    ["a service that is no word", { serviceType: "Gmail!" }, ["serviceType"]],
    ["an interval of nothing", { pollingIntervalMs: 0 }, ["pollingIntervalMs"]],
    ["an interval before time began", { pollingIntervalMs: -30_000 }, ["pollingIntervalMs"]],
    ["an interval of two days", { pollingIntervalMs: 2 * 86_400_000 }, ["pollingIntervalMs"]],
    [
      "an interval that Slack does not allow",
      {
        serviceType: "slack",
        pollingIntervalMs: 30_000,
        serviceState: { teamId: "T1234567", channelIds: ["C1234567"] },
      },
      ["pollingIntervalMs"],
    ],
    ["a user with a hash in his name", { userId: "a#b" }, ["userId"]],
    ["a user without a name", { userId: "" }, ["userId"]],
    ["somebody else's credential", { credentialRef: "ben/gmail" }, ["credentialRef"]],
    ["a credential that is a path", { credentialRef: "user123/../../etc/passwd" }, ["credentialRef"]],
    ["no credential where one is needed", { credentialRef: null }, ["credentialRef"]],
    ["a project without a name", { projectId: "" }, ["projectId"]],
    ["a beginning in the past", { startAt: "2020-01-01T00:00:00Z" }, ["startAt"]],
    ["a beginning in a hundred years", { startAt: "2120-01-01T00:00:00Z" }, ["startAt"]],
    ["a state that is no object", { serviceState: [1] }, ["serviceState"]],
    ["a state with a wrong member", { serviceState: { lastHistoryId: 12.5 } }, ["serviceState", "lastHistoryId"]],
    ["a state without what it needs", { serviceType: "slack", serviceState: {} }, ["serviceState", "teamId"]],
    [
      "an interval for what pushes",
      {
        serviceType: "whatsapp",
        credentialRef: null,
        serviceState: { phoneNumber: "+1234567890", businessAccountId: "123456789012345" },
        pollingIntervalMs: 60_000,
      },
      ["pollingIntervalMs"],
    ],
  ])("%s", async (_what, more, path) => {
    const [first] = await refused("connectIntegration", connection(more));
    expect([first]).toEqual(validation(...path));
  });

  it("a service that is asked at a private address", async () => {
    const [first] = await refused("connectIntegration", reading("https://10.0.0.8/items"));
    expect(first).toMatchObject({ __typename: "ValidationError" });
    expect((first?.["path"] as string[])[0]).toBe("serviceState");
  });

  it("and is told which services there are", async () => {
    const [first] = await refused("connectIntegration", connection({ serviceType: "carrier-pigeon" }));
    expect(first?.["message"]).toMatch(/gmail.*slack|slack.*gmail/);
  });

  it("all that is wrong is said at once", async () => {
    const more = { webhookUrl: "https://localhost/", pollingIntervalMs: 12_000, credentialRef: "ben/gmail" };
    const errors = await refused("connectIntegration", connection({ ...more, serviceState: { lastHistoryId: "x" } }));
    expect(errors.map(({ path }) => (path as string[]).join("."))).toEqual(
      expect.arrayContaining(["webhookUrl", "credentialRef", "serviceState.lastHistoryId"]),
    );
  });

  it("a second one of the same service, which is told what is there", async () => {
    expect(
      await refused("connectIntegration", connection({ userId: "taken", credentialRef: "taken/other" })),
    ).toMatchObject([
      {
        __typename: "AlreadyConnectedError",
        code: "INVALID_TRANSITION",
        path: ["serviceType"],
        sessionId: "taken#gmail",
        status: "ACTIVE",
      },
    ]);
  });

  it("a key that was used for another one", async () => {
    const keyed = { userId: "keyed", credentialRef: "keyed/gmail", idempotencyKey: "connect-keyed" };
    await mutate(test, "connectIntegration", connection(keyed));
    expect(await refused("connectIntegration", connection({ ...keyed, pollingIntervalMs: 90_000 }))).toMatchObject([
      { __typename: "IdempotencyKeyReusedError", path: ["idempotencyKey"] },
    ]);
  });
});

describe("a change with bad input is refused", () => {
  const of = (more: Json = {}): Json => ({ userId: "taken", serviceType: "gmail", ...more });

  it.each<[string, string, Json, string[]]>([
    ["a user with a hash in his name", "pauseIntegration", { userId: "a#b" }, ["userId"]],
    ["a service that is no word", "resumeIntegration", { serviceType: "#" }, ["serviceType"]],
    ["an interval of nothing", "changePollingInterval", { pollingIntervalMs: 0 }, ["pollingIntervalMs"]],
    ["a foreign credential", "reauthorizeIntegration", { credentialRef: "ben/gmail" }, ["credentialRef"]],
    ["no reason", "disableIntegration", { reason: "  " }, ["reason"]],
    ["what is no dead letter", "redeliverItems", { deadLetterId: "../x" }, ["deadLetterId"]],
    ["what is no dead letter", "discardItems", { deadLetterId: "#" }, ["deadLetterId"]],
    ["an empty key", "pollIntegration", { idempotencyKey: "" }, ["idempotencyKey"]],
    ["a version that there is not", "pauseIntegration", { expectedVersion: 0 }, ["expectedVersion"]],
  ])("%s: %s", async (_what, name, more, path) => {
    const [first] = await refused(name, of(more));
    expect([first]).toEqual(validation(...path));
  });

  it.each([
    ["pauseIntegration", {}],
    ["resumeIntegration", {}],
    ["changePollingInterval", { pollingIntervalMs: 60_000 }],
    ["changeIntegrationWebhook", { webhookUrl: "https://hooks.example.org/b" }],
    ["reauthorizeIntegration", { credentialRef: "nobody/gmail" }],
    ["pollIntegration", {}],
    ["disableIntegration", { reason: "Noise" }],
    ["disconnectIntegration", {}],
    ["redeliverItems", { deadLetterId: "0".repeat(32) }],
    ["discardItems", { deadLetterId: "0".repeat(32) }],
  ])("%s of a session that there is not", async (name, more) => {
    expect(await refused(name, of({ userId: "nobody", ...more }))).toEqual(notFound);
  });

  it("of a session that is over", async () => {
    const over = { userId: "over" };
    for (const [name, more] of [
      ["pauseIntegration", {}],
      ["changePollingInterval", { pollingIntervalMs: 60_000 }],
      ["changeIntegrationWebhook", { webhookUrl: "https://hooks.example.org/b" }],
      ["reauthorizeIntegration", { credentialRef: "over/other" }],
    ] as const) {
      expect([name, await refused(name, of({ ...over, ...more }))]).toMatchObject([
        name,
        [{ __typename: "InvalidTransitionError", from: "DISCONNECTED" }],
      ]);
    }
  });

  it("at another version", async () => {
    expect(await refused("pauseIntegration", of({ expectedVersion: 7 }))).toMatchObject([
      { __typename: "VersionConflictError", path: ["expectedVersion"] },
    ]);
  });
});

describe("a question with bad arguments", () => {
  const asked = async (text: string) => {
    const { status, errors } = await test.send(gql(text), {});
    return { status, ...errors?.[0]?.extensions };
  };

  it.each<[string, string, string]>([
    ["a user with a hash", '{ integrationSession(userId: "a#b", serviceType: "gmail") { id } }', "userId"],
    ["a service that is no word", '{ integrationSession(serviceType: "#") { id } }', "serviceType"],
    ["the same in a filter", '{ integrationSessions(filter: { userId: "#" }) { nodes { id } } }', "filter.userId"],
    ["a list of nothing", "{ integrationSessions(filter: { statuses: [] }) { nodes { id } } }", "filter.statuses"],
    ["by service without a user", "{ integrationSessions(orderBy: BY_SERVICE) { nodes { id } } }", "orderBy"],
    ["a page of a million", "{ integrationSessions(first: 1000000) { nodes { id } } }", "first"],
    ["a cursor of ours", '{ integrationSessions(after: "abc") { nodes { id } } }', "after"],
    [
      "polls of no outcome",
      '{ pollHistory(userId: "taken", serviceType: "gmail", outcomes: []) { nodes { at } } }',
      "outcomes",
    ],
    ["a position that is none", '{ integrationHealth(atLeast: "abc") { byStatus { count } } }', "atLeast"],
    [
      "a global id of something else",
      `{ node(id: "${btoa("IntegrationSession:x").replace(/=+$/, "")}") { id } }`,
      "id",
    ],
  ])("%s", async (_what, text, field) => {
    expect(await asked(text)).toMatchObject({ code: "BAD_USER_INPUT", field });
  });
});
