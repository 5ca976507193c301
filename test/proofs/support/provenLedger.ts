/** A ledger with incidents of every kind, all of it fed: what the tests of the proofs tamper with. */
import { DeleteCommand, GetCommand, PutCommand, ScanCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addDays } from "../../../src/domain/kernel/time.js";
import type { Instant } from "../../../src/domain/kernel/time.js";
import { createProofDeps } from "../../../src/server/proofDeps.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import { primaryKeyOf } from "../../../src/store/dynamodb/rowWrite.js";
import type { Item } from "../../../src/store/dynamodb/rowWrite.js";
import { describeDifference } from "../../../src/store/proofs/difference.js";
import type { ProofDeps } from "../../../src/store/proofs/proofDeps.js";
import { verifyLedger } from "../../../src/store/proofs/verify.js";
import type { VerifyOptions, VerifyResult } from "../../../src/store/proofs/verify.js";
import type { TableName } from "../../../src/store/tables.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { ledgerAt, requestBy } from "../../support/ledgerAt.js";
import type { LedgerAt } from "../../support/ledgerAt.js";

export const day0: Instant = "2025-01-15T10:30:00.000Z";

export interface ProvenLedger {
  readonly engine: TestEngine;
  readonly db: DynamoDb;
  readonly deps: ProofDeps;
  readonly ledger: LedgerAt;
  /** Sets the clock of ledger and proofs. */
  setClock(now: Instant): void;
  verify(options?: VerifyOptions): Promise<Verified>;
  close(): Promise<void>;
}

export interface Verified extends VerifyResult {
  /** The differences, a line each. */
  readonly lines: readonly string[];
}

export async function verified(deps: ProofDeps, options: VerifyOptions = {}): Promise<Verified> {
  const lines: string[] = [];
  const result = await verifyLedger(deps, {
    ...options,
    onDifference: (difference) => lines.push(describeDifference(difference)),
  });
  return { ...result, lines };
}

/** A ledger in tables of its own; of an engine that runs already where one is given. */
export async function startProvenLedger(running?: TestEngine): Promise<ProvenLedger> {
  const engine = running ?? (await startTestEngine());
  const db = engine.db();
  await ensureTables(db);
  const dataDir = await mkdtemp(join(tmpdir(), "opsledger-proofs-"));
  const ledger = ledgerAt(day0, { db, engine: engine.engine, dataDir });
  let now = day0;
  const deps = createProofDeps(db, { now: () => now });
  return {
    engine,
    db,
    deps,
    ledger,
    setClock(instant) {
      now = instant;
      ledger.setClock(instant);
    },
    verify: (options) => verified(deps, options),
    async close() {
      await ledger.close();
      await rm(dataDir, { recursive: true, force: true });
      if (running === undefined) await engine.close();
    },
  };
}

export const ada = requestBy("ada");
const ben = requestBy("ben");

/** Incidents with everything that an incident can have: roles, comments, pins, merges, ends, reopenings. */
export async function fill(test: ProvenLedger): Promise<{ readonly incidentIds: readonly string[] }> {
  const { ledger } = test;
  const { incidents } = ledger;
  const declare = async (title: string, key: string) => {
    const severity = "P2" as const;
    const input = { title, severity, services: ["payments", "search"], labels: { team: "a" }, commander: "ada" };
    return (await incidents.declare(input, { ...ada, idempotencyKey: key })).incidentId;
  };
  const [open, closed, reopened, merged] = [
    await declare("Open", "k1"),
    await declare("Closed", "k2"),
    await declare("Reopened", "k3"),
    await declare("Merged", "k4"),
  ];
  for (const id of [open, closed, reopened]) {
    const comment = await incidents.addComment(id, { text: "first" }, ben);
    await incidents.addComment(id, { text: "second" }, ada);
    const { entry } = comment;
    if (entry?.event.type !== "IncidentCommentAdded") throw new Error("no comment");
    const ref = { id: entry.event.data.commentId, at: entry.recordedAt };
    await incidents.change(id, "EditComment", { comment: ref, text: "first, edited" }, ben);
    const noted = await incidents.change(id, "RecordEntry", { text: "noted" }, ada);
    if (noted.entry === undefined) throw new Error("no entry");
    await incidents.change(id, "PinEntry", { entry: { id: noted.entry.entryId, at: noted.entry.occurredAt } }, ada);
    await incidents.change(id, "AssignRole", { personId: "cleo", role: "SCRIBE" }, ada);
    await incidents.change(id, "RemoveService", { service: "search" }, { ...ada, idempotencyKey: `remove ${id}` });
    await incidents.attachSummary(id, { text: "In short" }, ada);
  }
  for (const id of [closed, reopened]) {
    await incidents.change(id, "ChangeStatus", { to: "RESOLVED" }, ada);
    await incidents.change(id, "ChangeStatus", { to: "CLOSED" }, ada);
  }
  await incidents.merge(merged, open, undefined, ada);
  await ledger.retention.run();
  test.setClock(addDays(day0, 100));
  await incidents.change(reopened, "Reopen", { reason: "again" }, ada);
  await ledger.retention.run();
  await ledger.start();
  return { incidentIds: [open, closed, reopened, merged] };
}

/** Every item of a table. */
export async function itemsOf(db: DynamoDb, table: TableName): Promise<Item[]> {
  const { Items = [] } = await db.client.send(
    new ScanCommand({ TableName: db.tableName(table), Limit: 5_000, ConsistentRead: true }),
  );
  return Items;
}

/** The only item of a table that `matches`. */
export async function theItem(db: DynamoDb, table: TableName, matches: (item: Item) => boolean): Promise<Item> {
  const [item, ...others] = (await itemsOf(db, table)).filter(matches);
  if (item === undefined || others.length > 0) throw new Error(`${others.length + (item === undefined ? 0 : 1)} items`);
  return item;
}

export async function put(db: DynamoDb, table: TableName, item: Item): Promise<void> {
  await db.client.send(new PutCommand({ TableName: db.tableName(table), Item: { ...item } }));
}

export async function remove(db: DynamoDb, table: TableName, item: Item): Promise<void> {
  await db.client.send(new DeleteCommand({ TableName: db.tableName(table), Key: { ...primaryKeyOf(table, item) } }));
}

export async function setAttribute(
  db: DynamoDb,
  table: TableName,
  item: Item,
  name: string,
  value: unknown,
): Promise<void> {
  await db.client.send(
    new UpdateCommand({
      TableName: db.tableName(table),
      Key: { ...primaryKeyOf(table, item) },
      UpdateExpression: "SET #name = :value",
      ExpressionAttributeNames: { "#name": name },
      ExpressionAttributeValues: { ":value": value },
    }),
  );
}

export async function get(db: DynamoDb, table: TableName, item: Item): Promise<Item | undefined> {
  const { Item: found } = await db.client.send(
    new GetCommand({ TableName: db.tableName(table), Key: { ...primaryKeyOf(table, item) }, ConsistentRead: true }),
  );
  return found;
}
