/** What holds for any course of a stream of this context, whatever commands come in whatever order. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCodec } from "../../../src/domain/kernel/codec.js";
import { DomainError } from "../../../src/domain/kernel/errors.js";
import type { Actor, Recorded } from "../../../src/domain/kernel/index.js";
import { addSeconds } from "../../../src/domain/kernel/time.js";
import {
  claimableTag,
  isTerminal,
  limits,
  requestDecider,
  requestTransitions,
  researchEventFormats,
  researchProjectDecider,
  researchProjection,
  slotDecider,
} from "../../../src/domain/research/index.js";
import type {
  RequestCommand,
  RequestEvent,
  ResearchProjectCommand,
  ResearchProjectEvent,
  ResearchStateOf,
  SlotCommand,
} from "../../../src/domain/research/index.js";
import { deciderProperties } from "../../support/deciderProperties.js";
import { recordAll } from "../../support/deciderSpecification.js";
import { completion, content, requestId, researchStart, submission, tally } from "../../support/researchStory.js";

const codec = createCodec(researchEventFormats);
const small = fc.integer({ min: 1, max: 3 });
/** Versions of early claims, so that some tokens are good. */
const leaseToken = fc.integer({ min: 1, max: 12 });
const jitter = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const leaseSeconds = fc.constantFrom(60, 600, 3_600);

/** `token`: of whoever says something about a lease. */
const requestCommand = (token: fc.Arbitrary<number>): fc.Arbitrary<RequestCommand> =>
  fc.oneof(
    fc.constant<RequestCommand>({ type: "QueueRequest" }),
    small.map((messageId): RequestCommand => ({ type: "RecordDispatch", messageId: String(messageId) })),
    fc.constantFrom("HIGH", "LOW").map((priority): RequestCommand => ({ type: "PrioritiseRequest", priority })),
    {
      weight: 4,
      arbitrary: leaseSeconds.map((seconds): RequestCommand => ({
        type: "ClaimRequest",
        workerId: "worker-1",
        leaseSeconds: seconds,
      })),
    },
    {
      weight: 4,
      arbitrary: fc.record({ type: fc.constant("StartRequest"), leaseToken: token, resume: fc.boolean() }),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(token, fc.nat(100), fc.constantFrom("content_discovery", "analysis"), small)
        .map(([on, percentage, stage, done]): RequestCommand => ({
          type: "Heartbeat",
          leaseToken: on,
          leaseSeconds: 3_600,
          progress: { stage, percentage, urlsFound: done },
          checkpoint: { done },
        })),
    },
    fc.tuple(token, small).map(([on, part]): RequestCommand => ({
      type: "AddItems",
      leaseToken: on,
      part,
      content,
      tallies: [tally],
    })),
    fc.tuple(token, fc.constantFrom("INFO", "WARNING", "ERROR")).map(([on, level]): RequestCommand => ({
      type: "AppendLogs",
      leaseToken: on,
      entries: [{ level, message: "x" }],
    })),
    fc.tuple(token, fc.constantFrom([], ["ab"])).map(([on, parts]): RequestCommand => ({ ...completion(on), parts })),
    fc.record({
      type: fc.constant("FailRequest"),
      leaseToken: token,
      error: fc.constant("No answer"),
      retryable: fc.boolean(),
      jitter,
    }),
    fc.record({ type: fc.constant("ReleaseRequest"), leaseToken: token }),
    { weight: 2, arbitrary: fc.record({ type: fc.constant("ExpireLease"), leaseToken: token, jitter }) },
    fc.constant<RequestCommand>({ type: "EnforceDeadline" }),
    fc.constant<RequestCommand>({ type: "CancelRequest" }),
    { weight: 2, arbitrary: fc.constant<RequestCommand>({ type: "RetryRequest" }) },
  );

deciderProperties("a request", {
  decider: requestDecider,
  projection: researchProjection,
  codec,
  streamId: `ResearchRequest-${requestId}`,
  begin: [submission({ deadlineSeconds: 1_800 })],
  commands: requestCommand(leaseToken),
  // Each message and each entry is one of its own.
  isDoneOnce: ({ type }) => type !== "RecordDispatch" && type !== "AppendLogs",
});

const slotCommand: fc.Arbitrary<SlotCommand> = fc.record(
  {
    type: fc.constant("TakeSlot"),
    projectId: fc.constant("blue"),
    dedupeKey: fc.constant("weekly"),
    requestId: small.map((n) => `req-${n}`),
    replaced: small.map((n) => `req-${n}`),
  },
  { requiredKeys: ["type", "projectId", "dedupeKey", "requestId"] },
);

deciderProperties("a dedupe key", {
  decider: slotDecider,
  projection: researchProjection,
  codec,
  streamId: "ResearchSlot-3f0b7c1e",
  begin: [],
  commands: slotCommand,
});

const projectCommand: fc.Arbitrary<ResearchProjectCommand> = fc.oneof(
  fc.record(
    {
      type: fc.constant("SetLimit"),
      maxRunning: small,
      running: fc.array(fc.record({ requestId: fc.nat(5).map((n) => `req-${n}`), leaseToken: small }), {
        maxLength: 3,
      }),
    },
    { requiredKeys: ["type"] },
  ),
  fc.record({
    type: fc.constant("TakeLane"),
    requestId: fc.nat(5).map((n) => `req-${n}`),
    leaseToken: small,
    gone: fc.subarray(["req-0", "req-1", "req-2", "req-3", "req-4", "req-5"]),
  }),
);

deciderProperties("a project's limit", {
  decider: researchProjectDecider,
  projection: researchProjection,
  codec,
  streamId: "ResearchProject-blue",
  begin: [],
  commands: projectCommand,
});

describe("for any course of a project's limit", () => {
  it("nobody gets a lane beyond it", () => {
    fc.assert(
      fc.property(fc.array(projectCommand, { maxLength: 40 }), (commands) => {
        const context = {
          streamId: "ResearchProject-blue",
          now: researchStart,
          actor: { kind: "USER", id: "ana" },
        } as const;
        let [state, version] = [researchProjectDecider.initialState, 0];
        for (const command of commands) {
          const proposed = unlessRefused(() => researchProjectDecider.decide(command, state, context)) ?? [];
          state = recordAll<ResearchProjectEvent>(proposed, version).reduce(
            (folded, event) => researchProjectDecider.evolve(folded, event),
            state,
          );
          version += proposed.length;
          const { maxRunning = 0, lanes = [] } = state.project ?? {};
          if (proposed.some(({ type }) => type === "ResearchLaneTaken"))
            expect(lanes.length).toBeLessThanOrEqual(maxRunning);
          expect(new Set(lanes.map((lane) => lane.requestId)).size).toBe(lanes.length);
        }
      }),
    );
  });
});

function unlessRefused<T>(decide: () => T): T | undefined {
  try {
    return decide();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return undefined;
  }
}

type State = ResearchStateOf<"request">;
interface Step {
  readonly command: RequestCommand;
  readonly seconds: number;
  readonly actor: Actor;
  /** Whether it is said under the token that is good, where there is one. */
  readonly knows: boolean;
}

const actors: readonly Actor[] = [
  { kind: "USER", id: "ana" },
  { kind: "USER", id: "ben" },
];
const step: fc.Arbitrary<Step> = fc.record({
  command: requestCommand(leaseToken),
  seconds: fc.constantFrom(0, 1, 30, 120, 1_000),
  actor: fc.constantFrom(...actors),
  knows: fc.boolean(),
});

/** Carries the steps out as workers and people would; `see` looks at each commit. */
function live(
  steps: readonly Step[],
  see: (events: readonly Recorded<RequestEvent>[], before: State, after: State, actor: Actor) => void,
): void {
  const streamId = `ResearchRequest-${requestId}`;
  let state = requestDecider.initialState;
  let [version, now] = [0, researchStart];
  const first: Step = { command: submission(), seconds: 0, actor: { kind: "USER", id: "ana" }, knows: false };
  for (const { command, seconds, actor, knows } of [first, ...steps]) {
    now = addSeconds(now, seconds);
    const good = knows && "leaseToken" in command && state.run?.lease !== undefined;
    const told = good ? { ...command, leaseToken: state.run?.lease?.leaseToken ?? 0 } : command;
    const [before, context] = [state, { streamId, now, actor }];
    const proposed = unlessRefused(() => requestDecider.decide(told, before, context)) ?? [];
    const events = recordAll<RequestEvent>(
      proposed.map((event) => ({ streamId, recordedAt: context.now, occurredAt: context.now, actor, ...event })),
      version,
    );
    state = events.reduce((folded, event) => requestDecider.evolve(folded, event), state);
    version += events.length;
    see(events, before, state, actor);
  }
}

describe("for any life of a request, told by people and by workers that come late, twice or with others' tokens,", () => {
  const always = (see: Parameters<typeof live>[1]) =>
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => live(steps, see)));

  it("tokens only grow, and each is the place of its claim", () => {
    let last = 0;
    always((events, before) => {
      if (before.run === undefined) last = 0;
      for (const event of events) {
        if (event.type !== "RequestClaimed") continue;
        expect(event.data.leaseToken).toBe(event.version);
        expect(event.data.leaseToken).toBeGreaterThan(last);
        last = event.data.leaseToken;
      }
    });
  });

  it("no lease is given before the last one has ended", () => {
    always((events, before) => {
      if (events.some(({ type }) => type === "RequestClaimed")) expect(before.run?.lease).toBeUndefined();
    });
  });

  it("only who has claimed it says something under a lease", () => {
    always((events, { run }, _after, actor) => {
      const bySelf = ["RequestStarted", "RequestProgressed", "RequestItemsAdded", "RequestLogged", "RequestReleased"];
      for (const { type } of events)
        if ([...bySelf, "RequestAttemptFailed", "RequestCompleted"].includes(type))
          expect(run?.lease?.claimedBy).toEqual(actor);
    });
  });

  it("it is with a worker, or can be claimed, or waits for its time, or is over: one of these", () => {
    always((_events, _before, { request, run }) => {
      if (request === undefined || run === undefined) return expect.fail("it was submitted");
      const are = [run.lease, run.queuedAt, run.availableAt, run.completedAt].filter((one) => one !== undefined);
      expect(are).toHaveLength(1);
      expect(run.completedAt !== undefined).toBe(isTerminal(request.status));
      expect(run.lease !== undefined).toBe(request.status === "PROCESSING" || request.status === "EXECUTING");
      expect(request.completedAt).toBe(run.completedAt);
      const tags = researchProjection.tags({ kind: "request", request, run });
      expect(tags.includes(claimableTag)).toBe(run.queuedAt !== undefined);
    });
  });

  it("its status goes only where it may, and its history says so", () => {
    always((_events, before, { request }) => {
      const [from, to] = [before.request?.status, request?.status];
      if (from === undefined || to === undefined || from === to) return;
      expect(requestTransitions[from]).toContain(to);
      expect(request?.history.at(-1)).toMatchObject({ from, to });
    });
  });

  it("the budgets are kept", () => {
    always((_events, _before, { request }) => {
      expect(request?.failures).toBeLessThanOrEqual((request?.config.maxRetries ?? 0) + 1);
      expect(request?.stalls).toBeLessThanOrEqual(limits.stalls + 1);
    });
  });

  it("progress goes back only where an attempt begins, or a person begins anew", () => {
    always((events, before, after) => {
      if (events.some(({ type }) => type === "RequestStarted" || type === "RequestRetried")) return;
      const [was, is] = [before.run?.progress.percentage ?? 0, after.run?.progress.percentage ?? 0];
      expect(is).toBeGreaterThanOrEqual(was);
    });
  });

  it("its two rows say of each other to which event they belong", () => {
    always((events, before, { request, run }) => {
      expect(run?.requestVersion).toBe(request?.version);
      // What did not say so was left as it is.
      if (before.request?.version === request?.version) expect(request).toBe(before.request);
      else expect(events.map(({ version }) => version)).toContain(request?.version);
    });
  });
});
