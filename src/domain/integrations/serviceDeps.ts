/** What the service of this context and its polls are made of; their parts take what they need of it. */
import type { EventStore } from "../kernel/eventStore.js";
import type { Digest } from "../kernel/hashChain.js";
import type { ObjectStore } from "../kernel/objectStore.js";
import type { Clock, Ids } from "../kernel/time.js";
import type {
  ActivitySink,
  CredentialStore,
  PollSchedule,
  ServiceRegistry,
  UrlCheck,
  WebhookSecrets,
  WebhookSender,
} from "./ports.js";
import type { IntegrationsReadModel } from "./readModel.js";
import type { SessionCommands } from "./releasing.js";

/** What both have in common. */
interface SharedDeps {
  readonly commands: SessionCommands;
  readonly readModel: IntegrationsReadModel;
  readonly schedule: PollSchedule;
  readonly services: ServiceRegistry;
  readonly secrets: WebhookSecrets;
  readonly webhooks: Pick<WebhookSender, "deliver">;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly digest: Digest;
  readonly ids: Pick<Ids, "next">;
  readonly log: { warn(facts: object, message: string): void };
  /** From 0 up to 1. */
  readonly random: () => number;
}

export interface IntegrationsServiceDeps extends SharedDeps {
  /** What an earlier command under the caller's key led to. */
  readonly eventStore: Pick<EventStore, "findOutcome" | "readStream">;
  readonly checkWebhook: UrlCheck;
}

/** Runs `act` so many milliseconds from now, unless what it returns was called before. */
export type After = (milliseconds: number, act: () => void) => () => void;

export interface PollingDeps extends SharedDeps {
  readonly credentials: CredentialStore;
  /** @default items of no session are activity of a project */
  readonly sink?: ActivitySink | undefined;
  readonly after: After;
}
