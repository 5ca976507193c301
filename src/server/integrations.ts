/** The integrations context, wired together: its service, and how one session is polled. */
import { jsonBytes } from "../domain/kernel/json.js";
import { randomBytes } from "node:crypto";
import { createActivitySink } from "../adapters/activity/activitySink.js";
import { createWebhookCheck } from "../adapters/webhookSender/webhookCheck.js";
import { createWebhookSecrets } from "../adapters/webhookSender/webhookSecrets.js";
import { createWebhookSender } from "../adapters/webhookSender/webhookSender.js";
import { createIntegrationsService, createPolling } from "../domain/integrations/index.js";
import type {
  CredentialStore,
  IntegrationsReadModel,
  IntegrationsService,
  Polling,
  PollSchedule,
  ServiceRegistry,
  SessionCommand,
  SessionState,
  UrlCheck,
  WebhookSecrets,
  WebhookSender,
} from "../domain/integrations/index.js";
import type { Clock, CommandHandler, EventStore, Ids, ObjectStore } from "../domain/kernel/index.js";
import type { ProjectService } from "../domain/projects/index.js";
import type { Logger } from "../observability/logger.js";
import { sha256 } from "../store/sha256.js";

/** Which services there are, and what leads to them and to webhooks. */
export interface IntegrationsOptions {
  /** @default none */
  readonly services?: ServiceRegistry | undefined;
  /** @default there are none */
  readonly credentials?: CredentialStore | undefined;
  /** Closed with the ledger. @default public https addresses only */
  readonly webhooks?: WebhookSender | undefined;
  /** @default of a key that ends with the process */
  readonly secrets?: WebhookSecrets | undefined;
  /** @default public https addresses only */
  readonly checkWebhook?: UrlCheck | undefined;
}

export interface IntegrationsDeps {
  readonly options: IntegrationsOptions;
  readonly commands: CommandHandler<SessionState, SessionCommand>;
  readonly eventStore: EventStore;
  readonly readModel: IntegrationsReadModel;
  readonly schedule: PollSchedule;
  /** What polls read and claim with, so that their requests can be told from those of callers. */
  readonly polled: { readonly readModel: IntegrationsReadModel; readonly schedule: PollSchedule };
  readonly objects: ObjectStore;
  /** Takes the items of sessions that have a project. */
  readonly projects: ProjectService;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
}

export interface Integrations {
  readonly service: IntegrationsService;
  readonly polling: Polling;
  readonly services: ServiceRegistry;
  close(): Promise<void>;
}

const noServices: ServiceRegistry = { get: () => undefined, all: [] };
const noCredentials: CredentialStore = { read: async () => undefined };

export function createIntegrations({ options, polled, projects, log, ...deps }: IntegrationsDeps): Integrations {
  const { services = noServices, credentials = noCredentials } = options;
  const webhooks = options.webhooks ?? createWebhookSender({ allowedHosts: [] });
  const secrets = options.secrets ?? createWebhookSecrets({ key: randomBytes(32) });
  const shared = { ...deps, services, secrets, webhooks, log, digest: sha256, random: Math.random };
  const checkWebhook = options.checkWebhook ?? createWebhookCheck({ allowedHosts: [] });
  return {
    service: createIntegrationsService({ ...shared, checkWebhook }),
    polling: createPolling({
      ...shared,
      ...polled,
      credentials,
      sink: createActivitySink({ projects, ids: deps.ids, log }),
      after: (milliseconds, act) => {
        const timer = setTimeout(act, milliseconds);
        return () => clearTimeout(timer);
      },
    }),
    services,
    close: () => webhooks.close(),
  };
}

/** About how many bytes a state takes: what its service keeps is measured, the rest is reckoned. */
export function weighSessionState({ session }: SessionState): number {
  if (session === undefined) return 500;
  return 3_000 + jsonBytes(session.serviceState) + (session.inbox.length + session.openDeadLetters.length) * 800;
}
