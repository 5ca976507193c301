/** Items as they are kept in the object store, and what ids, deliveries and dead letters are made of. */
import type { Json, JsonObject } from "../kernel/json.js";
import { canonicalJson } from "../kernel/hashChain.js";
import type { Digest } from "../kernel/hashChain.js";
import type { ObjectStore } from "../kernel/objectStore.js";
import type { Delivery, WebhookSecrets } from "./ports.js";
import type { IntegrationSession, StoredContent } from "./state.js";
import { limits } from "./values.js";
import type { ServiceItem } from "./values.js";

/** Objects and lists inside each other; nobody who reads items should have to fear deeper ones. */
const deepest = 64;

/** Items that follow each other: what they are known by from end to end. */
export type Items = readonly [ServiceItem, ...ServiceItem[]];

export function isSome(items: readonly ServiceItem[]): items is Items {
  return items.length > 0;
}

/** The first and the last of them, and how many there are. */
export function rangeOf(items: Items) {
  const [first] = items;
  return { items: items.length, firstItemId: first.id, lastItemId: (items.at(-1) ?? first).id };
}

/** The same for the same items of a session: 32 hexadecimal digits. */
export function idOfItems(sessionId: string, items: readonly ServiceItem[], digest: Digest): string {
  return digest(canonicalJson([sessionId, ...items.map(({ id }) => id)]), "hex").slice(0, 32);
}

/** What a place in the object store knows a session by. */
export function hashOfSession(sessionId: string, digest: Digest): string {
  return digest(sessionId, "hex");
}

/** The items as a webhook of the session gets them. */
export function toDelivery(
  { sessionId, userId, serviceType, webhookUrl, webhookKey }: IntegrationSession,
  items: readonly ServiceItem[],
  { secrets, digest }: { readonly secrets: WebhookSecrets; readonly digest: Digest },
): Delivery {
  const deliveryId = idOfItems(sessionId, items, digest);
  return {
    url: webhookUrl,
    secret: secrets.secretFor(sessionId, webhookKey),
    deliveryId,
    body: { type: "integration.items", sessionId, userId, serviceType, deliveryId, items },
  };
}

/** Puts items where an event can name them: a place that nothing was put to before. */
export async function putItems(
  { objects, digest }: { readonly objects: Pick<ObjectStore, "put">; readonly digest: Digest },
  items: readonly ServiceItem[],
  objectKey: string,
): Promise<StoredContent> {
  const text = JSON.stringify(items);
  const sha256 = digest(text, "hex");
  await objects.put(objectKey, text);
  return { objectKey, bytes: new TextEncoder().encode(text).length, sha256 };
}

/** Items that {@link putItems} has put; undefined where they are there no more, or are not what was put. */
export async function getItems(
  { objects, digest }: { readonly objects: Pick<ObjectStore, "get">; readonly digest: Digest },
  { objectKey, sha256 }: StoredContent,
): Promise<Items | undefined> {
  const text = await objects.get(objectKey);
  if (text === undefined || digest(text, "hex") !== sha256) return undefined;
  const items: unknown = JSON.parse(text);
  return Array.isArray(items) && items.every(isItem) && isSome(items) ? items : undefined;
}

/** What is wrong with items that came from outside; undefined where nothing is. Nothing of them is in it. */
export function problemOfItems(items: unknown): string | undefined {
  if (!Array.isArray(items)) return "its items are no list";
  const ids = new Set<string>();
  for (const [index, item] of items.entries()) {
    if (!isItem(item)) return `item ${index + 1} has no id, kind and data as it must`;
    if (ids.has(item.id)) return `item ${index + 1} has the id of another one`;
    if (lengthOf(item) > limits.itemBytes) return `item ${index + 1} has more than ${limits.itemBytes} bytes`;
    ids.add(item.id);
  }
  return undefined;
}

/** Bytes of an item as JSON. */
export function lengthOf(item: ServiceItem): number {
  return new TextEncoder().encode(JSON.stringify(item)).length;
}

function isItem(value: unknown): value is ServiceItem {
  if (!isJsonObject(value, deepest)) return false;
  const { id, kind, occurredAt, data } = value;
  const isNamed = typeof id === "string" && id !== "" && id.length <= limits.itemId && id.isWellFormed();
  const isTimed = occurredAt === undefined || typeof occurredAt === "string";
  return isNamed && isTimed && typeof kind === "string" && kind !== "" && isPlainObject(data);
}

function isJsonObject(value: unknown, depth: number): value is JsonObject {
  return isPlainObject(value) && Object.values(value).every((member) => member === undefined || isJson(member, depth));
}

function isJson(value: unknown, depth: number): value is Json {
  if (value === null || typeof value === "boolean") return true;
  if (typeof value === "string") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (depth === 0) return false;
  return Array.isArray(value) ? value.every((one) => isJson(one, depth - 1)) : isJsonObject(value, depth - 1);
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
