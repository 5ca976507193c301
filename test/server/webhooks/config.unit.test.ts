/** The WEBHOOK_ variables: which make sense together, and what a secret must be like. */
import { describe, expect, it } from "vitest";
import { ConfigError, parseConfig } from "../../../src/config/config.js";
import { callbackUrl, secrets, webhookEnvironment } from "./support.js";

function problemsOf(environment: Readonly<Record<string, string>>) {
  try {
    parseConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.message).not.toContain("hunter2");
    return error.problems.map(({ variable }) => variable);
  }
}

describe("webhooks", () => {
  it("take nothing where no secret is set", () => {
    expect(parseConfig({}).webhooks).toEqual({ maxBodyBytes: 26_214_400 });
  });

  it("have a secret for each source, and one before it", () => {
    const { webhooks } = parseConfig({ ...webhookEnvironment, WEBHOOK_SLACK_SECRET_PREVIOUS: "the old secret" });
    expect(webhooks).toMatchObject({
      github: { current: secrets.github },
      slack: { current: secrets.slack, previous: "the old secret" },
      trello: { current: secrets.trello, callbackUrl },
      generic: { current: secrets.generic },
    });
  });

  it.each(["GITHUB", "SLACK", "TRELLO", "GENERIC"])("of %s need the new secret beside the old one", (source) => {
    const old = source === "GENERIC" ? secrets.generic : "hunter2hunter2";
    expect(problemsOf({ [`WEBHOOK_${source}_SECRET_PREVIOUS`]: old })).toEqual([`WEBHOOK_${source}_SECRET_PREVIOUS`]);
  });

  it("of Trello need the address that they were registered with", () => {
    expect(problemsOf({ WEBHOOK_TRELLO_SECRET: "hunter2hunter2" })).toEqual(["WEBHOOK_TRELLO_CALLBACK_URL"]);
  });

  it.each([
    "hunter2hunter2",
    "whsec_",
    "whsec_hunter2",
    `whsec_${Buffer.alloc(23).toString("base64")}`,
    `whsec_${Buffer.alloc(65).toString("base64")}`,
    `${secrets.generic}!`,
  ])("do not take %s for a secret of Standard Webhooks", (secret) => {
    expect(problemsOf({ WEBHOOK_GENERIC_SECRET: secret })).toEqual(["WEBHOOK_GENERIC_SECRET"]);
  });

  it("do not take a secret that is short", () => {
    expect(problemsOf({ WEBHOOK_GITHUB_SECRET: "hunter2" })).toEqual(["WEBHOOK_GITHUB_SECRET"]);
  });
});
