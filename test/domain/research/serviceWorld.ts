/** The research context on the event store in memory: service and workflow, with other processes and an index that lags. */
import { createCodec } from "../../../src/domain/kernel/codec.js";
import { createCommandHandler } from "../../../src/domain/kernel/commandHandler.js";
import type { Loaded } from "../../../src/domain/kernel/commandHandler.js";
import type { EventStore, Recorded, Request } from "../../../src/domain/kernel/index.js";
import { addSeconds, isInScope } from "../../../src/domain/kernel/index.js";
import {
  claimRank,
  createReportReader,
  createResearchService,
  createResearchWorkflow,
  defaultResearchProject,
  emptyResearchState,
  researchDecider,
  researchEventFormats,
  researchProjection,
} from "../../../src/domain/research/index.js";
import type {
  Availability,
  Candidate,
  Claimed,
  InputOf,
  QueueKind,
  ResearchEvent,
  ResearchProject,
  ResearchReadModel,
  ResearchRequest,
  ResearchRun,
  ResearchSlot,
  ResearchState,
  ResultItem,
  WorkQueue,
} from "../../../src/domain/research/index.js";
import { createMemoryEventStore } from "../../../src/store/memory/eventStore.js";
import { nameId } from "../../../src/store/nameId.js";
import { sha256 } from "../../../src/store/sha256.js";
import { createStateCache } from "../../../src/store/stateCache.js";
import { requestBy } from "../../support/ledgerAt.js";
import { createManualClock } from "../../support/manualClock.js";

export const project = "test-project-001";
/** Who asks for research, and two workers: each is a caller of its own. */
export const ada = requestBy("ada");
export const worker = requestBy("worker-1");
export const otherWorker = requestBy("worker-2");
export const policy: Request = { actor: { kind: "SYSTEM", id: "policy" }, scope: "all", correlationId: "test" };

export function submission(facts: Partial<InputOf<"submit">> = {}): InputOf<"submit"> {
  return {
    projectId: project,
    requestType: "semaglutide_intelligence",
    config: {
      keywords: ["semaglutide"],
      sources: [
        { name: "FDA", baseUrl: "https://www.fda.gov", sourceType: "GOVERNMENT" },
        { name: "NIH", baseUrl: "https://www.nih.gov", sourceType: "ACADEMIC" },
      ],
    },
    ...facts,
  };
}

export function anItem(itemId: string, facts: Partial<ResultItem> = {}): ResultItem {
  return {
    itemId,
    url: `https://www.fda.gov/${itemId}`,
    title: `Page ${itemId}`,
    source: "FDA",
    sourceType: "GOVERNMENT",
    text: `What ${itemId} says`,
    score: 0.8,
    matchedKeywords: ["semaglutide"],
    ...facts,
  };
}

export const results: InputOf<"complete">["results"] = {
  executiveSummary: "Semaglutide was approved.",
  urlsDiscovered: 15,
  contentExtracted: 12,
  apiCalls: 18,
};

export function createWorld(start = "2025-09-09T10:13:09.250Z") {
  const codec = createCodec(researchEventFormats);
  const store = createMemoryEventStore({ codec });
  const clock = createManualClock(start);
  const objects = new Map<string, string>();
  /** Requests that the index still shows as they were, whatever became of them; and those that it does not show yet. */
  const stale = new Map<string, Candidate>();
  const hidden = new Set<string>();
  const refusedUrls = new Map<string, string>();
  const counts = { append: 0, headVersion: 0, listCandidates: 0, getProjects: 0, getRuns: 0, getRequests: 0 };
  const waits: number[] = [];
  const sent: string[] = [];
  let ids = 0;
  let onWait: (milliseconds: number) => Promise<number> | number = (milliseconds) => milliseconds;
  let failure: Error | undefined;
  let chance = () => 0.5;
  let onSend: (requestId: string) => void = () => undefined;
  let waitingMessages = 0;
  const nextId = () => `00000000-0000-7000-8000-${(ids += 1).toString(16).padStart(12, "0")}`;

  const fold = async (streamId: string): Promise<Loaded<ResearchState>> => {
    let loaded: Loaded<ResearchState> = { version: 0, state: emptyResearchState(streamId), hash: "" };
    for await (const { events } of store.readStream(streamId))
      for (const event of events) {
        // The store decodes with the codec of this context.
        const state = researchDecider.evolve(loaded.state, event as Recorded<ResearchEvent>);
        loaded = { version: event.version, state, hash: event.hash };
      }
    return loaded;
  };

  const rows = <Row>(view: string) => store.rows(view) as ReadonlyMap<string, Row>;
  const runs = () => [...rows<ResearchRun>("research-run").values()];
  const toCandidate = ({ requestId, projectId, requestType, queuedAt = "" }: ResearchRun): Candidate => ({
    requestId,
    projectId,
    requestType,
    queuedAt,
  });

  const unasked = () => Promise.reject(new Error("not asked by the service"));
  const readModel: ResearchReadModel = {
    getRequests: async (asked) => {
      counts.getRequests += 1;
      return asked.map((id) => rows<ResearchRequest>("research-request").get(id));
    },
    getRuns: async (asked) => {
      counts.getRuns += 1;
      return asked.map((id) => rows<ResearchRun>("research-run").get(id));
    },
    getSlot: async (slotId) => rows<ResearchSlot>("research-slot").get(slotId),
    getProjects: async (asked) => {
      counts.getProjects += 1;
      if (failure !== undefined) throw failure;
      return asked.map((id) => rows<ResearchProject>("research-project").get(id) ?? defaultResearchProject(id));
    },
    listCandidates: async ({ strategy, types, scope, queuedBefore, without = [], after = "0", limit }) => {
      counts.listCandidates += 1;
      const waiting = runs()
        .filter((run) => run.queuedAt !== undefined && run.strategy === strategy && !stale.has(run.requestId))
        .sort((one, other) => claimRank(one) - claimRank(other))
        .map(toCandidate);
      const all = [...stale.values(), ...waiting]
        .filter(({ requestId }) => !hidden.has(requestId))
        .filter(({ requestType }) => types === undefined || types.includes(requestType));
      // As the index does: so many rows are looked at, then the page ends, whatever is in it.
      const candidates: Candidate[] = [];
      let at = Number(after);
      for (const end = Math.min(all.length, at + 1_000); at < end && candidates.length < limit; at += 1) {
        const candidate = all[at];
        if (candidate === undefined || without.includes(candidate.projectId)) continue;
        if (!isInScope(scope, [candidate.projectId])) continue;
        if (queuedBefore === undefined || candidate.queuedAt <= queuedBefore) candidates.push(candidate);
      }
      return { candidates, after: at < all.length ? String(at) : undefined };
    },
    listUndispatched: async (before, limit) =>
      runs()
        .filter(({ strategy, queuedAt, dispatchedAt = "" }) => {
          return strategy === "SQS" && queuedAt !== undefined && queuedAt < before && dispatchedAt < before;
        })
        .map(({ requestId }) => requestId)
        .slice(0, limit),
    listRequests: async ({ filter, first, after = "0" }) => {
      const all = [...rows<ResearchRequest>("research-request").values()].filter(
        ({ status }) => filter.statuses?.includes(status) ?? true,
      );
      const end = Number(after) + first;
      const page = all
        .slice(Number(after), end)
        .map((row, index) => ({ row, cursor: String(Number(after) + index + 1) }));
      return { rows: page, hasMore: all.length > end };
    },
    listLogs: unasked,
    oldestPending: unasked,
    getTallies: unasked,
  };

  let beforeAppend: (() => Promise<unknown>) | undefined;
  const eventStore: EventStore = {
    ...store,
    headVersion: async (streamId) => {
      counts.headVersion += 1;
      return store.headVersion(streamId);
    },
    append: async (request) => {
      counts.append += 1;
      const act = beforeAppend;
      beforeAppend = undefined;
      await act?.();
      // Another process has its turn between the decision and the append.
      await new Promise((resolve) => setImmediate(resolve));
      return store.append(request);
    },
  };

  const availability: Availability = {
    wait: async (_wanted, milliseconds) => {
      waits.push(milliseconds);
      clock.advance(await onWait(milliseconds));
    },
  };

  const queue: WorkQueue = {
    send: async ({ requestId }) => {
      onSend(requestId);
      sent.push(requestId);
      return `message-${sent.length}`;
    },
    receive: async () => [],
    extend: async () => undefined,
    remove: async () => undefined,
    depth: async () => ({ waiting: waitingMessages, inFlight: 0, dead: undefined }),
    close: () => undefined,
  };

  const reported: string[] = [];
  /** Another server on the same store. */
  const another = (queueKind: QueueKind = "SHARED") => {
    const commands = createCommandHandler({
      decider: researchDecider,
      projection: researchProjection,
      codec,
      eventStore,
      loader: { load: fold, covers: () => true },
      cache: createStateCache<ResearchState>({ max: 10_000 }),
      clock,
      ids: { next: nextId },
      digest: sha256,
      backoff: async () => undefined,
    });
    const deps = {
      commands,
      eventStore,
      readModel,
      availability,
      objects: {
        put: async (key: string, content: string) => void objects.set(key, content),
        get: async (key: string) => objects.get(key),
        delete: async (key: string) => void objects.delete(key),
      },
      checkUrl: (url: string) => refusedUrls.get(url),
      toSlotId: (projectId: string, dedupeKey: string) => nameId(`${projectId}#${dedupeKey}`),
      digest: sha256,
      clock,
      ids: { next: nextId },
      random: () => chance(),
    };
    return {
      commands,
      service: createResearchService(deps),
      workflow: createResearchWorkflow({
        ...deps,
        queue,
        queueKind,
        report: (_error, requestId) => void reported.push(requestId),
      }),
    };
  };

  const first = another();
  const { service } = first;
  const submit = async (facts: Partial<InputOf<"submit">> = {}) =>
    (await service.submit(submission(facts), ada)).requestId;
  const claim = (facts: Partial<InputOf<"claim">> = {}, by: Request = worker): Promise<readonly Claimed[]> =>
    service.claim({ workerId: by.actor.id, ...facts }, by);

  return {
    ...first,
    another,
    clock,
    store,
    objects,
    stale,
    hidden,
    refusedUrls,
    counts,
    waits,
    sent,
    reported,
    views: readModel,
    reader: createReportReader({ objects: { get: async (key) => objects.get(key) }, digest: sha256 }),
    submit,
    claim,
    /** The one request there is to claim, claimed and started. */
    begin: async (facts: Partial<InputOf<"start">> = {}, by: Request = worker) => {
      const [claimed] = await claim({}, by);
      if (claimed === undefined) throw new Error("there is nothing to claim");
      await service.start(claimed.request.requestId, { leaseToken: claimed.leaseToken, ...facts }, by);
      return { requestId: claimed.request.requestId, leaseToken: claimed.leaseToken };
    },
    request: (requestId: string): ResearchRequest => {
      const found = rows<ResearchRequest>("research-request").get(requestId);
      if (found === undefined) throw new Error(`${requestId} is not there`);
      return found;
    },
    run: (requestId: string): ResearchRun => {
      const found = rows<ResearchRun>("research-run").get(requestId);
      if (found === undefined) throw new Error(`${requestId} is not there`);
      return found;
    },
    requests: () => [...rows<ResearchRequest>("research-request").values()],
    lanes: (projectId = project) => rows<ResearchProject>("research-project").get(projectId)?.lanes ?? [],
    typesOf: async (requestId: string): Promise<readonly string[]> => {
      const types: string[] = [];
      for await (const { events } of store.readStream(`ResearchRequest-${requestId}`))
        types.push(...events.map(({ type }) => type));
      return types;
    },
    byChance: (next: () => number) => void (chance = next),
    /** What reading a project fails with from now on. */
    failing: (error: Error | undefined) => void (failure = error),
    /** What others do between the next decision and its append. */
    meanwhile: (act: () => Promise<unknown>) => void (beforeAppend = act),
    /** What happens while a claim waits; returns how many milliseconds it took. */
    whenWaiting: (act: typeof onWait) => void (onWait = act),
    /** So many messages wait in the queue from now on. */
    holding: (messages: number) => void (waitingMessages = messages),
    whenSending: (act: typeof onSend) => void (onSend = act),
    inSeconds: (seconds: number) => addSeconds(clock.now(), seconds),
  };
}

export type World = ReturnType<typeof createWorld>;
