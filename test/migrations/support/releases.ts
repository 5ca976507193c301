/** The next two releases of a ledger that changes in four ways at once: what docs/guides/migrations.md takes as its example. */
import type { Change } from "./release.js";

const items = "store/readModels/incidents/items.ts";
const events = "domain/incidents/events.ts";

/** An attribute of a view. */
const attribute: readonly Change[] = [
  {
    file: items,
    from: "    title,\n    description,\n    status,\n    severity,\n    service,",
    to: "    title,\n    title_lower: title.toLowerCase(),\n    description,\n    status,\n    severity,\n    service,",
  },
];

/** An index with all attributes in the place of one with some. Its keys are attributes that no row has yet. */
const newIndex: readonly Change[] = [
  {
    file: "store/tables.ts",
    from: `        purpose: "Incidents by the day (UTC) on which they began.",
      },`,
    to: `        purpose: "Incidents by the day (UTC) on which they began.",
      },
      { name: "GSI4", partitionKey: string("GSI4PK"), sortKey: string("GSI4SK"), projection: "ALL", purpose: "By day." },`,
  },
  {
    file: items,
    from: "    GSI3SK: keys.time(startedAt),",
    to: "    GSI3SK: keys.time(startedAt),\n    GSI4PK: keys.date(startedAt),\n    GSI4SK: keys.time(startedAt),",
  },
];

/** Numbers of incidents in a table of their own, beside where they are. */
const newTable: readonly Change[] = [
  {
    file: "store/tables.ts",
    from: `  ProjectEvents: {`,
    to: `  "aegis-numbers": { partitionKey: string("PK"), indexes: [], purpose: "Incidents by number." },
  ProjectEvents: {`,
  },
  {
    file: items,
    from: "put(toNumberItem(change.row));",
    to: `[
            ...put(toNumberItem(change.row)),
            { kind: "put", table: "aegis-numbers", item: numberItem(change.row) },
          ];`,
  },
  {
    file: items,
    from: "function toRetentionItem(",
    to: `export function numberItem({ number, incidentId }) {
  return { PK: keys.number(number), id: incidentId, number };
}

function toRetentionItem(`,
  },
  {
    file: "store/readModels/incidents/verifiedView.ts",
    from: `  tables: {
    "aegis-incidents": {`,
    to: `  tables: {
    "aegis-numbers": {
      streamOf: (item) => toStreamName(incidentCategory, String(item["id"])),
      follows: (item, first) => numberIn(first) === item["number"],
    },
    "aegis-incidents": {`,
  },
];

const formats = "firstFormats(incidentEventSchemas);";

/** It reads what the one behind it writes: an event in its next version. */
export const nextRelease: readonly Change[] = [
  ...attribute,
  ...newIndex,
  ...newTable,
  {
    file: events,
    from: formats,
    to: `{
    ...firstFormats(incidentEventSchemas),
    IncidentSeverityChanged: {
      current: incidentEventSchemas.IncidentSeverityChanged,
      fromNext: (data) => data,
    },
  };`,
  },
];

/** It writes that version, reads the new index and the new table, and has no use for the old index. */
export const releaseAfter: readonly Change[] = [
  ...attribute,
  ...newIndex,
  ...newTable,
  {
    file: events,
    from: "IncidentSeverityChanged: z.object({ from: Severity, to: Severity, reason: z.string() }),",
    to: "IncidentSeverityChanged: z.object({ from: Severity, to: Severity, reason: z.string(), steps: z.number() }),",
  },
  {
    file: events,
    from: formats,
    to: `{
    ...firstFormats(incidentEventSchemas),
    IncidentSeverityChanged: {
      current: incidentEventSchemas.IncidentSeverityChanged,
      upcasters: [(data) => ({ ...data, steps: 1 })],
    },
  };`,
  },
  {
    file: "domain/incidents/incident.ts",
    from: "reason: command.reason })];",
    to: "reason: command.reason, steps: 2 })];",
  },
  {
    file: "store/tables.ts",
    from: `      {
        name: "GSI3",
        partitionKey: string("GSI3PK"),
        sortKey: string("GSI3SK"),
        projection: ["id", "title", "status", "severity", "service", "created_at"],
        purpose: "Incidents by the day (UTC) on which they began.",
      },
`,
    to: "",
  },
  { file: "store/readModels/incidents/lists.ts", from: 'rangeByTime("GSI3",', to: 'rangeByTime("GSI4",' },
  {
    file: "store/readModels/incidents/readModel.ts",
    from: `        table,
        numbers.map((number) => ({ PK: keys.number(number), SK: keys.numbered })),`,
    to: `        "aegis-numbers",
        numbers.map((number) => ({ PK: keys.number(number) })),`,
  },
];
