/** Secrets that people paste are taken out of what others read; all else stays. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { longestText, redact, redactJson, redacted } from "../../../src/domain/projects/index.js";

/** Put together here, so that no scanner takes this file for a leak. */
const secrets: readonly (readonly [string, string])[] = [
  ["an AWS access key", `AKIA${"IOSFODNN7EXAMPLE"}`],
  ["a temporary AWS key", `ASIA${"Q".repeat(16)}`],
  ["a GitHub token", `ghp_${"a1B2".repeat(9)}`],
  ["a GitHub app token", `ghs_${"a1B2".repeat(9)}`],
  ["a fine-grained GitHub token", `github_pat_${"11ABCDEFG0".repeat(4)}`],
  ["a GitLab token", `glpat-${"x".repeat(20)}`],
  ["an npm token", `npm_${"z".repeat(36)}`],
  ["a Slack bot token", `xoxb-${"123456789012-abcdefGHIJ"}`],
  ["a Slack app token", `xapp-1-${"A0123456-789-abc"}`],
  ["a Slack incoming webhook", `hooks.slack.com/services/${"T000/B000/XXXXXXXX"}`],
  ["a Stripe key", `sk_live_${"4eC39HqLyjWDarjtT1zdp7dc"}`],
  ["a Google key", `AIza${"S".repeat(35)}`],
  ["a model provider's key", `sk-${"proj-abcdefghijklmnop1234"}`],
  ["a webhook's secret", `whsec_${"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}`],
  ["a token that is JSON", `eyJ${"hbGciOiJIUzI1NiJ9"}.eyJ${"zdWIiOiJhbmEifQ"}.${"s1gnature-of-it"}`],
];

describe("redact", () => {
  it.each(secrets)("takes out %s, wherever it is in the text", (_what, secret) => {
    for (const text of [secret, `Use ${secret} please`, `(${secret})`, `first\n${secret}\nlast`]) {
      expect(redact(text)).not.toContain(secret);
      expect(redact(text)).toContain(redacted);
    }
    expect(redact(`Use ${secret} please`)).toMatch(/^Use .*\[redacted\] please$/);
  });

  it.each([
    ["password=hunter2", "password=[redacted]"],
    ["DB_PASSWORD=hunter2 npm start", "DB_PASSWORD=[redacted] npm start"],
    ["?user=ana&token=abc&page=2", "?user=ana&token=[redacted]&page=2"],
    ['{"client_secret": "s3cr3t", "id": 7}', '{"client_secret": [redacted], "id": 7}'],
    ["aws_secret_access_key = wJalrXUtnFEMI/K7MDENG", "aws_secret_access_key = [redacted]"],
    ["password: hunter2hunter2", "password: [redacted]"],
    ["Authorization: Bearer abc123def456ghi7", "Authorization: Bearer [redacted]"],
    ["postgres://root:hunter2@db.internal/app", "postgres://[redacted]@db.internal/app"],
  ])("takes the value out of %s, not its name", (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it("takes out a private key, also one that is cut off", () => {
    const key = ["-----BEGIN RSA PRIVATE KEY-----", "MIIEowIBAAKCAQEA", "-----END RSA PRIVATE KEY-----"].join("\n");
    expect(redact(`before\n${key}\nafter`)).toBe(`before\n${redacted}\nafter`);
    expect(redact(`before ${key.slice(0, 45)}`)).toBe(`before ${redacted}`);
  });

  it.each([
    "Fix the password reset: it fails on Safari",
    "Token: handle expiry",
    "Merged #42: Add inventory tracking",
    "Basic authentication is documented",
    "Bearer authentication for all routes",
    "Ask ana@example.com, see https://github.com/acme/shop/pull/42?tab=files",
    "Keys: ana, ben. Secret santa is on Friday",
    "Rename tokenizer to parser at 10:30",
    "sk-learn is slow",
  ])("leaves %s as it is", (text) => {
    expect(redact(text)).toBe(text);
  });

  it("changes nothing the second time, whatever the text", () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom(...secrets.map(([, secret]) => secret)),
      fc.constantFrom("token=", "password: ", "Bearer ", '"', "-----BEGIN PRIVATE KEY-----", "://a:b@"),
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 12 }).map((parts) => parts.join(" ")),
        (text) => {
          expect(redact(redact(text))).toBe(redact(text));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("takes time in proportion to the text", () => {
    const started = performance.now();
    for (const piece of [
      "token",
      "-----BEGIN PRIVATE KEY-----",
      "eyJa.eyJ",
      "a://b:",
      "Bearer ",
      "password = ",
      "xoxb-",
    ]) {
      redact(piece.repeat(Math.ceil(200_000 / piece.length)));
    }
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe("the time that it takes", () => {
  const size = 400_000;
  const filled = (part: string) => part.repeat(Math.ceil(size / part.length)).slice(0, size);
  const millisecondsOf = (text: string) => {
    const runs = [1, 2, 3].map(() => {
      const begun = performance.now();
      redact(text);
      return performance.now() - begun;
    });
    return Math.min(...runs);
  };

  it.each([
    "eyJaaaaaaaa-",
    "eyJ-",
    "sk-",
    "xoxb-1",
    "a://a:",
    "password:",
    "bearer ",
    "-----BEGIN PRIVATE KEY",
    "gh_",
    "whsec_",
  ])("grows with the text only: %s without an end", (part) => {
    // Prose of the same size is the measure, as machines differ. What began anew at each part took 60 times as long.
    expect(millisecondsOf(filled(part))).toBeLessThan(15 * millisecondsOf(filled("Merged the inventory. ")) + 5);
  });
});

describe("an original", () => {
  it("loses the values of fields that are secrets by name, and secrets in any text", () => {
    const original = { token: "x", nested: [{ api_key: "y", note: "password=hunter2" }], token_count: 3 };
    expect(redactJson(original)).toEqual({
      token: redacted,
      nested: [{ api_key: redacted, note: `password=${redacted}` }],
      token_count: 3,
    });
  });

  it("is cut where a text is so long that nobody reads it, and never through a secret", () => {
    const secret = `ghp_${"a1".repeat(18)}`;
    const text = `${"word ".repeat(longestText / 5 - 4)}${secret} more`;
    const cut = redactJson(text);
    expect(cut).not.toContain("ghp_");
    expect(JSON.stringify(cut).length).toBeLessThanOrEqual(longestText + 3);
    expect(redactJson("x".repeat(2 * longestText))).toHaveLength(longestText - 512 + 1);
  });
});
