/** The tables of a deployment are those that are declared, and each stage keeps them as it should. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { toCreateTable } from "../../src/store/dynamodb/createTables.js";
import { tableNames, tables } from "../../src/store/tables.js";
import type { TableDefinition, TableName } from "../../src/store/tables.js";
import { contexts, deploymentOf, resourcesOf } from "./support.js";
import type { Resource } from "./support.js";

type Stage = keyof typeof contexts;
const stages = ["dev", "staging", "prod"] as const;

function tablesOf(stage: Stage = "dev"): Readonly<Record<TableName, Resource>> {
  const { stacks, template } = deploymentOf(contexts[stage]);
  const found = Object.values(resourcesOf(template(stacks.database), "AWS::DynamoDB::Table"));
  const byName = new Map(found.map((table) => [table.Properties["TableName"], table]));
  expect(found).toHaveLength(tableNames.length);
  return Object.fromEntries(
    tableNames.map((name) => {
      const deployed = stage === "staging" ? `staging-${name.replaceAll("_", "-")}` : name;
      return [name, byName.get(deployed)];
    }),
  ) as Record<TableName, Resource>;
}

describe("a table that is deployed", () => {
  it.each(tableNames)("%s has the keys, indexes and projections of the one that is created elsewhere", (name) => {
    const definition: TableDefinition = tables[name];
    const { StreamSpecification: stream, ...wanted } = toCreateTable(name, {
      ...definition,
      ...(definition.deployedStream === undefined ? {} : { stream: undefined }),
    });
    const { Properties: deployed } = tablesOf()[name];
    expect(sorted(deployed)).toMatchObject(sorted(wanted));
    expect(Object.keys(deployed["GlobalSecondaryIndexes"] ?? [])).toHaveLength(definition.indexes.length);
    expect(deployed["StreamSpecification"]).toEqual(
      definition.deployedStream === undefined
        ? stream && { StreamViewType: stream.StreamViewType }
        : { StreamViewType: definition.deployedStream },
    );
    expect(deployed["TimeToLiveSpecification"]).toEqual(
      definition.timeToLive && { AttributeName: definition.timeToLive, Enabled: true },
    );
  });

  it("has a stream only where a function or an outsider reads it", () => {
    const streams = Object.entries(tablesOf()).flatMap(([name, { Properties }]) =>
      Properties["StreamSpecification"] === undefined ? [] : [name],
    );
    expect(streams).toEqual(["domain-events", "domain-feed", "iops-dashboard-metrics", "iops-dashboard-insights"]);
  });

  it.each(stages)("can be restored to any second of the last weeks in %s", (stage) => {
    for (const { Properties } of Object.values(tablesOf(stage))) {
      expect(Properties["PointInTimeRecoverySpecification"]).toEqual({ PointInTimeRecoveryEnabled: true });
      // The option that seed 001 sets is deprecated (defect M17).
      expect(Properties["BillingMode"]).toBe("PAY_PER_REQUEST");
    }
  });

  it("is encrypted with DynamoDB's own key, which costs nothing", () => {
    for (const { Properties } of Object.values(tablesOf())) expect(Properties["SSESpecification"]).toBeUndefined();
  });

  it.each([
    ["dev", "Delete", false],
    ["staging", "RetainExceptOnCreate", false],
    ["prod", "RetainExceptOnCreate", true],
  ] as const)("in %s: when the stack goes, %s; protected from deletion: %s", (stage, policy, isProtected) => {
    for (const { DeletionPolicy, Properties } of Object.values(tablesOf(stage))) {
      expect(DeletionPolicy).toBe(policy);
      expect(Properties["DeletionProtectionEnabled"] ?? false).toBe(isProtected);
    }
  });

  it("has the names of the seeds, or behind a prefix what the programs make of it", () => {
    expect(Object.values(tablesOf()).map(({ Properties }) => Properties["TableName"])).toEqual(tableNames);
    const prefixed = tablesOf("staging");
    expect(prefixed.market_intelligence_requests.Properties["TableName"]).toBe("staging-market-intelligence-requests");
  });

  it("says which project and stage it is of", () => {
    for (const { Properties } of Object.values(tablesOf("prod"))) {
      expect(Properties["Tags"]).toEqual([
        { Key: "project", Value: "opsledger" },
        { Key: "stage", Value: "prod" },
      ]);
    }
  });
});

describe("the outputs of the database", () => {
  const exportsOf = (stage: Stage) => {
    const { stacks, template } = deploymentOf(contexts[stage]);
    return Object.entries(template(stacks.database).findOutputs("*")).map(([id, output]) => [id, Output.parse(output)]);
  };
  const Output = z.object({ Export: z.object({ Name: z.string() }) }).transform((output) => output.Export.Name);

  it("are those of seed 001", () => {
    expect(exportsOf("dev")).toEqual(
      expect.arrayContaining([
        ["MetricsTableName", "IOpsDashboard-MetricsTableName"],
        ["MetricsTableArn", "IOpsDashboard-MetricsTableArn"],
        ["InsightsTableName", "IOpsDashboard-InsightsTableName"],
        ["InsightsTableArn", "IOpsDashboard-InsightsTableArn"],
        ["MetricsTableStreamArn", "IOpsDashboard-MetricsTableStreamArn"],
      ]),
    );
  });

  it("have the prefix before their names, so that deployments share an account", () => {
    expect(exportsOf("staging")).toContainEqual(["MetricsTableName", "staging-IOpsDashboard-MetricsTableName"]);
  });
});

/** Lists that have no order, in one: attributes by name, indexes by name. */
function sorted(table: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const by = (key: string) => (left: unknown, right: unknown) => textAt(left, key).localeCompare(textAt(right, key));
  const list = (name: string, key: string) => {
    const value = table[name];
    return Array.isArray(value) ? { [name]: [...(value as unknown[])].sort(by(key)) } : {};
  };
  return { ...table, ...list("AttributeDefinitions", "AttributeName"), ...list("GlobalSecondaryIndexes", "IndexName") };
}

function textAt(value: unknown, key: string): string {
  return String(new Map(Object.entries(value ?? {})).get(key));
}
