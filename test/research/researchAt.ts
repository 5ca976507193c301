/** Servers of research requests on tables that are there already, with a clock that a test moves; nothing happens by itself. */
import { v7 as uuidv7 } from "uuid";
import { createCodec, createCommandHandler } from "../../src/domain/kernel/index.js";
import type { Clock, ObjectStore } from "../../src/domain/kernel/index.js";
import {
  createResearchService,
  createResearchWorkflow,
  researchDecider,
  researchEventFormats,
  researchProjection,
} from "../../src/domain/research/index.js";
import type { Availability, ResearchState, WorkQueue } from "../../src/domain/research/index.js";
import type { DynamoDb } from "../../src/store/dynamodb/client.js";
import { createDynamoDbEventStore } from "../../src/store/dynamodb/eventStore.js";
import { createBackoff } from "../../src/store/dynamodb/retry.js";
import { nameId } from "../../src/store/nameId.js";
import {
  createResearchReadModel,
  createResearchStateLoader,
  researchViewWriters,
} from "../../src/store/readModels/research/index.js";
import { sha256 } from "../../src/store/sha256.js";
import { createStateCache } from "../../src/store/stateCache.js";

const unused = () => Promise.reject(new Error("nothing is sent or waited for here"));
const queue: WorkQueue = {
  send: unused,
  receive: unused,
  extend: unused,
  remove: unused,
  depth: unused,
  close: () => undefined,
};
const availability: Availability = { wait: unused };

/** One server: its own cache, and its own memory of what it has claimed. */
export function researchAt({
  db,
  clock,
  objects,
}: {
  readonly db: DynamoDb;
  readonly clock: Clock;
  readonly objects: ObjectStore;
}) {
  const codec = createCodec(researchEventFormats);
  const eventStore = createDynamoDbEventStore({ db, codec, clock, views: researchViewWriters });
  const readModel = createResearchReadModel({ db, clock });
  const commands = createCommandHandler({
    decider: researchDecider,
    projection: researchProjection,
    codec,
    eventStore,
    loader: createResearchStateLoader({ db, codec, eventStore }),
    cache: createStateCache<ResearchState>({ max: 1_000 }),
    clock,
    ids: { next: () => uuidv7() },
    digest: sha256,
    backoff: createBackoff({ baseMilliseconds: 5, capMilliseconds: 100 }),
  });
  const deps = {
    commands,
    eventStore,
    readModel,
    availability,
    objects,
    checkUrl: () => undefined,
    toSlotId: (projectId: string, dedupeKey: string) => nameId(`${projectId}#${dedupeKey}`),
    digest: sha256,
    clock,
    ids: { next: () => uuidv7() },
    random: Math.random,
  };
  return {
    eventStore,
    readModel,
    service: createResearchService(deps),
    workflow: createResearchWorkflow({ ...deps, queue }),
  };
}

export type ResearchServer = ReturnType<typeof researchAt>;
