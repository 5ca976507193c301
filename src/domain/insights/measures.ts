/** What entities are measured by, the tallies that takes, and which entities a question is about. */
import { z } from "zod";
import { invalid, parseOrRefuse } from "../kernel/errors.js";
import type { Request } from "../kernel/request.js";
import { addDays } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import { requireType, typeOfId } from "./catalog.js";
import { activeFormula } from "./health.js";
import type { MetricSettings } from "./intake.js";
import { toEntityKey } from "./keys.js";
import { firstActivityOf } from "./measure.js";
import type { InsightsReadModel } from "./readModel.js";
import { requireVisibleEntity, requireVisibleType } from "./scope.js";
import type { BacktestEntities } from "./service.js";
import type { Catalog, Entity, HealthFormula, Tally } from "./state.js";
import { bucketEnd, bucketStart, toWholeSecond } from "./tallies.js";
import { EntityId, limits } from "./values.js";

/** Rows of entities that one request asks for. */
const pageSize = 100;
/** Entities whose tallies are read at the same time. */
const readersAtMost = 8;

/** What an entity is measured by at present. */
export interface Measure {
  readonly catalog: Catalog;
  readonly formula: HealthFormula;
  readonly of: "ENTITY" | "AGGREGATE";
}

/** Instants between which tallies count, both included. */
export interface Range {
  readonly from: Instant;
  readonly until: Instant;
}

export interface Measures {
  /** No request but where the settings are not at hand. */
  measureOf(entityType: string): Promise<Measure>;
  /** The tallies that metrics between two instants rest on. A request for each megabyte. */
  talliesOf(entityKey: string, of: Measure["of"], range: Range): Promise<readonly Tally[]>;
  /**
   * The entities that a backtest is about, in the order in which they are named or listed. One request for a hundred.
   * @throws NotFoundError where one is not there for the one who asks; ValidationError where they are of several types.
   */
  entitiesOf(asked: BacktestEntities, request: Pick<Request, "scope">): Promise<readonly Entity[]>;
}

export function createMeasures(deps: {
  readonly readModel: Pick<InsightsReadModel, "getEntities" | "getTallies" | "listEntities">;
  readonly settings: MetricSettings;
}): Measures {
  const { readModel, settings } = deps;

  const namedEntities = async (given: readonly string[], { scope }: Pick<Request, "scope">) => {
    const catalog = await settings.catalog();
    const entityIds = parseOrRefuse(EntityIds, given, ["entities", "entityIds"]);
    const named = entityIds.map((entityId) => ({ entityId, field: "entityIds", scope }));
    const keys = named.map((one) => {
      // An id that says no type is that of nothing.
      const type = typeOfId(catalog, one.entityId);
      const { entityType } = requireVisibleEntity(type && { entityType: type.name }, one);
      return { type: entityType, id: one.entityId };
    });
    const found = await inPages(keys.map(toEntityKey), (page) => readModel.getEntities(page));
    const entities = named.map((one, index) => requireVisibleEntity(found[index], one));
    const types = new Set(keys.map(({ type }) => type));
    if (types.size > 1)
      throw invalid(["entities", "entityIds"], "must be of one type: each type has a formula of its own");
    return entities;
  };

  const firstOfType = async (entityType: string, atMost: number): Promise<readonly Entity[]> => {
    const found: Entity[] = [];
    let after: string | undefined;
    do {
      const first = Math.min(pageSize, atMost - found.length);
      const page = await readModel.listEntities({ filter: { entityType }, order: "NEWEST_FIRST", first, after });
      found.push(...page.rows.map(({ row }) => row));
      after = page.resumeAfter ?? (page.hasMore ? page.rows.at(-1)?.cursor : undefined);
    } while (after !== undefined && found.length < atMost);
    return found;
  };

  return {
    async measureOf(entityType) {
      const [catalog, formulas] = await Promise.all([settings.catalog(), settings.formulas(entityType)]);
      const role = catalog.entityTypes.find(({ name }) => name === entityType)?.role ?? "ENTITY";
      return { catalog, formula: activeFormula(formulas), of: role };
    },

    talliesOf: (entityKey, of, { from, until }) =>
      readModel.getTallies({
        entityKey,
        of,
        from: bucketStart(addDays(from, -limits.windowDays)),
        until: bucketEnd(until),
      }),

    async entitiesOf(asked, request) {
      if (!("entityType" in asked)) return namedEntities(asked.entityIds, request);
      requireVisibleType(asked.entityType, "entityType", request.scope);
      requireType(await settings.catalog(), asked.entityType, ["entities", "ofType", "entityType"]);
      return firstOfType(asked.entityType, parseOrRefuse(AtMost, asked.atMost, ["entities", "ofType", "atMost"]));
    },
  };
}

const EntityIds = z
  .array(EntityId)
  .min(1, "must name at least one entity")
  .max(limits.backtestEntities, `must have at most ${limits.backtestEntities}`)
  .refine((ids) => new Set(ids).size === ids.length, "must not name an entity twice");

const atMostMessage = `must be a whole number from 1 to ${limits.backtestEntities}`;
const AtMost = z
  .number(atMostMessage)
  .int(atMostMessage)
  .min(1, atMostMessage)
  .max(limits.backtestEntities, atMostMessage);

/** When there first was anything about the entity: before that it has no metrics, not even zeros. */
export function beginningOf({ firstActivityAt }: Pick<Entity, "firstActivityAt">, tallies: readonly Tally[]): Instant {
  const first = firstActivityOf(tallies);
  const recorded = toWholeSecond(firstActivityAt);
  return first !== undefined && first < recorded ? first : recorded;
}

/** What `read` says of all of them, a hundred at a time. */
export async function inPages<T, Result>(
  all: readonly T[],
  read: (page: readonly T[]) => Promise<readonly Result[]>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < all.length; from += pageSize)
    results.push(...(await read(all.slice(from, from + pageSize))));
  return results;
}

/** The results in the order of `all`; a few at a time. */
export async function eachOf<T, Result>(
  all: readonly T[],
  work: (one: T) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < all.length; from += readersAtMost)
    results.push(...(await Promise.all(all.slice(from, from + readersAtMost).map(work))));
  return results;
}
