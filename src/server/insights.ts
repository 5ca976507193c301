/** The insights context, wired together: its service, its metering, and the workflow that its policies drive. */
import { createConsoleNotifier } from "../adapters/console/consoleNotifier.js";
import {
  createDeterministicExplainer,
  createEvaluating,
  createExpiring,
  createExplaining,
  createIncidentFollowing,
  createInsightSettings,
  createInsightsService,
  createMeasuring,
  createMetering,
  createNoticing,
  createRecording,
  createRuleBacktest,
  createScoring,
  deterministicExplainer,
} from "../domain/insights/index.js";
import type {
  EvaluatingDeps,
  Explainer,
  ExplanationObserver,
  InsightsCommand,
  InsightsReadModel,
  InsightsService,
  InsightsState,
  InsightsWorkflow,
  MeasuringDeps,
  Metering,
  NoticingDeps,
} from "../domain/insights/index.js";
import type { IncidentReadModel, IncidentService } from "../domain/incidents/index.js";
import type { Clock, CommandHandler, EventStore, Ids } from "../domain/kernel/index.js";
import type { Logger } from "../observability/logger.js";
import { nameId } from "../store/nameId.js";
import { sha256 } from "../store/sha256.js";

/** Who puts insights into words, and who tells people of them. */
export interface InsightsOptions {
  /** @default by rules, without a model */
  readonly explainer?: Explainer | undefined;
  readonly explanationObserver?: ExplanationObserver | undefined;
  /** @default to the log */
  readonly telling?: Pick<NoticingDeps, "notifier" | "fallback" | "insightUrl"> | undefined;
}

export interface InsightsDeps extends Pick<EvaluatingDeps, "wake">, Pick<MeasuringDeps, "counting"> {
  readonly options: InsightsOptions;
  readonly commands: CommandHandler<InsightsState, InsightsCommand>;
  readonly eventStore: EventStore;
  readonly readModel: InsightsReadModel;
  /** What the sweep looks for work with, so that its requests can be told from those of callers. */
  readonly sweepModel: Pick<InsightsReadModel, "listDue">;
  readonly incidents: IncidentService;
  readonly incidentViews: IncidentReadModel;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
}

export interface Insights {
  readonly service: InsightsService;
  readonly metering: Metering;
  readonly workflow: InsightsWorkflow;
  /** Whether a model puts insights into words: else there is nothing to ask. */
  readonly asksModel: boolean;
}

/** People wait so long for a model's words before they are told in those of the rules. */
const wordsSeconds = 30;

export function createInsights(deps: InsightsDeps): Insights {
  const { options, clock, readModel, log } = deps;
  const settings = createInsightSettings({ readModel, clock });
  const explainer = options.explainer ?? createDeterministicExplainer();
  const asksModel = explainer.modelUsed !== deterministicExplainer.modelUsed;
  // Between two entities others have their turn: a backtest may reckon for seconds.
  const pause = () => new Promise<void>((resolve) => void setImmediate(resolve));
  const backtest = createRuleBacktest({ readModel, settings, clock, pause });
  const shared = {
    ...deps,
    settings,
    metering: createMetering({ readModel, settings, clock, backtest }),
    digest: sha256,
  };
  const recording = createRecording({
    ...shared,
    toId: nameId,
    report: (error) => log.error({ err: error, event: "activity.item" }, "a fact could not be recorded"),
  });
  const measuring = createMeasuring({
    ...shared,
    readModel: { ...readModel, listDue: (...asked) => deps.sweepModel.listDue(...asked) },
    report: (error, entityKey) =>
      log.warn({ err: error, entityKey }, "an entity could not be measured; it is tried again"),
  });
  return {
    service: createInsightsService({ ...shared, recording }),
    metering: shared.metering,
    asksModel,
    workflow: {
      ...measuring,
      ...createEvaluating(shared),
      ...createExpiring(shared),
      ...createScoring({ ...shared, pause }),
      ...createExplaining({ ...shared, explainer, observer: options.explanationObserver }),
      ...createIncidentFollowing(shared),
      ...createNoticing({
        ...shared,
        ...(options.telling ?? toLogOnly(log)),
        wordsSeconds: asksModel ? wordsSeconds : 0,
      }),
    },
  };
}

function toLogOnly(log: Logger): NonNullable<InsightsOptions["telling"]> {
  const notifier = createConsoleNotifier({ log });
  return { notifier, fallback: notifier, insightUrl: () => undefined };
}
