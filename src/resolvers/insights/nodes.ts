/** What `node` answers for global ids of this context. */
import type { GraphQLContext } from "../context.js";
import { findEntityView } from "./entity.resolver.js";
import { findInsightView } from "./insight.resolver.js";
import type { EntityView, InsightView } from "./views.js";

export const insightNodes = {
  Entity: async (context: GraphQLContext, id: string): Promise<EntityView | undefined> =>
    findEntityView(context, "Query.node", id),
  Insight: async (context: GraphQLContext, id: string): Promise<InsightView | undefined> =>
    findInsightView(context, "Query.node", id),
} as const;
