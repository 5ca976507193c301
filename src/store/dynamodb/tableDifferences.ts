/** What a table is, beside what it is declared to be: for the start of a server, and for `opsledger tables --diff`. */
import type {
  AttributeDefinition,
  GlobalSecondaryIndexDescription,
  KeySchemaElement,
  Projection,
  TableDescription,
  TimeToLiveDescription,
} from "@aws-sdk/client-dynamodb";
import { tableDefaults } from "../tables.js";
import type { IndexDefinition, KeyAttribute, TableDefinition } from "../tables.js";

/** A table as DynamoDB describes it. */
export interface FoundTable {
  readonly table: TableDescription;
  readonly timeToLive: TimeToLiveDescription;
  /** Undefined where it does not tell, as an embedded engine. */
  readonly pointInTimeRecovery?: boolean | undefined;
}

/** One thing about a table that is not as it is declared. */
export interface TableDifference {
  /** The table's name where it is. */
  readonly table: string;
  /** `table`, `sort key`, `index`, `index projection`, `stream` ... */
  readonly aspect: string;
  /** The index that it is about. */
  readonly index?: string | undefined;
  /** As a person reads it; `absent` where there is nothing. */
  readonly is: string;
  readonly shouldBe: string;
}

/**
 * Which stream is right for a table that has one only where it is deployed: that one, none, or either, for programs that use the
 * tables of both.
 */
export type StreamsOf = "deployed" | "local" | "either";

export const absent = "absent";

/** Differences in what a table is for good, or for long: keys, indexes, stream, time to live. */
export function shapeDifferences(
  name: string,
  definition: TableDefinition,
  { table, timeToLive }: FoundTable,
  { streams }: { readonly streams: StreamsOf },
): readonly TableDifference[] {
  const types = attributeTypes(table.AttributeDefinitions);
  const { stream, deployedStream } = definition;
  const found = streamOf(table);
  const deployed = stream ?? deployedStream;
  const isRightToo = streams === "either" && found === deployed;
  const wantedStream = streams === "deployed" || isRightToo ? deployed : stream;
  return [
    ...compare(name, [
      ["partition key", foundKey(table.KeySchema, "HASH", types), keyText(definition.partitionKey)],
      ["sort key", foundKey(table.KeySchema, "RANGE", types), keyText(definition.sortKey)],
      ["stream", found, wantedStream],
      ["time to live", timeToLiveOf(timeToLive), definition.timeToLive],
    ]),
    ...indexDifferences(name, definition.indexes, table.GlobalSecondaryIndexes ?? [], types),
  ];
}

/** Differences in what can be switched or ends by itself: status, billing, and, where the table is deployed, backups. */
export function stateDifferences(
  name: string,
  { table, pointInTimeRecovery }: FoundTable,
  { isDeployed }: { readonly isDeployed: boolean },
): readonly TableDifference[] {
  const onOrOff = (isOn: boolean) => (isOn ? "on" : "off");
  const recovery = tableDefaults.pointInTimeRecovery;
  return [
    ...compare(name, [
      ["status", table.TableStatus, "ACTIVE"],
      // DynamoDB leaves it out of the description of a table that never had another mode.
      ["billing mode", table.BillingModeSummary?.BillingMode ?? "PROVISIONED", tableDefaults.billingMode],
    ]),
    ...(isDeployed && pointInTimeRecovery !== undefined
      ? compare(name, [["point-in-time recovery", onOrOff(pointInTimeRecovery), onOrOff(recovery)]])
      : []),
    ...(table.GlobalSecondaryIndexes ?? []).flatMap(({ IndexName: index, IndexStatus, Backfilling }) => {
      const status = Backfilling === true ? `${IndexStatus ?? "?"} (being filled)` : IndexStatus;
      return compare(name, [["index status", status, "ACTIVE"]], index);
    }),
  ];
}

/** One difference, as a sentence that begins with the table's name. */
export function describeTableDifference({ table, aspect, index, is, shouldBe }: TableDifference): string {
  const what = index === undefined ? aspect : aspect.replace(/^index/, `index ${index}`);
  return `${table}: ${what} is ${is}, not ${shouldBe}`;
}

/** The attribute that time to live is on for, or is being switched on for. */
export function timeToLiveOf({ TimeToLiveStatus, AttributeName }: TimeToLiveDescription): string | undefined {
  return TimeToLiveStatus === "ENABLED" || TimeToLiveStatus === "ENABLING" ? AttributeName : undefined;
}

/** What a declared index carries, as DynamoDB says it. */
export function toProjection({ projection }: IndexDefinition): Projection {
  if (projection === "ALL") return { ProjectionType: "ALL" };
  if (projection.length === 0) return { ProjectionType: "KEYS_ONLY" };
  return { ProjectionType: "INCLUDE", NonKeyAttributes: [...projection] };
}

type Types = ReadonlyMap<string, string>;

function indexDifferences(
  name: string,
  declared: readonly IndexDefinition[],
  existing: readonly GlobalSecondaryIndexDescription[],
  types: Types,
): readonly TableDifference[] {
  const names = new Set([...declared.map((index) => index.name), ...existing.map(({ IndexName = "" }) => IndexName)]);
  return [...names].flatMap((indexName) => {
    const wanted = declared.find((index) => index.name === indexName);
    const found = existing.find(({ IndexName }) => IndexName === indexName);
    const wantedParts = wanted && [keyText(wanted.partitionKey), keyText(wanted.sortKey), text(toProjection(wanted))];
    const foundParts = found && [
      foundKey(found.KeySchema, "HASH", types),
      foundKey(found.KeySchema, "RANGE", types),
      text(found.Projection),
    ];
    if (wantedParts === undefined || foundParts === undefined) {
      return compare(name, [["index", together(foundParts), together(wantedParts)]], indexName);
    }
    const aspects = ["index partition key", "index sort key", "index projection"];
    return compare(
      name,
      aspects.map((aspect, part) => [aspect, foundParts[part], wantedParts[part]]),
      indexName,
    );
  });
}

function compare(
  table: string,
  aspects: readonly (readonly [aspect: string, is: string | undefined, shouldBe: string | undefined])[],
  index?: string,
): readonly TableDifference[] {
  return aspects
    .filter(([, is, shouldBe]) => is !== shouldBe)
    .map(([aspect, is = absent, shouldBe = absent]) => ({
      table,
      aspect,
      ...(index === undefined ? {} : { index }),
      is,
      shouldBe,
    }));
}

function together(parts: readonly (string | undefined)[] | undefined): string | undefined {
  return parts?.filter((part) => part !== undefined).join(", ");
}

function attributeTypes(definitions: readonly AttributeDefinition[] | undefined): Types {
  return new Map(definitions?.map(({ AttributeName = "", AttributeType = "?" }) => [AttributeName, AttributeType]));
}

function keyText(key: KeyAttribute | undefined): string | undefined {
  return key && `${key.name} (${key.type})`;
}

function foundKey(
  schema: readonly KeySchemaElement[] | undefined,
  type: "HASH" | "RANGE",
  types: Types,
): string | undefined {
  const name = schema?.find(({ KeyType }) => KeyType === type)?.AttributeName;
  return name && `${name} (${types.get(name) ?? "?"})`;
}

function streamOf({ StreamSpecification }: TableDescription): string | undefined {
  return StreamSpecification?.StreamEnabled === true ? StreamSpecification.StreamViewType : undefined;
}

function text({ ProjectionType, NonKeyAttributes }: Projection = {}): string | undefined {
  return ProjectionType === "INCLUDE" ? `INCLUDE ${[...(NonKeyAttributes ?? [])].sort().join(", ")}` : ProjectionType;
}
