/** All stacks together: their names, their order, and what holds for each of them. */
import type { Stack } from "aws-cdk-lib";
import { describe, expect, it } from "vitest";
import { tableNames } from "../../src/store/tables.js";
import { contexts, deploymentOf, statementsOf, textOf } from "./support.js";

type Stage = keyof typeof contexts;
const stages = ["dev", "staging", "prod"] as const;

function stacksOf(stage: Stage): readonly Stack[] {
  return Object.values(deploymentOf(contexts[stage]).stacks).filter((stack) => stack !== undefined);
}

describe("the stacks", () => {
  it("have the names of seed 001, so that its commands work as they are written", () => {
    expect(stacksOf("dev").map(({ stackName }) => stackName)).toEqual([
      "IOpsDashboard-CoreStack",
      "IOpsDashboard-DatabaseStack",
      "IOpsDashboard-IntelligenceStack",
      "IOpsDashboard-ApiStack",
      "IOpsDashboard-ProcessingStack",
      "IOpsDashboard-ServiceStack",
      "IOpsDashboard-MonitoringStack",
    ]);
  });

  it("have the prefix before their names; without containers there is no service", () => {
    const names = stacksOf("staging").map(({ stackName }) => stackName);
    expect(names).toContain("staging-IOpsDashboard-CoreStack");
    expect(names.filter((name) => !name.startsWith("staging-IOpsDashboard-"))).toEqual([]);
    expect(names).not.toContain("staging-IOpsDashboard-ServiceStack");
  });

  it("of the tables can be deployed alone, as seed 001 does: it needs no other", () => {
    const { database } = deploymentOf(contexts.dev).stacks;
    expect(database.dependencies).toEqual([]);
  });

  it("that use the tables are deployed after them", () => {
    const { stacks } = deploymentOf(contexts.dev);
    for (const stack of [stacks.api, stacks.processing, stacks.service]) {
      expect(stack?.dependencies).toContain(stacks.database);
    }
  });

  it.each([
    ["dev", false],
    ["staging", false],
    ["prod", true],
  ] as const)("in %s are protected from termination: %s", (stage, isProtected) => {
    for (const { terminationProtection } of stacksOf(stage)) expect(terminationProtection).toBe(isProtected);
  });
});

describe("no policy", () => {
  it.each(stages)("allows all actions of a service, or anybody: %s", (stage) => {
    for (const { Effect, Action, Principal } of statementsIn(stage)) {
      if (Effect !== "Allow") continue;
      expect(Action.filter((action) => action.endsWith(":*") || action === "*")).toEqual([]);
      expect(JSON.stringify(Principal ?? {})).not.toMatch(/"\*"/);
    }
  });

  it.each(stages)("allows anything on all resources, but for what has none to name: %s", (stage) => {
    const everywhere = statementsIn(stage)
      .filter(({ Effect, Resource }) => Effect === "Allow" && Resource.includes("*"))
      .flatMap(({ Action }) => Action);
    // Logging in to the registry of images, and the names of streams, are rights on an account.
    const ofAccount = ["ecr:GetAuthorizationToken", "dynamodb:ListStreams"];
    expect([...new Set(everywhere)].filter((action) => !ofAccount.includes(action))).toEqual([]);
  });

  it.each(stages)("about tables names another table than those of its deployment: %s", (stage) => {
    const prefix = stage === "staging" ? "staging-" : "";
    const known = new Set(tableNames.map((name) => (prefix === "" ? name : prefix + name.replaceAll("_", "-"))));
    for (const { Effect, Action, Resource } of statementsIn(stage)) {
      if (Effect !== "Allow" || !Action.some((action) => action.startsWith("dynamodb:"))) continue;
      for (const name of Resource.map(textOf).flatMap((arn) => /:table\/([^/$]+)/.exec(arn)?.[1] ?? [])) {
        expect(known).toContain(name);
      }
    }
  });
});

describe("a role", () => {
  it("has policies that IAM takes, 10,240 characters in all, however long the names are", () => {
    const sizes = new Map<string, number>();
    for (const { of, Sid: _, ...statement } of statementsIn("prod")) {
      const deployed = JSON.stringify({ ...statement, Resource: statement.Resource.map(textOf) })
        .replaceAll("${AWS::Partition}", "aws-us-gov")
        .replaceAll("${AWS::Region}", "ap-southeast-2")
        .replaceAll("${AWS::AccountId}", "123456789012")
        .replaceAll(":table/", `:table/${"a".repeat(31)}-`);
      sizes.set(of, (sizes.get(of) ?? 0) + deployed.length);
    }
    expect(Math.max(...sizes.values())).toBeGreaterThan(2_000);
    expect([...sizes].filter(([, size]) => size > 10_240)).toEqual([]);
  });
});

function statementsIn(stage: Stage) {
  const { template } = deploymentOf(contexts[stage]);
  return stacksOf(stage).flatMap((stack) => statementsOf(template(stack)));
}
