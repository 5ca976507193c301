/** The state that decisions about sessions are made on. */
import type { SessionCommand, SessionState } from "../../../domain/integrations/index.js";
import type { StateLoader } from "../../../domain/kernel/commandHandler.js";
import { parseStreamName } from "../../../domain/kernel/streamName.js";
import type { ShortStreamsDeps } from "../../dynamodb/shortStreams.js";
import { createStreamStates } from "../../streamStates.js";
import { fromSessionItem, isOurs } from "./items.js";
import { sessionKeyOf } from "./keys.js";
import { integrationFolding } from "./states.js";

/**
 * Creates the loader. A session comes from its row in the seed's table, one request for 100 that are asked for in one step; of what
 * quiet polls have shown there since, it knows nothing. A row that somebody edited decides nothing: then the log says what is so.
 */
export function createIntegrationStateLoader(deps: ShortStreamsDeps): StateLoader<SessionState, SessionCommand> {
  const states = createStreamStates({ ...deps, folding: integrationFolding, isOurs });
  return {
    async load(streamId) {
      const key = sessionKeyOf(parseStreamName(streamId).id);
      if (key === undefined) return states.unwritten(streamId);
      return states.fromRow(streamId, {
        table: "beya-integration-sessions",
        key,
        decode: (item) => {
          const session = fromSessionItem(item);
          return { version: session.version, hash: session.hash, state: { session } };
        },
      });
    },

    covers: () => true,
  };
}
