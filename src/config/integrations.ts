/** Who polls services, what sessions may reach, and where keys and credentials are: variables of integration sessions. */
import type { Environment, Problem } from "./auth.js";

export const integrationPollers = ["in-process", "off"] as const;
export const credentialStores = ["file", "secrets-manager"] as const;

/** How sessions are polled and delivered. */
export interface IntegrationsConfig {
  /** The server's own poller; absent where only others poll. */
  readonly poller?: { readonly pollsAtOnce: number } | undefined;
  /** `host` or `host:port`, in lower case: their addresses may be private, and need no https. */
  readonly allowedHosts: readonly string[];
  /** The only hosts of webhooks: a host, or `.suffix` for all below it. @default any public one */
  readonly webhookHosts?: readonly string[] | undefined;
  /** 32 bytes in base64. @default made once, and kept in the data folder */
  readonly key?: string | undefined;
  readonly credentials:
    | { readonly kind: "file" }
    | {
        readonly kind: "secrets-manager";
        readonly prefix: string;
        readonly endpoint?: string | undefined;
        readonly region?: string | undefined;
      };
  readonly gmail: { readonly apiUrl?: string | undefined; readonly tokenUrl?: string | undefined };
  readonly slack: { readonly apiUrl?: string | undefined };
  /** Absent: nothing is taken from there. */
  readonly whatsapp?: { readonly appSecret: string; readonly verifyToken: string } | undefined;
}

/** What is wrong with the variables as a whole. Values are not repeated: some are secret. */
export function integrationProblems(present: Environment): Problem[] {
  const isStoredInFile = (present["CREDENTIAL_STORE"] ?? "file") === "file";
  const unused = ["CREDENTIAL_SECRETS_PREFIX", "SECRETS_MANAGER_ENDPOINT"]
    .filter((variable) => isStoredInFile && present[variable] !== undefined)
    .map((variable) => ({ variable, message: "has no effect without CREDENTIAL_STORE=secrets-manager" }));
  const together = ["WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN"];
  const missing = together.filter((variable) => present[variable] === undefined);
  if (missing.length !== 1) return unused;
  const [other] = together.filter((variable) => present[variable] !== undefined);
  return [...unused, ...missing.map((variable) => ({ variable, message: `must be set beside ${other}` }))];
}

/** The variables of an environment without {@link integrationProblems}. */
export function toIntegrationsConfig(values: {
  readonly INTEGRATION_POLLER: (typeof integrationPollers)[number];
  readonly INTEGRATION_POLLS_AT_ONCE: number;
  readonly INTEGRATION_ALLOWED_HOSTS: readonly string[];
  readonly INTEGRATION_WEBHOOK_HOSTS?: readonly string[] | undefined;
  readonly INTEGRATION_KEY?: string | undefined;
  readonly CREDENTIAL_STORE: (typeof credentialStores)[number];
  readonly CREDENTIAL_SECRETS_PREFIX?: string | undefined;
  readonly SECRETS_MANAGER_ENDPOINT?: string | undefined;
  readonly INTEGRATION_GMAIL_API_URL?: string | undefined;
  readonly INTEGRATION_GMAIL_TOKEN_URL?: string | undefined;
  readonly INTEGRATION_SLACK_API_URL?: string | undefined;
  readonly WHATSAPP_APP_SECRET?: string | undefined;
  readonly WHATSAPP_VERIFY_TOKEN?: string | undefined;
  readonly AWS_REGION?: string | undefined;
}): IntegrationsConfig {
  const { WHATSAPP_APP_SECRET: appSecret, WHATSAPP_VERIFY_TOKEN: verifyToken } = values;
  return Object.freeze({
    poller:
      values.INTEGRATION_POLLER === "off"
        ? undefined
        : Object.freeze({ pollsAtOnce: values.INTEGRATION_POLLS_AT_ONCE }),
    allowedHosts: values.INTEGRATION_ALLOWED_HOSTS,
    webhookHosts: values.INTEGRATION_WEBHOOK_HOSTS,
    key: values.INTEGRATION_KEY,
    credentials:
      values.CREDENTIAL_STORE === "file"
        ? Object.freeze({ kind: "file" })
        : Object.freeze({
            kind: "secrets-manager",
            prefix: values.CREDENTIAL_SECRETS_PREFIX ?? "opsledger/",
            endpoint: values.SECRETS_MANAGER_ENDPOINT,
            region: values.AWS_REGION,
          }),
    gmail: Object.freeze({
      apiUrl: values.INTEGRATION_GMAIL_API_URL,
      tokenUrl: values.INTEGRATION_GMAIL_TOKEN_URL,
    }),
    slack: Object.freeze({ apiUrl: values.INTEGRATION_SLACK_API_URL }),
    whatsapp:
      appSecret === undefined || verifyToken === undefined ? undefined : Object.freeze({ appSecret, verifyToken }),
  });
}
