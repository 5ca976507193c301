/** The state that decisions of this context are made on: one strongly consistent request each, or none for what is new. */
import DataLoader from "dataloader";
import {
  batchCategory,
  emptyStateOf,
  projectEventCategory,
  projectRoutingCategory,
  projectSettingsCategory,
} from "../../../domain/projects/index.js";
import type { ProjectsCommand, ProjectsState } from "../../../domain/projects/index.js";
import type { Loaded, StateLoader } from "../../../domain/kernel/commandHandler.js";
import type { Recorded } from "../../../domain/kernel/event.js";
import { parseStreamName } from "../../../domain/kernel/streamName.js";
import { batchGet } from "../../dynamodb/batchGet.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { isAsWritten } from "../../seal.js";
import type { TableName } from "../../tables.js";
import { fromBatchItem, fromRoutingItem, fromSettingsItem, isOurs } from "./items.js";
import { routingKey, settingsKey } from "./keys.js";
import { readShortStreams } from "./shortStreams.js";
import type { ShortStreamsDeps } from "./shortStreams.js";
import { foldStream } from "./states.js";

/** What a commit's first event says of a stream that is there at once. */
const startsStream: ReadonlySet<ProjectsCommand["type"]> = new Set(["ReceiveProjectEvent", "SealBatch"]);

/**
 * Creates the loader. A project event is folded from its stream, which is short; those that are asked for in one step, such as
 * the events of a batch, cost one request for 25. Batches, settings and rules come from their rows, or from the log where
 * somebody has edited a row. What a delivery or a batch begins is not read: should the stream exist, the append finds out.
 */
export function createProjectStateLoader(deps: ShortStreamsDeps): StateLoader<ProjectsState, ProjectsCommand> {
  const { db, eventStore } = deps;
  const streams = new DataLoader((streamIds: readonly string[]) => readShortStreams(deps, streamIds), { cache: false });

  const loadRow = async (streamId: string): Promise<Loaded<ProjectsState>> => {
    const { table, key, decode } = rowOf(streamId);
    const [item] = await batchGet(db, table, [key], { consistent: true });
    if (item === undefined || !isOurs(item)) return unwritten(streamId);
    if (isAsWritten(item)) return decode(item);
    // A row that somebody edited decides nothing, and never gets into the cache: the log says what is so.
    const events: Recorded[] = [];
    for await (const commit of eventStore.readStream(streamId)) events.push(...commit.events);
    return folded(streamId, events);
  };

  return {
    async load(streamId, command) {
      if (startsStream.has(command.type)) return unwritten(streamId);
      if (parseStreamName(streamId).category !== projectEventCategory) return loadRow(streamId);
      return folded(streamId, await streams.load(streamId));
    },

    covers: () => true,
  };
}

function unwritten(streamId: string): Loaded<ProjectsState> {
  return { version: 0, state: emptyStateOf(streamId), hash: "" };
}

function folded(streamId: string, events: readonly Recorded[]): Loaded<ProjectsState> {
  const last = events.at(-1);
  return { version: last?.version ?? 0, state: foldStream(streamId, events), hash: last?.hash ?? "" };
}

interface RowOfStream {
  readonly table: TableName;
  readonly key: Item;
  readonly decode: (item: Item) => Loaded<ProjectsState>;
}

/** Where the state of a stream is as a row. */
function rowOf(streamId: string): RowOfStream {
  const { category, id } = parseStreamName(streamId);
  switch (category) {
    case batchCategory:
      return {
        table: "ProjectBatches",
        key: { batchId: id },
        decode: (item) => {
          const batch = fromBatchItem(item);
          return { version: batch.version, hash: batch.hash, state: { kind: "batch", batch } };
        },
      };
    case projectSettingsCategory:
      return {
        table: "Projects",
        key: settingsKey(id),
        decode: (item) => {
          const settings = fromSettingsItem(item);
          return { version: settings.version, hash: settings.hash, state: { kind: "settings", settings } };
        },
      };
    case projectRoutingCategory:
      return {
        table: "Projects",
        key: routingKey,
        decode: (item) => {
          const routing = fromRoutingItem(item);
          return { version: routing.version, hash: routing.hash, state: { kind: "routing", routing } };
        },
      };
    default:
      throw new Error(`${streamId} has no row of its own`);
  }
}
