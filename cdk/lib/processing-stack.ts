/** What happens behind the API: functions on the streams, on the queue and on schedules. */
import { Duration, Stack } from "aws-cdk-lib";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import * as scheduler from "aws-cdk-lib/aws-scheduler";
import type { Construct } from "constructs";
import type { Parts } from "./access.js";
import { createFunction } from "./function.js";
import type { FunctionProgram } from "./function.js";
import { countLines, heldUpLines, parkedLine } from "./log-lines.js";
import { heldUpMetric, parkedMetric } from "./metrics.js";
import { createDeadLetterQueue } from "./queues.js";
import { createSchedule, createScheduleGroup, everyMinute } from "./schedules.js";
import type { Schedule } from "./schedules.js";
import type { OpsledgerStackProps } from "./stack-props.js";
import { followFeed, followLog, followQueue } from "./sources.js";

export interface ProcessingStackProps extends OpsledgerStackProps, Omit<Parts, "settings"> {
  /** Where people can look at what they are told of. @default it is not said */
  readonly publicUrl?: string | undefined;
}

/** Programs that run here. */
type ProcessingProgram = Exclude<FunctionProgram, "graphql">;

export class ProcessingStack extends Stack {
  /** Those that the settings ask for. */
  readonly functions: Readonly<Partial<Record<ProcessingProgram, lambda.Function>>>;

  constructor(scope: Construct, id: string, props: ProcessingStackProps) {
    const { settings, core, database, intelligence, publicUrl, ...stackProps } = props;
    super(scope, id, stackProps);
    const parts: Parts = { settings, core, database, intelligence };
    const environment: Readonly<Record<string, string>> = publicUrl === undefined ? {} : { PUBLIC_URL: publicUrl };
    const create = (program: ProcessingProgram) => createFunction(this, program, { parts, environment });

    const [feeder, projector, reactor, researcher] = [
      create("feeder"),
      create("projector"),
      create("reactor"),
      create("researcher"),
    ];
    followLog(feeder, parts);
    followFeed(projector, parts);
    followFeed(reactor, parts);
    followQueue(researcher, parts);
    const timers = create("timers");
    const poller = settings.pollerFunction ? create("poller") : undefined;
    const archiver = settings.archiveAfterDays > 0 ? create("archiver") : undefined;
    this.functions = {
      ...{ feeder, projector, reactor, researcher, timers },
      ...(poller === undefined ? {} : { poller }),
      ...(archiver === undefined ? {} : { archiver }),
    };

    // All that run processors: `timers` looks after all of them.
    for (const { node, logGroup } of [projector, reactor, timers]) {
      countLines(this, `${node.id}Parked`, { logGroup, lines: [parkedLine], as: parkedMetric(settings) });
    }
    countLines(this, `${feeder.node.id}HeldUp`, {
      logGroup: feeder.logGroup,
      lines: heldUpLines,
      as: heldUpMetric(settings),
    });

    const failures = createDeadLetterQueue(this, "ScheduleFailures", settings);
    const group = createScheduleGroup(this, settings);
    const schedule = (target: lambda.Function | undefined, of: Schedule) => {
      if (target !== undefined) createSchedule(this, { ...of, target, group, failures });
    };
    schedule(timers, { id: "Timers", description: "Timers that are due, and chores", at: everyMinute });
    schedule(poller, { id: "Poller", description: "Integration sessions that are due", at: everyMinute });
    schedule(archiver, {
      id: "Archiver",
      description: "Incidents that ended long ago",
      // At a time of day at which few people write.
      at: scheduler.ScheduleExpression.cron({ minute: "17", hour: "3" }),
      retries: { attempts: 2, within: Duration.hours(6) },
    });
  }
}
