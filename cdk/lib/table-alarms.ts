/**
 * Alarms of the tables: what seed 003 lists to monitor. An alarm costs by the metrics that it reads, and DynamoDB has one of each for every
 * table and operation: so errors and latency are watched where every command passes, and throttling everywhere, in sums.
 */
import { Stats } from "aws-cdk-lib/aws-cloudwatch";
import { tableNames } from "../../src/store/tables.js";
import type { TableName } from "../../src/store/tables.js";
import { sumOf } from "./alarms.js";
import type { AlarmSpecification } from "./alarms.js";
import { tableMetric, userErrors } from "./metrics.js";
import type { Settings } from "./settings.js";

/** What everything else goes through. */
export const machinery = [
  "domain-events",
  "domain-feed",
  "processor-checkpoints",
  "domain-timers",
  "domain-event-index",
] as const satisfies readonly TableName[];

/** The tables of each context, by how their names begin. */
const groups: Readonly<Record<string, (table: TableName) => boolean>> = {
  Ledger: (table) => isMachinery(table),
  Incidents: (table) => table.startsWith("aegis-"),
  Projects: (table) => table.startsWith("Project"),
  Insights: (table) => table.startsWith("iops-"),
  Research: (table) => table.startsWith("market_") || table.startsWith("request_"),
  Integrations: (table) => table.startsWith("beya-"),
};

function isMachinery(table: TableName): boolean {
  return machinery.some((one) => one === table);
}

/** In dev only the tables that everything goes through are watched for throttling. */
export function tableAlarms(settings: Settings): readonly AlarmSpecification[] {
  const watched = Object.entries(groups).filter(([group]) => settings.stage !== "dev" || group === "Ledger");
  return [
    ...watched.map(([group, isIn]) => throttled(settings, group, tableNames.filter(isIn))),
    ...errors(settings),
    ...capacity(settings),
  ];
}

/** Requests of a group of tables that DynamoDB refused for now: a partition, a table or the account is at its limit. */
function throttled(settings: Settings, group: string, of: readonly TableName[]): AlarmSpecification {
  return {
    id: `${group}Throttled`,
    says: `DynamoDB throttles requests to tables of ${group.toLowerCase()}: ${of.join(", ")}.`,
    section: "OpsledgerThrottled",
    metric: sumOf(
      of.flatMap((table) =>
        ["ReadThrottleEvents", "WriteThrottleEvents"].map((name) => tableMetric(settings, { table }, name)),
      ),
      "Throttled requests",
    ),
    threshold: 10,
    periods: 2,
  };
}

/** What every command and every subscriber waits for. */
const watchedOperations = [
  { table: "domain-events", operation: "TransactWriteItems" },
  { table: "domain-events", operation: "BatchGetItem" },
  { table: "domain-events", operation: "Query" },
  { table: "domain-feed", operation: "TransactWriteItems" },
  { table: "domain-feed", operation: "Query" },
] as const;

/**
 * In five minutes. A transaction whose condition does not hold (`TransactionCanceled`) counts as an error of the user, too, and that is
 * how two writers that meet on a stream find out: some are a good day.
 */
const manyRefused = 500;

function errors(settings: Settings): readonly AlarmSpecification[] {
  return [
    {
      id: "TablesFail",
      says: "DynamoDB itself fails (5xx) on the log or the feed.",
      section: "OpsledgerTablesFail",
      metric: sumOf(
        watchedOperations.map((of) => tableMetric(settings, of, "SystemErrors")),
        "SystemErrors",
      ),
      threshold: 5,
      periods: 2,
    },
    {
      id: "RequestsRefused",
      says: "DynamoDB refuses many requests of this account and region as wrong (UserErrors): a right or a table is missing.",
      section: "OpsledgerRequestsRefused",
      metric: userErrors(),
      threshold: manyRefused,
      periods: 2,
    },
    {
      id: "CommitsSlow",
      says: "DynamoDB takes a tenth of a second or more for a commit (SuccessfulRequestLatency).",
      section: "OpsledgerSlowOperations",
      metric: tableMetric(
        settings,
        { table: "domain-events", operation: "TransactWriteItems" },
        "SuccessfulRequestLatency",
        { statistic: Stats.AVERAGE },
      ),
      threshold: 100,
      periods: 3,
    },
  ];
}

/** In five minutes. Half of what one partition takes, all the time; and more than 25 dollars a day for the log alone. */
const muchWritten = 150_000;
/** In five minutes: as much as a thousand units in each second. Each server reads the feed, so that it grows with them. */
const muchRead = 300_000;

function capacity(settings: Settings): readonly AlarmSpecification[] {
  return [
    {
      id: "LogWrittenMuch",
      says: "The log takes 500 write units a second (ConsumedWriteCapacityUnits): many commands, or a loop.",
      section: "OpsledgerCapacity",
      metric: tableMetric(settings, { table: "domain-events" }, "ConsumedWriteCapacityUnits"),
      threshold: muchWritten,
    },
    {
      id: "FeedReadMuch",
      says: "The feed is read with 1,000 units a second (ConsumedReadCapacityUnits): many servers, or a rebuild.",
      section: "OpsledgerCapacity",
      metric: tableMetric(settings, { table: "domain-feed" }, "ConsumedReadCapacityUnits"),
      threshold: muchRead,
    },
  ];
}
