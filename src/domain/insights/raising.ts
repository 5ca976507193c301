/** Insights that somebody's model has found: one is open at a time about an entity and what is predicted of it. */
import { z } from "zod";
import type { CommandHandler } from "../kernel/commandHandler.js";
import { InvalidTransitionError, UnavailableError, invalid, parseOrRefuse } from "../kernel/errors.js";
import { RowTakenError } from "../kernel/eventStore.js";
import { present } from "../kernel/present.js";
import type { Request } from "../kernel/request.js";
import { runCommands } from "../kernel/runCommands.js";
import type { RunOutcome } from "../kernel/runCommands.js";
import { parseStreamName, toStreamName } from "../kernel/streamName.js";
import { Zoned, text, word } from "../kernel/text.js";
import { addDays } from "../kernel/time.js";
import type { Clock, Instant } from "../kernel/time.js";
import { metricNames, typeOfId } from "./catalog.js";
import type { InsightCommand, InsightsCommand } from "./commands.js";
import { insightCategory } from "./events.js";
import { toRecommendations } from "./explaining.js";
import { isOpen } from "./insight.js";
import { toAlertId, toEntityKey, toSeedTime, toWatchStream } from "./keys.js";
import type { InsightsReadModel } from "./readModel.js";
import { requireOwnTypes } from "./scope.js";
import type { InsightOutcome, InsightsService } from "./service.js";
import type { InsightSettings } from "./settingsReader.js";
import type { InsightsState } from "./state.js";
import { EntityId, PredictedOutcome, RuleId, healthMetric, insightRetentionDays, limits, within } from "./values.js";

/** A number that a model's insight rests on. */
const IncomingEvidence = z.object({
  name: text(80),
  value: z.number("must be a number").nullable(),
  level: z.number("must be a number").optional(),
});

/** An insight as callers bring it. */
const IncomingInsight = z.strictObject({
  entityId: EntityId,
  predictionType: RuleId,
  riskScore: within(0, 100),
  title: text(limits.title),
  explanation: text(limits.explanation),
  recommendations: z
    .array(text(limits.recommendation))
    .max(limits.recommendations, `must have at most ${limits.recommendations}`)
    .default([]),
  evidence: z.array(IncomingEvidence).max(limits.evidence, `must have at most ${limits.evidence}`).default([]),
  /** The seed's `model_used`. */
  modelUsed: word("the name of a model", 200),
  promptVersion: word("a version", 100).optional(),
  outcome: PredictedOutcome.optional(),
  /** @default in 30 days */
  expiresAt: Zoned.optional(),
});
type IncomingInsight = z.output<typeof IncomingInsight>;

export interface RaisingDeps {
  readonly commands: Pick<CommandHandler<InsightsState, InsightsCommand>, "handle">;
  readonly readModel: Pick<InsightsReadModel, "getWatches" | "getInsights" | "getEntities">;
  readonly settings: Pick<InsightSettings, "catalog" | "rules">;
  readonly clock: Clock;
}

export type Raising = Pick<InsightsService, "raise">;

/** How often it is looked again who is first, where several raise the same. */
const tries = 8;
const defaultExpiryDays = 30;

/**
 * Two requests to see what is open, one for the entity, and a transaction that writes insight and watch together. Throws an
 * InvalidTransitionError where a rule's insight of the type was closed a moment ago and its cooldown is not over.
 */
export function createRaising(deps: RaisingDeps): Raising {
  const { commands, readModel, settings, clock } = deps;

  /** What is refused whatever is open. */
  const read = async (input: unknown, request: Request) => {
    if (request.expectedVersion !== undefined) throw invalid("expectedVersion", "means nothing here");
    const incoming = parseOrRefuse(IncomingInsight, input);
    const [catalog, rules] = await Promise.all([settings.catalog(), settings.rules()]);
    const entityType = typeOfId(catalog, incoming.entityId)?.name;
    if (entityType === undefined) throw invalid("entityId", "must begin with the prefix of a type, such as stu_");
    requireOwnTypes([entityType], "entityId", request.scope);
    if (rules.some(({ ruleId }) => ruleId === incoming.predictionType))
      throw invalid("predictionType", "is that of a rule, which raises its insights itself");
    const metrics = [healthMetric, ...metricNames(catalog)];
    if (incoming.outcome !== undefined && !metrics.includes(incoming.outcome.metric))
      throw invalid(["outcome", "metric"], `must be a metric that there is: ${metrics.join(", ")}`);
    return { incoming, entityType, expiresAt: expiryOf(incoming, clock.now()) };
  };

  type Read = Awaited<ReturnType<typeof read>>;

  /** The insight of the type that is open about the entity. */
  const findOpen = async ({ incoming, entityType }: Read): Promise<string | undefined> => {
    const entityKey = toEntityKey({ type: entityType, id: incoming.entityId });
    const [watch] = await readModel.getWatches([{ ruleId: incoming.predictionType, entityKey }]);
    if (watch?.alertId === undefined) return undefined;
    const [insight] = await readModel.getInsights([watch.alertId]);
    return insight !== undefined && isOpen(insight) ? watch.alertId : undefined;
  };

  const raiseNew = async ({ incoming, entityType, expiresAt }: Read, isPlaceTaken: boolean, request: Request) => {
    const { predictionType, entityId, recommendations, modelUsed, promptVersion, evidence, outcome } = incoming;
    const { riskScore, title, explanation } = incoming;
    const since = clock.now();
    const alertId = toAlertId({ predictionType, entityId, since });
    const entityKey = toEntityKey({ type: entityType, id: entityId });
    const [entity] = await readModel.getEntities([entityKey]);
    const place = isPlaceTaken ? `${toSeedTime(since)}#${alertId}` : toSeedTime(since);
    const command: InsightCommand = {
      type: "RaiseInsight",
      ...{ entityType, entityId, predictionType, riskScore, title, explanation, place, expiresAt },
      recommendations: toRecommendations(recommendations),
      evidence: evidence.map((one) => present(one)),
      origin: present({ modelUsed, promptVersion }),
      ...present({ entityVersion: entity?.version, outcome }),
    };
    const fire = { type: "Fire", revision: 0, alertId, since } as const;
    const watch = { streamId: toWatchStream({ ruleId: predictionType, entityKey }), command: fire };
    return run([{ streamId: toStreamName(insightCategory, alertId), command }, watch], incoming, request);
  };

  const changeRisk = ({ incoming }: Read, alertId: string, request: Request) => {
    const { riskScore, evidence } = incoming;
    const command = { type: "ChangeRisk", riskScore, evidence: evidence.map((one) => present(one)) } as const;
    return run([{ streamId: toStreamName(insightCategory, alertId), command }], incoming, request);
  };

  const run = (
    steps: Parameters<typeof runCommands<InsightsState, InsightsCommand>>[1],
    input: unknown,
    request: Request,
  ) => runCommands(commands, steps, { operation: "RaiseInsight", input }, request);

  return {
    async raise(input, request) {
      const asked = await read(input, request);
      let isPlaceTaken = false;
      for (let attempt = 1; ; attempt += 1) {
        const open = await findOpen(asked);
        try {
          const outcome =
            open === undefined ? raiseNew(asked, isPlaceTaken, request) : changeRisk(asked, open, request);
          return toOutcome(await outcome);
        } catch (error) {
          isPlaceTaken ||= error instanceof RowTakenError;
          // Another one was faster: its insight is open now.
          const isOvertaken = error instanceof InvalidTransitionError || error instanceof RowTakenError;
          if (!isOvertaken) throw error;
          if (attempt >= tries)
            throw error instanceof RowTakenError
              ? new UnavailableError("too many insights about the entity at once; try again", [], { cause: error })
              : error;
        }
      }
    },
  };
}

/** `raised`: whether the insight begins with what was asked. */
function toOutcome({ states, position }: RunOutcome<InsightsState>): InsightOutcome & { readonly raised: boolean } {
  const [state] = states;
  const alertId = parseStreamName(position.streamId).id;
  const insight = state?.kind === "insight" ? state.insight : undefined;
  const raised = position.version === 1 && position.unchanged !== true;
  return { alertId, position, raised, ...present({ insight }) };
}

function expiryOf({ expiresAt }: IncomingInsight, now: Instant): Instant {
  if (expiresAt === undefined) return addDays(now, defaultExpiryDays);
  if (expiresAt <= now) throw invalid("expiresAt", "must lie in the future");
  if (expiresAt > addDays(now, insightRetentionDays))
    throw invalid("expiresAt", `must lie within ${insightRetentionDays} days`);
  return expiresAt;
}
