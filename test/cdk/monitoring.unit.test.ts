/** Alarms: what seed 003 lists is watched, each has a section in the runbook, and what they cost is known. */
import { readFileSync } from "node:fs";
import type { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { functionPrograms } from "../../cdk/lib/function.js";
import { tableNames } from "../../src/store/tables.js";
import { contexts, deploymentOf, resourcesOf, settingsOf, textOf } from "./support.js";

type Stage = keyof typeof contexts;

const monitoringOf = (stage: Stage = "dev"): Template => {
  const { stacks, template } = deploymentOf(contexts[stage]);
  return template(stacks.monitoring);
};

const Named = z.object({
  MetricName: z.string(),
  Namespace: z.string(),
  Dimensions: z
    .array(z.object({ Name: z.string(), Value: z.unknown().transform(textOf) }))
    .default([])
    .transform((dimensions) => Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]))),
});
const Query = z.object({ MetricStat: z.object({ Metric: Named }).optional() });
const Alarm = z.object({
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  AlarmActions: z.array(z.unknown().transform(textOf)),
  OKActions: z.array(z.unknown().transform(textOf)),
  TreatMissingData: z.enum(["notBreaching", "breaching"]),
  EvaluationPeriods: z.number(),
  Metrics: z.array(Query).optional(),
});
type Metric = z.output<typeof Named>;

const alarmsOf = (stage: Stage = "dev") =>
  Object.values(resourcesOf(monitoringOf(stage), "AWS::CloudWatch::Alarm")).map(({ Properties }) => {
    const alarm = Alarm.parse(Properties);
    const metrics: readonly Metric[] = alarm.Metrics?.flatMap(({ MetricStat }) =>
      MetricStat === undefined ? [] : [MetricStat.Metric],
    ) ?? [Named.parse(Properties)];
    return { ...alarm, metrics };
  });

const metricsOf = (stage?: Stage) => alarmsOf(stage).flatMap(({ metrics }) => metrics);
const alarmOf = (name: string, stage?: Stage) => {
  const found = alarmsOf(stage).find(({ AlarmName }) => AlarmName === `opsledger-${name}`);
  if (found === undefined) throw new Error(`there is no alarm ${name}`);
  return found;
};

describe("an alarm", () => {
  const runbook = readFileSync("docs/operations/runbook.md", "utf8");
  const sections = new Set(
    [...runbook.matchAll(/^###? (Opsledger\w+)$/gm)].map(([, heading = ""]) => heading.toLowerCase()),
  );

  it.each(["dev", "staging", "prod"] as const)(
    "in %s says what is wrong, and which section of the runbook helps",
    (stage) => {
      for (const { AlarmDescription } of alarmsOf(stage)) {
        const [, says, section = ""] =
          /^(.{20,}\.) See docs\/operations\/runbook\.md#(\w+)$/.exec(AlarmDescription) ?? [];
        expect(says, AlarmDescription).toBeDefined();
        expect(sections).toContain(section);
      }
    },
  );

  it("tells the topic when it begins, and when it is over", () => {
    for (const { AlarmActions, OKActions } of alarmsOf()) {
      expect(AlarmActions).toEqual([expect.stringMatching(/:sns:.*:opsledger-alarms$/)]);
      expect(OKActions).toEqual(AlarmActions);
    }
  });

  it("adds up ten metrics at most, which is all that CloudWatch takes", () => {
    for (const { metrics } of alarmsOf("prod")) expect(metrics.length).toBeLessThanOrEqual(10);
  });

  it("is taken for well where there is nothing to count, but for what must never be silent", () => {
    const silent = alarmsOf().filter(({ TreatMissingData }) => TreatMissingData === "breaching");
    expect(silent.map(({ AlarmName }) => AlarmName)).toEqual(["opsledger-TimersStand", "opsledger-ContainersMissing"]);
  });

  it("has the deployment's prefix before its name", () => {
    for (const { AlarmName } of alarmsOf("staging")) expect(AlarmName).toMatch(/^staging-opsledger-[A-Z]\w+$/);
  });
});

describe("seed 003's list", () => {
  it.each([
    "ConsumedReadCapacityUnits",
    "ConsumedWriteCapacityUnits",
    "UserErrors",
    "SystemErrors",
    "SuccessfulRequestLatency",
  ])("is watched, from dev on: %s", (name) => {
    expect(
      metricsOf()
        .filter(({ Namespace }) => Namespace === "AWS/DynamoDB")
        .map(({ MetricName }) => MetricName),
    ).toContain(name);
  });

  it("is watched for throttled requests: all tables, reading and writing; in dev those that everything goes through", () => {
    const throttled = (stage: Stage) =>
      metricsOf(stage)
        .filter(({ MetricName }) => MetricName.endsWith("ThrottleEvents"))
        .map(({ MetricName, Dimensions }) => `${MetricName} ${Dimensions["TableName"]}`)
        .sort();
    const both = (tables: readonly string[]) =>
      tables.flatMap((table) => [`ReadThrottleEvents ${table}`, `WriteThrottleEvents ${table}`]).sort();
    expect(throttled("prod")).toEqual(both(tableNames));
    expect(throttled("dev")).toEqual(both(tableNames.filter((table) => /^(domain|processor)-/.test(table))));
  });

  it("is watched under the names that tables have behind a prefix", () => {
    const tables = metricsOf("staging").flatMap(({ Dimensions: { TableName } }) => TableName ?? []);
    expect(tables).toContain("staging-market-intelligence-requests");
    expect(tables.filter((table) => !table.startsWith("staging-"))).toEqual([]);
  });
});

describe("what can go wrong", () => {
  it.each(["dev", "prod"] as const)("in %s is watched in every function that is deployed", (stage) => {
    const failing = metricsOf(stage).filter(
      ({ Namespace, MetricName }) => Namespace === "AWS/Lambda" && MetricName === "Errors",
    );
    expect(failing.map(({ Dimensions }) => Dimensions["FunctionName"]).sort()).toEqual(
      functionPrograms(settingsOf(contexts[stage]))
        .map((program) => `opsledger-${program}`)
        .sort(),
    );
  });

  it("is watched in every queue that nobody reads, of all stacks", () => {
    const { stacks, template } = deploymentOf(contexts.dev);
    const queues = Object.values(stacks)
      .filter((stack) => stack !== undefined)
      .flatMap((stack) => Object.values(resourcesOf(template(stack), "AWS::SQS::Queue")))
      .map(({ Properties }) => textOf(Properties["QueueName"]));
    expect(queues).toHaveLength(5);
    const watched = metricsOf().filter(({ Namespace }) => Namespace === "AWS/SQS");
    for (const queue of queues) {
      const of = watched.filter(({ Dimensions: { QueueName } }) => QueueName === queue);
      const metric =
        queue === "opsledger-ResearchQueue" ? "ApproximateAgeOfOldestMessage" : "ApproximateNumberOfMessagesVisible";
      expect(
        of.map(({ MetricName }) => MetricName),
        queue,
      ).toEqual([metric]);
    }
  });

  it.each([
    ["FeederBehind", "opsledger-feeder"],
    ["ProjectorBehind", "opsledger-projector"],
    ["ReactorBehind", "opsledger-reactor"],
  ])("is watched in every reader of a stream: %s", (name, FunctionName) => {
    expect(alarmOf(name).metrics).toEqual([
      { MetricName: "IteratorAge", Namespace: "AWS/Lambda", Dimensions: { FunctionName } },
    ]);
  });

  it("is watched in the feeder also where it is not called at all, though the log is written to", () => {
    expect(alarmOf("FeederNotCalled")).toMatchObject({
      EvaluationPeriods: 2,
      metrics: [
        { MetricName: "ConsumedWriteCapacityUnits", Dimensions: { TableName: "domain-events" } },
        { MetricName: "Invocations", Dimensions: { FunctionName: "opsledger-feeder" } },
      ],
    });
    expect(JSON.stringify(monitoringOf().toJSON())).toContain("IF(FILL(written,0) > 0 AND FILL(calls,0) < 1, 1, 0)");
  });

  it("is watched in schedules, and by the calls that they should make", () => {
    expect(alarmOf("SchedulesFail").metrics.map(({ MetricName, Dimensions }) => [MetricName, Dimensions])).toEqual([
      ["TargetErrorCount", { ScheduleGroup: "opsledger" }],
      ["InvocationDroppedCount", { ScheduleGroup: "opsledger" }],
    ]);
    expect(alarmOf("TimersStand").metrics).toMatchObject([{ MetricName: "Invocations" }]);
  });

  it("is watched where callers are: HTTP API, containers, and the rule of the bus", () => {
    const names = (name: string) => alarmOf(name).metrics.map(({ MetricName }) => MetricName);
    expect(names("ApiFails")).toEqual(["5xx"]);
    expect(names("ApiSlow")).toEqual(["Latency"]);
    expect(names("ServiceFails")).toEqual(["HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count"]);
    expect(names("ContainersUnwell")).toEqual(["UnHealthyHostCount"]);
    expect(names("ContainersMissing")).toEqual(["HealthyHostCount"]);
    expect(names("InsightsFail")).toEqual(["FailedInvocations"]);
    for (const MetricName of ["StreamsParked", "FeedHeldUp"]) {
      expect(alarmOf(MetricName).metrics).toEqual([{ MetricName, Namespace: "Opsledger", Dimensions: {} }]);
    }
  });

  it("is watched in the rule of insights by the name that its metrics have", () => {
    const { stacks, template } = deploymentOf(contexts.dev);
    const [rule] = Object.values(resourcesOf(template(stacks.intelligence), "AWS::Events::Rule"));
    expect(rule?.Properties["Name"]).toBe("opsledger-insights");
    expect(alarmOf("InsightsFail").metrics.map(({ Dimensions }) => Dimensions)).toEqual([
      { EventBusName: "opsledger", RuleName: "opsledger-insights" },
    ]);
  });

  it("is watched by name, but for what AWS alone names: HTTP API, load balancer and its targets", () => {
    const named = metricsOf().filter(({ Dimensions }) => JSON.stringify(Dimensions).includes("Fn::"));
    expect(new Set(named.flatMap(({ Dimensions }) => Object.keys(Dimensions)))).toEqual(
      new Set(["ApiId", "LoadBalancer", "TargetGroup"]),
    );
  });

  it("is not watched where it is not: without containers, and where programs tell people themselves", () => {
    const named = (stage: Stage) => alarmsOf(stage).map(({ AlarmName }) => AlarmName);
    expect(named("staging").filter((name) => /Container|Service/.test(name))).toEqual([]);
    // `notifier=sns`: there is no rule.
    expect(named("prod").filter((name) => /Insights(Fail|Untold)/.test(name))).toEqual([]);
  });
});

describe("what it costs", () => {
  /** Each metric that an alarm reads costs 10 cents a month; a custom metric 30; the first dashboards nothing. */
  it.each([
    ["dev", 52],
    ["prod", 86],
  ] as const)("in %s is 10 cents a month for each of %d metrics", (stage, metrics) => {
    expect(metricsOf(stage)).toHaveLength(metrics);
  });

  it("is nothing for the dashboard: there is one, with fifty metrics at most", () => {
    const [dashboard, ...more] = Object.values(resourcesOf(monitoringOf(), "AWS::CloudWatch::Dashboard"));
    expect(more).toEqual([]);
    // References stand between pieces of JSON.
    const {
      "Fn::Join": [, pieces],
    } = z
      .object({ "Fn::Join": z.tuple([z.literal(""), z.array(z.unknown())]) })
      .parse(dashboard?.Properties["DashboardBody"]);
    const body: unknown = JSON.parse(pieces.map((piece) => (typeof piece === "string" ? piece : "x")).join(""));
    const { widgets } = z
      .object({ widgets: z.array(z.object({ properties: z.object({ metrics: z.array(z.unknown()).default([]) }) })) })
      .parse(body);
    const shown = widgets.flatMap(({ properties }) => properties.metrics).length;
    expect(shown).toBeGreaterThan(30);
    expect(shown).toBeLessThanOrEqual(50);
  });

  it("holds nothing of other stacks: what is watched can be taken away first", () => {
    expect(JSON.stringify(monitoringOf().toJSON())).not.toContain("Fn::ImportValue");
  });
});
