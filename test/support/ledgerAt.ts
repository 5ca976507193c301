/** A ledger on tables that are there already, whose clock a test sets: for what happened long ago, or at the same moment. */
import { createFolderObjectStore } from "../../src/adapters/objectStore/folder.js";
import { parseConfig } from "../../src/config/config.js";
import type { Actor } from "../../src/domain/kernel/event.js";
import type { Instant } from "../../src/domain/kernel/time.js";
import { createLogger } from "../../src/observability/logger.js";
import { createLedger } from "../../src/server/ledger.js";
import type { Ledger } from "../../src/server/ledger.js";
import type { DynamoDb } from "../../src/store/dynamodb/client.js";
import type { Engine } from "../../src/store/engine/index.js";

export interface LedgerAt extends Ledger {
  /** What its clock shows from now on. */
  setClock(now: Instant): void;
}

/** It feeds nothing and has no chores; what it writes is fed by the server of the tables, if there is one. */
export function ledgerAt(
  now: Instant,
  { db, engine, dataDir }: { readonly db: DynamoDb; readonly engine: Engine; readonly dataDir: string },
): LedgerAt {
  let current = now;
  const ledger = createLedger({
    db,
    feedDb: db,
    address: engine,
    contiguousSequenceNumbers: engine.contiguousSequenceNumbers,
    feedLogs: parseConfig({}).feedLogs,
    objects: createFolderObjectStore({ folder: dataDir }),
    logger: createLogger({ level: "silent" }),
    clock: { now: () => current },
  });
  return { ...ledger, setClock: (instant) => void (current = instant) };
}

/** A request of a person who may see everything. */
export function requestBy(id: string): {
  readonly actor: Actor;
  readonly scope: "all";
  readonly correlationId: string;
} {
  return { actor: { kind: "USER", id }, scope: "all", correlationId: "test" };
}
