/** `node(id)`: anything by its global id. */
import { Arg, Authorized, Ctx, ID, Query, Resolver } from "type-graphql";
import { invalid } from "../domain/kernel/errors.js";
import { readGlobalId } from "../schema/globalId.js";
import { Node } from "../schema/node.js";
import type { GraphQLContext } from "./context.js";
import { loadComment, loadEntry, loadNamedView } from "./incidents/incident.resolver.js";
import { lookUpIncidentId, requirePartKey } from "./incidents/ids.js";
import { insightNodes } from "./insights/nodes.js";
import { integrationNodes } from "./integrations/session.resolver.js";
import { projectNodes } from "./projects/project.resolver.js";
import { researchNodes } from "./research/request.resolver.js";

@Resolver()
export class NodeQueries {
  @Authorized("VIEWER")
  @Query(() => Node, { nullable: true, description: "Anything by its global id; null where it does not exist." })
  async node(
    @Ctx() context: GraphQLContext,
    @Arg("id", () => ID, { description: "The global id." }) id: string,
  ): Promise<Node | undefined> {
    const type = readGlobalId(id)?.type;
    switch (type) {
      case "Incident":
        return loadNamedView(context, "Query.node", await lookUpIncidentId(context, id, "id"));
      case "Comment":
        return loadComment(context, "Query.node", requirePartKey("Comment", id, "id"));
      case "TimelineEntry":
        return loadEntry(context, "Query.node", requirePartKey("TimelineEntry", id, "id"));
      case "Project":
      case "ProjectEvent":
      case "Batch":
        return projectNodes[type](context, id);
      case "Entity":
      case "Insight":
        return insightNodes[type](context, id);
      case "ResearchRequest":
        return researchNodes[type](context, id);
      case "IntegrationSession":
        return integrationNodes[type](context, id);
      default:
        throw invalid("id", "must be a global id");
    }
  }
}
