/** What is there for the caller, whatever it is. All else does not exist, and asking for it leaves a trace. */
import type { GraphQLContext } from "./context.js";
import type { ScopedLoader } from "./scoped.js";

/** What the argument of the root field `field` names; undefined where the caller may not see it, which is logged. */
export async function loadNamedRow<Row>(
  { audit }: GraphQLContext,
  loader: ScopedLoader<Row>,
  { entity, id, field }: { readonly entity: string; readonly id: string; readonly field: string },
): Promise<Row | undefined> {
  const row = await loader.load(id);
  if (row === undefined && loader.hides(id)) {
    audit.denied({ reason: "FOREIGN_PROJECT", field, entity, entityId: id });
  }
  return row;
}
