/** Signs and sends deliveries as their sources do. */
import { createHmac } from "node:crypto";
import { Webhook as StandardWebhook } from "standardwebhooks";

export const secrets = {
  github: "It's a Secret to Everybody",
  slack: "8f742231b10e8888abcd99yyyzzz85a5",
  trello: "trello-app-secret",
  generic: `whsec_${Buffer.alloc(24, 7).toString("base64")}`,
} as const;
export type Source = keyof typeof secrets;

export const callbackUrl = "https://ops.example.com/webhooks/trello?team=1";

/** The environment of a server that takes all of them. */
export const webhookEnvironment = {
  WEBHOOK_GITHUB_SECRET: secrets.github,
  WEBHOOK_SLACK_SECRET: secrets.slack,
  WEBHOOK_TRELLO_SECRET: secrets.trello,
  WEBHOOK_TRELLO_CALLBACK_URL: callbackUrl,
  WEBHOOK_GENERIC_SECRET: secrets.generic,
} as const;

export interface Signing {
  readonly secret?: string;
  readonly deliveryId?: string;
  /** GitHub only. */
  readonly event?: string;
  /** Seconds by which it was signed earlier. */
  readonly age?: number;
}

/** The headers that a source sends with a body. */
export function sign(source: Source, body: string | Buffer, signing: Signing = {}): Record<string, string> {
  const secret = signing.secret ?? secrets[source];
  const id = signing.deliveryId ?? "delivery-1";
  const at = new Date(Date.now() - (signing.age ?? 0) * 1_000);
  const seconds = String(Math.floor(at.getTime() / 1_000));
  const hmac = (algorithm: string) => createHmac(algorithm, secret);
  const json = { "content-type": "application/json" };
  switch (source) {
    case "github": {
      const signature = `sha256=${hmac("sha256").update(body).digest("hex")}`;
      return {
        ...json,
        "x-github-event": signing.event ?? "star",
        "x-github-delivery": id,
        "x-hub-signature-256": signature,
      };
    }
    case "slack": {
      const signature = `v0=${hmac("sha256").update(`v0:${seconds}:`).update(body).digest("hex")}`;
      return { ...json, "x-slack-request-timestamp": seconds, "x-slack-signature": signature };
    }
    case "trello":
      return { ...json, "x-trello-webhook": hmac("sha1").update(body).update(callbackUrl).digest("base64") };
    case "generic": {
      const signature = new StandardWebhook(secret).sign(id, at, body.toString());
      return { ...json, "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": signature };
    }
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Sends a body as it is. `origin`: `http://127.0.0.1:4000`. */
export async function send(
  origin: string,
  path: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  // A copy, since fetch takes no Buffer in its types.
  const response = await fetch(`${origin}${path}`, {
    method: "POST",
    headers,
    body: new Uint8Array(Buffer.from(body)),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : (JSON.parse(text) as unknown),
  };
}

/** Signs and sends. */
export function deliver(origin: string, source: Source, body: unknown, signing: Signing = {}): Promise<Answer> {
  const text = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return send(origin, `/webhooks/${source}`, text, sign(source, text, signing));
}
