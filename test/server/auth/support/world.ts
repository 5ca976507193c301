/** A server whose callers carry tokens, and incidents with one of everything, to be asked about. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "../../../../src/config/config.js";
import { incidentCategory } from "../../../../src/domain/incidents/index.js";
import type { IncidentOutcome } from "../../../../src/domain/incidents/index.js";
import {
  entityCategory,
  healthFormulaCategory,
  insightCategory,
  ruleCategory,
  toEntityKey,
} from "../../../../src/domain/insights/index.js";
import { sessionStream } from "../../../../src/domain/integrations/index.js";
import type { Request } from "../../../../src/domain/kernel/request.js";
import { toStreamName } from "../../../../src/domain/kernel/streamName.js";
import {
  defaultBatchPolicy,
  projectEventCategory,
  projectSettingsCategory,
} from "../../../../src/domain/projects/index.js";
import { requestStream } from "../../../../src/domain/research/index.js";
import { createLogger } from "../../../../src/observability/logger.js";
import type { Role } from "../../../../src/resolvers/index.js";
import { toGlobalId } from "../../../../src/schema/globalId.js";
import { startOpsledger } from "../../../../src/server/composition.js";
import type { Opsledger } from "../../../../src/server/composition.js";
import { post, until } from "../../../support/graphql/client.js";
import type { Answer } from "../../../support/graphql/client.js";
import { bearer, secret, tokenOf } from "./tokens.js";

export interface AuthServer {
  readonly opsledger: Opsledger;
  /** Lines of the log that tell of denied attempts, since the last call. */
  denials(): Record<string, unknown>[];
  /** Requests to DynamoDB that callers caused since the last call, by name. */
  counted(): string[];
  /** Sends an operation as somebody. */
  ask<Data = Record<string, unknown>>(
    token: string | undefined,
    query: string,
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<Answer<Data>>;
  close(): Promise<void>;
}

export async function startAuthServer(environment: Readonly<Record<string, string>> = {}): Promise<AuthServer> {
  const dataDir = await mkdtemp(join(tmpdir(), "opsledger-auth-"));
  const lines: string[] = [];
  const sent: string[] = [];
  const opsledger = await startOpsledger({
    config: parseConfig({
      PORT: "0",
      DATA_DIR: dataDir,
      AUTH_SECRET: secret,
      RESEARCH_WORKER: "off",
      INTEGRATION_POLLER: "off",
      ...environment,
    }),
    logger: createLogger({ level: "warn", destination: { write: (line: string) => void lines.push(line) } }),
    onRequest: ({ operation }) => sent.push(operation),
  });
  return {
    opsledger,
    denials: () =>
      lines
        .splice(0)
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ event }) => event === "access.denied"),
    counted: () => sent.splice(0),
    ask: (token, query, variables) =>
      post(opsledger.http.url, { query, variables, headers: token === undefined ? {} : bearer(token) }),
    close: async () => {
      await opsledger.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A token of ana's. */
export function tokenFor(roles: readonly Role[], projects?: "*" | readonly string[], sub = "ana"): Promise<string> {
  return tokenOf({ claims: { sub, roles, projects } });
}

/** An incident with one of everything, and others around it; all of one project. */
export interface World {
  /** The first of its services; it has a second one, `<service>-2`. */
  readonly service: string;
  readonly incidentId: string;
  readonly number: number;
  readonly commentId: string;
  readonly entryId: string;
  /** The event behind the entry. */
  readonly eventId: string;
  readonly linkId: string;
  readonly followUpId: string;
  /** Behind its declaration. */
  readonly position: string;
  readonly otherId: string;
  readonly resolvedId: string;
  readonly mergedId: string;
  /** Of the project that is called like the service: an event that waits for its batch. */
  readonly projectEventId: string;
  /** A batch of that project. */
  readonly batchId: string;
  /** A type of entities that is called like the service, and what there is of it. */
  readonly insights: InsightsWorld;
  /** Requests of the project that is called like the service. */
  readonly research: ResearchWorld;
  /** A session of ana's in the world "own", in all others of a user who is called like the service. */
  readonly integrations: IntegrationsWorld;
  /** Sums the versions of all streams: whether anything has changed. */
  versions(): Promise<number>;
}

/** An entity with a fact of three days ago, a rule that never fires, and insights. */
export interface InsightsWorld {
  readonly entityType: string;
  readonly entityId: string;
  readonly ruleId: string;
  readonly alertId: string;
  readonly recommendationId: string;
  readonly resolvedId: string;
  readonly dismissedId: string;
}

/** A session that is active. */
export interface IntegrationsWorld {
  readonly sessionId: string;
  readonly userId: string;
  readonly serviceType: string;
  /** Behind its connection. */
  readonly position: string;
}

/** A request that a machine of ana's has, and two that wait. */
export interface ResearchWorld {
  readonly runningId: string;
  readonly leaseToken: number;
  /** Behind the submission of the one that runs. */
  readonly position: string;
  readonly pendingId: string;
  readonly otherId: string;
}

const ana: Request = { actor: { kind: "USER", id: "ana" }, scope: "all", correlationId: "world" };

/** Makes what there is to be asked about, all of it new. */
export async function createWorld(server: AuthServer, service: string): Promise<World> {
  const { eventStore } = server.opsledger.ledger;
  // First: what else there is comes behind the position that it gives.
  const incidents = await createIncidents(server, service);
  const [project, insights, research, integrations] = await Promise.all([
    createProject(server, service),
    createInsights(server, service),
    createResearch(server, service),
    createIntegrations(server, service),
  ]);
  await archiveOne(server, service);
  const { incidentStreams, ...ofIncidents } = incidents;
  const { projectStreams, ...ofProject } = project;
  const streams = [
    ...incidentStreams,
    ...projectStreams,
    ...streamsOf(insights),
    ...[research.runningId, research.pendingId, research.otherId].map(requestStream),
    sessionStream(integrations.sessionId),
  ];
  return {
    service,
    ...ofIncidents,
    ...ofProject,
    insights,
    research,
    integrations,
    versions: async () => {
      const heads = await Promise.all(streams.map((streamId) => eventStore.headVersion(streamId)));
      return heads.reduce((sum, version) => sum + version, 0);
    },
  };
}

/** Something of every kind happens in a project: enough for whoever waits to be told of it. */
export async function happenIn(server: AuthServer, service: string): Promise<void> {
  const makers = [createIncidents, createProject, createInsights, createResearch, createIntegrations];
  await Promise.all(makers.map((make) => make(server, service)));
}

/** A world in which what `about` names is new; all else is that of `known`. To make everything new takes half a second. */
export async function renewWorld(server: AuthServer, known: World, about: (world: World) => unknown): Promise<World> {
  const named = new Set<string | symbol>();
  about(
    new Proxy(known, {
      get: (world, name) => {
        named.add(name);
        return Reflect.get(world, name) as unknown;
      },
    }),
  );
  const { service } = known;
  const namesProject = named.has("projectEventId") || named.has("batchId");
  const own = new Set<string | symbol>([
    ...["service", "insights", "research", "integrations", "projectEventId", "batchId"],
  ]);
  const namesIncident = [...named].some((name) => !own.has(name));
  const [incidents, project, insights, research, integrations] = await Promise.all([
    namesIncident ? createIncidents(server, service, (name) => named.has(name)) : undefined,
    namesProject ? createProject(server, service) : undefined,
    named.has("insights") ? createInsights(server, service) : known.insights,
    named.has("research") ? createResearch(server, service) : known.research,
    named.has("integrations") ? createIntegrations(server, service) : known.integrations,
  ]);
  return { ...known, ...incidents, ...project, insights, research, integrations };
}

/** One of the project's incidents is in the archive. */
async function archiveOne(server: AuthServer, service: string): Promise<void> {
  const { incidents, incidentViews, archiver } = server.opsledger.ledger;
  const { incidentId } = await incidents.declare({ title: "It failed", severity: "P4", services: [service] }, ana);
  await incidents.change(incidentId, "ChangeStatus", { to: "CANCELLED" }, ana);
  // Both the incident and what is left of it are found by an index.
  await until(async () => {
    await archiver.run({ olderThanDays: 0 });
    const { rows } = await incidentViews.listArchived({ first: 100 });
    return rows.some(({ row }) => row.incidentId === incidentId);
  });
}

/** An incident, and of what else there is of incidents only what is wanted: each command has all processors at work. */
async function createIncidents(
  server: AuthServer,
  service: string,
  isWanted: (name: keyof World) => boolean = () => true,
) {
  const { incidents } = server.opsledger.ledger;
  const input = { title: "It fails", severity: "P1" as const, services: [service, `${service}-2`], commander: "ana" };
  const declare = () => incidents.declare(input, ana);
  const main = await declareByApi(server, input);
  const { incidentId } = main.incident;
  const ids = [incidentId];
  const another = async () => {
    const { incidentId: id } = await declare();
    ids.push(id);
    return id;
  };
  const made: Partial<Record<"commentId" | "entryId" | "eventId" | "otherId" | "resolvedId" | "mergedId", string>> = {};
  if (isWanted("commentId"))
    made.commentId = partId("Comment", await incidents.addComment(incidentId, { text: "Words" }, ana));
  if (isWanted("entryId") || isWanted("eventId")) {
    const entry = await incidents.change(incidentId, "RecordEntry", { text: "Something" }, ana);
    made.entryId = partId("TimelineEntry", entry);
    made.eventId = entry.entry?.entryId ?? "";
  }
  if (isWanted("linkId")) await incidents.link(incidentId, { kind: "URL", target: "https://example.org/" }, ana);
  if (isWanted("followUpId")) await incidents.addFollowUp(incidentId, { title: "Something to do" }, ana);
  if (isWanted("otherId")) made.otherId = await another();
  if (isWanted("resolvedId")) {
    made.resolvedId = await another();
    await incidents.change(made.resolvedId, "ChangeStatus", { to: "RESOLVED" }, ana);
  }
  if (isWanted("mergedId")) {
    made.mergedId = await another();
    await incidents.merge(made.mergedId, await another(), undefined, ana);
  }
  const [incident] = await server.opsledger.ledger.incidentViews.getIncidents([incidentId]);
  return {
    incidentStreams: ids.map((id) => toStreamName(incidentCategory, id)),
    incidentId,
    number: incident?.number ?? 0,
    linkId: incident?.links[0]?.linkId ?? "",
    followUpId: incident?.followUps[0]?.followUpId ?? "",
    position: main.position,
    commentId: made.commentId ?? "",
    entryId: made.entryId ?? "",
    eventId: made.eventId ?? "",
    otherId: made.otherId ?? "",
    resolvedId: made.resolvedId ?? "",
    mergedId: made.mergedId ?? "",
  };
}

let delivered = 0;

/** A project with a batch, and an event that waits for one. */
async function createProject(server: AuthServer, project: string) {
  const { projects, projectViews } = server.opsledger.ledger;
  const ingest = () =>
    projects.ingest(
      {
        source: "GENERIC",
        deliveryId: `world-${(delivered += 1)}`,
        project,
        event: { kind: "NOTE", title: `Something in ${project}` },
      },
      ana,
    );
  await projects.setSettings(project, { policy: { ...defaultBatchPolicy, maxCount: 45 } }, ana);
  await ingest();
  let batchId: string | undefined;
  // What waits is found by an index.
  await until(async () => (batchId = (await projects.flush(project, ana))[0]?.batchId) !== undefined);
  // Once it is posted, nothing happens to it by itself.
  await until(async () => (await projectViews.getBatches([batchId ?? ""]))[0]?.status === "POSTED");
  await projects.addRule({ source: "GITHUB", field: "REPOSITORY", pattern: `${project}/${delivered}`, project }, ana);
  const { projectEventId } = await ingest();
  return {
    projectEventId,
    batchId: batchId ?? "",
    projectStreams: [
      toStreamName(projectEventCategory, projectEventId),
      toStreamName(projectSettingsCategory, project),
    ],
  };
}

let worlds = 0;
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

async function createInsights(server: AuthServer, service: string): Promise<InsightsWorld> {
  const { insights } = server.opsledger.ledger;
  // Not every name of a service can be that of a type.
  const isType = /^[a-z]{1,9}$/.test(service);
  const entityType = isType ? service : "student";
  const prefix = isType ? `${service}_` : "stu_";
  if (isType) await insights.defineEntityType({ name: entityType, prefix, role: "ENTITY" }, ana);
  const entityId = `${prefix}${(worlds += 1)}`;
  await insights.recordActivity({ entityId, kind: "session", occurredAt: daysAgo(3) }, ana);
  const ruleId = `never_${worlds}`;
  await insights.createRule(ruleId, { definition: neverFires(entityType) }, ana);
  const raise = async (predictionType: string) => {
    const { alertId, insight } = await insights.raise(
      {
        predictionType,
        entityId,
        riskScore: 82,
        title: "Something is up",
        explanation: "A model says so",
        recommendations: ["Call"],
        modelUsed: "world",
      },
      ana,
    );
    return { alertId, recommendationId: insight?.recommendations[0]?.recommendationId ?? "" };
  };
  const open = await raise("churn_risk");
  const resolved = await raise("to_resolve");
  await insights.change(resolved.alertId, "ResolveInsight", {}, ana);
  const dismissed = await raise("to_dismiss");
  await insights.change(dismissed.alertId, "DismissInsight", { reason: "OTHER" }, ana);
  return {
    entityType,
    entityId,
    ruleId,
    ...open,
    resolvedId: resolved.alertId,
    dismissedId: dismissed.alertId,
  };
}

/** What it takes to ask for research in a project. */
export const researchIn = (projectId: string) => ({
  projectId,
  requestType: "market",
  config: {
    keywords: ["semaglutide"],
    sources: [{ name: "FDA", baseUrl: "https://www.fda.gov", sourceType: "GOVERNMENT" as const }],
  },
});

const foundItem = {
  ...{ itemId: "a", url: "https://www.fda.gov/a", title: "A", text: "A", score: 1, matchedKeywords: ["semaglutide"] },
  ...{ source: "FDA", sourceType: "GOVERNMENT" as const },
};

async function createResearch(server: AuthServer, service: string): Promise<ResearchWorld> {
  const { research } = server.opsledger.ledger;
  // By the API, for its cursor.
  const { data } = await server.ask<{ submitRequest: { request: { requestId: string }; position: string } }>(
    await tokenFor(["ADMIN"]),
    "mutation ($input: SubmitRequestInput!) { submitRequest(input: $input) { request { requestId } position } }",
    { input: researchIn(service) },
  );
  if (!data?.submitRequest.request) throw new Error("the request was not submitted");
  const { request, position } = data.submitRequest;
  const machine = { ...ana, actor: { kind: "SYSTEM" as const, id: "ana" } };
  const [claimed] = await research.claim(
    { workerId: "world", requestIds: [request.requestId], leaseSeconds: 3_600 },
    machine,
  );
  const leaseToken = claimed?.leaseToken ?? 0;
  await research.start(request.requestId, { leaseToken }, machine);
  await research.addItems(request.requestId, { leaseToken, part: 1, items: [foundItem] }, machine);
  const submit = () => research.submit(researchIn(service), ana);
  const [pending, other] = await Promise.all([submit(), submit()]);
  return {
    runningId: request.requestId,
    leaseToken,
    position,
    pendingId: pending.requestId,
    otherId: other.requestId,
  };
}

/** What it takes to connect Gmail, or a service like it, for a user. */
export const sessionOf = (userId: string, serviceType = "gmail") => ({
  userId,
  serviceType,
  webhookUrl: "https://hooks.example.org/items?token=secret",
  credentialRef: `${userId}/${serviceType}`,
});

/** Whoever had the session before: it begins anew. */
async function createIntegrations(server: AuthServer, service: string): Promise<IntegrationsWorld> {
  const userId = service === "own" ? "ana" : service;
  const sessionId = `${userId}#gmail`;
  const { integrations, integrationViews } = server.opsledger.ledger;
  const [known] = await integrationViews.getSessions([sessionId]);
  if (known !== undefined) await integrations.disconnect(sessionId, {}, ana);
  // By the API, for its cursor.
  const { data } = await server.ask<{ connectIntegration: { position: string; errors: unknown[] } }>(
    await tokenFor(["ADMIN"]),
    "mutation ($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { position errors { message } } }",
    { input: sessionOf(userId) },
  );
  const { position } = data?.connectIntegration ?? {};
  if (position == null) throw new Error(JSON.stringify(data));
  return { sessionId, userId, serviceType: "gmail", position };
}

/** A rule whose condition no entity meets. */
export function neverFires(entityType: string) {
  return {
    title: "Never",
    entityTypes: [entityType],
    conditions: [
      { type: "THRESHOLD" as const, metric: "sessions_7d", comparison: "BELOW" as const, fireAt: -1, clearAt: 0 },
    ],
  };
}

function streamsOf({ entityType, entityId, ruleId, alertId, resolvedId, dismissedId }: InsightsWorld): string[] {
  return [
    toStreamName(entityCategory, toEntityKey({ type: entityType, id: entityId })),
    toStreamName(healthFormulaCategory, entityType),
    toStreamName(ruleCategory, ruleId),
    ...[alertId, resolvedId, dismissedId].map((id) => toStreamName(insightCategory, id)),
  ];
}

function partId(type: "Comment" | "TimelineEntry", { incidentId, entry }: IncidentOutcome): string {
  if (entry === undefined) throw new Error("nothing was recorded");
  const { event } = entry;
  const id = event.type === "IncidentCommentAdded" ? event.data.commentId : entry.entryId;
  return toGlobalId(type, `${incidentId}/${entry.occurredAt}/${id}`);
}

interface Declared {
  readonly incident: { readonly incidentId: string };
  readonly position: string;
}

/** By the API, for its cursor. */
async function declareByApi(server: AuthServer, input: Readonly<Record<string, unknown>>): Promise<Declared> {
  const { data } = await server.ask<{ declareIncident: Declared }>(
    await tokenFor(["ADMIN"]),
    "mutation ($input: DeclareIncidentInput!) { declareIncident(input: $input) { incident { incidentId } position } }",
    { input },
  );
  if (!data?.declareIncident.incident) throw new Error("the incident was not declared");
  return data.declareIncident;
}
