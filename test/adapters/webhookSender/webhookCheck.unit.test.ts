/** Which addresses may be webhooks of sessions, and what their secrets have in common: nothing. */
import { Webhook as StandardWebhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { parseRetryAfter } from "../../../src/adapters/retryAfter.js";
import { createWebhookCheck } from "../../../src/adapters/webhookSender/webhookCheck.js";
import { createWebhookSecrets } from "../../../src/adapters/webhookSender/webhookSecrets.js";
import { isStandardSecret } from "../../../src/config/webhooks.js";

describe("a webhook", () => {
  const anywhere = createWebhookCheck({ allowedHosts: ["127.0.0.1:8080"] });

  it.each([
    "https://abc123.lambda-url.us-east-1.on.aws/",
    "https://hooks.example.org/in?token=1",
    "http://127.0.0.1:8080/hook",
    `https://hooks.example.org/${"a".repeat(1_900)}`,
  ])("may be %s", (url) => {
    expect(anywhere(url)).toBeUndefined();
  });

  it.each([
    ["http://hooks.example.org/", "must be an https address"],
    ["https://ana:secret@hooks.example.org/", "must not hold credentials"],
    ["https://169.254.169.254/latest/", "must be an address of the public web"],
    ["http://127.0.0.1:8081/", "must be an https address"],
    [`https://hooks.example.org/${"a".repeat(2_000)}`, "must have at most 2000 characters"],
  ])("is not %s: %s", (url, problem) => {
    expect(anywhere(url)).toBe(problem);
  });
});

describe("where an operator has named the hosts of webhooks, one", () => {
  const named = createWebhookCheck({
    allowedHosts: ["inner.corp"],
    onlyHosts: ["hooks.example", "other.example:8443", ".lambda-url.eu-west-1.on.aws"],
  });

  it.each([
    "https://hooks.example/a",
    "https://HOOKS.example./a",
    "https://hooks.example:9443/a",
    "https://other.example:8443/",
    "https://abc.lambda-url.eu-west-1.on.aws/",
    "https://a.b.lambda-url.eu-west-1.on.aws/",
  ])("may be %s", (url) => {
    expect(named(url)).toBeUndefined();
  });

  it.each([
    "https://evil.example/",
    "https://hooks.example.evil.example/",
    "https://evilhooks.example/",
    "https://sub.hooks.example/",
    "https://other.example/",
    "https://lambda-url.eu-west-1.on.aws/",
    "https://evillambda-url.eu-west-1.on.aws/",
    "https://abc.lambda-url.eu-west-1.on.aws.evil.example/",
    "https://evil.example/?.lambda-url.eu-west-1.on.aws",
    "https://evil.example#.lambda-url.eu-west-1.on.aws",
    // Allowed to be inside is not named.
    "http://inner.corp/",
  ])("is not %s", (url) => {
    expect(named(url)).toBe("must be on a host that this server may send to");
  });

  it("may be none at all", () => {
    const none = createWebhookCheck({ allowedHosts: [], onlyHosts: [] });
    expect(none("https://hooks.example/")).toBe("must be on a host that this server may send to");
  });
});

describe("a signing secret", () => {
  const secrets = createWebhookSecrets({ key: Buffer.alloc(32, 1) });

  it("is one of Standard Webhooks, and always the same for a session and the number of its webhook", () => {
    const secret = secrets.secretFor("ana#gmail", 1);
    expect(isStandardSecret(secret)).toBe(true);
    expect(secret).toBe(createWebhookSecrets({ key: Buffer.alloc(32, 1) }).secretFor("ana#gmail", 1));
    // Written down once: another one would break every receiver there is.
    expect(secret).toBe("whsec_B9KLBqNRfKGYEuNr3TKPihKI4ap8fItBcfjaWxnf2CE=");
    expect(() => new StandardWebhook(secret)).not.toThrow();
  });

  it("is another one for another session, number or key", () => {
    const all = [
      secrets.secretFor("ana#gmail", 1),
      secrets.secretFor("ana#gmail", 2),
      secrets.secretFor("ana#slack", 1),
      secrets.secretFor("ana/1#gmail", 1),
      createWebhookSecrets({ key: Buffer.alloc(32, 2) }).secretFor("ana#gmail", 1),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});

describe("Retry-After", () => {
  const now = Date.parse("2025-10-21T07:00:00Z");

  it.each<[header: string | undefined, milliseconds: number | undefined]>([
    ["0", 0],
    ["30", 30_000],
    [" 30 ", 30_000],
    ["86401", 86_400_000],
    ["Tue, 21 Oct 2025 07:28:00 GMT", 28 * 60_000],
    ["Tuesday, 21-Oct-25 07:28:00 GMT", 28 * 60_000],
    ["Tue, 21 Oct 2025 06:00:00 GMT", 0],
    ["1.5", undefined],
    ["-3", undefined],
    ["1e3", undefined],
    ["2025", 2_025_000],
    ["soon", undefined],
    ["Tue, 99 Foo 2025 07:28:00 GMT", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%s means %s milliseconds", (header, milliseconds) => {
    expect(parseRetryAfter(header, now)).toBe(milliseconds);
  });
});
