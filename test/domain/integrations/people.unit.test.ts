/** The rules of a session as people meet them. */
import { describe, expect, it } from "vitest";
import {
  AlreadyConnectedError,
  limits,
  sessionDecider,
  sessionStatuses,
  sessionTransitions,
} from "../../../src/domain/integrations/index.js";
import type { SessionCommand, SessionEvent, SessionStatus } from "../../../src/domain/integrations/index.js";
import {
  ForbiddenError,
  InvalidTransitionError,
  NotFoundError,
  ValidationError,
} from "../../../src/domain/kernel/errors.js";
import { deciderSpecification } from "../../support/deciderSpecification.js";
import { connection, deadLetter, itemsOf, pushConnection, sessionUser } from "../../support/sessionStory.js";
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
  recordRateLimit,
  startResync,
} from "./sessionEvents.js";

const { given } = deciderSpecification(sessionDecider);
const own = { actor: sessionUser, scope: [] };
const stranger = { actor: { kind: "USER", id: "eve" }, scope: ["inbox"] } as const;
const onField =
  (field: string) =>
  ({ inputPath }: { readonly inputPath: readonly string[] }) =>
    expect(inputPath).toEqual([field]);
const disable = { type: "DisableSession", reason: "It floods the webhook" } as const;
const changeInterval = {
  type: "ChangeInterval",
  pollingIntervalMs: 60_000,
  leastIntervalMs: 10_000,
  jitter: 0,
} as const;
const changeWebhook = { type: "ChangeWebhook", webhookUrl: "https://hooks.example.com/mail" } as const;
const reauthorise = { type: "ReauthoriseSession", credentialRef: "user123/other", jitter: 0 } as const;
/** What leads to each status. */
const past: Readonly<Record<SessionStatus, readonly SessionEvent[]>> = {
  ACTIVE: [connected(), polled()],
  BACKING_OFF: [connected(), polled(), failed()],
  NEEDS_REAUTH: [connected(), polled(), ...reauthRequired],
  PAUSED: [connected(), polled(), paused],
  DISABLED: [connected(), polled(), disabled],
  DISCONNECTED: [connected(), polled(), disconnected],
};
const letter = deadLetter(1);
const opened: SessionEvent = { type: "SessionItemsDeadLettered", data: letter };

describe("a session that is connected", () => {
  it("is polled within seconds, by chance", () => {
    given().when(connection()).then(connected());
    given()
      .when(connection({ jitter: 0.5 }))
      .then(connected({ nextPollAt: at(2.5) }));
  });

  it("is not polled before its time", () => {
    given()
      .when(connection({ startAt: days(2) }))
      .then(connected({ nextPollAt: days(2) }));
    given()
      .when(connection({ startAt: days(-2) }))
      .then(connected());
  });

  it("is never polled where its service pushes", () => {
    given().when(pushConnection()).then(connectedForPushes);
  });

  it("is of who connects it, but for those who see everything", () => {
    given()
      .when(connection({ projectId: undefined }), own)
      .then({ ...connected({ projectId: undefined }) });
    given().when(connection(), { scope: "all" }).then(connected());
    given().when(connection(), stranger).thenRefused(ForbiddenError, onField("userId"));
  });

  it("records items for projects of the caller only", () => {
    given().when(connection(), own).thenRefused(ForbiddenError, onField("projectId"));
    given()
      .when(connection(), { ...own, scope: ["inbox"] })
      .then(connected());
  });

  it("uses its user's own credential", () => {
    given()
      .when(connection({ credentialRef: "user1234/gmail" }))
      .thenRefused(ValidationError, onField("credentialRef"));
  });

  it.each(sessionStatuses.filter((status) => status !== "DISCONNECTED"))(
    "is not connected twice: one that is %s is there already",
    (status) => {
      given(...past[status])
        .when(connection())
        .thenRefused(AlreadyConnectedError, ({ sessionId, from }) => expect([sessionId, from]).toEqual(["1", status]));
    },
  );

  it("begins anew after it was disconnected, with a new signing secret", () => {
    given(...past.DISCONNECTED)
      .when(connection())
      .then(connected({ webhookKey: 2 }));
  });
});

describe("a session of somebody else", () => {
  const commands: readonly SessionCommand[] = [
    { type: "PauseSession" },
    { type: "ResumeSession", jitter: 0 },
    changeInterval,
    changeWebhook,
    reauthorise,
    { type: "RequestPoll" },
    disable,
    { type: "DisconnectSession" },
    recordPoll(),
    recordFailure(),
    recordRateLimit(),
    startResync(),
    { type: "RecordPush", ...itemsOf("aa"), marks: {} },
    { type: "RecordDeadLetter", ...letter },
    { type: "RecordRedelivery", deadLetterId: letter.deadLetterId },
    { type: "DiscardDeadLetter", deadLetterId: letter.deadLetterId },
  ];

  it.each(commands)("is not there for $type", (command) => {
    given(...past.ACTIVE)
      .when(command, stranger)
      .thenRefused(NotFoundError, onField("sessionId"));
    given().when(command).thenRefused(NotFoundError, onField("sessionId"));
  });

  it("has no version either", () => {
    const context = { streamId: "IntegrationSession-user123#gmail", now, actor: sessionUser };
    const ask = (command: SessionCommand) => () =>
      sessionDecider.requireVisible?.(command, sessionDecider.initialState, context);
    expect(ask(disable)).toThrow("IntegrationSession user123#gmail does not exist");
    expect(ask(connection())).not.toThrow();
  });
});

describe("what people may do with a session", () => {
  const goes: readonly (readonly [SessionCommand, SessionStatus, readonly SessionStatus[]])[] = [
    [{ type: "PauseSession" }, "PAUSED", ["ACTIVE", "BACKING_OFF"]],
    [{ type: "ResumeSession", jitter: 0 }, "ACTIVE", ["PAUSED", "DISABLED", "NEEDS_REAUTH"]],
    [disable, "DISABLED", ["ACTIVE", "BACKING_OFF", "NEEDS_REAUTH", "PAUSED"]],
    [{ type: "DisconnectSession" }, "DISCONNECTED", ["ACTIVE", "BACKING_OFF", "NEEDS_REAUTH", "PAUSED", "DISABLED"]],
  ];
  const cases = goes.flatMap(([command, to, from]) =>
    sessionStatuses.map((status) => ({ command, type: command.type, to, status, goes: from.includes(status) })),
  );

  it.each(cases)("$type of one that is $status: $goes", ({ command, to, status, goes: isPossible }) => {
    const when = given(...past[status]).when(command);
    if (isPossible) {
      expect(sessionTransitions[status]).toContain(to);
      const state = past[status].reduce(fold, sessionDecider.initialState);
      const [event = expect.fail("nothing happens")] = sessionDecider.decide(command, state, context);
      expect(fold(state, event).session?.status).toBe(to);
      const again = sessionDecider.decide(command, fold(state, event), context);
      expect(again).toEqual([]);
    } else if (status === to || (to === "ACTIVE" && status === "BACKING_OFF")) when.thenNothing();
    else
      when.thenRefused(InvalidTransitionError, ({ from, allowed }) => {
        expect(from).toBe(status);
        expect(allowed).toEqual(sessionTransitions[status]);
      });
  });

  it.each([changeInterval, changeWebhook, reauthorise])("$type is nothing for what is over", (command) => {
    given(...past.DISCONNECTED)
      .when(command)
      .thenRefused(InvalidTransitionError);
  });

  it("says when what is resumed is polled: within seconds, by chance", () => {
    given(...past.PAUSED)
      .when({ type: "ResumeSession", jitter: 0.5 })
      .then({ type: "SessionResumed", data: { nextPollAt: at(2.5) } });
  });

  it("resumes one that is pushed to only to deliver what waits", () => {
    const resume = { type: "ResumeSession", jitter: 0 } as const;
    given(connectedForPushes, paused).when(resume).then({ type: "SessionResumed", data: {} });
    given(connectedForPushes, pushed(1), paused)
      .when(resume)
      .then({ type: "SessionResumed", data: { nextPollAt: now } });
  });
});

describe("polls that had nothing to say", () => {
  const quiet = { polls: 40, until: at(600) };

  it.each<readonly [SessionCommand, SessionEvent]>([
    [
      { type: "PauseSession", quiet },
      { type: "SessionPaused", data: { quiet } },
    ],
    [
      { ...disable, quiet },
      { type: "SessionDisabled", data: { reason: disable.reason, quiet } },
    ],
    [
      { type: "DisconnectSession", quiet },
      { type: "SessionDisconnected", data: { quiet } },
    ],
    [
      { ...changeWebhook, quiet },
      { type: "SessionWebhookChanged", data: { webhookUrl: changeWebhook.webhookUrl, webhookKey: 2, quiet } },
    ],
  ])("are told of by $0.type", (command, event) => {
    given(...past.ACTIVE)
      .when(command, { now: at(601) })
      .then(event);
  });

  it("are told of once: who comes later has read the same", () => {
    given(...past.ACTIVE, { type: "SessionPollRequested", data: { nextPollAt: at(600), quiet } })
      .when({ type: "PauseSession", quiet }, { now: at(602) })
      .then({ type: "SessionPaused", data: {} });
  });
});

describe("the interval", () => {
  const changed = (data: object) =>
    ({ type: "SessionIntervalChanged", data: { from: 30_000, to: 60_000, ...data } }) as SessionEvent;

  it("counts from the last poll on", () => {
    given(...past.ACTIVE)
      .when(changeInterval, { now: at(10) })
      .thenOnce(changed({ nextPollAt: at(60) }));
    const quiet = { polls: 2, until: at(90) };
    given(...past.ACTIVE)
      .when({ ...changeInterval, quiet }, { now: at(100) })
      .then(changed({ nextPollAt: at(150), quiet }));
  });

  it("has some jitter, and is never over before now", () => {
    given(...past.ACTIVE)
      .when({ ...changeInterval, jitter: 0.5 }, { now: at(10) })
      .then(changed({ nextPollAt: at(63) }));
    given(...past.ACTIVE)
      .when(changeInterval, { now: at(100) })
      .then(changed({ nextPollAt: at(100) }));
  });

  it("ends no backoff, and does not begin what begins later", () => {
    given(...past.ACTIVE, failed({ nextPollAt: at(900) }))
      .when(changeInterval)
      .then(changed({ nextPollAt: at(900) }));
    given(connected({ nextPollAt: days(2) }))
      .when(changeInterval)
      .then(changed({ nextPollAt: days(2) }));
  });

  it("is kept for later where the session is not polled", () => {
    given(...past.PAUSED)
      .when(changeInterval)
      .then(changed({}));
  });

  it("is not less than the service allows", () => {
    given(...past.ACTIVE)
      .when({ ...changeInterval, leastIntervalMs: 61_000 })
      .thenRefused(ValidationError, onField("pollingIntervalMs"));
  });

  it("that it has already is nothing new", () => {
    given(...past.ACTIVE)
      .when({ ...changeInterval, pollingIntervalMs: 30_000 })
      .thenNothing();
  });
});

describe("the webhook", () => {
  it("has a new signing secret whenever it changes, also to the same address", () => {
    const data = { webhookUrl: connection().webhookUrl, webhookKey: 2 };
    given(...past.ACTIVE)
      .when({ type: "ChangeWebhook", webhookUrl: data.webhookUrl })
      .then({ type: "SessionWebhookChanged", data });
  });
});

describe("another webhook", () => {
  const changed = (data: object = {}): SessionEvent => ({
    type: "SessionWebhookChanged",
    data: { webhookUrl: changeWebhook.webhookUrl, webhookKey: 2, ...data },
  });
  const untaken = failed({ failureClass: "DELIVERY", code: "http_500", nextPollAt: at(900) });
  const forbidden = failed({ failureClass: "PERMANENT", code: "forbidden_address", nextPollAt: at(900) });

  it.each([
    ["polled", "did not take what was sent", [...past.ACTIVE, untaken]],
    ["pushed to", "did not take what was sent", [connectedForPushes, pushed(1), untaken]],
    ["pushed to", "is where nothing may be sent", [connectedForPushes, pushed(1), forbidden]],
  ] as const)("has a session that is %s tried at once where the one before %s", (_mode, _why, events) => {
    given(...events)
      .when(changeWebhook, { now: at(60) })
      .then(changed({ nextPollAt: at(60) }));
    const state = [...events, changed({ nextPollAt: at(60) })].reduce(fold, sessionDecider.initialState);
    expect(state.session).toMatchObject({ status: "BACKING_OFF", nextPollAt: at(60) });
  });

  it("changes nothing of when a session is polled whose service fails, or that is not polled", () => {
    for (const events of [past.BACKING_OFF, past.ACTIVE, [...past.ACTIVE, untaken, paused], [connectedForPushes]])
      given(...events)
        .when(changeWebhook, { now: at(10) })
        .then(changed());
  });

  it("ends no rate limit", () => {
    given(...past.ACTIVE, untaken, rateLimited)
      .when(changeWebhook, { now: at(10) })
      .then(changed({ nextPollAt: at(60) }));
  });
});

describe("a rate limit", () => {
  const limited = [...past.ACTIVE, rateLimited];
  const again = { polls: 2, until: at(61), nextPollAt: at(500) };
  const resume = { type: "ResumeSession", jitter: 0 } as const;
  const resumed = (nextPollAt: string): SessionEvent => ({ type: "SessionResumed", data: { nextPollAt } });

  it("ends with no pause, and not where the session was disabled", () => {
    for (const event of [paused, disabled])
      given(...limited, event)
        .when(resume, { now: at(10) })
        .thenOnce(resumed(at(60)));
    given(...limited, paused)
      .when(resume, { now: at(100) })
      .then(resumed(at(100)));
    given(...limited, paused, resumed(at(60)))
      .when({ type: "RequestPoll" }, { now: at(20) })
      .thenNothing();
    given(...limited, paused, resumed(at(60)))
      .when({ ...changeInterval, pollingIntervalMs: 10_000 }, { now: at(20) })
      .then({ type: "SessionIntervalChanged", data: { from: 30_000, to: 10_000, nextPollAt: at(60) } });
  });

  it("that was met again without an event lasts as long as the schedule says, whatever people do", () => {
    const paused = { type: "SessionPaused", data: { quiet: again } } as const;
    given(...limited)
      .when({ type: "PauseSession", quiet: again }, { now: at(70) })
      .then(paused);
    given(...limited, paused)
      .when(resume, { now: at(80) })
      .then(resumed(at(500)));
    given(...limited)
      .when({ type: "RequestPoll", quiet: again }, { now: at(70) })
      .thenNothing();
    given(...limited)
      .when({ ...changeInterval, quiet: again }, { now: at(70) })
      .then({
        type: "SessionIntervalChanged",
        data: { from: 30_000, to: 60_000, nextPollAt: at(500), quiet: again },
      });
    const changed = {
      type: "SessionWebhookChanged",
      data: { webhookUrl: changeWebhook.webhookUrl, webhookKey: 2, quiet: again },
    } as const;
    given(...limited)
      .when({ ...changeWebhook, quiet: again }, { now: at(70) })
      .then(changed);
    const { session } = [...limited, changed].reduce(fold, sessionDecider.initialState);
    expect(session).toMatchObject({ rateLimited: true, nextPollAt: at(500) });
  });

  it("is over with another credential, not with the same", () => {
    given(...limited)
      .when({ ...reauthorise, credentialRef: "user123/gmail" }, { now: at(10) })
      .thenNothing();
    const other = {
      type: "SessionReauthorised",
      data: { credentialRef: "user123/other", nextPollAt: at(10) },
    } as const;
    given(...limited)
      .when(reauthorise, { now: at(10) })
      .thenOnce(other);
    const { nextPollAt: _, ...data } = other.data;
    given(...limited, paused, { ...other, data })
      .when(resume, { now: at(10) })
      .then(resumed(at(10)));
  });
});

describe("a new credential", () => {
  const event = (nextPollAt?: string): SessionEvent => ({
    type: "SessionReauthorised",
    data: { credentialRef: "user123/other", ...(nextPollAt === undefined ? {} : { nextPollAt }) },
  });

  it.each(["ACTIVE", "BACKING_OFF", "NEEDS_REAUTH"] as const)("has a session polled at once that is %s", (status) => {
    given(...past[status])
      .when(reauthorise)
      .thenOnce(event(now));
  });

  it.each(["PAUSED", "DISABLED"] as const)("waits for who resumes a session that is %s", (status) => {
    given(...past[status])
      .when(reauthorise)
      .thenOnce(event());
  });

  it("under the same name helps what does not work; else it is nothing new", () => {
    const same = { ...reauthorise, credentialRef: "user123/gmail" };
    for (const status of ["BACKING_OFF", "NEEDS_REAUTH"] as const)
      given(...past[status])
        .when(same)
        .thenOnce({ type: "SessionReauthorised", data: { credentialRef: "user123/gmail", nextPollAt: now } });
    for (const status of ["ACTIVE", "PAUSED", "DISABLED"] as const)
      given(...past[status])
        .when(same)
        .thenNothing();
  });

  it("is the user's own", () => {
    given(...past.ACTIVE)
      .when({ ...reauthorise, credentialRef: "eve/gmail" })
      .thenRefused(ValidationError, onField("credentialRef"));
  });
});

describe("a poll that somebody asks for", () => {
  const ask = { type: "RequestPoll" } as const;

  it("comes at once, whatever the schedule says", () => {
    const requested = { type: "SessionPollRequested", data: { nextPollAt: at(5) } } as const;
    for (const events of [past.ACTIVE, past.BACKING_OFF])
      given(...events)
        .when(ask, { now: at(5) })
        .thenOnce(requested);
  });

  it("does not come while the service limits the rate", () => {
    given(...past.ACTIVE, rateLimited)
      .when(ask, { now: at(30) })
      .thenNothing();
  });

  it("comes five seconds behind the last one at the earliest, or as the service allows", () => {
    const requested = (nextPollAt: string, data = {}): SessionEvent => ({
      type: "SessionPollRequested",
      data: { nextPollAt, ...data },
    });
    given(...past.ACTIVE)
      .when(ask, { now: at(1) })
      .thenOnce(requested(at(5)));
    given(...past.ACTIVE)
      .when({ ...ask, leastIntervalMs: 10_000 }, { now: at(1) })
      .thenOnce(requested(at(10)));
    given(...past.ACTIVE)
      .when({ ...ask, leastIntervalMs: 30_000 }, { now: at(1) })
      .thenNothing();
    const quiet = { polls: 2, until: at(60) };
    given(...past.ACTIVE)
      .when({ ...ask, quiet }, { now: at(61) })
      .thenOnce(requested(at(65), { quiet }));
  });

  it("is nothing new where the schedule has one that comes as soon", () => {
    for (const nextPollAt of [at(65), at(69), at(70)])
      given(...past.ACTIVE)
        .when({ ...ask, quiet: { polls: 2, until: at(60), nextPollAt } }, { now: at(70) })
        .thenNothing();
  });

  it("is nothing new while one is due", () => {
    given(...past.ACTIVE)
      .when(ask, { now: at(30) })
      .thenNothing();
  });

  it("is new where polls have come and gone without a word since one was due", () => {
    const quiet = { polls: 2, until: at(60) };
    given(...past.ACTIVE)
      .when({ ...ask, quiet }, { now: at(70) })
      .thenOnce({ type: "SessionPollRequested", data: { nextPollAt: at(70), quiet } });
  });

  it.each(["NEEDS_REAUTH", "PAUSED", "DISABLED", "DISCONNECTED"] as const)("is none of one that is %s", (status) => {
    given(...past[status])
      .when(ask)
      .thenRefused(InvalidTransitionError);
  });

  it("is none of a service that cannot be asked", () => {
    given(connectedForPushes)
      .when(ask)
      .thenRefused(InvalidTransitionError, ({ message }) => {
        expect(message).toContain("whatsapp pushes");
      });
  });
});

describe("a dead letter", () => {
  const { deadLetterId } = letter;
  const quiet = { polls: 2, until: at(60) };

  it("is closed once, by who has sent it again or will not", () => {
    given(...past.ACTIVE, opened)
      .when({ type: "RecordRedelivery", deadLetterId, quiet }, { now: at(61) })
      .then({ type: "SessionDeadLetterRedelivered", data: { deadLetterId, quiet } });
    const discarded = { type: "SessionDeadLetterDiscarded", data: { deadLetterId, reason: "Spam" } } as const;
    given(...past.DISCONNECTED.slice(0, 2), opened, disconnected)
      .when({ type: "DiscardDeadLetter", deadLetterId, reason: "Spam" })
      .then(discarded);
    for (const type of ["RecordRedelivery", "DiscardDeadLetter"] as const) {
      given(...past.ACTIVE, opened, discarded)
        .when({ type, deadLetterId })
        .thenRefused(NotFoundError, onField("deadLetterId"));
      given(...past.ACTIVE)
        .when({ type, deadLetterId })
        .thenRefused(NotFoundError, onField("deadLetterId"));
    }
  });

  it("is recorded once, also of a session that was paused meanwhile, and not of one that is over", () => {
    const record = { type: "RecordDeadLetter", ...letter } as const;
    given(...past.ACTIVE)
      .when(record)
      .thenOnce(opened);
    given(...past.PAUSED)
      .when(record)
      .thenOnce(opened);
    given(...past.DISCONNECTED)
      .when(record)
      .thenNothing();
  });

  it("too many disables the session instead: this one stays where it was", () => {
    const many = Array.from({ length: limits.openDeadLetters }, (_, index): SessionEvent => ({
      type: "SessionItemsDeadLettered",
      data: deadLetter(index + 2),
    }));
    const reason = `${limits.openDeadLetters} dead letters wait for somebody to look at them`;
    given(...past.ACTIVE, ...many)
      .when({ type: "RecordDeadLetter", ...letter })
      .thenOnce({ type: "SessionDisabled", data: { reason, failureClass: "DELIVERY" } });
    given(...past.ACTIVE, ...many.slice(1))
      .when({ type: "RecordDeadLetter", ...letter })
      .then(opened);
  });
});

const context = { streamId: "Test-1", now, actor: sessionUser, scope: "all" } as const;

function fold(state: Parameters<typeof sessionDecider.evolve>[0], event: SessionEvent) {
  const recorded = {
    ...{ streamId: "Test-1", eventId: "e", version: (state.session?.version ?? 0) + 1, schemaVersion: 1 },
    ...{ occurredAt: now, recordedAt: now, actor: sessionUser, correlationId: "c", commandId: "c" },
    ...{ hash: "h", previousHash: "" },
  };
  return sessionDecider.evolve(state, { ...recorded, ...event });
}
