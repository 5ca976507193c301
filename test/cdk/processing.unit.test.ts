/** Functions behind the API: what calls them, how often a call is tried, and where it goes when it was given up on. */
import { readFileSync, readdirSync } from "node:fs";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { BundleMissingError, sizes } from "../../cdk/lib/function.js";
import { heldUpLines, parkedLine } from "../../cdk/lib/log-lines.js";
import { compilePattern } from "../../src/adapters/bus/eventPattern.js";
import { toInstant } from "../../src/domain/kernel/index.js";
import { toIdempotencyItem } from "../../src/store/dynamodb/items.js";
import { logKey, streamKey } from "../../src/store/feed/feedItems.js";
import { contexts, deploymentOf, resourcesOf, statementsOf, textOf } from "./support.js";
import type { Context } from "./support.js";

const processingOf = (context: Context = contexts.dev): Template => {
  const { stacks, template } = deploymentOf(context);
  return template(stacks.processing);
};

/** Where containers poll, and nothing is archived. */
const least: Context = { pollerFunction: "false", archiveAfterDays: "0" };

const Mapping = z.object({
  FunctionName: z.object({ Ref: z.string() }),
  EventSourceArn: z.unknown().transform(textOf),
  FilterCriteria: z.object({ Filters: z.tuple([z.object({ Pattern: z.string() })]) }).optional(),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.unknown().transform(textOf) }) }).optional(),
  BatchSize: z.number(),
  BisectBatchOnFunctionError: z.boolean().optional(),
  FunctionResponseTypes: z.array(z.string()),
  MaximumBatchingWindowInSeconds: z.number().optional(),
  MaximumRecordAgeInSeconds: z.number().optional(),
  MaximumRetryAttempts: z.number().optional(),
  ParallelizationFactor: z.number().optional(),
  StartingPosition: z.string().optional(),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }).optional(),
});

const mappingsOf = (template = processingOf()) =>
  Object.values(resourcesOf(template, "AWS::Lambda::EventSourceMapping")).map(({ Properties }) =>
    Mapping.parse(Properties),
  );

const programOf = ({ FunctionName }: z.output<typeof Mapping>) => FunctionName.Ref.replace(/Function[0-9A-F]{8}$/, "");
const mappingOf = (program: string) => {
  const [found] = mappingsOf().filter((mapping) => programOf(mapping) === program);
  if (found === undefined) throw new Error(`nothing calls ${program}`);
  return found;
};

describe("a function", () => {
  const functions = () => Object.values(resourcesOf(processingOf(), "AWS::Lambda::Function"));

  it("has the name, memory and time of its program, on ARM and a runtime that takes new functions", () => {
    const { graphql: _, ...behind } = sizes;
    expect(
      functions().map(({ Properties: { FunctionName, MemorySize, Timeout, Architectures, Runtime, Handler } }) => ({
        ...{ FunctionName, MemorySize, Timeout, Architectures, Runtime, Handler },
      })),
    ).toEqual(
      expect.arrayContaining(
        Object.entries(behind).map(([program, { megabytes, seconds }]) => ({
          FunctionName: `opsledger-${program}`,
          MemorySize: megabytes,
          Timeout: seconds,
          Architectures: ["arm64"],
          Runtime: "nodejs22.x",
          Handler: "index.handler",
        })),
      ),
    );
  });

  it("has a role and a log group of its own", () => {
    for (const property of ["Role", "LoggingConfig"]) {
      const own = functions().map(({ Properties }) => JSON.stringify(Properties[property]));
      expect(new Set(own).size).toBe(7);
    }
  });

  it("reserves nothing of what the account may run, and is not traced", () => {
    for (const { Properties } of functions()) {
      expect(Properties).not.toHaveProperty("ReservedConcurrentExecutions");
      expect(Properties).not.toHaveProperty("TracingConfig");
    }
  });

  it("is there only if the settings ask for it", () => {
    const names = Object.values(resourcesOf(processingOf(least), "AWS::Lambda::Function")).map(({ Properties }) =>
      textOf(Properties["FunctionName"]),
    );
    expect(names.sort()).toEqual(
      ["feeder", "projector", "reactor", "researcher", "timers"].map((program) => `opsledger-${program}`),
    );
  });

  it("is not deployed without its bundle, and the message says how to make it", () => {
    const build = () => deploymentOf({ bundles: "/nowhere" });
    expect(build).toThrow(BundleMissingError);
    expect(build).toThrow("There is no function in /nowhere/graphql: run `npm run bundle` first");
  });

  it.each([
    ["dev", 7],
    ["staging", 30],
    ["prod", 90],
  ] as const)("in %s logs for %d days; its log, whose name is fixed, goes with it", (stage, days) => {
    const groups = Object.values(resourcesOf(processingOf(contexts[stage]), "AWS::Logs::LogGroup"));
    expect(groups).toHaveLength(7);
    for (const group of groups) {
      expect(group).toMatchObject({ Properties: { RetentionInDays: days }, DeletionPolicy: "Delete" });
    }
  });
});

describe("a stream", () => {
  it("of the log has one reader, that of the feed has two, which is all that a shard may have", () => {
    const { stacks, template } = deploymentOf(contexts.dev);
    const readers = Object.values(stacks)
      .filter((stack) => stack !== undefined)
      .flatMap((stack) => mappingsOf(template(stack)))
      .filter(({ EventSourceArn }) => EventSourceArn.includes("StreamArn"))
      .map((mapping) => [programOf(mapping), /GetAtt(\w+?)[0-9A-F]{8}Stream/.exec(mapping.EventSourceArn)?.[1]]);
    expect(readers.sort()).toEqual([
      ["Feeder", "DomainEvents"],
      ["Projector", "DomainFeed"],
      ["Reactor", "DomainFeed"],
    ]);
  });

  it.each(["Feeder", "Projector", "Reactor"])(
    "is read from its beginning, by halves where a call fails, and from the first record that is handed back: %s",
    (program) => {
      expect(mappingOf(program)).toMatchObject({
        StartingPosition: "TRIM_HORIZON",
        BatchSize: 100,
        ParallelizationFactor: 1,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
        BisectBatchOnFunctionError: true,
      });
    },
  );

  it("of the log is tried for as long as DynamoDB keeps it: what the feeder hands back can be fed later", () => {
    const { MaximumRecordAgeInSeconds, ...feeder } = mappingOf("Feeder");
    expect(MaximumRecordAgeInSeconds).toBeUndefined();
    expect(feeder).toMatchObject({
      MaximumRetryAttempts: 10_000,
      DestinationConfig: { OnFailure: { Destination: expect.stringContaining("FeederFailures") as string } },
    });
  });

  it.each(["Projector", "Reactor"])("of the feed brings hints, of which one that fails is dropped: %s", (program) => {
    const { DestinationConfig, ...reader } = mappingOf(program);
    expect(DestinationConfig).toBeUndefined();
    expect(reader).toMatchObject({ MaximumRetryAttempts: 20, MaximumRecordAgeInSeconds: 3_600 });
  });

  it("is fed at once, and read a second's worth at a time behind that", () => {
    expect(
      ["Feeder", "Projector", "Reactor"].map((program) => mappingOf(program).MaximumBatchingWindowInSeconds),
    ).toEqual([0, 1, 1]);
  });
});

describe("the filter of a stream", () => {
  const passes = (program: string) => {
    const [{ Pattern } = { Pattern: "" }] = mappingOf(program).FilterCriteria?.Filters ?? [];
    return compilePattern(JSON.parse(Pattern));
  };
  const ofLog = (item: Record<string, unknown>, eventName = "INSERT") => ({
    eventName,
    dynamodb: { ...(eventName === "REMOVE" ? {} : { NewImage: marshall(item) }), SequenceNumber: "111" },
  });
  const commit = { streamId: "Incident-1", version: 1, n: 1, events: "[]", tags: "{}" };

  it("lets the feeder have commits, and neither records of idempotency nor what is changed or deleted", () => {
    const isFed = passes("Feeder");
    const repeat = toIdempotencyItem({ key: "k", payload: "{}" }, [], { recordedAt: toInstant(0) });
    expect(isFed(ofLog(commit))).toBe(true);
    expect(isFed(ofLog(repeat))).toBe(false);
    expect(isFed(ofLog(commit, "MODIFY"))).toBe(false);
    expect(isFed(ofLog(commit, "REMOVE"))).toBe(false);
  });

  it.each(["Projector", "Reactor"])(
    "lets others have entries of the logs, and not the index beside them: %s",
    (who) => {
      const isTold = passes(who);
      const ofFeed = (log: string, eventName = "INSERT") => ({
        eventName,
        dynamodb: { Keys: marshall({ log, position: 7 }), SequenceNumber: "111" },
      });
      expect(isTold(ofFeed(logKey(3)))).toBe(true);
      expect(isTold(ofFeed(streamKey("Incident-1")))).toBe(false);
      expect(isTold(ofFeed(logKey(3), "REMOVE"))).toBe(false);
    },
  );
});

describe("the queue of research requests", () => {
  it("calls for one request at a time, a few beside each other", () => {
    expect(mappingOf("Researcher")).toMatchObject({
      EventSourceArn: expect.stringContaining("ResearchQueue") as string,
      BatchSize: 1,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: 5 },
    });
  });
});

describe("a schedule", () => {
  const Schedule = z.object({
    ScheduleExpression: z.string(),
    FlexibleTimeWindow: z.object({ Mode: z.literal("OFF") }),
    GroupName: z.literal("opsledger"),
    State: z.literal("ENABLED"),
    Target: z.object({
      Arn: z.unknown().transform(textOf),
      DeadLetterConfig: z.object({ Arn: z.unknown().transform(textOf) }).optional(),
      RetryPolicy: z.object({ MaximumRetryAttempts: z.number(), MaximumEventAgeInSeconds: z.number() }),
    }),
  });
  const schedulesOf = (context: Context = contexts.dev) =>
    Object.values(resourcesOf(processingOf(context), "AWS::Scheduler::Schedule")).map(({ Properties }) => {
      const { ScheduleExpression: at, Target } = Schedule.parse(Properties);
      const program = /^\$\{(\w+)Function/.exec(Target.Arn)?.[1];
      const { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: seconds } = Target.RetryPolicy;
      return { program, at, retries, seconds, failures: Target.DeadLetterConfig?.Arn };
    });
  const failures = expect.stringContaining("ScheduleFailures") as string;
  const eachMinute = { at: "rate(1 minute)", retries: 0, seconds: 60, failures: undefined };

  it("calls timers and poller each minute, which keeps nothing of what fails, and the archiver once a day", () => {
    expect(schedulesOf()).toEqual([
      { program: "Timers", ...eachMinute },
      { program: "Poller", ...eachMinute },
      { program: "Archiver", at: "cron(17 3 * * ? *)", retries: 2, seconds: 21_600, failures },
    ]);
  });

  it("is there only for what is", () => {
    expect(schedulesOf(least)).toEqual([{ program: "Timers", ...eachMinute }]);
  });

  it("is made after the group that it names", () => {
    const schedules = resourcesOf(processingOf(), "AWS::Scheduler::Schedule");
    for (const schedule of Object.values(schedules)) {
      expect(schedule).toMatchObject({
        DependsOn: expect.arrayContaining([expect.stringMatching(/^Schedules/)]) as [],
      });
    }
  });

  it("has a function that is called again as often as the schedule says, and no more", () => {
    const configs = Object.values(resourcesOf(processingOf(), "AWS::Lambda::EventInvokeConfig"));
    const asked = configs.map(({ Properties }) => [
      textOf(Properties["FunctionName"]).replace(/^\$\{(\w+)Function.*$/, "$1"),
      Properties["MaximumRetryAttempts"],
      Properties["MaximumEventAgeInSeconds"],
      // Of what the next minute makes up for nothing is kept: one error is none.
      Properties["DestinationConfig"] !== undefined,
    ]);
    expect(asked.sort()).toEqual([
      ["Archiver", 2, 21_600, true],
      ["Poller", 0, 60, false],
      ["Timers", 0, 60, false],
    ]);
  });
});

describe("what nobody sees", () => {
  const filters = () =>
    Object.values(resourcesOf(processingOf(), "AWS::Logs::MetricFilter")).map(
      ({ Properties: { LogGroupName, FilterPattern, MetricTransformations } }) => ({
        of: /^\$\{(\w+?)Logs/.exec(textOf(LogGroupName))?.[1],
        FilterPattern,
        MetricTransformations,
      }),
    );
  const counts = (metric: string) => [{ MetricNamespace: "Opsledger", MetricName: metric, MetricValue: "1" }];
  /** How often a line begins so in the sources of a folder. */
  const logged = (folder: string, line: string) =>
    readdirSync(folder)
      .filter((file) => file.endsWith(".ts"))
      .filter((file) => readFileSync(`${folder}/${file}`, "utf8").includes(`"${line}`)).length;

  it("is counted: streams that a processor has parked, by the line that it logs, wherever processors run", () => {
    expect(filters().filter(({ of }) => of !== "Feeder")).toMatchObject(
      ["Projector", "Reactor", "Timers"].map((of) => ({
        of,
        FilterPattern: `{ $.msg = "${parkedLine}*" }`,
        MetricTransformations: counts("StreamsParked"),
      })),
    );
    expect(logged("src/store/processing", parkedLine)).toBe(1);
  });

  it("is counted: streams that the feeder passes over, by the lines that it logs", () => {
    const [first, second] = heldUpLines;
    expect(filters().filter(({ of }) => of === "Feeder")).toMatchObject([
      {
        FilterPattern: `{ ($.msg = "${first}*") || ($.msg = "${second}*") }`,
        MetricTransformations: counts("FeedHeldUp"),
      },
    ]);
    for (const line of heldUpLines) expect(logged("src/store/feed", line)).toBe(1);
  });
});

describe("all roles of functions", () => {
  it("have no resource that is a star, but where Lambda asks which streams there are", () => {
    const stars = statementsOf(processingOf())
      .filter(({ Effect, Resource }) => Effect === "Allow" && Resource.includes("*"))
      .flatMap(({ Action }) => Action);
    expect(new Set(stars)).toEqual(new Set(["dynamodb:ListStreams"]));
  });
});
