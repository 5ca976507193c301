/** Requests to DynamoDB as they are watched: tries, throttles and errors, against a server that speaks its protocol. */
import { GetCommand, PutCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { createDynamoDbObserver } from "../../src/observability/dynamoDb.js";
import { createTelemetry } from "../../src/observability/telemetry.js";
import type { Telemetry } from "../../src/observability/telemetry.js";
import { createDynamoDb, createStreamsClient } from "../../src/store/dynamodb/client.js";
import { GetRecordsCommand } from "@aws-sdk/client-dynamodb-streams";
import { prefixed } from "../../src/store/tables.js";
import { parseMetrics } from "../support/metrics.js";

interface Reply {
  readonly status: number;
  readonly body: object;
}

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server that gives these answers, one for each request, and keeps what it was sent. */
async function serve(replies: readonly Reply[]) {
  const bodies: Record<string, unknown>[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const reply = replies[bodies.length] ?? { status: 500, body: {} };
      bodies.push(JSON.parse(Buffer.concat(chunks).toString("utf8")) as Record<string, unknown>);
      response.writeHead(reply.status, { "content-type": "application/x-amz-json-1.0" });
      response.end(JSON.stringify(reply.body));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

async function start(replies: readonly Reply[], capacity = false) {
  const { endpoint, bodies } = await serve(replies);
  const telemetry: Telemetry = createTelemetry({ metrics: "on", capacity });
  const observer = createDynamoDbObserver(telemetry);
  const db = createDynamoDb({ endpoint, tableName: prefixed(""), observer });
  const streams = createStreamsClient({ endpoint, observer });
  closers.push(
    () => db.close(),
    () => streams.destroy(),
    () => telemetry.close(),
  );
  return { client: db.client, streams, bodies, read: async () => parseMetrics((await telemetry.scrape?.()) ?? "") };
}

const ok: Reply = { status: 200, body: {} };
const refusal = (name: string, more: object = {}): Reply => ({
  status: 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: "no", ...more },
});
const requests = "opsledger_dynamodb_requests_total";
const get = { operation: "GetItem", table: "domain-feed" };
const getItem = new GetCommand({ TableName: "domain-feed", Key: { log: "log#0", position: 1 } });

it("counts a request that was tried again once, its further tries, and each throttle", async () => {
  const throttled = refusal("ProvisionedThroughputExceededException");
  const { client, read } = await start([throttled, refusal("ThrottlingException"), ok]);
  await client.send(getItem);
  const metrics = await read();
  expect(metrics.value(requests, { ...get, error: "" })).toBe(1);
  expect(metrics.value("opsledger_dynamodb_retries_total", get)).toBe(2);
  expect(metrics.value("opsledger_dynamodb_throttles_total", get)).toBe(2);
  expect(metrics.value("opsledger_dynamodb_request_duration_seconds_count", get)).toBe(1);
});

it("names the error that a request ended with, and hands it on", async () => {
  const { client, read } = await start([refusal("ConditionalCheckFailedException")]);
  const put = new PutCommand({ TableName: "domain-feed", Item: { log: "log#0", position: 1 } });
  await expect(client.send(put)).rejects.toMatchObject({ name: "ConditionalCheckFailedException" });
  const metrics = await read();
  const labels = { operation: "PutItem", table: "domain-feed" };
  expect(metrics.value(requests, { ...labels, error: "ConditionalCheckFailedException" })).toBe(1);
  expect(metrics.value("opsledger_dynamodb_throttles_total", labels)).toBe(0);
});

it("knows a transaction that was cancelled because a table is at its limit", async () => {
  const CancellationReasons = [{ Code: "None" }, { Code: "ThrottlingError" }];
  const { client, read } = await start([refusal("TransactionCanceledException", { CancellationReasons })]);
  const TransactItems = ["domain-feed", "domain-events"].map((TableName) => ({ Put: { TableName, Item: { a: 1 } } }));
  await expect(client.send(new TransactWriteCommand({ TransactItems }))).rejects.toThrow();
  const labels = { operation: "TransactWriteItems", table: "domain-events+domain-feed" };
  expect((await read()).value("opsledger_dynamodb_throttles_total", labels)).toBe(1);
});

it("asks for capacity where that is wanted, and adds it up by table", async () => {
  const charged = { status: 200, body: { ConsumedCapacity: { TableName: "domain-feed", CapacityUnits: 1.5 } } };
  const { client, bodies, read } = await start([charged, charged], true);
  await client.send(getItem);
  await client.send(getItem);
  expect(bodies.map((body) => body["ReturnConsumedCapacity"])).toEqual(["TOTAL", "TOTAL"]);
  expect((await read()).value("opsledger_dynamodb_consumed_capacity_units_total", get)).toBe(3);
});

it("does not ask for capacity otherwise", async () => {
  const { client, bodies } = await start([ok]);
  await client.send(getItem);
  expect(bodies[0]).not.toHaveProperty("ReturnConsumedCapacity");
});

it("counts requests to the streams too, and asks them for no capacity, which they do not know", async () => {
  const { streams, bodies, read } = await start([{ status: 200, body: { Records: [] } }], true);
  await streams.send(new GetRecordsCommand({ ShardIterator: "somewhere", Limit: 10 }));
  expect(bodies).toEqual([{ ShardIterator: "somewhere", Limit: 10 }]);
  expect((await read()).value(requests, { operation: "GetRecords", table: "", error: "" })).toBe(1);
});
