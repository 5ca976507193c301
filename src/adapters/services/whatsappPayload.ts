/** What a delivery of WhatsApp's webhook holds: messages, and what became of messages that were sent, by account. */
import { jsonBytes } from "../../domain/kernel/json.js";
import type { Json, JsonObject } from "../../domain/kernel/json.js";
import { createHash } from "node:crypto";
import { z } from "zod";
import { JsonMap, limits } from "../../domain/integrations/index.js";
import type { ServiceItem } from "../../domain/integrations/index.js";
import { toInstant } from "../../domain/kernel/time.js";
import { toData } from "./httpJson.js";
import { whatsAppAccountKey } from "./whatsapp.js";

/** Items of one account, in their order; not more than one push may hold. */
export interface AccountPush {
  readonly accountKey: string;
  readonly items: readonly ServiceItem[];
  /** Members of the session's state that change with it. */
  readonly marks: JsonObject;
}

const Delivery = z.object({
  object: z.literal("whatsapp_business_account"),
  entry: z.array(z.object({ id: z.string(), changes: z.array(z.object({ field: z.string(), value: z.unknown() })) })),
});
/** Of a change of field `messages`. What is in the lists is read one by one: what is new in one is no harm to the others. */
const Messages = z.object({
  metadata: z.object({ display_phone_number: z.string(), phone_number_id: z.string() }),
  contacts: z.array(z.unknown()).default([]),
  messages: z.array(z.unknown()).default([]),
  statuses: z.array(z.unknown()).default([]),
});
const Contact = z.object({ wa_id: z.string(), profile: z.object({ name: z.string() }) });
const Dated = z.object({ id: z.string().min(1), timestamp: z.string().optional() });
const Message = Dated.extend({ from: z.string().optional() });
const Status = Dated.extend({ status: z.string().min(1) });

/** Undefined for what is no delivery of WhatsApp. What it tells besides messages is left out. */
export function readWhatsApp(json: unknown): readonly AccountPush[] | undefined {
  const delivery = Delivery.safeParse(json).data;
  if (delivery === undefined) return undefined;
  const accounts = new Map<string, Map<string, Told>>();
  for (const { id: businessAccountId, changes } of delivery.entry) {
    for (const { field, value } of changes) {
      const change = field === "messages" ? Messages.safeParse(value).data : undefined;
      if (change === undefined) continue;
      const key = whatsAppAccountKey(businessAccountId, change.metadata.display_phone_number);
      const told = accounts.get(key) ?? new Map<string, Told>();
      accounts.set(key, told);
      for (const one of toldIn(change)) if (!told.has(one.item.id)) told.set(one.item.id, one);
    }
  }
  return [...accounts].flatMap(([accountKey, told]) =>
    partsOf([...told.values()]).map((part) => ({
      accountKey,
      items: part.map(({ item }) => item),
      marks: marksOf(part),
    })),
  );
}

interface Told {
  readonly item: ServiceItem;
  /** Of a message. */
  readonly messageId: string | undefined;
}

function toldIn({ metadata, contacts, messages, statuses }: z.output<typeof Messages>): readonly Told[] {
  const about = { phoneNumber: metadata.display_phone_number, phoneNumberId: metadata.phone_number_id };
  const known = contacts.flatMap((contact) => Contact.safeParse(contact).data ?? []);
  const fromMessages = messages.flatMap((json): readonly Told[] => {
    const [message, members] = [Message.safeParse(json).data, JsonMap.safeParse(json).data];
    if (message === undefined || members === undefined) return [];
    const contact = known.find(({ wa_id }) => wa_id === message.from);
    const data = { ...members, ...about, ...(contact === undefined ? {} : { contact: contact.profile.name }) };
    return [{ item: toItem("message", `${shown(message.id)}`, message, data), messageId: message.id }];
  });
  const fromStatuses = statuses.flatMap((json): readonly Told[] => {
    const [status, members] = [Status.safeParse(json).data, JsonMap.safeParse(json).data];
    if (status === undefined || members === undefined) return [];
    const id = `${shown(status.id)}:${shown(status.status)}`;
    return [{ item: toItem("status", id, status, { ...members, ...about }), messageId: undefined }];
  });
  return [...fromMessages, ...fromStatuses];
}

function toItem(
  kind: string,
  id: string,
  { timestamp = "" }: z.output<typeof Dated>,
  data: Readonly<Record<string, Json>>,
): ServiceItem {
  const occurredAt = /^\d{1,11}$/.test(timestamp) ? toInstant(Number(timestamp) * 1_000) : undefined;
  return { id: `whatsapp:${id}`, kind, ...(occurredAt === undefined ? {} : { occurredAt }), data: toData(data) };
}

/** Long ids, and such as hold other characters, are told as a hash. */
function shown(id: string): string {
  return /^[\x21-\x7e]{1,130}$/.test(id) ? id : `sha256-${createHash("sha256").update(id).digest("hex")}`;
}

function marksOf(part: readonly Told[]): JsonObject {
  const id = part.findLast(({ messageId }) => messageId !== undefined)?.messageId;
  return id === undefined || id.length > 300 ? {} : { lastMessageId: id };
}

/** With room for what is around them. */
const partBytes = limits.pushBytes - 1_000;

function partsOf(told: readonly Told[]): readonly (readonly Told[])[] {
  const parts: Told[][] = [];
  let bytes = 0;
  for (const one of told) {
    const size = jsonBytes(one.item) + 1;
    const part = parts.at(-1);
    if (part === undefined || bytes + size > partBytes) {
      parts.push([one]);
      bytes = size;
    } else {
      part.push(one);
      bytes += size;
    }
  }
  return parts;
}
