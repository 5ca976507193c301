/** Rights of roles, no wider than what the programs ask for. */
import { Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import { tableNames, tables } from "../../src/store/tables.js";
import type { TableName } from "../../src/store/tables.js";
import type { DatabaseStack } from "./database-stack.js";
import type { TableRight, TableRights } from "./rights.js";

/** What each right comes to on a table. */
const tableActions: Readonly<Record<TableRight, readonly string[]>> = {
  read: ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:ConditionCheckItem"],
  scan: ["dynamodb:Scan"],
  write: ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"],
};

/** An index has no items of its own to be got or written. */
const indexActions: Readonly<Record<TableRight, readonly string[]>> = {
  read: ["dynamodb:Query"],
  scan: ["dynamodb:Scan"],
  write: [],
};

/**
 * Grants exactly the rights, with the indexes of each table that has some. One statement for all tables of the same rights keeps the
 * policy short: 10,240 characters is all that a role takes.
 */
export function grantTables(role: iam.IRole, database: DatabaseStack, rights: TableRights): void {
  // Names are all that ties the role to the tables, so that the order of deployment must be said.
  Stack.of(role).addStackDependency(database, "its roles name the tables");
  for (const [names, granted] of groupByRights(rights)) {
    const withIndexes = names.filter((name) => tables[name].indexes.length > 0);
    add(
      role,
      actionsOf(tableActions, granted),
      names.map((name) => database.arn(name)),
    );
    add(
      role,
      actionsOf(indexActions, granted),
      withIndexes.map((name) => `${database.arn(name)}/index/*`),
    );
  }
}

function groupByRights(rights: TableRights): readonly (readonly [readonly TableName[], readonly TableRight[]])[] {
  const groups = new Map<string, { readonly names: TableName[]; readonly granted: readonly TableRight[] }>();
  for (const name of tableNames) {
    const granted = [...new Set(rights[name])].sort();
    if (granted.length === 0) continue;
    const group = groups.get(granted.join()) ?? { names: [], granted };
    groups.set(granted.join(), group);
    group.names.push(name);
  }
  return [...groups.values()].map(({ names, granted }) => [names, granted]);
}

function actionsOf(
  actions: Readonly<Record<TableRight, readonly string[]>>,
  granted: readonly TableRight[],
): readonly string[] {
  return granted.flatMap((right) => actions[right]);
}

function add(role: iam.IRole, actions: readonly string[], resources: readonly string[]): void {
  if (actions.length === 0 || resources.length === 0) return;
  role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: [...actions], resources: [...resources] }));
}

/**
 * Grants asking a model of Amazon Bedrock. An inference profile (`eu.amazon.nova-lite-v1:0`) is asked in this region, and its model in
 * whichever region the profile leads to.
 */
export function grantModel(role: iam.IRole, model: string): void {
  const stack = Stack.of(role);
  const [, ofProfile] = /^(?:global|apac|us-gov|[a-z]{2})\.(.+)$/.exec(model) ?? [];
  const foundation = { service: "bedrock", resource: "foundation-model", account: "" };
  const resources = model.startsWith("arn:")
    ? [model]
    : ofProfile === undefined
      ? [stack.formatArn({ ...foundation, resourceName: model })]
      : [
          stack.formatArn({ service: "bedrock", resource: "inference-profile", resourceName: model }),
          stack.formatArn({ ...foundation, region: "*", resourceName: ofProfile }),
        ];
  add(role, ["bedrock:InvokeModel"], resources);
}
