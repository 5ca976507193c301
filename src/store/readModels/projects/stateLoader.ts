/** The state that decisions of this context are made on: one strongly consistent request each, or none for what is new. */
import {
  batchCategory,
  projectEventCategory,
  projectRoutingCategory,
  projectSettingsCategory,
} from "../../../domain/projects/index.js";
import type { ProjectsCommand, ProjectsState } from "../../../domain/projects/index.js";
import type { StateLoader } from "../../../domain/kernel/commandHandler.js";
import { parseStreamName } from "../../../domain/kernel/streamName.js";
import type { ShortStreamsDeps } from "../../dynamodb/shortStreams.js";
import { createStreamStates } from "../../streamStates.js";
import type { RowOfStream } from "../../streamStates.js";
import { fromBatchItem, fromRoutingItem, fromSettingsItem, isOurs } from "./items.js";
import { routingKey, settingsKey } from "./keys.js";
import { projectsFolding } from "./states.js";

/** What a commit's first event says of a stream that is there at once. */
const startsStream: ReadonlySet<ProjectsCommand["type"]> = new Set(["ReceiveProjectEvent", "SealBatch"]);

/**
 * Creates the loader. A project event is folded from its stream, which is short; those that are asked for in one step, such as
 * the events of a batch, cost one request for 25. Batches, settings and rules come from their rows, or from the log where
 * somebody has edited a row. What a delivery or a batch begins is not read: should the stream exist, the append finds out.
 */
export function createProjectStateLoader(deps: ShortStreamsDeps): StateLoader<ProjectsState, ProjectsCommand> {
  const states = createStreamStates({ ...deps, folding: projectsFolding, isOurs });
  return {
    async load(streamId, command) {
      if (startsStream.has(command.type)) return states.unwritten(streamId);
      return parseStreamName(streamId).category === projectEventCategory
        ? states.fromShortStream(streamId)
        : states.fromRow(streamId, rowOf(streamId));
    },

    covers: () => true,
  };
}

/** Where the state of a stream is as a row. */
function rowOf(streamId: string): RowOfStream<ProjectsState> {
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
