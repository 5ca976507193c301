/** Deliveries of senders that have no form of their own: `{ type, timestamp, data }`, as the Standard Webhooks specification has it. */
import { importances, projectEventKinds, refTypes } from "../../domain/projects/index.js";
import { readActivities } from "./activities.js";
import type { EventDraft, PersonDraft, RefDraft } from "./draft.js";
import { toIncoming } from "./draft.js";
import { fieldsOf, idOf, listOf, stringOf } from "./fields.js";
import { createGenericVerifier, genericSignatureHeaders } from "./genericSignature.js";
import { jsonType } from "./webhook.js";
import type { ProvenDelivery, Reading, Secrets, Webhook } from "./webhook.js";

/** Any sender that signs by Standard Webhooks: `POST /webhooks/generic`. */
export function createGenericWebhook({ secrets }: { secrets: Secrets }): Webhook {
  return {
    source: "GENERIC",
    signatureHeaders: genericSignatureHeaders,
    contentTypes: [jsonType],
    verify: createGenericVerifier({ secrets }),
    read: readGeneric,
  };
}

interface Payload {
  type: string;
  timestamp: string;
  data: unknown;
}

/** What `data` may say, in the words of a project event. All of it is optional, and more is kept with the original. */
interface Data {
  kind: string;
  title: string;
  text: string;
  actor: unknown;
  url: string;
  refs: unknown;
  labels: unknown;
  importance: string;
  subject: string;
  occurredAt: string;
}

/** Facts about entities, or an event of a project. */
export function readGeneric(delivery: ProvenDelivery): Reading {
  return readActivities(delivery) ?? readProjectEvent(delivery);
}

/** An event without a title says nothing to people: it is kept as UNHANDLED, under its type. */
function readProjectEvent(delivery: ProvenDelivery): Reading {
  const { type, timestamp, data } = fieldsOf<Payload>(delivery.json);
  const said = fieldsOf<Data>(data);
  const title = stringOf(said.title);
  const draft: EventDraft = {
    kind: title === undefined ? "UNHANDLED" : (oneOf(projectEventKinds, said.kind) ?? "NOTE"),
    title: title ?? stringOf(type) ?? "unknown",
    text: said.text,
    actor: personOf(said.actor),
    url: said.url,
    refs: listOf(said.refs).map(refOf),
    labels: listOf(said.labels),
    importance: oneOf(importances, said.importance) ?? (title === undefined ? "LOW" : "NORMAL"),
    subject: stringOf(said.subject),
    occurredAt: said.occurredAt ?? timestamp,
  };
  const deliveryId = delivery.headers["webhook-id"];
  return { kind: "event", event: toIncoming({ source: "GENERIC", deliveryId, draft }, delivery) };
}

function oneOf<Word extends string>(words: readonly Word[], value: unknown): Word | undefined {
  return words.find((word) => word === stringOf(value)?.toUpperCase());
}

function personOf(value: unknown): PersonDraft | undefined {
  const { id, name, url } = fieldsOf<{ id: string; name: string; url: string }>(value);
  const known = idOf(value) ?? idOf(id) ?? stringOf(name);
  return known === undefined ? undefined : { id: known, name, url };
}

function refOf(value: unknown): RefDraft | undefined {
  const { type, id, title, url } = fieldsOf<{ type: string; id: string; title: string; url: string }>(value);
  return { type: oneOf(refTypes, type) ?? "OTHER", id: idOf(id), title, url };
}
