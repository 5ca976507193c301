/** The log: no secret in it, and a correlation id on what belongs together. */
import { expect, it } from "vitest";
import { createLogger, currentCorrelationId, withCorrelation } from "../../src/observability/logger.js";
import type { LogLevel } from "../../src/observability/logger.js";

function logTo(level: LogLevel) {
  const lines: string[] = [];
  const logger = createLogger({ level, destination: { write: (line: string) => void lines.push(line) } });
  return { logger, lines };
}

it("removes secrets, also those inside of objects", () => {
  const { logger, lines } = logTo("info");
  const secret = "hunter2";
  logger.info({
    authorization: secret,
    token: secret,
    headers: { authorization: secret, cookie: secret, "x-api-key": secret, "user-agent": "curl" },
    request: { headers: { authorization: secret, "set-cookie": secret } },
    facts: { connectionParams: { anything: secret } },
  });
  expect(lines.join("")).not.toContain(secret);
  expect(lines.join("")).toContain("curl");
});

it("carries the correlation id of what is running, across awaits, and of nothing else", async () => {
  const { logger, lines } = logTo("info");
  const run = (id: string) =>
    withCorrelation(id, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      logger.info(id);
      return currentCorrelationId();
    });
  expect(await Promise.all([run("a"), run("b")])).toEqual(["a", "b"]);
  logger.info("outside");
  const logged = lines.map((line) => JSON.parse(line) as { msg: string; correlationId?: string });
  expect(logged.map(({ msg, correlationId }) => [msg, correlationId])).toEqual([
    ["a", "a"],
    ["b", "b"],
    ["outside", undefined],
  ]);
});

it("writes what is severe enough, and nothing at all where it is silent", () => {
  const warnings = logTo("warn");
  warnings.logger.info("no");
  warnings.logger.warn("yes");
  expect(warnings.lines).toHaveLength(1);
  const silent = logTo("silent");
  silent.logger.fatal("no");
  expect(silent.lines).toEqual([]);
});
