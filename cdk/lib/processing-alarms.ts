/** Alarms of what happens behind the API: late, failing, throttled, given up on. */
import { MathExpression, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { fiveMinutes, oneMinute, sumOf } from "./alarms.js";
import type { AlarmSpecification } from "./alarms.js";
import { functionPrograms, sizes } from "./function.js";
import type { FunctionProgram } from "./function.js";
import {
  functionMetric,
  heldUpMetric,
  parkedMetric,
  queueMetric,
  scheduleMetric,
  tableMetric,
  throttledFunctions,
  waitingIn,
} from "./metrics.js";
import { scheduleGroupName } from "./schedules.js";
import type { Settings } from "./settings.js";

export function processingAlarms(settings: Settings): readonly AlarmSpecification[] {
  return [...lateness(settings), ...failures(settings), ...givenUp(settings)];
}

/** How far behind its stream a reader is: the age of the last record that it was given. */
function lateness(settings: Settings): readonly AlarmSpecification[] {
  const age = (program: FunctionProgram, seconds: number) => ({
    metric: functionMetric(settings, program, "IteratorAge", { statistic: Stats.MAXIMUM, period: oneMinute }),
    threshold: seconds * 1_000,
    periods: 3,
  });
  return [
    {
      id: "FeederBehind",
      says: "What is in the log does not reach the feed: subscribers and views hear of it a minute late, or not at all.",
      section: "OpsledgerFeedLag",
      ...age("feeder", 60),
    },
    {
      id: "FeederNotCalled",
      says: "The log is written to, and the feeder was not called for ten minutes: its mapping is disabled or gone, or may not read.",
      section: "OpsledgerFeederNotCalled",
      metric: writesWithoutCalls(settings),
      threshold: 1,
      periods: 2,
    },
    {
      id: "ProjectorBehind",
      says: "Views that are fed from the feed are five minutes behind.",
      section: "OpsledgerProcessorLag",
      ...age("projector", 300),
    },
    {
      id: "ReactorBehind",
      says: "Policies and the publisher are five minutes behind.",
      section: "OpsledgerProcessorLag",
      ...age("reactor", 300),
    },
    {
      id: "TimersStand",
      says: "The function of timers was not called for ten minutes, though its schedule calls it each minute.",
      section: "OpsledgerTimersLate",
      metric: functionMetric(settings, "timers", "Invocations"),
      threshold: 1,
      when: "below",
      periods: 2,
      silence: "wrong",
    },
    {
      id: "ResearchWaits",
      says: "A research request has waited for an hour, and nobody works on it.",
      section: "OpsledgerResearchWaits",
      metric: queueMetric(settings, "ResearchQueue", "ApproximateAgeOfOldestMessage"),
      threshold: 3_600,
    },
  ];
}

/**
 * A reader that is not called has no age: it is only told of records that it was given. One in five minutes in which the log was written
 * to and the feeder did not run; two on end, as what is written last in the first of them may be fed in the second.
 */
function writesWithoutCalls(settings: Settings): MathExpression {
  return new MathExpression({
    expression: "IF(FILL(written,0) > 0 AND FILL(calls,0) < 1, 1, 0)",
    usingMetrics: {
      written: tableMetric(settings, { table: "domain-events" }, "ConsumedWriteCapacityUnits"),
      calls: functionMetric(settings, "feeder", "Invocations"),
    },
    label: "Written and not fed",
    period: fiveMinutes,
  });
}

/** One error is tried again and is nothing; the archiver has one try a day, and says so at once. */
const errorsUntilAlarm = (program: FunctionProgram) => (program === "archiver" ? 1 : 3);

/** Those that end by themselves before their time. The others work until it is nearly over where there is much to do. */
const neverLong: readonly FunctionProgram[] = ["graphql", "feeder"];

function failures(settings: Settings): readonly AlarmSpecification[] {
  const programs = functionPrograms(settings);
  return [
    ...programs.map((program) => ({
      id: `${program.charAt(0).toUpperCase()}${program.slice(1)}Fails`,
      says: `The function ${program} ends with errors.`,
      section: "OpsledgerFunctionFails",
      metric: functionMetric(settings, program, "Errors"),
      threshold: errorsUntilAlarm(program),
    })),
    ...neverLong.map((program) => ({
      id: `${program.charAt(0).toUpperCase()}${program.slice(1)}NearTimeout`,
      says: `The function ${program} takes nearly as long as it may (${sizes[program].seconds} s).`,
      section: "OpsledgerFunctionNearTimeout",
      metric: functionMetric(settings, program, "Duration", { statistic: Stats.MAXIMUM }),
      threshold: sizes[program].seconds * 1_000 * 0.85,
      periods: 2,
    })),
    {
      id: "FunctionsThrottled",
      says: "Lambda refuses to run functions: the account runs as many as it may.",
      section: "OpsledgerFunctionsThrottled",
      metric: throttledFunctions(),
      threshold: 1,
      periods: 3,
    },
    {
      id: "SchedulesFail",
      says: "Schedules cannot call their functions.",
      section: "OpsledgerSchedulesFail",
      metric: sumOf(
        ["TargetErrorCount", "InvocationDroppedCount"].map((name) => scheduleMetric(scheduleGroupName(settings), name)),
        "Failed calls",
      ),
      threshold: 3,
    },
  ];
}

/** What was given up on waits in a queue, until somebody has looked at it. */
function givenUp(settings: Settings): readonly AlarmSpecification[] {
  return [
    {
      id: "FeederFailures",
      says: "Records of the log's stream were given up on: their events are in the log and not in the feed.",
      section: "OpsledgerFeederFailures",
      metric: waitingIn(settings, "FeederFailures"),
      threshold: 1,
    },
    {
      id: "FeedHeldUp",
      says: "The feeder cannot feed a stream, and passes it over: its events are in the log and not in the feed.",
      section: "OpsledgerFeedHeldUp",
      metric: heldUpMetric(settings),
      threshold: 1,
    },
    {
      id: "ResearchDeadLetters",
      says: "Messages about research requests were received again and again, and never done with.",
      section: "OpsledgerResearchDeadLetters",
      metric: waitingIn(settings, "ResearchDeadLetters"),
      threshold: 1,
    },
    {
      id: "ScheduleFailures",
      says: "The archiver was called in vain, again and again.",
      section: "OpsledgerSchedulesFail",
      metric: waitingIn(settings, "ScheduleFailures"),
      threshold: 1,
    },
    {
      id: "StreamsParked",
      says: "A processor cannot handle an event, and has parked its stream.",
      section: "OpsledgerDeadLetters",
      metric: parkedMetric(settings),
      threshold: 1,
    },
  ];
}
