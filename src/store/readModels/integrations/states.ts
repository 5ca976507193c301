/** States of sessions, folded from the events of the log. */
import { emptySession, sessionDecider } from "../../../domain/integrations/index.js";
import type { SessionEvent, SessionState } from "../../../domain/integrations/index.js";
import type { StreamFolding } from "../../streamStates.js";

export const integrationFolding: StreamFolding<SessionState, SessionEvent> = {
  evolve: (state, event) => sessionDecider.evolve(state, event),
  emptyStateOf: () => emptySession,
};
