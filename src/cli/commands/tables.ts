/** `opsledger tables`: what tables there are to be, what is there, and the steps from the one to the other. */
import { parseConfig } from "../../config/config.js";
import type { Config } from "../../config/config.js";
import { ensureTables } from "../../store/dynamodb/createTables.js";
import { addIndex, dropIndex } from "../../store/dynamodb/indexChanges.js";
import { surveyTables } from "../../store/dynamodb/tableSurvey.js";
import type { TableSurvey } from "../../store/dynamodb/tableSurvey.js";
import { prefixed, tableNames, tables as declaredTables } from "../../store/tables.js";
import type { TableDefinition, TableName } from "../../store/tables.js";
import { interruptible } from "../progress.js";
import { connectToStore } from "../storeConnection.js";
import type { StoreConnection } from "../storeConnection.js";
import { remedyFor } from "../tableRemedies.js";
import { aligned, counted } from "../text.js";

export interface TablesCommandOptions {
  readonly diff?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly create?: boolean | undefined;
  /** `aegis-incidents/GSI1` */
  readonly addIndex?: string | undefined;
  readonly dropIndex?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What the command ends with. */
export const exitCodes = { same: 0, differs: 1, unknown: 2 } as const;

/** Does one thing, and returns the code to end with. */
export async function tables(options: TablesCommandOptions, environment: Environment): Promise<number> {
  const { diff, create, addIndex: added, dropIndex: dropped, json } = options;
  if ([diff, create, added, dropped].filter((one) => one !== undefined).length > 1) {
    throw new Error("--diff, --create, --add-index and --drop-index are asked for one at a time");
  }
  if (diff === true) return diffTables(environment, json === true ? "json" : "text");
  if (create === true) await withTables(environment, "made", createTables);
  else if (added !== undefined) await withTables(environment, "there", (at) => changeIndex(at, added, addIndex));
  else if (dropped !== undefined) await withTables(environment, "there", (at) => changeIndex(at, dropped, dropIndex));
  else listTables(environment);
  return exitCodes.same;
}

function listTables(environment: Environment): void {
  const name = prefixed(parseConfig(environment).tablePrefix);
  for (const table of tableNames) {
    const { partitionKey, sortKey, indexes, timeToLive, stream, purpose }: TableDefinition = declaredTables[table];
    const key = [partitionKey, ...(sortKey === undefined ? [] : [sortKey])]
      .map((attribute) => attribute.name)
      .join(" + ");
    console.log(`${name(table)}  (${key})`);
    console.log(`  ${purpose}`);
    for (const index of indexes) console.log(`  ${index.name}: ${index.purpose}`);
    if (timeToLive !== undefined) console.log(`  time to live: ${timeToLive}`);
    if (stream !== undefined) console.log(`  stream: ${stream}`);
  }
}

async function withTables<T>(
  environment: Environment,
  database: "made" | "there",
  work: (at: StoreConnection) => Promise<T>,
): Promise<T> {
  const connection = await connectToStore(environment, { tables: "as they are", database });
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

/** Whoever compares in a script must know "they differ" from "nobody knows", so nothing is thrown. */
async function diffTables(environment: Environment, format: "text" | "json"): Promise<number> {
  try {
    return await withTables(environment, "there", async ({ db, config, description }) => {
      const isDeployed = isOnAws(config);
      const survey = await surveyTables(db, { prefix: config.tablePrefix, isDeployed });
      const differences = survey.differences.map((one) => ({ ...one, remedy: remedyFor(one, { isDeployed }) }));
      if (format === "json") console.log(JSON.stringify({ where: description, ...survey, differences }, undefined, 2));
      else print(description, { ...survey, differences });
      return differences.length === 0 ? exitCodes.same : exitCodes.differs;
    });
  } catch (error) {
    console.error(`The tables could not be compared: ${error instanceof Error ? error.message : String(error)}`);
    return exitCodes.unknown;
  }
}

/** Whether the tables are of a deployment: at an endpoint of our own something else stands in for DynamoDB. */
function isOnAws({ dynamodbEndpoint, engine }: Pick<Config, "dynamodbEndpoint" | "engine">): boolean {
  if (dynamodbEndpoint === undefined) return engine === "aws";
  return /\.amazonaws\.com(\.cn)?$/.test(new URL(dynamodbEndpoint).hostname);
}

interface RemediedSurvey extends TableSurvey {
  readonly differences: readonly (TableSurvey["differences"][number] & { readonly remedy: string })[];
}

function print(where: string, survey: RemediedSurvey): void {
  const { differences, found, declared, others, notTold, protectedTables } = survey;
  console.log(`${where}: ${found} of ${counted(declared, "table")}.`);
  const lines = differences.map(({ table, aspect, index, is, shouldBe, remedy }) => [
    table,
    index === undefined ? aspect : aspect.replace(/^index/, `index ${index}`),
    `is ${is}`,
    `should be ${shouldBe}`,
    `-> ${remedy}`,
  ]);
  for (const line of aligned(lines)) console.log(line);
  if (others.length > 0) console.log(`Not of the ledger, or of no release that is known here: ${others.join(", ")}.`);
  if (notTold.length > 0) console.log(`Not told here: ${notTold.join(", ")}.`);
  console.log(`Protected from deletion: ${counted(protectedTables, "table")}.`);
  console.log(differences.length === 0 ? "No differences." : `${counted(differences.length, "difference")}.`);
}

async function createTables({ db }: StoreConnection): Promise<void> {
  const created = await ensureTables(db, declaredTables, { log: (line) => console.log(line) });
  if (created.length === 0) console.log("All tables are there.");
}

async function changeIndex({ db }: StoreConnection, place: string, change: typeof addIndex | typeof dropIndex) {
  const [tableName = "", index = "", ...more] = place.split("/");
  const table = tableNames.find((name): name is TableName => name === tableName);
  if (table === undefined || index === "" || more.length > 0) {
    throw new Error(`${place} is no index: say <table>/<index>, with the table as opsledger tables lists it`);
  }
  const outcome = await interruptible("go on with the same command", (signal) =>
    change(db, table, index, { log: (line) => console.log(line), signal }),
  );
  console.log(`${index} of ${db.tableName(table)}: ${outcome}.`);
}
