/** The state that decisions of this context are made on. */
import {
  bucketStart,
  catalogCategory,
  emptyTally,
  entityCategory,
  healthFormulaCategory,
  incidentSlotCategory,
  insightCategory,
  marksAtMost,
  parseWatchKey,
  ruleCategory,
  tallyKey,
  watchCategory,
} from "../../../domain/insights/index.js";
import type { EntityState, InsightsCommand, InsightsState, Tally } from "../../../domain/insights/index.js";
import type { Loaded, StateLoader } from "../../../domain/kernel/commandHandler.js";
import { parseStreamName } from "../../../domain/kernel/streamName.js";
import type { Clock, Instant } from "../../../domain/kernel/time.js";
import { batchGet } from "../../dynamodb/batchGet.js";
import type { DynamoDb } from "../../dynamodb/client.js";
import { queryAll } from "../../dynamodb/query.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import type { ShortStreamsDeps } from "../../dynamodb/shortStreams.js";
import { isAsWritten } from "../../seal.js";
import { createStreamStates } from "../../streamStates.js";
import type { RowOfStream } from "../../streamStates.js";
import {
  fromCatalogItem,
  fromEntityItem,
  fromFormulasItem,
  fromRuleItem,
  fromSlotItem,
  fromTallyItem,
  fromWatchItem,
  isOurs,
} from "./items.js";
import { bucketRange, entityItemKey, neededSince, rulesKeys, tallyItemKey } from "./keys.js";
import { insightsFolding } from "./states.js";

export interface InsightsStateLoaderDeps extends ShortStreamsDeps {
  readonly clock: Clock;
}

/** Of whom no tally is at hand: an aggregate, which is measured elsewhere. */
const noTallies = { tallies: new Map<string, Tally>(), talliesSince: "9999-12-31T00:00:00.000Z" } as const;

/** Tallies of one request: three kinds make at most 2,200 in a month. */
const talliesPage = 3_000;

/**
 * Creates the loader. An entity costs two requests, one after the other: its row, then the tallies of the last month; side by
 * side with these a third where facts are older. (Tallies that are younger than the row are met by the version check; those
 * that are older would be taken for the truth.) One that does not exist, or is only told what it came to, costs one. An
 * insight is folded from its stream, one request for 25; all others come from their rows, one request for 100. A row that
 * somebody edited decides nothing: then the log says what is so.
 */
export function createInsightsStateLoader(deps: InsightsStateLoaderDeps): StateLoader<InsightsState, InsightsCommand> {
  const { db, clock } = deps;
  const states = createStreamStates({ ...deps, folding: insightsFolding, isOurs });

  const loadEntity = async (streamId: string, command: InsightsCommand): Promise<Loaded<InsightsState>> => {
    const entityKey = parseStreamName(streamId).id;
    const item = await states.row("iops-dashboard-metrics", entityItemKey(entityKey));
    if (item === undefined || !isOurs(item)) return states.unwritten(streamId);
    if (!isAsWritten(item)) return states.fromLog(streamId);
    const entity = fromEntityItem(item);
    const { version, hash } = entity;
    if (command.type === "RecordMeasures") return { version, hash, state: { kind: "entity", entity, ...noTallies } };
    const talliesSince = neededSince(clock.now());
    const tallies = await readTallies(db, entityKey, talliesSince, bucketsOf(command, entityKey));
    if (tallies === undefined) return states.fromLog(streamId);
    return { version, hash, state: { kind: "entity", entity, tallies, talliesSince } };
  };

  return {
    load: (streamId, command) => {
      const { category } = parseStreamName(streamId);
      if (category === entityCategory) return loadEntity(streamId, command);
      return category === insightCategory
        ? states.fromShortStream(streamId)
        : states.fromRow(streamId, rowOf(streamId));
    },

    covers(state, command) {
      if (state.kind !== "entity" || command.type === "RecordMeasures") return true;
      const { tallies, talliesSince } = state;
      if (talliesSince === undefined) return true;
      return (
        talliesSince <= neededSince(clock.now()) &&
        bucketsOf(command, "").every((bucket) => bucket.from >= talliesSince || tallies.has(tallyKey(bucket)))
      );
    },
  };
}

/**
 * States for the cache: without tallies that only a fact of long ago needs. That one is then read for: three requests.
 */
export function trimInsightsState(clock: Clock): (state: InsightsState) => InsightsState {
  return (state) => (state.kind === "entity" ? withoutOld(state, neededSince(clock.now())) : state);
}

/** About how many bytes a state takes in memory; should all marks of it be looked at. */
export function weighInsightsState(state: InsightsState): number {
  if (state.kind !== "entity") return weights.state;
  let bytes = weights.state;
  for (const tally of state.tallies.values()) bytes += weights.tally + weights.mark * marksAtMost(tally);
  return bytes;
}

/** In bytes, as measured on Node 20, rounded up. */
const weights = { state: 2_000, tally: 500, mark: 56 } as const;

function withoutOld(state: EntityState, since: Instant): EntityState {
  const kept = [...state.tallies].filter(([, { from }]) => from >= since);
  if (kept.length === state.tallies.size) return state;
  const { talliesSince = since } = state;
  return { ...state, tallies: new Map(kept), talliesSince: talliesSince > since ? talliesSince : since };
}

type Bucket = Pick<Tally, "entityKey" | "from" | "kind">;

/** The buckets into which the facts of a command fall. */
function bucketsOf(command: InsightsCommand, entityKey: string): readonly Bucket[] {
  if (command.type !== "RecordActivities") return [];
  return command.activities.map(({ kind, occurredAt }) => ({ entityKey, kind, from: bucketStart(occurredAt) }));
}

/** Those since `since`, and `buckets` that are older; one without facts is there as an empty one. Undefined where somebody edited one. */
async function readTallies(
  db: DynamoDb,
  entityKey: string,
  since: Instant,
  buckets: readonly Bucket[],
): Promise<ReadonlyMap<string, Tally> | undefined> {
  const old = buckets.filter(({ from }) => from < since);
  const [recent, older] = await Promise.all([
    tallyItems(db, entityKey, { from: since }),
    batchGet(db, "iops-dashboard-tallies", old.map(tallyItemKey), { consistent: true }),
  ]);
  const found = [...recent, ...older.filter((item) => item !== undefined)].filter(isOurs);
  if (!found.every(isAsWritten)) return undefined;
  const tallies = [...old.map(emptyTally), ...found.map(fromTallyItem)];
  return new Map(tallies.map((tally) => [tallyKey(tally), tally]));
}

/** The items of a partition of tallies, strongly consistent. One request for each 3,000 or megabyte. */
export async function tallyItems(
  db: DynamoDb,
  partition: string,
  range: { readonly from: Instant; readonly until?: Instant | undefined },
): Promise<readonly Item[]> {
  const { from, to } = bucketRange(range);
  if (to < from) return [];
  const items: Item[] = [];
  const query = queryAll(db, "iops-dashboard-tallies", {
    KeyConditionExpression: "#partition = :partition AND #bucket BETWEEN :from AND :to",
    ExpressionAttributeNames: { "#partition": "entity_key", "#bucket": "bucket" },
    ExpressionAttributeValues: { ":partition": partition, ":from": from, ":to": to },
    ConsistentRead: true,
    Limit: talliesPage,
  });
  for await (const item of query) items.push(item);
  return items;
}

/** Where the state of a stream is as a row of `iops-dashboard-rules`. */
function rowOf(streamId: string): RowOfStream<InsightsState> {
  const { category, id } = parseStreamName(streamId);
  const at = <Row extends { readonly version: number; readonly hash: string }>(
    key: Item,
    fromItem: (item: Item) => Row,
    toState: (row: Row) => InsightsState,
  ): RowOfStream<InsightsState> => ({
    table: "iops-dashboard-rules",
    key,
    decode: (item) => {
      const row = fromItem(item);
      return { version: row.version, hash: row.hash, state: toState(row) };
    },
  });
  switch (category) {
    case catalogCategory:
      return at(rulesKeys.catalog, fromCatalogItem, (catalog) => ({ kind: "catalog", catalog }));
    case healthFormulaCategory:
      return at(rulesKeys.formulas(id), fromFormulasItem, (formulas) => ({ kind: "formulas", formulas }));
    case ruleCategory:
      return at(rulesKeys.rule(id), fromRuleItem, (rule) => ({ kind: "rule", rule }));
    case watchCategory:
      return at(rulesKeys.watch(parseWatchKey(id)), fromWatchItem, (watch) => ({ kind: "watch", watch }));
    case incidentSlotCategory:
      return at(rulesKeys.slot(id), fromSlotItem, (slot) => ({ kind: "slot", slot }));
    default:
      throw new Error(`${streamId} has no row of its own`);
  }
}
