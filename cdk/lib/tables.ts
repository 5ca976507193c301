/** Tables of the ledger as CDK constructs, from the one declaration of tables. */
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";
import { tableDefaults } from "../../src/store/tables.js";
import type { IndexDefinition, KeyAttribute, TableDefinition } from "../../src/store/tables.js";
import { retentionOf } from "./retention.js";
import type { Settings } from "./settings.js";

/**
 * A table, with what AWS adds to its declaration: on demand, with point-in-time recovery, encrypted with DynamoDB's own keys (which are
 * free). Not a `TableV2`: its streams are those of a global table, with one reader for each shard instead of two.
 */
export function createTable(
  scope: Construct,
  id: string,
  {
    name,
    definition,
    settings,
  }: { readonly name: string; readonly definition: TableDefinition; readonly settings: Settings },
): dynamodb.Table {
  const { removalPolicy, isProtected } = retentionOf(settings);
  const stream = definition.stream ?? definition.deployedStream;
  const table = new dynamodb.Table(scope, id, {
    tableName: name,
    ...toKeys(definition),
    billingMode: dynamodb.BillingMode[tableDefaults.billingMode],
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: tableDefaults.pointInTimeRecovery },
    removalPolicy,
    deletionProtection: isProtected,
    ...(definition.timeToLive === undefined ? {} : { timeToLiveAttribute: definition.timeToLive }),
    ...(stream === undefined ? {} : { stream: dynamodb.StreamViewType[stream] }),
  });
  for (const index of definition.indexes) table.addGlobalSecondaryIndex(toIndex(index));
  return table;
}

function toIndex(index: IndexDefinition): dynamodb.GlobalSecondaryIndexProps {
  return { indexName: index.name, ...toKeys(index), ...toProjection(index) };
}

function toProjection({ projection }: IndexDefinition) {
  if (projection === "ALL") return { projectionType: dynamodb.ProjectionType.ALL };
  if (projection.length === 0) return { projectionType: dynamodb.ProjectionType.KEYS_ONLY };
  return { projectionType: dynamodb.ProjectionType.INCLUDE, nonKeyAttributes: [...projection] };
}

function toKeys({ partitionKey, sortKey }: Pick<TableDefinition, "partitionKey" | "sortKey">) {
  return {
    partitionKey: toAttribute(partitionKey),
    ...(sortKey === undefined ? {} : { sortKey: toAttribute(sortKey) }),
  };
}

function toAttribute({ name, type }: KeyAttribute): dynamodb.Attribute {
  return { name, type: { S: dynamodb.AttributeType.STRING, N: dynamodb.AttributeType.NUMBER }[type] };
}
