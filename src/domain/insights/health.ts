/** Health scores: components of a formula, each between its worst and its best value, weighed against each other. */
import type { DecisionContext, Decider } from "../kernel/decider.js";
import { NotFoundError, invalid } from "../kernel/errors.js";
import type { Proposed, Recorded } from "../kernel/event.js";
import { canonicalJson } from "../kernel/hashChain.js";
import { present } from "../kernel/present.js";
import { parseStreamName } from "../kernel/streamName.js";
import type { HealthFormulaCommand, InsightsCommandOf } from "./commands.js";
import type { HealthFormulaEvent } from "./events.js";
import { requireVisibleType } from "./scope.js";
import type { HealthPart } from "./service.js";
import type { HealthFormula, HealthFormulas, InsightsStateOf, Metrics } from "./state.js";
import { defaultComponents, limits } from "./values.js";
import type { HealthComponent } from "./values.js";

type State = InsightsStateOf<"formulas">;
type Decision = readonly Proposed<HealthFormulaEvent>[];

export interface HealthScore {
  /** 0 to 100, a whole number; null where no component has a value. */
  readonly score: number | null;
  /** In the order of the components. */
  readonly parts: readonly HealthPart[];
}

/** The score by these components. Those whose metric has no value are left out, and the others weigh more. */
export function scoreHealth(components: readonly HealthComponent[], metrics: Metrics): HealthScore {
  const normalised = components.map((component) => normalise(component, metrics[component.metric] ?? null));
  const weight = components.reduce((sum, one, index) => sum + (normalised[index] === null ? 0 : one.weight), 0);
  const parts = components.map((component, index): HealthPart => {
    const share = normalised[index] ?? null;
    return {
      name: component.name,
      metric: component.metric,
      value: metrics[component.metric] ?? null,
      normalised: share,
      weight: component.weight,
      contribution: share === null ? null : (100 * component.weight * share) / weight,
    };
  });
  const score = parts.reduce((sum, { contribution }) => sum + (contribution ?? 0), 0);
  return { score: weight === 0 ? null : roundPoints(score), parts };
}

/** 0 at the worst value and beyond, 1 at the best and beyond. */
function normalise({ worst, best }: HealthComponent, value: number | null): number | null {
  return value === null ? null : Math.min(1, Math.max(0, (value - worst) / (best - worst)));
}

/** Half a point is rounded up, also where the sum of parts came out a hair below it. */
function roundPoints(score: number): number {
  return Math.round(Number(score.toFixed(9)));
}

/** Of a type that was never given one: the built-in formula. */
export function defaultFormulas(entityType: string): HealthFormulas {
  const formulas = [{ formulaVersion: 1, components: defaultComponents }];
  return { entityType, formulas, active: 1, version: 0, hash: "" };
}

/** The formula that the type's entities are measured by. */
export function activeFormula({ formulas, active }: Pick<HealthFormulas, "formulas" | "active">): HealthFormula {
  const found = formulas.find(({ formulaVersion }) => formulaVersion === active);
  if (found === undefined) throw new Error(`the active formula ${active} is none of those there are`);
  return found;
}

function decide(command: HealthFormulaCommand, state: State, context: DecisionContext): Decision {
  const formulas = formulasFor(state, context);
  switch (command.type) {
    case "AddHealthFormula":
      return add(command, formulas);
    case "ActivateHealthFormula":
      return activate(command, formulas);
  }
}

function formulasFor(state: State, { streamId, scope = "all" }: DecisionContext): HealthFormulas {
  const entityType = parseStreamName(streamId).id;
  requireVisibleType(entityType, "entityType", scope);
  return state.formulas ?? defaultFormulas(entityType);
}

/** The same as the last one is that one. */
function add(
  { components, note }: InsightsCommandOf<"AddHealthFormula">,
  { entityType, formulas }: HealthFormulas,
): Decision {
  const last = formulas.at(-1);
  if (last !== undefined && isSame(last, { components, note })) return [];
  if (formulas.length >= limits.formulaVersions)
    throw invalid("components", `would be one formula of ${entityType} more than ${limits.formulaVersions}`);
  const formulaVersion = (last?.formulaVersion ?? 0) + 1;
  return [{ type: "HealthFormulaAdded", data: { formulaVersion, components, ...present({ note }) } }];
}

function isSame(
  one: HealthFormula,
  other: { readonly components: unknown; readonly note: string | undefined },
): boolean {
  return one.note === other.note && canonicalJson(one.components) === canonicalJson(other.components);
}

function activate(
  { formulaVersion }: InsightsCommandOf<"ActivateHealthFormula">,
  { entityType, formulas, active }: HealthFormulas,
): Decision {
  if (!formulas.some((formula) => formula.formulaVersion === formulaVersion))
    throw new NotFoundError("HealthFormula", `${entityType} ${formulaVersion}`, ["formulaVersion"]);
  return active === formulaVersion ? [] : [{ type: "HealthFormulaActivated", data: { formulaVersion } }];
}

function evolve(state: State, recorded: Recorded<HealthFormulaEvent>): State {
  const before = state.formulas ?? defaultFormulas(parseStreamName(recorded.streamId).id);
  const { version, hash } = recorded;
  return { kind: "formulas", formulas: { ...changed(before, recorded), version, hash } };
}

function changed(formulas: HealthFormulas, recorded: Recorded<HealthFormulaEvent>): HealthFormulas {
  const { recordedAt } = recorded;
  switch (recorded.type) {
    case "HealthFormulaAdded": {
      const { formulaVersion, components, note } = recorded.data;
      const added = { formulaVersion, components, addedAt: recordedAt, ...present({ note }) };
      return { ...formulas, formulas: [...formulas.formulas, added] };
    }
    case "HealthFormulaActivated":
      return { ...formulas, active: recorded.data.formulaVersion, activatedAt: recordedAt };
  }
}

export const healthFormulaDecider: Decider<State, HealthFormulaCommand, HealthFormulaEvent> = {
  initialState: { kind: "formulas" },
  decide,
  requireVisible: (_command, state, context) => void formulasFor(state, context),
  evolve,
};
