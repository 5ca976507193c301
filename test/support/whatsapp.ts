/** Deliveries as WhatsApp's Cloud API sends them, and their signatures. */
import { createHmac } from "node:crypto";

export function aDelivery(...entry: readonly object[]): object {
  return { object: "whatsapp_business_account", entry };
}

/** `messages`: of the number's; anything may be in the lists. */
export function anEntry({
  account = "102290129340398",
  phone = "15550783881",
  messages = [aMessage("wamid.HBgL")],
  statuses = [],
}: {
  readonly account?: string;
  readonly phone?: string;
  readonly messages?: readonly unknown[];
  readonly statuses?: readonly unknown[];
}): object {
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: phone, phone_number_id: "106540352242922" },
    contacts: [{ profile: { name: "Sheena Nelson" }, wa_id: "16505551234" }],
    ...(messages.length === 0 ? {} : { messages }),
    ...(statuses.length === 0 ? {} : { statuses }),
  };
  return { id: account, changes: [{ field: "messages", value }] };
}

export function aMessage(id: string): object {
  return { from: "16505551234", id, timestamp: "1700000000", type: "text", text: { body: "Hello" } };
}

export function aStatus(id: string, status: string): object {
  return { id, status, timestamp: "1700000000", recipient_id: "16505551234" };
}

export const whatsAppEnvironment = {
  WHATSAPP_APP_SECRET: "0123456789abcdef0123456789abcdef",
  WHATSAPP_VERIFY_TOKEN: "verify-token-of-our-app",
} as const;

/** The headers of a delivery. */
export function signWhatsApp(body: string | Buffer, secret: string = whatsAppEnvironment.WHATSAPP_APP_SECRET) {
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` };
}
