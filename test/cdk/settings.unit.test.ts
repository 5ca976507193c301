/** Settings of a deployment are parsed once, and every problem is told at once. */
import { describe, expect, it } from "vitest";
import { parseSettings, SettingsError } from "../../cdk/lib/settings.js";

function problemsOf(context: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    parseSettings(context);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe("settings", () => {
  it("have defaults that cost little and keep nothing", () => {
    expect(parseSettings({})).toEqual({
      stage: "dev",
      prefix: "",
      containers: 1,
      notifier: "console",
      insightRisk: 80,
      secretVariables: [],
      pollerFunction: true,
      archiveAfterDays: 90,
      feedLogs: 4,
      bundles: "dist/lambda",
      image: ".",
    });
  });

  it("come as text from the command line, and as they are from cdk.json", () => {
    expect(parseSettings({ containers: "3", pollerFunction: "false" })).toMatchObject({
      containers: 3,
      pollerFunction: false,
    });
    expect(parseSettings({ containers: 3, pollerFunction: false })).toMatchObject({
      containers: 3,
      pollerFunction: false,
    });
  });

  it("that are empty are absent", () => {
    expect(parseSettings({ stage: "", alarmEmail: "", containers: null })).toEqual(parseSettings({}));
  });

  it("pass over what is CDK's own", () => {
    expect(parseSettings({ "aws:cdk:bundling-stacks": ["**"], "@aws-cdk/core:explicitStackTags": true })).toEqual(
      parseSettings({}),
    );
  });

  it.each([
    [{ stage: "production" }, "stage: must be dev, staging or prod"],
    [{ prefix: "staging" }, "prefix: must be empty, or lower case and end with a hyphen, such as staging-"],
    [{ prefix: "Staging-" }, "prefix: must be empty, or lower case and end with a hyphen, such as staging-"],
    [{ containers: "51" }, "containers: must be a whole number from 0 to 50"],
    [{ containers: "1.5" }, "containers: must be a whole number from 0 to 50"],
    [{ feedLogs: "0" }, "feedLogs: must be a whole number from 1 to 64"],
    [{ insightRisk: "101" }, "insightRisk: must be a whole number from 0 to 100"],
    [{ archiveAfterDays: "-1" }, "archiveAfterDays: must be a whole number from 0 to 3650"],
    [{ pollerFunction: "yes" }, "pollerFunction: must be true or false"],
    [{ certificateArn: "abc" }, "certificateArn: must be an ARN"],
    [{ publicUrl: "http://ops.example.com" }, "publicUrl: must be an https URL"],
    [{ alarmEmail: "ops" }, "alarmEmail: must be an e-mail address"],
    [{ notifier: "mail" }, "notifier: must be console, sns or slack"],
    [{ notifier: "slack" }, "secretVariables: must name SLACK_BOT_TOKEN beside notifier=slack"],
    [{ bedrockModel: "a model" }, "bedrockModel: must be the id or ARN of a model or inference profile"],
    [{ secretVariables: "A, B" }, "secretVariables: must be names of variables, with commas and without spaces"],
    [
      { pollerFunction: "false", containers: "0" },
      "pollerFunction: must be true where there are no containers: nobody would poll",
    ],
  ])("refuse %j", (context, problem) => {
    expect(problemsOf(context)).toEqual([problem]);
  });

  it("refuse keys of an issuer whose tokens nobody can tell from those for others", () => {
    expect(problemsOf({ jwksUrl: "https://id.example/keys" })).toEqual([
      "issuer: must be set beside jwksUrl",
      "audience: must be set beside jwksUrl",
    ]);
  });

  it("refuse a setting that there is not: a misspelt stage would keep nothing", () => {
    expect(problemsOf({ stgae: "prod" })).toEqual([expect.stringMatching(/^stgae: is no setting; there are stage, /)]);
  });

  it("tell all problems at once", () => {
    expect(problemsOf({ stage: "x", containers: "x", colour: "red" })).toHaveLength(3);
    expect(() => parseSettings({ stage: "x", containers: "x" })).toThrow(/stage: .*\n.*containers: /);
  });
});
