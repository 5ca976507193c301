/** Requests with their runs and logs, slots and projects, as the proofs know them. */
import {
  logExpiry,
  logIdsOf,
  requestCategory,
  requestExpiry,
  requestStream,
  researchProjectCategory,
  researchProjection,
  slotCategory,
} from "../../../domain/research/index.js";
import type { RequestEvent } from "../../../domain/research/index.js";
import type { Commit, Recorded } from "../../../domain/kernel/event.js";
import { toStreamName } from "../../../domain/kernel/streamName.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { verifiedViewsOf } from "../../proofs/verifiedView.js";
import type { RowOwnership } from "../../proofs/verifiedView.js";
import { fromLogItem, isOurs } from "./items.js";
import { prefixes, queueKeys } from "./keys.js";
import { isOfAsyncView } from "./queueView.js";
import { researchFolding } from "./states.js";
import { researchViewWriters } from "./viewWriters.js";

const viewOf = verifiedViewsOf({ ...researchFolding, projection: researchProjection, writers: researchViewWriters });

const streamOfRequest = (item: Item) => (isOurs(item) ? requestStream(String(item["request_id"])) : undefined);

/** Both rows of a request are at the key that is its stream's id: a stream that exists has them. */
const rowOfRequest: RowOwnership = { streamOf: streamOfRequest, follows: () => true };

/** Whether one of the events says the entry. */
function isEntryOf(item: Item, { events }: Commit): boolean {
  const { logId, requestId, version } = fromLogItem(item);
  // The streams of requests have no other events.
  const event = (events as readonly Recorded<RequestEvent>[]).find((one) => one.version === version);
  return event !== undefined && logIdsOf(requestId, event).includes(logId);
}

/** A kind of stream with one row in `market_intelligence_queue`, at the key that follows from the stream's id. */
function queueRowOf(category: string, prefix: string, keyOf: (id: string) => { subject: string; part: string }) {
  const idIn = ({ subject }: Item) =>
    String(subject).startsWith(prefix) ? String(subject).slice(prefix.length) : undefined;
  const ownership: RowOwnership = {
    streamOf: (item) => {
      const id = isOurs(item) ? idIn(item) : undefined;
      return id === undefined ? undefined : toStreamName(category, id);
    },
    follows: (item) => item["part"] === keyOf(idIn(item) ?? "").part,
    isOfAsyncView,
  };
  return viewOf(category, { tables: { market_intelligence_queue: ownership } });
}

export const researchVerifiedViews = [
  viewOf(requestCategory, {
    tables: {
      market_intelligence_requests: rowOfRequest,
      market_intelligence_runs: rowOfRequest,
      request_processing_logs: {
        streamOf: streamOfRequest,
        fact: { versionOf: ({ version }) => Number(version), isIn: isEntryOf },
      },
    },
    expiryOf(item, state) {
      if (item["log_id"] !== undefined) return logExpiry(String(item["timestamp"]));
      return state.kind === "request" ? requestExpiry(state.request?.completedAt) : undefined;
    },
  }),
  queueRowOf(slotCategory, prefixes.slot, queueKeys.slot),
  queueRowOf(researchProjectCategory, prefixes.project, queueKeys.project),
];
