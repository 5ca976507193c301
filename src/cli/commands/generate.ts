/** `opsledger generate`: what is written from the code, so that it cannot drift from it. */
import "reflect-metadata";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GraphQLField, GraphQLObjectType } from "graphql";
import { printSchema } from "graphql";
import { z } from "zod";
import { describeConfig } from "../../config/config.js";
import { incidentEventSchemas, incidentSource, publishedIncidentEvents } from "../../domain/incidents/index.js";
import {
  catalogEventSchemas,
  entityEventSchemas,
  healthFormulaEventSchemas,
  incidentSlotEventSchemas,
  insightEventSchemas,
  insightsSource,
  publishedInsightsEvents,
  ruleEventSchemas,
  watchEventSchemas,
} from "../../domain/insights/index.js";
import {
  batchEventSchemas,
  projectEventEventSchemas,
  projectRoutingEventSchemas,
  projectSettingsEventSchemas,
  projectsSource,
  publishedProjectsEvents,
} from "../../domain/projects/index.js";
import {
  publishedResearchEvents,
  requestEventSchemas,
  researchProjectEventSchemas,
  researchSource,
  slotEventSchemas,
} from "../../domain/research/index.js";
import {
  integrationsSource,
  publishedIntegrationEvents,
  sessionEventSchemas,
} from "../../domain/integrations/index.js";
import { instruments } from "../../observability/metrics.js";
import type { InstrumentDescription } from "../../observability/metrics.js";
import { UserErrorCode } from "../../schema/userError.js";
import { grants, isRole, roleMeanings, roles, takesAllProjects } from "../../resolvers/index.js";
import { leastRoleOf } from "../../schema/schema.js";
import { buildSchema } from "../../server/composition.js";
import { tableNames, tables } from "../../store/tables.js";
import type { TableDefinition } from "../../store/tables.js";

const generated = "<!-- Written by `npm run generate`. Do not edit. -->";

export async function generate(folder: string): Promise<void> {
  const reference = join(folder, "docs", "reference");
  await mkdir(reference, { recursive: true });
  await writeFile(join(folder, "schema.graphql"), `${printSchema(buildSchema())}\n`);
  await writeFile(join(reference, "graphql.md"), graphqlReference());
  await writeFile(join(reference, "events.md"), eventReference());
  await writeFile(join(reference, "tables.md"), tableReference());
  await writeFile(join(reference, "errors.md"), errorReference());
  await writeFile(join(reference, "permissions.md"), permissionReference());
  await writeFile(join(reference, "configuration.md"), configurationReference());
  await mkdir(join(folder, "docs", "operations"), { recursive: true });
  await writeFile(join(folder, "docs", "operations", "metrics.md"), metricsReference());
}

const page = (title: string, ...sections: readonly string[]) =>
  `${[generated, `# ${title}`, ...sections].join("\n\n")}\n`;
const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");

function graphqlReference(): string {
  const schema = buildSchema();
  const section = (title: string, type: GraphQLObjectType | null | undefined) =>
    `## ${title}\n\n${table(["field", "takes", "gives", "what it does"], Object.values(type?.getFields() ?? {}).map(fieldRow))}`;
  return page(
    "GraphQL operations",
    "The types are described in [schema.graphql](../../schema.graphql), and in the playground's documentation.",
    section("Queries", schema.getQueryType()),
    section("Mutations", schema.getMutationType()),
    section("Subscriptions", schema.getSubscriptionType()),
  );
}

function fieldRow(field: GraphQLField<unknown, unknown>): readonly string[] {
  const args = field.args.map((argument) => `\`${argument.name}: ${String(argument.type)}\``).join(", ");
  return [`\`${field.name}\``, args, `\`${String(field.type)}\``, field.description ?? ""];
}

/** The streams of all contexts with their events, and what other systems are told. */
const streams = [
  { stream: "Incident-<id>", schemas: incidentEventSchemas },
  { stream: "ProjectEvent-<id>", schemas: projectEventEventSchemas },
  { stream: "Batch-<batchId>", schemas: batchEventSchemas },
  { stream: "ProjectSettings-<project>", schemas: projectSettingsEventSchemas },
  { stream: "ProjectRouting-all", schemas: projectRoutingEventSchemas },
  { stream: "Entity-<type>-<id>", schemas: entityEventSchemas },
  { stream: "InsightsCatalog-all", schemas: catalogEventSchemas },
  { stream: "HealthFormula-<type>", schemas: healthFormulaEventSchemas },
  { stream: "InsightRule-<ruleId>", schemas: ruleEventSchemas },
  { stream: "Watch-<ruleId>/<type>-<id>", schemas: watchEventSchemas },
  { stream: "Insight-<alertId>", schemas: insightEventSchemas },
  { stream: "InsightIncident-<slotId>", schemas: incidentSlotEventSchemas },
  { stream: "ResearchRequest-<requestId>", schemas: requestEventSchemas },
  { stream: "ResearchSlot-<slotId>", schemas: slotEventSchemas },
  { stream: "ResearchProject-<project>", schemas: researchProjectEventSchemas },
  { stream: "IntegrationSession-<userId>#<serviceType>", schemas: sessionEventSchemas },
] as const;
const published: readonly PublishedShapes[] = [
  { source: incidentSource, of: "incident", events: publishedIncidentEvents },
  { source: projectsSource, of: "batch", events: publishedProjectsEvents },
  { source: insightsSource, of: "insight", events: publishedInsightsEvents },
  { source: researchSource, of: "request", events: publishedResearchEvents },
  { source: integrationsSource, of: "session", events: publishedIntegrationEvents },
];

interface PublishedShapes {
  readonly source: string;
  /** What the events of one order are about. */
  readonly of: string;
  readonly events: Readonly<Record<string, { readonly version: number; readonly schema: z.ZodType }>>;
}

function eventReference(): string {
  return page(
    "Events",
    "[Stored events](#stored-events) are the ledger's own; [published events](#published-events) are what other systems get.",
    "## Stored events",
    "The `data` of each event, as JSON Schema, by the stream that it is in. Stored shapes never change; they get new versions.",
    ...streams.flatMap(({ stream, schemas }) => [
      `Of a stream \`${stream}\`:`,
      ...Object.entries(schemas).map(([type, schema]) => eventSection(type, 1, schema)),
    ]),
    "## Published events",
    "The guide to [integration events](../guides/integration-events.md) says what is around them. The `data` of each, as JSON Schema. A field may be added; a change that breaks readers gets a new version.",
    ...published.flatMap(({ source, of, events }) => [
      `Source \`${source}\`, in the order in which they are published for each ${of}:`,
      ...Object.entries(events).map(([type, { version, schema }]) => eventSection(type, version, schema, "Published ")),
    ]),
  );
}

function eventSection(type: string, version: number, schema: z.ZodType, prefix = ""): string {
  const json = JSON.stringify(z.toJSONSchema(schema), undefined, 2);
  return `### ${prefix}${type}\n\nVersion ${version}.\n\n\`\`\`json\n${json}\n\`\`\``;
}

function tableReference(): string {
  const sections = tableNames.map((name) => {
    const { partitionKey, sortKey, indexes, timeToLive, stream, purpose }: TableDefinition = tables[name];
    const keys = (partition: { name: string; type: string }, sort?: { name: string; type: string }) =>
      [partition, ...(sort === undefined ? [] : [sort])].map((key) => `\`${key.name}\` (${key.type})`).join(", ");
    const rows = indexes.map((index) => [
      `\`${index.name}\``,
      keys(index.partitionKey, index.sortKey),
      index.projection === "ALL" ? "all" : index.projection.join(", "),
      index.purpose,
    ]);
    return [
      `## ${name}`,
      purpose,
      `Key: ${keys(partitionKey, sortKey)}. Time to live: ${timeToLive === undefined ? "none" : `\`${timeToLive}\``}. Stream: ${stream ?? "none"}.`,
      ...(rows.length === 0 ? [] : [table(["index", "key", "carries", "answers"], rows)]),
    ].join("\n\n");
  });
  return page("Tables", ...sections);
}

function errorReference(): string {
  const values = buildSchema().getType("UserErrorCode");
  const meanings = values && "getValues" in values ? values.getValues() : [];
  return page(
    "Errors",
    "Mutations answer with `errors` in their payload, one for each problem; nothing was written then. Queries and subscriptions answer with top-level errors, whose `extensions.code` is the same code (`BAD_USER_INPUT` for VALIDATION, with the argument in `extensions.field`).",
    table(
      ["code", "meaning"],
      Object.values(UserErrorCode).map((code) => [
        `\`${code}\``,
        meanings.find(({ name }) => name === String(code))?.description ?? "",
      ]),
    ),
  );
}

function permissionReference(): string {
  const schema = buildSchema();
  const rowsOf = (type: GraphQLObjectType | null | undefined) =>
    Object.values(type?.getFields() ?? {}).map((field) => permissionRow(`${type?.name}.${field.name}`, field));
  return page(
    "Permissions",
    "Who may use which root field. A token names roles; each opens what is marked under it. What is not in this table is open to nobody. How tokens are made and what `projects` they see: [authentication](../guides/authentication.md).",
    table(
      ["role", "is for", "includes"],
      roles.map((role) => [
        `\`${role}\``,
        roleMeanings[role],
        grants[role].filter((other) => other !== role).join(", ") || "",
      ]),
    ),
    table(
      ["field", ...roles, "needs"],
      [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap(rowsOf),
    ),
  );
}

function permissionRow(name: string, field: GraphQLField<unknown, unknown>): readonly string[] {
  const least = leastRoleOf(field);
  if (!isRole(least)) return [`\`${name}\``, ...roles.map(() => ""), "nobody may use it"];
  const marks = roles.map((role) => (grants[role].includes(least) ? "yes" : ""));
  return [`\`${name}\``, ...marks, takesAllProjects(least) ? "all projects" : ""];
}

function configurationReference(): string {
  const rows = describeConfig().map((variable) => [
    `\`${variable.name}\``,
    variable.type,
    variable.default === undefined ? "" : `\`${variable.default}\``,
    variable.description,
  ]);
  return page(
    "Configuration",
    "Environment variables, parsed once at start; every problem is reported at once.",
    table(["variable", "type", "default", "meaning"], rows),
  );
}

function metricsReference(): string {
  const descriptions: readonly InstrumentDescription[] = Object.values(instruments);
  const rows = descriptions.map(({ name, kind, unit, description, labels }) => [
    `\`${name}\``,
    { level: "gauge", "read counter": "counter", counter: kind, gauge: kind, histogram: kind }[kind],
    unit.replaceAll(/[{}]/g, ""),
    description,
    Object.entries(labels)
      .map(([label, meaning]) => `\`${label}\`: ${meaning}`)
      .join("; "),
  ]);
  return page(
    "Metrics",
    "What `GET /metrics` answers, as Prometheus text. A histogram has `_bucket`, `_sum` and `_count` behind its name. A metric appears once there is something to tell. See them with `curl -s localhost:4000/metrics`; they are drawn by [the dashboard](grafana-dashboard.json), watched by [the alert rules](alerts.yaml), and [the runbook](runbook.md) says what to do.",
    table(["metric", "kind", "unit", "what it says", "labels"], rows),
  );
}
