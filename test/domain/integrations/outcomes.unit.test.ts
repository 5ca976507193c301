/** What follows from what polls and pushes report: where the cursor is, when the session is polled next, whether it goes on. */
import { describe, expect, it } from "vitest";
import { CursorMovedError, InboxFullError, limits, sessionDecider } from "../../../src/domain/integrations/index.js";
import type { SessionCommand, SessionEvent } from "../../../src/domain/integrations/index.js";
import { InvalidTransitionError } from "../../../src/domain/kernel/errors.js";
import { deciderSpecification } from "../../support/deciderSpecification.js";
import { itemsOf, mailState, poller } from "../../support/sessionStory.js";
import {
  at,
  connected,
  connectedForPushes,
  days,
  disabled,
  disconnected,
  failed,
  now,
  paused,
  polled,
  pushed,
  rateLimited,
  reauthRequired,
  recordFailure,
  recordPoll,
  recordQuiet,
  recordRateLimit,
  resyncing,
  startResync,
} from "./sessionEvents.js";

const { given } = deciderSpecification(sessionDecider);
const active = [connected(), polled()] as const;
const context = { now: at(31), actor: poller };
const items = { items: 2, firstItemId: "gmail:1", lastItemId: "gmail:2" };
const moved = (change: Parameters<typeof polled>[0] = {}) =>
  polled({ at: at(30), ...items, serviceState: mailState("102"), cursorRevision: 2, nextPollAt: at(60), ...change });
/** A failure as any other. */
const goesOn = expect.objectContaining({ type: "SessionPollFailed" }) as unknown as SessionEvent;
const stopped = { paused: [paused], disabled: [disabled], reauth: reauthRequired } as const;

describe("a poll that went well", () => {
  it("moves the cursor behind what was delivered; the next one is an interval later, and some jitter", () => {
    given(...active)
      .when(recordPoll(), context)
      .then(moved());
    given(...active)
      .when(recordPoll({ jitter: 0.5 }), context)
      .then(moved({ nextPollAt: at(61.5) }));
  });

  it("that took longer than the interval is followed by another at once", () => {
    given(...active)
      .when(recordPoll(), { now: at(75) })
      .then(moved({ nextPollAt: at(75) }));
  });

  it("keeps the session for itself for a minute while it goes on", () => {
    given(...active)
      .when(recordPoll({ more: true }), context)
      .then(moved({ more: true, nextPollAt: at(91) }));
  });

  it("counts once, in how many parts so ever it is recorded", () => {
    given(...active, moved({ more: true }))
      .when(recordPoll({ cursorRevision: 2, serviceState: mailState("104") }), context)
      .then(moved({ polls: 0, cursorRevision: 3, serviceState: mailState("104") }));
  });

  it("changes nothing where another was faster", () => {
    given(...active, moved())
      .when(recordPoll(), context)
      .thenRefused(CursorMovedError, ({ message }) => expect(message).toContain("at revision 2 by now, not 1"));
  });

  it("cannot move the cursor of a connection that was made after it began", () => {
    given(...active, disconnected, connected())
      .when(recordPoll(), context)
      .thenRefused(CursorMovedError);
  });

  it.each(Object.entries(stopped))(
    "moves the cursor also where the session is %s meanwhile, but nothing follows",
    (_why, events) => {
      given(...active, ...events)
        .when(recordPoll(), context)
        .then(withoutNext(moved()));
      given(...active, ...events)
        .when(recordQuiet({ serviceState: mailState("101") }), context)
        .thenNothing();
    },
  );

  it("is nothing to a session that is over", () => {
    given(...active, disconnected)
      .when(recordPoll(), context)
      .thenNothing();
  });

  it("keeps a cursor that moved without items, and one that was found", () => {
    const state = { serviceState: mailState("101") };
    given(...active)
      .when(recordQuiet(state), context)
      .then(polled({ at: at(30), cursorRevision: 2, nextPollAt: at(60), ...state }));
    given(connected())
      .when(recordQuiet({ cursorRevision: 0 }), context)
      .then(polled({ at: at(30), nextPollAt: at(60) }));
  });

  it("stands for many that had nothing to say, and leaves the cursor where it is", () => {
    given(...active)
      .when(recordQuiet({ polls: 2_880 }), context)
      .thenOnce(polled({ polls: 2_880, at: at(30), nextPollAt: at(60) }));
  });

  it.each([
    ["failures", failed()],
    ["a rate limit", rateLimited],
  ] as const)("ends %s, also without items", (_what, event) => {
    const [quiet, same] = [recordQuiet({ at: now }), polled({ polls: 0, nextPollAt: at(31) })];
    given(...active, event)
      .when(quiet, context)
      .thenOnce(same);
  });

  it.each([
    ["failures", failed()],
    ["a rate limit", rateLimited],
  ] as const)("ends no %s with a part of it", (_what, event) => {
    given(...active, event)
      .when(recordQuiet({ at: now, more: true }), context)
      .thenNothing();
    given(...active, event, moved({ at: now, more: true }))
      .when(recordQuiet({ at: now, cursorRevision: 2, serviceState: mailState("102") }), context)
      .thenOnce(polled({ polls: 0, cursorRevision: 2, serviceState: mailState("102"), nextPollAt: at(31) }));
  });

  it("ends a resync, once there is no more", () => {
    const quiet = recordQuiet({ at: now, cursorRevision: 2, serviceState: { emailAddress: "user@company.com" } });
    given(...active, resyncing)
      .when({ ...quiet, more: true }, context)
      .thenNothing();
    const { serviceState } = quiet;
    given(...active, resyncing)
      .when(quiet, context)
      .thenOnce(polled({ polls: 0, cursorRevision: 2, serviceState, nextPollAt: at(31) }));
  });
});

describe("what was pushed", () => {
  const record = (sha256: string): SessionCommand => ({
    type: "RecordPush",
    ...itemsOf(sha256),
    marks: { lastMessageId: sha256 },
  });
  const taken = (push: number, sha256: string, nextPollAt?: string): SessionEvent => ({
    type: "SessionItemsPushed",
    data: {
      push,
      ...itemsOf(sha256),
      marks: { lastMessageId: sha256 },
      ...(nextPollAt === undefined ? {} : { nextPollAt }),
    },
  });

  it("is delivered at once, and numbered without gaps", () => {
    given(connectedForPushes)
      .when(record("aa"), context)
      .thenOnce(taken(1, "aa", at(31)));
    given(connectedForPushes, pushed(1), pushed(2))
      .when(record("aa"), context)
      .then(taken(3, "aa", now));
  });

  it("waits where the session backs off, or does not deliver at all", () => {
    given(connectedForPushes, pushed(1), failed({ nextPollAt: at(900) }))
      .when(record("aa"), context)
      .then(taken(2, "aa", at(900)));
    for (const events of Object.values(stopped))
      given(connectedForPushes, ...events)
        .when(record("aa"), context)
        .then(taken(1, "aa"));
  });

  it("is not taken by a session that is over, or that is polled", () => {
    given(connectedForPushes, disconnected).when(record("aa")).thenRefused(InvalidTransitionError);
    given(...active)
      .when(record("aa"))
      .thenRefused(InvalidTransitionError);
  });

  it("is not taken where too many wait", () => {
    const many = Array.from({ length: limits.inbox }, (_, index) => pushed(index + 1));
    given(connectedForPushes, ...many)
      .when(record("aa"))
      .thenRefused(InboxFullError);
    given(connectedForPushes, ...many.slice(1))
      .when(record("aa"))
      .then(taken(101, "aa", now));
  });

  const serviceState = { phoneNumber: "+1234567890", businessAccountId: "123456789012345" };
  const through = (push: number, change: Partial<Parameters<typeof recordPoll>[0]> = {}) =>
    recordPoll({ cursorRevision: 7, serviceState: {}, throughPush: push, ...change });
  const done = (push: number, lastMessageId: string, nextPollAt?: string) =>
    withoutNext(
      polled({
        at: at(30),
        ...items,
        cursorRevision: 0,
        serviceState: { ...serviceState, lastMessageId },
        throughPush: push,
      }),
      nextPollAt,
    );

  it("is done push by push; what came meanwhile is delivered next, and its marks stay", () => {
    given(connectedForPushes, pushed(1), pushed(2))
      .when(through(1), context)
      .then(done(1, "wamid.2", at(31)));
    given(connectedForPushes, pushed(1), pushed(2)).when(through(2), context).then(done(2, "wamid.2"));
  });

  it("is done once: the inbox is over it, whatever the revision says", () => {
    const once = done(1, "wamid.2");
    for (const push of [1, 0, 3])
      given(connectedForPushes, pushed(1), pushed(2), once).when(through(push), context).thenRefused(CursorMovedError);
    given(connectedForPushes, pushed(1), disconnected, connectedForPushes)
      .when(through(1), context)
      .thenRefused(CursorMovedError);
    // Nothing is done where no push is told of.
    given(connectedForPushes, pushed(1))
      .when(through(1, { throughPush: undefined }), context)
      .thenNothing();
  });
});

describe("a failure", () => {
  const again = (change: Parameters<typeof failed>[0] = {}) => failed({ at: at(30), nextPollAt: at(61), ...change });

  it("has the session wait, longer each time", () => {
    given(...active)
      .when(recordFailure(), context)
      .then(again());
    given(...active, failed({ failures: 3 }))
      .when(recordFailure(), context)
      .then(again({ failures: 4, nextPollAt: at(31 + 120) }));
  });

  it("has it wait as long as it was told, up to a day", () => {
    given(...active)
      .when(recordFailure({ retryAfterMs: 500_000 }), context)
      .then(again({ nextPollAt: at(531) }));
    given(...active)
      .when(recordFailure({ retryAfterMs: 1e12 }), context)
      .then(again({ nextPollAt: at(31 + 86_400) }));
  });

  it("of the credential wants another one, and is not tried again", () => {
    const said = { code: "invalid_grant", message: "It was revoked" };
    given(...active)
      .when(recordFailure({ failureClass: "AUTH", ...said }), context)
      .then(withoutNext(again({ failureClass: "AUTH", ...said })), { type: "SessionReauthRequired", data: said });
  });

  it("of a delivery counts how often the same items were not taken", () => {
    const first = recordFailure({ failureClass: "DELIVERY", code: "http_500", firstItemId: "gmail:1" });
    const second = { ...first, at: at(60) };
    const refused = (firstItemId: string, attempts: number) =>
      ({ failureClass: "DELIVERY", code: "http_500", delivery: { firstItemId, attempts } }) as const;
    const once = again(refused("gmail:1", 1));
    const next = { at: at(60), failures: 2 };
    given(...active)
      .when(first, context)
      .then(once);
    given(...active, once)
      .when(second, context)
      .then(again({ ...next, ...refused("gmail:1", 2) }));
    given(...active, once)
      .when({ ...second, firstItemId: "gmail:2" }, context)
      .then(again({ ...next, ...refused("gmail:2", 1) }));
    // Another failure in between says nothing of it.
    given(...active, once, failed())
      .when(second, context)
      .then(again({ ...next, ...refused("gmail:1", 2) }));
  });

  it("behind a part that was taken counts on: it comes at a later part each time", () => {
    const behind = { failureClass: "DELIVERY", code: "http_500" } as const;
    const delivery = (attempts: number) => ({ ...behind, delivery: { firstItemId: "gmail:9", attempts } });
    const part = moved({ more: true });
    given(...active, failed({ ...delivery(6), failures: 6 }), part)
      .when(recordFailure({ ...behind, firstItemId: "gmail:9", cursorRevision: 2, at: at(60) }), context)
      .then(again({ ...delivery(7), at: at(60), failures: 7, nextPollAt: at(31 + 960) }));
    given(...active, failed({ ...delivery(6), failures: 6 }), part, moved({ cursorRevision: 3 }))
      .when(recordFailure({ ...behind, firstItemId: "gmail:9", cursorRevision: 3, at: at(60) }), context)
      .then(again({ ...delivery(1), at: at(60) }));
  });

  it("of anything else is no delivery, whatever it names", () => {
    given(...active)
      .when(recordFailure({ firstItemId: "gmail:1" }), context)
      .then(again());
  });

  it("is said in so many words and no more", () => {
    const long = `${"x".repeat(limits.message)}\nand more`;
    const message = `${"x".repeat(limits.message - 1)}…`;
    given(...active)
      .when(recordFailure({ message: long }), context)
      .then(again({ message }));
  });

  it.each(Object.entries(stopped))("is nothing to a session that is %s by now", (_why, events) => {
    for (const command of [recordFailure(), recordRateLimit(), startResync()])
      given(...active, ...events)
        .when(command, context)
        .thenNothing();
  });

  it("of a poll that was overtaken is not recorded, nor is what else it tells", () => {
    for (const command of [recordFailure(), recordRateLimit(), startResync()])
      given(...active, moved())
        .when(command, context)
        .thenRefused(CursorMovedError);
  });
});

describe("a session that keeps failing", () => {
  const disables = (failures: number, change: Parameters<typeof failed>[0], reason: string) =>
    [
      withoutNext(failed({ at: at(30), failures, ...change })),
      { type: "SessionDisabled", data: { reason, failureClass: change?.failureClass ?? "TRANSIENT" } },
    ] as const;
  const times = (count: number, change: Parameters<typeof failed>[0], from = 0) =>
    Array.from({ length: count }, (_, index) => failed({ ...change, failures: from + index + 1 }));
  const permanent = { failureClass: "PERMANENT", code: "http_404" } as const;
  const gone = { failureClass: "DELIVERY", code: "http_410" } as const;
  const isGone = { ...gone, isGone: true } as const;

  it("is disabled by the tenth permanent failure in a row, of whatever code", () => {
    const reason = "10 permanent failures in a row, the last one http_404";
    const [nine, other] = [times(9, { ...permanent, code: "http_400" }), times(8, permanent)];
    given(...active, ...nine)
      .when(recordFailure(permanent), context)
      .then(...disables(10, permanent, reason));
    given(...active, ...other)
      .when(recordFailure(permanent), context)
      .then(goesOn);
  });

  it("is not disabled by the first permanent one after many others", () => {
    given(...active, ...times(20, {}))
      .when(recordFailure(permanent), context)
      .then(goesOn);
  });

  it("is disabled where the webhook is gone for the third time in a row", () => {
    const reason = "the webhook was gone 3 times in a row: http_410";
    given(...active, ...times(2, gone))
      .when(recordFailure(isGone), context)
      .then(...disables(3, gone, reason));
    const mixed = [...times(1, gone), ...times(1, { ...gone, code: "http_500" }, 1), ...times(1, gone, 2)];
    given(...active, ...mixed)
      .when(recordFailure(isGone), context)
      .then(goesOn);
  });

  it("has as much patience with another webhook", () => {
    const changed: SessionEvent = {
      type: "SessionWebhookChanged",
      data: { webhookUrl: "https://hooks.example.com", webhookKey: 2 },
    };
    given(...active, ...times(2, gone), changed)
      .when(recordFailure(isGone), context)
      .then(goesOn);
  });

  it.each(["TRANSIENT", "DELIVERY"] as const)(
    "%s is disabled after two weeks and a hundred in a row, not before",
    (failureClass) => {
      const reason = "100 failures in a row for 14 days, the last one http_503";
      const late = { ...context, now: days(14) };
      const command = recordFailure({ failureClass });
      const many = times(99, { failureClass });
      given(...active, ...many)
        .when(command, late)
        .then(...disables(100, { failureClass }, reason));
      given(...active, ...many)
        .when(command, { ...context, now: days(13.9) })
        .then(goesOn);
      given(
        ...active,
        ...many.slice(1).map((event) => ({ ...event, data: { ...event.data, failures: event.data.failures - 1 } })),
      )
        .when(command, late)
        .then(goesOn);
    },
  );

  it("begins to count anew after a success, or where a person resumes it", () => {
    const nine = times(9, permanent);
    const resumed: SessionEvent = { type: "SessionResumed", data: { nextPollAt: now } };
    for (const between of [[polled()], [paused, resumed], [disabled, resumed]])
      given(...active, ...nine, ...between)
        .when(recordFailure(permanent), context)
        .then(goesOn);
  });
});

describe("a rate limit", () => {
  const limited = (nextPollAt: string): SessionEvent => ({
    type: "SessionRateLimited",
    data: { code: "http_429", message: "Too many requests", polls: 1, at: at(30), nextPollAt },
  });

  it("is waited for as long as the service wants, a minute where it does not say, and never less than the interval", () => {
    given(...active)
      .when(recordRateLimit(), context)
      .thenOnce(limited(at(91)));
    given(...active)
      .when(recordRateLimit({ retryAfterMs: 120_000 }), context)
      .then(limited(at(151)));
    given(...active)
      .when(recordRateLimit({ retryAfterMs: 1_000 }), context)
      .then(limited(at(61)));
    given(...active)
      .when(recordRateLimit({ jitter: 0.5 }), context)
      .then(limited(at(94)));
  });

  it("is told of once in a row", () => {
    given(...active, rateLimited)
      .when(recordRateLimit({ at: at(90) }), context)
      .thenNothing();
    given(...active, rateLimited, failed())
      .when(recordRateLimit(), context)
      .then(limited(at(91)));
  });
});

describe("a cursor that the service has forgotten", () => {
  const started = (change: object = {}): SessionEvent => ({
    type: "SessionResyncStarted",
    data: {
      code: "history_expired",
      message: "The history id is too old",
      since: days(-1),
      serviceState: { emailAddress: "user@company.com" },
      cursorRevision: 2,
      polls: 1,
      at: at(30),
      nextPollAt: at(31),
      ...change,
    },
  });

  it("has all read anew from a day before the last success on, at once", () => {
    given(...active)
      .when(startResync(), context)
      .then(started());
    given(...active, moved({ at: days(2) }))
      .when(startResync({ cursorRevision: 2, at: days(3) }), context)
      .then(started({ cursorRevision: 3, since: days(1), at: days(3) }));
  });

  it("has all read since it was connected, where it never was polled well", () => {
    given({ ...connected({ serviceState: mailState("1") }), recordedAt: days(5) })
      .when(startResync({ cursorRevision: 0 }), context)
      .then(started({ cursorRevision: 1, since: days(4) }));
  });

  const said = { code: "history_expired", message: "The history id is too old" };
  const part = (cursorRevision: number) => moved({ at: at(10), cursorRevision, more: true });

  it("is a failure where it is forgotten again on the way, and all is read from where it was to be read from, later", () => {
    given(...active, resyncing, part(3))
      .when(startResync({ cursorRevision: 3 }), context)
      .then(withoutNext(failed({ ...said, at: at(30) })), started({ cursorRevision: 4, polls: 0, nextPollAt: at(61) }));
  });

  it("after each part is waited for longer each time: parts end no failure", () => {
    const again = (failures: number, cursorRevision: number) =>
      [
        withoutNext(failed({ ...said, failures })),
        started({ at: now, cursorRevision, polls: 0 }),
        part(cursorRevision + 1),
      ] as const;
    given(...active, resyncing, part(3), ...again(1, 4), ...again(2, 6), ...again(3, 8))
      .when(startResync({ cursorRevision: 9 }), context)
      .then(
        withoutNext(failed({ ...said, at: at(30), failures: 4 })),
        started({ cursorRevision: 10, polls: 0, nextPollAt: at(31 + 120) }),
      );
  });

  it("disables the session like any failure where it goes on for two weeks", () => {
    const many = Array.from({ length: 99 }, (_, index) => failed({ ...said, failures: index + 1 }));
    const reason = "100 failures in a row for 14 days, the last one history_expired";
    given(...active, ...many, resyncing, part(3))
      .when(startResync({ cursorRevision: 3 }), { ...context, now: days(14) })
      .then(withoutNext(failed({ ...said, at: at(30), failures: 100 })), {
        type: "SessionDisabled",
        data: { reason, failureClass: "TRANSIENT" },
      });
  });

  it("is a failure where there was none: it would be asked at once for ever", () => {
    given(...active, resyncing)
      .when(startResync({ cursorRevision: 2 }), context)
      .then(failed({ ...said, at: at(30), nextPollAt: at(61) }));
  });

  it("is only a failure within an hour of when all was read anew; then it is read anew again", () => {
    const done = { ...moved({ at: at(10), cursorRevision: 3 }), recordedAt: at(20) };
    given(...active, resyncing, done)
      .when(startResync({ cursorRevision: 3 }), { ...context, now: at(3_619) })
      .then(failed({ ...said, at: at(30), nextPollAt: at(3_649) }));
    given(...active, resyncing, done, failed({ failures: 5 }))
      .when(startResync({ cursorRevision: 3 }), { ...context, now: at(3_620) })
      .then(started({ cursorRevision: 4, since: at(10 - 86_400), nextPollAt: at(3_620) }));
  });

  it("counts anew once it is connected anew", () => {
    given(...active, resyncing, disconnected, connected())
      .when(startResync({ cursorRevision: 3 }), context)
      .then(started({ cursorRevision: 4 }));
  });
});

function withoutNext<E extends ReturnType<typeof polled> | ReturnType<typeof failed>>(
  event: E,
  nextPollAt?: string,
): E {
  const { nextPollAt: _, ...data } = event.data;
  return { ...event, data: nextPollAt === undefined ? data : { ...data, nextPollAt } };
}
