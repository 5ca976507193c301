/** A deployed ledger on one engine: callers that write to the log, and the feeder function that feeds what they have written. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Instant } from "../../../src/domain/kernel/index.js";
import { createFeederFunction } from "../../../src/lambda/feeder.js";
import { createStreamsClient } from "../../../src/store/dynamodb/client.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import { prefixed } from "../../../src/store/tables.js";
import { startTestEngine } from "../../support/engine.js";
import { ledgerAt, requestBy } from "../../support/ledgerAt.js";
import type { LedgerAt } from "../../support/ledgerAt.js";
import { recordRights } from "../../support/rights.js";
import type { RightsRecorder } from "../../support/rights.js";
import { contextOf } from "./functions.js";
import { eventOf, readLogStream } from "./streams.js";

export interface FunctionWorld {
  /** Of the engine itself. */
  readonly endpoint: string;
  readonly db: DynamoDb;
  /** What callers use; its clock shows `now` until it is set. */
  callers(now: Instant): LedgerAt;
  /** Hands what is new in the log's stream to the feeder function. */
  feed(): Promise<void>;
  /** For a program of its own. */
  record(): Promise<RightsRecorder>;
  close(): Promise<void>;
}

export async function startFunctionWorld(): Promise<FunctionWorld> {
  const { engine, db: client, close } = await startTestEngine();
  const endpoint = engine.endpoint ?? "";
  const db = client({ tableName: prefixed("") });
  await ensureTables(db);
  const dataDir = await mkdtemp(join(tmpdir(), "opsledger-test-"));
  const streams = createStreamsClient(engine);
  const news = readLogStream(db, streams);
  const feeder = createFeederFunction({ environment: { DYNAMODB_ENDPOINT: endpoint, LOG_LEVEL: "silent" } });
  const recorders: RightsRecorder[] = [];
  const ledgers: LedgerAt[] = [];
  return {
    endpoint,
    db,
    callers: (now) => {
      const ledger = ledgerAt(now, { db, engine, dataDir });
      ledgers.push(ledger);
      return ledger;
    },
    feed: async () => {
      const { batchItemFailures } = await feeder.handler(eventOf(await news()), contextOf());
      if (batchItemFailures.length > 0) throw new Error(JSON.stringify(batchItemFailures));
    },
    record: async () => {
      const recorder = await recordRights(endpoint);
      recorders.push(recorder);
      return recorder;
    },
    close: async () => {
      for (const ledger of ledgers) await ledger.close();
      for (const recorder of recorders) await recorder.close();
      streams.destroy();
      await close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const ada = requestBy("ada");

/** An incident of these callers; resolved where `to` says so. */
export async function anIncident(callers: LedgerAt, to?: "RESOLVED"): Promise<string> {
  const { incidentId } = await callers.incidents.declare(
    { title: "Payments fail", severity: "P1", services: ["payment-service"] },
    ada,
  );
  if (to !== undefined) await callers.incidents.change(incidentId, "ChangeStatus", { to }, ada);
  return incidentId;
}

/** Names and counts of requests, for a test to read. */
export function countsOf(recorder: RightsRecorder): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const operation of recorder.operations()) found[operation] = (found[operation] ?? 0) + 1;
  return found;
}
