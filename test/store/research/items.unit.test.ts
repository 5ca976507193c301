/** Items of seed 002 as it spells them, and nothing lost on the way back. */
import type { JsonObject } from "../../../src/domain/kernel/json.js";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, toEpochSeconds } from "../../../src/domain/kernel/time.js";
import { limits, partPath, sourceTypes } from "../../../src/domain/research/index.js";
import type { ResearchProject, ResearchRequest, ResearchRun } from "../../../src/domain/research/index.js";
import {
  fromLogItem,
  fromProjectItem,
  fromRequestItem,
  fromRunItem,
  fromSlotItem,
  toLogItem,
  toProjectItem,
  toRequestItem,
  toRunItem,
  toSlotItem,
} from "../../../src/store/readModels/research/items.js";
import { fromNoteText } from "../../../src/store/readModels/research/seedForm.js";
import { isAsWritten } from "../../../src/store/seal.js";
import { sha256 } from "../../../src/store/sha256.js";
import { upTo } from "../../conformance/eventStore.conformance.js";
import { aLog, aProgress, aRequest, aRun, after, someResults } from "./builders.js";
import { seedSubmission } from "./researchStore.js";

/** Through the SDK's own form, as the client takes it. */
const stored = (item: object) => unmarshall(marshall(item, { removeUndefinedValues: true }));

const worker = { kind: "USER", id: "table_processor_001" } as const;

const whole: ResearchRequest = aRequest({
  status: "COMPLETED",
  dedupeKey: "weekly semaglutide",
  startedAt: after(1_000),
  completedAt: after(20_000),
  updatedAt: after(20_000),
  failures: 1,
  stalls: 2,
  workerId: worker.id,
  failureReason: "ERROR",
  cancellation: { at: after(9_000), by: worker, reason: "no need" },
  progress: aProgress,
  results: { ...someResults, structuredOutputs: [{ a: 1 }, ["b", null], "c", 4, true, null, { json: "own" }] },
  errors: [{ at: after(2_750), message: "Failed to extract content from URL xyz: 404" }],
  warnings: [{ at: after(750), message: "Low confidence\nscore for source ABC" }],
  history: [{ at: after(0), from: "PENDING", to: "PROCESSING", message: "Started processing" }],
  version: 9,
});

describe("the item of a request", () => {
  it("is read back as the request that it was made of", () => {
    for (const request of [aRequest(), whole, aRequest({ statusMessage: undefined })]) {
      const { statusMessage, ...rest } = request;
      const expected = statusMessage === undefined ? rest : request;
      expect(fromRequestItem(stored(toRequestItem(request)))).toEqual(expected);
    }
  });

  it("says null for what is not there yet, as the seed does, and expires only 30 days after its end (defect R11)", () => {
    expect(toRequestItem(aRequest({ statusMessage: undefined }))).toMatchObject({
      status_message: null,
      started_at: null,
      completed_at: null,
      results: null,
      progress: { estimated_completion: null },
    });
    expect(stored(toRequestItem(aRequest()))).not.toHaveProperty("ttl");
    const end = toEpochSeconds(addDays(after(20_000), 30));
    expect([toRequestItem(whole)["ttl"], toRunItem(aRun({ completedAt: after(20_000) }))["ttl"]]).toEqual([end, end]);
  });

  it("counts items by type of source and leaves them in the report (defect R8)", () => {
    const { intelligence_data: data, ...results } = toRequestItem(whole)["results"] as Record<string, object>;
    expect(data).toEqual({
      regulatory_content: { count: 12, items: [] },
      clinical_content: { count: 15, items: [] },
      academic_content: { count: 8, items: [] },
      news_content: { count: 0, items: [] },
      industry_content: { count: 0, items: [] },
      other_content: { count: 0, items: [] },
    });
    expect(results).toMatchObject({
      summary: { total_sources: 3, total_content_items: 35, key_findings: ["Finding 1", "Finding 2"] },
      execution_summary: { success_rate: 80, processing_duration: 10 },
      quality_metrics: { average_confidence: 0.85, high_quality_items: 28 },
    });
  });

  it("has no average of nothing", () => {
    const none = { ...someResults, tallies: [], urlsDiscovered: 0, contentExtracted: 0 };
    expect(toRequestItem(aRequest({ results: none }))["results"]).toMatchObject({
      execution_summary: { success_rate: null },
      quality_metrics: { average_confidence: null, high_quality_items: 0 },
    });
  });

  it("holds numbers that are too near to zero for DynamoDB", () => {
    const tiny = aRequest({
      config: { ...seedSubmission.config, qualityThreshold: 5e-324 },
      progress: { ...aProgress, percentage: 1e-200 },
    });
    expect(marshall(toRequestItem(tiny), { removeUndefinedValues: true })["config"]?.M?.["quality_threshold"]).toEqual({
      S: "5e-324",
    });
    expect(fromRequestItem(stored(toRequestItem(tiny)))).toEqual(tiny);
  });

  it("shows that somebody edited it", () => {
    for (const item of [toRequestItem(whole), toRunItem(aRun())]) {
      const row = stored(item);
      expect(isAsWritten(row)).toBe(true);
      expect(isAsWritten({ ...row, version: 99 })).toBe(false);
      expect(isAsWritten({ ...row, detail: "{}" })).toBe(false);
    }
  });

  it("fits into DynamoDB's 400 KB with as much of everything as there may be", () => {
    const long = (units: number) => "语".repeat(units);
    const note = { at: after(0), message: long(limits.keptNote) };
    const largest = aRequest({
      config: {
        ...seedSubmission.config,
        keywords: upTo(limits.keywords).map(() => long(limits.keyword)),
        sources: upTo(limits.sources).map(() => ({
          name: long(limits.sourceName),
          baseUrl: long(limits.url),
          sourceType: "OTHER",
        })),
        customParams: { text: "x".repeat(limits.customParamsBytes) },
      },
      errors: upTo(limits.keptNotes).map(() => note),
      warnings: upTo(limits.keptNotes).map(() => note),
      history: upTo(limits.keptNotes).map(() => ({ ...note, from: "PENDING", to: "FAILED" })),
      results: { ...someResults, structuredOutputs: ["x".repeat(limits.resultsBytes)] },
      statusMessage: long(limits.message),
      cancellation: { at: after(0), by: worker, reason: long(limits.message) },
      dedupeKey: long(limits.dedupeKey),
    });
    const bytes = Buffer.byteLength(JSON.stringify(toRequestItem(largest)));
    expect(bytes).toBeGreaterThan(300_000);
    expect(bytes).toBeLessThan(400_000);
  });
});

describe("JSON of callers", () => {
  it.each<[string, JsonObject]>([
    ["nothing", {}],
    ["a whole number that JavaScript cannot count", { id: 2 ** 63 }],
    ["a number that is too near to zero", { x: [5e-324] }],
    ["half a character", { text: "\ud800" }],
    ["an empty name", { "": { "": 1 } }],
    ["a name that JavaScript keeps for itself", JSON.parse('{"__proto__": {"polluted": true}}') as JsonObject],
    ["more levels than DynamoDB holds", JSON.parse(`${'{"a":'.repeat(100)}1${"}".repeat(100)}`) as JsonObject],
    ["what looks like our own way to hold text", { json: "[1" }],
  ])("comes back whole with %s, and in a form that DynamoDB takes", (_, json) => {
    const request = aRequest({
      config: { ...seedSubmission.config, customParams: json },
      results: { ...someResults, structuredOutputs: [json, [json], Object.values(json)[0] ?? null] },
    });
    const back = fromRequestItem(stored(toRequestItem(request)));
    expect(JSON.stringify([back.config.customParams, back.results?.structuredOutputs])).toBe(
      JSON.stringify([json, request.results?.structuredOutputs]),
    );
    const log = aLog({ metadata: json });
    expect(JSON.stringify(fromLogItem(stored(toLogItem(log))).metadata)).toBe(JSON.stringify(json));
    const { config, results } = marshall(toRequestItem(request), { removeUndefinedValues: true });
    expect(levelsOf(config)).toBeLessThanOrEqual(32);
    expect(levelsOf(results)).toBeLessThanOrEqual(32);
  });

  it("comes back whole whatever it is", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ maxDepth: 4 })), (value) => {
        const metadata = JSON.parse(JSON.stringify(value)) as JsonObject;
        expect(fromLogItem(stored(toLogItem(aLog({ metadata }))))).toMatchObject({ metadata });
      }),
      { numRuns: 300 },
    );
  });
});

/** Levels of maps and lists in a value as the SDK sends it. */
function levelsOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const [[type, content] = ["", undefined]] = Object.entries(value);
  if (type !== "M" && type !== "L") return 0;
  return 1 + Math.max(0, ...Object.values(content as object).map(levelsOf));
}

describe("notes", () => {
  it("are read as the seed writes them, too: in UTC, though it says no zone (defects R3 and R7)", () => {
    expect(fromNoteText("2024-01-09T15:43:12.000000: Failed to extract content from URL xyz")).toEqual({
      at: "2024-01-09T15:43:12.000Z",
      message: "Failed to extract content from URL xyz",
    });
    expect(fromNoteText("2024-01-09T15:43:12.123Z: a: b\nc")).toEqual({
      at: "2024-01-09T15:43:12.123Z",
      message: "a: b\nc",
    });
    expect(fromNoteText("2024-01-09T15:43:12+01:00: x")).toEqual({ at: "2024-01-09T14:43:12.000Z", message: "x" });
    expect([fromNoteText("no time: x"), fromNoteText(""), fromNoteText("2024-13-09T15:43:12: x")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("the item of a run", () => {
  const busy: ResearchRun = aRun({
    lease: {
      workerId: worker.id,
      claimedBy: worker,
      leaseToken: 3,
      leaseSeconds: 60,
      until: after(60_000),
      claimedAt: after(0),
      startedAt: after(1),
      attempt: 2,
    },
    ended: { leaseToken: 2, claimedBy: worker, how: "FAILED" },
    availableAt: after(5),
    checkpoint: { FDA: { done: [1, 2] } },
    parts: [
      {
        part: 1,
        content: { objectKey: "k", bytes: 1, sha256: "s" },
        tallies: [{ sourceType: sourceTypes[0], items: 1, score: 0.9, highQuality: 1 }],
      },
    ],
    progress: aProgress,
    logEntries: 7,
    requestVersion: 4,
    version: 6,
  });

  it("is read back as the run that it was made of, whether it waits or is worked on", () => {
    for (const run of [busy, aRun(), aRun({ queuedAt: after(1), dispatchedAt: after(2), completedAt: after(3) })]) {
      expect(fromRunItem(stored(toRunItem(run)))).toEqual(run);
    }
  });

  /** Parts as they come: two types of source in each. */
  const withParts = (count: number): ResearchRun => ({
    ...busy,
    parts: upTo(count).map((part) => {
      const hash = sha256(`${part}`, "hex");
      const tally = { items: 15, score: 11.35, highQuality: 10 };
      return {
        part,
        content: { objectKey: partPath(busy.requestId, hash), bytes: 187_654, sha256: hash },
        tallies: sourceTypes.slice(0, 2).map((sourceType) => ({ sourceType, ...tally })),
      };
    }),
  });
  /** As DynamoDB counts: names and values, without quotes. */
  const bytesOf = (run: ResearchRun) =>
    Object.entries(stored(toRunItem(run)))
      .flat()
      .reduce<number>((sum, part) => sum + Buffer.byteLength(String(part)), 0);

  it("has less than 140 bytes for a part: 0.9 KB with none, 6.2 KB with 40, 14.2 KB with 100", () => {
    const run = withParts(limits.parts);
    expect(fromRunItem(stored(toRunItem(run)))).toEqual(run);
    expect([0, 40, 100].map((parts) => bytesOf(withParts(parts)))).toEqual([900, 6_210, 14_191]);
  });

  it("is among what can be claimed only while it can be (defect R2)", () => {
    const claimable = ["claim_strategy", "claim_type", "claim_rank", "queued_at", "dispatched_at"];
    for (const name of claimable) expect(stored(toRunItem(busy))).not.toHaveProperty(name);
    const createdAt = after(0);
    const queued = aRun({ createdAt, priority: "MEDIUM", queuedAt: after(1), dispatchedAt: after(2) });
    expect(stored(toRunItem(queued))).toMatchObject({
      claim_strategy: "table",
      claim_type: "table#semaglutide_intelligence",
      claim_rank: Date.parse(createdAt) - 900_000,
      queued_at: after(1),
      dispatched_at: after(2),
    });
  });
});

describe("the item of a log entry", () => {
  it("has the seed's attributes, and is read back as what it was made of", () => {
    const log = aLog({ logId: "log_1757412789250_a08ac7ad_w000001", at: after(0) });
    const item = stored(toLogItem(log));
    expect(item).toMatchObject({
      log_id: "log_1757412789250_a08ac7ad_w000001",
      request_id: "req_1757412789250_a08ac7ad",
      timestamp: "2025-09-09T10:13:09.250Z",
      log_level: "INFO",
      message: "Request processing started",
      stage: "initialization",
      metadata: { worker_id: "table_processor_001", processing_node: "node-1" },
    });
    expect(fromLogItem(item)).toEqual(log);
  });

  it("outlives its request, whenever that ends: it goes 38 days after it was logged (defect R11)", () => {
    const latestEnd = addDays(after(0), limits.deadlineSeconds / 86_400);
    const { ttl } = toRequestItem(aRequest({ createdAt: after(0), completedAt: latestEnd }));
    expect(toLogItem(aLog({ at: after(0) }))["ttl"]).toBe(Number(ttl) + 86_400);
  });
});

describe("slots and projects", () => {
  const slot = { slotId: "s", projectId: "p", dedupeKey: "k#1", requestId: "r", version: 1, hash: "h" };
  const project: ResearchProject = {
    projectId: "a/b",
    lanes: [{ requestId: "r", leaseToken: 3 }],
    version: 2,
    hash: "h",
  };

  it("are read back as what they were made of", () => {
    expect(fromSlotItem(stored(toSlotItem(slot)))).toEqual(slot);
    expect(fromProjectItem(stored(toProjectItem(project)))).toEqual(project);
    const limited = { ...project, maxRunning: 2 };
    expect(fromProjectItem(stored(toProjectItem(limited)))).toEqual(limited);
  });

  it("show that somebody edited them", () => {
    for (const item of [toSlotItem(slot), toProjectItem(project)]) {
      expect(isAsWritten(stored(item))).toBe(true);
      expect(isAsWritten({ ...stored(item), detail: "{}" })).toBe(false);
    }
  });
});
