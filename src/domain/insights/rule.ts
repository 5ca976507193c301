/** The rules of a rule: what it asks of entities, whether it is on, and what is silent for a while. */
import type { DecisionContext, Decider } from "../kernel/decider.js";
import { NotFoundError, invalid } from "../kernel/errors.js";
import type { Recorded } from "../kernel/event.js";
import { canonicalJson } from "../kernel/hashChain.js";
import { present } from "../kernel/present.js";
import { parseStreamName } from "../kernel/streamName.js";
import type { Instant } from "../kernel/time.js";
import { metricNames, requireType } from "./catalog.js";
import type { InsightsCommandOf, RuleCommand } from "./commands.js";
import { isSuspended } from "./evaluation.js";
import type { RuleEvent } from "./events.js";
import { requireOwnTypes, requireVisibleRule } from "./scope.js";
import type { Catalog, InsightRule, InsightsStateOf, Silence } from "./state.js";
import { healthMetric, limits } from "./values.js";
import type { RuleDefinition } from "./values.js";

type State = InsightsStateOf<"rule">;
type Decision = readonly RuleEvent[];

const nothing: Decision = [];

function decide(command: RuleCommand, state: State, context: DecisionContext): Decision {
  if (command.type === "CreateRule") return create(command, state, context);
  const rule = ruleFor(state, context);
  switch (command.type) {
    case "ChangeRule":
      return change(command, rule, context);
    case "EnableRule":
      return rule.enabled ? nothing : [{ type: "InsightRuleEnabled", data: {} }];
    case "DisableRule":
      return disable({ reason: command.reason, suspended: false }, rule);
    case "SuspendRule":
      return disable({ reason: command.reason, suspended: true }, rule);
    case "SilenceRule":
      return silence(command, rule, context);
    case "UnsilenceRule":
      return unsilence(command, rule);
  }
}

function ruleFor({ rule }: State, { streamId, scope = "all" }: DecisionContext): InsightRule {
  return requireVisibleRule(rule, { ruleId: parseStreamName(streamId).id, field: "ruleId", scope });
}

/** The same once more is a repeat, as long as the rule is as it was created. */
function create(
  { definition, enabled }: InsightsCommandOf<"CreateRule">,
  { rule }: State,
  { scope = "all" }: DecisionContext,
): Decision {
  requireOwnTypes(definition.entityTypes, "definition", scope);
  if (rule === undefined) return [{ type: "InsightRuleCreated", data: { definition, enabled } }];
  if (rule.enabled === enabled && isSame(rule.definition, definition)) return nothing;
  throw invalid("ruleId", "is that of a rule that exists already");
}

function change(
  { definition }: InsightsCommandOf<"ChangeRule">,
  rule: InsightRule,
  context: DecisionContext,
): Decision {
  requireOwnTypes(definition.entityTypes, "definition", context.scope ?? "all");
  return isSame(rule.definition, definition)
    ? nothing
    : [{ type: "InsightRuleChanged", data: { definition, revision: rule.revision + 1 } }];
}

function isSame(one: RuleDefinition, other: RuleDefinition): boolean {
  return canonicalJson(one) === canonicalJson(other);
}

function disable(
  { reason, suspended }: { readonly reason: string | undefined; readonly suspended: boolean },
  rule: InsightRule,
): Decision {
  // What a suspended rule has open goes on: who disables it ends that.
  const isOn = rule.enabled || (isSuspended(rule) && !suspended);
  return isOn ? [{ type: "InsightRuleDisabled", data: { ...present({ reason }), suspended } }] : nothing;
}

function silence(
  { silenceId, entityId, entityType, until, reason }: InsightsCommandOf<"SilenceRule">,
  { silences, definition: { entityTypes } }: InsightRule,
  { now }: DecisionContext,
): Decision {
  if (silences.some((known) => known.silenceId === silenceId)) return nothing;
  if (until <= now) throw invalid("until", "must lie in the future");
  if (entityType !== undefined && !entityTypes.includes(entityType))
    throw invalid("entityId", `is of type ${entityType}, and the rule is about ${entityTypes.join(", ")}`);
  if (inForce(silences, now).length >= limits.silences)
    throw invalid("ruleId", `has ${limits.silences} silences, which is the most there may be`);
  return [{ type: "InsightRuleSilenced", data: present({ silenceId, entityId, until, reason }) }];
}

function unsilence({ silenceId }: InsightsCommandOf<"UnsilenceRule">, { silences }: InsightRule): Decision {
  if (!silences.some((known) => known.silenceId === silenceId))
    throw new NotFoundError("Silence", silenceId, ["silenceId"]);
  return [{ type: "InsightRuleUnsilenced", data: { silenceId } }];
}

function inForce(silences: readonly Silence[], now: Instant): readonly Silence[] {
  return silences.filter(({ until }) => until > now);
}

function evolve(state: State, recorded: Recorded<RuleEvent>): State {
  const { version, hash, recordedAt: updatedAt } = recorded;
  if (recorded.type === "InsightRuleCreated") return { kind: "rule", rule: toRule(recorded, recorded.data) };
  if (state.rule === undefined) return state;
  return { kind: "rule", rule: { ...changed(state.rule, recorded), updatedAt, version, hash } };
}

function toRule(
  { streamId, recordedAt, version, hash }: Recorded,
  { definition, enabled }: { readonly definition: RecordedDefinition; readonly enabled: boolean },
): InsightRule {
  return {
    ruleId: parseStreamName(streamId).id,
    definition: toDefinition(definition),
    revision: 1,
    enabled,
    silences: [],
    createdAt: recordedAt,
    updatedAt: recordedAt,
    version,
    hash,
  };
}

function changed(
  rule: InsightRule,
  recorded: Recorded<Exclude<RuleEvent, { readonly type: "InsightRuleCreated" }>>,
): InsightRule {
  const { recordedAt: at, actor } = recorded;
  switch (recorded.type) {
    case "InsightRuleChanged": {
      const { definition, revision } = recorded.data;
      return { ...rule, definition: toDefinition(definition), revision };
    }
    case "InsightRuleEnabled": {
      const { disabled: _, ...enabled } = rule;
      return { ...enabled, enabled: true, enabledAt: at };
    }
    case "InsightRuleDisabled":
      return { ...rule, enabled: false, disabled: { at, ...present(recorded.data) } };
    case "InsightRuleSilenced": {
      const silences = [...inForce(rule.silences, at), { ...present(recorded.data), by: actor.id }];
      return { ...rule, silences };
    }
    case "InsightRuleUnsilenced": {
      const { silenceId } = recorded.data;
      return { ...rule, silences: rule.silences.filter((known) => known.silenceId !== silenceId) };
    }
  }
}

type RecordedDefinition = Extract<RuleEvent, { readonly type: "InsightRuleCreated" }>["data"]["definition"];

/** A recorded definition, with its absent members absent. */
function toDefinition(definition: RecordedDefinition): RuleDefinition {
  return present(definition);
}

export const ruleDecider: Decider<State, RuleCommand, RuleEvent> = {
  initialState: { kind: "rule" },
  decide,
  requireVisible: (command, state, context) => {
    if (command.type !== "CreateRule") ruleFor(state, context);
  },
  evolve,
};

/**
 * Refuses a definition that names what the catalog does not have.
 * @throws NotFoundError where there is no such type of entity; ValidationError that names the condition, where there is no such
 * metric or kind.
 */
export function requireKnown(definition: RuleDefinition, catalog: Catalog): void {
  for (const entityType of definition.entityTypes) requireType(catalog, entityType, ["definition", "entityTypes"]);
  const metrics = new Set([healthMetric, ...metricNames(catalog)]);
  const requireMetric = (metric: string, path: readonly string[]) => {
    if (!metrics.has(metric))
      throw invalid([...path, "metric"], `must be a metric that there is: ${[...metrics].join(", ")}`);
  };
  definition.conditions.forEach((condition, index) => {
    const path = ["definition", "conditions", String(index)];
    if (condition.type !== "NO_DATA") return requireMetric(condition.metric, path);
    const { kind } = condition;
    if (kind !== undefined && !catalog.kinds.some(({ name }) => name === kind))
      throw invalid([...path, "kind"], "must be a kind of activity that there is");
  });
  if (definition.outcome !== undefined) requireMetric(definition.outcome.metric, ["definition", "outcome"]);
}
