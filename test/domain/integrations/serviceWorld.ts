/** The integrations context on the event store in memory: service and polls, a schedule, a scripted service and a scripted webhook. */
import type { JsonObject } from "../../../src/domain/kernel/json.js";
import { z } from "zod";
import { createCodec } from "../../../src/domain/kernel/codec.js";
import { createCommandHandler } from "../../../src/domain/kernel/commandHandler.js";
import type { Loaded } from "../../../src/domain/kernel/commandHandler.js";
import type { EventStore, Recorded, Request } from "../../../src/domain/kernel/index.js";
import { toMilliseconds } from "../../../src/domain/kernel/index.js";
import {
  CredentialStoreError,
  createIntegrationsService,
  createPolling,
  emptySession,
  sessionDecider,
  sessionEventFormats,
  sessionProjection,
} from "../../../src/domain/integrations/index.js";
import type {
  Delivery,
  DeliveryResult,
  InputOf,
  IntegrationService,
  IntegrationSession,
  IntegrationsReadModel,
  PollPage,
  PollResult,
  PollWork,
  ServiceItem,
  SessionEvent,
  SessionState,
} from "../../../src/domain/integrations/index.js";
import { createMemoryEventStore } from "../../../src/store/memory/eventStore.js";
import { sha256 } from "../../../src/store/sha256.js";
import { createStateCache } from "../../../src/store/stateCache.js";
import { createManualClock } from "../../support/manualClock.js";
import { createMemorySchedule } from "./memorySchedule.js";
import { createVirtualTime } from "./virtualTime.js";

export const start = "2025-01-15T10:30:00.000Z";
export const webhookUrl = "https://hooks.example/in";
/** A user who sees its own only, one who sees everything, and the edge that takes pushes. */
export const ada: Request = { actor: { kind: "USER", id: "ada" }, scope: [], correlationId: "test" };
export const admin: Request = { actor: { kind: "USER", id: "admin" }, scope: "all", correlationId: "test" };
export const edge: Request = { actor: { kind: "SYSTEM", id: "whatsapp" }, scope: "all", correlationId: "test" };
export const mailId = "ada#mail";
export const phoneId = "ada#phone";

export function anItem(number: number, data: JsonObject = {}): ServiceItem {
  return { id: `mail:${number}`, kind: "email", data: { subject: `Mail ${number}`, ...data } };
}

const digits = z.string().regex(/^\d+$/, "must be digits");
const MailState = z.strictObject({ address: z.string().optional(), cursor: digits.optional() });
const PhoneState = z.strictObject({ phoneNumber: z.string(), lastMessageId: z.string().optional() });

export type Answer = (work: PollWork) => AsyncIterable<PollPage>;

/** A service of which the first page is this. */
const beginning = (next: () => Promise<never>): Answer => {
  return () => ({ [Symbol.asyncIterator]: () => ({ next }) });
};
export const throwing = (error: Error) => beginning(() => Promise.reject(error));
export const hanging = beginning(() => new Promise(() => undefined));

const pageSize = 2;
const accepted: DeliveryResult = { accepted: true };
export const refusal = (
  reason: Extract<DeliveryResult, { accepted: false }>["reason"],
  code: string,
): DeliveryResult => ({
  accepted: false,
  reason,
  code,
  message: `It answered ${code}`,
});

export function createWorld() {
  const codec = createCodec(sessionEventFormats);
  const store = createMemoryEventStore({ codec });
  const clock = createManualClock(start);
  const time = createVirtualTime(clock);
  const objects = new Map<string, string>();
  const credentials = new Map<string, JsonObject>([["ada/mail", { token: "token-abc" }]]);
  /** What the mail service has to tell; the cursor is how many of them were told. */
  const mails: ServiceItem[] = [];
  const deliveries: Delivery[] = [];
  const taken: string[] = [];
  const warnings: { readonly facts: object; readonly message: string }[] = [];
  const counts = { getSessions: 0, append: 0 };
  let ids = 0;
  let chance = () => 0;
  let answer: Answer | undefined;
  let onDelivery: (delivery: Delivery, signal: AbortSignal) => Promise<DeliveryResult> | DeliveryResult = () =>
    accepted;
  let onTake: () => void = () => undefined;
  let isCredentialStoreDown = false;
  let objectsFail = false;
  const nextId = () => `00000000-0000-7000-8000-${(ids += 1).toString(16).padStart(12, "0")}`;
  const rows = <Row>(view: string) => store.rows(view) as ReadonlyMap<string, Row>;
  const schedule = createMemorySchedule(store, clock);

  /** As the services of vendors do: page by page, from the cursor on; without one it only finds where it is. */
  async function* tellMails({ state, resyncSince }: PollWork): AsyncGenerator<PollPage> {
    const from = MailState.parse(state).cursor ?? (resyncSince === undefined ? String(mails.length) : "0");
    const end = mails.length;
    for (let at = Number(from); at < end; at += pageSize) {
      const next = Math.min(at + pageSize, end);
      yield { items: mails.slice(at, next), state: { ...state, cursor: `${next}` } };
    }
    yield { items: [], state: { ...state, cursor: `${end}` } };
  }

  const cursorOf = (state: JsonObject) => Number(MailState.parse(state).cursor ?? "-1");
  const mail: IntegrationService = {
    type: "mail",
    title: "Mail",
    mode: "POLL",
    leastIntervalMs: 20_000,
    defaultIntervalMs: 30_000,
    concurrency: 5,
    state: MailState,
    credential: z.strictObject({ token: z.string() }),
    personal: ["address"],
    accountKey: () => undefined,
    stateProblem: (state) => (state["address"] === "nobody@example.com" ? "is nobody's address" : undefined),
    hasCursor: (state) => state["cursor"] !== undefined,
    isForward: (before, next) => cursorOf(next) >= cursorOf(before),
    withoutCursor: (state) => MailState.omit({ cursor: true }).strip().parse(state),
    poll: (work) => (answer ?? tellMails)(work),
  };
  const feed: IntegrationService = {
    ...mail,
    type: "feed",
    title: "Feed",
    credentialOptional: true,
  };
  const phone: IntegrationService = {
    ...mail,
    type: "phone",
    title: "Phone",
    mode: "PUSH",
    leastIntervalMs: 0,
    defaultIntervalMs: 0,
    state: PhoneState,
    credential: undefined,
    personal: ["phoneNumber"],
    accountKey: (state) => `phone#${PhoneState.parse(state).phoneNumber}`,
    stateProblem: () => undefined,
    hasCursor: () => true,
    isForward: () => true,
    withoutCursor: (state) => state,
    poll: () => {
      throw new Error("it is never asked");
    },
  };
  const all: IntegrationService[] = [mail, feed, phone];

  const sessionRow = (sessionId: string): IntegrationSession | undefined => {
    const row = rows<IntegrationSession>("integration-session").get(sessionId);
    return row && schedule.asShown(row);
  };
  const unasked = () => Promise.reject(new Error("not asked by the service"));
  const readModel: IntegrationsReadModel = {
    getSessions: async (asked) => {
      counts.getSessions += 1;
      return asked.map(sessionRow);
    },
    listSessions: async ({ filter }) => {
      const found = [...rows<IntegrationSession>("integration-session").values()].filter(
        ({ userId, status }) => userId === filter.userId && (filter.statuses?.includes(status) ?? true),
      );
      return { rows: found.map((row) => ({ row, cursor: row.sessionId })), hasMore: false };
    },
    listPolls: unasked,
    listDeadLetters: unasked,
    findByAccount: async (accountKey) =>
      [...rows<IntegrationSession>("integration-session").values()]
        .filter((row) => row.accountKey === accountKey)
        .map(({ sessionId }) => sessionId),
    getTallies: async () => [],
  };

  const fold = async (streamId: string): Promise<Loaded<SessionState>> => {
    let loaded: Loaded<SessionState> = { version: 0, state: emptySession, hash: "" };
    for await (const { events } of store.readStream(streamId))
      for (const event of events) {
        // The store decodes with the codec of this context.
        const state = sessionDecider.evolve(loaded.state, event as Recorded<SessionEvent>);
        loaded = { version: event.version, state, hash: event.hash };
      }
    return loaded;
  };

  let beforeAppend: ((types: readonly string[]) => Promise<unknown>) | undefined;
  const eventStore: EventStore = {
    ...store,
    append: async (request) => {
      counts.append += 1;
      const act = beforeAppend;
      beforeAppend = undefined;
      await act?.(request.appends.flatMap(({ commit }) => commit.events.map(({ type }) => type)));
      // Another process has its turn between the decision and the append.
      await new Promise((resolve) => setImmediate(resolve));
      return store.append(request);
    },
  };

  /** A server on the same store. */
  const another = () => {
    const commands = createCommandHandler({
      decider: sessionDecider,
      projection: sessionProjection,
      codec,
      eventStore,
      loader: { load: fold, covers: () => true },
      cache: createStateCache<SessionState>({ max: 10_000 }),
      clock,
      ids: { next: nextId },
      digest: sha256,
      backoff: async () => undefined,
    });
    const deps = {
      commands,
      readModel,
      schedule,
      services: { get: (type: string) => all.find((service) => service.type === type), all },
      secrets: { secretFor: (sessionId: string, key: number) => `whsec_${sessionId}/${key}` },
      webhooks: {
        deliver: async (delivery: Delivery, signal: AbortSignal) => {
          deliveries.push(delivery);
          return onDelivery(delivery, signal);
        },
      },
      objects: {
        put: async (key: string, content: string) => {
          if (objectsFail) throw new Error("the object store is down");
          objects.set(key, content);
        },
        get: async (key: string) => {
          if (objectsFail) throw new Error("the object store is down");
          return objects.get(key);
        },
        delete: async (key: string) => {
          if (objectsFail) throw new Error("the object store is down");
          objects.delete(key);
        },
      },
      clock,
      digest: sha256,
      ids: { next: nextId },
      log: { warn: (facts: object, message: string) => void warnings.push({ facts, message }) },
      random: () => chance(),
    };
    return {
      service: createIntegrationsService({
        ...deps,
        eventStore,
        checkWebhook: (url: string) => (url.includes("//10.") ? "must be a public address" : undefined),
      }),
      polling: createPolling({
        ...deps,
        after: time.after,
        credentials: {
          read: async (ref) => {
            if (isCredentialStoreDown) throw new CredentialStoreError("it is down");
            return credentials.get(ref);
          },
        },
        sink: {
          take: async ({ projectId }, items) => {
            onTake();
            taken.push(...items.map(({ id }) => `${projectId}/${id}`));
          },
        },
      }),
    };
  };
  const first = another();
  type Server = typeof first;

  /** Polls what is due, or nothing; time passes as far as the poll waits. */
  const poll = async (
    sessionId = mailId,
    { on = first, signal = new AbortController().signal }: { readonly on?: Server; readonly signal?: AbortSignal } = {},
  ): Promise<PollResult | undefined> => {
    const due = (await schedule.due(clock.now(), 100)).find((one) => one.sessionId === sessionId);
    const lease = due && (await on.polling.claim(due));
    return lease && time.settle(on.polling.poll(lease, signal));
  };

  const session = (sessionId = mailId): IntegrationSession => {
    const found = sessionRow(sessionId);
    if (found === undefined) throw new Error(`${sessionId} is not there`);
    return found;
  };

  return {
    ...first,
    another,
    clock,
    time,
    store,
    schedule,
    objects,
    credentials,
    mails,
    all,
    mail,
    deliveries,
    taken,
    warnings,
    counts,
    session,
    poll,
    connect: (input: Partial<InputOf<"connect">> = {}, request: Request = ada) =>
      first.service.connect({ serviceType: "mail", webhookUrl, credentialRef: "ada/mail", ...input }, request),
    /** A session that has found its cursor, and nothing new behind it. */
    begin: async (input: Partial<InputOf<"connect">> = {}) => {
      await first.service.connect(
        { serviceType: "mail", webhookUrl, credentialRef: "ada/mail", serviceState: { cursor: "0" }, ...input },
        ada,
      );
    },
    /** Of the caller's own, by somebody who may connect what nothing proves. */
    connectPhone: (request: Request = ada) =>
      first.service.connect(
        { serviceType: "phone", webhookUrl, serviceState: { phoneNumber: "+1555" } },
        { ...request, scope: "all" },
      ),
    push: (pushKey: string, items: readonly ServiceItem[]) =>
      first.service.push(
        { accountKey: "phone#+1555", pushKey, items, marks: { lastMessageId: items.at(-1)?.id ?? "" } },
        edge,
      ),
    /** Lets time pass until the session is due, and polls it. */
    pollNext: async (sessionId = mailId): Promise<PollResult | undefined> => {
      const at = await schedule.nextPollAt(sessionId);
      if (at !== undefined) clock.advance(Math.max(0, toMilliseconds(at) - toMilliseconds(clock.now())));
      return poll(sessionId);
    },
    /** Ids as one who takes each only once has them. */
    seen: (): readonly string[] => [...new Set(deliveries.flatMap(({ body }) => body.items.map(({ id }) => id)))],
    /** The ids of each delivery. */
    sent: () => deliveries.map(({ body }) => body.items.map(({ id }) => id)),
    events: async (sessionId = mailId): Promise<readonly Recorded<SessionEvent>[]> => {
      const found: Recorded<SessionEvent>[] = [];
      for await (const { events } of store.readStream(`IntegrationSession-${sessionId}`))
        found.push(...(events as readonly Recorded<SessionEvent>[]));
      return found;
    },
    types: async (sessionId = mailId): Promise<readonly string[]> => {
      const found: string[] = [];
      for await (const { events } of store.readStream(`IntegrationSession-${sessionId}`))
        found.push(...events.map(({ type }) => type));
      return found;
    },
    tellMails,
    byChance: (next: () => number) => void (chance = next),
    /** What the mail service answers from now on; undefined: its mails. */
    answering: (next: Answer | undefined) => void (answer = next),
    /** What the webhook makes of deliveries from now on. */
    whenDelivered: (act: typeof onDelivery) => void (onDelivery = act),
    whenTaken: (act: typeof onTake) => void (onTake = act),
    credentialStoreDown: (isDown: boolean) => void (isCredentialStoreDown = isDown),
    objectStoreDown: (isDown: boolean) => void (objectsFail = isDown),
    /** What others do between the next decision and its append. */
    meanwhile: (act: NonNullable<typeof beforeAppend>) => void (beforeAppend = act),
  };
}

export type World = ReturnType<typeof createWorld>;
