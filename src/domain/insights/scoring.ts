/** Finds out whether what an insight predicted has happened. */
import type { CommandHandler } from "../kernel/commandHandler.js";
import { toMetadata } from "../kernel/request.js";
import { toStreamName } from "../kernel/streamName.js";
import { addDays, addSeconds } from "../kernel/time.js";
import type { Clock } from "../kernel/time.js";
import type { InsightsCommand, InsightsCommandOf } from "./commands.js";
import { insightCategory } from "./events.js";
import type { MetricSettings } from "./intake.js";
import { toEntityKey } from "./keys.js";
import { beginningOf, createMeasures } from "./measures.js";
import { findOutcome } from "./outcome.js";
import type { OutcomeFound } from "./outcome.js";
import { createPast } from "./readings.js";
import type { InsightsReadModel } from "./readModel.js";
import type { InsightsWorkflow } from "./service.js";
import type { Insight, InsightsState } from "./state.js";
import type { PredictedOutcome } from "./values.js";

export interface ScoringDeps {
  readonly commands: Pick<CommandHandler<InsightsState, InsightsCommand>, "handle">;
  readonly readModel: Pick<InsightsReadModel, "getInsights" | "getEntities" | "getTallies" | "listEntities">;
  readonly settings: MetricSettings;
  readonly clock: Clock;
  /** Lets others have their turn. @default none has one */
  readonly pause?: (() => Promise<void>) | undefined;
}

/** So long after its time a prediction waits for facts that are late: of aggregates they are added up behind the feed. */
const lateSeconds = 60;

/**
 * Creates the step. A prediction is scored once its time is over, also where it came true before: else those that come true would
 * be counted first, and a rule would look better than it is. What was so already when it was said is not scored. It is found out as
 * a backtest does, from the facts by the formula of today: whether anybody was there to measure does not matter. It costs a
 * request for the insight, one for the entity, one for each megabyte of its tallies, and the command's; before the time is over,
 * the first only.
 */
export function createScoring(deps: ScoringDeps): Pick<InsightsWorkflow, "score"> {
  const { commands, readModel, clock, pause } = deps;
  const measures = createMeasures(deps);

  const outcomeOf = async (
    { entityType, entityId, raisedAt }: Insight,
    outcome: PredictedOutcome,
  ): Promise<OutcomeFound> => {
    const entityKey = toEntityKey({ type: entityType, id: entityId });
    const [entity] = await readModel.getEntities([entityKey]);
    if (entity === undefined) return { kind: "NEVER" };
    const { catalog, formula, of } = await measures.measureOf(entityType);
    const range = { from: raisedAt, until: addDays(raisedAt, outcome.withinDays) };
    const tallies = await measures.talliesOf(entityKey, of, range);
    const since = beginningOf(entity, tallies);
    const past = createPast({ tallies, yardstick: { kinds: catalog.kinds, formula }, since });
    return findOutcome(outcome, { raisedAt, since, past }, pause);
  };

  return {
    async score(alertId, request) {
      const [insight] = await readModel.getInsights([alertId]);
      if (insight?.outcome === undefined || insight.scored !== undefined) return {};
      const again = addSeconds(addDays(insight.raisedAt, insight.outcome.withinDays), lateSeconds);
      if (clock.now() < again) return { again };
      const command = toScore(await outcomeOf(insight, insight.outcome));
      if (command === undefined) return {};
      await commands.handle([{ streamId: toStreamName(insightCategory, alertId), command }], toMetadata(request));
      return {};
    },
  };
}

function toScore(found: OutcomeFound): InsightsCommandOf<"ScoreOutcome"> | undefined {
  switch (found.kind) {
    case "ALREADY":
      return undefined;
    case "NEVER":
      return { type: "ScoreOutcome", happened: false };
    case "HAPPENED":
      return { type: "ScoreOutcome", happened: true, happenedAt: found.at, leadSeconds: found.leadSeconds };
  }
}
