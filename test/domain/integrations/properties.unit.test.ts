/** What holds for any course of a session, whatever commands come in whatever order. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isActive,
  sessionDecider,
  sessionEventFormats,
  sessionProjection,
  sessionTransitions,
} from "../../../src/domain/integrations/index.js";
import type { IntegrationSession, SessionCommand, SessionEvent } from "../../../src/domain/integrations/index.js";
import { createCodec } from "../../../src/domain/kernel/codec.js";
import { DomainError } from "../../../src/domain/kernel/errors.js";
import type { Recorded } from "../../../src/domain/kernel/index.js";
import { present } from "../../../src/domain/kernel/present.js";
import { addSeconds, toInstant, toMilliseconds } from "../../../src/domain/kernel/time.js";
import { deciderProperties } from "../../support/deciderProperties.js";
import { recordAll } from "../../support/deciderSpecification.js";
import {
  connection,
  deadLetter,
  itemsOf,
  mailState,
  pushConnection,
  sessionId,
  sessionUser,
} from "../../support/sessionStory.js";

const start = "2025-01-15T10:30:00.000Z";
const jitter = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const small = fc.integer({ min: 1, max: 3 });
const instant = fc.nat(40).map((minutes) => toInstant(toMilliseconds(start) + minutes * 60_000));
const later = fc.option(instant, { nil: undefined });
const quiet = fc.option(fc.record({ polls: small, until: instant, nextPollAt: later }), { nil: undefined });
const state = fc.constantFrom(mailState("1"), mailState("2"), { emailAddress: "user@company.com" });
/** Small revisions, so that some are good. */
const ofPoll = { polls: small, at: instant, cursorRevision: fc.nat(5), jitter };
const words = { code: fc.constantFrom("http_410", "http_500"), message: fc.constant("It says so") };
const retryAfterMs = fc.constantFrom(undefined, 5_000, 1e12);

const command: fc.Arbitrary<SessionCommand> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(connection(), pushConnection()) },
  fc.record({ type: fc.constant("PauseSession"), quiet }),
  { weight: 3, arbitrary: fc.record({ type: fc.constant("ResumeSession"), jitter }) },
  fc.record({
    type: fc.constant("ChangeInterval"),
    pollingIntervalMs: fc.constantFrom(10_000, 60_000, 86_400_000),
    leastIntervalMs: fc.constantFrom(10_000, 30_000),
    jitter,
    quiet,
  }),
  fc.record({ type: fc.constant("ChangeWebhook"), webhookUrl: fc.constant("https://x.example"), quiet }),
  fc.record({
    type: fc.constant("ReauthoriseSession"),
    credentialRef: fc.constantFrom("user123/gmail", "user123/other", "eve/gmail"),
    jitter,
    quiet,
  }),
  fc.record({ type: fc.constant("RequestPoll"), leastIntervalMs: fc.constantFrom(undefined, 10_000), quiet }),
  fc.record({ type: fc.constant("DisableSession"), reason: fc.constant("Enough"), quiet }),
  fc.record({ type: fc.constant("DisconnectSession"), quiet }),
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("RecordPoll"),
      ...ofPoll,
      items: fc.nat(2),
      firstItemId: fc.constant("gmail:1"),
      serviceState: state,
      throughPush: fc.option(small, { nil: undefined }),
      more: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("RecordFailure"),
      ...ofPoll,
      ...words,
      failureClass: fc.constantFrom("AUTH", "TRANSIENT", "PERMANENT", "DELIVERY"),
      retryAfterMs,
      firstItemId: fc.constantFrom(undefined, "gmail:1", "gmail:2"),
      isGone: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("RecordRateLimit"), ...ofPoll, ...words, retryAfterMs }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("StartResync"), ...ofPoll, ...words, serviceState: state }) },
  fc.tuple(fc.constantFrom("aa", "bb", "cc"), small).map(([sha256, id]): SessionCommand => ({
    type: "RecordPush",
    ...itemsOf(sha256),
    marks: { lastMessageId: `${id}` },
  })),
  small.map((number): SessionCommand => ({ type: "RecordDeadLetter", ...deadLetter(number) })),
  small.map((number): SessionCommand => ({ type: "RecordRedelivery", deadLetterId: deadLetter(number).deadLetterId })),
  small.map((number): SessionCommand => ({ type: "DiscardDeadLetter", deadLetterId: deadLetter(number).deadLetterId })),
);

/** Each secret and each failure is one of its own; a cursor that is forgotten again is one. */
const isDoneOnce = ({ type }: SessionCommand) =>
  type !== "ChangeWebhook" && type !== "RecordFailure" && type !== "StartResync";

deciderProperties("a session", {
  decider: sessionDecider,
  projection: sessionProjection,
  codec: createCodec(sessionEventFormats),
  streamId: `IntegrationSession-${sessionId}`,
  // Some begin as one that is polled, some as one that is pushed to.
  begin: [],
  commands: command,
  isDoneOnce,
});

interface Step {
  readonly command: SessionCommand;
  readonly seconds: number;
  /** Whether a poll knows the revision and when it began, and a push comes next. */
  readonly knows: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  command,
  seconds: fc.constantFrom(0, 1, 30, 120, 100_000),
  knows: fc.boolean(),
});

interface Seen {
  readonly events: readonly Recorded<SessionEvent>[];
  readonly before: IntegrationSession;
  readonly after: IntegrationSession;
}

/** Carries the steps out as people and pollers would; `see` looks at each commit. */
function live(begin: SessionCommand, steps: readonly Step[], see: (seen: Seen) => void): void {
  const streamId = `IntegrationSession-${sessionId}`;
  let folded = sessionDecider.initialState;
  let [version, now] = [0, start];
  for (const { command: asked, seconds, knows } of [{ command: begin, seconds: 0, knows: false }, ...steps]) {
    now = addSeconds(now, seconds);
    const { session: before } = folded;
    const good = { cursorRevision: before?.cursorRevision ?? 0, at: now };
    const told = knows && "cursorRevision" in asked ? { ...asked, ...good } : asked;
    const context = { streamId, now, actor: sessionUser };
    const proposed = unlessRefused(() => sessionDecider.decide(told, folded, context)) ?? [];
    const facts = { streamId, recordedAt: now, occurredAt: now, actor: sessionUser };
    const events = recordAll<SessionEvent>(
      proposed.map((event) => ({ ...facts, ...event })),
      version,
    );
    folded = events.reduce((state, event) => sessionDecider.evolve(state, event), folded);
    version += events.length;
    const { session: after } = folded;
    if (before !== undefined && after !== undefined) see({ events, before, after });
  }
}

describe("for any life of a session, told by people, by polls that come late or twice, and by pushes,", () => {
  const always = (see: (seen: Seen) => void) => {
    const begin = fc.constantFrom<SessionCommand>(connection(), pushConnection());
    fc.assert(fc.property(begin, fc.array(step, { maxLength: 60 }), (first, steps) => live(first, steps, see)));
  };

  it("the cursor's revision never falls, and another state has another one", () => {
    always(({ before, after }) => {
      expect(after.cursorRevision).toBeGreaterThanOrEqual(before.cursorRevision);
      const isMoved = JSON.stringify(after.serviceState) !== JSON.stringify(before.serviceState);
      const isPolled = after.mode === "POLL" && after.status !== "DISCONNECTED";
      if (isMoved && isPolled) expect(after.cursorRevision).toBeGreaterThan(before.cursorRevision);
    });
  });

  it("only what is active is polled, and whatever is polled is active", () => {
    always(({ after }) => {
      if (!isActive(after.status)) expect(after).not.toHaveProperty("nextPollAt");
      else if (after.mode === "POLL") expect(after.nextPollAt).toBeDefined();
      else if (after.inbox.length > 0) expect(after.nextPollAt).toBeDefined();
    });
  });

  it("a success ends all failures, a part of one ends none", () => {
    always(({ events, before, after }) => {
      const [event] = events;
      if (event?.type !== "SessionPolled") return;
      if (event.data.more) {
        const { status, errorCount, failingSince, rateLimited } = before;
        expect(after).toMatchObject(present({ status, errorCount, failingSince, rateLimited }));
        return;
      }
      expect(after).toMatchObject({ errorCount: 0, rateLimited: false });
      for (const gone of ["lastError", "failingSince", "failingDelivery"]) expect(after).not.toHaveProperty(gone);
    });
  });

  it("ACTIVE is without failures and rate limits, BACKING_OFF with one of them", () => {
    always(({ after }) => {
      const isTroubled = after.errorCount > 0 || after.rateLimited;
      if (after.status === "ACTIVE") expect(isTroubled).toBe(false);
      if (after.status === "BACKING_OFF") expect(isTroubled).toBe(true);
      expect(after.errorCount > 0).toBe(after.failingSince !== undefined);
    });
  });

  it("no rate limit ends early by what people do, but with another credential", () => {
    always(({ events, before, after }) => {
      const [event] = events;
      const isOfPoll = event !== undefined && "at" in event.data;
      if (event === undefined || isOfPoll || !isActive(after.status) || after.mode === "PUSH") return;
      if (event.type === "SessionReauthorised" || event.type === "SessionConnected") return;
      expect((after.nextPollAt ?? "") >= (before.rateLimitedUntil ?? "")).toBe(true);
    });
  });

  it("a cursor is never forgotten twice within an hour without a failure", () => {
    always(({ events, before }) => {
      const [event] = events;
      if (event?.type !== "SessionResyncStarted") return;
      expect(before.resync).toBeUndefined();
      const { lastResyncAt } = before;
      if (lastResyncAt !== undefined) expect(event.recordedAt >= addSeconds(lastResyncAt, 3_600)).toBe(true);
    });
  });

  it("its status goes only where it may", () => {
    always(({ before, after }) => {
      if (before.status !== after.status) expect(sessionTransitions[before.status]).toContain(after.status);
    });
  });

  it("what was counted and when it was polled last never goes back", () => {
    always(({ before, after }) => {
      for (const count of ["polls", "items", "deadLetters"] as const)
        expect(after.totals[count]).toBeGreaterThanOrEqual(before.totals[count]);
      expect((after.lastPollAt ?? "") >= (before.lastPollAt ?? "")).toBe(true);
      expect(after.pushes).toBeGreaterThanOrEqual(before.pushes);
    });
  });

  it("the inbox is in order, without gaps, and its end is the latest push", () => {
    always(({ after: { inbox, pushes } }) => {
      const numbers = inbox.map(({ push }) => push);
      const first = pushes - inbox.length + 1;
      expect(numbers).toEqual(inbox.map((_, index) => first + index));
    });
  });

  it("what is over holds nothing personal", () => {
    always(({ after }) => {
      if (after.status !== "DISCONNECTED") return;
      expect(after).toMatchObject({ serviceState: {}, webhookUrl: "", inbox: [] });
      for (const gone of ["credentialRef", "accountKey", "resync"]) expect(after).not.toHaveProperty(gone);
    });
  });

  it("it is disabled by itself only after failures in a row, or too many dead letters", () => {
    always(({ events, before }) => {
      for (const event of events)
        if (event.type === "SessionDisabled" && event.data.failureClass !== undefined)
          expect(before.errorCount).toBeGreaterThanOrEqual(2);
    });
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
