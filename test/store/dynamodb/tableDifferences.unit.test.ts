/** What differs between a table and its declaration, as AWS describes tables; embedded engines know less. */
import type { TableDescription } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { remedyFor } from "../../../src/cli/tableRemedies.js";
import { toCreateTable } from "../../../src/store/dynamodb/createTables.js";
import {
  describeTableDifference,
  shapeDifferences,
  stateDifferences,
} from "../../../src/store/dynamodb/tableDifferences.js";
import { tables } from "../../../src/store/tables.js";
import type { TableName } from "../../../src/store/tables.js";

/** The table as DescribeTable tells it once a stack has made it. */
function deployed(table: TableName, change: Partial<TableDescription> = {}) {
  const { GlobalSecondaryIndexes, ...created } = toCreateTable(table, tables[table]);
  const description: TableDescription = {
    ...created,
    TableStatus: "ACTIVE",
    BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
    GlobalSecondaryIndexes: GlobalSecondaryIndexes?.map((index) => ({ ...index, IndexStatus: "ACTIVE" })),
    ...change,
  };
  return { table: description, timeToLive: {} };
}

const keysOnly = { StreamEnabled: true, StreamViewType: "KEYS_ONLY" } as const;
const shape = (found: ReturnType<typeof deployed>, streams: "deployed" | "local" | "either") =>
  shapeDifferences("domain-feed", tables["domain-feed"], found, { streams }).map(describeTableDifference);

describe("the stream of a table that has one only where it is deployed", () => {
  it.each([
    ["deployed", keysOnly, []],
    ["deployed", undefined, ["domain-feed: stream is absent, not KEYS_ONLY"]],
    ["local", keysOnly, ["domain-feed: stream is KEYS_ONLY, not absent"]],
    ["local", undefined, []],
    ["either", keysOnly, []],
    ["either", undefined, []],
    ["either", { ...keysOnly, StreamViewType: "NEW_IMAGE" }, ["domain-feed: stream is NEW_IMAGE, not absent"]],
    ["deployed", { ...keysOnly, StreamViewType: "NEW_IMAGE" }, ["domain-feed: stream is NEW_IMAGE, not KEYS_ONLY"]],
  ] as const)("%s: %o", (streams, StreamSpecification, differences) => {
    expect(shape(deployed("domain-feed", { StreamSpecification }), streams)).toEqual(differences);
  });

  it("that was switched off is none", () => {
    const off = { StreamEnabled: false, StreamViewType: "KEYS_ONLY" } as const;
    expect(shape(deployed("domain-feed", { StreamSpecification: off }), "local")).toEqual([]);
  });
});

describe("the state of a table", () => {
  const stateOf = (found: Parameters<typeof stateDifferences>[1], isDeployed = true) =>
    stateDifferences("domain-timers", found, { isDeployed }).map(describeTableDifference);

  it("is no difference where all is done and on", () => {
    expect(stateOf({ ...deployed("domain-timers"), pointInTimeRecovery: true })).toEqual([]);
  });

  it("tells of backups that are off, where the table is deployed and DynamoDB tells", () => {
    const off = { ...deployed("domain-timers"), pointInTimeRecovery: false };
    expect(stateOf(off)).toEqual(["domain-timers: point-in-time recovery is off, not on"]);
    expect(stateOf(off, false)).toEqual([]);
    expect(stateOf(deployed("domain-timers"))).toEqual([]);
  });

  it("tells of a table and an index that cannot be used yet, and of paid capacity", () => {
    const [index] = deployed("domain-timers").table.GlobalSecondaryIndexes ?? [];
    const busy = deployed("domain-timers", {
      TableStatus: "UPDATING",
      BillingModeSummary: undefined,
      GlobalSecondaryIndexes: [{ ...index, IndexStatus: "CREATING", Backfilling: true }],
    });
    expect(stateOf(busy)).toEqual([
      "domain-timers: status is UPDATING, not ACTIVE",
      "domain-timers: billing mode is PROVISIONED, not PAY_PER_REQUEST",
      "domain-timers: index DueIndex status is CREATING (being filled), not ACTIVE",
    ]);
  });
});

describe("what to do about a difference", () => {
  const difference = { table: "dev-domain-feed", declaredAs: "domain-feed", is: "absent", shouldBe: "x" } as const;
  const remedies = (isDeployed: boolean) =>
    ["table", "index", "stream", "time to live", "billing mode", "sort key", "index sort key", "status"].map((aspect) =>
      remedyFor({ ...difference, aspect, index: "ByDay" }, { isDeployed }),
    );

  it("is to deploy, where the stacks of a deployment make the tables", () => {
    expect(remedies(true)).toEqual([
      ...Array.from({ length: 5 }, () => "cdk deploy"),
      'keys never change: make another table from the log (docs/guides/migrations.md, "Split a table")',
      'an index never changes: declare it under another name (docs/guides/migrations.md, "Change an index")',
      "wait: it changes by itself",
    ]);
  });

  it("is a command elsewhere", () => {
    expect(remedies(false).slice(0, 5)).toEqual([
      "opsledger tables --create, or start a server",
      "opsledger tables --add-index domain-feed/ByDay",
      "aws dynamodb update-table --stream-specification",
      "opsledger tables --create, or start a server",
      "aws dynamodb update-table",
    ]);
    expect(remedyFor({ ...difference, aspect: "time to live", is: "expires" }, { isDeployed: false })).toContain(
      "update-time-to-live",
    );
  });
});
