/** From what a parser has read to an incoming event: within limits, without secrets, valid whatever the source sent. */
import { createHash } from "node:crypto";
import { isPlain } from "../../domain/kernel/text.js";
import { parseInstant, toInstant } from "../../domain/kernel/time.js";
import {
  DeliveryId,
  IncomingEvent,
  isShownUrl,
  limits,
  redact,
  redactJson,
  withoutHidden,
} from "../../domain/projects/index.js";
import type {
  Importance,
  IncomingEventInput,
  ProjectEventKind,
  ProjectEventSource,
  RefType,
} from "../../domain/projects/index.js";
import { numberOf, stringOf } from "./fields.js";
import type { ProvenDelivery } from "./webhook.js";

export interface PersonDraft {
  readonly id: string | undefined;
  readonly name?: unknown;
  readonly url?: unknown;
}

export interface RefDraft {
  readonly type: RefType;
  readonly id: string | undefined;
  readonly title?: unknown;
  readonly url?: unknown;
}

/** What a parser understood. Anything in it may be too long, missing or of the wrong type: {@link toIncoming} leaves that out. */
export interface EventDraft {
  readonly kind: ProjectEventKind;
  readonly title: string;
  readonly text?: unknown;
  readonly actor?: PersonDraft | undefined;
  readonly url?: unknown;
  readonly refs?: readonly (RefDraft | undefined)[];
  readonly labels?: readonly unknown[];
  readonly importance?: Importance;
  readonly subject?: string | undefined;
  /** RFC 3339, or seconds since 1970. */
  readonly occurredAt?: unknown;
}

export interface DraftedDelivery {
  readonly source: ProjectEventSource;
  /** The source's id of the delivery, where it has one. */
  readonly deliveryId: unknown;
  readonly draft: EventDraft;
  /** What makes it the same as another, where its id is not under the signature. */
  readonly fingerprint?: string;
  /** The original, where it is not the whole body. */
  readonly eventData?: unknown;
}

/** The event to be ingested. Never throws: what breaks a rule all the same is kept as UNHANDLED. */
export function toIncoming(
  { source, deliveryId, fingerprint, draft, eventData }: DraftedDelivery,
  { body, json, verification }: ProvenDelivery,
): IncomingEventInput {
  const whole = {
    source,
    deliveryId: deliveryIdOf(deliveryId, body),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    occurredAt: instantOf(draft.occurredAt),
    event: normalise(draft),
    verification,
  };
  const { success } = IncomingEvent.safeParse(whole);
  const title = `${source.toLowerCase()}: ${draft.kind}`;
  const event = success ? whole.event : ({ kind: "UNHANDLED", title, importance: "LOW" } as const);
  return { ...whole, event, eventData: redactJson(eventData ?? json) };
}

function normalise(draft: EventDraft) {
  const text = blockOf(draft.text, limits.text);
  const actor = personOf(draft.actor);
  return {
    kind: draft.kind,
    title: lineOf(draft.title, limits.title) ?? draft.kind,
    ...(text === undefined ? {} : { text }),
    ...(actor === undefined ? {} : { actor }),
    ...urlOf(draft.url),
    refs: refsOf(draft.refs ?? []),
    labels: labelsOf(draft.labels ?? []),
    importance: draft.importance ?? "NORMAL",
    ...(draft.subject === undefined ? {} : { subject: lineOf(draft.subject, limits.subject) }),
  };
}

function personOf(draft: PersonDraft | undefined) {
  const id = lineOf(draft?.id, limits.person);
  if (id === undefined) return undefined;
  const name = lineOf(draft?.name, limits.person);
  return { id, ...(name === undefined ? {} : { name }), ...urlOf(draft?.url) };
}

/** One for each thing. A thing whose id is too long is left out: cut off it would be another. */
function refsOf(drafts: readonly (RefDraft | undefined)[]) {
  const refs = new Map(
    drafts.flatMap((draft) => {
      const id = lineOf(draft?.id, limits.subject + 1);
      if (draft === undefined || id === undefined || id.length > limits.subject) return [];
      const title = lineOf(draft.title, limits.title);
      const ref = { type: draft.type, id, ...(title === undefined ? {} : { title }), ...urlOf(draft.url) };
      return [[`${draft.type} ${id}`, ref] as const];
    }),
  );
  return [...refs.values()].slice(0, limits.refs);
}

function labelsOf(drafts: readonly unknown[]): string[] {
  const labels = drafts.map((draft) => lineOf(draft, limits.label)).filter((label) => label !== undefined);
  return [...new Set(labels)].slice(0, limits.labels);
}

function urlOf(value: unknown): { readonly url?: string } {
  const url = stringOf(value)?.trim();
  if (url === undefined || url.length > limits.url || !isPlain(url) || !isShownUrl(url)) return {};
  return redact(url) === url ? { url } : {};
}

/** How much of a text is looked at: secrets are looked for before it is cut, so that none is cut in two. */
const considered = 65_536;

/** A text without secrets, control characters and hidden ones, at most so long; undefined where it says nothing. */
function blockOf(value: unknown, maximum: number): string | undefined {
  const text = stringOf(value);
  if (text === undefined) return undefined;
  const clean = [...redact(withoutHidden(text.slice(0, considered).toWellFormed()))]
    .filter((character) => character >= " " || "\t\n\r".includes(character))
    .join("")
    .trim();
  if (clean === "") return undefined;
  return clean.length <= maximum
    ? clean
    : `${clean
        .slice(0, maximum - 1)
        .toWellFormed()
        .trimEnd()}…`;
}

/** As {@link blockOf}, in one line. */
function lineOf(value: unknown, maximum: number): string | undefined {
  return blockOf(stringOf(value)?.slice(0, considered).replaceAll(/\s+/g, " "), maximum);
}

/** Its own id where that is one; else what stands for it: a repeat of the same bytes has the same. */
function deliveryIdOf(given: unknown, body: Buffer): string {
  const id = stringOf(given);
  if (id !== undefined && DeliveryId.safeParse(id).success) return id;
  return `sha256:${createHash("sha256")
    .update(id ?? body)
    .digest("hex")}`;
}

const last = Date.parse("9999-12-31T23:59:59Z") / 1_000;

function instantOf(value: unknown): string | undefined {
  const text = stringOf(value);
  const seconds = numberOf(value) ?? (text !== undefined && /^\d{1,12}(\.\d+)?$/.test(text) ? Number(text) : undefined);
  if (seconds !== undefined)
    return seconds >= 0 && seconds <= last ? toInstant(Math.floor(seconds * 1_000)) : undefined;
  const instant = text === undefined ? undefined : parseInstant(text);
  return instant !== undefined && instant >= "1970-01-01T00:00:00.000Z" ? instant : undefined;
}
