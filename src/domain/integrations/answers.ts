/** What callers are told behind a command on a session, and how a session is named. */
import type { CommandOutcome } from "../kernel/commandHandler.js";
import { present } from "../kernel/present.js";
import type { Request } from "../kernel/request.js";
import { requireVisible } from "../kernel/scope.js";
import { parseStreamName } from "../kernel/streamName.js";
import { isUserVisible } from "./scope.js";
import type { SessionOutcome } from "./service.js";
import type { SessionState } from "./state.js";
import { ServiceType, UserId, parseSessionId } from "./values.js";

export function toOutcome({
  positions,
  states,
}: Pick<CommandOutcome<SessionState>, "positions" | "states">): SessionOutcome {
  const [position] = positions;
  if (position === undefined) throw new Error("a command leads to a position");
  const sessionId = parseStreamName(position.streamId).id;
  return { sessionId, position, ...present({ session: states[0]?.session }) };
}

/** Whose session the id names, and with what. @throws NotFoundError where there can be none for the one who asks. */
export function requireSessionId(sessionId: string, asker: Pick<Request, "actor" | "scope">) {
  const parts = parseSessionId(sessionId);
  const isOne = UserId.safeParse(parts.userId).success && ServiceType.safeParse(parts.serviceType).success;
  return requireVisible(isOne ? parts : undefined, ({ userId }) => isUserVisible(userId, asker), {
    entity: "IntegrationSession",
    id: sessionId,
    field: "sessionId",
  });
}
