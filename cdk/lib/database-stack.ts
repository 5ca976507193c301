/** Every table of the ledger. The stack, two of its tables and its outputs have the names of seed 001. */
import { CfnOutput, Stack } from "aws-cdk-lib";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";
import { tableNames, tables } from "../../src/store/tables.js";
import type { TableName } from "../../src/store/tables.js";
import { exportName, tableNameOf } from "./names.js";
import type { Settings } from "./settings.js";
import type { OpsledgerStackProps } from "./stack-props.js";
import { createTable } from "./tables.js";

export class DatabaseStack extends Stack {
  readonly tables: Readonly<Record<TableName, dynamodb.Table>>;
  private readonly settings: Settings;

  constructor(scope: Construct, id: string, { settings, ...props }: OpsledgerStackProps) {
    super(scope, id, props);
    this.settings = settings;
    const name = tableNameOf(settings);
    const create = (table: TableName) =>
      createTable(this, idOf(table), { name: name(table), definition: tables[table], settings });
    // Every name has its table.
    this.tables = Object.fromEntries(tableNames.map((table) => [table, create(table)])) as Record<
      TableName,
      dynamodb.Table
    >;
    this.addSeedOutputs();
  }

  table(name: TableName): dynamodb.Table {
    return this.tables[name];
  }

  /**
   * The table's ARN, made of its name: whoever uses it imports nothing of this stack, so that a table can be replaced without its users.
   */
  arn(name: TableName): string {
    return this.formatArn({
      service: "dynamodb",
      resource: "table",
      resourceName: tableNameOf(this.settings)(name),
    });
  }

  private addSeedOutputs(): void {
    const metrics = this.table("iops-dashboard-metrics");
    const insights = this.table("iops-dashboard-insights");
    const outputs: Readonly<Record<string, readonly [string | undefined, string]>> = {
      MetricsTableName: [metrics.tableName, "DynamoDB table for operational metrics"],
      MetricsTableArn: [metrics.tableArn, "ARN of metrics table"],
      InsightsTableName: [insights.tableName, "DynamoDB table for AI insights"],
      InsightsTableArn: [insights.tableArn, "ARN of insights table"],
      MetricsTableStreamArn: [metrics.tableStreamArn, "DynamoDB stream ARN for real-time updates"],
    };
    for (const [output, [value = "N/A", description]] of Object.entries(outputs)) {
      new CfnOutput(this, output, { value, description, exportName: exportName(this.settings, output) });
    }
  }
}

/** Ids of constructs: those of seed 001 where it has one, else `DomainEvents`. A table whose id changes is a new table. */
function idOf(table: TableName): string {
  switch (table) {
    case "iops-dashboard-metrics":
      return "MetricsTable";
    case "iops-dashboard-insights":
      return "InsightsTable";
    default:
      return table.replaceAll(/(?:^|[-_])([A-Za-z])/g, (_, letter: string) => letter.toUpperCase());
  }
}
