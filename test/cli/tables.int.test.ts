/** `opsledger tables`: says what is there, and what to do where it is not as declared; changes what it is asked to. */
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { access } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { tables } from "../../src/cli/commands/tables.js";
import { ensureTables, toCreateTable } from "../../src/store/dynamodb/createTables.js";
import type { DynamoDb } from "../../src/store/dynamodb/client.js";
import { prefixed, tableNames, tables as declared } from "../../src/store/tables.js";
import type { TableDefinition } from "../../src/store/tables.js";
import { indexChangesConformance } from "../conformance/indexChanges.conformance.js";
import { startTestEngine } from "../support/engine.js";
import type { TestEngine } from "../support/engine.js";

let engine: TestEngine;
let printed: string[] = [];
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());
beforeEach(() => {
  printed = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
  vi.spyOn(console, "error").mockImplementation((line: string) => void printed.push(line));
});
afterEach(() => vi.restoreAllMocks());

/** Tables of an environment of their own, and what the command is told of them. */
function environmentFor(prefix: string, at = engine) {
  const db = at.db({ tableName: prefixed(prefix) });
  return { db, environment: { TABLE_PREFIX: prefix, DYNAMODB_ENDPOINT: at.engine.endpoint } };
}

const diffLines = () => printed.filter((line) => line.includes(" -> ")).map((line) => line.replace(/ {2,}/g, " "));

async function drop(db: DynamoDb, ...names: readonly string[]): Promise<void> {
  for (const TableName of names) await db.client.send(new DeleteTableCommand({ TableName }));
}

/** The incidents' table without its second index, as a release before that index has made it. */
async function createWithoutGsi2(db: DynamoDb): Promise<void> {
  const definition: TableDefinition = declared["aegis-incidents"];
  const indexes = definition.indexes.filter(({ name }) => name !== "GSI2");
  await db.client.send(
    new CreateTableCommand(toCreateTable(db.tableName("aegis-incidents"), { ...definition, indexes })),
  );
}

describe("tables that are as declared", () => {
  it("are said to be, with what the engine does not tell, and the command ends with 0", async () => {
    const { db, environment } = environmentFor("same-");
    await ensureTables(db);
    expect(await tables({ diff: true }, environment)).toBe(0);
    expect(printed).toEqual([
      `${engine.engine.endpoint}: ${tableNames.length} of ${tableNames.length} tables.`,
      "Not told here: point-in-time recovery.",
      "Protected from deletion: 0 tables.",
      "No differences.",
    ]);
  });

  it("are created on request, once", async () => {
    const { db, environment } = environmentFor("made-");
    expect(await tables({ create: true }, environment)).toBe(0);
    expect(printed).toEqual(tableNames.map((table) => `created table ${db.tableName(table)}`));
    printed = [];
    await tables({ create: true }, environment);
    expect(printed).toEqual(["All tables are there."]);
  });

  it("are listed where nothing else is asked for", async () => {
    expect(await tables({}, { TABLE_PREFIX: "dev-" })).toBe(0);
    expect(printed).toContain("dev-aegis-incidents  (PK + SK)");
  });
});

describe("tables that are not as declared", () => {
  it("are told line by line with what to do, and nothing is changed", async () => {
    const { db, environment } = environmentFor("odd-");
    await ensureTables(db);
    await drop(db, "odd-Projects", "odd-aegis-incidents", "odd-domain-feed", "odd-domain-events");
    await createWithoutGsi2(db);
    const { stream: _, ...events } = declared["domain-events"];
    await db.client.send(new CreateTableCommand(toCreateTable("odd-domain-events", events)));
    const feed: TableDefinition = declared["domain-feed"];
    const badSortKey = { name: "position", type: "S" } as const;
    await db.client.send(new CreateTableCommand(toCreateTable("odd-domain-feed", { ...feed, sortKey: badSortKey })));
    await db.client.send(new CreateTableCommand(toCreateTable("odd-mirror", feed)));
    await db.client.send(
      new UpdateTableCommand({
        TableName: "odd-domain-timers",
        AttributeDefinitions: [{ AttributeName: "task", AttributeType: "S" }],
        GlobalSecondaryIndexUpdates: [
          {
            Create: {
              IndexName: "TaskIndex",
              KeySchema: [{ AttributeName: "task", KeyType: "HASH" }],
              Projection: { ProjectionType: "KEYS_ONLY" },
            },
          },
        ],
      }),
    );
    expect(await tables({ diff: true }, environment)).toBe(1);
    expect(diffLines()).toEqual([
      "odd-domain-events stream is absent should be NEW_IMAGE -> aws dynamodb update-table --stream-specification",
      'odd-domain-feed sort key is position (S) should be position (N) -> keys never change: make another table from the log (docs/guides/migrations.md, "Split a table")',
      "odd-domain-timers index TaskIndex is task (S), KEYS_ONLY should be absent -> opsledger tables --drop-index domain-timers/TaskIndex, once no server reads it",
      "odd-aegis-incidents time to live is absent should be ttl -> opsledger tables --create, or start a server",
      "odd-aegis-incidents index GSI2 is absent should be GSI2PK (S), GSI2SK (S), ALL -> opsledger tables --add-index aegis-incidents/GSI2",
      "odd-Projects table is absent should be there -> opsledger tables --create, or start a server",
      "odd-mirror table is there should be absent -> delete it, if nothing needs it: no declared table has this name",
    ]);
    expect(printed.at(-1)).toBe("7 differences.");
    printed = [];
    expect(await tables({ diff: true, json: true }, environment)).toBe(1);
    const told: unknown = JSON.parse(printed.join("\n"));
    expect(told).toMatchObject({ declared: tableNames.length, found: tableNames.length - 1 });
    expect(told).toHaveProperty("differences.4", {
      table: "odd-aegis-incidents",
      declaredAs: "aegis-incidents",
      aspect: "index",
      index: "GSI2",
      is: "absent",
      shouldBe: "GSI2PK (S), GSI2SK (S), ALL",
      remedy: "opsledger tables --add-index aegis-incidents/GSI2",
    });
  });

  it("without a prefix leaves tables of others alone, and names them", async () => {
    const other = await startTestEngine();
    const { db, environment } = environmentFor("", other);
    await ensureTables(db);
    await db.client.send(new CreateTableCommand(toCreateTable("of-somebody-else", declared["domain-feed"])));
    expect(await tables({ diff: true }, environment)).toBe(0);
    expect(printed).toContain("Not of the ledger, or of no release that is known here: of-somebody-else.");
    await other.close();
  });

  it("cannot be told where DynamoDB refuses to say: that ends with 2", async () => {
    const refusing = createServer((_request, response) => {
      response.statusCode = 400;
      response.end(JSON.stringify({ __type: "AccessDeniedException", message: "not you" }));
    });
    await once(refusing.listen(0, "127.0.0.1"), "listening");
    const { port } = refusing.address() as AddressInfo;
    expect(await tables({ diff: true }, { DYNAMODB_ENDPOINT: `http://127.0.0.1:${port}` })).toBe(2);
    expect(printed).toEqual(["The tables could not be compared: not you"]);
    refusing.close();
    expect(await tables({ diff: true }, { TABLE_PREFIX: "!" })).toBe(2);
    expect(printed[1]).toContain("TABLE_PREFIX");
  });
});

describe("an index", () => {
  it("is told of while it comes, and of an outcome", async () => {
    const { db, environment } = environmentFor("move-");
    await createWithoutGsi2(db);
    await tables({ addIndex: "aegis-incidents/GSI2" }, environment);
    expect(printed.at(-1)).toBe("GSI2 of move-aegis-incidents: added.");
    await tables({ create: true }, environment);
    printed = [];
    expect(await tables({ diff: true }, environment)).toBe(0);
    await tables({ addIndex: "aegis-incidents/GSI2" }, environment);
    expect(printed.at(-1)).toBe("GSI2 of move-aegis-incidents: there already.");
    await tables({ dropIndex: "aegis-incidents/GSI9" }, environment);
    expect(printed.at(-1)).toBe("GSI9 of move-aegis-incidents: not there.");
  });
});

indexChangesConformance("an index on Dynoxide", () => engine);

it("what is asked for in another form is refused", async () => {
  const { environment } = environmentFor("same-");
  await expect(tables({ addIndex: "GSI2" }, environment)).rejects.toThrow("GSI2 is no index: say <table>/<index>");
  await expect(tables({ addIndex: "nothing/GSI2" }, environment)).rejects.toThrow("nothing/GSI2 is no index");
  await expect(tables({ addIndex: "domain-timers/GSI2" }, environment)).rejects.toThrow(
    "domain-timers declares no index GSI2; it declares: DueIndex",
  );
  await expect(tables({ diff: true, create: true }, environment)).rejects.toThrow("one at a time");
});

it("a table that was made without a time to live gets it with --create", async () => {
  const { db, environment } = environmentFor("ttl-");
  await createWithoutGsi2(db);
  await tables({ addIndex: "aegis-incidents/GSI2" }, environment);
  await tables({ create: true }, environment);
  const input = { TableName: "ttl-aegis-incidents" };
  const { TimeToLiveDescription } = await db.client.send(new DescribeTimeToLiveCommand(input));
  expect(TimeToLiveDescription?.AttributeName).toBe("ttl");
  const { Table } = await db.client.send(new DescribeTableCommand(input));
  expect(Table?.TableStatus).toBe("ACTIVE");
});

it("says that there is no database, and makes none, where DATA_DIR is a folder that does not exist", async () => {
  const dataDir = join(tmpdir(), `opsledger-none-${randomUUID()}`);
  expect(await tables({ diff: true }, { DATA_DIR: dataDir })).toBe(2);
  expect(printed).toEqual([expect.stringContaining(`there is no database in ${dataDir}`)]);
  const change = tables({ addIndex: "aegis-incidents/GSI1" }, { DATA_DIR: dataDir });
  await expect(change).rejects.toThrow("there is no database");
  await expect(access(dataDir)).rejects.toThrow("ENOENT");
});
