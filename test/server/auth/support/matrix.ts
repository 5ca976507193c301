/**
 * Every root field of the schema: who may use it, how it is asked, and what a caller is told of an incident that belongs to
 * none of its projects. A new root field needs a line here: the matrix test fails without.
 */
import { randomUUID } from "node:crypto";
import type { Role } from "../../../../src/resolvers/index.js";
import type { World } from "./world.js";

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
  "Subscription.incidentChanged": query(
    "VIEWER",
    "silence",
    "($after: String) { incidentChanged(after: $after) { entry { incident { reference } } position } }",
    ({ position: after }) => ({ after }),
  ),
};
