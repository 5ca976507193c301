/**
 * WhatsApp Cloud API. It tells of messages and cannot be asked for them: its webhook (`server/webhooks/whatsapp.ts`) gives them to
 * whoever has connected the number, and there is nothing to poll (defect B8).
 */
import type { JsonObject } from "../../domain/kernel/json.js";
import { z } from "zod";
import type { IntegrationService } from "../../domain/integrations/index.js";
import { toJsonObject } from "./polled.js";

const WhatsAppState = z.strictObject({
  /** As people write it, without spaces: `+15550783881`. */
  phoneNumber: z.string().regex(/^\+[1-9]\d{4,14}$/, "must be a phone number such as +15550783881"),
  /** Of the WhatsApp Business Account (WABA) that the number belongs to. */
  businessAccountId: z.string().regex(/^\d{1,32}$/, "must be the id of a business account: digits"),
  /** Ours: the last one that was told. */
  lastMessageId: z.string().min(1, "must not be empty").max(300, "must have at most 300 characters").optional(),
});

/** What a push says of the account: digits only, whatever they are written with. */
export function whatsAppAccountKey(businessAccountId: string, phoneNumber: string): string {
  return `whatsapp#${businessAccountId}#${phoneNumber.replace(/\D/g, "")}`;
}

export function createWhatsApp(): IntegrationService {
  return {
    type: "whatsapp",
    title: "WhatsApp",
    mode: "PUSH",
    leastIntervalMs: 0,
    defaultIntervalMs: 0,
    // What has been pushed is delivered by the poller.
    concurrency: 20,
    state: WhatsAppState.transform((state): JsonObject => toJsonObject(state)),
    credential: undefined,
    // An id of a message holds the number of whom it is exchanged with.
    personal: ["phoneNumber", "lastMessageId", "from", "contact", "recipient_id", "displayPhoneNumber"],
    accountKey(state) {
      const { businessAccountId, phoneNumber } = WhatsAppState.parse(state);
      return whatsAppAccountKey(businessAccountId, phoneNumber);
    },
    hasCursor: () => true,
    isForward: () => true,
    withoutCursor: (state) => state,
    async *poll() {
      // Nobody calls it.
    },
  };
}
