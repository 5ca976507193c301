/** The policies that the configuration switches on, as handlers of the feed and as tasks of their timers. */
import type { IncidentService, PolicyCommand, Severity } from "../domain/incidents/index.js";
import { autoClosePolicy, postmortemPolicy } from "../domain/incidents/index.js";
import type { PolicyRequest } from "../domain/kernel/index.js";
import type { FeedLog } from "../store/feed/feedLog.js";
import type { FeedHandler } from "../store/processing/processor.js";
import { createPolicyTask, createReactor } from "../store/processing/reactor.js";
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
  readonly log: FeedLog;
}): Policies {
  const { options, incidents, log } = deps;
  const execute = (command: PolicyCommand, request: PolicyRequest) => carryOut(incidents, command, request);
  const autoClose = autoClosePolicy({ days: options.autoCloseDays });
  const postmortem = postmortemPolicy({ severities: options.postmortemSeverities });
  const switchedOn = [
    ...(options.autoCloseDays > 0 ? [autoClose] : []),
    ...(options.postmortemSeverities.length > 0 ? [postmortem] : []),
  ];
  return {
    handlers: switchedOn.map((policy) => createReactor({ policy, execute, timerWrites, log })),
    tasks: Object.fromEntries(
      [autoClose, postmortem].map((policy) => [
        policy.name,
        switchedOn.includes(policy) ? createPolicyTask({ policy, execute, log }) : drop(policy.name, log),
      ]),
    ),
  };
}

/** What a policy that is off wanted to do later is not wanted any more. */
function drop(policy: string, log: FeedLog): TimerTask {
  return async ({ timerId }) => log.info({ policy, timerId }, "the policy is switched off: its timer is dropped");
}

async function carryOut(incidents: IncidentService, command: PolicyCommand, asked: PolicyRequest): Promise<void> {
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
