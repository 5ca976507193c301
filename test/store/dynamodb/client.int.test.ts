/** What the client does when nobody answers, and when this machine's clock is wrong. */
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createDynamoDb } from "../../../src/store/dynamodb/client.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import { prefixed, tables } from "../../../src/store/tables.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { startFaultProxy } from "../../support/faultProxy.js";
import type { FaultProxy } from "../../support/faultProxy.js";

let engine: TestEngine;
let proxy: FaultProxy;
let db: DynamoDb;

beforeAll(async () => {
  engine = await startTestEngine();
  proxy = await startFaultProxy(engine.engine.endpoint ?? "");
  db = createDynamoDb({ endpoint: proxy.endpoint, tableName: prefixed("") });
  await ensureTables(db, { "domain-events": tables["domain-events"] });
});
afterAll(async () => {
  db.close();
  await proxy.close();
  await engine.close();
});

const get = (streamId: string) =>
  db.client.send(new GetCommand({ TableName: db.tableName("domain-events"), Key: { streamId, version: 1 } }));

it("gives a request up that nobody answers, and sends it again", async () => {
  let asked = 0;
  proxy.inject(({ operation }) => {
    if (operation !== "GetItem") return undefined;
    asked += 1;
    return asked === 1 ? { kind: "hang" } : undefined;
  });
  expect((await get("Test-absent")).Item).toBeUndefined();
  expect(asked).toBe(2);
});

it("asks once whether a condition holds, also where this machine's clock is an hour off", async () => {
  const now = Date.now.bind(Date);
  const clock = vi.spyOn(Date, "now").mockImplementation(() => now() + 3_600_000);
  try {
    const put = () =>
      db.client.send(
        new PutCommand({
          TableName: db.tableName("domain-events"),
          Item: { streamId: "Test-1", version: 1 },
          ConditionExpression: "attribute_not_exists(streamId)",
        }),
      );
    await put();
    const before = proxy.requests;
    await expect(put()).rejects.toThrow("The conditional request failed");
    expect(proxy.requests - before).toBe(1);
  } finally {
    clock.mockRestore();
  }
});

it("sends a burst that takes longer than a request may, each request once", async () => {
  // Five rounds of 1.2 s: those of the last one wait longer than the client waits for an answer.
  proxy.inject(({ operation }) => (operation === "GetItem" ? { kind: "delay", milliseconds: 1_200 } : undefined));
  const before = proxy.requests;
  const burst = Array.from({ length: 640 }, (_, n) => get(`Test-burst-${n}`));
  expect((await Promise.all(burst)).every(({ Item }) => Item === undefined)).toBe(true);
  expect(proxy.requests - before).toBe(640);
  proxy.inject(() => undefined);
}, 30_000);

it("says what is missing where neither the environment nor a profile names a region", async () => {
  for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION"]) vi.stubEnv(name, undefined);
  for (const name of ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"]) vi.stubEnv(name, "/nonexistent");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
  const onAws = createDynamoDb({ tableName: prefixed("") });
  try {
    const asked = onAws.client.send(new GetCommand({ TableName: "domain-events", Key: { streamId: "a", version: 1 } }));
    await expect(asked).rejects.toThrow(/^AWS_REGION is not set/);
  } finally {
    onAws.close();
    vi.unstubAllEnvs();
  }
});
