/** What comes back again and again, and what it tells of itself. */
import { describe, expect, it } from "vitest";
import { createLogger } from "../../src/observability/logger.js";
import { createChores } from "../../src/server/chores.js";
import type { ChoresDeps } from "../../src/server/chores.js";

describe("the chores", () => {
  const run = async (deps: Omit<ChoresDeps, "logger">) => {
    const lines: string[] = [];
    const logger = createLogger({ level: "info", destination: { write: (line) => void lines.push(line) } });
    const chores = createChores({ ...deps, logger });
    for (const chore of chores) await chore.run(new AbortController().signal);
    return { names: chores.map(({ name }) => name), lines: lines.map((line) => JSON.parse(line) as unknown) };
  };
  const retentionOf = (incidents: number) => ({ run: async () => ({ incidents, rows: incidents * 3 }) });
  const insightsOf = (measured: number) => ({ sweep: async () => ({ measured }) });
  const researchOf = (sent: number) => ({ redispatch: async () => ({ sent }) });
  const sweeperOf = (deleted: number) => ({ sweep: async () => ({ scanned: 9, deleted }) });
  const nothing = { retention: retentionOf(0), insights: insightsOf(0), research: researchOf(0) };

  it("say what they have done", async () => {
    expect(
      await run({ ...nothing, retention: retentionOf(2), research: researchOf(3), sweeper: sweeperOf(4) }),
    ).toMatchObject({
      names: ["retention", "metrics-decay", "research-redispatch", "expiry"],
      lines: [
        { msg: "times to live are up to date", incidents: 2, rows: 6 },
        { msg: "messages about requests that wait are sent again", sent: 3 },
        { msg: "expired items are deleted", scanned: 9, deleted: 4 },
      ],
    });
  });

  it("say nothing where there was nothing to do", async () => {
    expect((await run({ ...nothing, sweeper: sweeperOf(0) })).lines).toEqual([]);
  });

  it("leave expired items to an engine that deletes them itself", async () => {
    expect((await run(nothing)).names).toEqual(["retention", "metrics-decay", "research-redispatch"]);
  });

  it("fail loudly: the scheduler logs it and comes again", async () => {
    const retention = { run: () => Promise.reject(new Error("no luck")) };
    await expect(run({ ...nothing, retention })).rejects.toThrow("no luck");
  });
});
