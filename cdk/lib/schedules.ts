/** Functions that time calls, by EventBridge Scheduler: to the minute, and free for what is scheduled here. */
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import * as scheduler from "aws-cdk-lib/aws-scheduler";
import * as targets from "aws-cdk-lib/aws-scheduler-targets";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { Settings } from "./settings.js";

export const everyMinute = scheduler.ScheduleExpression.rate(Duration.minutes(1));

export interface Schedule {
  readonly id: string;
  readonly description: string;
  readonly at: scheduler.ScheduleExpression;
  /** How often a call that fails is tried again. @default not at all: the next minute calls anew */
  readonly retries?: Retries;
}

interface Retries {
  readonly attempts: 0 | 1 | 2;
  readonly within: Duration;
}

const untilNextMinute: Retries = { attempts: 0, within: Duration.minutes(1) };

/** What counts the calls of all schedules together. */
export function createScheduleGroup(scope: Construct, settings: Pick<Settings, "prefix">): scheduler.ScheduleGroup {
  return new scheduler.ScheduleGroup(scope, "Schedules", {
    scheduleGroupName: scheduleGroupName(settings),
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

export function scheduleGroupName({ prefix }: Pick<Settings, "prefix">): string {
  return `${prefix}opsledger`;
}

export interface ScheduleOptions extends Schedule {
  readonly target: lambda.Function;
  readonly group: scheduler.ScheduleGroup;
  /** Where a call goes whose tries were in vain. Of what the next minute makes up for, none is kept. */
  readonly failures: sqs.Queue;
}

export function createSchedule(scope: Construct, options: ScheduleOptions): void {
  const { id, description, at, target, group, failures, retries } = options;
  const { attempts: retryAttempts, within: maxEventAge } = retries ?? untilNextMinute;
  // A call that does not come through, or fails, is made up for by the next minute's, and is counted by the group's or the function's
  // errors: only what has tries is kept when they are over.
  const isKept = retries !== undefined;
  // The scheduler hands the call to Lambda and is done: what becomes of it is up to the function's own settings.
  target.configureAsyncInvoke({
    ...{ retryAttempts, maxEventAge },
    ...(isKept ? { onFailure: new SqsDestination(failures) } : {}),
  });
  const schedule = new scheduler.Schedule(scope, `${id}Schedule`, {
    description,
    schedule: at,
    scheduleGroup: group,
    timeWindow: scheduler.TimeWindow.off(),
    target: new targets.LambdaInvoke(target, {
      ...{ retryAttempts, maxEventAge },
      ...(isKept ? { deadLetterQueue: failures } : {}),
    }),
  });
  // It names its group, which is no reference.
  schedule.node.addDependency(group);
}
