/** The rules that the GraphQL schema keeps, whatever is added to it; and that schema.graphql shows it as it is. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  printSchema,
  validateSchema,
} from "graphql";
import type { GraphQLField, GraphQLInterfaceType, GraphQLNamedType, GraphQLObjectType } from "graphql";
import { describe, expect, it } from "vitest";
import { limits } from "../src/domain/incidents/index.js";
import {
  limits as projectLimits,
  projectEventKinds,
  projectEventSources,
  summaryLimits,
} from "../src/domain/projects/index.js";
import { limits as insightLimits } from "../src/domain/insights/index.js";
import { sessionStatuses } from "../src/domain/integrations/index.js";
import { limits as researchLimits, requestStatuses, sourceTypes, strategies } from "../src/domain/research/index.js";
import { buildSchema } from "../src/server/composition.js";

const schema = buildSchema();
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);

type Fielded = GraphQLObjectType | GraphQLInterfaceType;
const fielded = types.filter((type): type is Fielded => isObjectType(type) || isInterfaceType(type));
const fieldsOf = (type: Fielded): [string, GraphQLField<unknown, unknown>][] =>
  Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field]);

/** Everything that a reader of the schema can point at, by its path. */
function describables(type: GraphQLNamedType): [string, string | null | undefined][] {
  const own: [string, string | null | undefined] = [type.name, type.description];
  if (isEnumType(type))
    return [own, ...type.getValues().map((value) => [`${type.name}.${value.name}`, value.description] as const)].map(
      ([path, description]) => [path, description],
    );
  if (isInputObjectType(type))
    return [
      own,
      ...Object.values(type.getFields()).map(({ name, description }): [string, string | null | undefined] => [
        `${type.name}.${name}`,
        description,
      ]),
    ];
  if (!isObjectType(type) && !isInterfaceType(type)) return [own];
  return [
    own,
    ...fieldsOf(type).flatMap(([path, field]): [string, string | null | undefined][] => [
      [path, field.description],
      ...field.args.map(({ name, description }): [string, string | null | undefined] => [
        `${path}(${name})`,
        description,
      ]),
    ]),
  ];
}

/** Lists that are no connections: each is bounded, by what is said here. */
const boundedLists: Readonly<Record<string, string>> = {
  "Query.incidentCounts": "one for each status",
  "Incident.participants": `at most ${limits.participants}`,
  "Incident.followUps": `at most ${limits.followUps}`,
  "Incident.links": `at most ${limits.links}`,
  "Incident.labels": `at most ${limits.labels}`,
  "Incident.mergedIncidents": `at most ${limits.mergedIncidents}`,
  "Comment.revisions": "the last ten",
  "Query.processors": "as many as this server was built with",
  "WhyAnswer.causes": "at most 100",
  "WhyAnswer.effects": "at most 1,000: `complete` says whether that is all",
  "WhyAnswer.request": "at most 1,000: `complete` says whether that is all",
  "ProjectEvent.refs": `at most ${projectLimits.refs}`,
  "ProjectActivity.bySource": `one for each of ${projectEventSources.length} sources`,
  "SummaryStats.bySource": `one for each of ${projectEventSources.length} sources`,
  "SummaryStats.byKind": `one for each of ${projectEventKinds.length} kinds`,
  ...summaryLists("ActivitySummary", "BatchSummary", "SummaryPreview"),
  ...claimLists("SummaryClaim", "SummaryTheme", "SummaryBlocker", "SummaryAchievement"),
  "BatchPolicyBacktest.byTrigger": "one for each trigger",
  "IngestProjectEventsPayload.results": `one for each of at most ${projectLimits.ingestItems} events`,
  "FlushBatchPayload.batches": `what waited, ${projectLimits.batchEvents} events in each`,
  "InsightsCatalog.entityTypes": `at most ${insightLimits.entityTypes}`,
  "InsightsCatalog.activityKinds": `at most ${insightLimits.kinds}`,
  "HealthFormula.components": `at most ${insightLimits.components}`,
  "HealthFormulas.formulas": `at most ${insightLimits.formulaVersions}`,
  "EntityMetrics.values": `one for each metric: at most ${insightLimits.kinds * (insightLimits.windows + 1)}`,
  "EntityMetrics.components": `at most ${insightLimits.components}`,
  "MetricsPoint.values": "one for each metric, as above",
  "MetricsMessage.values": "one for each metric, as above",
  "Entity.lastActivityAt": `one for each of at most ${insightLimits.kinds} kinds`,
  "Activity.groups": `at most ${insightLimits.groups}`,
  "BacktestedEntity.points": `one for each of at most ${insightLimits.backtestDays} days`,
  "RecordActivitiesPayload.results": `one for each of at most ${insightLimits.activities} facts`,
  "InsightRule.silences": `at most ${insightLimits.silences}`,
  "InsightIncidentPolicy.severities": "at most 5",
  "Insight.evidence": `at most ${insightLimits.evidence}`,
  "Insight.recommendations": `at most ${insightLimits.recommendations}`,
  "Insight.feedback": "one for each person who gave one",
  "Insight.notices": "one for each kind of notice",
  "Query.queueStats": `one for each of ${strategies.length} strategies`,
  "QueueStats.byStatus": `one for each of ${requestStatuses.length} statuses`,
  "ResearchConfig.sources": `at most ${researchLimits.sources}`,
  "ResearchRequest.warnings": `the last ${researchLimits.keptNotes}`,
  "ResearchRequest.statusHistory": `the last ${researchLimits.keptNotes}`,
  "ResearchResults.keyFindings": `at most ${researchLimits.findings}`,
  "ResearchResults.bySourceType": `one for each of ${sourceTypes.length} types`,
  "ResearchProgressMessage.logs": `at most ${researchLimits.logEntries}`,
  "ClaimRequestsPayload.claimed": `at most ${researchLimits.claim}`,
  "ClaimedRequest.parts": `at most ${researchLimits.parts}`,
  "Query.addedItems": `at most ${researchLimits.itemsOfPart}`,
  "Query.integrationServices": "as many as this server was built with",
  "IntegrationHealth.services": "one for each service that was ever connected",
  "IntegrationHealth.byStatus": `one for each of ${sessionStatuses.length} statuses`,
  "IntegrationServiceHealth.byStatus": `one for each of ${sessionStatuses.length} statuses`,
};

function summaryLists(...types: readonly string[]): Readonly<Record<string, string>> {
  const { themes, claims, links } = summaryLimits;
  const lists = { themes, blockers: claims, achievements: claims, links };
  return Object.fromEntries(
    types.flatMap((type) => Object.entries(lists).map(([name, most]) => [`${type}.${name}`, `at most ${most}`])),
  );
}

function claimLists(...types: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(types.map((type) => [`${type}.events`, `at most ${projectLimits.batchEvents}`]));
}

/** What changes nothing that was there: a new thing, or whatever waits. And what a token stands for in the place of a version. */
const withoutVersion = [
  "declareIncident",
  "ingestProjectEvent",
  "ingestProjectEvents",
  "flushBatch",
  "recordActivity",
  "recordActivities",
  "createInsightRule",
  "raiseInsight",
  "submitRequest",
  "claimRequests",
  "startRequest",
  "heartbeatRequest",
  "addRequestItems",
  "appendRequestLogs",
  "completeRequest",
  "failRequest",
  "releaseRequest",
  "connectIntegration",
];

/** Why a list of objects may be a plain list: part of a page, part of one event or refusal, or in {@link boundedLists}. */
function isBounded(path: string): boolean {
  const [type = "", field = ""] = path.split(".");
  if (type.endsWith("Connection") && (field === "edges" || field === "nodes")) return true;
  // The errors of one mutation.
  if (field === "errors") return true;
  // What one change set, at most as much as the incident holds.
  if (type === "LabelsChangedEntry" || type === "IncidentDeclaredEntry") return true;
  return Object.hasOwn(boundedLists, path);
}

const objectLists = fielded
  .flatMap(fieldsOf)
  .filter(([, field]) => isListType(getNullableType(field.type)))
  .filter(([, field]) => {
    const item = getNamedType(field.type);
    return isObjectType(item) || isInterfaceType(item);
  })
  .map(([path]) => path);

it("is a valid schema, which no process asks at its start", () => {
  expect(validateSchema(schema)).toEqual([]);
});

describe("schema.graphql", () => {
  it("is the schema as it is built; npm run generate writes it", async () => {
    const file = await readFile(join(import.meta.dirname, "..", "schema.graphql"), "utf8");
    expect(`${printSchema(schema)}\n`).toBe(file);
  });
});

describe("every type, field, argument, input field and enum value", () => {
  it("has a description", () => {
    const lacking = types.flatMap(describables).filter(([, description]) => (description ?? "").trim() === "");
    expect(lacking).toEqual([]);
  });

  it("is named as its kind is: UPPER_SNAKE values, camelCase fields, PascalCase types", () => {
    const enumValues = types.filter(isEnumType).flatMap((type) => type.getValues().map(({ name }) => name));
    expect(enumValues.filter((name) => !/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(name))).toEqual([]);
    const names = [
      ...types.filter(isInputObjectType).flatMap((type) => Object.keys(type.getFields())),
      ...fielded.flatMap(fieldsOf).flatMap(([, { name, args }]) => [name, ...args.map((argument) => argument.name)]),
    ];
    expect(names.filter((name) => !/^[a-z][A-Za-z0-9]*$/.test(name))).toEqual([]);
    expect(types.map(({ name }) => name).filter((name) => !/^[A-Z][A-Za-z0-9]*$/.test(name))).toEqual([]);
  });
});

describe("a list of objects", () => {
  it("that can grow is a connection", () => {
    expect(objectLists.filter((path) => !isBounded(path))).toEqual([]);
  });

  it("that is excepted is still there", () => {
    expect(Object.keys(boundedLists).filter((path) => !objectLists.includes(path))).toEqual([]);
  });

  it("never holds null", () => {
    const lists = fielded.flatMap(fieldsOf).filter(([, { type }]) => isListType(getNullableType(type)));
    const holdsNull = lists.filter(([, { type }]) => {
      const list = getNullableType(type);
      return isListType(list) && !isNonNullType(list.ofType);
    });
    expect(holdsNull.map(([path]) => path)).toEqual([]);
  });

  it("is asked for with `first` and `after`, and says whether there is more", () => {
    const connections = fielded
      .flatMap(fieldsOf)
      .filter(([, { type }]) => getNamedType(type).name.endsWith("Connection"));
    expect(connections.length).toBeGreaterThan(3);
    for (const [path, { args, type }] of connections) {
      const first = args.find(({ name }) => name === "first");
      expect([path, String(first?.type), first?.defaultValue]).toEqual([path, "Int", 20]);
      expect([path, String(args.find(({ name }) => name === "after")?.type)]).toEqual([path, "String"]);
      const connection = getNamedType(type);
      expect(isObjectType(connection) && Object.keys(connection.getFields())).toEqual(
        expect.arrayContaining(["edges", "nodes", "pageInfo"]),
      );
    }
  });
});

describe("every mutation", () => {
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});

  it("takes one required input", () => {
    expect(mutations.length).toBeGreaterThan(20);
    for (const { name, args } of mutations) {
      expect([name, args.map((argument) => argument.name)]).toEqual([name, ["input"]]);
      const [input] = args;
      expect([name, isNonNullType(input?.type) && isInputObjectType(input.type.ofType)]).toEqual([name, true]);
    }
  });

  it("can be repeated with a key; every change of something can name the version that it expects", () => {
    for (const { name, args } of mutations) {
      const input = args[0] && getNamedType(args[0].type);
      const fields = isInputObjectType(input) ? Object.keys(input.getFields()) : [];
      expect([name, fields]).toEqual([name, expect.arrayContaining(["idempotencyKey"])]);
      if (!withoutVersion.includes(name))
        expect([name, fields]).toEqual([name, expect.arrayContaining(["expectedVersion"])]);
    }
  });

  it("answers with a payload of its own, with typed errors and a position", () => {
    const payloads = mutations.map(({ name, type }) => {
      const payload = getNamedType(type);
      const implemented = isObjectType(payload) ? payload.getInterfaces().map((one) => one.name) : [];
      expect([name, isNonNullType(type), implemented]).toEqual([
        name,
        true,
        expect.arrayContaining(["MutationPayload"]),
      ]);
      return payload.name;
    });
    expect(new Set(payloads).size).toBe(payloads.length);
    const shared = schema.getType("MutationPayload");
    expect(isInterfaceType(shared) && Object.keys(shared.getFields()).sort()).toEqual(["errors", "position"]);
  });
});

describe("every subscription", () => {
  it("can be resumed: it takes `after` and gives a `position`", () => {
    const subscriptions = Object.values(schema.getSubscriptionType()?.getFields() ?? {});
    expect(subscriptions.length).toBeGreaterThan(0);
    for (const { name, args, type } of subscriptions) {
      expect([name, args.map((argument) => argument.name)]).toEqual([name, expect.arrayContaining(["after"])]);
      const message = getNamedType(type);
      expect([name, isObjectType(message) && String(message.getFields()["position"]?.type)]).toEqual([name, "String!"]);
    }
  });
});
