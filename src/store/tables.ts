/** Every table and index, once, as plain data: table creation, the CDK stacks, the tests and the table reference read it. */

export interface KeyAttribute {
  readonly name: string;
  readonly type: "S" | "N";
}

export interface IndexDefinition {
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
  /** "ALL", or the names of the attributes that the index carries besides its keys. */
  readonly projection: "ALL" | readonly string[];
  readonly purpose: string;
}

export interface TableDefinition {
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
  readonly indexes: readonly IndexDefinition[];
  /** The attribute that holds the time to live, in seconds since the epoch. */
  readonly timeToLive?: string;
  /** What DynamoDB Streams carry for the table. */
  readonly stream?: "NEW_IMAGE" | "NEW_AND_OLD_IMAGES";
  /** What they carry where the table is deployed to AWS, for Lambda functions. Elsewhere nobody reads it, and it would cost every write. */
  readonly deployedStream?: "KEYS_ONLY";
  readonly purpose: string;
}

const string = (name: string): KeyAttribute => ({ name, type: "S" });
const number = (name: string): KeyAttribute => ({ name, type: "N" });

/** What holds for every table where it is deployed to AWS. An embedded engine takes the first and has no second. */
export const tableDefaults = { billingMode: "PAY_PER_REQUEST", pointInTimeRecovery: true } as const;

export const tables = {
  "domain-events": {
    partitionKey: string("streamId"),
    sortKey: number("version"),
    indexes: [],
    stream: "NEW_IMAGE",
    purpose:
      "The log and only source of truth: one item per commit, and one per idempotency key (stream `Command-...`).",
  },
  "domain-feed": {
    partitionKey: string("log"),
    sortKey: number("position"),
    indexes: [],
    deployedStream: "KEYS_ONLY",
    purpose:
      "The change feed: N contiguous logs of events (`log#0` ...), and where each commit is in them (`stream#...`).",
  },
  "processor-checkpoints": {
    partitionKey: string("processor"),
    sortKey: string("partition"),
    indexes: [],
    purpose: "How far each processor has come, leases, dead letters, and counters such as the last incident number.",
  },
  "domain-timers": {
    partitionKey: string("timerId"),
    indexes: [
      {
        name: "DueIndex",
        partitionKey: string("dueShard"),
        sortKey: string("dueAt"),
        projection: "ALL",
        purpose: "Timers in the order in which they are due, in a few partitions.",
      },
    ],
    purpose: "Work that is due at a time: one item for each timer that has not run.",
  },
  "domain-event-index": {
    partitionKey: string("correlationId"),
    sortKey: string("place"),
    indexes: [
      {
        name: "EventIndex",
        partitionKey: string("eventId"),
        projection: [],
        purpose: "Where the event with an id is.",
      },
    ],
    purpose:
      "Which events belong together: one item for each event, under what set it off; causes and effects are read from it.",
  },
  "aegis-incidents": {
    partitionKey: string("PK"),
    sortKey: string("SK"),
    indexes: [
      {
        name: "GSI1",
        partitionKey: string("GSI1PK"),
        sortKey: string("GSI1SK"),
        projection: "ALL",
        purpose: "Incidents by status, most severe first, then oldest first.",
      },
      {
        name: "GSI2",
        partitionKey: string("GSI2PK"),
        sortKey: string("GSI2SK"),
        projection: "ALL",
        purpose: "Incidents by service, by participant, and all incidents (`INCIDENTS`).",
      },
      {
        name: "GSI3",
        partitionKey: string("GSI3PK"),
        sortKey: string("GSI3SK"),
        projection: ["id", "title", "status", "severity", "service", "created_at"],
        purpose: "Incidents by the day (UTC) on which they began.",
      },
    ],
    timeToLive: "ttl",
    purpose: "Seed 003: incidents with timeline, comments, participants and summaries, in one table.",
  },
  ProjectEvents: {
    partitionKey: string("project"),
    sortKey: number("eventTime"),
    indexes: [
      {
        name: "BatchIndex",
        partitionKey: string("batchId"),
        sortKey: number("eventTime"),
        projection: "ALL",
        purpose: "The events of a batch.",
      },
      {
        name: "ProcessingIndex",
        partitionKey: string("processedKey"),
        sortKey: number("eventTime"),
        projection: "ALL",
        purpose: "Events of all projects that are in no batch yet (`false`); no other event is in it (defect P2).",
      },
      {
        name: "SourceIndex",
        partitionKey: string("source"),
        sortKey: number("eventTime"),
        projection: "ALL",
        purpose: "Events of all projects by source: few partitions, for those who run the system (defect P15).",
      },
      {
        name: "PendingIndex",
        partitionKey: string("pendingProject"),
        sortKey: number("eventTime"),
        projection: ["eventId", "importance", "notify"],
        purpose: "Events of a project that wait for their batch, oldest first (defect P11).",
      },
    ],
    timeToLive: "ttl",
    purpose: "Seed 000: what came from repositories, boards and channels, by project and time of receipt.",
  },
  ProjectBatches: {
    partitionKey: string("batchId"),
    indexes: [
      {
        name: "ProjectIndex",
        partitionKey: string("project"),
        sortKey: string("place"),
        projection: "ALL",
        purpose: "Batches of a project by the time at which they were sealed (`<sealedAt>#<batchId>`).",
      },
      {
        name: "StatusIndex",
        partitionKey: string("status"),
        sortKey: string("place"),
        projection: "ALL",
        purpose: "Batches of all projects by status.",
      },
    ],
    purpose: "Batches of project events, with their summaries and what became of posting them.",
  },
  Projects: {
    partitionKey: string("project"),
    sortKey: string("part"),
    indexes: [
      {
        name: "AllProjects",
        partitionKey: string("listKey"),
        sortKey: string("project"),
        projection: [],
        purpose: "Projects by name.",
      },
    ],
    purpose: "Settings of projects, assignment rules, and what each project has had.",
  },
  "iops-dashboard-metrics": {
    partitionKey: string("entity_id"),
    sortKey: string("entity_type"),
    indexes: [
      {
        name: "EntityTypeHealthIndex",
        partitionKey: string("entity_type"),
        sortKey: number("health_score"),
        projection: "ALL",
        purpose: "Entities of a type by health score; those without a score are not in it (defect M5).",
      },
      {
        name: "LastUpdatedIndex",
        partitionKey: string("entity_type"),
        sortKey: string("last_updated"),
        projection: "ALL",
        purpose: "All entities of a type by when one of their metrics last changed.",
      },
      {
        name: "DecayIndex",
        partitionKey: string("decay_shard"),
        sortKey: string("decay_at"),
        projection: [],
        purpose: "Entities in the order in which a window loses or gains a fact, in a few partitions (defect M11).",
      },
    ],
    stream: "NEW_AND_OLD_IMAGES",
    purpose: "Seed 001: what the metrics of each entity were when they were last measured.",
  },
  "iops-dashboard-insights": {
    partitionKey: string("pk"),
    sortKey: string("sk"),
    indexes: [
      {
        name: "PredictionTypeIndex",
        partitionKey: string("prediction_type"),
        sortKey: string("timestamp"),
        projection: "ALL",
        purpose: "Insights of a type by when they were raised.",
      },
      {
        name: "RiskScoreIndex",
        partitionKey: string("prediction_type"),
        sortKey: number("risk_score"),
        projection: "ALL",
        purpose: "Insights of a type by risk.",
      },
      {
        name: "StatusIndex",
        partitionKey: string("status"),
        sortKey: string("timestamp"),
        projection: "ALL",
        purpose: "Insights by status, by when they were raised (defect M16).",
      },
      {
        name: "RaisedIndex",
        partitionKey: string("raised_by"),
        sortKey: string("timestamp"),
        projection: [],
        purpose: "What each rule has raised, to count it: keys only, and never what a model has raised.",
      },
    ],
    timeToLive: "ttl",
    stream: "NEW_AND_OLD_IMAGES",
    purpose: "Seed 001: insights about entities; a row goes 90 days after it was raised.",
  },
  "iops-dashboard-activities": {
    partitionKey: string("activity_id"),
    indexes: [
      {
        name: "EntityIndex",
        partitionKey: string("entity_key"),
        sortKey: string("place"),
        projection: "ALL",
        purpose: "Facts about an entity by when they happened (`<occurredAt>#<activity id>`).",
      },
    ],
    purpose: "Facts about entities: one item for each, found by the source's own id, so that a repeat meets itself.",
  },
  "iops-dashboard-tallies": {
    partitionKey: string("entity_key"),
    sortKey: string("bucket"),
    indexes: [],
    purpose: "Facts of each kind by the second in which they happened, an hour of an entity or aggregate in one item.",
  },
  "iops-dashboard-rules": {
    partitionKey: string("subject"),
    sortKey: string("part"),
    indexes: [
      {
        name: "ListIndex",
        partitionKey: string("list_key"),
        sortKey: string("subject"),
        projection: "ALL",
        purpose: "Watches of a rule that are not NORMAL, by entity (`watch#<rule>`).",
      },
    ],
    purpose:
      "Rules with where they stand for each entity and what became of their insights, health formulas, and the catalog.",
  },
  market_intelligence_requests: {
    partitionKey: string("request_id"),
    indexes: [
      {
        name: "user-index",
        partitionKey: string("user_id"),
        sortKey: string("created_at"),
        projection: "ALL",
        purpose: "Requests of a user by when they were submitted.",
      },
      {
        name: "project-index",
        partitionKey: string("project_id"),
        sortKey: string("created_at"),
        projection: "ALL",
        purpose: "Requests of a project by when they were submitted.",
      },
      {
        name: "status-index",
        partitionKey: string("status"),
        sortKey: string("created_at"),
        projection: "ALL",
        purpose: "Requests of all projects by status (`pending`), by when they were submitted.",
      },
      {
        name: "strategy-index",
        partitionKey: string("processing_strategy"),
        sortKey: string("priority_sort"),
        projection: "ALL",
        purpose:
          "Requests by strategy; read backwards, those of high priority first, then first in, first out (defect R1).",
      },
    ],
    timeToLive: "ttl",
    purpose: "Seed 002: requests, as they were when something lasting was last said of them.",
  },
  market_intelligence_runs: {
    partitionKey: string("request_id"),
    indexes: [
      {
        name: "ClaimIndex",
        partitionKey: string("claim_strategy"),
        sortKey: number("claim_rank"),
        projection: ["project_id", "request_type", "queued_at", "dispatched_at"],
        purpose: "What workers can claim now, by rank: priority with ageing. Nothing else is in it (defect R2).",
      },
      {
        name: "ClaimTypeIndex",
        partitionKey: string("claim_type"),
        sortKey: number("claim_rank"),
        projection: ["project_id", "request_type", "queued_at"],
        purpose: "The same by strategy and type (`table#semaglutide_intelligence`).",
      },
    ],
    timeToLive: "ttl",
    purpose:
      "What changes with every heartbeat: lease, progress, checkpoint; a small row for each request (defect R9).",
  },
  market_intelligence_queue: {
    partitionKey: string("subject"),
    sortKey: string("part"),
    indexes: [],
    purpose: "Limits of projects, which request has a dedupe key, and how the queue is doing.",
  },
  request_processing_logs: {
    partitionKey: string("log_id"),
    indexes: [
      {
        name: "request-logs-index",
        partitionKey: string("request_id"),
        sortKey: string("timestamp"),
        projection: "ALL",
        purpose: "What was logged about a request, by time.",
      },
    ],
    timeToLive: "ttl",
    purpose: "Seed 002: what happened to each request, and what its workers have logged.",
  },
  "beya-integration-sessions": {
    partitionKey: string("userId"),
    sortKey: string("serviceType"),
    indexes: [
      {
        name: "ServiceType-Index",
        partitionKey: string("serviceType"),
        sortKey: string("lastPollAt"),
        projection: "ALL",
        purpose: "All sessions of a service, those that were never polled as if in 1970 (defects B2, B17).",
      },
      {
        name: "Active-Sessions-Index",
        partitionKey: string("activeKey"),
        sortKey: string("lastPollAt"),
        projection: "ALL",
        purpose: "Active sessions of all services (`true`); no other session is in it (defect B1).",
      },
      {
        name: "Account-Index",
        partitionKey: string("accountKey"),
        projection: [],
        purpose: "Whose an account is that pushes come for (`whatsapp#15550783881`).",
      },
    ],
    purpose: "Seed 004: one session for each user and service; quiet polls write it once a minute at most (defect B4).",
  },
  "beya-integration-schedules": {
    partitionKey: string("sessionId"),
    indexes: [
      {
        name: "DueIndex",
        partitionKey: string("dueShard"),
        sortKey: string("nextPollAt"),
        projection: "ALL",
        purpose: "What is to be polled, by when it is due, in a few partitions; nothing else is in it (defect B20).",
      },
    ],
    purpose: "When each session is polled next, and who polls it now: a small row, written once for a quiet poll.",
  },
  "beya-integration-polls": {
    partitionKey: string("sessionId"),
    sortKey: string("place"),
    indexes: [],
    timeToLive: "ttl",
    purpose: "Polls of each session that had something to say (`<at>#<version>`), for 30 days.",
  },
  "beya-integration-dead-letters": {
    partitionKey: string("sessionId"),
    sortKey: string("deadLetterId"),
    indexes: [],
    timeToLive: "ttl",
    purpose: "Items that a session's webhook would not take; a row goes 30 days after it was closed.",
  },
  "beya-integration-health": {
    partitionKey: string("subject"),
    sortKey: string("part"),
    indexes: [],
    purpose: "How the sessions of each service are doing, counted from the change feed.",
  },
} as const satisfies Readonly<Record<string, TableDefinition>>;

/** The name of a table as the seeds write it; what it is called in an environment says the {@link NameMap}. */
export type TableName = keyof typeof tables;

export const tableNames = Object.keys(tables) as TableName[];

/** From the seeds' table names to those of an environment (`dev-aegis-incidents`). */
export type NameMap = (table: TableName) => string;

/**
 * The name map for a prefix such as `dev-`; the empty prefix leaves names as they are. Behind a prefix seed 002 writes its names with
 * hyphens: `dev-market-intelligence-requests` (defect R12).
 */
export function prefixed(prefix: string): NameMap {
  return (table) => (prefix === "" ? table : `${prefix}${table.replaceAll("_", "-")}`);
}
