/** How a function is configured: what it is by its nature, and what it cannot be without. */
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/config/config.js";
import { needKept, toFunctionConfig } from "../../src/lambda/functionLedger.js";

const lasting = { OBJECT_STORE: "s3", OBJECT_BUCKET: "objects" };
const auth = { variable: "AUTH_SECRET", or: "AUTH_JWKS_URL", message: "must be set, or AUTH_JWKS_URL" };

const problemsOf = (environment: Record<string, string>, needs = [needKept("CURSOR_SECRET"), auth]) => {
  try {
    toFunctionConfig(environment, { needs });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ variable }) => variable).toSorted();
    throw error;
  }
};

describe("the configuration of a function", () => {
  it("has nothing that works in the background or listens, whatever the variables say", () => {
    const wished = { HOST: "0.0.0.0", PORT: "80", METRICS: "on", RESEARCH_WORKER: "in-process" };
    expect(toFunctionConfig({ ...lasting, ...wished }, { needs: [] })).toMatchObject({
      ...{ host: "127.0.0.1", port: 0, dataDir: "/tmp/opsledger", metrics: { mode: "off" } },
      ...{ research: { worker: undefined }, integrations: { poller: undefined } },
    });
  });

  it("is otherwise where the function is for it", () => {
    const given = { RESEARCH_WORKER: "in-process" };
    expect(toFunctionConfig(lasting, { needs: [], given }).research.worker).toBeDefined();
  });

  it("refuses to go on without what would be lost with the environment", () => {
    expect(problemsOf({})).toEqual(["AUTH_SECRET", "CURSOR_SECRET", "OBJECT_BUCKET"]);
    expect(problemsOf({ ...lasting, CURSOR_SECRET: "" })).toEqual(["AUTH_SECRET", "CURSOR_SECRET"]);
  });

  it("is content with one of two", () => {
    const jwks = { AUTH_JWKS_URL: "https://issuer.example/keys", AUTH_ISSUER: "issuer", AUTH_AUDIENCE: "ops" };
    expect(problemsOf({ ...lasting, ...jwks, CURSOR_SECRET: "long enough to seal" })).toEqual([]);
  });

  it("names every problem at once, each variable once", () => {
    expect(problemsOf({ ...lasting, LOG_LEVEL: "loud", CURSOR_SECRET: "short", AUTH_SECRET: "short" })).toEqual([
      "AUTH_SECRET",
      "CURSOR_SECRET",
      "LOG_LEVEL",
    ]);
    expect(
      problemsOf({ OBJECT_STORE: "s3", CURSOR_SECRET: "long enough to seal", AUTH_SECRET: "x".repeat(32) }),
    ).toEqual(["OBJECT_BUCKET"]);
  });
});
