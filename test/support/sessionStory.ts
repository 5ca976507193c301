/** Sessions in whose stories every event type of the integrations context occurs: from them the fixtures of stored events are made. */
import type { Actor, Recorded } from "../../src/domain/kernel/index.js";
import { addSeconds } from "../../src/domain/kernel/time.js";
import { emptySession, sessionDecider } from "../../src/domain/integrations/index.js";
import type {
  SessionCommand,
  SessionCommandOf,
  SessionEvent,
  SessionEventOf,
  SessionState,
} from "../../src/domain/integrations/index.js";
import { recordAll } from "./deciderSpecification.js";

export interface SessionStream {
  readonly streamId: string;
  readonly events: readonly Recorded<SessionEvent>[];
  readonly state: SessionState;
}

export const sessionStart = "2024-01-15T10:30:00.000Z";
export const sessionId = "user123#gmail";
export const pushSessionId = "user123#whatsapp";
export const sessionUser: Actor = { kind: "USER", id: "user123" };
export const poller: Actor = { kind: "SYSTEM", id: "integration-poller" };

/** The seed's example of Gmail. */
export function connection(
  change: Partial<SessionCommandOf<"ConnectSession">> = {},
): SessionCommandOf<"ConnectSession"> {
  return {
    type: "ConnectSession",
    userId: "user123",
    serviceType: "gmail",
    mode: "POLL",
    webhookUrl: "https://abc.lambda-url.us-east-1.on.aws/",
    pollingIntervalMs: 30_000,
    serviceState: { emailAddress: "user@company.com" },
    credentialRef: "user123/gmail",
    projectId: "inbox",
    jitter: 0,
    ...change,
  };
}

/** The seed's example of WhatsApp. */
export function pushConnection(): SessionCommandOf<"ConnectSession"> {
  return {
    type: "ConnectSession",
    userId: "user123",
    serviceType: "whatsapp",
    mode: "PUSH",
    webhookUrl: "https://abc.lambda-url.us-east-1.on.aws/",
    pollingIntervalMs: 0,
    serviceState: { phoneNumber: "+1234567890", businessAccountId: "123456789012345" },
    accountKey: "whatsapp#1234567890",
    jitter: 0,
  };
}

export const mailState = (lastHistoryId: string) => ({ emailAddress: "user@company.com", lastHistoryId });

export const itemsOf = (sha256: string) => ({
  items: 2,
  firstItemId: `${sha256}-1`,
  lastItemId: `${sha256}-2`,
  content: { objectKey: `integrations/pushes/ab/${sha256}.json`, bytes: 512, sha256 },
});

export function deadLetter(number: number): SessionEventOf<"SessionItemsDeadLettered">["data"] {
  const deadLetterId = number.toString(16).padStart(32, "0");
  const objectKey = `integrations/dead-letters/ab/${deadLetterId}.json`;
  const id = `gmail:${number}`;
  const content = { objectKey, bytes: 256, sha256: deadLetterId };
  return {
    deadLetterId,
    items: 1,
    firstItemId: id,
    lastItemId: id,
    content,
    reason: "The webhook refused it (http_422)",
  };
}

/** What a poll tells that began then; `cursorRevision`: of the state that it began with. */
export const ofPoll = (at: string, cursorRevision: number, polls = 1) => ({ polls, at, cursorRevision, jitter: 0 });

type Told = readonly [
  command: SessionCommand | ((now: string, state: SessionState) => SessionCommand),
  seconds?: number,
];

const polled = (change: Partial<SessionCommandOf<"RecordPoll">> = {}): Told => [
  (at, { session }) => ({
    type: "RecordPoll",
    ...ofPoll(at, session?.cursorRevision ?? 0, 3),
    items: 2,
    firstItemId: "gmail:1",
    lastItemId: "gmail:2",
    serviceState: mailState("123456789"),
    more: false,
    ...change,
  }),
  30,
];
const failed = (failureClass: SessionCommandOf<"RecordFailure">["failureClass"], code: string): Told => [
  (at, { session }) => ({
    type: "RecordFailure",
    ...ofPoll(at, session?.cursorRevision ?? 0),
    failureClass,
    code,
    message: `It says ${code}`,
    firstItemId: "gmail:3",
  }),
  60,
];
const quietly = (at: string) => ({ quiet: { polls: 4, until: at } });

/** Streams of a session that is polled and of one that is pushed to. */
export function sessionStory(): readonly SessionStream[] {
  return [
    tellSession(sessionId, [
      [connection()],
      polled({ items: 0, firstItemId: undefined, lastItemId: undefined, serviceState: mailState("100") }),
      polled({ more: true }),
      polled({ serviceState: mailState("123456790") }),
      [
        (at, { session }) => ({
          type: "RecordRateLimit",
          ...ofPoll(at, session?.cursorRevision ?? 0),
          code: "rate_limited",
          message: "Too many requests",
          retryAfterMs: 90_000,
        }),
        30,
      ],
      polled({ serviceState: mailState("123456791") }),
      failed("DELIVERY", "http_500"),
      [
        (at, { session }) => ({
          type: "StartResync",
          ...ofPoll(at, session?.cursorRevision ?? 0),
          code: "history_expired",
          message: "The history id is too old",
          serviceState: { emailAddress: "user@company.com" },
        }),
        60,
      ],
      polled({ serviceState: mailState("123456800") }),
      [{ type: "RecordDeadLetter", ...deadLetter(1) }],
      [{ type: "RecordDeadLetter", ...deadLetter(2) }],
      [(at) => ({ type: "RecordRedelivery", deadLetterId: deadLetter(1).deadLetterId, ...quietly(at) }), 300],
      [
        (at) => ({
          type: "DiscardDeadLetter",
          deadLetterId: deadLetter(2).deadLetterId,
          reason: "Spam",
          ...quietly(at),
        }),
        300,
      ],
      [
        (at) => ({
          type: "ChangeInterval",
          pollingIntervalMs: 60_000,
          leastIntervalMs: 10_000,
          jitter: 0,
          ...quietly(at),
        }),
        300,
      ],
      [(at) => ({ type: "RequestPoll", ...quietly(at) }), 300],
      [(at) => ({ type: "ChangeWebhook", webhookUrl: "https://hooks.example.com/mail", ...quietly(at) }), 300],
      failed("AUTH", "invalid_grant"),
      [(at) => ({ type: "ReauthoriseSession", credentialRef: "user123/gmail-2", jitter: 0, ...quietly(at) }), 300],
      [(at) => ({ type: "PauseSession", reason: "On holiday", ...quietly(at) }), 300],
      [{ type: "ResumeSession", jitter: 0 }, 300],
      [(at) => ({ type: "DisableSession", reason: "It floods the webhook", ...quietly(at) }), 300],
      [{ type: "ResumeSession", jitter: 0 }, 300],
      [(at) => ({ type: "DisconnectSession", reason: "Has left", ...quietly(at) }), 300],
      [connection({ startAt: "2024-01-20T00:00:00.000Z" }), 86_400],
    ]),
    tellSession(pushSessionId, [
      [pushConnection()],
      [{ type: "RecordPush", ...itemsOf("aa"), marks: { lastMessageId: "wamid.ABC123" } }],
      [{ type: "RecordPush", ...itemsOf("bb"), marks: { lastMessageId: "wamid.ABC124" } }],
      polled({ throughPush: 1, more: true, serviceState: {} }),
      polled({ throughPush: 2, serviceState: {} }),
    ]),
  ];
}

/** Carries commands out on a stream; each comes a second after the one before, or so many. Throws where one is refused. */
export function tellSession(id: string, commands: readonly Told[], actor: Actor = sessionUser): SessionStream {
  const streamId = `IntegrationSession-${id}`;
  let state = emptySession;
  let now = sessionStart;
  const events: Recorded<SessionEvent>[] = [];
  for (const [told, seconds = 1] of commands) {
    if (events.length > 0) now = addSeconds(now, seconds);
    const command = typeof told === "function" ? told(now, state) : told;
    const proposed = sessionDecider.decide(command, state, { streamId, now, actor, scope: ["inbox"] });
    const recorded = recordAll<SessionEvent>(
      proposed.map((event) => ({ streamId, recordedAt: now, occurredAt: now, actor, ...event })),
      events.length,
    );
    state = recorded.reduce((folded, event) => sessionDecider.evolve(folded, event), state);
    events.push(...recorded);
  }
  return { streamId, events, state };
}
