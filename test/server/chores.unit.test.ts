/** What comes back again and again, and what it tells of itself. */
import { describe, expect, it } from "vitest";
import { createLogger } from "../../src/observability/logger.js";
import { createArchiveChores, createChores } from "../../src/server/chores.js";
import { archiveRefusal } from "../../src/server/objectStores.js";
import type { ArchiveChoreDeps, ChoresDeps } from "../../src/server/chores.js";

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

describe("the archive's chore", () => {
  /** What it asks for, and what it says. */
  const run = async (deps: Partial<ArchiveChoreDeps> = {}, signal = new AbortController().signal) => {
    const lines: unknown[] = [];
    const asked: unknown[] = [];
    const logger = createLogger({ level: "info", destination: { write: (line) => void lines.push(JSON.parse(line)) } });
    const archiver: ArchiveChoreDeps["archiver"] = {
      run: async ({ olderThanDays }) => {
        asked.push(olderThanDays);
        return { archived: 2, skipped: 1, failures: [{ incident: "INC-7", cause: new Error("no luck") }] };
      },
    };
    const chores = createArchiveChores({ archiver, afterDays: 90, delayMilliseconds: 0, logger, ...deps });
    for (const chore of chores) await chore.run(signal);
    return { chores, asked, lines };
  };

  it("comes each day, and says what it has archived and what it could not", async () => {
    const { chores, asked, lines } = await run();
    expect(chores).toMatchObject([{ name: "archive", everyMilliseconds: 86_400_000 }]);
    expect(asked).toEqual([90]);
    expect(lines).toMatchObject([
      { msg: "an incident is not archived", incident: "INC-7" },
      { msg: "incidents that ended long ago are archived", archived: 2 },
    ]);
  });

  it("does not come where nothing goes to the archive", async () => {
    expect((await run({ afterDays: 0 })).chores).toEqual([]);
  });

  it("does not come, and says why, where the object store must not have archives", async () => {
    const { chores, lines } = await run({ refusal: "not here" });
    expect(chores).toEqual([]);
    expect(lines).toMatchObject([{ msg: "not here" }]);
  });

  it("lets a server begin and end first", async () => {
    expect((await run({ delayMilliseconds: 3_600_000 }, AbortSignal.abort())).asked).toEqual([]);
  });
});

describe("a server archives nothing by itself", () => {
  const folder = { kind: "folder", folder: "objects" } as const;
  const bucket = { kind: "s3", bucket: "objects" } as const;
  it.each([
    ["into a folder beside tables on AWS", { engine: "aws", objectStore: folder }, true],
    ["but into a bucket", { engine: "aws", objectStore: bucket }, false],
    [
      "but into a folder beside an endpoint, as it may be a mount",
      { dynamodbEndpoint: "http://db", objectStore: folder },
      false,
    ],
    ["but into the folder of its own tables", { objectStore: folder }, false],
  ] as const)("%s", (_what, config, refuses) => {
    const refusal = archiveRefusal({ engine: undefined, dynamodbEndpoint: undefined, ...config });
    expect(refusal !== undefined).toBe(refuses);
  });
});
