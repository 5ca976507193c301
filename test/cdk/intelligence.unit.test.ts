/** Published events have a bus and an archive, and people hear of insights of high risk. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { toBusEntry, toRuleEvent } from "../../src/adapters/bus/busEntry.js";
import { compilePattern } from "../../src/adapters/bus/eventPattern.js";
import { insightsSource } from "../../src/domain/insights/index.js";
import { toInstant } from "../../src/domain/kernel/time.js";
import { contexts, deploymentOf, resourcesOf, statementsOf, textOf } from "./support.js";

const intelligenceOf = (stage: keyof typeof contexts = "dev") => {
  const { stacks, template } = deploymentOf(contexts[stage]);
  return template(stacks.intelligence);
};

/** What the bus gets, as its rules see it: the published form of an insight, with another risk. */
function insightOf(riskScore: number, type = "InsightRaised") {
  const Fixture = z.object({ schemaVersion: z.number(), data: z.record(z.string(), z.unknown()) });
  const fixture: unknown = JSON.parse(readFileSync("test/fixtures/published/InsightRaised.v1.json", "utf8"));
  const { schemaVersion, data } = Fixture.parse(fixture);
  const entry = toBusEntry({
    id: "01976f43-8f4a-7c2b-9f51-2f4f0f3c7a11",
    source: insightsSource,
    type,
    schemaVersion,
    occurredAt: toInstant(Date.UTC(2025, 0, 15, 10, 30)),
    subject: `Insight-${String(data["alertId"])}`,
    sequence: 1,
    data: { ...data, riskScore },
    correlationId: "c-1",
  });
  return toRuleEvent(entry, { id: "e-1", account: "123456789012", region: "eu-west-1" });
}

const Rule = z.object({
  EventPattern: z.unknown(),
  EventBusName: z.unknown(),
  Targets: z.tuple([
    z.object({
      Arn: z.unknown(),
      RoleArn: z.unknown(),
      DeadLetterConfig: z.object({ Arn: z.unknown() }),
      RetryPolicy: z.unknown(),
      InputTransformer: z.object({ InputPathsMap: z.record(z.string(), z.string()), InputTemplate: z.string() }),
    }),
  ]),
});

function ruleOf() {
  const [rule, ...more] = Object.values(resourcesOf(intelligenceOf(), "AWS::Events::Rule"));
  // The archive has its own.
  expect(more).toEqual([]);
  return Rule.parse(rule?.Properties);
}

describe("the bus", () => {
  it("has the name that the programs publish on", () => {
    intelligenceOf().hasResourceProperties("AWS::Events::EventBus", { Name: "opsledger" });
    intelligenceOf("staging").hasResourceProperties("AWS::Events::EventBus", { Name: "staging-opsledger" });
  });

  it.each([
    ["dev", 7],
    ["staging", 14],
    ["prod", 90],
  ] as const)("keeps what was published, in %s for %i days, so that it can be replayed", (stage, days) => {
    const [archive] = Object.values(resourcesOf(intelligenceOf(stage), "AWS::Events::Archive"));
    expect(archive?.Properties).toMatchObject({ RetentionDays: days });
    const matches = compilePattern(archive?.Properties["EventPattern"]);
    expect(matches(insightOf(0))).toBe(true);
    expect(matches({ ...insightOf(0), source: "aws.ecs" })).toBe(false);
  });
});

describe("an insight", () => {
  it("is sent to the topic when it is raised, from the risk on that the settings name", () => {
    const matches = compilePattern(ruleOf().EventPattern);
    expect([79, 79.9, 80, 100].map((risk) => matches(insightOf(risk)))).toEqual([false, false, true, true]);
  });

  it("is not sent again when it is acknowledged or resolved", () => {
    const matches = compilePattern(ruleOf().EventPattern);
    expect(matches(insightOf(90, "InsightAcknowledged"))).toBe(false);
  });

  it("is told in words: what it is, of whom, and why", () => {
    const { InputTransformer: transformer } = ruleOf().Targets[0];
    const paths = new Map(Object.entries(transformer.InputPathsMap));
    const told = transformer.InputTemplate.replaceAll(/<([\w-]+)>/g, (_, name: string) =>
      String(at(insightOf(85), paths.get(name) ?? "")),
    );
    expect(told).toBe(
      '"Many calls in two weeks (student stu_4532, risk 85 of 100). ib_calls_14d is 5, above the level of 3. The risk is 85 of 100."',
    );
  });

  it("that the topic does not take is tried again for hours, and is then in a queue", () => {
    const { DeadLetterConfig, RetryPolicy } = ruleOf().Targets[0];
    expect(RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 6 * 3_600, MaximumRetryAttempts: 20 });
    expect(textOf(DeadLetterConfig.Arn)).toMatch(/^\$\{InsightFailures[0-9A-F]{8}\.Arn\}$/);
  });

  it("is told of by the programs alone where they publish to the topic: not twice", () => {
    intelligenceOf("prod").resourceCountIs("AWS::Events::Rule", 0);
    intelligenceOf("prod").resourceCountIs("AWS::SQS::Queue", 0);
    intelligenceOf("prod").resourceCountIs("AWS::SNS::Topic", 1);
  });
});

describe("the topic of insights", () => {
  it("is published to by the rule's role, which may do nothing else", () => {
    const allowed = statementsOf(intelligenceOf()).filter(({ Action }) => Action.includes("sns:Publish"));
    expect(allowed.map(({ Effect, Action, Resource }) => [Effect, Action, Resource.map(textOf)])).toEqual([
      ["Deny", ["sns:Publish"], [expect.stringMatching(/^\$\{Insights/)]],
      ["Allow", ["sns:Publish"], [expect.stringMatching(/^\$\{Insights/)]],
    ]);
  });
});

function at(event: unknown, path: string): unknown {
  const [root, ...names] = path.split(".");
  expect(root).toBe("$");
  return names.reduce<unknown>((value, name) => new Map(Object.entries(value ?? {})).get(name), event);
}
