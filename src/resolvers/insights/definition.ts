/** Rules as callers write them: to the domain's shape, and refusals back to fields of the input. */
import type { Condition, RuleDefinitionInput } from "../../domain/insights/index.js";
import { invalid } from "../../domain/kernel/errors.js";
import type { DomainError } from "../../domain/kernel/errors.js";
import type { InsightConditionInput, InsightRuleDefinitionInput } from "../../schema/insights/rule.input.js";
import { toUserErrors } from "../errors.js";
import type { UserErrorView } from "../errors.js";
import { given } from "../mutations.js";

const conditionTypes = {
  threshold: "THRESHOLD",
  noData: "NO_DATA",
  rateOfChange: "RATE_OF_CHANGE",
  anomaly: "ANOMALY",
} as const satisfies Record<keyof InsightConditionInput, Condition["type"]>;

type ConditionField = keyof typeof conditionTypes;

function isConditionField(name: string): name is ConditionField {
  return Object.hasOwn(conditionTypes, name);
}

/** The field of a condition that is given: GraphQL lets exactly one through. */
function fieldOf(input: InsightConditionInput): ConditionField | undefined {
  return Object.keys(given(input)).find(isConditionField);
}

/** Not yet checked. What is not given has its default there. */
export function toDefinition(input: InsightRuleDefinitionInput): RuleDefinitionInput {
  const { conditions, risk, outcome, incident, notify, ...rest } = input;
  return {
    ...given(rest),
    conditions: conditions.map(toCondition),
    ...(risk == null ? {} : { risk: given({ ...risk }) }),
    ...(outcome == null ? {} : { outcome: { ...outcome } }),
    ...(incident == null ? {} : { incident: toIncidentPolicy(incident) }),
    ...(notify == null ? {} : { notify: given({ ...notify }) }),
  };
}

function toCondition(input: InsightConditionInput, index: number): RuleDefinitionInput["conditions"][number] {
  const { threshold, noData, rateOfChange, anomaly } = input;
  if (threshold != null) return { ...threshold, type: conditionTypes.threshold };
  if (noData != null) return { ...given({ ...noData }), type: conditionTypes.noData };
  if (rateOfChange != null) return { ...rateOfChange, type: conditionTypes.rateOfChange };
  if (anomaly != null) return { ...anomaly, type: conditionTypes.anomaly };
  throw invalid(["definition", "conditions", String(index)], "must have exactly one field");
}

function toIncidentPolicy({
  severities,
  services,
  dedupe,
  autoResolve,
}: NonNullable<InsightRuleDefinitionInput["incident"]>): RuleDefinitionInput["incident"] {
  return {
    severities: severities.map((severity) => ({ ...severity })),
    services: [...services],
    dedupe: dedupe ?? "ENTITY",
    autoResolve: autoResolve ?? true,
  };
}

/** Why a definition was refused; paths as in the input, where what a condition asks is in the field of its type. */
export function toDefinitionErrors(
  error: DomainError,
  { conditions }: Pick<InsightRuleDefinitionInput, "conditions">,
): UserErrorView[] {
  return toUserErrors(error).map((refusal) => ({ ...refusal, path: pathInInput(refusal.path, conditions) }));
}

function pathInInput(path: readonly string[], conditions: readonly InsightConditionInput[]): string[] {
  const at = path.indexOf("conditions") + 1;
  const condition = at === 0 ? undefined : conditions[Number(path[at])];
  const field = condition && fieldOf(condition);
  return field === undefined ? [...path] : [...path.slice(0, at + 1), field, ...path.slice(at + 1)];
}
