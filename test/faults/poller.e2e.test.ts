/**
 * Sessions under `kill -9`: real servers read a service that grows, and deliver it to a webhook. A receiver that tells repeats by the
 * items' ids has seen each item exactly once, in the order of the service, wherever its server died.
 */
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startServers, startSingleServer } from "../support/cluster.js";
import type { Cluster, ClusterServer } from "../support/cluster.js";
import { post, until } from "../support/graphql/client.js";
import { startJsonFeed } from "../support/jsonFeedServer.js";
import type { JsonFeed } from "../support/jsonFeedServer.js";
import { startWebhookReceiver } from "../support/webhookReceiver.js";
import type { WebhookReceiver } from "../support/webhookReceiver.js";
import { createRandom } from "./support/random.js";
import type { Random } from "./support/random.js";
import { roundsOr } from "./support/rounds.js";
import { verifyByCommand } from "./support/verifyCommand.js";

/** Whose session reads what: behind a cursor in each answer, and through pages with a cursor at their end. */
const readers = {
  ann: { path: "/events", itemsPath: "/items", cursorPath: "/cursor" },
  bob: { path: "/paged", itemsPath: "/data/records", cursorPath: "/latest", nextPath: "/next", nextParam: "page" },
} as const;
type Reader = keyof typeof readers;
const users = Object.keys(readers) as Reader[];

const key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
/** The service grows so far ahead of what is delivered: several pages of three are always to be read. */
const ahead = 24;
const seed = Number(process.env["FAULT_SEED"] ?? Math.floor(Math.random() * 1_000_000));

let feed: JsonFeed;
let receivers: Readonly<Record<Reader, WebhookReceiver>>;
let growing: NodeJS.Timeout | undefined;
const secrets = new Map<string, string>();

beforeEach(async () => {
  secrets.clear();
  caught = undefined;
  feed = await startJsonFeed();
  receivers = { ann: await startReceiver(), bob: await startReceiver() };
  growing = setInterval(() => feed.append(feed.records.length < leastReceived() + ahead ? 1 : 0), 10);
});
afterEach(async () => {
  clearInterval(growing);
  await Promise.all([feed.close(), ...users.map((user) => receivers[user].close())]);
});

const leastReceived = () => Math.min(...users.map((user) => receivers[user].items().length));

/** Told of the next delivery instead of its receiver. */
let caught: ((response: ServerResponse) => void) | undefined;

async function startReceiver(): Promise<WebhookReceiver> {
  const receiver = await startWebhookReceiver({ secretOf: (sessionId) => secrets.get(sessionId) });
  receiver.answer((response) => {
    if (caught === undefined) return void setTimeout(() => response.writeHead(204).end(), 10);
    caught(response);
    caught = undefined;
  });
  return receiver;
}

const environment = () => ({
  INTEGRATION_KEY: key,
  INTEGRATION_ALLOWED_HOSTS: [feed, ...users.map((user) => receivers[user])].map(({ host }) => host).join(","),
});

async function ask(server: ClusterServer, query: string, variables: Readonly<Record<string, unknown>>) {
  const { data, errors } = await post<Record<string, unknown>>(server.url ?? "", { query, variables });
  if (data == null || errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

async function connect(server: ClusterServer, user: Reader): Promise<void> {
  const { path, ...reading } = readers[user];
  const serviceState = { url: `${feed.url}${path}`, idPath: "/id", cursorParam: "since", cursor: "0", ...reading };
  const { connectIntegration } = await ask(
    server,
    `mutation ($input: ConnectIntegrationInput!) {
      connectIntegration(input: $input) { webhookSecret errors { path message } }
    }`,
    {
      input: {
        ...{ userId: user, serviceType: "http", webhookUrl: receivers[user].url },
        ...{ pollingIntervalMs: 10_000, serviceState },
      },
    },
  );
  expect(connectIntegration).toMatchObject({ errors: [] });
  secrets.set(`${user}#http`, (connectIntegration as { webhookSecret: string }).webhookSecret);
}

/** Else what a dead server had claimed would wait until its lease is over, and `pollIntegration` until the service may be asked again. */
async function pollNow(server: ClusterServer): Promise<void> {
  for (const userId of users)
    for (const name of ["pauseIntegration", "resumeIntegration"]) {
      const fields = `${name}(input: { userId: $userId, serviceType: "http" }) { errors { message } }`;
      expect(await ask(server, `mutation ($userId: String!) { ${fields} }`, { userId })).toEqual({
        [name]: { errors: [] },
      });
    }
}

/** When so many more deliveries have come. */
async function untilDeliveries(more: number): Promise<void> {
  const deliveries = () => users.reduce((sum, user) => sum + receivers[user].deliveries.length, 0);
  const wanted = deliveries() + more;
  await until(() => deliveries() >= wanted, 20_000);
}

/** The next delivery: nobody answers it but who has it. */
const nextDelivery = () => new Promise<ServerResponse>((resolve) => (caught = resolve));

/** Where in a delivery the server dies. */
const moments: readonly ((server: ClusterServer, random: Random) => Promise<void>)[] = [
  // The webhook has not taken it: the cursor must not be behind it.
  async (server) => {
    const response = await nextDelivery();
    await server.kill();
    response.destroy();
  },
  // The webhook has taken it, and the server may not have heard of it.
  async (server) => {
    const response = await nextDelivery();
    response.writeHead(204).end();
    await server.kill();
  },
  // Wherever it is.
  async (server, random) => {
    await sleep(random.between(0, 50));
    await server.kill();
  },
];

async function killAtSomeMoment(server: ClusterServer, round: number, random: Random): Promise<void> {
  await untilDeliveries(random.between(1, 8));
  await moments[round % moments.length]?.(server, random);
}

const receivedBy = (user: Reader) => receivers[user].items().map(({ data }) => data["id"]);

/** The service has stopped growing; then nothing may be missing, and nothing be out of order. */
async function expectAllOnce(server: ClusterServer): Promise<void> {
  clearInterval(growing);
  const all = feed.records.map(({ id }) => id);
  await pollNow(server);
  const isAll = () => users.every((user) => receivers[user].items().length >= all.length);
  await until(isAll, 20_000).catch(() => undefined);
  for (const user of users) expect(receivedBy(user)).toEqual(all);
  const sessions = async () => {
    const query = "{ integrationSessions { nodes { status errorCount serviceState } } }";
    const { integrationSessions } = await ask(server, query, {});
    return (integrationSessions as { nodes: readonly object[] }).nodes;
  };
  const atEnd = { status: "ACTIVE", errorCount: 0, serviceState: { cursor: String(all.length) } };
  await expect.poll(sessions, { timeout: 5_000 }).toMatchObject(users.map(() => atEnd));
  const unsigned = users.flatMap((user) => receivers[user].deliveries.filter(({ isSigned }) => isSigned === false));
  expect(unsigned).toEqual([]);
}

function serversOf(cluster: Cluster): readonly [ClusterServer, ...ClusterServer[]] {
  const [first, ...others] = cluster.servers;
  if (first === undefined) throw new Error("a cluster has a server");
  return [first, ...others];
}

const rounds = { one: roundsOr(2), two: roundsOr(1) } as const;
const timeFor = (count: number) => 60_000 + count * 20_000;

describe(`sessions of a server that is killed (FAULT_SEED=${seed})`, () => {
  it(
    "bring each item exactly once, in order",
    async () => {
      const random = createRandom(seed);
      const cluster = await startSingleServer(environment());
      const [server] = serversOf(cluster);
      for (const user of users) await connect(server, user);
      for (let round = 0; round < rounds.one; round += 1) {
        await pollNow(server);
        await killAtSomeMoment(server, round, random);
        await server.start();
      }
      await expectAllOnce(server);
      await verifyByCommand(cluster);
      await cluster.close();
    },
    timeFor(rounds.one),
  );

  it(
    "bring each item exactly once, in order, though two servers poll them",
    async () => {
      const random = createRandom(seed + 1);
      const cluster = await startServers(["one", "two"], environment);
      const [one, ...others] = serversOf(cluster);
      for (const user of users) await connect(one, user);
      for (let round = 0; round < rounds.two; round += 1) {
        const victim = random.pick([one, ...others]);
        const [survivor = one] = cluster.servers.filter((server) => server !== victim);
        await pollNow(survivor);
        await killAtSomeMoment(victim, round, random);
        // Its leases are not over: what is asked for now runs beside what it had begun.
        await pollNow(survivor);
        await untilDeliveries(random.between(1, 8));
        await victim.start();
      }
      await expectAllOnce(one);
      await cluster.close();
    },
    timeFor(rounds.two),
  );
});
