/** Ends an insight that nobody has closed in its time. */
import type { CommandHandler } from "../kernel/commandHandler.js";
import { toMetadata } from "../kernel/request.js";
import { toStreamName } from "../kernel/streamName.js";
import type { Clock } from "../kernel/time.js";
import type { InsightsCommand } from "./commands.js";
import { insightCategory } from "./events.js";
import { isOpen } from "./insight.js";
import type { InsightsReadModel } from "./readModel.js";
import type { InsightsWorkflow } from "./service.js";
import type { InsightRule, InsightsState } from "./state.js";
import { closeWatch } from "./watch.js";

export interface ExpiringDeps {
  readonly commands: Pick<CommandHandler<InsightsState, InsightsCommand>, "handle">;
  readonly readModel: Pick<InsightsReadModel, "getInsights">;
  readonly settings: { rules(): Promise<readonly InsightRule[]> };
  readonly clock: Clock;
}

/**
 * Creates the step. The watch of the rule is held in the same transaction: the rule raises nothing before its conditions have
 * cleared. It costs a request for the insight and one transaction; asked for too early, or for what is over, the first only.
 */
export function createExpiring({
  commands,
  readModel,
  settings,
  clock,
}: ExpiringDeps): Pick<InsightsWorkflow, "expire"> {
  return {
    async expire(alertId, request) {
      const [insight] = await readModel.getInsights([alertId]);
      if (insight === undefined || !isOpen(insight)) return {};
      const now = clock.now();
      if (now < insight.expiresAt) return { again: insight.expiresAt };
      const rule = (await settings.rules()).find(({ ruleId }) => ruleId === insight.predictionType);
      const streamId = toStreamName(insightCategory, alertId);
      const expire = { streamId, command: { type: "ExpireInsight" } } as const;
      await commands.handle([expire, closeWatch(insight, rule, now)], toMetadata(request));
      return {};
    },
  };
}
