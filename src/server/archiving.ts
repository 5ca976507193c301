/** The archive of incidents, wired together: what moves them there, and what makes rows come and go. */
import { createArchiver, incidentCategory, incidentDecider, incidentProjection } from "../domain/incidents/index.js";
import type { Archiver, IncidentCommand, IncidentState } from "../domain/incidents/index.js";
import { createCommandHandler, toStreamName } from "../domain/kernel/index.js";
import type { Clock, CommandHandler, EventCodec, EventStore, Ids, ObjectStore } from "../domain/kernel/index.js";
import type { DynamoDb } from "../store/dynamodb/client.js";
import { createDynamoDbEventStore } from "../store/dynamodb/eventStore.js";
import { createBackoff } from "../store/dynamodb/retry.js";
import { rebuildStream } from "../store/proofs/rebuild.js";
import {
  createIncidentReadModel,
  createIncidentStateLoader,
  createRetentionWorker,
  createStoredIncidents,
  incidentVerifiedView,
  incidentViewWriters,
  trimIncidentState,
} from "../store/readModels/incidents/index.js";
import type { RetentionWorker } from "../store/readModels/incidents/index.js";
import { sha256 } from "../store/sha256.js";
import { createStateCache } from "../store/stateCache.js";

export interface ArchivingDeps {
  /** For work in the background. */
  readonly db: DynamoDb;
  readonly codec: EventCodec;
  /** Where archives are. */
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Called when an incident was archived. @default nobody is told: the feed finds it by itself */
  readonly onAppended?: (() => void) | undefined;
}

export interface Archiving {
  readonly archiver: Archiver;
  /** For one who archives and restores without a server. */
  readonly commands: CommandHandler<IncidentState, IncidentCommand>;
  readonly readModel: ReturnType<typeof createIncidentReadModel>;
}

/** It archives one incident after the other, so it keeps few states. */
const cachedStates = 16;

export function createArchiving({ db, codec, objects, clock, ids, onAppended }: ArchivingDeps): Archiving {
  const eventStore: EventStore = createDynamoDbEventStore({
    db,
    codec,
    clock,
    views: incidentViewWriters,
    onAppended,
  });
  const readModel = createIncidentReadModel({ db, clock });
  const commands = createCommandHandler({
    decider: incidentDecider,
    projection: incidentProjection,
    codec,
    eventStore,
    loader: createIncidentStateLoader({ db, clock, eventStore }),
    cache: createStateCache({ max: cachedStates, trim: trimIncidentState }),
    clock,
    ids,
    digest: sha256,
    backoff: createBackoff({ baseMilliseconds: 5, capMilliseconds: 250 }),
  });
  const streams = createStoredIncidents({ db });
  const archiver = createArchiver({
    ...{ commands, readModel, streams, eventStore, objects, codec, clock, ids },
    digest: sha256,
  });
  return { archiver, commands, readModel };
}

/** The worker of times to live, and of rows that come and go with the archive. */
export function createRetention({ db, codec, clock }: Pick<ArchivingDeps, "db" | "codec" | "clock">): RetentionWorker {
  const deps = { db, codec, clock, digest: sha256, views: [incidentVerifiedView], asyncViews: [] };
  return createRetentionWorker({
    db,
    rebuild: async (incidentId) => {
      const streamId = toStreamName(incidentCategory, incidentId);
      const { restored, corrected, removed, unsound } = await rebuildStream(deps, incidentVerifiedView, streamId);
      if (unsound > 0) throw new Error("the log has a fault, so the rows are left as they are; see `opsledger verify`");
      return restored + corrected + removed;
    },
  });
}
