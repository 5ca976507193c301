/** The step that writes a batch's summary: what it reads, what it records, and what happens where the summarizer fails. */
import { ModelError } from "../../../src/domain/kernel/modelError.js";
import { describe, expect, it } from "vitest";
import {
  createDeterministicSummarizer,
  createSummarising,
  deterministicModel,
} from "../../../src/domain/projects/index.js";
import type {
  Batch,
  ProjectEvent,
  ProjectEventQuery,
  ProjectsState,
  ProjectsCommandOf,
  Summarizer,
  SummarisingDeps,
  SummaryInput,
  SummaryObserver,
} from "../../../src/domain/projects/index.js";
import type { CommandMetadata } from "../../../src/domain/kernel/index.js";
import { aBatch, aProjectEvent, at, sha256 } from "../../support/projectEvents.js";

const merged = aProjectEvent({ name: "merged", kind: "PULL_REQUEST_MERGED", title: "Merged #1", occurredAt: at(1) });
const failed = aProjectEvent({ name: "failed", kind: "CHECK_FAILED", title: "build failed", occurredAt: at(2) });
const events = [merged, failed];

type Asked = Parameters<SummaryObserver["summarised"]>[0];

/** The step over one batch, and what it did. */
function setUp(options: {
  readonly batch?: Batch | undefined;
  readonly stored?: readonly ProjectEvent[];
  /** Those that the index shows. */
  readonly indexed?: readonly ProjectEvent[];
  readonly summarizer?: Summarizer;
  /** Events as they have become since they were read. */
  readonly meanwhile?: readonly ProjectEvent[];
  /** @default a minute after the first events */
  readonly now?: string;
}) {
  const { stored = events, indexed = stored, summarizer = createDeterministicSummarizer() } = options;
  const batch = "batch" in options ? options.batch : aBatch(stored);
  const recorded: { streamId: string; command: ProjectsCommandOf<"RecordSummary">; metadata: CommandMetadata }[] = [];
  const queries: ProjectEventQuery[] = [];
  const looked: string[][] = [];
  const told: Asked[] = [];
  const dropped: string[] = [];
  /** As the decider leaves it: one that was told of meanwhile stays told of. */
  const afterDrop = (streamId: string): ProjectsState => {
    const event = [...(options.meanwhile ?? []), ...stored].find(
      ({ projectEventId }) => streamId === `ProjectEvent-${projectEventId}`,
    );
    if (event === undefined) return { kind: "project-event" };
    return {
      kind: "project-event",
      projectEvent: event.notifiedAt === undefined ? { ...event, notify: false } : event,
    };
  };
  const deps: SummarisingDeps = {
    commands: {
      handle: async (requests, metadata) => {
        const drops = requests.filter(({ command }) => command.type === "DropNotification");
        if (drops.length > 0) {
          dropped.push(...drops.map(({ streamId }) => streamId));
          const states = drops.map(({ streamId }) => afterDrop(streamId));
          return { positions: [], before: [], states, events: [], repeated: false };
        }
        const [request] = requests;
        if (request?.command.type !== "RecordSummary") throw new Error("is no summary");
        recorded.push({ streamId: request.streamId, command: request.command, metadata });
        return { positions: [], before: [], states: [], events: [], repeated: false };
      },
    },
    readModel: {
      getBatches: async () => [batch],
      listProjectEvents: async (query) => {
        queries.push(query);
        return { rows: indexed.map((row) => ({ row, cursor: row.projectEventId })), hasMore: false };
      },
      getProjectEvents: async (ids) => {
        looked.push([...ids]);
        return ids.map((id) => stored.find(({ projectEventId }) => projectEventId === id));
      },
    },
    summarizer,
    digest: sha256,
    clock: { now: () => options.now ?? at(60) },
    observer: { summarised: (asked) => void told.push(asked) },
  };
  const request = {
    actor: { kind: "SYSTEM", id: "policy:batch-summary" },
    scope: "all",
    correlationId: "c",
    causationId: "e",
    commandId: "d",
  } as const;
  const summarise = (signal = new AbortController().signal) =>
    createSummarising(deps).summarise(batch?.batchId ?? "batch_20250602_1300", request, signal);
  return { summarise, recorded, queries, looked, told, dropped };
}

const model = (draft: Summarizer["draft"]): Summarizer => ({
  modelUsed: "small-model",
  promptVersion: "prompt-1",
  draft,
});
const goodDraft = {
  headline: "One merged",
  themes: [],
  blockers: [],
  achievements: [{ text: "Merged #1", projectEventIds: [merged.projectEventId] }],
};
const good = model(async () => ({ draft: goodDraft, omitted: 1 }));

describe("summarising a batch", () => {
  it("records the first summary, with how it came to be and by whose command", async () => {
    const { summarise, recorded, told } = setUp({ summarizer: good });
    await summarise();
    expect(recorded).toMatchObject([
      {
        streamId: "Batch-batch_20250602_1300",
        command: {
          revision: 1,
          summary: { headline: "One merged", stats: { events: 2, omitted: 1 } },
          origin: {
            modelUsed: "small-model",
            promptVersion: "prompt-1",
          },
        },
        metadata: { correlationId: "c", causationId: "e", commandId: "d" },
      },
    ]);
    expect(recorded[0]?.command.origin.inputHash).toMatch(/^[0-9a-f]{64}$/);
    expect(recorded[0]?.command.origin.fallbackReason).toBeUndefined();
    expect(told).toMatchObject([{ modelUsed: "small-model", outcome: "WRITTEN", seconds: 0 }]);
  });

  it("asks the index for all events of the batch at once", async () => {
    const { summarise, queries, looked } = setUp({});
    await summarise();
    expect(queries).toEqual([{ filter: { batchId: "batch_20250602_1300" }, order: "OLDEST_FIRST", first: 45 }]);
    expect(looked).toEqual([]);
  });

  it("reads from the log what the index does not show yet, and keeps the order of receipt", async () => {
    let shown: SummaryInput | undefined;
    const summarizer = model(async (input) => {
      shown = input;
      return { draft: goodDraft, omitted: 0 };
    });
    const { summarise, looked } = setUp({ indexed: [failed], summarizer });
    await summarise();
    expect(looked).toEqual([[merged.projectEventId]]);
    expect(shown?.events.map(({ title }) => title)).toEqual(["Merged #1", "build failed"]);
  });

  it("does nothing for a batch that does not exist", async () => {
    const { summarise, recorded, queries } = setUp({ batch: undefined });
    await summarise();
    expect([recorded, queries]).toEqual([[], []]);
  });

  const summarised = (revision: number, requestedRevision?: number) =>
    aBatch(events, {
      status: "SUMMARISED",
      summary: {
        revision,
        summary: {
          ...goodDraft,
          blockers: [],
          links: [],
          stats: { events: 2, actors: 0, bySource: {}, byKind: {}, alreadyNotified: 0, omitted: 0 },
        },
        origin: { modelUsed: "m", promptVersion: "p", inputHash: "" },
        summarisedAt: at(61),
      },
      ...(requestedRevision === undefined ? {} : { requestedRevision }),
    });

  it("does nothing for a batch that has the summary that was asked for", async () => {
    for (const batch of [summarised(1), summarised(2, 2), summarised(3, 2)]) {
      const { summarise, recorded } = setUp({ batch });
      await summarise();
      expect(recorded).toEqual([]);
    }
  });

  it("writes the revision that was asked for", async () => {
    const { summarise, recorded } = setUp({ batch: summarised(1, 2) });
    await summarise();
    expect(recorded[0]?.command.revision).toBe(2);
  });

  it("leaves out what was told at once, and counts it", async () => {
    const told = aProjectEvent({ name: "told", kind: "SECURITY_ALERT", title: "Alert", notifiedAt: at(3) });
    const { summarise, recorded } = setUp({ stored: [merged, told] });
    await summarise();
    const { summary } = recorded[0]?.command ?? {};
    expect(summary?.blockers).toEqual([]);
    expect(summary?.stats).toMatchObject({ events: 2, alreadyNotified: 1 });
  });

  const open = aProjectEvent({
    name: "open",
    kind: "SECURITY_ALERT",
    title: "Alert",
    importance: "CRITICAL",
    notify: true,
  });

  it("waits for what is being told at once, for five seconds after sealing", async () => {
    const { summarise, recorded, dropped } = setUp({ stored: [merged, open] });
    expect(await summarise()).toEqual({ again: "2025-06-02T13:00:00.500Z" });
    expect([recorded, dropped]).toEqual([[], []]);
  });

  it("tells of what was not told at once by then, which is not told at once any more", async () => {
    const now = "2025-06-02T13:00:05.000Z";
    const { summarise, recorded, dropped } = setUp({ stored: [merged, open], now });
    expect(await summarise()).toEqual({});
    expect(dropped).toEqual([`ProjectEvent-${open.projectEventId}`]);
    const { summary, critical } = recorded[0]?.command ?? {};
    expect(summary?.blockers).toHaveLength(1);
    // So that it waits for no end of quiet hours.
    expect(critical).toBe(true);
  });

  it("leaves out what was told at once in the last moment", async () => {
    const now = "2025-06-02T13:00:05.000Z";
    const { summarise, recorded } = setUp({ stored: [merged, open], meanwhile: [{ ...open, notifiedAt: now }], now });
    await summarise();
    const { summary, critical } = recorded[0]?.command ?? {};
    expect(summary?.blockers).toEqual([]);
    expect(summary?.stats.alreadyNotified).toBe(1);
    expect(critical).toBeUndefined();
  });

  it("asks no model where all was told at once", async () => {
    const summarizer = model(() => Promise.reject(new Error("was asked")));
    const { summarise, recorded, told } = setUp({ stored: [{ ...merged, notifiedAt: at(3) }], summarizer });
    await summarise();
    expect(recorded[0]?.command.summary.headline).toBe("Nothing new: 1 event was told at once");
    expect(recorded[0]?.command.origin.modelUsed).toBe(deterministicModel);
    expect(recorded[0]?.command.origin.fallbackReason).toBeUndefined();
    expect(told).toEqual([]);
  });

  it("shows a summarizer neither originals nor secrets", async () => {
    let shown = "";
    const summarizer = model(async (input) => {
      shown = JSON.stringify(input);
      return { draft: goodDraft, omitted: 0 };
    });
    const secret = {
      ...merged,
      title: "key AKIAIOSFODNN7EXAMPLE",
      text: "password=hunter2secret",
      eventData: { a: "original" },
    };
    await setUp({ stored: [secret], summarizer }).summarise();
    expect(shown).toContain("key");
    expect(shown).not.toMatch(/AKIA|hunter2|original/);
  });

  it("records the same hash for the same input, and another one for another", async () => {
    const hashOf = async (stored: readonly ProjectEvent[]) => {
      const { summarise, recorded } = setUp({ stored });
      await summarise();
      return recorded[0]?.command.origin.inputHash;
    };
    const once = await hashOf(events);
    expect(await hashOf([{ ...merged, version: 7, batchId: "b", batchedAt: at(60) }, failed])).toBe(once);
    expect(await hashOf([{ ...merged, title: "Merged #2" }, failed])).not.toBe(once);
  });
});

describe("where the summarizer fails, the rules write the summary, and it says why", () => {
  const fails = (error: Error) => model(() => Promise.reject(error));
  it.each<[what: string, summarizer: Summarizer, outcome: string, reason: string]>([
    ["does not answer in time", fails(new ModelError("TIMEOUT", "t")), "TIMEOUT", "did not answer in time"],
    ["cannot be asked", fails(new ModelError("UNAVAILABLE", "u")), "UNAVAILABLE", "could not be asked"],
    ["refuses", fails(new ModelError("REFUSED", "r")), "REFUSED", "refused to answer"],
    ["answers nonsense", fails(new ModelError("NONSENSE", "n")), "NONSENSE", "not usable"],
    ["has been asked too often", fails(new ModelError("BUDGET", "b")), "BUDGET", "as often as the budget allows"],
    ["breaks", fails(new TypeError("secret inside")), "UNAVAILABLE", "could not be asked"],
    [
      "cites no event of the batch",
      model(async () => ({
        draft: { ...goodDraft, achievements: [{ text: "Merged", projectEventIds: ["e1"] }] },
        omitted: 0,
      })),
      "NONSENSE",
      "not usable",
    ],
    [
      "has no headline",
      model(async () => ({ draft: { ...goodDraft, headline: "" }, omitted: 0 })),
      "NONSENSE",
      "not usable",
    ],
  ])("that %s", async (_what, summarizer, outcome, reason) => {
    const { summarise, recorded, told } = setUp({ summarizer });
    await summarise();
    const { summary, origin } = recorded[0]?.command ?? {};
    expect(summary?.headline).toBe("1 pull request merged, 1 check failing");
    expect(origin).toMatchObject({ modelUsed: deterministicModel, promptVersion: "rules-1" });
    expect(origin?.fallbackReason).toContain(reason);
    expect(origin?.fallbackReason).toContain("small-model");
    expect(origin?.fallbackReason).not.toContain("secret inside");
    expect(told).toMatchObject([{ modelUsed: "small-model", outcome }]);
  });

  it("but not where the process is stopping: then nothing is recorded, and it is asked again", async () => {
    const stopping = new AbortController();
    const summarizer = model(async () => {
      stopping.abort(new Error("stopping"));
      throw new ModelError("TIMEOUT", "t");
    });
    const { summarise, recorded, told } = setUp({ summarizer });
    await expect(summarise(stopping.signal)).rejects.toThrow("stopping");
    expect([recorded, told]).toEqual([[], []]);
  });
});
