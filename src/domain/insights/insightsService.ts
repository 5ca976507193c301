/** The insights context as callers use it, over the command handler and the views. */
import { isVisible, limits as incidentLimits } from "../incidents/index.js";
import type { Incident, IncidentReadModel, IncidentService } from "../incidents/index.js";
import type { CommandHandler } from "../kernel/commandHandler.js";
import { invalid, parseOrRefuse } from "../kernel/errors.js";
import type { EventStore, StreamPosition } from "../kernel/eventStore.js";
import type { Request } from "../kernel/request.js";
import { runCommands } from "../kernel/runCommands.js";
import type { RunOutcome, Step } from "../kernel/runCommands.js";
import { isInScope, requireOwn, requireVisible } from "../kernel/scope.js";
import { toStreamName } from "../kernel/streamName.js";
import { Uuid, clipLine } from "../kernel/text.js";
import { present } from "../kernel/present.js";
import type { Clock, Ids } from "../kernel/time.js";
import { requireType, typeOfId } from "./catalog.js";
import {
  catalogCommandSchemas,
  healthFormulaCommandSchemas,
  insightCommandSchemas,
  ruleCommandSchemas,
} from "./commands.js";
import type { CatalogCommand, InsightCommand, InsightsCommand, RuleCommand } from "./commands.js";
import { catalogCategory, catalogId, healthFormulaCategory, insightCategory, ruleCategory } from "./events.js";
import { requireKnownMetrics } from "./metering.js";
import type { InsightsReadModel } from "./readModel.js";
import { createRaising } from "./raising.js";
import type { Recording } from "./recording.js";
import { requireKnown } from "./rule.js";
import { requireVisibleInsight, requireVisibleType } from "./scope.js";
import type { InsightOutcome, InsightsService, RuleOutcome } from "./service.js";
import type { InsightSettings } from "./settingsReader.js";
import type { Catalog, HealthFormula, HealthFormulas, Insight, InsightRule, InsightsState } from "./state.js";
import { AlertId, EntityId, EntityTypeName, RuleId, limits } from "./values.js";
import type { RuleDefinition } from "./values.js";
import { closeWatch } from "./watch.js";

export interface InsightsServiceDeps {
  readonly commands: Pick<CommandHandler<InsightsState, InsightsCommand>, "handle">;
  readonly eventStore: Pick<EventStore, "readStream">;
  readonly readModel: Pick<
    InsightsReadModel,
    "getCatalog" | "getRules" | "getInsights" | "getWatches" | "listWatches" | "getEntities"
  >;
  readonly settings: InsightSettings;
  readonly recording: Recording;
  readonly incidents: Pick<IncidentService, "link">;
  readonly incidentViews: Pick<IncidentReadModel, "getIncidents">;
  readonly clock: Clock;
  readonly ids: Ids;
}

const catalogStream = toStreamName(catalogCategory, catalogId);

export function createInsightsService(deps: InsightsServiceDeps): InsightsService {
  const { commands, eventStore, readModel, settings, recording, incidents, incidentViews, clock, ids } = deps;

  type Asked = Parameters<typeof runCommands>[2];
  const run = (step: Step<InsightsCommand>, asked: Asked, request: Request) =>
    runCommands(commands, [step], asked, request);

  /** The catalog after a command; read where the command repeats an earlier one. */
  const defineInCatalog = async (command: CatalogCommand, input: unknown, request: Request) => {
    const asked = { operation: command.type, input };
    const { states, position } = await run({ streamId: catalogStream, command }, asked, request);
    const [state] = states;
    const known = state?.kind === "catalog" ? state.catalog : undefined;
    const catalog: Catalog = known ?? (await readModel.getCatalog());
    settings.sawCatalog(catalog);
    return { catalog, position };
  };

  /** A type that there is, for the one who asks. */
  const requireOwnTypeOf = async (given: string, { scope }: Request): Promise<string> => {
    const entityType = parseOrRefuse(EntityTypeName, given, ["entityType"]);
    requireVisibleType(entityType, "entityType", scope);
    requireType(await settings.catalog(), entityType, "entityType");
    return entityType;
  };

  const formulasAfter = async (entityType: string, [state]: readonly InsightsState[]): Promise<HealthFormulas> => {
    const known = state?.kind === "formulas" ? state.formulas : undefined;
    if (known !== undefined) {
      settings.sawFormulas(known);
      return known;
    }
    return settings.newestFormulas(entityType);
  };

  /** The data of the first event of the commit that a command led to, where it led to one. */
  const eventAt = async ({ streamId, version, unchanged }: StreamPosition, type: string): Promise<unknown> => {
    if (unchanged === true) return undefined;
    for await (const { events } of eventStore.readStream(streamId, { fromVersion: version, toVersion: version }))
      return events.find((event) => event.type === type)?.data;
    return undefined;
  };

  const requireDefinition = async (definition: RuleDefinition, { scope }: Request): Promise<void> => {
    requireKnown(definition, await settings.catalog());
    const services = definition.incident?.services ?? [];
    const own = { what: "services of your projects", field: "definition" };
    requireOwn(services, (service) => isInScope(scope, [service]), own);
  };

  const changeRule = async (
    given: string,
    command: RuleCommand,
    input: unknown,
    request: Request,
  ): Promise<RuleOutcome & Pick<RunOutcome<InsightsState>, "repeated">> => {
    const ruleId = parseOrRefuse(RuleId, given, ["ruleId"]);
    const asked = { operation: command.type, input: { ruleId, input } };
    const outcome = await run({ streamId: toStreamName(ruleCategory, ruleId), command }, asked, request);
    const { position, repeated } = outcome;
    return { ruleId, rule: await ruleAfter(ruleId, outcome.states), position, repeated };
  };

  const ruleAfter = async (ruleId: string, [state]: readonly InsightsState[]): Promise<InsightRule> => {
    const known = state?.kind === "rule" ? state.rule : undefined;
    const rule = known ?? (await readModel.getRules([ruleId]))[0];
    if (rule === undefined) throw new Error(`the rule ${ruleId} was changed, and is not there`);
    settings.sawRule(rule);
    return rule;
  };

  /**
   * Room, and a name that stands for nothing else: what a model has raised under it stays in its watches, also once it is closed.
   * One request, and one for a name that is new.
   */
  const requireRoomForRule = async (ruleId: string): Promise<void> => {
    const rules = await settings.newestRules();
    if (rules.some((rule) => rule.ruleId === ruleId)) return;
    if (rules.length >= limits.rules) throw invalid("ruleId", `would be one more than ${limits.rules} rules`);
    const ofModel = await readModel.listWatches({ ruleId, first: 1 });
    if (ofModel.rows.length > 0)
      throw invalid("ruleId", "is what a model predicts already: its insights are not a rule's");
  };

  const requireInsight = async (given: string, { scope }: Request): Promise<Insight> => {
    const alertId = parseOrRefuse(AlertId, given, ["alertId"]);
    const [insight] = await readModel.getInsights([alertId]);
    return requireVisibleInsight(insight, { alertId, field: "alertId", scope });
  };

  const changeInsight = async (
    given: string,
    command: InsightCommand,
    input: unknown,
    request: Request,
    others: readonly Step<InsightsCommand>[] = [],
  ): Promise<InsightOutcome> => {
    const alertId = parseOrRefuse(AlertId, given, ["alertId"]);
    const asked = { operation: command.type, input: { alertId, input } };
    const step = { streamId: toStreamName(insightCategory, alertId), command };
    const { states, position } = await runCommands(commands, [step, ...others], asked, request);
    const [state] = states;
    return { alertId, position, ...present({ insight: state?.kind === "insight" ? state.insight : undefined }) };
  };

  /** What ends an insight holds its rule, too, in the same transaction. */
  const closeInsight = async (given: string, command: InsightCommand, input: unknown, request: Request) => {
    const insight = await requireInsight(given, request);
    const rule = (await settings.rules()).find(({ ruleId }) => ruleId === insight.predictionType);
    return changeInsight(given, command, input, request, [closeWatch(insight, rule, clock.now())]);
  };

  /** One that the caller may see, with room for a link. */
  const requireIncident = async (incidentId: string, alertId: string, { scope }: Request): Promise<Incident> => {
    const [found] = await incidentViews.getIncidents([incidentId]);
    const named = { entity: "Incident", id: incidentId, field: "incidentId" };
    const incident = requireVisible(found, (one) => isVisible(one, scope), named);
    const isLinked = incident.links.some(({ kind, target }) => kind === "INSIGHT" && target === alertId);
    if (!isLinked && incident.links.length >= incidentLimits.links)
      throw invalid("incidentId", `has ${incidentLimits.links} links, which is the most there may be`);
    return incident;
  };

  return {
    ...recording,
    ...createRaising(deps),

    defineEntityType: async (input, request) => {
      const parsed = parseOrRefuse(catalogCommandSchemas.DefineEntityType, input);
      return defineInCatalog({ type: "DefineEntityType", ...parsed }, input, request);
    },

    defineActivityKind: async (input, request) => {
      const parsed = parseOrRefuse(catalogCommandSchemas.DefineActivityKind, input);
      return defineInCatalog({ type: "DefineActivityKind", ...parsed }, input, request);
    },

    async addHealthFormula(given, input, request) {
      const entityType = await requireOwnTypeOf(given, request);
      const parsed = parseOrRefuse(healthFormulaCommandSchemas.AddHealthFormula, input);
      requireKnownMetrics(parsed.components, await settings.catalog());
      const streamId = toStreamName(healthFormulaCategory, entityType);
      const asked = { operation: "AddHealthFormula", input: { entityType, input } };
      const { states, position } = await run(
        { streamId, command: { type: "AddHealthFormula", ...parsed } },
        asked,
        request,
      );
      const formulas = await formulasAfter(entityType, states);
      // The codec has decoded it.
      const added = (await eventAt(position, "HealthFormulaAdded")) as
        Pick<HealthFormula, "formulaVersion"> | undefined;
      // The same as the last one is that one.
      const formula =
        formulas.formulas.find(({ formulaVersion }) => formulaVersion === added?.formulaVersion) ??
        formulas.formulas.at(-1);
      if (formula === undefined) throw new Error(`there is always a formula of ${entityType}`);
      return { formulas, formula, position };
    },

    async activateHealthFormula(given, formulaVersion, request) {
      const entityType = await requireOwnTypeOf(given, request);
      const parsed = parseOrRefuse(healthFormulaCommandSchemas.ActivateHealthFormula, { formulaVersion });
      const streamId = toStreamName(healthFormulaCategory, entityType);
      const asked = { operation: "ActivateHealthFormula", input: { entityType, formulaVersion } };
      const command = { type: "ActivateHealthFormula", ...parsed } as const;
      const { states, position } = await run({ streamId, command }, asked, request);
      return { formulas: await formulasAfter(entityType, states), position };
    },

    async createRule(given, input, request) {
      const ruleId = parseOrRefuse(RuleId, given, ["ruleId"]);
      const parsed = parseOrRefuse(ruleCommandSchemas.CreateRule, input);
      await requireDefinition(parsed.definition, request);
      await requireRoomForRule(ruleId);
      const { repeated: _, ...outcome } = await changeRule(ruleId, { type: "CreateRule", ...parsed }, input, request);
      return outcome;
    },

    async changeRule(ruleId, type, input, request) {
      const command = parseRuleCommand(type, input);
      if (command.type === "ChangeRule") await requireDefinition(command.definition, request);
      const { repeated: _, ...outcome } = await changeRule(ruleId, command, input, request);
      return outcome;
    },

    async silenceRule(ruleId, input, request) {
      const given = parseOrRefuse(ruleCommandSchemas.SilenceRule, { ...input, silenceId: ids.next() });
      const entityType =
        given.entityId === undefined ? undefined : requireTypeOf(given.entityId, await settings.catalog());
      const parsed = { ...given, entityType };
      const { repeated, ...outcome } = await changeRule(ruleId, { type: "SilenceRule", ...parsed }, input, request);
      if (!repeated) return { ...outcome, silenceId: parsed.silenceId };
      // The codec has decoded it.
      const earlier = (await eventAt(outcome.position, "InsightRuleSilenced")) as
        { readonly silenceId: string } | undefined;
      return { ...outcome, silenceId: earlier?.silenceId ?? parsed.silenceId };
    },

    async change(alertId, type, input, request) {
      const command = parseInsightCommand(type, input);
      return command.type === "ResolveInsight" || command.type === "DismissInsight"
        ? closeInsight(alertId, command, input, request)
        : changeInsight(alertId, command, input, request);
    },

    /** The insight first: its key and version say whether anything is to be done. A repeat links what a cut left unlinked. */
    async linkIncident(given, givenIncident, request) {
      const incidentId = parseOrRefuse(Uuid, givenIncident, ["incidentId"]);
      const { alertId, title } = await requireInsight(given, request);
      await requireIncident(incidentId, alertId, request);
      const command = { type: "LinkIncident", incidentId, declared: false } as const;
      const outcome = await changeInsight(alertId, command, { incidentId }, request);
      const { idempotencyKey: _, expectedVersion: __, ...unkeyed } = request;
      await incidents.link(incidentId, { kind: "INSIGHT", target: alertId, title: clipLine(title, 200) }, unkeyed);
      return outcome;
    },
  };
}

/** The name of the type that an id is of. @throws ValidationError for `entityId` where it is of none. */
function requireTypeOf(entityId: string, catalog: Catalog): string {
  const type = typeOfId(catalog, parseOrRefuse(EntityId, entityId, ["entityId"]));
  if (type === undefined) throw invalid("entityId", "must begin with the prefix of a type");
  return type.name;
}

/** The schema of a type parses to the command of that type. */
function parseRuleCommand(type: keyof typeof ruleCommandSchemas, input: unknown): RuleCommand {
  return { type, ...parseOrRefuse(ruleCommandSchemas[type], input) } as RuleCommand;
}

function parseInsightCommand(type: keyof typeof insightCommandSchemas, input: unknown): InsightCommand {
  return { type, ...parseOrRefuse(insightCommandSchemas[type], input) } as InsightCommand;
}
