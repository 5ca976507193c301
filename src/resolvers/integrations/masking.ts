/** What is personal, and what is as good as a secret: cut down to what tells one from another (defects B11, B14). */
import type { Json, JsonObject } from "../../domain/kernel/json.js";
import { JsonMap, sessionCategory } from "../../domain/integrations/index.js";
import type { IntegrationService } from "../../domain/integrations/index.js";
import type { Recorded } from "../../domain/kernel/event.js";
import { parseStreamName } from "../../domain/kernel/streamName.js";
import type { IntegrationWebhook } from "../../schema/integrations/session.type.js";

/** Host and scheme of an address; nothing of what is behind them. */
export function maskWebhook(url: string): Omit<IntegrationWebhook, "keyVersion"> {
  const { host, protocol } = new URL(url);
  return { host, masked: `${protocol}//${host}/***` };
}

/** The service state with its personal members masked, at whatever depth; all text of a service that nobody knows any more. */
export function maskState(service: IntegrationService | undefined, state: JsonObject): JsonObject {
  const isPersonal = (name: string) => service === undefined || service.personal.includes(name);
  return maskMembers(state, isPersonal);
}

function maskMembers(object: JsonObject, isPersonal: (name: string) => boolean): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      name,
      isPersonal(name) ? maskAll(value) : maskInside(value, isPersonal),
    ]),
  );
}

function maskInside(value: Json, isPersonal: (name: string) => boolean): Json {
  if (isList(value)) return value.map((one) => maskInside(one, isPersonal));
  return isMap(value) ? maskMembers(value, isPersonal) : value;
}

function maskAll(value: Json): Json {
  if (typeof value === "string") return maskText(value);
  if (typeof value === "number") return maskText(`${value}`);
  if (isList(value)) return value.map(maskAll);
  return isMap(value) ? maskMembers(value, () => true) : value;
}

/** Ids of messages are made of people's numbers: of those only the service is told. */
export function maskItemId(id: string): string {
  return id.startsWith("whatsapp:") ? "whatsapp:***" : id;
}

/** `u***@company.com`, `+1******7890`, `https://api.example.org/***`; of other text its first letter, where there are more. */
export function maskText(text: string): string {
  if (isAddress(text)) return maskWebhook(text).masked;
  const at = text.lastIndexOf("@");
  if (/@[\w.-]+$/.test(text)) return `${maskText(text.slice(0, at))}${text.slice(at)}`;
  if (/^\+?[\d ()-]+$/.test(text)) {
    const digits = text.replaceAll(/\D/g, "");
    return digits.length < 8 ? "***" : `+${digits.slice(0, 1)}******${digits.slice(-4)}`;
  }
  const [first = "", ...rest] = text;
  return rest.length === 0 ? "***" : `${first}***`;
}

// Array.isArray knows nothing of lists that cannot be changed.
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isMap(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

function isAddress(text: string): boolean {
  return /^https?:/i.test(text) && URL.canParse(text);
}

/** An address without what keys are handed over in: user, query and fragment. One that is relative loses its query. */
function withoutKeys(text: string): string {
  if (!isAddress(text)) return text.replace(/^([^?#]*)[?#].*=.*$/su, "$1?***");
  const { protocol, host, pathname, search, hash } = new URL(text);
  return `${protocol}//${host}${pathname}${search === "" && hash === "" ? "" : "?***"}`;
}

function withoutKeysInside(value: Json): Json {
  if (typeof value === "string") return withoutKeys(value);
  if (isList(value)) return value.map(withoutKeysInside);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutKeysInside(one)]));
}

/**
 * The data of an event as those who read the log itself are shown it: of a session without the address of its webhook, and without keys in
 * the addresses of its service state.
 */
export function withoutSecrets({ streamId, data }: Pick<Recorded, "streamId" | "data">): unknown {
  if (parseStreamName(streamId).category !== sessionCategory) return data;
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([name, value]: [string, unknown]) => [name, shown(name, value)]));
}

function shown(name: string, value: unknown): unknown {
  if (name === "webhookUrl")
    return typeof value === "string" && URL.canParse(value) ? maskWebhook(value).masked : value;
  const state = name === "serviceState" ? JsonMap.safeParse(value) : undefined;
  return state?.success === true ? withoutKeysInside(state.data) : value;
}
