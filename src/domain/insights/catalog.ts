/** The rules of the catalog: which types of entities and which kinds of activity there are, and the metrics that follow. */
import type { DecisionContext, Decider } from "../kernel/decider.js";
import { NotFoundError, invalid } from "../kernel/errors.js";
import type { Proposed, Recorded } from "../kernel/event.js";
import { canonicalJson } from "../kernel/hashChain.js";
import { present } from "../kernel/present.js";
import type { CatalogCommand, InsightsCommandOf } from "./commands.js";
import type { CatalogEvent } from "./events.js";
import { requireAllTypes, requireOwnTypes } from "./scope.js";
import type { Catalog, InsightsStateOf } from "./state.js";
import { defaultEntityTypes, defaultKinds, limits } from "./values.js";
import type { ActivityKind, EntityType } from "./values.js";

type State = InsightsStateOf<"catalog">;
type Decision = readonly Proposed<CatalogEvent>[];

/** Where nothing was ever defined: the seed's types and kinds. */
export const defaultCatalog: Catalog = { entityTypes: defaultEntityTypes, kinds: defaultKinds, version: 0, hash: "" };

/** `sessions_7d`: how many there were in the last so many days. */
export function countMetric({ plural }: Pick<ActivityKind, "plural">, days: number): string {
  return `${plural}_${days}d`;
}

/** `avg_rating`: the mean of the values of the last 30 days. */
export function meanMetric({ name }: Pick<ActivityKind, "name">): string {
  return `avg_${name}`;
}

/** The metrics of a kind: counts by rising window, then the mean. */
export function metricsOfKind(kind: ActivityKind): readonly string[] {
  const counts = [...kind.windows].sort((a, b) => a - b).map((days) => countMetric(kind, days));
  return kind.value === undefined ? counts : [...counts, meanMetric(kind)];
}

/**
 * The names of all metrics, in the order in which their kinds were defined. They end in `_<n>d` or begin with `avg_`, so none
 * is the name of another attribute of an entity (`entity_id`, `health_score`, `last_updated`, `ttl`).
 */
export function metricNames({ kinds }: Pick<Catalog, "kinds">): readonly string[] {
  return kinds.flatMap(metricsOfKind);
}

/** The type that an id says by its prefix (defect M14); undefined where no type has it. */
export function typeOfId({ entityTypes }: Pick<Catalog, "entityTypes">, entityId: string): EntityType | undefined {
  const prefix = entityId.slice(0, entityId.indexOf("_") + 1);
  return entityTypes.find((type) => type.prefix === prefix);
}

/** @throws NotFoundError for `field` where there is no such type. */
export function requireType(
  catalog: Pick<Catalog, "entityTypes">,
  name: string,
  field: string | readonly string[],
): EntityType {
  const found = catalog.entityTypes.find((type) => type.name === name);
  if (found === undefined) throw new NotFoundError("EntityType", name, typeof field === "string" ? [field] : field);
  return found;
}

export function kindNamed({ kinds }: Pick<Catalog, "kinds">, name: string): ActivityKind | undefined {
  return kinds.find((kind) => kind.name === name);
}

function decide(
  command: CatalogCommand,
  { catalog = defaultCatalog }: State,
  { scope = "all" }: DecisionContext,
): Decision {
  switch (command.type) {
    case "DefineEntityType":
      requireOwnTypes([command.name], "name", scope);
      return defineType(command, catalog);
    case "DefineActivityKind":
      requireAllTypes("kinds of activity", scope);
      return defineKind(command, catalog);
  }
}

function defineType(
  { type: _, ...entityType }: InsightsCommandOf<"DefineEntityType">,
  { entityTypes }: Catalog,
): Decision {
  const known = entityTypes.find(({ name }) => name === entityType.name);
  if (known !== undefined) {
    // Ids that are in use say the type by this prefix; facts that are recorded went the way of this role.
    if (known.prefix !== entityType.prefix) throw invalid("prefix", `must stay ${known.prefix}`);
    if (known.role !== entityType.role) throw invalid("role", `must stay ${known.role}`);
    return [];
  }
  const owner = entityTypes.find(({ prefix }) => prefix === entityType.prefix);
  if (owner !== undefined) throw invalid("prefix", `is that of ${owner.name}`);
  if (entityTypes.length >= limits.entityTypes) throw invalid("name", `would be one more than ${limits.entityTypes}`);
  return [{ type: "EntityTypeDefined", data: { entityType } }];
}

function defineKind({ type: _, ...given }: InsightsCommandOf<"DefineActivityKind">, catalog: Catalog): Decision {
  const kind = toKind(given);
  const known = kindNamed(catalog, kind.name);
  if (known !== undefined && canonicalJson(known) === canonicalJson(kind)) return [];
  const others = catalog.kinds.filter(({ name }) => name !== kind.name);
  const namesake = others.find(({ plural }) => plural === kind.plural);
  if (namesake !== undefined) throw invalid("plural", `is that of ${namesake.name}`);
  const taken = new Set(metricNames({ kinds: others }));
  const collision = metricsOfKind(kind).find((metric) => taken.has(metric));
  if (collision !== undefined) throw invalid("name", `would give a second metric ${collision}`);
  if (known !== undefined) requireExtension(known, kind);
  else if (others.length >= limits.kinds) throw invalid("name", `would be one more than ${limits.kinds}`);
  return [{ type: "ActivityKindDefined", data: { kind } }];
}

/** A kind may get windows and other bounds. Its metrics stay: formulas and rules name them. */
function requireExtension(known: ActivityKind, kind: ActivityKind): void {
  if (known.plural !== kind.plural) throw invalid("plural", `must stay ${known.plural}: it is in the names of metrics`);
  const gone = known.windows.find((days) => !kind.windows.includes(days));
  if (gone !== undefined) throw invalid("windows", `must keep ${gone}: formulas and rules may name its metric`);
  if ((known.value === undefined) !== (kind.value === undefined))
    throw invalid("value", known.value === undefined ? "its facts have none" : "its facts have one: it must stay");
}

/** In the form in which kinds are compared and kept: windows rise, what is absent is absent. */
function toKind({ name, plural, windows, value }: ActivityKind): ActivityKind {
  return { name, plural, windows: [...windows].sort((a, b) => a - b), ...present({ value }) };
}

function evolve({ catalog = defaultCatalog }: State, recorded: Recorded<CatalogEvent>): State {
  const { version, hash } = recorded;
  return { kind: "catalog", catalog: { ...changed(catalog, recorded), version, hash } };
}

function changed(catalog: Catalog, { type, data }: CatalogEvent): Catalog {
  switch (type) {
    case "EntityTypeDefined":
      return { ...catalog, entityTypes: withNamed(catalog.entityTypes, data.entityType) };
    case "ActivityKindDefined":
      return { ...catalog, kinds: withNamed<ActivityKind>(catalog.kinds, toKind(data.kind)) };
  }
}

/** The new one in the place of its namesake, or at the end. */
function withNamed<T extends { readonly name: string }>(all: readonly T[], one: T): readonly T[] {
  const known = all.some(({ name }) => name === one.name);
  return known ? all.map((other) => (other.name === one.name ? one : other)) : [...all, one];
}

export const catalogDecider: Decider<State, CatalogCommand, CatalogEvent> = {
  initialState: { kind: "catalog" },
  decide,
  evolve,
};
