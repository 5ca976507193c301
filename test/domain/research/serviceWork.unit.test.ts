/** What workers say: heartbeats, items, logs, results, and that nobody without the lease changes anything. */
import { beforeEach, describe, expect, it } from "vitest";
import {
  InvalidTransitionError,
  NotFoundError,
  UnavailableError,
  ValidationError,
  WorkLeaseLostError,
} from "../../../src/domain/kernel/errors.js";
import type { Request } from "../../../src/domain/kernel/index.js";
import { limits } from "../../../src/domain/research/index.js";
import { ada, anItem, createWorld, otherWorker, project, results, worker } from "./serviceWorld.js";
import type { World } from "./serviceWorld.js";

let world: World;
beforeEach(() => {
  world = createWorld();
});

/** A request that `worker` has started. */
const begun = async () => {
  await world.submit();
  return world.begin();
};

describe("heartbeat", () => {
  it("extends the lease and tells of progress", async () => {
    const { requestId, leaseToken } = await begun();
    world.clock.advance(10_000);
    const progress = { stage: "content_discovery", percentage: 20, urlsFound: 15 };
    const beat = await world.service.heartbeat(requestId, { leaseToken, progress, checkpoint: { page: 2 } }, worker);
    expect(beat).toMatchObject({ requestId, leaseUntil: world.inSeconds(60), cancelRequested: false });
    expect(world.run(requestId)).toMatchObject({ checkpoint: { page: 2 }, progress: { urlsFound: 15 } });
  });

  it("writes nothing where it says nothing new and more than half of the lease is left", async () => {
    const { requestId, leaseToken } = await begun();
    const until = world.inSeconds(60);
    world.counts.append = 0;
    world.clock.advance(29_000);
    expect((await world.service.heartbeat(requestId, { leaseToken }, worker)).leaseUntil).toBe(until);
    expect(world.counts.append).toBe(0);
    world.clock.advance(2_000);
    expect((await world.service.heartbeat(requestId, { leaseToken }, worker)).leaseUntil).toBe(world.inSeconds(60));
  });

  it("tells the worker that the request is to end", async () => {
    const { requestId, leaseToken } = await begun();
    await world.service.cancel(requestId, { reason: "not needed" }, ada);
    expect((await world.service.heartbeat(requestId, { leaseToken }, worker)).cancelRequested).toBe(true);
    await world.service.release(requestId, { leaseToken }, worker);
    expect(world.request(requestId).status).toBe("CANCELLED");
  });

  it("answers a repeat under its key with how things are, and refuses it once the lease is lost", async () => {
    const { requestId, leaseToken } = await begun();
    const keyed = { ...worker, idempotencyKey: "beat-1" };
    world.clock.advance(40_000);
    const first = await world.service.heartbeat(requestId, { leaseToken }, keyed);
    expect((await world.service.heartbeat(requestId, { leaseToken }, keyed)).leaseUntil).toBe(first.leaseUntil);
    await world.service.release(requestId, { leaseToken }, worker);
    await expect(world.service.heartbeat(requestId, { leaseToken }, keyed)).rejects.toThrow(WorkLeaseLostError);
  });
});

describe("the lease", () => {
  const saying = (leaseToken: number) => ({
    start: { leaseToken },
    heartbeat: { leaseToken },
    addItems: { leaseToken, part: 1, items: [anItem("a")] },
    appendLogs: { leaseToken, entries: [{ message: "read" }] },
    complete: { leaseToken, results },
    fail: { leaseToken, error: "x" },
    release: { leaseToken },
  });

  it.each(["start", "heartbeat", "addItems", "appendLogs", "complete", "fail", "release"] as const)(
    "is needed to %s: without it nothing is written, to the log or beside it",
    async (what) => {
      const { requestId, leaseToken } = await begun();
      const say = (token: number, by: Request) => {
        const said = saying(token);
        switch (what) {
          case "start":
            return world.service.start(requestId, said.start, by);
          case "heartbeat":
            return world.service.heartbeat(requestId, said.heartbeat, by);
          case "addItems":
            return world.service.addItems(requestId, said.addItems, by);
          case "appendLogs":
            return world.service.appendLogs(requestId, said.appendLogs, by);
          case "complete":
            return world.service.complete(requestId, said.complete, by);
          case "fail":
            return world.service.fail(requestId, said.fail, by);
          case "release":
            return world.service.release(requestId, said.release, by);
        }
      };
      const before = world.run(requestId).version;
      await expect(say(leaseToken, otherWorker)).rejects.toThrow(WorkLeaseLostError);
      await expect(say(leaseToken + 1, worker)).rejects.toThrow(WorkLeaseLostError);
      await expect(say(leaseToken, { ...worker, scope: ["blue"] })).rejects.toThrow(NotFoundError);
      expect(world.run(requestId).version).toBe(before);
      world.clock.advance(61_000);
      await world.workflow.expireLease(requestId, leaseToken, ada);
      await expect(say(leaseToken, worker)).rejects.toThrow(WorkLeaseLostError);
      expect(world.objects.size).toBe(0);
    },
  );
});

describe("addItems", () => {
  it("keeps the items beside the log and what they come to in it", async () => {
    const { requestId, leaseToken } = await begun();
    const items = [
      anItem("a"),
      anItem("b", { score: 0.5 }),
      anItem("c", { source: "NIH", sourceType: "ACADEMIC", score: 0.9 }),
    ];
    const { run } = await world.service.addItems(requestId, { leaseToken, part: 1, items }, worker);
    const [part] = run?.parts ?? [];
    expect(part?.tallies).toEqual([
      { sourceType: "GOVERNMENT", items: 2, score: 1.3, highQuality: 1 },
      { sourceType: "ACADEMIC", items: 1, score: 0.9, highQuality: 1 },
    ]);
    expect(JSON.parse(world.objects.get(part?.content.objectKey ?? "") ?? "")).toEqual({ items });
  });

  it("has no second effect with the same part again; another content takes its place", async () => {
    const { requestId, leaseToken } = await begun();
    const add = (id: string) => world.service.addItems(requestId, { leaseToken, part: 1, items: [anItem(id)] }, worker);
    await add("a");
    expect((await add("a")).position.unchanged).toBe(true);
    expect((await add("b")).run?.parts).toHaveLength(1);
  });

  it("refuses items of a source that the request does not name, and writes nothing", async () => {
    const { requestId, leaseToken } = await begun();
    const items = [anItem("a"), anItem("b", { source: "Elsewhere" })];
    const asked = world.service.addItems(requestId, { leaseToken, part: 1, items }, worker);
    await expect(asked).rejects.toThrow(ValidationError);
    await expect(asked).rejects.toMatchObject({ inputPath: ["items", "1", "source"] });
    expect(world.objects.size).toBe(0);
  });

  it("refuses a part that is too large, and writes nothing", async () => {
    const { requestId, leaseToken } = await begun();
    const items = Array.from({ length: 5 }, (_, index) => anItem(`i${index}`, { text: "x".repeat(limits.itemText) }));
    const asked = world.service.addItems(requestId, { leaseToken, part: 1, items }, worker);
    await expect(asked).rejects.toMatchObject({ inputPath: ["items"] });
    expect(world.objects.size).toBe(0);
  });

  it("reads one row where the request was started in this process, and is there for others, too", async () => {
    const { requestId, leaseToken } = await begun();
    world.counts.getRuns = 0;
    world.counts.getRequests = 0;
    await world.service.addItems(requestId, { leaseToken, part: 1, items: [anItem("a")] }, worker);
    expect(world.counts).toMatchObject({ getRuns: 1, getRequests: 0 });
    await world.another().service.addItems(requestId, { leaseToken, part: 2, items: [anItem("b")] }, worker);
    expect(world.run(requestId).parts).toHaveLength(2);
  });

  it("is refused in an attempt that was not started, whoever has started an earlier one", async () => {
    const { requestId, leaseToken } = await begun();
    await world.service.release(requestId, { leaseToken }, worker);
    const [claimed] = await world.claim();
    const said = { leaseToken: claimed?.leaseToken ?? 0, part: 1, items: [anItem("a")] };
    await expect(world.service.addItems(requestId, said, worker)).rejects.toThrow(InvalidTransitionError);
    expect(world.objects.size).toBe(0);
  });

  it("is refused before work has been started, and writes nothing", async () => {
    await world.submit();
    const [claimed] = await world.claim();
    const { requestId } = claimed?.request ?? { requestId: "" };
    const said = { leaseToken: claimed?.leaseToken ?? 0, part: 1, items: [anItem("a")] };
    await expect(world.service.addItems(requestId, said, worker)).rejects.toThrow(InvalidTransitionError);
    expect(world.objects.size).toBe(0);
  });
});

describe("appendLogs", () => {
  const entries = [{ level: "WARNING" as const, message: "Low confidence" }, { message: "Read 12 pages" }];

  it("appends the same entries once under one token, and once more under the next", async () => {
    const { requestId, leaseToken } = await begun();
    for (let times = 0; times < 2; times += 1)
      await world.service.appendLogs(requestId, { leaseToken, entries }, worker);
    expect(world.run(requestId).logEntries).toBe(2);
    expect(world.request(requestId).warnings).toHaveLength(1);
    await world.service.release(requestId, { leaseToken }, worker);
    const next = await world.begin({ resume: true });
    await world.service.appendLogs(requestId, { leaseToken: next.leaseToken, entries }, worker);
    expect(world.run(requestId).logEntries).toBe(4);
  });

  it("tells requests apart whose tokens are the same number", async () => {
    const [one, other] = [await begun(), await begun()];
    expect(one.leaseToken).toBe(other.leaseToken);
    for (const { requestId, leaseToken } of [one, other])
      await world.service.appendLogs(requestId, { leaseToken, entries }, worker);
    expect(world.run(other.requestId).logEntries).toBe(2);
  });
});

describe("complete", () => {
  it("makes one report of all items, by its content, and says what they come to", async () => {
    const { requestId, leaseToken } = await begun();
    const add = (part: number, items: ReturnType<typeof anItem>[]) =>
      world.service.addItems(requestId, { leaseToken, part, items }, worker);
    await add(2, [
      anItem("b", { title: "Better", score: 0.9 }),
      anItem("c", { source: "NIH", sourceType: "ACADEMIC" }),
    ]);
    await add(1, [anItem("a"), anItem("b", { score: 0.1 })]);
    world.clock.advance(10_000);
    const keyFindings = [{ text: "It is approved.", citations: ["a", "b"] }];
    const said = { leaseToken, results: { ...results, keyFindings, writtenBy: "deterministic-v1" } };
    const { researchRequest } = await world.service.complete(requestId, said, worker);
    expect(researchRequest).toMatchObject({ status: "COMPLETED", completedAt: world.inSeconds(0) });
    expect(researchRequest?.results).toMatchObject({
      keyFindings,
      writtenBy: "deterministic-v1",
      totalSources: 2,
      durationSeconds: 10,
      tallies: [
        { sourceType: "GOVERNMENT", items: 2, highQuality: 2 },
        { sourceType: "ACADEMIC", items: 1, highQuality: 1 },
      ],
    });
    const report = researchRequest?.results?.report ?? { objectKey: "", bytes: 0, sha256: "" };
    expect(report.objectKey).toMatch(new RegExp(`^reports/semaglutide_intelligence_${requestId}_[0-9a-f]{16}\\.json$`));
    const content = world.objects.get(report.objectKey) ?? "";
    expect(content).toHaveLength(report.bytes);
    expect(JSON.parse(content)).toMatchObject({
      request_id: requestId,
      config: { sources: [{ base_url: "https://www.fda.gov", source_type: "government" }, {}] },
      summary: { executive_summary: "Semaglutide was approved.", total_sources: 2, total_content_items: 3 },
      execution_summary: { processing_duration: 10, api_calls_made: 18 },
      intelligence_data: {
        regulatory_content: { count: 2 },
        academic_content: { count: 1 },
        news_content: { count: 0 },
      },
      quality_metrics: { high_quality_items: 3 },
    });
    const items = await world.reader.items(report);
    expect(items.map(({ itemId, title }) => [itemId, title])).toEqual([
      ["a", "Page a"],
      ["b", "Better"],
      ["c", "Page c"],
    ]);
    expect(items[0]).toEqual(anItem("a"));
  });

  it("is refused where more could be read than was found", async () => {
    const { requestId, leaseToken } = await begun();
    const counts = { urlsDiscovered: 1, contentExtracted: 2 };
    const asked = world.service.complete(requestId, { leaseToken, results: { ...results, ...counts } }, worker);
    await expect(asked).rejects.toThrow(ValidationError);
    await expect(asked).rejects.toMatchObject({ inputPath: ["results", "contentExtracted"] });
    await expect(asked).rejects.toThrow("must not be more than urlsDiscovered, which is 1");
    expect(world.request(requestId).status).toBe("EXECUTING");
  });

  it("may come without any item", async () => {
    const { requestId, leaseToken } = await begun();
    const { researchRequest } = await world.service.complete(requestId, { leaseToken, results }, worker);
    expect(researchRequest?.results).toMatchObject({ totalSources: 0, tallies: [], keyFindings: [] });
  });

  it("refuses findings that cite what is no item, each by its place", async () => {
    const { requestId, leaseToken } = await begun();
    await world.service.addItems(requestId, { leaseToken, part: 1, items: [anItem("a")] }, worker);
    const keyFindings = [
      { text: "True.", citations: ["a"] },
      { text: "False.", citations: ["a", "z"] },
    ];
    const asked = world.service.complete(requestId, { leaseToken, results: { ...results, keyFindings } }, worker);
    await expect(asked).rejects.toThrow(ValidationError);
    await expect(asked).rejects.toMatchObject({ inputPath: ["results", "keyFindings", "1", "citations", "1"] });
    expect(world.request(requestId).status).toBe("EXECUTING");
  });

  it("refuses results that are too large as a whole", async () => {
    const { requestId, leaseToken } = await begun();
    const keyFindings = Array.from({ length: 50 }, (_, index) => ({
      text: `${index} ${"é".repeat(990)}`,
      citations: ["a"],
    }));
    const structuredOutputs = ["x".repeat(60_000)];
    const asked = world.service.complete(
      requestId,
      { leaseToken, results: { ...results, keyFindings, structuredOutputs } },
      worker,
    );
    await expect(asked).rejects.toMatchObject({ inputPath: ["results"], code: "VALIDATION" });
  });

  it("has the same outcome when the worker says the same again, and makes no second report", async () => {
    const { requestId, leaseToken } = await begun();
    const first = await world.service.complete(requestId, { leaseToken, results }, worker);
    const reports = world.objects.size;
    world.clock.advance(5_000);
    const again = await world.another().service.complete(requestId, { leaseToken, results }, worker);
    expect(again.researchRequest).toEqual(first.researchRequest);
    expect(again.position).toEqual({ ...first.position, unchanged: true });
    expect(world.objects.size).toBe(reports);
    expect((await world.typesOf(requestId)).filter((type) => type === "RequestCompleted")).toHaveLength(1);
  });

  it("is refused with other results, and to another worker", async () => {
    const { requestId, leaseToken } = await begun();
    await world.service.complete(requestId, { leaseToken, results }, worker);
    const other = { leaseToken, results: { ...results, executiveSummary: "Something else." } };
    await expect(world.service.complete(requestId, other, worker)).rejects.toThrow(InvalidTransitionError);
    const asked = world.service.complete(requestId, { leaseToken, results }, otherWorker);
    await expect(asked).rejects.toThrow(WorkLeaseLostError);
  });

  it("has in its report what was added while it was made", async () => {
    const { requestId, leaseToken } = await begun();
    const add = (part: number, id: string) =>
      world.service.addItems(requestId, { leaseToken, part, items: [anItem(id)] }, worker);
    await add(1, "a");
    const [{ researchRequest }] = await Promise.all([
      world.another().service.complete(requestId, { leaseToken, results }, worker),
      add(2, "b"),
    ]);
    const counted = researchRequest?.results?.tallies[0]?.items;
    expect(counted).toBe(world.run(requestId).parts.length);
  });

  it.each(["is not there", "is not as it was written"])("completes nothing where a part %s", async (what) => {
    const { requestId, leaseToken } = await begun();
    await world.service.addItems(requestId, { leaseToken, part: 1, items: [anItem("a")] }, worker);
    const [key = ""] = world.objects.keys();
    if (what === "is not there") world.objects.delete(key);
    else world.objects.set(key, JSON.stringify({ items: [] }));
    await expect(world.service.complete(requestId, { leaseToken, results }, worker)).rejects.toThrow(UnavailableError);
    expect(world.request(requestId).status).toBe("EXECUTING");
  });
});

describe("the end of an attempt", () => {
  it("says when it is tried again, by chance within the span", async () => {
    const { requestId, leaseToken } = await begun();
    const { run } = await world.service.fail(requestId, { leaseToken, error: "timeout" }, worker);
    expect(run?.availableAt).toBe(world.inSeconds(2.5));
    const again = await world.service.fail(requestId, { leaseToken, error: "timeout" }, worker);
    expect(again.position.unchanged).toBe(true);
  });
});

describe("people", () => {
  it("change the priority of what waits, and set limits of their own projects", async () => {
    const requestId = await world.submit();
    const { researchRequest } = await world.service.prioritise(requestId, { priority: "HIGH" }, ada);
    expect(researchRequest?.priority).toBe("HIGH");
    const keyed = { ...ada, idempotencyKey: "limit-1" };
    const first = await world.service.setLimit(project, { maxRunning: 2 }, keyed);
    expect(await world.service.setLimit(project, { maxRunning: 2 }, keyed)).toEqual(first);
    const foreign = world.service.setLimit("blue", { maxRunning: 2 }, { ...ada, scope: [project] });
    await expect(foreign).rejects.toThrow(NotFoundError);
  });
});
