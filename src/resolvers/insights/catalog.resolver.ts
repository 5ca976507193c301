/** Queries about what can be measured: types, kinds, health formulas. */
import { Arg, Authorized, Ctx, Query, Resolver } from "type-graphql";
import { requireType } from "../../domain/insights/index.js";
import { HealthFormulas, InsightsCatalog } from "../../schema/insights/catalog.type.js";
import type { GraphQLContext } from "../context.js";
import { toCatalogView, toFormulasView } from "./views.js";
import { seesType } from "./visible.js";

@Resolver()
export class CatalogQueries {
  @Authorized("VIEWER")
  @Query(() => InsightsCatalog, {
    description: "Which types of entities and kinds of activity there are, and the metrics that come of them.",
  })
  async insightsCatalog(@Ctx() { loaders, caller }: GraphQLContext): Promise<InsightsCatalog> {
    return toCatalogView(await loaders.insightsCatalog.load("all"), caller.projects);
  }

  @Authorized("VIEWER")
  @Query(() => HealthFormulas, {
    nullable: true,
    description: "How health scores of a type of entities are made; null where the type is not one of yours.",
  })
  async healthFormulas(
    @Ctx() context: GraphQLContext,
    @Arg("entityType", () => String, { description: "The type, such as student." }) entityType: string,
  ): Promise<HealthFormulas | undefined> {
    if (!seesType(context, "Query.healthFormulas", entityType)) return undefined;
    const { loaders } = context;
    const [catalog, formulas] = await Promise.all([
      loaders.insightsCatalog.load("all"),
      loaders.healthFormulas.load(entityType),
    ]);
    requireType(catalog, entityType, "entityType");
    return toFormulasView(formulas);
  }
}
