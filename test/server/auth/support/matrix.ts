/**
 * Every root field of the schema: who may use it, how it is asked, and what a caller is told of an incident that belongs to
 * none of its projects. A new root field needs a line here: the matrix test fails without.
 */
import { randomUUID } from "node:crypto";
import type { Role } from "../../../../src/resolvers/index.js";
import { researchIn, sessionOf } from "./world.js";
import type { InsightsWorld, IntegrationsWorld, ResearchWorld, World } from "./world.js";

type Json = Readonly<Record<string, unknown>>;

/** What a caller of other projects gets. */
export type Hidden =
  /** The field is null, as for what does not exist. */
  | "null"
  /** A list without rows, or counts of nothing. */
  | "empty"
  /** A mutation's payload with this error, or the error itself of a query or subscription. */
  | "NOT_FOUND"
  | "FORBIDDEN"
  /** A payload in which each item has FORBIDDEN. */
  | "all refused"
  /** Nothing of it: what comes is about the caller's own. */
  | "silence"
  /** Nothing is hidden: the field is about the whole ledger and takes a caller who may see all. */
  | "all or nothing";

export interface Row {
  readonly least: Role;
  readonly hidden: Hidden;
  /** The selection of the field, for queries and subscriptions; mutations select their errors. */
  readonly ask?: string;
  /** Values of the variables, by the fixture that is asked about; for mutations the input. */
  readonly about: (world: World) => Json;
  /** Where success cannot be arranged here: the code of the refusal that shows that the caller was let in. */
  readonly letInWith?: string;
}

const query = (least: Role, hidden: Hidden, ask: string, about: Row["about"] = () => ({})): Row => ({
  least,
  hidden,
  ask,
  about,
});
const change = (about: Row["about"]): Row => ({ least: "RESPONDER", hidden: "NOT_FOUND", about });
/** For machines. */
const ingest = (about: Row["about"]): Row => ({ least: "WORKER", hidden: "FORBIDDEN", about });
/** A change of the incident itself. */
const of = (input: Json): Row => change(({ incidentId }) => ({ incidentId, ...input }));

/** For those who run the system. */
const operate = (ask: string, about: Row["about"] = () => ({})): Row => ({
  least: "OPERATOR",
  hidden: "all or nothing",
  ask,
  about,
});
/** There is no such dead letter: being told so takes being let in. */
const deadLetter = (input: Json): Row => ({
  least: "OPERATOR",
  hidden: "all or nothing",
  about: () => ({ processor: "nobody", streamId: "nothing", ...input }),
  letInWith: "NOT_FOUND",
});

/** About what there is of a type of entities. */
const insights =
  (about: (world: InsightsWorld) => Json): Row["about"] =>
  ({ insights: world }) =>
    about(world);
/** A change of an insight. */
const onInsight = (input: Json): Row => change(insights(({ alertId }) => ({ alertId, ...input })));
/** Of those who run the system, with nothing to select. */
const set = (about: Row["about"], letInWith?: string): Row => ({
  least: "OPERATOR",
  hidden: "all or nothing",
  about,
  ...(letInWith === undefined ? {} : { letInWith }),
});
const setRule = (input: Json, letInWith?: string): Row =>
  set(
    insights(({ ruleId }) => ({ ruleId, ...input })),
    letInWith,
  );

/** About requests of a project. */
const research =
  (about: (world: ResearchWorld) => Json): Row["about"] =>
  ({ research: world }) =>
    about(world);
/** A change of a request that waits. */
const onRequest = (input: Json): Row => change(research(({ pendingId: requestId }) => ({ requestId, ...input })));
/** What a worker says under a token that nobody has: being told so takes being let in. */
const underLease = (input: Json): Row => ({
  least: "WORKER",
  hidden: "NOT_FOUND",
  about: research(({ runningId: requestId, leaseToken }) => ({ requestId, leaseToken: leaseToken + 1, ...input })),
  letInWith: "LEASE_LOST",
});

/** About a session of a user: of the caller, or of somebody else. */
const integrations =
  (about: (world: IntegrationsWorld) => Json): Row["about"] =>
  ({ integrations: world }) =>
    about(world);
/** A change of a session that is active. */
const onSession = (input: (world: IntegrationsWorld) => Json = () => ({})): Row =>
  change(integrations((world) => ({ userId: world.userId, serviceType: world.serviceType, ...input(world) })));
/** There is no such dead letter. */
const onDeadLetter = (): Row => ({ ...onSession(() => ({ deadLetterId: "0".repeat(32) })), letInWith: "NOT_FOUND" });

const results: Json = { executiveSummary: "Nothing", urlsDiscovered: 0, contentExtracted: 0, apiCalls: 0 };
const item: Json = {
  ...{ itemId: "a", url: "https://www.fda.gov/a", title: "A", text: "A", score: 1 },
  ...{ source: "FDA", sourceType: "GOVERNMENT" },
};

const definition = (entityType: string, title = "Never"): Json => ({
  title,
  entityTypes: [entityType],
  conditions: [{ threshold: { metric: "sessions_7d", comparison: "BELOW", fireAt: -1, clearAt: 0 } }],
});
const components = [{ name: "engagement", metric: "sessions_14d", weight: 1, worst: 0, best: 8 }];
const inTheEnd = "2099-01-01T00:00:00Z";

export const matrix: Readonly<Record<string, Row>> = {
  "Query.incident": query("VIEWER", "null", "($id: ID!) { incident(id: $id) { id } }", ({ incidentId: id }) => ({
    id,
  })),
  "Query.incidentByNumber": query(
    "VIEWER",
    "null",
    "($number: Int!) { incidentByNumber(number: $number) { id } }",
    ({ number }) => ({ number }),
  ),
  "Query.node": query("VIEWER", "null", "($id: ID!) { node(id: $id) { id } }", ({ commentId: id }) => ({ id })),
  "Query.incidents": query(
    "VIEWER",
    "empty",
    "($service: String) { incidents(filter: { service: $service }) { nodes { id } } }",
    ({ service }) => ({ service }),
  ),
  "Query.incidentRecords": query(
    "VIEWER",
    "empty",
    "($id: ID!) { incidentRecords(incidentId: $id) { nodes { __typename } } }",
    ({ incidentId: id }) => ({ id }),
  ),
  "Query.incidentCounts": query("VIEWER", "empty", "{ incidentCounts { status count } }"),
  "Query.incidentHistory": query(
    "VIEWER",
    "null",
    "($id: ID!) { incidentHistory(id: $id) { toVersion } }",
    ({ incidentId: id }) => ({ id }),
  ),
  "Query.archivedIncidents": query("VIEWER", "empty", "{ archivedIncidents { nodes { reference } } }"),
  "Query.project": query("VIEWER", "null", "($name: ID!) { project(name: $name) { id } }", ({ service: name }) => ({
    name,
  })),
  "Query.projects": query("VIEWER", "empty", "{ projects { nodes { id } } }"),
  "Query.projectEvents": query(
    "VIEWER",
    "empty",
    "($project: String) { projectEvents(filter: { project: $project }) { nodes { id } } }",
    ({ service: project }) => ({ project }),
  ),
  "Query.projectEvent": query(
    "VIEWER",
    "null",
    "($id: ID!) { projectEvent(id: $id) { id } }",
    ({ projectEventId: id }) => ({ id }),
  ),
  "Query.batches": query(
    "VIEWER",
    "empty",
    "($project: String) { batches(filter: { project: $project }) { nodes { id } } }",
    ({ service: project }) => ({ project }),
  ),
  "Query.batch": query("VIEWER", "null", "($id: ID!) { batch(id: $id) { id } }", ({ batchId: id }) => ({ id })),
  "Query.assignmentRules": query("VIEWER", "empty", "{ assignmentRules { nodes { ruleId } } }"),
  "Query.backtestBatchPolicy": query(
    "VIEWER",
    "null",
    "($project: ID!) { backtestBatchPolicy(project: $project, policy: {}) { events } }",
    ({ service: project }) => ({ project }),
  ),
  "Query.entity": query(
    "VIEWER",
    "null",
    "($id: ID!) { entity(id: $id) { id } }",
    insights(({ entityId: id }) => ({ id })),
  ),
  "Query.entities": query(
    "VIEWER",
    "empty",
    "($type: String!) { entities(filter: { type: $type }, orderBy: NEWEST_FIRST) { nodes { id } } }",
    insights(({ entityType: type }) => ({ type })),
  ),
  "Query.metrics": query(
    "VIEWER",
    "null",
    "($id: ID!) { metrics(entityId: $id) { sessions7d } }",
    insights(({ entityId: id }) => ({ id })),
  ),
  "Query.metricsHistory": query(
    "VIEWER",
    "empty",
    "($id: ID!) { metricsHistory(entityId: $id) { nodes { at } } }",
    insights(({ entityId: id }) => ({ id })),
  ),
  "Query.insight": query(
    "VIEWER",
    "null",
    "($id: ID!) { insight(id: $id) { id } }",
    insights(({ alertId: id }) => ({ id })),
  ),
  "Query.insights": query(
    "VIEWER",
    "empty",
    "($id: ID) { insights(filter: { entityId: $id }) { nodes { id } } }",
    insights(({ entityId: id }) => ({ id })),
  ),
  "Query.insightRule": query(
    "VIEWER",
    "null",
    "($id: ID!) { insightRule(id: $id) { ruleId } }",
    insights(({ ruleId: id }) => ({ id })),
  ),
  "Query.insightRules": query("VIEWER", "empty", "{ insightRules { nodes { ruleId } } }"),
  "Query.insightsCatalog": query("VIEWER", "empty", "{ insightsCatalog { entityTypes { name } } }"),
  "Query.healthFormulas": query(
    "VIEWER",
    "null",
    "($type: String!) { healthFormulas(entityType: $type) { version } }",
    insights(({ entityType: type }) => ({ type })),
  ),
  "Query.backtestHealthFormula": query(
    "VIEWER",
    "NOT_FOUND",
    "($type: String!, $components: [HealthComponentInput!]!) { backtestHealthFormula(entities: { ofType: { entityType: $type } }, components: $components) { entityCount } }",
    insights(({ entityType: type }) => ({ type, components })),
  ),
  "Query.backtestInsightRule": query(
    "VIEWER",
    "NOT_FOUND",
    "($type: String!, $definition: InsightRuleDefinitionInput!) { backtestInsightRule(entities: { ofType: { entityType: $type, atMost: 1 } }, definition: $definition) { entityCount } }",
    insights(({ entityType: type }) => ({ type, definition: definition(type) })),
  ),
  "Query.request": query(
    "VIEWER",
    "null",
    "($id: ID!) { request(id: $id) { id version lease { workerId } } }",
    research(({ runningId: id }) => ({ id })),
  ),
  "Query.requests": query(
    "VIEWER",
    "empty",
    "($projectId: String) { requests(filter: { projectId: $projectId }) { nodes { id } } }",
    ({ service: projectId }) => ({ projectId }),
  ),
  "Query.addedItems": query(
    "WORKER",
    "null",
    "($id: ID!) { addedItems(requestId: $id, part: 1) { itemId } }",
    research(({ runningId: id }) => ({ id })),
  ),
  "Query.queueStats": query("VIEWER", "empty", "{ queueStats(strategy: TABLE) { count: submitted } }"),
  "Query.researchLimit": query(
    "VIEWER",
    "null",
    "($projectId: String!) { researchLimit(projectId: $projectId) { version } }",
    ({ service: projectId }) => ({ projectId }),
  ),
  "Query.integrationSession": query(
    "VIEWER",
    "null",
    "($userId: String!, $serviceType: String!) { integrationSession(userId: $userId, serviceType: $serviceType) { id nextPollAt } }",
    integrations(({ userId, serviceType }) => ({ userId, serviceType })),
  ),
  "Query.integrationSessions": query(
    "VIEWER",
    "empty",
    "($userId: String!) { integrationSessions(filter: { userId: $userId }) { nodes { id } } }",
    integrations(({ userId }) => ({ userId })),
  ),
  "Query.pollHistory": query(
    "VIEWER",
    "null",
    "($userId: String!, $serviceType: String!) { pollHistory(userId: $userId, serviceType: $serviceType) { pageInfo { hasNextPage } } }",
    integrations(({ userId, serviceType }) => ({ userId, serviceType })),
  ),
  "Query.integrationServices": query("VIEWER", "silence", "{ integrationServices { type title } }"),
  // Of those who may not see all, their own sessions.
  "Query.integrationHealth": query("VIEWER", "silence", "{ integrationHealth { services { serviceType } } }"),
  "Query.events": operate("{ events { nodes { eventId } } }"),
  "Query.why": operate("($id: ID!) { why(eventId: $id) { correlationId } }", ({ eventId: id }) => ({ id })),
  "Query.processors": operate("{ processors { name } }"),
  "Query.deadLetters": operate("{ deadLetters { pageInfo { hasNextPage } } }"),

  "Mutation.declareIncident": {
    least: "RESPONDER",
    hidden: "FORBIDDEN",
    about: ({ service }) => ({ title: "Another", severity: "P3", services: [service] }),
  },
  "Mutation.changeIncidentStatus": of({ to: "ACKNOWLEDGED" }),
  "Mutation.reopenIncident": change(({ resolvedId }) => ({ incidentId: resolvedId, reason: "Again" })),
  "Mutation.changeIncidentSeverity": of({ to: "P0", reason: "Worse" }),
  "Mutation.editIncident": of({ title: "Another title" }),
  "Mutation.addIncidentService": of({ service: "own-3" }),
  "Mutation.removeIncidentService": of({ service: "own-2" }),
  "Mutation.changeIncidentLabels": of({ set: [{ key: "team", value: "payments" }] }),
  "Mutation.assignIncidentRole": of({ personId: "ben", role: "RESPONDER" }),
  "Mutation.releaseIncidentRole": of({ personId: "ana", role: "COMMANDER" }),
  "Mutation.handOverIncidentRole": of({ role: "COMMANDER", from: "ana", to: "ben" }),
  "Mutation.addIncidentComment": of({ text: "Hello" }),
  "Mutation.editIncidentComment": change(({ commentId }) => ({ commentId, text: "Other words" })),
  "Mutation.deleteIncidentComment": change(({ commentId }) => ({ commentId })),
  "Mutation.promoteIncidentComment": change(({ commentId }) => ({ commentId })),
  "Mutation.recordTimelineEntry": of({ text: "It happened" }),
  "Mutation.pinTimelineEntry": change(({ entryId }) => ({ entryId })),
  "Mutation.unpinTimelineEntry": change(({ entryId }) => ({ entryId })),
  "Mutation.attachIncidentSummary": of({ text: "So it stands" }),
  "Mutation.linkIncident": change(({ incidentId, otherId }) => ({ incidentId, kind: "INCIDENT", target: otherId })),
  "Mutation.unlinkIncident": change(({ incidentId, linkId }) => ({ incidentId, linkId })),
  "Mutation.mergeIncidents": change(({ incidentId, otherId }) => ({ incidentId, intoIncidentId: otherId })),
  "Mutation.unmergeIncident": change(({ mergedId }) => ({ incidentId: mergedId })),
  "Mutation.addFollowUp": of({ title: "Learn" }),
  "Mutation.changeFollowUp": change(({ incidentId, followUpId }) => ({ incidentId, followUpId, title: "Learn more" })),
  "Mutation.completeFollowUp": change(({ incidentId, followUpId }) => ({ incidentId, followUpId })),
  "Mutation.reopenFollowUp": change(({ incidentId, followUpId }) => ({ incidentId, followUpId })),
  "Mutation.restoreIncident": set(({ incidentId }) => ({ incidentId })),
  "Mutation.attachPostmortem": of({ title: "What we learned", content: "Much" }),

  "Mutation.ingestProjectEvent": ingest(({ service: project }) => ({ title: "Something", project })),
  "Mutation.ingestProjectEvents": {
    // Refused or not is said of each event.
    ...ingest(({ service: project }) => ({ events: [{ title: "Something", project }] })),
    hidden: "all refused",
  },
  "Mutation.reassignProjectEvent": change(({ projectEventId, service: project }) => ({ projectEventId, project })),
  "Mutation.setProjectSettings": change(({ service: project }) => ({ project, channel: "#releases" })),
  "Mutation.flushBatch": change(({ service: project }) => ({ project })),
  "Mutation.regenerateSummary": change(({ batchId }) => ({ batchId })),
  "Mutation.retryBatchPost": {
    ...change(({ batchId }) => ({ batchId })),
    // It has been posted.
    letInWith: "INVALID_TRANSITION",
  },
  "Mutation.addAssignmentRule": {
    least: "OPERATOR",
    hidden: "all or nothing",
    about: ({ service: project }) => ({ source: "GITHUB", field: "REPOSITORY", pattern: `${randomUUID()}/*`, project }),
  },
  "Mutation.removeAssignmentRule": {
    least: "OPERATOR",
    hidden: "all or nothing",
    about: () => ({ ruleId: randomUUID() }),
    letInWith: "NOT_FOUND",
  },

  "Mutation.recordActivity": ingest(insights(({ entityId }) => ({ entityId, kind: "session" }))),
  "Mutation.recordActivities": {
    ...ingest(insights(({ entityId }) => ({ activities: [{ entityId, kind: "session" }] }))),
    hidden: "all refused",
  },
  "Mutation.raiseInsight": ingest(
    insights(({ entityId }) => ({
      ...{ entityId, predictionType: "churn_risk", riskScore: 83 },
      ...{ title: "Something", explanation: "Something is up", modelUsed: "matrix" },
    })),
  ),
  "Mutation.acknowledgeInsight": onInsight({}),
  "Mutation.snoozeInsight": onInsight({ until: inTheEnd }),
  "Mutation.resolveInsight": change(insights(({ resolvedId: alertId }) => ({ alertId }))),
  "Mutation.dismissInsight": change(insights(({ dismissedId: alertId }) => ({ alertId, reason: "OTHER" }))),
  "Mutation.giveInsightFeedback": onInsight({ useful: true }),
  "Mutation.markInsightRecommendation": change(
    insights(({ alertId, recommendationId }) => ({ alertId, recommendationId })),
  ),
  "Mutation.linkInsightToIncident": change(({ incidentId, insights: { alertId } }) => ({ incidentId, alertId })),
  "Mutation.defineEntityType": set(
    insights(({ entityType }) => ({ name: entityType, prefix: `${entityType}_`, role: "ENTITY" })),
  ),
  // It is there: another one would have all entities measured anew.
  "Mutation.defineActivityKind": set(() => ({ name: "session", plural: "sessions", windows: [7, 14, 30] })),
  "Mutation.addHealthFormula": set(insights(({ entityType }) => ({ entityType, components }))),
  "Mutation.activateHealthFormula": set(insights(({ entityType }) => ({ entityType, formulaVersion: 1 }))),
  "Mutation.createInsightRule": set(
    insights(({ entityType }) => ({
      ruleId: `made_${randomUUID().replaceAll("-", "")}`,
      definition: definition(entityType),
    })),
  ),
  "Mutation.changeInsightRule": set(
    insights(({ ruleId, entityType }) => ({ ruleId, definition: definition(entityType, "Another title") })),
  ),
  "Mutation.enableInsightRule": setRule({}),
  "Mutation.disableInsightRule": setRule({ reason: "It is not needed" }),
  "Mutation.silenceInsightRule": setRule({ until: inTheEnd, reason: "We know" }),
  "Mutation.unsilenceInsightRule": setRule({ silenceId: randomUUID() }, "NOT_FOUND"),

  "Mutation.submitRequest": {
    least: "RESPONDER",
    hidden: "FORBIDDEN",
    about: ({ service }) => researchIn(service),
  },
  "Mutation.cancelRequest": onRequest({ reason: "Not needed" }),
  "Mutation.retryRequest": {
    ...onRequest({}),
    // It waits.
    letInWith: "INVALID_TRANSITION",
  },
  "Mutation.prioritiseRequest": onRequest({ priority: "HIGH" }),
  "Mutation.setResearchLimit": set(({ service: projectId }) => ({ projectId, maxRunning: 100 })),
  "Mutation.claimRequests": {
    least: "WORKER",
    hidden: "empty",
    // A machine gets one and a person the other; each once more by its key.
    about: research(({ pendingId, otherId }) => ({
      ...{ workerId: "matrix", requestIds: [pendingId, otherId], leaseSeconds: 3_600 },
      idempotencyKey: pendingId,
    })),
  },
  "Mutation.startRequest": underLease({}),
  "Mutation.heartbeatRequest": underLease({}),
  "Mutation.addRequestItems": underLease({ part: 1, items: [item] }),
  "Mutation.appendRequestLogs": underLease({ entries: [{ message: "Hello" }] }),
  "Mutation.completeRequest": underLease({ results }),
  "Mutation.failRequest": underLease({ error: "It is down" }),
  "Mutation.releaseRequest": underLease({}),

  "Mutation.connectIntegration": {
    least: "RESPONDER",
    hidden: "FORBIDDEN",
    // Another service than that of the world; each caller gets the same session by its key.
    about: integrations(({ userId }) => ({
      ...sessionOf(userId, "slack"),
      serviceState: { teamId: "T1234567", channelIds: ["C1234567"] },
      idempotencyKey: `connect ${userId}`,
    })),
  },
  "Mutation.pauseIntegration": onSession(),
  "Mutation.resumeIntegration": onSession(),
  "Mutation.changePollingInterval": onSession(() => ({ pollingIntervalMs: 90_000 })),
  "Mutation.changeIntegrationWebhook": onSession(() => ({ webhookUrl: "https://hooks.example.org/other" })),
  "Mutation.reauthorizeIntegration": onSession(({ userId }) => ({ credentialRef: `${userId}/other` })),
  "Mutation.pollIntegration": onSession(),
  "Mutation.disableIntegration": onSession(() => ({ reason: "It sends too much" })),
  "Mutation.disconnectIntegration": onSession(),
  "Mutation.redeliverItems": onDeadLetter(),
  "Mutation.discardItems": onDeadLetter(),

  "Mutation.retryDeadLetter": deadLetter({}),
  "Mutation.skipDeadLetter": deadLetter({ reason: "It is broken" }),

  "Subscription.events": operate("($after: String) { events(after: $after) { position } }", ({ position: after }) => ({
    after,
  })),
  "Subscription.incidentTimeline": query(
    "VIEWER",
    "NOT_FOUND",
    "($id: ID!, $after: String) { incidentTimeline(incidentId: $id, after: $after) { entry { incident { reference } } position } }",
    ({ incidentId: id, position: after }) => ({ id, after }),
  ),
  "Subscription.projectActivity": query(
    "VIEWER",
    "NOT_FOUND",
    "($project: ID!, $after: String) { projectActivity(project: $project, after: $after) { projectEventId position } }",
    ({ service: project, position: after }) => ({ project, after }),
  ),
  "Subscription.batchChanged": query(
    "VIEWER",
    "NOT_FOUND",
    "($project: ID, $after: String) { batchChanged(project: $project, after: $after) { change position } }",
    ({ service: project, position: after }) => ({ project, after }),
  ),
  "Subscription.metricsChanged": query(
    "VIEWER",
    "NOT_FOUND",
    "($id: ID!, $after: String) { metricsChanged(filter: { entityId: $id }, after: $after) { entity { id } position } }",
    ({ insights: { entityId: id }, position: after }) => ({ id, after }),
  ),
  "Subscription.insightRaised": query(
    "VIEWER",
    "NOT_FOUND",
    "($type: String!, $after: String) { insightRaised(filter: { entityType: $type }, after: $after) { insight { id } position } }",
    ({ insights: { entityType: type }, position: after }) => ({ type, after }),
  ),
  "Subscription.insightChanged": query(
    "VIEWER",
    "NOT_FOUND",
    "($id: ID!, $after: String) { insightChanged(filter: { entityId: $id }, after: $after) { insight { id } position } }",
    ({ insights: { entityId: id }, position: after }) => ({ id, after }),
  ),
  "Subscription.requestProgress": query(
    "VIEWER",
    "NOT_FOUND",
    "($id: ID!, $after: String) { requestProgress(id: $id, after: $after) { change position } }",
    ({ research: { runningId: id, position: after } }) => ({ id, after }),
  ),
  "Subscription.requestChanged": query(
    "VIEWER",
    "NOT_FOUND",
    "($projectId: String!, $after: String) { requestChanged(filter: { projectId: $projectId }, after: $after) { requestId position } }",
    ({ service: projectId, research: { position: after } }) => ({ projectId, after }),
  ),
  "Subscription.requestAvailable": query(
    "WORKER",
    "silence",
    "($after: String) { requestAvailable(after: $after) { request { projectId } position } }",
    ({ research: { position: after } }) => ({ after }),
  ),
  "Subscription.integrationSessionChanged": query(
    "VIEWER",
    "NOT_FOUND",
    "($userId: String!, $after: String) { integrationSessionChanged(filter: { userId: $userId }, after: $after) { change position } }",
    ({ integrations: { userId, position: after } }) => ({ userId, after }),
  ),
  "Subscription.incidentChanged": query(
    "VIEWER",
    "silence",
    "($after: String) { incidentChanged(after: $after) { entry { incident { reference } } position } }",
    ({ position: after }) => ({ after }),
  ),
};
