/** The policies that the configuration switches on, as handlers of the feed and as tasks of their timers. */
import type { IncidentService, PolicyCommand, Severity } from "../domain/incidents/index.js";
import { autoClosePolicy, postmortemPolicy } from "../domain/incidents/index.js";
import {
  aggregateMetricsPolicy,
  insightEvaluationPolicy,
  insightExplanationsPolicy,
  insightNoticesPolicy,
  insightsPolicies,
} from "../domain/insights/index.js";
import type { InsightsPolicyCommand, InsightsWorkflow } from "../domain/insights/index.js";
import { present } from "../domain/kernel/index.js";
import type { Clock, Policy, PolicyRequest } from "../domain/kernel/index.js";
import { batchPostingPolicy, projectNotificationsPolicy, projectsPolicies } from "../domain/projects/index.js";
import type { BatchWorkflow, ProjectsPolicyCommand } from "../domain/projects/index.js";
import { researchPolicies } from "../domain/research/index.js";
import type { ResearchPolicyCommand, ResearchWorkflow } from "../domain/research/index.js";
import type { FeedLog } from "../store/feed/feedLog.js";
import type { FeedHandler } from "../store/processing/processor.js";
import { createPolicyTask, createReactor } from "../store/processing/reactor.js";
import type { Execute, Later } from "../store/processing/reactor.js";
import type { TimerTask } from "../store/timers/timerRunner.js";
import { timerWrites } from "../store/timers/timers.js";

export interface PolicyOptions {
  /** Days after which a resolved incident is closed; 0: never. */
  readonly autoCloseDays: number;
  /** Of which severities an incident gets, when it is resolved, a follow-up that asks for its post-mortem. */
  readonly postmortemSeverities: readonly Severity[];
}

export interface Policies {
  readonly handlers: readonly FeedHandler[];
  /** What the scheduler runs when a timer of a policy is due, by the name of the policy. */
  readonly tasks: Readonly<Record<string, TimerTask>>;
}

export function createPolicies(deps: {
  readonly options: PolicyOptions;
  readonly incidents: IncidentService;
  /** What the policies of projects have done. */
  readonly workflow: BatchWorkflow;
  /** What the policies of insights have done; `asksModel`: whether a model puts insights into words. */
  readonly insights: { readonly workflow: InsightsWorkflow; readonly asksModel: boolean };
  /** What the policies of research have done. */
  readonly research: ResearchWorkflow;
  readonly clock: Clock;
  readonly log: FeedLog;
  /** Told when timers have been written beside a checkpoint. @default nobody */
  readonly onScheduled?: (() => void) | undefined;
}): Policies {
  const { options, incidents, workflow, insights, research, clock, log, onScheduled } = deps;
  const wired = <Command>(
    policy: Policy<Command>,
    execute: Execute<Command>,
    { isOn = true, isIdle }: { readonly isOn?: boolean; readonly isIdle?: (command: Command) => Promise<boolean> } = {},
  ): Wired => ({
    name: policy.name,
    handlers: isOn ? [createReactor({ policy, execute, timerWrites, log, isIdle, onScheduled })] : [],
    task: isOn ? createPolicyTask({ policy, execute, log }) : drop(policy.name, log),
  });
  const { autoCloseDays: days, postmortemSeverities: severities } = options;
  const forIncidents: Execute<PolicyCommand> = (command, request) => carryOut(incidents, command, request);
  const forProjects: Execute<ProjectsPolicyCommand> = (command, request, signal) =>
    advance(workflow, command, request, signal);
  const forInsights: Execute<InsightsPolicyCommand> = (command, request, signal) =>
    advanceInsights(insights.workflow, command, request, { signal, clock });
  const forResearch: Execute<ResearchPolicyCommand> = (command, request, signal) =>
    advanceResearch(research, command, request, signal);
  // A fact about what no rule watches sets no timer: most facts are such.
  const isIdle = async (command: InsightsPolicyCommand) =>
    command.type === "EvaluateEntity" && !(await insights.workflow.isWatched(command.entityKey));
  const isNeeded = (policy: Policy<InsightsPolicyCommand>) =>
    policy !== insightExplanationsPolicy || insights.asksModel;
  const all = [
    wired(autoClosePolicy({ days }), forIncidents, { isOn: days > 0 }),
    wired(postmortemPolicy({ severities }), forIncidents, { isOn: severities.length > 0 }),
    ...projectsPolicies.map((policy) => wired(policy, forProjects)),
    ...insightsPolicies.map((policy) => wired(policy, forInsights, { isOn: isNeeded(policy), isIdle })),
    ...researchPolicies.map((policy) => wired(policy, forResearch)),
  ];
  return {
    handlers: all.flatMap(({ handlers }) => handlers),
    tasks: Object.fromEntries(all.map(({ name, task }) => [name, task])),
  };
}

/** Tasks that ask a notifier, which has six requests under way at most: the others go on beside what hangs. */
const asksNotifier: ReadonlySet<string> = new Set([
  batchPostingPolicy.name,
  projectNotificationsPolicy.name,
  insightNoticesPolicy.name,
]);

/** Of these there are as many as there are entities or requests, and most have next to nothing to do. */
const isMany: ReadonlySet<string> = new Set([
  aggregateMetricsPolicy.name,
  insightEvaluationPolicy.name,
  ...researchPolicies.map(({ name }) => name),
]);

/** Timers of a policy that run at a time. */
export function workersOf(task: string): number {
  return asksNotifier.has(task) || isMany.has(task) ? 8 : 4;
}

/** A policy, and who runs it. */
interface Wired {
  readonly name: string;
  readonly handlers: readonly FeedHandler[];
  readonly task: TimerTask;
}

async function advance(
  workflow: BatchWorkflow,
  command: ProjectsPolicyCommand,
  asked: PolicyRequest,
  signal: AbortSignal,
): Promise<Later<ProjectsPolicyCommand> | undefined> {
  const request = { ...asked, scope: "all" as const };
  const same = ({ again }: { readonly again?: string }) =>
    again === undefined ? undefined : { dueAt: again, command };
  switch (command.type) {
    case "EvaluateBatch": {
      const { type, project } = command;
      const { again, projectEventId } = await workflow.evaluate(project, request, command.projectEventId);
      return again === undefined ? undefined : { dueAt: again, command: { type, project, projectEventId } };
    }
    case "SummariseBatch":
      return same(await workflow.summarise(command.batchId, request, signal));
    case "PostBatch":
      return same(await workflow.post(command.batchId, request, signal));
    case "NotifyEvent":
      return same(await workflow.notify(command.projectEventId, request, signal));
  }
}

async function advanceInsights(
  workflow: InsightsWorkflow,
  command: InsightsPolicyCommand,
  asked: PolicyRequest,
  { signal, clock }: { readonly signal: AbortSignal; readonly clock: Clock },
): Promise<Later<InsightsPolicyCommand> | undefined> {
  // Several commands may follow from one event: each finds by itself whether it is done.
  const request = { ...asked, scope: "all" as const };
  const same = ({ again }: { readonly again?: string }) =>
    again === undefined ? undefined : { dueAt: again, command };
  const goOn = (next: InsightsPolicyCommand | undefined) => next && { dueAt: clock.now(), command: next };
  switch (command.type) {
    case "EvaluateEntity":
      return same(await workflow.evaluate(command.entityKey, request));
    case "MeasureAggregate": {
      const { again, seen } = await workflow.measureAggregate(command.entityKey, command.seen, request);
      return again === undefined ? undefined : { dueAt: again, command: { ...command, ...present({ seen }) } };
    }
    case "RemeasureAll": {
      const { next } = await workflow.remeasureAll(command, request);
      return goOn(next && { type: command.type, ...next });
    }
    case "RemeasureType": {
      const { next: after } = await workflow.remeasure(command.entityType, command.after, request);
      return goOn(after === undefined ? undefined : { ...command, after });
    }
    case "EvaluateRule": {
      const { next: after } = await workflow.evaluateRule(command.ruleId, command.after, request);
      return goOn(after === undefined ? undefined : { ...command, after });
    }
    case "ExpireInsight":
      return same(await workflow.expire(command.alertId, request));
    case "ScoreInsight":
      return same(await workflow.score(command.alertId, request));
    case "ExplainInsight":
      return same(await workflow.explain(command.alertId, request, signal));
    case "FollowIncident":
      return same(await workflow.followIncident(command.alertId, request));
    case "NotifyInsight":
      return same(await workflow.notify(command.alertId, request, signal));
  }
}

async function advanceResearch(
  workflow: ResearchWorkflow,
  command: ResearchPolicyCommand,
  { idempotencyKey: _, ...asked }: PolicyRequest,
  signal: AbortSignal,
): Promise<Later<ResearchPolicyCommand> | undefined> {
  // Without the key: what is asked for again has another answer by then, and each command finds by itself whether it is done.
  const request = { ...asked, scope: "all" as const };
  const same = ({ again }: { readonly again?: string }) =>
    again === undefined ? undefined : { dueAt: again, command };
  switch (command.type) {
    case "QueueRequest":
      return same(await workflow.queue(command.requestId, request));
    case "ExpireLease":
      return same(await workflow.expireLease(command.requestId, command.leaseToken, request));
    case "EnforceDeadline":
      return same(await workflow.enforceDeadline(command.requestId, request));
    case "DispatchRequest":
      return same(await workflow.dispatch(command.requestId, request, signal));
  }
}

/** What a policy that is off wanted to do later is not wanted any more. */
function drop(policy: string, log: FeedLog): TimerTask {
  return async ({ timerId }) => void log.info({ policy, timerId }, "the policy is switched off: its timer is dropped");
}

async function carryOut(incidents: IncidentService, command: PolicyCommand, asked: PolicyRequest): Promise<undefined> {
  const request = { ...asked, scope: "all" as const };
  switch (command.type) {
    case "CloseIncident": {
      const { incidentId, reason, resolvedAt } = command;
      await incidents.change(incidentId, "ChangeStatus", { to: "CLOSED", reason, since: resolvedAt }, request);
      return;
    }
    case "AddFollowUp": {
      const { incidentId, title, dueAt, priority } = command;
      await incidents.addFollowUp(incidentId, { title, dueAt, priority }, request);
    }
  }
}
