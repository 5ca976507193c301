/** Sessions with their schedules, polls and dead letters, as the proofs know them. */
import {
  deadLetterExpiry,
  pollExpiry,
  sessionCategory,
  sessionProjection,
  sessionStream,
  toSessionId,
} from "../../../domain/integrations/index.js";
import { parseStreamName } from "../../../domain/kernel/streamName.js";
import { parseInstant } from "../../../domain/kernel/time.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { verifiedViewsOf } from "../../proofs/verifiedView.js";
import type { RowOwnership } from "../../proofs/verifiedView.js";
import { isOurs } from "./items.js";
import { integrationFolding } from "./states.js";
import { integrationViewWriters } from "./viewWriters.js";

const viewOf = verifiedViewsOf({
  ...integrationFolding,
  projection: sessionProjection,
  writers: integrationViewWriters,
});

const isInstant = (value: unknown): value is string => typeof value === "string" && parseInstant(value) === value;
const isCount = (value: unknown) => typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
const orAbsent = (is: (value: unknown) => boolean) => (value: unknown) => value === undefined || is(value);

const streamOfSession = ({ sessionId }: Item) => sessionStream(String(sessionId));

/** Quiet polls show when they were in the seed's row, and that never goes back behind what the log tells. */
const sessions: RowOwnership = {
  streamOf: (item) =>
    isOurs(item) ? sessionStream(toSessionId(String(item["userId"]), String(item["serviceType"]))) : undefined,
  follows: () => true,
  beyond: { lastPollAt: (found, told) => isInstant(found) && isInstant(told) && found >= told },
};

/** Lease and counters are the schedule's own, and it moves what is due; whether something is says the log. */
const schedules: RowOwnership = {
  streamOf: (item) => (isOurs(item) ? streamOfSession(item) : undefined),
  follows: () => true,
  beyond: {
    nextPollAt: (found, told) => isInstant(found) && told !== undefined,
    leaseToken: orAbsent(isCount),
    polls: isCount,
    pollsSince: orAbsent(isInstant),
    lastPollAt: orAbsent(isInstant),
  },
};

/** Rows of a session are in its own partition. */
const rowsOfSession: RowOwnership = {
  streamOf: (item) => (isOurs(item) ? streamOfSession(item) : undefined),
  partitionOf: (streamId) => parseStreamName(streamId).id,
};

function expiryOf(item: Item) {
  if (item["place"] !== undefined) return pollExpiry(String(item["at"]));
  // The writer's own instant; no other row has one.
  return deadLetterExpiry(item["closedAt"] as string | undefined);
}

export const integrationVerifiedViews = [
  viewOf(sessionCategory, {
    tables: {
      "beya-integration-sessions": sessions,
      "beya-integration-schedules": schedules,
      "beya-integration-polls": rowsOfSession,
      "beya-integration-dead-letters": rowsOfSession,
    },
    expiryOf,
  }),
];
