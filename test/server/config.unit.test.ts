/** The environment: defaults, rules, and every problem named at once. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError, describeConfig, parseConfig } from "../../src/config/config.js";
import { isLoopbackHost } from "../../src/config/loopback.js";
import { defaultLimits } from "../../src/server/limits.js";

function problemsOf(environment: Record<string, string>) {
  try {
    parseConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("was accepted");
}

describe("parseConfig", () => {
  it("needs no variable", () => {
    expect(parseConfig({})).toEqual({
      port: 4000,
      host: "127.0.0.1",
      dataDir: ".data",
      objectStore: { kind: "folder", folder: join(".data", "objects") },
      archiveAfterDays: 90,
      logLevel: "info",
      tablePrefix: "",
      createTables: "absent",
      background: { feeder: "in-process", processors: "in-process", scheduler: "in-process" },
      feedLogs: 4,
      leaseMilliseconds: 8_000,
      policies: { autoCloseDays: 0, postmortemSeverities: [] },
      eventBus: { kind: "local", name: "default" },
      summarizer: { kind: "deterministic" },
      explainer: { kind: "deterministic" },
      reportWriter: { kind: "deterministic" },
      notifier: { kind: "console" },
      research: {
        worker: { concurrency: 2, patienceSeconds: 2 },
        allowedHosts: [],
        userAgent: "OpsledgerResearch/1.0",
      },
      integrations: {
        poller: { pollsAtOnce: 50 },
        allowedHosts: [],
        credentials: { kind: "file" },
        gmail: {},
        slack: {},
      },
      webhooks: { maxBodyBytes: 26_214_400 },
      introspection: true,
      playground: true,
      trustedProxies: 0,
      limits: { depth: 12, cost: 10_000, aliases: 30, bodyBytes: 262_144, subscriptionsPerSocket: 50 },
      metrics: { mode: "on", capacity: true },
      shutdownGraceMilliseconds: 10_000,
    });
  });

  it("has the limits that the server has by itself", () => {
    expect(defaultLimits).toMatchObject(parseConfig({}).limits);
  });

  it("takes every variable that it describes, and ignores all others", () => {
    const config = parseConfig({
      PORT: "0",
      HOST: "::1",
      DATA_DIR: "/var/lib/opsledger",
      OBJECT_STORE: "s3",
      OBJECT_BUCKET: "opsledger-objects",
      ARCHIVE_BUCKET: "opsledger.archive",
      S3_ENDPOINT: "http://127.0.0.1:4016",
      ARCHIVE_AFTER_DAYS: "30",
      LOG_LEVEL: "silent",
      DYNAMODB_ENDPOINT: "http://127.0.0.1:8000",
      OPSLEDGER_ENGINE: "dynamodb-local",
      AWS_REGION: "eu-west-1",
      TABLE_PREFIX: "dev-",
      CREATE_TABLES: "never",
      FEEDER: "off",
      PROCESSORS: "off",
      SCHEDULER: "in-process",
      FEED_LOGS: "8",
      CURSOR_SECRET: "0123456789abcdef",
      CURSOR_SECRET_PREVIOUS: "fedcba9876543210",
      EVENT_BUS: "eventbridge",
      EVENT_BUS_NAME: "operations",
      EVENTBRIDGE_ENDPOINT: "http://127.0.0.1:4010",
      RESEARCH_WORKER: "off",
      RESEARCH_ALLOWED_HOSTS: "Intranet.example, 127.0.0.1:8080, [::1]:8080",
      RESEARCH_USER_AGENT: "Scout/2.0 (+https://example.com/scout)",
      RESEARCH_QUEUE_URL: "http://127.0.0.1:4012/123456789012/research",
      RESEARCH_DEAD_LETTER_QUEUE_URL: "http://127.0.0.1:4012/123456789012/research-dead",
      RESEARCH_QUEUE_ENDPOINT: "http://127.0.0.1:4012",
      INTEGRATION_POLLER: "off",
      INTEGRATION_ALLOWED_HOSTS: "Intranet.example",
      INTEGRATION_WEBHOOK_HOSTS: "hooks.example:8443, .Example.org",
      INTEGRATION_KEY: "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
      CREDENTIAL_STORE: "secrets-manager",
      CREDENTIAL_SECRETS_PREFIX: "prod/",
      SECRETS_MANAGER_ENDPOINT: "http://127.0.0.1:4013",
      INTEGRATION_GMAIL_API_URL: "http://127.0.0.1:4014",
      INTEGRATION_GMAIL_TOKEN_URL: "http://127.0.0.1:4014/token",
      INTEGRATION_SLACK_API_URL: "http://127.0.0.1:4015/api/",
      WHATSAPP_APP_SECRET: "app-secret-0123",
      WHATSAPP_VERIFY_TOKEN: "verify-token",
      INTROSPECTION: "false",
      PLAYGROUND: "false",
      TRUSTED_PROXIES: "1",
      MAX_DEPTH: "5",
      MAX_COST: "100",
      MAX_ALIASES: "0",
      MAX_BODY_BYTES: "2048",
      MAX_SUBSCRIPTIONS_PER_SOCKET: "7",
      METRICS: "off",
      METRICS_TOKEN: "0123456789abcdef",
      CAPACITY_METRICS: "false",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
      SHUTDOWN_GRACE_MS: "0",
      UNRELATED: "x",
    });
    expect(config).toEqual({
      port: 0,
      host: "::1",
      dataDir: "/var/lib/opsledger",
      objectStore: {
        kind: "s3",
        bucket: "opsledger-objects",
        archiveBucket: "opsledger.archive",
        endpoint: "http://127.0.0.1:4016",
        region: "eu-west-1",
      },
      archiveAfterDays: 30,
      logLevel: "silent",
      dynamodbEndpoint: "http://127.0.0.1:8000",
      engine: "dynamodb-local",
      awsRegion: "eu-west-1",
      tablePrefix: "dev-",
      createTables: "never",
      background: { feeder: "off", processors: "off", scheduler: "in-process" },
      feedLogs: 8,
      leaseMilliseconds: 8_000,
      policies: { autoCloseDays: 0, postmortemSeverities: [] },
      cursorSecret: "0123456789abcdef",
      cursorSecretPrevious: "fedcba9876543210",
      eventBus: { kind: "eventbridge", name: "operations", endpoint: "http://127.0.0.1:4010" },
      summarizer: { kind: "deterministic" },
      explainer: { kind: "deterministic" },
      reportWriter: { kind: "deterministic" },
      notifier: { kind: "console" },
      research: {
        allowedHosts: ["intranet.example", "127.0.0.1:8080", "[::1]:8080"],
        userAgent: "Scout/2.0 (+https://example.com/scout)",
        queue: {
          url: "http://127.0.0.1:4012/123456789012/research",
          deadLetterUrl: "http://127.0.0.1:4012/123456789012/research-dead",
          endpoint: "http://127.0.0.1:4012",
          region: "eu-west-1",
        },
      },
      integrations: {
        allowedHosts: ["intranet.example"],
        webhookHosts: ["hooks.example:8443", ".example.org"],
        key: "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        credentials: {
          kind: "secrets-manager",
          prefix: "prod/",
          endpoint: "http://127.0.0.1:4013",
          region: "eu-west-1",
        },
        gmail: { apiUrl: "http://127.0.0.1:4014", tokenUrl: "http://127.0.0.1:4014/token" },
        slack: { apiUrl: "http://127.0.0.1:4015/api/" },
        whatsapp: { appSecret: "app-secret-0123", verifyToken: "verify-token" },
      },
      webhooks: { maxBodyBytes: 26_214_400 },
      introspection: false,
      playground: false,
      trustedProxies: 1,
      limits: { depth: 5, cost: 100, aliases: 0, bodyBytes: 2048, subscriptionsPerSocket: 7 },
      metrics: { mode: "off", token: "0123456789abcdef", capacity: false },
      otlpEndpoint: "http://127.0.0.1:4318",
      shutdownGraceMilliseconds: 0,
    });
  });

  it("takes an empty value for an absent one", () => {
    expect(parseConfig({ PORT: "", OPSLEDGER_ENGINE: "" })).toEqual(parseConfig({}));
  });

  it("cannot be changed", () => {
    const config = parseConfig({});
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.limits)).toBe(true);
  });

  it("names every problem at once", () => {
    const { problems, message } = problemsOf({ PORT: "http", LOG_LEVEL: "loud", PLAYGROUND: "yes", MAX_DEPTH: "0" });
    expect(problems.map(({ variable }) => variable)).toEqual(["PORT", "LOG_LEVEL", "PLAYGROUND", "MAX_DEPTH"]);
    expect(message).toContain("PORT: must be a whole number from 0 to 65535");
    expect(message).toContain("PLAYGROUND: must be true or false");
  });

  it.each([
    ["PORT", "70000"],
    ["PORT", "-1"],
    ["PORT", "1.5"],
    ["PORT", "0x10"],
    ["FEED_LOGS", "0"],
    ["TRUSTED_PROXIES", "6"],
    ["TRUSTED_PROXIES", "true"],
    ["OBJECT_STORE", "bucket"],
    ["OBJECT_BUCKET", "objects"],
    ["ARCHIVE_BUCKET", "archive"],
    ["S3_ENDPOINT", "http://127.0.0.1:4016"],
    ["DYNAMODB_ENDPOINT", "localhost:8000"],
    ["DYNAMODB_ENDPOINT", "file:///etc/passwd"],
    ["OPSLEDGER_ENGINE", "postgres"],
    ["AWS_REGION", "eu west"],
    ["TABLE_PREFIX", "dev/"],
    ["INTROSPECTION", "1"],
    ["RESEARCH_WORKER", "external"],
    ["RESEARCH_WORKER_CONCURRENCY", "0"],
    ["RESEARCH_WORKER_TYPES", "weekly scan"],
    ["RESEARCH_ALLOWED_HOSTS", "http://127.0.0.1:8080"],
    ["RESEARCH_QUEUE_URL", "research"],
    ["RESEARCH_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/123456789012/research.fifo"],
    ["RESEARCH_QUEUE_ENDPOINT", "http://127.0.0.1:4012"],
    ["RESEARCH_DEAD_LETTER_QUEUE_URL", "http://127.0.0.1:4012/123456789012/research-dead"],
    ["INTEGRATION_POLLER", "external"],
    ["INTEGRATION_POLLS_AT_ONCE", "0"],
    ["INTEGRATION_ALLOWED_HOSTS", "https://intranet.example"],
    ["INTEGRATION_WEBHOOK_HOSTS", "*.example.org"],
    ["INTEGRATION_KEY", "c2hvcnQ="],
    ["CREDENTIAL_STORE", "vault"],
    ["CREDENTIAL_SECRETS_PREFIX", "prod/"],
    ["SECRETS_MANAGER_ENDPOINT", "http://127.0.0.1:4013"],
    ["INTEGRATION_GMAIL_API_URL", "http://gmail.example"],
    ["INTEGRATION_GMAIL_TOKEN_URL", "gmail"],
    ["INTEGRATION_SLACK_API_URL", "http://slack.example"],
  ])("refuses %s=%s, once", (variable, value) => {
    expect(problemsOf({ [variable]: value }).problems.map((problem) => problem.variable)).toEqual([variable]);
  });

  it("says what the server's own worker takes", () => {
    const environment = { RESEARCH_WORKER_TYPES: "weekly_scan, deep-dive", RESEARCH_WORKER_CONCURRENCY: "4" };
    expect(parseConfig(environment).research.worker).toEqual({
      concurrency: 4,
      types: ["weekly_scan", "deep-dive"],
      patienceSeconds: 2,
    });
  });

  it("takes the secret of WhatsApp and the token that Meta shows together only", () => {
    expect(problemsOf({ WHATSAPP_APP_SECRET: "app-secret-0123" }).problems).toEqual([
      { variable: "WHATSAPP_VERIFY_TOKEN", message: "must be set beside WHATSAPP_APP_SECRET" },
    ]);
    expect(problemsOf({ WHATSAPP_VERIFY_TOKEN: "verify-token" }).problems).toEqual([
      { variable: "WHATSAPP_APP_SECRET", message: "must be set beside WHATSAPP_VERIFY_TOKEN" },
    ]);
  });

  it("keeps objects on S3 in a bucket that is named, and archives with them unless they have one of their own", () => {
    expect(problemsOf({ OBJECT_STORE: "s3" }).problems).toEqual([
      { variable: "OBJECT_BUCKET", message: "must be set beside OBJECT_STORE=s3" },
    ]);
    expect(parseConfig({ OBJECT_STORE: "s3", OBJECT_BUCKET: "objects" }).objectStore).toEqual({
      kind: "s3",
      bucket: "objects",
    });
  });

  it.each(["ab", "Objects", "-objects", "objects-", "a..b", "s3://objects", "a_b", "x".repeat(64)])(
    "refuses %s as the name of a bucket",
    (bucket) => {
      const { problems } = problemsOf({ OBJECT_STORE: "s3", OBJECT_BUCKET: bucket });
      expect(problems).toEqual([{ variable: "OBJECT_BUCKET", message: "must be the name of a bucket" }]);
    },
  );

  it("finds credentials in Secrets Manager below a prefix of its own", () => {
    const { integrations } = parseConfig({ CREDENTIAL_STORE: "secrets-manager" });
    expect(integrations.credentials).toEqual({ kind: "secrets-manager", prefix: "opsledger/" });
  });

  it("reads the region of a queue from its URL", () => {
    const url = "https://sqs.ap-southeast-2.amazonaws.com/123456789012/research";
    const { research } = parseConfig({ AWS_REGION: "eu-west-1", RESEARCH_QUEUE_URL: url });
    expect(research.queue?.region).toBe("ap-southeast-2");
  });

  it("does not repeat a secret that it refuses", () => {
    expect(problemsOf({ CURSOR_SECRET: "hunter2" }).message).not.toContain("hunter2");
    expect(problemsOf({ INTEGRATION_KEY: "hunter2" }).message).not.toContain("hunter2");
  });

  it.each(["0.0.0.0", "::", "10.0.0.5", "example.org", "127.0.0.1.evil.example", "localhost.evil.example"])(
    "refuses HOST=%s and says why",
    (host) => {
      expect(problemsOf({ HOST: host }).message).toMatch(
        /HOST: must be a loopback .* without authentication configured/,
      );
    },
  );
});

describe("authentication", () => {
  const secret = "0123456789abcdef0123456789abcdef";
  const url = "https://issuer.example.org/keys";
  const jwks = { AUTH_JWKS_URL: url, AUTH_ISSUER: "https://issuer.example.org/", AUTH_AUDIENCE: "ops" };
  const variablesIn = (environment: Record<string, string>) =>
    problemsOf(environment).problems.map(({ variable }) => variable);

  it("by a secret needs nothing else, and lets the server listen anywhere", () => {
    expect(
      parseConfig({ AUTH_SECRET: secret, HOST: "0.0.0.0", ALLOWED_HOSTS: "Ops.example.org, 10.0.0.5" }),
    ).toMatchObject({
      host: "0.0.0.0",
      allowedHosts: ["ops.example.org", "10.0.0.5"],
      auth: {
        kind: "secret",
        secret,
        issuer: "opsledger",
        audience: "opsledger",
        algorithms: ["HS256"],
        clockToleranceSeconds: 5,
      },
      rateLimit: { perMinute: 6_000, burst: 1_000 },
    });
  });

  it("by keys of an issuer needs to know which tokens are ours", () => {
    expect(parseConfig(jwks).auth).toEqual({
      kind: "jwks",
      url,
      issuer: jwks.AUTH_ISSUER,
      audience: "ops",
      algorithms: ["RS256", "ES256", "EdDSA"],
      clockToleranceSeconds: 5,
    });
    expect(variablesIn({ AUTH_JWKS_URL: url })).toEqual(["AUTH_ISSUER", "AUTH_AUDIENCE"]);
  });

  it.each([
    [{ AUTH_SECRET: secret, ...jwks }, "AUTH_SECRET"],
    [{ AUTH_SECRET: secret.slice(1) }, "AUTH_SECRET"],
    [{ AUTH_SECRET: secret, AUTH_ALGORITHMS: "HS512" }, "AUTH_SECRET"],
    [{ AUTH_SECRET: secret, AUTH_ALGORITHMS: "none" }, "AUTH_ALGORITHMS"],
    [{ AUTH_SECRET: secret, AUTH_ALGORITHMS: "HS256,RS256" }, "AUTH_ALGORITHMS"],
    [{ ...jwks, AUTH_ALGORITHMS: "HS256" }, "AUTH_ALGORITHMS"],
    [{ ...jwks, AUTH_ALGORITHMS: "RS256,none" }, "AUTH_ALGORITHMS"],
    [{ ...jwks, AUTH_JWKS_URL: "http://issuer.example.org/keys" }, "AUTH_JWKS_URL"],
    [{ ...jwks, AUTH_JWKS_URL: "keys" }, "AUTH_JWKS_URL"],
    [{ AUTH_ISSUER: "x" }, "AUTH_ISSUER"],
    [{ AUTH_AUDIENCE: "x" }, "AUTH_AUDIENCE"],
    [{ AUTH_ALGORITHMS: "HS256" }, "AUTH_ALGORITHMS"],
    [{ ALLOWED_HOSTS: "example.org" }, "ALLOWED_HOSTS"],
    [{ AUTH_SECRET: secret, AUTH_CLOCK_TOLERANCE_SECONDS: "1000" }, "AUTH_CLOCK_TOLERANCE_SECONDS"],
    [{ RATE_LIMIT_PER_MINUTE: "many" }, "RATE_LIMIT_PER_MINUTE"],
  ])("refuses %j by the name of %s, and repeats no secret", (environment, variable) => {
    const { problems, message } = problemsOf(environment);
    expect(problems.map((problem) => problem.variable)).toEqual([variable]);
    expect(message).not.toContain(secret.slice(1));
  });

  it("names its problems beside all others", () => {
    expect(variablesIn({ PORT: "x", HOST: "0.0.0.0", AUTH_ISSUER: "x" })).toEqual(["PORT", "AUTH_ISSUER", "HOST"]);
  });

  it("may ask for keys in the clear on this machine only", () => {
    expect(parseConfig({ ...jwks, AUTH_JWKS_URL: "http://127.0.0.1:9000/keys" }).auth).toMatchObject({ kind: "jwks" });
  });

  it("decides whether there is a rate limit where none is stated", () => {
    expect(parseConfig({}).rateLimit).toBeUndefined();
    expect(parseConfig({ RATE_LIMIT_PER_MINUTE: "10" }).rateLimit).toEqual({ perMinute: 10, burst: 1_000 });
    expect(parseConfig({ AUTH_SECRET: secret, RATE_LIMIT_PER_MINUTE: "0" }).rateLimit).toBeUndefined();
  });
});

describe("describeConfig", () => {
  it("describes each variable, and the defaults it states are those that hold", () => {
    const described = describeConfig();
    for (const { name, description, type } of described) {
      expect(description, name).toMatch(/\.$/);
      expect(type, name).not.toBe("undefined");
    }
    const defaults = Object.fromEntries(described.map(({ name, default: value }) => [name, value]));
    expect(parseConfig(defaults)).toEqual(parseConfig({}));
    expect(defaults).toMatchObject({ PORT: "4000", TABLE_PREFIX: "", CURSOR_SECRET: undefined });
  });
});

describe("isLoopbackHost", () => {
  it.each([
    ["127.0.0.1", true],
    ["127.255.255.254", true],
    ["::1", true],
    ["[::1]", true],
    ["localhost", true],
    ["LOCALHOST", true],
    ["128.0.0.1", false],
    ["::ffff:10.0.0.1", false],
    ["", false],
  ])("%s: %s", (host, expected) => {
    expect(isLoopbackHost(host)).toBe(expected);
  });
});
