/** The commands of an operator, on a running server: processors, dead letters, timers, replay. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { listDeadLetters, listProcessors, retryDeadLetter, skipDeadLetter } from "../../src/cli/commands/operate.js";
import { replay } from "../../src/cli/commands/replay.js";
import { listFailedTimers, retryTimer } from "../../src/cli/commands/timers.js";
import { systemClock } from "../../src/server/ledger.js";
import { loadCheckpoint } from "../../src/store/processing/checkpoint.js";
import { createTimerRunner } from "../../src/store/timers/timerRunner.js";
import { createTimers } from "../../src/store/timers/timers.js";
import { silent, until } from "../store/feed/support/ledger.js";
import { park } from "../support/deadLetters.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { TestOpsledger } from "../support/opsledger.js";

let test: TestOpsledger;
let printed: string[] = [];
beforeAll(async () => {
  test = await startTestOpsledger();
});
afterAll(() => test.close());
beforeEach(() => {
  printed = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
  vi.stubEnv("DATA_DIR", test.dataDir);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const text = () => printed.join("\n");

it("processors shows each with its holder and lag", async () => {
  await listProcessors({});
  const lines = text().split("\n");
  expect(lines[0]).toMatch(/^name +kind +lag +dead letters +held by$/);
  for (const name of ["feeder", "event-index", "incident-counts", "publisher"]) {
    const line = lines.find((candidate) => candidate.startsWith(`${name} `));
    expect(line).toMatch(/ {2}[A-Z]+ +\d+ events?, \d+\.\d s +0 +\S+$/);
    // Columns stand below each other.
    expect(line?.search(/[A-Z]/)).toBe(lines[0]?.indexOf("kind"));
  }
});

describe("dead letters", () => {
  it("are listed with what went wrong, retried, and gone when that succeeds", async () => {
    await test.declare();
    await park(test, "incident-counts", "Incident-parked");
    await test.restart();
    await listDeadLetters({});
    expect(text()).toContain("Incident-parked  version 1 IncidentDeclared, 5 attempts");
    expect(text()).toContain("it cannot be read");
    await retryDeadLetter("incident-counts", "Incident-parked", {});
    expect(text()).toContain("RETRY asked for");
    await until(async () => {
      printed = [];
      await listDeadLetters({ processor: "incident-counts" });
      return text().includes("No stream is parked.");
    });
  });

  it("can be left out with a reason", async () => {
    await park(test, "publisher", "Incident-parked");
    await test.restart();
    await skipDeadLetter("publisher", "Incident-parked", { reason: "it was a test" });
    expect(text()).toContain("SKIP asked for");
    await until(async () => {
      printed = [];
      await listDeadLetters({});
      return text().includes("No stream is parked.");
    });
  });

  it("that do not exist are refused in words", async () => {
    await expect(retryDeadLetter("publisher", "Incident-none", {})).rejects.toThrow("does not exist");
    await expect(skipDeadLetter("publisher", "Incident-none", { reason: " " })).rejects.toThrow("1 to 1000 characters");
  });
});

describe("replay", () => {
  it("moves a publisher back, and it comes to the same place again", async () => {
    await test.declare();
    const reached = async () => (await loadCheckpoint(test.db, "publisher"))?.position.reduce((sum, at) => sum + at, 0);
    await until(async () => ((await reached()) ?? 0) > 0);
    const before = await loadCheckpoint(test.db, "publisher");
    await replay("publisher", { from: "beginning" });
    await until(
      async () => ((await loadCheckpoint(test.db, "publisher"))?.revision ?? 0) > (before?.revision ?? 0) + 1,
      15_000,
    );
    const then = before?.position.reduce((sum, at) => sum + at, 0) ?? 0;
    await until(async () => ((await reached()) ?? 0) >= then);
  });

  it("refuses a view that folds, an unknown processor, and a position that is none", async () => {
    await expect(replay("incident-counts", { from: "beginning" })).rejects.toThrow("opsledger rebuild incident-counts");
    await expect(replay("nobody", { from: "beginning" })).rejects.toThrow("there is no processor nobody");
    await expect(replay("publisher", { from: "yesterday" })).rejects.toThrow("--from");
  });
});

describe("timers", () => {
  it("that were given up on are listed, and run again when somebody asks", async () => {
    const timers = createTimers({ db: test.db, clock: systemClock });
    await timers.schedule({ timerId: "late", dueAt: "2025-01-15T10:00:00.000Z", task: "nobody's", payload: {} });
    const tasks = { "nobody's": () => Promise.reject(new Error("no way")) };
    const runner = createTimerRunner({ timers, clock: systemClock, tasks, log: silent, maxAttempts: 1 });
    await until(async () => {
      await runner.look(new AbortController().signal);
      await runner.idle();
      return (await timers.countFailed()) === 1;
    }, 20_000);
    await listFailedTimers();
    expect(text()).toContain("late  nobody's, due 2025-01-15T10:00:00.000Z");
    await retryTimer("late");
    expect(await timers.countFailed()).toBe(0);
    await expect(retryTimer("late")).rejects.toThrow("no timer late has been given up on");
  });
});
