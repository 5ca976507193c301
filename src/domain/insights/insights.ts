/** One decider for the seven kinds of streams of this context, so that one transaction may span them. */
import type { Decider } from "../kernel/decider.js";
import { joinDeciders } from "../kernel/joinedDecider.js";
import { catalogDecider } from "./catalog.js";
import type { InsightsCommand } from "./commands.js";
import { entityDecider } from "./entity.js";
import {
  catalogCategory,
  entityCategory,
  healthFormulaCategory,
  incidentSlotCategory,
  insightCategory,
  ruleCategory,
  watchCategory,
} from "./events.js";
import type { InsightsEvent } from "./events.js";
import { healthFormulaDecider } from "./health.js";
import { incidentSlotDecider } from "./incidentSlot.js";
import { insightDecider } from "./insight.js";
import { ruleDecider } from "./rule.js";
import type { InsightsState } from "./state.js";
import { watchDecider } from "./watch.js";

const joined = joinDeciders<InsightsState, InsightsCommand, InsightsEvent>({
  [entityCategory]: entityDecider,
  [catalogCategory]: catalogDecider,
  [healthFormulaCategory]: healthFormulaDecider,
  [ruleCategory]: ruleDecider,
  [watchCategory]: watchDecider,
  [insightCategory]: insightDecider,
  [incidentSlotCategory]: incidentSlotDecider,
});

/** Rules of all streams of this context, each by its category. */
export const insightsDecider: Decider<InsightsState, InsightsCommand, InsightsEvent> = joined.decider;

/** The state of a stream that was never written to. Throws where the stream is none of this context. */
export function emptyStateOf(streamId: string): InsightsState {
  return joined.initialStateOf(streamId);
}
