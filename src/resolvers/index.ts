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
] as const;

export type { GraphQLContext, GraphQLServices } from "./context.js";
export { createCursorCodec } from "./cursor.js";
export { describeError } from "./errors.js";
export { createLoaders } from "./loaders.js";
