/** Measuring without a fact: what time has taken from windows, what aggregates have come to, and another formula. */
import type { CommandHandler } from "../kernel/commandHandler.js";
import { UnavailableError } from "../kernel/errors.js";
import type { Actor } from "../kernel/event.js";
import { covers } from "../kernel/feed.js";
import type { FeedPosition } from "../kernel/feed.js";
import { present } from "../kernel/present.js";
import { createRecent } from "../kernel/recent.js";
import { toMetadata } from "../kernel/request.js";
import type { Request } from "../kernel/request.js";
import { addDays, addSeconds } from "../kernel/time.js";
import type { Clock, Ids } from "../kernel/time.js";
import { metricNames } from "./catalog.js";
import type { InsightsCommand, Yardstick } from "./commands.js";
import { parseEntityKey, toEntityKey, toEntityStream } from "./keys.js";
import { lastActivityOf, measureAt } from "./measure.js";
import type { InsightsReadModel } from "./readModel.js";
import type { InsightsWorkflow } from "./service.js";
import { yardstickOf } from "./settingsReader.js";
import type { InsightSettings } from "./settingsReader.js";
import { measuringSecond } from "./skew.js";
import type { Entity, InsightsState } from "./state.js";
import { bucketStart } from "./tallies.js";
import { limits } from "./values.js";
import type { MeasureCause } from "./values.js";

/** The view of aggregates' facts, and the feed that it reads. */
export interface Counting {
  /** How far the view has come. No request where this process feeds it, else one for all who ask at the same time. */
  position(): Promise<FeedPosition>;
  /** The end of the feed. A request for each of its logs. */
  head(): Promise<FeedPosition>;
}

export interface MeasuringDeps {
  readonly commands: Pick<CommandHandler<InsightsState, InsightsCommand>, "handle">;
  readonly readModel: Pick<InsightsReadModel, "listDue" | "listEntities" | "getTallies" | "getEntities">;
  readonly settings: InsightSettings;
  readonly counting: Counting;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Told of an entity that could not be measured; the others are. @default nobody */
  readonly report?: ((error: unknown, entityKey: string) => void) | undefined;
}

export type MeasuringSteps = Pick<InsightsWorkflow, "measureAggregate" | "sweep" | "remeasure" | "remeasureAll">;

/** Who measures what nobody asked for. */
const sweeper: Actor = { kind: "SYSTEM", id: "chore:metrics-decay" };

/** Entities that are measured at a time. */
const concurrency = 16;
/** Due entities that are looked for at a time, and that one sweep measures. The next one comes in a few seconds. */
const sweepPage = 500;
const sweepAtMost = 10_000;
/** Entities of a type that are looked at in one run. */
const remeasurePage = 100;
/** When an aggregate is looked at again whose view is behind. Nobody waits for it: that would hold up the others. */
const behindSeconds = 1;
/** Aggregates of which it is known how far they are measured. */
const keptAggregates = 10_000;

export function createMeasuring(deps: MeasuringDeps): MeasuringSteps {
  const { commands, readModel, settings, counting, clock, ids } = deps;
  /** By aggregate, how far the view had come when it was measured last. */
  const counted = createRecent<FeedPosition>(keptAggregates);

  const measureEntity = async (entityKey: string, cause: MeasureCause, yardstick: Yardstick, request: Request) => {
    const command = { type: "MeasureEntity", cause, yardstick } as const;
    await commands.handle([{ streamId: toEntityStream(entityKey), command }], toMetadata(request));
  };

  /** Three requests, and one more for each megabyte of tallies beyond the first. */
  const measureGroup = async (entityKey: string, cause: MeasureCause, yardstick: Yardstick, request: Request) => {
    const now = clock.now();
    const from = bucketStart(addDays(now, -limits.windowDays));
    const until = addSeconds(now, 2 * limits.aheadSeconds);
    const [tallies, [entity]] = await Promise.all([
      readModel.getTallies({ entityKey, of: "AGGREGATE", from, until }),
      readModel.getEntities([entityKey]),
    ]);
    // What was never named by a fact is no aggregate; facts that ask for it may be older than all windows.
    if (entity === undefined && tallies.length === 0 && cause !== "GROUP") return;
    const at = measuringSecond(now, entity);
    const { metrics, nextChangeAt } = measureAt({ tallies, at, yardstick });
    const command = {
      type: "RecordMeasures",
      at,
      metrics,
      ...present({ nextChangeAt }),
      lastActivityAt: latest(entity?.lastActivityAt ?? {}, lastActivityOf(tallies, at)),
      cause,
      formula: yardstick.formula,
    } as const;
    await commands.handle([{ streamId: toEntityStream(entityKey), command }], toMetadata(request));
  };

  /** What the view has yet to come to; undefined where it has. */
  const missing = async (
    position: FeedPosition,
    asked: FeedPosition | undefined,
  ): Promise<FeedPosition | undefined> => {
    if (asked !== undefined && covers(position, asked)) return undefined;
    const head = await counting.head();
    // A place of a feed that was there before this one would never come.
    const seen = asked !== undefined && covers(head, asked) ? asked : head;
    return covers(position, seen) ? undefined : seen;
  };

  const isAggregate = async (entityType: string): Promise<boolean> =>
    (await settings.catalog()).entityTypes.some(({ name, role }) => name === entityType && role === "AGGREGATE");

  const measure = async (entityKey: string, cause: MeasureCause, request: Request): Promise<void> => {
    const { type } = parseEntityKey(entityKey);
    const [yardstick, isGroup] = await Promise.all([yardstickOf(settings, type), isAggregate(type)]);
    await (isGroup ? measureGroup : measureEntity)(entityKey, cause, yardstick, request);
  };

  /** Each by itself: one that cannot be measured holds up no other. */
  const measureAll = async (
    entityKeys: readonly string[],
    measureOne: (entityKey: string) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<number> => {
    const waiting = [...entityKeys];
    let measured = 0;
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined && signal?.aborted !== true; next = waiting.shift()) {
        try {
          await measureOne(next);
          measured += 1;
        } catch (error) {
          deps.report?.(error, next);
        }
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    return measured;
  };

  /**
   * In the order of the last change: what is measured anew meanwhile moves to the end, and is passed over there. What cannot be
   * measured is reported, and holds up nobody behind it. One request for a page, and those of each entity that is measured
   * otherwise. @throws UnavailableError where the store does not answer: then all of the page again, and what is done is passed
   * over.
   */
  const remeasure: MeasuringSteps["remeasure"] = async (entityType, after, request) => {
    // Another process may have changed it a moment ago.
    if (after === undefined) await settings.newestFormulas(entityType);
    const yardstick = await yardstickOf(settings, entityType);
    const page = await readModel.listEntities({
      filter: { entityType },
      order: "OLDEST_FIRST",
      first: remeasurePage,
      after,
    });
    const others = page.rows.map(({ row }) => row).filter((entity) => !isMeasuredBy(entity, yardstick));
    let unavailable: UnavailableError | undefined;
    const entityKeys = others.map(({ entityId: id }) => toEntityKey({ type: entityType, id }));
    await measureAll(entityKeys, (entityKey) =>
      measure(entityKey, "FORMULA", request).catch((error: unknown) => {
        if (!(error instanceof UnavailableError)) throw error;
        unavailable = error;
      }),
    );
    if (unavailable !== undefined) throw unavailable;
    const next = page.resumeAfter ?? page.rows.at(-1)?.cursor;
    return page.hasMore && next !== undefined ? { next } : {};
  };

  return {
    async measureAggregate(entityKey, asked, request) {
      const { type } = parseEntityKey(entityKey);
      if (!(await isAggregate(type))) return {};
      const before = counted.get(entityKey);
      if (asked !== undefined && before !== undefined && covers(before, asked)) return {};
      const position = await counting.position();
      const seen = await missing(position, asked);
      if (seen !== undefined) return { again: addSeconds(clock.now(), behindSeconds), seen };
      await measureGroup(entityKey, "GROUP", await yardstickOf(settings, type), request);
      counted.set(entityKey, position);
      return {};
    },

    async sweep(signal) {
      const done = new Set<string>();
      let measured = 0;
      for await (const due of readModel.listDue(clock.now(), sweepPage)) {
        const fresh = [...new Set(due)].filter((entityKey) => !done.has(entityKey));
        for (const entityKey of fresh) done.add(entityKey);
        measured += await measureAll(
          fresh,
          (entityKey) => measure(entityKey, "DECAY", { actor: sweeper, scope: "all", correlationId: ids.next() }),
          signal,
        );
        if (signal.aborted || done.size >= sweepAtMost) break;
      }
      return { measured };
    },

    remeasure,

    async remeasureAll({ entityType, after }, request) {
      const types = (await settings.catalog()).entityTypes.map(({ name }) => name);
      const current = entityType ?? types[0];
      if (current === undefined) return {};
      const { next } = await remeasure(current, after, request);
      if (next !== undefined) return { next: { entityType: current, after: next } };
      const following = types[types.indexOf(current) + 1];
      return following === undefined ? {} : { next: { entityType: following } };
    },
  };
}

/** Whether the metrics that are known are those of the yardstick. */
function isMeasuredBy({ formulaVersion, metrics }: Entity, { formula, kinds }: Yardstick): boolean {
  return formulaVersion === formula.formulaVersion && metricNames({ kinds }).every((name) => name in metrics);
}

/** Of each kind the later of two instants. */
function latest(known: Entity["lastActivityAt"], incoming: Entity["lastActivityAt"]): Readonly<Record<string, string>> {
  const merged: Record<string, string> = { ...known };
  for (const [kind, at] of Object.entries(incoming)) {
    const before = merged[kind];
    if (before === undefined || before < at) merged[kind] = at;
  }
  return merged;
}
