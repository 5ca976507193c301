/** Creates the tables that are absent, and refuses to work on tables that are not as they are declared. */
import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import type {
  AttributeDefinition,
  CreateTableCommandInput,
  KeySchemaElement,
  Projection,
  TableDescription,
  TimeToLiveDescription,
} from "@aws-sdk/client-dynamodb";
import { tables as declaredTables } from "../tables.js";
import type { IndexDefinition, KeyAttribute, TableDefinition, TableName } from "../tables.js";
import type { DynamoDb } from "./client.js";
import { isUnavailability } from "./faults.js";

export type TableDefinitions = Partial<Readonly<Record<TableName, TableDefinition>>>;

/** Tables exist that are not as declared. Nothing was created or changed. */
export class TableMismatchError extends Error {
  /** One sentence for each difference, with the name of the table first. */
  constructor(readonly differences: readonly string[]) {
    super(`tables differ from what is declared; nothing was changed: ${differences.join("; ")}`);
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
    found === undefined ? [] : differencesOf(name, definition, found),
  );
  if (differences.length > 0) throw new TableMismatchError(differences);
  await Promise.all(inspected.map((one) => complete(db, one, activeWithinMilliseconds)));
  const created = inspected.filter(({ found }) => found === undefined);
  for (const { name } of created) log?.(`created table ${name}`);
  return created.map(({ table }) => table);
}

async function tellUnreachable({ client }: DynamoDb, error: unknown): Promise<never> {
  if (!(error instanceof Error) || !isUnavailability(error)) throw error;
  const endpoint = await client.config.endpoint?.();
  const port = endpoint?.port === undefined ? "" : `:${endpoint.port}`;
  throw new StoreUnreachableError(
    endpoint === undefined ? "on AWS" : `at ${endpoint.protocol}//${endpoint.hostname}${port}`,
    { cause: error },
  );
}

interface Found {
  readonly table: TableDescription;
  readonly timeToLive: TimeToLiveDescription;
}

interface Inspected {
  readonly name: string;
  readonly definition: TableDefinition;
  readonly found: Found | undefined;
}

async function inspect(db: DynamoDb, name: string): Promise<Found | undefined> {
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
  const keys = [partitionKey, sortKey, ...indexes.flatMap((index) => [index.partitionKey, index.sortKey])];
  const types = new Map(keys.flatMap((key) => (key === undefined ? [] : [[key.name, key.type] as const])));
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    KeySchema: toKeySchema(partitionKey, sortKey),
    ...(indexes.length === 0
      ? {}
      : {
          GlobalSecondaryIndexes: indexes.map((index) => ({
            IndexName: index.name,
            KeySchema: toKeySchema(index.partitionKey, index.sortKey),
            Projection: toProjection(index),
          })),
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

function toProjection({ projection }: IndexDefinition): Projection {
  if (projection === "ALL") return { ProjectionType: "ALL" };
  if (projection.length === 0) return { ProjectionType: "KEYS_ONLY" };
  return { ProjectionType: "INCLUDE", NonKeyAttributes: [...projection] };
}

/** What is compared of a table, as readable text by aspect. */
type Aspects = ReadonlyMap<string, string>;

function differencesOf(name: string, definition: TableDefinition, { table, timeToLive }: Found): readonly string[] {
  const wanted = aspectsOf(toCreateTable(name, definition), definition.timeToLive);
  // Off is not a difference: ensureTables makes up for it.
  const actual = aspectsOf(table, timeToLiveOf(timeToLive) ?? definition.timeToLive);
  const aspects = [...new Set([...wanted.keys(), ...actual.keys()])];
  return aspects
    .filter((aspect) => wanted.get(aspect) !== actual.get(aspect))
    .map((aspect) => `${name}: ${aspect} is ${actual.get(aspect) ?? "absent"}, not ${wanted.get(aspect) ?? "absent"}`);
}

/** What a description of a table and the input that creates one have in common. */
interface TableShape {
  readonly AttributeDefinitions?: readonly AttributeDefinition[] | undefined;
  readonly KeySchema?: readonly KeySchemaElement[] | undefined;
  readonly GlobalSecondaryIndexes?:
    | readonly {
        readonly IndexName?: string | undefined;
        readonly KeySchema?: readonly KeySchemaElement[] | undefined;
        readonly Projection?: Projection | undefined;
      }[]
    | undefined;
  readonly StreamSpecification?: TableDescription["StreamSpecification"];
}

function aspectsOf(shape: TableShape, timeToLive: string | undefined): Aspects {
  const types = new Map(
    shape.AttributeDefinitions?.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]),
  );
  const keyOf = (schema: readonly KeySchemaElement[] | undefined, type: "HASH" | "RANGE"): string | undefined => {
    const name = schema?.find(({ KeyType }) => KeyType === type)?.AttributeName;
    return name && `${name} (${types.get(name) ?? "?"})`;
  };
  const { StreamEnabled, StreamViewType } = shape.StreamSpecification ?? {};
  const aspects: readonly (readonly [string, string | undefined])[] = [
    ["partition key", keyOf(shape.KeySchema, "HASH")],
    ["sort key", keyOf(shape.KeySchema, "RANGE")],
    ["stream", StreamEnabled === true ? StreamViewType : undefined],
    ["time to live", timeToLive],
    ...(shape.GlobalSecondaryIndexes ?? []).flatMap(({ IndexName: index = "", KeySchema, Projection }) => [
      [`index ${index} partition key`, keyOf(KeySchema, "HASH")] as const,
      [`index ${index} sort key`, keyOf(KeySchema, "RANGE")] as const,
      [`index ${index} projection`, projectionText(Projection)] as const,
    ]),
  ];
  return new Map(aspects.flatMap(([aspect, text]) => (text === undefined ? [] : [[aspect, text] as const])));
}

function projectionText({ ProjectionType, NonKeyAttributes }: Projection = {}): string | undefined {
  return ProjectionType === "INCLUDE" ? `INCLUDE ${[...(NonKeyAttributes ?? [])].sort().join(", ")}` : ProjectionType;
}

/** The attribute that time to live is on for, or is being switched on for. */
function timeToLiveOf({ TimeToLiveStatus, AttributeName }: TimeToLiveDescription): string | undefined {
  return TimeToLiveStatus === "ENABLED" || TimeToLiveStatus === "ENABLING" ? AttributeName : undefined;
}
