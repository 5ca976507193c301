/** All resolvers of the schema. */
import "reflect-metadata";
import {
  CommentEntryFields,
  CommentFields,
  IncidentFields,
  IncidentLinkFields,
  IncidentQueries,
  PostmortemFields,
  TimelineEntryFields,
} from "./incidents/incident.resolver.js";
import {
  IncidentMutations,
  IncidentPayloadFields,
  commentPayloadFields,
} from "./incidents/incidentMutations.resolver.js";
import { IncidentSubscriptions } from "./incidents/incident.subscription.js";
import { HistoryFields, HistoryQueries } from "./incidents/history.resolver.js";
import { EventQueries, EventSubscriptions } from "./ledger/events.resolver.js";
import { OperateMutations, OperateQueries } from "./ledger/operate.resolver.js";
import { WhyQueries } from "./ledger/why.resolver.js";
import { NodeQueries } from "./node.resolver.js";

export const resolvers = [
  NodeQueries,
  IncidentQueries,
  IncidentFields,
  IncidentLinkFields,
  PostmortemFields,
  CommentFields,
  TimelineEntryFields,
  CommentEntryFields,
  IncidentMutations,
  IncidentPayloadFields,
  ...commentPayloadFields,
  IncidentSubscriptions,
  HistoryQueries,
  HistoryFields,
  EventQueries,
  EventSubscriptions,
  WhyQueries,
  OperateQueries,
  OperateMutations,
] as const;

export { authChecker } from "./authorization.js";
export type { Attempt, AuditTrail, Caller, GraphQLContext, GraphQLServices } from "./context.js";
export { createCursorCodec } from "./cursor.js";
export { describeError } from "./errors.js";
export { createLoaders } from "./loaders.js";
export { accessProblem, grants, isRole, roleMeanings, roles, takesAllProjects } from "./roles.js";
export type { Role } from "./roles.js";
