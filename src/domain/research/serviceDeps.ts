/** What the service of this context is made of; its parts take what they need of it. */
import type { CommandHandler } from "../kernel/commandHandler.js";
import type { EventStore } from "../kernel/eventStore.js";
import type { Digest } from "../kernel/hashChain.js";
import type { ObjectStore } from "../kernel/objectStore.js";
import type { Clock, Ids } from "../kernel/time.js";
import type { ResearchCommand } from "./commands.js";
import type { Availability, UrlCheck } from "./ports.js";
import type { ResearchReadModel } from "./readModel.js";
import type { ResearchState } from "./state.js";

export interface ResearchServiceDeps {
  readonly commands: Pick<CommandHandler<ResearchState, ResearchCommand>, "handle">;
  readonly eventStore: Pick<EventStore, "append" | "findOutcome">;
  readonly readModel: ResearchReadModel;
  readonly availability: Availability;
  readonly objects: ObjectStore;
  readonly checkUrl: UrlCheck;
  /** A uuid v5: the same for the same project and key, always. */
  readonly toSlotId: (projectId: string, dedupeKey: string) => string;
  readonly digest: Digest;
  readonly clock: Clock;
  readonly ids: Ids;
  /** From 0 up to 1, by chance. */
  readonly random: () => number;
}
