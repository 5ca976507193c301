/** The rules of one session; what people may do with it is in `people.ts`, what polls and pushes report in `outcomes.ts`. */
import type { DecisionContext, Decider } from "../kernel/decider.js";
import { parseStreamName } from "../kernel/streamName.js";
import type { SessionCommand } from "./commands.js";
import type { SessionEvent } from "./events.js";
import { emptySession, evolveSession } from "./evolve.js";
import { recordDeadLetter, recordFailure, recordPoll, recordPush, recordRateLimit, startResync } from "./outcomes.js";
import {
  changeInterval,
  changeWebhook,
  connect,
  disable,
  disconnect,
  discardDeadLetter,
  pause,
  reauthorise,
  recordRedelivery,
  requestPoll,
  resume,
} from "./people.js";
import { requireVisibleSession } from "./scope.js";
import type { IntegrationSession, SessionState } from "./state.js";

export { emptySession } from "./evolve.js";

function decide(command: SessionCommand, state: SessionState, context: DecisionContext): readonly SessionEvent[] {
  if (command.type === "ConnectSession") return connect(command, state, context);
  const session = sessionFor(state, context);
  switch (command.type) {
    case "PauseSession":
      return pause(command, session);
    case "ResumeSession":
      return resume(command, session, context);
    case "ChangeInterval":
      return changeInterval(command, session, context);
    case "ChangeWebhook":
      return changeWebhook(command, session, context);
    case "ReauthoriseSession":
      return reauthorise(command, session, context);
    case "RequestPoll":
      return requestPoll(command, session, context);
    case "DisableSession":
      return disable(command, session);
    case "DisconnectSession":
      return disconnect(command, session);
    case "RecordPoll":
      return recordPoll(command, session, context);
    case "RecordFailure":
      return recordFailure(command, session, context);
    case "RecordRateLimit":
      return recordRateLimit(command, session, context);
    case "StartResync":
      return startResync(command, session, context);
    case "RecordPush":
      return recordPush(command, session, context);
    case "RecordDeadLetter":
      return recordDeadLetter(command, session);
    case "RecordRedelivery":
      return recordRedelivery(command, session);
    case "DiscardDeadLetter":
      return discardDeadLetter(command, session);
  }
}

/** @throws NotFoundError where it is not there for the one who asks. */
function sessionFor(
  { session }: SessionState,
  { streamId, actor, scope = "all" }: DecisionContext,
): IntegrationSession {
  const sessionId = parseStreamName(streamId).id;
  return requireVisibleSession(session, { sessionId, field: "sessionId", asker: { actor, scope } });
}

export const sessionDecider: Decider<SessionState, SessionCommand, SessionEvent> = {
  initialState: emptySession,
  decide,
  requireVisible: (command, state, context) => {
    if (command.type !== "ConnectSession") sessionFor(state, context);
  },
  evolve: evolveSession,
};
