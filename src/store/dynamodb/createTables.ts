/** Creates the tables that are absent, and refuses to work on tables that are not as they are declared. */
import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import type { CreateTableCommandInput, KeySchemaElement } from "@aws-sdk/client-dynamodb";
import { tables as declaredTables } from "../tables.js";
import type { IndexDefinition, KeyAttribute, TableDefinition, TableName } from "../tables.js";
import type { DynamoDb } from "./client.js";
import { isUnavailability } from "./faults.js";
import { describeTableDifference, shapeDifferences, timeToLiveOf, toProjection } from "./tableDifferences.js";
import type { FoundTable } from "./tableDifferences.js";

export type TableDefinitions = Partial<Readonly<Record<TableName, TableDefinition>>>;

/** Tables exist that are not as declared. Nothing was created or changed. */
export class TableMismatchError extends Error {
  /** One sentence for each difference, with the name of the table first. */
  constructor(readonly differences: readonly string[]) {
    super(
      `tables differ from what is declared; nothing was changed: ${differences.join("; ")} (opsledger tables --diff says what to do)`,
    );
    this.name = "TableMismatchError";
  }
}

/** DynamoDB does not answer, or keeps refusing. The message names where it was looked for. */
export class StoreUnreachableError extends Error {
  constructor(where: string, options: { readonly cause: Error }) {
    super(
      `DynamoDB ${where} does not answer (${options.cause.message || options.cause.name}). Start it, or set DYNAMODB_ENDPOINT to where it is.`,
      options,
    );
    this.name = "StoreUnreachableError";
  }
}

export interface EnsureTablesOptions {
  /** Takes a line for each table that was created. @default nothing */
  readonly log?: (line: string) => void;
  /** How long a table may take to become ACTIVE. @default 120,000, longer than AWS takes for one with indexes */
  readonly activeWithinMilliseconds?: number;
}

/**
 * Creates absent tables with their indexes, stream and time to live, and returns their names once all can be used. Looks at
 * all tables before it creates one. A time to live that is declared and off is switched on: it is the last step of a
 * creation, which a crash may have cut short. Throws {@link TableMismatchError} where any table differs in another way,
 * {@link StoreUnreachableError} where nobody answers, a plain error where a table does not become ACTIVE in time.
 */
export async function ensureTables(
  db: DynamoDb,
  tables: TableDefinitions = declaredTables,
  { log, activeWithinMilliseconds = 120_000 }: EnsureTablesOptions = {},
): Promise<readonly TableName[]> {
  const declared = (Object.keys(declaredTables) as TableName[]).flatMap((table) => {
    const definition = tables[table];
    return definition === undefined ? [] : [{ table, name: db.tableName(table), definition }];
  });
  const inspected = await Promise.all(
    declared.map(async (one) => ({ ...one, found: await inspect(db, one.name) })),
  ).catch((error: unknown) => tellUnreachable(db, error));
  const differences = inspected.flatMap(({ name, definition, found }) =>
    found === undefined ? [] : differencesThatCount(name, definition, found),
  );
  if (differences.length > 0) throw new TableMismatchError(differences.map(describeTableDifference));
  await Promise.all(inspected.map((one) => complete(db, one, activeWithinMilliseconds)));
  const created = inspected.filter(({ found }) => found === undefined);
  for (const { name } of created) log?.(`created table ${name}`);
  return created.map(({ table }) => table);
}

/** All that cannot be made up for at once. */
function differencesThatCount(name: string, definition: TableDefinition, found: FoundTable) {
  const isOff = timeToLiveOf(found.timeToLive) === undefined;
  return shapeDifferences(name, definition, found, { streams: "either" }).filter(
    ({ aspect }) => aspect !== "time to live" || !isOff,
  );
}

/** Says where DynamoDB was looked for, if it is that it does not answer. */
export async function tellUnreachable({ client }: DynamoDb, error: unknown): Promise<never> {
  if (!(error instanceof Error) || !isUnavailability(error)) throw error;
  const endpoint = await client.config.endpoint?.();
  const port = endpoint?.port === undefined ? "" : `:${endpoint.port}`;
  throw new StoreUnreachableError(
    endpoint === undefined ? "on AWS" : `at ${endpoint.protocol}//${endpoint.hostname}${port}`,
    { cause: error },
  );
}

interface Inspected {
  readonly name: string;
  readonly definition: TableDefinition;
  readonly found: FoundTable | undefined;
}

/** A table as it is; undefined where there is none. */
export async function inspect(db: DynamoDb, name: string): Promise<FoundTable | undefined> {
  try {
    const [{ Table: table }, { TimeToLiveDescription: timeToLive }] = await Promise.all([
      db.client.send(new DescribeTableCommand({ TableName: name })),
      db.client.send(new DescribeTimeToLiveCommand({ TableName: name })),
    ]);
    return table && { table, timeToLive: timeToLive ?? {} };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** Takes a table from where it was found to where it can be used. */
async function complete(
  db: DynamoDb,
  { name, definition, found }: Inspected,
  withinMilliseconds: number,
): Promise<void> {
  if (found === undefined) await create(db, name, definition);
  if (found?.table.TableStatus !== "ACTIVE") await untilActive(db, name, withinMilliseconds);
  const { timeToLive } = definition;
  if (timeToLive === undefined || (found !== undefined && timeToLiveOf(found.timeToLive) !== undefined)) return;
  await db.client.send(
    new UpdateTimeToLiveCommand({
      TableName: name,
      TimeToLiveSpecification: { Enabled: true, AttributeName: timeToLive },
    }),
  );
}

async function create(db: DynamoDb, name: string, definition: TableDefinition): Promise<void> {
  try {
    await db.client.send(new CreateTableCommand(toCreateTable(name, definition)));
  } catch (error) {
    // Another process that starts at the same time was faster, with the same declaration.
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}

async function untilActive(db: DynamoDb, name: string, withinMilliseconds: number): Promise<void> {
  const deadline = performance.now() + withinMilliseconds;
  for (let pause = 5; ; pause = Math.min(2 * pause, 1_000)) {
    const { Table } = await db.client.send(new DescribeTableCommand({ TableName: name }));
    if (Table?.TableStatus === "ACTIVE") return;
    if (performance.now() > deadline) throw new Error(`table ${name} is still ${Table?.TableStatus ?? "absent"}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** A table as the input of CreateTable. */
export function toCreateTable(name: string, { partitionKey, sortKey, indexes, stream }: TableDefinition) {
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: toAttributeDefinitions([{ partitionKey, sortKey }, ...indexes]),
    KeySchema: toKeySchema(partitionKey, sortKey),
    ...(indexes.length === 0
      ? {}
      : {
          GlobalSecondaryIndexes: indexes.map(toIndexInput),
        }),
    ...(stream === undefined ? {} : { StreamSpecification: { StreamEnabled: true, StreamViewType: stream } }),
  } satisfies CreateTableCommandInput;
}

function toKeySchema(partitionKey: KeyAttribute, sortKey: KeyAttribute | undefined): KeySchemaElement[] {
  return [
    { AttributeName: partitionKey.name, KeyType: "HASH" },
    ...(sortKey === undefined ? [] : [{ AttributeName: sortKey.name, KeyType: "RANGE" } as const]),
  ];
}

/** An index as a part of the inputs that create it, with its table or later. */
export function toIndexInput(index: IndexDefinition) {
  return {
    IndexName: index.name,
    KeySchema: toKeySchema(index.partitionKey, index.sortKey),
    Projection: toProjection(index),
  };
}

/** The attributes that keys of the table and its indexes are made of, each once. */
export function toAttributeDefinitions(
  keys: readonly { readonly partitionKey: KeyAttribute; readonly sortKey?: KeyAttribute | undefined }[],
) {
  const attributes = keys.flatMap(({ partitionKey, sortKey }) => [partitionKey, ...(sortKey ? [sortKey] : [])]);
  const types = new Map(attributes.map(({ name, type }) => [name, type] as const));
  return [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
}
