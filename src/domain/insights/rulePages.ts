/** Which entities a rule is held against when it has changed, page by page. */
import { z } from "zod";
import { addSeconds } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import { toEntityKey } from "./keys.js";
import type { InsightsReadModel } from "./readModel.js";
import type { InsightRule } from "./state.js";

/** Entities, or watches, of one page. */
const pageSize = 50;
/** Rules are known elsewhere so many seconds after they have changed: entities that change later are evaluated by the new ones anyway. */
const knownEverywhereSeconds = 10;

/** Where the pages of a rule's entities have come to. */
const RulePage = z.discriminatedUnion("stage", [
  z.object({ stage: z.literal("WATCHES"), begun: z.string(), after: z.string().optional() }),
  z.object({ stage: z.literal("TYPES"), begun: z.string(), type: z.number().int(), after: z.string().optional() }),
]);
type RulePage = z.infer<typeof RulePage>;
type PageAt<S extends RulePage["stage"]> = Extract<RulePage, { readonly stage: S }>;

interface Found {
  readonly entityKeys: readonly string[];
  readonly next?: RulePage;
}

/**
 * First the entities for which the rule stands anywhere, whatever their types; then, while it is enabled, those of its types.
 * `after`: `next` of the page before; it is absent where there is no more. One request each.
 */
export function createRulePages(readModel: Pick<InsightsReadModel, "listEntities" | "listWatches">) {
  const ofWatches = async (rule: InsightRule, at: PageAt<"WATCHES">): Promise<Found> => {
    const page = await readModel.listWatches({ ruleId: rule.ruleId, first: pageSize, after: at.after });
    const cursor = page.resumeAfter ?? (page.hasMore ? page.rows.at(-1)?.cursor : undefined);
    const entityKeys = page.rows.map(({ row }) => row.entityKey);
    if (cursor !== undefined) return { entityKeys, next: { ...at, after: cursor } };
    return rule.enabled ? { entityKeys, next: { stage: "TYPES", type: 0, begun: at.begun } } : { entityKeys };
  };

  const ofTypes = async ({ enabled, definition }: InsightRule, at: PageAt<"TYPES">): Promise<Found> => {
    const entityType = definition.entityTypes[at.type];
    if (!enabled || entityType === undefined) return { entityKeys: [] };
    const query = { filter: { entityType }, order: "OLDEST_FIRST", first: pageSize, after: at.after } as const;
    const page = await readModel.listEntities(query);
    const cursor = page.resumeAfter ?? (page.hasMore ? page.rows.at(-1)?.cursor : undefined);
    // What changes while this goes on moves to the end of the list, and is evaluated by that change.
    const end = addSeconds(at.begun, knownEverywhereSeconds);
    const rows = page.rows.map(({ row }) => row).filter(({ lastUpdated }) => lastUpdated <= end);
    const isDone = cursor === undefined || rows.length < page.rows.length;
    const next: RulePage = isDone ? { stage: "TYPES", type: at.type + 1, begun: at.begun } : { ...at, after: cursor };
    const isLast = isDone && at.type + 1 >= definition.entityTypes.length;
    const entityKeys = rows.map(({ entityId }) => toEntityKey({ type: entityType, id: entityId }));
    return { entityKeys, ...(isLast ? {} : { next }) };
  };

  return async (
    rule: InsightRule,
    after: string | undefined,
    now: Instant,
  ): Promise<{ readonly entityKeys: readonly string[]; readonly next?: string }> => {
    const at = readPage(after, now);
    const { entityKeys, next } = at.stage === "WATCHES" ? await ofWatches(rule, at) : await ofTypes(rule, at);
    return { entityKeys, ...(next === undefined ? {} : { next: JSON.stringify(next) }) };
  };
}

function readPage(after: string | undefined, now: Instant): RulePage {
  return after === undefined ? { stage: "WATCHES", begun: now } : RulePage.parse(JSON.parse(after));
}
