/** Secrets of webhooks: the WEBHOOK_ variables, of which some make sense together only. */
import type { Environment, Problem } from "./auth.js";

/** Two of them while one is being replaced. */
export interface WebhookSecrets {
  readonly current: string;
  readonly previous?: string | undefined;
}

export interface WebhookConfig {
  /** Absent: nothing is taken from there. */
  readonly github?: WebhookSecrets | undefined;
  readonly slack?: WebhookSecrets | undefined;
  readonly trello?: (WebhookSecrets & { readonly callbackUrl: string }) | undefined;
  readonly generic?: WebhookSecrets | undefined;
  readonly maxBodyBytes: number;
}

const sources = ["GITHUB", "SLACK", "TRELLO", "GENERIC"] as const;

/** What is wrong with the variables as a whole. Values are not repeated: they are secret. */
export function webhookProblems(present: Environment): Problem[] {
  const alone: Problem[] = sources
    .filter((source) => present[nameOf(source, "_PREVIOUS")] !== undefined && present[nameOf(source)] === undefined)
    .map((source) => ({
      variable: nameOf(source, "_PREVIOUS"),
      message: `has no effect without ${nameOf(source)}; set that to the new secret`,
    }));
  const { WEBHOOK_TRELLO_SECRET: secret, WEBHOOK_TRELLO_CALLBACK_URL: url } = present;
  if (secret !== undefined && url === undefined) {
    alone.push({ variable: "WEBHOOK_TRELLO_CALLBACK_URL", message: "must be set beside WEBHOOK_TRELLO_SECRET" });
  }
  return alone;
}

/** A secret of the Standard Webhooks specification: 24 to 64 bytes in base64. */
export function isStandardSecret(value: string): boolean {
  const [, base64 = ""] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(value) ?? [];
  const bytes = Buffer.from(base64, "base64");
  return base64.length % 4 === 0 && bytes.length >= 24 && bytes.length <= 64;
}

type Secret = `WEBHOOK_${(typeof sources)[number]}_SECRET`;
type Values = { readonly [Name in Secret | `${Secret}_PREVIOUS`]?: string | undefined } & {
  readonly WEBHOOK_TRELLO_CALLBACK_URL?: string | undefined;
  readonly WEBHOOK_MAX_BODY_BYTES: number;
};

/** The WEBHOOK_ variables of an environment without {@link webhookProblems}. */
export function toWebhookConfig(values: Values): WebhookConfig {
  const secretsOf = (source: (typeof sources)[number]): WebhookSecrets | undefined => {
    const current = values[nameOf(source)];
    return current === undefined
      ? undefined
      : Object.freeze({ current, previous: values[nameOf(source, "_PREVIOUS")] });
  };
  const trello = secretsOf("TRELLO");
  const callbackUrl = values.WEBHOOK_TRELLO_CALLBACK_URL;
  return Object.freeze({
    github: secretsOf("GITHUB"),
    slack: secretsOf("SLACK"),
    trello: trello && callbackUrl !== undefined ? Object.freeze({ ...trello, callbackUrl }) : undefined,
    generic: secretsOf("GENERIC"),
    maxBodyBytes: values.WEBHOOK_MAX_BODY_BYTES,
  });
}

function nameOf<Suffix extends "" | "_PREVIOUS" = "">(
  source: (typeof sources)[number],
  suffix?: Suffix,
): `${Secret}${Suffix}` {
  // The parts are those of the type.
  return `WEBHOOK_${source}_SECRET${suffix ?? ""}` as `${Secret}${Suffix}`;
}
