/**
 * What each program of a deployment may do with each table: the roles are made from it, and the tests that run the programs
 * compare what they really asked for with it.
 */
import { tableNames } from "../../src/store/tables.js";
import type { TableName } from "../../src/store/tables.js";

/** `read`: by key and by query. `scan`: whole tables. `write`: put, update and delete, alone and in transactions. */
export type TableRight = "read" | "scan" | "write";

/** A Lambda function, or the container. Each function is `src/lambda/<program>.ts`. */
export const programs = [
  /** Queries, mutations and webhooks over HTTP. */
  "graphql",
  /** Stream of the log: writes the change feed. */
  "feeder",
  /** Stream of the feed: async views. */
  "projector",
  /** Stream of the feed: policies and the publisher, and the timers that they set for now. */
  "reactor",
  /** Each minute: timers that are due, and chores. */
  "timers",
  /** Each minute: integration sessions that are due. */
  "poller",
  /** Queue of research requests of strategy SQS. */
  "researcher",
  /** Each day: incidents that ended long ago go to the archive. */
  "archiver",
  /** Everything but the feeder, and subscriptions: one image on Fargate. */
  "service",
] as const;
export type Program = (typeof programs)[number];

export type TableRights = Readonly<Partial<Record<TableName, readonly TableRight[]>>>;

const everyTable = (...rights: readonly TableRight[]): TableRights =>
  Object.fromEntries(tableNames.map((table) => [table, rights]));

/** Tables of views that are fed from the change feed. Where a row says what one event says, it is written without being read. */
const asyncViewTables: TableRights = {
  "domain-event-index": ["write"],
  "aegis-incidents": ["read", "write"],
  Projects: ["read", "write"],
  "iops-dashboard-tallies": ["read", "write"],
  "iops-dashboard-rules": ["read", "write"],
  market_intelligence_queue: ["read", "write"],
  "beya-integration-health": ["read", "write"],
};

export const tableRights: Readonly<Record<Program, TableRights>> = {
  graphql: everyTable("read", "write"),
  feeder: {
    "domain-events": ["read"],
    "domain-feed": ["read", "write"],
    "processor-checkpoints": ["read", "write"],
  },
  projector: {
    "domain-events": ["read"],
    "domain-feed": ["read"],
    "processor-checkpoints": ["read", "write"],
    ...asyncViewTables,
  },
  reactor: everyTable("read", "write"),
  timers: everyTable("read", "write"),
  poller: everyTable("read", "write"),
  researcher: everyTable("read", "write"),
  archiver: {
    "domain-events": ["read", "write"],
    "aegis-incidents": ["read", "write"],
  },
  service: everyTable("read", "write"),
};
