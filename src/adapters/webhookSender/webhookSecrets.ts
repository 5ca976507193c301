/** Signing secrets of webhooks: derived, so that there is nothing to store and nothing to lose but the one key. */
import { hkdfSync } from "node:crypto";
import type { WebhookSecrets } from "../../domain/integrations/index.js";

/** `key`: the integration key. Another key, session or number of the webhook is another secret, and none tells of another. */
export function createWebhookSecrets({ key }: { readonly key: Uint8Array }): WebhookSecrets {
  return {
    secretFor(sessionId, webhookKey) {
      const secret = hkdfSync("sha256", key, "", `webhook/${sessionId}/${webhookKey}`, 32);
      return `whsec_${Buffer.from(secret).toString("base64")}`;
    },
  };
}
