/** The rules by which events find their project (defect P14). */
import type { DecisionContext, Decider } from "../kernel/decider.js";
import { ForbiddenError, NotFoundError, invalid } from "../kernel/errors.js";
import type { Proposed, Recorded } from "../kernel/event.js";
import type { ProjectRoutingCommand, ProjectsCommandOf } from "./commands.js";
import type { AssignmentRule, ProjectRoutingEvent } from "./events.js";
import type { NormalisedEvent } from "./normalised.js";
import type { ProjectRouting, ProjectsStateOf } from "./state.js";
import { limits } from "./values.js";
import type { ProjectEventSource, RuleField } from "./values.js";

type State = ProjectsStateOf<"routing">;
type Decision = readonly Proposed<ProjectRoutingEvent>[];

/** Before any rule was added. */
export const noRouting: ProjectRouting = { rules: [], version: 0, hash: "" };

/** A rule takes events from whoever would have had them, so rules are for those who see all projects. */
function decide(
  command: ProjectRoutingCommand,
  { routing = noRouting }: State,
  { scope = "all" }: DecisionContext,
): Decision {
  if (scope !== "all") throw new ForbiddenError("assignment rules decide for every project: you need access to all");
  switch (command.type) {
    case "AddAssignmentRule":
      return add(command, routing.rules);
    case "RemoveAssignmentRule":
      return remove(command, routing.rules);
  }
}

function add({ type: _, ...rule }: ProjectsCommandOf<"AddAssignmentRule">, rules: readonly AssignmentRule[]): Decision {
  if (rules.some(({ ruleId }) => ruleId === rule.ruleId)) return [];
  const same = rules.find((other) => isSameQuestion(other, rule));
  if (same !== undefined) throw invalid("pattern", `has a rule already for ${same.project}: remove that one first`);
  if (rules.length >= limits.rules) throw invalid("pattern", `would be one rule more than the ${limits.rules} allowed`);
  return [{ type: "AssignmentRuleAdded", data: { rule } }];
}

function remove({ ruleId }: ProjectsCommandOf<"RemoveAssignmentRule">, rules: readonly AssignmentRule[]): Decision {
  const rule = rules.find((candidate) => candidate.ruleId === ruleId);
  if (rule === undefined) throw new NotFoundError("AssignmentRule", ruleId, ["ruleId"]);
  return [{ type: "AssignmentRuleRemoved", data: { rule } }];
}

function evolve({ routing = noRouting }: State, { type, data, version, hash }: Recorded<ProjectRoutingEvent>): State {
  const others = routing.rules.filter(({ ruleId }) => ruleId !== data.rule.ruleId);
  const rules = type === "AssignmentRuleAdded" ? [...others, data.rule] : others;
  return { kind: "routing", routing: { rules, version, hash } };
}

export const projectRoutingDecider: Decider<State, ProjectRoutingCommand, ProjectRoutingEvent> = {
  initialState: { kind: "routing" },
  decide,
  evolve,
};

/**
 * The rule that names the project of an event; undefined where none does. A whole value comes before any beginning, a
 * longer beginning before a shorter one; of two that are as long, the one that was added first.
 */
export function assignmentRuleFor(
  rules: readonly AssignmentRule[],
  source: ProjectEventSource,
  event: Pick<NormalisedEvent, "refs" | "labels">,
): AssignmentRule | undefined {
  let best: AssignmentRule | undefined;
  for (const rule of rules) {
    if (rule.source !== source || !valuesOf(event, rule.field).some((value) => matches(rule, value))) continue;
    if (best === undefined || weightOf(rule) > weightOf(best)) best = rule;
  }
  return best;
}

function valuesOf({ refs, labels }: Pick<NormalisedEvent, "refs" | "labels">, field: RuleField): readonly string[] {
  if (field === "LABEL") return labels;
  return refs
    .filter(({ type }) => type === field)
    .flatMap(({ id, title }) => (title === undefined ? [id] : [id, title]));
}

function matches({ field, pattern }: AssignmentRule, value: string): boolean {
  const [asked, given] = [normalised(field, pattern), normalised(field, value)];
  return isBeginning(pattern) ? given.startsWith(asked.slice(0, -1)) : given === asked;
}

function isSameQuestion(one: AssignmentRule, other: AssignmentRule): boolean {
  const pattern = ({ field, pattern: text }: AssignmentRule) => normalised(field, text);
  return one.source === other.source && one.field === other.field && pattern(one) === pattern(other);
}

/** Ids and names of boards and channels tell big letters from small ones; names of repositories and labels do not. */
function normalised(field: RuleField, value: string): string {
  return field === "REPOSITORY" || field === "LABEL" ? value.toLowerCase() : value;
}

function isBeginning(pattern: string): boolean {
  return pattern.endsWith("*");
}

function weightOf({ pattern }: AssignmentRule): number {
  return isBeginning(pattern) ? pattern.length : Number.MAX_SAFE_INTEGER;
}
