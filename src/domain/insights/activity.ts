/** A fact as it is listed: what its event says, and where it is. */
import type { Recorded } from "../kernel/event.js";
import { present } from "../kernel/present.js";
import type { InsightsEvent } from "./events.js";
import { parseEntityKey } from "./keys.js";
import type { Activity } from "./state.js";

/** The fact that an event of the stream `Entity-<entityKey>` records; undefined for every other event. */
export function toActivity(event: Recorded<InsightsEvent>, entityKey: string): Activity | undefined {
  if (event.type !== "ActivityRecorded") return undefined;
  const { type: entityType, id: entityId } = parseEntityKey(entityKey);
  const { occurredAt, recordedAt, version } = event;
  return { entityType, entityId, ...present(event.data), occurredAt, recordedAt, version };
}
