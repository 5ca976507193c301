/** The rows that events leave: a session, its schedule, its polls and dead letters; and the facets that live filters select by. */
import { describe, expect, it } from "vitest";
import { emptySession, sessionDecider, sessionProjection } from "../../../src/domain/integrations/index.js";
import type { IntegrationViewChange, SessionEvent } from "../../../src/domain/integrations/index.js";
import { recordAll } from "../../support/deciderSpecification.js";
import type { PastEvent } from "../../support/deciderSpecification.js";
import { deadLetter, mailState, sessionId, sessionStory, sessionUser } from "../../support/sessionStory.js";
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
  resyncing,
} from "./sessionEvents.js";

const streamId = `IntegrationSession-${sessionId}`;
const letter = deadLetter(1);
const opened: SessionEvent = { type: "SessionItemsDeadLettered", data: letter };
const redelivered: SessionEvent = { type: "SessionDeadLetterRedelivered", data: { deadLetterId: letter.deadLetterId } };
const discarded: SessionEvent = {
  type: "SessionDeadLetterDiscarded",
  data: { deadLetterId: letter.deadLetterId, reason: "Spam" },
};
const items = {
  items: 2,
  firstItemId: "gmail:1",
  lastItemId: "gmail:2",
  serviceState: mailState("102"),
  cursorRevision: 2,
};

function rowsOf(...past: readonly PastEvent<SessionEvent>[]) {
  const events = recordAll<SessionEvent>(
    past.map((event) => ({ streamId, actor: sessionUser, ...event })),
    0,
  );
  const state = events.reduce((folded, event) => sessionDecider.evolve(folded, event), emptySession);
  // The projection of this context makes changes of these views only.
  const changes = sessionProjection.changes(emptySession, events, state) as readonly IntegrationViewChange[];
  const rows = <V extends IntegrationViewChange["view"]>(view: V) =>
    changes.filter((change): change is Extract<IntegrationViewChange, { view: V }> => change.view === view);
  const session = state.session ?? expect.fail("no session");
  return { session, rows, tags: sessionProjection.tags(state) };
}
const sessionOf = (...past: readonly PastEvent<SessionEvent>[]) => rowsOf(...past).session;

describe("a session that was connected", () => {
  it("has what it was connected with, and has seen nothing yet", () => {
    expect(sessionOf(connected())).toEqual({
      sessionId,
      userId: "user123",
      serviceType: "gmail",
      mode: "POLL",
      status: "ACTIVE",
      webhookUrl: "https://abc.lambda-url.us-east-1.on.aws/",
      webhookKey: 1,
      pollingIntervalMs: 30_000,
      credentialRef: "user123/gmail",
      projectId: "inbox",
      serviceState: { emailAddress: "user@company.com" },
      cursorRevision: 0,
      createdAt: now,
      createdBy: sessionUser,
      updatedAt: now,
      connectedAt: now,
      nextPollAt: now,
      errorCount: 0,
      rateLimited: false,
      totals: { polls: 0, items: 0, deadLetters: 0 },
      pushes: 0,
      inbox: [],
      openDeadLetters: [],
      version: 1,
      hash: "hash-1",
    });
  });

  it("again is the same session: its history stays, its troubles and its old cursor do not", () => {
    const past = [connected(), polled(items), opened, failed({ failures: 3 }), disconnected] as const;
    const again = { ...connected({ webhookKey: 2 }), recordedAt: days(1), actor: { kind: "USER", id: "ada" } } as const;
    const session = sessionOf(...past, again);
    expect(session).toMatchObject({
      status: "ACTIVE",
      createdAt: now,
      createdBy: sessionUser,
      connectedAt: days(1),
      serviceState: { emailAddress: "user@company.com" },
      cursorRevision: 3,
      webhookKey: 2,
      errorCount: 0,
      lastPollAt: now,
      totals: { polls: 2, items: 2, deadLetters: 1 },
      openDeadLetters: [{ deadLetterId: letter.deadLetterId }],
    });
    for (const gone of ["statusReason", "lastError", "failingSince", "resync"])
      expect(session).not.toHaveProperty(gone);
  });
});

describe("a session that is not active", () => {
  it.each<readonly [string, string, readonly SessionEvent[]]>([
    ["PAUSED", "On holiday", [paused]],
    ["DISABLED", "It floods the webhook", [disabled]],
    ["NEEDS_REAUTH", "It was revoked", reauthRequired],
    ["DISCONNECTED", "Has left", [disconnected]],
  ])("%s says why, and is not polled", (status, statusReason, events) => {
    const { session, rows } = rowsOf(connected(), rateLimited, ...events);
    expect(session).toMatchObject({ status, statusReason, rateLimited: false });
    expect(session).not.toHaveProperty("nextPollAt");
    expect(rows("integration-schedule").at(-1)?.row).not.toHaveProperty("nextPollAt");
  });

  it("stays so, whatever a poll tells that had begun before", () => {
    for (const event of [polled(items), failed(), rateLimited, resyncing, pushed(1)]) {
      const session = sessionOf(connected(), paused, event);
      expect(session).toMatchObject({ status: "PAUSED", statusReason: "On holiday" });
      expect(session).not.toHaveProperty("nextPollAt");
    }
    expect(sessionOf(connected(), paused, polled(items))).toMatchObject({ cursorRevision: 2, totals: { items: 2 } });
  });

  it("goes on where a person resumes it: what failed is forgotten", () => {
    const resumed: SessionEvent = { type: "SessionResumed", data: { nextPollAt: at(5) } };
    const session = sessionOf(connected(), failed({ delivery: { firstItemId: "a", attempts: 2 } }), disabled, resumed);
    expect(session).toMatchObject({ status: "ACTIVE", errorCount: 0, nextPollAt: at(5) });
    for (const gone of ["statusReason", "lastError", "failingSince", "failingDelivery"])
      expect(session).not.toHaveProperty(gone);
  });

  it("goes on with another credential where that was what it needed", () => {
    const event = (nextPollAt?: string): SessionEvent => ({
      type: "SessionReauthorised",
      data: { credentialRef: "user123/other", nextPollAt },
    });
    const credentialRef = "user123/other";
    for (const events of [[], [failed()], reauthRequired])
      expect(sessionOf(connected(), ...events, event(at(5)))).toMatchObject({
        ...{ status: "ACTIVE", nextPollAt: at(5), errorCount: 0, credentialRef },
      });
    expect(sessionOf(connected(), paused, event())).toMatchObject({ status: "PAUSED", credentialRef });
    expect(sessionOf(connected(), disabled, event())).toMatchObject({ status: "DISABLED", credentialRef });
  });
});

describe("a session that is disconnected", () => {
  it("keeps nothing that is personal, or that could be used", () => {
    const troubled = failed({ failureClass: "DELIVERY", delivery: { firstItemId: "wamid.1", attempts: 1 } });
    const events = [connectedForPushes, pushed(1), opened, resyncing, troubled, disconnected];
    const session = sessionOf(...events);
    expect(session).toMatchObject({ serviceState: {}, webhookUrl: "", inbox: [], pushes: 1 });
    for (const gone of ["accountKey", "credentialRef", "failingDelivery", "resync"])
      expect(session).not.toHaveProperty(gone);
    expect(session.openDeadLetters).toHaveLength(1);
    expect(JSON.stringify({ ...session, openDeadLetters: [] })).not.toMatch(/1234567890|wamid/);
    expect(JSON.stringify(sessionOf(connected(), polled(), disconnected))).not.toMatch(
      /user@company|lambda-url|\/gmail/,
    );
  });

  it("goes on with its numbers where pushes come again", () => {
    const session = sessionOf(connectedForPushes, pushed(1), disconnected, connectedForPushes, pushed(2));
    expect([session.pushes, session.inbox.map(({ push }) => push)]).toEqual([2, [2]]);
  });
});

describe("a poll", () => {
  it("that went well ends whatever trouble there was", () => {
    const troubled = failed({ delivery: { firstItemId: "gmail:1", attempts: 1 } });
    const session = sessionOf(
      connected(),
      troubled,
      rateLimited,
      resyncing,
      polled({ ...items, at: at(90), polls: 5 }),
    );
    expect(session).toMatchObject({
      status: "ACTIVE",
      errorCount: 0,
      rateLimited: false,
      lastPollAt: at(90),
      lastSuccessAt: at(90),
      lastItemAt: at(90),
      totals: { polls: 8, items: 2 },
      serviceState: mailState("102"),
    });
    for (const gone of ["lastError", "failingSince", "failingDelivery", "resync"])
      expect(session).not.toHaveProperty(gone);
  });

  it("that goes on leaves a resync on", () => {
    expect(sessionOf(connected(), resyncing, polled({ ...items, more: true })).resync).toEqual({
      since: days(-1),
      startedAt: now,
    });
  });

  it("without items leaves it at when items came last", () => {
    const session = sessionOf(connected(), polled(items), polled({ at: at(60) }));
    expect([session.lastItemAt, session.lastSuccessAt]).toEqual([now, at(60)]);
  });

  it("that failed says how, since when, and how often in a row", () => {
    const { session } = rowsOf(
      connected(),
      { ...failed({ failureClass: "PERMANENT", code: "http_404" }), recordedAt: at(1) },
      {
        ...failed({ failureClass: "PERMANENT", code: "http_400", failures: 2, nextPollAt: at(90) }),
        recordedAt: at(60),
      },
    );
    expect(session).toMatchObject({
      status: "BACKING_OFF",
      errorCount: 2,
      failingSince: at(1),
      nextPollAt: at(90),
      lastError: { failureClass: "PERMANENT", code: "http_400", at: at(60), inARow: 2 },
    });
  });

  it("that met a rate limit is no failure", () => {
    const session = sessionOf(connected(), polled(), rateLimited);
    expect(session).toMatchObject({ status: "BACKING_OFF", rateLimited: true, errorCount: 0, nextPollAt: at(60) });
    expect(session).not.toHaveProperty("lastError");
  });

  it("that lost its cursor is no failure either, and ends none", () => {
    const session = sessionOf(connected(), polled(), resyncing);
    expect(session).toMatchObject({ status: "ACTIVE", errorCount: 0, cursorRevision: 2 });
    expect(session.serviceState).not.toHaveProperty("lastHistoryId");
    expect(sessionOf(connected(), failed(), resyncing)).toMatchObject({ status: "BACKING_OFF", errorCount: 1 });
  });
});

describe("polls that had nothing to say", () => {
  const quiet = { polls: 40, until: at(600) };

  it("count, and the row shows when the last one was", () => {
    const events: readonly SessionEvent[] = [
      { type: "SessionPaused", data: { quiet } },
      { type: "SessionDisabled", data: { reason: "x", quiet } },
      { type: "SessionDisconnected", data: { quiet } },
      { type: "SessionIntervalChanged", data: { from: 1, to: 2, quiet } },
      { type: "SessionWebhookChanged", data: { webhookUrl: "https://x.example", webhookKey: 2, quiet } },
      { type: "SessionReauthorised", data: { credentialRef: "user123/other", quiet } },
      { type: "SessionPollRequested", data: { nextPollAt: at(600), quiet } },
      { type: "SessionDeadLetterRedelivered", data: { deadLetterId: "1", quiet } },
      { type: "SessionDeadLetterDiscarded", data: { deadLetterId: "1", quiet } },
    ];
    for (const event of events)
      expect(sessionOf(connected(), polled(), event)).toMatchObject({ totals: { polls: 41 }, lastPollAt: at(600) });
  });

  it("say when the next one is about, where the event does not", () => {
    const changed: SessionEvent = {
      type: "SessionWebhookChanged",
      data: { webhookUrl: "https://x.example", webhookKey: 2, quiet },
    };
    expect(sessionOf(connected(), polled(), changed).nextPollAt).toBe(at(630));
    expect(sessionOf(connected(), failed({ nextPollAt: at(900) }), changed).nextPollAt).toBe(at(900));
    expect(sessionOf(connected(), paused, changed)).not.toHaveProperty("nextPollAt");
    expect(sessionOf(connectedForPushes, pushed(1), changed).nextPollAt).toBe(now);
  });
});

describe("pushes", () => {
  it("wait in order until they are done; what they change in the state stays", () => {
    const before = sessionOf(connectedForPushes, pushed(1), { ...pushed(2), recordedAt: at(9) });
    expect(before.inbox.map(({ push, at: when }) => [push, when])).toEqual([
      [1, now],
      [2, at(9)],
    ]);
    expect(before).toMatchObject({ pushes: 2, lastItemAt: at(9), nextPollAt: now });
    expect(before.serviceState).toMatchObject({ lastMessageId: "wamid.2", phoneNumber: "+1234567890" });
    const done = polled({ ...items, throughPush: 1, at: at(60), cursorRevision: 0, serviceState: before.serviceState });
    const after = sessionOf(connectedForPushes, pushed(1), { ...pushed(2), recordedAt: at(9) }, done);
    expect(after.inbox.map(({ push }) => push)).toEqual([2]);
    // They came when they were pushed.
    expect(after).toMatchObject({ lastItemAt: at(9), lastSuccessAt: at(60), totals: { items: 2 } });
  });
});

describe("a dead letter", () => {
  it("is open until somebody has closed it, and says how", () => {
    const open = rowsOf(connected(), { ...opened, recordedAt: at(1) });
    const row = { ...letter, sessionId, userId: "user123", at: at(1), status: "OPEN", version: 2 };
    const key = `${sessionId}/${letter.deadLetterId}`;
    expect(open.rows("integration-dead-letter")).toEqual([{ view: "integration-dead-letter", key, row }]);
    expect(open.session.totals.deadLetters).toBe(1);
    for (const [event, status] of [
      [redelivered, "REDELIVERED"],
      [discarded, "DISCARDED"],
    ] as const) {
      const closed = rowsOf(connected(), { ...opened, recordedAt: at(1) }, { ...event, recordedAt: at(9) });
      expect(closed.rows("integration-dead-letter")).toEqual([
        { view: "integration-dead-letter", key, row: { ...row, status, closedAt: at(9), version: 3 } },
      ]);
      expect(closed.session.openDeadLetters).toEqual([]);
      expect(closed.session.totals.deadLetters).toBe(1);
    }
  });

  it("that is not known is closed by nothing", () => {
    expect(rowsOf(connected(), redelivered).rows("integration-dead-letter")).toEqual([]);
  });

  it("leaves the session to the poll that tells of it, for a minute at least", () => {
    expect(sessionOf(connected(), { ...opened, recordedAt: at(40) }).nextPollAt).toBe(at(100));
    expect(sessionOf(connected(), failed({ nextPollAt: at(900) }), opened).nextPollAt).toBe(at(900));
    expect(sessionOf(connected(), paused, opened)).not.toHaveProperty("nextPollAt");
  });
});

describe("the webhook", () => {
  it("is another one: what the one before did not take says nothing of it", () => {
    const delivery = failed({ failureClass: "DELIVERY", delivery: { firstItemId: "gmail:1", attempts: 7 } });
    const changed: SessionEvent = {
      type: "SessionWebhookChanged",
      data: { webhookUrl: "https://x.example", webhookKey: 2 },
    };
    const session = sessionOf(connected(), delivery, changed);
    expect(session).toMatchObject({ webhookUrl: "https://x.example", webhookKey: 2, lastError: { inARow: 0 } });
    expect(session).not.toHaveProperty("failingDelivery");
    expect(sessionOf(connected(), failed(), changed).lastError?.inARow).toBe(1);
  });
});

describe("the schedule", () => {
  it("is written with every event, and belongs to the same one as the session", () => {
    for (const { events } of sessionStory()) {
      let state = emptySession;
      for (const event of events) {
        const before = state;
        state = sessionDecider.evolve(state, event);
        const changes = sessionProjection.changes(before, [event], state) as readonly IntegrationViewChange[];
        const [session, schedule] = changes;
        expect([session?.view, schedule?.view]).toEqual(["integration-session", "integration-schedule"]);
        const { userId, serviceType, pollingIntervalMs, nextPollAt } = state.session ?? expect.fail("no session");
        const about = { sessionId: state.session?.sessionId, userId, serviceType, pollingIntervalMs };
        const { version, hash } = event;
        const next = nextPollAt === undefined ? {} : { nextPollAt };
        expect(schedule?.row).toStrictEqual({ ...about, ...next, version, hash });
        expect(session?.row).toMatchObject({ version, hash });
      }
    }
  });
});

describe("the history", () => {
  it("has a row for each poll that had something to say", () => {
    const { rows } = rowsOf(
      connected(),
      { ...polled({ ...items, polls: 3 }), recordedAt: at(1) },
      failed(),
      rateLimited,
      resyncing,
      opened,
      redelivered,
      paused,
      pushed(1),
    );
    const history = rows("integration-poll");
    expect(history.map(({ key }) => key)).toEqual([2, 3, 4, 5, 6, 9].map((version) => `${sessionId}/${version}`));
    const about = { sessionId, userId: "user123" };
    expect(history.map(({ row }) => row)).toEqual([
      { ...about, at: at(1), version: 2, outcome: "POLLED", polls: 3, items: 2, nextPollAt: at(30) },
      {
        ...about,
        ...{ at: now, version: 3, outcome: "FAILED", polls: 1, items: 0, nextPollAt: at(30) },
        ...{ failureClass: "TRANSIENT", code: "http_503", message: "It is not available" },
      },
      {
        ...about,
        ...{ at: now, version: 4, outcome: "RATE_LIMITED", polls: 1, items: 0, nextPollAt: at(60) },
        ...{ failureClass: "RATE", code: "http_429", message: "Too many requests" },
      },
      {
        ...about,
        ...{ at: now, version: 5, outcome: "RESYNC", polls: 1, items: 0, nextPollAt: now },
        ...{ failureClass: "CURSOR_EXPIRED", code: "history_expired", message: "The history id is too old" },
      },
      {
        ...about,
        ...{ at: now, version: 6, outcome: "DEAD_LETTERED", polls: 0, items: 1, nextPollAt: at(60) },
        message: letter.reason,
      },
      { ...about, at: now, version: 9, outcome: "PUSHED", polls: 0, items: 1 },
    ]);
  });
});

describe("tags", () => {
  it("say what live filters ask, in words that no other context uses", () => {
    const facets = (status: string) => [
      "integration-user:user123",
      "integration-service:gmail",
      `integration-status:${status}`,
      "integration-session:user123#gmail",
      "integration-project:inbox",
    ];
    expect(sessionProjection.tags(emptySession)).toEqual([]);
    expect(rowsOf(connected()).tags).toEqual(facets("ACTIVE"));
    expect(rowsOf(connected(), disconnected).tags).toEqual(facets("DISCONNECTED"));
    expect(rowsOf(connected({ projectId: undefined })).tags).toEqual(facets("ACTIVE").slice(0, -1));
  });
});
