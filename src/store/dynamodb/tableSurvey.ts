/** Looks at all tables of a ledger where they are, and says what is not as declared. Changes nothing. */
import { DescribeContinuousBackupsCommand, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { tableNames, tables as declaredTables } from "../tables.js";
import type { TableDefinition, TableName } from "../tables.js";
import type { DynamoDb } from "./client.js";
import { inspect, tellUnreachable } from "./createTables.js";
import { absent, shapeDifferences, stateDifferences } from "./tableDifferences.js";
import type { FoundTable, TableDifference } from "./tableDifferences.js";

export interface TableSurvey {
  readonly differences: readonly (TableDifference & { readonly declaredAs?: TableName })[];
  /** Tables that are there. */
  readonly found: number;
  readonly declared: number;
  /** Other tables, which need not be the ledger's, where there is no prefix to tell by. */
  readonly others: readonly string[];
  /** Tables that are protected from deletion. Whether they should be, the stage of a deployment says. */
  readonly protectedTables: number;
  /** What DynamoDB does not say here, as no embedded engine does. */
  readonly notTold: readonly string[];
}

export interface SurveyOptions {
  /** What the names of the ledger's tables begin with: another table that does is a difference. */
  readonly prefix: string;
  /** Whether the tables are those of a deployment to AWS. */
  readonly isDeployed: boolean;
  /** @default all that are declared */
  readonly tables?: Readonly<Record<TableName, TableDefinition>>;
}

/** Tables that are looked at at a time: DynamoDB allows few such requests each second. */
const atATime = 8;

/** Rejects where DynamoDB does not answer, or refuses to be asked. */
export async function surveyTables(db: DynamoDb, options: SurveyOptions): Promise<TableSurvey> {
  const { prefix, isDeployed, tables = declaredTables } = options;
  try {
    const names = await listTables(db, prefix);
    const looks: Look[] = [];
    for (let from = 0; from < tableNames.length; from += atATime) {
      const some = tableNames.slice(from, from + atATime);
      looks.push(...(await Promise.all(some.map((table) => lookAt(db, table, tables[table], isDeployed)))));
    }
    const ours = new Set<string>(tableNames.map(db.tableName));
    const others = names.filter((name) => !ours.has(name));
    const found = looks.flatMap((look) => (look.found === undefined ? [] : [look.found]));
    const tellsBackups = found.every(({ pointInTimeRecovery }) => pointInTimeRecovery !== undefined);
    return {
      differences: [
        ...looks.flatMap(({ table, differences }) => differences.map((one) => ({ ...one, declaredAs: table }))),
        ...(prefix === "" ? [] : others.map(toUnknown)),
      ],
      found: found.length,
      declared: tableNames.length,
      others: prefix === "" ? others : [],
      protectedTables: found.filter(({ table }) => table.DeletionProtectionEnabled === true).length,
      notTold: tellsBackups ? [] : ["point-in-time recovery"],
    };
  } catch (error) {
    return await tellUnreachable(db, error);
  }
}

interface Look {
  readonly table: TableName;
  readonly found: FoundTable | undefined;
  readonly differences: readonly TableDifference[];
}

async function lookAt(db: DynamoDb, table: TableName, definition: TableDefinition, isDeployed: boolean): Promise<Look> {
  const name = db.tableName(table);
  const shape = await inspect(db, name);
  if (shape === undefined) {
    const missing = { table: name, aspect: "table", is: absent, shouldBe: "there" };
    return { table, found: undefined, differences: [missing] };
  }
  const found = { ...shape, pointInTimeRecovery: await readPointInTimeRecovery(db, name) };
  const differences = [
    ...shapeDifferences(name, definition, found, { streams: isDeployed ? "deployed" : "local" }),
    ...stateDifferences(name, found, { isDeployed }),
  ];
  return { table, found, differences };
}

function toUnknown(table: string): TableDifference {
  return { table, aspect: "table", is: "there", shouldBe: absent };
}

async function readPointInTimeRecovery({ client }: DynamoDb, name: string): Promise<boolean | undefined> {
  try {
    const { ContinuousBackupsDescription: backups } = await client.send(
      new DescribeContinuousBackupsCommand({ TableName: name }),
    );
    return backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === "ENABLED";
  } catch (error) {
    if (error instanceof Error && error.name === "UnknownOperationException") return undefined;
    throw error;
  }
}

/** Names that begin with the prefix. */
async function listTables({ client }: DynamoDb, prefix: string): Promise<readonly string[]> {
  const names: string[] = [];
  let last: string | undefined;
  do {
    const { TableNames, LastEvaluatedTableName } = await client.send(
      new ListTablesCommand({ Limit: 100, ...(last === undefined ? {} : { ExclusiveStartTableName: last }) }),
    );
    names.push(...(TableNames ?? []));
    last = LastEvaluatedTableName;
  } while (last !== undefined);
  return names.filter((name) => name.startsWith(prefix));
}
